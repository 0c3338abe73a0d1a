/* What is UTF-8 is taken for it whatever is stated, which is how the web lies most. Only the sets
 * that neither of our own passes reads go through iconv, and only those that browsers know: glibc
 * has many more decoders, and some of them had holes. */
#include "lib/web/charset.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

enum { REPLACEMENT = 0xFFFD, ICONV_STEP = 4096 };

enum kind {
	KIND_UTF8,
	KIND_WESTERN, /* one byte a character, and often UTF-8 for the most part */
	KIND_OTHER,
	KIND_UTF16LE,
	KIND_UTF16BE,
};

/* What is stated, and what iconv calls it where it is asked. */
static const struct set {
	const char *name;
	enum kind kind;
	const char *iconv;
} sets[] = {
	{"utf-8", KIND_UTF8, NULL},
	{"utf8", KIND_UTF8, NULL},
	{"us-ascii", KIND_WESTERN, NULL},
	{"ascii", KIND_WESTERN, NULL},
	{"windows-1252", KIND_WESTERN, NULL},
	{"cp1252", KIND_WESTERN, NULL},
	{"iso-8859-1", KIND_WESTERN, NULL},
	{"iso8859-1", KIND_WESTERN, NULL},
	{"latin1", KIND_WESTERN, NULL},
	{"iso-8859-15", KIND_WESTERN, "ISO-8859-15"},
	{"latin9", KIND_WESTERN, "ISO-8859-15"},
	{"iso-8859-2", KIND_OTHER, "ISO-8859-2"},
	{"iso-8859-5", KIND_OTHER, "ISO-8859-5"},
	{"iso-8859-6", KIND_OTHER, "ISO-8859-6"},
	{"iso-8859-7", KIND_OTHER, "ISO-8859-7"},
	{"iso-8859-9", KIND_OTHER, "CP1254"},
	{"windows-1250", KIND_OTHER, "CP1250"},
	{"windows-1251", KIND_OTHER, "CP1251"},
	{"windows-1253", KIND_OTHER, "CP1253"},
	{"windows-1254", KIND_OTHER, "CP1254"},
	{"windows-1255", KIND_OTHER, "CP1255"},
	{"windows-1256", KIND_OTHER, "CP1256"},
	{"windows-1258", KIND_OTHER, "CP1258"},
	{"windows-874", KIND_OTHER, "CP874"},
	{"tis-620", KIND_OTHER, "CP874"},
	{"koi8-r", KIND_OTHER, "KOI8-R"},
	{"koi8-u", KIND_OTHER, "KOI8-U"},
	{"gb2312", KIND_OTHER, "GB18030"},
	{"gbk", KIND_OTHER, "GB18030"},
	{"gb18030", KIND_OTHER, "GB18030"},
	{"big5", KIND_OTHER, "BIG5"},
	{"shift_jis", KIND_OTHER, "CP932"},
	{"euc-jp", KIND_OTHER, "EUC-JP"},
	{"euc-kr", KIND_OTHER, "CP949"},
	{"utf-16", KIND_UTF16LE, NULL},
	{"utf-16le", KIND_UTF16LE, NULL},
	{"utf-16be", KIND_UTF16BE, NULL},
};

static const struct set *find_set(const char *name, size_t len)
{
	for (size_t i = 0; i < netral_countof(sets); i++) {
		if (strlen(sets[i].name) == len && strncasecmp(sets[i].name, name, len) == 0)
			return &sets[i];
	}
	return NULL;
}

