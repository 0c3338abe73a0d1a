/* New items into the state and the backlog, and what is known of old ones. */
#include "poller/poll_internal.h"

#include "lib/web/url.h"

#include <string.h>

enum {
	FOREIGN_A_POLL = 10, /* items on other sites */
	FIRST_UNDATED = 10,  /* of a list without dates that is read for the first time */
};

enum taken { TAKEN_NEW, TAKEN_KNOWN, TAKEN_NOT };

static struct pending_record record_of(const struct poll *p, const struct found *f)
{
	return (struct pending_record){
		.source = p->w->key,
		.queued_ms = p->wall_ms,
		.has_text = f->text.len > 0,
		.is_html = f->is_html,
		.is_content = f->is_content,
		.url = f->url,
		.title = {f->title.ptr, f->title.len < ARTICLE_TITLE_MAX ? f->title.len : 0},
		.published = f->published};
}

static bool has_room(struct poll *p, const struct found *f)
{
	struct text own = p->w->source->url;
	bool foreign = f->url.len > 0 && !f->is_content && !url_same_site(&own, &f->url);
	if (backlog_room(p->c->backlog, p->w) == 0) {
		p->c->counters.items_left_out++;
	} else if (foreign && p->foreign == FOREIGN_A_POLL) {
		p->c->counters.items_foreign++;
	} else {
		p->foreign += foreign;
		return true;
	}
	p->left_out = true;
	return false;
}

/* In one batch the item waits, and is known. */
static enum taken queue(struct poll *p, const struct found *f)
{
	const struct pending_record r = record_of(p, f);
	const struct text none = {"", 0};
	struct context *c = p->c;
	uint64_t number = state_add_pending(c->state, &r, &f->text);
	if (!number ||
	    backlog_add(c->backlog, p->w, number, f->is_content ? &none : &f->url, 0, 0) < 0) {
		p->left_out = true;
		return TAKEN_NOT;
	}
	p->w->totals.items++;
	c->counters.items_new++;
	return TAKEN_NEW;
}

/* `mark` says that the item only becomes known. */
static enum taken take_item(struct poll *p, const struct found *f, bool mark)
{
	struct context *c = p->c;
	struct watch *w = p->w;
	uint64_t secret = state_secret(c->state);
	uint64_t keys[2];
	size_t count = 0;
	bool known = mark;
	if (!f->url.len && !f->is_content) {
		c->counters.items_passed++;
		return TAKEN_NOT;
	}
	if (f->id.len)
		keys[count++] = key_of_id(secret, &w->key, &f->id);
	if (f->url.len)
		keys[count++] = key_of_link(secret, &w->key, &f->url);
	if (count == 0)
		keys[count++] = key_of_id(secret, &w->key, &f->title);
	for (size_t i = 0; i < count; i++)
		known = known || state_is_known(c->state, keys[i]);
	if (!known && !has_room(p, f))
		return TAKEN_NOT;
	enum taken taken = known ? TAKEN_KNOWN : queue(p, f);
	for (size_t i = 0; taken != TAKEN_NOT && i < count; i++)
		state_know(c->state, &w->key, keys[i], w->list_days);
	return taken;
}

/* An id that stands at several URLs names nothing. */
static void drop_false_ids(struct poll *p, struct answer *a)
{
	size_t slots = 16;
	while (slots < 2 * a->count)
		slots *= 2;
	const struct found **by_id = arena_calloc(&p->c->read, slots, sizeof(struct found *));
	uint64_t secret = state_secret(p->c->state);
	struct text last = {"", 0};
	for (size_t n = 0; by_id && n < a->count; n++) {
		const struct found *f = &a->items[n];
		size_t i = key_of_id(secret, &p->w->key, &f->id) & (slots - 1);
		if (!f->id.len)
			continue;
		while (by_id[i] && (by_id[i]->id.len != f->id.len ||
				    memcmp(by_id[i]->id.ptr, f->id.ptr, f->id.len) != 0))
			i = (i + 1) & (slots - 1);
		if (!by_id[i])
			by_id[i] = f;
		else if (by_id[i]->url.len != f->url.len ||
			 memcmp(by_id[i]->url.ptr, f->url.ptr, f->url.len) != 0)
			last = f->id;
	}
	/* Such a feed has one id for all, or none that can be relied on. */
	for (size_t n = 0; last.len && n < a->count; n++)
		a->items[n].id = (struct text){"", 0};
}

/* A day of the source's calendar is one on which it gave a list. */
void poll_turn_calendar(struct poll *p)
{
	struct watch *w = p->w;
	uint32_t today = (uint32_t)(p->wall_ms / SCHEDULE_DAY_MS);
	if (today != w->list_day) {
		w->list_day = today;
		w->list_days++;
	}
	if (w->list_days > STATE_DAYS)
		state_forget(p->c->state, &w->key, w->list_days - STATE_DAYS);
}

/* `first` when the list was never read before. */
void poll_take_items(struct poll *p, struct answer *a, bool first)
{
	struct poll_outcome *o = &p->outcome;
	poll_turn_calendar(p);
	drop_false_ids(p, a);
	for (size_t i = 0; i < a->count; i++) {
		bool mark = first && a->is_undated && i >= FIRST_UNDATED;
		if (take_item(p, &a->items[i], mark) != TAKEN_NEW)
			continue;
		o->new_items++;
		o->dated += a->items[i].published.len > 0;
	}
	o->items += (uint32_t)a->listed;
	o->span_ms = a->span_ms > o->span_ms ? a->span_ms : o->span_ms;
	p->left_out = p->left_out || a->is_partial;
}
