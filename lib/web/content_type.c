#include "lib/web/content_type.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

struct cursor {
	const char *p, *end;
};

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 9110, 5.6.2. */
static bool is_token_char(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static bool take_char(struct cursor *c, char wanted)
{
	if (c->p == c->end || *c->p != wanted)
		return false;
	c->p++;
	return true;
}

static void skip_blanks(struct cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
		c->p++;
}

static size_t take_token(struct cursor *c)
{
	const char *from = c->p;
	while (c->p < c->end && is_token_char(*c->p))
		c->p++;
	return (size_t)(c->p - from);
}

static void copy_lower(char *to, size_t size, const char *s, size_t len)
{
	if (len >= size)
		len = 0;
	for (size_t i = 0; i < len; i++)
		to[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] | 0x20 : s[i]);
	to[len] = '\0';
}

/* No charset has a character that is no token's, so a quoted one is a token in quotes. */
static void copy_charset(struct cursor value, char *to)
{
	bool quoted = take_char(&value, '"');
	const char *from = value.p;
	size_t len = take_token(&value);
	if (quoted && !take_char(&value, '"'))
		return;
	if (len >= 2 && from[0] == '\'' && from[len - 1] == '\'') {
		from++;
		len -= 2;
	}
	copy_lower(to, CONTENT_CHARSET_SIZE, from, len);
}

/* Up to the next ';' that is not quoted, or to the end. */
static void skip_parameter(struct cursor *c)
{
	bool quoted = false;
	for (; c->p < c->end && (quoted || *c->p != ';'); c->p++) {
		if (*c->p == '"')
			quoted = !quoted;
		else if (quoted && *c->p == '\\' && c->p + 1 < c->end)
			c->p++;
	}
}

/* Behind a ';'. */
static void read_parameter(struct cursor c, char *charset)
{
	skip_blanks(&c);
	const char *name = c.p;
	size_t len = take_token(&c);
	skip_blanks(&c);
	if (len != 7 || strncasecmp(name, "charset", 7) != 0 || !take_char(&c, '='))
		return;
	skip_blanks(&c);
	copy_charset(c, charset);
}

void content_type_read(const char *value, size_t len, struct content_type *ret_type)
{
	struct cursor c = {value, value + len};
	ret_type->media[0] = ret_type->charset[0] = '\0';
	skip_blanks(&c);
	const char *media = c.p;
	if (take_token(&c) == 0 || !take_char(&c, '/') || take_token(&c) == 0)
		return;
	copy_lower(ret_type->media, sizeof(ret_type->media), media, (size_t)(c.p - media));
	if (!ret_type->media[0])
		return;
	skip_parameter(&c);
	while (take_char(&c, ';')) {
		if (!ret_type->charset[0])
			read_parameter(c, ret_type->charset);
		skip_parameter(&c);
	}
}
