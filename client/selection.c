#include "client/selection.h"

#include "client/areas.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "proto/filter.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

_Static_assert((int)CLI_LIST_MAX <= (int)CODEC_FILTER_MAX, "what may be given fits into a filter");

static int take_kinds(const struct cli_list *list, struct selected *ret)
{
	for (size_t i = 0; i < list->count; i++) {
		int kind = event_kind_parse(list->items[i]);
		if (kind == 0)
			return cli_usage("--kind: \"%s\" is not session, violation or pledge",
					 list->items[i]);
		ret->kinds[i] = (enum event_kind)kind;
	}
	ret->filter.kinds = ret->kinds;
	ret->filter.kind_count = list->count;
	return EX_OK;
}

static int take_statuses(const struct cli_list *list, struct selected *ret)
{
	for (size_t i = 0; i < list->count; i++) {
		int status = event_status_parse(list->items[i]);
		if (status == 0)
			return cli_usage("--status: \"%s\" is not held, planned, alleged, "
					 "under_review, found, sanctioned, dismissed or made",
					 list->items[i]);
		ret->statuses[i] = (enum event_status)status;
	}
	ret->filter.statuses = ret->statuses;
	ret->filter.status_count = list->count;
	return EX_OK;
}

static int take_areas(const struct cli_list *list, struct selected *ret)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *given = list->items[i];
		ret->areas[i] = given;
		if (filter_area_check(given) == NETRAL_OK)
			continue;
		int r = areas_find(given, ret->codes[i]);
		if (r != EX_OK)
			return r;
		ret->areas[i] = ret->codes[i];
	}
	ret->filter.areas = ret->areas;
	ret->filter.area_count = list->count;
	return EX_OK;
}

int selection_resolve(const struct selection *s, struct selected *ret)
{
	memset(ret, 0, sizeof(*ret));
	int r = take_kinds(&s->kinds, ret);
	if (r == EX_OK)
		r = take_statuses(&s->statuses, ret);
	if (r == EX_OK)
		r = take_areas(&s->areas, ret);
	return r;
}
