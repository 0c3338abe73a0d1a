/* netral-alert and a real nats-server: what it publishes, and that the server has it. */
#include "tests/process/alert_rig.h"
#include "tests/process/outside.h"

#include <nats/nats.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define PROGRAM "/usr/sbin/nats-server"
#define RULE    "rule \"all\" {\n\treceivers = \"n\"\n}\n"

enum { CONFIG_SIZE = 4096 };

struct server {
	struct rig_process *process;
	unsigned port;
};

/* With lines of configuration. */
static void start_server(struct alert_rig *a, struct server *s, const char *lines)
{
	char config[CONFIG_SIZE];
	outside_need(PROGRAM);
	if (s->port == 0)
		s->port = outside_port();
	int len = snprintf(config, sizeof(config), "listen: \"127.0.0.1:%u\"\n%s", s->port, lines);
	rig_write_file(&a->b.rig, "nats.conf", config, (size_t)len);
	const char *args[] = {"-c", rig_path(&a->b.rig, "nats.conf"), NULL};
	s->process = rig_start(&a->b.rig, PROGRAM, args, NULL);
	outside_await(s->port);
}

static const char *jetstream_lines(struct alert_rig *a)
{
	static char lines[RIG_PATH_SIZE + 64];
	snprintf(lines, sizeof(lines), "jetstream { store_dir: \"%s\" }\n",
		 rig_path(&a->b.rig, "js"));
	return lines;
}

static void add_receiver(struct alert_rig *a, unsigned port, const char *keys)
{
	char section[CONFIG_SIZE];
	snprintf(section, sizeof(section),
		 "receiver \"n\" {\n\tkind = nats\n\turl = \"nats://127.0.0.1:%u\"\n%s}\n" RULE,
		 port, keys);
	alert_rig_section(a, section);
}

/* --- the test's own connection --- */

static natsConnection *dial(const struct server *s)
{
	char url[64];
	natsConnection *c = NULL;
	snprintf(url, sizeof(url), "nats://127.0.0.1:%u", s->port);
	assert_int_equal(natsConnection_ConnectTo(&c, url), NATS_OK);
	return c;
}

static natsSubscription *subscribe(natsConnection *c, const char *subject)
{
	natsSubscription *sub = NULL;
	assert_int_equal(natsConnection_SubscribeSync(&sub, c, subject), NATS_OK);
	assert_int_equal(natsConnection_Flush(c), NATS_OK);
	return sub;
}

static natsMsg *next(natsSubscription *sub)
{
	natsMsg *m = NULL;
	assert_int_equal(natsSubscription_NextMsg(&m, sub, RIG_DEADLINE_MS), NATS_OK);
	return m;
}

static json_t *body_of(natsMsg *m)
{
	json_error_t error;
	json_t *j = json_loadb(natsMsg_GetData(m), (size_t)natsMsg_GetDataLength(m), 0, &error);
	assert_non_null(j);
	return j;
}

static const char *header(natsMsg *m, const char *name)
{
	const char *value = "";
	natsMsgHeader_Get(m, name, &value);
	return value;
}

static unsigned number_of(natsMsg *m)
{
	const char *title = "";
	unsigned number = UINT32_MAX;
	json_t *j = body_of(m);
	assert_int_equal(json_unpack(j, "{s:{s:{s:s}}}", "data", "article", "title", &title), 0);
	assert_int_equal(sscanf(title, "Title %u", &number), 1);
	json_decref(j);
	return number;
}

/* --- plain --- */

static void test_message(void **state)
{
	struct alert_rig *a = *state;
	struct server s = {0};
	start_server(a, &s, "");
	natsConnection *c = dial(&s);
	natsSubscription *sub = subscribe(c, "netral.session.81.>");
	add_receiver(a, s.port, "");
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	natsMsg *m = next(sub);
	json_t *event = body_of(m);
	assert_string_equal(natsMsg_GetSubject(m), "netral.session.81.71");
	assert_string_equal(header(m, "Content-Type"), "application/cloudevents+json");
	assert_string_equal(json_string_value(json_object_get(event, "specversion")), "1.0");
	assert_string_equal(json_string_value(json_object_get(event, "id")),
			    header(m, "Nats-Msg-Id"));
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 1);
	json_decref(event);
	natsMsg_Destroy(m);
	natsSubscription_Destroy(sub);
	natsConnection_Destroy(c);
}

