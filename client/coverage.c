#include "client/coverage.h"

#include "lib/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 2024-08-21 is in 202408; "" is no bound. */
static uint32_t month_of(const char *day)
{
	if (!day[0])
		return 0;
	return (uint32_t)(strtoul(day, NULL, 10) * 100 + strtoul(day + 5, NULL, 10));
}

static int take_rows(const struct msg_coverage_page *page, coverage_fn *take, void *user)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i < page->row_count && r >= 0; i++)
		r = take(user, page->rows[i].area, page->rows[i].articles);
	return r;
}

/* Rows come in order, so the last one must lie behind where the page was to begin. */
static bool leads_on(const struct msg_coverage *asked, const struct coverage_row *last)
{
	if (last->month != asked->after_month)
		return last->month > asked->after_month;
	return strcmp(last->area, asked->after_area) > 0;
}

int coverage_read(struct connection *c, const struct days *days, coverage_fn *take, void *user,
		  struct coverage_store *ret_store)
{
	char after[EVENT_AREA_CODE_MAX] = "";
	struct msg_coverage next = {.since = month_of(days->since),
				    .until = month_of(days->until),
				    .after_area = after};
	bool more = true;
	while (more) {
		struct message m = {.type = MSG_COVERAGE, .coverage = next};
		struct message answer = {.type = MSG_NONE};
		int r = connection_ask(c, &m, MSG_COVERAGE_PAGE, &answer);
		if (r == NETRAL_OK)
			r = take_rows(&answer.coverage_page, take, user);
		if (r < 0)
			return r;
		const struct msg_coverage_page *page = &answer.coverage_page;
		*ret_store = (struct coverage_store){page->articles, page->uncounted};
		more = page->more && page->row_count &&
		       leads_on(&next, &page->rows[page->row_count - 1]);
		if (more) {
			next.after_month = page->rows[page->row_count - 1].month;
			snprintf(after, sizeof(after), "%s", page->rows[page->row_count - 1].area);
		}
	}
	return NETRAL_OK;
}
