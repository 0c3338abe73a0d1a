/* Several updates in one message: when it leaves, what is in it, and its id. */
#include "alert/decide.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "tests/unit/alert/cleaning.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { WAIT_MS = 300000, LONG = 2048, MANY = 300, VERY_MANY = 10000 };
#define HOUR_MS ((uint64_t)3600 * 1000)
#define ID(n)   "0123456789abcdef0123456789abcdef-" n
#define WHOLE   "group_wait = 5min\n"
#define RULE    "rule \"all\" {\nreceivers = a\n}\n"

struct fixture {
	char dir[FOLDER_SIZE];
	struct outbox *outbox;
	struct ruleset *rules;
	struct mask_policy policy;
	struct decider decider;
};

static void open_outbox(struct fixture *f, uint64_t max_bytes)
{
	char path[FOLDER_SIZE + 16], error[256];
	snprintf(path, sizeof(path), "%s/alert", f->dir);
	assert_int_equal(outbox_open(path, max_bytes, &f->outbox, error, sizeof(error)), 0);
	decider_init(&f->decider, f->outbox, &f->policy);
	f->decider.rules = f->rules;
}

static void close_outbox(struct fixture *f)
{
	decider_fini(&f->decider);
	outbox_close(f->outbox);
}

/* `keys` of receiver "a". */
static void read_rules(struct fixture *f, const char *keys)
{
	char path[FOLDER_SIZE + 16], error[256];
	snprintf(path, sizeof(path), "%s/alerts.conf", f->dir);
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	fprintf(out, "receiver \"a\" {\nurl = \"https://hooks.example/a\"\n%s}\n" RULE, keys);
	assert_int_equal(fclose(out), 0);
	rules_free(f->rules);
	assert_int_equal(rules_read(path, &f->rules, error, sizeof(error)), 0);
	f->decider.rules = f->rules;
}

static int set_up(void **state)
{
	static struct fixture f;
	memset(&f, 0, sizeof(f));
	f.policy.full = true;
	setenv("TZ", "Asia/Jayapura", 1);
	tzset();
	folder_make(f.dir);
	read_rules(&f, WHOLE);
	open_outbox(&f, 1 << 20);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	close_outbox(f);
	rules_free(f->rules);
	folder_remove(f->dir);
	return 0;
}

static struct update event(uint64_t seq, const char *id, enum event_status status)
{
	struct update u = {.seq = seq, .change = CHANGE_NEW, .recorded_us = seq};
	event_init(&u.event);
	u.event.id = id;
	u.event.kind = EVENT_KIND_VIOLATION;
	u.event.status = status;
	u.event.place = (struct event_place){"81.71", "Kota Ambon", "Maluku"};
	u.event.scope = EVENT_SCOPE_CASE;
	u.event.confidence = 0.9;
	u.event.sentence = "Seorang pegawai dilaporkan ke pengawas.";
	u.article.title = u.article.url = u.article.published = u.article.source =
		(struct text){"", 0};
	u.article.url = (struct text){"https://news.example/a", 22};
	u.article.title = (struct text){"Netralitas", 10};
	u.article.source = (struct text){"news", 4};
	return u;
}

static int decide_all(struct fixture *f, const struct update *u, bool again)
{
	const struct decide_whom whom = {UINT64_MAX, again ? UINT64_MAX : 0};
	uint64_t full;
	return decide(&f->decider, u, &whom, &full);
}

static void take(struct fixture *f, struct update u)
{
	assert_int_equal(decide_all(f, &u, false), 0);
	assert_int_equal(outbox_commit(f->outbox), 0);
}

/* Messages that are made of what is due at `now_ms`; -1: of whatever waits. */
static uint64_t made(struct fixture *f, int64_t now_ms)
{
	uint64_t wait_ms, before = f->decider.gatherer.counts.messages;
	uint64_t now = now_ms < 0 ? INT64_MAX : (uint64_t)now_ms;
	assert_int_equal(decide_due(&f->decider, now, &wait_ms), 0);
	assert_int_equal(outbox_commit(f->outbox), 0);
	return f->decider.gatherer.counts.messages - before;
}

static uint64_t later(void)
{
	return (uint64_t)time(NULL) * 1000 + WAIT_MS + HOUR_MS;
}

/* The next message, which is taken out. */
static json_t *message(struct fixture *f, char id[static MESSAGE_ID_SIZE])
{
	struct outbox_item item;
	json_error_t error;
	uint64_t key = f->rules->receivers[0].key;
	assert_int_equal(outbox_next(f->outbox, key, 0, &item), 1);
	snprintf(id, MESSAGE_ID_SIZE, "%s", item.id);
	json_t *j = json_loadb(item.body.ptr, item.body.len, 0, &error);
	assert_non_null(j);
	outbox_done(f->outbox, key, item.number);
	assert_int_equal(outbox_commit(f->outbox), 0);
	return j;
}

