/* netral reclassify: the archive again with other tables, whoever dies meanwhile.
 *
 * The oracles: the update log, followed from its beginning, ends in what a query yields; and where
 * every article had one event that no tables find, each is announced once and withdrawn once. */
#include "tests/process/client.h"
#include "tests/process/daemon_rig.h"
#include "tests/process/recorder.h"

#include <glob.h>
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

#define NO_VIOLATIONS "VIOLATION\tBIAS\t-100\n"
#define POLL          "\nPilkada\tPilkada\tLOCAL\n"
#define OTHER_POLL    "\nPilkada\tPilkada Uji\tLOCAL\n"

/* --- running it --- */

#define RECLASSIFY(rig, ret, ...)                                                                  \
	CLIENT_RUN(rig, ret, "reclassify", "--json", "--data", rig_path(rig, "tables"),            \
		   ##__VA_ARGS__)

static uint64_t summary(struct rig_process *p, const char *name)
{
	char path[64];
	json_t *lines = client_lines(p);
	snprintf(path, sizeof(path), "summary.%s", name);
	uint64_t n = client_number(json_array_get(lines, json_array_size(lines) - 1), path);
	json_decref(lines);
	return n;
}

struct outcome {
	uint64_t classified, added, changed, removed;
};

static struct outcome reclassify(struct rig *rig)
{
	struct rig_process *p;
	assert_int_equal(RECLASSIFY(rig, &p), EX_OK);
	return (struct outcome){.classified = summary(p, "classified"),
				.added = summary(p, "events.new"),
				.changed = summary(p, "events.changed"),
				.removed = summary(p, "events.removed")};
}

static void reclassify_changes_nothing(struct rig *rig)
{
	struct outcome o = reclassify(rig);
	assert_int_equal(o.classified, 0);
	assert_int_equal(o.added + o.changed + o.removed, 0);
}

/* --- what is in the store: id of an event to the event --- */

static json_t *present(struct rig *rig)
{
	struct rig_process *p;
	json_t *events = json_object();
	assert_int_equal(CLIENT_RUN(rig, &p, "query", "--json"), EX_OK);
	json_t *lines = client_lines(p);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		json_t *event = json_object_get(json_array_get(lines, i), "event");
		json_object_set(events, client_string(event, "id"), event);
	}
	json_decref(lines);
	return events;
}

/* The same, as somebody has it who followed from the beginning. */
static json_t *followed(struct rig *rig, uint64_t updates)
{
	char count[32];
	struct rig_process *p;
	json_t *events = json_object();
	snprintf(count, sizeof(count), "%lu", (unsigned long)updates);
	assert_int_equal(CLIENT_RUN(rig, &p, "watch", "--from", "1", "--count", count, "--json"),
			 EX_OK);
	json_t *lines = client_lines(p);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		json_t *event = json_object_get(line, "event");
		const char *id = client_string(event, "id");
		bool is_new = strcmp(client_string(line, "change"), "new") == 0;
		assert_int_equal(client_number(line, "seq"), i + 1);
		assert_int_equal(json_object_get(events, id) == NULL, is_new);
		if (strcmp(client_string(line, "change"), "removed") == 0)
			json_object_del(events, id);
		else
			json_object_set(events, id, event);
	}
	json_decref(lines);
	return events;
}

static size_t count_where(json_t *events, const char *field, const char *begins)
{
	const char *id;
	json_t *event;
	size_t n = 0;
	json_object_foreach(events, id, event)
	{
		const char *value = json_string_value(json_object_get(event, field));
		n += value && strncmp(value, begins, strlen(begins)) == 0;
	}
	return n;
}

static uint64_t count_updates(struct rig *rig)
{
	struct rig_process *p;
	assert_int_equal(CLIENT_RUN(rig, &p, "status", "--json"), EX_OK);
	json_t *lines = client_lines(p);
	uint64_t n = 0;
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *counters = json_object_get(json_array_get(lines, i), "counters");
		const json_t *value = json_object_get(counters, "netral_updates_total");
		n = value ? (uint64_t)json_integer_value(value) : n;
	}
	json_decref(lines);
	return n;
}

/* --- the whole pipeline --- */

static struct rig_process *start(struct daemon_rig *d, const char *program, const char *set)
{
	char run[RIG_PATH_SIZE];
	snprintf(run, sizeof(run), "runtime_dir=%s", d->rig.dir);
	const char *const args[] = {"--set", run, "--set", set, NULL};
	struct rig_process *p = rig_start(&d->rig, program, args, NULL);
	rig_wait_ready(p);
	return p;
}

