#include "client/stats.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <stdio.h>
#include <string.h>

#define NONE "none" /* sorts behind every code and every month */

struct stats {
	enum stats_by by;
	struct stats_row *rows; /* sorted by order */
	size_t count, cap;
	uint64_t totals, beyond;
};

const char *stats_by_name(enum stats_by by)
{
	static const char *const names[] = {
#define X(name, enumerator) name,
		STATS_GROUPINGS(X)
#undef X
	};
	return names[by];
}

struct stats *stats_new(enum stats_by by)
{
	struct stats *s = fault_calloc(1, sizeof(*s));
	if (s)
		s->by = by;
	return s;
}

void stats_free(struct stats *s)
{
	if (!s)
		return;
	free(s->rows);
	free(s);
}

/* --- rows --- */

/* The row of `order`, or where it would stand. */
static size_t find(const struct stats *s, const char *order, bool *ret_found)
{
	size_t low = 0, high = s->count;
	*ret_found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int side = strcmp(s->rows[middle].order, order);
		if (side == 0) {
			*ret_found = true;
			return middle;
		}
		if (side < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int grow(struct stats *s)
{
	if (s->count == STATS_ROWS_MAX)
		return NETRAL_EFULL;
	if (s->count < s->cap)
		return NETRAL_OK;
	size_t cap = s->cap ? s->cap * 2 : 64;
	struct stats_row *rows = fault_realloc(s->rows, cap * sizeof(*rows));
	if (!rows)
		return NETRAL_ENOMEM;
	s->rows = rows;
	s->cap = cap;
	return NETRAL_OK;
}

/* What tells a group, and how it is shown. */
struct label {
	char order[16], group[32], name[64];
};

static int row_of(struct stats *s, const struct label *label, struct stats_row **ret)
{
	bool found;
	size_t at = find(s, label->order, &found);
	if (!found) {
		int r = grow(s);
		if (r < 0)
			return r;
		memmove(&s->rows[at + 1], &s->rows[at], (s->count - at) * sizeof(*s->rows));
		struct stats_row *row = &s->rows[at];
		*row = (struct stats_row){0};
		memcpy(row->order, label->order, sizeof(row->order));
		memcpy(row->group, label->group, sizeof(row->group));
		memcpy(row->name, label->name, sizeof(row->name));
		s->count++;
	}
	*ret = &s->rows[at];
	return NETRAL_OK;
}

static int count_in(struct stats *s, const struct label *label, const struct event *e)
{
	struct stats_row *row;
	int r = row_of(s, label, &row);
	if (r == NETRAL_EFULL) {
		s->beyond++;
		return NETRAL_OK;
	}
	if (r == NETRAL_OK)
		row->events[e->kind][e->status]++;
	return r;
}

/* --- labels --- */

static struct label label_none(void)
{
	return (struct label){.order = NONE, .group = NONE};
}

static struct label label_kind(const struct event *e)
{
	struct label l = {.name = ""};
	snprintf(l.order, sizeof(l.order), "%d", (int)e->kind);
	snprintf(l.group, sizeof(l.group), "%s", event_kind_name((int)e->kind));
	return l;
}

static struct label label_status(const struct event *e)
{
	struct label l = {.name = ""};
	snprintf(l.order, sizeof(l.order), "%d.%d", (int)e->kind, (int)e->status);
	snprintf(l.group, sizeof(l.group), "%s %s", event_kind_name((int)e->kind),
		 event_status_name((int)e->status));
	return l;
}

static struct label label_area(const char *code, const char *name)
{
	struct label l = {.name = ""};
	snprintf(l.order, sizeof(l.order), "%s", code);
	snprintf(l.group, sizeof(l.group), "%s", code);
	snprintf(l.name, sizeof(l.name), "%s", name);
	return l;
}

static struct label label_province(const struct event *e)
{
	char code[3] = "";
	if (!e->place.code[0])
		return label_none();
	snprintf(code, sizeof(code), "%s", e->place.code);
	return label_area(code, e->place.province[0] ? e->place.province : e->place.name);
}

static struct label label_regency(const struct event *e)
{
	return e->place.code[0] ? label_area(e->place.code, e->place.name) : label_none();
}

/* A day belongs to its month; of a year alone the month is not known. */
static struct label label_month(const struct event *e)
{
	struct label l = {.name = ""};
	if (!e->date.precision)
		return label_none();
	snprintf(l.order, sizeof(l.order), "%.7s", e->date.value);
	snprintf(l.group, sizeof(l.group), "%.7s", e->date.value);
	return l;
}

static struct label label_conduct(enum event_conduct conduct)
{
	struct label l = {.name = ""};
	snprintf(l.order, sizeof(l.order), "%03d", (int)conduct);
	snprintf(l.group, sizeof(l.group), "%s", event_conduct_name((int)conduct));
	return l;
}

/* --- taking --- */

static int take_conduct(struct stats *s, const struct event *e)
{
	int r = NETRAL_OK;
	if (e->kind != EVENT_KIND_VIOLATION)
		return r;
	for (size_t i = 0; i < e->conduct_count && r == NETRAL_OK; i++) {
		struct label l = label_conduct(e->conduct[i]);
		r = count_in(s, &l, e);
	}
	if (e->conduct_count == 0) {
		struct label l = label_none();
		r = count_in(s, &l, e);
	}
	return r;
}

static struct label label_of(const struct stats *s, const struct event *e)
{
	switch (s->by) {
	case STATS_KIND:
		return label_kind(e);
	case STATS_STATUS:
		return label_status(e);
	case STATS_PROVINCE:
		return label_province(e);
	case STATS_REGENCY:
		return label_regency(e);
	case STATS_MONTH:
		return label_month(e);
	case STATS_CONDUCT:
	case STATS_BY_COUNT:
		break;
	}
	return label_none();
}

/* A kind or status of a later version has no column here. */
static bool is_countable(const struct event *e)
{
	return e->kind > 0 && e->kind < (int)STATS_KINDS && e->status > 0 &&
	       e->status < (int)STATS_STATUSES;
}

int stats_take(struct stats *s, const struct event *e)
{
	if (e->scope == EVENT_SCOPE_TOTAL) {
		s->totals++;
		return NETRAL_OK;
	}
	if (!is_countable(e)) {
		s->beyond++;
		return NETRAL_OK;
	}
	if (s->by == STATS_CONDUCT)
		return take_conduct(s, e);
	struct label l = label_of(s, e);
	return count_in(s, &l, e);
}

int stats_announce(struct stats *s, const char *code, const char *name)
{
	struct stats_row *row;
	size_t len = strlen(code);
	bool province = len == 2 && strcmp(code, "ID") != 0;
	if (!(s->by == STATS_PROVINCE && province) && !(s->by == STATS_REGENCY && len == 5))
		return NETRAL_OK;
	struct label l = label_area(code, name);
	int r = row_of(s, &l, &row);
	if (r == NETRAL_OK)
		row->announced = true;
	return r;
}

/* --- articles --- */

bool stats_by_area(enum stats_by by)
{
	return by == STATS_PROVINCE || by == STATS_REGENCY;
}

int stats_cover(struct stats *s, const char *code, uint64_t articles)
{
	bool found;
	struct stats_row *row;
	if (!code[0]) {
		struct label l = label_none();
		int r = row_of(s, &l, &row);
		if (r == NETRAL_OK)
			row->articles += articles;
		return r == NETRAL_EFULL ? NETRAL_OK : r;
	}
	size_t at = find(s, code, &found);
	if (found)
		s->rows[at].articles += articles;
	return NETRAL_OK;
}

/* --- results --- */

const struct stats_row *stats_rows(const struct stats *s, size_t *ret_count)
{
	*ret_count = s->count;
	return s->rows;
}

uint64_t stats_totals(const struct stats *s)
{
	return s->totals;
}

uint64_t stats_beyond(const struct stats *s)
{
	return s->beyond;
}

uint64_t stats_sum(const struct stats_row *row, enum event_kind kind, enum event_status status)
{
	uint64_t sum = 0;
	for (int k = 1; k < STATS_KINDS; k++) {
		for (int st = 1; st < STATS_STATUSES; st++) {
			if ((kind == 0 || k == (int)kind) && (status == 0 || st == (int)status))
				sum += row->events[k][st];
		}
	}
	return sum;
}
