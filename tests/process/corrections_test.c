/* What people say, through the real client to a subscriber and into exports; whenever netral-record
 * dies. */
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

#define CAMAT "Budi Santoso"
#define NOTE  "hak jawab 12/2024"

enum { VIOLATION = 100 };

static struct result a_violation(struct bench *b)
{
	static const struct event_person people[] = {{CAMAT, "Camat Sirimau"}};
	struct result r = bench_result(b, VIOLATION, "81.71");
	struct event *e = r.events;
	e->kind = EVENT_KIND_VIOLATION;
	e->status = EVENT_STATUS_ALLEGED;
	e->scope = EVENT_SCOPE_CASE;
	e->people = people;
	e->person_count = 1;
	e->sentence = "Camat " CAMAT " diduga berpihak.";
	r.title = (struct text){"Camat " CAMAT, strlen("Camat " CAMAT)};
	r.url = (struct text){"https://berita.example/1", 24};
	return r;
}

static void set_up(struct bench *b, const char *const *env)
{
	bench_begin(b, "join_days=0", env);
	bench_record_range(b, 0, 2, "53.71");
	struct result r = a_violation(b);
	assert_int_equal(bench_record(b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
}

/* The last update of the violation, by replay. */
static const struct update *last_update(struct bench *b)
{
	const struct msg_replay_page *page = bench_replay(b, 1, (struct filter){0}, 0);
	const struct update *last = NULL;
	for (size_t i = 0; i < page->update_count; i++) {
		if (page->updates[i].event.kind == EVENT_KIND_VIOLATION)
			last = &page->updates[i];
	}
	assert_non_null(last);
	return last;
}

static void event_id(struct bench *b, char id[static 64])
{
	snprintf(id, 64, "%s", last_update(b)->event.id);
}

/* Standard output of a command that succeeds; the caller's. */
static char *output_of(struct bench *b, const char *const *args)
{
	struct rig_process *p;
	assert_int_equal(client_run(&b->rig, &p, args), EX_OK);
	return rig_output(p);
}
#define OUTPUT(b, ...) output_of(b, (const char *const[]){__VA_ARGS__, NULL})

static void assert_output(char *taken, const char *has, const char *has_not)
{
	if (has)
		assert_non_null(strstr(taken, has));
	if (has_not)
		assert_null(strstr(taken, has_not));
	free(taken);
}

/* --- to subscribers, queries and exports --- */

static void a_correction_reaches_everyone(void **state)
{
	struct bench b;
	char id[64];
	(void)state;
	set_up(&b, NULL);
	event_id(&b, id);
	assert_output(OUTPUT(&b, "corrections"), "no corrections", NULL);
	struct rig_process *watch = CLIENT_START(&b.rig, "watch", "--from", "1", "--kind",
						 "violation", "--count", "2", "--json");
	assert_output(OUTPUT(&b, "correct", id, "--set", "status=dismissed", "--set",
			     "place=Kota Kupang", "--set", "people=masked", "--set",
			     "count=about 3", "--clear", "date", "--note", NOTE, "--by", "Dewi"),
		      "2 updates", NULL);
	assert_int_equal(rig_wait_exit(watch), EX_OK);
	json_t *lines = client_lines(watch);
	assert_string_equal(client_string(json_array_get(lines, 1), "change"), "removed");
	assert_string_equal(client_string(json_array_get(lines, 1), "cause"), "corrected");
	assert_string_equal(client_string(json_array_get(lines, 1), "correction.note"), NOTE);
	json_decref(lines);
	const struct update *u = last_update(&b);
	assert_int_equal(u->change, CHANGE_NEW);
	assert_int_equal(u->cause, CAUSE_CORRECTED);
	assert_string_equal(u->event.id, id);
	assert_string_equal(u->event.place.code, "53.71");
	assert_string_equal(u->event.place.name, "Kota Kupang");
	assert_string_equal(u->event.place.province, "Nusa Tenggara Timur");
	assert_int_equal(u->event.count.value, 3);
	assert_output(OUTPUT(&b, "query", "--status", "dismissed", "--json"), NOTE, CAMAT);
	assert_output(OUTPUT(&b, "watch", "--from", "1", "--count", "5", "--json"), NOTE, "Dewi");
	assert_output(OUTPUT(&b, "export", "--format", "jsonl", "--names", "full"), "DISMISSED",
		      CAMAT);
	assert_output(OUTPUT(&b, "show", id), "status: ALLEGED, now DISMISSED", NULL);
	assert_output(OUTPUT(&b, "show", id), "Dewi (", CAMAT);
	assert_output(OUTPUT(&b, "corrections", "--json"), "\"verb\":\"set\"", CAMAT);
	bench_end(&b);
}

static void a_retracted_event_is_gone_until_it_is_back(void **state)
{
	struct bench b;
	char id[64];
	(void)state;
	set_up(&b, NULL);
	event_id(&b, id);
	assert_output(OUTPUT(&b, "retract", id, "--note", NOTE), "1 update", NULL);
	assert_int_equal(last_update(&b)->change, CHANGE_REMOVED);
	assert_int_equal(last_update(&b)->cause, CAUSE_RETRACTED);
	assert_output(OUTPUT(&b, "export", "--format", "jsonl"), "SESSION", "VIOLATION");
	assert_output(OUTPUT(&b, "query", "--json"), "SESSION", "VIOLATION");
	assert_output(OUTPUT(&b, "show", id), "retracted by people", NULL);
	struct result r = a_violation(&b); /* other tables find another stage */
	r.classifier.revision++;
	r.events->status = EVENT_STATUS_FOUND;
	assert_int_equal(bench_record(&b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
	assert_output(OUTPUT(&b, "query", "--json"), "SESSION", "VIOLATION");
	assert_output(OUTPUT(&b, "retract", id, "--undo", "--note", "it was right"), "1 update",
		      NULL);
	assert_output(OUTPUT(&b, "query", "--json"), "FOUND", NULL);
	assert_output(OUTPUT(&b, "corrections", id), "it was right", NULL);
	bench_end(&b);
}

static void a_taken_down_article_is_gone_everywhere(void **state)
{
	struct bench b;
	(void)state;
	set_up(&b, NULL);
	struct rig_process *watch =
		CLIENT_START(&b.rig, "watch", "--from", "3", "--count", "2", "--json");
	client_wait_output(&b.rig, watch, CAMAT);
	assert_output(OUTPUT(&b, "takedown", "https://berita.example/1", "--note", "court order"),
		      "1 article erased, 1 event removed", NULL);
	assert_int_equal(rig_wait_exit(watch), EX_OK);
	json_t *lines = client_lines(watch);
	assert_string_equal(client_string(json_array_get(lines, 1), "cause"), "taken_down");
	json_decref(lines);
	assert_output(OUTPUT(&b, "export", "--format", "jsonl", "--names", "full"), "SESSION",
		      CAMAT);
	/* Whoever comes now and reads everything hears of no name. */
	assert_output(OUTPUT(&b, "watch", "--from", "1", "--count", "4", "--json"), "VIOLATION",
		      CAMAT);
	struct result r = a_violation(&b);
	assert_int_equal(bench_record(&b, &r, 1)->statuses[0].outcome, RECORD_UNCHANGED);
	r = bench_result(&b, VIOLATION + 1, "81.71");
	r.url = (struct text){"https://berita.example/1", 24};
	assert_int_equal(bench_record(&b, &r, 1)->statuses[0].outcome, RECORD_UNCHANGED);
	assert_int_equal(bench_counter(&b, "netral_takedowns_total"), 1);
	assert_output(OUTPUT(&b, "corrections"), "court order", "https://berita.example");
	bench_end(&b);
}

/* --- what people mistype --- */

static void expect_refusal(struct bench *b, const char *const *args, int exit_code,
			   const char *message)
{
	struct rig_process *p;
	assert_int_equal(client_run(&b->rig, &p, args), exit_code);
	if (!rig_log_has(p, message))
		rig_fail("netral %s does not say \"%s\"", args[0], message);
}
#define REFUSED(b, exit_code, message, ...)                                                        \
	expect_refusal(b, (const char *const[]){__VA_ARGS__, NULL}, exit_code, message)

static void what_is_mistyped_is_explained(void **state)
{
	struct bench b;
	char id[64];
	(void)state;
	set_up(&b, NULL);
	event_id(&b, id);
	REFUSED(&b, EX_USAGE, "--note TEXT is needed", "correct", id, "--set", "status=found");
	REFUSED(&b, EX_USAGE, "nothing is set", "correct", id, "--note", NOTE);
	REFUSED(&b, EX_USAGE, "one ID is needed", "retract", "--note", NOTE);
#define SET(value, message)                                                                        \
	REFUSED(&b, EX_USAGE, message, "correct", id, "--note", NOTE, "--set", value)
	SET("kind=pledge", "is not FIELD=VALUE");
	SET("status", "is not FIELD=VALUE");
	SET("status=guilty", "is not held");
	SET("place=Atlantis", "place: no province");
	SET("place=99.99", "has the code 99.99");
	SET("date=21/8/2024", "such as 2024-08-21");
	SET("count=many", "is not a number");
	SET("conduct=rude", "one or more of them");
	SET("people=Budi", "neither \"masked\"");
#undef SET
	REFUSED(&b, EX_USAGE, "--clear: \"kind\"", "correct", id, "--note", NOTE, "--clear",
		"kind");
	REFUSED(&b, EX_USAGE, "both set and cleared", "correct", id, "--note", NOTE, "--clear",
		"date", "--set", "date=2024");
	REFUSED(&b, EX_DATAERR, "a violation is ALLEGED", "correct", id, "--note", NOTE, "--set",
		"status=held");
	REFUSED(&b, EX_DATAERR, "not a day such as", "correct", id, "--note", NOTE, "--set",
		"date=2024-13-41");
	REFUSED(&b, EX_DATAERR, "no such event", "retract", "0123456789abcdef-1", "--note", NOTE);
	REFUSED(&b, EX_DATAERR, "no such article", "takedown", "0123456789abcdef", "--note", NOTE);
	REFUSED(&b, EX_DATAERR, "no such event", "corrections", "0123456789abcdef");
	assert_int_equal(last_update(&b)->change, CHANGE_NEW);
	bench_end(&b);
}

/* --- crashes --- */

#ifdef NETRAL_TEST_HOOKS
static void run_again(struct bench *b, const char *const *env)
{
	peer_close(&b->worker);
	peer_close(&b->replay);
	peer_close(&b->control);
	bench_run(b, "join_days=0", env);
}

/* netral-record dies there; what was done is done again, and is there once. `article` is that of
 * the violation, to be taken down, or NULL to retract it. */
static void crash(const char *point, bool committed, const char *article)
{
	struct bench b;
	char id[64], crash_at[64];
	const char *const env[] = {crash_at, NULL};
	set_up(&b, NULL);
	event_id(&b, id);
	rig_stop(b.record);
	snprintf(crash_at, sizeof(crash_at), "NETRAL_CRASH=%s", point);
	run_again(&b, env);
	const char *const args[] = {article ? "takedown" : "retract", article ? article : id,
				    "--note", NOTE, NULL};
	struct rig_process *said = client_start(&b.rig, args);
	assert_int_equal(rig_wait_exit(b.record), -SIGKILL);
	rig_kill(said);
	run_again(&b, NULL);
	assert_int_equal(last_update(&b)->change, committed ? CHANGE_REMOVED : CHANGE_NEW);
	const char *again = article ? "no article was stored" : "no update";
	const char *first = article ? "1 article erased" : "1 update";
	assert_output(output_of(&b, args), committed ? again : first, NULL);
	json_t *lines;
	struct rig_process *p;
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "corrections", "--json"), EX_OK);
	lines = client_lines(p);
	assert_int_equal(json_array_size(lines), 1);
	json_decref(lines);
	assert_int_equal(last_update(&b)->seq, 4);
	bench_end(&b);
}

static void what_is_done_survives_every_crash(void **state)
{
	static const char *const articles[] = {NULL, "https://berita.example/1"};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		crash("record-before-commit", false, articles[i]);
		crash("record-after-commit", true, articles[i]);
		crash("record-after-publish", true, articles[i]);
	}
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_correction_reaches_everyone),
		cmocka_unit_test(a_retracted_event_is_gone_until_it_is_back),
		cmocka_unit_test(a_taken_down_article_is_gone_everywhere),
		cmocka_unit_test(what_is_mistyped_is_explained),
#ifdef NETRAL_TEST_HOOKS
		cmocka_unit_test(what_is_done_survives_every_crash),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