static void test_several_in_one(void **state)
{
	struct alert_rig *a = *state;
	struct server s = {0};
	start_server(a, &s, "");
	natsConnection *c = dial(&s);
	natsSubscription *sub = subscribe(c, "told.>");
	add_receiver(a, s.port,
		     "\tsubject = \"told.{kind}.{status}\"\n\tgroup_wait = 1h\n\tgroup_max = 5\n");
	alert_rig_start(a);
	alert_rig_record(a, 0, 5);
	natsMsg *m = next(sub);
	json_t *list = body_of(m);
	assert_string_equal(natsMsg_GetSubject(m), "told.session.held");
	assert_string_equal(header(m, "Content-Type"), "application/cloudevents-batch+json");
	assert_int_equal(json_array_size(list), 5);
	json_decref(list);
	natsMsg_Destroy(m);
	natsSubscription_Destroy(sub);
	natsConnection_Destroy(c);
}

static void test_down_and_back(void **state)
{
	struct alert_rig *a = *state;
	struct server s = {0};
	start_server(a, &s, jetstream_lines(a));
	add_receiver(a, s.port, "");
	a->retries = "10ms 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s";
	alert_rig_start(a);
	alert_rig_record(a, 0, 10);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 10);
	rig_kill(s.process);
	alert_rig_record(a, 10, 40);
	alert_rig_wait_counter(a, "netral_alert_receivers_in_trouble", 1);
	start_server(a, &s, "");
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 40);
	alert_rig_wait_counter(a, "netral_alert_receivers_in_trouble", 0);
}

/* --- JetStream --- */

static jsCtx *add_stream(natsConnection *c)
{
	jsCtx *js = NULL;
	jsStreamConfig config;
	const char *subjects[] = {"netral.>"};
	assert_int_equal(natsConnection_JetStream(&js, c, NULL), NATS_OK);
	jsStreamConfig_Init(&config);
	config.Name = "NETRAL";
	config.Subjects = subjects;
	config.SubjectsLen = 1;
	assert_int_equal(js_AddStream(NULL, js, &config, NULL, NULL), NATS_OK);
	return js;
}

static uint64_t stored(jsCtx *js)
{
	jsStreamInfo *info = NULL;
	assert_int_equal(js_GetStreamInfo(&info, js, "NETRAL", NULL, NULL), NATS_OK);
	uint64_t count = info->State.Msgs;
	jsStreamInfo_Destroy(info);
	return count;
}

static void expect_stored(jsCtx *js, unsigned count)
{
	natsSubscription *sub = NULL;
	assert_int_equal(js_SubscribeSync(&sub, js, "netral.>", NULL, NULL, NULL), NATS_OK);
	for (unsigned i = 0; i < count; i++) {
		natsMsg *m = next(sub);
		assert_int_equal(number_of(m), i);
		natsMsg_Destroy(m);
	}
	natsSubscription_Destroy(sub);
	assert_int_equal(stored(js), count);
}

/* Without a stream nothing was stored, and nothing counts as taken. */
static void test_no_stream(void **state)
{
	struct alert_rig *a = *state;
	struct server s = {0};
	start_server(a, &s, jetstream_lines(a));
	natsConnection *c = dial(&s);
	add_receiver(a, s.port, "\tjetstream = true\n");
	a->retries = "10ms 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s";
	alert_rig_start(a);
	alert_rig_record(a, 0, 20);
	alert_rig_wait_counter(a, "netral_alert_receivers_in_trouble", 1);
	jsCtx *js = add_stream(c);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 20);
	expect_stored(js, 20);
	jsCtx_Destroy(js);
	natsConnection_Destroy(c);
}

static void crash_at(struct alert_rig *a, const char *point)
{
	char crash[64];
	const char *env[] = {crash, NULL};
	snprintf(crash, sizeof(crash), "NETRAL_CRASH=%s", point);
	alert_rig_launch(a, env);
	assert_int_equal(rig_wait_exit(a->alert), -SIGKILL);
}

/* What is sent again after kill -9 has the same id, and the stream keeps it once. */
static void test_stream_has_each_once(void **state)
{
	struct alert_rig *a = *state;
	struct server s = {0};
	enum { EVENTS = 50 };
	static const char *const points[] = {"alert-delivered:1", "alert-delivered:30",
					     "alert-before-commit:2", "alert-after-commit:2"};
	start_server(a, &s, jetstream_lines(a));
	natsConnection *c = dial(&s);
	jsCtx *js = add_stream(c);
	add_receiver(a, s.port, "\tjetstream = true\n");
	alert_rig_start(a);
	rig_stop(a->alert);
	for (unsigned i = 0; i < 4; i++) {
		alert_rig_record(a, i * EVENTS, (i + 1) * EVENTS);
		crash_at(a, points[i]);
	}
	alert_rig_start(a);
	alert_rig_wait_counter(a, "netral_alert_messages_waiting", 0);
	alert_rig_wait_counter(a, "netral_alert_updates_behind", 0);
	alert_rig_wait_counter(a, "netral_alert_messages_waiting", 0);
	expect_stored(js, 4 * EVENTS);
	jsCtx_Destroy(js);
	natsConnection_Destroy(c);
}

