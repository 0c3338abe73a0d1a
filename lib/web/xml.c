/* The parser's events are taken, no tree is built. libxml2 is asked for huge documents, because its
 * own limits are those of trees; what is bounded is bounded by the first pass. */
#include "lib/web/xml.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/web/charset.h"

#include <libxml/parser.h>
#include <limits.h>
#include <string.h>

enum { DECLARATION_MAX = 256, GROWTH_MAX = 4, ROOM_MIN = 64 * 1024, ATTRIBUTE_SLOTS = 5 };

struct walk {
	xmlParserCtxtPtr parser;
	const struct xml_handler *handler;
	void *user;
	struct xml_attr attributes[XML_ATTRIBUTES_MAX];
	struct buf values; /* those that are not as the parser gives them */
	int err;
};

static const char *or_empty(const xmlChar *s)
{
	return s ? (const char *)s : "";
}

static void keep_error(struct walk *w, int err)
{
	if (w->err == NETRAL_OK && err < 0) {
		w->err = err;
		xmlStopParser(w->parser);
	}
}

/* Unless it replaces entities, which it never does here, the parser gives '&' in an attribute as
 * this; nothing else becomes it, because the first pass leaves no other '&'. */
static const char ampersand[] = "&#38;";

static int decode(struct buf *out, const char *s, const char *end, struct text *ret_value)
{
	size_t start = out->len, len = strlen(ampersand);
	int r = NETRAL_OK;
	while (s < end && r == NETRAL_OK) {
		const char *at = memmem(s, (size_t)(end - s), ampersand, len);
		r = buf_append(out, s, (size_t)((at ? at + 1 : end) - s));
		s = at ? at + len : end;
	}
	if (r == NETRAL_OK)
		*ret_value = (struct text){(const char *)out->data + start, out->len - start};
	return r;
}

/* The room is reserved beforehand, so that no value moves while it is lent. */
static int take_attributes(struct walk *w, const xmlChar **a, size_t count)
{
	buf_clear(&w->values);
	int r = buf_reserve(&w->values, count * XML_VALUE_MAX);
	for (size_t i = 0; i < count && r == NETRAL_OK; i++, a += ATTRIBUTE_SLOTS) {
		const char *value = (const char *)a[3], *end = (const char *)a[4];
		w->attributes[i] = (struct xml_attr){
			(const char *)a[0], or_empty(a[1]), {value, (size_t)(end - value)}};
		if (memchr(value, '&', (size_t)(end - value)))
			r = decode(&w->values, value, end, &w->attributes[i].value);
	}
	return r;
}

static void on_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
		     int namespace_count, const xmlChar **namespaces, int attribute_count,
		     int defaulted, const xmlChar **attributes)
{
	struct walk *w = user;
	size_t count = attribute_count > 0 ? (size_t)attribute_count : 0;
	struct xml_element e = {(const char *)name, or_empty(prefix), or_empty(uri), w->attributes,
				count < XML_ATTRIBUTES_MAX ? count : (size_t)XML_ATTRIBUTES_MAX};
	(void)namespace_count;
	(void)namespaces;
	(void)defaulted;
	if (w->err == NETRAL_OK)
		keep_error(w, take_attributes(w, attributes, e.attribute_count));
	if (w->err == NETRAL_OK)
		keep_error(w, w->handler->start(w->user, &e));
}

static void on_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct walk *w = user;
	(void)prefix;
	(void)uri;
	if (w->err == NETRAL_OK)
		keep_error(w, w->handler->end(w->user, (const char *)name));
}

static void on_text(void *user, const xmlChar *s, int len)
{
	struct walk *w = user;
	if (w->err == NETRAL_OK && len > 0)
		keep_error(w, w->handler->text(w->user, (const char *)s, (size_t)len));
}

struct text xml_attribute(const struct xml_element *e, const char *prefix, const char *name)
{
	for (size_t i = 0; i < e->attribute_count; i++) {
		const struct xml_attr *a = &e->attributes[i];
		if (strcmp(a->name, name) == 0 && strcmp(a->prefix, prefix) == 0)
			return a->value;
	}
	return (struct text){NULL, 0};
}

static int parse(struct walk *w, const struct buf *xml)
{
	if (xml->len > INT_MAX)
		return NETRAL_ETOOBIG;
	w->parser = xmlNewParserCtxt();
	if (!w->parser)
		return NETRAL_ENOMEM;
	xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
				 .startElementNs = on_start,
				 .endElementNs = on_end,
				 .characters = on_text,
				 .ignorableWhitespace = on_text,
				 .cdataBlock = on_text};
	*w->parser->sax = handler;
	w->parser->userData = w;
	xmlDocPtr doc =
		xmlCtxtReadMemory(w->parser, (const char *)xml->data, (int)xml->len, NULL, "UTF-8",
				  XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR |
					  XML_PARSE_NOWARNING | XML_PARSE_HUGE);
	/* There is none: no event handler builds one. */
	xmlFreeDoc(doc);
	int r = w->parser->lastError.code == XML_ERR_NO_MEMORY ? NETRAL_ENOMEM : w->err;
	xmlFreeParserCtxt(w->parser);
	return r;
}

/* The encoding that the document itself states. */
static struct text declared(const char *data, size_t len)
{
	const char *end = data + (len < DECLARATION_MAX ? len : (size_t)DECLARATION_MAX);
	const char *at = memmem(data, (size_t)(end - data), "encoding=", 9);
	if (!at || at + 10 >= end)
		return (struct text){"", 0};
	const char *name = at + 10;
	const char *quote = memchr(name, at[9], (size_t)(end - name));
	return (struct text){name, quote ? (size_t)(quote - name) : 0};
}

int xml_read(const char *data, size_t len, const struct text *charset,
	     const struct xml_handler *handler, void *user, struct xml_damage *ret_damage)
{
	struct walk w = {.handler = handler, .user = user, .err = NETRAL_OK};
	struct text stated = charset->len > 0 ? *charset : declared(data, len);
	size_t room =
		len > (SIZE_MAX - ROOM_MIN) / GROWTH_MAX ? SIZE_MAX : len * GROWTH_MAX + ROOM_MIN;
	netral_cleanup(buf_fini) struct buf text = {.limit = room};
	netral_cleanup(buf_fini) struct buf clean = {.limit = room};
	*ret_damage = (struct xml_damage){0};

	int r = charset_to_utf8(data, len, &stated, &text, &ret_damage->mended);
	if (r == NETRAL_OK && text.len == 0)
		r = NETRAL_EMALFORMED;
	if (r == NETRAL_OK)
		r = xml_clean((const char *)text.data, text.len, &clean, ret_damage);
	buf_fini(&text);
	if (r == NETRAL_OK)
		r = parse(&w, &clean);
	buf_fini(&w.values);
	return r;
}
