/* totals.h - counted totals, one a row and never added: as a table for people, or in the columns of
 * an export. The main thread. */
#ifndef NETRAL_CLIENT_TOTALS_H
#define NETRAL_CLIENT_TOTALS_H

#include "client/export/export.h"
#include "client/names.h"
#include "client/style.h"

struct totals {
	const struct export_format *format; /* NULL: a table */
	struct export_settings settings;
	struct export_sink sink;
	struct names names;
	struct style style;
	uint64_t count; /* so far */
};

/* Writes to stdout. `format` is export_csv, export_jsonl or NULL. EX_OK, or an exit code after a
 * message. End it with totals_fini() in either case. */
int totals_init(struct totals *t, const struct export_format *format);
void totals_fini(struct totals *t); /* takes a zeroed one */

/* Writes those of a page that are totals. 0 or a negative code. */
int totals_put(struct totals *t, const struct update *updates, size_t count);
int totals_end(struct totals *t);

#endif
