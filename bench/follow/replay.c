/* The bare socket sends one message an update, of the size that an update has on the wire, from
 * another process over ipc, and nobody decodes it. The pages are fetched once as they are, to know
 * that size. */
#include "bench/follow/follow.h"
#include "bench/measure.h"
#include "lib/error.h"
#include "libnetral/exchange.h"
#include "proto/transport.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>
#include <zmq.h>

enum { HWM = 10000, ENDPOINT_SIZE = 200 };

/* Updates a second; 0 after an error. */
static double read_all(const char *runtime_dir, size_t *ret_count)
{
	const struct netral_options o = {
		.size = sizeof(o), .runtime_dir = runtime_dir, .start = NETRAL_FROM_BEGINNING};
	struct netral_subscriber *s;
	const struct netral_update *u;
	size_t count = 0;
	uint64_t start = measure_now_ns();
	int event = netral_subscribe(&o, &s);
	if (event < 0)
		return 0;
	while ((event = follow_next(s, &u)) != NETRAL_LIVE && event >= 0)
		count += event == NETRAL_UPDATE && netral_update_seq(u) == count + 1;
	double seconds = (double)(measure_now_ns() - start) / 1e9;
	netral_unsubscribe(s);
	*ret_count = count;
	return event < 0 ? 0 : (double)count / seconds;
}

/* Bytes of an update, its share of the page included; 0 after an error. */
static size_t update_size(const char *runtime_dir)
{
	char endpoint[ENDPOINT_SIZE];
	struct exchange *x;
	struct message m = {.type = MSG_REPLAY, .replay = {.from = 1}}, page = {.type = MSG_NONE};
	struct buf b;
	size_t size = 0;
	snprintf(endpoint, sizeof(endpoint), "ipc://%s/replay", runtime_dir);
	if (exchange_new(endpoint, &x) < 0)
		return 0;
	buf_init(&b, 0);
	if (exchange_ask(x, &m, 10000, &page) == NETRAL_OK && page.type == MSG_REPLAY_PAGE &&
	    page.replay_page.update_count > 0 && codec_encode(&page, &b) == NETRAL_OK)
		size = b.len / page.replay_page.update_count;
	buf_fini(&b);
	exchange_free(x);
	return size;
}

/* --- the bare socket --- */

static void *open_socket(int type, const char *endpoint)
{
	int hwm = HWM;
	void *socket = zmq_socket(zmq_ctx_new(), type);
	zmq_setsockopt(socket, ZMQ_SNDHWM, &hwm, sizeof(hwm));
	zmq_setsockopt(socket, ZMQ_RCVHWM, &hwm, sizeof(hwm));
	int r = type == ZMQ_PUSH ? zmq_bind(socket, endpoint) : zmq_connect(socket, endpoint);
	return r < 0 ? NULL : socket;
}

static _Noreturn void send_all(const char *endpoint, size_t count, size_t size)
{
	void *socket = open_socket(ZMQ_PUSH, endpoint);
	char *bytes = calloc(1, size);
	for (size_t i = 0; socket && bytes && i < count; i++)
		zmq_send(socket, bytes, size, 0);
	pause(); /* until the receiver has all of it, and ends this */
	_exit(EX_OK);
}

/* The clock starts at the first message: connecting is no part of it. */
static double receive_all(const char *endpoint, size_t count)
{
	zmq_msg_t m;
	void *socket = open_socket(ZMQ_PULL, endpoint);
	uint64_t start = 0;
	for (size_t i = 0; i < count; i++) {
		zmq_msg_init(&m);
		if (!socket || zmq_msg_recv(&m, socket, 0) < 0)
			return 0;
		zmq_msg_close(&m);
		start = start ? start : measure_now_ns();
	}
	return (double)count / ((double)(measure_now_ns() - start) / 1e9);
}

static double bare_socket(const char *runtime_dir, size_t count, size_t size)
{
	char endpoint[ENDPOINT_SIZE];
	snprintf(endpoint, sizeof(endpoint), "ipc://%s/bare", runtime_dir);
	pid_t child = fork();
	if (child < 0)
		return 0;
	if (child == 0)
		send_all(endpoint, count, size);
	double rate = receive_all(endpoint, count);
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	return rate;
}

int follow_replay(const char *runtime_dir)
{
	size_t count = 0, size = update_size(runtime_dir);
	double updates_s = read_all(runtime_dir, &count);
	double bare_s = size && count ? bare_socket(runtime_dir, count, size) : 0;
	printf("{\"count\":%zu,\"bytes\":%zu,\"updates_s\":%.0f,\"bare_s\":%.0f}\n", count, size,
	       updates_s, bare_s);
	return updates_s > 0 && bare_s > 0 ? EX_OK : EX_SOFTWARE;
}
