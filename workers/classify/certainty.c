#include "workers/classify/certainty.h"

#include "workers/classify/stages.h"
#include "workers/classify/weights.h"

#include <math.h>
#include <string.h>

enum { AREAS_MANY_MIN = 4, DATES_MANY_MIN = 4, LARGE_MIN = 10 };

static const double sure_min = 0.95, unsure_max = 0.8;

static const char *const sign_names[] = {
#define X(name) #name,
	CERTAINTY_SIGNS(X)
#undef X
};

static const char *const field_names[] = {"status", "place", "date", "count"};

const char *certainty_sign_name(enum certainty_sign sign)
{
	return sign_names[sign];
}

static int field_parse(const char *name)
{
	return weights_index(field_names, CERTAINTY_FIELDS, name);
}

static int sign_parse(const char *name)
{
	return weights_index(sign_names, CERTAINTY_SIGN_COUNT, name);
}

int certainty_load(struct certainty_model *m, struct table_set *set)
{
	static const struct weights_file file = {.name = "certainty_weights.tsv",
						 .head = "field\tsign\tweight",
						 .group_kind = "field",
						 .group = field_parse,
						 .sign = sign_parse,
						 .sign_count = CERTAINTY_SIGN_COUNT};
	return weights_load(set, &file, m->weight[0]);
}

static void read_event(const struct draft *t, bool *v)
{
	const struct event *e = t->event;
	uint32_t same = 0;
	for (uint32_t i = 0; i < t->all->count; i++)
		same += t->all->list[i].kind == e->kind;
	v[CERTAINTY_BIAS] = true;
	v[CERTAINTY_SURE] = e->confidence >= sure_min;
	v[CERTAINTY_UNSURE] = e->confidence < unsure_max;
	v[CERTAINTY_SESSION] = e->kind == EVENT_KIND_SESSION;
	v[CERTAINTY_PLEDGE] = e->kind == EVENT_KIND_PLEDGE;
	v[CERTAINTY_TOTAL] = e->scope == EVENT_SCOPE_TOTAL;
	v[CERTAINTY_ONE_OF_KIND] = same == 1;
}

static void read_status(const struct event *e, bool *v)
{
	v[CERTAINTY_PLANNED] = e->status == EVENT_STATUS_PLANNED;
	v[CERTAINTY_ALLEGED] = e->status == EVENT_STATUS_ALLEGED;
	v[CERTAINTY_UNDER_REVIEW] = e->status == EVENT_STATUS_UNDER_REVIEW;
	v[CERTAINTY_FOUND] = e->status == EVENT_STATUS_FOUND;
	v[CERTAINTY_SANCTIONED] = e->status == EVENT_STATUS_SANCTIONED;
	v[CERTAINTY_DISMISSED] = e->status == EVENT_STATUS_DISMISSED;
}

/* Only cases have stages. */
static void read_stages(const struct draft *t, bool *v)
{
	struct stage_features features;
	uint32_t told = 0;
	if (t->finding->kind != EVENT_KIND_VIOLATION || t->finding->scope != EVENT_SCOPE_CASE)
		return;
	stages_read(t->d, t->finding, draft_is_only_case(t), &features);
	for (int i = 0; i < STAGE_COUNT; i++) {
		const bool *s = features.value + (size_t)i * STAGE_SIGN_COUNT;
		bool firm = s[STAGE_SIGN_FIRM], soft = s[STAGE_SIGN_SOFT];
		told += firm || soft || s[STAGE_SIGN_HEADLINE];
		if (stage_statuses[i] == t->event->status) {
			v[CERTAINTY_STAGE_HEADLINE] = s[STAGE_SIGN_HEADLINE];
			v[CERTAINTY_STAGE_TWICE] = s[STAGE_SIGN_TWICE];
			v[CERTAINTY_STAGE_SOFT] = soft && !firm;
		} else if (firm && stage_statuses[i] > t->event->status) {
			v[CERTAINTY_STAGE_LATER] = true;
		}
	}
	v[CERTAINTY_STAGE_SOLE] = told <= 1;
}

static bool has_evidence(const struct event *e, const char *field)
{
	for (size_t i = 0; i < e->evidence_count; i++) {
		if (strcmp(e->evidence[i].field, field) == 0)
			return true;
	}
	return false;
}

