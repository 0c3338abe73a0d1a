/* netral.h - events about the neutrality of civil servants, as netral-record stores them.
 *
 * The public header of libnetral; it stands alone, in C99 and in C++. netral_subscribe() follows
 * the updates of a store, each exactly once and without gaps; netral_query() and netral_show() read
 * its present state. See libnetral(3).
 *
 * Threads: the library keeps no state of its own. A subscriber, or a set of results, may be used
 * from any thread, by one at a time; different ones at the same time by different threads. After
 * fork() the child may not use what the parent made, not even to free it; its descriptors are
 * closed by exec(). Nothing may be called from a signal handler. The environment is read by
 * netral_subscribe(), netral_query() and netral_show(): do not change it meanwhile.
 *
 * Strings are UTF-8, end with a NUL, and are "" where a value is absent; NULL is never returned
 * for one. Times are microseconds since 1970 in UTC. Functions return an error as a negative
 * enum netral_error; errno means nothing afterwards. Numbers of an enum travel as int, so that no
 * compiler's choice of an enum's size is part of the interface.
 *
 * Structs that the caller fills in begin with their own size, so that later versions can add to
 * them: set `size` with sizeof, and everything else that is not wanted to zero. */
#ifndef NETRAL_H
#define NETRAL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* More may come. What `int` functions return beside these is said where they are declared. */
enum netral_error {
	NETRAL_ERROR_MEMORY = -1,    /* out of memory, or of descriptors */
	NETRAL_ERROR_IO = -2,        /* the system failed */
	NETRAL_ERROR_MALFORMED = -4, /* an answer that cannot be read */
	NETRAL_ERROR_TOO_LONG = -5,  /* a path, or a list of a filter */
	NETRAL_ERROR_NOT_FOUND = -6, /* no such event or article; or nobody listens there */
	NETRAL_ERROR_VERSION = -8,   /* netral-record speaks another version of the protocol */
	NETRAL_ERROR_INVALID = -9,   /* an argument out of its bounds */
	NETRAL_ERROR_TIMEOUT = -12,  /* netral-record did not answer in time */
	NETRAL_ERROR_ACCESS = -13,   /* the sockets may not be opened */
	NETRAL_ERROR_AGAIN = -14,    /* netral-record is too busy: try again later */
	NETRAL_ERROR_FUTURE = -15,   /* the position lies beyond the end of the store */
	NETRAL_ERROR_AMBIGUOUS = -16 /* more than one id begins like this */
};

/* A fragment of a sentence in English, never NULL, never to be freed. Any thread. */
const char *netral_strerror(int error);

/* The version of the library that is linked, e.g. "0.1.0". Any thread. */
const char *netral_version(void);

/* --- what an update may say: docs/events.md explains it --- */

enum netral_kind { NETRAL_SESSION = 1, NETRAL_VIOLATION = 2, NETRAL_PLEDGE = 3 };

enum netral_status {
	NETRAL_HELD = 1,
	NETRAL_PLANNED = 2,
	NETRAL_ALLEGED = 3,
	NETRAL_UNDER_REVIEW = 4,
	NETRAL_FOUND = 5,
	NETRAL_SANCTIONED = 6,
	NETRAL_DISMISSED = 7,
	NETRAL_MADE = 8
};

enum netral_change {
	NETRAL_NEW = 1,     /* an event that was not known */
	NETRAL_CHANGED = 2, /* all fields are those after the change */
	NETRAL_REMOVED = 3  /* no longer found; the fields are the last ones known */
};

/* Why an event is told again. More may come, with other changes than NETRAL_CHANGED too: of one
 * that is not known, what the update says is enough. */
enum netral_cause {
	NETRAL_NO_CAUSE = 0,     /* it has none, or was recorded before causes were told */
	NETRAL_CONFIRMED = 1,    /* a further article reports it */
	NETRAL_STAGE = 2,        /* a further article moved its status */
	NETRAL_RECLASSIFIED = 3, /* an article was read anew, and what is shown differs */
	NETRAL_WITHDRAWN = 4,    /* one of its articles no longer reports it, others do */
	NETRAL_REVISED = 5,      /* an article came again with another text */
	NETRAL_CORRECTED = 6,    /* people said what is right; also with NEW and REMOVED */
	NETRAL_RETRACTED = 7,    /* people took it back, with REMOVED */
	NETRAL_TAKEN_DOWN = 8    /* an article was taken down; REMOVED where it was the last one */
};

/* How much of a date is known: "2024-08-21", "2024-08", "2024". */
enum netral_precision { NETRAL_NO_DATE = 0, NETRAL_DAY = 1, NETRAL_MONTH = 2, NETRAL_YEAR = 3 };

