/* The rules of a netral-alert that runs: read again, wrong, with hours and rates, and the secrets
 * that they name. */
#include "tests/process/alert_rig.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define TO_A    "rule \"all\" {\n\treceivers = \"a\"\n}\n"
#define TO_BOTH "rule \"all\" {\n\treceivers = \"a, b\"\n}\n"
#define KEY     "c2VjcmV0IG9mIGEgdGVzdCwgMjQgYnl0ZXMrKw=="
#define TOKEN   "T0K3NxOFxTHExURL"

/* The rules file is read again; until it was, for better or worse. */
static void read_again(struct alert_rig *a)
{
	rig_signal(a->alert, SIGHUP);
	rig_wait_ready(a->alert);
}

/* --- read again --- */

static void test_wrong_rules_change_nothing(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, TO_A);
	alert_rig_start(a);
	char *good = rig_read_file(&a->b.rig, "alerts.conf");
	static const struct {
		const char *text, *sentence;
	} wrong[] = {
		{"receiver \"c\" {\n", "alerts.conf:"},
		{"rule \"c\" {\n\treceivers = \"nobody\"\n}\n", "there is no receiver"},
		{"rule \"c\" {\n\tcolours = \"red\"\n}\n", "colours"},
		{"receiver \"c\" {\n\turl_file = \"/nowhere\"\n}\n", "/nowhere"},
	};
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		alert_rig_section(a, wrong[i].text);
		read_again(a);
		assert_true(rig_log_has(a->alert, "the rules stay as they are"));
		assert_true(rig_log_has(a->alert, wrong[i].sentence));
		alert_rig_record(a, i, i + 1);
		hook_await(a->hook, "/a", i + 1);
		rig_write_file(&a->b.rig, "alerts.conf", good, strlen(good));
	}
	free(good);
	assert_int_equal(unlink(rig_path(&a->b.rig, "alerts.conf")), 0);
	read_again(a);
	alert_rig_record(a, 4, 5);
	hook_await(a->hook, "/a", 5);
	alert_rig_expect_all(a, "/a", 5);
}

/* What was taken just before is not sent again. */
static void test_reading_again_repeats_nothing(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, TO_A);
	alert_rig_start(a);
	for (unsigned i = 0; i < 20; i++) {
		alert_rig_record(a, i, i + 1);
		hook_await(a->hook, "/a", i + 1);
		alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", i + 1);
		read_again(a);
	}
	alert_rig_expect_all(a, "/a", 20);
	assert_int_equal(hook_asked(a->hook, "/a"), 20);
}

/* What waits for a receiver that is not in the file any more goes. */
static void test_taking_out_a_dead_receiver(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, "rule \"b\" {\n\treceivers = \"b\"\n}\n");
	char *without = rig_read_file(&a->b.rig, "alerts.conf");
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, TO_A);
	hook_put(a->hook, "/a", HOOK_ANSWER, 429, "Retry-After: 3600\r\n");
	a->sets[a->set_count++] = "outbox_max_bytes=16K";
	alert_rig_start(a);
	alert_rig_record(a, 0, 200);
	alert_rig_wait_counter(a, "netral_alert_receivers_behind", 1);
	alert_rig_expect_all(a, "/b", 200);
	assert_true(alert_rig_counter(a, "netral_alert_messages_waiting") > 0);
	rig_write_file(&a->b.rig, "alerts.conf", without, strlen(without));
	free(without);
	read_again(a);
	alert_rig_wait_counter(a, "netral_alert_messages_waiting", 0);
}

/* --- hours and rates --- */

