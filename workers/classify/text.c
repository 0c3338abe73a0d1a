/* Sentences. The splitter works on any text without tables, so that classify_sentence_at() and the
 * rules agree. A full stop ends a sentence when white space and something other than a small
 * letter follow, unless it stands behind an initial ("A. D. E., Manafe"), a degree ("S.Sos.") or
 * one of the short words below, which the press writes with a stop.
 *
 * A sentence is cut after SENTENCE_BYTES_MAX bytes at a space: what looks for a word's neighbours
 * within its sentence is then linear in the length of the text, whatever the text. */
#include "workers/classify/text.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/utf8.h"
#include "workers/classify/classify.h"

#include <ctype.h>
#include <string.h>
#include <xxhash.h>

enum {
	HEADLINE_BYTES_MAX = 220,
	REPEATED_BYTES_MIN = 40, /* shorter sentences may rightly be said twice */
	CUE_LINE_BYTES = 24,     /* a "Baca juga:" line without the headline it announces */
	CUE_OFFSET_MAX = 6, /* a line cue stands at the start of its line, behind "- " at most */
};

static bool ends_with_short_word(const char *s, uint32_t start, uint32_t dot)
{
	static const char *const words[] = {
		"dr",  "drs", "dra",  "ir",  "prof", "hj",  "no",  "jl",  "pj", "pjs",  "plt",
		"plh", "kab", "prov", "kec", "moh",  "muh", "abd", "st",  "rp", "tgl",  "sdr",
		"bpk", "ust", "kh",   "gg",  "rt",   "rw",  "hlm", "kel", "ds", "nomor"};
	uint32_t from = dot;
	while (from > start && !strchr(" \n(\"',", s[from - 1]))
		from--;
	uint32_t len = dot - from;
	if (len == 1 && isupper((unsigned char)s[from]))
		return true;
	if (memchr(s + from, '.', len) && isalpha((unsigned char)s[from]))
		return true;
	for (size_t i = 0; i < netral_countof(words); i++) {
		if (strlen(words[i]) == len && strncasecmp(s + from, words[i], len) == 0)
			return true;
	}
	return false;
}

static bool closes(char c)
{
	return c == '"' || c == '\'' || c == ')' || c == ']';
}

/* The end of the sentence that begins at `start` and may not go beyond `limit`. */
static uint32_t sentence_end(const char *s, uint32_t start, uint32_t limit)
{
	uint32_t last_space = 0;
	for (uint32_t i = start; i < limit; i++) {
		if (s[i] == ' ')
			last_space = i;
		if (i - start >= SENTENCE_BYTES_MAX)
			return last_space ? last_space
					  : start + (uint32_t)utf8_cut(s + start, i - start);
		if (s[i] != '.' && s[i] != '!' && s[i] != '?')
			continue;
		uint32_t after = i + 1;
		while (after < limit && closes(s[after]))
			after++;
		if (after < limit && !isspace((unsigned char)s[after]))
			continue;
		uint32_t next = after;
		while (next < limit && isspace((unsigned char)s[next]))
			next++;
		if (next < limit && islower((unsigned char)s[next]))
			continue;
		if (s[i] == '.' && next < limit && ends_with_short_word(s, start, i))
			continue;
		return after;
	}
	return limit;
}

static uint32_t skip_space(const char *s, uint32_t at, uint32_t limit)
{
	while (at < limit && isspace((unsigned char)s[at]))
		at++;
	return at;
}

struct sentence_list {
	struct arena *arena;
	struct sentence *list;
	uint32_t count, cap;
};

static int add_sentence(struct sentence_list *l, struct sentence s)
{
	if (l->count == SENTENCES_MAX)
		return NETRAL_OK;
	if (l->count == l->cap) {
		uint32_t cap = l->cap ? l->cap * 2 : 64;
		struct sentence *list = arena_alloc(l->arena, cap * sizeof(*list));
		if (!list)
			return NETRAL_ENOMEM;
		if (l->count)
			memcpy(list, l->list, l->count * sizeof(*list));
		l->list = list;
		l->cap = cap;
	}
	l->list[l->count++] = s;
	return NETRAL_OK;
}

static int split_paragraph(struct sentence_list *l, const char *s, uint32_t start, uint32_t end,
			   uint32_t number, unsigned flags)
{
	int r = NETRAL_OK;
	unsigned first = SENTENCE_FIRST;
	for (uint32_t at = skip_space(s, start, end); at < end && r == NETRAL_OK;) {
		uint32_t stop = sentence_end(s, at, end);
		r = add_sentence(l, (struct sentence){.start = at,
						      .end = stop,
						      .paragraph = number,
						      .flags = flags | first});
		first = 0;
		at = skip_space(s, stop, end);
	}
	return r;
}

/* A short paragraph of one sentence that no stop ends, near the top: a headline or a caption. */
static bool looks_like_headline(const char *s, uint32_t start, uint32_t end, uint32_t number)
{
	while (end > start && isspace((unsigned char)s[end - 1]))
		end--;
	return number <= 3 && end > start && end - start <= HEADLINE_BYTES_MAX &&
	       !strchr(".!?\":,)", s[end - 1]) && sentence_end(s, start, end) == end;
}

static bool has_body(const struct sentence_list *l)
{
	for (uint32_t i = 0; i < l->count; i++) {
		if (!(l->list[i].flags & SENTENCE_TITLE))
			return true;
	}
	return false;
}

