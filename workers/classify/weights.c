#include "workers/classify/weights.h"

#include "lib/cleanup.h"

#include <string.h>

static int row(const struct table *t, const struct weights_file *file, float *weights)
{
	int group = file->group(t->field[0]);
	if (group < 0)
		return table_fail(t, "no %s is called \"%s\"", file->group_kind, t->field[0]);
	int sign = file->sign(t->field[1]);
	if (sign < 0)
		return table_fail(t, "no sign is called \"%s\"", t->field[1]);
	return table_weight(t, 2, &weights[group * file->sign_count + sign]);
}

int weights_load(struct table_set *set, const struct weights_file *file, float *weights)
{
	netral_cleanup(table_close) struct table t = {0};
	int r = table_open(set, file->name, file->head, &t);
	while (r >= 0 && (r = table_next(&t)) > 0)
		r = row(&t, file, weights);
	return r;
}

int weights_index(const char *const *names, int count, const char *name)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return i;
	}
	return -1;
}
