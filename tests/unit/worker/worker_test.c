/* The worker against a netrald and a netral-record played by the test: two ROUTERs in this thread,
 * the worker's loop in another. Everything waits for messages; a message that does not come ends
 * the test by the poll's bound. */
#include "tests/folder.h"
#include "workers/worker/worker.h"

#include "lib/error.h"
#include "lib/log.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>
#include <zstd.h>

#include <cmocka.h>

enum { BOUND_MS = 20000, HWM = 100 };

struct rig {
	char dir[FOLDER_SIZE];
	char work_endpoint[128], results_endpoint[128];
	struct transport *transport;
	void *work, *results; /* the test's side */
	struct peer_id worker_at_work, worker_at_results;
	struct arena arena;
	struct message message; /* the last one received */
	pthread_t thread;
	int stop_pipe[2];
};

/* --- the worker's thread --- */

struct side {
	struct loop *loop;
	struct worker *worker;
	int stop_fd;
};

static int ignore_signal(void *user, int signo)
{
	(void)user;
	(void)signo;
	return NETRAL_OK;
}

static int on_stop(void *user)
{
	struct side *s = user;
	char byte;
	if (read(s->stop_fd, &byte, 1) == 1)
		worker_stop(s->worker);
	return NETRAL_OK;
}

/* One event for "satu"; none for others; "gagal" cannot be done. */
static int handle(void *user, const struct article *a, struct arena *arena,
		  struct worker_reading *ret)
{
	static const char *areas[] = {"81.71"};
	(void)user;
	*ret = (struct worker_reading){.has_areas = true, .areas = areas, .area_count = 1};
	if (strcmp(a->title.ptr, "gagal") == 0)
		return NETRAL_EINVALID;
	if (strcmp(a->title.ptr, "satu") != 0)
		return NETRAL_OK;
	struct event *e = arena_alloc(arena, sizeof(*e));
	event_init(e);
	char hex[ARTICLE_ID_HEX + 1];
	article_id_format(&a->id, hex);
	e->id = arena_printf(arena, "%s-1", hex);
	e->kind = EVENT_KIND_SESSION;
	e->status = EVENT_STATUS_HELD;
	ret->events = e;
	ret->event_count = 1;
	return NETRAL_OK;
}

static void *worker_thread(void *arg)
{
	struct rig *rig = arg;
	struct side s = {.stop_fd = rig->stop_pipe[0]};
	struct transport *t = NULL;
	struct worker_options o = {.name = "test",
				   .work_endpoint = rig->work_endpoint,
				   .results_endpoint = rig->results_endpoint,
				   .credit = 8,
				   .resend_ms = 200,
				   .drain_ms = BOUND_MS,
				   .version = {.revision = 7},
				   .handle = handle};
	if (loop_new(ignore_signal, NULL, false, &s.loop) == 0 && transport_new(&t) == 0 &&
	    worker_new(&o, s.loop, t, &s.worker) == 0) {
		loop_add(s.loop, NULL, s.stop_fd, on_stop, &s);
		loop_run(s.loop);
	}
	worker_free(s.worker);
	transport_free(t);
	loop_free(s.loop);
	return NULL;
}

/* --- the test's side --- */

static void wait_for(void *socket)
{
	zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
	assert_int_equal(zmq_poll(&item, 1, BOUND_MS), 1);
}

/* Receives until a message of `type` comes; heartbeats are answered and passed over. */
static void expect(struct rig *rig, void *socket, struct peer_id *peer, enum msg_type type);

static void reply(void *socket, const struct peer_id *peer, const struct message *m)
{
	struct buf b;
	buf_init(&b, CODEC_FRAME_MAX);
	assert_int_equal(codec_encode(m, &b), 0);
	assert_int_equal(transport_send_to(socket, peer, &b), 0);
	buf_fini(&b);
}

static void expect(struct rig *rig, void *socket, struct peer_id *peer, enum msg_type type)
{
	for (;;) {
		struct frame f;
		wait_for(socket);
		if (transport_recv_from(socket, peer, &f) != 1)
			continue;
		arena_reset(&rig->arena);
		struct codec_fault fault = {0};
		int r = codec_decode(frame_data(&f), frame_len(&f), &rig->arena, &rig->message,
				     &fault);
		if (r < 0)
			fail_msg("the worker sent what cannot be read: %s", fault.reason);
		frame_close(&f);
		if (rig->message.type == MSG_PING) {
			struct message pong = {.type = MSG_PONG};
			reply(socket, peer, &pong);
			if (type != MSG_PING)
				continue;
		}
		/* Handled is looked at where a test asks for it. */
		if (rig->message.type == MSG_HANDLED && type != MSG_HANDLED)
			continue;
		assert_int_equal(rig->message.type, type);
		return;
	}
}

