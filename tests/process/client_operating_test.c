/* netral submit and dead against a real netrald; the worker is the test. */
#include "tests/process/client.h"
#include "tests/process/daemon_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

static void write_text(struct daemon_rig *d, const char *name, const char *text)
{
	rig_write_file(&d->rig, name, text, strlen(text));
}

#define RUN(d, ret, ...) CLIENT_RUN(&(d)->rig, ret, __VA_ARGS__)

static void expect_outcome(const json_t *lines, size_t at, const char *outcome)
{
	assert_string_equal(client_string(json_array_get(lines, at), "outcome"), outcome);
}

/* --- submit --- */

static void test_submit_outcomes(void **state)
{
	struct daemon_rig *d = *state;
	struct rig_process *p;
	daemon_rig_start(d);
	write_text(d, "a.jsonl",
		   "{\"text\":\"Satu.\"}\n{\"text\":\"Dua.\"}\n{\"text\":\"Satu.\"}\n");
	const char *file = rig_path(&d->rig, "a.jsonl");
	assert_int_equal(RUN(d, &p, "submit", "--json", file), EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), 3);
	expect_outcome(lines, 0, "accepted");
	expect_outcome(lines, 1, "accepted");
	expect_outcome(lines, 2, "duplicate");
	assert_string_equal(client_string(json_array_get(lines, 0), "id"),
			    client_string(json_array_get(lines, 2), "id"));
	json_decref(lines);
	assert_int_equal(RUN(d, &p, "submit", file), EX_OK);
	assert_true(rig_log_has(p, "0 accepted, 3 duplicate, 0 refused"));
}

static void test_submit_refused(void **state)
{
	struct daemon_rig *d = *state;
	struct rig_process *p;
	daemon_rig_start(d);
	write_text(d, "a.jsonl",
		   "{\"text\":\"Satu.\"}\nbad\n{\"text\":\"Dua.\",\"published\":\"kemarin\"}\n");
	write_text(d, "b.txt", "a\xff");
	write_text(d, "c.txt", "");
	rig_write_file(&d->rig, "d.txt", "a\0b", 3);
	assert_int_equal(RUN(d, &p, "submit", "--json", rig_path(&d->rig, "a.jsonl"),
			     rig_path(&d->rig, "b.txt"), rig_path(&d->rig, "c.txt"),
			     rig_path(&d->rig, "d.txt")),
			 EX_DATAERR);
	json_t *lines = client_lines(p);
	size_t accepted = 0, refused = 0;
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		bool bad = strcmp(client_string(line, "outcome"), "refused") == 0;
		accepted += strcmp(client_string(line, "outcome"), "accepted") == 0;
		refused += bad;
		if (bad)
			assert_true(client_string(line, "reason")[0]);
	}
	json_decref(lines);
	assert_int_equal(accepted, 1);
	assert_int_equal(refused, 5);
	assert_int_equal(RUN(d, &p, "submit", "--quiet", rig_path(&d->rig, "c.txt")), EX_DATAERR);
	assert_true(rig_log_has(p, "c.txt: refused: "));
	assert_int_equal(RUN(d, &p, "submit", rig_path(&d->rig, "gone.txt")), EX_NOINPUT);
}

/* A journal of the smallest size takes some of these, and then is full. */
static void test_submit_to_a_full_journal(void **state)
{
	struct daemon_rig *d = *state;
	struct rig_process *p;
	daemon_rig_set(d, "journal_max_bytes=1M");
	daemon_rig_start(d);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	for (int i = 0; i < 300; i++)
		fprintf(out, "{\"title\":\"%d\",\"text\":\"%0*d\"}\n", i, 8000, i);
	fclose(out);
	rig_write_file(&d->rig, "a.jsonl", text, size);
	free(text);
	assert_int_equal(
		RUN(d, &p, "submit", "--json", "--wait", "0", rig_path(&d->rig, "a.jsonl")),
		EX_TEMPFAIL);
	json_t *lines = client_lines(p);
	expect_outcome(lines, 0, "accepted");
	expect_outcome(lines, json_array_size(lines) - 1, "busy");
	json_decref(lines);
	assert_true(rig_log_has(p, "netrald stayed full"));
}

