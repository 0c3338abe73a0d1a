#include "lib/feed/gunzip.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <limits.h>
#include <string.h>
#define ZLIB_CONST /* next_in points at what is only read */
#include <zlib.h>

enum { STEP = 64 * 1024, GZIP_ONLY = 16 };

bool gunzip_is(const char *data, size_t len)
{
	return len >= 3 && memcmp(data, "\x1f\x8b\x08", 3) == 0;
}

/* Unpacks one piece. Returns what inflate() says. */
static int inflate_step(z_stream *z, struct buf *out, int *ret_err)
{
	size_t room = out->limit - out->len < STEP ? out->limit - out->len : (size_t)STEP;
	*ret_err = buf_reserve(out, room);
	if (*ret_err < 0)
		return Z_MEM_ERROR;
	z->next_out = out->data + out->len;
	z->avail_out = (uInt)room;
	int r = inflate(z, Z_NO_FLUSH);
	out->len += room - z->avail_out;
	return r;
}

static int inflate_all(z_stream *z, struct buf *out, bool *ret_cut)
{
	int err = NETRAL_OK, r = Z_OK;
	while (out->len < out->limit && r == Z_OK) {
		r = inflate_step(z, out, &err);
		if (r == Z_STREAM_END && gunzip_is((const char *)z->next_in, z->avail_in))
			r = inflateReset(z);
	}
	*ret_cut = r != Z_STREAM_END;
	return r == Z_MEM_ERROR ? NETRAL_ENOMEM : err;
}

int gunzip(const char *data, size_t len, struct buf *out, bool *ret_cut)
{
	z_stream z = {.next_in = (const Bytef *)data};
	size_t before = out->len;
	z.avail_in = len < UINT_MAX ? (uInt)len : UINT_MAX;
	if (inflateInit2(&z, MAX_WBITS + GZIP_ONLY) != Z_OK)
		return NETRAL_ENOMEM;
	int r = inflate_all(&z, out, ret_cut);
	inflateEnd(&z);
	if (r == NETRAL_OK && out->len == before && *ret_cut)
		return NETRAL_EMALFORMED;
	return r;
}
