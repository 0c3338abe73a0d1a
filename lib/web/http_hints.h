/* http_hints.h - when a server wants to be asked again. Any thread. */
#ifndef NETRAL_LIB_WEB_HTTP_HINTS_H
#define NETRAL_LIB_WEB_HTTP_HINTS_H

#include <stddef.h>
#include <stdint.h>

/* What is longer counts as a year. */
enum { HTTP_HINT_MAX_S = 365 * 24 * 3600 };

/* The value of Retry-After (RFC 9110, 10.2.3), seconds or a date, in seconds; 0 when the date has
 * passed, -1 when it cannot be read. A date is compared with `date`, the Date of the same answer,
 * so that a peer's wrong clock does not matter; without a readable one (it may be NULL) with
 * `now_s` (since 1970). */
int64_t http_retry_after_s(const char *value, const char *date, int64_t now_s);

/* How long an answer with this Cache-Control stays fresh (RFC 9111, 5.2.2): max-age, 0 without one
 * or with no-cache or no-store. Several header lines are to be joined with ",". */
uint64_t http_fresh_ms(const char *cache_control, size_t len);

#endif
