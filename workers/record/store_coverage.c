/* How many articles were read about each area, by month. An article is counted in each of its areas
 * and in their provinces, in the month in which it was published.
 *
 * What an article is counted as stands in "about", so that it can be taken back when the article is
 * classified again: a result that is sent twice, or late, never reaches this file (store_write.c),
 * and one that does replaces. The changes of a batch are gathered and put before the commit, since
 * most of its articles share the few rows of one month.
 *
 * A page of news can say that it was published in any month; one that lies before OLDEST_MONTH, or
 * behind the month after the one in which the article came in, is not believed. So the rows of a
 * year are bounded by the areas that there can be. */
#include "workers/record/store_recording.h"

#include "proto/filter.h"

#include <ctype.h>
#include <stdlib.h>
#include <time.h>

enum {
	ABOUT_FORMAT = 1,
	ABOUT_HEAD_BYTES = 1 + 4 + 1, /* format, month, number of areas */
	ABOUT_MAX = ABOUT_HEAD_BYTES + ARTICLE_AREAS_MAX * AREA_BYTES,
	OLDEST_MONTH = 199001,
};

/* What an article is counted as. */
struct about {
	uint32_t month;
	size_t count;
	char areas[ARTICLE_AREAS_MAX][AREA_BYTES + 1];
};

/* --- months --- */

static uint32_t month_of_time(uint64_t real_us)
{
	time_t seconds = (time_t)(real_us / 1000000U);
	struct tm tm = {0};
	if (!gmtime_r(&seconds, &tm) || tm.tm_year < 0 || tm.tm_year > 9999 - 1900)
		return OLDEST_MONTH;
	return (uint32_t)(tm.tm_year + 1900) * 100 + (uint32_t)tm.tm_mon + 1;
}

static uint32_t month_after(uint32_t month)
{
	return month % 100 == 12 ? month + 100 - 11 : month + 1;
}

/* 0: it says none. article_check() has seen to the form, but of the submitter's copy only. */
static uint32_t month_printed(const struct text *published)
{
	uint32_t month = 0;
	for (size_t i = 0; i < 7; i++) {
		if (i >= published->len)
			return 0;
		unsigned char c = (unsigned char)published->ptr[i];
		if (i == 4 ? c != '-' : !isdigit(c))
			return 0;
		month = i == 4 ? month : month * 10 + (c - '0');
	}
	return month % 100 >= 1 && month % 100 <= 12 ? month : 0;
}

static uint32_t month_of_article(const struct article_record *a)
{
	uint32_t came = month_of_time(a->accepted_us), printed = month_printed(&a->published);
	return printed >= OLDEST_MONTH && printed <= month_after(came) ? printed : came;
}

/* --- rows of "about" --- */

static size_t encode_about(const struct about *a, uint8_t out[static ABOUT_MAX])
{
	out[0] = ABOUT_FORMAT;
	put_be32(out + 1, a->month);
	out[5] = (uint8_t)a->count;
	for (size_t i = 0; i < a->count; i++) {
		uint8_t *p = out + ABOUT_HEAD_BYTES + i * AREA_BYTES;
		memset(p, 0, AREA_BYTES);
		memcpy(p, a->areas[i], strlen(a->areas[i]));
	}
	return ABOUT_HEAD_BYTES + a->count * AREA_BYTES;
}

static int decode_about(const MDB_val *v, struct about *ret)
{
	const uint8_t *p = v->mv_data;
	if (v->mv_size < ABOUT_HEAD_BYTES || p[0] != ABOUT_FORMAT || p[5] > ARTICLE_AREAS_MAX ||
	    v->mv_size != ABOUT_HEAD_BYTES + (size_t)p[5] * AREA_BYTES)
		return NETRAL_EMALFORMED;
	*ret = (struct about){.month = get_be32(p + 1), .count = p[5]};
	for (size_t i = 0; i < ret->count; i++)
		memcpy(ret->areas[i], p + ABOUT_HEAD_BYTES + i * AREA_BYTES, AREA_BYTES);
	return NETRAL_OK;
}

/* 1, 0 for an article that is not counted, or an error. */
static int load_about(struct store *s, uint64_t record, struct about *ret)
{
	MDB_val v;
	int r = store_get_number(s->batch, s->about, record, &v);
	if (r < 1)
		return r;
	r = decode_about(&v, ret);
	return r < 0 ? r : 1;
}

