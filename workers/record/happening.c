#include "workers/record/happening.h"

#include "lib/error.h"

#include <string.h>
#include <time.h>

enum { ROW_FORMAT = 1, DAY_SECONDS = 86400, DATE_LEN = 10 };

_Static_assert(SKETCH_BYTES == (int)CODEC_SKETCH_BYTES, "as it travels");
_Static_assert(sizeof(struct story_sketch) == SKETCH_BYTES, "numbers without padding");

bool report_id_equal(const struct report_id *a, const struct report_id *b)
{
	return a->record == b->record && a->number == b->number;
}

int report_id_compare(const struct report_id *a, const struct report_id *b)
{
	if (a->record != b->record)
		return a->record < b->record ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

void report_id_put(uint8_t out[static REPORT_ID_BYTES], const struct report_id *id)
{
	put_be64(out, id->record);
	put_be32(out + 8, id->number);
}

struct report_id report_id_get(const uint8_t *p)
{
	return (struct report_id){get_be64(p), get_be32(p + 8)};
}

/* --- writing and reading --- */

struct writer {
	uint8_t *at;
};

static void write_number(struct writer *w, uint64_t value, unsigned bytes)
{
	while (bytes-- > 0)
		*w->at++ = (uint8_t)(value >> 8 * bytes);
}

static void write_bytes(struct writer *w, const void *data, size_t len)
{
	memcpy(w->at, data, len);
	w->at += len;
}

static void write_id(struct writer *w, const struct report_id *id)
{
	report_id_put(w->at, id);
	w->at += REPORT_ID_BYTES;
}

/* One that fails once stays failed, so the checks are at the end. */
struct reader {
	const uint8_t *at;
	size_t left;
	bool failed;
};

static const uint8_t *take(struct reader *r, size_t len)
{
	static const uint8_t zeroes[SKETCH_BYTES];
	if (r->failed || r->left < len) {
		r->failed = true;
		return zeroes;
	}
	const uint8_t *p = r->at;
	r->at += len;
	r->left -= len;
	return p;
}

static uint8_t take_u8(struct reader *r)
{
	return *take(r, 1);
}

static uint16_t take_u16(struct reader *r)
{
	return get_be16(take(r, 2));
}

static uint32_t take_u32(struct reader *r)
{
	return get_be32(take(r, 4));
}

static uint64_t take_u64(struct reader *r)
{
	return get_be64(take(r, 8));
}

static struct report_id take_id(struct reader *r)
{
	return report_id_get(take(r, REPORT_ID_BYTES));
}

static struct reader begin_reading(const void *data, size_t len)
{
	struct reader r = {data, len, false};
	if (take_u8(&r) != ROW_FORMAT)
		r.failed = true;
	return r;
}

static int end_reading(const struct reader *r)
{
	return r->failed || r->left > 0 ? NETRAL_EMALFORMED : NETRAL_OK;
}

/* Numbers are little-endian in a sketch, as they lie in memory. An empty one takes one byte. */
static void write_sketch(struct writer *w, const struct story_sketch *s)
{
	static const struct story_sketch empty;
	bool present = memcmp(s, &empty, sizeof(empty)) != 0;
	write_number(w, present, 1);
	if (present)
		write_bytes(w, s->value, SKETCH_BYTES);
}

static void take_sketch(struct reader *r, struct story_sketch *ret)
{
	if (take_u8(r))
		memcpy(ret->value, take(r, SKETCH_BYTES), SKETCH_BYTES);
	else
		memset(ret, 0, sizeof(*ret));
}

/* --- happenings --- */

size_t happening_row_encode(const struct happening_row *h, uint8_t out[static HAPPENING_ROW_MAX])
{
	struct writer w = {out};
	write_number(&w, ROW_FORMAT, 1);
	write_id(&w, &h->face);
	write_number(&w, h->seq, 8);
	write_number(&w, h->count, 4);
	return (size_t)(w.at - out);
}

int happening_row_decode(const void *data, size_t len, struct happening_row *ret)
{
	struct reader r = begin_reading(data, len);
	ret->face = take_id(&r);
	ret->seq = take_u64(&r);
	ret->count = take_u32(&r);
	return end_reading(&r);
}

void member_key(uint8_t key[static MEMBER_KEY_BYTES], const struct report_id *happening,
		const struct report_id *report)
{
	report_id_put(key, happening);
	report_id_put(key + REPORT_ID_BYTES, report);
}

/* --- reports --- */

size_t report_row_encode(const struct report_row *r, uint8_t out[static REPORT_HEAD_MAX])
{
	struct writer w = {out};
	write_number(&w, ROW_FORMAT, 1);
	write_number(&w, (uint64_t)r->state, 1);
	write_id(&w, &r->happening);
	write_number(&w, (uint64_t)r->status, 1);
	write_sketch(&w, &r->sketch);
	return (size_t)(w.at - out);
}

int report_row_decode(const void *data, size_t len, struct report_row *ret)
{
	struct reader r = begin_reading(data, len);
	ret->state = (enum report_state)take_u8(&r);
	ret->happening = take_id(&r);
	ret->status = (enum event_status)take_u8(&r);
	take_sketch(&r, &ret->sketch);
	ret->body = (struct bytes){r.at, r.left};
	if (ret->state < REPORT_MEMBER || ret->state > REPORT_WITHDRAWN)
		r.failed = true;
	return r.failed ? NETRAL_EMALFORMED : NETRAL_OK;
}

/* --- candidates --- */

/* Days since 1970 of "2024-08-21" and what follows it; -1 for anything else. */
static int64_t days_of(const struct text *published)
{
	char date[DATE_LEN + 1];
	struct tm tm = {0};
	if (published->len < DATE_LEN)
		return -1;
	memcpy(date, published->ptr, DATE_LEN);
	date[DATE_LEN] = '\0';
	const char *end = strptime(date, "%Y-%m-%d", &tm);
	return end && *end == '\0' ? (int64_t)timegm(&tm) / DAY_SECONDS : -1;
}

/* A newspaper east of Greenwich is a day ahead. */
uint32_t story_day(const struct text *published, uint64_t accepted_us)
{
	int64_t accepted = (int64_t)(accepted_us / 1000000 / DAY_SECONDS);
	int64_t day = days_of(published);
	return (uint32_t)(day < 0 || day > accepted + 1 ? accepted : day);
}

void candidate_prefix(uint8_t key[static CANDIDATE_PREFIX_BYTES], uint32_t period, int kind,
		      const char *area)
{
	put_be32(key, period);
	topic_key(key + 4, kind, area);
}

void candidate_key(uint8_t key[static CANDIDATE_KEY_BYTES], uint32_t day, int kind,
		   const char *area, const struct report_id *report)
{
	candidate_prefix(key, day / CANDIDATE_PERIOD_DAYS, kind, area);
	report_id_put(key + CANDIDATE_PREFIX_BYTES, report);
}

static void write_facts(struct writer *w, const struct story_facts *f)
{
	write_number(w, f->kind, 1);
	write_number(w, f->status, 1);
	write_number(w, f->scope, 1);
	write_bytes(w, f->area, sizeof(f->area));
	write_number(w, f->day, 4);
	write_number(w, f->press_day, 4);
	write_number(w, f->count, 8);
	write_number(w, f->count_qualifier, 1);
	write_number(w, f->conduct, 2);
	write_number(w, f->offices, 2);
	write_number(w, f->person_count, 1);
	for (unsigned i = 0; i < f->person_count; i++)
		write_number(w, f->people[i], 4);
}

static void take_facts(struct reader *r, struct story_facts *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->kind = take_u8(r);
	ret->status = take_u8(r);
	ret->scope = take_u8(r);
	memcpy(ret->area, take(r, sizeof(ret->area)), sizeof(ret->area));
	ret->area[sizeof(ret->area) - 1] = '\0';
	ret->day = take_u32(r);
	ret->press_day = take_u32(r);
	ret->count = take_u64(r);
	ret->count_qualifier = take_u8(r);
	ret->conduct = take_u16(r);
	ret->offices = take_u16(r);
	ret->person_count = take_u8(r);
	if (ret->person_count > STORY_PEOPLE_MAX) {
		r->failed = true;
		ret->person_count = 0;
	}
	for (unsigned i = 0; i < ret->person_count; i++)
		ret->people[i] = take_u32(r);
}

size_t candidate_row_encode(const struct candidate_row *c, uint8_t out[static CANDIDATE_ROW_MAX])
{
	struct writer w = {out};
	write_number(&w, ROW_FORMAT, 1);
	write_id(&w, &c->happening);
	write_number(&w, c->day, 4);
	write_facts(&w, &c->facts);
	write_sketch(&w, &c->sketch);
	return (size_t)(w.at - out);
}

int candidate_row_decode(const void *data, size_t len, struct candidate_row *ret)
{
	struct reader r = begin_reading(data, len);
	ret->happening = take_id(&r);
	ret->day = take_u32(&r);
	take_facts(&r, &ret->facts);
	take_sketch(&r, &ret->sketch);
	return end_reading(&r);
}
