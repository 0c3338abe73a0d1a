#include "proto/filter.h"

#include "lib/error.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

bool filter_area_match(const char *area, const char *code)
{
	if (code[0] == '\0')
		return strcmp(area, "none") == 0;
	size_t len = strlen(area);
	return strncmp(area, code, len) == 0 && (code[len] == '\0' || code[len] == '.');
}

static bool kind_matches(const struct filter *f, enum event_kind kind)
{
	for (size_t i = 0; i < f->kind_count; i++) {
		if (f->kinds[i] == kind)
			return true;
	}
	return f->kind_count == 0;
}

static bool status_matches(const struct filter *f, enum event_status status)
{
	for (size_t i = 0; i < f->status_count; i++) {
		if (f->statuses[i] == status)
			return true;
	}
	return f->status_count == 0;
}

static bool area_matches(const struct filter *f, const char *code)
{
	for (size_t i = 0; i < f->area_count; i++) {
		if (filter_area_match(f->areas[i], code))
			return true;
	}
	return f->area_count == 0;
}

bool filter_match(const struct filter *f, const struct event *e)
{
	return kind_matches(f, e->kind) && status_matches(f, e->status) &&
	       area_matches(f, e->place.code);
}

int filter_area_check(const char *area)
{
	if (strcmp(area, "ID") == 0 || strcmp(area, "none") == 0)
		return NETRAL_OK;
	if (!isdigit((unsigned char)area[0]) || !isdigit((unsigned char)area[1]))
		return NETRAL_EINVALID;
	if (area[2] == '\0')
		return NETRAL_OK;
	bool regency = area[2] == '.' && isdigit((unsigned char)area[3]) &&
		       isdigit((unsigned char)area[4]) && area[5] == '\0';
	return regency ? NETRAL_OK : NETRAL_EINVALID;
}

static void topic_prefix(char topic[static CODEC_TOPIC_MAX], const char *kind, const char *area)
{
	int n = snprintf(topic, CODEC_TOPIC_MAX, "event.%s%s%s", kind, kind[0] ? "." : "", area);
	for (int i = 0; i < n && i < CODEC_TOPIC_MAX; i++)
		topic[i] = (char)tolower((unsigned char)topic[i]);
}

/* Without kinds but with areas every kind is named: the kind comes before the area in a topic. */
size_t filter_topics(const struct filter *f, char topics[][CODEC_TOPIC_MAX], size_t max)
{
	static const enum event_kind all[] = {EVENT_KIND_SESSION, EVENT_KIND_VIOLATION,
					      EVENT_KIND_PLEDGE};
	const enum event_kind *kinds = f->kind_count ? f->kinds : all;
	size_t kind_count = f->kind_count ? f->kind_count : sizeof(all) / sizeof(all[0]);
	size_t n = 0;
	if (f->kind_count == 0 && f->area_count == 0) {
		topic_prefix(topics[0], "", "");
		return 1;
	}
	for (size_t k = 0; k < kind_count; k++) {
		for (size_t a = 0; a < (f->area_count ? f->area_count : 1) && n < max; a++)
			topic_prefix(topics[n++], event_kind_name(kinds[k]),
				     f->area_count ? f->areas[a] : "");
	}
	return n;
}
