#include "lib/extract/words.h"

#include "lib/cleanup.h"

#include <string.h>
#include <strings.h>

/* Kinds of rows. */
enum kind {
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

/* A word of a class or id, in small letters. A page has thousands, and few of them are in the
 * table: the first letter and the length tell most of the others. */
static const struct class_word {
	const char *form;
	size_t len;
	unsigned flags;
} class_words[] = {
#include "class_table.inc"
};

static const struct letter {
	size_t first;     /* in class_words */
	uint64_t lengths; /* bit n: one of its words has n bytes */
} letters['z' - 'a' + 1] = {
#include "class_letters.inc"
};

enum { FORM_MAX = 40 };

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
}

/* The first row whose form is not before `form`. */
static size_t lower_bound(const char *form)
{
	size_t low = 0, high = netral_countof(words);
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (strcmp(words[middle].form, form) < 0)
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
		if (strcmp(words[i].form, form) != 0)
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

/* Could a word that begins with this letter, and is so long, be in the table? */
static bool may_be_class(char first, size_t len)
{
	return len <= FORM_MAX && letters[lower(first) - 'a'].lengths >> len & 1;
}

/* `form` is in small letters, the first of which is `first`. */
static unsigned class_flags(char first, const char *form, size_t len)
{
	const struct class_word *end = class_words + netral_countof(class_words);
	const struct class_word *w = class_words + letters[first - 'a'].first;
	for (; w < end && w->form[0] == first; w++) {
		if (w->len == len && memcmp(w->form, form, len) == 0)
			return w->flags;
	}
	return 0;
}

static void lower_to(char *to, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = lower(s[i]);
}

static unsigned word_flags(const struct text *word)
{
	char form[FORM_MAX];
	if (!may_be_class(word->ptr[0], word->len))
		return 0;
	lower_to(form, word->ptr, word->len);
	return class_flags(lower(word->ptr[0]), form, word->len);
}

/* Two words as one: "articleBody", "entry-content", "detail__body". */
static unsigned pair_flags(const struct text *first, const struct text *second)
{
	char form[FORM_MAX];
	const char *end = first->ptr + first->len;
	size_t between = (size_t)(second->ptr - end), len = first->len + second->len;
	if (between > 2 || !may_be_class(first->ptr[0], len) || memchr(end, ' ', between))
		return 0;
	lower_to(form, first->ptr, first->len);
	lower_to(form + first->len, second->ptr, second->len);
	return class_flags(lower(first->ptr[0]), form, len);
}

unsigned words_of_class(const struct text *names)
{
	unsigned flags = 0;
	const char *p = names->ptr, *end = p + names->len;
	struct text before = {"", 0};
	while (p < end) {
		const char *start = p;
		while (p < end && is_capital(*p))
			p++;
		while (p < end && is_small(*p))
			p++;
		struct text word = {start, (size_t)(p - start)};
		if (word.len == 0) {
			p++;
			continue;
		}
		flags |= word_flags(&word);
		if (before.len)
			flags |= pair_flags(&before, &word);
		before = word;
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