static void test_quiet_hours(void **state)
{
	struct alert_rig *a = *state;
	char keys[64];
	const char *env[] = {"TZ=UTC", NULL};
	unsigned minute = (unsigned)(time(NULL) / 60 % 1440);
	unsigned from = (minute + 1439) % 1440, until = (minute + 60) % 1440;
	snprintf(keys, sizeof(keys), "\tquiet = \"%02u:%02u-%02u:%02u\"\n", from / 60, from % 60,
		 until / 60, until % 60);
	alert_rig_receiver(a, "a", "/a", keys);
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, TO_BOTH);
	alert_rig_launch(a, env);
	rig_wait_ready(a->alert);
	rig_wait_status(a->alert, "running");
	alert_rig_record(a, 0, 50);
	alert_rig_expect_all(a, "/b", 50);
	alert_rig_wait_counter(a, "netral_alert_messages_waiting", 50);
	assert_int_equal(hook_asked(a->hook, "/a"), 0);
	rig_edit(&a->b.rig, "alerts.conf", keys, "");
	read_again(a);
	alert_rig_expect_all(a, "/a", 50);
}

static void test_per_minute(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "\tper_minute = 5\n");
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, TO_BOTH);
	alert_rig_start(a);
	alert_rig_record(a, 0, 50);
	alert_rig_expect_all(a, "/b", 50);
	hook_await(a->hook, "/a", 5);
	/* A minute may end meanwhile. */
	assert_true(hook_asked(a->hook, "/a") <= 10);
	rig_edit(&a->b.rig, "alerts.conf", "\tper_minute = 5\n", "");
	read_again(a);
	alert_rig_expect_all(a, "/a", 50);
}

/* --- secrets --- */

static const char *put_file(struct alert_rig *a, const char *name, const char *text, mode_t mode)
{
	rig_write_file(&a->b.rig, name, text, strlen(text));
	assert_int_equal(chmod(rig_path(&a->b.rig, name), mode), 0);
	return rig_path(&a->b.rig, name);
}

static void use_url_file(struct alert_rig *a, const char *name)
{
	char section[2 * RIG_PATH_SIZE];
	snprintf(section, sizeof(section), "receiver \"a\" {\n\turl_file = \"%s\"\n}\n" TO_A,
		 rig_path(&a->b.rig, name));
	alert_rig_section(a, section);
}

static void test_url_of_a_file(void **state)
{
	struct alert_rig *a = *state;
	put_file(a, "url", hook_url(a->hook, "/" TOKEN), 0600);
	assert_int_equal(symlink("url", rig_path(&a->b.rig, "link")), 0);
	use_url_file(a, "link");
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	hook_await(a->hook, "/" TOKEN, 1);
}

/* A link does not hide what it leads to. */
static void test_url_that_others_can_read(void **state)
{
	struct alert_rig *a = *state;
	put_file(a, "url", hook_url(a->hook, "/" TOKEN), 0640);
	assert_int_equal(symlink("url", rig_path(&a->b.rig, "link")), 0);
	use_url_file(a, "link");
	alert_rig_launch(a, NULL);
	assert_false(rig_wait_ready_or_exit(a->alert));
	assert_int_not_equal(rig_wait_exit(a->alert), 0);
	assert_true(rig_log_has(a->alert, "chmod 600"));
	assert_false(rig_log_has(a->alert, TOKEN));
}

/* What the service manager puts there has a group, which is its own. */
static void test_credential(void **state)
{
	struct alert_rig *a = *state;
	char directory[RIG_PATH_SIZE + 32];
	const char *env[] = {directory, NULL};
	rig_make_dir(&a->b.rig, "credentials");
	snprintf(directory, sizeof(directory), "CREDENTIALS_DIRECTORY=%s",
		 rig_path(&a->b.rig, "credentials"));
	put_file(a, "credentials/url", hook_url(a->hook, "/" TOKEN), 0440);
	use_url_file(a, "credentials/url");
	alert_rig_launch(a, env);
	rig_wait_ready(a->alert);
	rig_wait_status(a->alert, "running");
	alert_rig_record(a, 0, 1);
	hook_await(a->hook, "/" TOKEN, 1);
}

