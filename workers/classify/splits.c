#include "workers/classify/splits.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <string.h>

static const char *const names[] = {
#define X(name) #name,
	SPLIT_SIGNS(X)
#undef X
};

const char *split_sign_name(enum split_sign sign)
{
	return names[sign];
}

static int row(const struct table *t, struct split_model *m)
{
	size_t i = 0;
	while (i < SPLIT_SIGN_COUNT && strcmp(names[i], t->field[0]) != 0)
		i++;
	if (i == SPLIT_SIGN_COUNT)
		return table_fail(t, "no sign is called \"%s\"", t->field[0]);
	return table_weight(t, 1, &m->weight[i]);
}

int split_model_load(struct split_model *m, struct table_set *set)
{
	netral_cleanup(table_close) struct table t = {0};
	int r = table_open(set, "split_weights.tsv", "sign\tweight", &t);
	while (r >= 0 && (r = table_next(&t)) > 0)
		r = row(&t, m);
	return r;
}

bool split_decide(const struct split_model *m, unsigned signs)
{
	double sum = 0;
	for (int i = 0; i < SPLIT_SIGN_COUNT; i++)
		sum += signs >> i & 1 ? (double)m->weight[i] : 0;
	return sum >= 0;
}
