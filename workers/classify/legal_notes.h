/* legal_notes.h - what a reader should know of a cited instrument: that it was no longer in force
 * when it was cited, or what the press commonly gets wrong about it. */
#ifndef NETRAL_WORKERS_CLASSIFY_LEGAL_NOTES_H
#define NETRAL_WORKERS_CLASSIFY_LEGAL_NOTES_H

#include "workers/classify/calendar.h"
#include "workers/classify/phrases.h"
#include "workers/classify/tables.h"

enum { LEGAL_NOTES_MAX = 256 };

struct legal_note {
	const char *form, *text; /* kept by the phrases */
	struct day since;        /* year 0: always */
};

struct legal_notes {
	struct legal_note *list;
	size_t count, cap;
};

/* Reads legal_notes.tsv. 0 or an error of table_open()/table_next(). */
int legal_notes_load(struct legal_notes *n, struct table_set *set, struct phrases *phrases);
void legal_notes_fini(struct legal_notes *n); /* takes a zeroed list */

/* The note on the normal form `form` in an article of `day` (year 0: unknown), or NULL. */
const struct legal_note *legal_notes_find(const struct legal_notes *n, const char *form,
					  struct day day);

#endif
