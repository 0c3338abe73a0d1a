#include "alert/rules.h"

#include "lib/error.h"
#include "tests/unit/alert/cleaning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define DESK "receiver \"desk\" {\nurl = \"https://hooks.example/a\"\n}\n"

#define HOOK(keys) "receiver \"a\" {\nurl = \"http://x/\"\n" keys "\n}\n"
#define AM(keys)   "receiver \"a\" {\nkind = alertmanager\n" keys "\n}\n"
#define MAIL(keys)                                                                                 \
	"receiver \"a\" {\nkind = mail\nurl = \"smtps://x\"\nfrom = \"a@b\"\n" keys "\n}\n"
#define NATS(keys) "receiver \"a\" {\nkind = nats\n" keys "\n}\n"

static char dir[FOLDER_SIZE];
static char error[512];

static int read_text(const char *text, struct ruleset **ret)
{
	char path[FOLDER_SIZE + 16];
	snprintf(path, sizeof(path), "%s/alerts.conf", dir);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	return rules_read(path, ret, error, sizeof(error));
}

static struct update violation(void)
{
	struct update u = {.change = CHANGE_NEW};
	event_init(&u.event);
	u.event.kind = EVENT_KIND_VIOLATION;
	u.event.status = EVENT_STATUS_ALLEGED;
	u.event.place = (struct event_place){"81.71", "Kota Ambon", "Maluku"};
	u.event.count = (struct event_count){12, EVENT_QUALIFIER_EXACT};
	u.event.confidence = 0.8;
	u.event.sentence = "Sebanyak 12 pegawai dilaporkan ikut kampanye.";
	u.article.title = (struct text){"Netralitas", 10};
	return u;
}

/* Does a rule with these keys want the update? */
static bool wants(const char *keys, const struct update *u)
{
	char text[1024];
	struct ruleset *rules = NULL;
	uint64_t muted = 0;
	snprintf(text, sizeof(text), DESK "rule \"r\" {\n%s\nreceivers = \"desk\"\n}\n", keys);
	assert_int_equal(read_text(text, &rules), 0);
	bool wanted = rules_receivers(rules, u, 1, &muted) == 1;
	rules_free(rules);
	return wanted;
}

static void test_what_a_rule_wants(void **state)
{
	(void)state;
	const char *const yes[] = {"",
				   "kinds = \"SESSION, violation\"",
				   "statuses = ALLEGED",
				   "areas = \"82, 81\"",
				   "areas = \"81.71\"",
				   "min_confidence = 80",
				   "min_count = 12",
				   "words = \"pilkada, KAMPANYE\"",
				   "words = netralitas"};
	const char *const no[] = {"kinds = PLEDGE",
				  "statuses = \"FOUND, DISMISSED\"",
				  "areas = 8",
				  "areas = \"81.7\"",
				  "areas = \"ID, none\"",
				  "min_confidence = 81",
				  "min_count = 13",
				  "words = pilkada"};
	struct update u = violation();
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		assert_true(wants(yes[i], &u));
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		assert_false(wants(no[i], &u));
	u.event.place.code = "";
	assert_true(wants("areas = \"81, none\"", &u));
	assert_false(wants("areas = \"81\"", &u));
}

static void test_muted(void **state)
{
	(void)state;
	struct ruleset *rules = NULL;
	struct update u = violation();
	uint64_t muted = 0;
	assert_int_equal(read_text(DESK "rule \"r\" {\nmute_until = 2026-12-01\n"
					"receivers = desk\n}\n",
				   &rules),
			 0);
	assert_int_equal(rules_receivers(rules, &u, 1, &muted), 0);
	assert_int_equal(muted, 1);
	assert_int_equal(rules_receivers(rules, &u, UINT64_MAX, &muted), 1);
	rules_free(rules);
}

static void test_quiet_hours(void **state)
{
	(void)state;
	const struct quiet_hours night = {22 * 60, 6 * 60}, noon = {12 * 60, 13 * 60}, none = {0};
	assert_true(quiet_now(&night, 22 * 60) && quiet_now(&night, 0));
	assert_false(quiet_now(&night, 6 * 60) || quiet_now(&night, 21 * 60 + 59));
	assert_true(quiet_now(&noon, 12 * 60) && quiet_now(&noon, 12 * 60 + 59));
	assert_false(quiet_now(&noon, 13 * 60) || quiet_now(&noon, 0));
	assert_false(quiet_now(&none, 0));
}

