/* fetch.h - GET and POST over http and https, politely and within bounds, from the event loop.
 *
 * A request waits in the queue of its host (the name in lower case, any port). A host has one
 * request under way at most, and rests for `host_delay_ms` or longer after each; hosts that are
 * free take turns. A redirect is a request like any other: it waits for its host, and every check
 * below holds for it too.
 *
 * Refused, with a reason: schemes but http and https, user names in URLs, and addresses that the
 * IANA special-purpose registries do not call globally reachable (see address.h), unless `allow`
 * names them. The address is looked at when the socket is made, so that no name and no redirect
 * leads elsewhere. Never used: proxies, cookies, passwords, .netrc.
 *
 * HTTP is as in RFC 9110, freshness headers as in RFC 9111, URLs as in RFC 3986.
 *
 * One thread, that of the loop. The names of hosts are resolved in threads of libcurl. */
#ifndef NETRAL_LIB_FETCH_FETCH_H
#define NETRAL_LIB_FETCH_FETCH_H

#include "lib/buf.h"
#include "lib/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FETCH_REASON_SIZE = 256,
	FETCH_URL_MAX = 4096,          /* bytes of a URL, also of a redirect's */
	FETCH_FIELD_MAX = 512,         /* bytes of a header field that is kept or sent */
	FETCH_HEADERS_MAX = 64 * 1024, /* bytes of all header lines of one answer */
	FETCH_RETRY_AFTER_MAX_S = 7 * 24 * 3600,
	FETCH_REDIRECTS_MAX = 20,
	FETCH_CONCURRENCY_MAX = 512,
	FETCH_REQUESTS_MAX = 100000,
	FETCH_RESTING_MAX = 16384, /* hosts, remembered without a request */
	FETCH_ALLOW_MAX = 64,
	FETCH_FIELDS_MAX = 16,
};

/* How a request ended: name, and the word for it in counters and logs. */
#define FETCH_OUTCOMES(X)                                                                          \
	X(FETCH_OK, "ok")                     /* 2xx, and the whole body */                        \
	X(FETCH_NOT_MODIFIED, "not_modified") /* 304 to etag or last_modified */                   \
	X(FETCH_LATER, "later")               /* 429 or 503: see retry_after_s */                  \
	X(FETCH_STATUS, "status")             /* any other status */                               \
	X(FETCH_BAD_URL, "bad_url")           /* not http(s), malformed, or with a user name */    \
	X(FETCH_REDIRECT, "redirect")         /* too many, a loop, or to no URL for us */          \
	X(FETCH_REFUSED, "refused_address")   /* private, loopback and the like */                 \
	X(FETCH_DNS, "dns")                   /* the name has no address */                        \
	X(FETCH_CONNECT, "connect")           /* refused, unreachable, reset before an answer */   \
	X(FETCH_TLS, "tls")                   /* handshake or certificate */                       \
	X(FETCH_TIMEOUT, "timeout")           /* connect_ms or whole_ms */                         \
	X(FETCH_SLOW, "slow")                 /* slower than slow_bytes for slow_s */              \
	X(FETCH_TOO_BIG, "too_big")           /* body_max or FETCH_HEADERS_MAX */                  \
	X(FETCH_TRUNCATED, "truncated")       /* ended before its length, chunks or coding */      \
	X(FETCH_PROTOCOL, "protocol")         /* not HTTP, or broken HTTP or compression */        \
	X(FETCH_LOCAL, "local")               /* memory, descriptors: not the peer's fault */

enum fetch_outcome {
#define X(name, word) name,
	FETCH_OUTCOMES(X)
#undef X
		FETCH_OUTCOME_COUNT
};

/* The word, never NULL. Any thread. */
const char *fetch_outcome_word(enum fetch_outcome outcome);

struct fetch_limits {
	uint64_t connect_ms; /* for name, connection and handshake, each hop */
	uint64_t whole_ms;   /* under way, all hops together; waiting for a turn does not count */
	uint32_t slow_bytes; /* a second; fewer for slow_s seconds ends it */
	uint32_t slow_s;
	size_t body_max;    /* bytes as they come, and after decompression */
	unsigned redirects; /* followed at most; <= FETCH_REDIRECTS_MAX, 0 follows none */
};

/* 10 s, 60 s, 100 bytes/s for 20 s, 8 MiB, 5 redirects. */
struct fetch_limits fetch_limits_default(void);

