/* netral watch, query, show and status against a real netral-record, which comes and goes. */
#include "tests/process/client.h"
#include "tests/process/recorder.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

static void set_up(struct bench *b)
{
	bench_begin(b, NULL, NULL);
}

/* kill -9, and again on the same store. */
static void restart(struct bench *b)
{
	rig_kill(b->record);
	peer_close(&b->worker);
	peer_close(&b->replay);
	peer_close(&b->control);
	bench_run(b, NULL, NULL);
}

static json_t *expect_lines(struct rig_process *p, size_t count)
{
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), count);
	return lines;
}

static void expect_numbers(struct rig_process *p, uint64_t first, size_t count)
{
	json_t *lines = expect_lines(p, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(client_number(json_array_get(lines, i), "seq"), first + i);
	json_decref(lines);
}

/* --- watch --- */

static void test_watch_from_the_beginning(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	bench_record_range(&b, 0, 1500, "81.71");
	assert_int_equal(
		CLIENT_RUN(&b.rig, &p, "watch", "--from", "beginning", "--count", "1500", "--json"),
		EX_OK);
	expect_numbers(p, 1, 1500);
	assert_int_equal(
		CLIENT_RUN(&b.rig, &p, "watch", "--from", "1400", "--count", "101", "--json"),
		EX_OK);
	expect_numbers(p, 1400, 101);
	bench_end(&b);
}

static void test_watch_line(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	bench_record_range(&b, 0, 1, "81.71");
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "watch", "--from", "1", "--count", "1", "--json"),
			 EX_OK);
	json_t *lines = expect_lines(p, 1);
	const json_t *line = json_array_get(lines, 0);
	assert_string_equal(client_string(line, "change"), "new");
	assert_string_equal(client_string(line, "article.title"), "Title 0");
	assert_string_equal(client_string(line, "event.kind"), "SESSION");
	assert_string_equal(client_string(line, "event.place.code"), "81.71");
	assert_int_equal(strlen(client_string(line, "epoch")), 32);
	json_decref(lines);
	bench_end(&b);
}

static void test_watch_survives_restarts(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	struct rig_process *p =
		CLIENT_START(&b.rig, "watch", "--from", "beginning", "--count", "30", "--json");
	bench_record_range(&b, 0, 10, "81.71");
	client_wait_output(&b.rig, p, "\"seq\":10,");
	restart(&b);
	bench_record_range(&b, 10, 20, "53.71");
	restart(&b); /* perhaps before it was heard */
	bench_record_range(&b, 20, 30, "81");
	assert_int_equal(rig_wait_exit(p), EX_OK);
	expect_numbers(p, 1, 30);
	bench_end(&b);
}

static void test_watch_with_a_filter_survives_restarts(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	struct rig_process *p = CLIENT_START(&b.rig, "watch", "--from", "beginning", "--count",
					     "20", "--json", "--area", "81", "--kind", "session");
	bench_record_range(&b, 0, 10, "81.71");
	client_wait_output(&b.rig, p, "\"seq\":10,");
	bench_record_range(&b, 10, 20, "53.71");
	restart(&b);
	bench_record_range(&b, 20, 30, "81");
	assert_int_equal(rig_wait_exit(p), EX_OK);
	json_t *lines = expect_lines(p, 20);
	for (size_t i = 0; i < 20; i++)
		assert_int_equal(client_number(json_array_get(lines, i), "seq"),
				 i < 10 ? i + 1 : i + 11);
	json_decref(lines);
	bench_end(&b);
}

static void test_watch_from_now(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	bench_record_range(&b, 0, 5, "81.71");
	struct rig_process *p = CLIENT_START(&b.rig, "watch", "--count", "3", "--json");
	/* Its subscription is heard before the first Head that it acts on. */
	while (bench_counter(&b, "netral_subscribers") == 0)
		;
	bench_record_range(&b, 5, 8, "81.71");
	assert_int_equal(rig_wait_exit(p), EX_OK);
	expect_numbers(p, 6, 3);
	bench_end(&b);
}

