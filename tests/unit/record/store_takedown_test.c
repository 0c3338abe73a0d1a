/* An article is taken down: nothing of it is left in the store, and it does not come back. Every
 * change is followed by a check of the whole store. */
#include "story_fixture.h"

#include "workers/record/store_recording.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RINA   "Rina Salampessy"
#define SECRET "Lurah Batu Meja dilaporkan"

static const uint64_t said_us = UINT64_C(1767225600000000); /* 2026-01-01 */

static void check(struct fixture *f)
{
	fixture_check(f);
	story_check(f);
}

static struct result *article(struct fixture *f, unsigned n, enum event_status status, uint8_t hash)
{
	static const struct event_evidence evidence[] = {{"status", 0, 5, SECRET}};
	struct story s = {.n = n, .text = 7, .told = {{.status = status, .person = RINA}}};
	struct result *r = story_result(f, &s, hash);
	r->title = (struct text){SECRET, strlen(SECRET)};
	for (size_t i = 0; i < r->event_count; i++) {
		r->events[i].sentence = SECRET;
		r->events[i].evidence = evidence;
		r->events[i].evidence_count = 1;
	}
	return r;
}

static struct record_status record(struct fixture *f, unsigned n, enum event_status status)
{
	return story_record(f, article(f, n, status, 1));
}

static const char *article_name(struct fixture *f, unsigned n)
{
	char hex[ARTICLE_ID_HEX + 1];
	article_id_format(&fixture_result(f, n, 1, 1, NULL, 0)->article_id, hex);
	return arena_strdup(&f->arena, hex);
}

static struct store_taken_down take_down(struct fixture *f, const char *what)
{
	const struct msg_take_down m = {.article = what, .by = "dewi", .note = "court order"};
	struct store_taken_down ret;
	assert_int_equal(store_take_down(f->store, &m, said_us, &ret), 0);
	assert_true(store_commit(f->store) >= 0);
	check(f);
	return ret;
}

static int shown(struct fixture *f, const char *id)
{
	struct store_shown s;
	assert_int_equal(store_read_begin(f->store), 0);
	int found = store_show(f->store, id, &s);
	store_read_end(f->store);
	return found;
}

/* What a copy without free pages holds: all that the store can still read. */
static bool store_holds(struct fixture *f, const char *what)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/copy", f->dir);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(mdb_env_copyfd2(f->store->env, fd, MDB_CP_COMPACT), 0);
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	char *bytes = malloc((size_t)st.st_size);
	assert_non_null(bytes);
	assert_int_equal(pread(fd, bytes, (size_t)st.st_size, 0), st.st_size);
	bool found = memmem(bytes, (size_t)st.st_size, what, strlen(what)) != NULL;
	free(bytes);
	close(fd);
	return found;
}

static void nothing_of_it_is_left(void **state)
{
	struct fixture *f = *state;
	record(f, 1, EVENT_STATUS_ALLEGED);
	struct result *again = article(f, 1, EVENT_STATUS_FOUND, 2); /* read anew */
	again->has_replaces = true;
	again->replaces = article(f, 1, EVENT_STATUS_ALLEGED, 1)->classifier;
	again->text_zstd = (struct bytes){NULL, 0};
	story_record(f, again);
	/* The fixture's texts are too short to be compressed, so that they can be found. */
	static const char *const kept[] = {RINA, SECRET, "text of article 1,",
					   "https://k1.example"};
	for (size_t i = 0; i < 4; i++)
		assert_true(store_holds(f, kept[i]));
	struct store_taken_down ret = take_down(f, article_name(f, 1));
	assert_int_equal(ret.articles, 1);
	assert_int_equal(ret.removed, 1);
	assert_int_equal(ret.rewritten, 2);
	for (size_t i = 0; i < 4; i++)
		assert_false(store_holds(f, kept[i]));
	struct update u = story_last(f);
	assert_int_equal(u.change, CHANGE_REMOVED);
	assert_int_equal(u.cause, CAUSE_TAKEN_DOWN);
	assert_int_equal(u.event.kind, EVENT_KIND_VIOLATION);
	assert_int_equal(u.event.person_count, 0);
	assert_int_equal(u.article.title.len, 0);
	assert_int_equal(story_candidates(f), 0);
	assert_int_equal(shown(f, article_name(f, 1)), STORE_TAKEN_DOWN);
	assert_int_equal(shown(f, arena_printf(&f->arena, "%s-1", article_name(f, 1))),
			 STORE_TAKEN_DOWN);
	struct store_counts c;
	store_counts(f->store, &c);
	assert_int_equal(c.events, 0);
}

