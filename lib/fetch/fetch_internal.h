/* fetch_internal.h - a request and its transfer, for the files of this folder. */
#ifndef NETRAL_LIB_FETCH_FETCH_INTERNAL_H
#define NETRAL_LIB_FETCH_FETCH_INTERNAL_H

#include "lib/fetch/address.h"
#include "lib/fetch/fetch.h"
#include "lib/fetch/fields.h"
#include "lib/fetch/queue.h"
#include "lib/web/content_type.h"

#include <curl/curl.h>

/* Why we ended a transfer ourselves. */
enum transfer_stop {
	STOP_NONE,
	STOP_ENOUGH, /* of a body that nobody reads */
	STOP_BODY,
	STOP_HEADERS,
	STOP_CODING,
	STOP_MEMORY,
	STOP_BODIES,
};

/* What the last answer's header says. */
struct answer {
	int status;
	int64_t retry_after_s;
	struct content_type type;
	char etag[FETCH_FIELD_MAX + 1];
	char last_modified[FETCH_FIELD_MAX + 1];
	char cache_control[FETCH_FIELD_MAX + 1];
};

/* One hop, from its start to the callback. */
struct transfer {
	CURL *easy;
	struct fetcher *fetcher;
	size_t allow_count; /* of the fetcher's exceptions, those that count here */
	struct buf body;
	size_t body_bytes;   /* counted in the fetcher */
	size_t unread_bytes; /* of a body that nobody reads */
	size_t header_bytes;
	unsigned codings; /* content codings named in this header */
	bool headed;      /* the header of the final answer is complete */
	enum transfer_stop stop;
	uint64_t limit_ms;
	unsigned sockets;                /* opened */
	char refused[ADDRESS_TEXT_SIZE]; /* the last address that was refused, and why */
	const char *refused_as;
	char error[CURL_ERROR_SIZE];
	struct answer answer;
};

struct fetch {
	struct queue_entry entry;
	TAILQ_ENTRY(fetch) link;
	TAILQ_ENTRY(fetch) finished_link;
	bool finished;
	struct fetch_limits limits;
	bool is_last;
	bool public_only;
	fetch_done_fn *done;
	void *user;
	struct curl_slist *headers;
	bool conditional;
	bool posts;
	struct buf post; /* what it sends */
	struct buf urls; /* every URL asked, each with its NUL */
	size_t at;       /* of the last one in urls */
	unsigned hops;   /* redirects followed */
	uint64_t spent_ms;
	char *location;
	struct transfer *transfer; /* NULL before the first start */
	enum fetch_outcome outcome;
	char reason[FETCH_REASON_SIZE];
};

TAILQ_HEAD(fetch_list, fetch);

struct fetcher {
	struct loop *loop;
	struct loop_slot slot;
	struct loop_timer curl_timer;
	struct loop_timer turn_timer; /* the end of a rest, and what get() began */
	CURLM *multi;
	int epoll_fd; /* the descriptors of all transfers */
	char *user_agent;
	char *ca_file;
	struct cidr allow[FETCH_ALLOW_MAX];
	size_t allow_count;
	uint32_t concurrency, requests_max;
	size_t bodies_max;   /* SIZE_MAX: no bound */
	size_t bodies_bytes; /* of all transfers */
	struct queue queue;
	struct fetch_list all;
	struct fetch_list finished;
	uint32_t finished_count;
	struct fetch_counters counters;
};

/* fetch.c: a request. */
int fetch_new(const struct fetch_request *request, fetch_done_fn *done, struct fetch **ret_fetch);
void fetch_free(struct fetch *fetch);
const char *fetch_url(const struct fetch *fetch);
int fetch_add_url(struct fetch *fetch, const char *url);
void fetch_say(struct fetch *fetch, enum fetch_outcome outcome, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void fetch_tell(const struct fetch *fetch);

/* transfer.c: one hop. 0 or NETRAL_ENOMEM. */
int transfer_new(struct fetcher *f, const struct fetch *fetch, struct transfer **ret_transfer);
void transfer_free(struct transfer *t);

/* verdict.c: fills in the answer, the outcome and the reason of a hop that ended with `code`. */
void verdict(struct fetch *fetch, CURLcode code);

/* redirect.c: 1 when `fetch` goes on with the next URL, whose host *ret_host the caller frees;
 * 0 when it has ended. */
int redirect_follow(struct fetch *fetch, char **ret_host);

/* multi.c: libcurl's descriptors and timer in the loop. 0, NETRAL_ENOMEM or NETRAL_EIO. */
int multi_open(struct fetcher *f);
void multi_close(struct fetcher *f);
/* fetcher.c, called after libcurl did something. */
void fetcher_pump(struct fetcher *f);

#endif
