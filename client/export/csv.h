/* csv.h - rows of cells, RFC 4180. The main thread. */
#ifndef NETRAL_CLIENT_EXPORT_CSV_H
#define NETRAL_CLIENT_EXPORT_CSV_H

#include "lib/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct csv {
	FILE *out;
	struct arena *arena; /* for what is made of one row */
	char separator;
	bool guarded;     /* a cell that a spreadsheet would take for a formula gets a "'" */
	unsigned columns; /* of the row so far */
	bool exhausted;   /* the arena was full: a cell is missing */
};

/* Text from outside, as one line; "" is a cell without quotes, which typed readers take for null.
 */
void csv_text(struct csv *c, const char *s, size_t len);
void csv_word(struct csv *c, const char *s);
void csv_number(struct csv *c, uint64_t n);
void csv_row_end(struct csv *c);

#endif
