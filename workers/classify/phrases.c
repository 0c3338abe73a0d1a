/* Strings go into blocks that are freed with the list: some 10,000 short strings, never freed one
 * by one, would cost more in malloc's headers than in letters. */
#include "workers/classify/phrases.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/event.h"
#include "lib/fault.h"

#include <string.h>

enum { STRINGS_BLOCK = 16 * 1024 };

struct strings_block {
	struct strings_block *next;
	size_t used;
	char data[STRINGS_BLOCK];
};

void phrases_init(struct phrases *p)
{
	*p = (struct phrases){0};
}

void phrases_fini(struct phrases *p)
{
	while (p->strings) {
		struct strings_block *next = p->strings->next;
		free(p->strings);
		p->strings = next;
	}
	free(p->list);
	phrases_init(p);
}

const char *phrases_keep(struct phrases *p, const char *s)
{
	size_t size = strlen(s) + 1;
	if (size > STRINGS_BLOCK)
		return NULL;
	if (!p->strings || STRINGS_BLOCK - p->strings->used < size) {
		struct strings_block *b = fault_malloc(sizeof(*b));
		if (!b)
			return NULL;
		b->next = p->strings;
		b->used = 0;
		p->strings = b;
	}
	char *copy = p->strings->data + p->strings->used;
	memcpy(copy, s, size);
	p->strings->used += size;
	return copy;
}

static int grow(struct phrases *p)
{
	size_t cap = p->cap ? p->cap * 2 : 512;
	struct phrase *list = fault_realloc(p->list, cap * sizeof(*list));
	if (!list)
		return NETRAL_ENOMEM;
	p->list = list;
	p->cap = cap;
	return NETRAL_OK;
}

int phrases_add(struct phrases *p, enum phrase_group group, const char *form, int64_t value,
		const char *text, uint8_t flags)
{
	size_t len = strlen(form);
	if (len == 0 || len > PHRASE_LEN_MAX || p->count == PHRASES_MAX)
		return NETRAL_ETOOBIG;
	if (p->count == p->cap && grow(p) < 0)
		return NETRAL_ENOMEM;
	const char *kept = phrases_keep(p, form);
	const char *kept_text = *text ? phrases_keep(p, text) : "";
	if (!kept || !kept_text)
		return NETRAL_ENOMEM;
	p->list[p->count++] = (struct phrase){.form = kept,
					      .text = kept_text,
					      .value = value,
					      .len = (uint16_t)len,
					      .group = (uint8_t)group,
					      .flags = flags};
	return NETRAL_OK;
}

#define X(n) #n,
static const char *const group_names[] = {CUE_GROUPS(X) OTHER_GROUPS(X)};
#undef X

const char *phrase_group_name(enum phrase_group group)
{
	return group_names[group];
}

int phrase_group_parse(const char *name)
{
	for (int i = 0; i < CUE_GROUP_COUNT; i++) {
		if (strcmp(group_names[i], name) == 0)
			return i;
	}
	return -1;
}

/* Names of the values of the groups that have a list of their own; a value is its index. */
#define X(name) #name,
static const char *const topic_names[] = {TOPIC_VALUES(X)};
static const char *const election_names[] = {ELECTION_VALUES(X)};
static const char *const session_names[] = {SESSION_VALUES(X)};
static const char *const hold_names[] = {HOLD_VALUES(X)};
static const char *const pledge_names[] = {PLEDGE_VALUES(X)};
static const char *const act_names[] = {ACT_VALUES(X)};
static const char *const offence_names[] = {OFFENCE_VALUES(X)};
static const char *const clause_names[] = {CLAUSE_VALUES(X)};
static const char *const definite_names[] = {DEFINITE_VALUES(X)};
static const char *const unit_names[] = {UNIT_VALUES(X)};
static const char *const qualifier_names[] = {QUALIFIER_VALUES(X)};
static const char *const crowd_names[] = {CROWD_VALUES(X)};
static const char *const venue_names[] = {VENUE_VALUES(X)};
static const char *const tone_names[] = {TONE_VALUES(X)};
static const char *const line_names[] = {LINE_VALUES(X)};
#undef X

#define LIST(group, names) [GROUP_##group] = {names, netral_countof(names)}
static const struct {
	const char *const *names;
	size_t count;
} value_names[PHRASE_GROUPS] = {
	LIST(TOPIC, topic_names),         LIST(ELECTION, election_names),
	LIST(SESSION, session_names),     LIST(HOLD, hold_names),
	LIST(PLEDGE, pledge_names),       LIST(ACT, act_names),
	LIST(OFFENCE, offence_names),     LIST(CLAUSE, clause_names),
	LIST(DEFINITE, definite_names),   LIST(UNIT, unit_names),
	LIST(QUALIFIER, qualifier_names), LIST(VENUE, venue_names),
	LIST(TONE, tone_names),           LIST(LINE, line_names),
	LIST(CROWD, crowd_names),
};
#undef LIST

/* Subjects, statuses and conducts are those of lib/event.h, numbered from 1. */
static int event_value(const char *(*name_of)(int), const char *name)
{
	for (int i = 1; *name_of(i); i++) {
		if (strcmp(name_of(i), name) == 0)
			return i;
	}
	return -1;
}

int phrase_value_parse(enum phrase_group group, const char *name)
{
	switch (group) {
	case GROUP_SANCTION:
		return 0;
	case GROUP_SUBJECT:
		return event_value(event_subject_name, name);
	case GROUP_STATUS:
		return event_value(event_status_name, name);
	case GROUP_CONDUCT:
	case GROUP_DEED:
		return event_value(event_conduct_name, name);
	default:
		break;
	}
	for (size_t i = 0; i < value_names[group].count; i++) {
		if (strcmp(value_names[group].names[i], name) == 0)
			return (int)i;
	}
	return -1;
}
