/* Replay and query are one search: walk the segments of the index, combine in each the sets of the
 * terms that are asked for, and take the updates whose bits are left. Areas, natures and days
 * are each a union of sets, and an update must be in every one of them; a query also drops what is
 * gone. The work for one page is bounded by STORE_SEGMENTS_MAX segments, whatever the filter. */
#include "workers/record/store_recording.h"

#include <stdlib.h>

struct search {
	const struct filter *filter;
	bool present_only;
	bool dated;
	uint32_t since, until;
	uint32_t limit;
	MDB_cursor *terms;
	MDB_cursor *updates;
};

int store_read_begin(struct store *s)
{
	return lmdb_error(mdb_txn_renew(s->reader));
}

void store_read_end(struct store *s)
{
	mdb_txn_reset(s->reader);
}

/* --- one segment --- */

/* Is `term` one of those asked for? */
typedef bool term_fn(const struct search *q, const uint8_t *term);

static bool any_term(const struct search *q, const uint8_t *term)
{
	(void)q, (void)term;
	return true;
}

static bool kind_term(const struct search *q, const uint8_t *term)
{
	const struct filter *f = q->filter;
	bool kind = f->kind_count == 0, status = f->status_count == 0;
	for (size_t i = 0; i < f->kind_count && !kind; i++)
		kind = f->kinds[i] == term[0];
	for (size_t i = 0; i < f->status_count && !status; i++)
		status = f->statuses[i] == term[1];
	return kind && status;
}

static bool day_term(const struct search *q, const uint8_t *term)
{
	return day_within(get_be32(term), q->since, q->until);
}

/* Adds to `set` every term of the family that begins with `prefix` and that `fn` wants. */
static int gather(const struct search *q, uint32_t segment, enum term_family family,
		  const char *prefix, term_fn *fn, struct set *set)
{
	uint8_t from[POSTING_KEY_BYTES];
	size_t len = strlen(prefix);
	size_t fixed = POSTING_KEY_BYTES - TERM_BYTES + (len < TERM_BYTES ? len : TERM_BYTES);
	posting_key(from, segment, family, prefix, len);
	MDB_val k = mdb_bytes(from, sizeof(from)), v;
	int rc = mdb_cursor_get(q->terms, &k, &v, MDB_SET_RANGE);
	while (rc == 0 && k.mv_size == POSTING_KEY_BYTES && memcmp(k.mv_data, from, fixed) == 0) {
		const uint8_t *key = k.mv_data;
		if (fn(q, key + POSTING_KEY_BYTES - TERM_BYTES) &&
		    set_load(set, v.mv_data, v.mv_size) < 0)
			return NETRAL_EMALFORMED;
		rc = mdb_cursor_get(q->terms, &k, &v, MDB_NEXT);
	}
	return rc == MDB_NOTFOUND ? NETRAL_OK : lmdb_error(rc);
}

static int keep_areas(const struct search *q, uint32_t segment, struct set *set)
{
	struct set areas = {0};
	int r = NETRAL_OK;
	for (size_t i = 0; r == NETRAL_OK && i < q->filter->area_count; i++)
		r = gather(q, segment, TERM_AREA, q->filter->areas[i], any_term, &areas);
	set_and(set, &areas);
	return r;
}

static int keep(const struct search *q, uint32_t segment, enum term_family family, term_fn *fn,
		struct set *set)
{
	struct set wanted = {0};
	int r = gather(q, segment, family, "", fn, &wanted);
	set_and(set, &wanted);
	return r;
}

static int drop_gone(const struct search *q, uint32_t segment, struct set *set)
{
	struct set gone = {0};
	int r = gather(q, segment, TERM_GONE, "", any_term, &gone);
	set_and_not(set, &gone);
	return r;
}

/* The updates of a segment that match. */
static int search_segment(const struct search *q, uint32_t segment, struct set *ret)
{
	const struct filter *f = q->filter;
	int r = NETRAL_OK;
	set_fill(ret);
	if (f->area_count)
		r = keep_areas(q, segment, ret);
	if (r == NETRAL_OK && (f->kind_count || f->status_count))
		r = keep(q, segment, TERM_KIND, kind_term, ret);
	if (r == NETRAL_OK && q->dated)
		r = keep(q, segment, TERM_DAY, day_term, ret);
	if (r == NETRAL_OK && q->present_only)
		r = drop_gone(q, segment, ret);
	return r;
}

