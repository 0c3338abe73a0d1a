/* words.h - the words by which a page tells what its parts are: in class and id names, and at the
 * front of lines. They come from data/page_words.tsv, and the LINE rows of data/cues.tsv, compiled
 * in: whoever reads a page must read it alike, and netrald loads no tables. Any thread. */
#ifndef NETRAL_LIB_EXTRACT_WORDS_H
#define NETRAL_LIB_EXTRACT_WORDS_H

#include "lib/article.h"

#include <stdbool.h>

/* What a class or id says of an element. WORDS_OUT: it is not the article's. */
enum {
	WORDS_GOOD = 1 << 0,    /* around an article, among other things */
	WORDS_BODY = 1 << 1,    /* the article's text */
	WORDS_BAD = 1 << 2,     /* rarely the article */
	WORDS_RELATED = 1 << 3, /* other articles */
	WORDS_SHARE = 1 << 4,
	WORDS_COMMENT = 1 << 5,
	WORDS_NAV = 1 << 6,
	WORDS_AD = 1 << 7,
	WORDS_CAPTION = 1 << 8,
	WORDS_TAGS = 1 << 9,
	WORDS_NOTICE = 1 << 10, /* cookies, newsletters, log-in, copyright */
	WORDS_AUTHOR = 1 << 11,
	WORDS_DATE = 1 << 12,
	WORDS_HIDDEN = 1 << 13,
	WORDS_PAGER = 1 << 14,
	WORDS_CRUMB = 1 << 15,
	WORDS_CHANGED = 1 << 16, /* a date, of a change */
};
enum {
	WORDS_OUT = WORDS_RELATED | WORDS_SHARE | WORDS_COMMENT | WORDS_NAV | WORDS_AD |
		    WORDS_CAPTION | WORDS_TAGS | WORDS_NOTICE | WORDS_HIDDEN | WORDS_PAGER |
		    WORDS_CRUMB
};

/* The words in a class or id, as WORDS_*: parted at what is no letter and at capitals,
 * singly and two in a row. */
unsigned words_of_class(const struct text *names);

/* What the front of a line says. */
enum words_line {
	WORDS_LINE_PLAIN,
	WORDS_LINE_CUT,  /* not the article's */
	WORDS_LINE_END,  /* nor is what follows */
	WORDS_LINE_STOP, /* nor is what follows, where it is a heading, however little stood before
			  */
	WORDS_LINE_DROP, /* not the article's, however long the line is */
};

/* *ret_rest is the line behind the words, without a colon. */
enum words_line words_of_line(const struct text *line, struct text *ret_rest);

/* Whether a line begins like a byline ("Oleh", "Reporter:"); *ret_name is what stands behind. */
bool words_byline(const struct text *line, struct text *ret_name);

/* What the front of a line says of the date in it; *ret_rest is the line behind the words. */
enum words_date {
	WORDS_DATE_PLAIN,
	WORDS_DATE_PUBLISHED, /* "Tayang:" */
	WORDS_DATE_CHANGED,   /* "Diperbarui" */
};
enum words_date words_of_date(const struct text *line, struct text *ret_rest);

/* Whether a link that begins so leads to the article's next page ("Selanjutnya"). */
bool words_next(const struct text *line, struct text *ret_rest);

/* Whether a word stands between an author and what else a byline tells ("pada", "di"). */
bool words_after_author(const char *s, size_t len);

#endif
