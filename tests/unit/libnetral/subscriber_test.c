/* Subscribers and questions against a recorder that says whatever the test wants, all in one
 * thread. */
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "libnetral/netral.h"
#include "proto/codec.h"
#include "proto/transport.h"
#include "tests/folder.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { DEADLINE_MS = 60000, EPOCH = 7 };

struct recorder {
	char dir[FOLDER_SIZE], updates[80], replay[80];
	struct transport *transport;
	void *publisher, *router;
	struct arena arena;
	struct peer_id peer; /* who asked last */
	struct netral_subscriber *s;
};

static void endpoint(struct recorder *r, char ret[static 80], const char *name)
{
	snprintf(ret, 80, "ipc://%s/%s", r->dir, name);
}

static int set_up(void **state)
{
	struct recorder *r = calloc(1, sizeof(*r));
	assert_non_null(r);
	assert_true(folder_make(r->dir));
	endpoint(r, r->updates, "updates");
	endpoint(r, r->replay, "replay");
	codec_arena_init(&r->arena);
	assert_int_equal(transport_new(&r->transport), 0);
	assert_int_equal(transport_open(r->transport, TRANSPORT_PUBLISHER, r->updates, 1000, 0,
					&r->publisher),
			 0);
	assert_int_equal(
		transport_open(r->transport, TRANSPORT_ROUTER, r->replay, 1000, 0, &r->router), 0);
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct recorder *r = *state;
	netral_unsubscribe(r->s);
	transport_free(r->transport);
	arena_fini(&r->arena);
	unlink(r->updates + strlen("ipc://"));
	unlink(r->replay + strlen("ipc://"));
	rmdir(r->dir);
	free(r);
	return 0;
}

/* --- what the recorder says --- */

static struct epoch epoch_of(uint8_t n)
{
	struct epoch e;
	memset(&e, n, sizeof(e));
	return e;
}

static struct update make_update(uint64_t seq)
{
	struct update u = {.epoch = epoch_of(EPOCH), .seq = seq, .change = CHANGE_NEW};
	memset(&u.article.id, 0xab, sizeof(u.article.id));
	event_init(&u.event);
	u.event.id = "abababababababababababababababab-1";
	u.event.kind = EVENT_KIND_PLEDGE;
	u.event.status = EVENT_STATUS_MADE;
	return u;
}

static void publish(struct recorder *r, const char *topic, const struct message *m)
{
	netral_cleanup(buf_fini) struct buf b;
	buf_init(&b, 0);
	assert_int_equal(codec_encode(m, &b), 0);
	assert_int_equal(transport_publish(r->publisher, topic, &b), 0);
}

static void publish_head(struct recorder *r, uint64_t seq)
{
	const struct message m = {.type = MSG_HEAD,
				  .head = {.epoch = epoch_of(EPOCH), .seq = seq, .prev = seq}};
	publish(r, "head", &m);
}

static void publish_update(struct recorder *r, uint64_t seq)
{
	const struct message m = {.type = MSG_UPDATE, .update = make_update(seq)};
	publish(r, "event.pledge.none", &m);
}

static void send_bytes(struct recorder *r, const void *data, size_t len)
{
	netral_cleanup(buf_fini) struct buf b;
	buf_init(&b, 0);
	assert_int_equal(buf_append(&b, data, len), 0);
	assert_int_equal(transport_send_to(r->router, &r->peer, &b), 0);
}

static void answer(struct recorder *r, const struct message *m)
{
	netral_cleanup(buf_fini) struct buf b;
	buf_init(&b, 0);
	assert_int_equal(codec_encode(m, &b), 0);
	assert_int_equal(transport_send_to(r->router, &r->peer, &b), 0);
}

static void answer_page(struct recorder *r, uint64_t request, struct update *updates, size_t count,
			uint64_t through, uint64_t head)
{
	const struct message m = {.type = MSG_REPLAY_PAGE,
				  .replay_page = {.request = request,
						  .epoch = epoch_of(EPOCH),
						  .updates = updates,
						  .update_count = count,
						  .through = through,
						  .head = head}};
	answer(r, &m);
}

/* --- what the caller does --- */

static int next_event(struct recorder *r, const struct netral_update **ret_update)
{
	int event;
	while ((event = netral_next(r->s, ret_update)) == NETRAL_NOTHING)
		assert_int_equal(netral_wait(r->s, DEADLINE_MS), 1);
	return event;
}

static void expect_event(struct recorder *r, int wanted)
{
	const struct netral_update *u;
	assert_int_equal(next_event(r, &u), wanted);
}

static void expect_update(struct recorder *r, uint64_t seq)
{
	const struct netral_update *u;
	assert_int_equal(next_event(r, &u), NETRAL_UPDATE);
	assert_int_equal(netral_update_seq(u), seq);
}

