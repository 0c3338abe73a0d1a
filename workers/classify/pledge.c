/* PLEDGE: a formal promise of neutrality.
 *
 * The noun tells neutrality itself ("ikrar netralitas") or its sentence does ("pakta integritas ...
 * netral"), an act is told with it (read out, signed, spoken), and public servants are about.
 * Declarations for candidates, of peaceful elections, pacts about admissions and the like are OFF
 * in the table. A wish or a duty to pledge is none. */
#include "workers/classify/clause.h"
#include "workers/classify/kinds.h"

enum { ACT_REACH = 110, LEAD_SENTENCES = 4 };

#define UNREAL                                                                                     \
	(CLAUSE_BIT(HYPOTHESIS) | CLAUSE_BIT(NEGATION) | CLAUSE_BIT(DENIAL) | CLAUSE_BIT(DUTY) |   \
	 CLAUSE_BIT(PROHIBITION) | CLAUSE_BIT(PURPOSE))

static bool about_neutrality(const struct doc *d, uint32_t i, const struct hit *noun)
{
	const struct sentence *s = &d->sentences.list[i];
	return doc_value(d, noun) == PLEDGE_NEUTRAL ||
	       doc_find(d, s, GROUP_TOPIC, TOPIC_NEUTRAL) != NULL;
}

static const struct hit *act_near(const struct doc *d, const struct sentence *s,
				  const struct hit *noun)
{
	uint32_t from = noun->start > ACT_REACH ? noun->start - ACT_REACH : 0;
	return doc_find_in(d, s, GROUP_ACT, from, noun->end + ACT_REACH);
}

static bool in_headline(const struct doc *d)
{
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *s = &d->sentences.list[i];
		const struct hit *h = s->flags & SENTENCE_TITLE && !(s->flags & SENTENCE_DROPPED)
					      ? doc_find(d, s, GROUP_PLEDGE, -1)
					      : NULL;
		if (h && doc_value(d, h) != PLEDGE_OFF)
			return true;
	}
	return false;
}

static bool is_future(const struct doc *d, const struct sentence *s, const struct hit *noun,
		      const struct hit *act)
{
	unsigned bits = clause_read(d, s, noun) | clause_read(d, s, act);
	return bits & CLAUSE_BIT(FUTURE) || doc_find(d, s, GROUP_HOLD, HOLD_PLANNED);
}

static void note(struct finding *f, const struct doc *d, uint32_t i, const struct hit *noun,
		 const struct hit *act)
{
	const struct sentence *s = &d->sentences.list[i];
	unsigned weight = 2 + kinds_occasion(d, s) + (doc_value(d, noun) == PLEDGE_NEUTRAL);
	if (!f->kind_cue || weight > f->support) {
		f->anchor = f->status_sentence = i;
		f->kind_cue = noun;
		f->status_cue = act;
		f->support = weight;
	}
	finding_add_sentence(f, i);
}

static void read_sentence(const struct doc *d, uint32_t i, struct finding *made,
			  struct finding *planned)
{
	const struct sentence *s = &d->sentences.list[i];
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_PLEDGE || doc_value(d, h) == PLEDGE_OFF ||
		    !about_neutrality(d, i, h) || clause_read(d, s, h) & UNREAL)
			continue;
		const struct hit *act = act_near(d, s, h);
		if (!act || !kinds_near(d, i, 1, 1, GROUP_SUBJECT, -1))
			continue;
		note(is_future(d, s, h, act) ? planned : made, d, i, h, act);
	}
}

/* Who took part: "53 pejabat menandatangani". */
static void read_count(const struct doc *d, struct finding *f)
{
	for (uint32_t k = 0; k < f->sentence_count && !f->has_count; k++) {
		const struct sentence *s = &d->sentences.list[f->sentences[k]];
		struct count_mention c;
		for (uint32_t at = s->start; count_next(d, s, at, &c); at = c.end) {
			if (c.unit != UNIT_CASE && !c.single && c.count.value > 2) {
				f->count = c;
				f->has_count = true;
				break;
			}
		}
	}
}

static void keep(const struct doc *d, struct findings *f, struct finding *finding,
		 enum event_status status)
{
	if (f->count == FINDINGS_MAX)
		return;
	finding->kind = EVENT_KIND_PLEDGE;
	finding->status = status;
	finding->scope = EVENT_SCOPE_CASE;
	read_count(d, finding);
	f->list[f->count++] = *finding;
}

/* The lead tells a day and a hall: the whole article reports an occasion. */
static bool lead_is_occasion(const struct doc *d)
{
	uint32_t seen = 0;
	for (uint32_t i = 0; i < d->sentences.count && seen < LEAD_SENTENCES; i++) {
		const struct sentence *s = &d->sentences.list[i];
		if (!doc_is_body(s))
			continue;
		seen++;
		if (kinds_occasion(d, s) >= 2)
			return true;
	}
	return false;
}

/* A pledge of which neither a day nor a hall nor a headline speaks is a turn of phrase. */
static bool is_occasion(const struct doc *d, const struct finding *f)
{
	for (uint32_t k = 0; k < f->sentence_count; k++) {
		uint32_t i = f->sentences[k];
		if (kinds_occasion(d, &d->sentences.list[i]) > 0)
			return true;
		if (i + 1 < d->sentences.count && doc_is_body(&d->sentences.list[i + 1]) &&
		    kinds_occasion(d, &d->sentences.list[i + 1]) > 0)
			return true;
	}
	return in_headline(d) || lead_is_occasion(d);
}

void pledge_read(const struct doc *d, struct findings *f)
{
	struct finding made = {0}, planned = {0};
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		if (doc_is_body(&d->sentences.list[i]))
			read_sentence(d, i, &made, &planned);
	}
	if (made.sentence_count && is_occasion(d, &made))
		keep(d, f, &made, EVENT_STATUS_MADE);
	else if (planned.sentence_count)
		keep(d, f, &planned, EVENT_STATUS_PLANNED);
}
