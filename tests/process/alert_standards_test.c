/* What netral-alert sends, read by libraries of others: signatures of Standard Webhooks, and
 * CloudEvents 1.0. They come from npm; without them this is skipped. */
#include "tests/process/alert_rig.h"
#include "tests/process/script.h"

#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* Quotes, a backslash, a line separator, and characters of two to four bytes. */
#define TITLE "Netralitas \"ASN\" \\ \xE2\x80\xA8 caf\xC3\xA9 \xF0\x9F\x97\xB3"

struct standards {
	struct alert_rig *a;
	struct script *receiver;
	int port;
};

static int set_up(void **state)
{
	static struct standards s;
	alert_rig_set_up((void **)&s.a);
	static const char *const secrets[][2] = {
		{"old", "whsec_bWF0YSBrdW5jaSBsYW1hLCAzMiBieXRlcyBwYW5qYW5nLg=="},
		{"new", "whsec_a3VuY2kgYmFydSwganVnYSAzMiBieXRlcyBwYW5qYW5nbnlh"}};
	for (int i = 0; i < 2; i++) {
		rig_write_file(&s.a->b.rig, secrets[i][0], secrets[i][1], strlen(secrets[i][1]));
		assert_int_equal(chmod(rig_path(&s.a->b.rig, secrets[i][0]), 0600), 0);
	}
	s.receiver = script_start("node", "node/receiver.js", s.a->b.rig.dir);
	const char *line = script_line(s.receiver);
	if (!line || sscanf(line, "port %d", &s.port) != 1)
		rig_fail("the receiver does not run");
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct standards *s = *state;
	script_stop(s->receiver);
	return alert_rig_tear_down((void **)&s->a);
}

/* The file of rules with one receiver, signed with these secrets: "old" or "old new". */
static void use_with(struct standards *s, const char *path, const char *secrets, const char *keys)
{
	char text[4 * RIG_PATH_SIZE], files[2 * RIG_PATH_SIZE + 8] = "";
	for (const char *name = secrets; *name;
	     name += strcspn(name, " ") + (strchr(name, ' ') != NULL)) {
		char word[8];
		assert_int_equal(sscanf(name, "%7s", word), 1);
		snprintf(files + strlen(files), sizeof(files) - strlen(files), "%s%s",
			 files[0] ? ", " : "", rig_path(&s->a->b.rig, word));
	}
	snprintf(text, sizeof(text),
		 "receiver \"a\" {\n\turl = \"http://127.0.0.1:%d%s\"\n\tsecret_files = "
		 "\"%s\"\n%s}\n"
		 "rule \"all\" {\n\treceivers = \"a\"\n}\n",
		 s->port, path, files, keys);
	rig_write_file(&s->a->b.rig, "alerts.conf", text, strlen(text));
}

static void use(struct standards *s, const char *path, const char *secrets)
{
	use_with(s, path, secrets, "");
}

/* The next request, which was all right; the caller's. `signers` as in use(). */
static json_t *next_request(struct standards *s, const char *signers, int status)
{
	json_error_t error;
	const char *line = script_line(s->receiver);
	json_t *report = line ? json_loads(line, 0, &error) : NULL;
	char by[32] = "";
	size_t i;
	json_t *name;
	if (!report || json_object_get(report, "error"))
		rig_fail("the receiver says: %s", line ? line : "nothing");
	json_array_foreach(json_object_get(report, "signers"), i, name)
	{
		snprintf(by + strlen(by), sizeof(by) - strlen(by), "%s%s", by[0] ? " " : "",
			 json_string_value(name));
	}
	assert_string_equal(by, signers);
	assert_int_equal(json_integer_value(json_object_get(report, "status")), status);
	return report;
}

