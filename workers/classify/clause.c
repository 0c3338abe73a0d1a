/* A word governs what lies within its reach.
 *
 *   negation, future    the next few words to the right, up to a comma
 *   prohibition, duty,  everything to the right, up to a word that starts another clause (BREAK:
 *   purpose, risk       because, after, but, while, when)
 *   hypothesis          the same; and to the left, when that side speaks of the future: "will be
 *                       dismissed if proven"
 *   anyone              with a future behind it: "whoever is proven to ... will be ..."
 *   denial, warning     both sides, up to a BREAK
 *   after, means        the words just behind: "usai apel", "melalui sosialisasi"
 *   series              the whole sentence
 *
 * This reads Indonesian press prose, in which the governing word comes first, better than any
 * division at commas would: prohibitions run through long lists. */
#include "workers/classify/clause.h"

#include <string.h>

enum {
	NEGATION_REACH = 22,
	FUTURE_REACH = 26,
	ADJACENT_REACH = 14,
	RISK_REACH = 70,
};

static bool comma_between(const struct doc *d, uint32_t from, uint32_t to)
{
	return memchr(d->plain.s + from, ',', to - from) != NULL;
}

/* The end of the last BREAK before `at`, the start of the first one behind it. */
static void find_breaks(const struct doc *d, const struct sentence *s, const struct hit *cue,
			uint32_t *ret_left, uint32_t *ret_right)
{
	*ret_left = s->start;
	*ret_right = s->end;
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_CLAUSE || doc_value(d, h) != CLAUSE_BREAK)
			continue;
		if (h->end <= cue->start) {
			*ret_left = h->end;
		} else if (h->start >= cue->end) {
			*ret_right = h->start;
			break;
		}
	}
}

static bool governs_from_left(const struct doc *d, const struct hit *h, const struct hit *cue,
			      uint32_t left_break)
{
	if (h->end > cue->start)
		return false;
	uint32_t distance = cue->start - h->end;
	switch ((enum clause_value)doc_value(d, h)) {
	case CLAUSE_NEGATION:
		return distance <= NEGATION_REACH && !comma_between(d, h->end, cue->start);
	case CLAUSE_FUTURE:
		return distance <= FUTURE_REACH && !comma_between(d, h->end, cue->start);
	case CLAUSE_AFTER:
	case CLAUSE_MEANS:
		return distance <= ADJACENT_REACH;
	case CLAUSE_RISK:
		return distance <= RISK_REACH && h->start >= left_break;
	case CLAUSE_SERIES:
	case CLAUSE_SAYING:
		return true;
	case CLAUSE_BREAK:
	case CLAUSE_NONE:
	case CLAUSE_ANYONE:
		return false;
	default:
		return h->start >= left_break;
	}
}

static bool governs_from_right(const struct doc *d, const struct hit *h, const struct hit *cue,
			       uint32_t right_break)
{
	if (h->start < cue->end)
		return false;
	switch ((enum clause_value)doc_value(d, h)) {
	case CLAUSE_DENIAL:
	case CLAUSE_WARNING:
		return h->start < right_break;
	case CLAUSE_SERIES:
	case CLAUSE_SAYING:
		return true;
	default:
		return false;
	}
}

/* A condition behind the cue counts when the words between speak of the future. */
static bool conditional_future(const struct doc *d, const struct sentence *s, const struct hit *cue)
{
	bool future = false;
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_CLAUSE)
			continue;
		int64_t value = doc_value(d, h);
		if (value == CLAUSE_FUTURE || value == CLAUSE_WARNING)
			future = true;
		if (value == CLAUSE_HYPOTHESIS && h->start >= cue->end)
			return future;
	}
	return false;
}

/* "yang terbukti melanggar akan disanksi": whoever it may be. */
static bool anyone_future(const struct doc *d, const struct sentence *s, const struct hit *cue)
{
	bool anyone = false;
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_CLAUSE)
			continue;
		int64_t value = doc_value(d, h);
		if (value == CLAUSE_ANYONE && h->start <= cue->start)
			anyone = true;
		bool ahead = value == CLAUSE_FUTURE || value == CLAUSE_WARNING;
		if (anyone && ahead && h->start >= cue->start)
			return true;
	}
	return false;
}

unsigned clause_read(const struct doc *d, const struct sentence *s, const struct hit *cue)
{
	uint32_t left_break, right_break;
	find_breaks(d, s, cue, &left_break, &right_break);
	unsigned bits = 0;
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_CLAUSE)
			continue;
		if (governs_from_left(d, h, cue, left_break) ||
		    governs_from_right(d, h, cue, right_break))
			bits |= 1U << doc_value(d, h);
	}
	if (conditional_future(d, s, cue) || anyone_future(d, s, cue))
		bits |= CLAUSE_BIT(HYPOTHESIS);
	return bits;
}
