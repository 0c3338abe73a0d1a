/* The areas come in the order of their codes, each province before its regencies, so that a
 * province is known when its regencies are read. Bare names that several areas share (Kupang is a
 * city and a regency, Jambi a city and a province) become one name with several areas; place.c
 * chooses between them by what stands before the name.
 *
 * Districts are no phrases: 7,000 names, many of them ordinary words, would cost the matcher memory
 * and every text hits that mean nothing. They are a sorted list, looked up where a text says
 * "Kecamatan". */
#include "workers/classify/gazetteer.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static int grow(void **list, size_t *cap, size_t member)
{
	size_t more = *cap ? *cap * 2 : 128;
	void *p = fault_realloc(*list, more * member);
	if (!p)
		return NETRAL_ENOMEM;
	*list = p;
	*cap = more;
	return NETRAL_OK;
}

uint16_t gazetteer_find(const struct gazetteer *g, const char *code)
{
	for (size_t i = 0; i < g->area_count; i++) {
		if (strcmp(g->areas[i].code, code) == 0)
			return (uint16_t)i;
	}
	return AREA_NONE;
}

static int add_name(struct gazetteer *g, struct place_name name, uint16_t *ret_index)
{
	if (g->name_count == g->name_cap) {
		void *list = g->names;
		int r = grow(&list, &g->name_cap, sizeof(*g->names));
		g->names = list;
		if (r < 0)
			return r;
	}
	g->names[g->name_count] = name;
	*ret_index = (uint16_t)g->name_count++;
	return NETRAL_OK;
}

static int add_phrase(const struct table *t, struct phrases *p, const char *form, int64_t value)
{
	int r = phrases_add(p, GROUP_PLACE, form, value, "", 0);
	return r == NETRAL_ETOOBIG ? table_fail(t, "a name has at most %d bytes", PHRASE_LEN_MAX)
				   : r;
}

static uint8_t level_of(const char *code, const char *name)
{
	if (strcmp(code, "ID") == 0)
		return AREA_NATION;
	if (strlen(code) == 2)
		return AREA_PROVINCE;
	return strncmp(name, "Kota ", 5) == 0 ? AREA_CITY : AREA_REGENCY;
}

/* The bare name's entry: an older one of the same name gets one area more. */
static int name_area(struct gazetteer *g, const struct table *t, struct phrases *p, uint16_t index)
{
	const struct area *a = &g->areas[index];
	for (size_t i = 0; i < g->name_count; i++) {
		struct place_name *n = &g->names[i];
		if (strcasecmp(g->areas[n->area[0]].bare, a->bare) != 0)
			continue;
		for (unsigned k = 0; k < NAME_AREAS_MAX; k++) {
			if (n->area[k] == AREA_NONE) {
				n->area[k] = index;
				return NETRAL_OK;
			}
		}
		return table_fail(t, "more than %d areas are called %s", NAME_AREAS_MAX, a->bare);
	}
	uint16_t name = 0;
	int r = add_name(g,
			 (struct place_name){.area = {index, AREA_NONE, AREA_NONE},
					     .kind = NAME_BARE,
					     .risk = a->risk},
			 &name);
	return r < 0 ? r : add_phrase(t, p, a->bare, name);
}

static int parse_risk(const struct table *t, const char *word)
{
	static const char *const words[] = {"low", "medium", "high", "never"};
	for (size_t i = 0; i < netral_countof(words); i++) {
		if (strcmp(words[i], word) == 0)
			return (int)i;
	}
	return table_fail(t, "\"%s\" is not low, medium, high or never", word);
}

static bool is_code(const char *code)
{
	size_t len = strlen(code);
	return strcmp(code, "ID") == 0 ||
	       (strspn(code, "0123456789") == 2 &&
		(len == 2 || (len == 5 && code[2] == '.' && strspn(code + 3, "0123456789") == 2)));
}

