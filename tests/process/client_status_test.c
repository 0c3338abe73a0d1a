/* netral status, with the test in the place of the daemons. */
#include "lib/cleanup.h"
#include "tests/process/client.h"
#include "tests/process/service.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

enum { SOURCES = 600 };

struct stage {
	struct rig rig;
	struct transport *transport;
	struct service netrald, record, poll;
	char names[SOURCES][16];
	struct source_status sources[SOURCES];
};

static int set_up(void **state)
{
	struct stage *s = calloc(1, sizeof(*s));
	if (!s)
		return -1;
	rig_init(&s->rig);
	if (transport_new(&s->transport) < 0)
		return -1;
	service_open(&s->netrald, s->transport, rig_endpoint(&s->rig, "netrald-control"));
	service_open(&s->record, s->transport, rig_endpoint(&s->rig, "record-control"));
	for (size_t i = 0; i < SOURCES; i++) {
		snprintf(s->names[i], sizeof(s->names[i]), "Kabar %zu", i);
		s->sources[i] = (struct source_status){.name = s->names[i],
						       .kind = "feed",
						       .url = "https://kabar.example/feed",
						       .enabled = i != 1,
						       .articles = 40 + i,
						       .last_error = ""};
	}
	struct source_status *first = &s->sources[0];
	first->flags = 1 | 2;
	first->last_article_ms = 1724209200007;
	first->failures = 7;
	first->failures_in_row = 3;
	first->last_error = "the name has no address";
	*state = s;
	return 0;
}

static void open_poll(struct stage *s)
{
	service_open(&s->poll, s->transport, rig_endpoint(&s->rig, "poll-control"));
}

static int tear_down(void **state)
{
	struct stage *s = *state;
	rig_fini(&s->rig);
	service_close(&s->netrald);
	service_close(&s->record);
	service_close(&s->poll);
	transport_free(s->transport);
	free(s);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void answer_status(struct service *service, const char *program)
{
	struct counter counters[] = {{"netral_poll_sources", SOURCES},
				     {"netral_poll_polls_total", 9},
				     {"netral_poll_fetch_bytes_total", 2048},
				     {"netral_poll_given_up_robots_total", 3},
				     {"netral_poll_given_up_unreadable_total", 0}};
	uint64_t request = service_receive(service, MSG_STATUS_REQUEST)->status_request.request;
	struct message m = {.type = MSG_STATUS_REPLY,
			    .status_reply = {.request = request,
					     .program = program,
					     .version = "0.1.0",
					     .pid = 42,
					     .uptime_ms = 61000,
					     .state = "running",
					     .counters = counters,
					     .counter_count = netral_countof(counters)}};
	service_answer(service, &m);
}

static void answer_both(struct stage *s)
{
	answer_status(&s->netrald, "netrald");
	answer_status(&s->record, "netral-record");
}

/* The page that was asked for, `next` being what it says. */
static void answer_list(struct stage *s, bool flagged_only, uint32_t after, size_t count,
			uint32_t next, uint32_t total)
{
	const struct msg_source_list *list =
		&service_receive(&s->poll, MSG_SOURCE_LIST)->source_list;
	assert_int_equal(list->flagged_only, flagged_only);
	assert_int_equal(list->after, after);
	assert_true(list->limit >= 1 && list->limit <= CODEC_SOURCES_MAX);
	struct message m = {.type = MSG_SOURCE_PAGE,
			    .source_page = {.request = list->request,
					    .sources = s->sources + after,
					    .source_count = count,
					    .next = next,
					    .total = total}};
	service_answer(&s->poll, &m);
}

static void answer_all(struct stage *s)
{
	answer_list(s, false, 0, 256, 256, SOURCES);
	answer_list(s, false, 256, 256, 512, SOURCES);
	answer_list(s, false, 512, SOURCES - 512, 0, SOURCES);
}

static bool has(const char *text, const char *words)
{
	if (!strstr(text, words))
		print_error("no \"%s\" in:\n%s\n", words, text);
	return strstr(text, words) != NULL;
}

/* --- without netral-poll --- */

static void test_polling_is_not_used(void **state)
{
	struct stage *s = *state;
	struct rig_process *p = CLIENT_START(&s->rig, "status");
	answer_both(s);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	char *output = rig_output(p);
	assert_true(has(output, "netral-poll  not running\n"));
	assert_true(has(output, "netral-alert  not running\n"));
	free(output);

	p = CLIENT_START(&s->rig, "status", "--json");
	answer_both(s);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), 4);
	assert_string_equal(client_string(json_array_get(lines, 2), "state"), "not running");
	assert_string_equal(client_string(json_array_get(lines, 3), "program"), "netral-alert");
	assert_string_equal(client_string(json_array_get(lines, 3), "state"), "not running");
	json_decref(lines);

	p = CLIENT_START(&s->rig, "status", "--metrics");
	answer_both(s);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	output = rig_output(p);
	assert_true(has(output, "netral_up{program=\"netral-record\"} 1\n"));
	assert_null(strstr(output, "netral-poll"));
	assert_null(strstr(output, "netral-alert"));
	free(output);

	assert_int_equal(CLIENT_RUN(&s->rig, &p, "status", "--sources"), EX_UNAVAILABLE);
	assert_true(rig_log_has(p, "netral-poll does not answer"));
}

