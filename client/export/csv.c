#include "client/export/csv.h"

#include "client/export/plain.h"

#include <inttypes.h>
#include <string.h>

/* What spreadsheets take for the beginning of a formula, in ASCII and in full width. */
static bool is_formula(const char *s)
{
	static const char *const wide[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
					   "\xEF\xBC\xA0"};
	if (s[0] && strchr("=+-@", s[0]))
		return true;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		if (strncmp(s, wide[i], 3) == 0)
			return true;
	}
	return false;
}

/* A spreadsheet may be set to another separator than ours, so each of them asks for quotes. */
static bool wants_quotes(const char *s)
{
	return strpbrk(s, ",;\t\"\r\n") || s[0] == ' ';
}

static void next_cell(struct csv *c)
{
	if (c->columns++)
		fputc(c->separator, c->out);
}

static void put_quoted(struct csv *c, const char *s)
{
	fputc('"', c->out);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', c->out);
		fputc(*s, c->out);
	}
	fputc('"', c->out);
}

/* The first character counts after what plain_line() drops: tabs, line ends and spaces. */
void csv_text(struct csv *c, const char *s, size_t len)
{
	const char *text = plain_line(c->arena, s, len);
	next_cell(c);
	if (!text) {
		c->exhausted = true;
		return;
	}
	if (c->guarded && is_formula(text)) {
		const char *guarded = arena_printf(c->arena, "'%s", text);
		c->exhausted |= !guarded;
		text = guarded ? guarded : "";
	}
	if (wants_quotes(text))
		put_quoted(c, text);
	else
		fputs(text, c->out);
}

void csv_word(struct csv *c, const char *s)
{
	csv_text(c, s, strlen(s));
}

void csv_number(struct csv *c, uint64_t n)
{
	next_cell(c);
	fprintf(c->out, "%" PRIu64, n);
}

void csv_row_end(struct csv *c)
{
	fputs("\r\n", c->out);
	c->columns = 0;
}
