/* A record is a version, numbers in the order in which they are walked below, and texts. A field is
 * only ever added at the end, with a new version. */
#include "poller/state_format.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <endian.h>
#include <string.h>

enum { FORMAT_VERSION = 1, SOURCE_TEXTS = 5, PENDING_TEXTS = 3 };

/* The numbers of a source, all as 64 bits. */
enum { NUMBERS = 14 + SCHEDULE_SILENCES + 6 + 6 + 2 };
struct numbers {
	uint64_t v[NUMBERS];
	size_t at;
};

static uint64_t bits_of(double d)
{
	uint64_t v;
	memcpy(&v, &d, sizeof(v));
	return v;
}

static double double_of(uint64_t v)
{
	double d;
	memcpy(&d, &v, sizeof(d));
	return d >= 0 && d < 1e18 ? d : 0; /* neither NaN nor what no schedule holds */
}

/* --- one walk over all numbers, to write and to read --- */

typedef void number_fn(struct numbers *n, uint64_t *value);

static void put_number(struct numbers *n, uint64_t *value)
{
	n->v[n->at++] = htobe64(*value);
}

static void take_number(struct numbers *n, uint64_t *value)
{
	*value = be64toh(n->v[n->at++]);
}

static void walk_double(struct numbers *n, number_fn *fn, double *value)
{
	uint64_t bits = bits_of(*value);
	fn(n, &bits);
	*value = double_of(bits);
}

static void walk_u32(struct numbers *n, number_fn *fn, uint32_t *value)
{
	uint64_t wide = *value;
	fn(n, &wide);
	*value = (uint32_t)wide;
}

static void walk_share(struct numbers *n, number_fn *fn, struct schedule_share *s)
{
	walk_double(n, fn, &s->recent);
	walk_double(n, fn, &s->usual);
	walk_u32(n, fn, &s->seen);
}

static void walk_schedule(struct numbers *n, number_fn *fn, struct schedule *s)
{
	uint64_t overrun = s->overrun;
	walk_double(n, fn, &s->news);
	walk_double(n, fn, &s->news_ms);
	fn(n, &s->answered_ms);
	fn(n, &s->polled_ms);
	fn(n, &s->retry_at_ms);
	fn(n, &s->pace_ms);
	walk_u32(n, fn, &s->failures);
	fn(n, &overrun);
	s->overrun = overrun != 0;
	fn(n, &s->hints.floor_ms);
	fn(n, &s->hints.habit_ms);
	walk_u32(n, fn, &s->hints.skip_hours);
	walk_u32(n, fn, &s->hints.skip_days);
	fn(n, &s->news_at_ms);
	fn(n, &s->period_ms);
	for (size_t i = 0; i < SCHEDULE_SILENCES; i++)
		fn(n, &s->silence_ms[i]);
	walk_share(n, fn, &s->dates);
	walk_share(n, fn, &s->articles);
}

static void walk(struct numbers *n, number_fn *fn, struct source_record *r)
{
	struct source_totals *t = &r->totals;
	uint64_t *const totals[] = {&t->polls,    &t->failures, &t->items,
				    &t->articles, &t->given_up, &t->last_article_ms};
	walk_schedule(n, fn, &r->schedule);
	for (size_t i = 0; i < netral_countof(totals); i++)
		fn(n, totals[i]);
	walk_u32(n, fn, &r->list_days);
	walk_u32(n, fn, &r->list_day);
	netral_assert(n->at == NUMBERS);
}

/* --- texts --- */

static int put_text(struct buf *out, const char *s, size_t len)
{
	uint16_t be = htobe16((uint16_t)len);
	int r = buf_append(out, &be, sizeof(be));
	return r < 0 ? r : buf_append(out, s, len);
}

struct reading {
	const uint8_t *p;
	size_t left;
};

static int take_text(struct reading *in, struct arena *arena, struct text *ret)
{
	uint16_t len;
	if (in->left < sizeof(len))
		return NETRAL_EMALFORMED;
	memcpy(&len, in->p, sizeof(len));
	len = be16toh(len);
	if (in->left - sizeof(len) < len)
		return NETRAL_EMALFORMED;
	const char *copy = arena_strndup(arena, (const char *)in->p + sizeof(len), len);
	*ret = (struct text){copy, len};
	in->p += sizeof(len) + len;
	in->left -= sizeof(len) + len;
	return copy ? NETRAL_OK : NETRAL_ENOMEM;
}

static int take_texts(struct reading *in, struct arena *arena, struct text *const *texts,
		      size_t count)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i < count && r == NETRAL_OK; i++)
		r = take_text(in, arena, texts[i]);
	return r == NETRAL_OK && in->left > 0 ? NETRAL_EMALFORMED : r;
}

/* --- sources --- */

int format_source(const struct source_record *record, struct buf *out)
{
	const uint8_t version = FORMAT_VERSION;
	struct source_record copy = *record;
	struct numbers n = {.at = 0};
	const char *texts[SOURCE_TEXTS] = {copy.name, copy.etag, copy.last_modified,
					   copy.answer_url, copy.error};
	walk(&n, put_number, &copy);
	int r = buf_append(out, &version, sizeof(version));
	if (r == NETRAL_OK)
		r = buf_append(out, n.v, sizeof(n.v));
	for (size_t i = 0; i < SOURCE_TEXTS && r == NETRAL_OK; i++)
		r = put_text(out, texts[i], strnlen(texts[i], ARTICLE_URL_MAX));
	return r;
}

