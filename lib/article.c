#include "lib/article.h"

#include "lib/error.h"
#include "lib/utf8.h"

#include <stdio.h>

static int check_text(struct text *t, const char *name, size_t max, char *reason)
{
	if (!t->ptr)
		*t = (struct text){"", 0};
	if (t->len > max) {
		snprintf(reason, ARTICLE_REASON_SIZE, "%s: %zu bytes exceed the limit of %zu", name,
			 t->len, max);
		return NETRAL_ETOOBIG;
	}
	size_t at = 0;
	int r = utf8_check(t->ptr, t->len, &at);
	if (r == NETRAL_EENCODING)
		snprintf(reason, ARTICLE_REASON_SIZE, "%s: byte %zu is not valid UTF-8", name, at);
	else if (r < 0)
		snprintf(reason, ARTICLE_REASON_SIZE, "%s: NUL byte at byte %zu", name, at);
	return r;
}

static bool digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
	}
	return true;
}

/* YYYY-MM-DD, alone or followed by "T" or " " and a time: the classifier needs only the date. */
static bool published_is_date(const struct text *t)
{
	const char *s = t->ptr;
	if (t->len == 0)
		return true;
	if (t->len < 10 || !digits(s, 4) || s[4] != '-' || !digits(s + 5, 2) || s[7] != '-' ||
	    !digits(s + 8, 2))
		return false;
	int month = (s[5] - '0') * 10 + (s[6] - '0');
	int day = (s[8] - '0') * 10 + (s[9] - '0');
	return month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
	       (t->len == 10 || s[10] == 'T' || s[10] == ' ');
}

static bool is_blank(const struct text *t)
{
	for (size_t i = 0; i < t->len; i++) {
		if (t->ptr[i] != ' ' && t->ptr[i] != '\n' && t->ptr[i] != '\r' && t->ptr[i] != '\t')
			return false;
	}
	return true;
}

int article_check(struct article *a, char reason[static ARTICLE_REASON_SIZE])
{
	int r = check_text(&a->url, "url", ARTICLE_URL_MAX, reason);
	if (r == NETRAL_OK)
		r = check_text(&a->title, "title", ARTICLE_TITLE_MAX, reason);
	if (r == NETRAL_OK)
		r = check_text(&a->text, "text", ARTICLE_TEXT_MAX, reason);
	if (r == NETRAL_OK)
		r = check_text(&a->published, "published", ARTICLE_PUBLISHED_MAX, reason);
	if (r == NETRAL_OK)
		r = check_text(&a->source, "source", ARTICLE_SOURCE_MAX, reason);
	if (r < 0)
		return r;
	if (is_blank(&a->text)) {
		snprintf(reason, ARTICLE_REASON_SIZE, "text: empty");
		return NETRAL_EINVALID;
	}
	if (!published_is_date(&a->published)) {
		size_t shown =
			a->published.len > 40 ? utf8_cut(a->published.ptr, 40) : a->published.len;
		snprintf(reason, ARTICLE_REASON_SIZE,
			 "published: \"%.*s\" is not an ISO 8601 date such as 2024-08-21",
			 (int)shown, a->published.ptr);
		return NETRAL_EINVALID;
	}
	a->id = article_id_at(a->url.ptr, a->url.len, a->title.ptr, a->title.len, a->text.ptr,
			      a->text.len);
	return NETRAL_OK;
}
