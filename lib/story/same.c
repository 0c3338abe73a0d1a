/* The rule prefers two happenings where there is one to one where there are two: the first is told
 * twice, the second is never heard of. What was measured is in docs/stories.md. */
#include "lib/story/same.h"

#include "lib/story/offices.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Of texts that have nothing to do with each other none comes near it. */
static const double NEAR_TEXT = 0.3;

enum { FIRST_STAGE = 1, NO_STAGE = 0 };

/* --- days --- */

static bool is_to_the_day(uint32_t day)
{
	return day % 100 != 0;
}

static int64_t days_of(uint32_t day)
{
	struct tm tm = {.tm_year = (int)(day / 10000) - 1900,
			.tm_mon = (int)(day / 100 % 100) - 1,
			.tm_mday = (int)(day % 100)};
	return (int64_t)timegm(&tm) / 86400;
}

static int64_t days_between(uint32_t a, uint32_t b)
{
	return llabs(days_of(a) - days_of(b));
}

/* A day more or less is between what happened and what was printed of it. */
static bool days_contradict(const struct story_facts *a, const struct story_facts *b)
{
	if (is_to_the_day(a->day) && is_to_the_day(b->day))
		return days_between(a->day, b->day) > 1;
	return a->day && b->day && a->day / 10000 != b->day / 10000;
}

static bool days_agree(const struct story_facts *a, const struct story_facts *b)
{
	return is_to_the_day(a->day) && a->day == b->day;
}

/* --- people --- */

/* MAYBE: nothing can be said. WEAK: the same word or initials, which many share. */
enum likeness { UNLIKE, MAYBE, WEAK, ALIKE };

static bool is_initials(uint32_t key)
{
	return key >> 16 == 0;
}

static bool is_one_word(uint32_t key)
{
	return (key & 0xFFFF) == 0;
}

/* One is a word of the other. */
static bool is_part(uint32_t word, uint32_t name)
{
	return is_one_word(word) && (word >> 16 == name >> 16 || word >> 16 == (name & 0xFFFF));
}

/* Initials may stand for any name; of two that share one word, either may be misprinted. */
static enum likeness alike(uint32_t a, uint32_t b)
{
	if (a == b)
		return is_initials(a) || is_one_word(a) ? WEAK : ALIKE;
	if (is_initials(a) || is_initials(b))
		return is_initials(a) && is_initials(b) ? UNLIKE : MAYBE;
	if (is_part(a, b) || is_part(b, a))
		return WEAK;
	bool share_word = a >> 16 == b >> 16 || (a & 0xFFFF) == (b & 0xFFFF);
	return share_word && !(is_one_word(a) && is_one_word(b)) ? MAYBE : UNLIKE;
}

/* The likest two of both; MAYBE when one names nobody. */
static enum likeness people_alike(const struct story_facts *a, const struct story_facts *b)
{
	enum likeness best = a->person_count && b->person_count ? UNLIKE : MAYBE;
	for (unsigned i = 0; i < a->person_count; i++)
		for (unsigned j = 0; j < b->person_count; j++) {
			enum likeness l = alike(a->people[i], b->people[j]);
			best = l > best ? l : best;
		}
	return best;
}

/* --- counts --- */

static bool is_exact(const struct story_facts *f)
{
	return f->count && f->count_qualifier == EVENT_QUALIFIER_EXACT;
}

static bool counts_contradict(const struct story_facts *a, const struct story_facts *b)
{
	if (is_exact(a) && is_exact(b))
		return a->count != b->count;
	if (a->count == 0 || b->count == 0)
		return false;
	uint64_t less = a->count < b->count ? a->count : b->count;
	uint64_t more = a->count < b->count ? b->count : a->count;
	return more / 2 > less;
}

/* That it was one tells nothing. */
static bool counts_agree(const struct story_facts *a, const struct story_facts *b)
{
	return a->count > 1 && a->count == b->count;
}

/* --- conduct and office --- */

static bool share_conduct(const struct story_facts *a, const struct story_facts *b)
{
	return (a->conduct & b->conduct & ~(1U << EVENT_CONDUCT_OTHER)) != 0;
}

/* Conducts are few, and on one day and in one area two people may do the same; that both are, say,
 * camat as well is rare. */
static bool deeds_agree(const struct story_facts *a, const struct story_facts *b)
{
	return share_conduct(a, b) && a->offices & b->offices & ~OFFICES_OF_MANY;
}

static bool offices_contradict(const struct story_facts *a, const struct story_facts *b)
{
	return a->offices && b->offices && !(a->offices & b->offices);
}

/* --- stages --- */

