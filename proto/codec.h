/* codec.h - envelopes to plain structs and back. The only module that sees generated types.
 *
 * Decoding checks size before unpacking, then every field against the bounds of docs/protocol.md,
 * and copies into the caller's arena: a decoded message lives until that arena is reset. Nothing
 * in it points into the wire bytes. Encoding appends to a buffer. No I/O, no globals: any thread,
 * one arena and one buffer a thread. */
#ifndef NETRAL_PROTO_CODEC_H
#define NETRAL_PROTO_CODEC_H

#include "lib/arena.h"
#include "lib/article.h"
#include "lib/buf.h"
#include "lib/event.h"

#include <stdbool.h>

enum { CODEC_VERSION = 1 };

/* Bounds, as docs/protocol.md states them. */
enum {
	CODEC_SUBMIT_MAX = 256,  /* articles in a Submit */
	CODEC_WORK_MAX = 256,    /* items in a Work */
	CODEC_LEASES_MAX = 4096, /* leases in a Done */
	CODEC_RESULTS_MAX = 256, /* results in a Record, articles in an ArchivePage */
	CODEC_CREDIT_MAX = 4096,
	CODEC_NAME_MAX = 64,
	CODEC_UPDATES_MAX = 1024,  /* updates in a page */
	CODEC_FILTER_MAX = 64,     /* entries in each list of a filter */
	CODEC_DEAD_MAX = 256,      /* ids in a DeadAction, articles in a DeadPage */
	CODEC_FRAME_MAX = 8 << 20, /* bytes in a frame: ZMQ_MAXMSGSIZE of every socket */
	CODEC_EPOCH_BYTES = 16,
	CODEC_TOPIC_MAX = 48,
	CODEC_TOPICS_MAX = 2048,    /* topics in a Head */
	CODEC_REASON_MAX = 1024,    /* bytes in a reason; longer ones are cut when encoded */
	CODEC_STRING_MAX = 1024,    /* bytes in a name, a role, an institution, ... of an event */
	CODEC_SENTENCE_MAX = 16384, /* bytes in a sentence and in the text of an evidence */
	CODEC_SKETCH_BYTES = 256,   /* of a text; see lib/story/sketch.h */
	CODEC_REPORTS_MAX = 33,     /* articles listed in an update: the first, the newest 32 */
	CODEC_COVERAGE_MAX = 4096,  /* rows in a CoveragePage */
	CODEC_ZSTD_MAX = ARTICLE_TEXT_MAX + (ARTICLE_TEXT_MAX >> 7), /* bytes in a text_zstd */
	CODEC_STATUS_MAX = 4096,              /* counters, and workers, in a StatusReply */
	CODEC_RECEIVERS_MAX = 256,            /* receivers in a StatusReply */
	CODEC_SOURCES_MAX = 256,              /* sources in a SourcePage */
	CODEC_ALERTS_MAX = 256,               /* messages in an AlertPage */
	CODEC_CORRECTIONS_MAX = 256,          /* entries in a CorrectionPage */
	CODEC_HEARTBEAT_MAX_MS = 3600 * 1000, /* in a Welcome; likewise its silence */
};

