#include "client/source_list.h"

#include "client/grid.h"
#include "client/print.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/source/schedule.h"

#include <inttypes.h>
#include <string.h>

enum { FLAGGED_SHOWN = 20 };

void source_flags_format(uint32_t flags, char ret[static SOURCE_FLAGS_SIZE])
{
	size_t len = 0;
	ret[0] = '\0';
	for (unsigned n = 0; n < SCHEDULE_FLAG_COUNT; n++) {
		if (flags & 1U << n)
			len += (size_t)snprintf(ret + len, SOURCE_FLAGS_SIZE - len, "%s%s",
						len ? ", " : "", schedule_flag_name(n));
	}
}

/* --- asking --- */

static int ask(struct connection *c, const struct msg_source_list *list,
	       struct msg_source_page *ret_page)
{
	struct message m = {.type = MSG_SOURCE_LIST, .source_list = *list};
	struct message answer = {.type = MSG_NONE};
	int r = connection_ask(c, &m, MSG_SOURCE_PAGE, &answer);
	if (r == NETRAL_OK)
		*ret_page = answer.source_page;
	return r;
}

/* A page that does not lead on is the last one, so this ends whatever the peer says. */
int source_list_each(struct connection *c, bool flagged_only, source_page_fn *fn, void *user)
{
	struct msg_source_list list = {.limit = CODEC_SOURCES_MAX, .flagged_only = flagged_only};
	struct msg_source_page page = {.next = 0};
	int r;
	for (;;) {
		r = ask(c, &list, &page);
		if (r == NETRAL_OK)
			r = fn(user, &page);
		if (r < 0 || page.next <= list.after)
			return r;
		list.after = page.next;
	}
}

/* --- for people --- */

static void add_time(struct grid *g, uint64_t ms)
{
	char text[PRINT_SHORT_SIZE] = "never";
	if (ms)
		print_time(ms * 1000, text);
	grid_word(g, ms ? INK_PLAIN : INK_DIM, text);
}

static void add_state(struct grid *g, const struct source_status *s)
{
	char flags[SOURCE_FLAGS_SIZE];
	source_flags_format(s->flags, flags);
	if (flags[0])
		grid_word(g, INK_RED, flags);
	else
		grid_word(g, s->enabled ? INK_GREEN : INK_DIM, s->enabled ? "well" : "off");
}

struct listing {
	const struct style *style;
	bool begun;
};

static int print_page(void *user, const struct msg_source_page *page)
{
	static const char *const heads[] = {"NAME",      "KIND",         "STATE",
					    "ARTICLES",  "LAST ARTICLE", "LAST POLL",
					    "NEXT POLL", "FAILURES",     "LAST ERROR"};
	struct listing *l = user;
	netral_cleanup(grid_freep) struct grid *g = grid_new(heads, netral_countof(heads));
	if (!g)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < page->source_count; i++) {
		const struct source_status *s = &page->sources[i];
		grid_word(g, INK_BOLD, s->name);
		grid_word(g, INK_PLAIN, s->kind);
		add_state(g, s);
		grid_number(g, s->articles);
		add_time(g, s->last_article_ms);
		add_time(g, s->last_poll_ms);
		add_time(g, s->next_poll_ms);
		grid_number(g, s->failures);
		grid_word(g, INK_PLAIN, s->last_error);
	}
	grid_print(g, stdout, l->style, 0, !l->begun);
	l->begun = true;
	return NETRAL_OK;
}

int source_list_print(struct connection *c, const struct style *s)
{
	struct listing l = {.style = s};
	return source_list_each(c, false, print_page, &l);
}

static int print_flagged(const struct style *style, const struct msg_source_page *page)
{
	static const char *const heads[] = {"SOURCE", "FLAGS", "LAST ARTICLE", "LAST ERROR"};
	netral_cleanup(grid_freep) struct grid *g = grid_new(heads, netral_countof(heads));
	if (!g)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < page->source_count && i < FLAGGED_SHOWN; i++) {
		const struct source_status *s = &page->sources[i];
		grid_word(g, INK_BOLD, s->name);
		add_state(g, s);
		add_time(g, s->last_article_ms);
		grid_word(g, INK_PLAIN, s->last_error);
	}
	grid_print(g, stdout, style, 2, true);
	if (page->total > FLAGGED_SHOWN)
		printf("  ... and %u more: netral status --sources\n", page->total - FLAGGED_SHOWN);
	return NETRAL_OK;
}

int source_list_print_flagged(struct connection *c, const struct style *s, uint64_t all)
{
	const struct msg_source_list list = {.limit = FLAGGED_SHOWN, .flagged_only = true};
	struct msg_source_page page = {.next = 0};
	int r = ask(c, &list, &page);
	if (r < 0)
		return r;
	printf("  %s%-11s%s%u of %" PRIu64 " flagged\n",
	       style_ink(s, page.total ? INK_YELLOW : INK_DIM), "sources", style_ink(s, INK_PLAIN),
	       page.total, all);
	return page.source_count ? print_flagged(s, &page) : NETRAL_OK;
}
