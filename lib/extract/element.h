/* element.h - the HTML elements that are told apart, one table for the cleaner and the page. */
#ifndef NETRAL_LIB_EXTRACT_ELEMENT_H
#define NETRAL_LIB_EXTRACT_ELEMENT_H

#include <stddef.h>
#include <stdint.h>

enum {
	ELEMENT_BLOCK = 1, /* a line of text ends where it begins and ends */
	ELEMENT_OUT = 2,   /* its content is never the article's */
	ELEMENT_RAW = 4,   /* its content is not markup; never handed to the parser */
	ELEMENT_OPEN = 8,  /* nests without end: the cleaner counts how deep */
	ELEMENT_HEADING = 16,
	ELEMENT_CELL = 32,
};

/* By name, those of a letter together. What is not here (b, font, picture, amp-img, ...) is no tag
 * to us: it is dropped and its content stays. */
#define ELEMENTS(X)                                                                                \
	X(A, "a", 0)                                                                               \
	X(ADDRESS, "address", ELEMENT_BLOCK | ELEMENT_OPEN)                                        \
	X(ARTICLE, "article", ELEMENT_BLOCK | ELEMENT_OPEN)                                        \
	X(ASIDE, "aside", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                              \
	X(AUDIO, "audio", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                              \
	X(BLOCKQUOTE, "blockquote", ELEMENT_BLOCK | ELEMENT_OPEN)                                  \
	X(BODY, "body", ELEMENT_BLOCK)                                                             \
	X(BR, "br", ELEMENT_BLOCK)                                                                 \
	X(BUTTON, "button", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                            \
	X(CANVAS, "canvas", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                            \
	X(CAPTION, "caption", ELEMENT_BLOCK | ELEMENT_OPEN)                                        \
	X(CENTER, "center", ELEMENT_BLOCK | ELEMENT_OPEN)                                          \
	X(DD, "dd", ELEMENT_BLOCK)                                                                 \
	X(DETAILS, "details", ELEMENT_BLOCK | ELEMENT_OPEN)                                        \
	X(DIALOG, "dialog", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                            \
	X(DIV, "div", ELEMENT_BLOCK | ELEMENT_OPEN)                                                \
	X(DL, "dl", ELEMENT_BLOCK | ELEMENT_OPEN)                                                  \
	X(DT, "dt", ELEMENT_BLOCK)                                                                 \
	X(FIELDSET, "fieldset", ELEMENT_BLOCK | ELEMENT_OPEN)                                      \
	X(FIGCAPTION, "figcaption", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                    \
	X(FIGURE, "figure", ELEMENT_BLOCK | ELEMENT_OPEN)                                          \
	X(FOOTER, "footer", ELEMENT_BLOCK | ELEMENT_OPEN)                                          \
	X(FORM, "form", ELEMENT_BLOCK | ELEMENT_OPEN)                                              \
	X(H1, "h1", ELEMENT_BLOCK | ELEMENT_HEADING | ELEMENT_OPEN)                                \
	X(H2, "h2", ELEMENT_BLOCK | ELEMENT_HEADING | ELEMENT_OPEN)                                \
	X(H3, "h3", ELEMENT_BLOCK | ELEMENT_HEADING | ELEMENT_OPEN)                                \
	X(H4, "h4", ELEMENT_BLOCK | ELEMENT_HEADING | ELEMENT_OPEN)                                \
	X(H5, "h5", ELEMENT_BLOCK | ELEMENT_HEADING | ELEMENT_OPEN)                                \
	X(H6, "h6", ELEMENT_BLOCK | ELEMENT_HEADING | ELEMENT_OPEN)                                \
	X(HEAD, "head", ELEMENT_BLOCK | ELEMENT_OUT)                                               \
	X(HEADER, "header", ELEMENT_BLOCK | ELEMENT_OPEN)                                          \
	X(HR, "hr", ELEMENT_BLOCK)                                                                 \
	X(HTML, "html", ELEMENT_BLOCK)                                                             \
	X(IFRAME, "iframe", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                            \
	X(LI, "li", ELEMENT_BLOCK)                                                                 \
	X(LINK, "link", 0)                                                                         \
	X(MAIN, "main", ELEMENT_BLOCK | ELEMENT_OPEN)                                              \
	X(META, "meta", 0)                                                                         \
	X(NAV, "nav", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                                  \
	X(NOSCRIPT, "noscript", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                        \
	X(OBJECT, "object", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                            \
	X(OL, "ol", ELEMENT_BLOCK | ELEMENT_OPEN)                                                  \
	X(P, "p", ELEMENT_BLOCK)                                                                   \
	X(PRE, "pre", ELEMENT_BLOCK | ELEMENT_OPEN)                                                \
	X(SCRIPT, "script", ELEMENT_RAW)                                                           \
	X(SECTION, "section", ELEMENT_BLOCK | ELEMENT_OPEN)                                        \
	X(SELECT, "select", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                            \
	X(SPAN, "span", ELEMENT_OPEN)                                                              \
	X(STYLE, "style", ELEMENT_RAW)                                                             \
	X(SVG, "svg", ELEMENT_OUT | ELEMENT_OPEN)                                                  \
	X(TABLE, "table", ELEMENT_BLOCK | ELEMENT_OPEN)                                            \
	X(TBODY, "tbody", ELEMENT_BLOCK | ELEMENT_OPEN)                                            \
	X(TD, "td", ELEMENT_BLOCK | ELEMENT_CELL)                                                  \
	X(TEMPLATE, "template", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                        \
	X(TEXTAREA, "textarea", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                        \
	X(TFOOT, "tfoot", ELEMENT_BLOCK | ELEMENT_OPEN)                                            \
	X(TH, "th", ELEMENT_BLOCK | ELEMENT_CELL)                                                  \
	X(THEAD, "thead", ELEMENT_BLOCK | ELEMENT_OPEN)                                            \
	X(TIME, "time", 0)                                                                         \
	X(TITLE, "title", ELEMENT_BLOCK | ELEMENT_OUT)                                             \
	X(TR, "tr", ELEMENT_BLOCK)                                                                 \
	X(UL, "ul", ELEMENT_BLOCK | ELEMENT_OPEN)                                                  \
	X(VIDEO, "video", ELEMENT_BLOCK | ELEMENT_OUT | ELEMENT_OPEN)                              \
	X(XMP, "xmp", ELEMENT_RAW)

enum element {
	ELEMENT_UNKNOWN,
#define X(name, text, flags) ELEMENT_##name,
	ELEMENTS(X)
#undef X
		ELEMENT_COUNT
};

/* In any case of letters. ELEMENT_UNKNOWN when it is not in the table. Any thread. */
enum element element_find(const char *name, size_t len);

/* "" for ELEMENT_UNKNOWN. */
const char *element_name(enum element e);

extern const uint8_t element_flag_table[ELEMENT_COUNT];

static inline unsigned element_flags(enum element e)
{
	return element_flag_table[e];
}

#endif
