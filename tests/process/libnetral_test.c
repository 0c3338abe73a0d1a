/* libnetral against a real netral-record: killed, replaced, away; with callers that are slow or
 * stopped. */
#include "libnetral/netral.h"
#include "tests/process/client.h"
#include "tests/process/recorder.h"

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

static void disconnect(struct bench *b)
{
	peer_close(&b->worker);
	peer_close(&b->replay);
	peer_close(&b->control);
}

/* kill -9, and again on the same store. */
static void restart(struct bench *b)
{
	rig_kill(b->record);
	disconnect(b);
	bench_run(b, NULL, NULL);
}

/* kill -9, and again on an empty one. */
static void replace_store(struct bench *b)
{
	char *command = NULL;
	rig_kill(b->record);
	disconnect(b);
	assert_true(asprintf(&command, "rm -r %s", rig_path(&b->rig, "state/store")) > 0);
	assert_int_equal(system(command), 0);
	free(command);
	bench_run(b, NULL, NULL);
}

static struct netral_subscriber *subscribe(struct bench *b, struct netral_options o)
{
	struct netral_subscriber *s = NULL;
	o.size = sizeof(o);
	o.runtime_dir = b->rig.dir;
	assert_int_equal(netral_subscribe(&o, &s), 0);
	return s;
}

static struct netral_subscriber *from_the_beginning(struct bench *b)
{
	return subscribe(b, (struct netral_options){.start = NETRAL_FROM_BEGINNING});
}

/* The next event, whatever it is. */
static int next_event(struct netral_subscriber *s, const struct netral_update **ret_update)
{
	int event;
	while ((event = netral_next(s, ret_update)) == NETRAL_NOTHING) {
		if (netral_wait(s, RIG_DEADLINE_MS) != 1)
			rig_fail("nothing came");
	}
	return event;
}

static void wait_event(struct netral_subscriber *s, int wanted)
{
	const struct netral_update *u;
	int event;
	while ((event = next_event(s, &u)) != wanted)
		assert_int_not_equal(event, NETRAL_UPDATE);
}

/* The next update must be this one; what else comes is passed over, but not a change of epoch. */
static const struct netral_update *expect_number(struct netral_subscriber *s, uint64_t number)
{
	const struct netral_update *u;
	int event;
	while ((event = next_event(s, &u)) != NETRAL_UPDATE) {
		assert_true(event > 0);
		assert_int_not_equal(event, NETRAL_EPOCH);
	}
	assert_int_equal(netral_update_seq(u), number);
	return u;
}

static void expect_numbers(struct netral_subscriber *s, uint64_t first, uint64_t last)
{
	for (uint64_t n = first; n <= last; n++)
		expect_number(s, n);
}

/* All that the store holds has been returned. */
static void expect_no_more(struct netral_subscriber *s)
{
	netral_verify(s);
	wait_event(s, NETRAL_LIVE);
}

static struct netral_position position_of(const struct netral_subscriber *s)
{
	struct netral_position p;
	assert_int_equal(netral_position(s, &p), 1);
	return p;
}

/* --- from where --- */

static void test_from_the_beginning(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	bench_record_range(&b, 0, 3000, "81.71");
	struct netral_subscriber *s = from_the_beginning(&b);
	expect_numbers(s, 1, 3000);
	wait_event(s, NETRAL_LIVE);
	assert_int_equal(netral_head(s), 3000);
	bench_record_range(&b, 3000, 3005, "81.71");
	expect_numbers(s, 3001, 3005);
	expect_no_more(s);
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
	struct netral_subscriber *s = subscribe(&b, (struct netral_options){0});
	wait_event(s, NETRAL_LIVE);
	bench_record_range(&b, 5, 8, "81.71");
	const struct netral_update *u = expect_number(s, 6);
	assert_string_equal(netral_article_title(u), "Title 5");
	assert_int_equal(netral_event_kind(u), NETRAL_SESSION);
	expect_numbers(s, 7, 8);
	expect_no_more(s);
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
		subscribe(&b, (struct netral_options){.start = NETRAL_FROM_NUMBER, .number = 8});
	expect_numbers(s, 8, 10);
	netral_unsubscribe(s);
	s = subscribe(&b, (struct netral_options){.start = NETRAL_FROM_NUMBER, .number = 12});
	assert_int_equal(next_event(s, &u), NETRAL_ERROR_FUTURE);
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
		struct netral_subscriber *s = from_the_beginning(&b);
		expect_numbers(s, 1, cuts[i]);
		struct netral_position p = position_of(s);
		assert_int_equal(p.seq, cuts[i]);
		netral_unsubscribe(s);
		s = subscribe(
			&b, (struct netral_options){.start = NETRAL_FROM_POSITION, .position = p});
		expect_numbers(s, p.seq + 1, 2000);
		wait_event(s, NETRAL_LIVE);
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
	struct netral_subscriber *s = from_the_beginning(&b);
	bench_record_range(&b, 0, 10, "81.71");
	expect_numbers(s, 1, 10);
	restart(&b);
	bench_record_range(&b, 10, 20, "53.71");
	restart(&b); /* perhaps before it was heard */
	bench_record_range(&b, 20, 30, "81");
	expect_numbers(s, 11, 30);
	expect_no_more(s);
	netral_unsubscribe(s);
	bench_end(&b);
}

