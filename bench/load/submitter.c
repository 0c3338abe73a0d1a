/* Burst: batches of 64, a window of four unanswered. Paced: an open loop on a timer descriptor, one
 * article a message, sent when it is due whether or not the ones before were answered.
 *
 * A batch that netrald was too busy for is kept and sent again after a pause, alone: order does not
 * matter to anyone. */
#include "bench/load/load.h"

#include "bench/connected.h"
#include "bench/measure.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/statedir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
	BATCH = 64,
	WINDOW = 4,
	BUSY_PAUSE_MS = 20,
	HWM = 100000,
	BURST = 64,
	COPY_TITLE_MAX = 256,
};

/* Articles first..first+count; its index is request - 1. */
struct batch {
	size_t first;
	uint32_t count;
	bool again; /* was refused for want of room, waits for the pause to end */
};

struct submitter {
	struct load *load;
	void *socket;
	int timer_fd;
	struct loop_timer pause;
	struct arena arena;
	struct batch *batches;
	size_t batch_count;
	size_t next; /* article */
	unsigned unanswered;
	struct submit_counts counts;
};

/* Beyond the corpus articles come again, with a number in their title that makes them new. */
static struct article article_at(const struct submitter *s, size_t number, char *title)
{
	const struct articles *corpus = &s->load->articles;
	struct article a = corpus->list[number % corpus->count];
	if (number < corpus->count)
		return a;
	int len = snprintf(title, COPY_TITLE_MAX, "%.200s %zu", a.title.ptr, number);
	a.title = (struct text){title, (size_t)len};
	return a;
}

static int send_batch(struct submitter *s, const struct batch *b)
{
	static struct article articles[BATCH];
	static char titles[BATCH][COPY_TITLE_MAX];
	struct load *l = s->load;
	for (uint32_t i = 0; i < b->count; i++) {
		articles[i] = article_at(s, b->first + i, titles[i]);
		memset(&articles[i].id, 0, sizeof(articles[i].id));
		l->sent_ns[b->first + i] = measure_now_ns();
	}
	struct message m = {.type = MSG_SUBMIT,
			    .submit = {.request = (uint64_t)(b - s->batches) + 1,
				       .articles = articles,
				       .article_count = b->count}};
	netral_cleanup(buf_fini) struct buf wire;
	buf_init(&wire, CODEC_FRAME_MAX);
	int r = codec_encode(&m, &wire);
	if (r == NETRAL_OK)
		r = transport_send(s->socket, &wire);
	if (r == NETRAL_OK)
		s->unanswered++;
	return r;
}

static struct batch *next_batch(struct submitter *s, size_t size)
{
	size_t left = s->load->o.count - s->next;
	if (left == 0)
		return NULL;
	struct batch *b = &s->batches[s->batch_count++];
	*b = (struct batch){.first = s->next, .count = (uint32_t)(left < size ? left : size)};
	s->next += b->count;
	return b;
}

static int fill_window(struct submitter *s)
{
	int r = NETRAL_OK;
	while (r == NETRAL_OK && s->unanswered < WINDOW) {
		const struct batch *b = next_batch(s, BATCH);
		if (!b)
			break;
		r = send_batch(s, b);
	}
	return r;
}

static uint64_t due_ns(const struct submitter *s, size_t number)
{
	return s->load->start_ns + number * UINT64_C(1000000000) / s->load->o.rate;
}

static int arm_timer(struct submitter *s)
{
	uint64_t due = due_ns(s, s->next);
	struct itimerspec t = {.it_value = {.tv_sec = (time_t)(due / 1000000000),
					    .tv_nsec = (long)(due % 1000000000)}};
	return timerfd_settime(s->timer_fd, TFD_TIMER_ABSTIME, &t, NULL) < 0 ? NETRAL_EIO
									     : NETRAL_OK;
}

static int on_due(void *user)
{
	struct submitter *s = user;
	uint64_t expirations;
	if (read(s->timer_fd, &expirations, sizeof(expirations)) < 0)
		return NETRAL_OK;
	int r = NETRAL_OK;
	while (r == NETRAL_OK && s->next < s->load->o.count) {
		uint64_t now = measure_now_ns(), due = due_ns(s, s->next);
		if (now < due)
			return arm_timer(s);
		if (now - due > s->counts.max_late_ns)
			s->counts.max_late_ns = now - due;
		r = send_batch(s, next_batch(s, 1));
	}
	return r;
}

