/* One turn: take what waits, up to commit_max results; commit; publish; answer.
 *
 * The answers to all Records of the turn wait for the commit. A turn with very large results
 * commits in between, so that a batch stays within BATCH_BYTES_MAX; then the answers wait for the
 * last of those commits. When the store fails, every result that was not committed is answered
 * BUSY: its worker keeps it and sends it again, and that is also how service resumes, with the
 * first batch that succeeds. */
#include "workers/record/results_socket.h"

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "workers/record/publish.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	RECEIVE_HWM = 64, /* Records of a worker that wait */
	/* All of them, one result each, may be answered in one turn; an answer has a few bytes. */
	SEND_HWM = CODEC_CREDIT_MAX + RECEIVE_HWM,
	ACKS_MAX = 1024,
	BATCH_BYTES_MAX = 8 << 20, /* of updates in one commit; one result may pass it */
};

/* A Record that waits for its answer. */
struct ack {
	struct peer_id peer;
	uint64_t request;
	size_t first, count; /* in statuses */
};

struct results_socket {
	struct router router;
	struct ack acks[ACKS_MAX];
	size_t ack_count;
	size_t status_count;
	size_t committed; /* statuses before this one stand on a commit */
	int failure;      /* of the store in this turn, or 0 */
	struct log_limit limit;
	struct record_status statuses[]; /* room for commit_max and one Record more */
};

/* --- the store's troubles --- */

static void mark_busy(struct results_socket *s)
{
	for (size_t i = s->committed; i < s->status_count; i++) {
		if (s->statuses[i].outcome != RECORD_REFUSED)
			s->statuses[i] = (struct record_status){
				.outcome = RECORD_BUSY, .reason = s->router.recorder->state};
	}
}

static void on_failure(struct results_socket *s, int err)
{
	struct recorder *r = s->router.recorder;
	s->failure = err;
	r->counters.commit_failures++;
	snprintf(r->state, sizeof(r->state), "not recording: %s%s", netral_strerror(err),
		 err == NETRAL_EFULL ? ", make room on the disk or raise store_max_bytes" : "");
	mark_busy(s);
	if (log_limit_pass(&s->limit, loop_now_ms(r->loop)))
		log_error("results: a batch was not recorded and will be sent again, error=\"%s\"",
			  netral_strerror(err));
}

static void on_success(struct results_socket *s)
{
	struct recorder *r = s->router.recorder;
	r->counters.commits++;
	if (r->state[0] != 'r') {
		log_info("results: recording again");
		snprintf(r->state, sizeof(r->state), "running");
	}
}

/* --- a batch --- */

static void commit(struct results_socket *s)
{
	struct recorder *r = s->router.recorder;
	int err = store_commit(r->store);
	if (err < 0) {
		on_failure(s, err);
		return;
	}
	s->committed = s->status_count;
	if (err == 0)
		return;
	on_success(s);
	publisher_send_batch(r->publisher);
	crash_point("record-after-publish");
}

static void record_one(struct results_socket *s, const struct result *result, uint64_t now_us)
{
	struct recorder *r = s->router.recorder;
	struct record_status *status = &s->statuses[s->status_count++];
	if (s->failure) {
		*status = (struct record_status){.outcome = RECORD_BUSY, .reason = r->state};
		return;
	}
	int err = store_record(r->store, result, now_us, status);
	if (err < 0) {
		*status = (struct record_status){.outcome = RECORD_BUSY, .reason = r->state};
		on_failure(s, err);
	} else if (status->outcome == RECORD_REFUSED &&
		   log_limit_pass(&r->peer_limit, loop_now_ms(r->loop))) {
		char hex[ARTICLE_ID_HEX + 1];
		article_id_format(&result->article_id, hex);
		log_warning("results: refused a result, article=%s reason=\"%s\"", hex,
			    status->reason);
	}
	if (store_batch_bytes(r->store) >= BATCH_BYTES_MAX && !s->failure)
		commit(s);
}

static void take_record(struct results_socket *s, const struct peer_id *peer,
			const struct msg_record *m)
{
	uint64_t now_us = clock_real_us();
	s->acks[s->ack_count++] = (struct ack){.peer = *peer,
					       .request = m->request,
					       .first = s->status_count,
					       .count = m->result_count};
	for (size_t i = 0; i < m->result_count; i++)
		record_one(s, &m->results[i], now_us);
}

/* --- the answers --- */

static void count_outcomes(struct results_socket *s)
{
	struct recorder_counters *c = &s->router.recorder->counters;
	uint64_t *const by_outcome[] = {[RECORD_RECORDED] = &c->recorded,
					[RECORD_UNCHANGED] = &c->unchanged,
					[RECORD_REFUSED] = &c->refused,
					[RECORD_BUSY] = &c->busy};
	for (size_t i = 0; i < s->status_count; i++)
		++*by_outcome[s->statuses[i].outcome];
}

static void answer_all(struct results_socket *s)
{
	count_outcomes(s);
	for (size_t i = 0; i < s->ack_count; i++) {
		const struct ack *a = &s->acks[i];
		struct message m = {.type = MSG_RECORDED,
				    .recorded = {.request = a->request,
						 .statuses = s->statuses + a->first,
						 .status_count = a->count}};
		router_reply(&s->router, &a->peer, &m);
	}
	if (s->ack_count)
		crash_point("record-after-ack");
}

/* --- a turn --- */

/* Takes what waits, up to the bounds of a batch. */
static int take_waiting(struct results_socket *s)
{
	const struct record_config *config = &s->router.recorder->config;
	while (s->status_count < config->commit_max && s->ack_count < ACKS_MAX) {
		struct peer_id peer;
		struct message m;
		int r = router_read(&s->router, &peer, &m);
		if (r == ROUTER_EMPTY || r < 0)
			return r;
		if (r == ROUTER_MESSAGE && m.type == MSG_RECORD)
			take_record(s, &peer, &m.record);
		else if (r == ROUTER_MESSAGE)
			router_refuse_type(&s->router, &peer, &m);
	}
	return NETRAL_OK;
}

int results_socket_drain(struct results_socket *s)
{
	s->status_count = s->ack_count = s->committed = 0;
	s->failure = 0;
	int r = take_waiting(s);
	if (!s->failure)
		commit(s);
	answer_all(s);
	if (s->failure && !store_usable_after(s->failure))
		return s->failure;
	return r;
}

static int on_socket(void *user)
{
	return results_socket_drain(user);
}

/* --- life --- */

static void results_socket_freep(struct results_socket **s)
{
	results_socket_free(*s);
}

int results_socket_new(struct recorder *r, struct results_socket **ret_socket)
{
	size_t room = r->config.commit_max + CODEC_RESULTS_MAX;
	netral_cleanup(results_socket_freep) struct results_socket *s =
		fault_calloc(1, sizeof(*s) + room * sizeof(s->statuses[0]));
	if (!s)
		return NETRAL_ENOMEM;
	int err = router_open(&s->router, r, "results", r->config.results_endpoint, SEND_HWM,
			      RECEIVE_HWM);
	if (err < 0)
		return err;
	loop_add(r->loop, s->router.socket, -1, on_socket, s);
	*ret_socket = netral_take(s);
	return NETRAL_OK;
}

void results_socket_free(struct results_socket *s)
{
	if (!s)
		return;
	router_close(&s->router);
	free(s);
}
