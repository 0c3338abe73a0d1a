/* Whose turn it is. The loop does not turn here, so its clock stands still: waits of 0 are over. */
#include "poller/backlog.h"

#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TROUBLE_MS = 1000 };

struct fixture {
	struct loop *loop;
	struct backlog *backlog;
	struct watch watch;
};

static int on_signal(void *user, int signo)
{
	(void)user;
	(void)signo;
	return 0;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	assert_int_equal(loop_new(on_signal, NULL, false, &f->loop), NETRAL_OK);
	assert_int_equal(backlog_new(f->loop, TROUBLE_MS, &f->backlog), NETRAL_OK);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	backlog_free(f->backlog);
	loop_free(f->loop);
	free(f);
	return 0;
}

static struct text url_of(const char *s)
{
	return (struct text){s, strlen(s)};
}

static void add(struct fixture *f, uint64_t number, const char *url, uint64_t wait_ms)
{
	struct text t = url_of(url);
	assert_int_equal(backlog_add(f->backlog, &f->watch, number, &t, wait_ms, 0), NETRAL_OK);
}

static uint64_t take(struct fixture *f, struct backlog_item **ret)
{
	*ret = backlog_take(f->backlog);
	return *ret ? (*ret)->number : 0;
}

static void one_item_of_a_host_is_out_at_a_time(void **state)
{
	struct fixture *f = *state;
	struct backlog_item *a, *b, *none;
	add(f, 1, "https://a.example/1", 0);
	add(f, 2, "http://a.example:8080/2", 0);
	add(f, 3, "https://b.example/3", 0);
	assert_int_equal(f->watch.pending, 3);
	assert_int_equal(take(f, &a) + take(f, &b), 1 + 3);
	assert_int_equal(take(f, &none), 0);
	assert_true(backlog_wait_ms(f->backlog) == UINT64_MAX);
	struct backlog_item *first = a->number == 1 ? a : b;
	backlog_release(f->backlog, first);
	assert_int_equal(take(f, &none), 2);
	backlog_end(f->backlog, a);
	backlog_end(f->backlog, b);
	backlog_end(f->backlog, none);
	assert_int_equal(f->watch.pending, 0);
	assert_int_equal(backlog_counts(f->backlog).items, 0);
	assert_int_equal(backlog_counts(f->backlog).hosts, 0);
}

static void items_of_no_host_do_not_wait_for_one_another(void **state)
{
	struct fixture *f = *state;
	struct backlog_item *a, *b;
	add(f, 1, "", 0);
	add(f, 2, "", 0);
	assert_int_equal(take(f, &a) + take(f, &b), 3);
	struct text url = url_of("https://a.example/");
	assert_int_equal(backlog_put_back(f->backlog, a, &url, 0), NETRAL_OK);
	assert_int_equal(take(f, &a), a->number);
	backlog_end(f->backlog, a);
	backlog_end(f->backlog, b);
}

/* An item of a host that rests would keep a place among the requests from one that need not wait.
 */
static void a_host_that_was_asked_rests(void **state)
{
	struct fixture *f = *state;
	struct backlog_item *i, *none;
	struct text url = url_of("https://a.example/1");
	add(f, 1, "https://a.example/1", 0);
	add(f, 2, "https://a.example/2", 0);
	assert_int_equal(take(f, &i), 1);
	backlog_rest(f->backlog, &url, 4000);
	backlog_end(f->backlog, i);
	assert_int_equal(take(f, &none), 0);
	assert_int_equal(backlog_wait_ms(f->backlog), 4000);
	add(f, 3, "https://b.example/3", 0);
	assert_int_equal(take(f, &i), 3);
	backlog_end(f->backlog, i);
	/* It is no reason to put off a source. */
	assert_int_equal(backlog_held_ms(f->backlog, &url), 0);
	backlog_rest(f->backlog, &url, 0);
	assert_int_equal(take(f, &i), 2);
	backlog_end(f->backlog, i);
	assert_int_equal(backlog_counts(f->backlog).hosts, 0);
}

