#include "lib/web/entity.h"

#include "lib/cleanup.h"
#include "lib/web/charset.h"

#include <string.h>

/* The names that news texts use, in the order of strcmp(): Latin letters, punctuation, signs. A
 * name that is not here stays as it is printed. HTML 4.01, section 24. */
static const struct name {
	const char *name;
	uint32_t character;
} names[] = {
	{"AElig", 0xC6},    {"Aacute", 0xC1},   {"Acirc", 0xC2},    {"Agrave", 0xC0},
	{"Aring", 0xC5},    {"Atilde", 0xC3},   {"Auml", 0xC4},     {"Ccedil", 0xC7},
	{"Dagger", 0x2021}, {"ETH", 0xD0},      {"Eacute", 0xC9},   {"Ecirc", 0xCA},
	{"Egrave", 0xC8},   {"Euml", 0xCB},     {"Iacute", 0xCD},   {"Icirc", 0xCE},
	{"Igrave", 0xCC},   {"Iuml", 0xCF},     {"Ntilde", 0xD1},   {"OElig", 0x152},
	{"Oacute", 0xD3},   {"Ocirc", 0xD4},    {"Ograve", 0xD2},   {"Oslash", 0xD8},
	{"Otilde", 0xD5},   {"Ouml", 0xD6},     {"Prime", 0x2033},  {"Scaron", 0x160},
	{"THORN", 0xDE},    {"Uacute", 0xDA},   {"Ucirc", 0xDB},    {"Ugrave", 0xD9},
	{"Uuml", 0xDC},     {"Yacute", 0xDD},   {"aacute", 0xE1},   {"acirc", 0xE2},
	{"acute", 0xB4},    {"aelig", 0xE6},    {"agrave", 0xE0},   {"amp", '&'},
	{"apos", '\''},     {"aring", 0xE5},    {"atilde", 0xE3},   {"auml", 0xE4},
	{"bdquo", 0x201E},  {"brvbar", 0xA6},   {"bull", 0x2022},   {"ccedil", 0xE7},
	{"cedil", 0xB8},    {"cent", 0xA2},     {"circ", 0x2C6},    {"copy", 0xA9},
	{"curren", 0xA4},   {"dagger", 0x2020}, {"darr", 0x2193},   {"deg", 0xB0},
	{"divide", 0xF7},   {"eacute", 0xE9},   {"ecirc", 0xEA},    {"egrave", 0xE8},
	{"emsp", 0x2003},   {"ensp", 0x2002},   {"eth", 0xF0},      {"euml", 0xEB},
	{"euro", 0x20AC},   {"fnof", 0x192},    {"frac12", 0xBD},   {"frac14", 0xBC},
	{"frac34", 0xBE},   {"frasl", 0x2044},  {"ge", 0x2265},     {"gt", '>'},
	{"harr", 0x2194},   {"hearts", 0x2665}, {"hellip", 0x2026}, {"iacute", 0xED},
	{"icirc", 0xEE},    {"iexcl", 0xA1},    {"igrave", 0xEC},   {"infin", 0x221E},
	{"iquest", 0xBF},   {"iuml", 0xEF},     {"laquo", 0xAB},    {"larr", 0x2190},
	{"ldquo", 0x201C},  {"le", 0x2264},     {"lowast", 0x2217}, {"lrm", 0x200E},
	{"lsaquo", 0x2039}, {"lsquo", 0x2018},  {"lt", '<'},        {"macr", 0xAF},
	{"mdash", 0x2014},  {"micro", 0xB5},    {"middot", 0xB7},   {"minus", 0x2212},
	{"nbsp", 0xA0},     {"ndash", 0x2013},  {"ne", 0x2260},     {"not", 0xAC},
	{"ntilde", 0xF1},   {"oacute", 0xF3},   {"ocirc", 0xF4},    {"oelig", 0x153},
	{"ograve", 0xF2},   {"ordf", 0xAA},     {"ordm", 0xBA},     {"oslash", 0xF8},
	{"otilde", 0xF5},   {"ouml", 0xF6},     {"para", 0xB6},     {"permil", 0x2030},
	{"plusmn", 0xB1},   {"pound", 0xA3},    {"prime", 0x2032},  {"quot", '"'},
	{"radic", 0x221A},  {"raquo", 0xBB},    {"rarr", 0x2192},   {"rdquo", 0x201D},
	{"reg", 0xAE},      {"rlm", 0x200F},    {"rsaquo", 0x203A}, {"rsquo", 0x2019},
	{"sbquo", 0x201A},  {"scaron", 0x161},  {"sect", 0xA7},     {"shy", 0xAD},
	{"sup1", 0xB9},     {"sup2", 0xB2},     {"sup3", 0xB3},     {"szlig", 0xDF},
	{"thinsp", 0x2009}, {"thorn", 0xFE},    {"tilde", 0x2DC},   {"times", 0xD7},
	{"trade", 0x2122},  {"uacute", 0xFA},   {"uarr", 0x2191},   {"ucirc", 0xFB},
	{"ugrave", 0xF9},   {"uml", 0xA8},      {"uuml", 0xFC},     {"yacute", 0xFD},
	{"yen", 0xA5},      {"yuml", 0xFF},     {"zwj", 0x200D},    {"zwnj", 0x200C},
};

static const struct name *find_name(const char *s, size_t len)
{
	size_t low = 0, high = netral_countof(names);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strncmp(names[middle].name, s, len);
		if (order == 0 && names[middle].name[len] == '\0')
			return &names[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int digit_of(char c, unsigned base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	char lower = (char)(c | 0x20);
	return base == 16 && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* `s` is what stands between "&#" and ';'. */
static int read_number(const char *s, size_t len, uint32_t *ret)
{
	unsigned base = len > 0 && (s[0] == 'x' || s[0] == 'X') ? 16 : 10;
	uint32_t n = 0;
	size_t i = base == 16;
	if (i == len)
		return -1;
	for (; i < len; i++) {
		int digit = digit_of(s[i], base);
		if (digit < 0)
			return -1;
		n = n > 0x10FFFF ? n : n * base + (uint32_t)digit;
	}
	*ret = n >= 0x80 && n <= 0x9F ? charset_windows((unsigned char)n) : n;
	if (n < 0x20 && n != '\t' && n != '\n' && n != '\r')
		*ret = 0xFFFD;
	if (n == 0xFFFE || n == 0xFFFF)
		*ret = 0xFFFD;
	return 0;
}

size_t entity_read(const char *s, size_t len, char out[static 4], size_t *ret_len)
{
	const char *end =
		memchr(s, ';', len < ENTITY_REFERENCE_MAX ? len : (size_t)ENTITY_REFERENCE_MAX);
	uint32_t character;
	if (!end || end - s < 3)
		return 0;
	size_t inside = (size_t)(end - s) - 1;
	if (s[1] == '#') {
		if (read_number(s + 2, inside - 1, &character) < 0)
			return 0;
	} else {
		const struct name *name = find_name(s + 1, inside);
		if (!name)
			return 0;
		character = name->character;
	}
	*ret_len = charset_put(character, out);
	return inside + 2;
}
