/* codec_internal.h - shared by the files of the codec, and by nothing else: these are the only ones
 * that see generated types. */
#ifndef NETRAL_PROTO_CODEC_INTERNAL_H
#define NETRAL_PROTO_CODEC_INTERNAL_H

#include "lib/error.h"
#include "proto/codec.h"

#include "netral/v1/envelope.pb-c.h"

/* X(TAG, member, Type): MSG_TAG, the member of struct message, the type in the .proto files. */
#define CODEC_TABLE(X)                                                                             \
	X(ERROR, error, Error)                                                                     \
	X(ARTICLE, article, Article)                                                               \
	X(SUBMIT, submit, Submit)                                                                  \
	X(SUBMIT_REPLY, submit_reply, SubmitReply)                                                 \
	X(HELLO, hello, Hello)                                                                     \
	X(WELCOME, welcome, Welcome)                                                               \
	X(WORK, work, Work)                                                                        \
	X(DONE, done, Done)                                                                        \
	X(FAILED, failed, Failed)                                                                  \
	X(PING, ping, Ping)                                                                        \
	X(PONG, pong, Pong)                                                                        \
	X(BYE, bye, Bye)                                                                           \
	X(HANDLED, handled, Handled)                                                               \
	X(RECORD, record, Record)                                                                  \
	X(RECORDED, recorded, Recorded)                                                            \
	X(UPDATE, update, Update)                                                                  \
	X(HEAD, head, Head)                                                                        \
	X(REPLAY, replay, Replay)                                                                  \
	X(REPLAY_PAGE, replay_page, ReplayPage)                                                    \
	X(QUERY, query, Query)                                                                     \
	X(QUERY_PAGE, query_page, QueryPage)                                                       \
	X(SHOW, show, Show)                                                                        \
	X(SHOWN, shown, Shown)                                                                     \
	X(ARCHIVE, archive, Archive)                                                               \
	X(ARCHIVE_PAGE, archive_page, ArchivePage)                                                 \
	X(COVERAGE, coverage, Coverage)                                                            \
	X(COVERAGE_PAGE, coverage_page, CoveragePage)                                              \
	X(STATUS_REQUEST, status_request, StatusRequest)                                           \
	X(STATUS_REPLY, status_reply, StatusReply)                                                 \
	X(DEAD_LIST, dead_list, DeadList)                                                          \
	X(DEAD_PAGE, dead_page, DeadPage)                                                          \
	X(DEAD_ACTION, dead_action, DeadAction)                                                    \
	X(DEAD_ACTION_REPLY, dead_action_reply, DeadActionReply)                                   \
	X(SOURCE_LIST, source_list, SourceList)                                                    \
	X(SOURCE_PAGE, source_page, SourcePage)                                                    \
	X(ALERT_LIST, alert_list, AlertList)                                                       \
	X(ALERT_PAGE, alert_page, AlertPage)                                                       \
	X(ALERT_ACTION, alert_action, AlertAction)                                                 \
	X(ALERT_ACTION_REPLY, alert_action_reply, AlertActionReply)                                \
	X(CORRECT, correct, Correct)                                                               \
	X(CORRECTED, corrected, Corrected)                                                         \
	X(TAKE_DOWN, take_down, TakeDown)                                                          \
	X(TAKEN_DOWN, taken_down, TakenDown)                                                       \
	X(CORRECTION_LIST, correction_list, CorrectionList)                                        \
	X(CORRECTION_PAGE, correction_page, CorrectionPage)

/* The C type of each member of struct message, for function signatures. */
#define CODEC_MEMBER_TYPE(member) __typeof__(((struct message *)0)->member)

/* --- decoding: a place to allocate, and where we are, for the sentence about what is wrong --- */

enum { DECODER_DEPTH_MAX = 4 };

struct decoder {
	struct arena *arena;
	struct codec_fault *fault; /* never NULL */
	struct {
		const char *name;
		size_t index;
		bool listed; /* an entry of a list */
	} path[DECODER_DEPTH_MAX];
	int depth;
};

/* Steps into entry `index` of list `name`, or into the sub-message `name`. */
void decoder_enter(struct decoder *d, const char *name, size_t index);
void decoder_enter_message(struct decoder *d, const char *name);
void decoder_leave(struct decoder *d);

/* Fills the fault in with CODE_MALFORMED and "<path>.<field>: <sentence>".
 * Returns NETRAL_EMALFORMED. */
