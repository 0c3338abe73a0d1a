/* netral-alert between a real netral-record and receivers that are well, down, slow or broken. */
#include "tests/process/alert_rig.h"
#include "tests/process/client.h"

#include <inttypes.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include <cmocka.h>

#define SECRET     "whsec_bmV0cmFsLXRlc3RzLXNlY3JldC1vZi0zMi1ieXRlcw=="
#define SECRET_KEY "netral-tests-secret-of-32-bytes"
#define EVERYTHING "rule \"all\" {\n\treceivers = \"a\"\n}\n"

static void put_secret(struct alert_rig *a, const char *name, const char *text, mode_t mode)
{
	rig_write_file(&a->b.rig, name, text, strlen(text));
	assert_int_equal(chmod(rig_path(&a->b.rig, name), mode), 0);
}

static int netral(struct alert_rig *a, const char *const *words)
{
	const char *args[12] = {"alert"};
	size_t n = 1;
	while (*words)
		args[n++] = *words++;
	args[n++] = "--runtime-dir";
	args[n] = a->b.rig.dir;
	return rig_wait_exit(rig_start(&a->b.rig, "netral", args, NULL));
}

/* --- what is sent --- */

static void test_cloud_event(void **state)
{
	struct alert_rig *a = *state;
	const char *id, *spec, *type, *source, *subject, *sequence, *event_id;
	json_int_t seq;
	json_error_t error;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, EVERYTHING);
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	hook_await(a->hook, "/a", 1);
	const struct hook_message *m = hook_message(a->hook, "/a", 0);
	assert_string_equal(m->type, "application/cloudevents+json; charset=utf-8");
	assert_string_equal(m->signature, "");
	json_t *event = json_loads(m->body, 0, &error);
	assert_non_null(event);
	assert_int_equal(json_unpack(event, "{ss ss ss ss ss ss s{sI s{ss}}}", "id", &id,
				     "specversion", &spec, "type", &type, "source", &source,
				     "subject", &subject, "sequence", &sequence, "data", "seq",
				     &seq, "event", "id", &event_id),
			 0);
	assert_string_equal(id, m->id);
	assert_string_equal(spec, "1.0");
	assert_string_equal(type, "id.netral.session.v1");
	assert_string_equal(sequence, "00000000000000000001");
	assert_string_equal(subject, event_id);
	assert_int_equal(strncmp(source, "urn:uuid:", 9), 0);
	assert_int_equal(seq, 1);
	json_decref(event);
}

static void expect_signature(const struct hook_message *m, const char *key, const char *signature)
{
	char text[65536], base64[64];
	uint8_t mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state s;
	int len = snprintf(text, sizeof(text), "%s.%s.%s", m->id, m->timestamp, m->body);
	crypto_auth_hmacsha256_init(&s, (const uint8_t *)key, strlen(key));
	crypto_auth_hmacsha256_update(&s, (const uint8_t *)text, (size_t)len);
	crypto_auth_hmacsha256_final(&s, mac);
	sodium_bin2base64(base64, sizeof(base64), mac, sizeof(mac), sodium_base64_VARIANT_ORIGINAL);
	assert_int_equal(strncmp(signature, "v1,", 3), 0);
	assert_int_equal(strncmp(signature + 3, base64, strlen(base64)), 0);
}

