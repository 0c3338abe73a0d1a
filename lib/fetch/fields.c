#include "lib/fetch/fields.h"

#include "lib/cleanup.h"

#include <ctype.h>
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

/* RFC 9110, 5.6.2. */
static bool is_token_char(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static size_t token_len(const char *s)
{
	size_t n = 0;
	while (is_token_char(s[n]))
		n++;
	return n;
}

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

static void copy_lower(char *to, size_t size, const char *s, size_t len)
{
	if (len >= size)
		len = 0;
	for (size_t i = 0; i < len; i++)
		to[i] = (char)tolower((unsigned char)s[i]);
	to[len] = '\0';
}

/* A token or a quoted string behind "name="; returns where it ends, NULL when it is neither. A
 * charset has no character that needs a backslash, so one ends the reading. */
static const char *value_span(const char *s, const char **ret_start, size_t *ret_len)
{
	bool quoted = *s == '"';
	*ret_start = s + quoted;
	*ret_len = quoted ? strcspn(*ret_start, "\"\\") : token_len(s);
	const char *end = *ret_start + *ret_len;
	if (quoted && *end != '"')
		return NULL;
	return end + quoted;
}

/* Looks at one parameter at `s`; returns where the next may begin, NULL at the end. */
static const char *parameter(const char *s, char charset[static FIELD_CHARSET_SIZE])
{
	s = skip_blanks(s);
	if (*s != ';')
		return NULL;
	s = skip_blanks(s + 1);
	size_t name_len = token_len(s);
	const char *name = s;
	if (s[name_len] != '=')
		return s + name_len;
	const char *value;
	size_t len;
	s = value_span(s + name_len + 1, &value, &len);
	if (s && name_len == 7 && strncasecmp(name, "charset", 7) == 0 && charset[0] == '\0' &&
	    token_len(value) >= len)
		copy_lower(charset, FIELD_CHARSET_SIZE, value, len);
	return s;
}

void field_content_type(const char *value, char type[static FIELD_TYPE_SIZE],
			char charset[static FIELD_CHARSET_SIZE])
{
	type[0] = charset[0] = '\0';
	const char *s = skip_blanks(value);
	size_t main_len = token_len(s);
	if (main_len == 0 || s[main_len] != '/')
		return;
	size_t sub_len = token_len(s + main_len + 1);
	if (sub_len == 0)
		return;
	size_t len = main_len + 1 + sub_len;
	copy_lower(type, FIELD_TYPE_SIZE, s, len);
	for (s += len; s;)
		s = parameter(s, charset);
}

static int64_t retry_seconds(const char *s, size_t digits, int64_t max_s)
{
	int64_t seconds = 0;
	for (size_t i = 0; i < digits && seconds <= max_s; i++)
		seconds = seconds * 10 + (s[i] - '0');
	return seconds < max_s ? seconds : max_s;
}

int64_t field_retry_after(const char *value, const char *date, int64_t now_s, int64_t max_s)
{
	const char *s = skip_blanks(value);
	size_t digits = strspn(s, "0123456789");
	if (digits > 0 && *skip_blanks(s + digits) == '\0')
		return retry_seconds(s, digits, max_s);
	/* A date begins with the name of a day; libcurl would take much else. */
	time_t due = isalpha((unsigned char)*s) ? curl_getdate(s, NULL) : -1;
	if (due < 0)
		return -1;
	time_t sent = date ? curl_getdate(date, NULL) : -1;
	int64_t wait = (int64_t)due - (sent >= 0 ? (int64_t)sent : now_s);
	if (wait < 0)
		return 0;
	return wait < max_s ? wait : max_s;
}

bool field_is_value(const char *value, size_t max)
{
	size_t len = value ? strnlen(value, max + 1) : 0;
	if (len == 0 || len > max)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)value[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool is_one_of(const char *s, size_t len, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(words[i]) == len && strncasecmp(s, words[i], len) == 0)
			return true;
	}
	return false;
}

static bool value_ok(const char *s, size_t len, const char *const *words, size_t count)
{
	while (len > 0 && strchr(" \t\r\n", s[len - 1]))
		len--;
	while (len > 0 && strchr(" \t", s[0])) {
		s++;
		len--;
	}
	return len == 0 || is_one_of(s, len, words, count);
}

bool field_coding_ok(const char *line, size_t len, unsigned *ret_coded)
{
	static const char content[] = "Content-Encoding:", transfer[] = "Transfer-Encoding:";
	static const char *const contents[] = {"gzip", "x-gzip", "deflate", "br", "identity"};
	static const char *const transfers[] = {"chunked", "identity"};
	size_t content_len = sizeof(content) - 1, transfer_len = sizeof(transfer) - 1;
	if (len >= content_len && strncasecmp(line, content, content_len) == 0) {
		(*ret_coded)++;
		return value_ok(line + content_len, len - content_len, contents,
				netral_countof(contents));
	}
	if (len >= transfer_len && strncasecmp(line, transfer, transfer_len) == 0)
		return value_ok(line + transfer_len, len - transfer_len, transfers,
				netral_countof(transfers));
	return true;
}
