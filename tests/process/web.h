/* web.h - a site of a test: documents by path, changed while it runs, and how often each was asked
 * for. Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_WEB_H
#define NETRAL_TESTS_PROCESS_WEB_H

#include "tests/unit/fetch/server.h"

#include <stddef.h>

struct web;

/* On a loopback address, a port of the kernel's choice. Without documents all is 404. */
struct web *web_start(const char *address);
void web_stop(struct web *w); /* takes NULL */

/* "http://ADDRESS:PORT/path" in a ring of buffers. */
const char *web_url(struct web *w, const char *path);

/* A document: 200 with an ETag of its bytes, or 304 to who names that. "@" in a text is replaced by
 * the site's address, "http://ADDRESS:PORT". */
void web_put(struct web *w, const char *path, const char *type, const char *text);
void web_put_bytes(struct web *w, const char *path, const char *type, const void *data, size_t len);
/* Another status, with header lines, each with its CRLF, or "". */
void web_put_status(struct web *w, const char *path, int status, const char *headers);
/* No answer at all until the peer goes. */
void web_put_silence(struct web *w, const char *path);

/* A path whose answers are a function of the test, on the bare connection; they are not counted.
 * Before it is asked for. */
void web_on(struct web *w, const char *path, server_fn *fn, void *user);

/* How often a path was asked for, and how often the answer was 304. */
unsigned web_count(struct web *w, const char *path);
unsigned web_count_unchanged(struct web *w, const char *path);
/* Until it was asked for so often. */
void web_await(struct web *w, const char *path, unsigned count);
void web_await_unchanged(struct web *w, const char *path, unsigned count);

#endif
