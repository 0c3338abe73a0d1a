#include "lib/extract/element.h"

#include <string.h>

static const struct {
	const char *name;
	unsigned flags;
} elements[ELEMENT_COUNT] = {{"", 0},
#define X(name, text, flags) {text, flags},
			     ELEMENTS(X)
#undef X
};

enum { NAME_MAX_LEN = 10 };

enum element element_find(const char *name, size_t len)
{
	char lower[NAME_MAX_LEN + 1];
	if (len == 0 || len > NAME_MAX_LEN)
		return ELEMENT_UNKNOWN;
	for (size_t i = 0; i < len; i++)
		lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 'a' - 'A' : name[i]);
	lower[len] = '\0';

	unsigned low = 1, high = ELEMENT_COUNT;
	while (low < high) {
		unsigned middle = (low + high) / 2;
		const char *name_there = elements[middle].name;
		int order = lower[0] - name_there[0];
		if (order == 0)
			order = strcmp(lower, name_there);
		if (order == 0)
			return (enum element)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return ELEMENT_UNKNOWN;
}

const char *element_name(enum element e)
{
	return elements[e].name;
}

unsigned element_flags(enum element e)
{
	return elements[e].flags;
}
