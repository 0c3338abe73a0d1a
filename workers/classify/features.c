#include "workers/classify/features.h"

#include "workers/classify/clause.h"
#include "workers/classify/weights.h"

#include <string.h>

enum {
	LEAD_SENTENCES = 3,
	NEAR_SENTENCES = 4,
	RULES_MANY_MIN = 3,
	TOPICS_MANY_MIN = 4,
	UNREALS_MANY_MIN = 3,
	CUES_MANY_MIN = 4,
	STAGES_MANY_MIN = 3,
	SHORT_SENTENCES = 6,
};

static const char *const names[] = {
#define X(name) #name,
	FEATURES(X)
#undef X
};

const char *feature_name(enum feature f)
{
	return names[f];
}

int feature_parse(const char *name)
{
	return weights_index(names, FEATURE_COUNT, name);
}

struct measure {
	const struct doc *d;
	const struct finding *f;
	const struct sentence *anchor;
	bool *v;
};

static bool has(const struct measure *m, enum phrase_group group, int64_t value)
{
	return doc_find(m->d, m->anchor, group, value) != NULL;
}

static bool near(const struct measure *m, enum phrase_group group, int64_t value)
{
	return kinds_near(m->d, m->f->anchor, NEAR_SENTENCES, NEAR_SENTENCES, group, value);
}

static bool strong_cue(const struct measure *m)
{
	const struct hit *h = m->f->kind_cue;
	int64_t value = doc_value(m->d, h);
	return (h->group == GROUP_SESSION && value == SESSION_TEACHING) ||
	       (h->group == GROUP_PLEDGE && value == PLEDGE_NEUTRAL) ||
	       (h->group == GROUP_OFFENCE && value == OFFENCE_BREACH);
}

static bool is_pointed_at(const struct measure *m)
{
	const char *s = m->d->plain.s + m->f->kind_cue->end;
	return strncasecmp(s, " ini", 4) == 0 || strncasecmp(s, " tersebut", 9) == 0 ||
	       strncasecmp(s, " itu", 4) == 0;
}

static void read_anchor(const struct measure *m)
{
	bool *v = m->v;
	uint32_t at = m->f->anchor;
	int date = date_of_sentence(m->d, m->anchor, false);
	v[FEATURE_TOPIC] = has(m, GROUP_TOPIC, TOPIC_NEUTRAL);
	v[FEATURE_TOPIC_BESIDE] = kinds_near(m->d, at, 1, 1, GROUP_TOPIC, TOPIC_NEUTRAL);
	v[FEATURE_SUBJECT] = has(m, GROUP_SUBJECT, -1);
	v[FEATURE_SUBJECT_BESIDE] = kinds_near(m->d, at, 1, 1, GROUP_SUBJECT, -1);
	v[FEATURE_CONTEST] = has(m, GROUP_ELECTION, ELECTION_TERM);
	v[FEATURE_STRONG_CUE] = strong_cue(m);
	v[FEATURE_NOUN_CUE] =
		m->f->kind_cue->group == GROUP_SESSION || m->f->kind_cue->group == GROUP_OFFENCE;
	v[FEATURE_FROM_PLEDGE] =
		m->f->kind == EVENT_KIND_SESSION && m->f->kind_cue->group == GROUP_PLEDGE;
	v[FEATURE_WEAK_CUE] = m->f->kind_cue->group == GROUP_ELECTION;
	v[FEATURE_VERB_CUE] = strncasecmp(m->d->plain.s + m->f->kind_cue->start, "me", 2) == 0;
	v[FEATURE_LATER_CASE] = m->f->split_signs != 0;
	v[FEATURE_SOFT] = m->f->soft;
	v[FEATURE_CUE_BESIDE] =
		m->f->kind_cue->start < m->anchor->start || m->f->kind_cue->start >= m->anchor->end;
	v[FEATURE_HELD] = has(m, GROUP_HOLD, HOLD_HELD);
	v[FEATURE_ATTEND] = has(m, GROUP_HOLD, HOLD_ATTEND);
	v[FEATURE_SPEECH] = has(m, GROUP_HOLD, HOLD_SPEECH);
	v[FEATURE_SCHEDULED] = has(m, GROUP_HOLD, HOLD_PLANNED);
	v[FEATURE_ACT] = has(m, GROUP_ACT, -1);
	v[FEATURE_DAY] = date >= 0 && m->d->dates.list[date].flags & DATE_NEWS;
	v[FEATURE_HALL] = has(m, GROUP_VENUE, -1);
	v[FEATURE_NUMBER] = m->f->has_count;
	v[FEATURE_BODY_NAMED] = has(m, GROUP_AGENCY, -1);
	v[FEATURE_SAYING] = has(m, GROUP_CLAUSE, CLAUSE_SAYING);
	v[FEATURE_CERTAIN] = m->f->certain;
	v[FEATURE_GOES_ON] = has(m, GROUP_DEFINITE, DEFINITE_CASE);
	v[FEATURE_CONDUCT] = has(m, GROUP_CONDUCT, -1);
	v[FEATURE_STAGE] = has(m, GROUP_STATUS, -1);
	v[FEATURE_POINTED] = is_pointed_at(m);
	v[FEATURE_PRESS] = has(m, GROUP_TONE, TONE_PRESS);
	v[FEATURE_APPEAL] = has(m, GROUP_TONE, TONE_APPEAL);
	v[FEATURE_RULE] = has(m, GROUP_TONE, TONE_RULE) || has(m, GROUP_LEGAL, -1);
	v[FEATURE_QUOTED] = memchr(m->d->plain.s + m->anchor->start, '"',
				   m->anchor->end - m->anchor->start) != NULL;
}

