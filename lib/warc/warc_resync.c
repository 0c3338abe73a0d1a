/* Finding a record again: a line that begins with "WARC/" and a digit, or among raw bytes a gzip
 * member that inflates to one. */
#include "lib/warc/warc_internal.h"

#include <string.h>

enum { MARK = 6 };

static bool is_mark(const uint8_t *d)
{
	return memcmp(d, "WARC/", MARK - 1) == 0 && d[MARK - 1] >= '0' && d[MARK - 1] <= '9';
}

/* Where the next byte is that a record may begin with. */
static size_t candidate(const uint8_t *data, size_t len, uint8_t before)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] == 0x1f || (data[i] == 'W' && before == '\n'))
			return i;
		before = data[i];
	}
	return len;
}

static void pass(struct warc_reader *r, size_t n)
{
	if (n == 0)
		return;
	r->before = stream_data(&r->stream)[n - 1];
	stream_take(&r->stream, n);
}

/* Is it one? */
static int check(struct warc_reader *r)
{
	struct warc_stream *s = &r->stream;
	if (stream_data(s)[0] == 0x1f)
		return stream_at_record_member(s);
	int got = stream_want(s, MARK);
	return got == 1 ? is_mark(stream_data(s)) : got;
}

int reader_resync(struct warc_reader *r)
{
	struct warc_stream *s = &r->stream;
	for (;;) {
		int got = stream_want(s, 1);
		if (got < 0)
			return got;
		if (got == 0 && s->in_member && (s->member_bad || s->member_cut)) {
			stream_leave_damaged(s);
			continue;
		}
		/* The end of a member: what follows is looked at like any begin. */
		if (got == 0)
			return s->in_member;
		size_t len = stream_len(s);
		size_t at = candidate(stream_data(s), len, r->before);
		pass(r, at);
		if (at == len)
			continue;
		got = check(r);
		if (got != 0)
			return got;
		pass(r, 1);
	}
}
