/* Of an index of sitemaps, those that say most are visited one by one, and the poll ends with the
 * last of them. */
#include "poller/poll_internal.h"

#include "lib/web/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- which of them --- */

/* A day that is not over may still change what it dates. */
static bool must_be_read(struct poll *p, const struct found_sitemap *s, uint64_t key)
{
	struct state_child known;
	uint64_t window = p->c->config->sitemap_days * SCHEDULE_DAY_MS;
	uint64_t end = s->changed_ms + (s->is_day ? SCHEDULE_DAY_MS : 0);
	bool was_read = state_child(p->c->state, &p->w->key, key, &known);
	if (s->changed_ms == 0)
		return true;
	if (end + window < p->wall_ms)
		return false;
	return !was_read || known.changed_ms != s->changed_ms || known.read_ms < end;
}

/* Those that changed last, and of undated ones those that were read least recently. */
static uint64_t rank(struct poll *p, const struct found_sitemap *s, uint64_t key)
{
	struct state_child known = {0, 0};
	if (s->changed_ms)
		return s->changed_ms;
	(void)state_child(p->c->state, &p->w->key, key, &known);
	return p->wall_ms > known.read_ms ? p->wall_ms - known.read_ms : 0;
}

static void add_child(struct poll *p, const struct found_sitemap *s, uint64_t key,
		      uint64_t ranks[static POLL_SITEMAPS_MAX])
{
	uint64_t r = rank(p, s, key);
	size_t at = p->child_count;
	while (at > 0 && ranks[at - 1] < r)
		at--;
	if (at == POLL_SITEMAPS_MAX)
		return;
	char *url = strndup(s->url.ptr, s->url.len);
	if (!url)
		return;
	if (p->child_count == POLL_SITEMAPS_MAX)
		free(p->children[--p->child_count].url);
	for (size_t i = p->child_count; i > at; i--) {
		p->children[i] = p->children[i - 1];
		ranks[i] = ranks[i - 1];
	}
	p->children[at] = (struct child){url, key, s->changed_ms, s->is_day};
	ranks[at] = r;
	p->child_count++;
}

/* --- one after the other --- */

static void next_child(struct poll *p);

/* False with a sentence. */
static bool read_child(struct poll *p, const struct visit_result *v, struct answer *ret,
		       char reason[static ANSWER_REASON_SIZE])
{
	if (v->outcome != VISIT_ANSWERED || v->fetch->outcome != FETCH_OK) {
		snprintf(reason, ANSWER_REASON_SIZE, "%s", v->reason);
		return false;
	}
	if (poll_read_answer(p, v, ret, reason) < 0)
		return false;
	if (ret->sitemap_count > 0)
		snprintf(reason, ANSWER_REASON_SIZE, "an index of sitemaps in an index");
	return ret->sitemap_count == 0;
}

static void on_child(void *user, const struct visit_result *v)
{
	struct poll *p = user;
	struct child *child = &p->children[p->child_at++];
	struct answer a;
	char reason[ANSWER_REASON_SIZE];
	p->visit = NULL;
	context_rest(p->c, v);
	if (!read_child(p, v, &a, reason)) {
		snprintf(p->fault, sizeof(p->fault), "%.120s: %s", child->url, reason);
		p->left_out = true;
		next_child(p);
		return;
	}
	p->children_read++;
	struct state_child known;
	bool first = !state_child(p->c->state, &p->w->key, child->key, &known);
	bool before = p->left_out;
	p->c->counters.sitemaps++;
	p->left_out = false;
	poll_take_items(p, &a, first);
	known = (struct state_child){p->wall_ms, child->changed_ms};
	if (!p->left_out)
		state_put_child(p->c->state, &p->w->key, child->key, &known);
	p->left_out = p->left_out || before;
	next_child(p);
}

static void next_child(struct poll *p)
{
	if (p->child_at == p->child_count) {
		bool failed = p->child_count > 0 && p->children_read == 0;
		poll_finish(p, failed ? POLL_FAILED : POLL_ANSWERED, p->fault);
		return;
	}
	const char *url = p->children[p->child_at].url;
	const struct visit_request r = {.url = {url, strlen(url)},
					.accept = "application/xml, text/xml;q=0.9, */*;q=0.5",
					.body_max = p->c->config->feed_max_bytes,
					.user = p};
	if (visit_start(p->c->visitor, &r, on_child, &p->visit) < 0) {
		p->left_out = true;
		poll_finish(p, POLL_ANSWERED, "");
	}
}

void poll_take_index(struct poll *p, const struct answer *a)
{
	uint64_t ranks[POLL_SITEMAPS_MAX] = {0};
	size_t wanted = 0;
	struct text own = p->w->source->url;
	poll_turn_calendar(p);
	for (size_t i = 0; i < a->sitemap_count; i++) {
		const struct found_sitemap *s = &a->sitemaps[i];
		uint64_t key = key_of_link(state_secret(p->c->state), &p->w->key, &s->url);
		if (!url_same_site(&own, &s->url) || !must_be_read(p, s, key))
			continue;
		/* Without a date, or with a day, an index that did not change says nothing. */
		p->left_out = p->left_out || s->changed_ms == 0 || s->is_day;
		wanted++;
		add_child(p, s, key, ranks);
	}
	p->left_out = p->left_out || a->is_partial || wanted > p->child_count;
	next_child(p);
}
