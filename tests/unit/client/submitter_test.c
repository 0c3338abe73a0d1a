/* The submitter against a netrald that is a thread of the test. */
#include "capture.h"
#include "client/submitter.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "proto/transport.h"
#include "tests/folder.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>
#include <zmq.h>

#include <cmocka.h>

enum { ARTICLES = 500 };

/* How the fake netrald answers. */
struct behaviour {
	unsigned busy; /* so many answers are BUSY for every second article */
	bool always_busy;
	uint64_t refuse_at; /* this article, counted from 1, is refused */
};

struct fixture {
	char dir[FOLDER_SIZE];
	char file[100];
	char *names[1];
	struct transport *transport;
	void *router;
	void *stop_in, *stop_out; /* a pair that ends the thread */
	void *context;
	pthread_t thread;
	struct behaviour behaviour;
	uint64_t taken;
	/* What the submitter said. */
	uint64_t outcomes[SUBMIT_BUSY + 1];
	uint64_t bad;
	char where[ARTICLES + 1][100];
	size_t where_count;
	struct connection *connection;
	struct input *input;
	struct submitter *submitter;
};

/* --- the fake --- */

static void answer(struct fixture *f, const struct peer_id *peer, const struct msg_submit *q)
{
	struct submit_status statuses[CODEC_SUBMIT_MAX] = {0};
	struct message m = {.type = MSG_SUBMIT_REPLY};
	bool busy = f->behaviour.always_busy || f->behaviour.busy > 0;
	if (f->behaviour.busy)
		f->behaviour.busy--;
	for (size_t i = 0; i < q->article_count; i++) {
		bool this_busy = f->behaviour.always_busy || (busy && i % 2);
		statuses[i].outcome = this_busy ? SUBMIT_BUSY : SUBMIT_ACCEPTED;
		if (!this_busy && ++f->taken == f->behaviour.refuse_at)
			statuses[i] =
				(struct submit_status){.outcome = SUBMIT_REFUSED, .reason = "no"};
	}
	m.submit_reply = (struct msg_submit_reply){q->request, statuses, q->article_count};
	struct buf b;
	buf_init(&b, CODEC_FRAME_MAX);
	if (codec_encode(&m, &b) == 0)
		transport_send_to(f->router, peer, &b);
	buf_fini(&b);
}

static void *serve(void *user)
{
	struct fixture *f = user;
	struct arena arena;
	codec_arena_init(&arena);
	for (;;) {
		zmq_pollitem_t items[] = {{f->router, 0, ZMQ_POLLIN, 0},
					  {f->stop_in, 0, ZMQ_POLLIN, 0}};
		zmq_poll(items, 2, -1);
		if (items[1].revents)
			break;
		struct peer_id peer;
		struct frame frame;
		struct message m;
		if (transport_recv_from(f->router, &peer, &frame) != 1)
			continue;
		arena_reset(&arena);
		if (codec_decode(frame_data(&frame), frame_len(&frame), &arena, &m, NULL) == 0 &&
		    m.type == MSG_SUBMIT)
			answer(f, &peer, &m.submit);
		frame_close(&frame);
	}
	arena_fini(&arena);
	return NULL;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char endpoint[100];
	if (!folder_make(f->dir) || transport_new(&f->transport) < 0)
		return -1;
	snprintf(endpoint, sizeof(endpoint), "ipc://%s/submit", f->dir);
	f->context = zmq_ctx_new();
	f->stop_in = zmq_socket(f->context, ZMQ_PAIR);
	f->stop_out = zmq_socket(f->context, ZMQ_PAIR);
	zmq_bind(f->stop_in, "inproc://stop");
	zmq_connect(f->stop_out, "inproc://stop");
	*state = f;
	return transport_open(f->transport, TRANSPORT_ROUTER, endpoint, 100, 0, &f->router);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	zmq_send(f->stop_out, "", 0, 0);
	pthread_join(f->thread, NULL);
	submitter_free(f->submitter);
	input_free(f->input);
	connection_close(f->connection);
	zmq_close(f->stop_in);
	zmq_close(f->stop_out);
	zmq_ctx_term(f->context);
	transport_free(f->transport);
	char path[100];
	snprintf(path, sizeof(path), "%s/submit", f->dir);
	unlink(path);
	unlink(f->file);
	rmdir(f->dir);
	free(f);
	return 0;
}

/* --- the submitter --- */

static void on_answer(void *user, const char *where, uint64_t number,
		      const struct submit_status *status)
{
	struct fixture *f = user;
	(void)number;
	f->outcomes[status->outcome]++;
	snprintf(f->where[f->where_count++], sizeof(f->where[0]), "%s", where);
}

static void on_bad(void *user, const struct input_item *item)
{
	struct fixture *f = user;
	(void)item;
	f->bad++;
}