/* --- refused --- */

static void expect_trouble(struct alert_rig *a, const char *reason)
{
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	alert_rig_wait_counter(a, "netral_alert_messages_failed", 1);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 0);
	assert_true(rig_log_has(a->alert, reason));
}

static void test_private_address(void **state)
{
	struct alert_rig *a = *state;
	struct server s = {0};
	start_server(a, &s, "");
	add_receiver(a, s.port, "");
	a->sets[a->set_count++] = "allow_addresses=";
	expect_trouble(a, "the address is refused: loopback");
}

static void test_subject_not_permitted(void **state)
{
	struct alert_rig *a = *state;
	struct server s = {0};
	start_server(a, &s,
		     "authorization { users: [{user: u, password: right, permissions: {publish: "
		     "\"other.>\"}}]}\n");
	char keys[RIG_PATH_SIZE + 64];
	rig_write_file(&a->b.rig, "word", "right", 5);
	assert_int_equal(chmod(rig_path(&a->b.rig, "word"), 0600), 0);
	snprintf(keys, sizeof(keys), "\tuser = u\n\tpassword_file = \"%s\"\n",
		 rig_path(&a->b.rig, "word"));
	add_receiver(a, s.port, keys);
	expect_trouble(a, "NATS: Not Permitted");
}

static void test_wrong_password(void **state)
{
	struct alert_rig *a = *state;
	struct server s = {0};
	start_server(a, &s, "authorization { user: u, password: right }\n");
	char keys[RIG_PATH_SIZE + 64];
	rig_write_file(&a->b.rig, "word", "notthatone", 10);
	assert_int_equal(chmod(rig_path(&a->b.rig, "word"), 0600), 0);
	snprintf(keys, sizeof(keys), "\tuser = u\n\tpassword_file = \"%s\"\n",
		 rig_path(&a->b.rig, "word"));
	add_receiver(a, s.port, keys);
	expect_trouble(a, "reason=\"NATS: ");
	assert_false(rig_log_has(a->alert, "notthatone"));
}

/* It would be refused each time. */
static void test_too_large_is_given_up(void **state)
{
	struct alert_rig *a = *state;
	struct server s = {0};
	start_server(a, &s, "max_payload: 100\n");
	add_receiver(a, s.port, "");
	expect_trouble(a, "NATS: Maximum Payload Exceeded");
	assert_true(rig_log_has(a->alert, "tries=1"));
}

/* A server that takes a connection and says nothing costs its receiver time, and nobody else. */
static void test_silent_server(void **state)
{
	struct alert_rig *a = *state;
	unsigned port;
	int fd = outside_listen(&port);
	char section[1024];
	snprintf(section, sizeof(section),
		 "receiver \"n\" {\n\tkind = nats\n\turl = \"nats://127.0.0.1:%u\"\n}\n"
		 "rule \"all\" {\n\treceivers = \"n, b\"\n}\n",
		 port);
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, section);
	alert_rig_start(a);
	alert_rig_record(a, 0, 50);
	alert_rig_expect_all(a, "/b", 50);
	alert_rig_wait_counter(a, "netral_alert_messages_waiting", 50);
	rig_signal(a->alert, SIGHUP);
	alert_rig_record(a, 50, 60);
	alert_rig_expect_all(a, "/b", 60);
	rig_stop(a->alert);
	close(fd);
}

/* A peer that says one thing to whoever comes, and hangs up. */
struct babbler {
	int fd;
	const char *text;
	size_t len;
	pthread_t thread;
};

static void *babble(void *arg)
{
	struct babbler *b = arg;
	int fd;
	while ((fd = accept(b->fd, NULL, NULL)) >= 0) {
		send(fd, b->text, b->len, MSG_NOSIGNAL);
		close(fd);
	}
	return NULL;
}

static void expect_babble_costs_its_receiver(struct alert_rig *a, const char *text, size_t len)
{
	unsigned port;
	struct babbler b = {outside_listen(&port), text, len, 0};
	char section[1024];
	snprintf(section, sizeof(section),
		 "receiver \"n\" {\n\tkind = nats\n\turl = \"nats://127.0.0.1:%u\"\n}\n"
		 "rule \"all\" {\n\treceivers = \"n, b\"\n}\n",
		 port);
	assert_int_equal(pthread_create(&b.thread, NULL, babble, &b), 0);
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, section);
	alert_rig_start(a);
	alert_rig_record(a, 0, 3);
	alert_rig_expect_all(a, "/b", 3);
	alert_rig_wait_counter(a, "netral_alert_messages_given_up_total", 3);
	rig_stop(a->alert);
	shutdown(b.fd, SHUT_RDWR);
	pthread_join(b.thread, NULL);
	close(b.fd);
}