static void test_recorder_is_killed_in_a_replay(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	bench_record_range(&b, 0, 4000, "81.71");
	struct netral_subscriber *s = from_the_beginning(&b);
	expect_numbers(s, 1, 100);
	restart(&b);
	expect_numbers(s, 101, 1500);
	restart(&b);
	expect_numbers(s, 1501, 4000);
	expect_no_more(s);
	netral_unsubscribe(s);
	bench_end(&b);
}

static void test_recorder_comes_late_and_is_silent(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	struct netral_subscriber *s = from_the_beginning(&b);
	struct netral_position p;
	wait_event(s, NETRAL_SILENT);
	assert_int_equal(netral_position(s, &p), 0);
	bench_run(&b, NULL, NULL);
	bench_record_range(&b, 0, 3, "81.71");
	const struct netral_update *u;
	bool back = false;
	for (int event = 0; event != NETRAL_UPDATE;) {
		event = next_event(s, &u);
		back |= event == NETRAL_BACK;
	}
	assert_int_equal(netral_update_seq(u), 1);
	expect_numbers(s, 2, 3);
	if (!back)
		wait_event(s, NETRAL_BACK);
	netral_unsubscribe(s);
	bench_end(&b);
}

/* --- another store --- */

static void test_another_store(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	struct netral_subscriber *s = from_the_beginning(&b);
	bench_record_range(&b, 0, 5, "81.71");
	expect_numbers(s, 1, 5);
	struct netral_position old = position_of(s);
	replace_store(&b);
	bench_record_range(&b, 5, 7, "81.71");
	wait_event(s, NETRAL_EPOCH);
	expect_numbers(s, 1, 2);
	assert_int_equal(netral_count(s, NETRAL_EPOCHS), 1);
	assert_memory_not_equal(position_of(s).epoch, old.epoch, sizeof(old.epoch));
	netral_unsubscribe(s);
	/* Nor is a position of the old one taken for one of this. */
	s = subscribe(&b, (struct netral_options){.start = NETRAL_FROM_POSITION, .position = old});
	wait_event(s, NETRAL_EPOCH);
	expect_numbers(s, 1, 2);
	netral_unsubscribe(s);
	bench_end(&b);
}

/* --- slow callers --- */

enum { TOO_MANY = 20000 }; /* for all queues on the way together */

static void test_slow_caller(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	struct netral_subscriber *s = subscribe(&b, (struct netral_options){0});
	wait_event(s, NETRAL_LIVE);
	bench_record_range(&b, 0, TOO_MANY, "81.71");
	expect_numbers(s, 1, TOO_MANY);
	assert_true(netral_count(s, NETRAL_GAPS) > 0);
	bench_record_range(&b, TOO_MANY, TOO_MANY + 3, "81.71");
	expect_numbers(s, TOO_MANY + 1, TOO_MANY + 3);
	expect_no_more(s);
	netral_unsubscribe(s);
	bench_end(&b);
}