/* Nothing that a program wrote, to a terminal or to its state, holds the text. */
static void expect_nowhere(struct alert_rig *a, const char *folder, const char *text)
{
	DIR *dir = opendir(rig_path(&a->b.rig, folder));
	assert_non_null(dir);
	for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
		char name[512], command[RIG_PATH_SIZE + 600];
		snprintf(name, sizeof(name), "%s%s%s", folder, folder[0] ? "/" : "", e->d_name);
		if (e->d_type != DT_REG || strcmp(name, "url") == 0 || strcmp(name, "key") == 0)
			continue;
		snprintf(command, sizeof(command), "grep -qaF -e '%s' '%s'", text,
			 rig_path(&a->b.rig, name));
		if (system(command) == 0)
			rig_fail("%s holds a secret", name);
	}
	closedir(dir);
}

static void use_secrets(struct alert_rig *a)
{
	char section[4 * RIG_PATH_SIZE];
	snprintf(section, sizeof(section),
		 "receiver \"a\" {\n\turl_file = \"%s\"\n\tsecret_files = \"%s\"\n}\n" TO_A,
		 rig_path(&a->b.rig, "url"), rig_path(&a->b.rig, "key"));
	alert_rig_section(a, section);
}

/* Whatever goes wrong: answers that repeat the URL, a URL that cannot be asked, reading again, and
 * all that an operator may ask for. */
static void test_secrets_stay_secret(void **state)
{
	struct alert_rig *a = *state;
	char headers[512], url[256];
	snprintf(url, sizeof(url), "%s", hook_url(a->hook, "/" TOKEN));
	snprintf(headers, sizeof(headers), "Location: %.200s\r\nETag: \"" TOKEN "\"\r\n", url);
	put_file(a, "url", url, 0600);
	put_file(a, "key", "whsec_" KEY, 0600);
	use_secrets(a);
	a->sets[a->set_count++] = "log_level=debug";
	hook_put(a->hook, "/" TOKEN, HOOK_ANSWER, 307, headers);
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	alert_rig_wait_counter(a, "netral_alert_messages_given_up_total", 1);
	hook_put(a->hook, "/" TOKEN, HOOK_RESET, 0, "");
	alert_rig_record(a, 1, 2);
	alert_rig_wait_counter(a, "netral_alert_messages_given_up_total", 2);
	static const char *const bad[] = {
		"http://no-such-name.invalid/" TOKEN, "http://user:" TOKEN "@127.0.0.1:1/" TOKEN,
		"http://127.0.0.1:99999/" TOKEN, "http://10.0.0.1/" TOKEN, "https://[" TOKEN "/"};
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_file(a, "url", bad[i], 0600);
		read_again(a);
		alert_rig_record(a, 2 + i, 3 + i);
		alert_rig_wait_counter(a, "netral_alert_messages_given_up_total", 3 + i);
	}
	put_file(a, "url", TOKEN, 0600);
	read_again(a);
	put_file(a, "key", "whsec_" KEY "broken", 0600);
	read_again(a);
	assert_int_equal(alert_rig_ask(a, (const char *[]){"failed", "list", NULL}), 0);
	assert_int_equal(alert_rig_ask(a, (const char *[]){"failed", "list", "--json", NULL}), 0);
	rig_stop(a->alert);
	expect_nowhere(a, "", TOKEN);
	expect_nowhere(a, "", KEY);
	expect_nowhere(a, "state/alert", TOKEN);
	expect_nowhere(a, "state/alert", KEY);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, alert_rig_set_up, alert_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_wrong_rules_change_nothing),
		TEST(test_reading_again_repeats_nothing),
		TEST(test_taking_out_a_dead_receiver),
		TEST(test_quiet_hours),
		TEST(test_per_minute),
		TEST(test_url_of_a_file),
		TEST(test_url_that_others_can_read),
		TEST(test_credential),
		TEST(test_secrets_stay_secret),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
