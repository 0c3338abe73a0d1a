#include "daemon/push_address.h"

#include "lib/error.h"

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

static struct push_address parsed(const char *text)
{
	struct push_address a;
	assert_int_equal(push_address_parse(text, &a), 0);
	return a;
}

static void addresses_are_read_and_written(void **state)
{
	static const char *const same[] = {"127.0.0.1:8080", "0.0.0.0:0", "[::1]:443",
					   "[2001:db8::a]:65535"};
	char text[PUSH_ADDRESS_SIZE];
	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct push_address a = parsed(same[i]);
		push_address_format(&a, text);
		assert_string_equal(text, same[i]);
	}
	struct push_address a = parsed("[::1]:443");
	assert_int_equal(push_address_port(&a), 443);
	assert_int_equal(a.storage.ss_family, AF_INET6);
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"8080",
		":8080",
		"127.0.0.1",
		"127.0.0.1:",
		"1.2.3:1",
		"1.2.3.4:65536",
		"1.2.3.4:-1",
		"1.2.3.4: 1",
		"1.2.3.4:1x",
		"localhost:1",
		"::1:80",
		"[::1]",
		"[::1]80",
		"[::1:80",
		"[]:80",
		"[127.0.0.1]:1",
		"[::1%lo]:80",
		"1.2.3.4:99999999999999999999",
		"[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:1"};
	struct push_address a;
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (push_address_parse(bad[i], &a) != NETRAL_EINVALID)
			fail_msg("\"%s\" was taken", bad[i]);
	}
}

static void the_kernel_chooses_a_port(void **state)
{
	struct push_address a = parsed("127.0.0.1:0"), bound, other;
	int fd, second;
	(void)state;
	assert_int_equal(push_address_listen(&a, &fd, &bound), 0);
	assert_int_not_equal(push_address_port(&bound), 0);
	assert_int_equal(push_address_listen(&bound, &second, &other), NETRAL_EBUSY);
	assert_int_equal(errno, EADDRINUSE);
	close(fd);
}

static void a_host_is_an_ipv4_address_or_an_ipv6_subnet(void **state)
{
	struct push_address a = parsed("10.0.0.1:1"), b = parsed("10.0.0.1:2"),
			    c = parsed("10.0.0.2:1"), d = parsed("[2001:db8:0:1::1]:1"),
			    e = parsed("[2001:db8:0:1:ffff::2]:1"),
			    f = parsed("[2001:db8:0:2::1]:1");
	(void)state;
	assert_true(push_address_same_host(&a, &b));
	assert_false(push_address_same_host(&a, &c));
	assert_true(push_address_same_host(&d, &e));
	assert_false(push_address_same_host(&d, &f));
	assert_false(push_address_same_host(&a, &d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_and_written),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(the_kernel_chooses_a_port),
		cmocka_unit_test(a_host_is_an_ipv4_address_or_an_ipv6_subnet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
