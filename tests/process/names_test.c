/* The name of somebody who is accused leaves in no form, wherever the article has it. */
#include "tests/process/alert_rig.h"
#include "tests/process/client.h"
#include "tests/process/postman.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include <cmocka.h>

#define NAME   "Zebaoth Tuhuteru"
#define OTHER  "Habakuk"
#define MARKER "Title 7" /* of the session that is recorded last */

static struct text text_of(const char *s)
{
	return (struct text){s, strlen(s)};
}

/* Says it in every text that an event has. The second one names somebody more. */
static void record(struct alert_rig *a, unsigned n, const struct event_person *people, size_t count)
{
	static const struct event_evidence evidence[] = {{"status", 0, 5, NAME " dilaporkan"}};
	struct result r = bench_result(&a->b, n, "81.71");
	struct event *e = r.events;
	e->kind = EVENT_KIND_VIOLATION;
	e->status = EVENT_STATUS_ALLEGED;
	e->scope = EVENT_SCOPE_CASE;
	e->people = people;
	e->person_count = count;
	e->sentence = "Camat Sirimau, " NAME ", diduga berpihak.";
	e->evidence = evidence;
	e->evidence_count = 1;
	r.title = text_of(count > 1 ? NAME " dan " OTHER " Pattiasina" : "Camat " NAME);
	r.url = text_of(n == 1 ? "https://kabar.example/1" : "https://warta.example/2");
	assert_int_equal(bench_record(&a->b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
}

/* One happening of two articles, corrected with a note that names him; and a session. */
static void record_all(struct alert_rig *a)
{
	static const struct event_person people[] = {{NAME, "Camat Sirimau"},
						     {OTHER " Pattiasina", "sopir " NAME}};
	struct rig_process *p;
	record(a, 1, people, 1);
	record(a, 2, people, 2);
	assert_int_equal(CLIENT_RUN(&a->b.rig, &p, "query", "--json"), EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), 1);
	const json_t *event = json_array_get(lines, 0);
	assert_int_equal(client_number(event, "report_count"), 2);
	assert_int_equal(CLIENT_RUN(&a->b.rig, NULL, "correct", client_string(event, "event.id"),
				    "--set", "count=1", "--note", "hak jawab " NAME),
			 EX_OK);
	json_decref(lines);
	alert_rig_record(a, 7, 8);
}

static void expect_no_name(const char *where, const char *text)
{
	static const char *const names[] = {"Zebaoth", "Tuhuteru", OTHER, "Pattiasina"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcasestr(text, names[i]))
			rig_fail("%s: %s in %s", where, names[i], text);
	}
}

static void expect_output(struct alert_rig *a, const char *const *args, const char *where)
{
	struct rig_process *p;
	assert_int_equal(client_run(&a->b.rig, &p, args), EX_OK);
	char *text = rig_output(p);
	expect_no_name(where, text);
	free(text);
}
#define OUTPUT(a, where, ...) expect_output(a, (const char *const[]){__VA_ARGS__, NULL}, where)

static void exports_have_no_name(void **state)
{
	static const char *const formats[] = {"jsonl", "csv", "parquet-csv", "atom", "ics"};
	struct alert_rig *a = *state;
	struct rig_process *p;
	record_all(a);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		OUTPUT(a, formats[i], "export", "--format", formats[i]);
	OUTPUT(a, "ics --cancelled", "export", "--format", "ics", "--cancelled");
	OUTPUT(a, "regency", "export", "--format", "jsonl", "--names", "regency");
	OUTPUT(a, "stats", "stats", "--json");
	OUTPUT(a, "stats --totals", "stats", "--totals");
	/* The search has them: it is there. */
	assert_int_equal(
		CLIENT_RUN(&a->b.rig, &p, "export", "--format", "jsonl", "--names", "full"), EX_OK);
	char *text = rig_output(p);
	assert_non_null(strstr(text, NAME));
	assert_non_null(strstr(text, OTHER));
	free(text);
}

static void use_program(struct alert_rig *a)
{
	char section[2 * RIG_PATH_SIZE];
	static const char script[] = "#!/bin/sh\ncat >> $1/taken\necho >> $1/taken\n"
				     "grep -q '" MARKER "' $1/taken && touch $1/all\nexit 0\n";
	rig_write_file(&a->b.rig, "program", script, strlen(script));
	assert_int_equal(chmod(rig_path(&a->b.rig, "program"), 0700), 0);
	snprintf(section, sizeof(section),
		 "receiver \"p\" {\n\tkind = program\n\tcommand = \"%s %s\"\n}\n",
		 rig_path(&a->b.rig, "program"), a->b.rig.dir);
	alert_rig_section(a, section);
}

static void use_mail(struct alert_rig *a, struct postman *m)
{
	char section[512];
	snprintf(section, sizeof(section),
		 "receiver \"m\" {\n\tkind = mail\n\turl = \"%s\"\n\ttls = none\n"
		 "\tfrom = \"netral@example.org\"\n\tto = \"redaksi@example.id\"\n}\n",
		 postman_url(m));
	alert_rig_section(a, section);
}

static void use_alertmanager(struct alert_rig *a)
{
	char section[512];
	snprintf(section, sizeof(section),
		 "receiver \"am\" {\n\tkind = alertmanager\n\turl = \"%s\"\n}\n",
		 hook_url(a->hook, ""));
	alert_rig_section(a, section);
}

static void expect_taken(struct alert_rig *a, const char *path)
{
	hook_await_text(a->hook, path, MARKER);
	for (unsigned i = 0; i < hook_count(a->hook, path); i++)
		expect_no_name(path, hook_message(a->hook, path, i)->body);
}

static void messages_have_no_name(void **state)
{
	struct alert_rig *a = *state;
	struct postman *postman = postman_start();
	alert_rig_receiver(a, "w", "/w", "");
	alert_rig_receiver(a, "s", "/s", "\tform = slack\n");
	alert_rig_receiver(a, "f", "/f",
			   "\tform = \"{\\\"t\\\":\\\"{title} {sentence} {text}\\\"}\"\n");
	use_alertmanager(a);
	use_program(a);
	use_mail(a, postman);
	alert_rig_section(a, "rule \"all\" {\n\treceivers = \"w, s, f, am, p, m\"\n}\n");
	a->sets[a->set_count++] = "names=mask";
	alert_rig_start(a);
	record_all(a);
	expect_taken(a, "/w");
	expect_taken(a, "/s");
	expect_taken(a, "/f");
	expect_taken(a, "/api/v2/alerts");
	rig_wait_file(&a->b.rig, "all");
	char *taken = rig_read_file(&a->b.rig, "taken");
	expect_no_name("program", taken);
	free(taken);
	alert_rig_wait_counter(a, "netral_alert_messages_waiting", 0);
	for (unsigned i = 0; i < postman_count(postman); i++)
		expect_no_name("mail", postman_mail(postman, i));
	assert_int_equal(postman_count(postman), hook_count(a->hook, "/w"));
	postman_stop(postman);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, alert_rig_set_up, alert_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(exports_have_no_name),
		TEST(messages_have_no_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
