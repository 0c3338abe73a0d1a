/* json_mend.h - JSON as sites write it, made JSON. Any thread. */
#ifndef NETRAL_LIB_EXTRACT_JSON_MEND_H
#define NETRAL_LIB_EXTRACT_JSON_MEND_H

#include "lib/article.h"
#include "lib/buf.h"

/* Appends the object or array in `t` with: nothing around it (comments, CDATA), line ends and tabs
 * in strings escaped, unknown escapes as their character, no commas before a closing bracket.
 * 0, NETRAL_ENOMEM or NETRAL_ETOOBIG (out->limit). */
int json_mend(const struct text *t, struct buf *out);

#endif
