/* Numbers of people stand in many sentences of an article, and most count somebody else: speakers,
 * villages' delegates, candidates' supporters, other years. So every number near the finding is
 * weighed, and the best one counts if it is good enough.
 *
 * Of an occasion, a number weighs more in the occasion's own sentences, with a word for being there
 * ("diikuti", "hadir") or for a total ("jumlah peserta") beside it; less when it counts the invited
 * ("dari 126 yang diundang"), and in a sentence on a case.
 *
 * Of a case, all that tells how many they are votes: "dua lurah", "keduanya", "seorang camat",
 * initials, "kades itu". The number with most votes wins. */
#include "workers/classify/headcount.h"

#include <ctype.h>
#include <string.h>

enum {
	NEAR_SENTENCES = 3, /* from the finding's sentences */
	FAR_SENTENCES = 10,
	LEAD_SENTENCES = 3,
	CROWD_BEFORE = 60,  /* "diikuti oleh sebanyak 120 ASN" */
	CROWD_BEHIND = 110, /* "120 ASN dari ... mengikuti" */
	CASE_REACH = 40,
	OTHERS_REACH = 60,
	AND_BYTES = 5, /* " dan " */
	FEW_MAX = 5,   /* so few are rather speakers */
	LARGE_MIN = 10,
	GATHERED_MIN = 4, /* points that a number needs */
	POINTS_OWN = 2,
	POINTS_GUEST = 3,
	POINTS_SERVANT = 2,
	POINTS_CROWD = 3,
	POINTS_CASE = -3,
	POINTS_TOTAL = 4,
	VOTES_MAX = 12,  /* different numbers of offenders */
	COUNTS_MAX = 12, /* numbers in one sentence */
	OBJECT_GAP = 2,
	BESIDE_SENTENCES = 2,
	BESIDE_POINTS_MIN = 2, /* more than a pronoun */
	TITLE_WEIGHT = 2,
};

/* How far sentence `i` is from the nearest of the finding. */
static uint32_t distance_to(const struct finding *f, uint32_t i)
{
	uint32_t best = i > f->anchor ? i - f->anchor : f->anchor - i;
	for (uint32_t k = 0; k < f->sentence_count; k++) {
		uint32_t at = f->sentences[k];
		uint32_t distance = i > at ? i - at : at - i;
		best = distance < best ? distance : best;
	}
	return best;
}

static bool is_near(const struct count_mention *m, const struct hit *h, uint32_t before,
		    uint32_t behind)
{
	return h->end <= m->start ? m->start - h->end <= before : h->start <= m->end + behind;
}

/* What the words around a number say about those present. */
static int crowd_points(const struct doc *d, const struct sentence *s,
			const struct count_mention *m, bool planned)
{
	int present = 0, total = 0, invited = 0;
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_CROWD || !is_near(m, h, CROWD_BEFORE, CROWD_BEHIND))
			continue;
		switch ((enum crowd_value)doc_value(d, h)) {
		case CROWD_PRESENT:
			present = POINTS_CROWD;
			break;
		case CROWD_TOTAL:
			total = h->end <= m->start ? POINTS_TOTAL : total;
			break;
		case CROWD_INVITED:
			invited = planned ? POINTS_CROWD : m->whole ? -POINTS_CROWD : invited;
			break;
		case CROWD_ABSENT:
			return -POINTS_CROWD;
		case CROWD_MANY:
			break;
		}
	}
	return (total > present ? total : present) + invited;
}

static int unit_points(const struct count_mention *m)
{
	return m->unit == UNIT_GUEST ? POINTS_GUEST : m->servant ? POINTS_SERVANT : 1;
}

/* "991 ASN terlibat pelanggaran"; a committee reports, too. */
static bool counts_a_case(const struct doc *d, const struct sentence *s,
			  const struct count_mention *m)
{
	doc_for_hits(d, s, h)
	{
		bool of_case = h->group == GROUP_OFFENCE || h->group == GROUP_SANCTION ||
			       (h->group == GROUP_STATUS &&
				(h->start > m->start || doc_value(d, h) != EVENT_STATUS_ALLEGED));
		if (of_case && is_near(m, h, CASE_REACH, CASE_REACH))
			return true;
	}
	return false;
}

/* "Para", "seluruh" and the like. */
static bool is_many(const struct doc *d, const struct hit *h)
{
	return h->group == GROUP_CROWD && doc_value(d, h) == CROWD_MANY;
}