bool charset_is_known(const char *name, size_t len)
{
	return find_set(name, len) != NULL;
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

static int put_character(struct buf *out, uint32_t c)
{
	char bytes[4];
	return buf_append(out, bytes, charset_put(c, bytes));
}

/* --- UTF-8 --- */

/* How many characters of several bytes are right, and how many bytes wrong. */
struct count {
	size_t right, wrong;
};

static struct count count_utf8(const char *data, size_t len)
{
	struct count n = {0, 0};
	for (size_t i = 0; i < len; i++) {
		size_t good = len - i;
		int r = utf8_check(data + i, len - i, &good);
		for (size_t end = i + good; i < end; i++)
			n.right += (unsigned char)data[i] >= 0xC2;
		n.wrong += r == NETRAL_EENCODING;
	}
	return n;
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

/* Are the bytes from `at` on the front of a character that was cut off? A single one may as well
 * be a letter of windows-1252, unless the text before it is UTF-8. */
static bool is_cut_off(const char *data, size_t at, size_t len)
{
	if (len - at >= wanted((unsigned char)data[at]))
		return false;
	for (size_t i = at + 1; i < len; i++) {
		if (((unsigned char)data[i] & 0xC0) != 0x80)
			return false;
	}
	return len - at > 1 || count_utf8(data, at).right > 0;
}

/* 0xFF fills gaps in broken files rather than that it is a letter. */
static uint32_t mended_byte(unsigned char byte)
{
	uint32_t c = charset_windows(byte);
	return byte == 0xFF || (c >= 0x80 && c < 0xA0) ? REPLACEMENT : c;
}

static int from_utf8(const char *data, size_t len, struct buf *out, size_t *mended)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i < len && r == NETRAL_OK;) {
		size_t good = len - i;
		int bad = utf8_check(data + i, len - i, &good);
		r = buf_append(out, data + i, good);
		i += good;
		if (bad == NETRAL_OK || r < 0)
			break;
		if (data[i] == '\0') {
			r = buf_append(out, data + i++, 1);
			continue;
		}
		(*mended)++;
		if (is_cut_off(data, i, len))
			break;
		r = put_character(out, mended_byte((unsigned char)data[i++]));
	}
	return r;
}

/* --- other sets --- */

static int from_windows(const char *data, size_t len, struct buf *out)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i < len && r == NETRAL_OK; i++)
		r = put_character(out, charset_windows((unsigned char)data[i]));
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
		r = put_character(out, c);
	}
	*mended += len % 2;
	return r;
}

/* A byte that does not fit costs itself only. */
static int convert(iconv_t cd, const char *data, size_t len, struct buf *out, size_t *mended)
{
	char *in, step[ICONV_STEP];
	int r = NETRAL_OK;
	memcpy(&in, &data, sizeof(in)); /* iconv() does not write there, and takes no const */
	while (len > 0 && r == NETRAL_OK) {
		char *to = step;
		size_t room = sizeof(step);
		size_t n = iconv(cd, &in, &len, &to, &room);
		int err = n == (size_t)-1 ? errno : 0;
		r = buf_append(out, step, sizeof(step) - room);
		*mended += err == EILSEQ || err == EINVAL;
		if (err == EINVAL)
			break; /* a character cut off at the end */
		if (err == EILSEQ && r == NETRAL_OK) {
			r = put_character(out, REPLACEMENT);
			in++;
			len--;
		}
	}
	return r;
}

static int from_other(const char *data, size_t len, const struct set *set, struct buf *out,
		      size_t *mended)
{
	iconv_t cd = iconv_open("UTF-8", set->iconv);
	/* A glibc without its gconv modules: better a mended text than none. */
	if ((intptr_t)cd == -1)
		return from_utf8(data, len, out, mended);
	int r = convert(cd, data, len, out, mended);
	iconv_close(cd);
	return r;
}

/* --- all of them --- */

