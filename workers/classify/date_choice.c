#include "workers/classify/date_choice.h"

#include "lib/error.h"
#include "workers/classify/weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NEAR_LEFT = 45, /* bytes */
	NEAR_RIGHT = 30,
	RIGHT_PENALTY = 12,    /* what stands behind a date tells less than what stands before */
	DATES_SEEN_MAX = 2048, /* of an article: more are a list of something */
	SENTENCES_NEAR = 3,
	OPENS_BYTES = 12,
	ENDS_BYTES = 14,
	WEEK = 7,
	DAYS_60 = 60,
	DAYS_400 = 400,
	FRIDAY = 5,
};

static const char *const class_names[] = {
#define X(name) #name,
	DATE_CLASSES(X)
#undef X
};

static const char *const role_names[] = {
#define X(name) #name,
	DATE_ROLES(X)
#undef X
};

static const char *const sign_names[] = {
#define X(name) #name,
	DATE_SIGNS(X)
#undef X
};

static const char *const nearness_names[] = {"NEAR", "NEAREST"};

void date_feature_name(int feature, char ret[static DATE_FEATURE_NAME_SIZE])
{
	int role = feature - DATE_SIGN_COUNT;
	if (role < 0)
		snprintf(ret, DATE_FEATURE_NAME_SIZE, "%s", sign_names[feature]);
	else
		snprintf(ret, DATE_FEATURE_NAME_SIZE, "%s_%s", role_names[role / DATE_ROLE_SIGNS],
			 nearness_names[role % DATE_ROLE_SIGNS]);
}

const char *date_class_name(enum date_class class)
{
	return class_names[class];
}

static int class_parse(const char *name)
{
	return weights_index(class_names, DATE_CLASS_COUNT, name);
}

static int feature_parse_name(const char *name)
{
	for (int i = 0; i < DATE_FEATURES; i++) {
		char own[DATE_FEATURE_NAME_SIZE];
		date_feature_name(i, own);
		if (strcmp(own, name) == 0)
			return i;
	}
	return -1;
}

int date_model_load(struct date_model *m, struct table_set *set)
{
	static const struct weights_file file = {.name = "date_weights.tsv",
						 .head = "class\tsign\tweight",
						 .group_kind = "class of events",
						 .group = class_parse,
						 .sign = feature_parse_name,
						 .sign_count = DATE_FEATURES};
	return weights_load(set, &file, m->weight[0]);
}

static int role_of_status(int64_t status)
{
	switch ((enum event_status)status) {
	case EVENT_STATUS_ALLEGED:
		return DATE_ROLE_ALLEGED;
	case EVENT_STATUS_UNDER_REVIEW:
		return DATE_ROLE_REVIEWED;
	case EVENT_STATUS_FOUND:
		return DATE_ROLE_FOUND;
	case EVENT_STATUS_SANCTIONED:
		return DATE_ROLE_SANCTIONED;
	case EVENT_STATUS_DISMISSED:
		return DATE_ROLE_DISMISSED;
	default:
		return -1;
	}
}

static int role_of_hold(int64_t value)
{
	return value == HOLD_ATTEND    ? DATE_ROLE_ATTENDED
	       : value == HOLD_PLANNED ? DATE_ROLE_PLANNED
				       : DATE_ROLE_HELD;
}

static int role_of_clause(int64_t value)
{
	return value == CLAUSE_SAYING   ? DATE_ROLE_SAYING
	       : value == CLAUSE_FUTURE ? DATE_ROLE_PLANNED
	       : value == CLAUSE_AFTER  ? DATE_ROLE_AFTER
					: -1;
}

