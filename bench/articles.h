/* articles.h - the corpus in memory, as the submitting side of the bench needs it. */
#ifndef NETRAL_BENCH_ARTICLES_H
#define NETRAL_BENCH_ARTICLES_H

#include "lib/article.h"

#include <stddef.h>

struct articles {
	struct article *list;
	size_t count;
	void *owned; /* json_t array: the strings */
};

/* Reads the first `count` lines of a JSON Lines file, all of them when there are fewer. A file
 * that cannot be used was named on stderr. 0 or negative. */
int articles_load(struct articles *a, const char *path, size_t count);
void articles_free(struct articles *a);

#endif