/* X(enumerator, member of struct message, tag in Envelope) */
#define CODEC_MESSAGES(X)                                                                          \
	X(MSG_ERROR, error)                                                                        \
	X(MSG_ARTICLE, article)                                                                    \
	X(MSG_SUBMIT, submit)                                                                      \
	X(MSG_SUBMIT_REPLY, submit_reply)                                                          \
	X(MSG_HELLO, hello)                                                                        \
	X(MSG_WELCOME, welcome)                                                                    \
	X(MSG_WORK, work)                                                                          \
	X(MSG_DONE, done)                                                                          \
	X(MSG_FAILED, failed)                                                                      \
	X(MSG_PING, ping)                                                                          \
	X(MSG_PONG, pong)                                                                          \
	X(MSG_BYE, bye)                                                                            \
	X(MSG_HANDLED, handled)                                                                    \
	X(MSG_RECORD, record)                                                                      \
	X(MSG_RECORDED, recorded)                                                                  \
	X(MSG_UPDATE, update)                                                                      \
	X(MSG_HEAD, head)                                                                          \
	X(MSG_REPLAY, replay)                                                                      \
	X(MSG_REPLAY_PAGE, replay_page)                                                            \
	X(MSG_QUERY, query)                                                                        \
	X(MSG_QUERY_PAGE, query_page)                                                              \
	X(MSG_SHOW, show)                                                                          \
	X(MSG_SHOWN, shown)                                                                        \
	X(MSG_ARCHIVE, archive)                                                                    \
	X(MSG_ARCHIVE_PAGE, archive_page)                                                          \
	X(MSG_COVERAGE, coverage)                                                                  \
	X(MSG_COVERAGE_PAGE, coverage_page)                                                        \
	X(MSG_STATUS_REQUEST, status_request)                                                      \
	X(MSG_STATUS_REPLY, status_reply)                                                          \
	X(MSG_DEAD_LIST, dead_list)                                                                \
	X(MSG_DEAD_PAGE, dead_page)                                                                \
	X(MSG_DEAD_ACTION, dead_action)                                                            \
	X(MSG_DEAD_ACTION_REPLY, dead_action_reply)                                                \
	X(MSG_SOURCE_LIST, source_list)                                                            \
	X(MSG_SOURCE_PAGE, source_page)                                                            \
	X(MSG_ALERT_LIST, alert_list)                                                              \
	X(MSG_ALERT_PAGE, alert_page)                                                              \
	X(MSG_ALERT_ACTION, alert_action)                                                          \
	X(MSG_ALERT_ACTION_REPLY, alert_action_reply)                                              \
	X(MSG_CORRECT, correct)                                                                    \
	X(MSG_CORRECTED, corrected)                                                                \
	X(MSG_TAKE_DOWN, take_down)                                                                \
	X(MSG_TAKEN_DOWN, taken_down)                                                              \
	X(MSG_CORRECTION_LIST, correction_list)                                                    \
	X(MSG_CORRECTION_PAGE, correction_page)

enum msg_type {
	MSG_NONE = 0,
#define X(name, member) name,
	CODEC_MESSAGES(X)
#undef X
};

/* Numbers as in netral.v1.Code. */
enum msg_code {
	CODE_NONE = 0,
	CODE_MALFORMED,
	CODE_TOO_BIG,
	CODE_VERSION,
	CODE_WRONG_TYPE,
	CODE_NOT_HELD,
	CODE_HELLO_FIRST,
	CODE_EPOCH,
	CODE_FUTURE,
	CODE_NOT_FOUND,
	CODE_AMBIGUOUS,
	CODE_BUSY,
	CODE_INTERNAL,
};

struct epoch {
	uint8_t bytes[CODEC_EPOCH_BYTES];
};

struct bytes {
	const uint8_t *ptr;
	size_t len;
};

struct msg_error {
	uint64_t request;
	enum msg_code code;
	const char *reason;
	bool has_epoch;
	struct epoch epoch;
	uint64_t head;
};

struct msg_submit {
	uint64_t request;
	struct article *articles; /* as sent: article_check() has not run */
	size_t article_count;
};

enum submit_outcome { SUBMIT_ACCEPTED = 1, SUBMIT_DUPLICATE, SUBMIT_REFUSED, SUBMIT_BUSY };
struct submit_status {
	enum submit_outcome outcome;
	struct article_id id;
	const char *reason; /* "" or a sentence */
};
struct msg_submit_reply {
	uint64_t request;
	struct submit_status *statuses;
	size_t status_count;
};

struct msg_hello {
	const char *name;
	const char *version;
	uint32_t credit;
};
struct msg_welcome {
	uint32_t heartbeat_ms;
	uint32_t silence_ms;
};
struct work_item {
	uint64_t seq;
	uint64_t lease;
	uint32_t tries;
	struct article article;
};
struct msg_work {
	struct work_item *items;
	size_t item_count;
};
struct lease {
	uint64_t seq;
	uint64_t lease;
};
struct msg_done {
	struct lease *leases;
	size_t lease_count;
};
struct msg_handled {
	struct lease *leases;
	size_t lease_count;
};
struct msg_failed {
	struct lease lease;
	bool permanent;
	const char *reason;
};

