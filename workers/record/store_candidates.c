/* Candidates: the reports that a new one is compared with, in a tree by day of publication, kind
 * and area. So what is near in time and place lies together, in the window of days as well as on
 * the disk: what is printed today goes into few pages.
 *
 * The days of the window are looked up one by one, the report's own first. A happening has but a
 * few rows here and a search looks at CANDIDATES_MAX of them, so a story with a hundred thousand
 * reports costs its next one no more than the tenth. What is left unseen is counted. */
#include "workers/record/store_recording.h"

enum {
	CANDIDATES_MAX = 256, /* rows that one report is compared with */
	MATCHES_MAX = 16,     /* happenings that are kept as possible for one report */
};

/* --- rows --- */

int store_put_candidate(struct store *s, const struct article_record *a,
			const struct report_id *report, const struct report_id *happening,
			const struct story_facts *facts, const struct story_sketch *sketch)
{
	uint8_t key[CANDIDATE_KEY_BYTES], value[CANDIDATE_ROW_MAX];
	struct candidate_row row = {.happening = *happening,
				    .day = story_day(&a->published, a->accepted_us),
				    .facts = *facts,
				    .sketch = *sketch};
	if (s->join_days == 0)
		return NETRAL_OK;
	candidate_key(key, row.day, facts->kind, facts->area, report);
	return store_put(s->batch, s->candidates, key, sizeof(key), value,
			 candidate_row_encode(&row, value), 0);
}

int store_drop_candidate(struct store *s, const struct article_record *a, int kind,
			 const char *area, const struct report_id *report)
{
	uint8_t key[CANDIDATE_KEY_BYTES];
	candidate_key(key, story_day(&a->published, a->accepted_us), kind, area, report);
	return store_delete(s->batch, s->candidates, key, sizeof(key));
}

int store_get_candidate(struct store *s, const struct article_record *a, int kind, const char *area,
			const struct report_id *report, struct candidate_row *ret)
{
	uint8_t key[CANDIDATE_KEY_BYTES];
	MDB_val v;
	candidate_key(key, story_day(&a->published, a->accepted_us), kind, area, report);
	int r = store_get(s->batch, s->candidates, key, sizeof(key), &v);
	if (r < 1)
		return r;
	r = candidate_row_decode(v.mv_data, v.mv_size, ret);
	return r < 0 ? r : 1;
}

/* --- what a report may join --- */

struct match {
	struct report_id happening;
	int agreement;
	bool taken;
};

struct search {
	const struct recording *rec;
	const struct report *report;
	const struct report_id *own;
	size_t own_count;
	MDB_cursor *cursor;
	uint32_t day, window;
	uint32_t first, last; /* periods that have candidates */
	unsigned looked;
	struct match matches[MATCHES_MAX];
	size_t match_count;
};

static bool is_own(const struct search *q, const struct report_id *happening)
{
	for (size_t i = 0; i < q->own_count; i++) {
		if (report_id_equal(&q->own[i], happening))
			return true;
	}
	return false;
}

/* The better of two, the older one when they are equal. */
static bool is_better(int agreement, const struct report_id *happening, const struct match *than)
{
	if (agreement != than->agreement)
		return agreement > than->agreement;
	return report_id_compare(happening, &than->happening) < 0;
}

/* One entry a happening, with the best agreement of its rows; the worst makes room. */
static void keep_match(struct search *q, const struct report_id *happening, int agreement)
{
	struct match *worst = NULL;
	for (size_t i = 0; i < q->match_count; i++) {
		struct match *m = &q->matches[i];
		if (report_id_equal(&m->happening, happening)) {
			m->agreement = agreement > m->agreement ? agreement : m->agreement;
			return;
		}
		if (!worst || is_better(worst->agreement, &worst->happening, m))
			worst = m;
	}
	if (q->match_count < MATCHES_MAX)
		worst = &q->matches[q->match_count++];
	else if (!is_better(agreement, happening, worst))
		return;
	*worst = (struct match){.happening = *happening, .agreement = agreement};
}

static bool is_within(const struct search *q, uint32_t day)
{
	return (day > q->day ? day - q->day : q->day - day) <= q->window;
}

static int look_at(struct search *q, const MDB_val *k, const MDB_val *v)
{
	struct candidate_row row;
	struct report_id id = report_id_get((const uint8_t *)k->mv_data + CANDIDATE_PREFIX_BYTES);
	int r = candidate_row_decode(v->mv_data, v->mv_size, &row);
	q->looked++;
	if (r < 0 || !is_within(q, row.day) || id.record == q->rec->record ||
	    is_own(q, &row.happening))
		return r;
	const struct story_facts *facts = &q->report->facts;
	double resemblance = story_resemblance(&q->rec->sketch, &row.sketch);
	if (story_same(facts, &row.facts, resemblance) != SAME_NOT)
		keep_match(q, &row.happening, story_agreement(facts, &row.facts, resemblance));
	return NETRAL_OK;
}

int store_seek_before(MDB_cursor *c, const uint8_t *key, size_t len, MDB_val *k, MDB_val *v)
{
	*k = mdb_bytes(key, len);
	int rc = mdb_cursor_get(c, k, v, MDB_SET_RANGE);
	if (rc && rc != MDB_NOTFOUND)
		return rc;
	return mdb_cursor_get(c, k, v, rc ? MDB_LAST : MDB_PREV);
}