/* The Replay that the subscriber sends meanwhile; its request number. */
static uint64_t expect_replay(struct recorder *r, uint64_t from)
{
	struct frame f;
	struct message m;
	const struct netral_update *u;
	int got = 0;
	while (got == 0) {
		assert_int_equal(netral_next(r->s, &u), NETRAL_NOTHING);
		(void)netral_wait(r->s, 10);
		got = transport_recv_from(r->router, &r->peer, &f);
	}
	assert_int_equal(got, 1);
	arena_reset(&r->arena);
	assert_int_equal(codec_decode(frame_data(&f), frame_len(&f), &r->arena, &m, NULL), 0);
	frame_close(&f);
	assert_int_equal(m.type, MSG_REPLAY);
	assert_int_equal(m.replay.from, from);
	return m.replay.request;
}

static struct netral_options options_of(const struct recorder *r)
{
	return (struct netral_options){.size = sizeof(struct netral_options),
				       .updates_endpoint = r->updates,
				       .replay_endpoint = r->replay};
}

/* Subscribes, and lets the subscription for "head" arrive. */
static void begin(struct recorder *r, enum netral_start start)
{
	struct netral_options o = options_of(r);
	struct frame f;
	o.start = start;
	assert_int_equal(netral_subscribe(&o, &r->s), 0);
	for (bool head = false; !head;) {
		int got = transport_recv(r->publisher, &f);
		if (got != 1)
			continue;
		head = frame_len(&f) == strlen("head") + 1;
		frame_close(&f);
	}
}

/* --- the rules, on sockets --- */

static void test_live(void **state)
{
	struct recorder *r = *state;
	begin(r, NETRAL_FROM_NOW);
	publish_head(r, 5);
	expect_event(r, NETRAL_LIVE);
	publish_update(r, 6);
	publish_update(r, 6);
	publish_update(r, 7);
	expect_update(r, 6);
	expect_update(r, 7);
	assert_int_equal(netral_count(r->s, NETRAL_DUPLICATES), 1);
	assert_int_equal(netral_count(r->s, NETRAL_RETURNED), 2);
	assert_int_equal(netral_count(r->s, 99), 0);
}

static void test_gap_is_closed(void **state)
{
	struct recorder *r = *state;
	begin(r, NETRAL_FROM_NOW);
	publish_head(r, 0);
	expect_event(r, NETRAL_LIVE);
	publish_update(r, 3);
	uint64_t request = expect_replay(r, 1);
	struct update page[] = {make_update(1), make_update(2), make_update(3)};
	answer_page(r, request, page, 3, 3, 3);
	expect_update(r, 1);
	struct netral_position p;
	assert_int_equal(netral_position(r->s, &p), 1);
	assert_int_equal(p.seq, 1); /* of a page, only what was returned */
	expect_update(r, 2);
	expect_update(r, 3);
	expect_event(r, NETRAL_LIVE);
	assert_int_equal(netral_count(r->s, NETRAL_GAPS), 1);
}

/* The next page is asked for before this one was returned. */
static void test_pages_are_fetched_ahead(void **state)
{
	struct recorder *r = *state;
	begin(r, NETRAL_FROM_BEGINNING);
	publish_head(r, 3);
	uint64_t request = expect_replay(r, 1);
	struct update page[] = {make_update(1), make_update(2), make_update(3)};
	answer_page(r, request, page, 2, 2, 3);
	expect_update(r, 1);
	struct frame f;
	while (transport_recv_from(r->router, &r->peer, &f) != 1)
		;
	frame_close(&f);
	answer_page(r, request + 1, &page[2], 1, 3, 3);
	expect_update(r, 2);
	expect_update(r, 3);
	expect_event(r, NETRAL_LIVE);
}

static void test_verify_sees_what_came_meanwhile(void **state)
{
	struct recorder *r = *state;
	begin(r, NETRAL_FROM_BEGINNING);
	publish_head(r, 0);
	uint64_t request = expect_replay(r, 1);
	netral_verify(r->s); /* while the answer is on its way */
	answer_page(r, request, NULL, 0, 0, 0);
	request = expect_replay(r, 1);
	struct update page[] = {make_update(1)};
	answer_page(r, request, page, 1, 1, 1);
	expect_update(r, 1);
	expect_event(r, NETRAL_LIVE);
}

/* --- a recorder that makes no sense --- */

