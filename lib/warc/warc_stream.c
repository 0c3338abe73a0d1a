#include "lib/warc/warc_stream.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <string.h>

enum {
	/* zlib: the largest window, and a gzip header only. */
	GZIP_BITS = 15 + 16,
	MAGIC = 3,
	/* Bytes looked at to tell a member from bytes that look like one: the longest header of a
	 * deflate block (RFC 1951, 3.2.7) has about 570, a gzip header without names about 20. */
	TRIAL = 1024,
	/* Inflating a damaged member seldom runs further than this before it is noticed. A bound,
	 * because members may stand within members. */
	LOOK_BACK = 4096,
	MARK = 6, /* "WARC/" and a digit */
};

int stream_init(struct warc_stream *s, warc_read_fn *read, void *user, uint64_t offset)
{
	*s = (struct warc_stream){.read = read, .user = user, .raw_offset = offset};
	s->raw = fault_malloc(STREAM_WINDOW);
	s->out = fault_malloc(STREAM_WINDOW);
	if (!s->raw || !s->out || inflateInit2(&s->z, GZIP_BITS) != Z_OK)
		return NETRAL_ENOMEM;
	s->z_ready = true;
	return NETRAL_OK;
}

void stream_fini(struct warc_stream *s)
{
	if (s->z_ready)
		inflateEnd(&s->z);
	free(s->raw);
	free(s->out);
	*s = (struct warc_stream){0};
}

/* --- raw bytes --- */

/* Makes room in a full window; LOOK_BACK bytes stay behind. */
static void raw_compact(struct warc_stream *s)
{
	size_t gone = s->raw_at > LOOK_BACK ? s->raw_at - LOOK_BACK : 0;
	memmove(s->raw, s->raw + gone, s->raw_len - gone);
	s->raw_len -= gone;
	s->raw_at -= gone;
	s->raw_offset += gone;
}

/* 1 when there are more, 0 at the end. */
static int raw_more(struct warc_stream *s)
{
	if (s->raw_ended)
		return 0;
	if (s->raw_len == STREAM_WINDOW)
		raw_compact(s);
	netral_assert(s->raw_len < STREAM_WINDOW);
	int64_t n = s->read(s->user, s->raw + s->raw_len, STREAM_WINDOW - s->raw_len);
	if (n < 0)
		return (int)n;
	netral_assert((uint64_t)n <= STREAM_WINDOW - s->raw_len);
	s->raw_len += (size_t)n;
	s->raw_ended = n == 0;
	return n > 0;
}

static int raw_want(struct warc_stream *s, size_t n)
{
	while (s->raw_len - s->raw_at < n) {
		int r = raw_more(s);
		if (r <= 0)
			return r;
	}
	return 1;
}

static bool is_magic(const uint8_t *raw)
{
	return raw[0] == 0x1f && raw[1] == 0x8b && raw[2] == Z_DEFLATED;
}

/* --- a member --- */

static int inflate_some(struct warc_stream *s)
{
	s->z.next_in = s->raw + s->raw_at;
	s->z.avail_in = (uInt)(s->raw_len - s->raw_at);
	s->z.next_out = s->out + s->out_len;
	s->z.avail_out = (uInt)(STREAM_WINDOW - s->out_len);
	int z = inflate(&s->z, Z_NO_FLUSH);
	size_t made = STREAM_WINDOW - s->out_len - s->z.avail_out;
	s->raw_at = s->raw_len - s->z.avail_in;
	s->out_len += made;
	s->member_size += made;
	if (z == Z_MEM_ERROR)
		return NETRAL_ENOMEM;
	s->member_ended = z != Z_OK && z != Z_BUF_ERROR;
	s->member_bad = s->member_ended && z != Z_STREAM_END;
	return made > 0;
}

/* 1 when there are more bytes, 0 at the end of the member. */
static int member_more(struct warc_stream *s)
{
	if (s->out_at > 0)
		memmove(s->out, s->out + s->out_at, s->out_len - s->out_at);
	s->out_len -= s->out_at;
	s->out_at = 0;
	while (!s->member_ended) {
		int r = s->raw_at == s->raw_len ? raw_more(s) : 1;
		if (r < 0)
			return r;
		if (r == 0)
			s->member_ended = s->member_cut = true;
		else if ((r = inflate_some(s)) != 0)
			return r;
	}
	return 0;
}

