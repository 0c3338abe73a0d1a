#include "daemon/push_connections.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

enum { MAX = 4, TIMEOUT_MS = 100 };

static struct push_address host(const char *text)
{
	struct push_address a;
	assert_int_equal(push_address_parse(text, &a), 0);
	return a;
}

static struct push_connections *new_table(void)
{
	struct push_connections *t;
	assert_int_equal(push_connections_new(MAX, TIMEOUT_MS, &t), 0);
	return t;
}

static void one_host_has_half_of_the_table(void **state)
{
	struct push_connections *t = new_table();
	struct push_address a = host("10.0.0.1:1"), b = host("10.0.0.2:1"), c = host("[::1]:1");
	(void)state;
	assert_true(push_connections_has_room(t, &a));
	struct push_connection *first = push_connections_add(t, -1, &a, 0);
	assert_true(push_connections_has_room(t, &a));
	push_connections_add(t, -1, &a, 0);
	assert_false(push_connections_has_room(t, &a));
	assert_true(push_connections_has_room(t, &b));
	push_connections_add(t, -1, &b, 0);
	push_connections_add(t, -1, &c, 0);
	assert_int_equal(push_connections_count(t), MAX);
	assert_false(push_connections_has_room(t, &c));
	assert_null(push_connections_add(t, -1, &c, 0));
	push_connections_remove(t, first);
	assert_true(push_connections_has_room(t, &a));
	assert_non_null(push_connections_add(t, -1, &a, 0));
	push_connections_free(t);
}

static void the_only_place_is_for_anyone(void **state)
{
	struct push_connections *t;
	struct push_address a = host("10.0.0.1:1");
	(void)state;
	assert_int_equal(push_connections_new(1, TIMEOUT_MS, &t), 0);
	assert_true(push_connections_has_room(t, &a));
	push_connections_free(t);
}

/* The other end of the pair reads the end of the stream. */
static bool is_shut(int fd)
{
	char c;
	return recv(fd, &c, 1, MSG_DONTWAIT) == 0;
}

static void a_connection_whose_time_is_over_is_shut_down(void **state)
{
	struct push_connections *t = new_table();
	struct push_address a = host("10.0.0.1:1"), b = host("10.0.0.2:1");
	int one[2], two[2];
	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, one), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, two), 0);
	assert_int_equal(push_connections_due_ms(t), UINT64_MAX);
	struct push_connection *first = push_connections_add(t, one[0], &a, 1000);
	struct push_connection *second = push_connections_add(t, two[0], &b, 1010);
	assert_int_equal(push_connections_due_ms(t), 1000 + TIMEOUT_MS);
	push_connections_renew(t, first, 1020);
	assert_int_equal(push_connections_due_ms(t), 1010 + TIMEOUT_MS);
	assert_int_equal(push_connections_expire(t, 1010 + TIMEOUT_MS - 1), 0);
	assert_int_equal(push_connections_expire(t, 1010 + TIMEOUT_MS), 1);
	assert_true(is_shut(two[1]));
	assert_false(is_shut(one[1]));
	/* It keeps its place until it is closed, and is not shut down twice. */
	assert_int_equal(push_connections_count(t), 2);
	push_connections_renew(t, second, 2000);
	assert_int_equal(push_connections_expire(t, 2000), 1);
	assert_int_equal(push_connections_due_ms(t), UINT64_MAX);
	push_connections_remove(t, second);
	push_connections_remove(t, first);
	assert_int_equal(push_connections_count(t), 0);
	for (int i = 0; i < 2; i++) {
		close(one[i]);
		close(two[i]);
	}
	push_connections_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_host_has_half_of_the_table),
		cmocka_unit_test(the_only_place_is_for_anyone),
		cmocka_unit_test(a_connection_whose_time_is_over_is_shut_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
