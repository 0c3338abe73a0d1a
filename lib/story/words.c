#include "lib/story/words.h"

#include "lib/web/blank.h"

#include <string.h>
#include <strings.h>

/* FNV-1a, 64 bits: G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, RFC 9923. */
static const uint64_t FNV_OFFSET = 0xCBF29CE484222325ULL, FNV_PRIME = 0x100000001B3ULL;

/* Bytes of the character at `s`, of which `left` may be looked at. */
static size_t char_len(const char *s, size_t left)
{
	size_t n = 1;
	while (n < left && ((unsigned char)s[n] & 0xC0) == 0x80)
		n++;
	return n;
}

/* Letters and digits are what words are made of; beyond ASCII all but blanks, the signs of Latin-1
 * and general punctuation. */
static bool in_word(const char *s, size_t left)
{
	unsigned char c = (unsigned char)s[0];
	if (c < 0x80)
		return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	bool sign = c == 0xC2 || (c == 0xE2 && left >= 2 && (unsigned char)s[1] <= 0x81);
	return !sign && blank_at(s, left) == 0;
}

/* For ASCII and for the letters of Latin-1 (U+00C0 to U+00DE, but for the sign U+00D7). */
static unsigned char lower(unsigned char lead, unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c | 0x20;
	return lead == 0xC3 && c >= 0x80 && c <= 0x9E && c != 0x97 ? c | 0x20 : c;
}

static uint64_t add_char(uint64_t hash, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char lead = i ? (unsigned char)s[0] : 0;
		hash = (hash ^ lower(lead, (unsigned char)s[i])) * FNV_PRIME;
	}
	return hash;
}

bool word_next(const char **at, const char *end, struct word *ret_word)
{
	const char *s = *at;
	while (s < end && !in_word(s, (size_t)(end - s)))
		s += char_len(s, (size_t)(end - s));
	struct word w = {.ptr = s, .hash = FNV_OFFSET};
	while (s < end && in_word(s, (size_t)(end - s))) {
		size_t n = char_len(s, (size_t)(end - s));
		w.hash = add_char(w.hash, s, n);
		s += n;
	}
	*at = s;
	w.len = (size_t)(s - w.ptr);
	if (w.len == 0)
		return false;
	*ret_word = w;
	return true;
}

uint64_t word_fold(const char *text, size_t len)
{
	uint64_t hash = FNV_OFFSET;
	for (size_t i = 0, n; i < len; i += n) {
		n = char_len(text + i, len - i);
		if (in_word(text + i, len - i))
			hash = add_char(hash, text + i, n);
	}
	return hash;
}

bool word_among(const struct word *w, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(texts[i]) == w->len && strncasecmp(w->ptr, texts[i], w->len) == 0)
			return true;
	return false;
}
