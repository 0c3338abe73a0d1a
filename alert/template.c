#include "alert/template.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What a chat service would do more with than show it. */
enum markup {
	MARKUP_NONE,
	MARKUP_SLACK,    /* <!channel>, <url|text>: escaped as Slack asks */
	MARKUP_MENTIONS, /* @channel: a zero-width space is put behind the @ */
};

static const struct {
	const char *name;
	const char *body;
	enum markup markup;
} named[] = {
	{"slack", "{\"text\":\"{text}\",\"unfurl_links\":false}", MARKUP_SLACK},
	{"mattermost", "{\"text\":\"{text}\"}", MARKUP_MENTIONS},
	{"telegram",
	 "{\"chat_id\":\"{chat}\",\"text\":\"{text}\",\"disable_web_page_preview\":true}",
	 MARKUP_NONE},
	{"discord", "{\"content\":\"{text}\",\"allowed_mentions\":{\"parse\":[]}}", MARKUP_NONE},
};

static const char *body_of(const char *form, enum markup *ret_markup)
{
	*ret_markup = MARKUP_NONE;
	for (size_t i = 0; i < netral_countof(named); i++) {
		if (strcmp(named[i].name, form) == 0) {
			*ret_markup = named[i].markup;
			return named[i].body;
		}
	}
	return form;
}

static bool is_placeholder(const char *at, size_t *ret_len)
{
	size_t len = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
	*ret_len = len;
	return len > 0 && at[1 + len] == '}';
}

static const char *value_of(const struct template_values *v, const char *name, size_t len)
{
#define X(key)                                                                                     \
	if (strlen(#key) == len && memcmp(#key, name, len) == 0)                                   \
		return v->key;
	TEMPLATE_VALUES(X)
#undef X
	return NULL;
}

/* --- escaping --- */

static int append_char(struct buf *out, const char *c, enum markup markup)
{
	static const char *const slack[] = {['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;"};
	unsigned char b = (unsigned char)*c;
	if (b < 0x20)
		return buf_printf(out, "\\u%04x", b);
	if (b == '"' || b == '\\')
		return buf_printf(out, "\\%c", b);
	if (markup == MARKUP_SLACK && b < netral_countof(slack) && slack[b])
		return buf_append_str(out, slack[b]);
	if (markup == MARKUP_MENTIONS && b == '@')
		return buf_append_str(out, "@\xE2\x80\x8B");
	return buf_append(out, c, 1);
}

static int append_value(struct buf *out, const char *value, enum markup markup)
{
	int r = NETRAL_OK;
	for (; *value && r == NETRAL_OK; value++)
		r = append_char(out, value, markup);
	return r;
}

static int fill(const char *body, const struct template_values *values, enum markup markup,
		struct buf *out)
{
	int r = NETRAL_OK;
	while (*body && r == NETRAL_OK) {
		size_t len = 0;
		if (*body == '{' && is_placeholder(body, &len)) {
			const char *value = value_of(values, body + 1, len);
			r = append_value(out, value ? value : "", markup);
			body += len + 2;
		} else {
			r = buf_append(out, body++, 1);
		}
	}
	return r;
}

int template_fill(const char *form, const struct template_values *values, struct buf *out)
{
	enum markup markup;
	const char *body = body_of(form, &markup);
	return fill(body, values, markup, out);
}

/* --- checking --- */

static int check_names(const char *body, const struct template_values *values, char *error,
		       size_t size)
{
	size_t len;
	for (const char *at = strchr(body, '{'); at; at = strchr(at + 1, '{')) {
		if (!is_placeholder(at, &len) || value_of(values, at + 1, len))
			continue;
		snprintf(error, size, "there is no {%.*s}", len > 60 ? 60 : (int)len, at + 1);
		return NETRAL_EINVALID;
	}
	return NETRAL_OK;
}

int template_check(const char *form, char *error, size_t error_size)
{
	struct template_values v;
	enum markup markup;
	json_error_t e;
	if (!form[0])
		return NETRAL_OK;
		/* No JSON by itself: so a placeholder that is in no string is found. */
#define X(key) v.key = "x";
	TEMPLATE_VALUES(X)
#undef X
	int r = check_names(body_of(form, &markup), &v, error, error_size);
	if (r < 0)
		return r;
	netral_cleanup(buf_fini) struct buf out = {.limit = 0};
	r = template_fill(form, &v, &out);
	json_t *j = r == NETRAL_OK ? json_loadb((const char *)out.data, out.len, 0, &e) : NULL;
	if (r == NETRAL_OK && !j) {
		snprintf(error, error_size,
			 "neither slack, mattermost, telegram or discord, nor "
			 "JSON: %.80s",
			 e.text);
		r = NETRAL_EINVALID;
	}
	json_decref(j);
	return r;
}