static int after_pause(void *user)
{
	struct submitter *s = user;
	int r = NETRAL_OK;
	for (size_t i = 0; r == NETRAL_OK && i < s->batch_count; i++) {
		if (!s->batches[i].again)
			continue;
		s->batches[i].again = false;
		s->unanswered--;
		r = send_batch(s, &s->batches[i]);
	}
	return r;
}

/* A whole batch is sent again; those of it that were accepted are duplicates then. */
static void count_status(struct submitter *s, struct batch *b, const struct submit_status *status)
{
	switch (status->outcome) {
	case SUBMIT_ACCEPTED:
		s->counts.accepted++;
		break;
	case SUBMIT_DUPLICATE:
		s->counts.duplicate++;
		break;
	case SUBMIT_BUSY:
		s->counts.busy++;
		b->again = true;
		break;
	default:
		s->counts.refused++;
		fprintf(stderr, "bench_load: article refused: %s\n", status->reason);
	}
}

static int on_reply(struct submitter *s, const struct msg_submit_reply *reply)
{
	if (reply->request < 1 || reply->request > s->batch_count)
		return NETRAL_EMALFORMED;
	struct batch *b = &s->batches[reply->request - 1];
	for (size_t i = 0; i < reply->status_count; i++)
		count_status(s, b, &reply->statuses[i]);
	s->load->progress++;
	if (b->again) {
		/* It stays in the window, so that nothing overtakes a full journal. */
		loop_timer_set(s->load->loop, s->pause, BUSY_PAUSE_MS);
		return NETRAL_OK;
	}
	s->unanswered--;
	if (s->load->o.end == LOAD_UNTIL_ACCEPTED && s->unanswered == 0 &&
	    s->next == s->load->o.count)
		load_finish(s->load);
	return s->load->o.rate ? NETRAL_OK : fill_window(s);
}

static int on_frame(struct submitter *s, const struct frame *f)
{
	struct message m;
	struct codec_fault fault = {0};
	arena_reset(&s->arena);
	int r = codec_decode(frame_data(f), frame_len(f), &s->arena, &m, &fault);
	if (r < 0)
		fprintf(stderr, "bench_load: netrald's answer: %s\n", fault.reason);
	else if (m.type == MSG_SUBMIT_REPLY)
		r = on_reply(s, &m.submit_reply);
	else if (m.type == MSG_ERROR)
		fprintf(stderr, "bench_load: netrald says: %s\n", m.error.reason);
	return r == NETRAL_OK && m.type != MSG_SUBMIT_REPLY ? NETRAL_EMALFORMED : r;
}

static int on_socket(void *user)
{
	struct submitter *s = user;
	struct frame f;
	int r = NETRAL_OK;
	for (int i = 0; r == NETRAL_OK && i < BURST; i++) {
		int got = transport_recv(s->socket, &f);
		if (got <= 0)
			return got;
		r = on_frame(s, &f);
		frame_close(&f);
	}
	return r;
}

static int open_socket(struct submitter *s)
{
	netral_cleanup(netral_freep) char *endpoint =
		statedir_endpoint("", s->load->o.runtime_dir, "submit");
	if (!endpoint)
		return NETRAL_ENOMEM;
	int r = transport_open(s->load->transport, TRANSPORT_DEALER, endpoint, HWM, 0, &s->socket);
	return r == NETRAL_OK ? wait_connected(s->socket) : r;
}

int submitter_new(struct load *l, struct submitter **ret_submitter)
{
	struct submitter *s = calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	*ret_submitter = s;
	s->load = l;
	codec_arena_init(&s->arena);
	s->batches = calloc(l->o.count, sizeof(*s->batches));
	s->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (!s->batches || s->timer_fd < 0)
		return NETRAL_ENOMEM;
	int r = open_socket(s);
	if (r < 0)
		return r;
	loop_add(l->loop, s->socket, -1, on_socket, s);
	loop_add(l->loop, NULL, s->timer_fd, on_due, s);
	s->pause = loop_timer_add(l->loop, after_pause, s);
	return NETRAL_OK;
}

int submitter_start(struct submitter *s)
{
	return s->load->o.rate ? arm_timer(s) : fill_window(s);
}

struct submit_counts submitter_counts(const struct submitter *s)
{
	return s->counts;
}

void submitter_free(struct submitter *s)
{
	if (!s)
		return;
	transport_close(s->socket);
	if (s->timer_fd >= 0)
		close(s->timer_fd);
	arena_fini(&s->arena);
	free(s->batches);
	free(s);
}
