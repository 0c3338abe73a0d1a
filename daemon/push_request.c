#include "daemon/push_request.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
	/* Seconds: a bound of ours is free again after some commits, a full journal is not. */
	RETRY_TOO_MANY_S = 1,
	RETRY_UNAVAILABLE_S = 10,
};

/* --- answers --- */

void push_reply_set(struct push_reply *a, enum push_code code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(a->reason, sizeof(a->reason), format, args);
	va_end(args);
	a->code = code;
}

void push_reply_from(struct push_reply *a, const struct submit_status *s, bool committed,
		     const char *problem)
{
	if (s->outcome == SUBMIT_REFUSED) {
		push_reply_set(a, PUSH_UNPROCESSABLE, "%s", s->reason);
	} else if (s->outcome == SUBMIT_BUSY || !committed) {
		push_reply_set(a, PUSH_UNAVAILABLE, "%s", committed ? s->reason : problem);
	} else {
		a->code = s->outcome == SUBMIT_ACCEPTED ? PUSH_ACCEPTED : PUSH_OK;
		a->id = s->id;
	}
}

const char *push_reply_outcome(const struct push_reply *a)
{
	switch (a->code) {
	case PUSH_ACCEPTED:
		return "accepted";
	case PUSH_OK:
		return "duplicate";
	case PUSH_TOO_MANY:
	case PUSH_UNAVAILABLE:
		return "busy";
	default:
		return "refused";
	}
}

unsigned push_reply_retry_after(const struct push_reply *a)
{
	if (a->code == PUSH_TOO_MANY)
		return RETRY_TOO_MANY_S;
	return a->code == PUSH_UNAVAILABLE ? RETRY_UNAVAILABLE_S : 0;
}

char *push_reply_json(const struct push_reply *a)
{
	char hex[ARTICLE_ID_HEX + 1] = "";
	if (a->code == PUSH_ACCEPTED || a->code == PUSH_OK)
		article_id_format(&a->id, hex);
	json_t *object = json_pack("{ss, ss*, ss*}", "outcome", push_reply_outcome(a), "id",
				   hex[0] ? hex : NULL, "reason", a->reason[0] ? a->reason : NULL);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	json_decref(object);
	return text;
}

/* --- the head --- */

static bool is_word(struct text t, const char *word)
{
	return t.ptr && t.len == strlen(word) && strncasecmp(t.ptr, word, t.len) == 0;
}

void push_head_add(struct push_head *h, struct text name, struct text value)
{
	const struct {
		const char *name;
		struct text *value;
	} fields[] = {
		{"Authorization", &h->authorization},
		{"Content-Type", &h->content_type},
		{"Content-Length", &h->content_length},
		{"Content-Encoding", &h->content_encoding},
		{"Transfer-Encoding", &h->transfer_encoding},
		{"Expect", &h->expect},
	};
	for (size_t i = 0; i < netral_countof(fields); i++) {
		if (!is_word(name, fields[i].name))
			continue;
		h->repeated |= fields[i].value->ptr != NULL;
		*fields[i].value = (struct text){value.ptr ? value.ptr : "", value.len};
	}
}

static bool is_html(const char *media)
{
	return strcmp(media, "text/html") == 0 || strcmp(media, "application/xhtml+xml") == 0;
}

/* JSON is UTF-8 (RFC 8259, 8.1); ASCII is part of it. */
static bool is_utf8_or_silent(const char *charset)
{
	return !charset[0] || strcmp(charset, "utf-8") == 0 || strcmp(charset, "us-ascii") == 0;
}

static bool judge_type(const struct push_head *h, struct push_type *ret_type,
		       struct push_reply *ret)
{
	struct content_type type;
	content_type_read(h->content_type.ptr ? h->content_type.ptr : "", h->content_type.len,
			  &type);
	bool json = strcmp(type.media, "application/json") == 0;
	if (h->content_encoding.ptr && !is_word(h->content_encoding, "identity"))
		push_reply_set(ret, PUSH_UNSUPPORTED, "Content-Encoding: only identity");
	else if (!json && !is_html(type.media))
		push_reply_set(ret, PUSH_UNSUPPORTED,
			       "Content-Type: only application/json, text/html and "
			       "application/xhtml+xml");
	else if (json && !is_utf8_or_silent(type.charset))
		push_reply_set(ret, PUSH_UNSUPPORTED, "Content-Type: JSON only in charset=utf-8");
	ret_type->format = json ? PUSH_JSON : PUSH_HTML;
	memcpy(ret_type->charset, type.charset, sizeof(type.charset));
	return ret->code == 0;
}

