#include "alert/mail_page.h"

#include "lib/error.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The sections of a digest, in their order. */
enum { CORRECTIONS, VIOLATIONS, SESSIONS, PLEDGES, TOTALS, SECTION_COUNT };
_Static_assert((int)SECTION_COUNT <= (int)MAIL_SECTIONS_MAX, "a place for each");

/* --- which, and in which order --- */

static int section_of(const struct notice *n)
{
	if (n->update.event.scope == EVENT_SCOPE_TOTAL)
		return TOTALS;
	if (mail_is_correction(n))
		return CORRECTIONS;
	switch (n->update.event.kind) {
	case EVENT_KIND_SESSION:
		return SESSIONS;
	case EVENT_KIND_PLEDGE:
		return PLEDGES;
	default:
		return VIOLATIONS;
	}
}

static int compare(const void *one, const void *two)
{
	const struct notice *a = one, *b = two;
	int order = section_of(a) - section_of(b);
	if (order == 0)
		order = strcmp(a->update.event.place.province, b->update.event.place.province);
	if (order == 0)
		order = strcmp(a->update.event.place.name, b->update.event.place.name);
	if (order == 0)
		order = (a->update.seq > b->update.seq) - (a->update.seq < b->update.seq);
	return order;
}

/* --- words --- */

static const char *counted(const struct mail_page *p, const char *key, size_t n,
			   struct arena *arena)
{
	const char *number = mail_number(p->lang, n, arena);
	return number ? mail_text_number(p->texts, p->lang, key, number, arena) : NULL;
}

static const char *single_subject(const struct mail_page *p, bool marked, struct arena *arena)
{
	const struct mail_entry *e = &p->entries[0];
	const char *mark = marked                                       ? "change.test"
			   : e->notice->update.change == CHANGE_REMOVED ? "change.removed"
			   : mail_is_correction(e->notice)              ? "change.changed"
									: "";
	const char *mark_text = mark[0] ? mail_text(p->texts, p->lang, "", mark) : "";
	return arena_printf(arena, MAIL_SUBJECT_TAG "%s%s%s \xE2\x80\x93 %s", mark_text,
			    mark_text[0] ? ": " : "", e->heading, e->place);
}

/* The day, of this machine, on which the last of them was recorded. */
static const char *digest_subject(const struct mail_page *p, const struct notice *notices,
				  size_t count, bool marked, struct arena *arena)
{
	uint64_t last_us = 0;
	struct tm tm = {0};
	char day[16];
	for (size_t i = 0; i < count; i++)
		last_us = notices[i].update.recorded_us > last_us ? notices[i].update.recorded_us
								  : last_us;
	time_t last = (time_t)(last_us / 1000000);
	localtime_r(&last, &tm);
	(void)strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	const char *text = counted(p, "digest.subject", count, arena);
	const char *day_text = mail_day(p->texts, p->lang, day, arena);
	if (!text || !day_text)
		return NULL;
	return arena_printf(arena, MAIL_SUBJECT_TAG "%s%s%s, %s",
			    marked ? mail_text(p->texts, p->lang, "", "change.test") : "",
			    marked ? ": " : "", text, day_text);
}

/* --- digests --- */

static const char *section_heading(const struct mail_page *p, int section)
{
	static const char *const headings[SECTION_COUNT] = {
		[CORRECTIONS] = "digest.corrections", [VIOLATIONS] = "kinds.VIOLATION",
		[SESSIONS] = "kinds.SESSION",         [PLEDGES] = "kinds.PLEDGE",
		[TOTALS] = "digest.totals",
	};
	return mail_text(p->texts, p->lang, "", headings[section]);
}

static void add_to_section(struct mail_page *p, int section)
{
	const char *heading = section_heading(p, section);
	struct mail_section *last =
		p->section_count > 0 ? &p->sections[p->section_count - 1] : NULL;
	if (!last || strcmp(last->heading, heading) != 0) {
		last = &p->sections[p->section_count++];
		*last = (struct mail_section){.heading = heading, .first = p->entry_count};
		last->note =
			section == TOTALS ? mail_text(p->texts, p->lang, "", "note.totals") : "";
	}
	last->count++;
}

static int add_entries(struct mail_page *p, const struct notice *notices, size_t count,
		       size_t limit, bool marked, struct arena *arena)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i < count && i < limit && r == NETRAL_OK; i++) {
		if (count > 1)
			add_to_section(p, section_of(&notices[i]));
		r = mail_entry_make(p->texts, p->lang, &notices[i], marked, count > 1, arena,
				    &p->entries[p->entry_count++]);
	}
	return r;
}

/* All that follows the first number that is left out holds what is left out. */
static int add_more(struct mail_page *p, const struct notice *notices, size_t count,
		    struct arena *arena)
{
	uint64_t first = UINT64_MAX;
	for (size_t i = p->entry_count; i < count; i++)
		first = notices[i].update.seq < first ? notices[i].update.seq : first;
	if (p->entry_count == count)
		return NETRAL_OK;
	p->more = counted(p, "digest.more", count - p->entry_count, arena);
	p->more_command = arena_printf(arena, "netral watch --from %" PRIu64, first);
	return p->more && p->more_command ? NETRAL_OK : NETRAL_ENOMEM;
}

static int add_intro(struct mail_page *p, const struct notice *notices, size_t count,
		     struct arena *arena)
{
	size_t corrections = 0;
	for (size_t i = 0; i < count; i++)
		corrections += mail_is_correction(&notices[i]);
	p->intro[p->intro_count++] = counted(p, "digest.count", count, arena);
	if (corrections > 0)
		p->intro[p->intro_count++] = counted(p, "digest.changed", corrections, arena);
	for (size_t i = 0; i < p->intro_count; i++) {
		if (!p->intro[i])
			return NETRAL_ENOMEM;
	}
	return NETRAL_OK;
}

int mail_page_make(const struct mail_texts *texts, enum mail_lang lang,
		   const struct notice *notices, size_t count, size_t limit, bool marked,
		   struct arena *arena, struct mail_page *ret_page)
{
	struct mail_page *p = ret_page;
	*p = (struct mail_page){.lang = lang, .texts = texts, .more = "", .more_command = ""};
	p->footer = mail_text(texts, lang, "", "footer");
	struct notice *sorted = arena_calloc(arena, count, sizeof(*sorted));
	p->entries = arena_calloc(arena, limit, sizeof(*p->entries));
	if (!sorted || !p->entries)
		return NETRAL_ENOMEM;
	memcpy(sorted, notices, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare);
	int r = add_entries(p, sorted, count, limit, marked, arena);
	if (r == NETRAL_OK && count > 1)
		r = add_intro(p, sorted, count, arena);
	if (r == NETRAL_OK)
		r = add_more(p, sorted, count, arena);
	if (r < 0)
		return r;
	p->subject = count == 1 ? single_subject(p, marked, arena)
				: digest_subject(p, sorted, count, marked, arena);
	if (!p->subject)
		return NETRAL_ENOMEM;
	p->title = p->subject + strlen(MAIL_SUBJECT_TAG);
	return NETRAL_OK;
}
