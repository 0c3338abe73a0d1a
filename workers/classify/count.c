/* A number counts when a unit follows it, or a stage right behind it: "tiga orang oknum ASN", "120
 * peserta", "372 terbukti"; in a total also when only its stage is told. Of "sembilan dari 21
 * camat" the first number counts. Percentages, money, years, ordinals and clock times are none. */
#include "workers/classify/count.h"

#include <ctype.h>
#include <string.h>

enum {
	QUALIFIER_GAP_MAX = 3,
	DIGITS_MAX = 9,
	STAGE_REACH = 34,
	TALLY_MIN = 10,  /* "diregister 130,", not "mendapati dua," */
	REPEAT_MAX = 40, /* "75 (tujuh puluh lima)" */
	SUM_MAX = 6,     /* numbers that are added up */
	YEAR_MIN = 1990,
	YEAR_MAX = 2039,
};

struct number {
	uint32_t start, end;
	uint64_t value;
	bool several, vague, one, all, year;
	enum event_qualifier qualifier; /* that the number itself tells, or 0 */
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
	bool year = i == at + 4 && value >= YEAR_MIN && value <= YEAR_MAX;
	*ret = (struct number){.start = at, .end = i, .value = value, .year = year};
	if (i + 3 <= limit && strncmp(s + i, "-an", 3) == 0 && !isalpha((unsigned char)s[i + 3])) {
		ret->qualifier = EVENT_QUALIFIER_ABOUT; /* "600-an" */
		ret->end = i + 3;
	}
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
			   .vague = p->flags == NUMBER_SEVERAL && p->value == 0,
			   .one = p->flags == NUMBER_ONE,
			   .all = p->flags == NUMBER_ALL};
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

/* "100 lebih ASN": told behind the number. */
static void take_more(const struct doc *d, const struct sentence *s, struct number *n)
{
	doc_for_hits(d, s, h)
	{
		if (h->group == GROUP_QUALIFIER && adjoins(d, n->end, h->start)) {
			if (doc_value(d, h) == QUALIFIER_AT_LEAST) {
				n->qualifier = EVENT_QUALIFIER_AT_LEAST;
				n->end = h->end;
			}
			return;
		}
	}
}

/* "75 (tujuh puluh lima)", "tiga (3)": the same number again. */
static void skip_repeat(const struct doc *d, const struct sentence *s, struct number *n)
{
	const char *text = d->plain.s;
	uint32_t open = n->end + 1;
	if (open + 1 >= s->end || text[n->end] != ' ' || text[open] != '(')
		return;
	const struct hit *word = doc_find_in(d, s, GROUP_NUMBER, open + 1, open + 2);
	if (!word && !isdigit((unsigned char)text[open + 1]))
		return;
	uint32_t limit = s->end - open < REPEAT_MAX ? s->end - open : REPEAT_MAX;
	const char *close = memchr(text + open, ')', limit);
	if (close)
		n->end = (uint32_t)(close - text) + 1;
}

/* "403 ASN", "tiga orang oknum ASN": the unit, and whether public servants are counted. */
static const struct hit *unit_behind(const struct doc *d, const struct sentence *s, uint32_t end,
				     const struct hit **ret_servant)
{
	const struct hit *unit = NULL;
	*ret_servant = NULL;
	doc_for_hits(d, s, h)
	{
		if (h->start < end)
			continue;
		uint32_t from = unit ? unit->end : end;
		if (h->start > from && !adjoins(d, from, h->start))
			break;
		if (h->group == GROUP_SUBJECT)
			*ret_servant = h;
		bool counts = h->group == GROUP_UNIT || h->group == GROUP_SUBJECT ||
			      (h->group == GROUP_STATUS && adjoins(d, end, h->start));
		if (counts && (!unit || (h->start == unit->start && h->end > unit->end)))
			unit = h;
		if (*ret_servant)
			break;
	}
	return unit;
}

