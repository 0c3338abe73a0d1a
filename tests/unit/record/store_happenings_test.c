/* Reports of one happening: what subscribers hear, and what is kept. Every story_record() checks
 * the whole store. */
#include "story_fixture.h"

#include <stdio.h>
#include <string.h>

#define RINA  "Rina Salampessy"
#define YOSEF "Yosef Tuhumury"

#define ALLEGED(who)                                                                               \
	{                                                                                          \
		.status = EVENT_STATUS_ALLEGED, .person = (who)                                    \
	}
#define FOUND(who)                                                                                 \
	{                                                                                          \
		.status = EVENT_STATUS_FOUND, .person = (who)                                      \
	}

/* Article `n` with one event. */
static struct story one(unsigned n, enum event_status status, const char *person)
{
	return (struct story){.n = n, .told = {{.status = status, .person = person}}};
}

static struct record_status record(struct fixture *f, const struct story *s)
{
	return story_record(f, story_result(f, s, 1));
}

static void record_one(struct fixture *f, unsigned n, enum event_status status, const char *person)
{
	struct story s = one(n, status, person);
	assert_int_equal(record(f, &s).outcome, RECORD_RECORDED);
}

static struct record_status anew(struct fixture *f, const struct story *s, uint8_t was, uint8_t now)
{
	struct record_status status = story_record(f, story_anew(f, s, was, now));
	assert_int_equal(status.outcome, RECORD_RECORDED);
	return status;
}

static const char *event_id(struct fixture *f, unsigned n, unsigned number)
{
	char hex[ARTICLE_ID_HEX + 1];
	article_id_format(&fixture_result(f, n, 1, 1, NULL, 0)->article_id, hex);
	return arena_printf(&f->arena, "%s-%u", hex, number);
}

static bool is_of(struct fixture *f, const struct article_ref *a, unsigned n)
{
	return article_id_equal(&a->id, &fixture_result(f, n, 1, 1, NULL, 0)->article_id);
}

static void assert_last(struct fixture *f, enum update_change change, enum update_cause cause,
			unsigned first, unsigned face, unsigned count)
{
	struct update u = story_last(f);
	assert_int_equal(u.change, change);
	assert_int_equal(u.cause, cause);
	assert_string_equal(u.event.id, event_id(f, first, 1));
	assert_true(is_of(f, &u.article, face));
	assert_int_equal(u.report_count, count);
}

static void assert_counts(struct fixture *f, uint64_t events, uint64_t reports)
{
	struct store_counts c;
	store_counts(f->store, &c);
	assert_int_equal(c.events, events);
	assert_int_equal(c.reports, reports);
}

/* --- joining --- */

static void a_second_article_confirms(void **state)
{
	struct fixture *f = *state;
	record_one(f, 1, EVENT_STATUS_ALLEGED, RINA);
	assert_last(f, CHANGE_NEW, 0, 1, 1, 1);
	assert_int_equal(story_last(f).listed_count, 0);
	record_one(f, 2, EVENT_STATUS_ALLEGED, RINA);
	assert_last(f, CHANGE_CHANGED, CAUSE_CONFIRMED, 1, 1, 2);
	struct update u = story_last(f);
	assert_int_equal(u.listed_count, 2);
	for (unsigned i = 0; i < 2; i++) {
		assert_true(is_of(f, &u.reports[i].article, i + 1));
		assert_int_equal(u.reports[i].status, EVENT_STATUS_ALLEGED);
		char url[32];
		snprintf(url, sizeof(url), "https://k%u.example/a", i + 1);
		assert_int_equal(u.reports[i].article.url.len, strlen(url));
		assert_memory_equal(u.reports[i].article.url.ptr, url, strlen(url));
	}
	assert_counts(f, 1, 2);
	assert_int_equal(store_head(f->store), 2);
}

static void a_copied_text_joins_and_another_does_not(void **state)
{
	struct fixture *f = *state;
	struct story s = {.n = 1, .text = 7, .told = {{.status = EVENT_STATUS_FOUND}}};
	record(f, &s);
	s.n = 2;
	assert_int_equal(record(f, &s).changed, 1);
	s.n = 3;
	s.text = 8;
	assert_int_equal(record(f, &s).added, 1);
	assert_counts(f, 2, 3);
}

