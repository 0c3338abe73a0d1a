#include "poller/status.h"

#include "lib/error.h"
#include "poller/flags.h"

#include <unistd.h>

enum { COUNTERS_MAX = 96 };

struct filling {
	struct arena *arena;
	struct counter *counters;
	size_t count;
	bool failed;
};

static void add(struct filling *f, const char *name, uint64_t value)
{
	netral_assert(f->count < COUNTERS_MAX);
	f->counters[f->count++] = (struct counter){name, value};
}

/* PREFIX_WORD_total */
static void add_word(struct filling *f, const char *prefix, const char *word, uint64_t value)
{
	const char *name = arena_printf(f->arena, "%s_%s_total", prefix, word);
	if (name)
		add(f, name, value);
	else
		f->failed = true;
}

static void add_sources(struct filling *f, struct context *c)
{
	const struct poller_counters *n = &c->counters;
	size_t polling = 0;
	for (size_t i = 0; i < c->roster.count; i++)
		polling += c->roster.list[i]->poll != NULL;
	add(f, "netral_poll_sources", c->roster.count);
	add(f, "netral_poll_sources_polling", polling);
	add(f, "netral_poll_sources_flagged", flags_count(c, UINT32_MAX));
	add(f, "netral_poll_sources_silent", flags_count(c, SCHEDULE_SILENT));
	add(f, "netral_poll_sources_failing", flags_count(c, SCHEDULE_FAILING));
	add(f, "netral_poll_sources_undated", flags_count(c, SCHEDULE_UNDATED));
	add(f, "netral_poll_sources_unparsed", flags_count(c, SCHEDULE_UNPARSED));
	add(f, "netral_poll_polls_total", n->polls);
	add(f, "netral_poll_polls_unchanged_total", n->polls_unchanged);
	add(f, "netral_poll_polls_busy_total", n->polls_busy);
	add(f, "netral_poll_polls_failed_total", n->polls_failed);
	add(f, "netral_poll_polls_put_off_total", n->polls_put_off);
	add(f, "netral_poll_sitemaps_total", n->sitemaps);
	add(f, "netral_poll_alerts_total", n->alerts);
	add(f, "netral_poll_alerts_dropped_total", n->alerts_dropped);
	add(f, "netral_poll_alerts_failed_total", n->alerts_failed);
}

static void add_items(struct filling *f, const struct context *c)
{
	const struct poller_counters *n = &c->counters;
	struct backlog_counts b = backlog_counts(c->backlog);
	add(f, "netral_poll_items_new_total", n->items_new);
	add(f, "netral_poll_items_known_total", n->items_known);
	add(f, "netral_poll_items_left_out_total", n->items_left_out);
	add(f, "netral_poll_items_foreign_total", n->items_foreign);
	add(f, "netral_poll_items_passed_total", n->items_passed);
	add(f, "netral_poll_items_retried_total", n->items_retried);
	add(f, "netral_poll_items_pending", b.items);
	add(f, "netral_poll_hosts", b.hosts);
	uint64_t given_up = 0;
	for (int i = 0; i < GIVEN_UP_COUNT; i++)
		given_up += n->given_up[i];
	add(f, "netral_poll_items_given_up_total", given_up);
	for (int i = 0; i < GIVEN_UP_COUNT; i++)
		add_word(f, "netral_poll_items_given_up", given_up_word((enum given_up)i),
			 n->given_up[i]);
}

static void add_articles(struct filling *f, const struct context *c)
{
	struct delivery_counts d = delivery_counts(c->delivery);
	add(f, "netral_poll_articles_accepted_total", d.accepted);
	add(f, "netral_poll_articles_duplicate_total", d.duplicate);
	add(f, "netral_poll_articles_refused_total", d.refused);
	add(f, "netral_poll_articles_busy_total", d.busy);
	add(f, "netral_poll_articles_from_feed_total", c->counters.feed_texts);
	add(f, "netral_poll_articles_waiting", d.waiting);
	add(f, "netral_poll_articles_waiting_bytes", d.bytes);
	add(f, "netral_poll_answers_lost_total", d.lost);
	add(f, "netral_poll_pages_joined_total", c->counters.pages_joined);
}

static void add_fetches(struct filling *f, const struct status_parts *s)
{
	const struct fetch_counters *n = fetcher_counters(s->fetcher);
	struct robots_cache_counts r = robots_cache_counts(s->robots);
	for (int i = 0; i < FETCH_OUTCOME_COUNT; i++)
		add_word(f, "netral_poll_fetch", fetch_outcome_word((enum fetch_outcome)i),
			 n->outcomes[i]);
	add(f, "netral_poll_fetch_full_total", n->full);
	add(f, "netral_poll_fetch_bytes_total", n->bytes);
	add(f, "netral_poll_fetch_waiting", n->requests);
	add(f, "netral_poll_fetch_active", n->active);
	add(f, "netral_poll_robots_hosts", r.hosts);
	add(f, "netral_poll_robots_bytes", r.bytes);
	add(f, "netral_poll_robots_fetched_total", r.fetched);
	add(f, "netral_poll_robots_dropped_total", r.dropped);
}

