/* A number counts when a unit follows it within two words, or a stage right behind it: "tiga orang
 * oknum ASN", "120 peserta", "372 terbukti".
 * Percentages, money, years, ordinals and clock times are none. */
#include "workers/classify/count.h"

#include <ctype.h>
#include <string.h>

enum { UNIT_GAP_MAX = 18, QUALIFIER_GAP_MAX = 3, DIGITS_MAX = 9 };

struct number {
	uint32_t start, end;
	uint64_t value;
	bool several, one;
};

static bool behind_money_or_rank(const char *s, uint32_t at)
{
	static const char *const words[] = {"rp",       "rp.",    "nomor",  "no",    "no.",
					    "pasal",    "ayat",   "ke-",    "tahun", "urut",
					    "capres",   "paslon", "eselon", "pukul", "jam",
					    "golongan", "tahun-"};
	while (at > 0 && s[at - 1] == ' ')
		at--;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);
		if (at >= n && strncasecmp(s + at - n, words[i], n) == 0 &&
		    (at == n || !isalnum((unsigned char)s[at - n - 1])))
			return true;
	}
	return false;
}

/* 120, 1.596, 2.034 */
static bool read_digits(const struct doc *d, uint32_t at, uint32_t limit, struct number *ret)
{
	const char *s = d->plain.s;
	uint32_t i = at, digits = 0;
	uint64_t value = 0;
	while (i < limit && digits <= DIGITS_MAX) {
		if (isdigit((unsigned char)s[i])) {
			value = value * 10 + (uint64_t)(s[i] - '0');
			digits++;
			i++;
		} else if (s[i] == '.' && i + 3 < limit && isdigit((unsigned char)s[i + 1]) &&
			   isdigit((unsigned char)s[i + 2]) && isdigit((unsigned char)s[i + 3])) {
			i++;
		} else {
			break;
		}
	}
	bool inside = at > 0 && s[at - 1] && strchr("/-.,", s[at - 1]);
	bool glued = i < limit && (isalpha((unsigned char)s[i]) || strchr("/%-:,", s[i]));
	if (glued && (s[i] == ',' || s[i] == '-') && !isdigit((unsigned char)s[i + 1]))
		glued = false;
	*ret = (struct number){.start = at, .end = i, .value = value};
	return digits > 0 && digits <= DIGITS_MAX && !glued && !inside &&
	       !behind_money_or_rank(s, at);
}

static bool adjoins(const struct doc *d, uint32_t end, uint32_t start)
{
	return start == end + 1 && d->plain.s[end] == ' ';
}

/* "12 ribu", "tiga juta": the multiplier right behind a number. */
static void take_times(const struct doc *d, const struct sentence *s, struct number *n)
{
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_NUMBER || !adjoins(d, n->end, h->start))
			continue;
		const struct phrase *p = doc_phrase(d, h);
		if (p->flags == NUMBER_TIMES) {
			n->value *= (uint64_t)p->value;
			n->end = h->end;
		}
		return;
	}
}

/* "dua puluh tiga", "seratus dua puluh", "tiga ribu". */
static struct number read_words(const struct doc *d, const struct hit *h, const struct hit *end)
{
	const struct phrase *p = doc_phrase(d, h);
	struct number n = {.start = h->start,
			   .end = h->end,
			   .value = (uint64_t)p->value,
			   .several = p->flags == NUMBER_SEVERAL,
			   .one = p->flags == NUMBER_ONE};
	if (p->flags != NUMBER_UNIT)
		return n;
	for (const struct hit *k = h + 1; k < end; k++) {
		if (k->group != GROUP_NUMBER || k->start < n.end)
			continue;
		const struct phrase *next = doc_phrase(d, k);
		if (!adjoins(d, n.end, k->start) || next->flags > NUMBER_TIMES)
			break;
		if (next->flags == NUMBER_TIMES)
			n.value *= (uint64_t)next->value;
		else
			n.value += (uint64_t)next->value;
		n.end = k->end;
	}
	return n;
}