static const char *member(const json_t *list, size_t index, const char *key)
{
	const char *s = json_string_value(json_object_get(json_array_get(list, index), key));
	return s ? s : "";
}

/* --- when, and what --- */

static void test_one_message_when_the_wait_is_over(void **state)
{
	struct fixture *f = *state;
	char id[MESSAGE_ID_SIZE];
	take(f, event(1, ID("1"), EVENT_STATUS_ALLEGED));
	take(f, event(2, ID("2"), EVENT_STATUS_FOUND));
	assert_int_equal(made(f, (int64_t)time(NULL) * 1000), 0);
	assert_int_equal(outbox_counts(f->outbox).gathering, 2);
	assert_int_equal(made(f, (int64_t)later()), 1);
	assert_int_equal(outbox_counts(f->outbox).gathering, 0);
	json_t *list = message(f, id);
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(member(list, 0, "id"), ID("1") "_1");
	assert_string_equal(member(list, 1, "id"), ID("2") "_2");
	assert_int_equal(strncmp(id, "batch-", 6), 0);
	json_decref(list);
	assert_int_equal(outbox_counts(f->outbox).bytes, 0);
	assert_int_equal(made(f, (int64_t)later()), 0);
}

static void test_one_update_is_a_plain_message(void **state)
{
	struct fixture *f = *state;
	char id[MESSAGE_ID_SIZE];
	take(f, event(1, ID("1"), EVENT_STATUS_ALLEGED));
	assert_int_equal(made(f, (int64_t)later()), 1);
	json_t *one = message(f, id);
	assert_true(json_is_object(one));
	assert_string_equal(id, ID("1") "_1");
	json_decref(one);
}

/* The last state, once, with what the receiver knew. */
static void test_changed_twice(void **state)
{
	struct fixture *f = *state;
	char id[MESSAGE_ID_SIZE];
	take(f, event(1, ID("1"), EVENT_STATUS_ALLEGED));
	assert_int_equal(made(f, (int64_t)later()), 1);
	json_decref(message(f, id));
	struct update u = event(2, ID("1"), EVENT_STATUS_FOUND);
	u.change = CHANGE_CHANGED;
	take(f, u);
	take(f, event(3, ID("2"), EVENT_STATUS_ALLEGED));
	u.seq = 4;
	u.event.status = EVENT_STATUS_DISMISSED;
	take(f, u);
	assert_int_equal(made(f, (int64_t)later()), 1);
	json_t *list = message(f, id);
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(member(list, 0, "id"), ID("1") "_4");
	assert_string_equal(member(list, 0, "previousstatus"), "ALLEGED");
	assert_string_equal(member(list, 1, "previousstatus"), "");
	json_decref(list);
}

static void test_gone_before_it_was_told(void **state)
{
	struct fixture *f = *state;
	char id[MESSAGE_ID_SIZE];
	take(f, event(1, ID("1"), EVENT_STATUS_ALLEGED));
	struct update u = event(2, ID("1"), EVENT_STATUS_ALLEGED);
	u.change = CHANGE_REMOVED;
	take(f, u);
	assert_int_equal(outbox_counts(f->outbox).gathering, 0);
	assert_int_equal(outbox_counts(f->outbox).bytes, 0);
	assert_int_equal(made(f, (int64_t)later()), 0);
	take(f, event(3, ID("2"), EVENT_STATUS_ALLEGED));
	assert_int_equal(made(f, (int64_t)later()), 1);
	json_decref(message(f, id));
	u = event(4, ID("2"), EVENT_STATUS_ALLEGED);
	u.change = CHANGE_REMOVED;
	take(f, u);
	assert_int_equal(made(f, (int64_t)later()), 1);
	assert_int_equal(outbox_counts(f->outbox).waiting, 1);
}

static void test_group_by_province(void **state)
{
	struct fixture *f = *state;
	char id[MESSAGE_ID_SIZE];
	read_rules(f, WHOLE "group_by = province\n");
	struct update u = event(1, ID("1"), EVENT_STATUS_ALLEGED);
	take(f, u);
	u = event(2, ID("2"), EVENT_STATUS_ALLEGED);
	u.event.place = (struct event_place){"31", "DKI Jakarta", "DKI Jakarta"};
	take(f, u);
	take(f, event(3, ID("3"), EVENT_STATUS_ALLEGED));
	assert_int_equal(made(f, (int64_t)later()), 2);
	json_t *a = message(f, id), *b = message(f, id);
	assert_int_equal(json_array_size(a) + json_array_size(b), 2); /* one is no array */
	json_decref(a);
	json_decref(b);
}

