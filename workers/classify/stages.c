#include "workers/classify/stages.h"

#include "workers/classify/claim.h"
#include "workers/classify/weights.h"

#include <stdio.h>
#include <string.h>

enum { BIAS = STAGE_FEATURES - 1 };

const enum event_status stage_statuses[STAGE_COUNT] = {
	EVENT_STATUS_ALLEGED,    EVENT_STATUS_UNDER_REVIEW, EVENT_STATUS_FOUND,
	EVENT_STATUS_SANCTIONED, EVENT_STATUS_DISMISSED,
};

static const char *const sign_names[] = {
#define X(name) #name,
	STAGE_SIGNS(X)
#undef X
};

void stage_feature_name(int feature, char ret[static STAGE_NAME_SIZE])
{
	if (feature == BIAS)
		snprintf(ret, STAGE_NAME_SIZE, "BIAS");
	else
		snprintf(ret, STAGE_NAME_SIZE, "%s_%s",
			 event_status_name((int)stage_statuses[feature / STAGE_SIGN_COUNT]),
			 sign_names[feature % STAGE_SIGN_COUNT]);
}

static int stage_index(enum event_status status)
{
	for (int i = 0; i < STAGE_COUNT; i++) {
		if (stage_statuses[i] == status)
			return i;
	}
	return -1;
}

static int feature_index(const char *name)
{
	for (int i = 0; i < STAGE_FEATURES; i++) {
		char own[STAGE_NAME_SIZE];
		stage_feature_name(i, own);
		if (strcmp(own, name) == 0)
			return i;
	}
	return -1;
}

static int stage_parse(const char *name)
{
	return stage_index((enum event_status)event_status_parse(name));
}

int stage_model_load(struct stage_model *m, struct table_set *set)
{
	static const struct weights_file file = {.name = "stage_weights.tsv",
						 .head = "status\tsign\tweight",
						 .group_kind = "stage of a case",
						 .group = stage_parse,
						 .sign = feature_index,
						 .sign_count = STAGE_FEATURES};
	return weights_load(set, &file, m->weight[0]);
}

static bool belongs(const struct finding *f, uint32_t i)
{
	for (uint32_t k = 0; k < f->sentence_count; k++) {
		if (f->sentences[k] == i)
			return true;
	}
	return false;
}

struct walk {
	const struct doc *d;
	const struct finding *f;
	bool alone;
	bool *v;
	int first, last;
};

static void note(struct walk *w, uint32_t i, const struct hit *h)
{
	const struct sentence *s = &w->d->sentences.list[i];
	bool soft = false;
	int stage = stage_index(claim_status_of(w->d, s, h, &soft));
	if (stage < 0)
		return;
	bool *v = w->v + (size_t)stage * STAGE_SIGN_COUNT;
	if (!doc_is_body(s)) {
		v[STAGE_SIGN_HEADLINE] = true;
	} else if (!w->alone && !belongs(w->f, i)) {
		v[STAGE_SIGN_ELSEWHERE] = true;
	} else if (soft) {
		v[STAGE_SIGN_SOFT] = true;
	} else {
		v[STAGE_SIGN_TWICE] = v[STAGE_SIGN_FIRM];
		v[STAGE_SIGN_FIRM] = true;
		v[STAGE_SIGN_ANCHOR] |= i == w->f->anchor;
		w->first = w->first < 0 ? stage : w->first;
		w->last = stage;
	}
}

void stages_read(const struct doc *d, const struct finding *f, bool alone,
		 struct stage_features *ret_features)
{
	*ret_features = (struct stage_features){0};
	struct walk w = {d, f, alone, ret_features->value, -1, -1};
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *s = &d->sentences.list[i];
		if (s->flags & SENTENCE_DROPPED)
			continue;
		doc_for_hits(d, s, h)
		{
			if (h->group == GROUP_STATUS)
				note(&w, i, h);
		}
	}
	if (w.first >= 0) {
		w.v[w.first * STAGE_SIGN_COUNT + STAGE_SIGN_FIRST] = true;
		w.v[w.last * STAGE_SIGN_COUNT + STAGE_SIGN_LAST] = true;
	}
	w.v[BIAS] = true;
}

/* The first cue of the stage in sentence `i`, a firm one before a soft one. */
static const struct hit *cue_in(const struct doc *d, uint32_t i, enum event_status status)
{
	const struct sentence *s = &d->sentences.list[i];
	const struct hit *soft_cue = NULL;
	doc_for_hits(d, s, h)
	{
		bool soft = false;
		if (h->group != GROUP_STATUS || claim_status_of(d, s, h, &soft) != status)
			continue;
		if (!soft)
			return h;
		soft_cue = soft_cue ? soft_cue : h;
	}
	return soft_cue;
}

/* In the case's own sentences, else anywhere in the body. */
static const struct hit *cue_for(const struct doc *d, const struct finding *f,
				 enum event_status status, uint32_t *ret_sentence)
{
	for (uint32_t k = 0; k < f->sentence_count; k++) {
		const struct hit *h = cue_in(d, f->sentences[k], status);
		*ret_sentence = f->sentences[k];
		if (h)
			return h;
	}
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct hit *h =
			doc_is_body(&d->sentences.list[i]) ? cue_in(d, i, status) : NULL;
		*ret_sentence = i;
		if (h)
			return h;
	}
	*ret_sentence = f->anchor;
	return NULL;
}

static bool is_told(const struct stage_features *f, int stage)
{
	const bool *v = f->value + (size_t)stage * STAGE_SIGN_COUNT;
	return v[STAGE_SIGN_FIRM] || v[STAGE_SIGN_SOFT] || v[STAGE_SIGN_HEADLINE];
}

static double score_of(const struct stage_model *m, const struct stage_features *f, int stage)
{
	double sum = 0;
	for (int i = 0; i < STAGE_FEATURES; i++)
		sum += f->value[i] ? (double)m->weight[stage][i] : 0;
	return sum;
}

void stages_decide(const struct doc *d, const struct stage_model *m, bool alone, struct finding *f)
{
	struct stage_features features;
	stages_read(d, f, alone, &features);
	int best = -1;
	double best_score = 0;
	for (int i = 0; i < STAGE_COUNT; i++) {
		double score = score_of(m, &features, i);
		if (is_told(&features, i) && (best < 0 || score > best_score)) {
			best = i;
			best_score = score;
		}
	}
	if (best < 0)
		return; /* told as it was seen, without a word on its stage */
	f->status = stage_statuses[best];
	const struct hit *cue = cue_for(d, f, f->status, &f->status_sentence);
	if (cue)
		f->status_cue = cue;
}
