/* libnetral against a real netral-record: killed, replaced, away; with callers that are slow or
 * stopped. */
#include "tests/process/client.h"
#include "tests/process/following.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* kill -9, and again on an empty one. */
static void replace_store(struct bench *b)
{
	char *command = NULL;
	rig_kill(b->record);
	peer_close(&b->worker);
	peer_close(&b->replay);
	peer_close(&b->control);
	assert_true(asprintf(&command, "rm -r %s", rig_path(&b->rig, "state/store")) > 0);
	assert_int_equal(system(command), 0);
	free(command);
	bench_run(b, NULL, NULL);
}

/* --- from where --- */

static void test_from_the_beginning(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	bench_record_range(&b, 0, 3000, "81.71");
	struct netral_subscriber *s = following_from_the_beginning(&b);
	following_expect_all(s, 1, 3000);
	following_wait(s, NETRAL_LIVE);
	assert_int_equal(netral_head(s), 3000);
	bench_record_range(&b, 3000, 3005, "81.71");
	following_expect_all(s, 3001, 3005);
	following_expect_no_more(s);
	assert_int_equal(netral_count(s, NETRAL_RETURNED), 3005);
	netral_unsubscribe(s);
	bench_end(&b);
}

static void test_from_now(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	bench_record_range(&b, 0, 5, "81.71");
	struct netral_subscriber *s = following(&b, (struct netral_options){0});
	following_wait(s, NETRAL_LIVE);
	bench_record_range(&b, 5, 8, "81.71");
	const struct netral_update *u = following_expect(s, 6);
	assert_string_equal(netral_article_title(u), "Title 5");
	assert_int_equal(netral_event_kind(u), NETRAL_SESSION);
	following_expect_all(s, 7, 8);
	following_expect_no_more(s);
	netral_unsubscribe(s);
	bench_end(&b);
}

static void test_from_a_number(void **state)
{
	(void)state;
	struct bench b;
	const struct netral_update *u;
	bench_begin(&b, "join_days=0", NULL);
	bench_record_range(&b, 0, 10, "81.71");
	struct netral_subscriber *s =
		following(&b, (struct netral_options){.start = NETRAL_FROM_NUMBER, .number = 8});
	following_expect_all(s, 8, 10);
	netral_unsubscribe(s);
	s = following(&b, (struct netral_options){.start = NETRAL_FROM_NUMBER, .number = 12});
	assert_int_equal(following_event(s, &u), NETRAL_ERROR_FUTURE);
	assert_int_equal(netral_next(s, &u), NETRAL_ERROR_FUTURE);
	assert_int_equal(netral_head(s), 10);
	netral_unsubscribe(s);
	bench_end(&b);
}

/* In the midst of a page, too. */
static void test_from_a_position(void **state)
{
	(void)state;
	static const uint64_t cuts[] = {1, 700, 1999, 2000};
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	bench_record_range(&b, 0, 2000, "81.71");
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct netral_subscriber *s = following_from_the_beginning(&b);
		following_expect_all(s, 1, cuts[i]);
		struct netral_position p = following_position(s);
		assert_int_equal(p.seq, cuts[i]);
		netral_unsubscribe(s);
		s = following(
			&b, (struct netral_options){.start = NETRAL_FROM_POSITION, .position = p});
		following_expect_all(s, p.seq + 1, 2000);
		following_wait(s, NETRAL_LIVE);
		netral_unsubscribe(s);
	}
	bench_end(&b);
}

/* --- a recorder that dies --- */

static void test_recorder_is_killed(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	struct netral_subscriber *s = following_from_the_beginning(&b);
	bench_record_range(&b, 0, 10, "81.71");
	following_expect_all(s, 1, 10);
	following_restart(&b, "join_days=0");
	bench_record_range(&b, 10, 20, "53.71");
	following_restart(&b, "join_days=0"); /* perhaps before it was heard */
	bench_record_range(&b, 20, 30, "81");
	following_expect_all(s, 11, 30);
	following_expect_no_more(s);
	netral_unsubscribe(s);
	bench_end(&b);
}

