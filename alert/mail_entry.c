/* Everything that came from outside passes through clean(): no line of its own, no control
 * character, none that turns the direction of writing. */
#include "alert/mail_entry.h"

#include "alert/decide.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/utf8.h"
#include "lib/web/url.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SENTENCE_MAX = 900, /* bytes, of one alone */
	BRIEF_SENTENCE_MAX = 400,
	TITLE_MAX = 300,
	OTHER_TITLE_MAX = 150,
	LIST_MAX = 300,
	URL_MAX = 1000, /* a longer one is not shown: `netral show` has it */
	OTHER_URL_MAX = 500,
};

/* What an entry is made with. */
struct maker {
	const struct mail_texts *texts;
	enum mail_lang lang;
	bool brief;
	struct arena *arena;
	struct mail_entry *entry;
	bool failed; /* out of memory */
};

static const char *word(const struct maker *m, const char *prefix, const char *name)
{
	return mail_text(m->texts, m->lang, prefix, name);
}

/* Out of memory ends as one error, at the end. */
static const char *kept(struct maker *m, const char *s)
{
	m->failed |= s == NULL;
	return s ? s : "";
}

/* --- values from outside --- */

/* U+202A to U+202E and U+2066 to U+2069 turn the direction; U+2028 and U+2029 end lines. */
static bool is_hidden(const unsigned char *c, size_t left)
{
	if (left < 3 || c[0] != 0xE2)
		return false;
	return (c[1] == 0x80 && c[2] >= 0xA8 && c[2] <= 0xAE) ||
	       (c[1] == 0x81 && c[2] >= 0xA6 && c[2] <= 0xA9);
}

static bool is_c1(const unsigned char *c, size_t left)
{
	return left >= 2 && c[0] == 0xC2 && c[1] >= 0x80 && c[1] <= 0x9F;
}

/* Whole characters, of `max` bytes at most and a mark where it was cut. */
static const char *clean(struct maker *m, const char *s, size_t len, size_t max)
{
	static const char dots[] = "\xE2\x80\xA6";
	bool is_cut = len > max;
	len = is_cut ? utf8_cut(s, max) : len;
	char *to = arena_alloc(m->arena, len + sizeof(dots));
	size_t n = 0;
	if (!to)
		return kept(m, NULL);
	for (size_t i = 0; i < len;) {
		const unsigned char *c = (const unsigned char *)s + i;
		size_t skipped = is_hidden(c, len - i) ? 3 : is_c1(c, len - i) ? 2 : 0;
		bool is_blank = skipped || *c <= ' ' || *c == 0x7F;
		if (!is_blank)
			to[n++] = s[i];
		else if (n > 0 && to[n - 1] != ' ')
			to[n++] = ' ';
		i += skipped ? skipped : 1;
	}
	while (n > 0 && to[n - 1] == ' ')
		n--;
	snprintf(to + n, sizeof(dots), "%s", is_cut ? dots : "");
	return to;
}

static const char *clean_string(struct maker *m, const char *s, size_t max)
{
	return clean(m, s, strlen(s), max);
}

/* --- numbers and days --- */

const char *mail_number(enum mail_lang lang, uint64_t number, struct arena *arena)
{
	char digits[24], text[32];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, number);
	size_t n = 0;
	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			text[n++] = lang == MAIL_EN ? ',' : '.';
		text[n++] = digits[i];
	}
	return arena_strndup(arena, text, n);
}

const char *mail_day(const struct mail_texts *texts, enum mail_lang lang, const char *day,
		     struct arena *arena)
{
	unsigned year, month, number = 0;
	char name[16];
	int parts = sscanf(day, "%4u-%2u-%2u", &year, &month, &number);
	if (parts < 2)
		return arena_strdup(arena, day);
	snprintf(name, sizeof(name), "%u", month);
	const char *month_text = mail_text(texts, lang, "month.", name);
	if (!month_text[0])
		return arena_strdup(arena, day);
	return parts == 2 ? arena_printf(arena, "%s %04u", month_text, year)
			  : arena_printf(arena, "%u %s %04u", number, month_text, year);
}

static const char *day(struct maker *m, const char *text)
{
	return kept(m, mail_day(m->texts, m->lang, text, m->arena));
}

static const char *number(struct maker *m, uint64_t n)
{
	return kept(m, mail_number(m->lang, n, m->arena));
}