static int area_row(struct gazetteer *g, const struct table *t, struct phrases *p)
{
	const char *code = t->field[0];
	if (!is_code(code) || gazetteer_find(g, code) != AREA_NONE)
		return table_fail(t, "\"%s\" is not a new code such as 81 or 81.71", code);
	int risk = parse_risk(t, t->field[3]);
	if (risk < 0)
		return risk;
	if (g->area_count == g->area_cap) {
		void *list = g->areas;
		int r = grow(&list, &g->area_cap, sizeof(*g->areas));
		g->areas = list;
		if (r < 0)
			return r;
	}
	uint16_t index = (uint16_t)g->area_count;
	struct area a = {.name = phrases_keep(p, t->field[1]),
			 .bare = phrases_keep(p, t->field[2]),
			 .province = index,
			 .level = level_of(code, t->field[1]),
			 .risk = (uint8_t)risk};
	if (!a.name || !a.bare)
		return NETRAL_ENOMEM;
	memcpy(a.code, code, strlen(code) + 1);
	if (a.level >= AREA_REGENCY) {
		char province[3] = {code[0], code[1], '\0'};
		a.province = gazetteer_find(g, province);
		if (a.province == AREA_NONE)
			return table_fail(t, "province %s must come before %s", province, code);
	}
	g->areas[g->area_count++] = a;
	return risk == RISK_NEVER ? NETRAL_OK : name_area(g, t, p, index);
}

/* "53.01|53.71" or "-". */
static int parse_codes(const struct gazetteer *g, const struct table *t, const char *codes,
		       struct place_name *n)
{
	for (unsigned k = 0; k < NAME_AREAS_MAX; k++)
		n->area[k] = AREA_NONE;
	if (strcmp(codes, "-") == 0)
		return NETRAL_OK;
	const char *at = codes;
	for (unsigned k = 0; k < NAME_AREAS_MAX && *at; k++) {
		char code[8];
		size_t len = strcspn(at, "|");
		if (len >= sizeof(code))
			break;
		memcpy(code, at, len);
		code[len] = '\0';
		n->area[k] = gazetteer_find(g, code);
		if (n->area[k] == AREA_NONE)
			return table_fail(t, "no area has the code \"%s\"", code);
		at += len + (at[len] == '|');
	}
	return *at || at == codes ? table_fail(t, "\"%s\" is not a list of codes", codes) : 0;
}

static int name_row(struct gazetteer *g, const struct table *t, struct phrases *p)
{
	static const struct {
		const char *word;
		enum name_kind kind;
	} kinds[] = {{"short", NAME_SHORT},
		     {"nick", NAME_NICK},
		     {"seat", NAME_SEAT},
		     {"word", NAME_WORD}};
	struct place_name n = {0};
	size_t k = 0;
	while (k < netral_countof(kinds) && strcmp(kinds[k].word, t->field[2]) != 0)
		k++;
	if (k == netral_countof(kinds))
		return table_fail(t, "\"%s\" is not short, nick, seat or word", t->field[2]);
	n.kind = (uint8_t)kinds[k].kind;
	int r = parse_codes(g, t, t->field[1], &n);
	uint16_t name = 0;
	r = r < 0 ? r : add_name(g, n, &name);
	return r < 0 ? r : add_phrase(t, p, t->field[0], name);
}

static int prefix_row(struct gazetteer *g, const struct table *t, struct phrases *p)
{
	/* In the order of enum prefix_kind. */
	static const char *const kinds[] = {
		"KOTA",
		"KABUPATEN",
		"PROVINSI",
		"KOTA_HEAD",
		"KABUPATEN_HEAD",
		"PROVINSI_HEAD",
		"DISTRICT",
		"LOWER",
		"OFFICE",
		"ELECTION_OFFICE",
		"AT",
		"FROM",
		"TO",
		"NOT",
		"CREDIT",
	};
	(void)g;
	for (size_t i = 0; i < netral_countof(kinds); i++) {
		if (strcmp(kinds[i], t->field[1]) == 0)
			return phrases_add(p, GROUP_PLACE_PREFIX, t->field[0], (int64_t)i, "", 0);
	}
	return table_fail(t, "\"%s\" is not a kind of prefix", t->field[1]);
}

