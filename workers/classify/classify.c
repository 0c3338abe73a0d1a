/* The way of an article:
 *
 *   gate      the title and text as they are, against a small set of phrases; most news ends here
 *   plain     normalised (plain.c), all phrases found in one pass (matcher.c)
 *   split     sentences, without boilerplate and repetitions (text.c)
 *   read      places and dates of the whole article (place.c, date.c)
 *   gather    candidates for events (session.c, pledge.c, violation.c)
 *   fill      each one's fields with their evidence (fields_*.c)
 *   decide    which candidates are told, and how sure that is (features.c, model.c)
 *   share     people, bodies and rules among those that are told (share.c, people.c, agency.c,
 *             legal.c)
 *
 * Nothing is kept between articles but memory: the scratch's arena is reset each time. */
#include "workers/classify/classify.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "workers/classify/certainty.h"
#include "workers/classify/engine.h"
#include "workers/classify/fields.h"
#include "workers/classify/kinds.h"
#include "workers/classify/model.h"
#include "workers/classify/share.h"
#include "workers/classify/splits.h"
#include "workers/classify/stages.h"

#include <malloc.h>
#include <stdio.h>

/* Of one article's working memory; the largest article needs about 40 bytes a byte of text. */
static const size_t scratch_bytes_max = (size_t)96 << 20;

static const uint64_t gate_groups = 1ULL << GROUP_SUBJECT | 1ULL << GROUP_TOPIC |
				    1ULL << GROUP_ELECTION | 1ULL << GROUP_CONDUCT;

static int load(struct classifier *c, const char *data_dir, char *error, size_t error_size)
{
	struct table_set set = {.dir = data_dir, .error = error, .error_size = error_size};
	phrases_init(&c->phrases);
	int r = lexicon_load(&set, &c->phrases);
	if (r == NETRAL_OK)
		r = gazetteer_load(&c->gazetteer, &set, &c->phrases);
	if (r == NETRAL_OK)
		r = words_load(&c->words, &set, &c->phrases);
	if (r == NETRAL_OK)
		r = instruments_load(&c->instruments, &set, &c->phrases);
	if (r == NETRAL_OK)
		r = legal_notes_load(&c->legal_notes, &set, &c->phrases);
	if (r == NETRAL_OK)
		r = model_load(c->model, &set);
	if (r == NETRAL_OK)
		r = stage_model_load(c->stages, &set);
	if (r == NETRAL_OK)
		r = split_model_load(c->splits, &set);
	if (r == NETRAL_OK)
		r = date_model_load(c->dates, &set);
	if (r == NETRAL_OK)
		r = certainty_load(c->certainty, &set);
	if (r == NETRAL_OK)
		r = matcher_new(&c->phrases, gate_groups, &c->gate);
	if (r == NETRAL_OK)
		r = matcher_new(&c->phrases, UINT64_MAX, &c->all);
	c->hash = set.hash;
	if (r == NETRAL_ENOMEM)
		snprintf(error, error_size, "out of memory");
	return r;
}

int classifier_new(const char *data_dir, struct classifier **ret_classifier, char *error,
		   size_t error_size)
{
	if (error_size)
		error[0] = '\0';
	struct classifier *c = fault_calloc(1, sizeof(*c));
	if (c) {
		c->model = fault_calloc(1, sizeof(*c->model));
		c->stages = fault_calloc(1, sizeof(*c->stages));
		c->splits = fault_calloc(1, sizeof(*c->splits));
		c->dates = fault_calloc(1, sizeof(*c->dates));
		c->certainty = fault_calloc(1, sizeof(*c->certainty));
	}
	if (!c || !c->model || !c->stages || !c->splits || !c->dates || !c->certainty) {
		snprintf(error, error_size, "out of memory");
		classifier_free(c);
		return NETRAL_ENOMEM;
	}
	int r = load(c, data_dir, error, error_size);
	if (r < 0) {
		classifier_free(c);
		return r;
	}
	malloc_trim(0); /* compiling the phrases took some MB for a moment */
	*ret_classifier = c;
	return NETRAL_OK;
}

