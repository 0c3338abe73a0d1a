/* Content codings. A decoder is fed all there is and makes room as it goes, so that a bomb ends at
 * the limit however small it is. */
#include "lib/error.h"
#include "lib/warc/warc_internal.h"

#include <brotli/decode.h>
#include <ctype.h>
#include <string.h>

enum {
	STEP = 64 << 10, /* room made at a time */
	GZIP = 15 + 16,  /* zlib: what a body is wrapped in */
	WRAPPED = 15,
	BARE = -15,
};

/* Room for the next bytes: how much, 0 at the limit, or NETRAL_ENOMEM. */
static int64_t make_room(struct buf *out, size_t start)
{
	size_t left = WARC_BODY_MAX - (out->len - start);
	size_t n = left < STEP ? left : STEP;
	int r = buf_reserve(out, n);
	return r < 0 ? r : (int64_t)n;
}

/* Some servers send HTML and say otherwise, crawlers undo a coding and leave the header: for
 * codings without a magic number that is all there is to tell by. */
static bool is_markup(const char *data, size_t len)
{
	if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
		data += 3;
		len -= 3;
	}
	while (len > 0 && strchr(" \t\r\n", data[0]) && data[0]) {
		data++;
		len--;
	}
	return len >= 2 && data[0] == '<' &&
	       (data[1] == '!' || data[1] == '?' || isalpha((unsigned char)data[1]));
}

static bool is_gzip(const uint8_t *data, size_t len)
{
	return len >= 3 && data[0] == 0x1f && data[1] == 0x8b && data[2] == Z_DEFLATED;
}

/* --- zlib --- */

/* One stream, or the gzip members that follow one another. */
static int run_inflate(z_stream *z, int bits, struct buf *out)
{
	size_t start = out->len;
	for (;;) {
		int64_t room = make_room(out, start);
		if (room <= 0)
			return room < 0 ? (int)room : CODING_FULL;
		z->next_out = out->data + out->len;
		z->avail_out = (uInt)room;
		int r = inflate(z, Z_NO_FLUSH);
		out->len += (size_t)room - z->avail_out;
		if (r == Z_MEM_ERROR)
			return NETRAL_ENOMEM;
		if (r == Z_STREAM_END && bits == GZIP && is_gzip(z->next_in, z->avail_in))
			inflateReset(z);
		else if (r == Z_STREAM_END)
			return CODING_DONE;
		else if (r != Z_OK)
			return CODING_CUT;
	}
}

static int inflate_as(int bits, const char *from, size_t len, struct buf *out)
{
	z_stream z = {0};
	if (inflateInit2(&z, bits) != Z_OK)
		return NETRAL_ENOMEM;
	z.next_in = (const Bytef *)from;
	z.avail_in = (uInt)len;
	int r = run_inflate(&z, bits, out);
	inflateEnd(&z);
	return r;
}

static int undo_gzip(const char *from, size_t len, struct buf *out)
{
	if (!is_gzip((const uint8_t *)from, len))
		return CODING_NOT_THERE;
	return inflate_as(GZIP, from, len, out);
}

/* RFC 9110 means the zlib format; some servers send it without its wrapping. */
static int undo_deflate(const char *from, size_t len, struct buf *out)
{
	size_t start = out->len;
	if (is_markup(from, len))
		return CODING_NOT_THERE;
	int r = inflate_as(WRAPPED, from, len, out);
	if (r != CODING_CUT || out->len > start)
		return r;
	return inflate_as(BARE, from, len, out);
}

/* --- brotli --- */

static int run_brotli(BrotliDecoderState *state, const char *from, size_t len, struct buf *out)
{
	const uint8_t *next_in = (const uint8_t *)from;
	size_t start = out->len;
	for (;;) {
		int64_t room = make_room(out, start);
		if (room <= 0)
			return room < 0 ? (int)room : CODING_FULL;
		size_t left = (size_t)room;
		uint8_t *next_out = out->data + out->len;
		BrotliDecoderResult r = BrotliDecoderDecompressStream(state, &len, &next_in, &left,
								      &next_out, NULL);
		out->len += (size_t)room - left;
		if (r == BROTLI_DECODER_RESULT_SUCCESS)
			return CODING_DONE;
		if (r != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT)
			return CODING_CUT;
	}
}

static int undo_brotli(const char *from, size_t len, struct buf *out)
{
	if (is_markup(from, len))
		return CODING_NOT_THERE;
	BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	if (!state)
		return NETRAL_ENOMEM;
	int r = run_brotli(state, from, len, out);
	BrotliDecoderDestroyInstance(state);
	return r;
}

int warc_decode(const struct text *name, const char *from, size_t len, struct buf *out)
{
	static const struct {
		const char *name;
		int (*undo)(const char *from, size_t len, struct buf *out);
	} codings[] = {{"gzip", undo_gzip},
		       {"x-gzip", undo_gzip},
		       {"deflate", undo_deflate},
		       {"br", undo_brotli}};
	for (size_t i = 0; i < sizeof(codings) / sizeof(codings[0]); i++) {
		if (fields_is(name, codings[i].name))
			return len > 0 ? codings[i].undo(from, len, out) : CODING_NOT_THERE;
	}
	return NETRAL_ENOTFOUND;
}