static bool is_forbidden(unsigned char c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

/* Bytes at the front that stay as they are: eight at a time while they are printable ASCII, which
 * is nearly all of a page, and singly where one of eight is not. */
static size_t plain_run(const char *s, size_t len)
{
	const uint64_t ones = 0x0101010101010101ULL, tops = 0x8080808080808080ULL;
	size_t i = 0;
	while (i + sizeof(uint64_t) <= len) {
		uint64_t word;
		memcpy(&word, s + i, sizeof(word));
		/* Without a top bit in `word`, these carry into none from byte to byte. */
		uint64_t below = (tops | word) - 0x20 * ones, above = word + ones;
		if (((~below | above | word) & tops) == 0) {
			i += sizeof(word);
			continue;
		}
		for (size_t end = i + sizeof(word); i < end; i++) {
			if (is_forbidden((unsigned char)s[i]) || (unsigned char)s[i] == 0xEF)
				return i;
		}
	}
	while (i < len && !is_forbidden((unsigned char)s[i]) && (unsigned char)s[i] != 0xEF)
		i++;
	return i;
}

/* In place. Controls become blanks: what they part must not grow together, least of all to a tag
 * that was none. */
static size_t clean(char *s, size_t len, size_t *mended)
{
	size_t n = 0;
	for (size_t i = 0; i < len;) {
		size_t run = plain_run(s + i, len - i);
		if (n < i)
			memmove(s + n, s + i, run);
		n += run;
		i += run;
		if (i == len)
			break;
		unsigned char c = (unsigned char)s[i];
		bool noncharacter = c == 0xEF && (unsigned char)s[i + 1] == 0xBF &&
				    (unsigned char)s[i + 2] >= 0xBE;
		*mended += is_forbidden(c) || noncharacter;
		if (!noncharacter)
			s[n++] = is_forbidden(c) ? ' ' : s[i];
		i += noncharacter ? 3 : 1;
	}
	return n;
}

static bool is_utf16(const struct set *s)
{
	return s->kind == KIND_UTF16LE || s->kind == KIND_UTF16BE;
}

static const struct set *named(const char *name)
{
	return find_set(name, strlen(name));
}

/* By a byte order mark, which is taken off, or by what stands in front of all markup; or NULL. */
static const struct set *recognise(struct text *data)
{
	const char *s = data->ptr;
	size_t mark = data->len >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	if (data->len >= 2 && (memcmp(s, "\xFF\xFE", 2) == 0 || memcmp(s, "\xFE\xFF", 2) == 0))
		mark = 2;
	*data = (struct text){s + mark, data->len - mark};
	if (mark > 0)
		return named(mark == 3 ? "utf-8" : s[0] == '\xFF' ? "utf-16le" : "utf-16be");
	if (data->len < 4)
		return NULL;
	if (s[0] == '<' && !s[1] && s[2] && !s[3])
		return named("utf-16le");
	return !s[0] && s[1] == '<' && !s[2] && s[3] ? named("utf-16be") : NULL;
}

static const struct set *decide(struct text *data, const struct text *stated)
{
	const struct set *utf8 = named("utf-8");
	const struct set *set = recognise(data);
	if (set)
		return set;
	set = find_set(stated->ptr, stated->len);
	if (!set || utf8_check(data->ptr, data->len, NULL) == NETRAL_OK)
		return utf8;
	/* Whoever can state it in ASCII is no UTF-16. */
	if (is_utf16(set) && !memchr(data->ptr, '\0', data->len))
		return utf8;
	struct count n = {0, 0};
	if (set->kind == KIND_WESTERN)
		n = count_utf8(data->ptr, data->len);
	return set->kind == KIND_WESTERN && n.right >= n.wrong ? utf8 : set;
}

static int decode(const struct text *data, const struct set *set, struct buf *out, size_t *mended)
{
	if (set->iconv)
		return from_other(data->ptr, data->len, set, out, mended);
	if (is_utf16(set))
		return from_utf16(data->ptr, data->len, set->kind == KIND_UTF16BE, out, mended);
	if (set->kind == KIND_WESTERN)
		return from_windows(data->ptr, data->len, out);
	return from_utf8(data->ptr, data->len, out, mended);
}

int charset_to_utf8(const char *data, size_t len, const struct text *stated, struct buf *out,
		    size_t *ret_mended)
{
	struct text rest = {data, len};
	size_t start = out->len;
	const struct set *set = decide(&rest, stated);
	*ret_mended = 0;
	int r = decode(&rest, set, out, ret_mended);
	if (out->len > start)
		out->len = start + clean((char *)out->data + start, out->len - start, ret_mended);
	return r;
}
