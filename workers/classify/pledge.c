/* PLEDGE: a formal promise of neutrality.
 *
 * The noun tells neutrality itself ("ikrar netralitas") or the word stands beside it ("pakta
 * integritas ... netral"), and public servants are about. Declarations for candidates, of peaceful
 * elections, pacts about admissions and the like are OFF in the table. The sentence with the most
 * signs of an act (read out, signed, a day, a hall) is the anchor; whether the candidate is told is
 * the model's decision. */
#include "workers/classify/clause.h"
#include "workers/classify/headcount.h"
#include "workers/classify/kinds.h"

enum { ACT_REACH = 110, SUBJECT_SENTENCES = 3, TOPIC_SENTENCES = 3 };

/* What takes a pledge back: it is wished for, doubted or denied. */
#define UNDONE                                                                                     \
	(CLAUSE_BIT(HYPOTHESIS) | CLAUSE_BIT(NEGATION) | CLAUSE_BIT(DENIAL) | CLAUSE_BIT(DUTY))
#define UNREAL (CLAUSE_BIT(PROHIBITION) | CLAUSE_BIT(PURPOSE))

static bool about_neutrality(const struct doc *d, uint32_t i, const struct hit *noun)
{
	return doc_value(d, noun) == PLEDGE_NEUTRAL ||
	       kinds_near(d, i, TOPIC_SENTENCES, TOPIC_SENTENCES, GROUP_TOPIC, TOPIC_NEUTRAL) ||
	       kinds_in_headline(d, GROUP_TOPIC, TOPIC_NEUTRAL);
}

static bool about_servants(const struct doc *d, uint32_t i)
{
	return kinds_near(d, i, SUBJECT_SENTENCES, SUBJECT_SENTENCES, GROUP_SUBJECT, -1) ||
	       kinds_in_headline(d, GROUP_SUBJECT, -1);
}

static const struct hit *act_near(const struct doc *d, const struct sentence *s,
				  const struct hit *noun)
{
	uint32_t from = noun->start > ACT_REACH ? noun->start - ACT_REACH : 0;
	return doc_find_in(d, s, GROUP_ACT, from, noun->end + ACT_REACH);
}

static bool is_future(const struct doc *d, const struct sentence *s, const struct hit *noun,
		      const struct hit *act)
{
	unsigned bits = clause_read(d, s, noun) | (act ? clause_read(d, s, act) : 0);
	return bits & CLAUSE_BIT(FUTURE) || doc_find(d, s, GROUP_HOLD, HOLD_PLANNED);
}

static void note(struct finding *f, const struct doc *d, uint32_t i, const struct hit *noun,
		 const struct hit *act)
{
	const struct sentence *s = &d->sentences.list[i];
	int weight = 2 + (int)kinds_occasion(d, s) + (doc_value(d, noun) == PLEDGE_NEUTRAL);
	weight += act ? 2 : 0;
	weight -= clause_read(d, s, noun) & UNREAL ? 3 : 0;
	if (!f->kind_cue || weight > f->weight) {
		f->anchor = f->status_sentence = i;
		f->kind_cue = noun;
		f->status_cue = act ? act : noun;
		f->weight = weight;
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
		    !about_neutrality(d, i, h) || !about_servants(d, i))
			continue;
		const struct hit *act = act_near(d, s, h);
		if ((clause_read(d, s, h) | (act ? clause_read(d, s, act) : 0)) & UNDONE)
			continue;
		note(is_future(d, s, h, act) ? planned : made, d, i, h, act);
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
	finding->has_count = headcount_gathered(d, finding, &finding->count);
	f->list[f->count++] = *finding;
}

void pledge_read(const struct doc *d, struct findings *f)
{
	struct finding made = {0}, planned = {0};
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		if (doc_is_body(&d->sentences.list[i]))
			read_sentence(d, i, &made, &planned);
	}
	bool apart = kinds_told_apart(d, &made, &planned);
	if (made.kind_cue && (apart || made.weight >= planned.weight))
		keep(d, f, &made, EVENT_STATUS_MADE);
	if (planned.kind_cue && (apart || made.weight < planned.weight))
		keep(d, f, &planned, EVENT_STATUS_PLANNED);
}