static void add_state(struct filling *f, const struct status_parts *s)
{
	struct state_counts n = state_counts(s->c->state);
	struct work_counts w = work_counts(s->work);
	add(f, "netral_poll_jobs", w.jobs);
	add(f, "netral_poll_bodies_bytes", w.bodies_bytes);
	add(f, "netral_poll_state_known", n.known);
	add(f, "netral_poll_state_dropped_total", n.dropped);
	add(f, "netral_poll_state_commits_total", n.commits);
	add(f, "netral_poll_state_failures_total", n.failures);
	add(f, "netral_poll_state_bytes", n.used_bytes);
	add(f, "netral_poll_state_bytes_max", n.max_bytes);
	add(f, "netral_protocol_errors_total", s->peers->protocol_errors);
	add(f, "netral_answers_unsent_total", s->peers->unsent);
	add(f, "netral_log_lines_dropped_total", s->peers->log_lines_dropped);
}

const char *status_state(const struct context *c)
{
	struct delivery_counts d = delivery_counts(c->delivery);
	if (d.is_blocked && d.waiting > 0)
		return "waiting for netrald";
	return c->roster.count ? "running" : "no sources";
}

int status_fill(const struct status_parts *s, struct arena *arena,
		struct msg_status_reply *ret_reply)
{
	struct filling f = {arena, arena_calloc(arena, COUNTERS_MAX, sizeof(struct counter)), 0,
			    false};
	if (!f.counters)
		return NETRAL_ENOMEM;
	add_sources(&f, s->c);
	add_items(&f, s->c);
	add_articles(&f, s->c);
	add_fetches(&f, s);
	add_state(&f, s);
	if (f.failed)
		return NETRAL_ENOMEM;
	*ret_reply = (struct msg_status_reply){.program = "netral-poll",
					       .version = NETRAL_VERSION,
					       .pid = (uint64_t)getpid(),
					       .uptime_ms = loop_now_ms(s->c->loop) - s->started_ms,
					       .state = status_state(s->c),
					       .counters = f.counters,
					       .counter_count = f.count};
	return NETRAL_OK;
}

/* --- sources --- */

static int fill_source(const struct status_parts *s, const struct watch *w, struct arena *arena,
		       struct source_status *ret)
{
	struct context *c = s->c;
	struct source_record kept = {.error = ""};
	uint64_t now = loop_now_ms(c->loop), wall = wall_ms();
	if (state_source(c->state, &w->key, arena, &kept) < 0)
		return NETRAL_ENOMEM;
	*ret = (struct source_status){.name = w->source->name.ptr,
				      .kind = source_kind_name(w->source->kind),
				      .url = w->source->url.ptr,
				      .enabled = w->source->enabled,
				      .flags = w->flags,
				      .failures_in_row = w->schedule.failures,
				      .articles = w->totals.articles,
				      .items = w->totals.items,
				      .polls = w->totals.polls,
				      .failures = w->totals.failures,
				      .given_up = w->totals.given_up,
				      .last_article_ms = w->totals.last_article_ms,
				      .last_poll_ms = w->schedule.polled_ms,
				      .patience_ms = schedule_patience_ms(&w->schedule),
				      .last_error = kept.error};
	if (w->due.place)
		ret->next_poll_ms = wall + (w->due.key > now ? w->due.key - now : 0);
	else if (w->poll)
		ret->next_poll_ms = wall;
	return NETRAL_OK;
}

int status_sources(const struct status_parts *s, const struct msg_source_list *list,
		   struct arena *arena, struct msg_source_page *ret_page)
{
	const struct roster *roster = &s->c->roster;
	uint32_t limit =
		list->limit && list->limit < CODEC_SOURCES_MAX ? list->limit : CODEC_SOURCES_MAX;
	struct msg_source_page page = {
		.sources = arena_calloc(arena, limit, sizeof(struct source_status))};
	size_t last = 0; /* on this page, from 1 */
	if (!page.sources)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < roster->count; i++) {
		const struct watch *w = roster->list[i];
		if (list->flagged_only && !w->flags)
			continue;
		page.total++;
		if (i < list->after)
			continue;
		if (page.source_count == limit) {
			page.next = (uint32_t)last;
			continue;
		}
		if (fill_source(s, w, arena, &page.sources[page.source_count]) < 0)
			return NETRAL_ENOMEM;
		page.source_count++;
		last = i + 1;
	}
	*ret_page = page;
	return NETRAL_OK;
}
