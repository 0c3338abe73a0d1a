#include "lib/extract/page_charset.h"

#include "lib/web/charset.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { LABEL_MAX = 40 };

static size_t label_len(const char *s, size_t len)
{
	size_t n = 0;
	while (n < len && n <= LABEL_MAX && s[n] && !strchr(" \t\r\n\"';,/>", s[n]))
		n++;
	return n;
}

/* A page that is UTF-16 could not have said so in ASCII. */
static bool is_utf16(const struct text *t)
{
	return t->len >= 6 && strncasecmp(t->ptr, "utf-16", 6) == 0;
}

/* The label behind "charset=" in a <meta> near the front. */
static struct text sniff_meta(const char *data, size_t len)
{
	static const char key[] = "charset";
	const size_t key_len = sizeof(key) - 1;
	if (len > PAGE_CHARSET_SNIFF_BYTES)
		len = PAGE_CHARSET_SNIFF_BYTES;
	for (size_t i = 0; i + key_len < len; i++) {
		if ((data[i] | 0x20) != 'c' || strncasecmp(data + i, key, key_len) != 0)
			continue;
		i += key_len;
		while (i < len && (data[i] == ' ' || data[i] == '\t'))
			i++;
		if (i == len || data[i] != '=')
			continue;
		i++;
		while (i < len && strchr(" \t\"'", data[i]) && data[i])
			i++;
		struct text t = {data + i, label_len(data + i, len - i)};
		if (charset_is_known(t.ptr, t.len) && !is_utf16(&t))
			return t;
	}
	return (struct text){"", 0};
}

struct text page_charset(const char *data, size_t len, const char *declared)
{
	struct text t = {"", 0};
	if (declared)
		t = (struct text){declared, label_len(declared, strlen(declared))};
	return charset_is_known(t.ptr, t.len) ? t : sniff_meta(data, len);
}
