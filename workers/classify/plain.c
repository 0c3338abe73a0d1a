/* Normalisation. Offsets are kept as steps: wherever the distance between the plain text and its
 * source changes, one pair (plain, source) is noted. Ordinary text has few, so the map costs little
 * and a look-up is a binary search. */
#include "workers/classify/text.h"

#include "lib/error.h"

#include <ctype.h>
#include <string.h>

struct plain_step {
	uint32_t plain, source;
};

/* What some characters become; "" drops them. All replacements are shorter than their source. */
static const struct {
	const char *from, *to;
} replacements[] = {
	{"\xc2\xa0", " "},      {"\xc2\xad", ""},       {"\xc2\xab", "\""},
	{"\xc2\xbb", "\""},     {"\xe2\x80\x98", "'"},  {"\xe2\x80\x99", "'"},
	{"\xe2\x80\x9a", "'"},  {"\xe2\x80\x9c", "\""}, {"\xe2\x80\x9d", "\""},
	{"\xe2\x80\x9e", "\""}, {"\xe2\x80\x90", "-"},  {"\xe2\x80\x91", "-"},
	{"\xe2\x80\x92", "-"},  {"\xe2\x80\x93", "-"},  {"\xe2\x80\x94", "-"},
	{"\xe2\x80\x95", "-"},  {"\xe2\x88\x92", "-"},  {"\xe2\x80\xaf", " "},
	{"\xe2\x80\x8b", ""},   {"\xe2\x80\x8c", ""},   {"\xe2\x80\x8d", ""},
	{"\xe2\x80\x8e", ""},   {"\xe2\x80\x8f", ""},   {"\xe2\x80\x83", " "},
	{"\xe2\x80\x89", " "},  {"\xef\xbb\xbf", ""},   {"\xe2\x80\xa6", "..."},
};

struct writer {
	struct plain *p;
	struct arena *arena;
	struct plain_step *steps;
	uint32_t count, cap;
	uint32_t distance; /* source less plain, since the last step */
	bool no_memory;
};

static void note_step(struct writer *w, uint32_t source)
{
	if (w->count == w->cap) {
		uint32_t cap = w->cap ? w->cap * 2 : 64;
		struct plain_step *steps = arena_alloc(w->arena, cap * sizeof(*steps));
		if (!steps) {
			w->no_memory = true;
			return;
		}
		if (w->count)
			memcpy(steps, w->steps, w->count * sizeof(*steps));
		w->steps = steps;
		w->cap = cap;
	}
	w->steps[w->count++] = (struct plain_step){w->p->len, source};
	w->distance = source - w->p->len;
}

static size_t replace(const char *s, size_t len, const char **ret_to)
{
	for (size_t i = 0; i < sizeof(replacements) / sizeof(replacements[0]); i++) {
		size_t n = strlen(replacements[i].from);
		if (n <= len && memcmp(s, replacements[i].from, n) == 0) {
			*ret_to = replacements[i].to;
			return n;
		}
	}
	return 0;
}

/* Writes one character; white space only once, and none at the start of a line. */
static void put(struct writer *w, char c, uint32_t source)
{
	struct plain *p = w->p;
	char last = p->len ? p->s[p->len - 1] : '\n';
	if (c == ' ' && (last == ' ' || last == '\n'))
		return;
	if (c == '\n') {
		if (last == '\n')
			return;
		if (last == ' ')
			p->len--;
	}
	if (source - p->len != w->distance || w->count == 0)
		note_step(w, source);
	p->s[p->len++] = c;
}

/* How many bytes from s[0] on stay as they are: no white space but single spaces between them, and
 * nothing that a replacement may begin with. */
static size_t unchanged(const char *s, size_t len)
{
	size_t n = 0;
	while (n < len && (unsigned char)s[n] < 0xc2 &&
	       ((unsigned char)s[n] > ' ' || (s[n] == ' ' && n && s[n - 1] != ' ')))
		n++;
	return n;
}

static void write_text(struct writer *w, const char *s, size_t len)
{
	for (size_t i = 0; i < len;) {
		const char *to = NULL;
		unsigned char c = (unsigned char)s[i];
		if (c > ' ' && w->count && (uint32_t)i - w->p->len == w->distance) {
			size_t run = unchanged(s + i, len - i); /* most of a text comes this way */
			memcpy(w->p->s + w->p->len, s + i, run);
			w->p->len += (uint32_t)run;
			i += run;
			if (run)
				continue;
		}
		size_t n = c >= 0xc2 ? replace(s + i, len - i, &to) : 0;
		if (n > 0) {
			for (; *to; to++)
				put(w, *to, (uint32_t)i);
			i += n;
			continue;
		}
		if (c != '\r')
			put(w, c == '\t' || c == '\v' || c == '\f' ? ' ' : s[i], (uint32_t)i);
		i++;
	}
}

