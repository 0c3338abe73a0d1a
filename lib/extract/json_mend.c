#include "lib/extract/json_mend.h"

#include "lib/error.h"

#include <stdbool.h>
#include <string.h>

/* From the first opening bracket to the last closing one. */
static struct text inner(const struct text *t)
{
	const char *p = t->ptr, *end = t->ptr + t->len;
	const char *open = memmem(p, t->len, "<![CDATA[", 9);
	const char *close = memmem(p, t->len, "]]>", 3);
	if (open && close && open < close) {
		p = open + 9;
		end = close;
	}
	while (p < end && *p != '{' && *p != '[')
		p++;
	while (end > p && end[-1] != '}' && end[-1] != ']')
		end--;
	return (struct text){p, (size_t)(end - p)};
}

static int put_escape(const char *s, size_t left, struct buf *out)
{
	/* A NUL in a string is refused by the parser. */
	if (left >= 6 && memcmp(s, "\\u0000", 6) == 0)
		return buf_append(out, "\\u0020", 6);
	if (left >= 2 && s[1] && strchr("\"\\/bfnrtu", s[1]))
		return buf_append(out, s, 2);
	return left >= 2 && (unsigned char)s[1] >= ' ' ? buf_append(out, s + 1, 1) : NETRAL_OK;
}

/* A character of a string, and how many bytes it was. */
static int put_in_string(const char *s, size_t left, struct buf *out, size_t *ret_size)
{
	*ret_size = 1;
	if (*s == '\\') {
		*ret_size = left >= 6 && memcmp(s, "\\u0000", 6) == 0 ? 6 : 2;
		return put_escape(s, left, out);
	}
	if (*s == '\n')
		return buf_append(out, "\\n", 2);
	if (*s == '\t' || *s == '\r')
		return buf_append(out, " ", 1);
	return buf_append(out, s, 1);
}

/* What stands behind a comma that is one too many. */
static bool closes(const char *s, size_t left)
{
	size_t i = 0;
	while (i < left && strchr(" \t\r\n", s[i]) && s[i])
		i++;
	return i < left && (s[i] == '}' || s[i] == ']');
}

int json_mend(const struct text *t, struct buf *out)
{
	struct text in = inner(t);
	bool string = false;
	int r = buf_reserve(out, in.len);
	for (size_t at = 0; r == NETRAL_OK && at < in.len;) {
		const char *s = in.ptr + at;
		size_t left = in.len - at, size = 1;
		if (*s == '"')
			string = !string;
		if (string && *s != '"')
			r = put_in_string(s, left, out, &size);
		else if (string || *s != ',' || !closes(s + 1, left - 1))
			r = buf_append(out, s, 1);
		at += size < left ? size : left;
	}
	return r;
}
