/* A mail as text: what a terminal, a screen reader or a search shows. */
#include "alert/mail_page.h"

#include "lib/error.h"

static const char *label(const struct mail_page *p, const char *name)
{
	return mail_text(p->texts, p->lang, "label.", name);
}

static int line(struct buf *out, const char *name, const char *value)
{
	return value[0] ? buf_printf(out, "%s: %s\n", name, value) : NETRAL_OK;
}

static int article(const struct mail_page *p, const struct mail_link *l, struct buf *out)
{
	if (!l->title[0])
		return NETRAL_OK;
	int r = line(out, label(p, "article"), l->title);
	if (r == NETRAL_OK && l->outlet[0])
		r = buf_printf(out, "%s: %s%s%s\n", label(p, "outlet"), l->outlet,
			       l->published[0] ? ", " : "", l->published);
	if (r == NETRAL_OK && l->url != l->title && l->url[0])
		r = buf_printf(out, "%s\n", l->url);
	return r;
}

static int others(const struct mail_page *p, const struct mail_entry *e, struct buf *out)
{
	int r = e->other_count > 0 ? buf_printf(out, "%s:\n", label(p, "others")) : NETRAL_OK;
	for (size_t i = 0; i < e->other_count && r == NETRAL_OK; i++) {
		const struct mail_link *l = &e->others[i];
		r = buf_printf(out, "- %s%s%s\n", l->title, l->url != l->title ? "\n  " : "",
			       l->url != l->title ? l->url : "");
	}
	return r;
}

static int entry(const struct mail_page *p, const struct mail_entry *e, struct buf *out)
{
	int r = buf_printf(out, "%s\n%s\n", e->heading, e->place);
	for (size_t i = 0; i < e->note_count && r == NETRAL_OK; i++)
		r = buf_printf(out, "! %s\n", e->notes[i]);
	if (r == NETRAL_OK && e->sentence[0])
		r = buf_printf(out, "\n> %s\n", e->sentence);
	r = r ? r : buf_append_str(out, "\n");
	for (size_t i = 0; i < e->fact_count && r == NETRAL_OK; i++)
		r = line(out, e->facts[i].label, e->facts[i].value);
	r = r ? r : article(p, &e->article, out);
	r = r ? r : others(p, e, out);
	r = r ? r : line(out, label(p, "verify"), e->command);
	return r ? r : buf_append_str(out, "\n");
}

static int section(const struct mail_page *p, const struct mail_section *s, struct buf *out)
{
	int r = buf_printf(out, "== %s (%zu) ==\n%s%s\n", s->heading, s->count, s->note,
			   s->note[0] ? "\n" : "");
	for (size_t i = s->first; i < s->first + s->count && r == NETRAL_OK; i++)
		r = entry(p, &p->entries[i], out);
	return r;
}

int mail_plain(const struct mail_page *p, struct buf *out)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i < p->intro_count && r == NETRAL_OK; i++)
		r = buf_printf(out, "%s\n%s", p->intro[i], i + 1 == p->intro_count ? "\n" : "");
	if (r == NETRAL_OK && p->section_count == 0)
		r = entry(p, &p->entries[0], out);
	for (size_t i = 0; i < p->section_count && r == NETRAL_OK; i++)
		r = section(p, &p->sections[i], out);
	if (r == NETRAL_OK && p->more[0])
		r = buf_printf(out, "%s %s\n\n", p->more, p->more_command);
	return r ? r : buf_printf(out, "-- \n%s\n", p->footer);
}
