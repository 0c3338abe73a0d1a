/* A mail as HTML: one column, no image, no script, nothing from elsewhere. Colours of text and
 * ground are the reader's, light or dark; lines are in a grey that is seen on both. Styles stand at
 * their elements, as mail readers drop others. */
#include "alert/mail_page.h"

#include "lib/error.h"

#include <string.h>

static const char *label(const struct mail_page *p, const char *name)
{
	return mail_text(p->texts, p->lang, "label.", name);
}

static const char *escape(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* Of an element or an attribute in double quotes. */
static int text(struct buf *out, const char *s)
{
	int r = NETRAL_OK;
	while (*s && r == NETRAL_OK) {
		size_t plain = strcspn(s, "&<>\"'");
		r = buf_append(out, s, plain);
		s += plain;
		if (r == NETRAL_OK && *s)
			r = buf_append_str(out, escape(*s++));
	}
	return r;
}

/* `before`, the escaped text, `behind`. */
static int element(struct buf *out, const char *before, const char *s, const char *behind)
{
	int r = buf_append_str(out, before);
	r = r ? r : text(out, s);
	return r ? r : buf_append_str(out, behind);
}

static int link_to(struct buf *out, const struct mail_link *l)
{
	if (!l->url[0])
		return text(out, l->title);
	int r = element(out, "<a href=\"", l->url, "\">");
	return r ? r : element(out, "", l->title, "</a>");
}

static int source(struct buf *out, const struct mail_link *l)
{
	if (!l->outlet[0] && !l->published[0])
		return NETRAL_OK;
	int r = element(out, "<br><small>", l->outlet, "");
	if (r == NETRAL_OK && l->published[0])
		r = element(out, l->outlet[0] ? ", " : "", l->published, "");
	return r ? r : buf_append_str(out, "</small>");
}

static int begin_row(struct buf *out, const char *name)
{
	return element(out,
		       "<tr><th scope=\"row\" style=\"text-align:left;vertical-align:top;"
		       "white-space:nowrap;font-weight:normal;padding:2px 12px 2px 0\"><small>",
		       name, "</small></th>\n<td style=\"vertical-align:top;padding:2px 0\">");
}

static int row(struct buf *out, const char *name, const char *value)
{
	int r = begin_row(out, name);
	return r ? r : element(out, "", value, "</td></tr>\n");
}

static int article(const struct mail_page *p, const struct mail_link *l, struct buf *out)
{
	if (!l->title[0])
		return NETRAL_OK;
	int r = begin_row(out, label(p, "article"));
	r = r ? r : link_to(out, l);
	r = r ? r : source(out, l);
	return r ? r : buf_append_str(out, "</td></tr>\n");
}

static int others(const struct mail_page *p, const struct mail_entry *e, struct buf *out)
{
	if (e->other_count == 0)
		return NETRAL_OK;
	int r = begin_row(out, label(p, "others"));
	for (size_t i = 0; i < e->other_count && r == NETRAL_OK; i++) {
		r = buf_append_str(out, i > 0 ? "<br>\n" : "");
		r = r ? r : link_to(out, &e->others[i]);
	}
	return r ? r : buf_append_str(out, "</td></tr>\n");
}

/* Of one among many: in lines, which take less than a table. */
static int brief_facts(const struct mail_page *p, const struct mail_entry *e, struct buf *out)
{
	int r = buf_append_str(out, "<p style=\"margin:8px 0\">");
	for (size_t i = 0; i < e->fact_count && r == NETRAL_OK; i++) {
		r = element(out, i > 0 ? " &middot; " : "", e->facts[i].label, ": ");
		r = r ? r : element(out, "", e->facts[i].value, "");
	}
	if (r == NETRAL_OK && e->article.title[0]) {
		r = buf_append_str(out, "<br>\n");
		r = r ? r : link_to(out, &e->article);
		r = r ? r : source(out, &e->article);
	}
	if (r == NETRAL_OK && e->command[0]) {
		r = element(out, "<br>\n<small>", label(p, "verify"), ": <code>");
		r = r ? r : element(out, "", e->command, "</code></small>");
	}
	return r ? r : buf_append_str(out, "</p>\n");
}

static int command(const struct mail_page *p, const struct mail_entry *e, struct buf *out)
{
	if (!e->command[0])
		return NETRAL_OK;
	int r = begin_row(out, label(p, "verify"));
	return r ? r
		 : element(out, "<code style=\"word-break:break-all\">", e->command,
			   "</code></td></tr>\n");
}

static int facts(const struct mail_page *p, const struct mail_entry *e, struct buf *out)
{
	int r = buf_append_str(out, "<table style=\"border-collapse:collapse;font-size:1em\">\n");
	for (size_t i = 0; i < e->fact_count && r == NETRAL_OK; i++)
		r = row(out, e->facts[i].label, e->facts[i].value);
	r = r ? r : article(p, &e->article, out);
	r = r ? r : others(p, e, out);
	r = r ? r : command(p, e, out);
	return r ? r : buf_append_str(out, "</table>\n");
}

/* `level`: of its heading, by what stands above it. */
static int entry(const struct mail_page *p, const struct mail_entry *e, int level, struct buf *out)
{
	int r = buf_printf(out, "<h%d style=\"margin:24px 0 0;font-size:%s;line-height:1.3\">",
			   level, level == 1 ? "1.4em" : "1.1em");
	r = r ? r : element(out, "", e->heading, "");
	r = r ? r : buf_printf(out, "</h%d>\n", level);
	r = r ? r : element(out, "<p style=\"margin:0 0 8px\">", e->place, "</p>\n");
	for (size_t i = 0; i < e->note_count && r == NETRAL_OK; i++)
		r = element(out,
			    "<p style=\"margin:8px 0;padding:8px 12px;border:2px solid #888\">"
			    "<strong>",
			    e->notes[i], "</strong></p>\n");
	if (r == NETRAL_OK && e->sentence[0])
		r = element(out,
			    "<blockquote style=\"margin:8px 0;padding:0 0 0 12px;"
			    "border-left:4px solid #888\">",
			    e->sentence, "</blockquote>\n");
	if (r < 0)
		return r;
	return p->section_count > 0 ? brief_facts(p, e, out) : facts(p, e, out);
}

static int section(const struct mail_page *p, const struct mail_section *s, struct buf *out)
{
	int r = element(out,
			"<h2 style=\"margin:32px 0 0;font-size:1.25em;border-bottom:1px solid "
			"#888\">",
			s->heading, "");
	r = r ? r : buf_printf(out, " (%zu)</h2>\n", s->count);
	if (r == NETRAL_OK && s->note[0])
		r = element(out, "<p style=\"margin:8px 0\"><strong>", s->note, "</strong></p>\n");
	for (size_t i = s->first; i < s->first + s->count && r == NETRAL_OK; i++)
		r = entry(p, &p->entries[i], 3, out);
	return r;
}

static int head(const struct mail_page *p, struct buf *out)
{
	int r = buf_printf(out,
			   "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
			   "<meta name=\"viewport\" content=\"width=device-width\">\n"
			   "<meta name=\"color-scheme\" content=\"light dark\">\n",
			   mail_lang_name(p->lang));
	r = r ? r : element(out, "<title>", p->title, "</title>\n</head>\n");
	return r ? r
		 : buf_append_str(out, "<body style=\"margin:0 auto;padding:12px;max-width:40em;"
				       "font:16px/1.5 sans-serif;overflow-wrap:anywhere\">\n");
}

static int foot(const struct mail_page *p, struct buf *out)
{
	int r = NETRAL_OK;
	if (p->more[0]) {
		r = element(out, "<p style=\"margin:24px 0 0\">", p->more, " ");
		r = r ? r : element(out, "<code>", p->more_command, "</code></p>\n");
	}
	r = r ? r : buf_append_str(out, "<hr style=\"margin:24px 0 8px\">\n");
	r = r ? r : element(out, "<p style=\"margin:0\"><small>", p->footer, "</small></p>\n");
	return r ? r : buf_append_str(out, "</body>\n</html>\n");
}

int mail_html(const struct mail_page *p, struct buf *out)
{
	int r = head(p, out);
	if (r == NETRAL_OK && p->section_count > 0)
		r = element(out, "<h1 style=\"margin:0;font-size:1.4em\">", p->title, "</h1>\n");
	for (size_t i = 0; i < p->intro_count && r == NETRAL_OK; i++)
		r = element(out, "<p style=\"margin:0\">", p->intro[i], "</p>\n");
	if (r == NETRAL_OK && p->section_count == 0)
		r = entry(p, &p->entries[0], 1, out);
	for (size_t i = 0; i < p->section_count && r == NETRAL_OK; i++)
		r = section(p, &p->sections[i], out);
	return r ? r : foot(p, out);
}
