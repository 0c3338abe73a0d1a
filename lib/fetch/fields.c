#include "lib/fetch/fields.h"

#include "lib/cleanup.h"

#include <string.h>
#include <strings.h>

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