static const char *count_text(struct maker *m, const struct event_count *c)
{
	char key[40];
	if (c->qualifier == EVENT_QUALIFIER_NONE)
		return "";
	if (c->qualifier == EVENT_QUALIFIER_EXACT)
		return number(m, c->value);
	if (c->value == 0)
		return word(m, "", "qualifier.several");
	snprintf(key, sizeof(key), "qualifier.%s", event_qualifier_name((int)c->qualifier));
	return kept(m, mail_text_number(m->texts, m->lang, key, number(m, c->value), m->arena));
}

/* --- facts --- */

static void add_fact(struct maker *m, const char *label, const char *value)
{
	struct mail_entry *e = m->entry;
	if (value[0] && e->fact_count < MAIL_FACTS_MAX)
		e->facts[e->fact_count++] = (struct mail_fact){word(m, "label.", label), value};
}

/* "one, two", of names that our tables or the article hold. */
static const char *joined(struct maker *m, const char *const *items, size_t count)
{
	const char *text = "";
	for (size_t i = 0; i < count && strlen(text) < LIST_MAX; i++)
		text = kept(m, arena_printf(m->arena, "%s%s%s", text, text[0] ? ", " : "",
					    clean_string(m, items[i], LIST_MAX)));
	return clean_string(m, text, LIST_MAX);
}

static const char *conduct(struct maker *m, const struct event *e)
{
	const char *names[EVENT_LIST_MAX];
	size_t count = 0;
	for (size_t i = 0; i < e->conduct_count && count < EVENT_LIST_MAX; i++)
		names[count++] = word(m, "conduct.", event_conduct_name((int)e->conduct[i]));
	return joined(m, names, count);
}

static const char *subjects(struct maker *m, const struct event *e)
{
	const char *names[EVENT_LIST_MAX];
	size_t count = 0;
	for (size_t i = 0; i < e->subject_count && count < EVENT_LIST_MAX; i++)
		names[count++] = word(m, "subject.", event_subject_name((int)e->subjects[i]));
	return joined(m, names, count);
}

static const char *stages(struct maker *m, const struct event *e)
{
	const char *names[EVENT_LIST_MAX];
	size_t count = 0;
	for (size_t i = 0; i < e->stage_count && count < EVENT_LIST_MAX; i++)
		names[count++] =
			kept(m, arena_printf(m->arena, "%s: %s",
					     word(m, "status.",
						  event_status_name((int)e->stages[i].status)),
					     number(m, e->stages[i].value)));
	return joined(m, names, count);
}

static void add_lists(struct maker *m, const struct event *e)
{
	add_fact(m, "subjects", subjects(m, e));
	add_fact(m, "institutions", joined(m, e->institutions, e->institution_count));
	add_fact(m, "sanctions", joined(m, e->sanctions, e->sanction_count));
	add_fact(m, "legal_basis", joined(m, e->legal_basis, e->legal_basis_count));
	add_fact(m, "election", clean_string(m, e->election, LIST_MAX));
}

static void add_facts(struct maker *m, const struct update *u)
{
	const struct event *e = &u->event;
	bool is_total = e->scope == EVENT_SCOPE_TOTAL;
	if (e->date.precision)
		add_fact(m, "date", day(m, clean_string(m, e->date.value, LIST_MAX)));
	if (is_total && e->as_of.precision)
		add_fact(m, "as_of", day(m, clean_string(m, e->as_of.value, LIST_MAX)));
	add_fact(m, is_total ? "total" : "count", count_text(m, &e->count));
	if (is_total)
		add_fact(m, "stages", stages(m, e));
	add_fact(m, "conduct", conduct(m, e));
	if (!m->brief)
		add_lists(m, e);
	if (u->report_count > 1)
		add_fact(m, "reports",
			 kept(m, mail_text_number(m->texts, m->lang, "reports",
						  number(m, u->report_count), m->arena)));
	add_fact(m, "confidence", kept(m, arena_printf(m->arena, "%.0f %%", e->confidence * 100)));
}

/* --- articles --- */

/* Only what any reader may follow: http and https, without a user name. */
static const char *link_url(struct maker *m, const struct text *url, size_t max)
{
	static const struct text nowhere = {"", 0};
	struct text whole;
	int r = url_resolve(&nowhere, url, m->arena, &whole);
	m->failed |= r == NETRAL_ENOMEM;
	return r == NETRAL_OK && whole.len <= max
		       ? kept(m, arena_strndup(m->arena, whole.ptr, whole.len))
		       : "";
}