int decoder_refuse(struct decoder *d, const char *field, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Says that the arena gave out: NETRAL_ETOOBIG when its limit did, NETRAL_ENOMEM otherwise. */
int decoder_exhausted(struct decoder *d, size_t wanted);

/* Takers: check one field and hand it over. 0, or the refusal. What they yield points into what
 * protobuf-c unpacked in the same arena, so there is no second copy. */
int take_count(struct decoder *d, const char *field, size_t count, size_t max);
int take_array(struct decoder *d, const char *field, size_t count, size_t max, size_t size,
	       void *ret_array);
int take_range(struct decoder *d, const char *field, uint64_t value, uint64_t min, uint64_t max);
int take_enum(struct decoder *d, const char *field, int value, int max, int *ret);
int take_string(struct decoder *d, const char *field, const char *s, size_t max, const char **ret);
int take_text(struct decoder *d, const char *field, ProtobufCBinaryData b, size_t max,
	      struct text *ret);
int take_id(struct decoder *d, const char *field, ProtobufCBinaryData b, struct article_id *ret);
int take_epoch(struct decoder *d, const char *field, ProtobufCBinaryData b, struct epoch *ret);
int take_optional_epoch(struct decoder *d, const char *field, ProtobufCBinaryData b, bool *ret_has,
			struct epoch *ret);
int take_day(struct decoder *d, const char *field, const char *s, const char **ret);

/* True when `s` is YYYY-MM-DD, YYYY-MM or YYYY, whichever has `len` characters. */
bool date_form_ok(const char *s, size_t len);

/* `pb` may be NULL: the field is missing then, which is refused. */
int decode_classifier(struct decoder *d, const char *field, const Netral__V1__Classifier *pb,
		      struct classifier_version *v);

/* `article` is the id that the event's id must begin with (NULL: that of any article), and
 * `max_number` the largest number it may end with; evidence must end within `text_size`. */
int decode_event(struct decoder *d, const Netral__V1__Event *pb, const struct article_id *article,
		 int max_number, uint32_t text_size, struct event *e);

#define X(TAG, member, Type)                                                                       \
	int decode_##member(struct decoder *d, const Netral__V1__##Type *pb,                       \
			    CODEC_MEMBER_TYPE(member) * m);
CODEC_TABLE(X)
#undef X

int decode_receivers(struct decoder *d, const Netral__V1__StatusReply *pb,
		     struct msg_status_reply *m);

/* --- encoding: generated structs live in a temporary arena while they are packed --- */

struct encoder {
	struct arena arena;
};

/* `count` structs of `size` bytes behind an array of pointers to them: how protobuf-c holds a list.
 * *ret_pointers is NULL for an empty one. Not zeroed. 0 or NETRAL_ENOMEM. */
int encoder_list(struct encoder *e, size_t count, size_t size, void *ret_pointers);
void *encoder_alloc(struct encoder *e, size_t count, size_t size); /* NULL without memory */

/* Packing does not write to what it packs, but the generated structs are not const. */
void *put_list(const void *list);
char *put_string(const char *s);
ProtobufCBinaryData put_bytes(const void *data, size_t len);
ProtobufCBinaryData put_text(const struct text *t);

/* A sentence from anywhere, cut to CODEC_REASON_MAX bytes of valid UTF-8, so that the answer to bad
 * input cannot itself be bad. 0 or NETRAL_ENOMEM. */
int put_reason(struct encoder *e, const char *s, char **ret);

int encode_event(struct encoder *e, const struct event *ev, Netral__V1__Event *pb);

/* codec_correction.c: what people said, in an update. `pb` may be NULL: nobody did. */
int decode_mark(struct decoder *d, const Netral__V1__Correction *pb, struct correction_mark *m);
int encode_mark(struct encoder *e, const struct correction_mark *m, Netral__V1__Correction **ret);

/* codec_event.c: values of an event that are also corrected. Absent ones leave *p as it is. */
int decode_place(struct decoder *d, const Netral__V1__Place *pb, struct event_place *p);
int decode_date(struct decoder *d, const char *field, const Netral__V1__Date *pb,
		struct event_date *date);
int decode_conduct(struct decoder *d, size_t count, const Netral__V1__Conduct *given,
		   const enum event_conduct **ret_list, size_t *ret_count);
int decode_counted(struct decoder *d, const Netral__V1__Count *pb, struct event_count *c);
/* Likewise: *ret stays as it is where there is no value. */
int encode_place(struct encoder *e, const struct event_place *p, Netral__V1__Place **ret);
int encode_date(struct encoder *e, const struct event_date *date, Netral__V1__Date **ret);
int encode_counted(struct encoder *e, const struct event_count *c, Netral__V1__Count **ret);

/* codec_correction.c. `pb` may be NULL: nothing is said. */
int decode_override(struct decoder *d, const Netral__V1__Override *pb, struct override *o);
int decode_state(struct decoder *d, const Netral__V1__CorrectionState *pb,
		 struct correction_state *c);
int encode_state(struct encoder *e, const struct correction_state *c,
		 Netral__V1__CorrectionState *pb);
int decode_entry(struct decoder *d, const Netral__V1__CorrectionEntry *pb,
		 struct correction_entry *c);
int encode_entry(struct encoder *e, const struct correction_entry *c,
		 Netral__V1__CorrectionEntry *pb);

#define X(TAG, member, Type)                                                                       \
	int encode_##member(struct encoder *e, const CODEC_MEMBER_TYPE(member) * m,                \
			    Netral__V1__##Type * pb);
CODEC_TABLE(X)
#undef X

/* In codec_alert.c: the receivers of a StatusReply. */
int encode_receivers(struct encoder *e, const struct msg_status_reply *m,
		     Netral__V1__StatusReply *pb);

/* --- the wire format itself, where it is read or written without generated code --- */

/* Reads what it can of a message that could not be unpacked: *ret_version is 0 when it cannot be
 * read, *ret_request likewise. */
void wire_peek(const uint8_t *wire, size_t len, uint32_t *ret_version, uint64_t *ret_request);

#endif