void classifier_free(struct classifier *c)
{
	if (!c)
		return;
	matcher_free(c->gate);
	matcher_free(c->all);
	gazetteer_fini(&c->gazetteer);
	words_fini(&c->words);
	instruments_fini(&c->instruments);
	legal_notes_fini(&c->legal_notes);
	phrases_fini(&c->phrases);
	free(c->model);
	free(c->stages);
	free(c->splits);
	free(c->dates);
	free(c->certainty);
	free(c);
}

void classifier_data_hash(const struct classifier *c, uint8_t hash[static 8])
{
	for (int i = 0; i < 8; i++)
		hash[i] = (uint8_t)(c->hash >> (56 - 8 * i));
}

struct classifier_counts classifier_counts(const struct classifier *c)
{
	return (struct classifier_counts){.phrases = c->phrases.count,
					  .areas = c->gazetteer.area_count};
}

int classifier_scratch_new(struct classifier_scratch **ret_scratch)
{
	struct classifier_scratch *s = fault_calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	arena_init(&s->arena, scratch_bytes_max);
	*ret_scratch = s;
	return NETRAL_OK;
}

void classifier_scratch_free(struct classifier_scratch *s)
{
	if (!s)
		return;
	arena_fini(&s->arena);
	free(s);
}

/* Without a word for neutrality, and without those who watch elections, an article must speak of an
 * election more than in passing. */
enum { GATE_ELECTION_MIN = 2 };

struct gate_signs {
	unsigned subject, neutral, election, watch, conduct;
};

static void read_signs(const struct classifier *c, const struct hits *hits, struct gate_signs *g)
{
	for (size_t i = 0; i < hits->count; i++) {
		const struct phrase *p = &c->phrases.list[hits->list[i].phrase];
		g->subject += p->group == GROUP_SUBJECT;
		g->neutral += p->group == GROUP_TOPIC && p->value == TOPIC_NEUTRAL;
		g->election += p->group == GROUP_ELECTION && p->value == ELECTION_TERM;
		g->watch += p->group == GROUP_ELECTION && p->value == ELECTION_WATCH;
		g->conduct += p->group == GROUP_CONDUCT;
	}
}

/* 1: may be about public servants and neutrality; 0: is not; or NETRAL_ENOMEM. */
static int pass_gate(const struct classifier *c, struct classifier_scratch *s,
		     const struct article *a)
{
	struct gate_signs signs = {0};
	const struct text *parts[] = {&a->text, &a->title};
	for (size_t i = 0; i < netral_countof(parts); i++) {
		struct hits hits = {0};
		int r = matcher_scan(c->gate, parts[i]->ptr, parts[i]->len, &s->arena, &hits);
		if (r < 0)
			return r;
		read_signs(c, &hits, &signs);
	}
	return signs.subject && (signs.neutral || signs.watch ||
				 (signs.election >= GATE_ELECTION_MIN && signs.conduct));
}

static int read_article(struct doc *d)
{
	int r = plain_make(d->a, d->arena, &d->plain);
	if (r == NETRAL_OK)
		r = matcher_scan(d->c->all, d->plain.s, d->plain.len, d->arena, &d->hits);
	if (r == NETRAL_OK)
		r = text_split(&d->plain, d->arena, &d->sentences);
	if (r == NETRAL_OK)
		r = text_assign_hits(&d->plain, &d->c->phrases, &d->hits, d->arena, &d->sentences);
	if (r == NETRAL_OK)
		r = place_read(d);
	if (r == NETRAL_OK)
		r = date_read(d);
	return r;
}

