/* A name is looked for among those with its first letter; no letter has more than eleven. */
#include "lib/extract/element.h"

#include <string.h>

static const struct {
	const char *name;
	size_t len;
} elements[ELEMENT_COUNT + 1] = {{"", 0},
#define X(name, text, flags) {text, sizeof(text) - 1},
				 ELEMENTS(X)
#undef X
					 {"", 0}};

const uint8_t element_flag_table[ELEMENT_COUNT] = {0,
#define X(name, text, flags) flags,
						   ELEMENTS(X)
#undef X
};

enum { NAME_MAX_LEN = 10 };

/* The first of each letter. */
static const uint8_t first_of['z' - 'a' + 1] = {
	['a' - 'a'] = ELEMENT_A,        ['b' - 'a'] = ELEMENT_BLOCKQUOTE,
	['c' - 'a'] = ELEMENT_CANVAS,   ['d' - 'a'] = ELEMENT_DD,
	['f' - 'a'] = ELEMENT_FIELDSET, ['h' - 'a'] = ELEMENT_H1,
	['i' - 'a'] = ELEMENT_IFRAME,   ['l' - 'a'] = ELEMENT_LI,
	['m' - 'a'] = ELEMENT_MAIN,     ['n' - 'a'] = ELEMENT_NAV,
	['o' - 'a'] = ELEMENT_OBJECT,   ['p' - 'a'] = ELEMENT_P,
	['s' - 'a'] = ELEMENT_SCRIPT,   ['t' - 'a'] = ELEMENT_TABLE,
	['u' - 'a'] = ELEMENT_UL,       ['v' - 'a'] = ELEMENT_VIDEO,
	['x' - 'a'] = ELEMENT_XMP,
};

enum element element_find(const char *name, size_t len)
{
	char lower[NAME_MAX_LEN];
	if (len == 0 || len > NAME_MAX_LEN)
		return ELEMENT_UNKNOWN;
	for (size_t i = 0; i < len; i++)
		lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 'a' - 'A' : name[i]);
	if (lower[0] < 'a' || lower[0] > 'z')
		return ELEMENT_UNKNOWN;
	unsigned e = first_of[lower[0] - 'a'];
	for (; e && elements[e].name[0] == lower[0]; e++) {
		if (elements[e].len == len && memcmp(elements[e].name, lower, len) == 0)
			return (enum element)e;
	}
	return ELEMENT_UNKNOWN;
}

const char *element_name(enum element e)
{
	return elements[e].name;
}