/* A socket that nobody listens at any more: it was used here. */
static void test_poll_has_died(void **state)
{
	struct stage *s = *state;
	rig_write_file(&s->rig, "poll-control", "", 0);
	struct rig_process *p = CLIENT_START(&s->rig, "status");
	answer_both(s);
	assert_int_equal(rig_wait_exit(p), EX_UNAVAILABLE);
	assert_true(rig_log_has(p, "netral-poll does not answer"));

	p = CLIENT_START(&s->rig, "status", "--metrics");
	answer_both(s);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	char *output = rig_output(p);
	assert_true(has(output, "netral_up{program=\"netral-poll\"} 0\n"));
	free(output);
}

/* --- with it --- */

static void test_flagged_sources(void **state)
{
	struct stage *s = *state;
	open_poll(s);
	struct rig_process *p = CLIENT_START(&s->rig, "status");
	answer_both(s);
	answer_status(&s->poll, "netral-poll");
	answer_list(s, true, 0, 1, 0, 1);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	char *output = rig_output(p);
	assert_true(has(output, "netral-poll  running  pid 42, up 1 min, version 0.1.0\n"));
	assert_true(has(output, "  polls      9 made, 2.0 KiB fetched\n"));
	assert_true(has(output, "  note       3 poll given up robots\n"));
	assert_null(strstr(output, "unreadable"));
	assert_true(has(output, "  sources    1 of 600 flagged\n"));
	assert_true(
		has(output,
		    "  SOURCE   FLAGS            LAST ARTICLE         LAST ERROR\n"
		    "  Kabar 0  silent, failing  2024-08-21 03:00:00  the name has no address\n"));
	free(output);
}

/* What does not fit is counted, not listed. */
static void test_many_flagged_sources(void **state)
{
	struct stage *s = *state;
	open_poll(s);
	struct rig_process *p = CLIENT_START(&s->rig, "status");
	answer_both(s);
	answer_status(&s->poll, "netral-poll");
	answer_list(s, true, 0, 256, 256, 500);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	char *output = rig_output(p);
	assert_true(has(output, "  sources    500 of 600 flagged\n"));
	assert_true(has(output, "  Kabar 19 "));
	assert_null(strstr(output, "  Kabar 20 "));
	assert_true(has(output, "  ... and 480 more: netral status --sources\n"));
	free(output);
}

