/* warc_fields.h - "Name: value" lines up to a blank line, as WARC and HTTP headers both are.
 * Lines may end with CRLF or LF, and be folded: a line that begins with white space goes on with
 * the value before. Any thread. */
#ifndef NETRAL_LIB_WARC_FIELDS_H
#define NETRAL_LIB_WARC_FIELDS_H

#include "lib/article.h"

#include <stdbool.h>

/* Bytes up to and with the blank line, or 0 when there is none. *seen, 0 at first, is what earlier
 * calls with fewer bytes have looked at. */
size_t fields_end(const char *data, size_t len, size_t *seen);

/* What is left of a header; its first line has been taken with fields_line(). */
struct fields {
	char *at;
	size_t left;
};

/* The next line, without its end and blanks around it. False when nothing is left. */
bool fields_line(struct fields *f, struct text *ret_line);

enum fields_result { FIELDS_END, FIELDS_ONE, FIELDS_BAD /* a line without a name */ };

/* The next field. A folded value is joined in place. */
enum fields_result fields_next(struct fields *f, struct text *ret_name, struct text *ret_value);

/* Without white space around it. */
struct text fields_trim(struct text t);

/* Takes what stands before the next `separator` (or all of it) off `rest`, without white space
 * around it. */
struct text fields_cut(struct text *rest, char separator);

/* Whether both are the same, in any case. */
bool fields_is(const struct text *t, const char *name);

#endif
