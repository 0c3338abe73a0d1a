/* Real sockets in one process. Waiting is zmq_poll() with a long bound that only a failure meets.
 */
#include "proto/transport.h"
#include "tests/folder.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "proto/codec.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

#include <cmocka.h>

enum { PATIENCE_MS = 60000, HWM = 4 };

struct rig {
	struct transport *transport;
	char folder[FOLDER_SIZE];
	char endpoint[64];
};

static int set_up(void **state)
{
	static struct rig rig;
	if (!folder_make(rig.folder) || transport_new(&rig.transport) < 0)
		return -1;
	snprintf(rig.endpoint, sizeof(rig.endpoint), "ipc://%s/socket", rig.folder);
	*state = &rig;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;
	transport_free(rig->transport);
	unlink(rig->endpoint + strlen("ipc://"));
	return rmdir(rig->folder);
}

static void *open_as(struct rig *rig, enum transport_role role)
{
	void *socket = NULL;
	assert_int_equal(transport_open(rig->transport, role, rig->endpoint, HWM, 0, &socket),
			 NETRAL_OK);
	return socket;
}

static void wait_for(void *socket, short events)
{
	zmq_pollitem_t item = {.socket = socket, .events = events};
	assert_int_equal(zmq_poll(&item, 1, PATIENCE_MS), 1);
}

static void send_text(void *dealer, const char *text)
{
	struct buf b;
	buf_init(&b, 0);
	assert_int_equal(buf_append_str(&b, text), NETRAL_OK);
	wait_for(dealer, ZMQ_POLLOUT);
	assert_int_equal(transport_send(dealer, &b), NETRAL_OK);
	assert_int_equal(b.len, 0);
	buf_fini(&b);
}

static void assert_frame(struct frame *f, const char *bytes, size_t len)
{
	assert_int_equal(frame_len(f), len);
	assert_memory_equal(frame_data(f), bytes, len);
	frame_close(f);
}

static void expect_from(void *router, struct peer_id *peer, const char *text)
{
	struct frame f;
	wait_for(router, ZMQ_POLLIN);
	assert_int_equal(transport_recv_from(router, peer, &f), 1);
	assert_frame(&f, text, strlen(text));
}

static void a_request_and_its_answer(void **state)
{
	struct rig *rig = *state;
	void *router = open_as(rig, TRANSPORT_ROUTER);
	void *dealer = open_as(rig, TRANSPORT_DEALER);
	struct peer_id peer;
	struct frame f;
	struct buf b;
	buf_init(&b, 0);

	assert_int_equal(transport_recv_from(router, &peer, &f), 0);
	assert_int_equal(transport_recv(dealer, &f), 0);
	send_text(dealer, "question");
	expect_from(router, &peer, "question");
	assert_true(peer.len > 0 && peer.len <= PEER_ID_MAX);
	assert_int_equal(buf_append_str(&b, "answer"), NETRAL_OK);
	assert_int_equal(transport_send_to(router, &peer, &b), NETRAL_OK);
	wait_for(dealer, ZMQ_POLLIN);
	assert_int_equal(transport_recv(dealer, &f), 1);
	assert_frame(&f, "answer", strlen("answer"));
	buf_fini(&b);
	transport_close(dealer);
	transport_close(router);
	transport_close(NULL);
}

static void large_and_empty_messages_arrive_whole(void **state)
{
	struct rig *rig = *state;
	void *router = open_as(rig, TRANSPORT_ROUTER);
	void *dealer = open_as(rig, TRANSPORT_DEALER);
	static const size_t sizes[] = {0, 1, 1023, 1024, 1025, 100000, CODEC_FRAME_MAX};
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct buf b;
		struct peer_id peer;
		struct frame f;
		buf_init(&b, CODEC_FRAME_MAX);
		assert_int_equal(buf_reserve(&b, sizes[i]), NETRAL_OK);
		if (sizes[i])
			memset(b.data, (int)i, sizes[i]);
		b.len = sizes[i];
		wait_for(dealer, ZMQ_POLLOUT);
		assert_int_equal(transport_send(dealer, &b), NETRAL_OK);
		assert_int_equal(b.len, 0);
		assert_int_equal(b.limit, CODEC_FRAME_MAX);
		wait_for(router, ZMQ_POLLIN);
		assert_int_equal(transport_recv_from(router, &peer, &f), 1);
		assert_int_equal(frame_len(&f), sizes[i]);
		for (size_t k = 0; k < sizes[i]; k += 999)
			assert_int_equal(((const uint8_t *)frame_data(&f))[k], i);
		frame_close(&f);
		buf_fini(&b);
	}
}