static void test_no_nats(void **state)
{
	static const char text[] = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
	expect_babble_costs_its_receiver(*state, text, strlen(text));
}

static void test_broken_greeting(void **state)
{
	static const char text[] = "INFO {\"max_payload\":\"x\",\"host\":[[[[\r\n";
	expect_babble_costs_its_receiver(*state, text, strlen(text));
}

/* A greeting, then what no server says. */
static void test_broken_protocol(void **state)
{
	static const char text[] = "INFO {\"server_id\":\"x\",\"version\":\"2.0.0\","
				   "\"max_payload\":1048576,\"headers\":true}\r\n"
				   "PONG\r\nMSG a 1 99999999999999999999\r\n\0\xFF\r\n";
	expect_babble_costs_its_receiver(*state, text, sizeof(text) - 1);
}

static void test_line_without_end(void **state)
{
	static char text[1 << 20];
	memset(text, 'x', sizeof(text));
	expect_babble_costs_its_receiver(*state, text, sizeof(text));
}

/* --- TLS --- */

static void run(const char *command)
{
	if (system(command) != 0)
		rig_fail("%s", command);
}

/* A certificate for `name`, signed by itself. */
static const char *tls_lines(struct alert_rig *a, const char *name)
{
	static char lines[CONFIG_SIZE];
	char command[CONFIG_SIZE];
	const char *cert = rig_path(&a->b.rig, "nats.pem"), *key = rig_path(&a->b.rig, "nats.key");
	snprintf(command, sizeof(command),
		 "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
		 "-subj "
		 "/CN=test -addext subjectAltName=DNS:%s -keyout %s -out %s 2>%s",
		 name, key, cert, rig_path(&a->b.rig, "openssl.log"));
	run(command);
	snprintf(lines, sizeof(lines), "tls { cert_file: \"%s\", key_file: \"%s\" }\n", cert, key);
	return lines;
}

static void start_tls(struct alert_rig *a, const char *name, bool trusted)
{
	static char ca[RIG_PATH_SIZE + 16];
	char section[1024];
	struct server s = {0};
	start_server(a, &s, tls_lines(a, name));
	snprintf(section, sizeof(section),
		 "receiver \"n\" {\n\tkind = nats\n\turl = \"tls://localhost:%u\"\n}\n" RULE,
		 s.port);
	alert_rig_section(a, section);
	snprintf(ca, sizeof(ca), "ca_file=%s", rig_path(&a->b.rig, "nats.pem"));
	if (trusted)
		a->sets[a->set_count++] = ca;
}

static void test_tls(void **state)
{
	struct alert_rig *a = *state;
	start_tls(a, "localhost", true);
	a->sets[a->set_count++] = "allow_addresses=127.0.0.0/8,::1";
	alert_rig_start(a);
	alert_rig_record(a, 0, 3);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 3);
}

static void test_tls_of_another_name(void **state)
{
	start_tls(*state, "elsewhere.example", true);
	expect_trouble(*state, "reason=\"NATS: SSL Error");
}

static void test_tls_of_an_unknown_authority(void **state)
{
	start_tls(*state, "localhost", false);
	expect_trouble(*state, "reason=\"NATS: SSL Error");
}

/* What asks for TLS does not go on without. */
static void test_server_without_tls(void **state)
{
	struct alert_rig *a = *state;
	struct server s = {0};
	char section[1024];
	start_server(a, &s, "");
	snprintf(section, sizeof(section),
		 "receiver \"n\" {\n\tkind = nats\n\turl = \"tls://127.0.0.1:%u\"\n}\n" RULE,
		 s.port);
	alert_rig_section(a, section);
	expect_trouble(a, "reason=\"NATS: ");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, alert_rig_set_up, alert_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_message),
		TEST(test_several_in_one),
		TEST(test_down_and_back),
		TEST(test_no_stream),
		TEST(test_stream_has_each_once),
		TEST(test_private_address),
		TEST(test_subject_not_permitted),
		TEST(test_wrong_password),
		TEST(test_too_large_is_given_up),
		TEST(test_silent_server),
		TEST(test_no_nats),
		TEST(test_broken_greeting),
		TEST(test_broken_protocol),
		TEST(test_line_without_end),
		TEST(test_tls),
		TEST(test_tls_of_another_name),
		TEST(test_tls_of_an_unknown_authority),
		TEST(test_server_without_tls),
	};
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	nats_Close();
	return r;
}