int text_split(const struct plain *p, struct arena *arena, struct sentences *ret_sentences)
{
	struct sentence_list l = {.arena = arena};
	int r = NETRAL_OK;
	uint32_t number = 0;
	for (uint32_t at = 0; at < p->len && r == NETRAL_OK; number++) {
		const char *newline = memchr(p->s + at, '\n', p->len - at);
		uint32_t end = newline ? (uint32_t)(newline - p->s) : p->len;
		bool title = at < p->body || looks_like_headline(p->s, at, end, number);
		r = split_paragraph(&l, p->s, at, end, number, title ? SENTENCE_TITLE : 0);
		at = end + 1;
	}
	if (r < 0)
		return r;
	if (!has_body(&l)) { /* a text of one line is a text */
		for (uint32_t i = 0; i < l.count; i++) {
			if (l.list[i].start >= p->body)
				l.list[i].flags &= ~(unsigned)SENTENCE_TITLE;
		}
	}
	*ret_sentences = (struct sentences){l.list, l.count};
	return NETRAL_OK;
}

static void drop_paragraph(struct sentences *s, uint32_t from, uint32_t paragraph)
{
	for (uint32_t i = from; i < s->count && s->list[i].paragraph == paragraph; i++)
		s->list[i].flags |= SENTENCE_DROPPED;
}

static uint32_t next_paragraph(const struct sentences *s, uint32_t from)
{
	uint32_t i = from;
	while (i < s->count && s->list[i].paragraph == s->list[from].paragraph)
		i++;
	return i;
}

/* Drops what a line cue at the start of sentence `i` cuts. */
static void cut_lines(const struct plain *p, struct sentences *s, uint32_t i, enum line_value cue)
{
	if (cue == LINE_END) {
		/* Lists of related links end an article; the same words on top are a menu. */
		if (s->list[i].start - p->body > (p->len - p->body) / 2) {
			for (uint32_t k = i; k < s->count; k++)
				s->list[k].flags |= SENTENCE_DROPPED;
		}
		return;
	}
	drop_paragraph(s, i, s->list[i].paragraph);
	uint32_t next = next_paragraph(s, i);
	bool alone = s->list[i].end - s->list[i].start <= CUE_LINE_BYTES && next == i + 1;
	if (alone && next < s->count)
		drop_paragraph(s, next, s->list[next].paragraph);
}

static void give_hits(struct sentences *s, const struct hits *hits)
{
	uint32_t at = 0;
	for (uint32_t i = 0; i < s->count; i++) {
		while (at < hits->count && hits->list[at].start < s->list[i].start)
			at++;
		s->list[i].hit = at;
		while (at < hits->count && hits->list[at].start < s->list[i].end)
			at++;
		s->list[i].hit_end = at;
	}
}

static uint64_t sentence_hash(const struct plain *p, const struct sentence *s)
{
	uint64_t hash = XXH64(p->s + s->start, s->end - s->start, 0);
	return hash ? hash : 1;
}

/* An open hash of the long sentences seen so far. */
static int drop_repeated(const struct plain *p, struct arena *arena, struct sentences *s)
{
	size_t size = 16;
	while (size < 2 * (size_t)s->count)
		size *= 2;
	uint64_t *seen = arena_calloc(arena, size, sizeof(*seen));
	if (!seen)
		return NETRAL_ENOMEM;
	for (uint32_t i = 0; i < s->count; i++) {
		struct sentence *it = &s->list[i];
		if (it->start < p->body || it->end - it->start < REPEATED_BYTES_MIN)
			continue;
		uint64_t hash = sentence_hash(p, it);
		size_t at = hash & (size - 1);
		while (seen[at] && seen[at] != hash)
			at = (at + 1) & (size - 1);
		if (seen[at])
			it->flags |= SENTENCE_DROPPED;
		seen[at] = hash;
	}
	return NETRAL_OK;
}

int text_assign_hits(const struct plain *p, const struct phrases *phrases, const struct hits *hits,
		     struct arena *arena, struct sentences *sentences)
{
	give_hits(sentences, hits);
	for (uint32_t i = 0; i < sentences->count; i++) {
		const struct sentence *s = &sentences->list[i];
		for (uint32_t h = s->hit; h < s->hit_end; h++) {
			const struct hit *it = &hits->list[h];
			if (it->group == GROUP_LINE && it->start - s->start <= CUE_OFFSET_MAX &&
			    it->start >= p->body) {
				cut_lines(p, sentences, i,
					  (enum line_value)phrases->list[it->phrase].value);
				break;
			}
		}
	}
	return drop_repeated(p, arena, sentences);
}

void classify_sentence_at(const struct text *text, uint32_t at, uint32_t *ret_start,
			  uint32_t *ret_end)
{
	uint32_t len = (uint32_t)text->len;
	if (at > len)
		at = len;
	uint32_t paragraph = at;
	while (paragraph > 0 && text->ptr[paragraph - 1] != '\n')
		paragraph--;
	const char *newline = memchr(text->ptr + paragraph, '\n', len - paragraph);
	uint32_t limit = newline ? (uint32_t)(newline - text->ptr) : len;
	uint32_t start = skip_space(text->ptr, paragraph, limit), end = start;
	while (start < limit) {
		end = sentence_end(text->ptr, start, limit);
		uint32_t next = skip_space(text->ptr, end, limit);
		if (at < next || next >= limit)
			break;
		start = next;
	}
	*ret_start = start;
	*ret_end = end;
}
