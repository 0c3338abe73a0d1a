#include "daemon/journal_format.h"

#include "lib/error.h"
#include "lib/utf8.h"

#include <endian.h>
#include <string.h>

/* --- writing and reading one field --- */

static int put_u8(struct buf *out, uint8_t v)
{
	return buf_append(out, &v, 1);
}

static int put_u32(struct buf *out, uint32_t v)
{
	v = htobe32(v);
	return buf_append(out, &v, sizeof(v));
}

static int put_u64(struct buf *out, uint64_t v)
{
	v = htobe64(v);
	return buf_append(out, &v, sizeof(v));
}

/* Length and text. A reason may be cut, on a character. */
static int put_reason(struct buf *out, const char *s, size_t len)
{
	if (len > CODEC_REASON_MAX)
		len = utf8_cut(s, CODEC_REASON_MAX);
	int r = put_u32(out, (uint32_t)len);
	return r < 0 ? r : buf_append(out, s, len);
}

struct reading {
	const uint8_t *p;
	size_t left;
	bool failed; /* what was asked for is not there */
};

static const uint8_t *take(struct reading *in, size_t len)
{
	static const uint8_t zeros[ARTICLE_ID_BYTES];
	if (in->failed || in->left < len) {
		in->failed = true;
		return len <= sizeof(zeros) ? zeros : NULL;
	}
	const uint8_t *p = in->p;
	in->p += len;
	in->left -= len;
	return p;
}

static uint8_t take_u8(struct reading *in)
{
	return *take(in, 1);
}

static uint32_t take_u32(struct reading *in)
{
	uint32_t v;
	memcpy(&v, take(in, sizeof(v)), sizeof(v));
	return be32toh(v);
}

static uint64_t take_u64(struct reading *in)
{
	uint64_t v;
	memcpy(&v, take(in, sizeof(v)), sizeof(v));
	return be64toh(v);
}

static int begin(struct reading *in, const void *data, size_t len)
{
	*in = (struct reading){data, len, false};
	uint8_t version = take_u8(in);
	if (in->failed)
		return NETRAL_EMALFORMED;
	return version == FORMAT_VERSION ? NETRAL_OK : NETRAL_EVERSION;
}

/* Nothing may be missing, and nothing may follow. */
static int finish(const struct reading *in)
{
	return in->failed || in->left > 0 ? NETRAL_EMALFORMED : NETRAL_OK;
}

/* --- records --- */

struct format_key format_key(uint64_t seq)
{
	struct format_key key;
	seq = htobe64(seq);
	memcpy(key.bytes, &seq, sizeof(seq));
	return key;
}

int format_parse_key(const void *data, size_t len, uint64_t *ret_seq)
{
	struct reading in = {data, len, false};
	uint64_t seq = take_u64(&in);
	if (finish(&in) < 0)
		return NETRAL_EMALFORMED;
	*ret_seq = seq;
	return NETRAL_OK;
}

int format_article(const struct article *a, struct buf *out)
{
	int r = put_u8(out, FORMAT_VERSION);
	if (r == NETRAL_OK)
		r = buf_append(out, a->id.bytes, ARTICLE_ID_BYTES);
	return r < 0 ? r : codec_encode_article(a, out);
}

int format_parse_article(const void *data, size_t len, struct article_id *ret_id,
			 struct bytes *ret_article)
{
	struct reading in;
	int r = begin(&in, data, len);
	if (r < 0)
		return r;
	memcpy(ret_id->bytes, take(&in, ARTICLE_ID_BYTES), ARTICLE_ID_BYTES);
	*ret_article = (struct bytes){in.p, in.left};
	return in.failed ? NETRAL_EMALFORMED : NETRAL_OK;
}

int format_try(const struct journal_try *t, struct buf *out)
{
	int r = put_u8(out, FORMAT_VERSION);
	if (r == NETRAL_OK)
		r = put_u32(out, t->tries);
	if (r == NETRAL_OK)
		r = put_u8(out, t->suspect);
	if (r == NETRAL_OK)
		r = put_u64(out, t->not_before_us);
	return r < 0 ? r : put_reason(out, t->reason, t->reason_len);
}

int format_parse_try(const void *data, size_t len, struct journal_try *ret)
{
	struct reading in;
	struct journal_try t = {.seq = ret->seq};
	int r = begin(&in, data, len);
	if (r < 0)
		return r;
	t.tries = take_u32(&in);
	t.suspect = take_u8(&in) != 0;
	t.not_before_us = take_u64(&in);
	t.reason_len = take_u32(&in);
	t.reason = (const char *)take(&in, t.reason_len);
	r = finish(&in);
	if (r == NETRAL_OK)
		*ret = t;
	return r;
}

int format_dead(const struct journal_dead *d, struct bytes article, struct buf *out)
{
	int r = put_u8(out, FORMAT_VERSION);
	if (r == NETRAL_OK)
		r = put_u32(out, d->tries);
	if (r == NETRAL_OK)
		r = put_u64(out, d->died_us);
	if (r == NETRAL_OK)
		r = put_reason(out, d->reason, d->reason_len);
	return r < 0 ? r : buf_append(out, article.ptr, article.len);
}

int format_parse_dead(const void *data, size_t len, struct journal_dead *ret,
		      struct bytes *ret_article)
{
	struct reading in;
	struct journal_dead d = {.seq = ret->seq};
	int r = begin(&in, data, len);
	if (r < 0)
		return r;
	d.tries = take_u32(&in);
	d.died_us = take_u64(&in);
	d.reason_len = take_u32(&in);
	d.reason = (const char *)take(&in, d.reason_len);
	if (in.failed)
		return NETRAL_EMALFORMED;
	*ret_article = (struct bytes){in.p, in.left};
	r = format_parse_article(in.p, in.left, &d.id, &d.article);
	if (r == NETRAL_OK)
		*ret = d;
	return r;
}

void format_totals(const struct format_totals *t, uint8_t out[static FORMAT_TOTALS_BYTES])
{
	const uint64_t values[] = {htobe64(t->next_seq), htobe64(t->accepted), htobe64(t->recorded),
				   htobe64(t->buried)};
	_Static_assert(sizeof(values) + 1 == FORMAT_TOTALS_BYTES, "version and four numbers");
	out[0] = FORMAT_VERSION;
	memcpy(out + 1, values, sizeof(values));
}

int format_parse_totals(const void *data, size_t len, struct format_totals *ret)
{
	struct reading in;
	int r = begin(&in, data, len);
	if (r < 0)
		return r;
	struct format_totals t;
	t.next_seq = take_u64(&in);
	t.accepted = take_u64(&in);
	t.recorded = take_u64(&in);
	t.buried = take_u64(&in);
	r = finish(&in);
	if (r == NETRAL_OK)
		*ret = t;
	return r;
}
