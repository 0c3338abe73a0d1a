/* The way in and out of the codec.
 *
 * protobuf-c unpacks into the caller's arena through an allocator that frees nothing and that adds
 * one zero byte to every allocation: so each `bytes` field is NUL-terminated where it lies, and no
 * text of the hot path is copied twice. The arena's limit is what bounds the amplification of a
 * hostile message: small sub-messages cost protobuf-c up to 45 times their size on the wire. */
#include "proto/codec_internal.h"

#include "lib/cleanup.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_FACTOR = 8 };

void codec_arena_init(struct arena *arena)
{
	arena_init(arena, (size_t)ARENA_FACTOR * CODEC_FRAME_MAX);
}

const char *codec_type_name(enum msg_type type)
{
	switch (type) {
#define X(TAG, member, Type)                                                                       \
	case MSG_##TAG:                                                                            \
		return #Type;
		CODEC_TABLE(X)
#undef X
	case MSG_NONE:
		break;
	}
	return "unknown message";
}

/* --- decoding --- */

struct unpacking {
	struct arena *arena;
	size_t refused; /* bytes that the arena was asked for in vain, or 0 */
};

static void *unpack_alloc(void *user, size_t size)
{
	struct unpacking *u = user;
	size_t wanted = size < SIZE_MAX ? size + 1 : size;
	char *p = arena_alloc(u->arena, wanted);
	if (p)
		p[wanted - 1] = '\0';
	else
		u->refused = wanted;
	return p;
}

static void unpack_free(void *user, void *p)
{
	(void)user, (void)p;
}

/* NULL with *ret_error and the fault filled in when it is not such a message. */
static const void *unpack(struct decoder *d, const ProtobufCMessageDescriptor *type,
			  const uint8_t *wire, size_t len, int *ret_error)
{
	struct unpacking u = {.arena = d->arena};
	ProtobufCAllocator allocator = {unpack_alloc, unpack_free, &u};
	const void *message = protobuf_c_message_unpack(type, &allocator, len, wire);
	if (!message && u.refused) {
		*ret_error = decoder_exhausted(d, u.refused);
	} else if (!message) {
		d->fault->code = CODE_MALFORMED;
		snprintf(d->fault->reason, sizeof(d->fault->reason), "not a valid %s",
			 type->short_name);
		*ret_error = NETRAL_EMALFORMED;
	}
	return message;
}

static int decode_envelope_body(struct decoder *d, const Netral__V1__Envelope *env,
				struct message *m)
{
	switch (env->body_case) {
#define X(TAG, member, Type)                                                                       \
	case NETRAL__V1__ENVELOPE__BODY_##TAG:                                                     \
		m->type = MSG_##TAG;                                                               \
		return decode_##member(d, env->member, &m->member);
		CODEC_TABLE(X)
#undef X
	default:
		return decoder_refuse(d, "body", "missing, or of a type that is not known here");
	}
}

static int refuse_version(struct decoder *d, uint32_t version)
{
	decoder_refuse(d, "version", "%u is not supported, only %d", version, CODEC_VERSION);
	d->fault->code = CODE_VERSION;
	return NETRAL_EVERSION;
}

static int decode_wire(struct decoder *d, const uint8_t *wire, size_t len, struct message *m)
{
	if (len == 0)
		return decoder_refuse(d, "Envelope", "empty message");
	if (len > CODEC_FRAME_MAX) {
		decoder_refuse(d, "Envelope", "%zu bytes exceed the limit of %d", len,
			       CODEC_FRAME_MAX);
		d->fault->code = CODE_TOO_BIG;
		return NETRAL_ETOOBIG;
	}
	int r;
	const Netral__V1__Envelope *env =
		unpack(d, &netral__v1__envelope__descriptor, wire, len, &r);
	if (!env)
		return r;
	if (env->version != CODEC_VERSION)
		return refuse_version(d, env->version);
	return decode_envelope_body(d, env, m);
}

/* Whoever speaks another version is told so, even where its messages do not decode here. */
static int explain(struct decoder *d, const uint8_t *wire, size_t len, int r)
{
	uint32_t version;
	wire_peek(wire, len, &version, &d->fault->request);
	if (r == NETRAL_EMALFORMED && version > CODEC_VERSION)
		return refuse_version(d, version);
	return r;
}

int codec_decode(const void *wire, size_t len, struct arena *arena, struct message *ret_message,
		 struct codec_fault *fault)
{
	struct codec_fault unwanted = {0};
	struct decoder d = {.arena = arena, .fault = fault ? fault : &unwanted};
	*d.fault = (struct codec_fault){.code = CODE_NONE};
	*ret_message = (struct message){.type = MSG_NONE};
	int r = decode_wire(&d, wire, len, ret_message);
	if (r == NETRAL_OK)
		return r;
	*ret_message = (struct message){.type = MSG_NONE};
	return len ? explain(&d, wire, len, r) : r;
}

int codec_decode_article(const void *stored, size_t len, struct arena *arena, struct article *ret)
{
	struct codec_fault fault = {.code = CODE_NONE};
	struct decoder d = {.arena = arena, .fault = &fault};
	int r;
	const Netral__V1__Article *pb =
		unpack(&d, &netral__v1__article__descriptor, stored, len, &r);
	return pb ? decode_article(&d, pb, ret) : r;
}

int codec_decode_update(const void *stored, size_t len, struct arena *arena, struct update *ret)
{
	struct codec_fault fault = {.code = CODE_NONE};
	struct decoder d = {.arena = arena, .fault = &fault};
	int r;
	const Netral__V1__Update *pb = unpack(&d, &netral__v1__update__descriptor, stored, len, &r);
	return pb ? decode_update(&d, pb, ret) : r;
}

