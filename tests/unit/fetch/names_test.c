/* Names: what a resolver may do to us. The one of the C library is replaced by getaddrinfo() below,
 * which libcurl finds first. */
#include "rig.h"

#include <dlfcn.h>
#include <netdb.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

typedef int resolve_fn(const char *node, const char *service, const struct addrinfo *hints,
		       struct addrinfo **ret_list);

static int released = -1; /* readable once names that hang may end */
static atomic_int hanging;

static int hang(void)
{
	struct pollfd fd = {.fd = released, .events = POLLIN};
	hanging++;
	poll(&fd, 1, -1);
	hanging--;
	return EAI_AGAIN;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
		struct addrinfo **ret_list)
{
	static const char *const first[][2] = {{"private.test", "10.0.0.1"},
					       {"mixed.test", "10.0.0.1"},
					       {"mapped.test", "::ffff:127.0.0.2"}};
	resolve_fn *real = (resolve_fn *)(uintptr_t)dlsym(RTLD_NEXT, "getaddrinfo");
	if (node && strcmp(node, "hang.test") == 0)
		return hang();
	for (size_t i = 0; node && i < 3; i++) {
		if (strcmp(node, first[i][0]) != 0)
			continue;
		int r = real(first[i][1], service, hints, ret_list);
		if (r == 0 && strcmp(node, "mixed.test") == 0)
			r = real("127.0.0.2", service, hints, &(*ret_list)->ai_next);
		return r;
	}
	return real(node, service, hints, ret_list);
}

static int set_up(void **state)
{
	released = eventfd(0, EFD_CLOEXEC);
	return released < 0 ? -1 : rig_set_up(state);
}

static int tear_down(void **state)
{
	eventfd_write(released, 1);
	while (hanging > 0)
		usleep(1000);
	close(released);
	return rig_tear_down(state);
}

static const char *url_of(struct rig *rig, const char *name)
{
	static char url[64];
	snprintf(url, sizeof(url), "http://%s:%d/", name, server_port(rig->good));
	return url;
}

static void test_private(void **state)
{
	struct rig *rig = *state;
	rig_expect(rig_one(rig, url_of(rig, "private.test")), FETCH_REFUSED,
		   "10.0.0.1 is refused: private");
	rig_expect(rig_one(rig, url_of(rig, "mapped.test")), FETCH_REFUSED, "IPv4-mapped");
}

/* The address that is refused is passed over. */
static void test_mixed(void **state)
{
	struct rig *rig = *state;
	rig_expect(rig_one(rig, url_of(rig, "mixed.test")), FETCH_OK, "200");
}

static void test_hanging(void **state)
{
	struct rig *rig = *state;
	rig->limits.connect_ms = 200;
	rig_expect(rig_one(rig, url_of(rig, "hang.test")), FETCH_TIMEOUT, "name not resolved");
	assert_int_equal(hanging, 1); /* nobody waited for it */
}

static void test_cancel_hanging(void **state)
{
	struct rig *rig = *state;
	struct fetch *fetch = rig_get(rig, url_of(rig, "hang.test"));
	rig_get(rig, server_url(rig->good, "/"));
	rig_run(rig, 1);
	fetcher_cancel(rig->fetcher, fetch);
	assert_int_equal(fetcher_counters(rig->fetcher)->active, 0);
	rig_get(rig, url_of(rig, "hang.test"));
	rig_get(rig, server_url(rig->good, "/"));
	rig_run(rig, 2);
	fetcher_free(rig->fetcher);
	rig->fetcher = NULL;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_private),
		TEST(test_mixed),
		TEST(test_hanging),
		TEST(test_cancel_hanging),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