static void test_signed_with_each_secret(void **state)
{
	struct alert_rig *a = *state;
	char keys[2 * RIG_PATH_SIZE];
	put_secret(a, "old", SECRET "\n", 0600);
	put_secret(a, "new", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz", 0600);
	snprintf(keys, sizeof(keys), "\tsecret_files = \"%s, %s\"\n", rig_path(&a->b.rig, "old"),
		 rig_path(&a->b.rig, "new"));
	alert_rig_receiver(a, "a", "/a", keys);
	alert_rig_section(a, EVERYTHING);
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	hook_await(a->hook, "/a", 1);
	const struct hook_message *m = hook_message(a->hook, "/a", 0);
	const char *second = strchr(m->signature, ' ');
	assert_non_null(second);
	expect_signature(m, SECRET_KEY, m->signature);
	expect_signature(m, "012345678901234567890123", second + 1);
}

static void test_secret_open_to_others_is_refused(void **state)
{
	struct alert_rig *a = *state;
	char keys[2 * RIG_PATH_SIZE];
	put_secret(a, "secret", SECRET, 0644);
	snprintf(keys, sizeof(keys), "\tsecret_files = \"%s\"\n", rig_path(&a->b.rig, "secret"));
	alert_rig_receiver(a, "a", "/a", keys);
	alert_rig_section(a, EVERYTHING);
	alert_rig_launch(a, NULL);
	assert_false(rig_wait_ready_or_exit(a->alert));
	assert_int_not_equal(rig_wait_exit(a->alert), 0);
	assert_true(rig_log_has(a->alert, "chmod 600"));
	assert_false(rig_log_has(a->alert, "bmV0cmFs"));
}

/* --check-config reads the rules, and says what is wrong where; nothing is started. */
static int check_config_in(struct alert_rig *a, const char *const *env, struct rig_process **ret)
{
	char rules[RIG_PATH_SIZE + 16];
	snprintf(rules, sizeof(rules), "rules_file=%s", rig_path(&a->b.rig, "alerts.conf"));
	const char *args[] = {"--config", "/dev/null", "--check-config", "--set",
			      rules,      "--set",     "contact=c",      NULL};
	*ret = rig_start(&a->b.rig, "netral-alert", args, env);
	return rig_wait_exit(*ret);
}

static int check_config(struct alert_rig *a, struct rig_process **ret)
{
	return check_config_in(a, NULL, ret);
}

static void test_check_config(void **state)
{
	struct alert_rig *a = *state;
	struct rig_process *p;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, EVERYTHING);
	assert_int_equal(check_config(a, &p), EX_OK);
	alert_rig_section(a, "rule \"x\" {\n\tkinds = \"RUMOUR\"\n\treceivers = \"a\"\n}\n");
	assert_int_equal(check_config(a, &p), EX_CONFIG);
	assert_true(rig_log_has(p, "alerts.conf:"));
	assert_true(rig_log_has(p, "\"RUMOUR\""));
	rig_edit(&a->b.rig, "alerts.conf", "RUMOUR", "SESSION");
	rig_edit(&a->b.rig, "alerts.conf", "receivers = \"a\"\n}\nrule \"x\"",
		 "receivers = \"b\"\n}\nrule \"x\"");
	assert_int_equal(check_config(a, &p), EX_CONFIG);
	assert_true(rig_log_has(p, "rule \"all\": there is no receiver \"b\""));
}

/* Also where nobody is told by mail yet. */
static void test_check_mail_texts(void **state)
{
	struct alert_rig *a = *state;
	static const char bad[] = "key\tid\ten\nstatus.LOST\thilang\tlost\n";
	char data[RIG_PATH_SIZE + 16];
	const char *env[] = {data, NULL};
	struct rig_process *p;
	snprintf(data, sizeof(data), "NETRAL_DATA=%s", a->b.rig.dir);
	rig_write_file(&a->b.rig, "mail_texts.tsv", bad, strlen(bad));
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, EVERYTHING);
	assert_int_equal(check_config_in(a, env, &p), EX_CONFIG);
	assert_true(rig_log_has(p, "mail_texts.tsv:2: "));
}

static void test_chat_service(void **state)
{
	struct alert_rig *a = *state;
	json_error_t error;
	const char *text;
	alert_rig_receiver(a, "a", "/a", "\tform = slack\n");
	alert_rig_section(a, EVERYTHING);
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	hook_await(a->hook, "/a", 1);
	const struct hook_message *m = hook_message(a->hook, "/a", 0);
	json_t *body = json_loads(m->body, 0, &error);
	assert_non_null(body);
	assert_int_equal(json_unpack(body, "{ss}", "text", &text), 0);
	assert_non_null(strstr(text, "SESSION HELD"));
	assert_non_null(strstr(text, "Title 0"));
	assert_string_equal(m->type, "application/json");
	json_decref(body);
}