static void a_copy_without_a_place_joins(void **state)
{
	struct fixture *f = *state;
	struct story s = {.n = 1, .text = 7, .told = {{.status = EVENT_STATUS_FOUND, .area = ""}}};
	record(f, &s);
	s.n = 2;
	assert_int_equal(record(f, &s).changed, 1);
	assert_int_equal(story_candidates(f), 2);
}

static void a_later_stage_moves_what_is_shown(void **state)
{
	struct fixture *f = *state;
	record_one(f, 1, EVENT_STATUS_ALLEGED, RINA);
	record_one(f, 2, EVENT_STATUS_FOUND, RINA);
	assert_last(f, CHANGE_CHANGED, CAUSE_STAGE, 1, 2, 2);
	assert_int_equal(story_last(f).event.status, EVENT_STATUS_FOUND);
	assert_int_equal(story_last(f).reports[0].status, EVENT_STATUS_ALLEGED);
	record_one(f, 3, EVENT_STATUS_ALLEGED, RINA);
	assert_last(f, CHANGE_CHANGED, CAUSE_CONFIRMED, 1, 2, 3);
	assert_int_equal(story_last(f).event.status, EVENT_STATUS_FOUND);
}

/* A query by status sees the stage that is in force, and that event once. */
static void a_query_sees_the_stage_in_force(void **state)
{
	struct fixture *f = *state;
	static struct store_page page;
	enum event_status alleged = EVENT_STATUS_ALLEGED, found = EVENT_STATUS_FOUND;
	struct msg_query q = {.since = "", .until = "", .filter = {.status_count = 1}};
	record_one(f, 1, EVENT_STATUS_ALLEGED, RINA);
	record_one(f, 2, EVENT_STATUS_FOUND, RINA);
	record_one(f, 3, EVENT_STATUS_FOUND, RINA);
	assert_int_equal(store_read_begin(f->store), 0);
	q.filter.statuses = &alleged;
	assert_int_equal(store_query(f->store, &q, &page), 0);
	assert_int_equal(page.count, 0);
	q.filter.statuses = &found;
	assert_int_equal(store_query(f->store, &q, &page), 0);
	assert_int_equal(page.count, 1);
	assert_int_equal(fixture_decode(f, page.updates[0]).seq, 3);
	store_read_end(f->store);
}

static void the_same_result_again_changes_nothing(void **state)
{
	struct fixture *f = *state;
	record_one(f, 1, EVENT_STATUS_ALLEGED, RINA);
	record_one(f, 2, EVENT_STATUS_ALLEGED, RINA);
	struct story s = one(2, EVENT_STATUS_ALLEGED, RINA);
	assert_int_equal(record(f, &s).outcome, RECORD_UNCHANGED);
	assert_int_equal(store_head(f->store), 2);
}

static void place_and_kind_keep_apart(void **state)
{
	struct fixture *f = *state;
	struct story s = one(1, EVENT_STATUS_ALLEGED, RINA);
	record(f, &s);
	s.n = 2;
	s.told[0].area = "81.72";
	assert_int_equal(record(f, &s).added, 1);
	s.n = 3;
	s.told[0].area = "";
	assert_int_equal(record(f, &s).added, 1);
	s.n = 4;
	assert_int_equal(record(f, &s).added, 1); /* nor is a place unknown twice the same place */
	s.n = 5;
	s.told[0].area = "81.71";
	s.told[0].kind = EVENT_KIND_SESSION;
	assert_int_equal(record(f, &s).added, 1);
	assert_counts(f, 5, 5);
}