static bool told(const struct measure *m, enum phrase_group group, int64_t value)
{
	for (uint32_t k = 0; k < m->f->sentence_count; k++) {
		if (doc_find(m->d, &m->d->sentences.list[m->f->sentences[k]], group, value))
			return true;
	}
	return kinds_in_headline(m->d, group, value);
}

static void read_told(const struct measure *m)
{
	m->v[FEATURE_TOLD_TOPIC] = told(m, GROUP_TOPIC, TOPIC_NEUTRAL);
	m->v[FEATURE_TOLD_BREACH] = told(m, GROUP_OFFENCE, OFFENCE_BREACH);
	m->v[FEATURE_TOLD_CONDUCT] = told(m, GROUP_CONDUCT, -1);
	m->v[FEATURE_TOLD_CONTEST] = told(m, GROUP_ELECTION, ELECTION_TERM);
	m->v[FEATURE_TOLD_AGENCY] = told(m, GROUP_AGENCY, -1);
	m->v[FEATURE_TOLD_SUBJECT] = told(m, GROUP_SUBJECT, -1);
	m->v[FEATURE_TOLD_FIRMLY] = !m->f->soft && m->f->certain;
}

static void read_position(const struct measure *m)
{
	uint32_t before = 0, all = 0;
	for (uint32_t i = 0; i < m->d->sentences.count; i++) {
		bool body = doc_is_body(&m->d->sentences.list[i]);
		before += body && i < m->f->anchor;
		all += body;
	}
	m->v[FEATURE_LEAD] = before < LEAD_SENTENCES;
	m->v[FEATURE_LATE] = before * 2 > all;
	m->v[FEATURE_SHORT] = all < SHORT_SENTENCES;
}

static void read_clause(const struct measure *m)
{
	static const struct {
		enum clause_value clause;
		enum feature feature;
	} pairs[] = {
		{CLAUSE_NEGATION, FEATURE_NEGATED},
		{CLAUSE_DENIAL, FEATURE_DENIED},
		{CLAUSE_PROHIBITION, FEATURE_PROHIBITED},
		{CLAUSE_DUTY, FEATURE_OBLIGED},
		{CLAUSE_HYPOTHESIS, FEATURE_HYPOTHETICAL},
		{CLAUSE_PURPOSE, FEATURE_PURPOSE},
		{CLAUSE_FUTURE, FEATURE_FUTURE},
		{CLAUSE_WARNING, FEATURE_WARNED},
		{CLAUSE_RISK, FEATURE_AT_RISK},
		{CLAUSE_SERIES, FEATURE_SERIAL},
		{CLAUSE_MEANS, FEATURE_MEANS},
		{CLAUSE_AFTER, FEATURE_AFTER},
	};
	unsigned bits = clause_read(m->d, m->anchor, m->f->kind_cue);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		m->v[pairs[i].feature] = bits >> pairs[i].clause & 1;
}