/* A count has its unit, and a total says that it is none of one case. */
static void test_counts_in_a_chat(void **state)
{
	static const struct {
		struct event_count count;
		enum event_scope scope;
		const char *shown;
	} rows[] = {
		{{1, EVENT_QUALIFIER_EXACT}, EVENT_SCOPE_CASE, "HELD - Kota Ambon"},
		{{1, EVENT_QUALIFIER_EXACT}, EVENT_SCOPE_CASE, " - 1 person\\u000a"},
		{{500, EVENT_QUALIFIER_ABOUT}, EVENT_SCOPE_CASE, " - about 500 people\\u000a"},
		{{194, EVENT_QUALIFIER_EXACT}, EVENT_SCOPE_TOTAL, "HELD TOTAL - Kota Ambon"},
		{{194, EVENT_QUALIFIER_EXACT}, EVENT_SCOPE_TOTAL, " - 194 people\\u000a"},
	};
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "\tform = slack\n");
	alert_rig_section(a, EVERYTHING);
	alert_rig_start(a);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct result r = bench_result(&a->b, i, "81.71");
		r.events->place.name = "Kota Ambon";
		r.events->count = rows[i].count;
		r.events->scope = rows[i].scope;
		assert_int_equal(bench_record(&a->b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
		hook_await(a->hook, "/a", i + 1);
		assert_non_null(strstr(hook_message(a->hook, "/a", i)->body, rows[i].shown));
	}
}

static void test_program_reads_the_message(void **state)
{
	struct alert_rig *a = *state;
	char section[4 * RIG_PATH_SIZE], script[2 * RIG_PATH_SIZE];
	snprintf(script, sizeof(script), "#!/bin/sh\ncat > %s\nmv %s %s\n",
		 rig_path(&a->b.rig, "part"), rig_path(&a->b.rig, "part"),
		 rig_path(&a->b.rig, "got"));
	rig_write_file(&a->b.rig, "take", script, strlen(script));
	assert_int_equal(chmod(rig_path(&a->b.rig, "take"), 0700), 0);
	snprintf(section, sizeof(section),
		 "receiver \"a\" {\n\tkind = program\n\tcommand = \"%s\"\n}\n" EVERYTHING,
		 rig_path(&a->b.rig, "take"));
	alert_rig_section(a, section);
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	rig_wait_file(&a->b.rig, "got");
	char *got = rig_read_file(&a->b.rig, "got");
	assert_non_null(strstr(got, "\"specversion\":\"1.0\""));
	free(got);
}

/* --- receivers in trouble --- */

/* What it does not take is sent again with the same id, and nothing behind it passes. */
static void expect_taken_after(struct alert_rig *a, enum hook_manner manner, int status,
			       const char *headers)
{
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, EVERYTHING);
	hook_put(a->hook, "/a", manner, status, headers);
	a->sets[a->set_count++] = "request_ms=300ms";
	alert_rig_start(a);
	alert_rig_record(a, 0, 10);
	hook_await_asked(a->hook, "/a", 2);
	assert_string_equal(hook_question(a->hook, "/a", 0)->id,
			    hook_question(a->hook, "/a", 1)->id);
	assert_string_equal(hook_question(a->hook, "/a", 0)->body,
			    hook_question(a->hook, "/a", 1)->body);
	hook_put(a->hook, "/a", HOOK_ANSWER, 204, "");
	alert_rig_expect_all(a, "/a", 10);
}

static void test_500(void **state)
{
	expect_taken_after(*state, HOOK_ANSWER, 500, "");
}

static void test_redirect_is_a_failure(void **state)
{
	expect_taken_after(*state, HOOK_ANSWER, 302, "Location: /elsewhere\r\n");
	assert_int_equal(hook_asked(((struct alert_rig *)*state)->hook, "/elsewhere"), 0);
}

static void test_429(void **state)
{
	expect_taken_after(*state, HOOK_ANSWER, 429, "Retry-After: 1\r\n");
}

static void test_hanging(void **state)
{
	expect_taken_after(*state, HOOK_SILENCE, 200, "");
}

static void test_closed_in_the_body(void **state)
{
	expect_taken_after(*state, HOOK_CUT, 0, "");
}

static void test_reset(void **state)
{
	expect_taken_after(*state, HOOK_RESET, 0, "");
}

/* The rest waits for it, and others do not. */
static void test_dead_receiver_delays_no_other(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, "rule \"all\" {\n\treceivers = \"a, b\"\n}\n");
	hook_put(a->hook, "/a", HOOK_SILENCE, 0, "");
	alert_rig_start(a);
	alert_rig_record(a, 0, 100);
	alert_rig_expect_all(a, "/b", 100);
	hook_await_asked(a->hook, "/a", 1);
	assert_int_equal(hook_asked(a->hook, "/a"), 1);
}

