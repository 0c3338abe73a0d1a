/* bench_redis_hop: the way through Redis Streams and nothing else, the fastest we could make it.
 * A producer adds the corpus in pipelined batches with several of them unanswered; one or two
 * consumers read up to a batch and acknowledge it. The clock runs from the first XADD to the last
 * answered XACK. */
#include "bench/articles.h"
#include "bench/measure.h"

#include <hiredis/hiredis.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum { BATCH = 64, WINDOW = 4, CONSUMERS_MAX = 8 };

/* Shared by producer and consumers. */
struct board {
	_Atomic unsigned ready;
	_Atomic unsigned acknowledged;
	_Atomic uint64_t last_ns;
	unsigned count;
	_Atomic unsigned char seen[];
};

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	_exit(EX_SOFTWARE);
}

static redisContext *open_redis(const char *path)
{
	redisContext *r = redisConnectUnix(path);
	if (!r || r->err)
		fail(path, r ? r->errstr : "out of memory");
	return r;
}

static redisReply *expect(redisContext *r, redisReply *reply, int type, const char *what)
{
	if (!reply || reply->type != type)
		fail(what, reply && reply->type == REDIS_REPLY_ERROR ? reply->str : r->errstr);
	return reply;
}

static void acknowledge(redisContext *r, redisReply *const *messages, size_t count)
{
	const char *words[BATCH + 3] = {"XACK", "articles", "workers"};
	size_t lens[BATCH + 3] = {4, 8, 7};
	for (size_t i = 0; i < count; i++) {
		words[3 + i] = messages[i]->element[0]->str;
		lens[3 + i] = messages[i]->element[0]->len;
	}
	redisReply *reply = redisCommandArgv(r, (int)count + 3, words, lens);
	expect(r, reply, REDIS_REPLY_INTEGER, "XACK");
	freeReplyObject(reply);
}

static void note(struct board *b, redisReply *const *messages, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned long number = strtoul(messages[i]->element[1]->element[1]->str, NULL, 10);
		if (number >= b->count || atomic_exchange(&b->seen[number], 1))
			fail("consumer", "an article came twice");
	}
	if (atomic_fetch_add(&b->acknowledged, (unsigned)count) + count == b->count)
		b->last_ns = measure_now_ns();
}

static _Noreturn void consume(struct board *b, const char *path, int number)
{
	redisContext *r = open_redis(path);
	b->ready++;
	while (b->acknowledged < b->count) {
		redisReply *reply = redisCommand(r,
						 "XREADGROUP GROUP workers c%d COUNT %d BLOCK 100 "
						 "STREAMS articles >",
						 number, BATCH);
		if (reply && reply->type == REDIS_REPLY_ARRAY) {
			redisReply *messages = reply->element[0]->element[1];
			acknowledge(r, messages->element, messages->elements);
			note(b, messages->element, messages->elements);
		} else if (!reply || reply->type != REDIS_REPLY_NIL) {
			expect(r, reply, REDIS_REPLY_ARRAY, "XREADGROUP");
		}
		freeReplyObject(reply);
	}
	redisFree(r);
	_exit(EX_OK);
}

static void collect(redisContext *r, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		void *reply = NULL;
		redisGetReply(r, &reply);
		freeReplyObject(expect(r, reply, REDIS_REPLY_STRING, "XADD"));
	}
}

static void flush(redisContext *r)
{
	int done = 0;
	while (!done) {
		if (redisBufferWrite(r, &done) != REDIS_OK)
			fail("XADD", r->errstr);
	}
}

static void produce(redisContext *r, const struct articles *a)
{
	unsigned added = 0, answered = 0;
	while (added < a->count) {
		unsigned end = added + BATCH < a->count ? added + BATCH : (unsigned)a->count;
		for (; added < end; added++)
			redisAppendCommand(r, "XADD articles * i %u text %b", added,
					   a->list[added].text.ptr, a->list[added].text.len);
		flush(r);
		unsigned wanted = added > (WINDOW - 1) * BATCH ? added - (WINDOW - 1) * BATCH : 0;
		if (wanted > answered) {
			collect(r, wanted - answered);
			answered = wanted;
		}
	}
	collect(r, added - answered);
}

static struct board *make_board(unsigned count)
{
	struct board *b = mmap(NULL, sizeof(*b) + count, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b == MAP_FAILED)
		fail("mmap", "out of memory");
	b->count = count;
	return b;
}

int main(int argc, char **argv)
{
	int consumers = argc == 5 ? atoi(argv[4]) : 0;
	if (consumers < 1 || consumers > CONSUMERS_MAX) {
		fprintf(stderr, "Usage: bench_redis_hop REDIS_SOCKET CORPUS COUNT CONSUMERS\n");
		return EX_USAGE;
	}
	struct articles articles;
	if (articles_load(&articles, argv[2], strtoul(argv[3], NULL, 10)) < 0)
		return EX_NOINPUT;
	struct board *board = make_board((unsigned)articles.count);
	redisContext *r = open_redis(argv[1]);
	freeReplyObject(expect(r, redisCommand(r, "XGROUP CREATE articles workers $ MKSTREAM"),
			       REDIS_REPLY_STATUS, "XGROUP"));
	for (int i = 0; i < consumers; i++) {
		if (fork() == 0)
			consume(board, argv[1], i);
	}
	while (board->ready < (unsigned)consumers)
		usleep(1000);
	double cpu_before = measure_cpu_seconds();
	uint64_t start = measure_now_ns();
	produce(r, &articles);
	int failed = 0, status;
	while (wait(&status) > 0)
		failed += status != 0;
	double seconds = (double)(board->last_ns - start) / 1e9;
	double cpu_us = (measure_cpu_seconds() - cpu_before) * 1e6 / (double)articles.count;
	printf("{\"n\":%zu,\"seconds\":%.4f,\"articles_s\":%.0f,\"cpu_us\":%.2f}\n", articles.count,
	       seconds, (double)articles.count / seconds, cpu_us);
	redisFree(r);
	articles_free(&articles);
	return failed ? EX_SOFTWARE : EX_OK;
}