/* All that a newcomer finds in examples/; the number of articles. */
static unsigned submit_examples(struct daemon_rig *d)
{
	glob_t files;
	const char *args[80] = {"submit", "--quiet"};
	assert_int_equal(glob(TESTS_SOURCE_DIR "/../examples/*.txt", 0, NULL, &files), 0);
	assert_in_range(files.gl_pathc, 1, 70);
	for (size_t i = 0; i < files.gl_pathc; i++)
		args[2 + i] = files.gl_pathv[i];
	assert_int_equal(client_run(&d->rig, NULL, args), EX_OK);
	unsigned count = (unsigned)files.gl_pathc;
	globfree(&files);
	return count;
}

static struct rig_process *start_pipeline(struct daemon_rig *d)
{
	char state[RIG_PATH_SIZE], data[RIG_PATH_SIZE];
	rig_copy_tables(&d->rig, "tables");
	snprintf(state, sizeof(state), "state_dir=%s", rig_path(&d->rig, "state"));
	snprintf(data, sizeof(data), "data_dir=%s", rig_path(&d->rig, "tables"));
	daemon_rig_start(d);
	start(d, "netral-record", state);
	return start(d, "netral-classify", data);
}

/* Events that `a` has and `b` has not, by their ids. */
static size_t count_missing(json_t *a, const json_t *b)
{
	const char *id;
	json_t *event;
	size_t n = 0;
	json_object_foreach(a, id, event)
	{
		n += json_object_get(b, id) == NULL;
	}
	return n;
}

/* Reclassifies *events, what a query yielded before, into what it yields afterwards; each
 * difference was told, by the summary and in the log, and a second run finds nothing to do. */
static struct outcome reclassify_to(struct rig *rig, json_t **events)
{
	struct outcome o = reclassify(rig);
	json_t *after = present(rig);
	assert_int_equal(o.added, count_missing(after, *events));
	assert_int_equal(o.removed, count_missing(*events, after));
	json_t *log = followed(rig, count_updates(rig));
	assert_true(json_equal(log, after));
	json_decref(log);
	json_decref(*events);
	*events = after;
	reclassify_changes_nothing(rig);
	return o;
}

/* Articles about each province, in the order of their codes. */
static json_t *coverage(struct rig *rig)
{
	struct rig_process *p;
	json_t *articles = json_array();
	assert_int_equal(CLIENT_RUN(rig, &p, "stats", "--by", "province", "--json"), EX_OK);
	json_t *lines = client_lines(p);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		if (strlen(client_string(line, "group")) == 2)
			json_array_append(articles, json_object_get(line, "articles"));
	}
	json_decref(lines);
	return articles;
}

static bool has_some(const json_t *articles)
{
	bool some = false;
	for (size_t i = 0; i < json_array_size(articles); i++)
		some |= json_integer_value(json_array_get(articles, i)) > 0;
	return some;
}

static void the_archive_follows_the_tables(void **state)
{
	struct daemon_rig *d = *state;
	struct rig *rig = &d->rig;
	struct rig_process *worker = start_pipeline(d);
	unsigned articles = submit_examples(d);
	daemon_rig_wait_counter(d, "netral_articles_recorded_total", articles);
	json_t *events = present(rig);
	size_t total = json_object_size(events),
	       violations = count_where(events, "kind", "VIOLATION");
	assert_true(violations > 0 && violations < total);
	/* The worker and the client name the same tables alike. */
	reclassify_changes_nothing(rig);
	json_t *before = coverage(rig);
	assert_true(has_some(before));

	rig_append(rig, "tables/weights.tsv", NO_VIOLATIONS);
	rig_signal(worker, SIGHUP);
	rig_wait_status(worker, "reloaded 1 times");
	struct outcome o = reclassify_to(rig, &events);
	assert_int_equal(o.classified, articles);
	assert_true(o.removed >= violations);
	assert_int_equal(count_where(events, "kind", "VIOLATION"), 0);

	rig_edit(rig, "tables/polls.tsv", POLL, OTHER_POLL);
	o = reclassify_to(rig, &events);
	assert_true(o.changed >= count_where(events, "election", "Pilkada Uji"));
	assert_true(count_where(events, "election", "Pilkada Uji") > 0);

	/* Back to the tables that were there at first: they have been in force before. */
	rig_edit(rig, "tables/polls.tsv", OTHER_POLL, POLL);
	rig_edit(rig, "tables/weights.tsv", NO_VIOLATIONS, "");
	reclassify_to(rig, &events);
	assert_int_equal(json_object_size(events), total);
	assert_int_equal(count_where(events, "kind", "VIOLATION"), violations);
	assert_int_equal(count_where(events, "election", "Pilkada Uji"), 0);
	json_t *after = coverage(rig);
	assert_true(json_equal(before, after)); /* what was counted was taken back each time */
	json_decref(before);
	json_decref(after);
	json_decref(events);
}