/* "403 ASN", "tiga orang oknum ASN": the unit, and whether public servants are counted. */
static const struct hit *unit_behind(const struct doc *d, const struct sentence *s,
				     const struct number *n, bool *ret_servant)
{
	const struct hit *unit = NULL;
	*ret_servant = false;
	doc_for_hits(d, s, h)
	{
		if (h->start < n->end)
			continue;
		uint32_t from = unit ? unit->end : n->end;
		if (h->start > from + UNIT_GAP_MAX ||
		    strcspn(d->plain.s + n->end, ",;.:()") < h->start - n->end)
			break;
		if (h->group == GROUP_SUBJECT)
			*ret_servant = true;
		bool counts = h->group == GROUP_UNIT || h->group == GROUP_SUBJECT ||
			      (h->group == GROUP_STATUS && adjoins(d, n->end, h->start));
		if (counts && !unit)
			unit = h;
		if (*ret_servant)
			break;
	}
	return unit;
}

static enum event_qualifier qualifier_before(const struct doc *d, const struct sentence *s,
					     const struct number *n, uint32_t *ret_start)
{
	enum event_qualifier q = n->several ? EVENT_QUALIFIER_SEVERAL : EVENT_QUALIFIER_EXACT;
	*ret_start = n->start;
	doc_for_hits(d, s, h)
	{
		if (h->start >= n->start)
			break;
		if (h->group != GROUP_QUALIFIER || h->end > n->start ||
		    n->start - h->end > QUALIFIER_GAP_MAX)
			continue;
		*ret_start = h->start;
		if (n->several)
			return q;
		return doc_value(d, h) == QUALIFIER_ABOUT      ? EVENT_QUALIFIER_ABOUT
		       : doc_value(d, h) == QUALIFIER_AT_LEAST ? EVENT_QUALIFIER_AT_LEAST
							       : EVENT_QUALIFIER_EXACT;
	}
	return q;
}

static bool make_mention(const struct doc *d, const struct sentence *s, const struct number *n,
			 struct count_mention *ret)
{
	bool servant = false;
	const struct hit *unit = unit_behind(d, s, n, &servant);
	if (!unit)
		return false;
	uint32_t start = n->start;
	enum event_qualifier q = qualifier_before(d, s, n, &start);
	*ret = (struct count_mention){
		.start = start,
		.end = unit->group == GROUP_STATUS ? n->end : unit->end,
		.number = n->start,
		.count = {n->several ? 0 : n->value, q},
		.unit = unit->group == GROUP_UNIT     ? (enum unit_value)doc_value(d, unit)
			: unit->group == GROUP_STATUS ? UNIT_CASE
						      : UNIT_PERSON,
		.servant = servant || unit->group == GROUP_SUBJECT,
		.single = n->one,
	};
	return true;
}

/* The first NUMBER phrase that starts at `at` or behind it, from `word` on. */
static const struct hit *number_word(const struct hit *word, const struct hit *end, uint32_t at)
{
	while (word < end && (word->start < at || word->group != GROUP_NUMBER))
		word++;
	return word;
}

/* The number at `at`; false for one that counts nothing. */
static bool read_number(const struct doc *d, const struct sentence *s, uint32_t at,
			const struct hit *word, struct number *n)
{
	if (isdigit((unsigned char)d->plain.s[at])) {
		if (!read_digits(d, at, s->end, n))
			return false;
		take_times(d, s, n);
		return true;
	}
	if (doc_phrase(d, word)->flags == NUMBER_TIMES)
		return false;
	*n = read_words(d, word, d->hits.list + s->hit_end);
	/* "sejumlah 183 ASN" is exact */
	return !n->several || !isdigit((unsigned char)d->plain.s[n->end + 1]);
}

bool count_next(const struct doc *d, const struct sentence *s, uint32_t from,
		struct count_mention *ret_count)
{
	const struct hit *end = d->hits.list + s->hit_end;
	const struct hit *word = number_word(d->hits.list + s->hit, end, from);
	for (uint32_t at = from < s->start ? s->start : from; at < s->end; at++) {
		if (word < end && word->start < at)
			word = number_word(word, end, at);
		bool starts = word < end && word->start == at;
		if (!starts && !isdigit((unsigned char)d->plain.s[at]))
			continue;
		struct number n;
		if (at > s->start && isalnum((unsigned char)d->plain.s[at - 1]))
			continue;
		if (!read_number(d, s, at, word, &n))
			continue;
		if (make_mention(d, s, &n, ret_count))
			return true;
		at = n.end - 1;
	}
	return false;
}
