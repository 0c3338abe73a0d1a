/* The parser's events build the tree; libxml2's own tree costs three times the memory and has no
 * order that an index could use. Names of elements come from one table, so they are looked up and
 * not compared. Texts that follow each other are one node, however the parser cut them. */
#include "lib/extract/page.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/web/blank.h"

#include <libxml/HTMLparser.h>
#include <string.h>
#include <strings.h>

struct build {
	struct page *page;
	htmlParserCtxtPtr parser;
	uint32_t open; /* the element that is being filled */
	uint32_t depth;
	int err;
};

const char *page_string(const struct page *p, uint32_t at)
{
	return (const char *)p->text.data + at;
}

struct text page_value(const struct page *p, uint32_t node)
{
	const struct node *n = &p->nodes[node];
	return n->element && n->len ? (struct text){page_string(p, n->text), n->len}
				    : (struct text){"", 0};
}

static void stop(struct build *b, int err)
{
	if (err == NETRAL_ETOOBIG)
		b->page->cut = true;
	else if (b->err == NETRAL_OK)
		b->err = err;
	xmlStopParser(b->parser);
}

/* Keeps a string with its NUL; where it is. */
static uint32_t keep(struct build *b, const char *s, size_t len)
{
	struct buf *text = &b->page->text;
	uint32_t at = (uint32_t)text->len;
	int r = buf_reserve(text, len + 1);
	if (r == NETRAL_OK)
		r = buf_append(text, s, len);
	if (r == NETRAL_OK)
		r = buf_append(text, "", 1);
	if (r < 0) {
		stop(b, r);
		return 0; /* the first byte of the text is a NUL */
	}
	return at;
}

static struct node *add_node(struct build *b, enum element e)
{
	struct page *p = b->page;
	int r = p->count == PAGE_NODES_MAX ? NETRAL_ETOOBIG
					   : buf_reserve(&p->node_buf, sizeof(struct node));
	if (r < 0) {
		stop(b, r);
		return NULL;
	}
	p->nodes = (struct node *)(void *)p->node_buf.data;
	p->node_buf.len += sizeof(struct node);
	struct node *n = &p->nodes[p->count++];
	*n = (struct node){.parent = b->open, .element = (uint8_t)e};
	return n;
}

/* --- attributes --- */

static const char *attribute(const xmlChar **atts, const char *name)
{
	for (; atts && atts[0]; atts += 2) {
		if (strcmp((const char *)atts[0], name) == 0)
			return atts[1] ? (const char *)atts[1] : "";
	}
	return "";
}

/* What the parser hands on of an element, but for <meta> and <link>. */
struct reading {
	struct marks marks;
	const char *content, *datetime, *href;
};

static void read_attribute(struct reading *r, enum element e, const char *name, const char *s)
{
	if (strcmp(name, MARKS_NAME) == 0) {
		marks_read(&r->marks, s);
		return;
	}
	struct text value = {s, strlen(s)};
	enum attribute a = attribute_find(name, strlen(name));
	marks_add(&r->marks, e, a, &value);
	if (a == ATTRIBUTE_CONTENT)
		r->content = s;
	else if (a == ATTRIBUTE_DATETIME)
		r->datetime = s;
	else if (a == ATTRIBUTE_HREF)
		r->href = s;
}

/* The first of them that is there and not empty. */
static const char *value_of(const struct reading *r)
{
	if (r->content && r->content[0])
		return r->content;
	return r->datetime && r->datetime[0] ? r->datetime : r->href ? r->href : "";
}

static void read_attributes(struct build *b, struct node *n, const xmlChar **atts)
{
	struct reading r = {.content = NULL};
	for (; atts[0]; atts += 2)
		read_attribute(&r, n->element, (const char *)atts[0],
			       atts[1] ? (const char *)atts[1] : "");
	n->words = r.marks.words;
	n->item = (uint8_t)r.marks.item;
	n->hidden = r.marks.hidden;
	const char *value = value_of(&r);
	if (value[0]) {
		size_t len = strlen(value);
		n->text = keep(b, value, len);
		n->len = n->text ? (uint32_t)len : 0;
	}
}

static void add_meta(struct build *b, const xmlChar **atts, bool link)
{
	static const char *const names[] = {"property", "name", "itemprop", "http-equiv"};
	struct page *p = b->page;
	const char *name = link ? attribute(atts, "rel") : "";
	const char *content = attribute(atts, link ? "href" : "content");
	for (size_t i = 0; !link && !name[0] && i < netral_countof(names); i++)
		name = attribute(atts, names[i]);
	if (link && !name[0])
		name = attribute(atts, "itemprop");
	if (!name[0] || !content[0] || p->meta_count == PAGE_METAS_MAX)
		return;
	const char *type = link ? attribute(atts, "type") : "";
	p->metas[p->meta_count++] =
		(struct page_meta){.name = keep(b, name, strlen(name)),
				   .content = keep(b, content, strlen(content)),
				   .type = type[0] ? keep(b, type, strlen(type)) : 0,
				   .link = link};
}

/* --- events --- */