enum netral_qualifier {
	NETRAL_NOT_COUNTED = 0,
	NETRAL_EXACT = 1,
	NETRAL_ABOUT = 2,
	NETRAL_AT_LEAST = 3,
	NETRAL_SEVERAL = 4 /* no number is printed: the count is 0 */
};

/* A case, or a number that sums up many: totals are never added to cases or to one another. */
enum netral_scope { NETRAL_CASE = 1, NETRAL_TOTAL = 2 };

/* The name in the taxonomy, e.g. "VIOLATION", "UNDER_REVIEW", and of a cause as `netral watch
 * --json` prints it, e.g. "confirmed"; "" for a number without one. They live for ever. Any thread.
 */
const char *netral_kind_name(int kind);
const char *netral_status_name(int status);
const char *netral_cause_name(int cause);

/* --- which store, and what of it --- */

/* What is wanted; a list without members wants everything. At most 64 members a list. Each update
 * is judged by itself: one who wants ALLEGED only does not hear that an event became DISMISSED.
 * Kinds and areas are chosen by the publisher, the rest by the library. */
struct netral_filter {
	size_t size;
	const int *kinds; /* enum netral_kind */
	size_t kind_count;
	const int *statuses; /* enum netral_status */
	size_t status_count;
	const char *const *areas; /* "81" with all in it, "81.71", "ID" the nation, "none" */
	size_t area_count;
	const char *const *sources; /* beginnings of the article's source, e.g. "submit" */
	size_t source_count;
	double min_confidence; /* 0 to 1 */
};

/* A place in the updates of a store: after number `seq` of the store that `epoch` names. Plain
 * data, to be kept over restarts. */
struct netral_position {
	uint8_t epoch[16];
	uint64_t seq;
};

enum netral_start {
	NETRAL_FROM_NOW = 0, /* with the next update */
	NETRAL_FROM_BEGINNING = 1,
	NETRAL_FROM_POSITION = 2, /* after `position` */
	NETRAL_FROM_NUMBER = 3    /* with update number `number`, of whatever store is there */
};

/* For netral_subscribe(), netral_query() and netral_show(): NULL is the same as all zeroes.
 * Everything is copied by the call that takes it. */
struct netral_options {
	size_t size;
	/* Where the sockets of netral-record are: NULL for $NETRAL_RUNTIME_DIR, else /run/netral,
	 * else where `netral up` has them. */
	const char *runtime_dir;
	/* Or ZeroMQ endpoints, e.g. "tcp://10.0.0.1:5555": of the sockets "updates" and "replay".
	 * Either may be NULL. */
	const char *updates_endpoint;
	const char *replay_endpoint;
	const struct netral_filter *filter; /* or NULL */

	/* netral_subscribe() only. */
	int start; /* enum netral_start */
	struct netral_position position;
	uint64_t number;

	/* netral_query() only: bounds of the event's date, e.g. "2024-08-21", or NULL. */
	const char *since;
	const char *until;

	/* netral_query() and netral_show(): for each question. 0 for 10,000; a day at most. */
	uint64_t timeout_ms;
};

/* --- following --- */

struct netral_subscriber;
struct netral_update;

/* What netral_next() returns beside errors. Ignore those you do not know. */
enum netral_event {
	NETRAL_NOTHING = 0, /* for now */
	NETRAL_UPDATE = 1,
	/* The store is another one, or went back to an older state: what was heard so far may not
	 * be true any more. Forget it; the updates from the first one on follow. */
	NETRAL_EPOCH = 2,
	/* All that the store held a moment ago has been returned. Comes once at the start, after
	 * each gap that was closed, and after netral_verify(). */
	NETRAL_LIVE = 3,
	NETRAL_SILENT = 4, /* netral-record was not heard for five seconds; nothing is lost */
	NETRAL_BACK = 5    /* it is heard again */
};

/* Begins to follow, in the background; netral-record need not be there yet, and may come and go.
 * *ret_subscriber is the caller's, to be ended with netral_unsubscribe(); it is untouched on error.
 * Does not block. 0, or NETRAL_ERROR_MEMORY, _IO, _INVALID (options), _TOO_LONG, _VERSION (they ask
 * for what only a later library has). */
int netral_subscribe(const struct netral_options *options,
		     struct netral_subscriber **ret_subscriber);

/* Ends a subscriber and what it returned; takes NULL. Does not block. */
void netral_unsubscribe(struct netral_subscriber *subscriber);

