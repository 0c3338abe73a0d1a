#include "workers/classify/model.h"

#include "workers/classify/weights.h"

#include <math.h>

static int kind_parse(const char *name)
{
	int kind = event_kind_parse(name);
	return kind == EVENT_KIND_NONE || kind >= MODEL_KINDS ? -1 : kind;
}

int model_load(struct model *m, struct table_set *set)
{
	static const struct weights_file file = {.name = "weights.tsv",
						 .head = "kind\tfeature\tweight",
						 .group_kind = "kind",
						 .group = kind_parse,
						 .sign = feature_parse,
						 .sign_count = FEATURE_COUNT};
	return weights_load(set, &file, m->weight[0]);
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

bool model_tells(enum event_kind kind, const struct features *f, double confidence)
{
	bool violation = kind == EVENT_KIND_VIOLATION;
	if (f->value[violation ? FEATURE_AFAR : FEATURE_NO_TOPIC])
		return confidence >= MODEL_ACCEPT_AFAR;
	return confidence >= (violation ? MODEL_ACCEPT_VIOLATION : MODEL_ACCEPT);
}