static bool unreal_value(int64_t value)
{
	switch ((enum clause_value)value) {
	case CLAUSE_HYPOTHESIS:
	case CLAUSE_PROHIBITION:
	case CLAUSE_DUTY:
	case CLAUSE_WARNING:
	case CLAUSE_RISK:
	case CLAUSE_DENIAL:
		return true;
	default:
		return false;
	}
}

static bool unreal(const struct doc *d, const struct sentence *s)
{
	doc_for_hits(d, s, h)
	{
		if (h->group == GROUP_CLAUSE && unreal_value(doc_value(d, h)))
			return true;
	}
	return false;
}

static bool cue_of_kind(const struct doc *d, const struct sentence *s, enum event_kind kind)
{
	switch (kind) {
	case EVENT_KIND_SESSION:
		return doc_find(d, s, GROUP_SESSION, SESSION_TEACHING) ||
		       doc_find(d, s, GROUP_SESSION, SESSION_GATHERING);
	case EVENT_KIND_PLEDGE:
		return doc_find(d, s, GROUP_PLEDGE, PLEDGE_NEUTRAL) ||
		       doc_find(d, s, GROUP_PLEDGE, PLEDGE_BARE);
	default:
		return doc_find(d, s, GROUP_OFFENCE, OFFENCE_BREACH) ||
		       doc_find(d, s, GROUP_OFFENCE, OFFENCE_BARE) ||
		       doc_find(d, s, GROUP_CONDUCT, -1);
	}
}

static void read_headline(const struct measure *m)
{
	const struct doc *d = m->d;
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *s = &d->sentences.list[i];
		if (!(s->flags & SENTENCE_TITLE) || s->flags & SENTENCE_DROPPED)
			continue;
		m->v[FEATURE_TITLE_CUE] |= cue_of_kind(d, s, m->f->kind);
		m->v[FEATURE_TITLE_TOPIC] |= doc_find(d, s, GROUP_TOPIC, TOPIC_NEUTRAL) != NULL;
		m->v[FEATURE_TITLE_SUBJECT] |= doc_find(d, s, GROUP_SUBJECT, -1) != NULL;
		m->v[FEATURE_TITLE_STAGE] |= doc_find(d, s, GROUP_STATUS, -1) != NULL;
		m->v[FEATURE_TITLE_APPEAL] |= doc_find(d, s, GROUP_TONE, TONE_APPEAL) != NULL;
		m->v[FEATURE_TITLE_UNREAL] |= unreal(d, s);
	}
}

