#include "alert/http_line.h"

#include <limits.h>
#include <stdio.h>

enum {
	CONNECT_MS = 10 * 1000,
	ANSWER_MAX = 64 * 1024, /* bytes of an answer's body, which nobody reads */
	BAD_REQUEST = 400,
	GONE = 410,
};

/* An answer of 2xx that is too long is an answer; one that was cut off may be another's than the
 * receiver's own. */
static bool was_taken(const struct fetch_result *r)
{
	return r->outcome == FETCH_OK ||
	       (r->outcome == FETCH_TOO_BIG && r->status >= 200 && r->status < 300);
}

/* It says that the message, as it is, will not be taken. What may be the address, the secret or the
 * receiver's day (401, 403, 404 and the like) does not. */
static bool is_unreadable(const struct fetch_result *r)
{
	return r->outcome == FETCH_STATUS && (r->status == BAD_REQUEST || r->status == 413 ||
					      r->status == 415 || r->status == 422);
}

/* What a peer sent, or a URL that may be a secret, is not repeated. */
static const char *reason_of(const struct fetch_result *r, char *text, size_t size)
{
	if (r->outcome == FETCH_REDIRECT)
		snprintf(text, size, "HTTP %d, a redirect", r->status);
	else if (r->outcome == FETCH_BAD_URL)
		snprintf(text, size, "the URL cannot be asked");
	else
		snprintf(text, size, "%.*s", (int)size - 1, r->reason);
	return text;
}

static void on_answer(void *user, const struct fetch_result *r)
{
	struct http_line *h = user;
	char reason[OUTBOX_REASON_MAX];
	h->fetch = NULL;
	if (was_taken(r))
		line_end(&h->line, DELIVERY_TAKEN, -1, "");
	else if (r->status == GONE && r->outcome == FETCH_STATUS)
		line_end(&h->line, DELIVERY_GONE, -1, "HTTP 410");
	else if (h->bad_is_final && r->status == BAD_REQUEST && r->outcome == FETCH_STATUS)
		line_end(&h->line, DELIVERY_REFUSED, -1, "HTTP 400");
	else if (r->outcome == FETCH_LOCAL)
		line_end(&h->line, DELIVERY_LOCAL, -1, r->reason);
	else
		line_end(&h->line, is_unreadable(r) ? DELIVERY_UNREADABLE : DELIVERY_FAILED,
			 r->retry_after_s, reason_of(r, reason, sizeof(reason)));
}

int http_line_post(struct http_line *h, const struct outbox_item *item,
		   const struct fetch_field *fields, size_t count)
{
	const struct receiver *to = h->line.receiver;
	uint64_t whole_ms = h->line.channels->config->request_ms;
	const struct fetch_request request = {
		.url = to->url,
		.limits = {.connect_ms = whole_ms < CONNECT_MS ? whole_ms : CONNECT_MS,
			   .whole_ms = whole_ms,
			   .slow_bytes = 1,
			   .slow_s = INT_MAX / 1000,
			   .body_max = ANSWER_MAX},
		.lane = to->name,
		.body = item->body.ptr,
		.body_len = item->body.len,
		.fields = fields,
		.field_count = count,
		.user = h,
	};
	return fetcher_get(h->line.channels->fetcher, &request, on_answer, &h->fetch);
}

void http_line_end(struct line *l)
{
	struct http_line *h = (struct http_line *)l;
	if (h->fetch)
		fetcher_cancel(l->channels->fetcher, h->fetch);
	h->fetch = NULL;
}
