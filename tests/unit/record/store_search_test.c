/* Replay, query and show, against a plain reading of everything. */
#include "fixture.h"

#include "lib/cleanup.h"
#include "proto/filter.h"
#include "workers/record/postings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than two segments of the index, and a part of one. */
enum { ARTICLES = 2 * SEGMENT_SIZE + 300, UPDATES_MAX = 2 * ARTICLES };

static const char *const areas[] = {"81.71", "81.72", "81", "ID", "", "53.71", "53"};
static const char *const dates[] = {"2024-08-21", "2024-08", "2024", "", "2023-12-31"};

static void record_round(struct fixture *f, unsigned from, unsigned step, uint32_t revision)
{
	for (unsigned n = from; n < ARTICLES; n += step) {
		unsigned pick = n * 7 + revision * 3;
		const struct spec spec = {pick % 3 + 1, pick % 8 + 1, areas[pick % 7],
					  dates[pick % 5], revision > 1 ? "again" : ""};
		struct record_status status;
		struct result *r = fixture_result(f, n, revision, 1, &spec, 1);
		assert_int_equal(store_record(f->store, r, 0, &status), 0);
		arena_reset(&f->arena);
	}
	assert_int_equal(store_commit(f->store), 1);
}

static int setup(void **state)
{
	fixture_setup(state);
	struct fixture *f = *state;
	record_round(f, 0, 1, 1);
	record_round(f, 5, 6, 2); /* changes, removals and new events, all over the log */
	return 0;
}

/* --- what should be found, by looking at every update --- */

struct log {
	struct update *updates;
	bool *present;
	size_t count;
};

static void mark_present(struct log *log)
{
	for (size_t i = 0; i < log->count; i++) {
		log->present[i] = log->updates[i].change != CHANGE_REMOVED;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(log->updates[k].event.id, log->updates[i].event.id) == 0)
				log->present[k] = false;
		}
	}
}

static struct log read_log(struct fixture *f)
{
	static struct store_page page;
	struct filter all = {0};
	struct log log = {.updates = arena_calloc(&f->arena, UPDATES_MAX, sizeof(struct update)),
			  .present = arena_calloc(&f->arena, UPDATES_MAX, sizeof(bool))};
	assert_int_equal(store_read_begin(f->store), 0);
	for (uint64_t from = 1; from <= store_head(f->store); from = page.through + 1) {
		assert_int_equal(store_replay(f->store, &all, from, 0, &page), 0);
		for (size_t i = 0; i < page.count; i++) {
			assert_true(log.count < UPDATES_MAX);
			log.updates[log.count++] = fixture_decode(f, page.updates[i]);
		}
	}
	store_read_end(f->store);
	assert_int_equal(log.count, store_head(f->store));
	mark_present(&log);
	return log;
}

/* --- filters --- */

#define FILTER(k, kn, a, an, s, sn)                                                                \
	{                                                                                          \
		.kinds = (k), .kind_count = (kn), .areas = (a), .area_count = (an),                \
		.statuses = (s), .status_count = (sn)                                              \
	}

static enum event_kind kinds[] = {EVENT_KIND_SESSION, EVENT_KIND_PLEDGE};
static enum event_status statuses[] = {EVENT_STATUS_FOUND, EVENT_STATUS_HELD};
static const char *maluku[] = {"81"};
static const char *nation[] = {"ID"};
static const char *nowhere[] = {"none"};
static const char *several[] = {"81.72", "53", "none"};
static const char *absent[] = {"94"};

static const struct filter filters[] = {
	FILTER(NULL, 0, NULL, 0, NULL, 0),     FILTER(kinds, 1, NULL, 0, NULL, 0),
	FILTER(kinds, 2, NULL, 0, NULL, 0),    FILTER(NULL, 0, maluku, 1, NULL, 0),
	FILTER(NULL, 0, nation, 1, NULL, 0),   FILTER(NULL, 0, nowhere, 1, NULL, 0),
	FILTER(NULL, 0, several, 3, NULL, 0),  FILTER(NULL, 0, NULL, 0, statuses, 2),
	FILTER(kinds, 2, several, 3, NULL, 0), FILTER(kinds, 1, maluku, 1, statuses, 1),
	FILTER(NULL, 0, absent, 1, NULL, 0),
};

static void check_replay(struct fixture *f, const struct log *log, const struct filter *filter,
			 uint64_t from, uint32_t limit)
{
	static struct store_page page;
	size_t at = from - 1;
	assert_int_equal(store_read_begin(f->store), 0);
	do {
		assert_int_equal(store_replay(f->store, filter, from, limit, &page), 0);
		assert_true(page.through >= from - 1 && page.through <= log->count);
		assert_true(limit == 0 || page.count <= limit);
		for (size_t i = 0; i < page.count; i++) {
			struct update u = fixture_decode(f, page.updates[i]);
			while (at < log->count && !filter_match(filter, &log->updates[at].event))
				at++;
			assert_true(at < log->count);
			assert_int_equal(u.seq, log->updates[at++].seq);
		}
		assert_true(page.through > from - 1 || page.through == log->count);
		for (; at < page.through; at++)
			assert_false(filter_match(filter, &log->updates[at].event));
		from = page.through + 1;
	} while (page.through < log->count);
	store_read_end(f->store);
}