static void test_recorder_is_killed_in_a_replay(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	bench_record_range(&b, 0, 4000, "81.71");
	struct netral_subscriber *s = following_from_the_beginning(&b);
	following_expect_all(s, 1, 100);
	following_restart(&b, "join_days=0");
	following_expect_all(s, 101, 1500);
	following_restart(&b, "join_days=0");
	following_expect_all(s, 1501, 4000);
	following_expect_no_more(s);
	netral_unsubscribe(s);
	bench_end(&b);
}

static void test_recorder_comes_late_and_is_silent(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	struct netral_subscriber *s = following_from_the_beginning(&b);
	struct netral_position p;
	following_wait(s, NETRAL_SILENT);
	assert_int_equal(netral_position(s, &p), 0);
	bench_run(&b, NULL, NULL);
	bench_record_range(&b, 0, 3, "81.71");
	const struct netral_update *u;
	bool back = false;
	for (int event = 0; event != NETRAL_UPDATE;) {
		event = following_event(s, &u);
		back |= event == NETRAL_BACK;
	}
	assert_int_equal(netral_update_seq(u), 1);
	following_expect_all(s, 2, 3);
	if (!back)
		following_wait(s, NETRAL_BACK);
	netral_unsubscribe(s);
	bench_end(&b);
}

/* --- another store --- */

static void test_another_store(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	struct netral_subscriber *s = following_from_the_beginning(&b);
	bench_record_range(&b, 0, 5, "81.71");
	following_expect_all(s, 1, 5);
	struct netral_position old = following_position(s);
	replace_store(&b);
	bench_record_range(&b, 5, 7, "81.71");
	following_wait(s, NETRAL_EPOCH);
	following_expect_all(s, 1, 2);
	assert_int_equal(netral_count(s, NETRAL_EPOCHS), 1);
	assert_memory_not_equal(following_position(s).epoch, old.epoch, sizeof(old.epoch));
	netral_unsubscribe(s);
	/* Nor is a position of the old one taken for one of this. */
	s = following(&b, (struct netral_options){.start = NETRAL_FROM_POSITION, .position = old});
	following_wait(s, NETRAL_EPOCH);
	following_expect_all(s, 1, 2);
	netral_unsubscribe(s);
	bench_end(&b);
}

/* --- in an event loop of others --- */

/* Level-triggered, one event a turn: as long as there is more, poll() does not wait. */
static void test_descriptor_in_a_foreign_loop(void **state)
{
	(void)state;
	struct bench b;
	const struct netral_update *u;
	uint64_t last = 0;
	bench_begin(&b, "join_days=0", NULL);
	bench_record_range(&b, 0, 1500, "81.71");
	struct netral_subscriber *s = following_from_the_beginning(&b);
	struct pollfd fd = {.fd = netral_fd(s), .events = POLLIN};
	while (last < 1600) {
		assert_int_equal(poll(&fd, 1, RIG_DEADLINE_MS), 1);
		int event = netral_next(s, &u);
		assert_true(event >= 0);
		if (event == NETRAL_UPDATE)
			assert_int_equal(netral_update_seq(u), ++last);
		if (last == 1500 && event == NETRAL_LIVE)
			bench_record_range(&b, 1500, 1600, "81.71");
	}
	assert_int_equal(netral_fd(s), fd.fd);
	netral_unsubscribe(s);
	bench_end(&b);
}

/* Nothing to do: it does not keep its loop busy. A Head each second is all that comes. */
static void test_descriptor_is_quiet(void **state)
{
	(void)state;
	enum { TURNS = 1000 };
	struct bench b;
	const struct netral_update *u;
	bench_begin(&b, "join_days=0", NULL);
	struct netral_subscriber *s = following(&b, (struct netral_options){0});
	following_wait(s, NETRAL_LIVE);
	int quiet = 0;
	for (int i = 0; i < TURNS; i++) {
		assert_int_equal(netral_next(s, &u), NETRAL_NOTHING);
		quiet += netral_wait(s, 0) == 0;
	}
	assert_true(quiet > TURNS / 2);
	netral_unsubscribe(s);
	bench_end(&b);
}