static void welcome(struct rig *rig)
{
	struct message m = {.type = MSG_WELCOME,
			    .welcome = {.heartbeat_ms = 50, .silence_ms = BOUND_MS}};
	expect(rig, rig->work, &rig->worker_at_work, MSG_HELLO);
	assert_string_equal(rig->message.hello.name, "test");
	assert_int_equal(rig->message.hello.credit, 8);
	reply(rig->work, &rig->worker_at_work, &m);
}

static struct work_item item(uint64_t seq, const char *title)
{
	struct work_item i = {.seq = seq, .lease = 100 + seq};
	i.article.title = (struct text){title, strlen(title)};
	i.article.text = (struct text){"isi artikel", 11};
	i.article.url = i.article.published = i.article.source = (struct text){"", 0};
	memset(i.article.id.bytes, (int)seq, ARTICLE_ID_BYTES);
	return i;
}

static void send_items(struct rig *rig, struct work_item *items, size_t count)
{
	struct message m = {.type = MSG_WORK, .work = {.items = items, .item_count = count}};
	reply(rig->work, &rig->worker_at_work, &m);
}

static void answer(struct rig *rig, uint64_t request, enum record_outcome outcome, size_t count)
{
	struct record_status statuses[8] = {0};
	for (size_t i = 0; i < count; i++)
		statuses[i] = (struct record_status){.outcome = outcome, .reason = "alasan"};
	struct message m = {
		.type = MSG_RECORDED,
		.recorded = {.request = request, .statuses = statuses, .status_count = count}};
	reply(rig->results, &rig->worker_at_results, &m);
}

static int set_up(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	assert_true(folder_make(rig->dir));
	snprintf(rig->work_endpoint, sizeof(rig->work_endpoint), "ipc://%s/work", rig->dir);
	snprintf(rig->results_endpoint, sizeof(rig->results_endpoint), "ipc://%s/results",
		 rig->dir);
	assert_int_equal(pipe(rig->stop_pipe), 0);
	assert_int_equal(transport_new(&rig->transport), 0);
	assert_int_equal(transport_open(rig->transport, TRANSPORT_ROUTER, rig->work_endpoint, HWM,
					0, &rig->work),
			 0);
	assert_int_equal(transport_open(rig->transport, TRANSPORT_ROUTER, rig->results_endpoint,
					HWM, 0, &rig->results),
			 0);
	codec_arena_init(&rig->arena);
	assert_int_equal(pthread_create(&rig->thread, NULL, worker_thread, rig), 0);
	*state = rig;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;
	transport_close(rig->work);
	transport_close(rig->results);
	transport_free(rig->transport);
	arena_fini(&rig->arena);
	close(rig->stop_pipe[0]);
	close(rig->stop_pipe[1]);
	unlink(rig->work_endpoint + strlen("ipc://"));
	unlink(rig->results_endpoint + strlen("ipc://"));
	rmdir(rig->dir);
	free(rig);
	return 0;
}

/* A first stop drains; a second one, where nothing answers, ends at once. */
static void stop(struct rig *rig)
{
	assert_int_equal(write(rig->stop_pipe[1], "xx", 2), 2);
	assert_int_equal(pthread_join(rig->thread, NULL), 0);
}

static void done_follows_recorded_only(void **state)
{
	struct rig *rig = *state;
	welcome(rig);
	struct work_item items[2] = {item(1, "satu"), item(2, "dua")};
	send_items(rig, items, 2);
	expect(rig, rig->work, &rig->worker_at_work, MSG_HANDLED);
	assert_int_equal(rig->message.handled.lease_count, 2);
	assert_int_equal(rig->message.handled.leases[0].lease, 101);
	expect(rig, rig->results, &rig->worker_at_results, MSG_RECORD);
	const struct msg_record *r = &rig->message.record;
	assert_int_equal(r->result_count, 2);
	assert_int_equal(r->results[0].event_count, 1);
	assert_true(r->results[0].has_areas);
	assert_int_equal(r->results[0].area_count, 1);
	assert_string_equal(r->results[0].areas[0], "81.71");
	assert_int_equal(r->results[1].event_count, 0);
	assert_int_equal(r->results[0].classifier.revision, 7);
	char text[64] = "";
	assert_int_equal(ZSTD_decompress(text, sizeof(text), r->results[0].text_zstd.ptr,
					 r->results[0].text_zstd.len),
			 11);
	assert_string_equal(text, "isi artikel");
	uint64_t request = r->request;

	/* Before the answer only heartbeats come. */
	expect(rig, rig->work, &rig->worker_at_work, MSG_PING);
	answer(rig, request, RECORD_RECORDED, 2);
	expect(rig, rig->work, &rig->worker_at_work, MSG_DONE);
	assert_int_equal(rig->message.done.lease_count, 2);
	assert_int_equal(rig->message.done.leases[1].seq, 2);
	assert_int_equal(rig->message.done.leases[1].lease, 102);
	stop(rig);
}