int format_parse_source(const void *data, size_t len, struct arena *arena,
			struct source_record *ret)
{
	const uint8_t *p = data;
	struct numbers n = {.at = 0};
	struct source_record record = {.list_days = 0};
	struct text name, etag, last_modified, answer_url, error;
	struct text *const texts[SOURCE_TEXTS] = {&name, &etag, &last_modified, &answer_url,
						  &error};
	if (len < 1 + sizeof(n.v))
		return NETRAL_EMALFORMED;
	if (p[0] != FORMAT_VERSION)
		return NETRAL_EVERSION;
	memcpy(n.v, p + 1, sizeof(n.v));
	walk(&n, take_number, &record);
	struct reading in = {p + 1 + sizeof(n.v), len - 1 - sizeof(n.v)};
	int r = take_texts(&in, arena, texts, SOURCE_TEXTS);
	if (r < 0)
		return r;
	record.name = name.ptr;
	record.etag = etag.ptr;
	record.last_modified = last_modified.ptr;
	record.answer_url = answer_url.ptr;
	record.error = error.ptr;
	*ret = record;
	return NETRAL_OK;
}

/* --- items that wait --- */

struct pending_head {
	uint8_t version, has_text, is_html, is_content;
	uint32_t tries;
	uint64_t queued_ms, again_ms;
	uint8_t source[SOURCE_KEY_BYTES];
};
_Static_assert(sizeof(struct pending_head) == 40, "without padding");

int format_pending(const struct pending_record *record, struct buf *out)
{
	struct pending_head head = {.version = FORMAT_VERSION,
				    .has_text = record->has_text,
				    .is_html = record->is_html,
				    .is_content = record->is_content,
				    .tries = htobe32(record->tries),
				    .queued_ms = htobe64(record->queued_ms),
				    .again_ms = htobe64(record->again_ms)};
	memcpy(head.source, record->source.bytes, sizeof(head.source));
	const struct text *const texts[PENDING_TEXTS] = {&record->url, &record->title,
							 &record->published};
	int r = buf_append(out, &head, sizeof(head));
	for (size_t i = 0; i < PENDING_TEXTS && r == NETRAL_OK; i++)
		r = put_text(out, texts[i]->ptr, texts[i]->len);
	return r;
}

int format_parse_pending(const void *data, size_t len, struct arena *arena,
			 struct pending_record *ret)
{
	struct pending_head head;
	struct pending_record record = {.tries = 0};
	struct text *const texts[PENDING_TEXTS] = {&record.url, &record.title, &record.published};
	if (len < sizeof(head))
		return NETRAL_EMALFORMED;
	memcpy(&head, data, sizeof(head));
	if (head.version != FORMAT_VERSION)
		return NETRAL_EVERSION;
	memcpy(record.source.bytes, head.source, sizeof(head.source));
	record.has_text = head.has_text != 0;
	record.is_html = head.is_html != 0;
	record.is_content = head.is_content != 0;
	record.tries = be32toh(head.tries);
	record.queued_ms = be64toh(head.queued_ms);
	record.again_ms = be64toh(head.again_ms);
	struct reading in = {(const uint8_t *)data + sizeof(head), len - sizeof(head)};
	int r = take_texts(&in, arena, texts, PENDING_TEXTS);
	if (r == NETRAL_OK)
		*ret = record;
	return r;
}

/* --- keys and small values --- */

static void put_u32(uint8_t *out, uint32_t v)
{
	v = htobe32(v);
	memcpy(out, &v, sizeof(v));
}

static uint32_t get_u32(const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof(v));
	return be32toh(v);
}

void format_number(uint64_t number, uint8_t out[static FORMAT_NUMBER_BYTES])
{
	number = htobe64(number);
	memcpy(out, &number, sizeof(number));
}

uint64_t format_parse_number(const void *data)
{
	uint64_t number;
	memcpy(&number, data, sizeof(number));
	return be64toh(number);
}

void format_known(const struct source_key *owner, uint32_t day,
		  uint8_t out[static FORMAT_KNOWN_BYTES])
{
	memcpy(out, owner->bytes, FORMAT_OWNER_BYTES);
	put_u32(out + FORMAT_OWNER_BYTES, day);
}

uint32_t format_known_day(const void *data)
{
	return get_u32((const uint8_t *)data + FORMAT_OWNER_BYTES);
}

void format_day(const void *owner, uint32_t day, uint64_t key, uint8_t out[static FORMAT_DAY_BYTES])
{
	memcpy(out, owner, FORMAT_OWNER_BYTES);
	put_u32(out + FORMAT_OWNER_BYTES, day);
	format_number(key, out + FORMAT_OWNER_BYTES + sizeof(day));
}

struct format_day format_parse_day(const void *data)
{
	const uint8_t *p = data;
	return (struct format_day){p, get_u32(p + FORMAT_OWNER_BYTES),
				   format_parse_number(p + FORMAT_OWNER_BYTES + sizeof(uint32_t))};
}

void format_child_key(const struct source_key *owner, uint64_t key,
		      uint8_t out[static FORMAT_CHILD_KEY_BYTES])
{
	memcpy(out, owner->bytes, FORMAT_OWNER_BYTES);
	format_number(key, out + FORMAT_OWNER_BYTES);
}

void format_child(const struct state_child *c, uint8_t out[static FORMAT_CHILD_BYTES])
{
	format_number(c->read_ms, out);
	format_number(c->changed_ms, out + FORMAT_NUMBER_BYTES);
}

struct state_child format_parse_child(const void *data)
{
	const uint8_t *p = data;
	return (struct state_child){format_parse_number(p),
				    format_parse_number(p + FORMAT_NUMBER_BYTES)};
}