int codec_decode_correction(const void *stored, size_t len, struct arena *arena,
			    struct correction_state *ret)
{
	struct codec_fault fault = {.code = CODE_NONE};
	struct decoder d = {.arena = arena, .fault = &fault};
	int r;
	const Netral__V1__CorrectionState *pb =
		unpack(&d, &netral__v1__correction_state__descriptor, stored, len, &r);
	return pb ? decode_state(&d, pb, ret) : r;
}

int codec_decode_entry(const void *stored, size_t len, struct arena *arena,
		       struct correction_entry *ret)
{
	struct codec_fault fault = {.code = CODE_NONE};
	struct decoder d = {.arena = arena, .fault = &fault};
	int r;
	const Netral__V1__CorrectionEntry *pb =
		unpack(&d, &netral__v1__correction_entry__descriptor, stored, len, &r);
	return pb ? decode_entry(&d, pb, ret) : r;
}

/* --- encoding --- */

/* One of each, so that the body of an Envelope needs no allocation. */
union body {
#define X(TAG, member, Type) Netral__V1__##Type member;
	CODEC_TABLE(X)
#undef X
};

static int encode_body(struct encoder *e, const struct message *m, union body *body,
		       Netral__V1__Envelope *env)
{
	switch (m->type) {
#define X(TAG, member, Type)                                                                       \
	case MSG_##TAG:                                                                            \
		env->body_case = NETRAL__V1__ENVELOPE__BODY_##TAG;                                 \
		env->member = &body->member;                                                       \
		netral__v1__##member##__init(&body->member);                                       \
		return encode_##member(e, &m->member, &body->member);
		CODEC_TABLE(X)
#undef X
	case MSG_NONE:
		break;
	}
	return NETRAL_EINVALID;
}

static int pack(const ProtobufCMessage *message, size_t max, struct buf *out)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	if (size > max)
		return NETRAL_ETOOBIG;
	int r = buf_reserve(out, size);
	if (r == NETRAL_OK && size > 0)
		out->len += protobuf_c_message_pack(message, out->data + out->len);
	return r;
}

int codec_encode(const struct message *m, struct buf *out)
{
	struct encoder e;
	arena_init(&e.arena, SIZE_MAX);
	union body body;
	Netral__V1__Envelope env = NETRAL__V1__ENVELOPE__INIT;
	env.version = CODEC_VERSION;
	int r = encode_body(&e, m, &body, &env);
	if (r == NETRAL_OK)
		r = pack(&env.base, CODEC_FRAME_MAX, out);
	arena_fini(&e.arena);
	return r;
}

int codec_encode_article(const struct article *a, struct buf *out)
{
	Netral__V1__Article pb = NETRAL__V1__ARTICLE__INIT;
	encode_article(NULL, a, &pb);
	return pack(&pb.base, SIZE_MAX, out);
}

int codec_encode_update(const struct update *u, struct buf *out)
{
	struct encoder e;
	arena_init(&e.arena, SIZE_MAX);
	Netral__V1__Update pb = NETRAL__V1__UPDATE__INIT;
	int r = encode_update(&e, u, &pb);
	if (r == NETRAL_OK)
		r = pack(&pb.base, SIZE_MAX, out);
	arena_fini(&e.arena);
	return r;
}

int codec_encode_correction(const struct correction_state *c, struct buf *out)
{
	struct encoder e;
	arena_init(&e.arena, SIZE_MAX);
	Netral__V1__CorrectionState pb;
	netral__v1__correction_state__init(&pb);
	int r = encode_state(&e, c, &pb);
	if (r == NETRAL_OK)
		r = pack(&pb.base, SIZE_MAX, out);
	arena_fini(&e.arena);
	return r;
}

int codec_encode_entry(const struct correction_entry *c, struct buf *out)
{
	struct encoder e;
	arena_init(&e.arena, SIZE_MAX);
	Netral__V1__CorrectionEntry pb;
	netral__v1__correction_entry__init(&pb);
	int r = encode_entry(&e, c, &pb);
	if (r == NETRAL_OK)
		r = pack(&pb.base, SIZE_MAX, out);
	arena_fini(&e.arena);
	return r;
}

/* Appends `from` in lower case as far as there is room; the end. */
static char *put_lower(char *at, const char *end, const char *from)
{
	for (; *from && at < end; from++)
		*at++ = (char)tolower((unsigned char)*from);
	return at;
}

/* Each update of a subscriber with a filter comes through here: no printf. */
void codec_topic(const struct event *e, char topic[static CODEC_TOPIC_MAX])
{
	const char *code = e->place.code && e->place.code[0] ? e->place.code : "none";
	const char *end = topic + CODEC_TOPIC_MAX - 1;
	char *at = put_lower(topic, end, "event.");
	at = put_lower(at, end, event_kind_name(e->kind));
	at = put_lower(at, end, ".");
	*put_lower(at, end, code) = '\0';
}

const char *codec_cause_name(int cause)
{
	static const char *const names[] = {
		[CAUSE_CONFIRMED] = "confirmed",       [CAUSE_STAGE] = "stage",
		[CAUSE_RECLASSIFIED] = "reclassified", [CAUSE_WITHDRAWN] = "withdrawn",
		[CAUSE_REVISED] = "revised",           [CAUSE_CORRECTED] = "corrected",
		[CAUSE_RETRACTED] = "retracted",       [CAUSE_TAKEN_DOWN] = "taken_down"};
	bool known = cause > 0 && cause < (int)netral_countof(names) && names[cause];
	return known ? names[cause] : "";
}