static bool same_clause(const struct doc *d, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		if (strchr(",;.:()\"", d->plain.s[i]) || isdigit((unsigned char)d->plain.s[i]))
			return false;
	}
	return true;
}

/* "17 sudah disimpulkan melanggar", "yang diregister sebanyak 130": the stage that a number without
 * a unit is told with. */
static const struct hit *stage_beside(const struct doc *d, const struct sentence *s,
				      const struct number *n)
{
	bool last = n->value >= TALLY_MIN && strchr(",.;)", d->plain.s[n->end]) != NULL;
	if (strncmp(d->plain.s + n->end, " persen", 7) == 0)
		return NULL;
	doc_for_hits(d, s, h)
	{
		if (h->group == GROUP_MONTH && adjoins(d, n->end, h->start))
			return NULL;
		if (h->group != GROUP_STATUS)
			continue;
		if (last && h->end < n->start && n->start - h->end <= STAGE_REACH &&
		    same_clause(d, h->end, n->start))
			return h;
		if (h->start > n->end && h->start - n->end <= STAGE_REACH &&
		    same_clause(d, n->end, h->start))
			return h;
	}
	return NULL;
}

static enum event_qualifier told_qualifier(const struct number *n)
{
	return n->several ? EVENT_QUALIFIER_SEVERAL
			  : (n->qualifier ? n->qualifier : EVENT_QUALIFIER_EXACT);
}

static enum event_qualifier qualifier_before(const struct doc *d, const struct sentence *s,
					     const struct number *n, uint32_t *ret_start)
{
	*ret_start = n->start;
	doc_for_hits(d, s, h)
	{
		if (h->start >= n->start)
			break;
		if (h->group != GROUP_QUALIFIER || h->end > n->start ||
		    n->start - h->end > QUALIFIER_GAP_MAX)
			continue;
		*ret_start = h->start;
		if (n->several || n->qualifier || doc_value(d, h) == QUALIFIER_EXACT)
			continue;
		return doc_value(d, h) == QUALIFIER_ABOUT ? EVENT_QUALIFIER_ABOUT
							  : EVENT_QUALIFIER_AT_LEAST;
	}
	return told_qualifier(n);
}

static bool is_whole(const struct doc *d, uint32_t start)
{
	return start >= 5 && strncasecmp(d->plain.s + start - 5, "dari ", 5) == 0;
}

/* "Keduanya" needs no unit. */
static bool stands_alone(const struct doc *d, const struct number *n)
{
	return n->all && n->end - n->start > 3 &&
	       strncasecmp(d->plain.s + n->end - 3, "nya", 3) == 0;
}

static bool make_mention(const struct doc *d, const struct sentence *s, const struct number *n,
			 uint32_t units, bool bare, struct count_mention *ret)
{
	const struct hit *servant = NULL;
	bool alone = stands_alone(d, n);
	const struct hit *unit = alone ? NULL : unit_behind(d, s, units, &servant);
	if (!unit && !alone && !(bare && stage_beside(d, s, n)))
		return false;
	if (n->all && unit && !adjoins(d, units, unit->start))
		return false;
	uint32_t start = n->start;
	enum event_qualifier q = qualifier_before(d, s, n, &start);
	if (n->year && start == n->start)
		return false;
	bool staged = !alone && (!unit || unit->group == GROUP_STATUS);
	*ret = (struct count_mention){
		.start = start,
		.end = staged || alone                       ? n->end
		       : servant && servant->end > unit->end ? servant->end
							     : unit->end,
		.number = n->start,
		.count = {n->several ? 0 : n->value, q},
		.unit = staged                              ? UNIT_CASE
			: unit && unit->group == GROUP_UNIT ? (enum unit_value)doc_value(d, unit)
							    : UNIT_PERSON,
		.servant = alone || servant || (unit && unit->group == GROUP_SUBJECT),
		.single = n->one,
		.all = n->all,
		.whole = is_whole(d, start),
		.vague = n->vague,
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
	} else if (!word || doc_phrase(d, word)->flags == NUMBER_TIMES) {
		return false;
	} else {
		*n = read_words(d, word, d->hits.list + s->hit_end);
	}
	take_more(d, s, n);
	skip_repeat(d, s, n);
	/* "sejumlah 183 ASN" is exact */
	return !n->several || !isdigit((unsigned char)d->plain.s[n->end + 1]);
}

