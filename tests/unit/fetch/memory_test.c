/* Every allocation of ours fails once: the request ends with a reason or is not taken, and the next
 * one is in order. */
#include "rig.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#ifdef NETRAL_TEST_HOOKS
static void test_fetching(void **state)
{
	struct rig *rig = *state;
	size_t failed = 0;
	static char moved[] = "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n",
		    there[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthere";
	server_on(rig->bad, "/", answer_text, moved);
	server_on(rig->bad, "/there", answer_text, there);
	for (unsigned n = 1; n <= 16; n++) {
		const char *url = server_url(rig->bad, "/");
		struct fetch_request request = {.url = url, .limits = rig->limits, .user = rig};
		rig->count = 0;
		fault_arm("alloc", n);
		int r = fetcher_get(rig->fetcher, &request, rig_done, NULL);
		if (r == NETRAL_OK)
			rig_run(rig, 1);
		fault_arm(NULL, 0);
		if (r == NETRAL_OK && rig->seen[0].outcome == FETCH_OK)
			continue;
		failed++;
		assert_true(r == NETRAL_ENOMEM || r == NETRAL_OK);
		if (r == NETRAL_OK)
			rig_expect(&rig->seen[0], FETCH_LOCAL, "out of memory");
		rig_expect(rig_one(rig, url), FETCH_OK, "200");
	}
	assert_in_range(failed, 5, 15);
	assert_int_equal(fetcher_counters(rig->fetcher)->requests, 0);
	assert_int_equal(fetcher_counters(rig->fetcher)->active, 0);
}

static void test_creation(void **state)
{
	struct rig *rig = *state;
	struct fetch_options options = rig_options();
	netral_cleanup(fetcher_freep) struct fetcher *f = NULL;
	char reason[FETCH_REASON_SIZE];
	fault_arm("alloc", 1);
	assert_int_equal(fetcher_new(rig->loop, &options, reason, &f), NETRAL_ENOMEM);
	fault_arm(NULL, 0);
	assert_non_null(strstr(reason, "out of memory"));
	assert_int_equal(fetcher_new(rig->loop, &options, reason, &f), NETRAL_OK);
}
#endif

int main(void)
{
#ifdef NETRAL_TEST_HOOKS
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
	const struct CMUnitTest tests[] = {TEST(test_fetching), TEST(test_creation)};
	return cmocka_run_group_tests(tests, NULL, NULL);
#else
	return 0;
#endif
}