static void test_garbage_live(void **state)
{
	struct recorder *r = *state;
	begin(r, NETRAL_FROM_NOW);
	publish_head(r, 0);
	expect_event(r, NETRAL_LIVE);
	static const char *const topics[] = {"event.", "head", "event.pledge.none"};
	for (size_t i = 0; i < netral_countof(topics); i++) {
		netral_cleanup(buf_fini) struct buf b;
		buf_init(&b, 0);
		assert_int_equal(buf_append(&b, "\x08\x01\xff\xff\xff", i * 2), 0);
		assert_int_equal(transport_publish(r->publisher, topics[i], &b), 0);
	}
	const struct message wrong = {.type = MSG_PING};
	publish(r, "event.pledge.none", &wrong);
	publish_update(r, 1);
	expect_update(r, 1);
}

/* Each is asked again, soon, and nothing of them is returned. */
static void test_answers_that_make_no_sense(void **state)
{
	struct recorder *r = *state;
	begin(r, NETRAL_FROM_BEGINNING);
	publish_head(r, 2);
	struct update page[] = {make_update(1), make_update(2)}, twice[] = {page[0], page[0]};
	uint64_t request = expect_replay(r, 1);
	answer_page(r, request + 7, page, 2, 2, 2); /* to another request: passed over */
	send_bytes(r, "\x08\x01\xff", 3);
	request = expect_replay(r, 1);
	answer_page(r, request, twice, 2, 2, 2);
	request = expect_replay(r, 1);
	answer_page(r, request, NULL, 0, 0, 2);
	request = expect_replay(r, 1);
	const struct message busy = {.type = MSG_ERROR,
				     .error = {.request = request, .code = CODE_BUSY}};
	answer(r, &busy);
	request = expect_replay(r, 1);
	answer_page(r, request, page, 2, 2, 2);
	expect_update(r, 1);
	expect_update(r, 2);
	expect_event(r, NETRAL_LIVE);
}

static void test_epoch(void **state)
{
	struct recorder *r = *state;
	struct netral_position p;
	begin(r, NETRAL_FROM_BEGINNING);
	publish_head(r, 2);
	uint64_t request = expect_replay(r, 1);
	struct message other = {.type = MSG_ERROR,
				.error = {.request = request,
					  .code = CODE_EPOCH,
					  .has_epoch = true,
					  .epoch = epoch_of(9)}};
	answer(r, &other);
	expect_event(r, NETRAL_EPOCH);
	assert_int_equal(netral_position(r->s, &p), 1);
	assert_int_equal(p.epoch[0], 9);
	assert_int_equal(p.seq, 0);
	assert_int_equal(netral_count(r->s, NETRAL_EPOCHS), 1);
}

/* --- options --- */

static void expect_refused(const struct netral_options *o, int error)
{
	struct netral_subscriber *s = NULL;
	assert_int_equal(netral_subscribe(o, &s), error);
	assert_null(s);
}