/* The peer whose frame is beyond the limit is cut off; another one is served. */
static void a_frame_beyond_the_limit_does_not_arrive(void **state)
{
	struct rig *rig = *state;
	void *router = open_as(rig, TRANSPORT_ROUTER);
	void *hostile = open_as(rig, TRANSPORT_DEALER);
	void *good = open_as(rig, TRANSPORT_DEALER);
	struct peer_id peer;
	struct buf b;
	buf_init(&b, 0);
	assert_int_equal(buf_reserve(&b, CODEC_FRAME_MAX + 1), NETRAL_OK);
	b.len = CODEC_FRAME_MAX + 1;
	memset(b.data, 'x', b.len);
	wait_for(hostile, ZMQ_POLLOUT);
	assert_int_equal(transport_send(hostile, &b), NETRAL_OK);
	send_text(good, "good");
	expect_from(router, &peer, "good");
	buf_fini(&b);
}

static void a_peer_that_is_gone_is_not_found(void **state)
{
	struct rig *rig = *state;
	void *router = open_as(rig, TRANSPORT_ROUTER);
	struct buf b;
	buf_init(&b, 0);
	const struct peer_id stranger = {5, {0, 1, 2, 3, 4}};
	assert_int_equal(buf_append_str(&b, "x"), NETRAL_OK);
	assert_int_equal(transport_send_to(router, &stranger, &b), NETRAL_ENOTFOUND);
	assert_int_equal(b.len, 0);
	const struct peer_id unanswerable = {0};
	assert_int_equal(buf_append_str(&b, "x"), NETRAL_OK);
	assert_int_equal(transport_send_to(router, &unanswerable, &b), NETRAL_ENOTFOUND);

	void *dealer = open_as(rig, TRANSPORT_DEALER);
	struct peer_id peer;
	send_text(dealer, "hello");
	expect_from(router, &peer, "hello");
	const struct peer_id known = peer;
	transport_close(dealer);
	/* The end of the connection arrives behind what the peer sent: it is noticed by reading. */
	int r = NETRAL_OK;
	while (r == NETRAL_OK || r == NETRAL_EAGAIN) {
		struct frame f;
		assert_int_equal(transport_recv_from(router, &peer, &f), 0);
		assert_int_equal(buf_append_str(&b, "x"), NETRAL_OK);
		r = transport_send_to(router, &known, &b);
		sched_yield();
	}
	assert_int_equal(r, NETRAL_ENOTFOUND);
	buf_fini(&b);
}

/* Fills `socket` towards a peer that does not read: large messages, so that the kernel's buffers
 * are soon full, too. */
static int send_until_refused(void *router, const struct peer_id *peer)
{
	int r = NETRAL_OK;
	for (int i = 0; r == NETRAL_OK && i < 1000; i++) {
		struct buf b;
		buf_init(&b, 0);
		assert_int_equal(buf_reserve(&b, 1 << 20), NETRAL_OK);
		b.len = 1 << 20;
		memset(b.data, 'x', b.len);
		r = router && peer ? transport_send_to(router, peer, &b)
				   : transport_send(router, &b);
		assert_int_equal(b.len, 0);
		buf_fini(&b);
	}
	return r;
}

