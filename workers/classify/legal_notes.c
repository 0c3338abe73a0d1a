#include "workers/classify/legal_notes.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int grow(struct legal_notes *n)
{
	size_t cap = n->cap ? 2 * n->cap : 32;
	struct legal_note *list = fault_realloc(n->list, cap * sizeof(*list));
	if (!list)
		return NETRAL_ENOMEM;
	n->list = list;
	n->cap = cap;
	return NETRAL_OK;
}

/* "2023-10-31", or "-" for always. */
static int parse_since(const struct table *t, struct day *ret_day)
{
	const char *s = t->field[1];
	int used = 0;
	*ret_day = (struct day){0};
	if (strcmp(s, "-") == 0)
		return NETRAL_OK;
	if (sscanf(s, "%4d-%2d-%2d%n", &ret_day->year, &ret_day->month, &ret_day->day, &used) !=
		    3 ||
	    s[used] || !date_exists(ret_day->year, ret_day->month, ret_day->day))
		return table_fail(t, "\"%s\" is neither a day such as 2023-10-31 nor -", s);
	return NETRAL_OK;
}

static int add_note(struct legal_notes *n, const struct table *t, struct phrases *phrases)
{
	if (n->count == LEGAL_NOTES_MAX)
		return table_fail(t, "more than %d notes", LEGAL_NOTES_MAX);
	if (n->count == n->cap && grow(n) < 0)
		return NETRAL_ENOMEM;
	struct legal_note note = {.form = phrases_keep(phrases, t->field[0]),
				  .text = phrases_keep(phrases, t->field[2])};
	if (!note.form || !note.text)
		return NETRAL_ENOMEM;
	int r = parse_since(t, &note.since);
	if (r == NETRAL_OK)
		n->list[n->count++] = note;
	return r;
}

int legal_notes_load(struct legal_notes *n, struct table_set *set, struct phrases *phrases)
{
	netral_cleanup(table_close) struct table t = {0};
	int r = table_open(set, "legal_notes.tsv", "form\tsince\tnote\tsource", &t);
	while (r >= 0 && (r = table_next(&t)) > 0)
		r = add_note(n, &t, phrases);
	return r;
}

void legal_notes_fini(struct legal_notes *n)
{
	free(n->list);
	*n = (struct legal_notes){0};
}

const struct legal_note *legal_notes_find(const struct legal_notes *n, const char *form,
					  struct day day)
{
	for (size_t i = 0; i < n->count; i++) {
		const struct legal_note *note = &n->list[i];
		bool applies = note->since.year == 0 ||
			       (day.year && date_number(day) >= date_number(note->since));
		if (applies && strcmp(note->form, form) == 0)
			return note;
	}
	return NULL;
}
