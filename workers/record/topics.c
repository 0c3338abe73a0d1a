#include "workers/record/topics.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

_Static_assert(TOPICS_MAX <= UINT16_MAX, "a topic's number has 16 bits");

struct topics {
	uint64_t settled[TOPICS_MAX]; /* pages of areas that do not occur are never touched */
	uint64_t last[TOPICS_MAX];
	uint16_t changed[TOPICS_MAX];
	size_t changed_count;
};

int topics_new(struct topics **ret_topics)
{
	struct topics *t = fault_calloc(1, sizeof(*t));
	if (!t)
		return NETRAL_ENOMEM;
	*ret_topics = t;
	return NETRAL_OK;
}

void topics_free(struct topics *t)
{
	free(t);
}

static int two_digits(const char *s)
{
	if (!isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]))
		return -1;
	return (s[0] - '0') * 10 + (s[1] - '0');
}

static int area_number(const char *area)
{
	if (area[0] == '\0')
		return 0;
	if (strcmp(area, "ID") == 0)
		return 1;
	int province = two_digits(area);
	if (province < 0)
		return -1;
	if (area[2] == '\0')
		return 2 + province;
	int regency = area[2] == '.' ? two_digits(area + 3) : -1;
	return regency >= 0 && area[5] == '\0' ? 102 + province * 100 + regency : -1;
}

int topic_number(int kind, const char *area)
{
	int n = area_number(area);
	if (kind < EVENT_KIND_SESSION || kind > EVENT_KIND_PLEDGE || n < 0)
		return -1;
	return (kind - EVENT_KIND_SESSION) * TOPIC_AREAS + n;
}

void topic_name(int topic, int *ret_kind, char area[static EVENT_AREA_CODE_MAX])
{
	int n = topic % TOPIC_AREAS;
	*ret_kind = topic / TOPIC_AREAS + EVENT_KIND_SESSION;
	if (n < 2)
		snprintf(area, EVENT_AREA_CODE_MAX, "%s", n ? "ID" : "");
	else if (n < 102)
		snprintf(area, EVENT_AREA_CODE_MAX, "%02d", n - 2);
	else
		snprintf(area, EVENT_AREA_CODE_MAX, "%02d.%02d", (n - 102) / 100, (n - 102) % 100);
}

uint64_t topics_last(const struct topics *t, int topic)
{
	return t->last[topic];
}

/* Numbers only rise, so a topic is changed for the first time when it is as settled. */
void topics_set(struct topics *t, int topic, uint64_t seq)
{
	if (t->last[topic] == t->settled[topic])
		t->changed[t->changed_count++] = (uint16_t)topic;
	t->last[topic] = seq;
}

const uint16_t *topics_changed(const struct topics *t, size_t *ret_count)
{
	*ret_count = t->changed_count;
	return t->changed;
}

void topics_settle(struct topics *t)
{
	for (size_t i = 0; i < t->changed_count; i++)
		t->settled[t->changed[i]] = t->last[t->changed[i]];
	t->changed_count = 0;
}

void topics_revert(struct topics *t)
{
	for (size_t i = 0; i < t->changed_count; i++)
		t->last[t->changed[i]] = t->settled[t->changed[i]];
	t->changed_count = 0;
}
