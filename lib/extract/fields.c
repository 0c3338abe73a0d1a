#include "lib/extract/fields.h"

#include "lib/cleanup.h"
#include "lib/extract/address.h"
#include "lib/extract/byline.h"
#include "lib/extract/date.h"
#include "lib/extract/dateline.h"
#include "lib/extract/entity.h"
#include "lib/extract/headline.h"
#include "lib/extract/words.h"
#include "lib/utf8.h"
#include "lib/web/url.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
	LANGUAGE_MAX = 8,
	HEADINGS_MAX = 100,   /* that are compared with the title */
	PAGER_LINKS_MAX = 64, /* that are looked at for further pages */
};

struct reading {
	const struct sources *s;
	struct extracted *out;
	const struct date *shown; /* the date that a reader sees, or NULL */
	bool failed;              /* no memory */
};

static const struct text nothing = {"", 0};

static bool has(const struct reading *r, enum extract_field field)
{
	return r->out->field[field].len > 0;
}

static void set(struct reading *r, enum extract_field field, enum extract_from from,
		const struct text *t)
{
	r->out->field[field] = *t;
	r->out->from[field] = from;
}

/* The value, with its references decoded and in one line, if the field is still empty. */
static void offer(struct reading *r, enum extract_field field, enum extract_from from,
		  const struct text *value)
{
	struct text t;
	size_t max = field == EXTRACT_TITLE ? ARTICLE_TITLE_MAX : EXTRACT_FIELD_MAX;
	if (has(r, field) || !value->len || r->failed)
		return;
	if (!entity_decode(r->s->arena, value, max, &t))
		r->failed = true;
	else if (t.len)
		set(r, field, from, &t);
}

/* The content of the first <meta> of one of these names, or "". */
static struct text meta(const struct reading *r, const char *const *names, bool link)
{
	const struct page *p = r->s->page;
	for (; *names; names++) {
		for (uint32_t i = 0; i < p->meta_count; i++) {
			const struct page_meta *m = &p->metas[i];
			const char *content = page_string(p, m->content);
			if (m->link == link && strcasecmp(page_string(p, m->name), *names) == 0)
				return (struct text){content, strlen(content)};
		}
	}
	return nothing;
}

#define META(r, ...) meta(r, (const char *const[]){__VA_ARGS__, NULL}, false)
#define LINK(r, ...) meta(r, (const char *const[]){__VA_ARGS__, NULL}, true)

/* What stands in an element, or its value; in the arena. */
static struct text node_text(struct reading *r, uint32_t node)
{
	struct text value = page_value(r->s->page, node);
	netral_cleanup(buf_fini) struct buf text = {.limit = (size_t)4 * ARTICLE_TITLE_MAX};
	if (value.len && r->s->page->nodes[node].element != ELEMENT_A)
		return value;
	/* What is longer than the bound is no field. */
	if (page_text_of(r->s->page, node, 2 * (size_t)ARTICLE_TITLE_MAX, &text) < 0)
		return nothing;
	char *copy = arena_strndup(r->s->arena, text.len ? (char *)text.data : "", text.len);
	r->failed = r->failed || !copy;
	return copy ? (struct text){copy, text.len} : nothing;
}

static uint32_t find_item(const struct reading *r, enum page_item item)
{
	const struct page *p = r->s->page;
	for (uint32_t i = 0; i < p->count; i++) {
		if (p->nodes[i].item == item)
			return i;
	}
	return 0;
}

static struct text item_text(struct reading *r, enum page_item item)
{
	uint32_t node = find_item(r, item);
	return node ? node_text(r, node) : nothing;
}

/* --- address, site, language, section --- */

static void offer_address(struct reading *r, enum extract_from from, const struct text *t)
{
	struct text url;
	if (has(r, EXTRACT_PAGE_URL) || !t->len ||
	    url_resolve(&r->s->url, t, r->s->arena, &url) < 0)
		return;
	/* Some sites name their front page as every page's canonical one. */
	if (address_is_front(&url) && r->s->url.len && !address_is_front(&r->s->url))
		return;
	set(r, EXTRACT_PAGE_URL, from, &url);
}