/* --- reports --- */

/* Two articles with one text, from two addresses: one happening. */
static void record_copy(struct bench *b, unsigned n, const char *url)
{
	static const uint8_t sketch[CODEC_SKETCH_BYTES] = {1, 2, 3};
	struct result r = bench_result(b, n, "81.71");
	r.url = (struct text){url, strlen(url)};
	r.sketch = (struct bytes){sketch, sizeof(sketch)};
	assert_int_equal(bench_record(b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
}

static void test_reports_and_cause(void **state)
{
	(void)state;
	struct bench b;
	char first[33], second[33], shown[33];
	bench_begin(&b, NULL, NULL);
	struct netral_subscriber *s = following_from_the_beginning(&b);
	record_copy(&b, 0, "https://kabar.example/1");
	record_copy(&b, 1, "https://warta.example/2");
	const struct netral_update *u = following_expect(s, 1);
	netral_report_id(u, 0, first);
	assert_int_equal(netral_update_change(u), NETRAL_NEW);
	assert_int_equal(netral_update_cause(u), NETRAL_NO_CAUSE);
	assert_int_equal(netral_report_count(u), 1);
	u = following_expect(s, 2);
	assert_int_equal(netral_update_change(u), NETRAL_CHANGED);
	assert_int_equal(netral_update_cause(u), NETRAL_CONFIRMED);
	assert_int_equal(netral_report_count(u), 2);
	assert_int_equal(netral_report_listed(u), 2);
	netral_report_id(u, 0, shown);
	netral_report_id(u, 1, second);
	assert_string_equal(shown, first);
	assert_string_not_equal(second, first);
	assert_string_equal(netral_report_title(u, 1), "Title 1");
	assert_string_equal(netral_report_url(u, 1), "https://warta.example/2");
	assert_int_equal(netral_report_status(u, 1), NETRAL_HELD);
	netral_unsubscribe(s);
	bench_end(&b);
}

/* --- several in one process --- */

enum { THREADS = 4, EACH = 2000 };

/* No assertion of cmocka's outside the main thread: the number of what came in order is told. */
static void *follow_in_a_thread(void *user)
{
	const struct netral_options *o = user;
	struct netral_subscriber *s;
	const struct netral_update *u;
	uintptr_t last = 0;
	if (netral_subscribe(o, &s) < 0)
		return NULL;
	while (last < EACH) {
		int event = netral_next(s, &u);
		if (event == NETRAL_UPDATE && netral_update_seq(u) != ++last)
			break;
		if (event < 0 || (event == NETRAL_NOTHING && netral_wait(s, RIG_DEADLINE_MS) != 1))
			break;
	}
	netral_unsubscribe(s);
	return (void *)last;
}

static void test_threads(void **state)
{
	(void)state;
	struct bench b;
	pthread_t threads[THREADS];
	bench_begin(&b, "join_days=0", NULL);
	struct netral_options o = {
		.size = sizeof(o), .runtime_dir = b.rig.dir, .start = NETRAL_FROM_BEGINNING};
	bench_record_range(&b, 0, EACH / 2, "81.71");
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, follow_in_a_thread, &o), 0);
	bench_record_range(&b, EACH / 2, EACH, "81.71");
	for (size_t i = 0; i < THREADS; i++) {
		void *last;
		assert_int_equal(pthread_join(threads[i], &last), 0);
		assert_int_equal((uintptr_t)last, EACH);
	}
	bench_end(&b);
}

/* --- query and show --- */