/* A line was changed and only the worker was told: what it reads then is not read again. */
static void a_reloaded_worker_names_its_tables(void **state)
{
	struct daemon_rig *d = *state;
	struct rig *rig = &d->rig;
	struct rig_process *worker = start_pipeline(d);
	rig_append(rig, "tables/weights.tsv", NO_VIOLATIONS);
	rig_signal(worker, SIGHUP);
	rig_wait_status(worker, "reloaded 1 times");
	unsigned articles = submit_examples(d);
	daemon_rig_wait_counter(d, "netral_articles_recorded_total", articles);
	json_t *events = present(rig);
	assert_true(json_object_size(events) > 0);
	assert_int_equal(count_where(events, "kind", "VIOLATION"), 0);
	reclassify_changes_nothing(rig);
	json_decref(events);
}

/* --- deaths: a recorder whose articles have one event each, which no tables find --- */

enum { ARTICLES = 700 };

static void set_up(struct bench *b)
{
	bench_begin(b, NULL, NULL);
	rig_copy_tables(&b->rig, "tables");
	bench_record_range(b, 0, ARTICLES, "81.71");
}

static void restart(struct bench *b, const char *crash)
{
	const char *const env[] = {crash, NULL};
	b->record = bench_start(b, NULL, crash ? env : NULL);
	rig_wait_ready(b->record);
}

/* Each event was announced once and withdrawn once. */
static void check_withdrawn(struct bench *b, unsigned articles)
{
	static bool removed[2 * ARTICLES];
	const struct msg_replay_page *page;
	struct filter all = {0};
	uint64_t next = 1;
	memset(removed, 0, sizeof(removed));
	assert_int_equal(bench_counter(b, "netral_updates_total"), 2 * articles);
	assert_int_equal(bench_counter(b, "netral_events_total"), 0);
	do {
		page = bench_replay(b, next, all, 0);
		for (size_t i = 0; i < page->update_count; i++) {
			const struct update *u = &page->updates[i];
			assert_int_equal(u->seq, next + i);
			assert_in_range(u->accepted_us, 0, articles - 1);
			bool *mark = &removed[u->accepted_us];
			assert_false(*mark && u->change == CHANGE_REMOVED);
			*mark = *mark || u->change == CHANGE_REMOVED;
		}
		next = page->through + 1;
	} while (page->through < page->head);
}

#ifdef NETRAL_TEST_HOOKS

static void it_may_die_in_the_middle(void **state)
{
	(void)state;
	static const char *const crashes[] = {"NETRAL_CRASH=reclassify-before-record:2",
					      "NETRAL_CRASH=reclassify-after-record:1"};
	struct bench b;
	set_up(&b);
	for (size_t i = 0; i < 2; i++) {
		char run[RIG_PATH_SIZE];
		snprintf(run, sizeof(run), "NETRAL_RUNTIME_DIR=%s", b.rig.dir);
		const char *const env[] = {run, crashes[i], NULL};
		const char *const args[] = {"reclassify", "--data", rig_path(&b.rig, "tables"),
					    NULL};
		struct rig_process *p = rig_start(&b.rig, "netral", args, env);
		assert_int_equal(rig_wait_exit(p), -SIGKILL);
		uint64_t left = bench_counter(&b, "netral_events_total");
		assert_true(left > 0 && left < ARTICLES);
	}
	reclassify(&b.rig);
	check_withdrawn(&b, ARTICLES);
	reclassify_changes_nothing(&b.rig);
	bench_end(&b);
}

/* Its answer is lost, or its batch: the client asks again. */
static void the_recorder_may_die_in_the_middle(void **state)
{
	(void)state;
	static const char *const crashes[] = {
		"NETRAL_CRASH=record-before-commit:2", "NETRAL_CRASH=record-after-commit:2",
		"NETRAL_CRASH=record-after-publish:2", "NETRAL_CRASH=record-after-ack:2"};
	for (size_t i = 0; i < 4; i++) {
		struct bench b;
		set_up(&b);
		rig_stop(b.record);
		restart(&b, crashes[i]);
		struct rig_process *p = CLIENT_START(&b.rig, "reclassify", "--quiet", "--data",
						     rig_path(&b.rig, "tables"));
		assert_int_equal(rig_wait_exit(b.record), -SIGKILL);
		restart(&b, NULL);
		assert_int_equal(rig_wait_exit(p), EX_OK);
		check_withdrawn(&b, ARTICLES);
		reclassify_changes_nothing(&b.rig);
		bench_end(&b);
	}
}

#endif

