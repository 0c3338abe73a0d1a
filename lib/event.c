#include "lib/event.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

struct name {
	int number;
	const char *name;
};

static const char *name_of(const struct name *names, size_t count, int number)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i].number == number)
			return names[i].name;
	}
	return "";
}

static int number_of(const struct name *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcasecmp(names[i].name, name) == 0)
			return names[i].number;
	}
	return 0;
}

#define COUNT(a)        (sizeof(a) / sizeof((a)[0]))
#define X(name, number) {number, #name},
static const struct name kinds[] = {EVENT_KINDS(X)};
static const struct name statuses[] = {EVENT_STATUSES(X)};
static const struct name subjects[] = {EVENT_SUBJECTS(X)};
static const struct name conducts[] = {EVENT_CONDUCTS(X)};
static const struct name scopes[] = {EVENT_SCOPES(X)};
#undef X
static const struct name precisions[] = {{EVENT_PRECISION_DAY, "day"},
					 {EVENT_PRECISION_MONTH, "month"},
					 {EVENT_PRECISION_YEAR, "year"}};
static const struct name qualifiers[] = {{EVENT_QUALIFIER_EXACT, "exact"},
					 {EVENT_QUALIFIER_ABOUT, "about"},
					 {EVENT_QUALIFIER_AT_LEAST, "at least"},
					 {EVENT_QUALIFIER_SEVERAL, "several"}};

const char *event_kind_name(int kind)
{
	return name_of(kinds, COUNT(kinds), kind);
}

const char *event_status_name(int status)
{
	return name_of(statuses, COUNT(statuses), status);
}

const char *event_subject_name(int subject)
{
	return name_of(subjects, COUNT(subjects), subject);
}

const char *event_conduct_name(int conduct)
{
	return name_of(conducts, COUNT(conducts), conduct);
}

const char *event_precision_name(int precision)
{
	return name_of(precisions, COUNT(precisions), precision);
}

const char *event_qualifier_name(int qualifier)
{
	return name_of(qualifiers, COUNT(qualifiers), qualifier);
}

const char *event_scope_name(int scope)
{
	return name_of(scopes, COUNT(scopes), scope);
}

int event_kind_parse(const char *name)
{
	return number_of(kinds, COUNT(kinds), name);
}

int event_status_parse(const char *name)
{
	return number_of(statuses, COUNT(statuses), name);
}

int event_conduct_parse(const char *name)
{
	return number_of(conducts, COUNT(conducts), name);
}

void event_init(struct event *e)
{
	*e = (struct event){.id = "",
			    .place = {"", "", ""},
			    .date = {"", EVENT_PRECISION_NONE},
			    .as_of = {"", EVENT_PRECISION_NONE},
			    .election = "",
			    .sentence = ""};
}
