#include "lib/utf8.h"

#include "lib/error.h"

#include <stdint.h>
#include <string.h>

/* Length of the well-formed sequence at `p` (`left` bytes remain), or 0. */
static size_t sequence_len(const unsigned char *p, size_t left)
{
	unsigned char c = p[0];
	if (c >= 0xC2 && c <= 0xDF)
		return left >= 2 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
	if ((c & 0xF0) == 0xE0) {
		if (left < 3 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80)
			return 0;
		if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F))
			return 0; /* overlong, or a surrogate */
		return 3;
	}
	if (c >= 0xF0 && c <= 0xF4) {
		if (left < 4 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80 ||
		    (p[3] & 0xC0) != 0x80)
			return 0;
		if ((c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F))
			return 0; /* overlong, or beyond U+10FFFF */
		return 4;
	}
	return 0;
}

/* Bytes at the front that are plain ASCII without NUL, eight at a time. */
static size_t ascii_run(const unsigned char *p, size_t len)
{
	size_t i = 0;
	for (; i + 8 <= len; i += 8) {
		uint64_t word;
		memcpy(&word, p + i, 8);
		uint64_t high = word & 0x8080808080808080ULL;
		uint64_t zero = (word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL;
		if (high | zero)
			break;
	}
	while (i < len && p[i] < 0x80 && p[i] != 0)
		i++;
	return i;
}

int utf8_check(const char *text, size_t len, size_t *ret_offset)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t i = 0;
	while ((i += ascii_run(p + i, len - i)) < len) {
		size_t n = sequence_len(p + i, len - i);
		if (n == 0) {
			if (ret_offset)
				*ret_offset = i;
			return p[i] == 0 ? NETRAL_EINVALID : NETRAL_EENCODING;
		}
		i += n;
	}
	return NETRAL_OK;
}

size_t utf8_cut(const char *text, size_t len)
{
	while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
		len--;
	return len;
}
