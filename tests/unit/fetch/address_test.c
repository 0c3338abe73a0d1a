/* Which addresses are refused, and the ranges that an operator allows. */
#include "lib/fetch/address.h"

#include "lib/cleanup.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *refusal(const char *text, const struct cidr *allow, size_t count)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return address_refusal((struct sockaddr *)(void *)&v4, allow, count);
	assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	return address_refusal((struct sockaddr *)(void *)&v6, allow, count);
}

static void test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *address, *name;
	} cases[] = {
		{"0.0.0.0", "unspecified"},
		{"0.255.255.255", "unspecified"},
		{"10.0.0.1", "private"},
		{"100.64.0.0", "carrier-grade NAT"},
		{"100.127.255.255", "carrier-grade NAT"},
		{"127.0.0.1", "loopback"},
		{"127.255.255.255", "loopback"},
		{"169.254.169.254", "link-local"},
		{"172.16.0.0", "private"},
		{"172.31.255.255", "private"},
		{"192.0.0.9", "protocol assignment"},
		{"192.0.2.1", "documentation"},
		{"192.88.99.1", "6to4 relay"},
		{"192.168.255.255", "private"},
		{"198.19.255.255", "benchmarking"},
		{"198.51.100.1", "documentation"},
		{"203.0.113.255", "documentation"},
		{"224.0.0.1", "multicast"},
		{"239.255.255.255", "multicast"},
		{"240.0.0.1", "reserved"},
		{"255.255.255.255", "reserved"},
		{"::", "unspecified"},
		{"::1", "loopback"},
		{"::127.0.0.1", "IPv4-compatible"},
		{"::ffff:127.0.0.1", "IPv4-mapped"},
		{"::ffff:8.8.8.8", "IPv4-mapped"},
		{"64:ff9b::127.0.0.1", "loopback"},
		{"64:ff9b::192.168.1.1", "private"},
		{"64:ff9b:1::8.8.8.8", "local NAT64"},
		{"100::1", "discard"},
		{"2001::1", "protocol assignment"},
		{"2001:db8::1", "documentation"},
		{"2002:7f00:1::", "6to4"},
		{"3fff::1", "documentation"},
		{"3fff:0fff:ffff::1", "documentation"},
		{"5f00::1", "segment routing"},
		{"fc00::1", "unique local"},
		{"fdff::1", "unique local"},
		{"fe80::1", "link-local"},
		{"febf::1", "link-local"},
		{"fec0::1", "site-local"},
		{"ff02::1", "multicast"},
		{"4000::1", "unassigned"},
		{"200::1", "unassigned"},
	};
	for (size_t i = 0; i < netral_countof(cases); i++) {
		const char *name = refusal(cases[i].address, NULL, 0);
		assert_non_null(name);
		assert_string_equal(name, cases[i].name);
	}
}

static void test_reached(void **state)
{
	(void)state;
	static const char *const cases[] = {
		"1.1.1.1",         "8.8.8.8",        "9.255.255.255",   "11.0.0.0",
		"100.63.255.255",  "100.128.0.0",    "126.255.255.255", "128.0.0.0",
		"169.253.255.255", "172.15.255.255", "172.32.0.0",      "192.0.1.1",
		"192.167.255.255", "198.17.255.255", "198.20.0.0",      "223.255.255.255",
		"2001:4860::8888", "2400:cb00::1",   "2606:4700::1111", "2a00::1",
		"3ffe:ffff::1",    "2001:200::1",    "64:ff9b::8.8.8.8"};
	for (size_t i = 0; i < netral_countof(cases); i++)
		assert_null(refusal(cases[i], NULL, 0));
}

static void test_allowed(void **state)
{
	(void)state;
	struct cidr allow[3];
	assert_true(cidr_parse("10.20.0.0/15", &allow[0]));
	assert_true(cidr_parse("fd12:3456::/32", &allow[1]));
	assert_true(cidr_parse("127.0.0.1", &allow[2]));
	assert_null(refusal("10.20.0.1", allow, 3));
	assert_null(refusal("10.21.255.255", allow, 3));
	assert_non_null(refusal("10.22.0.0", allow, 3));
	assert_null(refusal("fd12:3456:ffff::1", allow, 3));
	assert_non_null(refusal("fd12:3457::1", allow, 3));
	assert_null(refusal("127.0.0.1", allow, 3));
	assert_non_null(refusal("127.0.0.2", allow, 3));
	/* An allowed IPv4 range does not open its other forms. */
	assert_non_null(refusal("::ffff:127.0.0.1", allow, 3));
	assert_non_null(refusal("64:ff9b::127.0.0.1", allow, 3));
}

static void test_ranges(void **state)
{
	(void)state;
	struct cidr c;
	static const char *const good[] = {"0.0.0.0/0", "::/0", "1.2.3.4/32", "::1/128", "1.2.3.4"};
	static const char *const bad[] = {"",
					  "/8",
					  "10.0.0.0/",
					  "10.0.0.0/33",
					  "10.0.0.0/-1",
					  "10.0.0.0/8x",
					  "10.0.0/8",
					  "10.0.0.1/8",
					  "::/129",
					  "::1/64",
					  "localhost",
					  "10.0.0.0/0008",
					  "fe80::1%lo"};
	for (size_t i = 0; i < netral_countof(good); i++)
		assert_true(cidr_parse(good[i], &c));
	for (size_t i = 0; i < netral_countof(bad); i++)
		assert_false(cidr_parse(bad[i], &c));
}

static void test_other_families(void **state)
{
	(void)state;
	struct sockaddr a = {.sa_family = AF_UNIX};
	char text[ADDRESS_TEXT_SIZE];
	assert_non_null(address_refusal(&a, NULL, 0));
	address_format(&a, text);
	assert_string_equal(text, "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),        cmocka_unit_test(test_reached),
		cmocka_unit_test(test_allowed),        cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_other_families),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
