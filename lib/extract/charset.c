/* One pass that mends UTF-8 serves UTF-8 and windows-1252 alike: bytes that are no UTF-8 are read
 * as windows-1252, so a page without any valid sequence is windows-1252 as a whole. Only the other
 * sets go through iconv, and only those that browsers know: glibc has many more decoders, and some
 * of them had holes. */
#include "lib/extract/charset.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { ICONV_STEP = 64 * 1024 };

static const char utf8[] = "utf-8";

/* What a page may name, and what iconv calls it; NULL: our own pass. */
static const struct label {
	const char *label, *iconv;
} labels[] = {
	{"utf-8", NULL},
	{"utf8", NULL},
	{"us-ascii", NULL},
	{"ascii", NULL},
	{"windows-1252", NULL},
	{"cp1252", NULL},
	{"iso-8859-1", NULL},
	{"iso8859-1", NULL},
	{"latin1", NULL},
	{"iso-8859-2", "ISO-8859-2"},
	{"iso-8859-5", "ISO-8859-5"},
	{"iso-8859-6", "ISO-8859-6"},
	{"iso-8859-7", "ISO-8859-7"},
	{"iso-8859-9", "CP1254"},
	{"iso-8859-15", "ISO-8859-15"},
	{"windows-1250", "CP1250"},
	{"windows-1251", "CP1251"},
	{"windows-1253", "CP1253"},
	{"windows-1254", "CP1254"},
	{"windows-1255", "CP1255"},
	{"windows-1256", "CP1256"},
	{"windows-1258", "CP1258"},
	{"windows-874", "CP874"},
	{"tis-620", "CP874"},
	{"koi8-r", "KOI8-R"},
	{"koi8-u", "KOI8-U"},
	{"gb2312", "GB18030"},
	{"gbk", "GB18030"},
	{"gb18030", "GB18030"},
	{"big5", "BIG5"},
	{"shift_jis", "CP932"},
	{"euc-jp", "EUC-JP"},
	{"euc-kr", "CP949"},
	{"utf-16", "UTF-16LE"},
	{"utf-16le", "UTF-16LE"},
	{"utf-16be", "UTF-16BE"},
};

/* windows-1252 from 0x80 on, as WHATWG has it: the five holes are the control characters. */
static const uint16_t windows_1252[32] = {
	0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
	0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
};

static const struct label *find_label(const char *s, size_t len)
{
	for (size_t i = 0; i < netral_countof(labels); i++) {
		if (strlen(labels[i].label) == len && strncasecmp(labels[i].label, s, len) == 0)
			return &labels[i];
	}
	return NULL;
}

static size_t label_len(const char *s, size_t len)
{
	size_t n = 0;
	while (n < len && n <= CHARSET_LABEL_MAX && s[n] && !strchr(" \t\r\n\"';,/>", s[n]))
		n++;
	return n;
}

/* The label behind "charset=" in a <meta> near the front. */
static const struct label *sniff_meta(const char *data, size_t len)
{
	static const char key[] = "charset";
	const size_t key_len = sizeof(key) - 1;
	if (len > CHARSET_SNIFF_BYTES)
		len = CHARSET_SNIFF_BYTES;
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
		const struct label *l = find_label(data + i, label_len(data + i, len - i));
		if (l)
			return l;
	}
	return NULL;
}

static int put_code(struct buf *out, uint32_t c)
{
	uint8_t s[3];
	if (c < 0x80)
		return buf_append(out, &(uint8_t){(uint8_t)c}, 1);
	if (c < 0x800) {
		s[0] = (uint8_t)(0xC0 | c >> 6);
		s[1] = (uint8_t)(0x80 | (c & 0x3F));
		return buf_append(out, s, 2);
	}
	s[0] = (uint8_t)(0xE0 | c >> 12);
	s[1] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
	s[2] = (uint8_t)(0x80 | (c & 0x3F));
	return buf_append(out, s, 3);
}

/* How many bytes a sequence that begins with `c` has. */
static size_t wanted(unsigned char c)
{
	if (c >= 0xC2 && c <= 0xDF)
		return 2;
	if ((c & 0xF0) == 0xE0)
		return 3;
	return c >= 0xF0 && c <= 0xF4 ? 4 : 1;
}

/* Are the last bytes the front of a character that was cut off? */
static bool is_cut_off(const char *s, size_t left)
{
	if (left >= wanted((unsigned char)s[0]))
		return false;
	for (size_t i = 1; i < left; i++) {
		if (((unsigned char)s[i] & 0xC0) != 0x80)
			return false;
	}
	return true;
}