static struct result *secret_article(struct fixture *f, unsigned n)
{
	struct result *r = article(f, n, EVENT_STATUS_FOUND, 1);
	const char *title = arena_printf(&f->arena, "rahasia-%u-", n);
	r->title = (struct text){title, strlen(title)};
	r->events[0].sentence = title;
	return r;
}

static void nothing_of_it_is_left_between_others(void **state)
{
	enum { ARTICLES = 60 };
	struct fixture *f = *state;
	store_join_within(f->store, 0);
	for (unsigned n = 1; n <= ARTICLES; n++)
		fixture_record(f, secret_article(f, n));
	for (unsigned n = 1; n <= ARTICLES; n += 2)
		take_down(f, article_name(f, n));
	for (unsigned n = 1; n <= ARTICLES; n++) {
		bool left = n % 2 == 0;
		assert_int_equal(store_holds(f, arena_printf(&f->arena, "rahasia-%u-", n)), left);
		assert_int_equal(store_holds(f, arena_printf(&f->arena, "text of article %u,", n)),
				 left);
	}
}

static void what_others_report_stays(void **state)
{
	struct fixture *f = *state;
	record(f, 1, EVENT_STATUS_ALLEGED);
	record(f, 2, EVENT_STATUS_FOUND);
	record(f, 3, EVENT_STATUS_SANCTIONED);
	struct store_taken_down ret = take_down(f, "https://k3.example/a");
	assert_int_equal(ret.changed, 1);
	assert_int_equal(ret.removed, 0);
	struct update u = story_last(f);
	assert_int_equal(u.cause, CAUSE_TAKEN_DOWN);
	assert_int_equal(u.event.status, EVENT_STATUS_FOUND);
	assert_int_equal(u.report_count, 2);
	assert_false(store_holds(f, "https://k3.example"));
	take_down(f, article_name(f, 1)); /* whose id the event has */
	u = story_last(f);
	assert_int_equal(u.change, CHANGE_CHANGED);
	assert_memory_equal(u.event.id, article_name(f, 1), ARTICLE_ID_HEX);
	assert_int_equal(shown(f, u.event.id), STORE_ONE);
	record(f, 4, EVENT_STATUS_FOUND); /* and others join it */
	assert_int_equal(story_last(f).report_count, 2);
}

static void it_does_not_come_back(void **state)
{
	struct fixture *f = *state;
	record(f, 1, EVENT_STATUS_ALLEGED);
	take_down(f, article_name(f, 1));
	story_reopen(f);
	uint64_t head = store_head(f->store);
	assert_int_equal(story_record(f, article(f, 1, EVENT_STATUS_FOUND, 1)).outcome,
			 RECORD_UNCHANGED);
	assert_int_equal(story_record(f, article(f, 1, EVENT_STATUS_FOUND, 9)).outcome,
			 RECORD_UNCHANGED);
	struct result *other = article(f, 2, EVENT_STATUS_FOUND, 1); /* another text, its address */
	other->url = (struct text){"HTTPS://k1.example:443/a#top", 28};
	assert_int_equal(story_record(f, other).outcome, RECORD_UNCHANGED);
	assert_int_equal(store_head(f->store), head);
	other->url = (struct text){"https://k1.example/b", 20};
	assert_int_equal(story_record(f, other).outcome, RECORD_RECORDED);
	/* Nor is it handed out to be read anew. */
	static struct store_archive page;
	struct classifier_version v = {.revision = 9};
	assert_int_equal(store_read_begin(f->store), 0);
	assert_int_equal(store_archive(f->store, 1, &v, 0, &page), 0);
	store_read_end(f->store);
	assert_int_equal(page.count, 1);
}