static void the_window_is_between_reports(void **state)
{
	struct fixture *f = *state;
	struct story s = one(1, EVENT_STATUS_ALLEGED, RINA);
	s.published = "2024-03-01";
	record(f, &s);
	s.n = 2;
	s.published = "2024-04-01"; /* 31 days */
	assert_int_equal(record(f, &s).added, 1);
	s.n = 3;
	s.published = "2024-05-01"; /* 30 days */
	assert_int_equal(record(f, &s).changed, 1);
	assert_last(f, CHANGE_CHANGED, CAUSE_CONFIRMED, 2, 2, 2);
	s.n = 4;
	s.published = "2024-05-31T08:00:00+07:00"; /* 30 days after the last */
	assert_int_equal(record(f, &s).changed, 1);
	s.n = 5;
	s.published = "2024-02-01"; /* before the first, that comes late */
	assert_int_equal(record(f, &s).changed, 1);
	assert_last(f, CHANGE_CHANGED, CAUSE_CONFIRMED, 1, 1, 2);
}

/* A date that lies ahead of the article's acceptance, or is none, is no day of publication. */
static void an_impossible_day_is_that_of_acceptance(void **state)
{
	struct fixture *f = *state;
	struct story s = one(1, EVENT_STATUS_ALLEGED, RINA);
	s.published = "2099-01-01";
	record(f, &s);
	s.n = 2;
	s.published = "";
	assert_int_equal(record(f, &s).changed, 1);
	s.n = 3;
	s.published = "2024-12-20";
	assert_int_equal(record(f, &s).changed, 1);
}

static void results_of_one_batch_join(void **state)
{
	struct fixture *f = *state;
	struct record_status status;
	for (unsigned n = 1; n <= 3; n++) {
		struct story s = one(n, EVENT_STATUS_ALLEGED, RINA);
		assert_int_equal(store_record(f->store, story_result(f, &s, 1), 1, &status), 0);
	}
	assert_int_equal(store_commit(f->store), 1);
	fixture_check(f);
	story_check(f);
	assert_counts(f, 1, 3);
	assert_last(f, CHANGE_CHANGED, CAUSE_CONFIRMED, 1, 1, 3);
}

static void events_of_one_article_are_paired(void **state)
{
	struct fixture *f = *state;
	struct story s = {.n = 1, .text = 3, .told = {FOUND(RINA), FOUND(YOSEF)}};
	assert_int_equal(record(f, &s).added, 2); /* they do not join one another */
	s = (struct story){.n = 2, .text = 3, .told = {FOUND(YOSEF), FOUND(RINA)}};
	assert_int_equal(record(f, &s).changed, 2);
	assert_counts(f, 2, 4);
	assert_string_equal(fixture_update(f, 3).event.id, event_id(f, 1, 2));
	assert_string_equal(fixture_update(f, 3).event.people[0].name, YOSEF);
	assert_string_equal(fixture_update(f, 4).event.id, event_id(f, 1, 1));
	s = (struct story){.n = 3, .text = 3, .told = {FOUND(RINA), FOUND(RINA), FOUND(RINA)}};
	struct record_status status = record(f, &s); /* one report of an article to one of them */
	assert_int_equal(status.changed, 1);
	assert_int_equal(status.added, 2);
}

/* --- reading anew --- */

static void a_first_report_that_goes_leaves_its_id(void **state)
{
	struct fixture *f = *state;
	record_one(f, 1, EVENT_STATUS_ALLEGED, RINA);
	record_one(f, 2, EVENT_STATUS_ALLEGED, RINA);
	struct story none = {.n = 1};
	assert_int_equal(anew(f, &none, 1, 2).changed, 1);
	assert_last(f, CHANGE_CHANGED, CAUSE_WITHDRAWN, 1, 2, 1);
	assert_counts(f, 1, 1);
	record_one(f, 3, EVENT_STATUS_FOUND, RINA);
	assert_last(f, CHANGE_CHANGED, CAUSE_STAGE, 1, 3, 2);
	none.n = 2;
	assert_int_equal(anew(f, &none, 1, 2).changed, 1);
	none.n = 3;
	assert_int_equal(anew(f, &none, 1, 2).removed, 1);
	assert_last(f, CHANGE_REMOVED, 0, 1, 3, 1);
	assert_counts(f, 0, 0);
	assert_int_equal(story_candidates(f), 0);
	record_one(f, 4, EVENT_STATUS_ALLEGED, RINA);
	assert_last(f, CHANGE_NEW, 0, 4, 4, 1);
}