/* --- pages --- */

enum { PAGE_FULL = 1 };

/* Adds update `seq`. 0, PAGE_FULL (it was not added), or an error. */
static int page_add(const struct search *q, struct store_page *page, uint64_t seq)
{
	uint8_t key[8];
	put_be64(key, seq);
	MDB_val k = mdb_bytes(key, sizeof(key)), v;
	if (page->count == q->limit)
		return PAGE_FULL;
	int rc = mdb_cursor_get(q->updates, &k, &v, MDB_SET);
	if (rc)
		return rc == MDB_NOTFOUND ? NETRAL_EMALFORMED : lmdb_error(rc);
	if (page->count > 0 && page->bytes + v.mv_size > STORE_PAGE_BYTES)
		return PAGE_FULL;
	page->updates[page->count++] = (struct bytes){v.mv_data, v.mv_size};
	page->bytes += v.mv_size;
	return NETRAL_OK;
}

static uint64_t segment_first(uint32_t segment)
{
	return (uint64_t)segment * SEGMENT_SIZE;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Walks up from `from` to `head`; page->through is the last number that was looked at. */
static int walk_up(const struct search *q, uint64_t from, uint64_t head, struct store_page *page)
{
	int r = NETRAL_OK;
	page->through = from - 1;
	for (int n = 0; n < STORE_SEGMENTS_MAX && page->through < head; n++) {
		uint32_t segment = segment_of(page->through + 1);
		uint64_t first = segment_first(segment);
		struct set set;
		r = search_segment(q, segment, &set);
		if (r < 0)
			return r;
		uint64_t last = least(head, first + SEGMENT_SIZE - 1);
		set_keep_range(&set, (unsigned)(page->through + 1 - first),
			       (unsigned)(last - first));
		for (int at = set_next(&set, 0); at >= 0; at = set_next(&set, at + 1)) {
			r = page_add(q, page, first + (unsigned)at);
			if (r == PAGE_FULL)
				return NETRAL_OK;
			if (r < 0)
				return r;
			page->through = first + (unsigned)at;
		}
		page->through = last;
	}
	return r;
}

/* Walks down from `last`; page->through is one above the next number to look at, 0 at the end. */
static int walk_down(const struct search *q, uint64_t last, struct store_page *page)
{
	int r = NETRAL_OK;
	page->through = last + 1;
	for (int n = 0; n < STORE_SEGMENTS_MAX && page->through > 1; n++) {
		uint32_t segment = segment_of(page->through - 1);
		uint64_t first = segment_first(segment);
		struct set set;
		r = search_segment(q, segment, &set);
		if (r < 0)
			return r;
		set_keep_range(&set, first ? 0 : 1, (unsigned)(page->through - 1 - first));
		for (int at = set_prev(&set, SEGMENT_SIZE - 1); at >= 0;
		     at = set_prev(&set, at - 1)) {
			r = page_add(q, page, first + (unsigned)at);
			if (r == PAGE_FULL)
				return NETRAL_OK;
			if (r < 0)
				return r;
			page->through = first + (unsigned)at;
		}
		page->through = first;
	}
	if (page->through <= 1)
		page->through = 0;
	return r;
}

static int open_search(struct store *s, struct search *q, uint32_t limit)
{
	q->limit = limit && limit < CODEC_UPDATES_MAX ? limit : CODEC_UPDATES_MAX;
	int rc = mdb_cursor_open(s->reader, s->terms, &q->terms);
	rc = rc ? rc : mdb_cursor_open(s->reader, s->updates, &q->updates);
	return lmdb_error(rc);
}

static void close_search(struct search *q)
{
	if (q->terms)
		mdb_cursor_close(q->terms);
	if (q->updates)
		mdb_cursor_close(q->updates);
}

int store_replay(struct store *s, const struct filter *filter, uint64_t from, uint32_t limit,
		 struct store_page *page)
{
	netral_cleanup(close_search) struct search q = {.filter = filter};
	page->count = page->bytes = 0;
	int r = open_search(s, &q, limit);
	return r == NETRAL_OK ? walk_up(&q, from, s->settled.head, page) : r;
}

int store_query(struct store *s, const struct msg_query *query, struct store_page *page)
{
	netral_cleanup(close_search) struct search q = {
		.filter = &query->filter,
		.present_only = true,
		.dated = query->since[0] || query->until[0],
		.since = day_number_of(query->since),
		.until = query->until[0] ? day_number_of(query->until) : UINT32_MAX};
	uint64_t last = s->settled.head;
	if (query->before)
		last = least(last, query->before - 1);
	page->count = page->bytes = 0;
	int r = open_search(s, &q, query->limit);
	return r == NETRAL_OK ? walk_down(&q, last, page) : r;
}

/* --- one article --- */

struct wanted_id {
	struct article_id low;  /* the digits given, then zeroes */
	struct article_id high; /* the digits given, then ones */
	bool exact;
	uint32_t number; /* of the event, 0: all */
};

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_number(const char *s, uint32_t *ret)
{
	char *end;
	if (s[0] < '1' || s[0] > '9')
		return false;
	unsigned long n = strtoul(s, &end, 10);
	*ret = (uint32_t)n;
	return *end == '\0' && n <= EVENT_NUMBER_MAX;
}

static bool parse_id(const char *s, struct wanted_id *ret)
{
	*ret = (struct wanted_id){0};
	memset(&ret->high, 0xFF, sizeof(ret->high));
	size_t n = 0;
	for (; n < ARTICLE_ID_HEX && hex_value(s[n]) >= 0; n++) {
		int shift = n % 2 ? 0 : 4;
		uint8_t keep_ones = n % 2 ? 0xF0 : 0x0F;
		ret->low.bytes[n / 2] |= (uint8_t)(hex_value(s[n]) << shift);
		ret->high.bytes[n / 2] =
			(ret->high.bytes[n / 2] & keep_ones) | (uint8_t)(hex_value(s[n]) << shift);
	}
	ret->exact = n == ARTICLE_ID_HEX;
	if (s[n] == '-')
		return n >= 8 && parse_number(s + n + 1, &ret->number);
	return n >= 8 && s[n] == '\0';
}

static bool id_within(const struct wanted_id *w, const struct article_id *id)
{
	return memcmp(id, &w->low, sizeof(*id)) >= 0 && memcmp(id, &w->high, sizeof(*id)) <= 0;
}

/* Ids that are in the map and within; stops at two. */
static int count_mapped(struct store *s, const struct wanted_id *w, uint64_t *ret_record)
{
	MDB_cursor *c = NULL;
	struct article_id id = w->low;
	MDB_val k = mdb_bytes(&id, sizeof(id)), v;
	int n = 0;
	int rc = mdb_cursor_open(s->reader, s->ids, &c);
	if (rc)
		return lmdb_error(rc);
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	while (rc == 0 && n < 2 && k.mv_size == sizeof(id) && v.mv_size == 8) {
		memcpy(&id, k.mv_data, sizeof(id));
		if (!id_within(w, &id))
			break;
		*ret_record = get_be64(v.mv_data);
		n++;
		rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	return rc == 0 || rc == MDB_NOTFOUND ? n : lmdb_error(rc);
}

static int count_recent(struct store *s, const struct wanted_id *w, uint64_t *ret_record)
{
	size_t count;
	const struct recent_id *ids = recent_slice(s->recent, recent_slice_of(&w->low), &count);
	int n = 0;
	for (size_t i = 0; i < count && n < 2; i++) {
		if (!id_within(w, &ids[i].id))
			continue;
		*ret_record = ids[i].record;
		n++;
	}
	return n;
}

static int find_wanted(struct store *s, const struct wanted_id *w, uint64_t *ret_record)
{
	if (w->exact)
		return store_find(s, s->reader, &w->low, ret_record);
	int mapped = count_mapped(s, w, ret_record);
	return mapped < 0 ? mapped : mapped + count_recent(s, w, ret_record);
}

/* The update of a happening and, where it shows another article, the event as this report told it.
 */
static int add_shown(struct store *s, uint64_t seq, struct bytes own, struct store_shown *ret)
{
	MDB_val v;
	int r = store_get_number(s->reader, s->updates, seq, &v);
	if (r < 1)
		return r < 0 ? r : NETRAL_EMALFORMED;
	ret->own[ret->update_count] = own;
	ret->updates[ret->update_count++] = (struct bytes){v.mv_data, v.mv_size};
	return NETRAL_OK;
}

/* Where the event of a report is kept: an update with it. */
static int find_body(struct store *s, const struct event_entry *e, const struct report_row *row,
		     struct bytes *ret)
{
	MDB_val v;
	if (e->seq == 0) {
		*ret = row->body;
		return NETRAL_OK;
	}
	int r = store_get_number(s->reader, s->updates, e->seq, &v);
	if (r < 1)
		return r < 0 ? r : NETRAL_EMALFORMED;
	*ret = (struct bytes){v.mv_data, v.mv_size};
	return NETRAL_OK;
}

static int show_text(struct store *s, uint64_t record, const struct article_record *a,
		     struct store_shown *ret)
{
	MDB_val text;
	if (a->text_size == 0)
		return STORE_TAKEN_DOWN;
	int r = store_get_number(s->reader, s->texts, record, &text);
	if (r < 1)
		return r < 0 ? r : NETRAL_EMALFORMED;
	ret->text_zstd = (struct bytes){text.mv_data, text.mv_size};
	ret->text_size = a->text_size;
	ret->classifier = article_record_version(a);
	return STORE_ONE;
}

/* What an article reports, as it told it. What its later version reports is left out. */
static int show_entry(struct store *s, uint64_t record, const struct event_entry *e,
		      struct store_shown *ret)
{
	const struct report_id id = {record, e->number};
	struct report_row row;
	struct happening_row h;
	struct bytes own = {NULL, 0};
	int r = store_get_report(s, s->reader, &id, &row);
	if (r == 0)
		return add_shown(s, e->seq, own, ret);
	if (r < 0 || row.state == REPORT_FORMER)
		return r < 0 ? r : NETRAL_OK;
	r = store_get_happening(s, s->reader, &row.happening, &h);
	if (r < 1)
		return r < 0 ? r : NETRAL_EMALFORMED;
	r = report_id_equal(&h.face, &id) ? NETRAL_OK : find_body(s, e, &row, &own);
	return r == NETRAL_OK ? add_shown(s, h.seq, own, ret) : r;
}

static int show_article(struct store *s, uint64_t record, struct store_shown *ret)
{
	struct article_record a;
	int r = store_load_article(s, s->reader, record, &a);
	for (size_t i = 0; r == NETRAL_OK && i < a.event_count; i++)
		r = show_entry(s, record, &a.events[i], ret);
	return r < 0 ? r : show_text(s, record, &a, ret);
}

/* A happening with a row, by the id of any of its reports or by its own: 1, or 0. */
static int find_happening(struct store *s, const struct report_id *id, struct happening_row *ret)
{
	struct report_row row;
	int r = store_get_report(s, s->reader, id, &row);
	return r < 0 ? r : store_get_happening(s, s->reader, r ? &row.happening : id, ret);
}

/* An event, with the article whose text its evidence refers to. */
static int show_event(struct store *s, const struct report_id *id, struct store_shown *ret)
{
	const struct bytes none = {NULL, 0};
	struct article_record a;
	struct happening_row h = {.face = *id};
	int found = find_happening(s, id, &h);
	int r = found < 0 ? found : store_load_article(s, s->reader, h.face.record, &a);
	for (size_t i = 0; r == NETRAL_OK && found == 0 && i < a.event_count; i++) {
		if (a.events[i].number == id->number)
			h.seq = a.events[i].seq;
	}
	if (r == NETRAL_OK && h.seq == 0)
		return a.text_size ? STORE_NONE : STORE_TAKEN_DOWN;
	if (r == NETRAL_OK)
		r = add_shown(s, h.seq, none, ret);
	return r < 0 ? r : show_text(s, h.face.record, &a, ret);
}

int store_resolve(struct store *s, const char *id, struct report_id *ret)
{
	struct wanted_id w;
	*ret = (struct report_id){0, 0};
	if (!parse_id(id, &w))
		return STORE_NONE;
	int found = find_wanted(s, &w, &ret->record);
	ret->number = w.number;
	return found > 1 ? STORE_MANY : found;
}

int store_show(struct store *s, const char *id, struct store_shown *ret)
{
	struct report_id wanted;
	ret->update_count = 0;
	int found = store_resolve(s, id, &wanted);
	if (found != STORE_ONE)
		return found;
	return wanted.number ? show_event(s, &wanted, ret) : show_article(s, wanted.record, ret);
}