static void an_item_that_waits_lets_others_pass(void **state)
{
	struct fixture *f = *state;
	struct backlog_item *i, *none;
	struct text url = url_of("https://a.example/1");
	add(f, 1, "https://a.example/1", 0);
	add(f, 2, "https://a.example/2", 0);
	assert_int_equal(take(f, &i), 1);
	assert_int_equal(backlog_put_back(f->backlog, i, &url, 5000), NETRAL_OK);
	assert_int_equal(take(f, &i), 2);
	backlog_end(f->backlog, i);
	assert_int_equal(take(f, &none), 0);
	assert_int_equal(backlog_wait_ms(f->backlog), 5000);
}

static void trouble_of_a_host_doubles_and_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct backlog_item *i;
	struct text url = url_of("https://a.example/1"), other = url_of("https://b.example/");
	add(f, 1, "https://a.example/1", 0);
	add(f, 2, "https://a.example/2", 0);
	assert_int_equal(take(f, &i), 1);
	backlog_trouble(f->backlog, &url);
	assert_int_equal(backlog_held_ms(f->backlog, &url), TROUBLE_MS);
	assert_int_equal(backlog_held_ms(f->backlog, &other), 0);
	assert_int_equal(backlog_put_back(f->backlog, i, &url, 0), NETRAL_OK);
	assert_null(backlog_take(f->backlog));
	assert_int_equal(backlog_wait_ms(f->backlog), TROUBLE_MS);
	backlog_trouble(f->backlog, &url);
	assert_int_equal(backlog_held_ms(f->backlog, &url), 2 * TROUBLE_MS);
	for (int k = 0; k < 40; k++)
		backlog_trouble(f->backlog, &url);
	assert_int_equal(backlog_held_ms(f->backlog, &url), BACKLOG_TROUBLE_MAX_MS);
	backlog_well(f->backlog, &url);
	backlog_hold(f->backlog, &url, 10); /* a hold is never shortened */
	assert_int_equal(backlog_held_ms(f->backlog, &url), BACKLOG_TROUBLE_MAX_MS);
}

static void a_hold_outlives_the_items(void **state)
{
	struct fixture *f = *state;
	struct backlog_item *i;
	struct text url = url_of("https://a.example/1");
	add(f, 1, "https://a.example/1", 0);
	assert_int_equal(take(f, &i), 1);
	backlog_hold(f->backlog, &url, 9000);
	backlog_end(f->backlog, i);
	assert_int_equal(backlog_held_ms(f->backlog, &url), 9000);
	add(f, 2, "https://a.example/2", 0);
	assert_null(backlog_take(f->backlog));
	assert_int_equal(backlog_wait_ms(f->backlog), 9000);
}

static void room_is_bounded_by_source(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(backlog_room(f->backlog, &f->watch), BACKLOG_SOURCE_MAX);
	for (uint64_t n = 1; n <= BACKLOG_SOURCE_MAX; n++)
		add(f, n, "https://a.example/", 0);
	assert_int_equal(backlog_room(f->backlog, &f->watch), 0);
	struct watch other = {.pending = 0};
	assert_int_equal(backlog_room(f->backlog, &other), BACKLOG_SOURCE_MAX);
}

static void end_one(void *user, struct backlog_item *i)
{
	backlog_end(user, i);
}

static void all_can_be_ended(void **state)
{
	struct fixture *f = *state;
	struct backlog_item *out;
	for (uint64_t n = 1; n <= 10; n++)
		add(f, n, n % 2 ? "https://a.example/" : "https://b.example/", n % 3 ? 0 : 1000);
	(void)take(f, &out);
	backlog_each(f->backlog, end_one, f->backlog);
	assert_int_equal(backlog_counts(f->backlog).items, 0);
	assert_int_equal(backlog_counts(f->backlog).hosts, 0);
	assert_int_equal(f->watch.pending, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(one_item_of_a_host_is_out_at_a_time),
		TEST(items_of_no_host_do_not_wait_for_one_another),
		TEST(a_host_that_was_asked_rests),
		TEST(an_item_that_waits_lets_others_pass),
		TEST(trouble_of_a_host_doubles_and_is_forgotten),
		TEST(a_hold_outlives_the_items),
		TEST(room_is_bounded_by_source),
		TEST(all_can_be_ended),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