/* --- dead --- */

static void fail_for_good(struct peer *worker)
{
	const struct msg_work *w = &peer_receive(worker, MSG_WORK)->work;
	assert_int_equal(w->item_count, 1);
	struct message m = {.type = MSG_FAILED,
			    .failed = {{w->items[0].seq, w->items[0].lease},
				       true,
				       "the test does not like it"}};
	peer_send(worker, &m);
}

static json_t *list_dead(struct daemon_rig *d, size_t count)
{
	struct rig_process *p;
	daemon_rig_wait_counter(d, "netral_articles_dead", count);
	assert_int_equal(RUN(d, &p, "dead", "list", "--json"), EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), count);
	return lines;
}

static void test_dead(void **state)
{
	struct daemon_rig *d = *state;
	struct rig_process *p;
	struct peer worker;
	char id[40];
	daemon_rig_start(d);
	assert_int_equal(RUN(d, &p, "dead", "list"), EX_OK);
	write_text(d, "a.json", "{\"title\":\"Judul\",\"text\":\"Satu.\"}");
	assert_int_equal(RUN(d, &p, "submit", rig_path(&d->rig, "a.json")), EX_OK);
	daemon_rig_worker(d, &worker, "test", 10);
	fail_for_good(&worker);
	json_t *lines = list_dead(d, 1);
	const json_t *line = json_array_get(lines, 0);
	assert_string_equal(client_string(line, "title"), "Judul");
	assert_non_null(strstr(client_string(line, "reason"), "the test does not like it"));
	assert_int_equal(client_number(line, "tries"), 1);
	snprintf(id, sizeof(id), "%.8s", client_string(line, "id"));
	json_decref(lines);

	assert_int_equal(RUN(d, &p, "dead", "retry", id, "--json"), EX_OK);
	lines = client_lines(p);
	assert_int_equal(client_number(json_array_get(lines, 0), "done"), 1);
	json_decref(lines);
	fail_for_good(&worker);
	json_decref(list_dead(d, 1));

	assert_int_equal(RUN(d, &p, "dead", "drop", "--all"), EX_OK);
	char *output = rig_output(p);
	assert_string_equal(output, "1 article dropped\n");
	free(output);
	json_decref(list_dead(d, 0));
	assert_int_equal(RUN(d, &p, "dead", "retry", id), EX_DATAERR);
	assert_true(rig_log_has(p, "no dead article begins with"));
	peer_close(&worker);
}

static void test_dead_usage(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig);
	assert_int_equal(CLIENT_RUN(&rig, NULL, "dead"), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&rig, NULL, "dead", "bury"), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&rig, NULL, "dead", "list", "--all"), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&rig, NULL, "dead", "drop"), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&rig, NULL, "dead", "drop", "--all", "0123456789"), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&rig, NULL, "dead", "drop", "0123"), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&rig, NULL, "dead", "drop", "0123456x"), EX_USAGE);
	rig_fini(&rig);
}

static void test_status(void **state)
{
	struct daemon_rig *d = *state;
	struct rig_process *p;
	struct peer worker;
	daemon_rig_start(d);
	daemon_rig_worker(d, &worker, "test", 10);
	assert_int_equal(RUN(d, &p, "status", "--json"), EX_UNAVAILABLE); /* no netral-record */
	json_t *lines = client_lines(p);
	const json_t *line = json_array_get(lines, 0);
	assert_string_equal(client_string(line, "program"), "netrald");
	assert_int_equal(client_number(line, "counters.netral_articles_pending"), 0);
	const json_t *listed = json_array_get(client_get(line, "workers"), 0);
	assert_string_equal(client_string(listed, "name"), "test");
	assert_int_equal(client_number(listed, "credit"), 10);
	json_decref(lines);
	peer_close(&worker);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, daemon_rig_set_up, daemon_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_submit_outcomes),          TEST(test_submit_refused),
		TEST(test_submit_to_a_full_journal), TEST(test_dead),
		cmocka_unit_test(test_dead_usage),   TEST(test_status),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
