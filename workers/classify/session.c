/* SESSION: an occasion at which public servants are told about neutrality.
 *
 * Cues come in three kinds. TEACHING ("sosialisasi", "bimtek") must itself be about neutrality: the
 * word stands in its sentence or beside it. GATHERING ("apel", "rakor") may be about anything, and
 * people may simply come together ("diikuti", "hadir"), but then a passage follows: on neutrality,
 * or on what must not be done for candidates. The sentence with the most signs of a certain
 * occasion (a day, a hall, guests, a speech) is the anchor. A pledge at which a leader speaks to
 * those assembled is a candidate too. Whether a candidate is told is the model's decision. */
#include "workers/classify/clause.h"
#include "workers/classify/headcount.h"
#include "workers/classify/kinds.h"

#include <string.h>

enum {
	PASSAGE_SENTENCES = 12, /* how far behind a gathering the passage may begin */
	SUBJECT_SENTENCES = 2,
	HOLD_REACH = 90,
	POLL_REACH = 40,
	SEQUEL_SENTENCES = 3,
	DATE_BYTES_MAX = 40, /* of a sentence that is nothing but a date */
};

/* What takes an occasion back, and what only makes it doubtful. */
#define UNDONE                                                                                     \
	(CLAUSE_BIT(HYPOTHESIS) | CLAUSE_BIT(NEGATION) | CLAUSE_BIT(DENIAL) | CLAUSE_BIT(SERIES))
#define UNREAL                                                                                     \
	(CLAUSE_BIT(DUTY) | CLAUSE_BIT(PROHIBITION) | CLAUSE_BIT(PURPOSE) | CLAUSE_BIT(MEANS))

struct reading {
	const struct doc *d;
	struct finding held, planned;
};

/* "sosialisasi ini", "kegiatan tersebut" */
static bool is_pointed_at(const struct doc *d, const struct hit *h)
{
	const char *s = d->plain.s + h->end;
	return strncasecmp(s, " ini", 4) == 0 || strncasecmp(s, " tersebut", 9) == 0 ||
	       strncasecmp(s, " itu", 4) == 0;
}

static uint32_t gap_between(const struct hit *a, const struct hit *b)
{
	return a->end <= b->start ? b->start - a->end : a->start >= b->end ? a->start - b->end : 0;
}

/* The HOLD cue of the sentence that is nearest to the noun. */
static const struct hit *hold_near(const struct doc *d, const struct sentence *s,
				   const struct hit *noun)
{
	const struct hit *best = NULL;
	uint32_t best_gap = HOLD_REACH;
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_HOLD || doc_value(d, h) == HOLD_PLANNED)
			continue;
		uint32_t gap = gap_between(h, noun);
		if (gap < best_gap) {
			best = h;
			best_gap = gap;
		}
	}
	return best;
}

/* A poll right before the cue is what is scheduled, not the gathering. */
static bool schedules_a_poll(const struct doc *d, const struct sentence *s, const struct hit *cue)
{
	uint32_t from = cue->start > POLL_REACH ? cue->start - POLL_REACH : 0;
	return doc_find_in(d, s, GROUP_POLL, from, cue->start) != NULL;
}

static bool is_scheduled(const struct doc *d, const struct sentence *s, const struct hit *noun)
{
	doc_for_hits(d, s, h)
	{
		if (h->group == GROUP_HOLD && doc_value(d, h) == HOLD_PLANNED &&
		    gap_between(h, noun) <= HOLD_REACH && !schedules_a_poll(d, s, h))
			return true;
	}
	return false;
}

static bool is_future(const struct doc *d, const struct sentence *s, const struct hit *noun,
		      const struct hit *hold)
{
	if (is_scheduled(d, s, noun))
		return true;
	unsigned bits = clause_read(d, s, noun) | (hold ? clause_read(d, s, hold) : 0);
	return bits & CLAUSE_BIT(FUTURE);
}

static bool passage_behind(const struct doc *d, uint32_t i)
{
	for (uint32_t k = i; k < d->sentences.count && k <= i + PASSAGE_SENTENCES; k++) {
		if (kinds_is_passage(d, &d->sentences.list[k]))
			return true;
	}
	return false;
}

static bool is_teaching(const struct doc *d, const struct hit *cue)
{
	return cue->group == GROUP_SESSION && doc_value(d, cue) == SESSION_TEACHING;
}

static bool is_topical(const struct doc *d, uint32_t i, const struct hit *cue)
{
	if (!kinds_near(d, i, SUBJECT_SENTENCES, SUBJECT_SENTENCES, GROUP_SUBJECT, -1))
		return false;
	return (is_teaching(d, cue) && kinds_near(d, i, 2, 2, GROUP_TOPIC, TOPIC_NEUTRAL)) ||
	       passage_behind(d, i);
}

/* "wajib menggelar", "diminta mengadakan": not done yet. */
static bool is_owed(const struct doc *d, const struct sentence *s, const struct hit *hold)
{
	doc_for_hits(d, s, h)
	{
		if (h->group == GROUP_CLAUSE && doc_value(d, h) == CLAUSE_DUTY &&
		    h->end + 1 == hold->start)
			return true;
	}
	return false;
}

