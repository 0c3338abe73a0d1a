/* reader_checks.h - what holds of every article that a reader yields, and of every refusal. */
#ifndef NETRAL_TESTS_FUZZ_READER_CHECKS_H
#define NETRAL_TESTS_FUZZ_READER_CHECKS_H

#include "lib/error.h"
#include "lib/reader/reader.h"
#include "lib/utf8.h"

#include <string.h>

static inline void check_field(const struct text *t)
{
	netral_assert(t->ptr != NULL);
	netral_assert(strlen(t->ptr) == t->len);
	netral_assert(utf8_check(t->ptr, t->len, NULL) == NETRAL_OK);
}

static inline void check_article(int r, struct article *a, const char *reason)
{
	char why[ARTICLE_REASON_SIZE];
	if (r < 0) {
		netral_assert(reason[0] != '\0');
		return;
	}
	netral_assert(r == NETRAL_OK);
	check_field(&a->url);
	check_field(&a->title);
	check_field(&a->text);
	check_field(&a->published);
	check_field(&a->source);
	/* The next step may refuse it, and has to bear it. */
	(void)article_check(a, why);
}

#endif