/* "Undang - Undang" and "berkali -kali": the same word on both sides of a spaced hyphen. */
static bool joins_same_word(const char *s, uint32_t left, uint32_t right, uint32_t end)
{
	uint32_t from = left;
	while (from > 0 && isalpha((unsigned char)s[from - 1]))
		from--;
	uint32_t to = right;
	while (to < end && isalpha((unsigned char)s[to]))
		to++;
	uint32_t right_len = to - right, left_len = left - from;
	return right_len >= 3 && left_len >= right_len &&
	       strncasecmp(s + left - right_len, s + right, right_len) == 0;
}

/* The hyphen moves next to both words and the spaces behind them: the length stays, so that no
 * offset changes. */
static void mend_reduplication(struct plain *p)
{
	for (char *h = memchr(p->s, '-', p->len); h;) {
		uint32_t at = (uint32_t)(h - p->s);
		uint32_t left = at, right = at + 1;
		while (left > 0 && p->s[left - 1] == ' ')
			left--;
		while (right < p->len && p->s[right] == ' ')
			right++;
		if (right - left > 1 && right - left <= 3 &&
		    joins_same_word(p->s, left, right, p->len)) {
			p->s[left] = '-';
			uint32_t to = right;
			while (to < p->len && isalpha((unsigned char)p->s[to]))
				to++;
			memmove(p->s + left + 1, p->s + right, to - right);
			memset(p->s + left + 1 + (to - right), ' ', right - left - 1);
		}
		uint32_t next = at + 1;
		h = next < p->len ? memchr(p->s + next, '-', p->len - next) : NULL;
	}
}

static bool is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static int find_numerals(struct plain *p, struct arena *arena)
{
	uint32_t digits = 0;
	for (uint32_t i = 0; i < p->len; i++)
		digits += is_digit(p->s[i]);
	uint32_t *list = arena_alloc(arena, (digits + 1) * sizeof(*list));
	if (!list)
		return NETRAL_ENOMEM;
	p->numerals = list;
	bool before = false;
	for (uint32_t i = 0; i < p->len; i++) {
		bool digit = is_digit(p->s[i]);
		if (digit && !before)
			list[p->numeral_count++] = i;
		before = digit;
	}
	return NETRAL_OK;
}

uint32_t plain_next_numeral(const struct plain *p, uint32_t from)
{
	uint32_t low = 0, high = p->numeral_count;
	while (low < high) {
		uint32_t mid = (low + high) / 2;
		if (p->numerals[mid] < from)
			low = mid + 1;
		else
			high = mid;
	}
	return low < p->numeral_count ? p->numerals[low] : p->len;
}

int plain_make(const struct article *a, struct arena *arena, struct plain *ret_plain)
{
	struct plain p = {.source_len = (uint32_t)a->text.len};
	p.s = arena_alloc(arena, a->title.len + a->text.len + 3);
	if (!p.s)
		return NETRAL_ENOMEM;
	struct writer w = {.p = &p, .arena = arena};
	write_text(&w, a->title.ptr, a->title.len);
	if (p.len && p.s[p.len - 1] != '\n')
		p.s[p.len++] = '\n';
	p.body = p.len;
	w.count = 0; /* the title's offsets are of no use */
	write_text(&w, a->text.ptr, a->text.len);
	p.s[p.len] = '\0';
	if (w.no_memory)
		return NETRAL_ENOMEM;
	mend_reduplication(&p);
	p.steps = w.steps;
	p.step_count = w.count;
	*ret_plain = p;
	return find_numerals(ret_plain, arena);
}

static uint32_t source_of(const struct plain *p, uint32_t at)
{
	uint32_t low = 0, high = p->step_count;
	while (high - low > 1) {
		uint32_t mid = (low + high) / 2;
		if (p->steps[mid].plain <= at)
			low = mid;
		else
			high = mid;
	}
	return p->steps[low].source + (at - p->steps[low].plain);
}

bool plain_source(const struct plain *p, const struct article *a, uint32_t start, uint32_t end,
		  uint32_t *ret_start, uint32_t *ret_end)
{
	if (start < p->body || end <= start || end > p->len || p->step_count == 0)
		return false;
	uint32_t from = source_of(p, start);
	uint32_t to = end == p->len ? p->source_len : source_of(p, end);
	while (to > from && isspace((unsigned char)a->text.ptr[to - 1]))
		to--;
	if (to <= from)
		return false;
	*ret_start = from;
	*ret_end = to;
	return true;
}