/* What a word makes of a date near it, or -1. */
static int role_of(const struct doc *d, const struct hit *h)
{
	int64_t value = doc_value(d, h);
	switch ((enum phrase_group)h->group) {
	case GROUP_CLAUSE:
		return role_of_clause(value);
	case GROUP_TONE:
		return value == TONE_PRESS ? DATE_ROLE_PRESS : -1;
	case GROUP_CONDUCT:
		return DATE_ROLE_CONDUCT;
	case GROUP_DATEWORD:
		return doc_phrase(d, h)->flags == DATE_WORD_HAPPENED ? DATE_ROLE_HAPPENED : -1;
	case GROUP_STATUS:
		return role_of_status(value);
	case GROUP_HOLD:
		return role_of_hold(value);
	case GROUP_SESSION:
		return DATE_ROLE_OCCASION;
	case GROUP_PLEDGE:
		return DATE_ROLE_PLEDGE;
	case GROUP_ELECTION:
		return value == ELECTION_TERM ? DATE_ROLE_CANDIDATE : -1;
	case GROUP_AGENCY:
		return DATE_ROLE_AGENCY;
	case GROUP_JOB:
		return DATE_ROLE_JOB;
	case GROUP_VENUE:
		return DATE_ROLE_VENUE;
	case GROUP_SUBJECT:
		return DATE_ROLE_SUBJECT;
	case GROUP_LEGAL:
		return DATE_ROLE_LEGAL;
	default:
		return -1;
	}
}

static void read_roles(const struct doc *d, const struct sentence *s, const struct date_mention *m,
		       bool *v)
{
	int nearest = -1;
	uint32_t nearest_gap = SENTENCE_BYTES_MAX;
	bool *roles = v + DATE_SIGN_COUNT;
	doc_for_hits(d, s, h)
	{
		int role = role_of(d, h);
		if (role < 0)
			continue;
		bool left = h->end <= m->start;
		uint32_t gap = left ? m->start - h->end : h->start < m->end ? 0 : h->start - m->end;
		if (gap <= (left ? NEAR_LEFT : NEAR_RIGHT))
			roles[(size_t)role * DATE_ROLE_SIGNS] = true;
		gap += left ? 0 : RIGHT_PENALTY;
		if (gap < nearest_gap) {
			nearest = role;
			nearest_gap = gap;
		}
	}
	if (nearest >= 0)
		roles[(size_t)nearest * DATE_ROLE_SIGNS + 1] = true;
}

/* The dates of an article as they lie in time, which is the same for all its events. */
struct span {
	long earliest, latest; /* day numbers; LONG_MAX.. when there is none */
	int first_news;        /* index of a mention, or -1 */
};

/* The sentences of an event, for the dates around them. */
struct reader {
	const struct doc *d;
	const struct findings *all;
	const struct finding *f;
	uint32_t from, to; /* the sentences from this case to the next one */
	uint16_t area;
	long today;
	struct span whole, near;
};

static bool is_told_day(const struct date_mention *m)
{
	const unsigned other =
		DATE_POLL | DATE_PAGE | DATE_YEAR | DATE_UNSOLVED | DATE_UP_TO | DATE_RANGE_END;
	return m->day.day && !(m->flags & other);
}

/* How far sentence `i` is from the nearest sentence of the event; negative when all lie behind. */
static int distance(const struct finding *f, uint32_t i)
{
	int best = (int)i - (int)f->anchor;
	for (uint32_t k = 0; k < f->sentence_count; k++) {
		int far = (int)i - (int)f->sentences[k];
		if (abs(far) < abs(best))
			best = far;
	}
	return best;
}

static void widen(struct span *span, long day)
{
	if (span->earliest == 0 || day < span->earliest)
		span->earliest = day;
	if (day > span->latest)
		span->latest = day;
}

