/* style.h - what the stream behind a FILE can show: colour, width; and text made safe for it.
 * The main thread. */
#ifndef NETRAL_CLIENT_STYLE_H
#define NETRAL_CLIENT_STYLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct style {
	bool colour;    /* escape sequences may be written */
	bool terminal;  /* a person is looking on */
	unsigned width; /* columns */
};

/* Running text is read best in lines of at most STYLE_TEXT_MAX. */
enum {
	STYLE_WIDTH_DEFAULT = 80,
	STYLE_WIDTH_MIN = 40,
	STYLE_WIDTH_MAX = 250,
	STYLE_TEXT_MAX = 100,
};

/* Colour on a terminal unless NO_COLOR is set (to anything but "") or TERM is "dumb". */
void style_init(struct style *s, FILE *out);

/* Escape sequences, or "" without colour. */
enum style_ink {
	INK_PLAIN, /* ends every other */
	INK_BOLD,
	INK_DIM,
	INK_RED,
	INK_GREEN,
	INK_YELLOW,
	INK_BLUE,
	INK_MAGENTA,
	INK_CYAN,
	INK_MARK, /* evidence */
};
const char *style_ink(const struct style *s, enum style_ink ink);

/* Columns that `len` bytes of UTF-8 take; combining marks take none. */
unsigned style_columns(const char *s, size_t len);

/* The largest prefix of `s` that takes at most `columns`. */
size_t style_fit(const char *s, size_t len, unsigned columns);

/* Writes text from outside: control characters (and the C1 ones, which some terminals obey) become
 * '?', line ends and tabs become spaces. */
void style_put(FILE *out, const char *s, size_t len);

/* The same in at most `columns`: what is longer ends with "...". */
void style_put_cut(FILE *out, const char *s, size_t len, unsigned columns);

/* Bytes of white space that `s` begins with. */
size_t style_gap(const char *s, size_t len);

/* Bytes of `s` that make a line of at most `columns`: whole words, or as much as fits of a word
 * that is too long. At least one character unless len is 0. */
size_t style_line(const char *s, size_t len, unsigned columns);

/* Breaks text into lines of at most `width` columns at spaces, each behind `indent` spaces, with
 * `ink` around each line. The first line is not indented: the caller stands there already. Ends
 * with a line end. */
void style_wrap(FILE *out, const struct style *s, enum style_ink ink, unsigned indent,
		const char *text, size_t len);

#endif
