#include "lib/web/http_hints.h"

#include "lib/article.h"
#include "lib/web/date.h"

#include <string.h>
#include <strings.h>

static struct text trim(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t' || *s == '"'))
		s++;
	while (end > s && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '"'))
		end--;
	return (struct text){s, (size_t)(end - s)};
}

static bool begins(const struct text *t, const char *word)
{
	return t->len >= strlen(word) && strncasecmp(t->ptr, word, strlen(word)) == 0;
}

/* Whole seconds in milliseconds, bounded; false when there is something else. */
static bool read_seconds(const struct text *t, uint64_t *ret_ms)
{
	uint64_t ms = 0;
	for (size_t i = 0; i < t->len; i++) {
		if (t->ptr[i] < '0' || t->ptr[i] > '9')
			return false;
		ms = ms * 10 + (uint64_t)(t->ptr[i] - '0') * 1000;
		ms = ms < HTTP_HINT_MAX_MS ? ms : HTTP_HINT_MAX_MS;
	}
	*ret_ms = ms;
	return t->len > 0;
}

uint64_t http_retry_after_ms(const char *value, size_t len, uint64_t now_ms)
{
	struct text t = trim(value, value + len);
	struct date date;
	uint64_t ms;
	if (read_seconds(&t, &ms))
		return ms;
	if (!web_date_read(t.ptr, t.len, &date) || !date.has_time)
		return 0;
	if (!date.has_zone) { /* the form of asctime() is in GMT too (RFC 9110, 5.6.7) */
		date.has_zone = true;
		date.zone_minutes = 0;
	}
	int64_t seconds = web_date_seconds(&date);
	uint64_t then_ms = seconds > 0 ? (uint64_t)seconds * 1000 : 0;
	if (then_ms <= now_ms)
		return 0;
	return then_ms - now_ms < HTTP_HINT_MAX_MS ? then_ms - now_ms : HTTP_HINT_MAX_MS;
}

uint64_t http_fresh_ms(const char *cache_control, size_t len)
{
	const char *s = cache_control, *end = s + len;
	uint64_t fresh_ms = 0;
	while (s < end) {
		const char *comma = memchr(s, ',', (size_t)(end - s));
		struct text t = trim(s, comma ? comma : end);
		if (begins(&t, "no-cache") || begins(&t, "no-store"))
			return 0;
		if (begins(&t, "max-age=")) {
			struct text number = trim(t.ptr + 8, t.ptr + t.len);
			if (!read_seconds(&number, &fresh_ms))
				return 0;
		}
		s = comma ? comma + 1 : end;
	}
	return fresh_ms;
}