static void test_as_many_as_group_max(void **state)
{
	struct fixture *f = *state;
	char id[MESSAGE_ID_SIZE], name[64];
	read_rules(f, WHOLE "group_max = 3\n");
	for (unsigned i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), ID("%u"), i + 1);
		take(f, event(i + 1, name, EVENT_STATUS_ALLEGED));
		assert_int_equal(made(f, 1), i == 2);
	}
	json_t *list = message(f, id);
	assert_int_equal(json_array_size(list), 3);
	json_decref(list);
	assert_int_equal(outbox_counts(f->outbox).gathering, 1);
}

static void take_burst(struct fixture *f, unsigned from, unsigned until)
{
	char name[64];
	for (unsigned i = from; i < until; i++) {
		snprintf(name, sizeof(name), ID("%u"), i + 1);
		struct update u = event(i + 1, name, EVENT_STATUS_ALLEGED);
		assert_int_equal(decide_all(f, &u, false), 0);
	}
	assert_int_equal(outbox_commit(f->outbox), 0);
}

/* Those beyond a whole message begin a wait of their own, which the next burst does not end. */
static void test_burst_beyond_group_max(void **state)
{
	struct fixture *f = *state;
	read_rules(f, WHOLE "group_max = 10\n");
	take_burst(f, 0, 13);
	assert_int_equal(made(f, 1), 1);
	assert_int_equal(outbox_counts(f->outbox).gathering, 3);
	take_burst(f, 13, 32);
	assert_int_equal(made(f, 1), 2);
	assert_int_equal(outbox_counts(f->outbox).gathering, 2);
	assert_int_equal(made(f, (int64_t)time(NULL) * 1000), 0);
	close_outbox(f);
	open_outbox(f, 1 << 20);
	assert_int_equal(made(f, (int64_t)later()), 1);
	assert_int_equal(outbox_counts(f->outbox).gathering, 0);
}

/* An event that is gone makes the message smaller, and the others go all the same. */
static void test_gone_from_a_whole_message(void **state)
{
	struct fixture *f = *state;
	read_rules(f, WHOLE "group_max = 10\n");
	take_burst(f, 0, 10);
	struct update u = event(11, ID("1"), EVENT_STATUS_ALLEGED);
	u.change = CHANGE_REMOVED;
	take(f, u);
	assert_int_equal(made(f, 1), 1);
	assert_int_equal(outbox_counts(f->outbox).gathering, 0);
}

static void test_template_of_several(void **state)
{
	struct fixture *f = *state;
	char id[MESSAGE_ID_SIZE], name[64];
	read_rules(f, WHOLE
		   "form = '{\"text\":\"{text}\",\"p\":\"{province}\",\"s\":\"{status}\"}'\n");
	for (unsigned i = 0; i < 60; i++) {
		snprintf(name, sizeof(name), ID("%u"), i + 1);
		take(f, event(i + 1, name, i ? EVENT_STATUS_ALLEGED : EVENT_STATUS_FOUND));
	}
	assert_int_equal(made(f, (int64_t)later()), 1);
	json_t *body = message(f, id);
	const char *text = json_string_value(json_object_get(body, "text"));
	assert_non_null(strstr(text, "VIOLATION FOUND - Kota Ambon, Maluku"));
	assert_non_null(strstr(text, "VIOLATION ALLEGED"));
	assert_non_null(strstr(text, "\n\n+ "));
	assert_true(strlen(text) < 2000);
	assert_string_equal(json_string_value(json_object_get(body, "p")), "Maluku");
	assert_string_equal(json_string_value(json_object_get(body, "s")), "");
	json_decref(body);
}

/* What has no room in one message goes in further ones, and nothing is lost. */
static void test_long_titles(void **state)
{
	struct fixture *f = *state;
	char id[MESSAGE_ID_SIZE], name[64], *title = calloc(1, LONG);
	size_t seen = 0;
	assert_non_null(title);
	memset(title, 'a', LONG);
	read_rules(f, WHOLE "group_max = 300\n");
	close_outbox(f);
	open_outbox(f, 16 << 20);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), ID("%u"), i + 1);
		struct update u = event(i + 1, name, EVENT_STATUS_ALLEGED);
		u.article.title = (struct text){title, LONG};
		take(f, u);
	}
	uint64_t messages = made(f, 1);
	assert_in_range(messages, 3, 16);
	for (uint64_t i = 0; i < messages; i++) {
		json_t *list = message(f, id);
		seen += json_array_size(list);
		json_decref(list);
	}
	assert_int_equal(seen, MANY);
	free(title);
}

