/* xml.h - XML from the web, however broken, as a stream of elements. One thread a call.
 *
 * A first pass (xml_clean) reads each byte once and writes well-formed XML; only that reaches the
 * parser. It has no DOCTYPE any more, so there are no entities to expand and nothing to load; every
 * start has its end, attributes and open elements are few, references are resolved. */
#ifndef NETRAL_LIB_WEB_XML_H
#define NETRAL_LIB_WEB_XML_H

#include "lib/article.h"
#include "lib/buf.h"

#include <stdbool.h>

enum {
	XML_DEPTH_MAX = 128,        /* open elements; what is deeper loses its tags */
	XML_ELEMENTS_MAX = 1 << 20, /* of a document; reading ends there */
	XML_ATTRIBUTES_MAX = 32,    /* of an element; further ones are left out */
	XML_NAMESPACES_MAX = 64,    /* declared by open elements; further ones are left out */
	XML_NAME_MAX = 64,   /* bytes; a longer name makes its tag or attribute be left out */
	XML_SPACE_MAX = 256, /* bytes of a namespace; a longer one is not declared */
	XML_VALUE_MAX = 8192 /* bytes of an attribute; a longer one is left out */
};

/* What was wrong with a document, as far as it matters to who reads it. */
struct xml_damage {
	size_t mended;   /* bytes that were no text of the encoding, or are forbidden in XML */
	size_t repaired; /* tags added, dropped or closed for it */
	bool cut;        /* the document ended before its root element did */
	bool too_deep;   /* XML_DEPTH_MAX was passed */
	bool too_many;   /* XML_ELEMENTS_MAX was passed: the rest was not read */
};

struct xml_attr {
	const char *name;   /* without a prefix */
	const char *prefix; /* "" for none */
	struct text value;  /* not NUL-terminated */
};

/* Lent for the time of the call. */
struct xml_element {
	const char *name;   /* without a prefix */
	const char *prefix; /* "" for none */
	const char *space;  /* the namespace; "" for none, or when the prefix was not declared */
	const struct xml_attr *attributes; /* without declarations of namespaces */
	size_t attribute_count;
};

/* The value of the attribute `name`, with `prefix` or "" for none. Empty with a NULL pointer when
 * there is none. */
struct text xml_attribute(const struct xml_element *e, const char *prefix, const char *name);

/* A negative result of a call ends the reading with it; end() comes for every start(). */
struct xml_handler {
	int (*start)(void *user, const struct xml_element *e);
	int (*end)(void *user, const char *name);
	int (*text)(void *user, const char *s, size_t len); /* in pieces */
};

/* Reads `data`, with `charset` as HTTP stated it, or empty. What stands before the XML declaration
 * or the first element is passed over.
 * 0, a negative result of the handler, NETRAL_EMALFORMED when there is no element at all,
 * NETRAL_ETOOBIG when the clean form would exceed four times the size, NETRAL_ENOMEM. */
int xml_read(const char *data, size_t len, const struct text *charset,
	     const struct xml_handler *handler, void *user, struct xml_damage *ret_damage);

/* The first pass: `xml` is clean UTF-8 (charset.h). Appends to `out`.
 * 0, NETRAL_EMALFORMED, NETRAL_ETOOBIG (out->limit), NETRAL_ENOMEM. */
int xml_clean(const char *xml, size_t len, struct buf *out, struct xml_damage *damage);

#endif
