/* blank.h - what parts words in a text from the web. */
#ifndef NETRAL_LIB_WEB_BLANK_H
#define NETRAL_LIB_WEB_BLANK_H

#include <stddef.h>
#include <string.h>

/* How many bytes a blank at `s` takes, of which `left` (at least one) may be looked at; 0: none is
 * there. White space and controls, the no-break space, thin and zero-width spaces, the byte order
 * mark. Any thread. */
static inline size_t blank_at(const char *s, size_t left)
{
	unsigned char c = (unsigned char)s[0];
	if (c <= ' ')
		return 1;
	if (left >= 2 && c == 0xC2 && (unsigned char)s[1] == 0xA0)
		return 2;
	if (left < 3 || (c != 0xE2 && c != 0xEF))
		return 0;
	unsigned char last = (unsigned char)s[2];
	if (c == 0xE2 && (unsigned char)s[1] == 0x80 && last >= 0x80 && last <= 0x8B)
		return 3;
	return c == 0xEF && memcmp(s, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

#endif