static void read_address(struct reading *r)
{
	struct text canonical = LINK(r, "canonical"), og = META(r, "og:url");
	offer_address(r, EXTRACT_META, &canonical);
	offer_address(r, EXTRACT_OPENGRAPH, &og);
	offer_address(r, EXTRACT_JSON_LD, &r->s->linked->url);
	offer_address(r, EXTRACT_URL, &r->s->url);
}

static void read_site(struct reading *r)
{
	struct text og = META(r, "og:site_name"), name = META(r, "application-name", "publisher");
	struct text host = address_host(&r->out->field[EXTRACT_PAGE_URL]);
	offer(r, EXTRACT_SITE, EXTRACT_OPENGRAPH, &og);
	offer(r, EXTRACT_SITE, EXTRACT_JSON_LD, &r->s->linked->site);
	offer(r, EXTRACT_SITE, EXTRACT_META, &name);
	offer(r, EXTRACT_SITE, EXTRACT_URL, &host);
}

/* "id" of "id-ID" and "id_ID"; "in" is what Indonesian was called before 1989. */
static void offer_language(struct reading *r, enum extract_from from, const struct text *t)
{
	char tag[LANGUAGE_MAX + 1];
	size_t n = 0;
	while (n < t->len && n < LANGUAGE_MAX && ((t->ptr[n] | 0x20) >= 'a') &&
	       ((t->ptr[n] | 0x20) <= 'z')) {
		tag[n] = (char)(t->ptr[n] | 0x20);
		n++;
	}
	if (n < 2 || n > 3)
		return;
	tag[n] = '\0';
	struct text language = {strcmp(tag, "in") == 0 ? "id" : tag, n};
	offer(r, EXTRACT_LANGUAGE, from, &language);
}

static void read_language(struct reading *r)
{
	const char *lang = page_string(r->s->page, r->s->page->language);
	struct text page = {lang, strlen(lang)}, og = META(r, "og:locale");
	struct text name = META(r, "content-language", "language");
	offer_language(r, EXTRACT_PAGE, &page);
	offer_language(r, EXTRACT_JSON_LD, &r->s->linked->language);
	offer_language(r, EXTRACT_META, &name);
	offer_language(r, EXTRACT_OPENGRAPH, &og);
}

/* The last link of the crumbs: what stands behind it is the article itself. */
static struct text last_crumb(struct reading *r)
{
	const struct page *p = r->s->page;
	uint32_t found = 0;
	for (uint32_t i = 0; i < p->count; i++) {
		if (!(p->nodes[i].words & WORDS_CRUMB))
			continue;
		for (uint32_t k = i; k < p->nodes[i].end; k++) {
			if (p->nodes[k].element == ELEMENT_A && p->nodes[k].len)
				found = k;
		}
		break;
	}
	struct text t = found ? node_text(r, found) : nothing;
	/* The title itself, linked. */
	return t.len <= 40 ? t : nothing;
}

static void read_section(struct reading *r)
{
	struct text og = META(r, "article:section", "og:article:section");
	struct text name = META(r, "section", "content_category", "parsely-section", "kanal");
	struct text item = item_text(r, ITEM_SECTION);
	offer(r, EXTRACT_SECTION, EXTRACT_JSON_LD, &r->s->linked->section);
	offer(r, EXTRACT_SECTION, EXTRACT_OPENGRAPH, &og);
	offer(r, EXTRACT_SECTION, EXTRACT_MICRODATA, &item);
	offer(r, EXTRACT_SECTION, EXTRACT_META, &name);
	if (!has(r, EXTRACT_SECTION)) {
		struct text crumb = last_crumb(r);
		offer(r, EXTRACT_SECTION, EXTRACT_PAGE, &crumb);
	}
}

/* --- title --- */

