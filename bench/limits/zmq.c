/* bench_zmq: 4 KB messages from a DEALER to a ROUTER in another process, over ipc.
 * "oneway": 256 unanswered at a time, each answered with 8 bytes; messages a second.
 * "roundtrip": one at a time; the time to its answer. */
#include "bench/measure.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>
#include <zmq.h>

enum { MESSAGE_BYTES = 4096, ONEWAY_COUNT = 200000, ROUNDTRIP_COUNT = 20000, WINDOW = 256 };

static void fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, zmq_strerror(zmq_errno()));
	exit(EX_OSERR);
}

static void *open_socket(int type, const char *endpoint)
{
	void *socket = zmq_socket(zmq_ctx_new(), type);
	int no_limit = 0;
	zmq_setsockopt(socket, ZMQ_SNDHWM, &no_limit, sizeof(no_limit));
	zmq_setsockopt(socket, ZMQ_RCVHWM, &no_limit, sizeof(no_limit));
	int r = type == ZMQ_ROUTER ? zmq_bind(socket, endpoint) : zmq_connect(socket, endpoint);
	if (r < 0)
		fail(endpoint);
	return socket;
}

static _Noreturn void answer(const char *endpoint, unsigned count)
{
	void *router = open_socket(ZMQ_ROUTER, endpoint);
	for (unsigned i = 0; i < count; i++) {
		zmq_msg_t peer, message;
		zmq_msg_init(&peer);
		zmq_msg_init(&message);
		if (zmq_msg_recv(&peer, router, 0) < 0 || zmq_msg_recv(&message, router, 0) < 0)
			fail("receive");
		zmq_msg_send(&peer, router, ZMQ_SNDMORE);
		zmq_send(router, zmq_msg_data(&message), 8, 0);
		zmq_msg_close(&message);
	}
	/* The sender ends this process when the last answer has come. */
	pause();
	_exit(EX_OK);
}

static void send_one(void *dealer)
{
	zmq_msg_t m;
	if (zmq_msg_init_size(&m, MESSAGE_BYTES) < 0)
		fail("message");
	memset(zmq_msg_data(&m), 'a', MESSAGE_BYTES);
	if (zmq_msg_send(&m, dealer, 0) < 0)
		fail("send");
}

static void receive_answer(void *dealer)
{
	char answer[8];
	if (zmq_recv(dealer, answer, sizeof(answer), 0) < 0)
		fail("receive");
}

static void run_oneway(void *dealer)
{
	unsigned sent = 0, answered = 0;
	uint64_t start = measure_now_ns();
	for (; answered < ONEWAY_COUNT; answered++) {
		for (; sent < ONEWAY_COUNT && sent - answered < WINDOW; sent++)
			send_one(dealer);
		receive_answer(dealer);
	}
	double seconds = (double)(measure_now_ns() - start) / 1e9;
	printf("{\"limit\":\"zmq\",\"messages_s\":%.0f}\n", ONEWAY_COUNT / seconds);
}

static void run_roundtrip(void *dealer)
{
	static uint64_t times[ROUNDTRIP_COUNT];
	for (unsigned i = 0; i < ROUNDTRIP_COUNT; i++) {
		uint64_t before = measure_now_ns();
		send_one(dealer);
		receive_answer(dealer);
		times[i] = measure_now_ns() - before;
	}
	struct measure_summary s = measure_summary(times, ROUNDTRIP_COUNT);
	printf("{\"limit\":\"zmq_roundtrip\",\"p50_us\":%.1f,\"p99_us\":%.1f}\n", s.p50 / 1e3,
	       s.p99 / 1e3);
}

int main(int argc, char **argv)
{
	bool oneway = argc == 3 && strcmp(argv[1], "oneway") == 0;
	if (!oneway && !(argc == 3 && strcmp(argv[1], "roundtrip") == 0)) {
		fprintf(stderr, "Usage: bench_zmq oneway|roundtrip ipc://SOCKET\n");
		return EX_USAGE;
	}
	pid_t child = fork();
	if (child < 0)
		return EX_OSERR;
	if (child == 0)
		answer(argv[2], oneway ? ONEWAY_COUNT : ROUNDTRIP_COUNT);
	void *dealer = open_socket(ZMQ_DEALER, argv[2]);
	if (oneway)
		run_oneway(dealer);
	else
		run_roundtrip(dealer);
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	return EX_OK;
}
