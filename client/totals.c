#include "client/totals.h"

#include "client/grid.h"
#include "lib/cleanup.h"
#include "lib/error.h"

#include <string.h>
#include <sysexits.h>

enum { EVENT_ARENA_MAX = 64 << 20 }; /* masking and formatting one event */

int totals_init(struct totals *t, const struct export_format *format)
{
	*t = (struct totals){.format = format,
			     .settings = {.totals = true, .bom = true, .separator = ','}};
	style_init(&t->style, stdout);
	arena_init(&t->sink.arena, EVENT_ARENA_MAX);
	t->sink.out = stdout;
	t->sink.settings = &t->settings;
	int exit_code = names_init(&t->names, NULL);
	if (exit_code != EX_OK || !format)
		return exit_code;
	int r = format->begin(&t->sink);
	return r < 0 ? cli_fail_code(r, "print") : EX_OK;
}

void totals_fini(struct totals *t)
{
	if (t->format && t->format->fini)
		t->format->fini(&t->sink);
	arena_fini(&t->sink.arena);
	names_fini(&t->names);
}

/* --- the table --- */

static void add_stage(struct grid *g, const struct event *e, enum event_status status)
{
	for (size_t i = 0; i < e->stage_count; i++) {
		if (e->stages[i].status == status) {
			grid_number(g, e->stages[i].value);
			return;
		}
	}
	grid_word(g, INK_DIM, "-");
}

static void add_total(struct grid *g, const struct update *u)
{
	const struct event *e = &u->event;
	grid_word(g, INK_PLAIN, e->as_of.precision ? e->as_of.value : "-");
	add_stage(g, e, EVENT_STATUS_ALLEGED);
	add_stage(g, e, EVENT_STATUS_UNDER_REVIEW);
	add_stage(g, e, EVENT_STATUS_FOUND);
	add_stage(g, e, EVENT_STATUS_SANCTIONED);
	add_stage(g, e, EVENT_STATUS_DISMISSED);
	grid_word(g, INK_PLAIN, e->place.code[0] ? e->place.name : "-");
	grid_text(g, u->article.title.ptr, u->article.title.len);
}

static struct grid *new_table(void)
{
	static const char *const heads[] = {"AS OF",      "ALLEGED",   "REVIEW", "FOUND",
					    "SANCTIONED", "DISMISSED", "PLACE",  "TITLE"};
	return grid_new(heads, netral_countof(heads));
}

/* --- pages --- */

static int put_total(struct totals *t, struct grid *table, const struct update *u)
{
	struct update masked;
	arena_reset(&t->sink.arena);
	int r = names_mask(&t->names, u, &t->sink.arena, &masked);
	if (r == NETRAL_OK && t->format)
		r = t->format->put(&t->sink, &masked);
	else if (r == NETRAL_OK)
		add_total(table, &masked);
	t->count++;
	return r;
}

int totals_put(struct totals *t, const struct update *updates, size_t count)
{
	netral_cleanup(grid_freep) struct grid *table = t->format ? NULL : new_table();
	uint64_t before = t->count;
	int r = table || t->format ? NETRAL_OK : NETRAL_ENOMEM;
	for (size_t i = 0; i < count && r == NETRAL_OK; i++) {
		if (updates[i].event.scope == EVENT_SCOPE_TOTAL)
			r = put_total(t, table, &updates[i]);
	}
	if (r == NETRAL_OK && table && t->count > before)
		grid_print(table, stdout, &t->style, 0, before == 0);
	return r;
}

int totals_end(struct totals *t)
{
	if (t->format)
		return t->format->end(&t->sink);
	if (t->count == 0)
		printf("no such totals\n");
	return NETRAL_OK;
}