static void a_shown_report_that_goes_gives_way(void **state)
{
	struct fixture *f = *state;
	struct story second = one(2, EVENT_STATUS_UNDER_REVIEW, RINA), none = {.n = 3};
	second.told[0].election = "Pilkada 2024";
	record_one(f, 1, EVENT_STATUS_ALLEGED, RINA);
	record_one(f, 3, EVENT_STATUS_SANCTIONED, RINA);
	record(f, &second); /* never shown so far */
	assert_last(f, CHANGE_CHANGED, CAUSE_CONFIRMED, 1, 3, 3);
	anew(f, &none, 1, 2);
	assert_last(f, CHANGE_CHANGED, CAUSE_WITHDRAWN, 1, 2, 2);
	assert_string_equal(story_last(f).event.election, "Pilkada 2024");
	assert_int_equal(story_last(f).event.status, EVENT_STATUS_UNDER_REVIEW);
	none.n = 2;
	anew(f, &none, 1, 2);
	assert_last(f, CHANGE_CHANGED, CAUSE_WITHDRAWN, 1, 1, 1);
	assert_int_equal(story_last(f).event.status, EVENT_STATUS_ALLEGED);
}

static void a_report_that_changes_its_place_leaves(void **state)
{
	struct fixture *f = *state;
	record_one(f, 1, EVENT_STATUS_ALLEGED, RINA);
	record_one(f, 2, EVENT_STATUS_ALLEGED, RINA);
	struct story moved = one(2, EVENT_STATUS_ALLEGED, RINA);
	moved.told[0].area = "81.72";
	struct record_status status = anew(f, &moved, 1, 2);
	assert_int_equal(status.added, 1);
	assert_int_equal(status.changed, 1);
	assert_last(f, CHANGE_CHANGED, CAUSE_WITHDRAWN, 1, 1, 1);
	struct update u = fixture_update(f, 3);
	assert_int_equal(u.change, CHANGE_NEW);
	assert_string_equal(u.event.id, event_id(f, 2, 2));
	assert_counts(f, 2, 2);
	moved.told[0].area = "81.71"; /* and comes back */
	status = anew(f, &moved, 2, 3);
	assert_int_equal(status.removed, 1);
	assert_int_equal(status.changed, 1);
	assert_counts(f, 1, 2);
}

static void a_report_that_stays_updates_what_is_shown(void **state)
{
	struct fixture *f = *state;
	record_one(f, 1, EVENT_STATUS_ALLEGED, RINA);
	record_one(f, 2, EVENT_STATUS_ALLEGED, RINA);
	struct story s = one(2, EVENT_STATUS_SANCTIONED, RINA);
	assert_int_equal(anew(f, &s, 1, 2).changed, 1);
	assert_last(f, CHANGE_CHANGED, CAUSE_RECLASSIFIED, 1, 2, 2);
	s.told[0].election = "Pilkada 2024"; /* of what is shown */
	assert_int_equal(anew(f, &s, 2, 3).changed, 1);
	assert_string_equal(story_last(f).event.election, "Pilkada 2024");
	s.told[0].status = EVENT_STATUS_ALLEGED; /* falls back behind the first */
	assert_int_equal(anew(f, &s, 3, 4).changed, 1);
	assert_last(f, CHANGE_CHANGED, CAUSE_RECLASSIFIED, 1, 1, 2);
	assert_int_equal(anew(f, &s, 4, 5).changed, 0); /* the same under other tables */
	s.told[0].election = "Pilkada 2020";            /* not shown */
	assert_int_equal(anew(f, &s, 5, 6).changed, 0);
	s.told[0].status = EVENT_STATUS_PLANNED; /* not shown, but listed */
	assert_int_equal(anew(f, &s, 6, 7).changed, 1);
	assert_int_equal(story_last(f).reports[1].status, EVENT_STATUS_PLANNED);
}

/* It joins by its day of publication, however much was recorded in between. */
static void an_old_article_finds_its_place(void **state)
{
	struct fixture *f = *state;
	struct story s = {.n = 1, .published = "2024-03-05"};
	record(f, &s);
	s = one(2, EVENT_STATUS_ALLEGED, RINA);
	s.published = "2024-03-01";
	record(f, &s);
	s.n = 3;
	s.published = "2024-12-01";
	assert_int_equal(record(f, &s).added, 1);
	s = one(1, EVENT_STATUS_FOUND, RINA);
	assert_int_equal(anew(f, &s, 1, 2).changed, 1);
	assert_last(f, CHANGE_CHANGED, CAUSE_STAGE, 2, 1, 2);
}