static void test_what_is_wrong(void **state)
{
	(void)state;
	const struct {
		const char *text, *sentence;
	} cases[] = {
		{"receiver \"a\" {\n}\n", "url: webhook has either url or url_file"},
		{"receiver \"a\" {\nurl = \"ftp://x/\"\n}\n", "url: no http or https URL"},
		{"receiver \"a\" {\nkind = fax\n}\n", "kind: not webhook"},
		{"receiver \"a\" {\nkind = program\ncommand = \"cat\"\n}\n", "whole path"},
		{"receiver \"a\" {\nurl = \"http://x/\"\nquiet = \"22-6\"\n}\n", "quiet:"},
		{"receiver \"a\" {\nurl = \"http://x/\"\nquiet = \"24:00-06:00\"\n}\n", "quiet:"},
		{"receiver \"a\" {\nurl = \"http://x/\"\nform = \"{\"\n}\n", "form:"},
		{"receiver \"a\" {\nurl = \"http://x/\"\nsecret_files = \"/nowhere/s\"\n}\n",
		 "secret_files: /nowhere/s"},
		{"receiver \"a\\xff\" {\nurl = \"http://x/\"\n}\n", "not UTF-8"},
		{"receiver \"a\" {\nurl = \"http://x/\"\nchat = \"\\xff\"\n}\n", "chat: not UTF-8"},
		{"receiver \"a,b\" {\nurl = \"http://x/\"\n}\n", "comma"},
		{"rule \"r\" {\n}\n", "alerts.conf:2: rule \"r\": it names no receiver"},
		{"rule \"r\" {\nkinds = PLEDGE\nreceivers = \"desk, other\"\n}\n" DESK,
		 "alerts.conf:3: rule \"r\": there is no receiver \"other\""},
		{"receiver \"a\" {\nurl = \"http://x/\"\n",
		 "alerts.conf:1: the section is never closed"},
		{DESK "rule \"r\" {\nkinds = FOUND\nreceivers = desk\n}\n", "kinds: \"FOUND\""},
		{DESK "rule \"r\" {\nmute_until = soon\nreceivers = desk\n}\n", "mute_until:"},
		{DESK DESK, "desk"},
		{HOOK("group_by = area"), "group_by: \"area\""},
		{HOOK("group_max = 0"), "group_max"},
		{HOOK("group_max = 501"), "group_max"},
		{HOOK("digest_at = \"7\""), "digest_at:"},
		{HOOK("digest_at = \"24:00\""), "digest_at:"},
		{HOOK("digest_at = \"07:00\"\ngroup_wait = 5min"), "digest_at:"},
		{AM(""), "url: alertmanager has"},
		{AM("url = \"nats://x\""), "url: no http or https URL"},
		{AM("url = \"http://x\"\nseverity = critical"), "severity: \"critical\""},
		{AM("url = \"http://x\"\nseverity = \"FOUND=\""), "severity:"},
		{AM("url = \"http://x\"\nseverity = \"LOUD=high\""), "severity:"},
		{AM("url = \"http://x\"\nuser = u"), "user: goes together"},
		{AM("url = \"http://x\"\nuser = u\npassword_file = \"/nowhere/p\""),
		 "password_file: /nowhere/p"},
		{NATS("url = \"http://x\""), "url: no nats or tls URL"},
		{NATS("url = \"nats://\""), "url: not like"},
		{NATS("url = \"nats://u:p@x\""), "url: not like"},
		{NATS("url = \"nats://x:\""), "url: not like"},
		{NATS("url = \"nats://x:4222/a\""), "url: not like"},
		{NATS("url = \"nats://[::1\""), "url: not like"},
		{NATS("url = \"nats://x\"\nsubject = \"a.*\""), "subject: \"a.*\""},
		{NATS("url = \"nats://x\"\nsubject = \"a b\""), "subject:"},
		{NATS("url = \"nats://x\"\nsubject = \"a..b\""), "subject:"},
		{NATS("url = \"nats://x\"\nsubject = \".{kind}\""), "subject:"},
		{NATS("url = \"nats://x\"\nsubject = \"a.{title}\""), "subject: only"},
		{NATS("url = \"nats://x\"\nsubject = \"a.{kind\""), "subject: only"},
		{NATS("url = \"nats://x\"\ncredentials_file = \"/nowhere/c\""),
		 "credentials_file: /nowhere/c"},
		{MAIL(""), "to: mail needs"},
		{MAIL("to = \"c@d, e\""), "to: \"e\""},
		{MAIL("to = \"c@d\\r\\nBcc: x@y\""), "to: "},
		{MAIL("to = \"c@d\"\nfrom = \"a\""), "from: mail needs"},
		{MAIL("to = \"c@d\"\nfrom = \"<a@b>\""), "from: mail needs"},
		{MAIL("to = \"c@d\"\nlang = de"), "lang: not id or en"},
		{MAIL("to = \"c@d\"\ntls = some"), "tls: not required or none"},
		{MAIL("to = \"c@d\"\ntls = none"), "tls: none, but"},
		{MAIL("to = \"c@d\"\nurl = \"http://x\""), "url: no smtps or smtp URL"},
		{MAIL("to = \"c@d\"\nurl = \"smtp://\""), "url: names no server"},
		{MAIL("to = \"c@d\"\nurl = \"smtp://u:p@x\""), "url: a name to log in"},
		{MAIL("to = \"c@d\"\nuser = u"), "user: goes together"},
		{MAIL("to = \"c@d\"\nurl = \"smtp://x/a\\r\\nMAIL\""), "url: no smtps or smtp URL"},
		{MAIL("to = \"c@d\"\nurl = \"smtp://x/a b\""), "url: no smtps or smtp URL"},
		{HOOK("url = \"http://x/\\x7f\""), "url: no http or https URL"},
		{MAIL("to = \"c@d\\rBcc: x@y\""), "to: "},
		{MAIL("to = \"c@d\"\nfrom = \"a@b\\nBcc: x@y\""), "from: mail needs"},
		{"receiver \"a\\r\\nBcc: x@y\" {\nurl = \"http://x/\"\n}\n", "control character"},
		{MAIL("to = \"c@d\"\nuser = u\npassword_file = \"/nowhere/p\""),
		 "password_file: /nowhere/p"},
		{"sender \"x\" {\n}\n", "sender"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ruleset *rules = NULL;
		assert_int_equal(read_text(cases[i].text, &rules), NETRAL_EINVALID);
		assert_null(rules);
		if (!strstr(error, cases[i].sentence))
			fail_msg("%s instead of %s", error, cases[i].sentence);
		assert_non_null(strstr(error, "alerts.conf"));
	}
}

/* As it is sent, or not at all: a header field that is dropped would be found out by an answer of
 * 401. */
static void test_long_password(void **state)
{
	(void)state;
	char file[FOLDER_SIZE + 16], text[FOLDER_SIZE + 200];
	struct ruleset *rules = NULL;
	snprintf(file, sizeof(file), "%s/password", dir);
	FILE *f = fopen(file, "we");
	assert_non_null(f);
	fprintf(f, "%0370d\n", 7);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(file, 0600), 0);
	snprintf(text, sizeof(text),
		 AM("url = \"http://x\"\nuser = someone\npassword_file = \"%s\""), file);
	assert_int_equal(read_text(text, &rules), 0);
	assert_int_equal(strlen(rules->receivers[0].authorization), 510);
	rules_free(rules);
	rules = NULL;
	snprintf(text, sizeof(text),
		 AM("url = \"http://x\"\nuser = someone-else\npassword_file = \"%s\""), file);
	assert_int_equal(read_text(text, &rules), NETRAL_EINVALID);
	assert_null(rules);
	assert_non_null(strstr(error, "user: it and the password are too long"));
	unlink(file);
}