static const char *outlet(struct maker *m, const char *url)
{
	static const char www[] = "www.";
	struct text whole = {url, strlen(url)};
	struct text host = whole.len > 0 ? url_host(&whole) : whole;
	size_t skipped =
		host.len > sizeof(www) && memcmp(host.ptr, www, sizeof(www) - 1) == 0 ? 4 : 0;
	return kept(m, arena_strndup(m->arena, host.ptr + skipped, host.len - skipped));
}

static struct mail_link make_link(struct maker *m, const struct article_ref *a, size_t title_max,
				  size_t url_max)
{
	struct mail_link link = {.url = link_url(m, &a->url, url_max), .published = ""};
	link.title = clean(m, a->title.ptr, a->title.len, title_max);
	if (!link.title[0])
		link.title = link.url;
	link.outlet = outlet(m, link.url);
	if (a->published.len >= 10)
		link.published = day(m, clean(m, a->published.ptr, 10, (size_t)10));
	return link;
}

static void add_others(struct maker *m, const struct update *u)
{
	struct mail_entry *e = m->entry;
	for (size_t i = 0; i < u->listed_count && e->other_count < MAIL_LINKS_MAX; i++) {
		const struct article_ref *a = &u->reports[i].article;
		if (memcmp(&a->id, &u->article.id, sizeof(a->id)) != 0)
			e->others[e->other_count++] =
				make_link(m, a, OTHER_TITLE_MAX, OTHER_URL_MAX);
	}
}

/* --- the whole --- */

static const char *place_text(struct maker *m, const struct event_place *p)
{
	const char *name = clean_string(m, p->name, LIST_MAX);
	const char *province = clean_string(m, p->province, LIST_MAX);
	if (strcmp(p->code, "ID") == 0)
		return word(m, "", "place.nation");
	if (!name[0])
		return p->code[0] ? clean_string(m, p->code, LIST_MAX) : word(m, "", "place.none");
	if (!province[0] || strcmp(province, name) == 0)
		return name;
	return kept(m, arena_printf(m->arena, "%s, %s", name, province));
}

static const char *heading(struct maker *m, const struct event *e)
{
	const char *kind = word(m, "kind.", event_kind_name((int)e->kind));
	const char *status = word(m, "status.", event_status_name((int)e->status));
	if (e->scope == EVENT_SCOPE_TOTAL)
		return kept(m, arena_printf(m->arena, "%s, %s: %s", word(m, "", "total"), kind,
					    status));
	return kept(m, arena_printf(m->arena, "%s: %s", kind, status));
}

static void add_note(struct maker *m, const char *note)
{
	m->entry->notes[m->entry->note_count++] = note;
}

bool mail_is_correction(const struct notice *n)
{
	bool is_other = n->was.digest != 0 && n->was.digest != decide_digest(&n->update);
	return is_other || n->update.change == CHANGE_REMOVED;
}

static void add_notes(struct maker *m, const struct notice *n, bool marked)
{
	if (marked)
		add_note(m, word(m, "", "note.test"));
	if (n->update.change == CHANGE_REMOVED)
		add_note(m, word(m, "", "note.removed"));
	else if (message_was(n)[0])
		add_note(m, kept(m, mail_text_id(m->texts, m->lang, "note.was",
						 word(m, "status.", message_was(n)), m->arena)));
	else if (mail_is_correction(n))
		add_note(m, word(m, "", "note.changed"));
	if (n->update.event.scope == EVENT_SCOPE_TOTAL)
		add_note(m, word(m, "", "note.totals"));
}

int mail_entry_make(const struct mail_texts *texts, enum mail_lang lang,
		    const struct notice *notice, bool marked, bool brief, struct arena *arena,
		    struct mail_entry *ret_entry)
{
	const struct update *u = &notice->update;
	const struct event *e = &u->event;
	struct maker m = {texts, lang, brief, arena, ret_entry, false};
	*ret_entry = (struct mail_entry){.notice = notice};
	ret_entry->heading = heading(&m, e);
	ret_entry->place = place_text(&m, &e->place);
	ret_entry->province = clean_string(&m, e->place.province, LIST_MAX);
	ret_entry->sentence =
		clean_string(&m, e->sentence, brief ? (size_t)BRIEF_SENTENCE_MAX : SENTENCE_MAX);
	ret_entry->article = make_link(&m, &u->article, TITLE_MAX, URL_MAX);
	ret_entry->command =
		marked ? "" : kept(&m, arena_printf(arena, "netral show %.64s", e->id));
	add_notes(&m, notice, marked);
	add_facts(&m, u);
	if (!brief)
		add_others(&m, u);
	return m.failed ? NETRAL_ENOMEM : NETRAL_OK;
}