/* What it will not have as it is holds up what is behind it for four tries, not for ten. */
static void test_422_again_and_again(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, EVERYTHING);
	hook_put(a->hook, "/a", HOOK_ANSWER, 422, "");
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	alert_rig_wait_counter(a, "netral_alert_messages_given_up_total", 1);
	assert_int_equal(hook_asked(a->hook, "/a"), 4);
	hook_put(a->hook, "/a", HOOK_ANSWER, 200, "");
	alert_rig_record(a, 1, 2);
	hook_await_text(a->hook, "/a", "Title 1");
	assert_int_equal(netral(a, (const char *[]){"failed", "retry", NULL}), 0);
	hook_await_text(a->hook, "/a", "Title 0");
}

/* It is not asked again, also by the next process, until its section says another address. */
static void test_410_disables(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, "rule \"all\" {\n\treceivers = \"a, b\"\n}\n");
	hook_put(a->hook, "/a", HOOK_ANSWER, 410, "");
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	alert_rig_wait_counter(a, "netral_alert_receivers_disabled", 1);
	hook_await(a->hook, "/b", 1);
	rig_stop(a->alert);
	alert_rig_start(a);
	alert_rig_record(a, 1, 2);
	hook_await(a->hook, "/b", 2);
	assert_int_equal(hook_asked(a->hook, "/a"), 1);
	rig_stop(a->alert);
	rig_edit(&a->b.rig, "alerts.conf", "/a\"", "/new\"");
	alert_rig_start(a);
	hook_await(a->hook, "/new", 1);
}

/* Nothing is lost meanwhile, also over a restart: it is behind until it is enabled. */
static void test_410_is_behind_until_it_is_enabled(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, EVERYTHING);
	hook_put(a->hook, "/a", HOOK_ANSWER, 410, "");
	alert_rig_start(a);
	alert_rig_record(a, 0, 3);
	alert_rig_wait_counter(a, "netral_alert_receivers_disabled", 1);
	alert_rig_record(a, 3, 40);
	alert_rig_wait_counter(a, "netral_alert_receivers_behind", 1);
	rig_stop(a->alert);
	alert_rig_record(a, 40, 80);
	alert_rig_start(a);
	alert_rig_record(a, 80, 100);
	alert_rig_wait_counter(a, "netral_alert_receivers_disabled", 1);
	assert_int_equal(hook_asked(a->hook, "/a"), 1);
	hook_put(a->hook, "/a", HOOK_ANSWER, 200, "");
	assert_int_equal(netral(a, (const char *[]){"failed", "retry", "a", NULL}), 0);
	alert_rig_expect_all(a, "/a", 100);
	alert_rig_wait_counter(a, "netral_alert_receivers_behind", 0);
}

/* --- over a restart --- */

static void test_what_came_meanwhile(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, EVERYTHING);
	alert_rig_start(a);
	alert_rig_record(a, 0, 10);
	hook_await(a->hook, "/a", 10);
	alert_rig_wait_counter(a, "netral_alert_messages_waiting", 0);
	rig_stop(a->alert);
	alert_rig_record(a, 10, 2000);
	alert_rig_start(a);
	hook_await(a->hook, "/a", 2000);
	assert_int_equal(hook_count(a->hook, "/a"), 2000);
	alert_rig_expect_all(a, "/a", 2000);
}

/* --- more than the outbox holds --- */

/* "b" gets everything while "a", which is down, is left behind after a few messages. */
static void leave_behind(struct alert_rig *a, unsigned count)
{
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, "rule \"all\" {\n\treceivers = \"a, b\"\n}\n");
	a->sets[a->set_count++] = "outbox_max_bytes=16K";
	hook_put(a->hook, "/a", HOOK_ANSWER, 503, "Retry-After: 2\r\n");
	alert_rig_start(a);
	alert_rig_record(a, 0, count);
	alert_rig_expect_all(a, "/b", count);
	alert_rig_wait_counter(a, "netral_alert_receivers_behind", 1);
	assert_int_equal(hook_count(a->hook, "/a"), 0);
}

static void expect_caught_up(struct alert_rig *a, unsigned count)
{
	alert_rig_expect_all(a, "/a", count);
	assert_int_equal(hook_count(a->hook, "/a"), count);
	assert_int_equal(hook_count(a->hook, "/b"), count);
	alert_rig_wait_counter(a, "netral_alert_receivers_behind", 0);
}