static void note(struct finding *f, uint32_t i, const struct hit *noun, const struct hit *hold,
		 int weight)
{
	if (!f->kind_cue || weight > f->weight) {
		f->anchor = f->status_sentence = i;
		f->kind_cue = noun;
		f->status_cue = hold ? hold : noun;
		f->weight = weight;
	}
	finding_add_sentence(f, i);
}

static void read_cue(struct reading *r, uint32_t i, const struct hit *noun)
{
	const struct doc *d = r->d;
	const struct sentence *s = &d->sentences.list[i];
	unsigned bits = clause_read(d, s, noun);
	bool teaching = is_teaching(d, noun);
	/* "ditemui usai apel": what was said was said to the press */
	bool over = bits & CLAUSE_BIT(AFTER) && !teaching && doc_find(d, s, GROUP_TONE, TONE_PRESS);
	if (bits & UNDONE || over)
		return;
	bool topical = is_topical(d, i, noun);
	bool pointed = is_pointed_at(d, noun);
	int occasion = (int)kinds_occasion(d, s);
	if (!topical && !((pointed || occasion) && teaching && r->held.kind_cue))
		return;
	const struct hit *hold = hold_near(d, s, noun);
	if (hold ? is_owed(d, s, hold) : bits & CLAUSE_BIT(MEANS))
		return;
	bool speech = doc_find(d, s, GROUP_HOLD, HOLD_SPEECH) != NULL;
	int weight = (topical ? 3 : 0) + (teaching ? 2 : 0) + occasion + speech + (hold != NULL);
	weight += noun->group == GROUP_SESSION;
	weight += doc_find(d, s, GROUP_TOPIC, TOPIC_NEUTRAL) != NULL;
	weight -= bits & UNREAL ? 3 : 0;
	weight -= bits & CLAUSE_BIT(AFTER) && !teaching ? 2 : 0;
	if (is_future(d, s, noun, hold))
		note(&r->planned, i, noun, doc_find(d, s, GROUP_HOLD, -1), weight + 1);
	else
		note(&r->held, i, noun, hold, weight);
}

/* The opening speech, or who came, told in a sentence of its own. */
static void read_sequel(struct reading *r, uint32_t i)
{
	const struct sentence *s = &r->d->sentences.list[i];
	const struct finding *f = &r->held;
	if (!f->kind_cue || i - f->sentences[f->sentence_count - 1] > SEQUEL_SENTENCES)
		return;
	bool only_a_date = s->end - s->start <= DATE_BYTES_MAX && kinds_occasion(r->d, s);
	if (only_a_date || doc_find(r->d, s, GROUP_HOLD, HOLD_SPEECH) ||
	    doc_find(r->d, s, GROUP_HOLD, HOLD_ATTEND))
		finding_add_sentence(&r->held, i);
}

static void read_sentence(struct reading *r, uint32_t i)
{
	const struct sentence *s = &r->d->sentences.list[i];
	bool noun = false;
	doc_for_hits(r->d, s, h)
	{
		if (h->group == GROUP_SESSION && doc_value(r->d, h) != SESSION_OFF) {
			read_cue(r, i, h);
			noun = true;
		}
	}
	const struct hit *attend = noun ? NULL : doc_find(r->d, s, GROUP_HOLD, HOLD_ATTEND);
	if (attend && doc_find(r->d, s, GROUP_SUBJECT, -1) && kinds_occasion(r->d, s) > 1)
		read_cue(r, i, attend);
	else if (!noun)
		read_sequel(r, i);
}

/* A pledge with a speech on neutrality: the session's sentences are the pledge's and the speech. */
static void read_pledge_session(struct reading *r, const struct finding *pledge)
{
	const struct doc *d = r->d;
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *s = &d->sentences.list[i];
		const struct hit *speech = doc_find(d, s, GROUP_HOLD, HOLD_SPEECH);
		if (!speech)
			speech = doc_find(d, s, GROUP_TONE, TONE_APPEAL);
		if (!doc_is_body(s) || !speech ||
		    !kinds_near(d, i, 1, 1, GROUP_TOPIC, TOPIC_NEUTRAL))
			continue;
		r->held = *pledge;
		r->held.status_cue = speech;
		r->held.has_count = false;
		finding_add_sentence(&r->held, i);
		return;
	}
}

static void keep(const struct doc *d, struct findings *f, struct finding *finding,
		 enum event_status status)
{
	if (f->count == FINDINGS_MAX)
		return;
	finding->kind = EVENT_KIND_SESSION;
	finding->status = status;
	finding->scope = EVENT_SCOPE_CASE;
	finding->has_count = headcount_gathered(d, finding, &finding->count);
	f->list[f->count++] = *finding;
}

void session_read(const struct doc *d, struct findings *f)
{
	struct reading r = {.d = d};
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		if (doc_is_body(&d->sentences.list[i]))
			read_sentence(&r, i);
	}
	for (uint32_t i = 0; i < f->count && !r.held.kind_cue && !r.planned.kind_cue; i++) {
		if (f->list[i].kind == EVENT_KIND_PLEDGE)
			read_pledge_session(&r, &f->list[i]);
	}
	bool apart = kinds_told_apart(d, &r.held, &r.planned);
	if (r.held.kind_cue && (apart || r.held.weight >= r.planned.weight))
		keep(d, f, &r.held, EVENT_STATUS_HELD);
	if (r.planned.kind_cue && (apart || r.held.weight < r.planned.weight))
		keep(d, f, &r.planned, EVENT_STATUS_PLANNED);
}