static int submit(struct fixture *f, uint64_t wait_ms, unsigned bad_line)
{
	snprintf(f->file, sizeof(f->file), "%s/a.jsonl", f->dir);
	FILE *file = fopen(f->file, "we");
	assert_non_null(file);
	for (unsigned i = 1; i <= ARTICLES; i++)
		fprintf(file, i == bad_line ? "bad\n" : "{\"text\":\"Berita %u.\"}\n", i);
	fclose(file);
	f->names[0] = f->file;
	const struct input_options o = {.files = f->names, .file_count = 1};
	assert_int_equal(pthread_create(&f->thread, NULL, serve, f), 0);
	assert_int_equal(input_new(&o, &f->input), EX_OK);
	assert_int_equal(connection_open(f->dir, "submit", &f->connection), 0);
	assert_int_equal(submitter_new(f->connection, wait_ms, on_answer, f, &f->submitter), 0);
	const struct submitter_source source = submitter_input(f->input);
	return submitter_run(f->submitter, &source, on_bad);
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void expect_each_once(struct fixture *f, size_t count)
{
	assert_int_equal(f->where_count, count);
	qsort(f->where, count, sizeof(f->where[0]), compare);
	for (size_t i = 1; i < count; i++)
		assert_string_not_equal(f->where[i - 1], f->where[i]);
}

static void test_all_accepted(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(submit(f, 60000, 0), 0);
	assert_int_equal(f->outcomes[SUBMIT_ACCEPTED], ARTICLES);
	expect_each_once(f, ARTICLES);
}

static void test_refused_and_bad(void **state)
{
	struct fixture *f = *state;
	f->behaviour.refuse_at = 300;
	assert_int_equal(submit(f, 60000, 17), 0);
	assert_int_equal(f->outcomes[SUBMIT_ACCEPTED], ARTICLES - 2);
	assert_int_equal(f->outcomes[SUBMIT_REFUSED], 1);
	assert_int_equal(f->bad, 1);
	expect_each_once(f, ARTICLES - 1);
}

static void test_busy_is_sent_again(void **state)
{
	struct fixture *f = *state;
	f->behaviour.busy = 4;
	assert_int_equal(submit(f, 60000, 0), 0);
	assert_int_equal(f->outcomes[SUBMIT_ACCEPTED], ARTICLES);
	assert_int_equal(f->outcomes[SUBMIT_BUSY], 0);
	expect_each_once(f, ARTICLES);
}

static void test_busy_for_too_long(void **state)
{
	struct fixture *f = *state;
	f->behaviour.always_busy = true;
	assert_int_equal(submit(f, 0, 0), NETRAL_EAGAIN);
	assert_int_equal(f->outcomes[SUBMIT_ACCEPTED], 0);
	assert_true(f->outcomes[SUBMIT_BUSY] > 0);
}

/* Every other time it has none for now; items carry numbers, which come back. */
struct numbered {
	uint64_t calls, next;
	bool answered[ARTICLES];
};

static int next_numbered(void *user, struct arena *arena, struct input_item *ret_item, int *ret_fd)
{
	struct numbered *n = user;
	*ret_fd = -1;
	if (n->next == ARTICLES)
		return 0;
	if (n->calls++ % 2)
		return SUBMITTER_LATER;
	*ret_item = (struct input_item){.exit_code = EX_OK, .number = n->next, .where = "a"};
	char *text = arena_printf(arena, "Berita %u.", (unsigned)n->next++);
	assert_non_null(text);
	ret_item->article.text = (struct text){text, strlen(text)};
	return 1;
}

static void on_numbered(void *user, const char *where, uint64_t number,
			const struct submit_status *status)
{
	struct numbered *n = user;
	(void)where;
	assert_int_equal(status->outcome, SUBMIT_ACCEPTED);
	assert_true(number < n->next && !n->answered[number]);
	n->answered[number] = true;
}

static void test_a_source_may_have_none_for_now(void **state)
{
	struct fixture *f = *state;
	struct numbered n = {0};
	const struct submitter_source source = {next_numbered, &n};
	f->behaviour.busy = 1;
	assert_int_equal(pthread_create(&f->thread, NULL, serve, f), 0);
	assert_int_equal(connection_open(f->dir, "submit", &f->connection), 0);
	assert_int_equal(submitter_new(f->connection, 60000, on_numbered, &n, &f->submitter), 0);
	assert_int_equal(submitter_run(f->submitter, &source, on_bad), 0);
	for (unsigned i = 0; i < ARTICLES; i++)
		assert_true(n.answered[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_accepted),
		TEST(test_refused_and_bad),
		TEST(test_busy_is_sent_again),
		TEST(test_busy_for_too_long),
		TEST(test_a_source_may_have_none_for_now),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
