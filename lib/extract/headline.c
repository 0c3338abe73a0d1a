#include "lib/extract/headline.h"

#include "lib/cleanup.h"

#include <string.h>
#include <strings.h>

enum { HEADING_MIN = 10, NAME_MAX_LEN = 80, PART_MIN = 4, SUFFIXES_MAX = 4, CUT_MIN = 30 };

/* Signs that part a headline from a name, with blanks on both sides. */
static const char *const signs[] = {"-",        "|",        "\xe2\x80\x93", "\xe2\x80\x94",
				    "\xc2\xbb", "\xc2\xab", "\xe2\x80\xa2", "::",
				    ":",        "~",        "\xe2\x80\xba"};

static size_t sign_at(const char *s, size_t len)
{
	for (size_t i = 0; i < netral_countof(signs); i++) {
		size_t n = strlen(signs[i]);
		if (len >= n && memcmp(s, signs[i], n) == 0)
			return n;
	}
	return 0;
}

static bool is_word_sign(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (unsigned char)c >= 0x80;
}

/* Letters and digits in small letters; how many. */
static size_t bare(const struct text *t, char to[static NAME_MAX_LEN])
{
	size_t n = 0;
	for (size_t i = 0; i < t->len && n < NAME_MAX_LEN; i++) {
		char c = t->ptr[i];
		if (is_word_sign(c))
			to[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
	}
	return n;
}

bool headline_same_name(const struct text *a, const struct text *b)
{
	char x[NAME_MAX_LEN], y[NAME_MAX_LEN];
	size_t n = bare(a, x);
	return n > 0 && n == bare(b, y) && memcmp(x, y, n) == 0;
}

/* One holds the other, which is not short. */
static bool overlaps(const struct text *a, const struct text *b)
{
	char x[NAME_MAX_LEN], y[NAME_MAX_LEN];
	size_t n = bare(a, x), m = bare(b, y);
	if (n < PART_MIN || m < PART_MIN)
		return false;
	return n >= m ? memmem(x, n, y, m) != NULL : memmem(y, m, x, n) != NULL;
}

/* "detik" of "news.detik.com", "bawaslu" of "bawaslu.go.id": the longest part. */
static struct text main_label(const struct text *host)
{
	struct text best = {"", 0};
	size_t start = 0;
	for (size_t i = 0; i <= host->len; i++) {
		if (i < host->len && host->ptr[i] != '.')
			continue;
		if (i - start > best.len)
			best = (struct text){host->ptr + start, i - start};
		start = i + 1;
	}
	return best;
}

bool headline_begins(const struct text *title, const struct text *heading)
{
	size_t at = heading->len;
	if (at < HEADING_MIN || title->len < at || strncasecmp(title->ptr, heading->ptr, at) != 0)
		return false;
	while (at < title->len && title->ptr[at] == ' ')
		at++;
	return at == title->len || sign_at(title->ptr + at, title->len - at) > 0;
}

bool headline_ends(const struct text *title, const struct text *heading)
{
	if (heading->len < HEADING_MIN || title->len <= heading->len)
		return false;
	size_t at = title->len - heading->len;
	if (strncasecmp(title->ptr + at, heading->ptr, heading->len) != 0)
		return false;
	while (at > 0 && title->ptr[at - 1] == ' ')
		at--;
	return at > 0 && (title->ptr[at - 1] == '-' || title->ptr[at - 1] == '|' ||
			  title->ptr[at - 1] == ':');
}

bool headline_is_cut(const struct text *title, const struct text *heading)
{
	size_t len = title->len;
	while (len > 0 && (title->ptr[len - 1] == '.' || title->ptr[len - 1] == ' '))
		len--;
	if (len >= 3 && memcmp(title->ptr + len - 3, "\xe2\x80\xa6", 3) == 0)
		len -= 3;
	return len >= CUT_MIN && heading->len > title->len &&
	       strncasecmp(title->ptr, heading->ptr, len) == 0;
}

/* Where the last " - name" begins, and the name. 0: there is none. */
static size_t last_part(const struct text *title, struct text *ret_name)
{
	for (size_t at = title->len; at-- > 1;) {
		size_t n = sign_at(title->ptr + at, title->len - at);
		bool bar = n == 1 && title->ptr[at] == '|';
		if (n == 0 || at + n >= title->len ||
		    (!bar && (title->ptr[at - 1] != ' ' || title->ptr[at + n] != ' ')))
			continue;
		*ret_name = (struct text){title->ptr + at + n, title->len - at - n};
		while (at > 0 && title->ptr[at - 1] == ' ')
			at--;
		return at;
	}
	return 0;
}

static bool is_further_page(const struct text *name)
{
	char s[NAME_MAX_LEN];
	size_t n = bare(name, s), digits = n;
	while (digits > 0 && s[digits - 1] >= '0' && s[digits - 1] <= '9')
		digits--;
	return digits < n && ((digits == 7 && memcmp(s, "halaman", 7) == 0) ||
			      (digits == 4 && memcmp(s, "page", 4) == 0));
}

size_t headline_len(const struct text *title, const struct text *heading, const struct text *site,
		    const struct text *host)
{
	struct text left = *title, label = main_label(host);
	for (unsigned i = 0; i < SUFFIXES_MAX; i++) {
		struct text name;
		size_t at = last_part(&left, &name);
		if (at == 0 || headline_same_name(&left, heading))
			break;
		if (!overlaps(&name, site) && !overlaps(&name, &label) && !is_further_page(&name) &&
		    !headline_begins(&left, heading))
			break;
		left.len = at;
	}
	return left.len;
}