static void replay_yields_each_match_once_and_in_order(void **state)
{
	struct fixture *f = *state;
	struct log log = read_log(f);
	for (size_t i = 0; i < netral_countof(filters); i++) {
		check_replay(f, &log, &filters[i], 1, 0);
		check_replay(f, &log, &filters[i], 1, 7);
		check_replay(f, &log, &filters[i], SEGMENT_SIZE - 1, 100);
		check_replay(f, &log, &filters[i], SEGMENT_SIZE, 0);
		check_replay(f, &log, &filters[i], log.count, 0);
		check_replay(f, &log, &filters[i], log.count + 1, 0);
	}
}

static bool date_matches(const struct event *e, const char *since, const char *until)
{
	if (!since[0] && !until[0])
		return true;
	uint32_t day = day_number(&e->date);
	return day &&
	       day_within(day, day_number_of(since), until[0] ? day_number_of(until) : UINT32_MAX);
}

static void check_query(struct fixture *f, const struct log *log, const struct filter *filter,
			const char *since, const char *until, uint32_t limit)
{
	static struct store_page page;
	struct msg_query q = {.filter = *filter, .since = since, .until = until, .limit = limit};
	size_t at = log->count;
	assert_int_equal(store_read_begin(f->store), 0);
	do {
		assert_int_equal(store_query(f->store, &q, &page), 0);
		assert_true(q.before == 0 || page.through < q.before);
		for (size_t i = 0; i < page.count; i++) {
			struct update u = fixture_decode(f, page.updates[i]);
			for (at--; at + 1 > u.seq; at--)
				assert_false(log->present[at] &&
					     filter_match(filter, &log->updates[at].event) &&
					     date_matches(&log->updates[at].event, since, until));
			assert_int_equal(at + 1, u.seq);
			assert_true(log->present[at] && filter_match(filter, &u.event) &&
				    date_matches(&u.event, since, until));
		}
		q.before = page.through;
	} while (page.through);
	for (; at > 0; at--)
		assert_false(log->present[at - 1] &&
			     filter_match(filter, &log->updates[at - 1].event) &&
			     date_matches(&log->updates[at - 1].event, since, until));
	store_read_end(f->store);
}

static void query_yields_each_present_event_newest_first(void **state)
{
	struct fixture *f = *state;
	static const char *const ranges[][2] = {{"", ""},
						{"2024-08-21", ""},
						{"", "2023-12-31"},
						{"2024-08-22", "2024-08-31"},
						{"2030-01-01", ""}};
	struct log log = read_log(f);
	for (size_t i = 0; i < netral_countof(filters); i++) {
		for (size_t k = 0; k < netral_countof(ranges); k++) {
			check_query(f, &log, &filters[i], ranges[k][0], ranges[k][1], 0);
			check_query(f, &log, &filters[i], ranges[k][0], ranges[k][1], 9);
		}
	}
	fixture_check(f);
}

static void an_empty_store_has_empty_pages(void **state)
{
	struct fixture *f = *state;
	static struct store_page page;
	struct filter all = {0};
	struct msg_query q = {.since = "", .until = ""};
	assert_int_equal(store_read_begin(f->store), 0);
	assert_int_equal(store_replay(f->store, &all, 1, 0, &page), 0);
	assert_int_equal(page.count, 0);
	assert_int_equal(page.through, 0);
	assert_int_equal(store_query(f->store, &q, &page), 0);
	assert_int_equal(page.count, 0);
	assert_int_equal(page.through, 0);
	store_read_end(f->store);
}

static void pages_are_bounded_in_bytes(void **state)
{
	struct fixture *f = *state;
	static struct store_page page;
	struct filter all = {0};
	char *url = arena_alloc(&f->arena, ARTICLE_URL_MAX);
	memset(url, 'u', ARTICLE_URL_MAX);
	for (unsigned n = 0; n < 100; n++) {
		const struct spec spec = {EVENT_KIND_SESSION, EVENT_STATUS_HELD, "", "", ""};
		struct result *r = fixture_result(f, n, 1, 1, &spec, 1);
		r->url = (struct text){url, ARTICLE_URL_MAX};
		assert_int_equal(fixture_record(f, r), RECORD_RECORDED);
	}
	assert_int_equal(store_read_begin(f->store), 0);
	assert_int_equal(store_replay(f->store, &all, 1, 0, &page), 0);
	assert_true(page.bytes <= STORE_PAGE_BYTES && page.count > 10 && page.count < 100);
	assert_int_equal(page.through, page.count);
	store_read_end(f->store);
}