static void enter_member(struct warc_stream *s)
{
	inflateReset2(&s->z, GZIP_BITS);
	s->member_offset = s->raw_offset + s->raw_at;
	s->member_size = 0;
	s->out_at = s->out_len = 0;
	s->in_member = true;
	s->member_ended = s->member_bad = s->member_cut = false;
}

/* The next raw bytes begin a member. */
static int raw_at_member(struct warc_stream *s)
{
	int r = raw_want(s, MAGIC);
	return r == 1 ? is_magic(s->raw + s->raw_at) : r;
}

static bool is_mark(const uint8_t *data)
{
	return memcmp(data, "WARC/", MARK - 1) == 0 && data[MARK - 1] >= '0' &&
	       data[MARK - 1] <= '9';
}

/* The same, and a record with it. No member may be under way: its state is used. */
static int raw_at_record_member(struct warc_stream *s)
{
	uint8_t begin[MARK];
	int r = raw_at_member(s);
	if (r != 1)
		return r;
	r = raw_want(s, TRIAL);
	if (r < 0)
		return r;
	size_t left = s->raw_len - s->raw_at;
	inflateReset2(&s->z, GZIP_BITS);
	s->z.next_in = s->raw + s->raw_at;
	s->z.avail_in = (uInt)(left < TRIAL ? left : TRIAL);
	s->z.next_out = begin;
	s->z.avail_out = MARK;
	int z = inflate(&s->z, Z_NO_FLUSH);
	return (z == Z_OK || z == Z_STREAM_END) && s->z.avail_out == 0 && is_mark(begin);
}

int stream_begin(struct warc_stream *s)
{
	if (s->in_member && (s->out_at < s->out_len || !s->member_ended))
		return 1;
	s->in_member = false;
	int r = raw_at_member(s);
	if (r == 1)
		enter_member(s);
	return r < 0 ? r : raw_want(s, 1);
}

int stream_at_member(struct warc_stream *s)
{
	return s->in_member ? 0 : raw_at_member(s);
}

int stream_at_record_member(struct warc_stream *s)
{
	return s->in_member ? 0 : raw_at_record_member(s);
}

int stream_continue(struct warc_stream *s)
{
	if (!s->in_member || s->out_at < s->out_len || !s->member_ended || s->member_bad ||
	    s->member_cut)
		return 0;
	int r = raw_at_member(s);
	if (r != 1)
		return r;
	r = raw_at_record_member(s);
	if (r < 0)
		return r;
	if (r == 0)
		enter_member(s);
	return r == 0;
}

void stream_leave_damaged(struct warc_stream *s)
{
	uint64_t from = s->member_offset + 1;
	if (s->raw_offset > from)
		from = s->raw_offset;
	size_t at = (size_t)(from - s->raw_offset);
	if (s->raw_at > at + LOOK_BACK)
		at = s->raw_at - LOOK_BACK;
	s->raw_at = at < s->raw_len ? at : s->raw_len;
	s->in_member = false;
}

/* --- the piece --- */

int stream_want(struct warc_stream *s, size_t n)
{
	netral_assert(n <= STREAM_WANT_MAX);
	if (!s->in_member)
		return raw_want(s, n);
	while (s->out_len - s->out_at < n) {
		int r = member_more(s);
		if (r <= 0)
			return r;
	}
	return 1;
}

const uint8_t *stream_data(const struct warc_stream *s)
{
	return s->in_member ? s->out + s->out_at : s->raw + s->raw_at;
}

size_t stream_len(const struct warc_stream *s)
{
	return s->in_member ? s->out_len - s->out_at : s->raw_len - s->raw_at;
}

void stream_take(struct warc_stream *s, size_t n)
{
	netral_assert(n <= stream_len(s));
	if (s->in_member)
		s->out_at += n;
	else
		s->raw_at += n;
}

struct warc_place stream_place(const struct warc_stream *s)
{
	size_t unread = s->out_len - s->out_at;
	if (s->in_member && (unread > 0 || !s->member_ended))
		return (struct warc_place){s->member_offset, s->member_size - unread};
	return (struct warc_place){s->raw_offset + s->raw_at, 0};
}