static void a_full_queue_says_try_again(void **state)
{
	struct rig *rig = *state;
	void *router = open_as(rig, TRANSPORT_ROUTER);
	void *dealer = open_as(rig, TRANSPORT_DEALER);
	struct peer_id peer;
	send_text(dealer, "hello");
	expect_from(router, &peer, "hello");
	assert_int_equal(send_until_refused(router, &peer), NETRAL_EAGAIN);
	assert_int_equal(send_until_refused(dealer, NULL), NETRAL_EAGAIN);
}

static void a_dealer_without_a_peer_does_not_queue(void **state)
{
	struct rig *rig = *state;
	void *dealer = open_as(rig, TRANSPORT_DEALER);
	struct buf b;
	buf_init(&b, 0);
	assert_int_equal(buf_append_str(&b, "x"), NETRAL_OK);
	assert_int_equal(transport_send(dealer, &b), NETRAL_EAGAIN);
	assert_int_equal(b.len, 0);
	buf_fini(&b);
}

static void send_parts(void *socket, int count)
{
	for (int i = 0; i < count; i++)
		assert_int_equal(zmq_send(socket, "part", 4, i + 1 < count ? ZMQ_SNDMORE : 0), 4);
}

static void messages_of_several_frames_are_refused_whole(void **state)
{
	struct rig *rig = *state;
	void *router = open_as(rig, TRANSPORT_ROUTER);
	void *dealer = open_as(rig, TRANSPORT_DEALER);
	struct peer_id peer;
	struct frame f;
	send_parts(dealer, 2);
	send_parts(dealer, 5);
	send_text(dealer, "good");
	for (int i = 0; i < 2; i++) {
		wait_for(router, ZMQ_POLLIN);
		assert_int_equal(transport_recv_from(router, &peer, &f), NETRAL_EMALFORMED);
		assert_true(peer.len > 0);
	}
	expect_from(router, &peer, "good");

	assert_int_equal(zmq_send(router, peer.bytes, peer.len, ZMQ_SNDMORE), peer.len);
	send_parts(router, 3);
	wait_for(dealer, ZMQ_POLLIN);
	assert_int_equal(transport_recv(dealer, &f), NETRAL_EMALFORMED);
	assert_int_equal(transport_recv(dealer, &f), 0);
}

static void an_id_too_long_to_keep_is_refused(void **state)
{
	struct rig *rig = *state;
	void *router = open_as(rig, TRANSPORT_ROUTER);
	void *ctx = zmq_ctx_new();
	void *odd = zmq_socket(ctx, ZMQ_DEALER);
	char id[PEER_ID_MAX + 1];
	struct peer_id peer;
	struct frame f;
	memset(id, 'i', sizeof(id));
	assert_int_equal(zmq_setsockopt(odd, ZMQ_ROUTING_ID, id, sizeof(id)), 0);
	assert_int_equal(zmq_setsockopt(odd, ZMQ_LINGER, &(int){0}, sizeof(int)), 0);
	assert_int_equal(zmq_connect(odd, rig->endpoint), 0);
	send_parts(odd, 1);
	wait_for(router, ZMQ_POLLIN);
	assert_int_equal(transport_recv_from(router, &peer, &f), NETRAL_EMALFORMED);
	assert_int_equal(peer.len, 0);
	assert_int_equal(transport_recv_from(router, &peer, &f), 0);
	zmq_close(odd);
	zmq_ctx_term(ctx);
}

/* --- publishing --- */

static void publish_text(void *pub, const char *topic, const char *text)
{
	struct buf b;
	buf_init(&b, 0);
	assert_int_equal(buf_append_str(&b, text), NETRAL_OK);
	assert_int_equal(transport_publish(pub, topic, &b), NETRAL_OK);
	buf_fini(&b);
}

static void expect_subscription(void *pub, const char *prefix)
{
	struct frame f;
	wait_for(pub, ZMQ_POLLIN);
	assert_int_equal(transport_recv(pub, &f), 1);
	assert_int_equal(frame_len(&f), 1 + strlen(prefix));
	assert_int_equal(((const char *)frame_data(&f))[0], 1);
	assert_memory_equal((const char *)frame_data(&f) + 1, prefix, strlen(prefix));
	frame_close(&f);
}