/* Of areas below a province, each once. */
static uint32_t count_areas(const struct doc *d)
{
	uint16_t seen[AREAS_MANY_MIN];
	uint32_t count = 0;
	for (uint32_t i = 0; i < d->places.count && count < AREAS_MANY_MIN; i++) {
		uint16_t area = d->places.list[i].area;
		bool known = strlen(d->c->gazetteer.areas[area].code) <= 2;
		for (uint32_t k = 0; k < count; k++)
			known |= seen[k] == area;
		if (!known)
			seen[count++] = area;
	}
	return count;
}

static void read_place(const struct draft *t, bool *v)
{
	const char *code = t->event->place.code;
	uint32_t areas = count_areas(t->d);
	v[CERTAINTY_NATION] = strcmp(code, "ID") == 0;
	v[CERTAINTY_PROVINCE] = !v[CERTAINTY_NATION] && strlen(code) == 2;
	v[CERTAINTY_AREAS_ONE] = areas <= 1;
	v[CERTAINTY_AREAS_MANY] = areas >= AREAS_MANY_MIN;
	v[CERTAINTY_PLACE_TITLE] = code[0] && !has_evidence(t->event, "place");
}

static bool in_anchor(const struct draft *t, uint32_t at)
{
	const struct sentence *s = &t->d->sentences.list[t->finding->anchor];
	return at >= s->start && at < s->end;
}

static void read_date(const struct draft *t, bool *v)
{
	const struct event *e = t->event;
	uint32_t options = t->dates.count; /* the first is none of them */
	v[CERTAINTY_MONTH] = e->date.precision == EVENT_PRECISION_MONTH;
	v[CERTAINTY_YEAR] = e->date.precision == EVENT_PRECISION_YEAR;
	v[CERTAINTY_DATES_ONE] = options <= 2;
	v[CERTAINTY_DATES_MANY] = options > DATES_MANY_MIN;
	if (t->dated < 0)
		return;
	const struct date_mention *m = &t->d->dates.list[t->dated];
	v[CERTAINTY_DATE_MISPRINT] = m->flags & DATE_MISMATCH;
	v[CERTAINTY_DATE_WEEKDAY] = m->flags & DATE_ALONE;
	v[CERTAINTY_DATE_ANCHOR] = in_anchor(t, m->start);
}

static void read_count(const struct draft *t, bool *v)
{
	const struct event_count *c = &t->event->count;
	if (c->qualifier == EVENT_QUALIFIER_NONE)
		return;
	v[CERTAINTY_COUNT_SEVERAL] = c->qualifier == EVENT_QUALIFIER_SEVERAL;
	v[CERTAINTY_COUNT_INEXACT] = c->qualifier != EVENT_QUALIFIER_EXACT;
	v[CERTAINTY_COUNT_ONE] = c->value == 1;
	v[CERTAINTY_COUNT_LARGE] = c->value >= LARGE_MIN;
	v[CERTAINTY_COUNT_ANCHOR] = in_anchor(t, t->counted.start);
	v[CERTAINTY_COUNT_TITLE] = t->counted.start < t->d->plain.body;
}

void certainty_read(const struct draft *t, struct certainty_signs *ret_signs)
{
	*ret_signs = (struct certainty_signs){0};
	bool *v = ret_signs->value;
	read_event(t, v);
	read_status(t->event, v);
	read_stages(t, v);
	read_place(t, v);
	read_date(t, v);
	read_count(t, v);
}

static double weigh(const struct certainty_model *m, enum certainty_field field,
		    const struct certainty_signs *signs)
{
	double sum = 0;
	for (int i = 0; i < CERTAINTY_SIGN_COUNT; i++)
		sum += signs->value[i] ? (double)m->weight[field][i] : 0;
	return 1 / (1 + exp(-sum));
}

void certainty_decide(const struct certainty_model *m, const struct certainty_signs *signs,
		      struct event *e)
{
	e->sure.status = weigh(m, CERTAINTY_OF_STATUS, signs);
	if (e->place.code[0])
		e->sure.place = weigh(m, CERTAINTY_OF_PLACE, signs);
	if (e->date.precision)
		e->sure.date = weigh(m, CERTAINTY_OF_DATE, signs);
	if (e->count.qualifier)
		e->sure.count = weigh(m, CERTAINTY_OF_COUNT, signs);
}