struct classifier_version {
	uint32_t revision;
	uint8_t data_hash[8];
};
struct result {
	struct article_id article_id;
	struct text url, title, published, source;
	uint64_t accepted_us;
	struct bytes text_zstd;
	uint32_t text_size;
	struct classifier_version classifier;
	struct event *events;
	size_t event_count;
	bool has_replaces; /* then text_zstd is empty */
	struct classifier_version replaces;
	struct bytes sketch; /* CODEC_SKETCH_BYTES, or none */
	bool has_areas;      /* that the article is about; false: nothing is said */
	const char **areas;
	size_t area_count; /* at most ARTICLE_AREAS_MAX */
};
struct msg_record {
	uint64_t request;
	struct result *results;
	size_t result_count;
};
enum record_outcome { RECORD_RECORDED = 1, RECORD_UNCHANGED, RECORD_REFUSED, RECORD_BUSY };
struct record_status {
	enum record_outcome outcome;
	const char *reason;
	uint32_t added, changed, removed; /* updates that it made */
};
struct msg_recorded {
	uint64_t request;
	struct record_status *statuses;
	size_t status_count;
};

enum update_change { CHANGE_NEW = 1, CHANGE_CHANGED, CHANGE_REMOVED };
/* Why it is CHANGED; 0 else, and in updates of earlier versions. CORRECTED may also come with NEW
 * and REMOVED, RETRACTED and TAKEN_DOWN with REMOVED. Any number may come from a peer of a later
 * version: it changes nothing in how an update is followed. */
enum update_cause {
	CAUSE_CONFIRMED = 1,
	CAUSE_STAGE,
	CAUSE_RECLASSIFIED,
	CAUSE_WITHDRAWN,
	CAUSE_REVISED,
	CAUSE_CORRECTED,
	CAUSE_RETRACTED,
	CAUSE_TAKEN_DOWN,
};

/* X(NAME, number on the wire, name in JSON and on command lines): what people may correct. */
#define CORRECTION_FIELDS(X)                                                                       \
	X(STATUS, 1, "status")                                                                     \
	X(PLACE, 2, "place")                                                                       \
	X(DATE, 3, "date")                                                                         \
	X(COUNT, 4, "count")                                                                       \
	X(CONDUCT, 5, "conduct")                                                                   \
	X(PEOPLE, 6, "people")
enum correction_field {
#define X(name, number, text) CORRECTION_##name = (number),
	CORRECTION_FIELDS(X)
#undef X
		CORRECTION_FIELD_END
};
/* Sets of fields are bits. */
#define CORRECTION_BIT(field) (1U << (field))

/* "status", ...; "" for what is none. */
const char *correction_field_name(int field);

/* What people said of an event, as all may know it. at_us 0: nobody did. */
struct correction_mark {
	uint64_t at_us;
	const char *note;
	uint32_t fields; /* whose values are theirs */
};
struct article_ref {
	struct article_id id;
	struct text url, title, published, source;
};
struct update_report {
	struct article_ref article;
	enum event_status status;
};
struct update {
	struct epoch epoch;
	uint64_t seq;
	uint64_t prev_in_topic;
	enum update_change change;
	uint64_t recorded_us;
	uint64_t accepted_us;
	struct event event;
	struct article_ref article;    /* that the event's fields were read from */
	enum update_cause cause;       /* of a CHANGED, or 0 */
	struct update_report *reports; /* in the order in which they came */
	size_t listed_count;           /* of `reports`; 0: `article` alone */
	uint32_t report_count;         /* in all; 0 counts as 1, and is 1 once decoded */
	struct correction_mark correction;
};
struct topic_head {
	const char *topic;
	uint64_t seq;
};
struct msg_head {
	struct epoch epoch;
	uint64_t seq;
	uint64_t prev;
	struct topic_head *changed;
	size_t changed_count;
	bool unknown;
};
struct filter {
	enum event_kind *kinds;
	size_t kind_count;
	const char **areas;
	size_t area_count;
	enum event_status *statuses;
	size_t status_count;
};
struct msg_replay {
	uint64_t request;
	bool has_epoch;
	struct epoch epoch;
	uint64_t from;
	struct filter filter;
	uint32_t limit;
};
struct msg_replay_page {
	uint64_t request;
	struct epoch epoch;
	struct update *updates;
	size_t update_count;
	uint64_t through;
	uint64_t head;
};
struct msg_query {
	uint64_t request;
	struct filter filter;
	const char *since;
	const char *until;
	uint32_t limit;
	uint64_t before;
};
struct msg_query_page {
	uint64_t request;
	struct update *updates;
	size_t update_count;
	uint64_t next;
};
struct msg_show {
	uint64_t request;
	const char *id;
};
struct msg_shown {
	uint64_t request;
	struct update *updates;
	size_t update_count;
	struct text text;
	struct classifier_version classifier;
};