static void test_full_share(void **state)
{
	struct alert_rig *a = *state;
	leave_behind(a, 200);
	hook_put(a->hook, "/a", HOOK_ANSWER, 200, "");
	expect_caught_up(a, 200);
}

/* Operators see who is in trouble and why, and neither where it is nor its secrets. */
static void test_status(void **state)
{
	struct alert_rig *a = *state;
	struct rig_process *p;
	leave_behind(a, 100);
	assert_int_equal(CLIENT_RUN(&a->b.rig, &p, "status", "--json"), EX_UNAVAILABLE);
	json_t *lines = client_lines(p);
	const json_t *alert = json_array_get(lines, 3), *receivers = client_get(alert, "receivers");
	const json_t *first = json_array_get(receivers, 0), *second = json_array_get(receivers, 1);
	assert_string_equal(client_string(alert, "state"), "running");
	assert_string_equal(client_string(first, "name"), "a");
	assert_non_null(strstr(client_string(first, "last_error"), "503"));
	assert_in_range(client_number(first, "waiting"), 2, 20);
	assert_int_equal(client_number(first, "waiting") + client_number(first, "behind"), 100);
	assert_true(client_number(first, "tries") > 0);
	assert_true(strlen(client_string(first, "oldest")) > 0);
	assert_string_equal(client_string(second, "name"), "b");
	assert_int_equal(client_number(second, "behind"), 0);
	assert_true(json_is_null(client_get(second, "last_error")));
	json_decref(lines);

	CLIENT_RUN(&a->b.rig, &p, "status");
	char *output = rig_output(p);
	assert_non_null(strstr(output, "RECEIVER"));
	assert_non_null(strstr(output, "a         failing"));
	assert_null(strstr(output, "b         "));
	assert_null(strstr(output, "127.0.0.1"));
	free(output);

	CLIENT_RUN(&a->b.rig, &p, "status", "--metrics");
	output = rig_output(p);
	assert_non_null(
		strstr(output, "netral_alert_receivers_behind{program=\"netral-alert\"} 1"));
	assert_non_null(strstr(output, "netral_alert_receiver_behind{receiver=\"b\"} 0"));
	assert_null(strstr(output, "127.0.0.1"));
	free(output);
}

static void test_full_share_over_a_restart(void **state)
{
	struct alert_rig *a = *state;
	leave_behind(a, 100);
	rig_stop(a->alert);
	alert_rig_record(a, 100, 200);
	hook_put(a->hook, "/a", HOOK_ANSWER, 200, "");
	alert_rig_start(a);
	alert_rig_expect_all(a, "/b", 200);
	expect_caught_up(a, 200);
}

/* More comes while it catches up. */
static void test_full_share_and_more(void **state)
{
	struct alert_rig *a = *state;
	leave_behind(a, 200);
	hook_put(a->hook, "/a", HOOK_ANSWER, 200, "");
	alert_rig_record(a, 200, 1000);
	alert_rig_expect_all(a, "/b", 1000);
	expect_caught_up(a, 1000);
}

/* It goes on where it is, and its rules are those of now. */
static void test_full_share_and_other_rules(void **state)
{
	struct alert_rig *a = *state;
	leave_behind(a, 100);
	alert_rig_receiver(a, "c", "/c", "");
	rig_edit(&a->b.rig, "alerts.conf", "\"a, b\"", "\"a, b, c\"");
	rig_signal(a->alert, SIGHUP);
	alert_rig_wait_counter(a, "netral_alert_receivers", 3);
	alert_rig_record(a, 100, 101);
	hook_await(a->hook, "/c", 1);
	hook_put(a->hook, "/a", HOOK_ANSWER, 200, "");
	alert_rig_expect_all(a, "/a", 101);
	alert_rig_expect_all(a, "/b", 101);
	assert_int_equal(hook_count(a->hook, "/c"), 1);
	alert_rig_wait_counter(a, "netral_alert_receivers_behind", 0);
}