/* --- show --- */

static int show(struct fixture *f, const char *id, struct store_shown *shown)
{
	assert_int_equal(store_read_begin(f->store), 0);
	int r = store_show(f->store, id, shown);
	store_read_end(f->store);
	return r;
}

static void an_article_is_shown_by_the_beginning_of_its_id(void **state)
{
	struct fixture *f = *state;
	struct store_shown shown;
	for (unsigned n = 0; n < ARTICLES; n += 97) {
		char hex[ARTICLE_ID_HEX + 1];
		struct result *r = fixture_result(f, n, 1, 1, NULL, 0);
		article_id_format(&r->article_id, hex);
		for (size_t len = 8; len <= ARTICLE_ID_HEX; len++) {
			char *id = arena_strndup(&f->arena, hex, len);
			assert_int_equal(show(f, id, &shown), STORE_ONE);
			assert_int_equal(shown.text_size, r->text_size);
			assert_int_equal(shown.text_zstd.len, r->text_zstd.len);
			assert_int_equal(shown.update_count, 1);
			assert_int_equal(shown.classifier.revision, n % 6 == 5 ? 2 : 1);
		}
		assert_int_equal(show(f, arena_strndup(&f->arena, hex, 7), &shown), STORE_NONE);
		hex[ARTICLE_ID_HEX - 1] = hex[ARTICLE_ID_HEX - 1] == '0' ? '1' : '0';
		assert_int_equal(show(f, hex, &shown), STORE_NONE);
	}
}

static void forms_of_ids(void **state)
{
	struct fixture *f = *state;
	const struct spec specs[] = {{EVENT_KIND_SESSION, EVENT_STATUS_HELD, "81", "", ""},
				     {EVENT_KIND_PLEDGE, EVENT_STATUS_MADE, "81", "", ""}};
	struct store_shown shown;
	struct result *r = fixture_result(f, 1, 1, 1, specs, 2);
	memset(r->article_id.bytes, 0xAB, ARTICLE_ID_BYTES);
	fixture_record(f, r);
	static const struct {
		const char *id;
		int found;
		size_t updates;
	} cases[] = {
		{"abababab", STORE_ONE, 2},
		{"ABABABAB", STORE_ONE, 2},
		{"ababababa", STORE_ONE, 2},
		{"ababababa-2", STORE_ONE, 1},
		{"abababababababababababababababab-1", STORE_ONE, 1},
		{"abababababababababababababababab-3", STORE_NONE, 0},
		{"abababababababababababababababab-0", STORE_NONE, 0},
		{"abababababababababababababababab-", STORE_NONE, 0},
		{"abababababababababababababababab-1x", STORE_NONE, 0},
		{"abababababababababababababababab-99999999999999999999", STORE_NONE, 0},
		{"ababababababababababababababababa", STORE_NONE, 0},
		{"ababababg", STORE_NONE, 0},
		{"abababac", STORE_NONE, 0},
		{"", STORE_NONE, 0},
	};
	for (size_t i = 0; i < netral_countof(cases); i++) {
		if (show(f, cases[i].id, &shown) != cases[i].found)
			fail_msg("show %s", cases[i].id);
		if (cases[i].found == STORE_ONE)
			assert_int_equal(shown.update_count, cases[i].updates);
	}
	r->article_id.bytes[15] = 0;
	fixture_record(f, r);
	assert_int_equal(show(f, "abababab", &shown), STORE_MANY);
	assert_int_equal(show(f, "abababababababababababababababab", &shown), STORE_ONE);
}

static void a_removed_event_is_not_shown(void **state)
{
	struct fixture *f = *state;
	struct store_shown shown;
	char hex[ARTICLE_ID_HEX + 1], id[64];
	const struct spec spec = {EVENT_KIND_SESSION, EVENT_STATUS_HELD, "81", "", ""};
	struct result *r = fixture_result(f, 1, 1, 1, &spec, 1);
	article_id_format(&r->article_id, hex);
	snprintf(id, sizeof(id), "%s-1", hex);
	fixture_record(f, r);
	assert_int_equal(show(f, id, &shown), STORE_ONE);
	fixture_record(f, fixture_result(f, 1, 2, 1, NULL, 0));
	assert_int_equal(show(f, id, &shown), STORE_NONE);
	assert_int_equal(show(f, hex, &shown), STORE_ONE);
	assert_int_equal(shown.update_count, 0);
}

int main(void)
{
#define TEST(name)   cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
#define FILLED(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		FILLED(replay_yields_each_match_once_and_in_order),
		FILLED(query_yields_each_present_event_newest_first),
		FILLED(an_article_is_shown_by_the_beginning_of_its_id),
		TEST(an_empty_store_has_empty_pages),
		TEST(pages_are_bounded_in_bytes),
		TEST(forms_of_ids),
		TEST(a_removed_event_is_not_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