/* One that cannot be read costs itself, and not those behind it. */
static void test_broken_update(void **state)
{
	struct fixture *f = *state;
	char id[MESSAGE_ID_SIZE];
	const struct told nothing = {.digest = 0};
	take(f, event(1, ID("1"), EVENT_STATUS_ALLEGED));
	struct outbox_group g;
	assert_int_equal(outbox_first_group(f->outbox, &g), 1);
	outbox_gather(f->outbox, &g, 100, ID("2"), &nothing, "no update", 9);
	assert_int_equal(outbox_commit(f->outbox), 0);
	take(f, event(3, ID("3"), EVENT_STATUS_ALLEGED));
	assert_int_equal(made(f, (int64_t)later()), 2);
	assert_int_equal(f->decider.gatherer.counts.dropped, 1);
	assert_int_equal(outbox_counts(f->outbox).gathering, 0);
	json_decref(message(f, id));
	assert_string_equal(id, ID("1") "_1");
	json_decref(message(f, id));
	assert_string_equal(id, ID("3") "_3");
}

/* --- times --- */

/* 2026-11-22 00:00 in Jayapura, UTC+9 throughout the year. */
#define MIDNIGHT_MS ((uint64_t)1795273200000)

static void test_digest_is_daily(void **state)
{
	struct fixture *f = *state;
	read_rules(f, "digest_at = \"07:00\"\n");
	const struct receiver *to = &f->rules->receivers[0];
	assert_int_equal(gather_due_ms(to, MIDNIGHT_MS), MIDNIGHT_MS + 7 * HOUR_MS);
	assert_int_equal(gather_due_ms(to, MIDNIGHT_MS + 7 * HOUR_MS), MIDNIGHT_MS + 31 * HOUR_MS);
	assert_int_equal(gather_due_ms(to, MIDNIGHT_MS + 23 * HOUR_MS), MIDNIGHT_MS + 31 * HOUR_MS);
}

static void test_quiet_hours(void **state)
{
	struct fixture *f = *state;
	read_rules(f, WHOLE "quiet = \"22:00-06:00\"\n");
	const struct receiver *to = &f->rules->receivers[0];
	assert_int_equal(gather_due_ms(to, MIDNIGHT_MS + 12 * HOUR_MS),
			 MIDNIGHT_MS + 12 * HOUR_MS + WAIT_MS);
	assert_int_equal(gather_due_ms(to, MIDNIGHT_MS + 23 * HOUR_MS), MIDNIGHT_MS + 30 * HOUR_MS);
	assert_int_equal(gather_due_ms(to, MIDNIGHT_MS + HOUR_MS), MIDNIGHT_MS + 6 * HOUR_MS);
}

/* A digest has no bound on updates, but its messages have. */
static void test_long_digest(void **state)
{
	struct fixture *f = *state;
	char name[64];
	read_rules(f, "digest_at = \"07:00\"\ngroup_max = 10\n");
	for (unsigned i = 0; i < 25; i++) {
		snprintf(name, sizeof(name), ID("%u"), i + 1);
		take(f, event(i + 1, name, EVENT_STATUS_ALLEGED));
	}
	assert_int_equal(made(f, 1), 0);
	assert_int_equal(made(f, (int64_t)(later() + 24 * HOUR_MS)), 3);
}

/* More than a day has: each once, in whole messages. */
static void test_very_long_digest(void **state)
{
	struct fixture *f = *state;
	char id[MESSAGE_ID_SIZE];
	size_t seen = 0;
	uint64_t messages = 0, now_ms = later() + 24 * HOUR_MS;
	read_rules(f, "digest_at = \"07:00\"\ngroup_max = 500\n");
	close_outbox(f);
	open_outbox(f, 64 << 20);
	take_burst(f, 0, VERY_MANY);
	while (outbox_counts(f->outbox).gathering > 0)
		messages += made(f, (int64_t)now_ms);
	assert_in_range(messages, VERY_MANY / 500, VERY_MANY / 50);
	for (uint64_t i = 0; i < messages; i++) {
		json_t *list = message(f, id);
		seen += json_array_size(list);
		json_decref(list);
	}
	assert_int_equal(seen, VERY_MANY);
}

/* --- restarts and failures --- */