/* Decimal digits; what is beyond all sizes is SIZE_MAX. False when it is no number. */
static bool parse_length(struct text t, size_t *ret_length)
{
	size_t length = 0;
	for (size_t i = 0; i < t.len; i++) {
		if (t.ptr[i] < '0' || t.ptr[i] > '9')
			return false;
		bool fits = length < SIZE_MAX / 10 - 1;
		length = fits ? length * 10 + (size_t)(t.ptr[i] - '0') : SIZE_MAX;
	}
	*ret_length = length;
	return t.len > 0;
}

static bool judge_length(const struct push_head *h, size_t body_max, struct push_reply *ret)
{
	size_t length = 0;
	bool chunked = h->transfer_encoding.ptr != NULL;
	/* Both is how requests are smuggled past a proxy: RFC 9112, 6.1. */
	if (chunked && h->content_length.ptr)
		push_reply_set(ret, PUSH_BAD_REQUEST, "Content-Length beside Transfer-Encoding");
	else if (chunked && !is_word(h->transfer_encoding, "chunked"))
		push_reply_set(ret, PUSH_BAD_REQUEST, "Transfer-Encoding: only chunked");
	else if (!chunked && !h->content_length.ptr)
		push_reply_set(ret, PUSH_LENGTH_REQUIRED,
			       "Content-Length or Transfer-Encoding is missing");
	else if (!chunked && !parse_length(h->content_length, &length))
		push_reply_set(ret, PUSH_BAD_REQUEST, "Content-Length: not a number");
	else if (length > body_max)
		push_reply_set(ret, PUSH_TOO_LARGE, "body: more than %zu bytes", body_max);
	return ret->code == 0;
}

static bool judge_token(const struct push_head *h, const struct push_token *token,
			struct push_reply *ret)
{
	if (!h->authorization.ptr)
		push_reply_set(ret, PUSH_UNAUTHORIZED, "Authorization: a bearer token is needed");
	else if (!push_token_matches(token, h->authorization))
		push_reply_set(ret, PUSH_UNAUTHORIZED, "Authorization: not the token");
	return ret->code == 0;
}

bool push_head_judge(const struct push_head *h, const struct push_token *token, size_t body_max,
		     struct push_type *ret_type, struct push_reply *ret_reply)
{
	ret_reply->code = 0;
	if (strcmp(h->path, PUSH_PATH) != 0)
		push_reply_set(ret_reply, PUSH_NOT_FOUND, "only %s is here", PUSH_PATH);
	else if (strcmp(h->method, PUSH_METHOD) != 0)
		push_reply_set(ret_reply, PUSH_NOT_ALLOWED, "only %s is taken", PUSH_METHOD);
	else if (h->repeated)
		push_reply_set(ret_reply, PUSH_BAD_REQUEST,
			       "a header field that may come once came twice");
	else
		return judge_token(h, token, ret_reply) && judge_type(h, ret_type, ret_reply) &&
		       judge_length(h, body_max, ret_reply);
	return false;
}

bool push_head_has_body(const struct push_head *h)
{
	size_t length = 0;
	if (h->transfer_encoding.ptr)
		return true;
	return h->content_length.ptr && (!parse_length(h->content_length, &length) || length > 0);
}

/* --- the body --- */

static int read_html(const struct push_type *type, const struct buf *body, struct text url,
		     struct arena *arena, struct article *ret_article, char *reason)
{
	const struct reader_meta meta = {.url = url,
					 .charset = {type->charset, strlen(type->charset)}};
	return reader_html(body->len ? (const char *)body->data : "", body->len, &meta, arena,
			   ret_article, reason);
}

static int read_json(const struct buf *body, struct text url, struct arena *arena,
		     struct article *ret_article, char *reason)
{
	int r = reader_json(body->len ? (const char *)body->data : "", body->len, arena,
			    ret_article, NULL, reason);
	if (r == NETRAL_OK && url.len > 0)
		ret_article->url = url;
	return r;
}

bool push_request_read(const struct push_type *type, const struct buf *body, struct text url,
		       struct arena *arena, struct article *ret_article,
		       struct push_reply *ret_reply)
{
	char reason[READER_REASON_SIZE];
	int r = type->format == PUSH_JSON ? read_json(body, url, arena, ret_article, reason)
					  : read_html(type, body, url, arena, ret_article, reason);
	ret_reply->code = 0;
	if (r == NETRAL_ENOMEM)
		push_reply_set(ret_reply, PUSH_UNAVAILABLE, "%s", reason);
	else if (r < 0)
		push_reply_set(ret_reply, PUSH_UNPROCESSABLE, "%s", reason);
	return r == NETRAL_OK;
}