struct msg_archive {
	uint64_t request;
	bool has_epoch;
	struct epoch epoch;
	uint64_t from;
	struct classifier_version current;
	uint32_t limit;
};
struct archived_article {
	struct article_id id;
	struct text url, title, published;
	struct bytes text_zstd;
	uint32_t text_size;
	struct classifier_version classifier;
};
struct msg_archive_page {
	uint64_t request;
	struct epoch epoch;
	struct archived_article *articles;
	size_t article_count;
	uint64_t through;
	uint64_t head;
};

/* Months are numbers such as 202408. */
struct msg_coverage {
	uint64_t request;
	uint32_t since, until; /* 0 for no bound */
	uint32_t after_month;  /* 0 for the first page */
	const char *after_area;
};
struct coverage_row {
	uint32_t month;
	const char *area; /* "" for none */
	uint64_t articles;
};
struct msg_coverage_page {
	uint64_t request;
	struct coverage_row *rows;
	size_t row_count;
	bool more;
	uint64_t articles;
	uint64_t uncounted;
};

struct msg_request {
	uint64_t request;
};
struct counter {
	const char *name;
	uint64_t value;
};
struct worker_status {
	const char *name;
	const char *version;
	uint32_t credit;
	uint32_t held;
	uint64_t done;
	uint64_t failed;
};
/* Times are milliseconds since 1970, 0 for none. */
struct receiver_status {
	const char *name;
	bool disabled;
	uint64_t waiting, bytes; /* messages */
	uint64_t oldest_ms;      /* of them */
	uint64_t behind;         /* updates whose messages are still to be made */
	uint32_t tries;          /* that failed, of the first message */
	uint64_t due_ms;
	const char *last_error; /* "" or a sentence */
};
struct msg_status_reply {
	uint64_t request;
	const char *program;
	const char *version;
	uint64_t pid;
	uint64_t uptime_ms;
	const char *state;
	struct counter *counters;
	size_t counter_count;
	struct worker_status *workers;
	size_t worker_count;
	struct receiver_status *receivers;
	size_t receiver_count;
};
struct msg_dead_list {
	uint64_t request;
	uint64_t after_seq;
	uint32_t limit;
};
struct dead_article {
	uint64_t seq;
	struct article_id id;
	struct text title, url, source;
	const char *reason;
	uint32_t tries;
	uint64_t died_us;
};
struct msg_dead_page {
	uint64_t request;
	struct dead_article *articles;
	size_t article_count;
	bool more;
};
enum dead_verb { DEAD_RETRY = 1, DEAD_DROP };
struct msg_dead_action {
	uint64_t request;
	enum dead_verb verb;
	struct article_id *ids;
	size_t id_count;
	bool all;
};
struct msg_dead_action_reply {
	uint64_t request;
	uint32_t done;
	uint32_t missing;
};

