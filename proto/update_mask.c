#include "proto/update_mask.h"

#include "lib/error.h"

static int mask_reports(const struct mask_policy *policy, const struct update *u,
			struct arena *arena, struct update *ret)
{
	ret->reports = arena_calloc(arena, u->listed_count + 1, sizeof(*ret->reports));
	if (!ret->reports)
		return NETRAL_ENOMEM;
	int r = NETRAL_OK;
	for (size_t i = 0; i < u->listed_count && r == NETRAL_OK; i++) {
		ret->reports[i] = u->reports[i];
		r = mask_text(policy, &u->event, arena, &u->reports[i].article.title,
			      &ret->reports[i].article.title);
	}
	return r;
}

int update_mask(const struct mask_policy *policy, const struct update *u, struct arena *arena,
		struct update *ret_update)
{
	*ret_update = *u;
	int r = mask_event(policy, &u->event, arena, &ret_update->event);
	if (r == NETRAL_OK)
		r = mask_text(policy, &u->event, arena, &u->article.title,
			      &ret_update->article.title);
	return r == NETRAL_OK ? mask_reports(policy, u, arena, ret_update) : r;
}
