/* The parser's events are taken, no tree is built: memory stays that of the text. html_clean() has
 * run before, so names are known ones and attributes few; what is left to bound is the depth,
 * because closing a tag walks the open ones.
 *
 * One flow collects the text of the page; <article> elements are ranges in it, and the longest one
 * wins, since front pages and "read also" boxes wrap teasers in <article> too. */
#include "lib/reader/reader.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/reader/reader_internal.h"
#include "lib/utf8.h"

#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 512 };

/* What stands between the text so far and the next character. */
enum gap { GAP_NONE, GAP_SPACE, GAP_LINE };

/* Text with runs of white space as one blank, and one line a block. */
struct flow {
	struct buf buf;
	enum gap gap;
};

struct range {
	size_t start, end;
};

struct page {
	htmlParserCtxtPtr parser;
	struct flow body, title, heading;
	struct buf og_title, url, published;
	unsigned depth;
	unsigned left_out; /* open elements of these kinds */
	unsigned in_title;
	unsigned in_heading;
	unsigned in_article;
	bool heading_ended;
	bool too_deep;
	size_t article_start;
	struct range article; /* the longest, in body */
	int err;
};

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++) {
		if (strcmp(name, *names) == 0)
			return true;
	}
	return false;
}

static bool is_left_out(const char *name)
{
	static const char *const names[] = {
		"aside", "button",   "canvas", "footer", "form", "head",     "header",   "iframe",
		"nav",   "noscript", "object", "select", "svg",  "template", "textarea", NULL};
	return is_one_of(name, names);
}

static void keep_error(struct page *p, int err)
{
	if (p->err == NETRAL_OK && err < 0)
		p->err = err;
}

static bool take_blank(const char *s, size_t len, size_t *ret_size)
{
	*ret_size = 1;
	if (strchr(" \t\n\r\f", s[0]))
		return true;
	*ret_size = 2;
	return len >= 2 && memcmp(s, "\xc2\xa0", 2) == 0; /* no-break space */
}

static int flow_gap(struct flow *f)
{
	enum gap gap = f->buf.len > 0 ? f->gap : GAP_NONE;
	f->gap = GAP_NONE;
	return gap == GAP_NONE ? NETRAL_OK : buf_append(&f->buf, gap == GAP_LINE ? "\n" : " ", 1);
}

static int flow_word(struct flow *f, const char *s, size_t len)
{
	int r = flow_gap(f);
	return r < 0 ? r : buf_append(&f->buf, s, len);
}

static int flow_text(struct flow *f, const char *s, size_t len)
{
	size_t start = 0, at = 0, size;
	int r = NETRAL_OK;
	while (at < len && r == NETRAL_OK) {
		if (!take_blank(s + at, len - at, &size)) {
			at++;
			continue;
		}
		if (at > start)
			r = flow_word(f, s + start, at - start);
		f->gap = f->gap == GAP_LINE ? GAP_LINE : GAP_SPACE;
		at += size;
		start = at;
	}
	if (r == NETRAL_OK && at > start)
		r = flow_word(f, s + start, at - start);
	return r;
}

static const char *attribute(const xmlChar **atts, const char *name)
{
	for (; atts && atts[0]; atts += 2) {
		if (strcmp((const char *)atts[0], name) == 0)
			return atts[1] ? (const char *)atts[1] : "";
	}
	return "";
}

/* The first one counts. */
static void remember(struct page *p, struct buf *b, const char *value)
{
	struct text t = reader_trim(value, strlen(value));
	if (b->len == 0 && t.len > 0)
		keep_error(p, buf_append(b, t.ptr, t.len));
}

/* Sites write many forms; only an ISO date is of use, and only that is promised. */
static bool is_iso_date(const char *s)
{
	int year, month, day, len = 0;
	return sscanf(s, " %4d-%2d-%2d%n", &year, &month, &day, &len) == 3 && len >= 10 &&
	       month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
	       (s[len] == '\0' || s[len] == 'T' || s[len] == ' ') &&
	       strlen(s) <= ARTICLE_PUBLISHED_MAX;
}

static void on_meta(struct page *p, const xmlChar **atts)
{
	static const char *const published[] = {"article:published_time", "datePublished", NULL};
	const char *property = attribute(atts, "property");
	const char *content = attribute(atts, "content");
	if (!property[0])
		property = attribute(atts, "name");
	if (!property[0])
		property = attribute(atts, "itemprop");
	if (strcmp(property, "og:title") == 0)
		remember(p, &p->og_title, content);
	else if (strcmp(property, "og:url") == 0)
		remember(p, &p->url, content);
	else if (is_one_of(property, published) && is_iso_date(content))
		remember(p, &p->published, content);
}

static void on_start(void *user, const xmlChar *element, const xmlChar **atts)
{
	struct page *p = user;
	const char *name = (const char *)element;
	if (++p->depth > DEPTH_MAX) {
		keep_error(p, NETRAL_ETOOBIG);
		p->too_deep = true;
		xmlStopParser(p->parser);
		return;
	}
	p->left_out += is_left_out(name);
	p->in_title += strcmp(name, "title") == 0;
	p->in_heading += strcmp(name, "h1") == 0;
	if (strcmp(name, "article") == 0 && p->in_article++ == 0)
		p->article_start = p->body.buf.len;
	if (strcmp(name, "meta") == 0)
		on_meta(p, atts);
	if (strcmp(name, "link") == 0 && strcmp(attribute(atts, "rel"), "canonical") == 0)
		remember(p, &p->url, attribute(atts, "href"));
	p->body.gap = GAP_LINE;
}

static void close_one(unsigned *open, bool is_it)
{
	if (is_it && *open > 0)
		(*open)--;
}

