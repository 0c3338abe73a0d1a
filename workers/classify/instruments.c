#include "workers/classify/instruments.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <stdlib.h>
#include <string.h>

static int grow(struct instruments *in)
{
	size_t cap = in->cap ? 2 * in->cap : 32;
	struct instrument_alias *list = fault_realloc(in->list, cap * sizeof(*list));
	if (!list)
		return NETRAL_ENOMEM;
	in->list = list;
	in->cap = cap;
	return NETRAL_OK;
}

static int add_alias(struct instruments *in, const struct table *t, struct phrases *phrases)
{
	if (in->count == INSTRUMENTS_MAX)
		return table_fail(t, "more than %d instruments", INSTRUMENTS_MAX);
	if (in->count == in->cap && grow(in) < 0)
		return NETRAL_ENOMEM;
	struct instrument_alias a = {phrases_keep(phrases, t->field[0]),
				     phrases_keep(phrases, t->field[1])};
	if (!a.form || !a.normal)
		return NETRAL_ENOMEM;
	in->list[in->count++] = a;
	return NETRAL_OK;
}

int instruments_load(struct instruments *in, struct table_set *set, struct phrases *phrases)
{
	netral_cleanup(table_close) struct table t = {0};
	int r = table_open(set, "instruments.tsv", "form\tnormal", &t);
	while (r >= 0 && (r = table_next(&t)) > 0)
		r = add_alias(in, &t, phrases);
	return r;
}

void instruments_fini(struct instruments *in)
{
	free(in->list);
	*in = (struct instruments){0};
}

const char *instruments_normal(const struct instruments *in, const char *form)
{
	for (size_t i = 0; i < in->count; i++) {
		if (strcmp(in->list[i].form, form) == 0)
			return in->list[i].normal;
	}
	return form;
}