size_t gazetteer_district_key(char *key, size_t at, const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)name[i]))
			continue;
		if (at + 1 >= DISTRICT_KEY_MAX)
			return 0;
		key[at++] = (char)tolower((unsigned char)name[i]);
	}
	key[at] = '\0';
	return at;
}

/* Rows come regency by regency, so that the last one's area is mostly this one's. */
static uint16_t area_of_district(const struct gazetteer *g, const char *code)
{
	if (g->district_count) {
		uint16_t last = g->districts[g->district_count - 1].area;
		if (strcmp(g->areas[last].code, code) == 0)
			return last;
	}
	return gazetteer_find(g, code);
}

static int district_row(struct gazetteer *g, const struct table *t, struct phrases *p)
{
	char key[DISTRICT_KEY_MAX];
	struct district d = {.area = area_of_district(g, t->field[1])};
	if (d.area == AREA_NONE || g->areas[d.area].level < AREA_REGENCY)
		return table_fail(t, "\"%s\" is not the code of a regency", t->field[1]);
	if (gazetteer_district_key(key, 0, t->field[0], strlen(t->field[0])) == 0)
		return table_fail(t, "\"%s\" has no letters, or too many", t->field[0]);
	if (g->district_count == g->district_cap) {
		void *list = g->districts;
		int r = grow(&list, &g->district_cap, sizeof(*g->districts));
		g->districts = list;
		if (r < 0)
			return r;
	}
	d.key = phrases_keep(p, key);
	if (!d.key)
		return NETRAL_ENOMEM;
	g->districts[g->district_count++] = d;
	return NETRAL_OK;
}

static int compare_districts(const void *a, const void *b)
{
	const struct district *x = a, *y = b;
	int order = strcmp(x->key, y->key);
	return order ? order : (int)x->area - (int)y->area;
}

size_t gazetteer_districts(const struct gazetteer *g, const char *key,
			   const struct district **ret_first)
{
	size_t low = 0, high = g->district_count;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (strcmp(g->districts[mid].key, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*ret_first = g->districts + low;
	while (high < g->district_count && strcmp(g->districts[high].key, key) == 0)
		high++;
	return high - low;
}

static int load(struct gazetteer *g, struct table_set *set, struct phrases *p, const char *name,
		const char *head,
		int (*row)(struct gazetteer *, const struct table *, struct phrases *))
{
	netral_cleanup(table_close) struct table t = {0};
	int r = table_open(set, name, head, &t);
	if (r < 0)
		return r;
	while ((r = table_next(&t)) > 0) {
		r = row(g, &t, p);
		if (r < 0)
			return r;
	}
	return r;
}

int gazetteer_load(struct gazetteer *g, struct table_set *set, struct phrases *phrases)
{
	int r = load(g, set, phrases, "areas.tsv", "code\tname\tbare\trisk", area_row);
	if (r == NETRAL_OK)
		r = load(g, set, phrases, "place_names.tsv", "form\tcodes\tkind\tsource", name_row);
	if (r == NETRAL_OK)
		r = load(g, set, phrases, "place_prefixes.tsv", "form\tkind", prefix_row);
	if (r == NETRAL_OK)
		r = load(g, set, phrases, "districts.tsv", "name\tcode", district_row);
	if (g->district_count)
		qsort(g->districts, g->district_count, sizeof(*g->districts), compare_districts);
	return r;
}

void gazetteer_fini(struct gazetteer *g)
{
	free(g->areas);
	free(g->names);
	free(g->districts);
	*g = (struct gazetteer){0};
}