/* What was to be told again is, to one that had no room for it too. */
static void test_replay_beyond_the_share(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, EVERYTHING);
	a->sets[a->set_count++] = "outbox_max_bytes=8K";
	alert_rig_start(a);
	alert_rig_record(a, 0, 100);
	alert_rig_expect_all(a, "/a", 100);
	assert_int_equal(netral(a, (const char *[]){"replay", "--from", "1", NULL}), 0);
	hook_await(a->hook, "/a", 200);
	for (unsigned i = 0; i < 100; i++)
		assert_string_equal(hook_message(a->hook, "/a", 100 + i)->id,
				    hook_message(a->hook, "/a", i)->id);
}

static void test_commit_fails(void **state)
{
	struct alert_rig *a = *state;
	const char *env[] = {"NETRAL_FAULT=commit:3", NULL};
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, EVERYTHING);
	alert_rig_start(a);
	rig_stop(a->alert);
	alert_rig_record(a, 0, 500);
	alert_rig_launch(a, env);
	alert_rig_expect_all(a, "/a", 500);
}

/* --- operators --- */

static void test_sample(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, EVERYTHING);
	alert_rig_start(a);
	assert_int_equal(alert_rig_ask(a, (const char *[]){"test", "all", NULL}), 0);
	hook_await_text(a->hook, "/a", "id.netral.test.v1");
	assert_int_equal(hook_asked(a->hook, "/b"), 0);
	assert_int_not_equal(alert_rig_ask(a, (const char *[]){"test", "none", NULL}), 0);
}

static void test_failed_and_retried(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, EVERYTHING);
	hook_put(a->hook, "/a", HOOK_ANSWER, 500, "");
	alert_rig_start(a);
	struct rig_process *p;
	assert_int_equal(CLIENT_RUN(&a->b.rig, &p, "alert", "failed", "list"), 0);
	char *listed = rig_output(p);
	assert_string_equal(listed, "no message was given up\n");
	free(listed);
	alert_rig_record(a, 0, 1);
	hook_await_asked(a->hook, "/a", 10); /* the last try */
	alert_rig_record(a, 1, 2);
	hook_await_asked(a->hook, "/a", 11); /* so the first was given up */
	hook_put(a->hook, "/a", HOOK_ANSWER, 200, "");
	hook_await(a->hook, "/a", 1);
	assert_int_equal(alert_rig_ask(a, (const char *[]){"failed", "list", NULL}), 0);
	assert_int_equal(alert_rig_ask(a, (const char *[]){"failed", "retry", "a", NULL}), 0);
	hook_await(a->hook, "/a", 2);
	assert_string_equal(hook_message(a->hook, "/a", 1)->id,
			    hook_question(a->hook, "/a", 0)->id);
}

static void test_replay(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, EVERYTHING);
	alert_rig_start(a);
	alert_rig_record(a, 0, 10);
	hook_await(a->hook, "/a", 10);
	assert_int_equal(alert_rig_ask(a, (const char *[]){"replay", "--from", "6", NULL}), 0);
	hook_await(a->hook, "/a", 15);
	for (unsigned i = 0; i < 5; i++)
		assert_string_equal(hook_message(a->hook, "/a", 10 + i)->id,
				    hook_message(a->hook, "/a", 5 + i)->id);
	assert_int_not_equal(alert_rig_ask(a, (const char *[]){"replay", "--from", "999", NULL}),
			     0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, alert_rig_set_up, alert_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_cloud_event),
		TEST(test_signed_with_each_secret),
		TEST(test_secret_open_to_others_is_refused),
		TEST(test_check_config),
		TEST(test_check_mail_texts),
		TEST(test_chat_service),
		TEST(test_counts_in_a_chat),
		TEST(test_program_reads_the_message),
		TEST(test_500),
		TEST(test_redirect_is_a_failure),
		TEST(test_429),
		TEST(test_hanging),
		TEST(test_closed_in_the_body),
		TEST(test_reset),
		TEST(test_dead_receiver_delays_no_other),
		TEST(test_422_again_and_again),
		TEST(test_410_disables),
		TEST(test_410_is_behind_until_it_is_enabled),
		TEST(test_what_came_meanwhile),
		TEST(test_full_share),
		TEST(test_status),
		TEST(test_full_share_over_a_restart),
		TEST(test_full_share_and_more),
		TEST(test_full_share_and_other_rules),
		TEST(test_replay_beyond_the_share),
		TEST(test_commit_fails),
		TEST(test_sample),
		TEST(test_failed_and_retried),
		TEST(test_replay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