/* "165 kepala kampung dan para camat", "seluruh camat dan 71 lurah": more than the number. */
static bool has_others(const struct doc *d, const struct sentence *s, const struct count_mention *m)
{
	const char *text = d->plain.s;
	uint32_t behind = m->end + (text[m->end] == ',') + AND_BYTES;
	bool joins = strncmp(text + behind - AND_BYTES, " dan ", AND_BYTES) == 0;
	bool joined = m->start >= s->start + AND_BYTES &&
		      strncmp(text + m->start - AND_BYTES, " dan ", AND_BYTES) == 0;
	doc_for_hits(d, s, h)
	{
		if (!is_many(d, h))
			continue;
		if ((joins && h->start == behind) ||
		    (joined && h->end < m->start && m->start - h->end <= OTHERS_REACH))
			return true;
	}
	return false;
}

static int distance_points(uint32_t distance)
{
	return distance == 0                ? POINTS_OWN
	       : distance <= NEAR_SENTENCES ? 0
	       : distance <= FAR_SENTENCES  ? -1
					    : -2;
}

/* INT32_MIN for what cannot be the number of those present. */
static int gathered_points(const struct doc *d, const struct finding *f, uint32_t i, uint32_t lead,
			   const struct count_mention *m)
{
	const struct sentence *s = &d->sentences.list[i];
	bool several = m->count.qualifier == EVENT_QUALIFIER_SEVERAL;
	bool planned = f->status == EVENT_STATUS_PLANNED;
	uint32_t distance = distance_to(f, i);
	if (m->unit == UNIT_CASE || m->unit == UNIT_PART || m->single || m->all || m->vague ||
	    (!several && m->count.value <= 2))
		return INT32_MIN;
	int crowd = crowd_points(d, s, m, planned);
	bool leads = i <= lead + LEAD_SENTENCES;
	int points = unit_points(m) + crowd + leads;
	points += leads && distance ? 0 : distance_points(distance);
	points += !several && (m->start < m->number || m->count.value >= LARGE_MIN);
	points -= several + m->whole;
	points -= !several && m->count.value <= FEW_MAX ? 3 : 0;
	points += counts_a_case(d, s, m) ? POINTS_CASE : 0;
	return points;
}

/* The best number of one sentence, if it is better than *best. */
static void weigh_numbers(const struct doc *d, const struct finding *f, uint32_t i, uint32_t lead,
			  int *best, struct count_mention *ret_count)
{
	const struct sentence *s = &d->sentences.list[i];
	struct count_mention m;
	for (uint32_t at = s->start; count_next_sum(d, s, at, &m); at = m.end) {
		int points = gathered_points(d, f, i, lead, &m);
		if (points <= *best)
			continue;
		*best = points;
		*ret_count = m;
		if (m.count.qualifier == EVENT_QUALIFIER_EXACT && has_others(d, s, &m))
			ret_count->count.qualifier = EVENT_QUALIFIER_AT_LEAST;
	}
}

bool headcount_gathered(const struct doc *d, const struct finding *f,
			struct count_mention *ret_count)
{
	int best = GATHERED_MIN - 1;
	uint32_t lead = 0;
	while (lead < d->sentences.count && !doc_is_body(&d->sentences.list[lead]))
		lead++;
	for (uint32_t i = lead; i < d->sentences.count; i++) {
		if (doc_is_body(&d->sentences.list[i]))
			weigh_numbers(d, f, i, lead, &best, ret_count);
	}
	/* What only the headline tells. */
	if (best < GATHERED_MIN && lead > 0 && d->sentences.list[0].flags & SENTENCE_TITLE)
		weigh_numbers(d, f, 0, 0, &best, ret_count);
	return best >= GATHERED_MIN;
}

struct vote {
	struct count_mention m; /* the first that told this number */
	int points;
};

struct votes {
	struct vote list[VOTES_MAX];
	uint32_t count;
};

static void vote(struct votes *v, const struct count_mention *m, int points)
{
	for (uint32_t i = 0; i < v->count; i++) {
		struct vote *known = &v->list[i];
		if (known->m.count.value != m->count.value)
			continue;
		known->points += points;
		if (known->m.all && !m->all)
			known->m = *m; /* "sedikitnya dua ASN" tells more than "keduanya" */
		return;
	}
	if (v->count < VOTES_MAX)
		v->list[v->count++] = (struct vote){*m, points};
}

static void vote_one(struct votes *v, const struct hit *h, int points)
{
	struct count_mention m = {.start = h->start,
				  .end = h->end,
				  .number = h->start,
				  .count = {1, EVENT_QUALIFIER_EXACT},
				  .unit = UNIT_PERSON,
				  .servant = true,
				  .single = true};
	vote(v, &m, points);
}

/* Votes of one sentence. */
struct ballot {
	const struct doc *d;
	const struct sentence *s;
	struct votes *votes;
	bool saying; /* offices and pronouns are rather the speaker's */
	bool deed;   /* a stage, breach or conduct is told */
	int weight;
	uint32_t parts; /* "diantaranya": behind it are some of those told before */
	struct count_mention counts[COUNTS_MAX];
	uint32_t count;
};