static void all_versions_go(void **state)
{
	struct fixture *f = *state;
	for (unsigned n = 1; n <= 3; n++) {
		struct result *r = article(f, n, EVENT_STATUS_ALLEGED, 1);
		r->url = (struct text){"https://k.example/a", 19};
		story_record(f, r);
	}
	struct store_taken_down ret = take_down(f, article_name(f, 2));
	assert_int_equal(ret.articles, 3);
	assert_int_equal(ret.removed, 1);
	assert_false(ret.more);
	assert_false(store_holds(f, SECRET));
	assert_int_equal(take_down(f, "https://k.example/a").articles, 0); /* again */
}

static void an_address_that_is_not_stored_is_remembered(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(take_down(f, "https://k1.example/a").articles, 0);
	assert_int_equal(record(f, 1, EVENT_STATUS_FOUND).outcome, RECORD_UNCHANGED);
	assert_int_equal(record(f, 2, EVENT_STATUS_FOUND).outcome, RECORD_RECORDED);
}

static void a_corrected_event_is_erased_too(void **state)
{
	struct fixture *f = *state;
	struct store_corrected said;
	record(f, 1, EVENT_STATUS_ALLEGED);
	const struct msg_correct m = {.id = arena_printf(&f->arena, "%s-1", article_name(f, 1)),
				      .verb = CORRECT_RETRACT,
				      .by = "dewi",
				      .note = "wrong man"};
	assert_int_equal(store_correct(f->store, &m, said_us, &said), 0);
	assert_int_equal(store_commit(f->store), 1);
	check(f);
	struct store_taken_down ret = take_down(f, article_name(f, 1));
	assert_int_equal(ret.articles, 1);
	assert_int_equal(ret.removed, 0); /* it was */
	assert_false(store_holds(f, RINA));
	assert_false(store_holds(f, SECRET));
}

/* A note says what the article did. It stays in the history, which does not go out. */
static void its_corrections_are_told_no_more(void **state)
{
	struct fixture *f = *state;
	struct store_corrected said;
	record(f, 1, EVENT_STATUS_ALLEGED);
	const struct msg_correct m = {.id = arena_printf(&f->arena, "%s-1", article_name(f, 1)),
				      .verb = CORRECT_SET,
				      .set = {.fields = CORRECTION_BIT(CORRECTION_STATUS),
					      .status = EVENT_STATUS_DISMISSED},
				      .by = "dewi",
				      .note = "wrong man"};
	assert_int_equal(store_correct(f->store, &m, said_us, &said), 0);
	assert_int_equal(store_commit(f->store), 1);
	assert_string_equal(story_last(f).correction.note, "wrong man");
	assert_int_equal(take_down(f, article_name(f, 1)).removed, 1);
	for (uint64_t seq = 1; seq <= store_head(f->store); seq++)
		assert_int_equal(fixture_update(f, seq).correction.at_us, 0);
}

static void what_is_no_article_is_refused(void **state)
{
	struct fixture *f = *state;
	record(f, 1, EVENT_STATUS_ALLEGED);
	assert_int_equal(take_down(f, "0123456789abcdef").refusal.code, CODE_NOT_FOUND);
	const char *event = arena_printf(&f->arena, "%s-1", article_name(f, 1));
	assert_int_equal(take_down(f, event).refusal.code, CODE_MALFORMED);
	assert_int_equal(take_down(f, "rubbish").refusal.code, CODE_NOT_FOUND);
	assert_int_equal(store_head(f->store), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, story_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(nothing_of_it_is_left),
		TEST(nothing_of_it_is_left_between_others),
		TEST(what_others_report_stays),
		TEST(it_does_not_come_back),
		TEST(all_versions_go),
		TEST(an_address_that_is_not_stored_is_remembered),
		TEST(a_corrected_event_is_erased_too),
		TEST(its_corrections_are_told_no_more),
		TEST(what_is_no_article_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