/* --- versions of an article --- */

static void a_revised_article_takes_its_own_place(void **state)
{
	struct fixture *f = *state;
	struct story s = one(1, EVENT_STATUS_ALLEGED, RINA);
	s.url = "https://kabar.example/1";
	record(f, &s);
	s.n = 2;
	record(f, &s);
	assert_last(f, CHANGE_CHANGED, CAUSE_REVISED, 1, 2, 1);
	assert_counts(f, 1, 1);
	record_one(f, 3, EVENT_STATUS_FOUND, RINA);
	s.n = 4;
	record(f, &s);
	assert_last(f, CHANGE_CHANGED, CAUSE_REVISED, 1, 3, 2);
	s.n = 1; /* the version that went is read anew: it does not come back */
	assert_int_equal(anew(f, &s, 1, 2).changed, 0);
	s.told[0].status = 0;
	assert_int_equal(anew(f, &s, 2, 3).changed, 0);
	assert_counts(f, 1, 2);
	s.told[0].status = EVENT_STATUS_ALLEGED; /* nor does it as one that is found again */
	assert_int_equal(anew(f, &s, 3, 4).changed, 0);
	assert_counts(f, 1, 2);
}

/* --- bounds --- */

static void many_reports_cost_the_next_no_more(void **state)
{
	struct fixture *f = *state;
	record_one(f, 1, EVENT_STATUS_ALLEGED, RINA);
	for (unsigned n = 2; n <= 100; n++) {
		struct story s = one(n, EVENT_STATUS_ALLEGED, RINA);
		struct record_status status;
		assert_int_equal(store_record(f->store, story_result(f, &s, 1), 1, &status), 0);
		assert_int_equal(status.changed, 1);
	}
	assert_int_equal(store_commit(f->store), 1);
	fixture_check(f);
	story_check(f);
	struct update u = story_last(f);
	assert_int_equal(u.report_count, 100);
	assert_int_equal(u.listed_count, CODEC_REPORTS_MAX);
	assert_true(is_of(f, &u.reports[0].article, 1));
	for (unsigned i = 1; i < CODEC_REPORTS_MAX; i++)
		assert_true(is_of(f, &u.reports[i].article, 100 - CODEC_REPORTS_MAX + 1 + i));
	assert_int_equal(story_candidates(f), 7);
	record_one(f, 101, EVENT_STATUS_FOUND, RINA);
	assert_int_equal(story_candidates(f), 7);
	for (unsigned n = 102; n < 110; n++)
		record_one(f, n, EVENT_STATUS_ALLEGED, RINA);
	assert_int_equal(story_candidates(f), 8); /* and what is shown */
	assert_last(f, CHANGE_CHANGED, CAUSE_CONFIRMED, 1, 101, 109);
}

/* What is listed is refilled from all that there is. */
static void a_listed_report_that_goes_is_replaced(void **state)
{
	struct fixture *f = *state;
	for (unsigned n = 1; n <= 40; n++)
		record_one(f, n, EVENT_STATUS_ALLEGED, RINA);
	struct story none = {.n = 40};
	anew(f, &none, 1, 2);
	none.n = 1;
	anew(f, &none, 1, 2);
	struct update u = story_last(f);
	assert_int_equal(u.report_count, 38);
	assert_int_equal(u.listed_count, CODEC_REPORTS_MAX);
	assert_true(is_of(f, &u.reports[0].article, 2));
	assert_true(is_of(f, &u.reports[1].article, 8));
	assert_true(is_of(f, &u.reports[CODEC_REPORTS_MAX - 1].article, 39));
}