static int put_about(struct store *s, uint64_t record, const struct about *a, unsigned flags)
{
	uint8_t key[8], value[ABOUT_MAX];
	put_be64(key, record);
	size_t len = encode_about(a, value);
	return store_put(s->batch, s->about, key, sizeof(key), value, len, flags);
}

/* --- counting --- */

static int gather(struct store *s, uint32_t month, const char *area, int32_t by)
{
	struct coverage *c = &s->coverage;
	if (c->count == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 256;
		struct coverage_change *items = fault_realloc(c->items, cap * sizeof(*items));
		if (!items)
			return NETRAL_ENOMEM;
		c->items = items;
		c->cap = cap;
	}
	struct coverage_change *change = &c->items[c->count++];
	*change = (struct coverage_change){.by = by};
	put_be32(change->key, month);
	memcpy(change->key + 4, area, strnlen(area, AREA_BYTES));
	return NETRAL_OK;
}

static bool has_area(const struct about *a, size_t count, const char *area, size_t len)
{
	for (size_t i = 0; i < count; i++) {
		if (strncmp(a->areas[i], area, len) == 0)
			return true;
	}
	return false;
}

/* Adds `by` to the rows of each area, and once to those of each province. */
static int count_article(struct store *s, const struct about *a, int32_t by)
{
	int r = a->count ? NETRAL_OK : gather(s, a->month, "", by);
	for (size_t i = 0; i < a->count && r == NETRAL_OK; i++) {
		char province[] = {a->areas[i][0], a->areas[i][1], '\0'};
		if (strlen(a->areas[i]) > 2)
			r = gather(s, a->month, a->areas[i], by);
		if (r == NETRAL_OK && !has_area(a, i, province, 2))
			r = gather(s, a->month, province, by);
	}
	return r;
}

static void describe_about(const struct recording *rec, struct about *ret)
{
	*ret = (struct about){.month = month_of_article(&rec->article),
			      .count = rec->result->area_count};
	for (size_t i = 0; i < ret->count; i++)
		memcpy(ret->areas[i], rec->result->areas[i],
		       strnlen(rec->result->areas[i], AREA_BYTES));
}

static bool is_same(const struct about *a, const struct about *b)
{
	if (a->month != b->month || a->count != b->count)
		return false;
	return memcmp(a->areas, b->areas, sizeof(a->areas)) == 0;
}

int store_count_new(struct store *s, const struct recording *rec)
{
	struct about now;
	if (!rec->result->has_areas) {
		s->next.uncounted++;
		return NETRAL_OK;
	}
	describe_about(rec, &now);
	int r = put_about(s, rec->record, &now, MDB_APPEND);
	return r == NETRAL_OK ? count_article(s, &now, 1) : r;
}

int store_count_again(struct store *s, const struct recording *rec)
{
	struct about old, now;
	if (!rec->result->has_areas)
		return NETRAL_OK;
	describe_about(rec, &now);
	int known = load_about(s, rec->record, &old);
	if (known < 0 || (known && is_same(&old, &now)))
		return known < 0 ? known : NETRAL_OK;
	if (!known)
		s->next.uncounted--;
	int r = known ? count_article(s, &old, -1) : NETRAL_OK;
	if (r == NETRAL_OK)
		r = count_article(s, &now, 1);
	return r == NETRAL_OK ? put_about(s, rec->record, &now, 0) : r;
}

int store_count_erased(struct store *s, uint64_t record)
{
	struct about old;
	uint8_t key[8];
	int known = load_about(s, record, &old);
	if (known < 0)
		return known;
	if (!known) {
		s->next.uncounted--;
		return NETRAL_OK;
	}
	put_be64(key, record);
	int r = store_delete(s->batch, s->about, key, sizeof(key));
	return r == NETRAL_OK ? count_article(s, &old, -1) : r;
}

const char *store_check_areas(const struct result *r)
{
	if (r->area_count > ARTICLE_AREAS_MAX)
		return "areas: more than 8";
	for (size_t i = 0; i < r->area_count; i++) {
		const char *code = r->areas[i];
		if (strlen(code) > AREA_BYTES || strcmp(code, "ID") == 0 ||
		    strcmp(code, "none") == 0 || filter_area_check(code) < 0)
			return "areas: a code is not known";
		for (size_t k = 0; k < i; k++) {
			if (strcmp(code, r->areas[k]) == 0)
				return "areas: a code is given twice";
		}
	}
	return NULL;
}