static void on_article_end(struct page *p)
{
	if (p->in_article == 0 || --p->in_article > 0)
		return;
	struct range r = {p->article_start, p->body.buf.len};
	if (r.end - r.start > p->article.end - p->article.start)
		p->article = r;
}

static void on_end(void *user, const xmlChar *element)
{
	struct page *p = user;
	const char *name = (const char *)element;
	close_one(&p->depth, true);
	close_one(&p->left_out, is_left_out(name));
	close_one(&p->in_title, strcmp(name, "title") == 0);
	if (strcmp(name, "article") == 0)
		on_article_end(p);
	if (strcmp(name, "h1") == 0) {
		close_one(&p->in_heading, true);
		p->heading_ended = p->heading.buf.len > 0;
	}
	p->body.gap = GAP_LINE;
}

static void on_text(void *user, const xmlChar *s, int len)
{
	struct page *p = user;
	const char *text = (const char *)s;
	if (p->err < 0 || len <= 0)
		return;
	if (p->in_title)
		keep_error(p, flow_text(&p->title, text, (size_t)len));
	else if (p->in_heading && !p->heading_ended)
		keep_error(p, flow_text(&p->heading, text, (size_t)len));
	if (!p->left_out && !p->in_title)
		keep_error(p, flow_text(&p->body, text, (size_t)len));
}

static int parse(struct page *p, const struct buf *html)
{
	p->parser = htmlNewParserCtxt();
	if (!p->parser)
		return NETRAL_ENOMEM;
	htmlSAXHandler handler = {.startElement = on_start,
				  .endElement = on_end,
				  .characters = on_text,
				  .ignorableWhitespace = on_text,
				  .cdataBlock = on_text};
	*p->parser->sax = handler;
	p->parser->userData = p;
	htmlDocPtr doc = htmlCtxtReadMemory(
		p->parser, (const char *)html->data, (int)html->len, NULL, "UTF-8",
		HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
			HTML_PARSE_IGNORE_ENC);
	/* There is none: no event handler builds one. */
	xmlFreeDoc(doc);
	int r = p->parser->lastError.code == XML_ERR_NO_MEMORY ? NETRAL_ENOMEM : p->err;
	htmlFreeParserCtxt(p->parser);
	return r;
}

static int copy(struct arena *arena, const void *data, size_t len, struct text *ret_text)
{
	char *s = arena_strndup(arena, len > 0 ? data : "", len);
	if (!s)
		return NETRAL_ENOMEM;
	*ret_text = (struct text){s, len};
	return NETRAL_OK;
}

static int to_article(const struct page *p, struct arena *arena, struct article *ret_article)
{
	const struct buf *title = &p->title.buf;
	struct range r = p->article;
	struct article a = {.source = {"", 0}};
	if (p->heading.buf.len > 0)
		title = &p->heading.buf;
	if (p->og_title.len > 0)
		title = &p->og_title;
	if (r.end == r.start)
		r = (struct range){0, p->body.buf.len};
	/* The gap before an <article> was written with its first character. */
	struct text text = reader_trim((const char *)p->body.buf.data + r.start, r.end - r.start);

	int err = copy(arena, text.ptr, text.len, &a.text);
	if (err == NETRAL_OK)
		err = copy(arena, title->data, title->len, &a.title);
	if (err == NETRAL_OK)
		err = copy(arena, p->url.data, p->url.len, &a.url);
	if (err == NETRAL_OK)
		err = copy(arena, p->published.data, p->published.len, &a.published);
	if (err == NETRAL_OK)
		*ret_article = a;
	return err;
}

static void page_init(struct page *p)
{
	*p = (struct page){0};
	buf_init(&p->body.buf, (size_t)2 * ARTICLE_TEXT_MAX);
	buf_init(&p->title.buf, (size_t)2 * ARTICLE_TITLE_MAX);
	buf_init(&p->heading.buf, (size_t)2 * ARTICLE_TITLE_MAX);
	buf_init(&p->og_title, (size_t)2 * ARTICLE_TITLE_MAX);
	buf_init(&p->url, (size_t)2 * ARTICLE_URL_MAX);
	buf_init(&p->published, (size_t)2 * ARTICLE_PUBLISHED_MAX);
}

static void page_fini(struct page *p)
{
	buf_fini(&p->body.buf);
	buf_fini(&p->title.buf);
	buf_fini(&p->heading.buf);
	buf_fini(&p->og_title);
	buf_fini(&p->url);
	buf_fini(&p->published);
}

static int explain(const struct page *p, int err, char *reason)
{
	if (p->too_deep)
		return reader_fail(reason, err, "HTML: elements nested deeper than %d", DEPTH_MAX);
	if (err == NETRAL_ETOOBIG)
		return reader_fail(reason, err, "HTML: text or title is too long");
	return reader_fail(reason, err, "HTML: %s", netral_strerror(err));
}

int reader_html(const char *data, size_t len, struct arena *arena, struct article *ret_article,
		char reason[static READER_REASON_SIZE])
{
	netral_cleanup(buf_fini) struct buf clean = {.limit = READER_FILE_MAX * 2 + 4096};
	netral_cleanup(page_fini) struct page page;
	page_init(&page);

	int r = reader_check_utf8(data, len, reason);
	if (r < 0)
		return r;
	reader_skip_bom(&data, &len);
	r = html_clean(data, len, &clean);
	if (r == NETRAL_OK && clean.len > 0)
		r = parse(&page, &clean);
	if (r < 0)
		return explain(&page, r, reason);
	if (page.body.buf.len == 0)
		return reader_fail(reason, NETRAL_EINVALID, "HTML: no text in the page");
	r = to_article(&page, arena, ret_article);
	return r < 0 ? explain(&page, r, reason) : NETRAL_OK;
}
