#include "client/correction_set.h"

#include "client/areas.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "proto/filter.h"

#include <ctype.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define FIELDS "status, place, date, count, conduct or people"

static const char none[] = "none";

/* --- one field each --- */

static int read_status(const char *value, struct override *o)
{
	o->status = (enum event_status)event_status_parse(value);
	if (o->status == EVENT_STATUS_NONE)
		return cli_usage("status: \"%s\" is not held, planned, alleged, under_review, "
				 "found, sanctioned, dismissed or made",
				 value);
	return EX_OK;
}

struct place_search {
	const char *code;
	struct arena *arena;
	struct event_place *place;
};

/* Names the area, and its province, of which the code is the first two digits. */
static int take_area(void *user, const char *code, const char *name)
{
	struct place_search *s = user;
	const char *is = s->code;
	bool province = strlen(code) == 2 && strlen(is) > 2 && strncmp(code, is, 2) == 0;
	if (!province && strcmp(code, is) != 0)
		return NETRAL_OK;
	const char *copy = arena_strdup(s->arena, name);
	if (!copy)
		return NETRAL_ENOMEM;
	if (province)
		s->place->province = copy;
	else
		s->place->name = copy;
	return NETRAL_OK;
}

static int read_place(const char *value, struct arena *arena, struct override *o)
{
	char found[EVENT_AREA_CODE_MAX];
	const char *code = value;
	o->place = (struct event_place){"", "", ""};
	if (strcasecmp(value, none) == 0)
		return EX_OK;
	if (filter_area_check(value) < 0) {
		int r = areas_find_for("place", value, found);
		if (r != EX_OK)
			return r;
		code = found;
	}
	o->place.code = arena_strdup(arena, code);
	if (!o->place.code)
		return cli_fail_code(NETRAL_ENOMEM, "place");
	struct place_search s = {o->place.code, arena, &o->place};
	int r = areas_each(take_area, &s);
	if (r == EX_OK && o->place.name[0] == '\0')
		return cli_usage("place: no province, regency or city has the code %s", value);
	if (strlen(code) == 2)
		o->place.province = strcmp(code, "ID") == 0 ? "" : o->place.name;
	return r;
}

static bool is_shaped(const char *value, const char *shape)
{
	for (; *shape && *value; shape++, value++) {
		if (*shape == '9' ? !isdigit((unsigned char)*value) : *value != *shape)
			return false;
	}
	return *shape == *value;
}

static int read_date(const char *value, struct override *o)
{
	static const char *const shapes[] = {[EVENT_PRECISION_DAY] = "9999-99-99",
					     [EVENT_PRECISION_MONTH] = "9999-99",
					     [EVENT_PRECISION_YEAR] = "9999"};
	o->date = (struct event_date){.value = ""};
	if (strcasecmp(value, none) == 0)
		return EX_OK;
	for (int p = EVENT_PRECISION_DAY; p <= EVENT_PRECISION_YEAR; p++) {
		if (is_shaped(value, shapes[p]))
			o->date = (struct event_date){value, (enum event_precision)p};
	}
	if (o->date.precision == EVENT_PRECISION_NONE)
		return cli_usage("date: \"%s\" is not a day, a month or a year such as 2024-08-21, "
				 "2024-08 or 2024, nor \"none\"",
				 value);
	return EX_OK;
}

static int read_count(const char *value, struct override *o)
{
	static const struct {
		const char *words;
		enum event_qualifier qualifier;
	} forms[] = {{"about ", EVENT_QUALIFIER_ABOUT}, {"at least ", EVENT_QUALIFIER_AT_LEAST}};
	const char *number = value;
	o->count = (struct event_count){.qualifier = EVENT_QUALIFIER_EXACT};
	for (size_t i = 0; i < netral_countof(forms); i++) {
		size_t len = strlen(forms[i].words);
		if (strncasecmp(value, forms[i].words, len) != 0)
			continue;
		number = value + len;
		o->count.qualifier = forms[i].qualifier;
	}
	if (strcasecmp(value, none) == 0 || strcasecmp(value, "several") == 0)
		o->count.qualifier =
			strcasecmp(value, none) ? EVENT_QUALIFIER_SEVERAL : EVENT_QUALIFIER_NONE;
	else if (cli_number(number, &o->count.value) < 0)
		return cli_usage("count: \"%s\" is not a number, \"about\" or \"at least\" and a "
				 "number, \"several\" or \"none\"",
				 value);
	return EX_OK;
}

