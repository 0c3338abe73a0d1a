#include "proto/update_mask.h"

#include "lib/error.h"

#include <string.h>

/* The update names the people of the article that it shows. Another article may have recognised
 * others, whom nobody knows here: then its title is left out. */
static bool knows_people(const struct mask_policy *policy, const struct update *u,
			 const struct article_ref *article)
{
	return policy->full || u->event.kind != EVENT_KIND_VIOLATION ||
	       article_id_equal(&article->id, &u->article.id);
}

static int mask_title(const struct mask_policy *policy, const struct update *u, struct arena *arena,
		      struct article_ref *article)
{
	if (knows_people(policy, u, article))
		return mask_text(policy, &u->event, arena, &article->title, &article->title);
	article->title = (struct text){"", 0};
	return NETRAL_OK;
}

static int mask_reports(const struct mask_policy *policy, const struct update *u,
			struct arena *arena, struct update *ret)
{
	ret->reports = arena_calloc(arena, u->listed_count + 1, sizeof(*ret->reports));
	if (!ret->reports)
		return NETRAL_ENOMEM;
	int r = NETRAL_OK;
	for (size_t i = 0; i < u->listed_count && r == NETRAL_OK; i++) {
		ret->reports[i] = u->reports[i];
		r = mask_title(policy, u, arena, &ret->reports[i].article);
	}
	return r;
}

/* Of people who write why they corrected it. */
static int mask_note(const struct mask_policy *policy, const struct update *u, struct arena *arena,
		     const char **note)
{
	struct text text = {u->correction.at_us ? u->correction.note : "", 0};
	text.len = strlen(text.ptr);
	int r = mask_text(policy, &u->event, arena, &text, &text);
	*note = text.ptr;
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
	if (r == NETRAL_OK)
		r = mask_note(policy, u, arena, &ret_update->correction.note);
	return r == NETRAL_OK ? mask_reports(policy, u, arena, ret_update) : r;
}