static void test_stopped_process(void **state)
{
	(void)state;
	struct bench b;
	char count[16];
	bench_begin(&b, "join_days=0", NULL);
	snprintf(count, sizeof(count), "%d", TOO_MANY);
	struct rig_process *p =
		CLIENT_START(&b.rig, "watch", "--json", "--from", "beginning", "--count", count);
	bench_record_range(&b, 0, 10, "81.71");
	client_wait_output(&b.rig, p, "\"seq\":10,");
	rig_signal(p, SIGSTOP);
	bench_record_range(&b, 10, TOO_MANY, "81.71");
	rig_signal(p, SIGCONT);
	assert_int_equal(rig_wait_exit(p), 0);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), TOO_MANY);
	for (size_t i = 0; i < TOO_MANY; i++)
		assert_int_equal(client_number(json_array_get(lines, i), "seq"), i + 1);
	json_decref(lines);
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
	struct netral_subscriber *s = from_the_beginning(&b);
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
	struct netral_subscriber *s = subscribe(&b, (struct netral_options){0});
	wait_event(s, NETRAL_LIVE);
	int quiet = 0;
	for (int i = 0; i < TURNS; i++) {
		assert_int_equal(netral_next(s, &u), NETRAL_NOTHING);
		quiet += netral_wait(s, 0) == 0;
	}
	assert_true(quiet > TURNS / 2);
	netral_unsubscribe(s);
	bench_end(&b);
}

/* --- filters --- */