static bool starts_number(const struct doc *d, const struct sentence *s, const struct hit *word,
			  uint32_t at)
{
	const char *text = d->plain.s;
	bool told = isdigit((unsigned char)text[at]) || (word && word->start == at);
	return told && (at == s->start || !isalnum((unsigned char)text[at - 1]));
}

/* Where the unit of a number is to be looked for: "sembilan dari 21 camat". */
static uint32_t units_from(const struct doc *d, const struct sentence *s, const struct hit *word,
			   const struct number *n)
{
	static const char of[] = " dari ";
	const struct hit *end = d->hits.list + s->hit_end;
	uint32_t at = n->end + (uint32_t)sizeof(of) - 1;
	struct number whole;
	if (at >= s->end || strncmp(d->plain.s + n->end, of, sizeof(of) - 1) != 0)
		return n->end;
	word = number_word(word, end, at);
	word = word < end ? word : NULL;
	bool fraction = starts_number(d, s, word, at) && read_number(d, s, at, word, &whole);
	return fraction ? whole.end : n->end;
}

static bool next(const struct doc *d, const struct sentence *s, uint32_t from, bool bare,
		 struct count_mention *ret_count)
{
	const struct hit *end = d->hits.list + s->hit_end;
	const struct hit *word = number_word(d->hits.list + s->hit, end, from);
	for (uint32_t at = from < s->start ? s->start : from;; at++) {
		word = number_word(word, end, at);
		uint32_t numeral = plain_next_numeral(&d->plain, at);
		at = word < end && word->start < numeral ? word->start : numeral;
		if (at >= s->end)
			return false;
		struct number n;
		if (!starts_number(d, s, word < end ? word : NULL, at) ||
		    !read_number(d, s, at, word, &n))
			continue;
		if (make_mention(d, s, &n, units_from(d, s, word, &n), bare, ret_count))
			return true;
		at = n.end - 1;
	}
}

bool count_next(const struct doc *d, const struct sentence *s, uint32_t from,
		struct count_mention *ret_count)
{
	return next(d, s, from, false, ret_count);
}

bool count_next_staged(const struct doc *d, const struct sentence *s, uint32_t from,
		       struct count_mention *ret_count)
{
	return next(d, s, from, true, ret_count);
}

/* Whether nothing but "dan" or a comma stands between two numbers of people. */
static bool is_joined(const struct doc *d, uint32_t from, uint32_t to)
{
	static const char *const joints[] = {", ", " dan ", ", dan ", " serta ", ", serta "};
	for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++) {
		if (strlen(joints[i]) == to - from &&
		    strncmp(d->plain.s + from, joints[i], to - from) == 0)
			return true;
	}
	return false;
}

static bool adds_up(const struct count_mention *m)
{
	bool person = m->unit == UNIT_PERSON || m->unit == UNIT_GUEST;
	return person && m->count.value > 0 && !m->all && !m->whole;
}

bool count_next_sum(const struct doc *d, const struct sentence *s, uint32_t from,
		    struct count_mention *ret_count)
{
	struct count_mention more;
	if (!count_next(d, s, from, ret_count))
		return false;
	for (unsigned i = 1; i < SUM_MAX && adds_up(ret_count); i++) {
		if (!count_next(d, s, ret_count->end, &more) || !adds_up(&more) ||
		    !is_joined(d, ret_count->end, more.start))
			break;
		ret_count->count.value += more.count.value;
		if (more.count.qualifier != EVENT_QUALIFIER_EXACT)
			ret_count->count.qualifier = more.count.qualifier;
		ret_count->end = more.end;
		ret_count->single = false;
		ret_count->servant = ret_count->servant || more.servant;
	}
	return true;
}