/* A late article that is older than all candidates does not add to them for ever. */
static void late_reports_do_not_pile_up(void **state)
{
	struct fixture *f = *state;
	for (unsigned n = 1; n <= 30; n++)
		record(f, &(struct story){.n = n});
	record_one(f, 31, EVENT_STATUS_ALLEGED, RINA);
	for (unsigned n = 30; n >= 1; n--) {
		struct story s = one(n, EVENT_STATUS_ALLEGED, RINA);
		assert_int_equal(anew(f, &s, 1, 2).changed, 1);
	}
	assert_true(story_candidates(f) <= 8);
	assert_int_equal(story_last(f).report_count, 31);
}

static void a_search_is_bounded_and_counted(void **state)
{
	struct fixture *f = *state;
	struct store_counts c;
	struct record_status status;
	for (unsigned n = 1; n <= 300; n++) {
		char *person =
			arena_printf(&f->arena, "A%c%c Person%u", 'a' + n % 26, 'a' + n / 26, n);
		struct story s = one(n, EVENT_STATUS_ALLEGED, person);
		assert_int_equal(store_record(f->store, story_result(f, &s, 1), 1, &status), 0);
	}
	assert_int_equal(store_commit(f->store), 1);
	store_counts(f->store, &c);
	assert_int_equal(c.events, 300);
	assert_true(c.searches_cut > 0);
	assert_int_equal(c.joined, 0);
}

/* --- over time --- */

static void it_goes_on_after_reopening(void **state)
{
	struct fixture *f = *state;
	record_one(f, 1, EVENT_STATUS_ALLEGED, RINA);
	story_reopen(f);
	record_one(f, 2, EVENT_STATUS_ALLEGED, RINA);
	assert_last(f, CHANGE_CHANGED, CAUSE_CONFIRMED, 1, 1, 2);
	story_reopen(f);
	record_one(f, 3, EVENT_STATUS_FOUND, RINA);
	assert_last(f, CHANGE_CHANGED, CAUSE_STAGE, 1, 3, 3);
	story_reopen(f);
	fixture_check(f);
	story_check(f);
	assert_counts(f, 1, 3);
}

static void joining_can_be_off(void **state)
{
	struct fixture *f = *state;
	record_one(f, 1, EVENT_STATUS_ALLEGED, RINA);
	record_one(f, 2, EVENT_STATUS_ALLEGED, RINA);
	store_join_within(f->store, 0);
	record_one(f, 3, EVENT_STATUS_ALLEGED, RINA);
	assert_last(f, CHANGE_NEW, 0, 3, 3, 1);
	struct story none = {.n = 1}; /* what has joined stays joined */
	anew(f, &none, 1, 2);
	assert_last(f, CHANGE_CHANGED, CAUSE_WITHDRAWN, 1, 2, 1);
	store_join_within(f->store, STORY_JOIN_DAYS);
	record_one(f, 4, EVENT_STATUS_ALLEGED, RINA);
	assert_last(f, CHANGE_CHANGED, CAUSE_CONFIRMED, 1, 2, 2);
}

/* --- showing --- */

static struct store_shown shown(struct fixture *f, const char *id, enum store_found found)
{
	struct store_shown s = {.update_count = 0};
	assert_int_equal(store_show(f->store, id, &s), found);
	return s;
}

static void any_of_its_ids_shows_it(void **state)
{
	struct fixture *f = *state;
	record_one(f, 1, EVENT_STATUS_ALLEGED, RINA);
	record_one(f, 2, EVENT_STATUS_FOUND, RINA);
	record_one(f, 3, EVENT_STATUS_ALLEGED, RINA);
	assert_int_equal(store_read_begin(f->store), 0);
	for (unsigned n = 1; n <= 3; n++) {
		struct store_shown s = shown(f, event_id(f, n, 1), STORE_ONE);
		assert_int_equal(s.update_count, 1);
		assert_int_equal(fixture_decode(f, s.updates[0]).seq, 3);
		assert_int_equal(s.own[0].len, 0);
		assert_int_equal(s.text_size, fixture_result(f, 2, 1, 1, NULL, 0)->text_size);
	}
	shown(f, event_id(f, 2, 2), STORE_NONE);
	for (unsigned n = 1; n <= 3; n++) { /* an article, as it tells it */
		struct store_shown s =
			shown(f, arena_printf(&f->arena, "%.32s", event_id(f, n, 1)), STORE_ONE);
		assert_int_equal(s.update_count, 1);
		assert_int_equal(s.own[0].len > 0, n != 2);
		if (n == 2)
			continue;
		struct update own = fixture_decode(f, s.own[0]);
		assert_true(is_of(f, &own.article, n));
	}
	store_read_end(f->store);

	struct story none = {.n = 1};
	anew(f, &none, 1, 2);
	assert_int_equal(store_read_begin(f->store), 0);
	struct store_shown s = shown(f, event_id(f, 1, 1), STORE_ONE); /* the id is for ever */
	assert_int_equal(fixture_decode(f, s.updates[0]).seq, 4);
	assert_int_equal(shown(f, arena_printf(&f->arena, "%.32s", event_id(f, 1, 1)), STORE_ONE)
				 .update_count,
			 0);
	store_read_end(f->store);
}

