/* No memory: each allocation fails once, and what was asked for either works or says so; nothing is
 * half done, and nothing is lost that can be asked for again. */
#include "alert/decide.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "tests/unit/alert/cleaning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FAULTS_MAX = 2000 };

static const char file[] = "receiver \"a\" {\nurl = \"https://hooks.example/a\"\nchat = \"1\"\n"
			   "quiet = \"22:00-06:00\"\n}\n"
			   "receiver \"b\" {\nurl = \"https://hooks.example/b\"\nform = slack\n}\n"
			   "receiver \"c\" {\nkind = program\ncommand = \"/bin/cat -u\"\n}\n"
			   "rule \"all\" {\nkinds = VIOLATION\nareas = \"81, 82\"\n"
			   "words = \"kampanye, netral\"\nreceivers = \"a, b, c\"\n}\n";

static char dir[FOLDER_SIZE], path[FOLDER_SIZE + 16];

static int read_rules(struct ruleset **ret)
{
	char error[256] = "";
	int r = rules_read(path, ret, error, sizeof(error));
	if (r < 0)
		assert_true(error[0]);
	return r;
}

static void test_rules(void **state)
{
	(void)state;
	struct ruleset *rules = NULL;
	unsigned n = 0;
	do {
		assert_true(n < FAULTS_MAX);
		assert_null(rules);
		fault_arm("alloc", ++n);
	} while (read_rules(&rules) < 0);
	fault_arm(NULL, 0);
	assert_true(n > 1);
	assert_int_equal(rules->receiver_count, 3);
	rules_free(rules);
}

static struct update violation(uint64_t seq)
{
	static struct event_person people[] = {{"Budi Santoso", ""}};
	struct update u = {.seq = seq, .change = CHANGE_NEW, .recorded_us = seq};
	event_init(&u.event);
	u.event.id = "0123-1";
	u.event.kind = EVENT_KIND_VIOLATION;
	u.event.status = EVENT_STATUS_ALLEGED;
	u.event.place = (struct event_place){"81.71", "Kota Ambon", "Maluku"};
	u.event.people = people;
	u.event.person_count = 1;
	u.event.sentence = "Budi Santoso ikut kampanye.";
	u.article.title = (struct text){"Netral", 6};
	u.article.url = u.article.published = u.article.source = (struct text){"", 0};
	return u;
}

static unsigned waiting(struct outbox *outbox, uint64_t receiver)
{
	struct outbox_item item;
	unsigned count = 0;
	for (uint64_t after = 0; outbox_next(outbox, receiver, after, &item) == 1; count++)
		after = item.number;
	return count;
}

static struct outbox *open_outbox(const char *name)
{
	struct outbox *outbox = NULL;
	char error[256] = "", folder[FOLDER_SIZE + 32];
	snprintf(folder, sizeof(folder), "%s/%s", dir, name);
	assert_int_equal(outbox_open(folder, 1 << 20, &outbox, error, sizeof(error)), 0);
	return outbox;
}

/* What failed is dropped and decided again, as the feed does: each receiver is told once in all. */
static void test_deciding(void **state)
{
	(void)state;
	struct mask_policy policy = {0};
	struct decider decider;
	struct ruleset *rules = NULL;
	const struct decide_whom everybody = {UINT64_MAX, 0};
	uint64_t full;
	unsigned n = 0;
	bool failed = true;
	assert_int_equal(read_rules(&rules), 0);
	while (failed) {
		char name[16];
		struct update u = violation(++n);
		assert_true(n < FAULTS_MAX);
		snprintf(name, sizeof(name), "%u", n);
		struct outbox *outbox = open_outbox(name);
		decider_init(&decider, outbox, &policy);
		decider.rules = rules;
		fault_arm("alloc", n);
		int r = decide(&decider, &u, &everybody, &full);
		if (r < 0)
			outbox_spoil(outbox, r);
		int committed = outbox_commit(outbox);
		fault_arm(NULL, 0);
		failed = r < 0 || committed < 0;
		if (failed) {
			assert_int_equal(decide(&decider, &u, &everybody, &full), 0);
			assert_int_equal(outbox_commit(outbox), 0);
		}
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(waiting(outbox, rules->receivers[i].key), 1);
		decider_fini(&decider);
		outbox_close(outbox);
	}
	assert_true(n > 1);
	rules_free(rules);
}

static int set_up(void **state)
{
	(void)state;
	folder_make(dir);
	snprintf(path, sizeof(path), "%s/alerts.conf", dir);
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fputs(file, out) >= 0);
	assert_int_equal(fclose(out), 0);
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
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_deciding),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
