/* RFC 5545: what is planned, or took place, as all-day events. libical escapes, folds and writes
 * each VEVENT; the calendar around them is ours, so that it can be as long as it may be. */
#include "client/export/day.h"
#include "client/export/export.h"
#include "client/export/plain.h"
#include "lib/error.h"

#include <inttypes.h>
#include <libical/ical.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static int begin(struct export_sink *s)
{
	icalerror_set_errors_are_fatal(false);
	fputs("BEGIN:VCALENDAR\r\n"
	      "VERSION:2.0\r\n"
	      "PRODID:-//netral//netral " NETRAL_VERSION "//EN\r\n"
	      "CALSCALE:GREGORIAN\r\n",
	      s->out);
	return NETRAL_OK;
}

/* The day after `day`, which is a valid date. */
static struct icaltimetype day_after(struct icaltimetype day)
{
	icaltime_adjust(&day, 1, 0, 0, 0);
	return day;
}

static struct icaltimetype utc(uint64_t real_us)
{
	return icaltime_from_timet_with_zone((time_t)(real_us / 1000000U), 0,
					     icaltimezone_get_utc_timezone());
}

/* --- properties --- */

/* Takes `p`, which is NULL without memory. */
static bool add(icalcomponent *v, icalproperty *p)
{
	if (p)
		icalcomponent_add_property(v, p);
	return p != NULL;
}

static bool add_identity(icalcomponent *v, const struct update *u)
{
	char uid[EXPORT_UUID_SIZE];
	/* Grows with each change of the event, as SEQUENCE must. */
	int sequence = u->seq > INT32_MAX ? INT32_MAX : (int)u->seq;
	export_uuid(u->event.id, strlen(u->event.id), uid);
	return add(v, icalproperty_new_uid(uid)) &&
	       add(v, icalproperty_new_dtstamp(utc(u->recorded_us))) &&
	       add(v, icalproperty_new_lastmodified(utc(u->recorded_us))) &&
	       add(v, icalproperty_new_sequence(sequence));
}

static bool add_day(icalcomponent *v, const char *day)
{
	char digits[] = "YYYYMMDD";
	memcpy(digits, day, 4);
	memcpy(digits + 4, day + 5, 2);
	memcpy(digits + 6, day + 8, 2);
	struct icaltimetype t = icaltime_from_string(digits);
	return add(v, icalproperty_new_dtstart(t)) &&
	       add(v, icalproperty_new_dtend(day_after(t))) &&
	       add(v, icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));
}

static bool add_texts(icalcomponent *v, struct export_sink *s, const struct update *u)
{
	const struct event *e = &u->event;
	const char *title = plain_line(&s->arena, u->article.title.ptr, u->article.title.len);
	const char *sentence = plain_line(&s->arena, e->sentence, strlen(e->sentence));
	const char *name = plain_line(&s->arena, e->place.name, strlen(e->place.name));
	const char *province = plain_line(&s->arena, e->place.province, strlen(e->place.province));
	if (!title || !sentence || !name || !province)
		return false;
	const char *kind = event_kind_name((int)e->kind);
	bool deeper = province[0] && strcmp(name, province) != 0;
	const char *place =
		arena_printf(&s->arena, "%s%s%s", name, deeper ? ", " : "", deeper ? province : "");
	return place && add(v, icalproperty_new_summary(title[0] ? title : kind)) &&
	       add(v, icalproperty_new_categories(kind)) &&
	       (!place[0] || add(v, icalproperty_new_location(place))) &&
	       (!sentence[0] || add(v, icalproperty_new_description(sentence)));
}

static bool add_state(icalcomponent *v, const struct update *u)
{
	bool planned = u->event.status == EVENT_STATUS_PLANNED;
	enum icalproperty_status status = planned ? ICAL_STATUS_TENTATIVE : ICAL_STATUS_CONFIRMED;
	const struct text *url = &u->article.url;
	if (u->change == CHANGE_REMOVED)
		status = ICAL_STATUS_CANCELLED;
	return add(v, icalproperty_new_status(status)) &&
	       (!plain_is_link(url->ptr, url->len) || add(v, icalproperty_new_url(url->ptr)));
}

static int write_component(FILE *out, icalcomponent *v)
{
	char *text = icalcomponent_as_ical_string_r(v);
	if (!text)
		return NETRAL_ENOMEM;
	fputs(text, out);
	icalmemory_free_buffer(text);
	return NETRAL_OK;
}

static int put(struct export_sink *s, const struct update *u)
{
	char day[EXPORT_DAY_SIZE];
	const struct event_date *date = &u->event.date;
	if (date->precision != EVENT_PRECISION_DAY || !export_day(date, false, day)) {
		s->left_out++;
		return NETRAL_OK;
	}
	icalcomponent *v = icalcomponent_new_vevent();
	int r = NETRAL_ENOMEM;
	if (v && add_identity(v, u) && add_day(v, day) && add_state(v, u) && add_texts(v, s, u))
		r = write_component(s->out, v);
	icalcomponent_free(v);
	return r;
}

static int end(struct export_sink *s)
{
	fputs("END:VCALENDAR\r\n", s->out);
	return NETRAL_OK;
}

const struct export_format export_ics = {.name = "ics", .begin = begin, .put = put, .end = end};