/* --- beside others --- */

static void articles_go_on_being_recorded(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	struct rig_process *p =
		CLIENT_START(&b.rig, "reclassify", "--json", "--data", rig_path(&b.rig, "tables"));
	bench_record_range(&b, ARTICLES, 2 * ARTICLES, "53.71");
	assert_int_equal(rig_wait_exit(p), EX_OK);
	/* It saw at least what was there when it began; the rest is there as it was recorded. */
	assert_true(summary(p, "articles") >= ARTICLES);
	reclassify(&b.rig);
	check_withdrawn(&b, 2 * ARTICLES);
	bench_end(&b);
}

static void two_at_a_time_do_it_once(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	struct rig_process *p =
		CLIENT_START(&b.rig, "reclassify", "--json", "--data", rig_path(&b.rig, "tables"));
	struct outcome second = reclassify(&b.rig);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	assert_int_equal(summary(p, "events.removed") + second.removed, ARTICLES);
	check_withdrawn(&b, ARTICLES);
	bench_end(&b);
}

/* --- what goes wrong --- */

static void a_damaged_text_is_named_and_passed_over(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	char hex[ARTICLE_ID_HEX + 1];
	set_up(&b);
	struct result bad = bench_result(&b, ARTICLES, "81.71");
	bad.article_id.bytes[0] ^= 1;
	bad.event_count = 0;
	article_id_format(&bad.article_id, hex);
	assert_int_equal(bench_record(&b, &bad, 1)->statuses[0].outcome, RECORD_RECORDED);
	bench_record_range(&b, ARTICLES + 1, ARTICLES + 2, "81.71");
	assert_int_equal(RECLASSIFY(&b.rig, &p), EX_DATAERR);
	assert_int_equal(summary(p, "refused"), 1);
	assert_int_equal(summary(p, "events.removed"), ARTICLES + 1);
	assert_true(rig_log_has(p, hex));
	bench_end(&b);
}

static void bad_tables_touch_nothing(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	rig_append(&b.rig, "tables/weights.tsv", "VIOLATION\tNO_SUCH_SIGN\t1\n");
	assert_int_equal(RECLASSIFY(&b.rig, &p), EX_DATAERR);
	assert_true(rig_log_has(p, "weights.tsv:"));
	assert_int_equal(bench_counter(&b, "netral_updates_total"), ARTICLES);
	bench_end(&b);
}

static void nobody_there(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	rig_copy_tables(&rig, "tables");
	assert_int_equal(RECLASSIFY(&rig, &p), EX_UNAVAILABLE);
	assert_true(rig_log_has(p, "netral-record does not answer"));
	assert_int_equal(RECLASSIFY(&rig, &p, "operand"), EX_USAGE);
	rig_fini(&rig);
}

static void people_and_subscribers_are_told_what_differs(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	/* It has all that was there, and listens. */
	struct rig_process *watch = CLIENT_START(&b.rig, "watch", "--from", "1", "--count", "1400",
						 "--json", "--kind", "session");
	client_wait_output(&b.rig, watch, "\"seq\":700,");
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "reclassify", "--data", rig_path(&b.rig, "tables")),
			 EX_OK);
	char *output = rig_output(p);
	assert_non_null(strstr(output, "  1 removed  Title 0\n"));
	assert_non_null(strstr(output, "700 articles, 700 classified again, 700 differ: "
				       "0 events new, 0 changed, 700 removed\n"));
	free(output);
	assert_int_equal(rig_wait_exit(watch), EX_OK);
	json_t *lines = client_lines(watch);
	assert_int_equal(json_array_size(lines), 2 * ARTICLES);
	for (size_t i = ARTICLES; i < 2 * ARTICLES; i++)
		assert_string_equal(client_string(json_array_get(lines, i), "change"), "removed");
	json_decref(lines);
	bench_end(&b);
}

#define WITH_DAEMON(name)                                                                          \
	cmocka_unit_test_setup_teardown(name, daemon_rig_set_up, daemon_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DAEMON(the_archive_follows_the_tables),
		WITH_DAEMON(a_reloaded_worker_names_its_tables),
#ifdef NETRAL_TEST_HOOKS
		cmocka_unit_test(it_may_die_in_the_middle),
		cmocka_unit_test(the_recorder_may_die_in_the_middle),
#endif
		cmocka_unit_test(articles_go_on_being_recorded),
		cmocka_unit_test(two_at_a_time_do_it_once),
		cmocka_unit_test(a_damaged_text_is_named_and_passed_over),
		cmocka_unit_test(bad_tables_touch_nothing),
		cmocka_unit_test(nobody_there),
		cmocka_unit_test(people_and_subscribers_are_told_what_differs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
