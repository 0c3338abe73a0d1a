#include "poller/answer.h"

#include "lib/buf.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/feed/feed.h"
#include "lib/feed/sitemap.h"
#include "lib/web/charset.h"
#include "lib/web/date.h"
#include "poller/links.h"

#include <stdio.h>
#include <string.h>

enum { CONTENT_MIN = 1200, CLEAN_MAX = 64 << 20 };

_Static_assert((int)ANSWER_REASON_SIZE == (int)FEED_REASON_SIZE &&
		       (int)ANSWER_REASON_SIZE == (int)SITEMAP_REASON_SIZE,
	       "sentences are handed through");

/* --- dates --- */

/* Milliseconds since 1970, 0 when there is none. */
static uint64_t time_of(const struct text *date, bool *ret_is_day)
{
	struct date d;
	*ret_is_day = false;
	if (!date->len || !web_date_read(date->ptr, date->len, &d))
		return 0;
	int64_t seconds = web_date_seconds(&d);
	*ret_is_day = !d.has_time;
	return seconds > 0 ? (uint64_t)seconds * 1000 : 0;
}

struct span {
	uint64_t first, last;
};

static void span_add(struct span *s, uint64_t ms)
{
	if (ms == 0)
		return;
	s->first = s->first && s->first < ms ? s->first : ms;
	s->last = s->last > ms ? s->last : ms;
}

/* --- feeds --- */

static struct found found_item(const struct feed_item *i)
{
	bool is_content = i->content.len >= CONTENT_MIN && i->content.len > i->summary.len;
	bool use_content = i->content.len > i->summary.len;
	return (struct found){.url = i->url,
			      .id = i->id,
			      .title = i->title,
			      .published = i->published.len ? i->published : i->updated,
			      .text = use_content ? i->content : i->summary,
			      .is_html = use_content && i->content_is_html,
			      .is_content = is_content};
}

static struct schedule_hints feed_hints_of(const struct feed *f)
{
	return (struct schedule_hints){.floor_ms =
					       (uint64_t)f->hints.ttl_minutes * SCHEDULE_MINUTE_MS,
				       .habit_ms = (uint64_t)f->hints.update_seconds * 1000,
				       .skip_hours = f->hints.skip_hours,
				       .skip_days = f->hints.skip_days};
}

static const char *damage_of(const struct xml_damage *d)
{
	if (d->cut)
		return "damaged: it ends in the middle";
	if (d->too_deep)
		return "damaged: its tags are nested too deeply";
	return d->too_many ? "damaged: it has more tags than are read" : "";
}

static int read_feed(const struct answer_request *q, struct arena *arena, struct answer *ret,
		     char reason[static ANSWER_REASON_SIZE])
{
	struct feed f;
	struct span span = {0, 0};
	bool is_day;
	int r = feed_read(q->data, q->len, &q->charset, &q->url, arena, &f, reason);
	if (r < 0)
		return r;
	ret->items = arena_calloc(arena, f.item_count + 1, sizeof(struct found));
	if (!ret->items)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < f.item_count; i++) {
		struct found *item = &ret->items[ret->count++];
		*item = found_item(&f.items[i]);
		span_add(&span, time_of(&item->published, &is_day));
	}
	ret->listed = f.item_count;
	ret->damage = damage_of(&f.damage);
	ret->is_partial = f.left_out > 0 || ret->damage[0];
	ret->hints = feed_hints_of(&f);
	ret->span_ms = span.last - span.first;
	return NETRAL_OK;
}

/* --- sitemaps --- */

struct dated {
	uint64_t ms;
	bool is_day;
};

static struct dated date_of(const struct sitemap_entry *e)
{
	struct dated d;
	d.ms = time_of(e->news_published.len ? &e->news_published : &e->changed, &d.is_day);
	return d;
}

/* A generator that stamps every entry with the time of its own run says nothing by it. */
static bool dates_say_nothing(const struct sitemap *s, uint64_t now_ms)
{
	size_t dated = 0, fresh = 0;
	for (size_t i = 0; i < s->entry_count; i++) {
		struct dated d = date_of(&s->entries[i]);
		bool published = s->entries[i].news_published.len > 0;
		dated += d.ms > 0;
		fresh += !published && d.ms > 0 && !d.is_day && d.ms + SCHEDULE_HOUR_MS >= now_ms &&
			 d.ms <= now_ms + SCHEDULE_HOUR_MS;
	}
	return dated == 0 || (s->entry_count >= 10 && fresh > s->entry_count / 2);
}