/* The next event, an enum netral_event, without blocking. With NETRAL_UPDATE *ret_update is the
 * update, valid until the next call for this subscriber; with anything else it is NULL.
 *
 * Every update that matches comes exactly once, in the order of the numbers. With a filter, one
 * that was lost on the way and asked for again may come after later ones about other areas or
 * kinds; those about one event are always in order.
 *
 * A caller that is slow, or stopped, loses nothing: what finds no room in the queues is read from
 * the store when the caller is back.
 *
 * Errors: NETRAL_ERROR_FUTURE (NETRAL_FROM_NUMBER beyond the end: this subscriber will never return
 * anything else); NETRAL_ERROR_MEMORY, _IO (nothing is lost, call again later). */
int netral_next(struct netral_subscriber *subscriber, const struct netral_update **ret_update);

/* A descriptor for poll(), epoll and the like: readable whenever netral_next() would return
 * something or has something to do. Wait for input, then call netral_next() once or until it
 * returns NETRAL_NOTHING. It stays the subscriber's and the same until netral_unsubscribe(); do
 * nothing else with it. */
int netral_fd(const struct netral_subscriber *subscriber);

/* Waits for that descriptor, `timeout_ms` milliseconds at most, -1 for ever. 1 when it is readable,
 * 0 when time is over or a signal came, or NETRAL_ERROR_IO. */
int netral_wait(struct netral_subscriber *subscriber, int timeout_ms);

/* Where to go on after a restart, with NETRAL_FROM_POSITION: every update up to there has been
 * returned. To be asked for when what was returned is dealt with. Without a filter nothing comes
 * twice then; with one, what came since the position moved last (it does so every second) comes
 * again, with the same numbers. 1, or 0 as long as netral-record was not heard. */
int netral_position(const struct netral_subscriber *subscriber,
		    struct netral_position *ret_position);

/* Compares with the store: the next NETRAL_LIVE comes when all that it holds by now has been
 * returned. Does not block. */
void netral_verify(struct netral_subscriber *subscriber);

/* The last number of the store, as far as it is known. */
uint64_t netral_head(const struct netral_subscriber *subscriber);

enum netral_counter {
	NETRAL_RETURNED = 1,   /* updates returned, or to be returned next */
	NETRAL_DUPLICATES = 2, /* that came twice and were passed over */
	NETRAL_GAPS = 3,       /* losses on the way that were seen: each was closed */
	NETRAL_EPOCHS = 4      /* times that NETRAL_EPOCH came */
};

/* `counter` is an enum netral_counter; 0 for one that does not exist. */
uint64_t netral_count(const struct netral_subscriber *subscriber, int counter);

/* --- reading what is stored --- */

struct netral_results;

/* The present state of all events that match, the latest recorded first. Blocks for the first page,
 * at most `timeout_ms`; further pages are asked for as they are read. *ret_results is the caller's,
 * to be ended with netral_results_free(); it is untouched on error.
 * 0, or NETRAL_ERROR_MEMORY, _IO, _MALFORMED, _TOO_LONG, _NOT_FOUND (nobody listens), _VERSION,
 * _INVALID, _TIMEOUT, _ACCESS, _AGAIN. */
int netral_query(const struct netral_options *options, struct netral_results **ret_results);

/* One event, or all of one article, by id or by its first 8 digits or more. The filter is not
 * looked at. As netral_query(), and NETRAL_ERROR_NOT_FOUND (no such id), _AMBIGUOUS. */
int netral_show(const struct netral_options *options, const char *id,
		struct netral_results **ret_results);

/* 1 with the next result, valid until the next call for these results; 0 at the end. May block for
 * `timeout_ms`. Errors as netral_query(): after _TIMEOUT and _AGAIN the same call may be repeated.
 */
int netral_results_next(struct netral_results *results, const struct netral_update **ret_update);

/* The article's stored text, whose bytes netral_evidence() counts, valid as long as the results;
 * *ret_len (may be NULL) is its length. "" unless they are of netral_show(). */
const char *netral_results_text(const struct netral_results *results, size_t *ret_len);

void netral_results_free(struct netral_results *results); /* takes NULL */

/* --- an update: of an event, with the article that it was read from --- */

/* What is returned lives as long as the update. Any thread that may use the update. */

uint64_t netral_update_seq(const struct netral_update *update); /* 1, 2, 3, ... in its epoch */
int netral_update_change(const struct netral_update *update);   /* enum netral_change */
int netral_update_cause(const struct netral_update *update);    /* enum netral_cause */
uint64_t netral_update_recorded_us(const struct netral_update *update);
uint64_t netral_update_accepted_us(const struct netral_update *update); /* the article */

/* What people said of the event: when they did last, 0 where nobody ever did; why, in their words;
 * and whether the value of a field ("status", "place", "date", "count", "conduct", "people") is
 * theirs: 1, or 0, also for other names. */