/* --- before the commit --- */

static int compare_changes(const void *a, const void *b)
{
	const struct coverage_change *x = a, *y = b;
	return memcmp(x->key, y->key, sizeof(x->key));
}

static int put_change(MDB_cursor *c, const uint8_t key[static COVERAGE_KEY_BYTES], int64_t by)
{
	MDB_val k = mdb_bytes(key, COVERAGE_KEY_BYTES), v;
	uint8_t value[8];
	int rc = mdb_cursor_get(c, &k, &v, MDB_SET);
	if (rc && rc != MDB_NOTFOUND)
		return lmdb_error(rc);
	if (rc == 0 && v.mv_size != sizeof(value))
		return NETRAL_EMALFORMED;
	uint64_t count = rc == 0 ? get_be64(v.mv_data) : 0;
	if (by < 0 && count < (uint64_t)-by)
		return NETRAL_EMALFORMED;
	count += (uint64_t)by;
	if (count == 0)
		return lmdb_error(mdb_cursor_del(c, 0));
	put_be64(value, count);
	k = mdb_bytes(key, COVERAGE_KEY_BYTES);
	v = mdb_bytes(value, sizeof(value));
	return lmdb_error(mdb_cursor_put(c, &k, &v, rc == 0 ? MDB_CURRENT : 0));
}

static int put_changes(MDB_cursor *cursor, const struct coverage *c)
{
	int r = NETRAL_OK;
	for (size_t i = 0, n; i < c->count && r == NETRAL_OK; i += n) {
		int64_t by = 0;
		for (n = 0;
		     i + n < c->count && compare_changes(&c->items[i], &c->items[i + n]) == 0; n++)
			by += c->items[i + n].by;
		if (by)
			r = put_change(cursor, c->items[i].key, by);
	}
	return r;
}

/* Sorted, so that the cursor finds most keys in the page where it is. */
int store_put_coverage(struct store *s)
{
	const struct coverage *c = &s->coverage;
	MDB_cursor *cursor = NULL;
	if (c->count == 0)
		return NETRAL_OK;
	int r = lmdb_error(mdb_cursor_open(s->batch, s->counts, &cursor));
	if (r < 0)
		return r;
	qsort(c->items, c->count, sizeof(*c->items), compare_changes);
	r = put_changes(cursor, c);
	mdb_cursor_close(cursor);
	return r;
}

/* --- reading --- */

static int read_row(const MDB_val *k, const MDB_val *v, struct store_coverage *page)
{
	struct store_coverage_row *row = &page->rows[page->count];
	if (k->mv_size != COVERAGE_KEY_BYTES || v->mv_size != 8)
		return NETRAL_EMALFORMED;
	const uint8_t *key = k->mv_data;
	*row = (struct store_coverage_row){.month = get_be32(key),
					   .articles = get_be64(v->mv_data)};
	memcpy(row->area, key + 4, AREA_BYTES);
	page->count++;
	return NETRAL_OK;
}

int store_coverage(struct store *s, const struct msg_coverage *asked, struct store_coverage *page)
{
	uint8_t start[COVERAGE_KEY_BYTES] = {0};
	bool goes_on = asked->after_month >= asked->since && asked->after_month;
	MDB_cursor *c = NULL;
	MDB_val k = mdb_bytes(start, sizeof(start)), v;
	put_be32(start, goes_on ? asked->after_month : asked->since);
	if (goes_on)
		memcpy(start + 4, asked->after_area, strnlen(asked->after_area, AREA_BYTES));
	page->count = 0;
	page->more = false;
	int rc = mdb_cursor_open(s->reader, s->counts, &c);
	if (rc)
		return lmdb_error(rc);
	int r = NETRAL_OK;
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	if (rc == 0 && goes_on && k.mv_size == sizeof(start) &&
	    memcmp(k.mv_data, start, sizeof(start)) == 0)
		rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	while (rc == 0 && r == NETRAL_OK) {
		if (k.mv_size >= 4 && asked->until && get_be32(k.mv_data) > asked->until)
			break;
		page->more = page->count == CODEC_COVERAGE_MAX;
		if (page->more)
			break;
		r = read_row(&k, &v, page);
		rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	return r < 0 || rc == MDB_NOTFOUND ? r : lmdb_error(rc);
}
