/* The examples, as they are, against a real netral-record: those in C on the shared library. */
#include "lib/cleanup.h"
#include "tests/process/client.h"
#include "tests/process/recorder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct rig_process *start(struct bench *b, const char *name, const char *const *args)
{
	char dir[RIG_PATH_SIZE], program[64];
	snprintf(dir, sizeof(dir), "NETRAL_RUNTIME_DIR=%s", b->rig.dir);
	snprintf(program, sizeof(program), "../tests/example_%s", name);
	const char *const env[] = {dir, NULL};
	return rig_start(&b->rig, program, args, env);
}

#define START(b, name, ...) start(b, name, (const char *const[]){__VA_ARGS__, NULL})

static void record(struct bench *b, unsigned from, unsigned to, enum event_kind kind)
{
	for (unsigned n = from; n < to; n++) {
		struct result r = bench_result(b, n, "81.71");
		r.events[0].kind = kind;
		r.events[0].place.name = "Kota Ambon";
		assert_int_equal(bench_record(b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
	}
}

static size_t count_lines(struct rig_process *p, const char *with)
{
	size_t count = 0;
	char *output = rig_output(p);
	for (char *at = output; (at = strstr(at, with)); at++)
		count++;
	free(output);
	return count;
}

/* Twice, over a restart of netral-record: the position file is where it goes on. */
static void test_watch(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, NULL, NULL);
	record(&b, 0, 3, EVENT_KIND_SESSION);
	record(&b, 3, 8, EVENT_KIND_VIOLATION);
	struct rig_process *p = START(&b, "watch", rig_path(&b.rig, "position"), "5");
	assert_int_equal(rig_wait_exit(p), 0);
	assert_int_equal(count_lines(p, "Kota Ambon: Title"), 5);
	p = START(&b, "watch", rig_path(&b.rig, "position"), "2");
	record(&b, 8, 10, EVENT_KIND_VIOLATION);
	assert_int_equal(rig_wait_exit(p), 0);
	assert_int_equal(count_lines(p, "Title 8\n"), 1);
	assert_int_equal(count_lines(p, "Title 9\n"), 1);
	bench_end(&b);
}

/* Its standard input is a pipe of ours: it ends with that. */
static void test_poll(void **state)
{
	(void)state;
	struct bench b;
	int input[2];
	assert_int_equal(pipe2(input, O_CLOEXEC), 0);
	assert_int_equal(dup2(input[0], STDIN_FILENO), STDIN_FILENO);
	close(input[0]);
	bench_begin(&b, NULL, NULL);
	record(&b, 0, 5, EVENT_KIND_SESSION);
	struct rig_process *p = START(&b, "poll", NULL);
	client_wait_output(&b.rig, p, "live\n");
	assert_int_equal(count_lines(p, "-1\n"), 5);
	record(&b, 5, 6, EVENT_KIND_SESSION);
	client_wait_output(&b.rig, p, "\n6 ");
	assert_int_equal(write(input[1], "x", 1), 1);
	record(&b, 6, 7, EVENT_KIND_SESSION);
	client_wait_output(&b.rig, p, "\n7 ");
	close(input[1]);
	assert_int_equal(rig_wait_exit(p), 0);
	bench_end(&b);
}

static void test_query(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, NULL, NULL);
	record(&b, 0, 3, EVENT_KIND_SESSION);
	struct rig_process *p = START(&b, "query", "81");
	assert_int_equal(rig_wait_exit(p), 0);
	assert_int_equal(count_lines(p, "2024-08-21  SESSION    HELD         81.71     Title"), 3);
	p = START(&b, "query", "53");
	assert_int_equal(rig_wait_exit(p), 0);
	assert_int_equal(count_lines(p, "Title"), 0);
	p = START(&b, "query", "-i", "00000000");
	assert_int_equal(rig_wait_exit(p), 1);
	assert_true(rig_log_has(p, "query: not found"));
	bench_end(&b);
}

/* The last of them is live, after a crash of the recorder; what it did not ask for is not printed.
 */
static void test_python(void **state)
{
	(void)state;
	static const uint64_t expected[] = {1, 2, 3, 4, 7};
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	record(&b, 0, 4, EVENT_KIND_VIOLATION);
	const char *const args[] = {"-B",        EXAMPLES_DIR "/python/follow.py",
				    "--proto",   PROTO_DIR,
				    "--updates", rig_endpoint(&b.rig, "updates"),
				    "--replay",  rig_endpoint(&b.rig, "replay"),
				    "--kind",    "violation",
				    "--area",    "81",
				    "--count",   "5",
				    NULL};
	struct rig_process *p = rig_start(&b.rig, "/usr/bin/python3", args, NULL);
	client_wait_output(&b.rig, p, "\"seq\": 4");
	rig_kill(b.record);
	peer_close(&b.worker);
	peer_close(&b.replay);
	peer_close(&b.control);
	bench_run(&b, "join_days=0", NULL);
	record(&b, 4, 6, EVENT_KIND_SESSION);
	record(&b, 6, 7, EVENT_KIND_VIOLATION);
	assert_int_equal(rig_wait_exit(p), 0);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), netral_countof(expected));
	for (size_t i = 0; i < netral_countof(expected); i++) {
		const json_t *line = json_array_get(lines, i);
		assert_int_equal(client_number(line, "seq"), expected[i]);
		assert_string_equal(client_string(line, "kind"), "VIOLATION");
		assert_string_equal(client_string(line, "area"), "81.71");
		assert_true(json_is_null(client_get(line, "cause")));
	}
	json_decref(lines);
	bench_end(&b);
}

/* What people say, and why it is told. */
static void test_python_tells_causes(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	bench_begin(&b, "join_days=0", NULL);
	record(&b, 0, 1, EVENT_KIND_VIOLATION);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "query", "--json"), 0);
	json_t *events = client_lines(p);
	const char *id = client_string(json_array_get(events, 0), "event.id");
	assert_int_equal(CLIENT_RUN(&b.rig, NULL, "retract", id, "--note", "ralat"), 0);
	json_decref(events);
	const char *const args[] = {"-B",        EXAMPLES_DIR "/python/follow.py",
				    "--proto",   PROTO_DIR,
				    "--updates", rig_endpoint(&b.rig, "updates"),
				    "--replay",  rig_endpoint(&b.rig, "replay"),
				    "--count",   "2",
				    NULL};
	p = rig_start(&b.rig, "/usr/bin/python3", args, NULL);
	assert_int_equal(rig_wait_exit(p), 0);
	json_t *lines = client_lines(p);
	assert_true(json_is_null(client_get(json_array_get(lines, 0), "cause")));
	assert_string_equal(client_string(json_array_get(lines, 1), "cause"), "retracted");
	json_decref(lines);
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watch),
		cmocka_unit_test(test_poll),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_python),
		cmocka_unit_test(test_python_tells_causes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