static void read_form(const struct date_mention *m, bool *v)
{
	v[DATE_SIGN_NEWS] = m->flags & DATE_NEWS;
	v[DATE_SIGN_ALONE] = m->flags & DATE_ALONE;
	v[DATE_SIGN_MONTH] = m->day.month && !m->day.day;
	v[DATE_SIGN_YEAR] = m->day.year && !m->day.month;
	v[DATE_SIGN_DAYSHIFT] = m->flags & DATE_SHIFT && m->unit == DATE_WORD_DAYSHIFT;
	v[DATE_SIGN_LONGSHIFT] = m->flags & DATE_SHIFT && m->unit != DATE_WORD_DAYSHIFT;
	v[DATE_SIGN_POLL_YEAR] = m->flags & DATE_POLL_YEAR;
	v[DATE_SIGN_UP_TO] = m->flags & DATE_UP_TO;
	v[DATE_SIGN_RANGE_END] = m->flags & DATE_RANGE_END;
	v[DATE_SIGN_UNSOLVED] = m->flags & DATE_UNSOLVED;
}

static void read_age(const struct reader *r, const struct date_mention *m, bool *v)
{
	if (m->flags & DATE_UNSOLVED || !r->today)
		return;
	int year = r->d->dates.reference.year;
	long age = r->today - date_number(m->day);
	if (!m->day.month)
		v[m->day.year + 1 < year    ? DATE_SIGN_OLD
		  : m->day.year + 1 == year ? DATE_SIGN_LAST_YEAR
					    : DATE_SIGN_THIS_YEAR] = true;
	else if (!m->day.day)
		v[m->day.year == year && m->day.month == r->d->dates.reference.month
			  ? DATE_SIGN_THIS_MONTH
		  : age < 0 ? DATE_SIGN_TO_COME
			    : DATE_SIGN_PAST_MONTH] = true;
	else if (age < 0)
		v[DATE_SIGN_TO_COME] = true;
	else if (age <= 1)
		v[DATE_SIGN_DAYS_1] = true;
	else if (age <= WEEK)
		v[DATE_SIGN_DAYS_7] = true;
	else if (age <= DAYS_60)
		v[DATE_SIGN_DAYS_60] = true;
	else
		v[age <= DAYS_400 ? DATE_SIGN_DAYS_400 : DATE_SIGN_OLD] = true;
}

static void read_order(const struct reader *r, const struct date_mention *m, bool *v)
{
	if (!is_told_day(m))
		return;
	long day = date_number(m->day);
	v[DATE_SIGN_EARLIEST] = day == r->whole.earliest;
	v[DATE_SIGN_LATEST] = day == r->whole.latest;
	v[DATE_SIGN_EARLIEST_NEAR] = day == r->near.earliest;
	v[DATE_SIGN_ONLY] = r->whole.earliest == r->whole.latest;
}

static void read_position(const struct reader *r, uint32_t i, bool *v)
{
	const struct sentence *list = r->d->sentences.list;
	int far = distance(r->f, i);
	if (i == r->f->anchor)
		v[DATE_SIGN_ANCHOR] = true;
	else if (far == 0)
		v[DATE_SIGN_OWN] = true;
	else if (abs(far) == 1)
		v[DATE_SIGN_BESIDE] = true;
	else if (abs(far) <= SENTENCES_NEAR)
		v[DATE_SIGN_NEAR] = true;
	else if (far < 0)
		v[DATE_SIGN_AHEAD_OF_ALL] = true;
	for (uint32_t k = 0; k < r->all->count; k++) {
		const struct finding *other = &r->all->list[k];
		int other_far = distance(other, i);
		if (other == r->f)
			continue;
		v[DATE_SIGN_NEARER_OTHER] |= abs(other_far) < abs(far);
		v[DATE_SIGN_OF_OTHER] |= other_far == 0 && far != 0;
		v[DATE_SIGN_OF_OCCASION] |=
			other_far == 0 && far != 0 && other->kind != EVENT_KIND_VIOLATION;
	}
	v[DATE_SIGN_OUTSIDE] = i < r->from || i >= r->to;
	v[DATE_SIGN_PARAGRAPH] = list[i].paragraph == list[r->f->anchor].paragraph;
	v[DATE_SIGN_CAPTION] = !doc_is_body(&list[i]);
}