static int compare_findings(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	if (x->anchor != y->anchor)
		return x->anchor < y->anchor ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

static void set_sentence(struct draft *t)
{
	const struct sentence *s = &t->d->sentences.list[t->finding->status_sentence];
	uint32_t start = 0, end = 0;
	if (!plain_source(&t->d->plain, t->d->a, s->start, s->end, &start, &end))
		return;
	const char *text = arena_strndup(t->d->out, t->d->a->text.ptr + start, end - start);
	if (text)
		t->event->sentence = text;
	else
		t->no_memory = true;
}

static void set_stages(struct draft *t)
{
	const struct finding *f = t->finding;
	if (f->stage_count == 0)
		return;
	struct event_stage *list = arena_calloc(t->d->out, f->stage_count, sizeof(*list));
	if (!list) {
		t->no_memory = true;
		return;
	}
	for (uint32_t i = 0; i < f->stage_count; i++)
		list[i] = f->stages[i];
	t->event->stages = list;
	t->event->stage_count = f->stage_count;
}

static int fill(struct draft *t)
{
	struct event *e = t->event;
	event_init(e);
	t->evidence = arena_calloc(t->d->out, EVENT_EVIDENCE_MAX, sizeof(*t->evidence));
	if (!t->evidence)
		return NETRAL_ENOMEM;
	e->kind = t->finding->kind;
	e->status = t->finding->status;
	e->scope = t->finding->scope;
	draft_evidence_hit(t, "kind", t->finding->kind_cue);
	draft_evidence_hit(t, "status", t->finding->status_cue);
	fields_place(t);
	fields_date(t);
	fields_count(t);
	fields_subjects(t);
	fields_conduct(t);
	fields_sanctions(t);
	fields_election(t);
	set_stages(t);
	set_sentence(t);
	return t->no_memory ? NETRAL_ENOMEM : NETRAL_OK;
}

static int set_signs(const struct doc *d, const struct features *features, struct candidate *c)
{
	c->signs = arena_calloc(d->out, FEATURE_COUNT, sizeof(*c->signs));
	if (!c->signs)
		return NETRAL_ENOMEM;
	for (int i = 0; i < FEATURE_COUNT; i++) {
		if (features->value[i])
			c->signs[c->sign_count++] = (struct classify_sign){
				feature_name((enum feature)i),
				(double)d->c->model->weight[c->event.kind][i]};
	}
	return NETRAL_OK;
}

static bool is_case(const struct finding *f)
{
	return f->kind == EVENT_KIND_VIOLATION && f->scope == EVENT_SCOPE_CASE;
}

/* Whether an article tells one case, and no total. */
static bool is_alone(const struct findings *f)
{
	uint32_t violations = 0;
	for (uint32_t i = 0; i < f->count; i++)
		violations += f->list[i].kind == EVENT_KIND_VIOLATION;
	return violations == 1;
}

static int set_stage_signs(const struct doc *d, const struct findings *f, uint32_t i,
			   struct candidate *c)
{
	struct stage_features features;
	if (!is_case(&f->list[i]))
		return NETRAL_OK;
	stages_read(d, &f->list[i], is_alone(f), &features);
	c->stage_signs = arena_calloc(d->out, STAGE_FEATURES, sizeof(*c->stage_signs));
	if (!c->stage_signs)
		return NETRAL_ENOMEM;
	for (int k = 0; k < STAGE_FEATURES; k++) {
		char name[STAGE_NAME_SIZE];
		stage_feature_name(k, name);
		if (!features.value[k])
			continue;
		c->stage_signs[c->stage_sign_count] = arena_strdup(d->out, name);
		if (!c->stage_signs[c->stage_sign_count++])
			return NETRAL_ENOMEM;
	}
	return NETRAL_OK;
}

static int set_dates(const struct doc *d, const struct date_options *o, struct candidate *c)
{
	c->date_class = date_class_name(o->class);
	c->dates = arena_calloc(d->out, o->count, sizeof(*c->dates));
	if (!c->dates)
		return NETRAL_ENOMEM;
	for (uint32_t i = 0; i < o->count; i++) {
		struct classify_date *date = &c->dates[c->date_count++];
		struct event_date value = {"", EVENT_PRECISION_NONE};
		if (o->list[i].mention >= 0 && date_format(&o->list[i].date, d->out, &value) < 0)
			return NETRAL_ENOMEM;
		date->value = value.value;
		date->signs = arena_calloc(d->out, DATE_FEATURES, sizeof(*date->signs));
		if (!date->signs)
			return NETRAL_ENOMEM;
		for (int k = 0; k < DATE_FEATURES; k++) {
			char name[DATE_FEATURE_NAME_SIZE];
			date_feature_name(k, name);
			if (!o->list[i].features.value[k])
				continue;
			date->signs[date->sign_count] = arena_strdup(d->out, name);
			if (!date->signs[date->sign_count++])
				return NETRAL_ENOMEM;
		}
	}
	return NETRAL_OK;
}

static int set_split_signs(const struct doc *d, const struct finding *f, struct candidate *c)
{
	c->split_signs = arena_calloc(d->out, SPLIT_SIGN_COUNT, sizeof(*c->split_signs));
	if (!c->split_signs)
		return NETRAL_ENOMEM;
	for (int i = 0; i < SPLIT_SIGN_COUNT; i++) {
		if (f->split_signs >> i & 1)
			c->split_signs[c->split_sign_count++] = split_sign_name((enum split_sign)i);
	}
	return NETRAL_OK;
}

static int set_words(const struct doc *d, const struct sentence *s, struct candidate *c)
{
	c->words = arena_calloc(d->out, s->hit_end - s->hit + 1, sizeof(*c->words));
	if (!c->words)
		return NETRAL_ENOMEM;
	doc_for_hits(d, s, h)
	{
		const struct phrase *p = doc_phrase(d, h);
		struct classify_word *w = &c->words[c->word_count++];
		w->group = phrase_group_name((enum phrase_group)p->group);
		w->value = arena_strdup(d->out, p->group < CUE_GROUP_COUNT ? p->text : "");
		w->text = arena_strndup(d->out, d->plain.s + h->start, h->end - h->start);
		plain_source(&d->plain, d->a, h->start, h->end, &w->start, &w->end);
		if (!w->value || !w->text)
			return NETRAL_ENOMEM;
	}
	return NETRAL_OK;
}

static int set_certainty_signs(const struct doc *d, const struct certainty_signs *signs,
			       struct candidate *c)
{
	c->value_signs = arena_calloc(d->out, CERTAINTY_SIGN_COUNT, sizeof(*c->value_signs));
	if (!c->value_signs)
		return NETRAL_ENOMEM;
	for (int i = 0; i < CERTAINTY_SIGN_COUNT; i++) {
		if (signs->value[i])
			c->value_signs[c->value_sign_count++] =
				certainty_sign_name((enum certainty_sign)i);
	}
	return NETRAL_OK;
}

static int decide(const struct draft *t, const struct findings *f, uint32_t i, struct candidate *c)
{
	const struct doc *d = t->d;
	struct features features;
	features_read(d, f, i, &c->event, &features);
	c->event.confidence = model_confidence(d->c->model, c->event.kind, &features);
	c->told = model_tells(c->event.kind, &features, c->event.confidence);
	struct certainty_signs certainty;
	certainty_read(t, &certainty);
	certainty_decide(d->c->certainty, &certainty, &c->event);
	if (!d->explain)
		return NETRAL_OK;
	int r = set_signs(d, &features, c);
	if (r == NETRAL_OK)
		r = set_certainty_signs(d, &certainty, c);
	if (r == NETRAL_OK)
		r = set_stage_signs(d, f, i, c);
	if (r == NETRAL_OK)
		r = set_split_signs(d, &f->list[i], c);
	if (r == NETRAL_OK)
		r = set_dates(d, &t->dates, c);
	return r < 0 ? r : set_words(d, &d->sentences.list[f->list[i].anchor], c);
}

/* What is read for told events only, because it depends on which ones are told. */
static int fill_shared(const struct doc *d, const struct findings *f, struct draft *drafts,
		       const struct candidate *list)
{
	bool told[FINDINGS_MAX] = {false};
	for (uint32_t i = 0; i < f->count; i++)
		told[i] = list[i].told;
	int r = share_sentences(d, f, told, drafts);
	for (uint32_t i = 0; i < f->count && r == NETRAL_OK; i++) {
		if (!told[i])
			continue;
		fields_people(&drafts[i]);
		fields_institutions(&drafts[i]);
		fields_legal(&drafts[i]);
		r = drafts[i].no_memory ? NETRAL_ENOMEM : NETRAL_OK;
	}
	return r;
}

/* Told candidates are numbered in order; the others have no id. */
static int number(const struct doc *d, struct candidate *list, uint32_t count)
{
	char hex[ARTICLE_ID_HEX + 1];
	article_id_format(&d->a->id, hex);
	unsigned n = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (!list[i].told)
			continue;
		list[i].event.id = arena_printf(d->out, "%s-%u", hex, ++n);
		if (!list[i].event.id)
			return NETRAL_ENOMEM;
	}
	return NETRAL_OK;
}

