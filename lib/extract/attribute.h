/* attribute.h - the attributes that are looked at, and what those say that name an element's part.
 *
 * Most of a page's attributes are classes that tell nothing. So the cleaner reads what they tell
 * and hands that to the parser as one short attribute, and not the classes. Any thread. */
#ifndef NETRAL_LIB_EXTRACT_ATTRIBUTE_H
#define NETRAL_LIB_EXTRACT_ATTRIBUTE_H

#include "lib/article.h"
#include "lib/extract/element.h"

#include <stdbool.h>
#include <stddef.h>

/* By name, those of a letter together. */
#define ATTRIBUTES(X)                                                                              \
	X(CLASS, "class")                                                                          \
	X(CONTENT, "content")                                                                      \
	X(DATETIME, "datetime")                                                                    \
	X(HIDDEN, "hidden")                                                                        \
	X(HREF, "href")                                                                            \
	X(HTTP_EQUIV, "http-equiv")                                                                \
	X(ID, "id")                                                                                \
	X(ITEMPROP, "itemprop")                                                                    \
	X(LANG, "lang")                                                                            \
	X(NAME, "name")                                                                            \
	X(PROPERTY, "property")                                                                    \
	X(REL, "rel")                                                                              \
	X(STYLE, "style")                                                                          \
	X(TYPE, "type")

enum attribute {
	ATTRIBUTE_UNKNOWN,
#define X(name, text) ATTRIBUTE_##name,
	ATTRIBUTES(X)
#undef X
		ATTRIBUTE_COUNT
};

/* In any case of letters. */
enum attribute attribute_find(const char *name, size_t len);

const char *attribute_name(enum attribute a);

/* What an itemprop says of an element. */
enum page_item {
	ITEM_NONE,
	ITEM_BODY,
	ITEM_HEADLINE,
	ITEM_AUTHOR,
	ITEM_NAME,
	ITEM_PUBLISHED,
	ITEM_SECTION,
};

struct marks {
	unsigned words; /* WORDS_* of class and id */
	enum page_item item;
	bool hidden;
};

/* Adds what an attribute of an element says; each attribute once. Its references are decoded. */
void marks_add(struct marks *m, enum element e, enum attribute a, const struct text *value);

/* The attribute that stands for marks between cleaner and page; no attribute of a page is written
 * under its name. */
#define MARKS_NAME "x"
enum { MARKS_MAX = 8 };

/* Returns how many bytes it wrote, without a NUL; 0: there are no marks. */
size_t marks_write(const struct marks *m, char to[static MARKS_MAX]);

/* Adds the marks that were written as `s`. */
void marks_read(struct marks *m, const char *s);

#endif
