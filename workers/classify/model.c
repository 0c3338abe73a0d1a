#include "workers/classify/model.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <math.h>

static int row(const struct table *t, struct model *m)
{
	enum event_kind kind = event_kind_parse(t->field[0]);
	if (kind == EVENT_KIND_NONE || (size_t)kind >= MODEL_KINDS)
		return table_fail(t, "no kind is called \"%s\"", t->field[0]);
	int feature = feature_parse(t->field[1]);
	if (feature < 0)
		return table_fail(t, "no feature is called \"%s\"", t->field[1]);
	return table_weight(t, 2, &m->weight[kind][feature]);
}

int model_load(struct model *m, struct table_set *set)
{
	netral_cleanup(table_close) struct table t = {0};
	int r = table_open(set, "weights.tsv", "kind\tfeature\tweight", &t);
	while (r >= 0 && (r = table_next(&t)) > 0)
		r = row(&t, m);
	return r;
}

double model_confidence(const struct model *m, enum event_kind kind, const struct features *f)
{
	double sum = 0;
	for (int i = 0; i < FEATURE_COUNT; i++) {
		if (f->value[i])
			sum += (double)m->weight[kind][i];
	}
	return 1 / (1 + exp(-sum));
}

bool model_tells(const struct features *f, double confidence)
{
	return confidence >= (f->value[FEATURE_NO_TOPIC] ? MODEL_ACCEPT_NO_TOPIC : MODEL_ACCEPT);
}