static bool is_quoted(const char *s, const struct sentence *sentence, uint32_t at)
{
	bool open = false;
	for (uint32_t i = sentence->start; i < at; i++)
		open ^= s[i] == '"';
	return open;
}

static bool speaks_of_other_area(const struct reader *r, const struct sentence *s)
{
	int mention = place_of_sentence(r->d, s);
	if (mention < 0 || r->area == AREA_NONE)
		return false;
	uint16_t area = r->d->places.list[mention].area;
	return !place_within(r->d, area, r->area) && !place_within(r->d, r->area, area);
}

static void read_features(const struct reader *r, uint32_t i, int mention,
			  const struct date_mention *m, struct date_features *ret)
{
	const struct sentence *s = &r->d->sentences.list[i];
	bool *v = ret->value;
	read_form(m, v);
	read_age(r, m, v);
	read_order(r, m, v);
	read_position(r, i, v);
	read_roles(r->d, s, m, v);
	v[DATE_SIGN_LED] = m->flags & DATE_LED;
	v[DATE_SIGN_SINCE] = m->flags & DATE_SINCE;
	v[DATE_SIGN_COMMA] = m->start > 1 && memchr(r->d->plain.s + m->start - 2, ',', 2);
	v[DATE_SIGN_WEEKEND] =
		m->day.day && !(m->flags & DATE_UNSOLVED) && date_weekday(m->day) > FRIDAY;
	v[DATE_SIGN_QUOTED] = is_quoted(r->d->plain.s, s, m->start);
	v[DATE_SIGN_OPENS] = m->start - s->start <= OPENS_BYTES;
	v[DATE_SIGN_ENDS] = m->end + ENDS_BYTES >= s->end;
	v[DATE_SIGN_FIRST_NEWS] = mention == r->whole.first_news;
	v[DATE_SIGN_OTHER_AREA] = speaks_of_other_area(r, s);
}

/* A weekday alone is the last one, and the next one for what is to come. */
static struct date_mention for_event(const struct doc *d, const struct date_mention *m,
				     enum date_class class)
{
	struct date_mention own = *m;
	bool open = m->flags & DATE_ALONE && !(m->flags & DATE_UNSOLVED) && m->side == 0 &&
		    m->unit == DATE_WORD_COUNT;
	if (class == DATE_CLASS_PLAN && open &&
	    date_number(m->day) < date_number(d->dates.published))
		own.day = date_add(m->day, WEEK);
	return own;
}

static enum date_class class_of(const struct finding *f)
{
	if (f->kind == EVENT_KIND_VIOLATION)
		return f->scope == EVENT_SCOPE_TOTAL ? DATE_CLASS_TOTAL : DATE_CLASS_CASE;
	return f->status == EVENT_STATUS_PLANNED ? DATE_CLASS_PLAN : DATE_CLASS_OCCASION;
}

/* The sentence a date stands in, found by walking on from `i`; the count of sentences for none. */
static uint32_t sentence_with(const struct doc *d, uint32_t i, uint32_t at)
{
	while (i < d->sentences.count && d->sentences.list[i].end <= at)
		i++;
	return i;
}

static bool is_of_occasion(const struct reader *r, uint32_t i)
{
	for (uint32_t k = 0; k < r->all->count; k++) {
		const struct finding *f = &r->all->list[k];
		if (f->kind != EVENT_KIND_VIOLATION && distance(f, i) == 0)
			return true;
	}
	return false;
}

/* What an article on a session tells aside has not happened on the session's day. */
static bool may_be_told(const struct reader *r, uint32_t i, const struct date_mention *m)
{
	const struct sentence *s = &r->d->sentences.list[i];
	bool year_of_now = m->flags & DATE_YEAR && m->day.year >= r->d->dates.reference.year;
	if (m->start < r->d->plain.body || m->start < s->start || year_of_now ||
	    m->flags & (DATE_POLL | DATE_PAGE))
		return false;
	return !r->f->aside || distance(r->f, i) == 0 || !is_of_occasion(r, i);
}

