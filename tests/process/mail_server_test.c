/* Mail from netral-alert to a real mail server, with TLS and a login, and read as mail readers do.
 */
#include "tests/process/alert_rig.h"
#include "tests/process/client.h"
#include "tests/process/mta.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

struct post {
	struct alert_rig *a;
	struct mta *mta;
	char ca[2 * RIG_PATH_SIZE];
};

static int set_up(void **state)
{
	struct post *m = calloc(1, sizeof(*m));
	assert_non_null(m);
	alert_rig_set_up((void **)&m->a);
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	struct post *m = *state;
	mta_stop(m->mta);
	alert_rig_tear_down((void **)&m->a);
	free(m);
	return 0;
}

/* The server, and a receiver that gets everything from it; netral-alert runs. */
static void start(struct post *m, const char *name, bool starts_tls, const char *password,
		  const char *keys)
{
	char section[4 * RIG_PATH_SIZE];
	struct rig *rig = &m->a->b.rig;
	m->mta = mta_start(rig, name, starts_tls);
	rig_write_file(rig, "password", password, strlen(password));
	assert_int_equal(chmod(rig_path(rig, "password"), 0600), 0);
	snprintf(
		section, sizeof(section),
		"receiver \"a\" {\n\tkind = mail\n\turl = \"%s\"\n\tfrom = \"netral@example.org\"\n"
		"\tuser = desk\n\tpassword_file = \"%s\"\n%s}\n"
		"rule \"all\" {\n\treceivers = \"a\"\n}\n",
		mta_url(m->mta), rig_path(rig, "password"), keys);
	alert_rig_section(m->a, section);
	snprintf(m->ca, sizeof(m->ca), "ca_file=%s", mta_ca_file(m->mta));
	m->a->sets[m->a->set_count++] = m->ca;
	m->a->retries = "10ms 50ms 200ms 1s 2s 5s 10s 10s 10s";
	alert_rig_start(m->a);
}

#define TO_DESK "\tto = \"redaksi@example.id\"\n"

/* What mail_reader.py finds in the mails, once there are so many. */
static json_t *await(struct post *m, unsigned count)
{
	char command[20000];
	json_error_t error;
	const char *paths = mta_await(m->mta, count);
	snprintf(command, sizeof(command), "/usr/bin/python3 -B %s/process/mail_reader.py %s",
		 TESTS_SOURCE_DIR, paths);
	FILE *in = popen(command, "re");
	assert_non_null(in);
	json_t *list = json_loadf(in, 0, &error);
	assert_int_equal(pclose(in), 0);
	assert_int_equal(json_array_size(list), count);
	return list;
}

static const char *header(const json_t *mails, size_t index, const char *name)
{
	const char *value = json_string_value(
		json_object_get(json_object_get(json_array_get(mails, index), "headers"), name));
	assert_non_null(value);
	return value;
}

static const char *part(const json_t *mails, size_t index, const char *name)
{
	const char *value = json_string_value(json_object_get(json_array_get(mails, index), name));
	assert_non_null(value);
	return value;
}

static void expect_delivered(struct post *m, bool starts_tls)
{
	start(m, "IP:127.0.0.1", starts_tls, "rahasia", TO_DESK);
	alert_rig_record(m->a, 0, 3);
	json_t *mails = await(m, 3);
	for (unsigned i = 0; i < 3; i++) {
		char title[32];
		snprintf(title, sizeof(title), "Title %u", i);
		assert_non_null(strstr(part(mails, i, "plain"), title));
		assert_non_null(strstr(part(mails, i, "html"), title));
		assert_string_equal(header(mails, i, "from"), "netral <netral@example.org>");
		assert_non_null(strstr(header(mails, i, "subject"), "81.71"));
	}
	json_decref(mails);
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 0);
	assert_false(rig_log_has(m->a->alert, "rahasia"));
}

static void test_tls_first(void **state)
{
	expect_delivered(*state, false);
}

static void test_starttls(void **state)
{
	expect_delivered(*state, true);
}

/* The certificate is somebody else's: nothing is said, the password least of all. */
static void expect_no_mail(struct post *m, bool starts_tls)
{
	start(m, "DNS:other.example", starts_tls, "rahasia", TO_DESK);
	alert_rig_record(m->a, 0, 1);
	mta_await_connections(m->mta, 3);
	alert_rig_wait_counter(m->a, "netral_alert_receivers_in_trouble", 1);
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 1);
	assert_true(rig_log_has(m->a->alert, "SSL peer certificate"));
}

static void test_wrong_name(void **state)
{
	expect_no_mail(*state, false);
}

static void test_wrong_name_with_starttls(void **state)
{
	expect_no_mail(*state, true);
}

static void test_wrong_password(void **state)
{
	struct post *m = *state;
	start(m, "IP:127.0.0.1", false, "salah", TO_DESK);
	alert_rig_record(m->a, 0, 1);
	mta_await_connections(m->mta, 2);
	assert_true(rig_log_has(m->a->alert, "SMTP 535 to AUTH"));
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 1);
	assert_false(rig_log_has(m->a->alert, "salah"));
}

static void test_down_and_back(void **state)
{
	struct post *m = *state;
	start(m, "IP:127.0.0.1", false, "rahasia", TO_DESK);
	mta_down(m->mta);
	alert_rig_record(m->a, 0, 5);
	alert_rig_wait_counter(m->a, "netral_alert_receivers_in_trouble", 1);
	mta_up(m->mta);
	json_t *mails = await(m, 5);
	for (unsigned i = 0; i < 5; i++) {
		char title[32];
		snprintf(title, sizeof(title), "Title %u", i);
		assert_non_null(strstr(part(mails, i, "plain"), title));
	}
	json_decref(mails);
}

static void test_one_of_two(void **state)
{
	struct post *m = *state;
	start(m, "IP:127.0.0.1", false, "rahasia",
	      "\tto = \"ditolak@example.id, redaksi@example.id\"\n");
	alert_rig_record(m->a, 0, 1);
	json_decref(await(m, 1));
	alert_rig_wait_counter(m->a, "netral_alert_recipients_refused_total", 1);
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 0);
}

static void test_digest(void **state)
{
	struct post *m = *state;
	start(m, "IP:127.0.0.1", false, "rahasia",
	      TO_DESK "\tgroup_wait = \"7d\"\n\tgroup_max = 20\n");
	alert_rig_record(m->a, 0, 20);
	json_t *mails = await(m, 1);
	assert_non_null(strstr(part(mails, 0, "plain"), "Kabar dalam surat ini: 20\n"));
	assert_non_null(strstr(part(mails, 0, "html"), "Sosialisasi (20)"));
	assert_non_null(strstr(part(mails, 0, "plain"), "Title 0\n"));
	assert_non_null(strstr(part(mails, 0, "plain"), "Title 19\n"));
	json_decref(mails);
}

static void test_sample(void **state)
{
	struct post *m = *state;
	start(m, "IP:127.0.0.1", false, "rahasia", TO_DESK "\tlang = en\n");
	assert_int_equal(CLIENT_RUN(&m->a->b.rig, NULL, "alert", "test", "all"), 0);
	json_t *mails = await(m, 1);
	assert_non_null(strstr(header(mails, 0, "subject"), "TEST: "));
	assert_non_null(strstr(part(mails, 0, "plain"), "This is a test, not an event."));
	json_decref(mails);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_tls_first),      TEST(test_starttls),
		TEST(test_wrong_name),     TEST(test_wrong_name_with_starttls),
		TEST(test_wrong_password), TEST(test_down_and_back),
		TEST(test_one_of_two),     TEST(test_digest),
		TEST(test_sample),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