/* The longest heading that begins or ends the <title>, else the first <h1>. */
static struct text heading(struct reading *r, const struct text *page_title)
{
	const struct page *p = r->s->page;
	struct text first = nothing, best = nothing;
	unsigned seen = 0;
	for (uint32_t i = 0; i < p->count && seen < HEADINGS_MAX; i++) {
		if (!(element_flags(p->nodes[i].element) & ELEMENT_HEADING))
			continue;
		seen++;
		bool h1 = p->nodes[i].element == ELEMENT_H1;
		struct text t = node_text(r, i);
		bool fits = headline_begins(page_title, &t) || headline_ends(page_title, &t);
		if (fits && t.len > best.len)
			best = t;
		if (h1 && !first.len)
			first = t;
	}
	return best.len ? best : first;
}

static struct text title_element(struct reading *r)
{
	const struct page *p = r->s->page;
	for (uint32_t i = 0; i < p->count; i++) {
		if (p->nodes[i].element == ELEMENT_TITLE)
			return node_text(r, i);
	}
	return nothing;
}

static void read_title(struct reading *r)
{
	struct text og = META(r, "og:title"), name = META(r, "twitter:title", "dc.title", "title");
	struct text item = item_text(r, ITEM_HEADLINE), page = title_element(r);
	struct text h = heading(r, &page);
	offer(r, EXTRACT_TITLE, EXTRACT_JSON_LD, &r->s->linked->title);
	offer(r, EXTRACT_TITLE, EXTRACT_OPENGRAPH, &og);
	offer(r, EXTRACT_TITLE, EXTRACT_MICRODATA, &item);
	offer(r, EXTRACT_TITLE, EXTRACT_PAGE, &h);
	offer(r, EXTRACT_TITLE, EXTRACT_META, &name);
	offer(r, EXTRACT_TITLE, EXTRACT_PAGE, &page);
	struct text *title = &r->out->field[EXTRACT_TITLE];
	if (h.len <= ARTICLE_TITLE_MAX && headline_is_cut(title, &h))
		set(r, EXTRACT_TITLE, EXTRACT_PAGE, &h);
	struct text host = address_host(&r->out->field[EXTRACT_PAGE_URL]);
	size_t len = headline_len(title, &h, &r->out->field[EXTRACT_SITE], &host);
	char *cut = arena_strndup(r->s->arena, title->len ? title->ptr : "", len);
	r->failed = r->failed || !cut;
	if (cut)
		*title = (struct text){cut, len};
}

/* --- author --- */

/* A name is kept unless it is the site's: that stays for the end. */
static void offer_author(struct reading *r, enum extract_from from, const struct text *t,
			 bool site_too)
{
	struct text decoded, name;
	if (has(r, EXTRACT_AUTHOR) || !t->len || r->failed)
		return;
	if (!entity_decode(r->s->arena, t, EXTRACT_FIELD_MAX, &decoded)) {
		r->failed = true;
		return;
	}
	name = byline_name(&decoded);
	if (name.len && (site_too || !headline_same_name(&name, &r->out->field[EXTRACT_SITE])))
		offer(r, EXTRACT_AUTHOR, from, &name);
}

static struct text join_authors(struct reading *r)
{
	netral_cleanup(buf_fini) struct buf names = {.limit = (size_t)2 * EXTRACT_FIELD_MAX};
	const struct json_data *d = r->s->linked;
	for (unsigned i = 0; i < d->author_count; i++) {
		struct text name = byline_name(&d->authors[i]);
		if (name.len == 0 || name.len > EXTRACT_FIELD_MAX / JSON_DATA_AUTHORS_MAX)
			continue;
		if ((names.len && buf_append_str(&names, ", ") < 0) ||
		    buf_append(&names, name.ptr, name.len) < 0)
			r->failed = true;
	}
	char *copy = arena_strndup(r->s->arena, names.len ? (char *)names.data : "", names.len);
	r->failed = r->failed || !copy;
	return copy ? (struct text){copy, names.len} : nothing;
}