static void an_unanswered_or_busy_result_is_sent_again(void **state)
{
	struct rig *rig = *state;
	welcome(rig);
	struct work_item one = item(5, "satu");
	send_items(rig, &one, 1);
	expect(rig, rig->results, &rig->worker_at_results, MSG_RECORD);
	uint64_t request = rig->message.record.request;
	expect(rig, rig->results, &rig->worker_at_results, MSG_RECORD);
	assert_int_equal(rig->message.record.request, request);
	answer(rig, request, RECORD_BUSY, 1);
	expect(rig, rig->results, &rig->worker_at_results, MSG_RECORD);
	assert_int_equal(rig->message.record.request, request);
	answer(rig, request, RECORD_UNCHANGED, 1);
	expect(rig, rig->work, &rig->worker_at_work, MSG_DONE);
	stop(rig);
}

static void failures_are_reported_one_by_one(void **state)
{
	struct rig *rig = *state;
	welcome(rig);
	struct work_item items[2] = {item(1, "gagal"), item(2, "satu")};
	send_items(rig, items, 2);
	expect(rig, rig->work, &rig->worker_at_work, MSG_FAILED);
	assert_int_equal(rig->message.failed.lease.seq, 1);
	assert_true(rig->message.failed.permanent);
	expect(rig, rig->results, &rig->worker_at_results, MSG_RECORD);
	assert_int_equal(rig->message.record.result_count, 1);
	answer(rig, rig->message.record.request, RECORD_REFUSED, 1);
	expect(rig, rig->work, &rig->worker_at_work, MSG_FAILED);
	assert_int_equal(rig->message.failed.lease.seq, 2);
	assert_true(rig->message.failed.permanent);
	assert_string_equal(rig->message.failed.reason, "alasan");
	stop(rig);
}

static void what_the_recorder_cannot_read_is_failed(void **state)
{
	struct rig *rig = *state;
	welcome(rig);
	struct work_item one = item(3, "satu");
	send_items(rig, &one, 1);
	expect(rig, rig->results, &rig->worker_at_results, MSG_RECORD);
	struct message m = {.type = MSG_ERROR,
			    .error = {.request = rig->message.record.request,
				      .code = CODE_MALFORMED,
				      .reason = "tidak terbaca"}};
	reply(rig->results, &rig->worker_at_results, &m);
	expect(rig, rig->work, &rig->worker_at_work, MSG_FAILED);
	assert_int_equal(rig->message.failed.lease.lease, 103);
	assert_false(rig->message.failed.permanent);
	assert_string_equal(rig->message.failed.reason, "tidak terbaca");
	stop(rig);
}

static void a_restarted_netrald_voids_what_is_held(void **state)
{
	struct rig *rig = *state;
	welcome(rig);
	struct work_item one = item(1, "satu");
	send_items(rig, &one, 1);
	expect(rig, rig->results, &rig->worker_at_results, MSG_RECORD);
	uint64_t old = rig->message.record.request;
	struct message m = {.type = MSG_ERROR,
			    .error = {.code = CODE_HELLO_FIRST, .reason = "no session"}};
	reply(rig->work, &rig->worker_at_work, &m);
	welcome(rig);
	/* The late answer finishes nothing; the article comes again under a new lease. */
	answer(rig, old, RECORD_RECORDED, 1);
	one.lease = 777;
	send_items(rig, &one, 1);
	do {
		expect(rig, rig->results, &rig->worker_at_results, MSG_RECORD);
	} while (rig->message.record.request == old);
	answer(rig, rig->message.record.request, RECORD_UNCHANGED, 1);
	expect(rig, rig->work, &rig->worker_at_work, MSG_DONE);
	assert_int_equal(rig->message.done.leases[0].lease, 777);
	stop(rig);
}

static void stopping_finishes_what_is_held(void **state)
{
	struct rig *rig = *state;
	welcome(rig);
	struct work_item one = item(9, "satu");
	send_items(rig, &one, 1);
	expect(rig, rig->results, &rig->worker_at_results, MSG_RECORD);
	uint64_t request = rig->message.record.request;
	assert_int_equal(write(rig->stop_pipe[1], "x", 1), 1);
	expect(rig, rig->work, &rig->worker_at_work, MSG_BYE);
	struct message bye = {.type = MSG_BYE};
	reply(rig->work, &rig->worker_at_work, &bye);
	answer(rig, request, RECORD_RECORDED, 1);
	expect(rig, rig->work, &rig->worker_at_work, MSG_DONE);
	assert_int_equal(pthread_join(rig->thread, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(done_follows_recorded_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_unanswered_or_busy_result_is_sent_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(failures_are_reported_one_by_one, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_the_recorder_cannot_read_is_failed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_restarted_netrald_voids_what_is_held, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(stopping_finishes_what_is_held, set_up, tear_down),
	};
	sigset_t set;
	sigfillset(&set);
	sigdelset(&set, SIGABRT);
	sigdelset(&set, SIGALRM);
	sigdelset(&set, SIGSEGV);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	log_init("worker_test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
