#include "workers/record/correction.h"

#include "lib/error.h"
#include "lib/mask.h"

#include <inttypes.h>
#include <string.h>

static bool says(const struct override *o, enum correction_field field)
{
	return o->fields & CORRECTION_BIT(field);
}

/* --- laying over --- */

/* Is this evidence for a field that people say otherwise? */
static bool is_overruled(const struct override *said, const char *field)
{
	for (int i = 1; i < CORRECTION_FIELD_END; i++) {
		if ((said->fields & CORRECTION_BIT(i)) &&
		    strcmp(field, correction_field_name(i)) == 0)
			return true;
	}
	return false;
}

static int drop_evidence(const struct override *said, struct event *e, struct arena *arena)
{
	struct event_evidence *kept = arena_calloc(arena, e->evidence_count + 1, sizeof(*kept));
	size_t n = 0;
	if (!kept)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < e->evidence_count; i++) {
		if (!is_overruled(said, e->evidence[i].field))
			kept[n++] = e->evidence[i];
	}
	e->evidence = kept;
	e->evidence_count = n;
	return NETRAL_OK;
}

/* The policy of exports hides names in violations only, and not those of people in office; here
 * somebody asked for it. */
static int hide_names(const struct override *said, struct update *u, struct arena *arena)
{
	static const struct mask_policy all = {.from = MASK_NONE};
	struct event plain = u->event;
	plain.kind = EVENT_KIND_VIOLATION;
	int r = mask_text(&all, &plain, arena, &u->article.title, &u->article.title);
	for (size_t i = 0; r == NETRAL_OK && i < u->listed_count; i++)
		r = mask_text(&all, &plain, arena, &u->reports[i].article.title,
			      &u->reports[i].article.title);
	if (r == NETRAL_OK)
		r = mask_event(&all, &plain, arena, &u->event);
	if (r == NETRAL_OK && said->people == PEOPLE_REMOVED) {
		u->event.people = NULL;
		u->event.person_count = 0;
	}
	return r;
}

int correction_lay(const struct override *said, struct update *u, struct arena *arena)
{
	struct event *e = &u->event;
	enum event_kind kind = e->kind;
	int r = said->fields ? drop_evidence(said, e, arena) : NETRAL_OK;
	if (r == NETRAL_OK && says(said, CORRECTION_PEOPLE))
		r = hide_names(said, u, arena);
	e->kind = kind;
	if (says(said, CORRECTION_STATUS)) {
		e->status = said->status;
		e->sure.status = 0;
	}
	if (says(said, CORRECTION_PLACE)) {
		e->place = said->place;
		e->sure.place = 0;
	}
	if (says(said, CORRECTION_DATE)) {
		e->date = said->date;
		e->sure.date = 0;
	}
	if (says(said, CORRECTION_COUNT)) {
		e->count = said->count;
		e->sure.count = 0;
	}
	if (says(said, CORRECTION_CONDUCT)) {
		e->conduct = said->conduct;
		e->conduct_count = said->conduct_count;
	}
	return r;
}

static bool status_fits(enum event_status status, enum event_kind kind)
{
	switch (status) {
	case EVENT_STATUS_HELD:
		return kind == EVENT_KIND_SESSION;
	case EVENT_STATUS_PLANNED:
		return kind != EVENT_KIND_VIOLATION;
	case EVENT_STATUS_MADE:
		return kind == EVENT_KIND_PLEDGE;
	case EVENT_STATUS_NONE:
		return false;
	default:
		return kind == EVENT_KIND_VIOLATION;
	}
}

const char *correction_refusal(const struct override *said, enum event_kind kind)
{
	static const char *const statuses[] = {
		[EVENT_KIND_SESSION] = "status: a session is HELD or PLANNED",
		[EVENT_KIND_VIOLATION] = "status: a violation is ALLEGED, UNDER_REVIEW, FOUND, "
					 "SANCTIONED or DISMISSED",
		[EVENT_KIND_PLEDGE] = "status: a pledge is MADE or PLANNED"};
	if (says(said, CORRECTION_STATUS) && !status_fits(said->status, kind))
		return statuses[kind];
	if (says(said, CORRECTION_CONDUCT) && kind != EVENT_KIND_VIOLATION)
		return "conduct: only a violation has one";
	return NULL;
}

void correction_merge(struct override *to, const struct override *from, uint32_t fields)
{
	to->fields |= fields;
	if (fields & CORRECTION_BIT(CORRECTION_STATUS))
		to->status = from->status;
	if (fields & CORRECTION_BIT(CORRECTION_PLACE))
		to->place = from->place;
	if (fields & CORRECTION_BIT(CORRECTION_DATE))
		to->date = from->date;
	if (fields & CORRECTION_BIT(CORRECTION_COUNT))
		to->count = from->count;
	if (fields & CORRECTION_BIT(CORRECTION_CONDUCT)) {
		to->conduct = from->conduct;
		to->conduct_count = from->conduct_count;
	}
	if (fields & CORRECTION_BIT(CORRECTION_PEOPLE))
		to->people = from->people;
}

/* --- for the history --- */

static const char *describe_conduct(const struct event *e, struct arena *arena)
{
	char *text = arena_strdup(arena, e->conduct_count ? "" : "-");
	for (size_t i = 0; text && i < e->conduct_count; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? ", " : "",
				    event_conduct_name((int)e->conduct[i]));
	return text;
}

static const char *describe_count(const struct event_count *c, struct arena *arena)
{
	if (c->qualifier == EVENT_QUALIFIER_NONE)
		return "-";
	return arena_printf(arena, "%s %" PRIu64, event_qualifier_name((int)c->qualifier),
			    c->value);
}

int correction_describe(const struct event *e, enum correction_field field, struct arena *arena,
			const char **ret_text)
{
	const char *text = "-";
	switch (field) {
	case CORRECTION_STATUS:
		text = event_status_name((int)e->status);
		break;
	case CORRECTION_PLACE:
		if (e->place.code[0])
			text = arena_printf(arena, "%s %.200s", e->place.code, e->place.name);
		break;
	case CORRECTION_DATE:
		text = arena_strdup(arena, e->date.precision ? e->date.value : "-");
		break;
	case CORRECTION_COUNT:
		text = describe_count(&e->count, arena);
		break;
	case CORRECTION_CONDUCT:
		text = describe_conduct(e, arena);
		break;
	case CORRECTION_PEOPLE:
		text = arena_printf(arena, "%zu named", e->person_count);
		break;
	case CORRECTION_FIELD_END:
		break;
	}
	*ret_text = text;
	return text ? NETRAL_OK : NETRAL_ENOMEM;
}