static size_t count_results(const struct netral_options *o)
{
	struct netral_results *results;
	const struct netral_update *u;
	size_t count = 0;
	int r = netral_query(o, &results);
	assert_int_equal(r, 0);
	while ((r = netral_results_next(results, &u)) == 1)
		count++;
	assert_int_equal(r, 0);
	assert_string_equal(netral_results_text(results, NULL), "");
	netral_results_free(results);
	return count;
}

static void test_query(void **state)
{
	(void)state;
	static const char *const areas[] = {"53"}, *const sources[] = {"spool:"};
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	bench_record_range(&b, 0, 1200, "81.71");
	bench_record_range(&b, 1200, 1205, "53.71");
	struct netral_filter f = {.size = sizeof(f)};
	struct netral_options o = {.size = sizeof(o), .runtime_dir = b.rig.dir, .filter = &f};
	assert_int_equal(count_results(&o), 1205);
	f.areas = areas;
	f.area_count = 1;
	assert_int_equal(count_results(&o), 5);
	o.since = "2024-08-22";
	assert_int_equal(count_results(&o), 0);
	o.since = o.until = "2024-08-21";
	assert_int_equal(count_results(&o), 5);
	f.sources = sources;
	f.source_count = 1;
	assert_int_equal(count_results(&o), 0);
	struct netral_results *results;
	o.until = "August";
	assert_int_equal(netral_query(&o, &results), NETRAL_ERROR_INVALID);
	bench_end(&b);
}

static void test_show(void **state)
{
	(void)state;
	struct bench b;
	char id[33];
	size_t len;
	const struct netral_update *u;
	struct netral_results *results;
	bench_begin(&b, "join_days=0", NULL);
	struct result r = bench_result(&b, 7, "81.71");
	bench_record(&b, &r, 1);
	article_id_format(&r.article_id, id);
	struct netral_options o = {.size = sizeof(o), .runtime_dir = b.rig.dir};
	assert_int_equal(netral_show(&o, id, &results), 0);
	assert_string_equal(netral_results_text(results, &len), "Text of article 7, about 81.71.");
	assert_int_equal(len, strlen("Text of article 7, about 81.71."));
	assert_int_equal(netral_results_next(results, &u), 1);
	char shown[33];
	netral_article_id(u, shown);
	assert_string_equal(shown, id);
	assert_int_equal(netral_results_next(results, &u), 0);
	netral_results_free(results);
	assert_int_equal(netral_show(&o, "0123456789abcdef", &results), NETRAL_ERROR_NOT_FOUND);
	assert_int_equal(netral_show(&o, "0123", &results), NETRAL_ERROR_INVALID);
	assert_int_equal(netral_show(&o, NULL, &results), NETRAL_ERROR_INVALID);
	bench_end(&b);
}

static void test_nobody_to_ask(void **state)
{
	(void)state;
	struct rig rig;
	struct netral_results *results = NULL;
	rig_init(&rig);
	struct netral_options o = {.size = sizeof(o), .runtime_dir = rig.dir};
	assert_int_equal(netral_query(&o, &results), NETRAL_ERROR_NOT_FOUND);
	o.replay_endpoint = "tcp://127.0.0.1:1";
	o.timeout_ms = 10;
	assert_int_equal(netral_query(&o, &results), NETRAL_ERROR_TIMEOUT);
	assert_null(results);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_the_beginning),
		cmocka_unit_test(test_from_now),
		cmocka_unit_test(test_from_a_number),
		cmocka_unit_test(test_from_a_position),
		cmocka_unit_test(test_recorder_is_killed),
		cmocka_unit_test(test_recorder_is_killed_in_a_replay),
		cmocka_unit_test(test_recorder_comes_late_and_is_silent),
		cmocka_unit_test(test_another_store),
		cmocka_unit_test(test_descriptor_in_a_foreign_loop),
		cmocka_unit_test(test_descriptor_is_quiet),
		cmocka_unit_test(test_reports_and_cause),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_nobody_to_ask),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