static void record_one(struct bench *b, unsigned n, enum event_kind kind, enum event_status status,
		       double confidence, const char *source)
{
	struct result r = bench_result(b, n, n % 2 ? "81.71" : "53.71");
	r.events[0].kind = kind;
	r.events[0].status = status;
	r.events[0].confidence = confidence;
	r.source = (struct text){source, strlen(source)};
	assert_int_equal(bench_record(b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
}

static void record_mixture(struct bench *b, unsigned from)
{
	record_one(b, from, EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND, 0.9, "submit");
	record_one(b, from + 1, EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND, 0.5, "spool:a.txt");
	record_one(b, from + 2, EVENT_KIND_SESSION, EVENT_STATUS_HELD, 0.9, "submit");
	record_one(b, from + 3, EVENT_KIND_VIOLATION, EVENT_STATUS_ALLEGED, 0.9, "submit");
}

static void expect_filtered(struct bench *b, struct netral_filter f, const uint64_t *numbers,
			    size_t count)
{
	f.size = sizeof(f);
	struct netral_subscriber *s =
		subscribe(b, (struct netral_options){.start = NETRAL_FROM_BEGINNING, .filter = &f});
	for (size_t i = 0; i < count; i++)
		expect_number(s, numbers[i]);
	expect_no_more(s);
	netral_unsubscribe(s);
}

#define EXPECT_FILTERED(b, filter, ...)                                                            \
	do {                                                                                       \
		static const uint64_t expected[] = {__VA_ARGS__};                                  \
		expect_filtered(b, filter, expected, sizeof(expected) / sizeof(expected[0]));      \
	} while (0)

static void test_filters(void **state)
{
	(void)state;
	static const int kinds[] = {NETRAL_VIOLATION}, statuses[] = {NETRAL_FOUND};
	static const char *const areas[] = {"81"}, *const sources[] = {"spool:"};
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	record_mixture(&b, 0);
	const struct netral_filter by_kind = {.kinds = kinds, .kind_count = 1};
	const struct netral_filter by_status = {.statuses = statuses, .status_count = 1};
	const struct netral_filter by_area = {.areas = areas, .area_count = 1};
	const struct netral_filter by_source = {.sources = sources, .source_count = 1};
	const struct netral_filter by_confidence = {.min_confidence = 0.6};
	const struct netral_filter by_all = {.kinds = kinds,
					     .kind_count = 1,
					     .areas = areas,
					     .area_count = 1,
					     .min_confidence = 0.6};
	EXPECT_FILTERED(&b, by_kind, 1, 2, 4);
	EXPECT_FILTERED(&b, by_status, 1, 2);
	EXPECT_FILTERED(&b, by_area, 2, 4);
	EXPECT_FILTERED(&b, by_source, 2);
	EXPECT_FILTERED(&b, by_confidence, 1, 3, 4);
	EXPECT_FILTERED(&b, by_all, 4);
	bench_end(&b);
}

/* Live, with the recorder killed in between; and the position moves over what others want. */
static void test_filter_over_restarts(void **state)
{
	(void)state;
	static const char *const areas[] = {"81"};
	const struct netral_filter f = {.size = sizeof(f), .areas = areas, .area_count = 1};
	struct bench b;
	const struct netral_update *u;
	bench_begin(&b, "join_days=0", NULL);
	struct netral_subscriber *s = subscribe(&b, (struct netral_options){.filter = &f});
	wait_event(s, NETRAL_LIVE);
	bench_record_range(&b, 0, 10, "81.71");
	expect_numbers(s, 1, 10);
	bench_record_range(&b, 10, 20, "53.71");
	restart(&b);
	bench_record_range(&b, 20, 30, "81");
	expect_numbers(s, 21, 30);
	while (position_of(s).seq < 30) {
		assert_true(netral_next(s, &u) != NETRAL_UPDATE);
		assert_int_equal(netral_wait(s, RIG_DEADLINE_MS), 1);
	}
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
	struct netral_subscriber *s = from_the_beginning(&b);
	record_copy(&b, 0, "https://kabar.example/1");
	record_copy(&b, 1, "https://warta.example/2");
	const struct netral_update *u = expect_number(s, 1);
	netral_report_id(u, 0, first);
	assert_int_equal(netral_update_change(u), NETRAL_NEW);
	assert_int_equal(netral_update_cause(u), NETRAL_NO_CAUSE);
	assert_int_equal(netral_report_count(u), 1);
	u = expect_number(s, 2);
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

/* --- many --- */

enum { MANY = 60, STOPPED = 5, ROUNDS = 6, PER_ROUND = 100 };

static const char *const many_areas[] = {"81.71", "53.71", "81", "32.73", "71", "ID"};
enum { MANY_AREAS = sizeof(many_areas) / sizeof(many_areas[0]) };

struct follower {
	struct netral_subscriber *s;
	unsigned mask; /* of the areas that it wants */
	uint64_t seen[MANY_AREAS];
};

static void note(struct follower *f, int event, const struct netral_update *u)
{
	assert_true(event > 0);
	for (unsigned a = 0; event == NETRAL_UPDATE && a < MANY_AREAS; a++)
		f->seen[a] += strcmp(netral_event_area_code(u), many_areas[a]) == 0;
}

static void take_waiting(struct follower *f)
{
	const struct netral_update *u;
	int event;
	while ((event = netral_next(f->s, &u)) != NETRAL_NOTHING)
		note(f, event, u);
}

static void begin_following(struct bench *b, struct follower *f, unsigned mask)
{
	const char *areas[MANY_AREAS];
	struct netral_filter filter = {.size = sizeof(filter), .areas = areas};
	*f = (struct follower){.mask = mask};
	for (unsigned a = 0; a < MANY_AREAS; a++) {
		if (mask >> a & 1)
			areas[filter.area_count++] = many_areas[a];
	}
	f->s = subscribe(b, (struct netral_options){.filter = &filter});
	wait_event(f->s, NETRAL_LIVE);
}

/* "81" has "81.71" in it. */
static bool wants(unsigned mask, unsigned area)
{
	return (mask >> area & 1) || (area == 0 && (mask >> 2 & 1));
}

static void expect_all_of_its(struct follower *f)
{
	netral_verify(f->s);
	for (bool live = false; !live;) {
		const struct netral_update *u;
		int event = next_event(f->s, &u);
		live = event == NETRAL_LIVE;
		note(f, event, u);
	}
	for (unsigned a = 0; a < MANY_AREAS; a++)
		assert_int_equal(f->seen[a],
				 wants(f->mask, a) ? ROUNDS / MANY_AREAS * PER_ROUND : 0);
}

/* Each with a filter of its own, some of which nobody reads for a while, over a kill -9. */
static void test_many_with_different_filters(void **state)
{
	(void)state;
	struct bench b;
	static struct follower followers[MANY];
	bench_begin(&b, "join_days=0", NULL);
	for (unsigned i = 0; i < MANY; i++)
		begin_following(&b, &followers[i], i + 1);
	for (unsigned round = 0; round < ROUNDS; round++) {
		bench_record_range(&b, round * PER_ROUND, (round + 1) * PER_ROUND,
				   many_areas[round % MANY_AREAS]);
		for (unsigned i = STOPPED; i < MANY; i++)
			take_waiting(&followers[i]);
		if (round == ROUNDS / 2)
			restart(&b);
	}
	for (unsigned i = 0; i < MANY; i++) {
		expect_all_of_its(&followers[i]);
		netral_unsubscribe(followers[i].s);
	}
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
		cmocka_unit_test(test_slow_caller),
		cmocka_unit_test(test_stopped_process),
		cmocka_unit_test(test_descriptor_in_a_foreign_loop),
		cmocka_unit_test(test_descriptor_is_quiet),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_filter_over_restarts),
		cmocka_unit_test(test_reports_and_cause),
		cmocka_unit_test(test_many_with_different_filters),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_nobody_to_ask),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
