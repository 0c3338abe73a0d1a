#include "lib/reader/reader.h"

#include "lib/error.h"
#include "lib/reader/reader_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { READ_STEP = 256 * 1024 };

void reader_lines_init(struct reader_lines *r, int fd)
{
	*r = (struct reader_lines){.fd = fd};
	/* One step more than a line: the line end is found in what was read with it. */
	buf_init(&r->buf, READER_LINE_MAX + 2 * READ_STEP);
}

void reader_lines_fini(struct reader_lines *r)
{
	buf_fini(&r->buf);
}

static int fail(struct reader_lines *r, int err)
{
	r->failed = true;
	return err;
}

/* Moves the unread rest to the front and reads a step behind it. */
static int fill(struct reader_lines *r)
{
	struct buf *b = &r->buf;
	if (b->data && r->at > 0) {
		memmove(b->data, b->data + r->at, b->len - r->at);
		b->len -= r->at;
		r->at = 0;
	}
	int err = buf_reserve(b, READ_STEP);
	if (err < 0)
		return err;
	for (;;) {
		ssize_t n = read(r->fd, b->data + b->len, READ_STEP);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return NETRAL_EIO;
		r->ended = n == 0;
		b->len += (size_t)n;
		return NETRAL_OK;
	}
}

/* The next line, blank or not: 1, 0 at the end, or negative. */
static int next_raw(struct reader_lines *r, struct text *ret_line)
{
	size_t searched = 0;
	for (;;) {
		const char *start = r->buf.data ? (const char *)r->buf.data + r->at : "";
		size_t have = r->buf.len - r->at;
		const char *end =
			have > searched ? memchr(start + searched, '\n', have - searched) : NULL;
		size_t len = end ? (size_t)(end - start) : have;
		if (len > READER_LINE_MAX)
			return NETRAL_ETOOBIG;
		if (end || (r->ended && have > 0)) {
			*ret_line = (struct text){start, len};
			r->returned = r->at;
			r->at += len + (end ? 1 : 0);
			return 1;
		}
		if (r->ended)
			return 0;
		searched = have;
		int err = fill(r);
		if (err < 0)
			return err;
	}
}

int reader_lines_next(struct reader_lines *r, struct text *ret_line)
{
	if (r->failed)
		return NETRAL_ECLOSED;
	for (;;) {
		struct text line;
		r->number++;
		int n = next_raw(r, &line);
		if (n < 0)
			return fail(r, n);
		if (n == 0)
			return 0;
		line = reader_trim(line.ptr, line.len);
		if (line.len == 0)
			continue;
		*ret_line = line;
		return 1;
	}
}

void reader_lines_repeat(struct reader_lines *r)
{
	r->at = r->returned;
	r->number--;
}