struct fetch_result {
	enum fetch_outcome outcome;
	int status;           /* of the last answer, 0 without one */
	const char *url;      /* that was asked last, after redirects, without a fragment */
	const char *location; /* FETCH_REDIRECT: where it led, when that is a URL for us; else "" */
	/* From the header of the last answer; "" where absent, malformed or too long. The media
	 * type and the charset are in lower case. */
	const char *content_type;
	const char *charset;
	const char *etag;
	const char *last_modified;
	const char *cache_control;
	int64_t retry_after_s; /* from either form, at most FETCH_RETRY_AFTER_MAX_S; -1 without */
	struct buf *body;   /* FETCH_OK only, else empty; to keep it, copy the struct and zero it */
	const char *reason; /* one line, never empty; may quote the peer, without control
			     * characters */
};

/* Called once for each request, from the loop, never inside fetcher_get(). The result is valid
 * until it returns. It may get and cancel, but not free the fetcher. */
typedef void fetch_done_fn(void *user, const struct fetch_result *result);

struct fetch_field {
	const char *name, *value;
};

struct fetch_request {
	const char *url;
	const char *etag;          /* these may be NULL or ""; what HTTP does not */
	const char *last_modified; /* allow in a header field is not sent */
	const char *accept;
	struct fetch_limits limits;
	bool is_last;     /* nothing follows soon: its connection is not kept */
	bool public_only; /* the exceptions of `allow` do not hold for it */
	uint64_t rest_ms; /* of its host after each hop, when longer than host_delay_ms */
	/* Takes its turns, and rests, by this name instead of its host's, up to the first redirect:
	 * for peers that know each other and share a host. NULL or "": its host's. */
	const char *lane;
	/* POST with these bytes, NULL: GET. Header fields that go with it (at most
	 * FETCH_FIELDS_MAX); one that HTTP does not allow is not sent. */
	const void *body;
	size_t body_len;
	const struct fetch_field *fields;
	size_t field_count;
	void *user;
};

struct fetch_options {
	const char *contact;      /* URL or mail address, for the User-Agent */
	const char *ca_file;      /* PEM; NULL: those of the system */
	const char *const *allow; /* "127.0.0.0/8", "fd00::/8": not refused */
	size_t allow_count;
	uint32_t concurrency;   /* requests under way */
	uint32_t requests_max;  /* waiting and under way */
	size_t bodies_max;      /* bytes of all bodies under way; beyond it FETCH_LOCAL; 0: any */
	uint64_t host_delay_ms; /* from the end of a request to the next to its host */
};

struct fetch_counters {
	uint64_t outcomes[FETCH_OUTCOME_COUNT];
	uint64_t redirects; /* followed */
	uint64_t cancelled;
	uint64_t full;  /* refused by fetcher_get(): requests_max */
	uint64_t bytes; /* of bodies, decompressed where that went well */
	/* At present: */
	uint32_t requests;
	uint32_t active;
	uint32_t resting; /* hosts */
};

struct fetcher;
struct fetch; /* one request: valid until its callback is called or it is cancelled */

/* Takes a slot and two timers of the loop, until fetcher_free(). Copies the options. 0, or with a
 * reason NETRAL_EINVALID (an option), NETRAL_ENOMEM, NETRAL_EIO. */
int fetcher_new(struct loop *loop, const struct fetch_options *options,
		char reason[static FETCH_REASON_SIZE], struct fetcher **ret_fetcher);

/* Cancels everything, calls nothing back. Before loop_free(); the loop may turn on without it. */
void fetcher_free(struct fetcher *f);
void fetcher_freep(struct fetcher **f);

/* Takes a copy of the request. 0; NETRAL_EFULL; NETRAL_EINVALID for limits that are zero (but
 * redirects), too many redirects or fields, or a POST that would follow any; NETRAL_ENOMEM.
 * Anything else, a bad URL too, is told to `done`. ret_fetch may be NULL. */
int fetcher_get(struct fetcher *f, const struct fetch_request *request, fetch_done_fn *done,
		struct fetch **ret_fetch);

/* Ends it at once; its callback is not called. */
void fetcher_cancel(struct fetcher *f, struct fetch *fetch);

/* Valid until the next call. */
const struct fetch_counters *fetcher_counters(struct fetcher *f);

#endif
