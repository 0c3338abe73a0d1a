#include "lib/reader/reader.h"

#include "lib/error.h"
#include "lib/reader/reader_internal.h"
#include "lib/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TITLE_LINE_MAX = 200, READ_STEP = 64 * 1024 };

/* By the ending of the first `len` bytes of a name. */
static enum reader_format format_of(const char *name, size_t len)
{
	static const struct {
		const char *ending;
		enum reader_format format;
	} endings[] = {{".txt", READER_TEXT},
		       {".html", READER_HTML},
		       {".htm", READER_HTML},
		       {".json", READER_JSON},
		       {".jsonl", READER_LINES}};
	const char *dot = memrchr(name, '.', len);
	size_t ending_len = dot ? (size_t)(name + len - dot) : 0;
	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (strlen(endings[i].ending) == ending_len &&
		    strncasecmp(dot, endings[i].ending, ending_len) == 0)
			return endings[i].format;
	}
	return READER_UNKNOWN;
}

enum reader_format reader_format_of(const char *file_name)
{
	size_t len = strlen(file_name);
	enum reader_format format = format_of(file_name, len);
	if (format == READER_JSON &&
	    format_of(file_name, len - strlen(READER_META_ENDING)) == READER_HTML)
		return READER_META;
	return format;
}

int reader_fail(char *reason, int err, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(reason, READER_REASON_SIZE, format, args);
	va_end(args);
	return err;
}

static int too_big(char *reason, unsigned long long size)
{
	return reader_fail(reason, NETRAL_ETOOBIG, "file: %llu bytes exceed the limit of %d", size,
			   READER_FILE_MAX);
}

static int read_all(int fd, struct buf *out, char *reason)
{
	for (;;) {
		int r = buf_reserve(out, READ_STEP);
		if (r < 0)
			return reader_fail(reason, r, "file: %s", netral_strerror(r));
		ssize_t n = read(fd, out->data + out->len, READ_STEP);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return reader_fail(reason, NETRAL_EIO, "file: %s", strerror(errno));
		if (n == 0)
			return NETRAL_OK;
		out->len += (size_t)n;
		if (out->len > READER_FILE_MAX)
			return too_big(reason, out->len);
	}
}

int reader_load(int fd, struct buf *out, char reason[static READER_REASON_SIZE])
{
	struct stat st;
	buf_clear(out);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > READER_FILE_MAX)
		return too_big(reason, (unsigned long long)st.st_size);
	int r = read_all(fd, out, reason);
	if (r == NETRAL_OK && out->len == 0)
		return reader_fail(reason, NETRAL_EINVALID, "file: empty");
	return r;
}

static size_t line_of(const char *data, size_t at)
{
	size_t line = 1;
	for (size_t i = 0; i < at; i++)
		line += data[i] == '\n';
	return line;
}

int reader_check_utf8(const char *data, size_t len, char *reason)
{
	size_t at = 0;
	int r = utf8_check(data, len, &at);
	if (r == NETRAL_OK)
		return NETRAL_OK;
	const char *what = r == NETRAL_EENCODING ? "is not valid UTF-8" : "is a NUL";
	return reader_fail(reason, r, "line %zu: byte %zu of the file %s", line_of(data, at), at,
			   what);
}

void reader_skip_bom(const char **data, size_t *len)
{
	if (*len >= 3 && memcmp(*data, "\xef\xbb\xbf", 3) == 0) {
		*data += 3;
		*len -= 3;
	}
}

/* Copies with LF for CRLF; `to` has room for len + 1. */
static size_t copy_lines(char *to, const char *data, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		if (data[i] == '\r' && i + 1 < len && data[i + 1] == '\n')
			continue;
		to[n++] = data[i];
	}
	to[n] = '\0';
	return n;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct text reader_trim(const char *s, size_t len)
{
	while (len > 0 && is_space(s[0])) {
		s++;
		len--;
	}
	while (len > 0 && is_space(s[len - 1]))
		len--;
	return (struct text){s, len};
}

/* The first line that is not blank, if it is short and not all there is. */
static int title_of(const struct text *text, struct arena *arena, struct text *ret_title)
{
	struct text body = reader_trim(text->ptr, text->len);
	const char *end = memchr(body.ptr, '\n', body.len);
	*ret_title = (struct text){"", 0};
	if (!end)
		return NETRAL_OK;
	struct text line = reader_trim(body.ptr, (size_t)(end - body.ptr));
	if (line.len > TITLE_LINE_MAX)
		return NETRAL_OK;
	char *copy = arena_strndup(arena, line.ptr, line.len);
	if (!copy)
		return NETRAL_ENOMEM;
	*ret_title = (struct text){copy, line.len};
	return NETRAL_OK;
}

int reader_text(const char *data, size_t len, struct arena *arena, struct article *ret_article,
		char reason[static READER_REASON_SIZE])
{
	struct article a = {.url = {"", 0}, .published = {"", 0}, .source = {"", 0}};
	int r = reader_check_utf8(data, len, reason);
	if (r < 0)
		return r;
	reader_skip_bom(&data, &len);
	char *text = arena_alloc(arena, len + 1);
	if (text) {
		a.text = (struct text){text, copy_lines(text, data, len)};
		r = title_of(&a.text, arena, &a.title);
	}
	if (!text || r < 0)
		return reader_fail(reason, NETRAL_ENOMEM, "file: out of memory");
	*ret_article = a;
	return NETRAL_OK;
}
