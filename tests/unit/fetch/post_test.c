/* POST: its body arrives as it is, whole and once; its fields with it; and lanes in place of hosts.
 */
#include "rig.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <pthread.h>

enum { LARGE = 3 << 20 };

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

/* What a server was sent last. */
struct posted {
	char head[8192];
	char *body; /* LARGE + 1 bytes */
	unsigned count;
};

static bool take(struct connection *c, void *user)
{
	struct posted *p = user;
	snprintf(p->head, sizeof(p->head), "%s", connection_head(c));
	p->count++;
	return connection_body(c, p->body, LARGE + 1) && connection_printf(c, OK);
}

static const struct seen *post(struct rig *rig, struct posted *p, struct fetch_request request)
{
	memset(p, 0, sizeof(*p));
	p->body = calloc(1, LARGE + 1);
	assert_non_null(p->body);
	server_on(rig->bad, "/take", take, p);
	request.url = server_url(rig->bad, "/take");
	request.limits = rig->limits;
	request.limits.redirects = 0;
	rig->count = 0;
	rig_request(rig, request);
	rig_run(rig, 1);
	assert_int_equal(p->count, 1);
	return &rig->seen[0];
}

static void test_body(void **state)
{
	struct rig *rig = *state;
	struct posted p;
	static const char body[] = "zero\0and \xff\r\n\r\nmore";
	rig_expect(post(rig, &p, (struct fetch_request){.body = body, .body_len = sizeof(body)}),
		   FETCH_OK, "200");
	assert_int_equal(strncmp(p.head, "POST /take HTTP/1.1\r\n", 21), 0);
	assert_non_null(strstr(p.head, "\r\nContent-Length: 19\r\n"));
	assert_int_equal(sizeof(body), 19);
	assert_memory_equal(p.body, body, sizeof(body));
	free(p.body);
}

static void test_empty_body(void **state)
{
	struct rig *rig = *state;
	struct posted p;
	rig_expect(post(rig, &p, (struct fetch_request){.body = ""}), FETCH_OK, "200");
	assert_int_equal(strncmp(p.head, "POST ", 5), 0);
	assert_non_null(strstr(p.head, "\r\nContent-Length: 0\r\n"));
	free(p.body);
}

/* It is not asked first whether it may come, and the caller's bytes are not needed any more. */
static void test_large_body(void **state)
{
	struct rig *rig = *state;
	struct posted p = {.body = calloc(1, LARGE + 1)};
	char *body = malloc(LARGE);
	assert_non_null(body);
	assert_non_null(p.body);
	memset(body, 'b', LARGE);
	server_on(rig->bad, "/take", take, &p);
	struct fetch_request request = {.url = server_url(rig->bad, "/take"),
					.limits = rig->limits,
					.body = body,
					.body_len = LARGE};
	request.limits.redirects = 0;
	rig_request(rig, request);
	memset(body, 'x', LARGE);
	free(body);
	rig_run(rig, 1);
	rig_expect(&rig->seen[0], FETCH_OK, "200");
	assert_null(strcasestr(p.head, "\r\nExpect:"));
	assert_int_equal(strspn(p.body, "b"), LARGE);
	free(p.body);
}

/* One that would end the header, or begin another field, is left out; the others are sent. */
static void test_fields(void **state)
{
	struct rig *rig = *state;
	struct posted p;
	const struct fetch_field fields[] = {{"Content-Type", "application/json"},
					     {"webhook-id", "1\r\nX-Evil: 1"},
					     {"webhook-signature", "v1,abc= v1,def="},
					     {"X-Line", "a\nX-Evil: 2"}};
	rig_expect(post(rig, &p,
			(struct fetch_request){.body = "b",
					       .body_len = 1,
					       .fields = fields,
					       .field_count = netral_countof(fields)}),
		   FETCH_OK, "200");
	assert_non_null(strstr(p.head, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(p.head, "\r\nwebhook-signature: v1,abc= v1,def=\r\n"));
	assert_null(strcasestr(p.head, "evil"));
	assert_null(strstr(p.head, "form-urlencoded"));
	free(p.body);
}

static void test_what_is_refused(void **state)
{
	struct rig *rig = *state;
	struct fetch_field fields[FETCH_FIELDS_MAX + 1];
	struct fetch_request request = {.url = server_url(rig->good, "/"),
					.limits = rig->limits,
					.body = "b",
					.body_len = 1,
					.fields = fields,
					.user = rig};
	for (size_t i = 0; i < netral_countof(fields); i++)
		fields[i] = (struct fetch_field){"X-Field", "1"};
	request.limits.redirects = 1;
	assert_int_equal(fetcher_get(rig->fetcher, &request, rig_done, NULL), NETRAL_EINVALID);
	request.limits.redirects = 0;
	request.field_count = netral_countof(fields);
	assert_int_equal(fetcher_get(rig->fetcher, &request, rig_done, NULL), NETRAL_EINVALID);
	assert_int_equal(fetcher_counters(rig->fetcher)->requests, 0);
}

static bool redirect(struct connection *c, void *user)
{
	struct posted *p = user;
	p->count++;
	return connection_body(c, p->body, LARGE + 1) &&
	       connection_printf(c, "HTTP/1.1 307 X\r\nLocation: /take\r\n"
				    "Content-Length: 0\r\n\r\n");
}

/* Not even with the status that says to send the same again. */
static void test_redirect_is_not_followed(void **state)
{
	struct rig *rig = *state;
	struct posted taken = {.body = calloc(1, LARGE + 1)},
		      asked = {.body = calloc(1, LARGE + 1)};
	server_on(rig->bad, "/take", take, &taken);
	server_on(rig->bad, "/", redirect, &asked);
	struct fetch_request request = {.url = server_url(rig->bad, "/"),
					.limits = rig->limits,
					.body = "b",
					.body_len = 1};
	request.limits.redirects = 0;
	rig_request(rig, request);
	rig_run(rig, 1);
	rig_expect(&rig->seen[0], FETCH_REDIRECT, "");
	assert_int_equal(asked.count, 1);
	assert_int_equal(taken.count, 0);
	free(asked.body);
	free(taken.body);
}

/* Waits for a second one to the same host. */
static bool meet(struct connection *c, void *user)
{
	pthread_barrier_wait(user);
	return connection_printf(c, OK);
}

static void test_lanes(void **state)
{
	enum { EACH = 10 };
	struct rig *rig = *state;
	pthread_barrier_t barrier;
	pthread_barrier_init(&barrier, NULL, 2);
	server_on(rig->bad, "/meet", meet, &barrier);
	for (int i = 0; i < 2 * EACH; i++)
		rig_request(rig, (struct fetch_request){.url = server_url(rig->bad, "/meet"),
							.limits = rig->limits,
							.lane = i % 2 ? "one" : "two"});
	rig_run(rig, 2 * EACH);
	for (size_t i = 0; i < 2 * EACH; i++)
		rig_expect(&rig->seen[i], FETCH_OK, "200");
	assert_int_equal(server_counts(rig->bad).most, 2);
	server_stop(netral_take(rig->bad)); /* its threads may not have left the barrier */
	pthread_barrier_destroy(&barrier);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_body),   TEST(test_empty_body),      TEST(test_large_body),
		TEST(test_fields), TEST(test_what_is_refused), TEST(test_redirect_is_not_followed),
		TEST(test_lanes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
