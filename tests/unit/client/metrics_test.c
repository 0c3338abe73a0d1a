/* The text that Prometheus reads, byte by byte; that a reader of its format takes it, is shown in
 * tests/python. */
#include "capture.h"
#include "client/metrics.h"
#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct metrics *metrics;

static int set_up(void **state)
{
	(void)state;
	metrics = metrics_new();
	return metrics ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	metrics_free(metrics);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void add_status(const char *program, struct counter *counters, size_t counter_count,
		       struct worker_status *workers, size_t worker_count)
{
	const struct msg_status_reply r = {.program = program,
					   .version = "0.1.0",
					   .uptime_ms = 61005,
					   .state = "running",
					   .counters = counters,
					   .counter_count = counter_count,
					   .workers = workers,
					   .worker_count = worker_count};
	assert_int_equal(metrics_add_status(metrics, &r), 0);
}

static void add_sources(struct source_status *sources, size_t count)
{
	const struct msg_source_page page = {.sources = sources, .source_count = count};
	assert_int_equal(metrics_add_sources(metrics, &page), 0);
}

/* malloc'd. */
static char *printed(void)
{
	struct capture c;
	capture_begin(&c);
	metrics_print(metrics, c.out);
	return capture_end(&c);
}

/* `text` stands in what is printed, once. */
static void expect(const char *text)
{
	netral_cleanup(netral_freep) char *all = printed();
	const char *at = strstr(all, text);
	if (!at || strstr(at + 1, text))
		fail_msg("%s\"%s\" in:\n%s", at ? "twice " : "no ", text, all);
}

static void expect_none(const char *text)
{
	netral_cleanup(netral_freep) char *all = printed();
	if (strstr(all, text))
		fail_msg("\"%s\" in:\n%s", text, all);
}

static void test_programs(void **state)
{
	(void)state;
	add_status("netrald", NULL, 0, NULL, 0);
	assert_int_equal(metrics_add_down(metrics, "netral-record"), 0);
	struct capture c;
	capture_begin(&c);
	metrics_print(metrics, c.out);
	capture_expect(&c, "# HELP netral_up Whether the program answers.\n"
			   "# TYPE netral_up gauge\n"
			   "netral_up{program=\"netrald\"} 1\n"
			   "netral_up{program=\"netral-record\"} 0\n"
			   "# HELP netral_running Whether nothing keeps the program from working.\n"
			   "# TYPE netral_running gauge\n"
			   "netral_running{program=\"netrald\"} 1\n"
			   "netral_running{program=\"netral-record\"} 0\n"
			   "# HELP netral_uptime_seconds Time since the program began.\n"
			   "# TYPE netral_uptime_seconds gauge\n"
			   "netral_uptime_seconds{program=\"netrald\"} 61.005\n"
			   "# HELP netral_build_info The version that runs.\n"
			   "# TYPE netral_build_info gauge\n"
			   "netral_build_info{program=\"netrald\",version=\"0.1.0\"} 1\n");
}

/* One name of two programs is one group; what only looks like a name is left out. */
static void test_counters(void **state)
{
	(void)state;
	struct counter some[] = {{"netral_protocol_errors_total", 3},
				 {"netral_articles_pending", UINT64_MAX},
				 {"netral bad\nnetral_worse 1", 1},
				 {"", 1},
				 {"0netral", 1}};
	struct counter others[] = {{"netral_protocol_errors_total", 4}};
	add_status("netrald", some, netral_countof(some), NULL, 0);
	add_status("netral-record", others, 1, NULL, 0);
	expect("# HELP netral_articles_pending Of netral: articles pending.\n"
	       "# TYPE netral_articles_pending gauge\n"
	       "netral_articles_pending{program=\"netrald\"} 18446744073709551615\n"
	       "# HELP netral_protocol_errors_total Of netral: protocol errors, so far.\n"
	       "# TYPE netral_protocol_errors_total counter\n"
	       "netral_protocol_errors_total{program=\"netral-record\"} 4\n"
	       "netral_protocol_errors_total{program=\"netrald\"} 3\n");
	expect_none("bad");
	expect_none("0netral");
	expect_none("{program=\"netrald\"} 1\n# HELP netral_articles");
}

static void test_workers_of_one_name_are_one(void **state)
{
	(void)state;
	struct worker_status workers[] = {{"satu", "0.1.0", 64, 3, 9, 1},
					  {"dua", "0.1.0", 32, 1, 5, 0},
					  {"satu", "0.1.0", 64, 4, 1, 1}};
	add_status("netrald", NULL, 0, workers, 3);
	expect("# TYPE netral_worker_held gauge\n"
	       "netral_worker_held{worker=\"dua\"} 1\n"
	       "netral_worker_held{worker=\"satu\"} 7\n");
	expect("# TYPE netral_worker_done_total counter\n"
	       "netral_worker_done_total{worker=\"dua\"} 5\n"
	       "netral_worker_done_total{worker=\"satu\"} 10\n");
}

static void test_receivers(void **state)
{
	(void)state;
	struct receiver_status receivers[] = {
		{"sms", true, 0, 0, 0, 0, 0, 0, ""},
		{"desk", false, 5, 6000, 1724209200007, 70, 3, 1724209205007, "HTTP 503"}};
	const struct msg_status_reply r = {.program = "netral-alert",
					   .version = "0.1.0",
					   .state = "running",
					   .receivers = receivers,
					   .receiver_count = 2};
	assert_int_equal(metrics_add_status(metrics, &r), 0);
	expect("# TYPE netral_alert_receiver_disabled gauge\n"
	       "netral_alert_receiver_disabled{receiver=\"desk\"} 0\n"
	       "netral_alert_receiver_disabled{receiver=\"sms\"} 1\n");
	expect("netral_alert_receiver_waiting{receiver=\"desk\"} 5\n");
	expect("netral_alert_receiver_waiting_bytes{receiver=\"desk\"} 6000\n");
	expect("netral_alert_receiver_behind{receiver=\"desk\"} 70\n");
	expect("netral_alert_receiver_tries{receiver=\"desk\"} 3\n");
	expect("netral_alert_receiver_oldest_timestamp_seconds{receiver=\"desk\"} "
	       "1724209200.007\n");
	expect("netral_alert_receiver_next_try_timestamp_seconds{receiver=\"desk\"} "
	       "1724209205.007\n");
	expect_none("503");
}

static void test_sources(void **state)
{
	(void)state;
	struct source_status sources[] = {{.name = "Warta",
					   .enabled = true,
					   .flags = 1 | 8 | 1U << 31,
					   .articles = 12,
					   .failures = 2,
					   .last_article_ms = 1724209200007,
					   .patience_ms = 86400000},
					  {.name = "Kabar"}};
	add_sources(sources, 2);
	add_sources(sources, 1); /* again */
	expect("# TYPE netral_source_articles_total counter\n"
	       "netral_source_articles_total{source=\"Kabar\"} 0\n"
	       "netral_source_articles_total{source=\"Warta\"} 12\n");
	expect("# TYPE netral_source_last_article_timestamp_seconds gauge\n"
	       "netral_source_last_article_timestamp_seconds{source=\"Warta\"} 1724209200.007\n");
	expect("netral_source_patience_seconds{source=\"Warta\"} 86400.000\n");
	expect("# TYPE netral_source_flag gauge\n"
	       "netral_source_flag{source=\"Kabar\",flag=\"silent\"} 0\n"
	       "netral_source_flag{source=\"Kabar\",flag=\"failing\"} 0\n"
	       "netral_source_flag{source=\"Kabar\",flag=\"undated\"} 0\n"
	       "netral_source_flag{source=\"Kabar\",flag=\"unparsed\"} 0\n"
	       "netral_source_flag{source=\"Warta\",flag=\"silent\"} 1\n"
	       "netral_source_flag{source=\"Warta\",flag=\"failing\"} 0\n"
	       "netral_source_flag{source=\"Warta\",flag=\"undated\"} 0\n"
	       "netral_source_flag{source=\"Warta\",flag=\"unparsed\"} 1\n");
}

static void test_names_are_escaped(void **state)
{
	(void)state;
	struct source_status sources[] = {{.name = "a\"} 1\nnetral_up 7 \\ é"}};
	add_sources(sources, 1);
	expect("netral_source_polls_total{source=\"a\\\"} 1\\nnetral_up 7 \\\\ é\"} 0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_programs),  TEST(test_counters), TEST(test_workers_of_one_name_are_one),
		TEST(test_receivers), TEST(test_sources),  TEST(test_names_are_escaped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
