#include "lib/warc/warc_fields.h"

#include <string.h>
#include <strings.h>

size_t fields_end(const char *data, size_t len, size_t *seen)
{
	while (*seen < len) {
		const char *lf = memchr(data + *seen, '\n', len - *seen);
		size_t at = lf ? (size_t)(lf - data) + 1 : len;
		if (lf && at < len && data[at] == '\n')
			return at + 1;
		if (lf && at + 1 < len && data[at] == '\r' && data[at + 1] == '\n')
			return at + 2;
		/* What follows the line end is not there yet: look at it again. */
		if (lf && at + 1 >= len)
			break;
		*seen = at;
	}
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

struct text fields_trim(struct text t)
{
	while (t.len > 0 && is_blank(t.ptr[0])) {
		t.ptr++;
		t.len--;
	}
	while (t.len > 0 && is_blank(t.ptr[t.len - 1]))
		t.len--;
	return t;
}

bool fields_line(struct fields *f, struct text *ret_line)
{
	if (f->left == 0)
		return false;
	const char *lf = memchr(f->at, '\n', f->left);
	size_t len = lf ? (size_t)(lf - f->at) : f->left;
	*ret_line = fields_trim((struct text){f->at, len});
	f->at += lf ? len + 1 : len;
	f->left -= lf ? len + 1 : len;
	return true;
}

/* Joins the lines that go on with the first one; the length of all. */
static size_t unfold(struct fields *f)
{
	size_t at = 0;
	for (;;) {
		char *lf = memchr(f->at + at, '\n', f->left - at);
		if (!lf)
			return f->left;
		at = (size_t)(lf - f->at) + 1;
		if (at == f->left || (f->at[at] != ' ' && f->at[at] != '\t'))
			return at;
		lf[0] = ' ';
		if (lf > f->at && lf[-1] == '\r')
			lf[-1] = ' ';
	}
}

enum fields_result fields_next(struct fields *f, struct text *ret_name, struct text *ret_value)
{
	size_t len = unfold(f);
	const char *line = f->at;
	f->at += len;
	f->left -= len;
	while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
		len--;
	if (len == 0)
		return FIELDS_END;
	const char *colon = memchr(line, ':', len);
	if (!colon)
		return FIELDS_BAD;
	size_t at = (size_t)(colon - line);
	*ret_name = fields_trim((struct text){line, at});
	*ret_value = fields_trim((struct text){line + at + 1, len - at - 1});
	return ret_name->len > 0 ? FIELDS_ONE : FIELDS_BAD;
}

struct text fields_cut(struct text *rest, char separator)
{
	const char *end = rest->len > 0 ? memchr(rest->ptr, separator, rest->len) : NULL;
	size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
	struct text part = fields_trim((struct text){rest->ptr, len});
	if (end)
		len++;
	*rest = (struct text){rest->len > len ? rest->ptr + len : "", rest->len - len};
	return part;
}

bool fields_is(const struct text *t, const char *name)
{
	return t->len == strlen(name) && strncasecmp(t->ptr, name, t->len) == 0;
}
