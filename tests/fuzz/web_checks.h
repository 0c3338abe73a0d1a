/* web_checks.h - what holds of every text that comes out of a feed or a sitemap. */
#ifndef NETRAL_TESTS_FUZZ_WEB_CHECKS_H
#define NETRAL_TESTS_FUZZ_WEB_CHECKS_H

#include "lib/error.h"
#include "lib/utf8.h"
#include "lib/web/date.h"
#include "lib/web/url.h"

#include <string.h>

static inline void check_text(const struct text *t, size_t max)
{
	netral_assert(t->ptr != NULL);
	netral_assert(strlen(t->ptr) == t->len && t->len <= max);
	netral_assert(utf8_check(t->ptr, t->len, NULL) == NETRAL_OK);
}

static inline void check_line(const struct text *t, size_t max)
{
	check_text(t, max);
	netral_assert(!strpbrk(t->ptr, "\r\n\t"));
}

/* A URL that was resolved stays as it is when it is resolved again. */
static inline void check_url(const struct text *t, struct arena *arena)
{
	struct text none = {"", 0}, again;
	check_line(t, ARTICLE_URL_MAX);
	if (t->len == 0 || url_resolve(&none, t, arena, &again) == NETRAL_ENOMEM)
		return;
	netral_assert(again.len == t->len && memcmp(again.ptr, t->ptr, t->len) == 0);
}

/* And so does a date that was formatted. */
static inline void check_date(const struct text *t)
{
	struct date date;
	char text[DATE_FORMAT_SIZE];
	check_line(t, DATE_FORMAT_SIZE - 1);
	if (t->len == 0)
		return;
	netral_assert(web_date_read(t->ptr, t->len, &date));
	web_date_format(&date, text);
	netral_assert(strcmp(text, t->ptr) == 0);
}

#endif