/* The newest first. */
static int look_at_period(struct search *q, uint32_t period)
{
	uint8_t prefix[CANDIDATE_PREFIX_BYTES], end[CANDIDATE_KEY_BYTES];
	const struct report_id beyond = {UINT64_MAX, UINT32_MAX};
	const struct story_facts *f = &q->report->facts;
	MDB_val k, v;
	candidate_prefix(prefix, period, f->kind, f->area);
	candidate_key(end, period * CANDIDATE_PERIOD_DAYS, f->kind, f->area, &beyond);
	int rc = store_seek_before(q->cursor, end, sizeof(end), &k, &v);
	while (rc == 0 && k.mv_size == CANDIDATE_KEY_BYTES &&
	       memcmp(k.mv_data, prefix, sizeof(prefix)) == 0 && q->looked < CANDIDATES_MAX) {
		int r = look_at(q, &k, &v);
		if (r < 0)
			return r;
		rc = mdb_cursor_get(q->cursor, &k, &v, MDB_PREV);
	}
	return rc == MDB_NOTFOUND ? NETRAL_OK : store_error(rc);
}

/* 1, or 0 when there are no candidates at all. */
static int find_periods(struct search *q)
{
	MDB_val k, v;
	int rc = mdb_cursor_get(q->cursor, &k, &v, MDB_LAST);
	if (rc == MDB_NOTFOUND)
		return 0;
	if (rc == 0 && k.mv_size == CANDIDATE_KEY_BYTES) {
		q->last = get_be32(k.mv_data);
		rc = mdb_cursor_get(q->cursor, &k, &v, MDB_FIRST);
	}
	if (rc)
		return store_error(rc);
	if (k.mv_size != CANDIDATE_KEY_BYTES)
		return NETRAL_EMALFORMED;
	q->first = get_be32(k.mv_data);
	return 1;
}

static bool has_candidates(const struct search *q, uint32_t period)
{
	return period >= q->first && period <= q->last && q->looked < CANDIDATES_MAX;
}

static int look_around(struct search *q)
{
	uint32_t own = q->day / CANDIDATE_PERIOD_DAYS;
	uint32_t before =
		own - (q->day < q->window ? 0 : q->day - q->window) / CANDIDATE_PERIOD_DAYS;
	uint32_t after = (q->day + q->window) / CANDIDATE_PERIOD_DAYS - own;
	int r = has_candidates(q, own) ? look_at_period(q, own) : NETRAL_OK;
	for (uint32_t away = 1; r == NETRAL_OK && (away <= before || away <= after); away++) {
		if (away <= before && has_candidates(q, own - away))
			r = look_at_period(q, own - away);
		if (r == NETRAL_OK && away <= after && has_candidates(q, own + away))
			r = look_at_period(q, own + away);
	}
	return r;
}

static int find_matches(struct store *s, struct search *q)
{
	int rc = mdb_cursor_open(s->batch, s->candidates, &q->cursor);
	if (rc)
		return store_error(rc);
	int r = find_periods(q);
	if (r > 0)
		r = look_around(q);
	mdb_cursor_close(q->cursor);
	s->next.searches_cut += q->looked >= CANDIDATES_MAX;
	return r < 0 ? r : NETRAL_OK;
}

/* --- pairs --- */

/* The best pair that is left: the report's number, or -1. */
static int best_pair(struct search *all, size_t count, const struct join *joins,
		     struct match **ret_match)
{
	int best = -1;
	*ret_match = NULL;
	for (size_t i = 0; i < count; i++) {
		for (size_t m = 0; !joins[i].joins && m < all[i].match_count; m++) {
			struct match *match = &all[i].matches[m];
			if (match->taken ||
			    (best >= 0 &&
			     !is_better(match->agreement, &match->happening, *ret_match)))
				continue;
			*ret_match = match;
			best = (int)i;
		}
	}
	return best;
}

static void take_happening(struct search *all, size_t count, const struct report_id *happening)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t m = 0; m < all[i].match_count; m++)
			all[i].matches[m].taken |=
				report_id_equal(&all[i].matches[m].happening, happening);
	}
}

int store_find_joins(struct store *s, const struct recording *rec, const struct report *reports,
		     size_t count, const struct report_id *own, size_t own_count,
		     struct join *joins)
{
	struct search *all = arena_calloc(&s->arena, count + 1, sizeof(*all));
	uint32_t day = story_day(&rec->article.published, rec->article.accepted_us);
	int r = all ? NETRAL_OK : NETRAL_ENOMEM;
	memset(joins, 0, count * sizeof(*joins));
	if (s->join_days == 0)
		return NETRAL_OK;
	for (size_t i = 0; r == NETRAL_OK && i < count; i++) {
		all[i].rec = rec;
		all[i].day = day;
		all[i].window = s->join_days;
		all[i].report = &reports[i];
		all[i].own = own;
		all[i].own_count = own_count;
		r = find_matches(s, &all[i]);
	}
	struct match *match;
	for (int i; r == NETRAL_OK && (i = best_pair(all, count, joins, &match)) >= 0;) {
		joins[i] = (struct join){.joins = true, .happening = match->happening};
		take_happening(all, count, &joins[i].happening);
	}
	return r;
}