/* What is the same gathered again has the same id, over a restart too. */
static void test_restart(void **state)
{
	struct fixture *f = *state;
	char id[MESSAGE_ID_SIZE], again[MESSAGE_ID_SIZE];
	take(f, event(1, ID("1"), EVENT_STATUS_ALLEGED));
	take(f, event(2, ID("2"), EVENT_STATUS_ALLEGED));
	assert_int_equal(decide_due(&f->decider, later(), &(uint64_t){0}), 0);
	close_outbox(f); /* without a commit */
	open_outbox(f, 1 << 20);
	assert_true(outbox_counts(f->outbox).bytes > 0);
	assert_int_equal(outbox_counts(f->outbox).gathering, 2);
	assert_int_equal(made(f, (int64_t)later()), 1);
	json_decref(message(f, id));
	struct update u[2] = {event(1, ID("1"), EVENT_STATUS_ALLEGED),
			      event(2, ID("2"), EVENT_STATUS_ALLEGED)};
	assert_int_equal(decide_all(f, &u[0], true), 0);
	assert_int_equal(decide_all(f, &u[1], true), 0);
	assert_int_equal(made(f, (int64_t)later()), 1);
	json_decref(message(f, again));
	assert_string_equal(id, again);
}

static void test_full_share_sends_early(void **state)
{
	struct fixture *f = *state;
	char name[64];
	close_outbox(f);
	open_outbox(f, 4096);
	uint64_t key = f->rules->receivers[0].key;
	size_t count = f->rules->receiver_count;
	for (unsigned i = 0; outbox_has_room(f->outbox, key, count); i++) {
		assert_int_equal(made(f, 0), 0);
		snprintf(name, sizeof(name), ID("%u"), i + 1);
		take(f, event(i + 1, name, EVENT_STATUS_ALLEGED));
	}
	assert_int_equal(made(f, 0), 1);
	assert_int_equal(f->decider.gatherer.counts.early, 1);
	assert_int_equal(outbox_counts(f->outbox).gathering, 0);
}

static void test_receiver_that_is_gone(void **state)
{
	struct fixture *f = *state;
	take(f, event(1, ID("1"), EVENT_STATUS_ALLEGED));
	f->rules->receivers[0].key++;
	assert_int_equal(made(f, (int64_t)later()), 0);
	assert_int_equal(f->decider.gatherer.counts.dropped, 1);
	assert_int_equal(outbox_counts(f->outbox).bytes, 0);
	assert_int_equal(outbox_counts(f->outbox).gathering, 0);
}

/* What fails for want of memory or room is made whole by the next turn. */
static void test_faults(void **state)
{
	struct fixture *f = *state;
	char id[MESSAGE_ID_SIZE];
	uint64_t wait_ms;
	take(f, event(1, ID("1"), EVENT_STATUS_ALLEGED));
	take(f, event(2, ID("2"), EVENT_STATUS_ALLEGED));
	fault_arm("commit", 1);
	assert_int_equal(decide_due(&f->decider, later(), &wait_ms), 0);
	assert_int_equal(outbox_commit(f->outbox), NETRAL_EFULL);
	fault_arm(NULL, 0);
	assert_int_equal(outbox_counts(f->outbox).gathering, 2);
	for (unsigned n = 1;; n++) {
		fault_arm("alloc", n);
		int r = decide_due(&f->decider, later(), &wait_ms);
		fault_arm(NULL, 0);
		if (r == 0)
			break;
		assert_int_equal(r, NETRAL_ENOMEM);
		outbox_spoil(f->outbox, NETRAL_EIO);
		assert_int_equal(outbox_commit(f->outbox), NETRAL_EIO);
		assert_int_equal(outbox_counts(f->outbox).gathering, 2);
	}
	assert_int_equal(outbox_commit(f->outbox), 0);
	json_t *list = message(f, id);
	assert_int_equal(json_array_size(list), 2);
	json_decref(list);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_one_message_when_the_wait_is_over),
		TEST(test_one_update_is_a_plain_message),
		TEST(test_changed_twice),
		TEST(test_gone_before_it_was_told),
		TEST(test_group_by_province),
		TEST(test_as_many_as_group_max),
		TEST(test_burst_beyond_group_max),
		TEST(test_gone_from_a_whole_message),
		TEST(test_template_of_several),
		TEST(test_long_titles),
		TEST(test_broken_update),
		TEST(test_digest_is_daily),
		TEST(test_quiet_hours),
		TEST(test_long_digest),
		TEST(test_very_long_digest),
		TEST(test_restart),
		TEST(test_full_share_sends_early),
		TEST(test_receiver_that_is_gone),
		TEST(test_faults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
