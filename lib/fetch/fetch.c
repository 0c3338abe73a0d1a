/* A request: what is kept of it from fetcher_get() to the callback. */
#include "lib/fetch/fetch_internal.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *fetch_outcome_word(enum fetch_outcome outcome)
{
	static const char *const words[] = {
#define X(name, word) word,
		FETCH_OUTCOMES(X)
#undef X
	};
	return (unsigned)outcome < FETCH_OUTCOME_COUNT ? words[outcome] : "?";
}

struct fetch_limits fetch_limits_default(void)
{
	return (struct fetch_limits){.connect_ms = 10000,
				     .whole_ms = 60000,
				     .slow_bytes = 100,
				     .slow_s = 20,
				     .body_max = 8 << 20,
				     .redirects = 5};
}

/* Fields of the caller may come from an earlier peer: one that could break the header is left
 * out. *ret_sent is set when one is sent. */
static int add_header(struct fetch *fetch, const char *name, const char *value, bool *ret_sent)
{
	char line[64 + FETCH_FIELD_MAX];
	if (!field_is_value(value, FETCH_FIELD_MAX))
		return NETRAL_OK;
	snprintf(line, sizeof(line), "%s: %s", name, value);
	struct curl_slist *list = curl_slist_append(fetch->headers, line);
	if (!list)
		return NETRAL_ENOMEM;
	fetch->headers = list;
	*ret_sent = true;
	return NETRAL_OK;
}

static int add_headers(struct fetch *fetch, const struct fetch_request *request)
{
	bool accept;
	int r = add_header(fetch, "Accept", request->accept, &accept);
	if (r == NETRAL_OK)
		r = add_header(fetch, "If-None-Match", request->etag, &fetch->conditional);
	if (r == NETRAL_OK)
		r = add_header(fetch, "If-Modified-Since", request->last_modified,
			       &fetch->conditional);
	for (size_t i = 0; r == NETRAL_OK && i < request->field_count; i++)
		r = add_header(fetch, request->fields[i].name, request->fields[i].value, &accept);
	return r;
}

/* libcurl would ask first whether a body over 1 MB may come, and wait for the answer. */
static int add_post(struct fetch *fetch, const struct fetch_request *request)
{
	if (!request->body)
		return NETRAL_OK;
	struct curl_slist *list = curl_slist_append(fetch->headers, "Expect:");
	if (!list)
		return NETRAL_ENOMEM;
	fetch->headers = list;
	fetch->posts = true;
	return buf_append(&fetch->post, request->body, request->body_len);
}

int fetch_new(const struct fetch_request *request, fetch_done_fn *done, struct fetch **ret_fetch)
{
	struct fetch *fetch = fault_calloc(1, sizeof(*fetch));
	if (!fetch)
		return NETRAL_ENOMEM;
	fetch->limits = request->limits;
	fetch->is_last = request->is_last;
	fetch->public_only = request->public_only;
	fetch->entry.rest_ms = request->rest_ms;
	fetch->done = done;
	fetch->user = request->user;
	buf_init(&fetch->urls, (size_t)(FETCH_URL_MAX + 1) * (FETCH_REDIRECTS_MAX + 1));
	int r = add_headers(fetch, request);
	if (r == NETRAL_OK)
		r = add_post(fetch, request);
	if (r < 0) {
		fetch_free(fetch);
		return r;
	}
	*ret_fetch = fetch;
	return NETRAL_OK;
}

void fetch_free(struct fetch *fetch)
{
	transfer_free(fetch->transfer);
	curl_slist_free_all(fetch->headers);
	buf_fini(&fetch->urls);
	buf_fini(&fetch->post);
	free(fetch->location);
	free(fetch);
}

const char *fetch_url(const struct fetch *fetch)
{
	return fetch->urls.len > 0 ? (const char *)fetch->urls.data + fetch->at : "";
}

int fetch_add_url(struct fetch *fetch, const char *url)
{
	size_t at = fetch->urls.len;
	int r = buf_append(&fetch->urls, url, strlen(url) + 1);
	if (r == NETRAL_OK)
		fetch->at = at;
	return r;
}

void fetch_say(struct fetch *fetch, enum fetch_outcome outcome, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(fetch->reason, sizeof(fetch->reason), format, args);
	va_end(args);
	for (char *c = fetch->reason; *c; c++) {
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
	}
	fetch->outcome = outcome;
}

void fetch_tell(const struct fetch *fetch)
{
	static const struct answer no_answer = {.retry_after_s = -1};
	struct buf no_body = {0};
	struct transfer *t = fetch->transfer;
	const struct answer *a = t ? &t->answer : &no_answer;
	struct fetch_result result = {
		.outcome = fetch->outcome,
		.status = a->status,
		.url = fetch_url(fetch),
		.location = fetch->location ? fetch->location : "",
		.content_type = a->type.media,
		.charset = a->type.charset,
		.etag = a->etag,
		.last_modified = a->last_modified,
		.cache_control = a->cache_control,
		.retry_after_s = a->retry_after_s,
		.body = t && fetch->outcome == FETCH_OK ? &t->body : &no_body,
		.reason = fetch->reason,
	};
	fetch->done(fetch->user, &result);
}
