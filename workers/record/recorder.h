/* recorder.h - what the sockets of netral-record share: the store, the counters, the state.
 *
 * One thread. The results socket is the only one that writes to the store, and it leaves no batch
 * open behind it; so the others read what is committed. */
#ifndef NETRAL_WORKERS_RECORD_RECORDER_H
#define NETRAL_WORKERS_RECORD_RECORDER_H

#include "lib/log.h"
#include "lib/loop.h"
#include "proto/codec.h"
#include "proto/transport.h"
#include "workers/record/config.h"
#include "workers/record/store.h"

/* X(member, name in a StatusReply): what is counted since the start. */
#define RECORDER_COUNTERS(X)                                                                       \
	X(recorded, "netral_results_recorded_total")                                               \
	X(unchanged, "netral_results_unchanged_total")                                             \
	X(refused, "netral_results_refused_total")                                                 \
	X(busy, "netral_results_busy_total")                                                       \
	X(commits, "netral_commits_total")                                                         \
	X(commit_failures, "netral_commit_failures_total")                                         \
	X(published, "netral_updates_published_total")                                             \
	X(publish_failures, "netral_publish_failures_total")                                       \
	X(replay_requests, "netral_replay_requests_total")                                         \
	X(query_requests, "netral_query_requests_total")                                           \
	X(show_requests, "netral_show_requests_total")                                             \
	X(archive_requests, "netral_archive_requests_total")                                       \
	X(coverage_requests, "netral_coverage_requests_total")                                     \
	X(protocol_errors, "netral_protocol_errors_total")                                         \
	X(replies_dropped, "netral_replies_dropped_total")

struct recorder_counters {
#define X(member, name) uint64_t member;
	RECORDER_COUNTERS(X)
#undef X
};

struct publisher;
struct results_socket;
struct replay_socket;
struct control_socket;

struct recorder {
	struct record_config config;
	struct loop *loop;
	struct transport *transport;
	struct store *store;
	struct publisher *publisher;
	struct results_socket *results;
	struct replay_socket *replay;
	struct control_socket *control;
	struct loop_timer status_timer;
	struct recorder_counters counters;
	struct log_limit peer_limit; /* of lines about peers */
	char state[160];             /* "running", or what keeps it from recording */
};

/* Opens the store and the sockets and runs until SIGTERM, SIGINT or an error that ends the
 * service; that error, which has been logged. r->config is filled in, the rest zero. */
int recorder_run(struct recorder *r);

/* Closes everything; takes what recorder_run() left, also when it failed half way. */
void recorder_fini(struct recorder *r);

/* --- for the sockets: messages from peers and to them --- */

/* A ROUTER socket of ours: what it is called in log lines, and where its messages are decoded. */
struct router {
	struct recorder *recorder;
	const char *name;
	void *socket;
	struct arena arena;
};

/* `endpoint` "" means ipc in runtime_dir, by name; the marks bound the messages that wait for a
 * peer and those of a peer that wait for us. Logs what is wrong. */
int router_open(struct router *s, struct recorder *r, const char *name, const char *endpoint,
		int send_hwm, int receive_hwm);
void router_close(struct router *s); /* takes a zeroed one */

enum router_read {
	ROUTER_EMPTY = 0, /* nothing waits */
	ROUTER_MESSAGE,   /* *ret_message lives until the next read */
	ROUTER_REFUSED,   /* it was answered with an Error and counted */
};
/* One of these, or a negative code that ends the service. */
int router_read(struct router *s, struct peer_id *ret_peer, struct message *ret_message);

/* A reply that cannot be sent is dropped and counted: its peer is gone, or does not read. */
void router_reply(struct router *s, const struct peer_id *peer, const struct message *m);
void router_reply_bytes(struct router *s, const struct peer_id *peer, struct buf *taken);

/* Answers with an Error. Whether it counts as a protocol error is the caller's to say. */
void router_reply_error(struct router *s, const struct peer_id *peer, const struct msg_error *e);
/* An Error CODE_WRONG_TYPE, counted and logged. */
void router_refuse_type(struct router *s, const struct peer_id *peer, const struct message *m);

#endif
