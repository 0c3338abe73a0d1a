/* A config file's text, before it is parsed. */
#include "lib/config_internal.h"
#include "lib/error.h"
#include "lib/utf8.h"

#include <errno.h>
#include <string.h>

enum { READ_STEP = 64 * 1024 };

static int line_of(const char *text, size_t at)
{
	int line = 1;
	for (size_t i = 0; i < at; i++)
		line += text[i] == '\n';
	return line;
}

static int read_all(FILE *f, struct buf *text)
{
	size_t n, step;
	do {
		size_t left = text->limit - text->len;
		step = left < READ_STEP ? left : (size_t)READ_STEP;
		int r = buf_reserve(text, step);
		if (r < 0)
			return r;
		n = fread(text->data + text->len, 1, step, f);
		text->len += n;
	} while (n == step && step > 0);
	return NETRAL_OK;
}

static int read_text(const char *path, struct buf *text, char *error, size_t error_size)
{
	FILE *f = fopen(path, "re");
	int r = f ? read_all(f, text) : NETRAL_OK;
	int failed = !f || ferror(f) ? errno : 0;
	if (f)
		fclose(f);
	if (failed) {
		config_say(error, error_size, "%s: cannot be read: %s", path, strerror(failed));
		return f ? NETRAL_EINVALID : netral_error_from_errno(failed);
	}
	if (r == NETRAL_OK && text->len == text->limit) {
		config_say(error, error_size, "%s: %zu bytes or more", path, text->limit);
		return NETRAL_EINVALID;
	}
	if (r < 0)
		config_say(error, error_size, "%s: out of memory", path);
	return r;
}

static int check_text(const char *path, const char *text, size_t len, char *error,
		      size_t error_size)
{
	size_t at = 0;
	int r = utf8_check(text, len, &at);
	if (r < 0)
		config_say(error, error_size, "%s:%d: %s", path, line_of(text, at),
			   r == NETRAL_EENCODING ? "not valid UTF-8" : "NUL byte");
	return r < 0 ? NETRAL_EINVALID : NETRAL_OK;
}

/* The end of the string that begins with the quote at `i`. */
static size_t skip_string(const char *text, size_t len, size_t i)
{
	char quote = text[i++];
	while (i < len && text[i] != quote)
		i += text[i] == '\\' ? 2 : 1;
	return i + 1;
}

int config_open_brace(const struct buf *text)
{
	const char *s = (const char *)text->data;
	size_t open = SIZE_MAX;
	for (size_t i = 0; i < text->len;) {
		if (s[i] == '{')
			open = i;
		else if (s[i] == '}')
			open = SIZE_MAX;
		i = s[i] == '"' || s[i] == '\'' ? skip_string(s, text->len, i) : i + 1;
	}
	return open == SIZE_MAX ? 0 : line_of(s, open);
}

/* The end of the comment that begins at `i`, `i` when none does, SIZE_MAX when it is never closed.
 * A slash inside a word, as in ipc:///run/x, begins none. */
static size_t comment_end(const char *text, size_t len, size_t i)
{
	bool word = i > 0 && !strchr(" \t\n={},", text[i - 1]);
	bool slash = text[i] == '/' && !word && i + 1 < len;
	if (text[i] == '#' || (slash && text[i + 1] == '/')) {
		while (i < len && text[i] != '\n')
			i++;
	} else if (slash && text[i + 1] == '*') {
		const char *end = memmem(text + i + 2, len - i - 2, "*/", 2);
		i = end ? (size_t)(end - text) + 2 : SIZE_MAX;
	}
	return i;
}

/* NETRAL_OK, or NETRAL_EINVALID with *ret_at at a comment that is never closed. */
static int blank_comments(char *text, size_t len, size_t *ret_at)
{
	for (size_t i = 0; i < len;) {
		size_t end = comment_end(text, len, i);
		if (end == i) {
			i = text[i] == '"' || text[i] == '\'' ? skip_string(text, len, i) : i + 1;
			continue;
		}
		*ret_at = i;
		if (end == SIZE_MAX)
			return NETRAL_EINVALID;
		for (; i < end; i++)
			text[i] = text[i] == '\n' ? '\n' : ' ';
	}
	return NETRAL_OK;
}

int config_load(const char *path, struct buf *text, char *error, size_t error_size)
{
	size_t at;
	int r = read_text(path, text, error, error_size);
	if (r < 0 || text->len == 0)
		return r;
	char *s = (char *)text->data;
	r = check_text(path, s, text->len, error, error_size);
	if (r < 0)
		return r;
	r = blank_comments(s, text->len, &at);
	if (r < 0)
		config_say(error, error_size, "%s:%d: comment is never closed", path,
			   line_of(s, at));
	return r;
}
