#include "workers/classify/lexicon.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "workers/classify/date.h"

#include <string.h>

/* phrases_add() with its failure told as an error of the current line. */
static int add(const struct table *t, struct phrases *p, enum phrase_group group, int64_t value,
	       const char *text, uint8_t flags)
{
	int r = phrases_add(p, group, t->field[0], value, text, flags);
	if (r == NETRAL_ETOOBIG)
		return table_fail(t, "a phrase has at most %d bytes, all tables %d phrases",
				  PHRASE_LEN_MAX, PHRASES_MAX);
	return r;
}

/* The index of `name` in a list of names, or an error of the current line. */
static int one_of(const struct table *t, const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return (int)i;
	}
	return table_fail(t, "\"%s\" is not a value of this column", name);
}

static int cue_row(const struct table *t, struct phrases *p)
{
	int group = phrase_group_parse(t->field[1]);
	if (group < 0)
		return table_fail(t, "no group is called \"%s\"", t->field[1]);
	int value = phrase_value_parse((enum phrase_group)group, t->field[2]);
	if (value < 0)
		return table_fail(t, "group %s has no value \"%s\"", t->field[1], t->field[2]);
	return add(t, p, (enum phrase_group)group, value, t->field[2], 0);
}

static int number_row(const struct table *t, struct phrases *p)
{
	static const char *const kinds[] = {"UNIT", "TIMES", "ONE", "SEVERAL", "ALL"};
	int kind = one_of(t, t->field[1], kinds, netral_countof(kinds));
	int64_t value = 0;
	int r = kind < 0 ? kind : table_number(t, 2, 0, 1000000000, &value);
	return r < 0 ? r : add(t, p, GROUP_NUMBER, value, "", (uint8_t)kind);
}

static int calendar_row(const struct table *t, struct phrases *p)
{
	static const char *const kinds[] = {"MONTH", "WEEKDAY",
#define X(name) #name,
					    DATE_WORDS(X)
#undef X
	};
	static const struct {
		enum phrase_group group;
		int64_t min, max;
	} ranges[] = {{GROUP_MONTH, 1, 12}, {GROUP_WEEKDAY, 1, 7}, {GROUP_DATEWORD, -31, 31}};
	int kind = one_of(t, t->field[1], kinds, netral_countof(kinds));
	if (kind < 0)
		return kind;
	const int words = netral_countof(ranges) - 1; /* the first kind that is a word */
	int range = kind < words ? kind : words;
	int64_t value = 0;
	int r = table_number(t, 2, ranges[range].min, ranges[range].max, &value);
	return r < 0 ? r : add(t, p, ranges[range].group, value, "", (uint8_t)(kind - range));
}

static int agency_row(const struct table *t, struct phrases *p)
{
	static const char *const kinds[] = {"LOCAL", "NATIONAL", "BARE", "SMALL"};
	static const char *const parts[] = {"ANY", "CASES", "GOVERNMENT", "NONE"};
	int kind = one_of(t, t->field[2], kinds, netral_countof(kinds));
	int part = kind < 0 ? kind : one_of(t, t->field[3], parts, netral_countof(parts));
	return part < 0 ? part : add(t, p, GROUP_AGENCY, kind, t->field[1], (uint8_t)part);
}

static int job_row(const struct table *t, struct phrases *p)
{
	static const char *const kinds[] = {"JOB",   "ACTING", "HEAD",   "SMALL",
					    "TITLE", "NOT",    "OUTSIDE"};
	int kind = one_of(t, t->field[1], kinds, netral_countof(kinds));
	return kind < 0 ? kind : add(t, p, GROUP_JOB, kind, "", 0);
}

static int legal_row(const struct table *t, struct phrases *p)
{
	return add(t, p, GROUP_LEGAL, 0, t->field[1], 0);
}

static int poll_row(const struct table *t, struct phrases *p)
{
	static const char *const kinds[] = {"GENERAL", "LOCAL", "PROVINCE", "AREA", "VILLAGE"};
	int kind = one_of(t, t->field[2], kinds, netral_countof(kinds));
	return kind < 0 ? kind : add(t, p, GROUP_POLL, kind, t->field[1], 0);
}

static int load(struct table_set *set, struct phrases *p, const char *name, const char *head,
		int (*row)(const struct table *, struct phrases *))
{
	netral_cleanup(table_close) struct table t = {0};
	int r = table_open(set, name, head, &t);
	if (r < 0)
		return r;
	while ((r = table_next(&t)) > 0) {
		r = row(&t, p);
		if (r < 0)
			return r;
	}
	return r;
}

int lexicon_load(struct table_set *set, struct phrases *phrases)
{
	static const struct {
		const char *name, *head;
		int (*row)(const struct table *, struct phrases *);
	} tables[] = {
		{"cues.tsv", "form\tgroup\tvalue", cue_row},
		{"numbers.tsv", "form\tkind\tvalue", number_row},
		{"calendar.tsv", "form\tkind\tvalue", calendar_row},
		{"agencies.tsv", "form\tnormal\tkind\tpart", agency_row},
		{"jobs.tsv", "form\tkind", job_row},
		{"legal.tsv", "form\tnormal", legal_row},
		{"polls.tsv", "form\tnormal\tkind", poll_row},
	};
	int r = NETRAL_OK;
	for (size_t i = 0; i < netral_countof(tables) && r == NETRAL_OK; i++)
		r = load(set, phrases, tables[i].name, tables[i].head, tables[i].row);
	return r;
}