static void test_event(void **state)
{
	struct standards *s = *state;
	const char *id, *type, *content, *title, *event_id, *subject, *webhook_id;
	use(s, "/", "old");
	alert_rig_start(s->a);
	struct result r = bench_result(&s->a->b, 0, "81.71");
	r.title = (struct text){TITLE, strlen(TITLE)};
	bench_record(&s->a->b, &r, 1);
	json_t *report = next_request(s, "old", 204);
	assert_int_equal(json_unpack(report, "{ss s{ss ss ss ss s{s{ss} s{ss}}}}", "id",
				     &webhook_id, "event", "id", &id, "type", &type,
				     "datacontenttype", &content, "subject", &subject, "data",
				     "event", "id", &event_id, "article", "title", &title),
			 0);
	assert_string_equal(id, webhook_id);
	assert_string_equal(type, "id.netral.session.v1");
	assert_string_equal(content, "application/json");
	assert_string_equal(subject, event_id);
	assert_string_equal(title, TITLE);
	json_decref(report);
}

/* Several updates are a batch, with one signature. */
static void test_batch(void **state)
{
	struct standards *s = *state;
	const char *id, *title;
	use_with(s, "/", "old", "\tgroup_wait = 1h\n\tgroup_max = 5\n");
	alert_rig_start(s->a);
	alert_rig_record(s->a, 0, 5);
	json_t *report = next_request(s, "old", 204), *events = json_object_get(report, "event");
	assert_int_equal(json_unpack(report, "{ss}", "id", &id), 0);
	assert_int_equal(strncmp(id, "batch-", 6), 0);
	assert_int_equal(json_array_size(events), 5);
	for (size_t i = 0; i < 5; i++) {
		char expected[32];
		snprintf(expected, sizeof(expected), "Title %zu", i);
		assert_int_equal(json_unpack(json_array_get(events, i), "{s{s{ss}}}", "data",
					     "article", "title", &title),
				 0);
		assert_string_equal(title, expected);
	}
	json_decref(report);
}

static void test_sample(void **state)
{
	struct standards *s = *state;
	const char *type;
	use(s, "/", "old");
	alert_rig_start(s->a);
	assert_int_equal(alert_rig_ask(s->a, (const char *[]){"test", "all", NULL}), 0);
	json_t *report = next_request(s, "old", 204);
	assert_int_equal(json_unpack(report, "{s{ss}}", "event", "type", &type), 0);
	assert_string_equal(type, "id.netral.test.v1");
	json_decref(report);
}

/* A receiver can change its secret while there is always one that both know. */
static void test_rotated_secrets(void **state)
{
	struct standards *s = *state;
	static const char *const steps[] = {"old", "old new", "new"};
	use(s, "/", steps[0]);
	alert_rig_start(s->a);
	for (unsigned i = 0; i < 3; i++) {
		use(s, "/", steps[i]);
		rig_signal(s->a->alert, SIGHUP);
		rig_wait_ready(s->a->alert);
		alert_rig_record(s->a, i, i + 1);
		json_decref(next_request(s, steps[i], 204));
		/* Reading again ends what is under way. */
		alert_rig_wait_counter(s->a, "netral_alert_messages_delivered_total", i + 1);
	}
}

/* The second try has the id and the event of the first, and a signature that holds. */
static void test_second_try(void **state)
{
	struct standards *s = *state;
	use(s, "/again", "old new");
	alert_rig_start(s->a);
	for (unsigned i = 0; i < 5; i++) {
		alert_rig_record(s->a, i, i + 1);
		json_t *first = next_request(s, "old new", 503);
		json_t *second = next_request(s, "old new", 204);
		assert_true(
			json_equal(json_object_get(first, "id"), json_object_get(second, "id")));
		assert_true(json_equal(json_object_get(first, "event"),
				       json_object_get(second, "event")));
		json_decref(first);
		json_decref(second);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_event),           TEST(test_batch),      TEST(test_sample),
		TEST(test_rotated_secrets), TEST(test_second_try),
	};
	setenv("NODE_PATH", NODE_MODULES, 1);
	if (system("node -e 'require(\"cloudevents\"); require(\"standardwebhooks\")' "
		   "2>/dev/null") != 0) {
		puts("skip: Node 20 with the packages of tests/process/node is not there");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
