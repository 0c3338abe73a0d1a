/* What is never connected to, and what cannot be. */
#include "rig.h"

#include "lib/error.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* As after rig_set_up(), but only 127.0.0.2, where the good page is, may be reached. */
static int set_up(void **state)
{
	static const char *const allow[] = {"127.0.0.2/32"};
	if (rig_set_up(state) < 0)
		return -1;
	struct fetch_options options = rig_options();
	options.allow = allow;
	options.allow_count = 1;
	rig_use(*state, &options);
	return 0;
}

static void test_addresses(void **state)
{
	struct rig *rig = *state;
	static const struct {
		const char *host, *reason;
	} cases[] = {
		{"127.0.0.1", "127.0.0.1 is refused: loopback"},
		{"localhost", "is refused: loopback"}, /* a name does not help */
		{"[::1]", "[::1] is refused: loopback"},
		{"0x7f000001", "loopback"},
		{"0177.1", "loopback"},
		{"0", "unspecified"},
		{"[::]", "unspecified"},
		{"[::ffff:127.0.0.2]", "IPv4-mapped"},
		{"10.0.0.1", "private"},
		{"192.168.0.1", "private"},
		{"100.64.0.1", "carrier-grade NAT"},
		{"169.254.169.254", "link-local"},
		{"224.0.0.1", "multicast"},
		{"255.255.255.255", "reserved"},
		{"[ff02::1]", "multicast"},
		{"[fd00::1]", "unique local"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char url[128];
		snprintf(url, sizeof(url), "http://%s:%d/", cases[i].host, server_port(rig->bad));
		rig_expect(rig_one(rig, url), FETCH_REFUSED, cases[i].reason);
	}
	assert_int_equal(server_counts(rig->bad).connections, 0);
	assert_int_equal(fetcher_counters(rig->fetcher)->outcomes[FETCH_REFUSED],
			 sizeof(cases) / sizeof(cases[0]));
}

/* A caller may want the public web alone, whatever is allowed for others. */
static void test_exceptions_can_be_left_out(void **state)
{
	struct rig *rig = *state;
	struct fetch_request request = {.url = server_url(rig->good, "/"),
					.limits = fetch_limits_default(),
					.public_only = true};
	rig_request(rig, request);
	rig_run(rig, 1);
	rig_expect(&rig->seen[0], FETCH_REFUSED, "127.0.0.2 is refused: loopback");
	request.public_only = false;
	rig_request(rig, request);
	rig_run(rig, 2);
	assert_int_equal(rig->seen[1].outcome, FETCH_OK);
}

static void test_urls(void **state)
{
	static const char *const urls[] = {"file:///etc/passwd", "ftp://127.0.0.2/", "http://",
					   "not a URL", "http://u:p@127.0.0.2/"};
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		rig_expect(rig_one(*state, urls[i]), FETCH_BAD_URL, "URL: ");
}

static void test_no_such_name(void **state)
{
	rig_expect(rig_one(*state, "http://nobody.invalid/"), FETCH_DNS, "nobody.invalid");
}

static void test_nobody_listens(void **state)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof(a);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
	/* Bound and not listening: nobody else gets the port. */
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (void *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(fd, (void *)&a, &len), 0);
	char url[64];
	snprintf(url, sizeof(url), "http://127.0.0.2:%d/", ntohs(a.sin_port));
	rig_expect(rig_one(*state, url), FETCH_CONNECT, "Connection refused");
	close(fd);
}

static void test_options(void **state)
{
	struct rig *rig = *state;
	struct fetcher *f = NULL;
	static const char *const bad_range[] = {"127.0.0.1/8"};
	char reason[FETCH_REASON_SIZE];
	struct fetch_options good = rig_options(), cases[] = {good, good, good, good, good};
	cases[0].contact = "a\nb";
	cases[1].contact = "";
	cases[2].concurrency = 0;
	cases[3].requests_max = FETCH_REQUESTS_MAX + 1;
	cases[4].allow = bad_range;
	cases[4].allow_count = 1;
	for (size_t i = 0; i < 5; i++) {
		reason[0] = '\0';
		assert_int_equal(fetcher_new(rig->loop, &cases[i], reason, &f), NETRAL_EINVALID);
		assert_non_null(strstr(reason, "fetcher: "));
		assert_null(f);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_addresses),    TEST(test_urls),
		TEST(test_no_such_name), TEST(test_nobody_listens),
		TEST(test_options),      TEST(test_exceptions_can_be_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
