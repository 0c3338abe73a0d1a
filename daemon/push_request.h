/* push_request.h - what one request to the push endpoint asks for: its head judged, its body read
 * into an article, and what it is answered. No I/O.
 *
 * Status codes are those of RFC 9110, section 15, and 429 of RFC 6585. One thread. */
#ifndef NETRAL_DAEMON_PUSH_REQUEST_H
#define NETRAL_DAEMON_PUSH_REQUEST_H

#include "daemon/push_token.h"
#include "lib/reader/reader.h"
#include "lib/web/content_type.h"
#include "proto/codec.h"

#include <stdbool.h>
#include <stddef.h>

#define PUSH_PATH   "/v1/articles"
#define PUSH_METHOD "POST"

enum push_code {
	PUSH_OK = 200,       /* a known article */
	PUSH_ACCEPTED = 202, /* committed */
	PUSH_BAD_REQUEST = 400,
	PUSH_UNAUTHORIZED = 401,
	PUSH_NOT_FOUND = 404,
	PUSH_NOT_ALLOWED = 405,
	PUSH_LENGTH_REQUIRED = 411,
	PUSH_TOO_LARGE = 413,
	PUSH_UNSUPPORTED = 415,
	PUSH_UNPROCESSABLE = 422,
	PUSH_TOO_MANY = 429,
	PUSH_UNAVAILABLE = 503,
};

struct push_reply {
	enum push_code code;  /* 0: not known yet */
	struct article_id id; /* of PUSH_OK and PUSH_ACCEPTED */
	char reason[READER_REASON_SIZE];
};

/* Sets code and reason. */
void push_reply_set(struct push_reply *a, enum push_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* From what intake says. `committed`: whether that stands; else it is PUSH_UNAVAILABLE with
 * `problem`, unless it was refused anyway. */
void push_reply_from(struct push_reply *a, const struct submit_status *s, bool committed,
		     const char *problem);

/* "accepted", "duplicate", "refused" or "busy". */
const char *push_reply_outcome(const struct push_reply *a);
/* Seconds for Retry-After; 0: none. */
unsigned push_reply_retry_after(const struct push_reply *a);
/* The body, JSON; malloc'd, NULL without memory. */
char *push_reply_json(const struct push_reply *a);

/* The header fields that count; absent ones have ptr NULL. Borrowed. */
struct push_head {
	const char *method;
	const char *path;
	struct text authorization;
	struct text content_type;
	struct text content_length;
	struct text content_encoding;
	struct text transfer_encoding;
	struct text expect;
	bool repeated; /* one of them came more than once */
};

/* Takes in a header field if it is one of those. */
void push_head_add(struct push_head *h, struct text name, struct text value);

enum push_format { PUSH_JSON, PUSH_HTML };

/* What the body is. */
struct push_type {
	enum push_format format;
	char charset[CONTENT_CHARSET_SIZE]; /* of PUSH_HTML, as stated, or empty */
};

/* Whether the request may send its body: true with its type, or false with the answer. The most
 * general fault is told first: path, method, token, type, length. */
bool push_head_judge(const struct push_head *h, const struct push_token *token, size_t body_max,
		     struct push_type *ret_type, struct push_reply *ret_reply);

/* Whether a body follows. */
bool push_head_has_body(const struct push_head *h);

/* The body as an article, in `arena`, as the readers of lib/reader make it. `url` (NUL-terminated),
 * unless it is empty, goes before what the body says. False with the answer. */
bool push_request_read(const struct push_type *type, const struct buf *body, struct text url,
		       struct arena *arena, struct article *ret_article,
		       struct push_reply *ret_reply);

#endif
