/* A sentence claims a breach when three things stand in it: a breach (a word for it, or conduct in
 * an election), a stage (alleged, examined, found, ...), and somebody certain. Each can be taken
 * back by its clause. "ASN yang melanggar akan disanksi" has a breach and a stage, but its stage is
 * in the future and nobody certain is meant.
 *
 * Certain are a number of servants, "seorang", "oknum", "salah satu" in front of one, initials, and
 * an office with a name behind it ("Lurah Sukamaju"), unless the sentence is about what that
 * officer says. */
#include "workers/classify/claim.h"

#include "workers/classify/clause.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum {
	DOWNGRADE_REACH = 40, /* "menemukan ... dugaan" */
	DEFINITE_REACH = 16,  /* "salah satu oknum ASN" */
	SERVANT_REACH = 30,   /* "seorang oknum pegawai negeri" */
};

#define UNREAL                                                                                     \
	(CLAUSE_BIT(HYPOTHESIS) | CLAUSE_BIT(DENIAL) | CLAUSE_BIT(PURPOSE) | CLAUSE_BIT(FUTURE))
#define SOFT (CLAUSE_BIT(PROHIBITION) | CLAUSE_BIT(DUTY) | CLAUSE_BIT(RISK))

bool claim_is_further(enum event_status a, enum event_status b)
{
	static const int rank[] = {[EVENT_STATUS_ALLEGED] = 1,    [EVENT_STATUS_UNDER_REVIEW] = 2,
				   [EVENT_STATUS_DISMISSED] = 3,  [EVENT_STATUS_FOUND] = 4,
				   [EVENT_STATUS_SANCTIONED] = 5, [EVENT_STATUS_MADE] = 0};
	return rank[a] > rank[b];
}

/* "ditemukan dugaan", "temuan indikasi": what was found is an allegation. */
static bool finds_an_allegation(const struct doc *d, const struct sentence *s, const struct hit *h)
{
	doc_for_hits(d, s, k)
	{
		if (k->group == GROUP_STATUS && k->start >= h->end &&
		    k->start < h->end + DOWNGRADE_REACH && doc_value(d, k) == EVENT_STATUS_ALLEGED)
			return true;
	}
	return false;
}

enum event_status claim_status_of(const struct doc *d, const struct sentence *s,
				  const struct hit *h, bool *ret_soft)
{
	enum event_status status = (enum event_status)doc_value(d, h);
	unsigned bits = clause_read(d, s, h);
	if (bits & (UNREAL | CLAUSE_BIT(NEGATION)))
		return EVENT_STATUS_NONE;
	if (ret_soft)
		*ret_soft = bits & SOFT;
	else if (bits & SOFT)
		return EVENT_STATUS_NONE;
	if (bits & CLAUSE_BIT(WARNING) && status >= EVENT_STATUS_FOUND)
		return EVENT_STATUS_NONE;
	if (status == EVENT_STATUS_SANCTIONED && bits & CLAUSE_BIT(RECOMMEND))
		return EVENT_STATUS_FOUND;
	if (status == EVENT_STATUS_FOUND && finds_an_allegation(d, s, h))
		return EVENT_STATUS_ALLEGED;
	return status;
}

/* The furthest stage that sentence `i` tells; one that is told firmly goes before a soft one. */
static void read_status(const struct doc *d, uint32_t i, struct claim *c)
{
	const struct sentence *s = &d->sentences.list[i];
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_STATUS)
			continue;
		bool soft = false;
		enum event_status status = claim_status_of(d, s, h, &soft);
		if (status == EVENT_STATUS_NONE || (c->status_cue && soft && !c->soft))
			continue;
		if (!c->status_cue || (c->soft && !soft) || claim_is_further(status, c->status)) {
			c->status = status;
			c->status_cue = h;
			c->status_sentence = i;
			c->soft = soft;
		}
	}
}

/* Breaches are often told behind the stage, in its reach; only their own negation matters. */
static bool is_negated(const struct doc *d, const struct sentence *s, const struct hit *h)
{
	return clause_read(d, s, h) & (CLAUSE_BIT(NEGATION) | CLAUSE_BIT(DENIAL));
}

/* An election stands near, or those who watch one. */
static bool is_contested(const struct doc *d, uint32_t i)
{
	return kinds_near(d, i, 1, 1, GROUP_ELECTION, ELECTION_TERM) ||
	       kinds_near(d, i, 1, 1, GROUP_ELECTION, ELECTION_WATCH);
}