static void test_watch_a_new_store(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	struct rig_process *p =
		CLIENT_START(&b.rig, "watch", "--from", "beginning", "--count", "7", "--json");
	bench_record_range(&b, 0, 5, "81.71");
	client_wait_output(&b.rig, p, "\"seq\":5,");
	char *lock = NULL;
	assert_true(asprintf(&lock, "rm -r %s", rig_path(&b.rig, "state/store")) > 0);
	rig_kill(b.record);
	assert_int_equal(system(lock), 0);
	free(lock);
	peer_close(&b.worker);
	peer_close(&b.replay);
	peer_close(&b.control);
	bench_run(&b, NULL, NULL);
	bench_record_range(&b, 5, 7, "81.71");
	assert_int_equal(rig_wait_exit(p), EX_OK);
	json_t *lines = expect_lines(p, 7);
	assert_int_equal(client_number(json_array_get(lines, 5), "seq"), 1);
	assert_int_equal(client_number(json_array_get(lines, 6), "seq"), 2);
	assert_string_not_equal(client_string(json_array_get(lines, 0), "epoch"),
				client_string(json_array_get(lines, 6), "epoch"));
	json_decref(lines);
	assert_true(rig_log_has(p, "{\"notice\": \"the store was replaced") ||
		    rig_log_has(p, "{\"notice\":\"the store was replaced"));
	bench_end(&b);
}

static void test_watch_ends_on_ctrl_c(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	bench_record_range(&b, 0, 1, "81.71");
	struct rig_process *p = CLIENT_START(&b.rig, "watch", "--from", "beginning");
	client_wait_output(&b.rig, p, "Title 0");
	rig_signal(p, SIGINT);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	bench_end(&b);
}

static void test_watch_from_the_future(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	bench_record_range(&b, 0, 3, "81.71");
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "watch", "--from", "5"), EX_DATAERR);
	assert_true(rig_log_has(p, "the last update is number 3, number 5 lies in the future"));
	bench_end(&b);
}

/* --- query and show --- */

static void test_query(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	bench_record_range(&b, 0, 1200, "81.71");
	bench_record_range(&b, 1200, 1205, "53.71");
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "query", "--json"), EX_OK);
	json_t *lines = expect_lines(p, 1205);
	assert_string_equal(client_string(json_array_get(lines, 0), "article.title"), "Title 1204");
	json_decref(lines);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "query", "--json", "--limit", "1100"), EX_OK);
	json_decref(expect_lines(p, 1100));
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "query", "--json", "--area", "53"), EX_OK);
	json_decref(expect_lines(p, 5));
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "query", "--json", "--kind", "pledge"), EX_OK);
	json_decref(expect_lines(p, 0));
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "query", "--json", "--since", "2024-08-22"), EX_OK);
	json_decref(expect_lines(p, 0));
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "query", "--limit", "2"), EX_OK);
	char *output = rig_output(p);
	assert_non_null(strstr(output, "Title 1203\n"));
	assert_null(strchr(output, '\033'));
	free(output);
	bench_end(&b);
}

/* A month or a year stands for its first or last day. */
static void test_query_by_month(void **state)
{
	(void)state;
	static const struct {
		const char *since, *until;
		size_t found;
	} cases[] = {
		{"2024-08", "2024-08", 3}, {"2024", "2024", 3},    {"2024-08-21", "2024-08-21", 3},
		{"2024-09", "2024", 0},    {"2023", "2024-07", 0},
	};
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	bench_record_range(&b, 0, 3, "81.71");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(CLIENT_RUN(&b.rig, &p, "query", "--json", "--since",
					    cases[i].since, "--until", cases[i].until),
				 EX_OK);
		json_decref(expect_lines(p, cases[i].found));
	}
	bench_end(&b);
}

static void test_bad_dates(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig);
	static const char *const dates[] = {"yesterday", "2024-8-1", "",           "2024-08-",
					    "20240801",  "2024-13",  "2024-08-32", "2024-00-01"};
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++)
		assert_int_equal(CLIENT_RUN(&rig, NULL, "query", "--since", dates[i]), EX_USAGE);
	rig_fini(&rig);
}