static void expect_topic(void *sub, const char *topic, const char *text)
{
	char got[CODEC_TOPIC_MAX];
	struct frame f;
	wait_for(sub, ZMQ_POLLIN);
	assert_int_equal(transport_recv_topic(sub, got, sizeof(got), &f), 1);
	assert_string_equal(got, topic);
	assert_frame(&f, text, strlen(text));
}

static void subscribers_get_what_they_asked_for(void **state)
{
	struct rig *rig = *state;
	void *pub = open_as(rig, TRANSPORT_PUBLISHER);
	void *sub = open_as(rig, TRANSPORT_SUBSCRIBER);
	char topic[CODEC_TOPIC_MAX];
	struct frame f;
	assert_int_equal(transport_recv_topic(sub, topic, sizeof(topic), &f), 0);
	assert_int_equal(transport_subscribe(sub, "event.violation.81"), NETRAL_OK);
	assert_int_equal(transport_subscribe(sub, "head"), NETRAL_OK);
	expect_subscription(pub, "event.violation.81");
	expect_subscription(pub, "head");
	publish_text(pub, "event.session.81.71", "not wanted");
	publish_text(pub, "event.violation.81.71", "wanted");
	publish_text(pub, "head", "");
	expect_topic(sub, "event.violation.81.71", "wanted");
	expect_topic(sub, "head", "");
}

/* Each new subscriber of "head" is sent a Head at once: so the publisher must hear of the second
 * one too. */
static void every_subscription_is_seen(void **state)
{
	struct rig *rig = *state;
	void *pub = open_as(rig, TRANSPORT_PUBLISHER);
	for (int i = 0; i < 3; i++) {
		void *sub = open_as(rig, TRANSPORT_SUBSCRIBER);
		assert_int_equal(transport_subscribe(sub, "head"), NETRAL_OK);
		expect_subscription(pub, "head");
	}
}

/* And of each that leaves, to know how many are left. */
static void every_subscription_is_seen_to_end(void **state)
{
	struct rig *rig = *state;
	void *pub = open_as(rig, TRANSPORT_PUBLISHER);
	void *subs[2];
	struct frame f;
	for (int i = 0; i < 2; i++) {
		subs[i] = open_as(rig, TRANSPORT_SUBSCRIBER);
		assert_int_equal(transport_subscribe(subs[i], "head"), NETRAL_OK);
		expect_subscription(pub, "head");
	}
	for (int i = 0; i < 2; i++) {
		transport_close(subs[i]);
		wait_for(pub, ZMQ_POLLIN);
		assert_int_equal(transport_recv(pub, &f), 1);
		assert_frame(&f, "\0head", 5);
	}
}

static void odd_publications_are_refused(void **state)
{
	struct rig *rig = *state;
	void *pub = open_as(rig, TRANSPORT_PUBLISHER);
	void *sub = open_as(rig, TRANSPORT_SUBSCRIBER);
	char topic[8];
	struct frame f;
	assert_int_equal(transport_subscribe(sub, ""), NETRAL_OK);
	expect_subscription(pub, "");
	send_parts(pub, 1);
	send_parts(pub, 3);
	publish_text(pub, "eightlet", "topic too long by its NUL");
	publish_text(pub, "seven77", "good");
	for (int i = 0; i < 3; i++) {
		wait_for(sub, ZMQ_POLLIN);
		assert_int_equal(transport_recv_topic(sub, topic, sizeof(topic), &f),
				 NETRAL_EMALFORMED);
	}
	wait_for(sub, ZMQ_POLLIN);
	assert_int_equal(transport_recv_topic(sub, topic, sizeof(topic), &f), 1);
	assert_string_equal(topic, "seven77");
	assert_frame(&f, "good", strlen("good"));
}

/* --- opening --- */

static int try_open(struct rig *rig, enum transport_role role, const char *endpoint)
{
	void *socket = NULL;
	int r = transport_open(rig->transport, role, endpoint, HWM, 0, &socket);
	transport_close(socket);
	return r;
}

