#include "workers/record/postings.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "workers/record/schema.h"

#include <stdlib.h>
#include <string.h>

/* --- sets --- */

void set_fill(struct set *s)
{
	memset(s, 0xFF, sizeof(*s));
}

void set_add(struct set *s, unsigned offset)
{
	s->words[offset / 64] |= UINT64_C(1) << (offset % 64);
}

void set_and(struct set *s, const struct set *other)
{
	for (int i = 0; i < SET_WORDS; i++)
		s->words[i] &= other->words[i];
}

void set_and_not(struct set *s, const struct set *other)
{
	for (int i = 0; i < SET_WORDS; i++)
		s->words[i] &= ~other->words[i];
}

/* Bits of word `word` whose offsets are >= first. */
static uint64_t bits_from(int word, unsigned first)
{
	unsigned start = (unsigned)word * 64;
	if (first <= start)
		return UINT64_MAX;
	return first - start < 64 ? UINT64_MAX << (first - start) : 0;
}

void set_keep_range(struct set *s, unsigned first, unsigned last)
{
	for (int i = 0; i < SET_WORDS; i++)
		s->words[i] &= bits_from(i, first) & ~bits_from(i, last + 1);
}

int set_next(const struct set *s, int from)
{
	for (int i = from / 64; i < SET_WORDS; i++) {
		uint64_t w = s->words[i] & bits_from(i, (unsigned)from);
		if (w)
			return i * 64 + __builtin_ctzll(w);
	}
	return -1;
}

int set_prev(const struct set *s, int from)
{
	for (int i = from / 64; from >= 0 && i >= 0; i--) {
		uint64_t w = s->words[i] & ~bits_from(i, (unsigned)from + 1);
		if (w)
			return i * 64 + 63 - __builtin_clzll(w);
	}
	return -1;
}

static int set_count(const struct set *s)
{
	int n = 0;
	for (int i = 0; i < SET_WORDS; i++)
		n += __builtin_popcountll(s->words[i]);
	return n;
}

size_t set_store(const struct set *s, uint8_t out[static SET_BYTES])
{
	if (set_count(s) * 2 >= SET_BYTES) {
		for (size_t i = 0; i < SET_WORDS; i++)
			put_be64(out + i * 8, s->words[i]);
		return SET_BYTES;
	}
	size_t len = 0;
	for (int at = set_next(s, 0); at >= 0; at = set_next(s, at + 1)) {
		put_be16(out + len, (uint16_t)at);
		len += 2;
	}
	return len;
}

int set_load(struct set *s, const void *data, size_t len)
{
	const uint8_t *p = data;
	if (len > SET_BYTES || len % 2)
		return NETRAL_EMALFORMED;
	if (len == SET_BYTES) {
		for (size_t i = 0; i < SET_WORDS; i++)
			s->words[i] |= get_be64(p + i * 8);
		return NETRAL_OK;
	}
	for (size_t i = 0; i < len; i += 2) {
		unsigned offset = get_be16(p + i);
		if (offset >= SEGMENT_SIZE)
			return NETRAL_EMALFORMED;
		set_add(s, offset);
	}
	return NETRAL_OK;
}

/* --- terms --- */

static uint32_t digits(const char *s, size_t n)
{
	uint32_t v = 0;
	for (size_t i = 0; i < n; i++)
		v = v * 10 + (uint32_t)(s[i] - '0');
	return v;
}

uint32_t day_number_of(const char *value)
{
	size_t len = strlen(value);
	uint32_t v = len >= 4 ? digits(value, 4) * 10000 : 0;
	if (len >= 7)
		v += digits(value + 5, 2) * 100;
	if (len >= 10)
		v += digits(value + 8, 2);
	return v;
}

uint32_t day_number(const struct event_date *date)
{
	return date->precision == EVENT_PRECISION_NONE ? 0 : day_number_of(date->value);
}

bool day_within(uint32_t day, uint32_t since, uint32_t until)
{
	uint32_t last = day % 10000 == 0 ? day + 9999 : day % 100 == 0 ? day + 99 : day;
	return last >= since && day <= until;
}

void posting_key(uint8_t key[static POSTING_KEY_BYTES], uint32_t segment, enum term_family family,
		 const void *term, size_t term_len)
{
	put_be32(key, segment);
	key[4] = (uint8_t)family;
	memset(key + 5, 0, TERM_BYTES);
	if (term_len)
		memcpy(key + 5, term, term_len < TERM_BYTES ? term_len : TERM_BYTES);
}

/* --- the postings of a batch --- */

enum { POSTINGS_FIRST = 256 };

void postings_fini(struct postings *p)
{
	free(p->items);
	*p = (struct postings){0};
}

static int add(struct postings *p, uint64_t seq, enum term_family family, const void *term,
	       size_t term_len)
{
	if (p->count == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : POSTINGS_FIRST;
		struct posting *items = fault_realloc(p->items, cap * sizeof(*items));
		if (!items)
			return NETRAL_ENOMEM;
		p->items = items;
		p->cap = cap;
	}
	struct posting *item = &p->items[p->count++];
	posting_key(item->key, segment_of(seq), family, term, term_len);
	item->offset = (uint16_t)(seq % SEGMENT_SIZE);
	return NETRAL_OK;
}

int postings_add_event(struct postings *p, uint64_t seq, const struct event *e)
{
	const char *area = e->place.code[0] ? e->place.code : "none";
	const uint8_t nature[] = {(uint8_t)e->kind, (uint8_t)e->status};
	uint32_t day = day_number(&e->date);
	uint8_t day_term[4];
	put_be32(day_term, day);
	int r = add(p, seq, TERM_AREA, area, strlen(area));
	if (r == NETRAL_OK)
		r = add(p, seq, TERM_KIND, nature, sizeof(nature));
	if (r == NETRAL_OK && day)
		r = add(p, seq, TERM_DAY, day_term, sizeof(day_term));
	return r;
}

int postings_add_gone(struct postings *p, uint64_t seq)
{
	return add(p, seq, TERM_GONE, NULL, 0);
}

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, POSTING_KEY_BYTES);
}

void postings_sort(struct postings *p)
{
	if (p->count > 1)
		qsort(p->items, p->count, sizeof(*p->items), by_key);
}
