/* tables.h - tab-separated tables with a fixed head line, read once, checked line by line. */
#ifndef NETRAL_WORKERS_CLASSIFY_TABLES_H
#define NETRAL_WORKERS_CLASSIFY_TABLES_H

#include <stddef.h>
#include <stdint.h>

enum { TABLE_COLUMNS_MAX = 8, TABLE_FILE_MAX = 8 << 20 };

/* Where all tables of a folder are read from, and what was read. */
struct table_set {
	const char *dir;
	char *error; /* receives "file:line: what is wrong" */
	size_t error_size;
	uint64_t hash; /* over names and contents, in the order of reading */
};

struct table {
	struct table_set *set;
	const char *name;
	char *content;
	char *next; /* where the next line begins */
	unsigned line;
	unsigned columns;
	const char
		*field[TABLE_COLUMNS_MAX]; /* of the current line; borrowed until table_close() */
};

/* Opens DIR/name. The first line must be `head` (column names with tabs between).
 * NETRAL_ENOTFOUND, NETRAL_EIO, NETRAL_ETOOBIG, NETRAL_EENCODING, NETRAL_EINVALID, NETRAL_ENOMEM;
 * the error sentence is set. On success table_close() ends it. */
int table_open(struct table_set *set, const char *name, const char *head, struct table *ret_table);
void table_close(struct table *t); /* takes a zeroed table */

/* 1 with the next row in t->field, 0 at the end, NETRAL_EINVALID for a line with another number of
 * columns or an empty first column. Empty lines and lines that begin with # are skipped. */
int table_next(struct table *t);

/* Writes "name:line: message" as the error. Returns NETRAL_EINVALID. */
int table_fail(const struct table *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Field `column` as a number within bounds: 0, or NETRAL_EINVALID with the error set. */
int table_number(const struct table *t, unsigned column, int64_t min, int64_t max,
		 int64_t *ret_number);

/* Field `column` as the weight of a linear model, from -100 to 100: 0, or NETRAL_EINVALID with the
 * error set. */
int table_weight(const struct table *t, unsigned column, float *ret_weight);

#endif