static void bad_endpoints_are_told_apart(void **state)
{
	struct rig *rig = *state;
	char endpoint[300], longest[300];
	assert_int_equal(try_open(rig, TRANSPORT_ROUTER, "nonsense"), NETRAL_EINVALID);
	assert_int_equal(try_open(rig, TRANSPORT_ROUTER, "udp://*:1"), NETRAL_EINVALID);
	assert_int_equal(try_open(rig, TRANSPORT_ROUTER, "http://example"), NETRAL_EINVALID);
	assert_int_equal(try_open(rig, TRANSPORT_DEALER, "tcp://"), NETRAL_EINVALID);
	snprintf(endpoint, sizeof(endpoint), "ipc://%s/missing/socket", rig->folder);
	assert_int_equal(try_open(rig, TRANSPORT_ROUTER, endpoint), NETRAL_ENOTFOUND);
	memset(longest, 'x', sizeof(longest));
	snprintf(endpoint, sizeof(endpoint), "ipc:///%.200s", longest);
	assert_int_equal(try_open(rig, TRANSPORT_ROUTER, endpoint), NETRAL_EINVALID);
	assert_int_equal(try_open(rig, TRANSPORT_DEALER, endpoint), NETRAL_EINVALID);
}

static void a_port_in_use_is_busy(void **state)
{
	struct rig *rig = *state;
	void *first = NULL;
	char endpoint[256];
	size_t len = sizeof(endpoint);
	assert_int_equal(transport_open(rig->transport, TRANSPORT_ROUTER, "tcp://127.0.0.1:*", HWM,
					0, &first),
			 NETRAL_OK);
	assert_int_equal(zmq_getsockopt(first, ZMQ_LAST_ENDPOINT, endpoint, &len), 0);
	assert_int_equal(try_open(rig, TRANSPORT_ROUTER, endpoint), NETRAL_EBUSY);
	assert_int_equal(try_open(rig, TRANSPORT_DEALER, endpoint), NETRAL_OK);
}

static void the_socket_file_is_for_the_group(void **state)
{
	struct rig *rig = *state;
	struct stat st;
	open_as(rig, TRANSPORT_ROUTER);
	assert_int_equal(stat(rig->endpoint + strlen("ipc://"), &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0660);
}

/* As a killed process leaves it: bound once, and never unlinked. */
/* libzmq alone would take the file away from the first one. */
static void a_socket_file_in_use_is_busy(void **state)
{
	struct rig *rig = *state;
	void *first = NULL;
	assert_int_equal(
		transport_open(rig->transport, TRANSPORT_ROUTER, rig->endpoint, HWM, 0, &first),
		NETRAL_OK);
	assert_int_equal(try_open(rig, TRANSPORT_ROUTER, rig->endpoint), NETRAL_EBUSY);
	assert_int_equal(try_open(rig, TRANSPORT_PUBLISHER, rig->endpoint), NETRAL_EBUSY);
	assert_int_equal(try_open(rig, TRANSPORT_DEALER, rig->endpoint), NETRAL_OK);
}

static void a_stale_socket_file_is_no_obstacle(void **state)
{
	struct rig *rig = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
		 rig->endpoint + strlen("ipc://"));
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	void *router = open_as(rig, TRANSPORT_ROUTER);
	void *dealer = open_as(rig, TRANSPORT_DEALER);
	struct peer_id peer;
	send_text(dealer, "hello");
	expect_from(router, &peer, "hello");
}

static int get_int(void *socket, int option)
{
	int value = -1;
	size_t len = sizeof(value);
	assert_int_equal(zmq_getsockopt(socket, option, &value, &len), 0);
	return value;
}