/* "mengumpulkan 11 kepala desa": those whom it was done to. */
static bool is_object(const struct ballot *b, const struct count_mention *m)
{
	doc_for_hits(b->d, b->s, h)
	{
		if ((h->group == GROUP_CONDUCT || h->group == GROUP_DEED) && h->end <= m->start &&
		    m->start - h->end <= OBJECT_GAP)
			return true;
	}
	return false;
}

static bool counts_offenders(const struct ballot *b, const struct count_mention *m)
{
	bool several = m->count.qualifier == EVENT_QUALIFIER_SEVERAL;
	bool about = b->deed && doc_find(b->d, b->s, GROUP_SUBJECT, -1);
	if (m->whole || is_object(b, m) || (!several && m->count.value == 0) ||
	    (m->single && m->start > b->parts))
		return false;
	if (m->unit == UNIT_CASE) /* "beberapa pelanggaran oleh ASN" */
		return several && about;
	return m->unit == UNIT_PERSON && (m->servant || (!m->single && about));
}

/* False when no number of more than one was told. */
static bool vote_numbers(struct ballot *b)
{
	bool many = false;
	struct count_mention m;
	for (uint32_t at = b->s->start; b->count < COUNTS_MAX && count_next_sum(b->d, b->s, at, &m);
	     at = m.end) {
		bool several = m.count.qualifier == EVENT_QUALIFIER_SEVERAL;
		b->counts[b->count++] = m;
		if (!counts_offenders(b, &m))
			continue;
		vote(b->votes, &m,
		     (several || m.single || m.all || !m.servant ? 2 : 3) * b->weight);
		many |= m.count.value != 1;
	}
	return many;
}

/* What stands in a number's words is no person of its own. */
static bool is_counted(const struct ballot *b, const struct hit *h)
{
	for (uint32_t i = 0; i < b->count; i++) {
		if (b->counts[i].start <= h->start && h->start < b->counts[i].end)
			return true;
	}
	return false;
}

static bool word_before(const struct ballot *b, const struct hit *h, const char *word)
{
	size_t n = strlen(word);
	return h->start >= b->s->start + n &&
	       strncasecmp(b->d->plain.s + h->start - n, word, n) == 0;
}

/* "Lurah Sukamaju", "Camat Budi": a capital behind what is no abbreviation. */
static bool is_named(const struct doc *d, const struct hit *h)
{
	const char *s = d->plain.s;
	return !isupper((unsigned char)s[h->end - 1]) && s[h->end] == ' ' &&
	       isupper((unsigned char)s[h->end + 1]) && !(h->start > 0 && s[h->start - 1] == '-');
}

static bool is_office(const struct ballot *b, const struct hit *h)
{
	if (h->group == GROUP_SUBJECT && doc_value(b->d, h) == EVENT_SUBJECT_VILLAGE)
		return true;
	const struct hit *office = doc_find_in(b->d, b->s, GROUP_DEFINITE, h->start, h->start + 1);
	return office && doc_value(b->d, office) == DEFINITE_OFFICE;
}

static bool many_before(const struct ballot *b, const struct hit *h)
{
	doc_for_hits(b->d, b->s, k)
	{
		if (k->end + 1 == h->start && is_many(b->d, k))
			return true;
	}
	return false;
}

/* "sosialisasi netralitas ASN tersebut": what is pointed at is not the servant. */
static bool names_a_matter(const struct ballot *b, const struct hit *h)
{
	doc_for_hits(b->d, b->s, k)
	{
		if (k->end + 1 == h->start &&
		    (k->group == GROUP_TOPIC || k->group == GROUP_SESSION ||
		     k->group == GROUP_PLEDGE))
			return true;
	}
	return false;
}

/* "dihadiri Pj Wali Kota": the passive has its guests behind it. */
static bool is_guest(const struct ballot *b, const struct hit *h)
{
	doc_for_hits(b->d, b->s, k)
	{
		if (k->group == GROUP_HOLD && doc_value(b->d, k) == HOLD_ATTEND &&
		    k->end <= h->start && strncasecmp(b->d->plain.s + k->start, "di", 2) == 0)
			return true;
	}
	return false;
}

/* "sang camat", "kades itu", "Lurah Sukamaju": one person. */
static int person_points(const struct ballot *b, const struct hit *h)
{
	const char *behind = b->d->plain.s + h->end;
	if (many_before(b, h) || names_a_matter(b, h) || is_guest(b, h))
		return 0;
	if (word_before(b, h, "sang ") || strncmp(behind, " itu", 4) == 0 ||
	    strncmp(behind, " tersebut", 9) == 0)
		return 2;
	if (b->saying || !b->deed || !is_office(b, h))
		return 0;
	return is_named(b->d, h) ? 2 : 1;
}