/* A receiver keeps its messages when it moves, and not when they have another form. */
static void test_other_kinds(void **state)
{
	(void)state;
	struct ruleset *hook = NULL, *am = NULL, *nats = NULL, *mail = NULL;
	assert_int_equal(read_text(HOOK("digest_at = \"07:30\"\ngroup_by = province"), &hook), 0);
	assert_true(hook->receivers[0].has_digest);
	assert_int_equal(hook->receivers[0].digest_minute, 450);
	assert_int_equal(hook->receivers[0].group_by, GROUP_BY_PROVINCE);
	assert_int_equal(hook->receivers[0].group_max, 100);
	assert_int_equal(
		read_text(AM("url = \"http://x:9093/am/\"\nseverity = \"found=high\""), &am), 0);
	assert_string_equal(am->receivers[0].url, "http://x:9093/am/api/v2/alerts");
	assert_string_equal(am->receivers[0].status_severity[EVENT_STATUS_FOUND], "high");
	assert_null(am->receivers[0].kind_severity[EVENT_KIND_VIOLATION]);
	assert_int_equal(
		read_text(NATS("url = \"tls://[2001:db8::1]:4222\"\njetstream = true"), &nats), 0);
	assert_true(nats->receivers[0].jetstream);
	assert_string_equal(nats->receivers[0].subject, "netral.{kind}.{area_code}");
	assert_int_not_equal(hook->receivers[0].key, am->receivers[0].key);
	assert_int_not_equal(nats->receivers[0].key, am->receivers[0].key);
	assert_int_equal(read_text(MAIL("to = \"c@d, e@f\"\nlang = en"), &mail), 0);
	assert_int_equal(mail->receivers[0].mail.to.count, 2);
	assert_int_equal(mail->receivers[0].mail.lang, MAIL_EN);
	assert_int_not_equal(mail->receivers[0].key, hook->receivers[0].key);
	rules_free(mail);
	rules_free(hook);
	rules_free(am);
	rules_free(nats);
}

static void test_sample(void **state)
{
	(void)state;
	struct ruleset *rules = NULL;
	int r = rules_read(TESTS_DATA_DIR "/alerts.conf.example", &rules, error, sizeof(error));
	if (r < 0)
		fail_msg("%s", error);
	assert_true(rules->receiver_count >= 6);
	rules_free(rules);
}

static int set_up(void **state)
{
	(void)state;
	folder_make(dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	folder_remove(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_rule_wants),
		cmocka_unit_test(test_muted),
		cmocka_unit_test(test_quiet_hours),
		cmocka_unit_test(test_what_is_wrong),
		cmocka_unit_test(test_long_password),
		cmocka_unit_test(test_other_kinds),
		cmocka_unit_test(test_sample),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
