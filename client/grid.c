#include "client/grid.h"

#include "lib/error.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { GAP = 2, LAST_MIN = 12 };

struct cell {
	char *text;
	size_t len;
	unsigned columns;
	enum style_ink ink;
	bool right;
};

/* The first row holds the heads. */
struct grid {
	unsigned columns;
	struct cell *cells; /* row after row */
	size_t count, cap;
	bool broken; /* a cell was lost: nothing after it would stand in its column */
};

struct grid *grid_new(const char *const *heads, unsigned columns)
{
	netral_assert(columns > 0 && columns <= GRID_COLUMNS_MAX);
	struct grid *g = calloc(1, sizeof(*g));
	if (!g)
		return NULL;
	g->columns = columns;
	for (unsigned c = 0; c < columns; c++)
		grid_word(g, INK_DIM, heads[c]);
	return g;
}

void grid_free(struct grid *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->count; i++)
		free(g->cells[i].text);
	free(g->cells);
	free(g);
}

void grid_freep(struct grid **g)
{
	grid_free(*g);
}

static bool grow(struct grid *g)
{
	if (g->count < g->cap)
		return true;
	size_t cap = g->cap ? g->cap * 2 : 64;
	struct cell *cells = reallocarray(g->cells, cap, sizeof(*cells));
	if (!cells)
		return false;
	g->cells = cells;
	g->cap = cap;
	return true;
}

static void add(struct grid *g, enum style_ink ink, bool right, const char *s, size_t len)
{
	char *text = g->broken ? NULL : strndup(s, len);
	if (!text || !grow(g)) {
		g->broken = true;
		free(text);
		return;
	}
	g->cells[g->count++] = (struct cell){text, len, style_columns(s, len), ink, right};
}

void grid_text(struct grid *g, const char *s, size_t len)
{
	add(g, INK_PLAIN, false, s, len);
}

void grid_word(struct grid *g, enum style_ink ink, const char *s)
{
	add(g, ink, false, s, strlen(s));
}

void grid_number(struct grid *g, uint64_t n)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%" PRIu64, n);
	add(g, INK_PLAIN, true, text, (size_t)len);
}

/* --- printing --- */

/* Cells of full rows. */
static size_t full_cells(const struct grid *g)
{
	return g->count - g->count % g->columns;
}

static void measure(const struct grid *g, const struct style *s, unsigned indent, unsigned *widths)
{
	unsigned used = indent;
	for (unsigned c = 0; c < g->columns; c++) {
		for (size_t i = c; i < full_cells(g); i += g->columns) {
			if (g->cells[i].columns > widths[c])
				widths[c] = g->cells[i].columns;
		}
		if (c + 1 < g->columns)
			used += widths[c] + GAP;
	}
	if (!s->terminal)
		return;
	unsigned left = s->width > used + LAST_MIN ? s->width - used : LAST_MIN;
	if (widths[g->columns - 1] > left)
		widths[g->columns - 1] = left;
}

static void print_cell(FILE *out, const struct style *s, const struct cell *cell, bool right,
		       unsigned width, bool last)
{
	unsigned pad = width > cell->columns ? width - cell->columns : 0;
	bool inked = cell->ink != INK_PLAIN;
	fprintf(out, "%*s%s", right ? (int)pad : 0, "", inked ? style_ink(s, cell->ink) : "");
	style_put_cut(out, cell->text, cell->len, width);
	fputs(inked ? style_ink(s, INK_PLAIN) : "", out);
	if (!last)
		fprintf(out, "%*s", (right ? 0 : (int)pad) + GAP, "");
}

/* A head stands as the cell below it does. */
static bool stands_right(const struct grid *g, size_t i)
{
	size_t below = i < g->columns ? i + g->columns : i;
	return below < full_cells(g) && g->cells[below].right;
}

void grid_print(const struct grid *g, FILE *out, const struct style *s, unsigned indent, bool heads)
{
	unsigned widths[GRID_COLUMNS_MAX] = {0};
	measure(g, s, indent, widths);
	size_t full = full_cells(g);
	for (size_t i = heads ? 0 : g->columns; i < full; i++) {
		unsigned c = (unsigned)(i % g->columns);
		bool last = c + 1 == g->columns;
		if (c == 0)
			fprintf(out, "%*s", (int)indent, "");
		print_cell(out, s, &g->cells[i], stands_right(g, i), widths[c], last);
		if (last)
			fputc('\n', out);
	}
}