static void read_article(const struct measure *m)
{
	const struct doc *d = m->d;
	uint32_t rules = 0, topics = 0, unreals = 0, cues = 0, stages = 0;
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *s = &d->sentences.list[i];
		if (s->flags & SENTENCE_DROPPED)
			continue;
		rules += doc_find(d, s, GROUP_LEGAL, -1) || doc_find(d, s, GROUP_TONE, TONE_RULE);
		topics += doc_find(d, s, GROUP_TOPIC, TOPIC_NEUTRAL) != NULL;
		unreals += unreal(d, s);
		cues += cue_of_kind(d, s, m->f->kind);
		stages += doc_find(d, s, GROUP_STATUS, -1) != NULL;
	}
	m->v[FEATURE_CUES_MANY] = cues >= CUES_MANY_MIN;
	m->v[FEATURE_STAGES_MANY] = stages >= STAGES_MANY_MIN;
	m->v[FEATURE_CROWD_NEAR] = near(m, GROUP_CROWD, -1);
	m->v[FEATURE_RULES_MANY] = rules >= RULES_MANY_MIN;
	m->v[FEATURE_TOPIC_MANY] = topics >= TOPICS_MANY_MIN;
	m->v[FEATURE_NO_TOPIC] = topics == 0;
	m->v[FEATURE_UNREAL_MANY] = unreals >= UNREALS_MANY_MIN;
	m->v[FEATURE_SENTENCES_2] = m->f->sentence_count >= 2;
	m->v[FEATURE_SENTENCES_4] = m->f->sentence_count >= 4;
	m->v[FEATURE_HALL_NEAR] = near(m, GROUP_VENUE, -1);
	m->v[FEATURE_ATTEND_NEAR] = near(m, GROUP_HOLD, HOLD_ATTEND);
	m->v[FEATURE_SPEECH_NEAR] = near(m, GROUP_HOLD, HOLD_SPEECH);
	m->v[FEATURE_ACT_NEAR] = near(m, GROUP_ACT, -1);
	m->v[FEATURE_PRESS_NEAR] = near(m, GROUP_TONE, TONE_PRESS);
}

/* Who watches elections, conditions and other matters tell cases apart from what only looks like
 * one. Of a gathering they tell nothing: those who watch hold most of them. */
static void read_case(const struct measure *m)
{
	const struct doc *d = m->d;
	bool watched = false, denied = false;
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *s = &d->sentences.list[i];
		if (s->flags & SENTENCE_DROPPED)
			continue;
		watched |= doc_find(d, s, GROUP_ELECTION, ELECTION_WATCH) != NULL;
		denied |= doc_find(d, s, GROUP_CLAUSE, CLAUSE_DENIAL) != NULL;
	}
	m->v[FEATURE_AFAR] = m->v[FEATURE_NO_TOPIC] && !watched;
	m->v[FEATURE_SHORT_AND_DENIAL] = denied && m->v[FEATURE_SHORT];
	m->v[FEATURE_TOLD_WATCH] = told(m, GROUP_ELECTION, ELECTION_WATCH);
	m->v[FEATURE_TOLD_CONDITION] = told(m, GROUP_CLAUSE, CLAUSE_HYPOTHESIS);
	m->v[FEATURE_TOLD_OTHER] = told(m, GROUP_OFFENCE, OFFENCE_OFF);
}

/* A case in numbers that are a total's: told once more. */
static bool has_number_of(const struct finding *f, const struct finding *total)
{
	uint64_t value = f->has_count ? f->count.count.value : 0;
	bool same = total->has_count && total->count.count.value == value;
	for (uint32_t i = 0; i < total->stage_count; i++)
		same |= total->stages[i].value == value;
	return value > 1 && same;
}

static void read_company(const struct measure *m, const struct findings *all)
{
	for (uint32_t i = 0; i < all->count; i++) {
		if (&all->list[i] == m->f)
			continue;
		enum event_kind kind = all->list[i].kind;
		m->v[FEATURE_WITH_SESSION] |= kind == EVENT_KIND_SESSION;
		m->v[FEATURE_WITH_PLEDGE] |= kind == EVENT_KIND_PLEDGE;
		m->v[FEATURE_WITH_VIOLATION] |= kind == EVENT_KIND_VIOLATION;
		if (all->list[i].scope == EVENT_SCOPE_TOTAL) {
			m->v[FEATURE_BESIDE_TOTAL] = true;
			m->v[FEATURE_SAME_NUMBER] |= has_number_of(m->f, &all->list[i]);
		}
	}
}

static void read_status(const struct measure *m)
{
	static const enum feature features[] = {
		[EVENT_STATUS_PLANNED] = FEATURE_PLANNED,
		[EVENT_STATUS_ALLEGED] = FEATURE_ALLEGED,
		[EVENT_STATUS_UNDER_REVIEW] = FEATURE_UNDER_REVIEW,
		[EVENT_STATUS_FOUND] = FEATURE_FOUND,
		[EVENT_STATUS_SANCTIONED] = FEATURE_SANCTIONED,
		[EVENT_STATUS_DISMISSED] = FEATURE_DISMISSED,
	};
	if ((size_t)m->f->status < sizeof(features) / sizeof(features[0]) && features[m->f->status])
		m->v[features[m->f->status]] = true;
}