struct msg_source_list {
	uint64_t request;
	uint32_t after; /* 0 for the first page */
	uint32_t limit;
	bool flagged_only;
};
/* Times are milliseconds since 1970, 0 for never. */
struct source_status {
	const char *name;
	const char *kind;
	const char *url;
	bool enabled;
	uint32_t flags; /* enum schedule_flag; bits that are not known here may be set */
	uint32_t failures_in_row;
	uint64_t articles, items, polls, failures, given_up;
	uint64_t last_article_ms, last_poll_ms, next_poll_ms;
	uint64_t patience_ms;
	const char *last_error; /* "" or a sentence */
};
struct msg_source_page {
	uint64_t request;
	struct source_status *sources;
	size_t source_count;
	uint32_t next;  /* `after` of the next page; 0 at the end */
	uint32_t total; /* sources in the list that was asked for */
};

struct msg_alert_list {
	uint64_t request;
	uint64_t after_receiver, after_number; /* 0 for the first page */
	uint32_t limit;
};
struct alert_failure {
	const char *receiver; /* "" when it is known no more */
	uint64_t number;
	const char *id;
	uint32_t tries;
	const char *reason;
	uint64_t created_ms;
};
struct msg_alert_page {
	uint64_t request;
	struct alert_failure *failures;
	size_t failure_count;
	bool more;
	uint64_t next_receiver, next_number;
};
enum alert_verb { ALERT_TEST = 1, ALERT_RETRY, ALERT_REPLAY };
struct msg_alert_action {
	uint64_t request;
	enum alert_verb verb;
	const char *name;
	uint64_t number;
};
struct msg_alert_action_reply {
	uint64_t request;
	uint32_t done;
};

enum people_treatment { PEOPLE_REMOVED = 1, PEOPLE_MASKED };
/* What people say of an event: the values of `fields`; the others are not looked at. */
struct override {
	uint32_t fields;
	enum event_status status;
	struct event_place place; /* code "": not known */
	struct event_date date;
	struct event_count count;
	const enum event_conduct *conduct;
	size_t conduct_count;
	enum people_treatment people;
};
enum correct_verb { CORRECT_SET = 1, CORRECT_RETRACT, CORRECT_RESTORE, CORRECT_TAKE_DOWN };
struct msg_correct {
	uint64_t request;
	const char *id;
	enum correct_verb verb;
	const char *by;
	const char *note;
	struct override set;
	uint32_t clear;
};
struct msg_corrected {
	uint64_t request;
	const char *id;
	uint32_t updates;
};
struct msg_take_down {
	uint64_t request;
	const char *article;
	const char *by;
	const char *note;
};
struct msg_taken_down {
	uint64_t request;
	uint32_t articles;
	uint32_t changed, removed; /* events */
	uint64_t rewritten;        /* updates of the log */
	bool more;
};
struct msg_correction_list {
	uint64_t request;
	const char *id; /* "": all */
	uint64_t before;
	uint32_t limit;
};
struct field_change {
	enum correction_field field;
	const char *was;
	const char *now;
};
struct correction_entry {
	uint64_t number;
	uint64_t at_us;
	enum correct_verb verb;
	const char *id;
	const char *by;
	const char *note;
	struct field_change *changes;
	size_t change_count;
};
struct msg_correction_page {
	uint64_t request;
	struct correction_entry *entries;
	size_t entry_count;
	uint64_t next;
};
/* As a store keeps it. */
struct correction_state {
	bool retracted;
	enum event_kind kind; /* as read */
	const char *area;     /* likewise; "" without a place */
	uint64_t at_us;
	const char *note;
	struct override said;
};

struct msg_empty {
	char unused;
};

struct message {
	enum msg_type type;
	union {
		struct msg_error error;
		struct article article;
		struct msg_submit submit;
		struct msg_submit_reply submit_reply;
		struct msg_hello hello;
		struct msg_welcome welcome;
		struct msg_work work;
		struct msg_done done;
		struct msg_handled handled;
		struct msg_failed failed;
		struct msg_empty ping, pong, bye;
		struct msg_record record;
		struct msg_recorded recorded;
		struct update update;
		struct msg_head head;
		struct msg_replay replay;
		struct msg_replay_page replay_page;
		struct msg_query query;
		struct msg_query_page query_page;
		struct msg_show show;
		struct msg_shown shown;
		struct msg_archive archive;
		struct msg_archive_page archive_page;
		struct msg_coverage coverage;
		struct msg_coverage_page coverage_page;
		struct msg_request status_request;
		struct msg_status_reply status_reply;
		struct msg_dead_list dead_list;
		struct msg_dead_page dead_page;
		struct msg_dead_action dead_action;
		struct msg_dead_action_reply dead_action_reply;
		struct msg_source_list source_list;
		struct msg_source_page source_page;
		struct msg_alert_list alert_list;
		struct msg_alert_page alert_page;
		struct msg_alert_action alert_action;
		struct msg_alert_action_reply alert_action_reply;
		struct msg_correct correct;
		struct msg_corrected corrected;
		struct msg_take_down take_down;
		struct msg_taken_down taken_down;
		struct msg_correction_list correction_list;
		struct msg_correction_page correction_page;
	};
};

