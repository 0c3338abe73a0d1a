#include "lib/coding/coding.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <brotli/decode.h>
#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

enum {
	STEP = 64 << 10, /* room made at a time */
	GZIP = 15 + 16,  /* zlib: what a body is wrapped in */
	WRAPPED = 15,
	BARE = -15,
};

/* Where the decoded bytes go. */
struct sink {
	struct buf *out;
	size_t left;   /* bytes that `out` may still take */
	uint8_t *next; /* room for the next ones */
	size_t room;
	uint8_t surplus; /* takes one byte more: whether there is one decides */
};

static int make_room(struct sink *s)
{
	s->room = s->left < STEP ? s->left : STEP;
	int r = buf_reserve(s->out, s->room);
	s->next = s->left > 0 ? s->out->data + s->out->len : &s->surplus;
	s->room = s->left > 0 ? s->room : 1;
	return r;
}

/* False when it was the byte too many. */
static bool fill(struct sink *s, size_t n)
{
	if (s->left == 0)
		return n == 0;
	s->out->len += n;
	s->left -= n;
	return true;
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

bool coding_is_gzip(const void *data, size_t len)
{
	return len >= 3 && memcmp(data, "\x1f\x8b\x08", 3) == 0;
}

/* --- zlib --- */

/* One step. *ret_status is what inflate() says. 0, NETRAL_ENOMEM or CODING_FULL. */
static int inflate_step(z_stream *z, struct sink *s, int *ret_status)
{
	int r = make_room(s);
	if (r < 0)
		return r;
	z->next_out = s->next;
	z->avail_out = (uInt)s->room;
	*ret_status = inflate(z, Z_NO_FLUSH);
	if (*ret_status == Z_MEM_ERROR)
		return NETRAL_ENOMEM;
	return fill(s, s->room - z->avail_out) ? NETRAL_OK : CODING_FULL;
}

/* One stream, or the gzip members that follow one another. */
static int run_inflate(z_stream *z, int bits, struct sink *s)
{
	for (;;) {
		int status, r = inflate_step(z, s, &status);
		if (r != NETRAL_OK)
			return r;
		if (status == Z_STREAM_END && bits == GZIP &&
		    coding_is_gzip(z->next_in, z->avail_in))
			inflateReset(z);
		else if (status == Z_STREAM_END)
			return z->avail_in > 0 ? CODING_SURPLUS : CODING_DONE;
		else if (status != Z_OK)
			return status == Z_BUF_ERROR ? CODING_CUT : CODING_DAMAGED;
	}
}

static int inflate_as(int bits, const char *from, size_t len, struct sink *s)
{
	z_stream z = {0};
	if (inflateInit2(&z, bits) != Z_OK)
		return NETRAL_ENOMEM;
	z.next_in = (const Bytef *)from;
	z.avail_in = len < UINT_MAX ? (uInt)len : UINT_MAX;
	int r = run_inflate(&z, bits, s);
	inflateEnd(&z);
	return r;
}

static int undo_gzip(const char *from, size_t len, struct sink *s)
{
	return coding_is_gzip(from, len) ? inflate_as(GZIP, from, len, s) : CODING_NOT_THERE;
}

static int undo_deflate(const char *from, size_t len, struct sink *s)
{
	size_t left = s->left;
	if (is_markup(from, len))
		return CODING_NOT_THERE;
	int r = inflate_as(WRAPPED, from, len, s);
	if (r != CODING_DAMAGED || s->left < left)
		return r;
	return inflate_as(BARE, from, len, s);
}

/* --- brotli --- */

static int run_brotli(BrotliDecoderState *state, const char *from, size_t len, struct sink *s)
{
	const uint8_t *next_in = (const uint8_t *)from;
	for (;;) {
		int r = make_room(s);
		if (r < 0)
			return r;
		size_t room = s->room;
		BrotliDecoderResult status =
			BrotliDecoderDecompressStream(state, &len, &next_in, &room, &s->next, NULL);
		if (!fill(s, s->room - room))
			return CODING_FULL;
		if (status == BROTLI_DECODER_RESULT_SUCCESS)
			return len > 0 ? CODING_SURPLUS : CODING_DONE;
		if (status == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT)
			return CODING_CUT;
		if (status == BROTLI_DECODER_RESULT_ERROR)
			return CODING_DAMAGED;
	}
}

static int undo_brotli(const char *from, size_t len, struct sink *s)
{
	if (is_markup(from, len))
		return CODING_NOT_THERE;
	BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	if (!state)
		return NETRAL_ENOMEM;
	int r = run_brotli(state, from, len, s);
	BrotliDecoderDestroyInstance(state);
	return r;
}

int coding_undo(const struct text *name, const char *from, size_t len, size_t max, struct buf *out)
{
	static const struct {
		const char *name;
		int (*undo)(const char *from, size_t len, struct sink *s);
	} codings[] = {{"gzip", undo_gzip},
		       {"x-gzip", undo_gzip},
		       {"deflate", undo_deflate},
		       {"br", undo_brotli}};
	struct sink s = {.out = out, .left = max};
	for (size_t i = 0; i < netral_countof(codings); i++) {
		if (strlen(codings[i].name) == name->len &&
		    strncasecmp(codings[i].name, name->ptr, name->len) == 0)
			return len > 0 ? codings[i].undo(from, len, &s) : CODING_NOT_THERE;
	}
	return NETRAL_ENOTFOUND;
}
