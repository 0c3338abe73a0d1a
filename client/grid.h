/* grid.h - rows of text in aligned columns. The main thread.
 *
 * The whole grid is held until it is printed: what it shows is bounded by its caller. Numbers are
 * aligned to the right. On a terminal the last column takes what the width leaves and is cut with
 * "..."; elsewhere nothing is cut. */
#ifndef NETRAL_CLIENT_GRID_H
#define NETRAL_CLIENT_GRID_H

#include "client/style.h"

#include <stdint.h>

enum { GRID_COLUMNS_MAX = 10 };

struct grid;

/* `heads` holds `columns` names. NULL without memory. */
struct grid *grid_new(const char *const *heads, unsigned columns);
void grid_free(struct grid *g); /* takes NULL */
void grid_freep(struct grid **g);

/* Cells fill a row from the left; a full row begins the next. Strings are copied. Without memory
 * the rest of the grid is left out. */
void grid_text(struct grid *g, const char *s, size_t len);
void grid_word(struct grid *g, enum style_ink ink, const char *s);
void grid_number(struct grid *g, uint64_t n);

/* Prints the head line (when `heads`) and the full rows, each behind `indent` spaces. */
void grid_print(const struct grid *g, FILE *out, const struct style *s, unsigned indent,
		bool heads);

#endif
