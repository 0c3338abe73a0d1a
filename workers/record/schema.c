#include "workers/record/schema.h"

#include "lib/error.h"

#include <string.h>

enum { ARTICLE_FORMAT = 1, HASH_BYTES = 8 };

void put_be16(uint8_t *p, uint16_t v)
{
	v = __builtin_bswap16(v);
	memcpy(p, &v, sizeof(v));
}

void put_be32(uint8_t *p, uint32_t v)
{
	v = __builtin_bswap32(v);
	memcpy(p, &v, sizeof(v));
}

void put_be64(uint8_t *p, uint64_t v)
{
	v = __builtin_bswap64(v);
	memcpy(p, &v, sizeof(v));
}

uint16_t get_be16(const uint8_t *p)
{
	uint16_t v;
	memcpy(&v, p, sizeof(v));
	return __builtin_bswap16(v);
}

uint32_t get_be32(const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof(v));
	return __builtin_bswap32(v);
}

uint64_t get_be64(const uint8_t *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof(v));
	return __builtin_bswap64(v);
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "big-endian machines need no swap here");

/* --- writing --- */

static uint8_t *write_bytes(uint8_t *p, const void *data, size_t len)
{
	if (len)
		memcpy(p, data, len);
	return p + len;
}

static uint8_t *write_u8(uint8_t *p, uint8_t v)
{
	*p = v;
	return p + 1;
}

static uint8_t *write_u32(uint8_t *p, uint32_t v)
{
	put_be32(p, v);
	return p + 4;
}

static uint8_t *write_u64(uint8_t *p, uint64_t v)
{
	put_be64(p, v);
	return p + 8;
}

static uint8_t *write_text(uint8_t *p, const struct text *t)
{
	put_be16(p, (uint16_t)t->len);
	return write_bytes(p + 2, t->ptr, t->len);
}

static uint8_t *write_entry(uint8_t *p, const struct event_entry *e)
{
	p = write_u32(p, e->number);
	p = write_u64(p, e->seq);
	p = write_u8(p, e->kind);
	memset(p, 0, AREA_BYTES);
	memcpy(p, e->area, strnlen(e->area, AREA_BYTES));
	return p + AREA_BYTES;
}

size_t article_record_encode(const struct article_record *a, uint8_t out[static ARTICLE_RECORD_MAX])
{
	netral_assert(a->url.len <= ARTICLE_URL_MAX && a->title.len <= ARTICLE_TITLE_MAX &&
		      a->published.len <= ARTICLE_PUBLISHED_MAX &&
		      a->source.len <= ARTICLE_SOURCE_MAX);
	uint8_t *p = write_u8(out, ARTICLE_FORMAT);
	p = write_bytes(p, a->id.bytes, ARTICLE_ID_BYTES);
	p = write_u32(p, a->revision);
	p = write_u8(p, (uint8_t)a->hash_count);
	p = write_bytes(p, a->hashes, a->hash_count * HASH_BYTES);
	p = write_u64(p, a->accepted_us);
	p = write_u32(p, a->text_size);
	p = write_u32(p, a->next_number);
	p = write_u8(p, (uint8_t)a->event_count);
	for (size_t i = 0; i < a->event_count; i++)
		p = write_entry(p, &a->events[i]);
	p = write_text(p, &a->url);
	p = write_text(p, &a->title);
	p = write_text(p, &a->published);
	p = write_text(p, &a->source);
	return (size_t)(p - out);
}

/* --- reading: a span that fails once stays failed, so the checks are at the end --- */

struct span {
	const uint8_t *p;
	size_t left;
	int failed;
};

static const uint8_t *take(struct span *s, size_t len)
{
	static const uint8_t zeroes[HASH_BYTES * VERSION_HASHES_MAX];
	if (s->failed || s->left < len) {
		s->failed = 1;
		return len <= sizeof(zeroes) ? zeroes : NULL;
	}
	const uint8_t *p = s->p;
	s->p += len;
	s->left -= len;
	return p;
}

static size_t take_count(struct span *s, size_t max)
{
	size_t n = *take(s, 1);
	if (n > max)
		s->failed = 1;
	return s->failed ? 0 : n;
}

static struct text take_text(struct span *s, size_t max)
{
	size_t len = get_be16(take(s, 2));
	if (len > max)
		s->failed = 1;
	const uint8_t *p = s->failed ? NULL : take(s, len);
	return s->failed ? (struct text){"", 0} : (struct text){(const char *)p, len};
}

static void take_entry(struct span *s, struct event_entry *e)
{
	e->number = get_be32(take(s, 4));
	e->seq = get_be64(take(s, 8));
	e->kind = *take(s, 1);
	memcpy(e->area, take(s, AREA_BYTES), AREA_BYTES);
	e->area[AREA_BYTES] = '\0';
}

static void take_version(struct span *s, struct article_record *a)
{
	a->revision = get_be32(take(s, 4));
	a->hash_count = take_count(s, VERSION_HASHES_MAX);
	memcpy(a->hashes, take(s, a->hash_count * HASH_BYTES), a->hash_count * HASH_BYTES);
}

int article_record_id(const void *data, size_t len, struct article_id *ret_id)
{
	struct span s = {data, len, 0};
	uint8_t format = *take(&s, 1);
	memcpy(ret_id->bytes, take(&s, ARTICLE_ID_BYTES), ARTICLE_ID_BYTES);
	return s.failed || format != ARTICLE_FORMAT ? NETRAL_EMALFORMED : NETRAL_OK;
}

int article_record_decode(const void *data, size_t len, struct article_record *ret)
{
	if (article_record_id(data, len, &ret->id) < 0)
		return NETRAL_EMALFORMED;
	struct span s = {data, len, 0};
	take(&s, 1 + ARTICLE_ID_BYTES);
	take_version(&s, ret);
	ret->accepted_us = get_be64(take(&s, 8));
	ret->text_size = get_be32(take(&s, 4));
	ret->next_number = get_be32(take(&s, 4));
	ret->event_count = take_count(&s, EVENTS_PER_ARTICLE_MAX);
	for (size_t i = 0; i < ret->event_count; i++)
		take_entry(&s, &ret->events[i]);
	ret->url = take_text(&s, ARTICLE_URL_MAX);
	ret->title = take_text(&s, ARTICLE_TITLE_MAX);
	ret->published = take_text(&s, ARTICLE_PUBLISHED_MAX);
	ret->source = take_text(&s, ARTICLE_SOURCE_MAX);
	return s.failed || s.left > 0 || ret->hash_count == 0 ? NETRAL_EMALFORMED : NETRAL_OK;
}

struct classifier_version article_record_version(const struct article_record *a)
{
	struct classifier_version v = {.revision = a->revision};
	memcpy(v.data_hash, a->hashes[a->hash_count - 1], sizeof(v.data_hash));
	return v;
}

bool article_record_in_force(const struct article_record *a, const struct classifier_version *v)
{
	return a->revision == v->revision &&
	       memcmp(a->hashes[a->hash_count - 1], v->data_hash, sizeof(v->data_hash)) == 0;
}

void topic_key(uint8_t key[static TOPIC_KEY_BYTES], int kind, const char *area)
{
	key[0] = (uint8_t)kind;
	memset(key + 1, 0, AREA_BYTES);
	memcpy(key + 1, area, strnlen(area, AREA_BYTES));
}