static int make_candidates(const struct doc *d, const struct findings *f,
			   struct candidate **ret_candidates)
{
	struct candidate *list = arena_calloc(d->out, f->count, sizeof(*list));
	struct draft *drafts = arena_calloc(d->arena, f->count, sizeof(*drafts));
	if (!list || !drafts)
		return NETRAL_ENOMEM;
	int r = NETRAL_OK;
	for (uint32_t i = 0; i < f->count && r == NETRAL_OK; i++) {
		drafts[i] = (struct draft){
			.d = d, .finding = &f->list[i], .all = f, .event = &list[i].event};
		r = fill(&drafts[i]);
		if (r == NETRAL_OK)
			r = decide(&drafts[i], f, i, &list[i]);
	}
	if (r == NETRAL_OK)
		r = fill_shared(d, f, drafts, list);
	*ret_candidates = list;
	return r == NETRAL_OK ? number(d, list, f->count) : r;
}

static int read_candidates(const struct classifier *c, struct classifier_scratch *s,
			   const struct article *a, bool explain, struct arena *arena,
			   struct candidate **ret_candidates, size_t *ret_count)
{
	arena_reset(&s->arena);
	*ret_candidates = NULL;
	*ret_count = 0;
	int r = pass_gate(c, s, a);
	if (r <= 0)
		return r;
	struct doc d = {.c = c, .a = a, .arena = &s->arena, .out = arena, .explain = explain};
	r = read_article(&d);
	if (r < 0)
		return r;
	struct findings f = {.count = 0};
	pledge_read(&d, &f);
	session_read(&d, &f);
	violation_read(&d, &f);
	for (uint32_t i = 0; i < f.count; i++) {
		if (is_case(&f.list[i]))
			stages_decide(&d, c->stages, is_alone(&f), &f.list[i]);
	}
	if (f.count == 0)
		return NETRAL_OK;
	qsort(f.list, f.count, sizeof(f.list[0]), compare_findings);
	r = make_candidates(&d, &f, ret_candidates);
	if (r == NETRAL_OK)
		*ret_count = f.count;
	return r;
}

int classify_explain(const struct classifier *c, struct classifier_scratch *s,
		     const struct article *a, struct arena *arena,
		     struct candidate **ret_candidates, size_t *ret_count)
{
	return read_candidates(c, s, a, true, arena, ret_candidates, ret_count);
}

int classify(const struct classifier *c, struct classifier_scratch *s, const struct article *a,
	     struct arena *arena, struct event **ret_events, size_t *ret_count)
{
	struct candidate *list;
	size_t count, told = 0;
	*ret_events = NULL;
	*ret_count = 0;
	int r = read_candidates(c, s, a, false, arena, &list, &count);
	for (size_t i = 0; i < count; i++)
		told += list[i].told;
	if (r < 0 || told == 0)
		return r;
	struct event *events = arena_calloc(arena, told, sizeof(*events));
	if (!events)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (list[i].told)
			events[(*ret_count)++] = list[i].event;
	}
	*ret_events = events;
	return NETRAL_OK;
}