static uint32_t first_sentence(const struct finding *f)
{
	return f->sentence_count && f->sentences[0] < f->anchor ? f->sentences[0] : f->anchor;
}

/* Where an article tells several cases, each has the sentences up to the next. */
static void read_stretch(struct reader *r)
{
	uint32_t first = first_sentence(r->f);
	r->to = r->d->sentences.count;
	for (uint32_t k = 0; k < r->all->count; k++) {
		const struct finding *other = &r->all->list[k];
		uint32_t start = first_sentence(other);
		if (other == r->f || class_of(other) != DATE_CLASS_CASE ||
		    class_of(r->f) != DATE_CLASS_CASE)
			continue;
		r->from = first;
		if (start > first && start < r->to)
			r->to = start;
	}
}

static void read_spans(struct reader *r)
{
	const struct dates *dates = &r->d->dates;
	uint32_t i = 0;
	r->whole.first_news = -1;
	for (uint32_t k = 0; k < dates->count && k < DATES_SEEN_MAX; k++) {
		const struct date_mention *m = &dates->list[k];
		i = sentence_with(r->d, i, m->start);
		if (i == r->d->sentences.count)
			return;
		if (!is_told_day(m) || !doc_is_body(&r->d->sentences.list[i]))
			continue;
		if (m->flags & DATE_NEWS && r->whole.first_news < 0)
			r->whole.first_news = (int)k;
		long day = date_number(m->day);
		widen(&r->whole, day);
		if (i >= r->from && i < r->to && abs(distance(r->f, i)) <= SENTENCES_NEAR)
			widen(&r->near, day);
	}
}

static void add_none(const struct finding *f, struct date_options *o)
{
	struct date_option *none = &o->list[o->count++];
	*none = (struct date_option){.mention = -1};
	none->features.value[DATE_SIGN_NONE] = true;
	none->features.value[DATE_SIGN_NONE_ASIDE] = f->aside;
	none->features.value[DATE_SIGN_NONE_SOFT] = f->soft;
}

int date_options_read(const struct doc *d, const struct findings *all, uint32_t index,
		      uint16_t area, struct date_options *ret_options)
{
	const struct finding *f = &all->list[index];
	struct date_options o = {.class = class_of(f)};
	struct reader r = {.d = d, .all = all, .f = f, .area = area};
	o.list = arena_alloc(d->arena, DATES_WEIGHED_MAX * sizeof(*o.list));
	if (!o.list)
		return NETRAL_ENOMEM;
	add_none(f, &o);
	r.today = d->dates.reference.year ? date_number(d->dates.reference) : 0;
	read_stretch(&r);
	read_spans(&r);
	uint32_t i = 0;
	uint32_t seen = d->dates.count < DATES_SEEN_MAX ? d->dates.count : DATES_SEEN_MAX;
	for (uint32_t k = 0; k < seen && o.count < DATES_WEIGHED_MAX; k++) {
		const struct date_mention *m = &d->dates.list[k];
		i = sentence_with(d, i, m->start);
		if (i == d->sentences.count)
			break;
		if (!may_be_told(&r, i, m))
			continue;
		struct date_option *option = &o.list[o.count++];
		*option = (struct date_option){.mention = (int)k, .date = for_event(d, m, o.class)};
		read_features(&r, i, (int)k, &option->date, &option->features);
	}
	*ret_options = o;
	return NETRAL_OK;
}

const struct date_option *date_choose(const struct date_model *m, const struct date_options *o)
{
	const struct date_option *best = &o->list[0];
	double best_score = -HUGE_VAL;
	for (uint32_t i = 0; i < o->count; i++) {
		double score = 0;
		for (int k = 0; k < DATE_FEATURES; k++) {
			if (o->list[i].features.value[k])
				score += (double)m->weight[o->class][k];
		}
		if (score > best_score) {
			best = &o->list[i];
			best_score = score;
		}
	}
	return best;
}