/* --- all of it at random --- */

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static struct story random_story(unsigned n, uint32_t *seed)
{
	static const char *const people[] = {RINA, YOSEF, "Ahmad Latuconsina", NULL};
	static const char *const areas[] = {"81.71", "81.72", "81", ""};
	static const char *const days[] = {"2024-08-21", "2024-09-10", "2024-10-05", "2024-08"};
	struct story s = {.n = n, .published = days[n % 4], .text = n % 3 ? 0 : 1};
	unsigned events = next_random(seed) % 4;
	for (unsigned i = 0; i < events; i++)
		s.told[i] = (struct told){
			.status = EVENT_STATUS_ALLEGED + next_random(seed) % 5,
			.area = areas[next_random(seed) % 8 < 5 ? 0 : next_random(seed) % 4],
			.person = people[next_random(seed) % 4],
			.election = next_random(seed) % 2 ? "Pilkada 2024" : NULL};
	if (n % 7 == 0)
		s.url = "https://kabar.example/same";
	return s;
}

static void nothing_breaks_it(void **state)
{
	struct fixture *f = *state;
	uint8_t hashes[40] = {0};
	uint32_t seed = 20240821;
	for (unsigned round = 0; round < 600; round++) {
		unsigned n = next_random(&seed) % 40;
		struct story s = random_story(n, &seed);
		struct result *r = hashes[n] ? story_anew(f, &s, hashes[n], hashes[n] + 1)
					     : story_result(f, &s, 1);
		assert_int_equal(story_record(f, r).outcome, RECORD_RECORDED);
		hashes[n]++;
		if (round % 100 == 99)
			story_reopen(f);
		arena_reset(&f->arena);
	}
	for (unsigned n = 0; n < 40; n++) { /* and all goes again */
		struct story none = {.n = n};
		if (hashes[n])
			anew(f, &none, hashes[n], hashes[n] + 1);
	}
	assert_counts(f, 0, 0);
	assert_int_equal(story_candidates(f), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, story_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_second_article_confirms),
		TEST(a_copied_text_joins_and_another_does_not),
		TEST(a_copy_without_a_place_joins),
		TEST(a_later_stage_moves_what_is_shown),
		TEST(a_query_sees_the_stage_in_force),
		TEST(the_same_result_again_changes_nothing),
		TEST(place_and_kind_keep_apart),
		TEST(the_window_is_between_reports),
		TEST(an_impossible_day_is_that_of_acceptance),
		TEST(results_of_one_batch_join),
		TEST(events_of_one_article_are_paired),
		TEST(a_first_report_that_goes_leaves_its_id),
		TEST(a_shown_report_that_goes_gives_way),
		TEST(a_report_that_changes_its_place_leaves),
		TEST(a_report_that_stays_updates_what_is_shown),
		TEST(an_old_article_finds_its_place),
		TEST(a_revised_article_takes_its_own_place),
		TEST(many_reports_cost_the_next_no_more),
		TEST(a_listed_report_that_goes_is_replaced),
		TEST(late_reports_do_not_pile_up),
		TEST(a_search_is_bounded_and_counted),
		TEST(it_goes_on_after_reopening),
		TEST(joining_can_be_off),
		TEST(any_of_its_ids_shows_it),
		TEST(nothing_breaks_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