/* What is wrong with a message that codec_decode() refused. */
struct codec_fault {
	enum msg_code code; /* for the Error that answers it */
	uint64_t request;   /* 0 when it could not be read */
	char reason[160];   /* a sentence that names the field */
};

/* An arena for decoding frames of up to CODEC_FRAME_MAX: protobuf-c amplifies up to 45 times, this
 * bounds it to 8. The caller ends it with arena_fini(). */
void codec_arena_init(struct arena *arena);

/* 0; NETRAL_EMALFORMED, NETRAL_ETOOBIG, NETRAL_EVERSION or NETRAL_ENOMEM with *fault filled in
 * (`fault` may be NULL). An error of the peer, never of the process. `arena` is not reset here. */
int codec_decode(const void *wire, size_t len, struct arena *arena, struct message *ret_message,
		 struct codec_fault *fault);

/* Appends the Envelope of `m` to `out`. Strings that are NULL count as ""; in a Submit an article
 * id of zeroes is left out. 0, NETRAL_ENOMEM, NETRAL_EINVALID (no type) or NETRAL_ETOOBIG
 * (out->limit, or an Envelope beyond CODEC_FRAME_MAX, which no receiver would take). `out` is
 * unchanged on failure. */
int codec_encode(const struct message *m, struct buf *out);

/* Name of a type as in the .proto files ("SubmitReply"), for messages to people. */
const char *codec_type_name(enum msg_type type);

/* --- what is stored as it travels --- */

/* Appends a serialised Article or Update without an Envelope: the form that stores keep. */
int codec_encode_article(const struct article *a, struct buf *out);
int codec_decode_article(const void *stored, size_t len, struct arena *arena, struct article *ret);
int codec_encode_update(const struct update *u, struct buf *out);
int codec_decode_update(const void *stored, size_t len, struct arena *arena, struct update *ret);

int codec_encode_correction(const struct correction_state *c, struct buf *out);
int codec_decode_correction(const void *stored, size_t len, struct arena *arena,
			    struct correction_state *ret);
int codec_encode_entry(const struct correction_entry *c, struct buf *out);
int codec_decode_entry(const void *stored, size_t len, struct arena *arena,
		       struct correction_entry *ret);

/* Appends an Envelope{Work} to `out` from articles in their stored form, without decoding them;
 * yields exactly what codec_encode() would. */
struct work_stored {
	uint64_t seq;
	uint64_t lease;
	uint32_t tries;
	struct bytes article; /* as codec_encode_article() wrote it */
};
int codec_encode_work(const struct work_stored *items, size_t count, struct buf *out);

/* Likewise Envelope{Update}, Envelope{Article} and Envelope{ReplayPage} from stored forms. */
int codec_encode_stored_update(struct bytes update, struct buf *out);
int codec_encode_stored_article(struct bytes article, struct buf *out);
int codec_encode_stored_replay_page(const struct msg_replay_page *page, const struct bytes *updates,
				    size_t count, struct buf *out);
int codec_encode_stored_query_page(const struct msg_query_page *page, const struct bytes *updates,
				   size_t count, struct buf *out);

/* "confirmed"; "" for 0 and for a number without a name. */
const char *codec_cause_name(int cause);

/* Topic of an update: "event.violation.81.71", or "event.pledge.none" without a place. */
void codec_topic(const struct event *e, char topic[static CODEC_TOPIC_MAX]);

#endif