static void offer_all_authors(struct reading *r, bool site_too)
{
	static const char *const names[] = {
		"author",          "dc.creator", "parsely-author", "content_author", "byl",
		"sailthru.author", NULL};
	struct text linked = join_authors(r), name = meta(r, names, false);
	struct text og = META(r, "article:author", "og:article:author");
	struct text item = item_text(r, ITEM_AUTHOR);
	offer_author(r, EXTRACT_JSON_LD, &linked, site_too);
	offer_author(r, EXTRACT_MICRODATA, &item, site_too);
	offer_author(r, EXTRACT_META, &name, site_too);
	offer_author(r, EXTRACT_OPENGRAPH, &og, site_too);
	struct text line = byline_find(r->s->page, r->s->blocks);
	offer_author(r, EXTRACT_PAGE, &line, site_too);
}

/* --- date --- */

static void offer_day(struct reading *r, enum extract_from from, const struct date *d)
{
	char date[DATE_FORMAT_SIZE];
	web_date_format(d, date);
	struct text text = {date, strlen(date)};
	offer(r, EXTRACT_PUBLISHED, from, &text);
}

static void offer_date(struct reading *r, enum extract_from from, const struct text *t)
{
	struct date d;
	if (has(r, EXTRACT_PUBLISHED) || !t->len || !date_find(t->ptr, t->len, &d))
		return;
	if (r->shown)
		date_to_shown_zone(&d, r->shown);
	offer_day(r, from, &d);
}

/* What is written for machines. */
static void read_told_date(struct reading *r)
{
	static const char *const names[] = {"content_publisheddate",
					    "publishdate",
					    "publisheddate",
					    "pubdate",
					    "publish-date",
					    "publish_date",
					    "published-date",
					    "published_date",
					    "published_time",
					    "published",
					    "date_published",
					    "datepublished",
					    "publication_date",
					    "publicationdate",
					    "originalpublicationdate",
					    "article_date_original",
					    "dtk:publishdate",
					    "parsely-pub-date",
					    "sailthru.date",
					    "shareaholic:article_published_time",
					    "citation_publication_date",
					    "dc.date.issued",
					    "dcterms.issued",
					    "cxenseparse:recs:publishtime",
					    NULL};
	struct text og =
		META(r, "article:published_time", "og:published_time", "og:article:published_time",
		     "article:published", "article:published_date", "og:pubdate");
	struct text prop = META(r, "datePublished"), item = item_text(r, ITEM_PUBLISHED);
	struct text name = meta(r, names, false);
	offer_date(r, EXTRACT_JSON_LD, &r->s->linked->published);
	offer_date(r, EXTRACT_OPENGRAPH, &og);
	offer_date(r, EXTRACT_MICRODATA, &prop);
	offer_date(r, EXTRACT_MICRODATA, &item);
	offer_date(r, EXTRACT_META, &name);
}

/* Of some date: a date that the page shows is better, unless it is the same day's. */
static void read_vague_date(struct reading *r, const struct dateline *line)
{
	struct text name =
		META(r, "date", "dc.date", "dcterms.date", "dc.date.created", "dcterms.created");
	struct date d;
	if (line && line->sure && date_find(name.ptr, name.len, &d)) {
		date_to_shown_zone(&d, &line->date);
		if (d.year != line->date.year || d.month != line->date.month ||
		    d.day != line->date.day)
			offer_day(r, EXTRACT_PAGE, &line->date);
	}
	offer_date(r, EXTRACT_META, &name);
}

static void read_published(struct reading *r)
{
	struct date day;
	struct dateline line;
	const struct text *url = &r->out->field[EXTRACT_PAGE_URL];
	bool shown = dateline_find(r->s->page, r->s->blocks, &r->out->field[EXTRACT_TITLE], &line);
	r->shown = shown ? &line.date : NULL;
	read_told_date(r);
	read_vague_date(r, shown ? &line : NULL);
	r->shown = NULL;
	if (shown && line.sure)
		offer_day(r, EXTRACT_PAGE, &line.date);
	if (date_of_url(url->ptr, url->len, &day))
		offer_day(r, EXTRACT_URL, &day);
	if (shown)
		offer_day(r, EXTRACT_PAGE, &line.date);
}

