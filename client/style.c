#include "client/style.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { TEXT_MIN = 20 };

static unsigned terminal_width(int fd)
{
	struct winsize size;
	unsigned width = STYLE_WIDTH_DEFAULT;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		width = size.ws_col;
	if (width < STYLE_WIDTH_MIN)
		return STYLE_WIDTH_MIN;
	return width > STYLE_WIDTH_MAX ? STYLE_WIDTH_MAX : width;
}

void style_init(struct style *s, FILE *out)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	int fd = fileno(out);
	s->terminal = isatty(fd);
	s->colour = s->terminal && !(no_color && no_color[0]) && term && strcmp(term, "dumb") != 0;
	s->width = s->terminal ? terminal_width(fd) : STYLE_WIDTH_DEFAULT;
}

const char *style_ink(const struct style *s, enum style_ink ink)
{
	static const char *const sequences[] = {
		[INK_PLAIN] = "\033[0m", [INK_BOLD] = "\033[1m",     [INK_DIM] = "\033[2m",
		[INK_RED] = "\033[31m",  [INK_GREEN] = "\033[32m",   [INK_YELLOW] = "\033[33m",
		[INK_BLUE] = "\033[34m", [INK_MAGENTA] = "\033[35m", [INK_CYAN] = "\033[36m",
		[INK_MARK] = "\033[1;4m"};
	return s->colour ? sequences[ink] : "";
}

/* --- characters --- */

/* Bytes of the character at `s`, with its code point. What is not UTF-8 is one byte. */
static size_t next_character(const char *s, size_t len, unsigned *ret_code)
{
	const unsigned char *b = (const unsigned char *)s;
	size_t need = b[0] < 0x80 ? 1 : b[0] >= 0xF0 ? 4 : b[0] >= 0xE0 ? 3 : b[0] >= 0xC0 ? 2 : 0;
	unsigned code = need < 2 ? b[0] : b[0] & (0x7FU >> need);
	if (need == 0 || need > len) {
		*ret_code = 0xFFFD;
		return 1;
	}
	for (size_t i = 1; i < need; i++) {
		if ((b[i] & 0xC0) != 0x80) {
			*ret_code = 0xFFFD;
			return 1;
		}
		code = code << 6 | (b[i] & 0x3FU);
	}
	*ret_code = code;
	return need;
}

static unsigned width_of(unsigned code)
{
	bool combining = (code >= 0x300 && code <= 0x36F) || (code >= 0x200B && code <= 0x200F);
	return combining ? 0 : 1;
}

static bool is_control(unsigned code)
{
	/* Bidirectional overrides reorder what stands around them: not in a list of accusations. */
	return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x202A && code <= 0x202E) ||
	       (code >= 0x2066 && code <= 0x2069);
}

unsigned style_columns(const char *s, size_t len)
{
	unsigned columns = 0;
	while (len > 0) {
		unsigned code;
		size_t n = next_character(s, len, &code);
		columns += width_of(code);
		s += n;
		len -= n;
	}
	return columns;
}

size_t style_fit(const char *s, size_t len, unsigned columns)
{
	size_t at = 0;
	while (at < len) {
		unsigned code;
		size_t n = next_character(s + at, len - at, &code);
		if (width_of(code) > columns)
			break;
		columns -= width_of(code);
		at += n;
	}
	return at;
}

void style_put(FILE *out, const char *s, size_t len)
{
	while (len > 0) {
		unsigned code;
		size_t n = next_character(s, len, &code);
		if (code == '\n' || code == '\t' || code == '\r')
			fputc(' ', out);
		else if (code == 0xFFFD || is_control(code))
			fputc('?', out);
		else
			fwrite(s, 1, n, out);
		s += n;
		len -= n;
	}
}

void style_put_cut(FILE *out, const char *s, size_t len, unsigned columns)
{
	bool cut = style_columns(s, len) > columns;
	style_put(out, s, cut ? style_fit(s, len, columns > 3 ? columns - 3 : 0) : len);
	fputs(cut ? "..." : "", out);
}

/* --- lines --- */

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

size_t style_gap(const char *s, size_t len)
{
	size_t n = 0;
	while (n < len && is_space(s[n]))
		n++;
	return n;
}

size_t style_line(const char *s, size_t len, unsigned columns)
{
	size_t fits = style_fit(s, len, columns ? columns : 1);
	if (fits == len || is_space(s[fits]))
		return fits;
	size_t at = fits;
	while (at > 0 && !is_space(s[at - 1]))
		at--;
	while (at > 0 && is_space(s[at - 1]))
		at--;
	return at > 0 ? at : fits;
}

static unsigned text_columns(const struct style *s, unsigned indent)
{
	unsigned width = s->width;
	if (width > STYLE_TEXT_MAX)
		width = STYLE_TEXT_MAX;
	return width > indent + TEXT_MIN ? width - indent : TEXT_MIN;
}

void style_wrap(FILE *out, const struct style *s, enum style_ink ink, unsigned indent,
		const char *text, size_t len)
{
	unsigned columns = text_columns(s, indent);
	const char *begin = ink == INK_PLAIN ? "" : style_ink(s, ink);
	const char *end = ink == INK_PLAIN ? "" : style_ink(s, INK_PLAIN);
	size_t at = style_gap(text, len);
	bool first = true;
	do {
		size_t n = style_line(text + at, len - at, columns);
		fprintf(out, "%*s%s", first ? 0 : (int)indent, "", begin);
		style_put(out, text + at, n);
		fprintf(out, "%s\n", end);
		at += n;
		at += style_gap(text + at, len - at);
		first = false;
	} while (at < len);
}