static void on_start(void *user, const xmlChar *name, const xmlChar **atts)
{
	struct build *b = user;
	enum element e = element_find((const char *)name, strlen((const char *)name));
	if (++b->depth > PAGE_DEPTH_MAX) {
		stop(b, NETRAL_ETOOBIG);
		return;
	}
	struct node *n = add_node(b, e);
	if (!n)
		return;
	b->open = b->page->count - 1;
	if (!atts)
		return;
	read_attributes(b, n, atts);
	if (e == ELEMENT_META || e == ELEMENT_LINK)
		add_meta(b, atts, e == ELEMENT_LINK);
	const char *lang = e == ELEMENT_HTML ? attribute(atts, "lang") : "";
	if (lang[0])
		b->page->language = keep(b, lang, strlen(lang));
}

static void on_end(void *user, const xmlChar *name)
{
	struct build *b = user;
	struct page *p = b->page;
	(void)name; /* the parser closes in order */
	if (b->open == 0 || b->err < 0 || p->cut)
		return;
	b->depth--;
	p->nodes[b->open].end = p->count;
	b->open = p->nodes[b->open].parent;
}

static void on_text(void *user, const xmlChar *s, int len)
{
	struct build *b = user;
	struct page *p = b->page;
	if (len <= 0 || p->count == 0 || b->err < 0)
		return;
	struct node *last = &p->nodes[p->count - 1];
	bool goes_on = !last->element && last->parent == b->open && p->count > 1 &&
		       last->text + last->len == p->text.len;
	uint32_t at = (uint32_t)p->text.len;
	int r = buf_append(&p->text, s, (size_t)len);
	if (r < 0) {
		stop(b, r);
	} else if (goes_on) {
		last->len += (uint32_t)len;
	} else {
		struct node *n = add_node(b, ELEMENT_UNKNOWN);
		if (!n)
			return;
		n->end = p->count;
		n->text = at;
		n->len = (uint32_t)len;
	}
}

/* The elements that were open when the parser stopped end with the page. */
static void close_all(struct page *p)
{
	for (uint32_t i = 0; i < p->count; i++) {
		if (p->nodes[i].end == 0)
			p->nodes[i].end = p->count;
	}
}

static int parse(struct build *b, const struct buf *clean)
{
	b->parser = htmlNewParserCtxt();
	if (!b->parser)
		return NETRAL_ENOMEM;
	htmlSAXHandler handler = {.startElement = on_start,
				  .endElement = on_end,
				  .characters = on_text,
				  .ignorableWhitespace = on_text,
				  .cdataBlock = on_text};
	*b->parser->sax = handler;
	b->parser->userData = b;
	htmlDocPtr doc = htmlCtxtReadMemory(
		b->parser, (const char *)clean->data, (int)clean->len, NULL, "UTF-8",
		HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
			HTML_PARSE_IGNORE_ENC);
	/* There is none: no event handler builds one. */
	xmlFreeDoc(doc);
	int r = b->parser->lastError.code == XML_ERR_NO_MEMORY ? NETRAL_ENOMEM : b->err;
	htmlFreeParserCtxt(b->parser);
	return r;
}

int page_parse(const struct buf *clean, struct page *ret_page)
{
	struct build b = {.page = ret_page};
	*ret_page = (struct page){0};
	buf_init(&ret_page->text, PAGE_TEXT_MAX);
	int r = buf_append(&ret_page->text, "", 1);
	if (r == NETRAL_OK)
		r = buf_reserve(&ret_page->node_buf, 1024 * sizeof(struct node));
	if (r < 0)
		return r;
	struct node *root = add_node(&b, ELEMENT_HTML);
	root->end = 0;
	r = clean->len ? parse(&b, clean) : NETRAL_OK;
	close_all(ret_page);
	return r;
}

void page_fini(struct page *p)
{
	buf_fini(&p->text);
	buf_fini(&p->node_buf);
	*p = (struct page){0};
}

bool page_is_framed(const struct page *p)
{
	unsigned links = 0;
	for (uint32_t i = 0; i < p->count && links < PAGE_FRAME_LINKS; i++)
		links += p->nodes[i].element == ELEMENT_A && p->nodes[i].len;
	return links == PAGE_FRAME_LINKS;
}

bool page_is_called(const struct page *p, uint32_t node, unsigned words)
{
	for (unsigned i = 0; i < PAGE_CALLED_DEPTH && node > 0; i++, node = p->nodes[node].parent) {
		if (p->nodes[node].words & words)
			return true;
	}
	return false;
}

/* One text, appended with its runs of blanks as one. */
static int append_text(struct buf *out, const char *s, size_t len, bool *gap)
{
	size_t at = 0;
	while (at < len) {
		size_t size, start = at;
		while (at < len && (size = blank_at(s + at, len - at)) > 0)
			at += size;
		*gap = *gap || at > start;
		start = at;
		while (at < len && blank_at(s + at, len - at) == 0)
			at++;
		if (at == start)
			break;
		int r = *gap && out->len ? buf_append(out, " ", 1) : NETRAL_OK;
		if (r == NETRAL_OK)
			r = buf_append(out, s + start, at - start);
		if (r < 0)
			return r;
		*gap = false;
	}
	return NETRAL_OK;
}

int page_text_of(const struct page *p, uint32_t node, size_t max, struct buf *out)
{
	bool gap = false;
	for (uint32_t i = node; i < p->nodes[node].end && out->len < max; i++) {
		const struct node *n = &p->nodes[i];
		if (n->element) {
			gap = gap || element_flags(n->element) & ELEMENT_BLOCK;
			continue;
		}
		int r = append_text(out, page_string(p, n->text), n->len, &gap);
		if (r < 0)
			return r;
	}
	return NETRAL_OK;
}
