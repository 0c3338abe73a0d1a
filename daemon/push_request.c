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

static struct text trim(const char *s, size_t len)
{
	while (len > 0 && (*s == ' ' || *s == '\t')) {
		s++;
		len--;
	}
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	return (struct text){s, len};
}

/* Takes the part before the next ';' off `rest`. */
static struct text next_part(struct text *rest)
{
	const char *end = memchr(rest->ptr, ';', rest->len);
	size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
	struct text part = trim(rest->ptr, len);
	size_t taken = end ? len + 1 : len;
	*rest = (struct text){rest->ptr + taken, rest->len - taken};
	return part;
}

/* Absent, or UTF-8 or what is part of it: the readers know no other. */
static bool is_utf8_or_silent(struct text parameters)
{
	static const char name[] = "charset=";
	while (parameters.len > 0) {
		struct text p = next_part(&parameters);
		if (p.len < sizeof(name) - 1 || strncasecmp(p.ptr, name, sizeof(name) - 1) != 0)
			continue;
		struct text value = {p.ptr + sizeof(name) - 1, p.len - (sizeof(name) - 1)};
		if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"')
			value = (struct text){value.ptr + 1, value.len - 2};
		if (!is_word(value, "utf-8") && !is_word(value, "us-ascii"))
			return false;
	}
	return true;
}

static bool judge_type(const struct push_head *h, enum push_format *ret_format,
		       struct push_reply *ret)
{
	struct text rest = h->content_type;
	struct text type = rest.ptr ? next_part(&rest) : (struct text){"", 0};
	bool json = is_word(type, "application/json");
	if (h->content_encoding.ptr && !is_word(h->content_encoding, "identity"))
		push_reply_set(ret, PUSH_UNSUPPORTED, "Content-Encoding: only identity");
	else if (!json && !is_word(type, "text/html") && !is_word(type, "application/xhtml+xml"))
		push_reply_set(ret, PUSH_UNSUPPORTED,
			       "Content-Type: only application/json, text/html and "
			       "application/xhtml+xml");
	else if (!is_utf8_or_silent(rest))
		push_reply_set(ret, PUSH_UNSUPPORTED, "Content-Type: only charset=utf-8");
	*ret_format = json ? PUSH_JSON : PUSH_HTML;
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
		     enum push_format *ret_format, struct push_reply *ret_reply)
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
		return judge_token(h, token, ret_reply) && judge_type(h, ret_format, ret_reply) &&
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

bool push_request_read(enum push_format format, const struct buf *body, struct text url,
		       struct arena *arena, struct article *ret_article,
		       struct push_reply *ret_reply)
{
	char reason[READER_REASON_SIZE];
	const char *data = body->data ? (const char *)body->data : "";
	int r = format == PUSH_JSON ? reader_json(data, body->len, arena, ret_article, NULL, reason)
				    : reader_html(data, body->len, arena, ret_article, reason);
	ret_reply->code = 0;
	if (r == NETRAL_ENOMEM)
		push_reply_set(ret_reply, PUSH_UNAVAILABLE, "%s", reason);
	else if (r < 0)
		push_reply_set(ret_reply, PUSH_UNPROCESSABLE, "%s", reason);
	else if (url.len > 0)
		ret_article->url = url;
	return r == NETRAL_OK;
}