static void every_socket_has_its_limits(void **state)
{
	struct rig *rig = *state;
	static const enum transport_role roles[] = {TRANSPORT_ROUTER, TRANSPORT_PUBLISHER,
						    TRANSPORT_DEALER, TRANSPORT_SUBSCRIBER};
	for (size_t i = 0; i < 4; i++) {
		void *socket = NULL;
		assert_int_equal(transport_open(rig->transport, roles[i],
						i < 2 ? "tcp://127.0.0.1:*" : "tcp://127.0.0.1:9",
						17, 250, &socket),
				 NETRAL_OK);
		int64_t max = 0;
		size_t len = sizeof(max);
		assert_int_equal(zmq_getsockopt(socket, ZMQ_MAXMSGSIZE, &max, &len), 0);
		assert_int_equal(max, CODEC_FRAME_MAX);
		assert_int_equal(get_int(socket, ZMQ_SNDHWM), 17);
		assert_int_equal(get_int(socket, ZMQ_RCVHWM), 17);
		assert_int_equal(get_int(socket, ZMQ_LINGER), 250);
		assert_int_equal(get_int(socket, ZMQ_HANDSHAKE_IVL), 3000);
		assert_int_equal(get_int(socket, ZMQ_HEARTBEAT_IVL), 1000);
		assert_int_equal(get_int(socket, ZMQ_HEARTBEAT_TIMEOUT), 5000);
		transport_close(socket);
	}
}

/* --- faults by number --- */

static void a_failed_send_says_try_again(void **state)
{
	struct rig *rig = *state;
	void *router = open_as(rig, TRANSPORT_ROUTER);
	void *dealer = open_as(rig, TRANSPORT_DEALER);
	struct peer_id peer;
	struct buf b;
	buf_init(&b, 0);
	send_text(dealer, "hello");
	expect_from(router, &peer, "hello");
	assert_int_equal(buf_append_str(&b, "lost"), NETRAL_OK);
	fault_arm("send", 1);
	assert_int_equal(transport_send_to(router, &peer, &b), NETRAL_EAGAIN);
	fault_arm(NULL, 0);
	assert_int_equal(b.len, 0);
	assert_int_equal(buf_append_str(&b, "sent"), NETRAL_OK);
	assert_int_equal(transport_send_to(router, &peer, &b), NETRAL_OK);
	struct frame f;
	wait_for(dealer, ZMQ_POLLIN);
	assert_int_equal(transport_recv(dealer, &f), 1);
	assert_frame(&f, "sent", strlen("sent"));
	buf_fini(&b);
}

static void opening_survives_every_failed_allocation(void **state)
{
	struct rig *rig = *state;
	struct transport *t = NULL;
	fault_arm("alloc", 1);
	int r = transport_new(&t);
	fault_arm("alloc", 1);
	void *socket = NULL;
	int r_open =
		transport_open(rig->transport, TRANSPORT_ROUTER, rig->endpoint, HWM, 0, &socket);
	fault_arm(NULL, 0);
	assert_int_equal(r, NETRAL_ENOMEM);
	assert_int_equal(r_open, NETRAL_ENOMEM);
	assert_null(socket);
	transport_free(NULL);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_request_and_its_answer),
		TEST(large_and_empty_messages_arrive_whole),
		TEST(a_frame_beyond_the_limit_does_not_arrive),
		TEST(a_peer_that_is_gone_is_not_found),
		TEST(a_full_queue_says_try_again),
		TEST(a_dealer_without_a_peer_does_not_queue),
		TEST(messages_of_several_frames_are_refused_whole),
		TEST(an_id_too_long_to_keep_is_refused),
		TEST(subscribers_get_what_they_asked_for),
		TEST(every_subscription_is_seen),
		TEST(every_subscription_is_seen_to_end),
		TEST(odd_publications_are_refused),
		TEST(bad_endpoints_are_told_apart),
		TEST(a_port_in_use_is_busy),
		TEST(the_socket_file_is_for_the_group),
		TEST(a_socket_file_in_use_is_busy),
		TEST(a_stale_socket_file_is_no_obstacle),
		TEST(every_socket_has_its_limits),
		TEST(a_failed_send_says_try_again),
		TEST(opening_survives_every_failed_allocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
