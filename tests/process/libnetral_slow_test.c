/* Callers that are slow or stopped, and many at a time: nothing is lost, and nothing comes twice.
 */
#include "tests/process/client.h"
#include "tests/process/following.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* --- slow callers --- */

enum { TOO_MANY = 20000 }; /* for all queues on the way together */

static void test_slow_caller(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	struct netral_subscriber *s = following(&b, (struct netral_options){0});
	following_wait(s, NETRAL_LIVE);
	bench_record_range(&b, 0, TOO_MANY, "81.71");
	following_expect_all(s, 1, TOO_MANY);
	assert_true(netral_count(s, NETRAL_GAPS) > 0);
	bench_record_range(&b, TOO_MANY, TOO_MANY + 3, "81.71");
	following_expect_all(s, TOO_MANY + 1, TOO_MANY + 3);
	following_expect_no_more(s);
	netral_unsubscribe(s);
	bench_end(&b);
}

static void test_stopped_process(void **state)
{
	(void)state;
	struct bench b;
	char count[16];
	bench_begin(&b, "join_days=0", NULL);
	snprintf(count, sizeof(count), "%d", TOO_MANY);
	struct rig_process *p =
		CLIENT_START(&b.rig, "watch", "--json", "--from", "beginning", "--count", count);
	bench_record_range(&b, 0, 10, "81.71");
	client_wait_output(&b.rig, p, "\"seq\":10,");
	rig_signal(p, SIGSTOP);
	bench_record_range(&b, 10, TOO_MANY, "81.71");
	rig_signal(p, SIGCONT);
	assert_int_equal(rig_wait_exit(p), 0);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), TOO_MANY);
	for (size_t i = 0; i < TOO_MANY; i++)
		assert_int_equal(client_number(json_array_get(lines, i), "seq"), i + 1);
	json_decref(lines);
	bench_end(&b);
}

/* --- many --- */

enum { MANY = 60, STOPPED = 5, ROUNDS = 6, PER_ROUND = 100 };

static const char *const many_areas[] = {"81.71", "53.71", "81", "32.73", "71", "ID"};
enum { MANY_AREAS = sizeof(many_areas) / sizeof(many_areas[0]) };

struct follower {
	struct netral_subscriber *s;
	unsigned mask; /* of the areas that it wants */
	uint64_t seen[MANY_AREAS];
};

static void note(struct follower *f, int event, const struct netral_update *u)
{
	assert_true(event > 0);
	for (unsigned a = 0; event == NETRAL_UPDATE && a < MANY_AREAS; a++)
		f->seen[a] += strcmp(netral_event_area_code(u), many_areas[a]) == 0;
}

static void take_waiting(struct follower *f)
{
	const struct netral_update *u;
	int event;
	while ((event = netral_next(f->s, &u)) != NETRAL_NOTHING)
		note(f, event, u);
}

static void begin_following(struct bench *b, struct follower *f, unsigned mask)
{
	const char *areas[MANY_AREAS];
	struct netral_filter filter = {.size = sizeof(filter), .areas = areas};
	*f = (struct follower){.mask = mask};
	for (unsigned a = 0; a < MANY_AREAS; a++) {
		if (mask >> a & 1)
			areas[filter.area_count++] = many_areas[a];
	}
	f->s = following(b, (struct netral_options){.filter = &filter});
	following_wait(f->s, NETRAL_LIVE);
}

/* "81" has "81.71" in it. */
static bool wants(unsigned mask, unsigned area)
{
	return (mask >> area & 1) || (area == 0 && (mask >> 2 & 1));
}

static void expect_all_of_its(struct follower *f)
{
	netral_verify(f->s);
	for (bool live = false; !live;) {
		const struct netral_update *u;
		int event = following_event(f->s, &u);
		live = event == NETRAL_LIVE;
		note(f, event, u);
	}
	for (unsigned a = 0; a < MANY_AREAS; a++)
		assert_int_equal(f->seen[a],
				 wants(f->mask, a) ? ROUNDS / MANY_AREAS * PER_ROUND : 0);
}

/* Each with a filter of its own, some of which nobody reads for a while, over a kill -9. */
static void test_many_with_different_filters(void **state)
{
	(void)state;
	struct bench b;
	static struct follower followers[MANY];
	bench_begin(&b, "join_days=0", NULL);
	for (unsigned i = 0; i < MANY; i++)
		begin_following(&b, &followers[i], i + 1);
	for (unsigned round = 0; round < ROUNDS; round++) {
		bench_record_range(&b, round * PER_ROUND, (round + 1) * PER_ROUND,
				   many_areas[round % MANY_AREAS]);
		for (unsigned i = STOPPED; i < MANY; i++)
			take_waiting(&followers[i]);
		if (round == ROUNDS / 2)
			following_restart(&b, "join_days=0");
	}
	for (unsigned i = 0; i < MANY; i++) {
		expect_all_of_its(&followers[i]);
		netral_unsubscribe(followers[i].s);
	}
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slow_caller),
		cmocka_unit_test(test_stopped_process),
		cmocka_unit_test(test_many_with_different_filters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