uint64_t netral_correction_us(const struct netral_update *update);
const char *netral_correction_note(const struct netral_update *update);
int netral_correction_sets(const struct netral_update *update, const char *field);

const char *netral_event_id(const struct netral_update *update); /* the same in all its updates */
int netral_event_kind(const struct netral_update *update);       /* enum netral_kind */
int netral_event_status(const struct netral_update *update);     /* enum netral_status */
int netral_event_scope(const struct netral_update *update);      /* enum netral_scope, or 0 */

/* Of the event, and of its status, place, date and count: 0 to 1; 0 where there is no value, or
 * nothing is said of it, and for other names. */
double netral_event_confidence(const struct netral_update *update);
double netral_event_sureness(const struct netral_update *update, const char *field);

const char *netral_event_area_code(const struct netral_update *update); /* "81.71", "81", "ID" */
const char *netral_event_area_name(const struct netral_update *update); /* "Kota Ambon" */
const char *netral_event_province(const struct netral_update *update);  /* "Maluku" */

/* *ret_precision (may be NULL) is an enum netral_precision. As_of: the day that a total is of. */
const char *netral_event_date(const struct netral_update *update, int *ret_precision);
const char *netral_event_as_of(const struct netral_update *update, int *ret_precision);

/* People counted; *ret_qualifier (may be NULL) is an enum netral_qualifier. */
uint64_t netral_event_count(const struct netral_update *update, int *ret_qualifier);

const char *netral_event_election(const struct netral_update *update);
const char *netral_event_sentence(const struct netral_update *update);

enum netral_list {
	NETRAL_SUBJECTS = 1, /* names such as "ASN", "VILLAGE" */
	NETRAL_CONDUCT = 2,  /* "SOCIAL_MEDIA", "ENDORSEMENT", ... */
	NETRAL_INSTITUTIONS = 3,
	NETRAL_PEOPLE = 4, /* names; NETRAL_ROLES has as many */
	NETRAL_ROLES = 5,
	NETRAL_SANCTIONS = 6,
	NETRAL_LEGAL_BASIS = 7, /* "UU 5/2014" */
	NETRAL_STAGES = 8,      /* of a total: names of statuses; see netral_event_stage_count() */
	NETRAL_EVIDENCE = 9,    /* passages of the text; see netral_evidence() */
	NETRAL_NOTES = 10       /* what a reader should know; see netral_note() */
};

/* The number of members of a list, an enum netral_list, and one of them: 0, and "", for a list or a
 * member that does not exist. */
size_t netral_event_list(const struct netral_update *update, int list);
const char *netral_event_item(const struct netral_update *update, int list, size_t index);

/* The number at a stage of a total. */
uint64_t netral_event_stage_count(const struct netral_update *update, size_t index);

/* Which field a passage was read from or a note is about ("" for none), and for a passage the bytes
 * that it takes in the article's text, the end exclusive. The pointers may be NULL. */
const char *netral_evidence(const struct netral_update *update, size_t index, uint32_t *ret_start,
			    uint32_t *ret_end);
/* And which of the field's values a note is about. */
const char *netral_note(const struct netral_update *update, size_t index, const char **ret_value);

/* 32 hexadecimal digits and a NUL are written to `ret_id`. */
void netral_article_id(const struct netral_update *update, char ret_id[33]);
const char *netral_article_url(const struct netral_update *update);
const char *netral_article_title(const struct netral_update *update);
const char *netral_article_published(const struct netral_update *update); /* ISO 8601 */
const char *netral_article_source(const struct netral_update *update);    /* "spool:a.txt" */

/* --- the articles that report the event, of which the one above is shown --- */

/* How many there are in all, 1 at least; and how many of them the update lists: the first and the
 * newest, in the order in which they came. Members are counted from 0. */
uint64_t netral_report_count(const struct netral_update *update);
size_t netral_report_listed(const struct netral_update *update);

/* Of one member: "", and 0, where there is none. To `ret_id` 32 hexadecimal digits and a NUL are
 * written, or a NUL alone. */
void netral_report_id(const struct netral_update *update, size_t index, char ret_id[33]);
const char *netral_report_url(const struct netral_update *update, size_t index);
const char *netral_report_title(const struct netral_update *update, size_t index);
const char *netral_report_published(const struct netral_update *update, size_t index);
const char *netral_report_source(const struct netral_update *update, size_t index);
/* The status that this article tells, an enum netral_status. */
int netral_report_status(const struct netral_update *update, size_t index);

#ifdef __cplusplus
}
#endif

#endif
