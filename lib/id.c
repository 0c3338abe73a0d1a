#include "lib/id.h"

#include "lib/error.h"

#include <stdio.h>

/* Inlined, so that the state needs no allocation. */
#define XXH_INLINE_ALL
#include <xxhash.h>

_Static_assert(sizeof(XXH128_canonical_t) == ARTICLE_ID_BYTES, "an article id is one XXH3-128");

struct article_id article_id_at(const char *url, size_t url_len, const char *title,
				size_t title_len, const char *text, size_t text_len)
{
	/* Not on the stack: it is aligned to 64 bytes, which a sanitizer's copy of the stack is
	 * not. */
	static _Thread_local XXH3_state_t state;
	XXH3_INITSTATE(&state);
	XXH3_128bits_reset(&state);
	XXH3_128bits_update(&state, title ? title : "", title_len);
	XXH3_128bits_update(&state, "", 1);
	XXH3_128bits_update(&state, text ? text : "", text_len);
	if (url_len > 0) {
		XXH3_128bits_update(&state, "", 1);
		XXH3_128bits_update(&state, url, url_len);
	}

	XXH128_canonical_t canonical;
	XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state));
	struct article_id id;
	memcpy(id.bytes, canonical.digest, ARTICLE_ID_BYTES);
	return id;
}

struct article_id article_id_of(const char *title, size_t title_len, const char *text,
				size_t text_len)
{
	return article_id_at(NULL, 0, title, title_len, text, text_len);
}

void article_id_format(const struct article_id *id, char hex[static ARTICLE_ID_HEX + 1])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < ARTICLE_ID_BYTES; i++) {
		hex[2 * i] = digits[id->bytes[i] >> 4];
		hex[2 * i + 1] = digits[id->bytes[i] & 15];
	}
	hex[ARTICLE_ID_HEX] = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int article_id_parse(const char *hex, struct article_id *ret_id)
{
	struct article_id id;
	if (strlen(hex) != ARTICLE_ID_HEX)
		return NETRAL_EINVALID;
	for (size_t i = 0; i < ARTICLE_ID_BYTES; i++) {
		int high = hex_digit(hex[2 * i]);
		int low = hex_digit(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return NETRAL_EINVALID;
		id.bytes[i] = (uint8_t)(high << 4 | low);
	}
	*ret_id = id;
	return NETRAL_OK;
}