static void test_show(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	char id[ARTICLE_ID_HEX + 1], event[ARTICLE_ID_HEX + 8];
	set_up(&b);
	struct result r = bench_result(&b, 7, "81.71");
	bench_record(&b, &r, 1);
	article_id_format(&r.article_id, id);
	snprintf(event, sizeof(event), "%.8s-1", id);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "show", "--json", event), EX_OK);
	json_t *lines = expect_lines(p, 1);
	const json_t *line = json_array_get(lines, 0);
	assert_string_equal(client_string(line, "article.id"), id);
	assert_string_equal(client_string(line, "article.text"), "Text of article 7, about 81.71.");
	assert_int_equal(client_number(line, "classifier.revision"), 1);
	json_decref(lines);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "show", id), EX_OK);
	char *output = rig_output(p);
	assert_non_null(strstr(output, "SESSION HELD\n"));
	free(output);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "show", "--explain", id), EX_OK);
	output = rig_output(p);
	assert_non_null(strstr(output, "today's would say"));
	free(output);
	snprintf(event, sizeof(event), "%.8s-2", id);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "show", event), EX_DATAERR);
	assert_true(rig_log_has(p, "no such event or article"));
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "show", "0123456789abcdef"), EX_DATAERR);
	assert_true(rig_log_has(p, "no such event or article"));
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "show", "0123"), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "show", "01234567-0"), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "show", "01234567-1x"), EX_USAGE);
	bench_end(&b);
}

/* --- status, and nobody there --- */

static void test_status_of_one(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "status", "--json"), EX_UNAVAILABLE);
	json_t *lines = expect_lines(p, 4);
	const json_t *netrald = json_array_get(lines, 0), *record = json_array_get(lines, 1),
		     *poll = json_array_get(lines, 2);
	assert_string_equal(client_string(netrald, "program"), "netrald");
	assert_string_equal(client_string(netrald, "state"), "unreachable");
	assert_string_equal(client_string(record, "program"), "netral-record");
	assert_string_equal(client_string(record, "state"), "running");
	assert_int_equal(client_number(record, "pid"), b.record->pid);
	assert_int_equal(client_number(record, "counters.netral_updates_total"), 0);
	assert_string_equal(client_string(poll, "program"), "netral-poll");
	assert_string_equal(client_string(poll, "state"), "not running");
	json_decref(lines);
	bench_end(&b);
}

static void test_nobody_there(void **state)
{
	(void)state;
	static const char *const commands[][4] = {
		{"watch"}, {"query"}, {"show", "0123456789abcdef"}, {"status"}, {"dead", "list"}};
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		assert_int_equal(client_run(&rig, &p, commands[i]), EX_UNAVAILABLE);
		assert_true(rig_log_has(p, "is it running? Try 'netral up'"));
	}
	assert_int_equal(CLIENT_RUN(&rig, &p, "alert", "failed", "list"), EX_UNAVAILABLE);
	assert_true(rig_log_has(p, "is it running? Try 'netral up --alerts FILE'"));
	rig_fini(&rig);
}

static void test_socket_that_is_too_deep(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	char deep[200];
	memset(deep, 'd', sizeof(deep) - 1);
	deep[0] = '/';
	deep[sizeof(deep) - 1] = '\0';
	rig_init(&rig);
	assert_int_equal(CLIENT_RUN(&rig, &p, "status", "--runtime-dir", deep), EX_USAGE);
	assert_true(rig_log_has(p, "the paths of the sockets would have 215 bytes, the system "
				   "takes 107"));
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watch_from_the_beginning),
		cmocka_unit_test(test_watch_line),
		cmocka_unit_test(test_watch_survives_restarts),
		cmocka_unit_test(test_watch_with_a_filter_survives_restarts),
		cmocka_unit_test(test_watch_from_now),
		cmocka_unit_test(test_watch_a_new_store),
		cmocka_unit_test(test_watch_ends_on_ctrl_c),
		cmocka_unit_test(test_watch_from_the_future),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_query_by_month),
		cmocka_unit_test(test_bad_dates),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_status_of_one),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_socket_that_is_too_deep),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