static bool is_new_enough(const struct dated *d, const struct answer_request *q)
{
	uint64_t end = d->ms + (d->is_day ? SCHEDULE_DAY_MS : 0);
	return d->ms > 0 && end + q->window_ms >= q->now_ms;
}

static int take_entries(const struct sitemap *s, const struct answer_request *q,
			struct arena *arena, struct answer *ret)
{
	struct span span = {0, 0};
	ret->is_undated = dates_say_nothing(s, q->now_ms);
	ret->items = arena_calloc(arena, s->entry_count + 1, sizeof(struct found));
	if (!ret->items)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < s->entry_count; i++) {
		const struct sitemap_entry *e = &s->entries[i];
		struct dated d = date_of(e);
		if (!ret->is_undated && !is_new_enough(&d, q))
			continue;
		ret->items[ret->count++] = (struct found){.url = e->url,
							  .id = {"", 0},
							  .title = e->news_title,
							  .published = e->news_published,
							  .text = {"", 0}};
		span_add(&span, ret->is_undated ? 0 : d.ms);
	}
	ret->span_ms = span.last - span.first;
	return NETRAL_OK;
}

static int take_sitemaps(const struct sitemap *s, struct arena *arena, struct answer *ret)
{
	ret->sitemaps = arena_calloc(arena, s->entry_count + 1, sizeof(struct found_sitemap));
	if (!ret->sitemaps)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < s->entry_count; i++) {
		struct found_sitemap *f = &ret->sitemaps[ret->sitemap_count++];
		f->url = s->entries[i].url;
		f->changed_ms = time_of(&s->entries[i].changed, &f->is_day);
	}
	return NETRAL_OK;
}

static int read_sitemap(const struct answer_request *q, struct arena *arena, struct answer *ret,
			char reason[static ANSWER_REASON_SIZE])
{
	struct sitemap s;
	int r = sitemap_read(q->data, q->len, &q->charset, &q->url, arena, &s, reason);
	if (r < 0)
		return r;
	ret->listed = s.entry_count;
	ret->damage = s.cut ? "damaged: it is cut off, or too long" : damage_of(&s.damage);
	ret->is_partial = s.left_out > 0 || ret->damage[0];
	return s.kind == SITEMAP_INDEX ? take_sitemaps(&s, arena, ret)
				       : take_entries(&s, q, arena, ret);
}

/* --- pages --- */

static int read_page(const struct answer_request *q, struct arena *arena, struct answer *ret,
		     char reason[static ANSWER_REASON_SIZE])
{
	netral_cleanup(buf_fini) struct buf clean;
	struct text *links;
	size_t mended;
	buf_init(&clean, CLEAN_MAX);
	int r = charset_to_utf8(q->data, q->len, &q->charset, &clean, &mended);
	if (r == NETRAL_OK)
		r = links_read((const char *)clean.data, clean.len, &q->url, arena, &links,
			       &ret->listed);
	if (r != NETRAL_OK)
		return r;
	ret->items = arena_calloc(arena, ret->listed + 1, sizeof(struct found));
	if (!ret->items)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < ret->listed; i++)
		ret->items[ret->count++] = (struct found){.url = links[i],
							  .id = {"", 0},
							  .title = {"", 0},
							  .published = {"", 0},
							  .text = {"", 0}};
	if (ret->count > 0)
		return NETRAL_OK;
	snprintf(reason, ANSWER_REASON_SIZE, "the page has no links that look like articles");
	return NETRAL_EMALFORMED;
}

int answer_read(enum source_kind kind, const struct answer_request *q, struct arena *arena,
		struct answer *ret_answer, char reason[static ANSWER_REASON_SIZE])
{
	snprintf(reason, ANSWER_REASON_SIZE, "out of memory");
	*ret_answer = (struct answer){.damage = ""};
	switch (kind) {
	case SOURCE_FEED:
		return read_feed(q, arena, ret_answer, reason);
	case SOURCE_SITEMAP:
		return read_sitemap(q, arena, ret_answer, reason);
	default:
		return read_page(q, arena, ret_answer, reason);
	}
}
