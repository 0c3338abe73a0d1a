/* People: an office, then a name. "Penjabat Wali Kota Ambon, Bodewin Wattimena" has the role before
 * the comma and the name behind it; without a comma the name begins after the area. A name is two
 * to five words with capitals; titles in front of it are skipped, degrees behind it end it. */
#include "workers/classify/fields.h"

#include <ctype.h>
#include <string.h>

enum { PEOPLE_MAX = 8, NAME_WORDS_MAX = 5, ROLE_GAP_MAX = 40 };

static bool is_title(const char *s, uint32_t len)
{
	static const char *const titles[] = {"Dr",     "dr",      "Drs",   "Dra",   "Ir",
					     "Prof",   "H",       "Hj",    "KH",    "Kh",
					     "Pak",    "Ibu",     "Bapak", "AKBP",  "Kombes",
					     "Letkol", "Kolonel", "Mayor", "Kapten"};
	if (len > 1 && s[len - 1] == '.')
		len--;
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (strlen(titles[i]) == len && memcmp(titles[i], s, len) == 0)
			return true;
	}
	return false;
}

static uint32_t word_end(const char *s, uint32_t at)
{
	while (isalpha((unsigned char)s[at]) || s[at] == '\'' || s[at] == '-' ||
	       (unsigned char)s[at] >= 0x80)
		at++;
	return at;
}

/* Whether a phrase of the tables that is no name starts here: an office, a body, an area. */
static bool is_known_word(const struct doc *d, const struct sentence *s, uint32_t at)
{
	doc_for_hits(d, s, h)
	{
		if (h->start == at &&
		    (h->group == GROUP_JOB || h->group == GROUP_AGENCY ||
		     h->group == GROUP_WEEKDAY || h->group == GROUP_SUBJECT ||
		     h->group == GROUP_POLL ||
		     (h->group == GROUP_PLACE_PREFIX && doc_value(d, h) <= PREFIX_LOWER) ||
		     h->group == GROUP_MONTH || h->group == GROUP_CLAUSE ||
		     h->group == GROUP_SESSION))
			return true;
	}
	uint32_t place = place_first(d, at);
	return place < d->places.count && d->places.list[place].start <= at;
}

/* The name that begins at `at`; its words in start..end. */
static bool read_name(const struct doc *d, const struct sentence *s, uint32_t at,
		      uint32_t *ret_start, uint32_t *ret_end)
{
	const char *t = d->plain.s;
	unsigned words = 0;
	uint32_t end = at;
	*ret_start = at;
	while (words < NAME_WORDS_MAX && at < s->end && isupper((unsigned char)t[at])) {
		uint32_t stop = word_end(t, at);
		bool dot = t[stop] == '.';
		if (is_known_word(d, s, at))
			break;
		if (words == 0 && is_title(t + at, stop - at + dot)) {
			at = stop + dot;
			while (t[at] == ' ')
				at++;
			*ret_start = end = at;
			continue;
		}
		bool initial = stop - at == 1;
		words++;
		end = dot && initial ? stop + 1 : stop;
		if ((dot && !initial) || t[end] != ' ')
			break;
		at = end + 1;
	}
	*ret_end = end;
	return words >= 2 && end > *ret_start;
}

/* The end of the office: behind its area, or its branch ("Kepala Dinas Pendidikan"). */
static uint32_t role_end(const struct doc *d, const struct sentence *s, const struct hit *job)
{
	uint32_t end = job->end;
	for (uint32_t i = place_first(d, end); i < d->places.count; i++) {
		const struct place_mention *m = &d->places.list[i];
		if (m->start >= s->end || m->start > job->end + ROLE_GAP_MAX)
			break;
		if (m->end > end && m->start <= job->end + ROLE_GAP_MAX && m->start >= job->start &&
		    !memchr(d->plain.s + job->end, ',', m->end - job->end))
			end = m->end;
	}
	return end;
}

static bool is_listed(const struct event *e, const char *name)
{
	for (size_t i = 0; i < e->person_count; i++) {
		if (strcmp(e->people[i].name, name) == 0)
			return true;
	}
	return false;
}

static void read_person(struct draft *t, struct event_person *list, const struct sentence *s,
			const struct hit *job)
{
	const char *p = t->d->plain.s;
	uint32_t role = role_end(t->d, s, job), at = role, start = 0, end = 0;
	uint32_t comma = role + (uint32_t)strcspn(p + role, ",.;:\"\n(");
	if (p[comma] == ',' && comma - role <= ROLE_GAP_MAX &&
	    isupper((unsigned char)p[comma + 2]) && read_name(t->d, s, comma + 2, &start, &end)) {
		role = comma;
	} else {
		if (p[at] != ' ' || !read_name(t->d, s, at + 1, &start, &end))
			return;
	}
	const char *name = draft_text(t, start, end);
	if (is_listed(t->event, name))
		return;
	const struct hit *acting = job;
	if (job > t->d->hits.list && job[-1].group == GROUP_JOB && job[-1].end + 2 >= job->start &&
	    doc_value(t->d, &job[-1]) == JOB_ACTING)
		acting = &job[-1];
	list[t->event->person_count++] =
		(struct event_person){name, draft_text(t, acting->start, role)};
	draft_evidence(t, "people", start, end);
}

void fields_people(struct draft *t)
{
	const struct doc *d = t->d;
	struct event_person *list = arena_calloc(d->out, PEOPLE_MAX, sizeof(*list));
	if (!list) {
		t->no_memory = true;
		return;
	}
	t->event->people = list;
	for (uint32_t k = 0; k < t->finding->sentence_count; k++) {
		const struct sentence *s = &d->sentences.list[t->finding->sentences[k]];
		doc_for_hits(d, s, h)
		{
			if (h->group == GROUP_JOB && doc_value(d, h) == JOB_JOB &&
			    t->event->person_count < PEOPLE_MAX)
				read_person(t, list, s, h);
		}
	}
}