static int definite_points(const struct ballot *b, const struct hit *h)
{
	switch ((enum definite_value)doc_value(b->d, h)) {
	case DEFINITE_INITIAL:
		return 2;
	case DEFINITE_PRONOUN:
		return !b->saying;
	case DEFINITE_PERSON: /* "oknum camat" */
		return doc_find_in(b->d, b->s, GROUP_SUBJECT, h->end + 1, h->end + 2) ? 2 : 0;
	default:
		return 0;
	}
}

static void vote_persons(const struct ballot *b)
{
	doc_for_hits(b->d, b->s, h)
	{
		int points = h->group == GROUP_SUBJECT    ? person_points(b, h)
			     : h->group == GROUP_DEFINITE ? definite_points(b, h)
							  : 0;
		if (points && h->start < b->parts && !is_counted(b, h))
			vote_one(b->votes, h, points);
	}
}

/* "Wali Kota: ..." */
static bool speaks(const struct doc *d, const struct sentence *s)
{
	bool colon =
		s->flags & SENTENCE_TITLE && memchr(d->plain.s + s->start, ':', s->end - s->start);
	return colon || doc_find(d, s, GROUP_CLAUSE, CLAUSE_SAYING) ||
	       doc_find(d, s, GROUP_HOLD, HOLD_SPEECH);
}

static struct ballot ballot_for(const struct doc *d, uint32_t i, int weight, struct votes *v)
{
	const struct sentence *s = &d->sentences.list[i];
	const struct hit *parts = doc_find(d, s, GROUP_UNIT, UNIT_PART);
	return (struct ballot){
		.d = d,
		.s = s,
		.votes = v,
		.saying = speaks(d, s),
		.deed = doc_find(d, s, GROUP_STATUS, -1) || doc_find(d, s, GROUP_OFFENCE, -1) ||
			doc_find(d, s, GROUP_CONDUCT, -1),
		.weight = weight,
		.parts = parts ? parts->start : s->end,
	};
}

static void vote_sentence(const struct doc *d, uint32_t i, int weight, struct votes *v)
{
	struct ballot b = ballot_for(d, i, weight, v);
	/* "beberapa pelanggaran oleh oknum ASN": persons beside a number are among them */
	if (!vote_numbers(&b))
		vote_persons(&b);
}

static const struct vote *best_of(const struct votes *v)
{
	const struct vote *best = NULL;
	for (uint32_t i = 0; i < v->count; i++) {
		if (!best || v->list[i].points > best->points)
			best = &v->list[i];
	}
	return best;
}

/* Where the case's own sentences do not tell, those beside them may. */
static void vote_around(const struct doc *d, const struct finding *f, struct votes *v)
{
	uint32_t first = f->sentence_count ? f->sentences[0] : f->anchor;
	uint32_t last = f->sentence_count ? f->sentences[f->sentence_count - 1] : f->anchor;
	uint32_t from = first > BESIDE_SENTENCES ? first - BESIDE_SENTENCES : 0;
	for (uint32_t i = from; i < d->sentences.count && i <= last + BESIDE_SENTENCES; i++) {
		if (doc_is_body(&d->sentences.list[i]) && distance_to(f, i) > 0)
			vote_sentence(d, i, 1, v);
	}
}

/* The article's only case is counted wherever a number is told, the headline's most of all; persons
 * elsewhere may be anybody. */
static void vote_elsewhere(const struct doc *d, const struct finding *f, struct votes *v)
{
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *s = &d->sentences.list[i];
		bool title = s->flags & SENTENCE_TITLE;
		if (s->flags & SENTENCE_DROPPED || distance_to(f, i) == 0)
			continue;
		struct ballot b = ballot_for(d, i, title ? TITLE_WEIGHT : 1, v);
		bool many = (title || b.deed) && vote_numbers(&b);
		if (title && !many)
			vote_persons(&b);
	}
}

bool headcount_offenders(const struct doc *d, const struct finding *f, bool alone,
			 struct count_mention *ret_count)
{
	struct votes v = {.count = 0};
	for (uint32_t k = 0; k < f->sentence_count; k++)
		vote_sentence(d, f->sentences[k], f->sentences[k] == f->anchor ? 2 : 1, &v);
	if (alone)
		vote_elsewhere(d, f, &v);
	const struct vote *best = best_of(&v);
	if (!best) {
		vote_around(d, f, &v);
		best = best_of(&v);
		best = best && best->points >= BESIDE_POINTS_MIN ? best : NULL;
	}
	if (best)
		*ret_count = best->m;
	return best != NULL;
}
