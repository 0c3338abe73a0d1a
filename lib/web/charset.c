#include "lib/web/charset.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/utf8.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { REPLACEMENT = 0xFFFD };

static const struct {
	const char *name;
	enum charset charset;
} names[] = {
	{"utf-8", CHARSET_UTF8},
	{"utf8", CHARSET_UTF8},
	{"iso-8859-1", CHARSET_WINDOWS_1252},
	{"iso8859-1", CHARSET_WINDOWS_1252},
	{"latin1", CHARSET_WINDOWS_1252},
	{"us-ascii", CHARSET_WINDOWS_1252},
	{"ascii", CHARSET_WINDOWS_1252},
	{"windows-1252", CHARSET_WINDOWS_1252},
	{"cp1252", CHARSET_WINDOWS_1252},
	{"iso-8859-15", CHARSET_ISO_8859_15},
	{"latin9", CHARSET_ISO_8859_15},
	{"utf-16le", CHARSET_UTF16LE},
	{"utf-16", CHARSET_UTF16LE},
	{"utf-16be", CHARSET_UTF16BE},
};

int charset_of_name(const char *name, size_t len)
{
	for (size_t i = 0; i < netral_countof(names); i++) {
		if (strlen(names[i].name) == len && strncasecmp(names[i].name, name, len) == 0)
			return (int)names[i].charset;
	}
	return -1;
}

size_t charset_put(uint32_t c, char out[static 4])
{
	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = REPLACEMENT;
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

uint32_t charset_windows(unsigned char byte)
{
	/* WHATWG Encoding, index windows-1252; the five holes are the control characters. */
	static const uint16_t high[32] = {0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020,
					  0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D,
					  0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D,
					  0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
					  0x0153, 0x009D, 0x017E, 0x0178};
	return byte >= 0x80 && byte <= 0x9F ? high[byte - 0x80] : byte;
}

static uint32_t latin9(unsigned char byte)
{
	switch (byte) {
	case 0xA4:
		return 0x20AC;
	case 0xA6:
		return 0x160;
	case 0xA8:
		return 0x161;
	case 0xB4:
		return 0x17D;
	case 0xB8:
		return 0x17E;
	case 0xBC:
		return 0x152;
	case 0xBD:
		return 0x153;
	case 0xBE:
		return 0x178;
	default:
		return byte;
	}
}

static bool is_forbidden(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF;
}

/* Appends well-formed text, without what is forbidden. */
static int put_clean(struct buf *out, const char *s, size_t len, size_t *mended)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t start = 0;
	int r = NETRAL_OK;
	for (size_t i = 0; i < len && r == NETRAL_OK;) {
		bool noncharacter = p[i] == 0xEF && p[i + 1] == 0xBF && p[i + 2] >= 0xBE;
		if (p[i] >= 0x20 ? !noncharacter : !is_forbidden(p[i])) {
			i++;
			continue;
		}
		r = buf_append(out, s + start, i - start);
		(*mended)++;
		i += noncharacter ? 3 : 1;
		start = i;
	}
	return r == NETRAL_OK ? buf_append(out, s + start, len - start) : r;
}

static int put_character(struct buf *out, uint32_t c, size_t *mended)
{
	char bytes[4];
	if (is_forbidden(c)) {
		(*mended)++;
		return NETRAL_OK;
	}
	return buf_append(out, bytes, charset_put(c, bytes));
}

static int from_utf8(const char *data, size_t len, struct buf *out, size_t *mended)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i < len && r == NETRAL_OK;) {
		size_t good = len - i;
		int bad = utf8_check(data + i, len - i, &good);
		r = put_clean(out, data + i, good, mended);
		i += good;
		if (bad < 0 && r == NETRAL_OK) {
			*mended += data[i] != '\0';
			r = put_character(out, charset_windows((unsigned char)data[i]), mended);
			i++;
		}
	}
	return r;
}

static int from_bytes(const char *data, size_t len, enum charset charset, struct buf *out,
		      size_t *mended)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i < len && r == NETRAL_OK; i++) {
		unsigned char byte = (unsigned char)data[i];
		r = put_character(
			out, charset == CHARSET_ISO_8859_15 ? latin9(byte) : charset_windows(byte),
			mended);
	}
	return r;
}

static uint32_t unit_at(const char *data, size_t at, bool big)
{
	unsigned char a = (unsigned char)data[at], b = (unsigned char)data[at + 1];
	return big ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
}

static int from_utf16(const char *data, size_t len, bool big, struct buf *out, size_t *mended)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i + 1 < len && r == NETRAL_OK; i += 2) {
		uint32_t c = unit_at(data, i, big);
		uint32_t low = i + 3 < len ? unit_at(data, i + 2, big) : 0;
		if (c >= 0xD800 && c <= 0xDBFF && low >= 0xDC00 && low <= 0xDFFF) {
			c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
			i += 2;
		} else if (c >= 0xD800 && c <= 0xDFFF) {
			(*mended)++;
			c = REPLACEMENT;
		}
		r = put_character(out, c, mended);
	}
	*mended += len % 2;
	return r;
}

/* Whether more characters of several bytes are right than wrong. */
static bool mostly_utf8(const char *data, size_t len)
{
	size_t right = 0, wrong = 0;
	for (size_t i = 0; i < len; i++) {
		size_t good = len - i;
		int r = utf8_check(data + i, len - i, &good);
		for (size_t end = i + good; i < end; i++)
			right += (unsigned char)data[i] >= 0xC2;
		wrong += r == NETRAL_EENCODING;
	}
	return right >= wrong;
}

/* Also how many bytes a byte order mark has. */
static enum charset decide(const char *data, size_t len, const struct text *stated, size_t *ret_bom)
{
	int named = charset_of_name(stated->ptr, stated->len);
	bool wide = len >= 4 && ((data[0] == '<' && !data[1]) || (!data[0] && data[1] == '<'));
	*ret_bom = 0;
	if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
		*ret_bom = 3;
		return CHARSET_UTF8;
	}
	if (len >= 2 && (memcmp(data, "\xff\xfe", 2) == 0 || memcmp(data, "\xfe\xff", 2) == 0)) {
		*ret_bom = 2;
		return data[0] == '\xff' ? CHARSET_UTF16LE : CHARSET_UTF16BE;
	}
	if (wide)
		return data[0] ? CHARSET_UTF16LE : CHARSET_UTF16BE;
	if (named == CHARSET_WINDOWS_1252 || named == CHARSET_ISO_8859_15)
		return mostly_utf8(data, len) ? CHARSET_UTF8 : (enum charset)named;
	return CHARSET_UTF8;
}

int charset_to_utf8(const char *data, size_t len, const struct text *stated, struct buf *out,
		    size_t *ret_mended)
{
	size_t bom;
	enum charset charset = decide(data, len, stated, &bom);
	*ret_mended = 0;
	switch (charset) {
	case CHARSET_UTF16LE:
	case CHARSET_UTF16BE:
		return from_utf16(data + bom, len - bom, charset == CHARSET_UTF16BE, out,
				  ret_mended);
	case CHARSET_WINDOWS_1252:
	case CHARSET_ISO_8859_15:
		return from_bytes(data, len, charset, out, ret_mended);
	default:
		return from_utf8(data + bom, len - bom, out, ret_mended);
	}
}
