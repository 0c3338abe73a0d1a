/* The wire format where generated code would be in the way: splicing stored messages into an
 * Envelope costs one copy instead of a decoding and an encoding, and a message that protobuf-c
 * refused may still tell its version and its request number, so that the answer finds its asker.
 *
 * Fields are written in the order of their numbers and zeroes are left out, as protobuf-c does:
 * codec_test.c compares the bytes. */
#include "proto/codec_internal.h"

#include <string.h>

enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

/* Field numbers, as in the .proto files. */
enum {
	ENVELOPE_VERSION = 1,
	WORK_ITEMS = 1,
	ITEM_SEQ = 1,
	ITEM_LEASE = 2,
	ITEM_TRIES = 3,
	ITEM_ARTICLE = 4,
	REPLY_REQUEST = 1,
	REPLAY_PAGE_EPOCH = 2,
	REPLAY_PAGE_UPDATES = 3,
	REPLAY_PAGE_THROUGH = 4,
	REPLAY_PAGE_HEAD = 5,
	QUERY_PAGE_UPDATES = 2,
	QUERY_PAGE_NEXT = 3,
};

static size_t varint_size(uint64_t v)
{
	size_t bits = 64 - (size_t)__builtin_clzll(v | 1);
	return (bits + 6) / 7;
}

/* All field numbers here are below 2048: a tag takes one or two bytes. */
static size_t tag_size(unsigned field)
{
	return field < 16 ? 1 : 2;
}

static size_t number_size(unsigned field, uint64_t v)
{
	return v ? tag_size(field) + varint_size(v) : 0;
}

static size_t bytes_size(unsigned field, size_t len)
{
	return tag_size(field) + varint_size(len) + len;
}

static uint8_t *put_varint(uint8_t *p, uint64_t v)
{
	while (v >= 0x80) {
		*p++ = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	*p++ = (uint8_t)v;
	return p;
}

static uint8_t *put_number(uint8_t *p, unsigned field, uint64_t v)
{
	return v ? put_varint(put_varint(p, field << 3 | WIRE_VARINT), v) : p;
}

static uint8_t *put_head(uint8_t *p, unsigned field, size_t len)
{
	return put_varint(put_varint(p, field << 3 | WIRE_BYTES), len);
}

static uint8_t *put_span(uint8_t *p, unsigned field, const void *data, size_t len)
{
	p = put_head(p, field, len);
	return len ? (uint8_t *)memcpy(p, data, len) + len : p;
}

/* Makes room for an Envelope whose body has `len` bytes and writes what comes before the body.
 * *ret_body is where the body goes; the caller fills exactly `len` bytes. */
static int begin_envelope(struct buf *out, unsigned body_field, size_t len, uint8_t **ret_body)
{
	size_t total = number_size(ENVELOPE_VERSION, CODEC_VERSION) + bytes_size(body_field, len);
	if (total > CODEC_FRAME_MAX)
		return NETRAL_ETOOBIG;
	int r = buf_reserve(out, total);
	if (r < 0)
		return r;
	uint8_t *p = put_number(out->data + out->len, ENVELOPE_VERSION, CODEC_VERSION);
	*ret_body = put_head(p, body_field, len);
	out->len += total;
	return NETRAL_OK;
}

static size_t item_size(const struct work_stored *i)
{
	return number_size(ITEM_SEQ, i->seq) + number_size(ITEM_LEASE, i->lease) +
	       number_size(ITEM_TRIES, i->tries) + bytes_size(ITEM_ARTICLE, i->article.len);
}

int codec_encode_work(const struct work_stored *items, size_t count, struct buf *out)
{
	size_t len = 0;
	for (size_t i = 0; i < count; i++)
		len += bytes_size(WORK_ITEMS, item_size(&items[i]));
	uint8_t *p;
	int r = begin_envelope(out, NETRAL__V1__ENVELOPE__BODY_WORK, len, &p);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++) {
		p = put_head(p, WORK_ITEMS, item_size(&items[i]));
		p = put_number(p, ITEM_SEQ, items[i].seq);
		p = put_number(p, ITEM_LEASE, items[i].lease);
		p = put_number(p, ITEM_TRIES, items[i].tries);
		p = put_span(p, ITEM_ARTICLE, items[i].article.ptr, items[i].article.len);
	}
	return NETRAL_OK;
}

static int envelope_of(unsigned body_field, struct bytes body, struct buf *out)
{
	uint8_t *p;
	int r = begin_envelope(out, body_field, body.len, &p);
	if (r == NETRAL_OK && body.len)
		memcpy(p, body.ptr, body.len);
	return r;
}

int codec_encode_stored_update(struct bytes update, struct buf *out)
{
	return envelope_of(NETRAL__V1__ENVELOPE__BODY_UPDATE, update, out);
}

int codec_encode_stored_article(struct bytes article, struct buf *out)
{
	return envelope_of(NETRAL__V1__ENVELOPE__BODY_ARTICLE, article, out);
}

static size_t spans_size(unsigned field, const struct bytes *spans, size_t count)
{
	size_t len = 0;
	for (size_t i = 0; i < count; i++)
		len += bytes_size(field, spans[i].len);
	return len;
}

static uint8_t *put_spans(uint8_t *p, unsigned field, const struct bytes *spans, size_t count)
{
	for (size_t i = 0; i < count; i++)
		p = put_span(p, field, spans[i].ptr, spans[i].len);
	return p;
}

