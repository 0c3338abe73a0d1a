/* Whose turn it is, seen by the servers; bounds; and cancelling. */
#include "rig.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <pthread.h>

#define OK "HTTP/1.1 200 OK\r\n"

/* Each request to one server waits for one to the other, so that the test ends only when the two
 * are under way at the same time. */
static bool meet(struct connection *c, void *user)
{
	pthread_barrier_t *barrier = user;
	pthread_barrier_wait(barrier);
	return connection_printf(c, OK "Content-Length: 0\r\n\r\n");
}

static void test_two_hosts(void **state)
{
	enum { EACH = 10 };
	struct rig *rig = *state;
	pthread_barrier_t barrier;
	pthread_barrier_init(&barrier, NULL, 2);
	server_on(rig->bad, "/meet", meet, &barrier);
	server_on(rig->good, "/meet", meet, &barrier);
	for (int i = 0; i < EACH; i++)
		rig_get(rig, server_url(rig->bad, "/meet"));
	for (int i = 0; i < EACH; i++)
		rig_get(rig, server_url(rig->good, "/meet"));
	rig_run(rig, 2 * EACH);
	for (size_t i = 0; i < 2 * EACH; i++)
		rig_expect(&rig->seen[i], FETCH_OK, "200");
	struct server_counts bad = server_counts(rig->bad), good = server_counts(rig->good);
	assert_int_equal(bad.requests, EACH);
	assert_int_equal(good.requests, EACH);
	assert_int_equal(bad.most, 1);
	assert_int_equal(good.most, 1);
	server_stop(netral_take(rig->bad)); /* its threads may not have left the barrier */
	server_stop(netral_take(rig->good));
	pthread_barrier_destroy(&barrier);
}

/* With room for one request in all, the hosts still take turns. */
static void test_one_in_all(void **state)
{
	struct rig *rig = *state;
	struct fetch_options options = rig_options();
	options.concurrency = 1;
	rig_use(rig, &options);
	static char ok[] = OK "Content-Length: 0\r\n\r\n";
	server_on(rig->bad, "/", answer_text, ok);
	for (int i = 0; i < 3; i++)
		rig_get(rig, server_url(rig->bad, "/"));
	for (int i = 0; i < 3; i++)
		rig_get(rig, server_url(rig->good, "/"));
	rig_run(rig, 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(rig->seen[i].url,
				    server_url(i % 2 ? rig->good : rig->bad, "/"));
}

static void test_delay(void **state)
{
	struct rig *rig = *state;
	struct fetch_options options = rig_options();
	options.host_delay_ms = 100;
	rig_use(rig, &options);
	uint64_t start_ms = loop_now_ms(rig->loop);
	for (int i = 0; i < 3; i++)
		rig_get(rig, server_url(rig->good, "/"));
	rig_run(rig, 3);
	/* No more than a lower bound: the rule itself is in the test of the queue. */
	assert_true(loop_now_ms(rig->loop) - start_ms >= 200);
	assert_int_equal(fetcher_counters(rig->fetcher)->resting, 1);
}

static void test_full(void **state)
{
	struct rig *rig = *state;
	struct fetch_options options = rig_options();
	options.requests_max = 2;
	rig_use(rig, &options);
	struct fetch_request request = {.url = server_url(rig->good, "/"), .limits = rig->limits};
	rig_get(rig, request.url);
	rig_get(rig, request.url);
	assert_int_equal(fetcher_get(rig->fetcher, &request, NULL, NULL), NETRAL_EFULL);
	assert_true(fetcher_counters(rig->fetcher)->full == 1);
	rig_run(rig, 2);
	rig_get(rig, request.url);
	rig_run(rig, 3);
}

static bool hang(struct connection *c, void *user)
{
	(void)user;
	connection_linger(c);
	return false;
}

/* One under way, one that waits, both of a host that hangs; the third gets its turn. */
static void test_cancel(void **state)
{
	struct rig *rig = *state;
	static char ok[] = OK "Content-Length: 0\r\n\r\n";
	server_on(rig->bad, "/hang", hang, NULL);
	server_on(rig->bad, "/ok", answer_text, ok);
	struct fetch *active = rig_get(rig, server_url(rig->bad, "/hang"));
	struct fetch *waiting = rig_get(rig, server_url(rig->bad, "/hang"));
	rig_get(rig, server_url(rig->bad, "/ok"));
	rig_get(rig, server_url(rig->good, "/"));
	rig_run(rig, 1);
	server_await(rig->bad, 1);
	assert_int_equal(fetcher_counters(rig->fetcher)->active, 1);
	fetcher_cancel(rig->fetcher, waiting);
	fetcher_cancel(rig->fetcher, active);
	rig_run(rig, 2);
	assert_string_equal(rig->seen[1].url, server_url(rig->bad, "/ok"));
	assert_true(fetcher_counters(rig->fetcher)->cancelled == 2);
	assert_int_equal(fetcher_counters(rig->fetcher)->requests, 0);
	assert_int_equal(server_counts(rig->bad).requests, 2);
}

/* From the callback of another one that finished in the same turn. */
static void test_cancel_finished(void **state)
{
	struct rig *rig = *state;
	rig_get(rig, "bad URL");
	rig->victim = rig_get(rig, "another");
	rig_get(rig, server_url(rig->good, "/"));
	rig_run(rig, 2);
	rig_expect(&rig->seen[0], FETCH_BAD_URL, "URL");
	rig_expect(&rig->seen[1], FETCH_OK, "200");
}

/* While the name is being resolved, too: the thread that does it is not waited for. */
static void test_free_with_all_under_way(void **state)
{
	struct rig *rig = *state;
	server_on(rig->bad, "/hang", hang, NULL);
	for (int i = 0; i < 5; i++)
		rig_get(rig, server_url(rig->bad, "/hang"));
	for (int i = 0; i < 5; i++) {
		char url[64];
		snprintf(url, sizeof(url), "http://n%d.netral.invalid/", i);
		rig_get(rig, url);
	}
	rig_get(rig, "bad URL");
	rig_run(rig, 1);
	fetcher_free(rig->fetcher);
	rig->fetcher = NULL;
	assert_int_equal(rig->count, 1);
}

/* More of them, one after another, than the loop has places at once. */
static void test_fetchers_give_back_what_they_took(void **state)
{
	struct rig *rig = *state;
	struct fetch_options options = rig_options();
	for (int i = 0; i < LOOP_TIMERS_MAX; i++)
		rig_use(rig, &options);
	rig_get(rig, server_url(rig->good, "/"));
	rig_run(rig, 1);
	rig_expect(&rig->seen[0], FETCH_OK, "200");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_two_hosts),
		TEST(test_one_in_all),
		TEST(test_delay),
		TEST(test_full),
		TEST(test_cancel),
		TEST(test_cancel_finished),
		TEST(test_free_with_all_under_way),
		TEST(test_fetchers_give_back_what_they_took),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