static void test_all_sources(void **state)
{
	struct stage *s = *state;
	open_poll(s);
	struct rig_process *p = CLIENT_START(&s->rig, "status", "--sources");
	answer_all(s);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	char *output = rig_output(p);
	size_t lines = 0;
	for (const char *at = output; (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 1 + SOURCES); /* one head for all pages */
	assert_true(has(output, "Kabar 1    feed  off "));
	assert_true(has(output, "Kabar 2    feed  well "));
	assert_true(has(output, "Kabar 599  feed  well  "));
	free(output);
}

/* Pages that do not lead on end the listing, whatever they say. */
static void test_pages_without_end(void **state)
{
	struct stage *s = *state;
	open_poll(s);
	struct rig_process *p = CLIENT_START(&s->rig, "status", "--sources");
	answer_list(s, false, 0, 256, 256, SOURCES);
	answer_list(s, false, 256, 256, 256, SOURCES);
	assert_int_equal(rig_wait_exit(p), EX_OK);
}

static void test_json(void **state)
{
	struct stage *s = *state;
	open_poll(s);
	struct rig_process *p = CLIENT_START(&s->rig, "status", "--json");
	answer_both(s);
	answer_status(&s->poll, "netral-poll");
	answer_list(s, true, 0, 1, 0, 1);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	json_t *lines = client_lines(p);
	const json_t *poll = json_array_get(lines, 2);
	assert_string_equal(client_string(poll, "program"), "netral-poll");
	assert_int_equal(json_array_size(client_get(poll, "sources")), 1);
	const json_t *source = json_array_get(client_get(poll, "sources"), 0);
	assert_string_equal(client_string(source, "name"), "Kabar 0");
	assert_string_equal(client_string(source, "last_article"), "2024-08-21T03:00:00.007Z");
	assert_true(json_is_null(client_get(source, "next_poll")));
	assert_string_equal(client_string(source, "last_error"), "the name has no address");
	assert_int_equal(client_number(source, "failures_in_row"), 3);
	const json_t *flags = client_get(source, "flags");
	assert_int_equal(json_array_size(flags), 2);
	assert_string_equal(json_string_value(json_array_get(flags, 1)), "failing");
	json_decref(lines);

	p = CLIENT_START(&s->rig, "status", "--json", "--sources");
	answer_both(s);
	answer_status(&s->poll, "netral-poll");
	answer_all(s);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	lines = client_lines(p);
	poll = json_array_get(lines, 2);
	assert_int_equal(json_array_size(client_get(poll, "sources")), SOURCES);
	json_decref(lines);
}

static void test_metrics(void **state)
{
	struct stage *s = *state;
	open_poll(s);
	struct rig_process *p = CLIENT_START(&s->rig, "status", "--metrics");
	answer_both(s);
	answer_status(&s->poll, "netral-poll");
	answer_all(s);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	char *output = rig_output(p);
	assert_true(has(output, "\nnetral_up{program=\"netral-poll\"} 1\n"));
	assert_true(has(output, "\nnetral_source_articles_total{source=\"Kabar 599\"} 639\n"));
	assert_true(has(output, "\nnetral_source_flag{source=\"Kabar 0\",flag=\"failing\"} 1\n"));
	free(output);
}

static void refuse_list(struct stage *s)
{
	uint64_t request = service_receive(&s->poll, MSG_SOURCE_LIST)->source_list.request;
	struct message m = {.type = MSG_ERROR,
			    .error = {.request = request,
				      .code = CODE_INTERNAL,
				      .reason = "the list is on fire"}};
	service_answer(&s->poll, &m);
}

static struct rig_process *refused(struct stage *s, const char *option)
{
	struct rig_process *p = CLIENT_START(&s->rig, "status", option);
	answer_both(s);
	answer_status(&s->poll, "netral-poll");
	refuse_list(s);
	return p;
}

/* An Error in the place of a page costs the exit code; what else is known is shown. */
static void test_a_poll_that_refuses(void **state)
{
	struct stage *s = *state;
	open_poll(s);
	struct rig_process *p = refused(s, NULL);
	assert_int_not_equal(rig_wait_exit(p), EX_OK);
	assert_true(rig_log_has(p, "the list is on fire"));
	char *output = rig_output(p);
	assert_true(has(output, "netral-poll  running"));
	free(output);

	p = refused(s, "--json");
	assert_int_not_equal(rig_wait_exit(p), EX_OK);
	json_t *lines = client_lines(p);
	const json_t *poll = json_array_get(lines, 2);
	assert_int_equal(client_number(poll, "counters.netral_poll_polls_total"), 9);
	assert_null(json_object_get(poll, "sources"));
	json_decref(lines);
}

/* Whoever collects the metrics gets all others. */
static void test_metrics_without_sources(void **state)
{
	struct stage *s = *state;
	open_poll(s);
	struct rig_process *p = refused(s, "--metrics");
	assert_int_equal(rig_wait_exit(p), EX_OK);
	assert_true(rig_log_has(p, "the list is on fire"));
	char *output = rig_output(p);
	assert_true(has(output, "netral_up{program=\"netral-poll\"} 1\n"));
	assert_null(strstr(output, "netral_source_"));
	free(output);
}

static void test_usage(void **state)
{
	struct stage *s = *state;
	assert_int_equal(CLIENT_RUN(&s->rig, NULL, "status", "--metrics", "--json"), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&s->rig, NULL, "status", "--metrics", "--sources"), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&s->rig, NULL, "status", "netrald"), EX_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_polling_is_not_used),
		TEST(test_poll_has_died),
		TEST(test_flagged_sources),
		TEST(test_many_flagged_sources),
		TEST(test_all_sources),
		TEST(test_pages_without_end),
		TEST(test_json),
		TEST(test_metrics),
		TEST(test_a_poll_that_refuses),
		TEST(test_metrics_without_sources),
		TEST(test_usage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
