/* content_type.h - the value of a Content-Type (RFC 9110, 8.3.1) as servers write it. Any thread.
 */
#ifndef NETRAL_LIB_WEB_CONTENT_TYPE_H
#define NETRAL_LIB_WEB_CONTENT_TYPE_H

#include <stddef.h>

enum { CONTENT_MEDIA_SIZE = 128, CONTENT_CHARSET_SIZE = 64 };

/* In lower case; "" where absent, malformed or too long. Without a media type there is no charset.
 */
struct content_type {
	char media[CONTENT_MEDIA_SIZE]; /* "text/html" */
	char charset[CONTENT_CHARSET_SIZE];
};

/* Of several charsets the first that can be read. Taken beyond the grammar: blanks around '=',
 * single quotes around a charset, and of a list the first. */
void content_type_read(const char *value, size_t len, struct content_type *ret_type);

#endif
