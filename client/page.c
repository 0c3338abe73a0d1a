/* The encoding is told by being valid UTF-8, by a byte order mark, by the server or by the page;
 * what is left is windows-1252, which is what browsers take pages without a word about it for
 * (WHATWG Encoding Standard, which also makes one encoding of that and ISO 8859-1). */
#include "client/page.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define REPLACEMENT "\xef\xbf\xbd"

enum { STEP = 16 << 10, META_BYTES = 1024 };

static bool begins(const struct text *t, const char *mark)
{
	return t->len >= 2 && memcmp(t->ptr, mark, 2) == 0;
}

static bool names_utf8(const struct text *charset)
{
	return (charset->len == 5 && strncasecmp(charset->ptr, "utf-8", 5) == 0) ||
	       (charset->len == 4 && strncasecmp(charset->ptr, "utf8", 4) == 0);
}

/* <meta charset=utf-8> or its older form, in the bytes where the standard has browsers look. */
static bool says_utf8(const struct text *body)
{
	static const char name[] = "charset=";
	size_t len = body->len < META_BYTES ? body->len : META_BYTES;
	for (size_t i = 0; i + sizeof(name) + 6 < len; i++) {
		if (strncasecmp(body->ptr + i, name, sizeof(name) - 1) != 0)
			continue;
		const char *value = body->ptr + i + sizeof(name) - 1;
		value += value[0] == '"' || value[0] == '\'';
		return strncasecmp(value, "utf-8", 5) == 0;
	}
	return false;
}

/* Of a page that is not valid UTF-8, or has a NUL in it. */
static const char *encoding_of(const struct page *page, bool has_nul)
{
	if (begins(&page->body, "\xff\xfe"))
		return "UTF-16LE";
	if (begins(&page->body, "\xfe\xff"))
		return "UTF-16BE";
	bool utf8 = page->charset.len > 0 ? names_utf8(&page->charset) : says_utf8(&page->body);
	return utf8 || has_nul ? "UTF-8" : "WINDOWS-1252";
}

/* Converts as much as there is room for; a unit that is not valid is replaced. */
static int convert_some(iconv_t cd, char **from, size_t *left, size_t unit, struct buf *to)
{
	int r = buf_reserve(to, STEP + strlen(REPLACEMENT));
	if (r < 0)
		return r;
	char *out = (char *)to->data + to->len;
	size_t room = STEP;
	size_t got = iconv(cd, from, left, &out, &room);
	to->len += STEP - room;
	if (got != (size_t)-1 || errno == E2BIG)
		return NETRAL_OK;
	size_t bad = unit < *left ? unit : *left;
	*from += bad;
	*left -= bad;
	return buf_append_str(to, REPLACEMENT);
}

static int convert(const struct page *page, const char *encoding, struct buf *to)
{
	size_t unit = strncmp(encoding, "UTF-16", 6) == 0 ? 2 : 1;
	iconv_t cd = iconv_open("UTF-8", encoding);
	if ((intptr_t)cd == -1)
		return NETRAL_ENOMEM;
	char *from; /* iconv() does not write there, for all its type says */
	memcpy(&from, &page->body.ptr, sizeof(from));
	size_t left = page->body.len;
	int r = NETRAL_OK;
	while (left > 0 && r == NETRAL_OK)
		r = convert_some(cd, &from, &left, unit, to);
	iconv_close(cd);
	return r;
}

/* A NUL is nothing to a browser; elsewhere it would end the text. */
static void drop_nuls(struct buf *b)
{
	size_t n = 0;
	for (size_t i = 0; i < b->len; i++) {
		if (b->data[i])
			b->data[n++] = b->data[i];
	}
	b->len = n;
}

static int to_utf8(const struct page *page, struct buf *scratch, struct text *ret)
{
	*ret = page->body;
	int r = utf8_check(ret->ptr, ret->len, NULL);
	if (r == NETRAL_OK)
		return NETRAL_OK;
	buf_clear(scratch);
	r = convert(page, encoding_of(page, r == NETRAL_EINVALID), scratch);
	if (r == NETRAL_OK)
		drop_nuls(scratch);
	*ret = (struct text){(const char *)scratch->data, scratch->len};
	return r;
}

/* Addresses of archives hold any bytes; one that is no text, or too long, is none. */
static int take_url(const struct page *page, struct arena *arena, struct article *a)
{
	const struct text *url = &page->url;
	if (a->url.len > 0 || url->len == 0 || url->len > ARTICLE_URL_MAX ||
	    utf8_check(url->ptr, url->len, NULL) < 0)
		return NETRAL_OK;
	char *copy = arena_strndup(arena, url->ptr, url->len);
	if (!copy)
		return NETRAL_ENOMEM;
	a->url = (struct text){copy, url->len};
	return NETRAL_OK;
}

int page_article(const struct page *page, struct buf *scratch, struct arena *arena,
		 struct article *ret_article, char reason[static READER_REASON_SIZE])
{
	struct text html;
	char why[ARTICLE_REASON_SIZE];
	int r = to_utf8(page, scratch, &html);
	if (r < 0) {
		snprintf(reason, READER_REASON_SIZE, "page: %s", netral_strerror(r));
		return r;
	}
	r = reader_html(html.ptr, html.len, arena, ret_article, reason);
	if (r < 0)
		return r;
	r = take_url(page, arena, ret_article);
	ret_article->source = (struct text){page->source, strlen(page->source)};
	if (r == NETRAL_OK)
		r = article_check(ret_article, why);
	else
		snprintf(why, sizeof(why), "page: %s", netral_strerror(r));
	if (r < 0)
		snprintf(reason, READER_REASON_SIZE, "%s", why);
	return r;
}
