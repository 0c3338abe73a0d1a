#include "lib/extract/words.h"

#include "lib/cleanup.h"

#include <string.h>
#include <strings.h>

/* Kinds of rows; those of classes are the WORDS_* flags of that name. */
enum kind {
	KIND_CLASS,
	KIND_LINE,
	KIND_BY,
	KIND_BYEND,
	KIND_DATE,
	KIND_NEXT,
};

struct word {
	const char *form;
	enum kind kind;
	int value;
};

#define DATE_PUBLISHED WORDS_DATE_PUBLISHED
#define DATE_CHANGED   WORDS_DATE_CHANGED

#define LINE_CUT  WORDS_LINE_CUT
#define LINE_END  WORDS_LINE_END
#define LINE_STOP WORDS_LINE_STOP
#define LINE_DROP WORDS_LINE_DROP

/* In the order of their forms, which are in small letters. */
static const struct word words[] = {
#include "words_table.inc"
};

enum { FORM_MAX = 40 };

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
}

/* As strcmp(), which is called for each word of each class: most often the first letter tells. */
static int compare(const char *a, const char *b)
{
	int order = (unsigned char)a[0] - (unsigned char)b[0];
	return order ? order : strcmp(a, b);
}

/* The first row whose form is not before `form`. */
static size_t lower_bound(const char *form)
{
	size_t low = 0, high = netral_countof(words);
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (compare(words[middle].form, form) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct word *find(const char *s, size_t len, enum kind kind)
{
	char form[FORM_MAX + 1];
	if (len == 0 || len > FORM_MAX)
		return NULL;
	for (size_t i = 0; i < len; i++)
		form[i] = lower(s[i]);
	form[len] = '\0';
	for (size_t i = lower_bound(form); i < netral_countof(words); i++) {
		if (compare(words[i].form, form) != 0)
			return NULL;
		if (words[i].kind == kind)
			return &words[i];
	}
	return NULL;
}

static bool is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static unsigned class_flags(const char *s, size_t len)
{
	const struct word *w = find(s, len, KIND_CLASS);
	return w ? (unsigned)w->value : 0;
}

/* Two words as one: "articleBody", "entry-content", "detail__body". */
static unsigned pair_flags(const char *first, size_t first_len, const char *s, size_t len)
{
	char pair[FORM_MAX];
	size_t between = (size_t)(s - first) - first_len;
	if (between > 2 || first_len + len > sizeof(pair) ||
	    memchr(first, ' ', first_len + between))
		return 0;
	memcpy(pair, first, first_len);
	memcpy(pair + first_len, s, len);
	return class_flags(pair, first_len + len);
}

unsigned words_of_class(const char *names)
{
	unsigned flags = 0;
	const char *p = names, *before = names;
	size_t before_len = 0;
	while (*p) {
		const char *start = p;
		while (is_capital(*p))
			p++;
		while (is_small(*p))
			p++;
		size_t len = (size_t)(p - start);
		if (len == 0) {
			p++;
			continue;
		}
		flags |= class_flags(start, len);
		if (before_len)
			flags |= pair_flags(before, before_len, start, len);
		before = start;
		before_len = len;
	}
	return flags;
}

/* Whether `line` begins with `form`, at a word's end. */
static bool begins_with(const struct text *line, const char *form, size_t len)
{
	if (line->len < len || strncasecmp(line->ptr, form, len) != 0)
		return false;
	char next = line->len > len ? line->ptr[len] : ' ';
	char last = form[len - 1];
	return !(is_small(last) && (is_small(next) || is_capital(next)));
}

/* The longest form of a kind that `line` begins with, and what stands behind it. */
static const struct word *find_front(const struct text *line, enum kind kind, struct text *ret_rest)
{
	const struct word *best = NULL;
	size_t at = 0;
	char first[2] = {line->len ? lower(line->ptr[0]) : '\0', '\0'};
	for (size_t i = first[0] ? lower_bound(first) : netral_countof(words);
	     i < netral_countof(words) && words[i].form[0] == first[0]; i++) {
		size_t len = strlen(words[i].form);
		if (words[i].kind == kind && len > at && begins_with(line, words[i].form, len)) {
			best = &words[i];
			at = len;
		}
	}
	while (at < line->len && (line->ptr[at] == ' ' || line->ptr[at] == ':'))
		at++;
	*ret_rest = (struct text){line->ptr + at, line->len - at};
	return best;
}

enum words_line words_of_line(const struct text *line, struct text *ret_rest)
{
	const struct word *w = find_front(line, KIND_LINE, ret_rest);
	return w ? (enum words_line)w->value : WORDS_LINE_PLAIN;
}

bool words_byline(const struct text *line, struct text *ret_name)
{
	return find_front(line, KIND_BY, ret_name) != NULL;
}

enum words_date words_of_date(const struct text *line, struct text *ret_rest)
{
	const struct word *w = find_front(line, KIND_DATE, ret_rest);
	return w ? (enum words_date)w->value : WORDS_DATE_PLAIN;
}

bool words_next(const struct text *line, struct text *ret_rest)
{
	return find_front(line, KIND_NEXT, ret_rest) != NULL;
}

bool words_after_author(const char *s, size_t len)
{
	return find(s, len, KIND_BYEND) != NULL;
}