static int read_conduct(const char *value, struct arena *arena, struct override *o)
{
	char *words = arena_strdup(arena, strcasecmp(value, none) ? value : "");
	enum event_conduct *list = arena_calloc(arena, EVENT_LIST_MAX, sizeof(*list));
	char *rest = NULL;
	o->conduct = list;
	o->conduct_count = 0;
	if (!words || !list)
		return cli_fail_code(NETRAL_ENOMEM, "conduct");
	for (char *word = strtok_r(words, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
		int conduct = event_conduct_parse(word);
		if (conduct == 0 || o->conduct_count == EVENT_LIST_MAX)
			return cli_usage("conduct: \"%s\" is none; one or more of them with commas "
					 "between: social_media, campaign_attendance, endorsement, "
					 "mobilisation, photo_or_gesture, party_ties, candidacy, "
					 "state_resources, decision, other; or \"none\"",
					 word);
		list[o->conduct_count++] = (enum event_conduct)conduct;
	}
	return EX_OK;
}

static int read_people(const char *value, struct override *o)
{
	o->people = strcasecmp(value, "masked") == 0 ? PEOPLE_MASKED : PEOPLE_REMOVED;
	if (o->people == PEOPLE_REMOVED && strcasecmp(value, none) != 0)
		return cli_usage("people: \"%s\" is neither \"masked\", for initials, nor \"none\"",
				 value);
	return EX_OK;
}

/* --- the command line --- */

/* The field that `name` of `len` bytes is, or 0. */
static int field_of(const char *name, size_t len)
{
	for (int field = 1; field < CORRECTION_FIELD_END; field++) {
		const char *is = correction_field_name(field);
		if (strlen(is) == len && strncasecmp(name, is, len) == 0)
			return field;
	}
	return 0;
}

static int read_value(int field, const char *value, struct arena *arena, struct override *o)
{
	switch (field) {
	case CORRECTION_STATUS:
		return read_status(value, o);
	case CORRECTION_PLACE:
		return read_place(value, arena, o);
	case CORRECTION_DATE:
		return read_date(value, o);
	case CORRECTION_COUNT:
		return read_count(value, o);
	case CORRECTION_CONDUCT:
		return read_conduct(value, arena, o);
	default:
		return read_people(value, o);
	}
}

static int read_set(const char *item, struct arena *arena, struct override *o)
{
	const char *equals = strchr(item, '=');
	int field = equals ? field_of(item, (size_t)(equals - item)) : 0;
	if (field == 0)
		return cli_usage("--set: \"%s\" is not FIELD=VALUE, where FIELD is " FIELDS, item);
	if (o->fields & CORRECTION_BIT(field))
		return cli_usage("--set: %s is given twice", correction_field_name(field));
	o->fields |= CORRECTION_BIT(field);
	return read_value(field, equals + 1, arena, o);
}

int correction_set_read(const struct cli_list *sets, const struct cli_list *clears,
			struct arena *arena, struct override *ret_set, uint32_t *ret_clear)
{
	*ret_set = (struct override){.place = {"", "", ""}, .date = {.value = ""}};
	*ret_clear = 0;
	for (size_t i = 0; i < sets->count; i++) {
		int r = read_set(sets->items[i], arena, ret_set);
		if (r != EX_OK)
			return r;
	}
	for (size_t i = 0; i < clears->count; i++) {
		int field = field_of(clears->items[i], strlen(clears->items[i]));
		if (field == 0)
			return cli_usage("--clear: \"%s\" is not " FIELDS, clears->items[i]);
		*ret_clear |= CORRECTION_BIT(field);
	}
	if (*ret_clear & ret_set->fields)
		return cli_usage("a field is both set and cleared");
	if (!*ret_clear && !ret_set->fields)
		return cli_usage("nothing is set and nothing is cleared");
	return EX_OK;
}

const char *correction_author(const char *by, struct arena *arena)
{
	const struct passwd *user = getpwuid(getuid());
	const char *login =
		user ? user->pw_name : arena_printf(arena, "uid %lu", (unsigned long)getuid());
	if (!by)
		return arena_strdup(arena, login ? login : "");
	return arena_printf(arena, "%s (%s)", by, login);
}
