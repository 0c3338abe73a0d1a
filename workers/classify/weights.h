/* weights.h - the tables of linear models: rows of a group, a sign and its weight. */
#ifndef NETRAL_WORKERS_CLASSIFY_WEIGHTS_H
#define NETRAL_WORKERS_CLASSIFY_WEIGHTS_H

#include "workers/classify/tables.h"

struct weights_file {
	const char *name, *head;
	const char *group_kind;         /* "kind": what an unknown group is said to be none of */
	int (*group)(const char *name); /* the number of a group, or negative */
	int (*sign)(const char *name);  /* the number of a sign, or negative */
	int sign_count;
};

/* Reads the file into weights[group * sign_count + sign]; what it leaves out stays as it is.
 * 0 or an error of table_open()/table_next(). */
int weights_load(struct table_set *set, const struct weights_file *file, float *weights);

/* The index of `name` among `names`, or -1. */
int weights_index(const char *const *names, int count, const char *name);

#endif