bool fields_read(const struct sources *s, struct extracted *ret)
{
	struct reading r = {.s = s, .out = ret};
	for (unsigned i = 0; i < EXTRACT_FIELDS; i++)
		ret->field[i] = nothing;
	read_address(&r);
	read_site(&r);
	read_language(&r);
	read_title(&r);
	offer_all_authors(&r, false);
	if (!has(&r, EXTRACT_AUTHOR))
		offer_all_authors(&r, true);
	read_published(&r);
	read_section(&r);
	return !r.failed;
}

bool fields_fill(const struct json_data *state, struct arena *arena, struct extracted *e)
{
	const struct sources s = {.arena = arena};
	struct reading r = {.s = &s, .out = e};
	offer(&r, EXTRACT_TITLE, EXTRACT_PAGE, &state->title);
	offer(&r, EXTRACT_AUTHOR, EXTRACT_PAGE, &state->authors[0]);
	offer(&r, EXTRACT_SECTION, EXTRACT_PAGE, &state->section);
	offer_date(&r, EXTRACT_PAGE, &state->published);
	return !r.failed;
}

/* --- further pages --- */

struct pager {
	struct text first;      /* the address of the first page */
	unsigned current, next; /* numbers; `next` is 0 while there is none */
};

/* Does a link's text say that it leads to the page of this number? */
static bool link_says_page(struct reading *r, uint32_t node, unsigned number)
{
	char digits[12];
	struct text t = node_text(r, node), rest;
	snprintf(digits, sizeof(digits), "%u", number);
	return strcmp(t.ptr, digits) == 0 || words_next(&t, &rest);
}

/* Takes the address if it is that of the whole article, or of the nearest page behind this one. */
static void offer_page(struct reading *r, struct pager *g, enum extract_from from,
		       const struct text *t, uint32_t node)
{
	struct text url;
	if (!t->len || url_resolve(&g->first, t, r->s->arena, &url) < 0)
		return;
	struct address_page page = address_page(&g->first, &url);
	if (page.whole && !has(r, EXTRACT_WHOLE))
		set(r, EXTRACT_WHOLE, from, &url);
	if (page.number <= g->current || (g->next && page.number >= g->next))
		return;
	if (!page.named && (node == 0 || !link_says_page(r, node, page.number)))
		return;
	g->next = page.number;
	set(r, EXTRACT_NEXT, from, &url);
}

/* Where the reader is. False: on the whole article. */
static bool find_place(struct reading *r, struct pager *g)
{
	const struct text *own = &r->out->field[EXTRACT_PAGE_URL];
	g->first = address_first_page(own);
	struct address_page here = address_page(&g->first, r->s->url.len ? &r->s->url : own);
	/* An address that is none of the article's pages, such as its AMP twin, shows the first. */
	g->current = here.number > 1 ? here.number : 1;
	return !here.whole;
}

bool fields_further_pages(const struct sources *s, struct extracted *e)
{
	struct reading r = {.s = s, .out = e};
	const struct page *p = s->page;
	struct pager pager = {.next = 0};
	struct text link = LINK(&r, "next");
	unsigned seen = 0;
	if (!has(&r, EXTRACT_PAGE_URL) || !find_place(&r, &pager))
		return true;
	offer_page(&r, &pager, EXTRACT_META, &link, 0);
	for (uint32_t i = 0; i < p->count && seen < PAGER_LINKS_MAX; i++) {
		if (p->nodes[i].element != ELEMENT_A)
			continue;
		struct text href = page_value(p, i);
		if (!address_may_be_page(&pager.first, &href))
			continue;
		offer_page(&r, &pager, EXTRACT_PAGE, &href, i);
		seen++;
	}
	return !r.failed;
}
