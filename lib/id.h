/* id.h - the article id: 128 bits of content hash. Any thread. */
#ifndef NETRAL_LIB_ID_H
#define NETRAL_LIB_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { ARTICLE_ID_BYTES = 16, ARTICLE_ID_HEX = 2 * ARTICLE_ID_BYTES };

struct article_id {
	uint8_t bytes[ARTICLE_ID_BYTES];
};

/* XXH3-128 (canonical form) over title, NUL, text: for an article without a URL. */
struct article_id article_id_of(const char *title, size_t title_len, const char *text,
				size_t text_len);

/* The same, followed by NUL and the URL: an agency's text in two papers is two articles, each of
 * which reports. An empty URL counts as none. */
struct article_id article_id_at(const char *url, size_t url_len, const char *title,
				size_t title_len, const char *text, size_t text_len);

/* 32 lower-case hexadecimal digits and a NUL. */
void article_id_format(const struct article_id *id, char hex[static ARTICLE_ID_HEX + 1]);

/* 0, or NETRAL_EINVALID unless `hex` is exactly 32 hexadecimal digits. */
int article_id_parse(const char *hex, struct article_id *ret_id);

static inline bool article_id_equal(const struct article_id *a, const struct article_id *b)
{
	return memcmp(a->bytes, b->bytes, ARTICLE_ID_BYTES) == 0;
}

#endif