static void test_options_out_of_bounds(void **state)
{
	struct recorder *r = *state;
	struct netral_options o = options_of(r);
	o.size = 8;
	expect_refused(&o, NETRAL_ERROR_INVALID);
	o = options_of(r);
	o.start = 9;
	expect_refused(&o, NETRAL_ERROR_INVALID);
	o = options_of(r);
	o.start = NETRAL_FROM_NUMBER;
	expect_refused(&o, NETRAL_ERROR_INVALID);
	o.start = NETRAL_FROM_POSITION;
	o.position.seq = UINT64_MAX;
	expect_refused(&o, NETRAL_ERROR_INVALID);
	o = options_of(r);
	o.updates_endpoint = "nowhere";
	expect_refused(&o, NETRAL_ERROR_INVALID);
	o = options_of(r);
	o.timeout_ms = UINT64_MAX;
	expect_refused(&o, NETRAL_ERROR_INVALID);
	char deep[300];
	memset(deep, 'd', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	o = (struct netral_options){.size = sizeof(o), .runtime_dir = deep};
	expect_refused(&o, NETRAL_ERROR_TOO_LONG);
}

static void expect_filter_refused(struct recorder *r, struct netral_filter f, int error)
{
	struct netral_options o = options_of(r);
	f.size = sizeof(f);
	o.filter = &f;
	expect_refused(&o, error);
}

static void test_filters_out_of_bounds(void **state)
{
	struct recorder *r = *state;
	static const int bad[] = {0, 99, -1};
	static const char *const areas[] = {"8", NULL};
	static const int many[65] = {1};
	for (size_t i = 0; i < netral_countof(bad); i++) {
		expect_filter_refused(r, (struct netral_filter){.kinds = &bad[i], .kind_count = 1},
				      NETRAL_ERROR_INVALID);
		expect_filter_refused(
			r, (struct netral_filter){.statuses = &bad[i], .status_count = 1},
			NETRAL_ERROR_INVALID);
	}
	for (size_t i = 0; i < netral_countof(areas); i++)
		expect_filter_refused(r,
				      (struct netral_filter){.areas = &areas[i], .area_count = 1},
				      NETRAL_ERROR_INVALID);
	expect_filter_refused(r, (struct netral_filter){.kind_count = 1}, NETRAL_ERROR_INVALID);
	expect_filter_refused(r, (struct netral_filter){.status_count = 1}, NETRAL_ERROR_INVALID);
	expect_filter_refused(r, (struct netral_filter){.area_count = 1}, NETRAL_ERROR_INVALID);
	expect_filter_refused(r, (struct netral_filter){.source_count = 1}, NETRAL_ERROR_INVALID);
	expect_filter_refused(r, (struct netral_filter){.kinds = many, .kind_count = 65},
			      NETRAL_ERROR_TOO_LONG);
	expect_filter_refused(r, (struct netral_filter){.min_confidence = 1.5},
			      NETRAL_ERROR_INVALID);
	expect_filter_refused(r, (struct netral_filter){.min_confidence = NAN},
			      NETRAL_ERROR_INVALID);
}

/* No descriptor of a subscriber outlives exec(): each that is new beside those there were. */
static void test_descriptors_close_on_exec(void **state)
{
	enum { DESCRIPTORS = 1024 };
	struct recorder *r = *state;
	static bool before[DESCRIPTORS];
	unsigned made = 0;
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		before[fd] = fcntl(fd, F_GETFD) >= 0;
	begin(r, NETRAL_FROM_BEGINNING);
	for (int fd = 0; fd < DESCRIPTORS; fd++) {
		int flags = before[fd] ? -1 : fcntl(fd, F_GETFD);
		made += flags >= 0;
		assert_true(flags < 0 || (flags & FD_CLOEXEC));
	}
	assert_true(made >= 3);
}

/* A program of a later version may say more, as long as it asks for nothing that is unknown. */
static void test_options_of_a_later_version(void **state)
{
	struct recorder *r = *state;
	struct {
		struct netral_options o;
		uint64_t later;
	} o = {.o = options_of(r)};
	o.o.size = sizeof(o);
	assert_int_equal(netral_subscribe(&o.o, &r->s), 0);
	o.later = 1;
	expect_refused(&o.o, NETRAL_ERROR_VERSION);
}

static void test_out_of_memory(void **state)
{
	struct recorder *r = *state;
	struct netral_options o = options_of(r);
	struct netral_results *results = NULL;
	int err = NETRAL_ERROR_MEMORY;
	unsigned n = 0;
	for (n = 1; err == NETRAL_ERROR_MEMORY; n++) {
		fault_arm("alloc", n);
		err = netral_subscribe(&o, &r->s);
		fault_arm(NULL, 0);
	}
	assert_int_equal(err, 0);
	assert_true(n > 4);
	o.timeout_ms = 1;
	for (n = 1; n < 4; n++) {
		fault_arm("alloc", n);
		assert_int_equal(netral_query(&o, &results), NETRAL_ERROR_MEMORY);
		fault_arm(NULL, 0);
	}
}

/* --- questions --- */

static void test_nobody_answers(void **state)
{
	struct recorder *r = *state;
	struct netral_options o = options_of(r);
	struct netral_results *results = NULL;
	o.timeout_ms = 20;
	assert_int_equal(netral_query(&o, &results), NETRAL_ERROR_TIMEOUT);
	assert_int_equal(netral_show(&o, "0123456789", &results), NETRAL_ERROR_TIMEOUT);
	assert_null(results);
}

/* --- texts --- */

static void test_texts(void **state)
{
	(void)state;
	assert_string_equal(netral_strerror(0), "success");
	for (int i = NETRAL_ERROR_AMBIGUOUS; i < 0; i++)
		assert_string_not_equal(netral_strerror(i), "unknown error");
	assert_string_equal(netral_kind_name(NETRAL_PLEDGE), "PLEDGE");
	assert_string_equal(netral_status_name(NETRAL_UNDER_REVIEW), "UNDER_REVIEW");
	assert_string_equal(netral_kind_name(0), "");
	assert_string_equal(netral_status_name(77), "");
	assert_string_equal(netral_version(), NETRAL_VERSION);
	netral_unsubscribe(NULL);
	netral_results_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_live),
		TEST(test_gap_is_closed),
		TEST(test_pages_are_fetched_ahead),
		TEST(test_verify_sees_what_came_meanwhile),
		TEST(test_garbage_live),
		TEST(test_answers_that_make_no_sense),
		TEST(test_epoch),
		TEST(test_options_out_of_bounds),
		TEST(test_filters_out_of_bounds),
		TEST(test_options_of_a_later_version),
		TEST(test_descriptors_close_on_exec),
		TEST(test_out_of_memory),
		TEST(test_nobody_answers),
		cmocka_unit_test(test_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