/* How far a report goes; NO_STAGE for DISMISSED, which ends any. */
static int stage_of(uint8_t status)
{
	switch (status) {
	case EVENT_STATUS_PLANNED:
	case EVENT_STATUS_ALLEGED:
		return FIRST_STAGE;
	case EVENT_STATUS_HELD:
	case EVENT_STATUS_MADE:
	case EVENT_STATUS_UNDER_REVIEW:
		return FIRST_STAGE + 1;
	case EVENT_STATUS_FOUND:
		return FIRST_STAGE + 2;
	case EVENT_STATUS_SANCTIONED:
		return FIRST_STAGE + 3;
	default:
		return NO_STAGE;
	}
}

/* What is dated behind the publication of a report at a further stage is another affair of the same
 * person. */
static bool begins_anew(const struct story_facts *earlier, const struct story_facts *later)
{
	int from = stage_of(earlier->status), to = stage_of(later->status);
	bool falls = from == NO_STAGE ? to != NO_STAGE : to != NO_STAGE && to < from;
	return falls && is_to_the_day(later->day) && is_to_the_day(earlier->press_day) &&
	       days_of(later->day) > days_of(earlier->press_day);
}

/* --- the rule --- */

static bool has_area(const struct story_facts *f)
{
	return f->area[0] != '\0';
}

static bool comparable(const struct story_facts *a, const struct story_facts *b)
{
	return a->kind == b->kind && a->scope == b->scope &&
	       strncmp(a->area, b->area, sizeof(a->area)) == 0;
}

/* Without a stated day two totals may be of two months, unless one paper copied the other. */
static enum same_why same_total(const struct story_facts *a, const struct story_facts *b,
				bool near_text)
{
	if (a->day != b->day || a->count == 0 || a->count != b->count)
		return SAME_NOT;
	if (near_text)
		return SAME_TEXT;
	return a->day && has_area(a) ? SAME_TOTAL : SAME_NOT;
}

static bool same_text(const struct story_facts *a, const struct story_facts *b)
{
	return people_alike(a, b) != UNLIKE && !counts_contradict(a, b) && !days_contradict(a, b);
}

static bool same_people(const struct story_facts *a, const struct story_facts *b)
{
	if (a->kind != EVENT_KIND_VIOLATION || begins_anew(a, b) || begins_anew(b, a))
		return false;
	enum likeness people = people_alike(a, b);
	return people == ALIKE || (people == WEAK && deeds_agree(a, b));
}

/* A province or the nation has more of everything on one day. */
static bool is_wide(const struct story_facts *f)
{
	return strchr(f->area, '.') == NULL;
}

static bool same_day(const struct story_facts *a, const struct story_facts *b)
{
	if (!days_agree(a, b) || counts_contradict(a, b) || offices_contradict(a, b))
		return false;
	enum likeness people = people_alike(a, b);
	if (people >= WEAK)
		return true;
	if (people == UNLIKE || is_wide(a))
		return false;
	return counts_agree(a, b) || deeds_agree(a, b);
}

enum same_why story_same(const struct story_facts *a, const struct story_facts *b,
			 double resemblance)
{
	if (!comparable(a, b))
		return SAME_NOT;
	bool near_text = resemblance >= NEAR_TEXT;
	if (a->scope == EVENT_SCOPE_TOTAL)
		return same_total(a, b, near_text);
	if (near_text && same_text(a, b))
		return SAME_TEXT;
	if (!has_area(a)) /* happens anywhere: only a copy is the same */
		return SAME_NOT;
	if (same_people(a, b))
		return SAME_PEOPLE;
	return same_day(a, b) ? SAME_DAY : SAME_NOT;
}

int story_agreement(const struct story_facts *a, const struct story_facts *b, double resemblance)
{
	static const int of_people[] = {[UNLIKE] = -8, [MAYBE] = 0, [WEAK] = 5, [ALIKE] = 8};
	int sum = (int)(resemblance * 8) + of_people[people_alike(a, b)];
	sum += days_agree(a, b) ? 4 : days_contradict(a, b) ? -4 : 0;
	sum += counts_agree(a, b) ? 3 : counts_contradict(a, b) ? -3 : 0;
	sum += share_conduct(a, b) ? 2 : 0;
	sum += offices_contradict(a, b) ? -2 : 0;
	return sum + (a->status == b->status);
}

bool story_supersedes(const struct story_facts *face, const struct story_facts *later)
{
	int shown = stage_of(face->status), told = stage_of(later->status);
	if (later->status == EVENT_STATUS_DISMISSED)
		return face->status != EVENT_STATUS_DISMISSED;
	if (face->status == EVENT_STATUS_DISMISSED)
		return told >= FIRST_STAGE + 2;
	return told > shown;
}