static int mend_byte(struct buf *out, unsigned char c)
{
	if (c < 0x80)
		return put_code(out, ' '); /* a NUL */
	return put_code(out, c < 0xA0 ? windows_1252[c - 0x80] : c);
}

static int mend_utf8(const char *data, size_t len, struct buf *out)
{
	size_t at = 0;
	int r = buf_reserve(out, len);
	while (r == NETRAL_OK && at < len) {
		size_t bad = 0;
		bool whole = utf8_check(data + at, len - at, &bad) == NETRAL_OK;
		size_t good = whole ? len - at : bad;
		r = buf_append(out, data + at, good);
		at += good;
		if (whole || r < 0 || is_cut_off(data + at, len - at))
			break;
		r = mend_byte(out, (unsigned char)data[at++]);
	}
	return r;
}

/* Controls say nothing in a text, and the parsers stumble over them. */
static void blank_controls(char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7F)
			s[i] = ' ';
	}
}

/* Decodes all of it; a byte that does not fit costs itself only. */
static int decode(iconv_t cd, const char *data, size_t len, struct buf *out)
{
	static const uint8_t replacement[] = {0xEF, 0xBF, 0xBD};
	char *in;
	memcpy(&in, &data, sizeof(in)); /* iconv() does not write there, and takes no const */
	while (len > 0) {
		int r = buf_reserve(out, ICONV_STEP);
		if (r < 0)
			return r;
		char *to = (char *)out->data + out->len;
		size_t room = ICONV_STEP;
		size_t n = iconv(cd, &in, &len, &to, &room);
		int err = n == (size_t)-1 ? errno : 0;
		out->len += ICONV_STEP - room;
		if (err == EINVAL)
			break; /* a character cut off at the end */
		if (err == EILSEQ) {
			r = buf_append(out, replacement, sizeof(replacement));
			in++;
			len--;
		}
		if (r < 0)
			return r;
	}
	return NETRAL_OK;
}

static int decode_as(const struct label *l, const char *data, size_t len, struct buf *out)
{
	iconv_t cd = iconv_open("UTF-8", l->iconv);
	/* A glibc without its gconv modules: better a mended page than none. */
	if ((intptr_t)cd == -1)
		return mend_utf8(data, len, out);
	int r = decode(cd, data, len, out);
	iconv_close(cd);
	return r;
}

/* Has it characters beyond ASCII, and all of them whole? */
static bool is_utf8_text(const char *data, size_t len)
{
	bool beyond = false;
	for (size_t i = 0; i < len && !beyond; i++)
		beyond = (unsigned char)data[i] >= 0x80;
	return beyond && utf8_check(data, len, NULL) == NETRAL_OK;
}

static const struct label *choose(const char *data, size_t len, const char *declared)
{
	const struct label *l = NULL;
	if (declared)
		l = find_label(declared, label_len(declared, strlen(declared)));
	if (!l) {
		l = sniff_meta(data, len);
		/* A page that is UTF-16 could not have said so in ASCII. */
		if (l && l->iconv && strncmp(l->iconv, "UTF-16", 6) == 0)
			l = NULL;
	}
	return l;
}

/* Takes a byte order mark off; the label it stands for, or NULL. */
static const struct label *take_bom(const char **data, size_t *len)
{
	static const struct {
		const char *mark;
		size_t len;
		const char *label;
	} marks[] = {{"\xEF\xBB\xBF", 3, "utf-8"},
		     {"\xFF\xFE", 2, "utf-16le"},
		     {"\xFE\xFF", 2, "utf-16be"}};
	for (size_t i = 0; i < netral_countof(marks); i++) {
		if (*len < marks[i].len || memcmp(*data, marks[i].mark, marks[i].len) != 0)
			continue;
		*data += marks[i].len;
		*len -= marks[i].len;
		return find_label(marks[i].label, strlen(marks[i].label));
	}
	return NULL;
}

int page_to_utf8(const char *data, size_t len, const char *declared, struct buf *out,
		 const char **ret_name)
{
	size_t start = out->len;
	int r;
	const struct label *l = take_bom(&data, &len);
	if (!l)
		l = choose(data, len, declared);
	if (l && l->iconv && strncmp(l->iconv, "UTF-16", 6) != 0 && is_utf8_text(data, len))
		l = NULL;
	if (l && l->iconv)
		r = decode_as(l, data, len, out);
	else
		r = mend_utf8(data, len, out);
	*ret_name = l && l->iconv ? l->label : utf8;
	if (r == NETRAL_OK && out->len > start)
		blank_controls((char *)out->data + start, out->len - start);
	return r;
}