/* A gathering has a day, a place, people and a speech; a case somebody, a deed and a stage. One of
 * them stands in many sentences about anything, three in few. */
static void count_signs(enum event_kind kind, bool *v)
{
	int n = kind == EVENT_KIND_VIOLATION
			? v[FEATURE_CERTAIN] + v[FEATURE_STAGE] + v[FEATURE_NUMBER] +
				  (v[FEATURE_CONDUCT] || v[FEATURE_TOPIC]) + v[FEATURE_CONTEST]
			: (v[FEATURE_HELD] || v[FEATURE_ACT]) + v[FEATURE_DAY] + v[FEATURE_HALL] +
				  v[FEATURE_NUMBER] + (v[FEATURE_ATTEND] || v[FEATURE_SPEECH]);
	v[FEATURE_SIGNS_0] = n == 0;
	v[FEATURE_SIGNS_2] = n >= 2;
	v[FEATURE_SIGNS_3] = n >= 3;
}

static void read_pairs(bool *v)
{
	bool noun = v[FEATURE_NOUN_CUE];
	v[FEATURE_NOUN_AND_TOPIC] = noun && v[FEATURE_TOPIC];
	v[FEATURE_NOUN_AND_HOLD] = noun && (v[FEATURE_HELD] || v[FEATURE_ATTEND]);
	v[FEATURE_NOUN_AND_DAY] = noun && v[FEATURE_DAY];
	v[FEATURE_LEAD_AND_TITLE] = v[FEATURE_LEAD] && v[FEATURE_TITLE_CUE];
	v[FEATURE_CERTAIN_AND_STAGE] = v[FEATURE_CERTAIN] && v[FEATURE_STAGE];
	v[FEATURE_CERTAIN_AND_CONDUCT] = v[FEATURE_CERTAIN] && v[FEATURE_CONDUCT];
	/* "Seorang lurah diduga tidak netral" */
	v[FEATURE_FULL_CLAIM] = v[FEATURE_CERTAIN] && v[FEATURE_STAGE] && v[FEATURE_STRONG_CUE] &&
				v[FEATURE_SUBJECT] && !v[FEATURE_SOFT] &&
				!v[FEATURE_HYPOTHETICAL] && !v[FEATURE_NEGATED];
	v[FEATURE_ACT_AND_DAY] = v[FEATURE_ACT] && v[FEATURE_DAY];
	v[FEATURE_SPEECH_AND_TOPIC] = v[FEATURE_SPEECH_NEAR] && v[FEATURE_TOPIC_BESIDE];
}

void features_read(const struct doc *d, const struct findings *findings, uint32_t index,
		   const struct event *event, struct features *ret_features)
{
	const struct finding *f = &findings->list[index];
	*ret_features = (struct features){0};
	struct measure m = {d, f, &d->sentences.list[f->anchor], ret_features->value};
	m.v[FEATURE_BIAS] = true;
	read_anchor(&m);
	read_told(&m);
	read_position(&m);
	read_clause(&m);
	read_headline(&m);
	read_article(&m);
	if (f->kind == EVENT_KIND_VIOLATION)
		read_case(&m);
	read_company(&m, findings);
	read_status(&m);
	m.v[FEATURE_ASIDE] = f->aside;
	m.v[FEATURE_TOTAL] = f->scope == EVENT_SCOPE_TOTAL;
	m.v[FEATURE_PLACED] = event->place.code[0] != '\0';
	m.v[FEATURE_DATED] = event->date.precision != 0;
	m.v[FEATURE_DAY_NEAR] = m.v[FEATURE_DATED] || m.v[FEATURE_DAY];
	read_pairs(m.v);
	count_signs(f->kind, m.v);
}
