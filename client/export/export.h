/* export.h - events in the forms that other programs read; docs/exports.md describes them.
 *
 * A format gets one event after the other, holds none of them, and writes to a stream: the memory
 * it takes does not grow. What it gets is masked already. The main thread. */
#ifndef NETRAL_CLIENT_EXPORT_EXPORT_H
#define NETRAL_CLIENT_EXPORT_EXPORT_H

#include "proto/codec.h"

#include <stdbool.h>
#include <stdio.h>

struct export_settings {
	bool totals;      /* counted totals, in a table of their own, instead of cases */
	bool bom;         /* csv: begins with a byte order mark */
	char separator;   /* csv */
	uint8_t feed[16]; /* atom: tells this selection from this store from any other */
};

struct export_sink {
	FILE *out;
	const struct export_settings *settings;
	struct arena arena; /* of one event; the caller resets it between two */
	void *state;        /* of the format */
	bool begun;         /* likewise */
	uint64_t left_out;  /* events that have no place in the format */
};

struct export_format {
	const char *name;
	/* Each 0 or a negative code; what could not be written is seen on the stream. `end` is not
	 * called after a failure, `fini` always, also when `begin` was not. fini may be NULL. */
	int (*begin)(struct export_sink *s);
	int (*put)(struct export_sink *s, const struct update *u);
	int (*end)(struct export_sink *s);
	void (*fini)(struct export_sink *s);
};

extern const struct export_format export_jsonl, export_csv, export_parquet_csv, export_atom,
	export_ics;

/* A UUID (version 8, RFC 9562) that is always the same for the same text. */
enum { EXPORT_UUID_SIZE = 37 };
void export_uuid(const char *text, size_t len, char ret[static EXPORT_UUID_SIZE]);

#endif