static const struct hit *offence_in(const struct doc *d, uint32_t i)
{
	const struct sentence *s = &d->sentences.list[i];
	const struct hit *bare = NULL, *conduct = NULL;
	doc_for_hits(d, s, h)
	{
		if (h->group == GROUP_OFFENCE && doc_value(d, h) == OFFENCE_BREACH &&
		    !is_negated(d, s, h))
			return h;
		if (h->group == GROUP_OFFENCE && doc_value(d, h) == OFFENCE_BARE && !bare)
			bare = h;
		if (h->group == GROUP_CONDUCT && !conduct)
			conduct = h;
	}
	if (conduct && is_contested(d, i))
		return conduct;
	if (bare && (kinds_near(d, i, 2, 1, GROUP_TOPIC, TOPIC_NEUTRAL) || is_contested(d, i)))
		return bare;
	return NULL;
}

static bool is_body_at(const struct doc *d, uint32_t i)
{
	return i < d->sentences.count && doc_is_body(&d->sentences.list[i]);
}

/* An election, else those who watch one: "Lurah itu diperiksa Bawaslu". */
static const struct hit *contest_in(const struct doc *d, uint32_t i)
{
	const struct sentence *s = &d->sentences.list[i];
	const struct hit *term = doc_find(d, s, GROUP_ELECTION, ELECTION_TERM);
	return term ? term : doc_find(d, s, GROUP_ELECTION, ELECTION_WATCH);
}

/* What a sentence leaves out stands in the one behind it or before it: "Bawaslu memeriksa seorang
 * lurah. Ia mengunggah foto paslon." */
static void read_beside(const struct doc *d, uint32_t i, struct claim *c)
{
	const uint32_t beside[] = {i + 1, i - 1};
	for (size_t k = 0; k < 2 && !c->status_cue; k++) {
		if (is_body_at(d, beside[k]))
			read_status(d, beside[k], c);
	}
	for (size_t k = 0; k < 2 && !c->offence; k++) {
		if (is_body_at(d, beside[k]))
			c->offence = offence_in(d, beside[k]);
	}
	if (!c->offence) /* a weak one: the case is at least about an election */
		c->offence = contest_in(d, i);
	for (size_t k = 0; k < 2 && !c->offence; k++) {
		if (is_body_at(d, beside[k]))
			c->offence = contest_in(d, beside[k]);
	}
}

/* "seorang", "oknum", "salah satu" in front of a servant, not of a candidate. */
static bool points_at_servant(const struct doc *d, const struct sentence *s, const struct hit *h)
{
	doc_for_hits(d, s, k)
	{
		if ((k->group == GROUP_SUBJECT || k->group == GROUP_UNIT) && k->end > h->end &&
		    k->start >= h->start && k->start <= h->end + DEFINITE_REACH)
			return true;
	}
	return false;
}

/* The class of servants that "seorang ..." or a number stands in front of. */
static const struct hit *servant_behind(const struct doc *d, const struct sentence *s, uint32_t at)
{
	doc_for_hits(d, s, k)
	{
		if (k->group == GROUP_SUBJECT && k->start >= at && k->start <= at + SERVANT_REACH)
			return k;
	}
	return NULL;
}

/* "Lurah Sukamaju", "Kepala Dinas Pendidikan Budi": an office with a capital behind it. */
static bool is_named_office(const struct doc *d, const struct hit *h)
{
	const char *s = d->plain.s;
	bool abbreviation = h->end - h->start >= 2 && isupper((unsigned char)s[h->end - 1]);
	return !abbreviation && s[h->end] == ' ' && isupper((unsigned char)s[h->end + 1]) &&
	       islower((unsigned char)s[h->end + 2]);
}

/* One person who is told by office or initials counts as one offender. */
static void set_single(const struct hit *h, struct claim *c)
{
	c->definite = true;
	if (c->has_count)
		return;
	c->has_count = true;
	c->count = (struct count_mention){.start = h->start,
					  .end = h->end,
					  .number = h->start,
					  .count = {1, EVENT_QUALIFIER_EXACT},
					  .unit = UNIT_PERSON,
					  .servant = true,
					  .single = true};
}

/* Whether the sentence may be what this officer says. "Bawaslu menyatakan Camat Natar terbukti" is
 * not: who stands behind an active verb is spoken of. */