int codec_encode_stored_replay_page(const struct msg_replay_page *page, const struct bytes *updates,
				    size_t count, struct buf *out)
{
	size_t len = number_size(REPLY_REQUEST, page->request) +
		     bytes_size(REPLAY_PAGE_EPOCH, CODEC_EPOCH_BYTES) +
		     spans_size(REPLAY_PAGE_UPDATES, updates, count) +
		     number_size(REPLAY_PAGE_THROUGH, page->through) +
		     number_size(REPLAY_PAGE_HEAD, page->head);
	uint8_t *p;
	int r = begin_envelope(out, NETRAL__V1__ENVELOPE__BODY_REPLAY_PAGE, len, &p);
	if (r < 0)
		return r;
	p = put_number(p, REPLY_REQUEST, page->request);
	p = put_span(p, REPLAY_PAGE_EPOCH, page->epoch.bytes, CODEC_EPOCH_BYTES);
	p = put_spans(p, REPLAY_PAGE_UPDATES, updates, count);
	p = put_number(p, REPLAY_PAGE_THROUGH, page->through);
	put_number(p, REPLAY_PAGE_HEAD, page->head);
	return NETRAL_OK;
}

int codec_encode_stored_query_page(const struct msg_query_page *page, const struct bytes *updates,
				   size_t count, struct buf *out)
{
	size_t len = number_size(REPLY_REQUEST, page->request) +
		     spans_size(QUERY_PAGE_UPDATES, updates, count) +
		     number_size(QUERY_PAGE_NEXT, page->next);
	uint8_t *p;
	int r = begin_envelope(out, NETRAL__V1__ENVELOPE__BODY_QUERY_PAGE, len, &p);
	if (r < 0)
		return r;
	p = put_number(p, REPLY_REQUEST, page->request);
	p = put_spans(p, QUERY_PAGE_UPDATES, updates, count);
	put_number(p, QUERY_PAGE_NEXT, page->next);
	return NETRAL_OK;
}

/* --- reading what is left of a broken message --- */

struct span {
	const uint8_t *p;
	const uint8_t *end;
};

struct field {
	uint64_t number;
	unsigned type;
	uint64_t value;    /* WIRE_VARINT */
	struct span bytes; /* WIRE_BYTES */
};

static bool read_varint(struct span *s, uint64_t *ret)
{
	*ret = 0;
	for (unsigned shift = 0; shift < 64 && s->p < s->end; shift += 7) {
		uint8_t byte = *s->p++;
		*ret |= (uint64_t)(byte & 0x7F) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

static bool skip(struct span *s, uint64_t len)
{
	if (len > (uint64_t)(s->end - s->p))
		return false;
	s->p += len;
	return true;
}

/* What is cut short still yields its beginning: the request number comes first. */
static bool read_bytes(struct span *s, struct span *ret)
{
	uint64_t len;
	if (!read_varint(s, &len))
		return false;
	ret->p = s->p;
	if (!skip(s, len))
		s->p = s->end;
	ret->end = s->p;
	return true;
}

static bool read_field(struct span *s, struct field *ret)
{
	uint64_t tag;
	if (s->p == s->end || !read_varint(s, &tag))
		return false;
	*ret = (struct field){.number = tag >> 3, .type = (unsigned)(tag & 7)};
	switch (ret->type) {
	case WIRE_VARINT:
		return read_varint(s, &ret->value);
	case WIRE_FIXED64:
		return skip(s, 8);
	case WIRE_BYTES:
		return read_bytes(s, &ret->bytes);
	case WIRE_FIXED32:
		return skip(s, 4);
	default:
		return false;
	}
}

/* Messages whose field 1 is a request number. */
static bool has_request(uint64_t body)
{
	switch (body) {
	case NETRAL__V1__ENVELOPE__BODY_SUBMIT:
	case NETRAL__V1__ENVELOPE__BODY_RECORD:
	case NETRAL__V1__ENVELOPE__BODY_REPLAY:
	case NETRAL__V1__ENVELOPE__BODY_QUERY:
	case NETRAL__V1__ENVELOPE__BODY_SHOW:
	case NETRAL__V1__ENVELOPE__BODY_ARCHIVE:
	case NETRAL__V1__ENVELOPE__BODY_COVERAGE:
	case NETRAL__V1__ENVELOPE__BODY_STATUS_REQUEST:
	case NETRAL__V1__ENVELOPE__BODY_DEAD_LIST:
	case NETRAL__V1__ENVELOPE__BODY_DEAD_ACTION:
		return true;
	default:
		return false;
	}
}

static void peek_request(struct span body, uint64_t *ret_request)
{
	struct field f;
	while (read_field(&body, &f)) {
		if (f.number == REPLY_REQUEST && f.type == WIRE_VARINT) {
			*ret_request = f.value;
			return;
		}
	}
}

void wire_peek(const uint8_t *wire, size_t len, uint32_t *ret_version, uint64_t *ret_request)
{
	*ret_version = 0;
	*ret_request = 0;
	struct span s = {wire, wire + len};
	struct field f;
	while (read_field(&s, &f)) {
		if (f.number == ENVELOPE_VERSION && f.type == WIRE_VARINT)
			*ret_version = (uint32_t)f.value;
		else if (f.type == WIRE_BYTES && has_request(f.number))
			peek_request(f.bytes, ret_request);
	}
}