static bool may_speak(const struct doc *d, const struct sentence *s, const struct hit *h)
{
	doc_for_hits(d, s, k)
	{
		bool says = k->group == GROUP_CLAUSE && doc_value(d, k) == CLAUSE_SAYING;
		bool active = strncasecmp(d->plain.s + k->start, "me", 2) == 0;
		if (says && !(active && k->end <= h->start))
			return true;
	}
	return false;
}

static void read_definite(const struct doc *d, const struct sentence *s, struct claim *c)
{
	bool saying = doc_find(d, s, GROUP_CLAUSE, CLAUSE_SAYING) != NULL;
	doc_for_hits(d, s, h)
	{
		if (h->group == GROUP_SUBJECT && is_named_office(d, h) && !may_speak(d, s, h))
			set_single(h, c);
		if (h->group != GROUP_DEFINITE)
			continue;
		switch ((enum definite_value)doc_value(d, h)) {
		case DEFINITE_CASE:
			c->goes_on = true;
			break;
		case DEFINITE_PRONOUN:
			c->pronoun = c->pronoun || !saying;
			break;
		case DEFINITE_INITIAL:
			set_single(h, c);
			break;
		case DEFINITE_ANOTHER:
			c->another = true;
			break;
		case DEFINITE_OFFICE:
			if (!c->office && !may_speak(d, s, h))
				c->office = h;
			break;
		default:
			if (!points_at_servant(d, s, h))
				break;
			c->definite = true;
			c->servant = c->servant ? c->servant : servant_behind(d, s, h->start);
			break;
		}
	}
}

/* The number of offenders is the one nearest to the stage. */
static void read_count(const struct doc *d, const struct sentence *s, struct claim *c)
{
	struct count_mention m;
	uint32_t best_gap = UINT32_MAX;
	for (uint32_t at = s->start; count_next(d, s, at, &m); at = m.end) {
		if ((!m.servant && m.unit != UNIT_CASE && !m.single) || m.unit == UNIT_GUEST)
			continue;
		if (m.single && !m.servant)
			continue;
		uint32_t cue = c->status_cue->start;
		uint32_t gap = m.start > cue ? m.start - cue : cue - m.start;
		gap += m.servant ? 0 : 40;
		if (gap < best_gap) {
			best_gap = gap;
			c->count = m;
			c->has_count = true;
		}
	}
	c->definite = c->definite || c->has_count;
}

/* "Camat itu hadir di kampanye": as it was seen, without a word on its stage. */
static bool is_told_plainly(const struct doc *d, const struct sentence *s, const struct claim *c)
{
	return c->offence && c->definite && !doc_find(d, s, GROUP_STATUS, -1) &&
	       !(clause_read(d, s, c->offence) & (UNREAL | SOFT | CLAUSE_BIT(NEGATION)));
}

struct claim claim_read(const struct doc *d, uint32_t i)
{
	const struct sentence *s = &d->sentences.list[i];
	struct claim c = {0};
	read_status(d, i, &c);
	c.offence = offence_in(d, i);
	if (!c.status_cue && !c.offence)
		return c;
	read_definite(d, s, &c);
	if (c.office && c.status_cue && !c.soft) /* "Camat dilaporkan ..." */
		c.definite = true;
	if (c.status_cue ? !c.goes_on || c.pronoun : c.definite)
		read_beside(d, i, &c);
	if (!c.status_cue && is_told_plainly(d, s, &c)) {
		c.status_cue = c.offence;
		c.status = EVENT_STATUS_ALLEGED;
	}
	if (c.status == EVENT_STATUS_NONE)
		return (struct claim){0};
	c.status_sentence = c.status_cue == c.offence ? i : c.status_sentence;
	read_count(d, s, &c);
	if (c.has_count && !c.servant)
		c.servant = servant_behind(d, s, c.count.start);
	return c;
}

bool claim_tells_conduct(const struct doc *d, uint32_t i)
{
	/* "mengajak" is a duty in a speech, and conduct in a case. */
	const unsigned untrue =
		UNREAL | CLAUSE_BIT(PROHIBITION) | CLAUSE_BIT(RISK) | CLAUSE_BIT(NEGATION);
	const struct sentence *s = &d->sentences.list[i];
	struct claim c = {0};
	read_definite(d, s, &c);
	if (!c.definite && !c.goes_on && !c.pronoun && !doc_find(d, s, GROUP_OFFENCE, OFFENCE_BARE))
		return false;
	doc_for_hits(d, s, h)
	{
		if (h->group == GROUP_CONDUCT && !(clause_read(d, s, h) & untrue))
			return true;
	}
	return false;
}
