#include "client/probe_print.h"

#include "client/json.h"
#include "client/style.h"

#include <string.h>

enum { SHOWN_ITEMS = 5, SHOWN_LINES = 3 };

const char *probe_format_name(const struct probe_report *r)
{
	static const char *const feeds[] = {[FEED_RSS] = "RSS",
					    [FEED_RSS1] = "RSS 1.0",
					    [FEED_ATOM] = "Atom",
					    [FEED_JSON] = "JSON Feed"};
	if (r->kind == PROBE_FEED)
		return feeds[r->feed.format];
	if (r->kind == PROBE_SITEMAP)
		return r->sitemap.kind == SITEMAP_INDEX ? "index of sitemaps" : "sitemap";
	return "page";
}

size_t probe_item_count(const struct probe_report *r)
{
	return r->kind == PROBE_FEED      ? r->feed.item_count
	       : r->kind == PROBE_SITEMAP ? r->sitemap.entry_count
					  : 0;
}

struct item {
	struct text url, title, published;
};

static struct item item_at(const struct probe_report *r, size_t i)
{
	if (r->kind == PROBE_FEED) {
		const struct feed_item *f = &r->feed.items[i];
		return (struct item){f->url, f->title, f->published};
	}
	const struct sitemap_entry *e = &r->sitemap.entries[i];
	return (struct item){e->url, e->news_title,
			     e->news_published.len ? e->news_published : e->changed};
}

static json_t *item_json(const struct item *i)
{
	return json_pack("{so so so}", "url", json_text_or_null(i->url.ptr, i->url.len), "title",
			 json_text_or_null(i->title.ptr, i->title.len), "published",
			 json_text_or_null(i->published.ptr, i->published.len));
}

static json_t *article_json(const struct probe_report *r)
{
	const struct text *f = r->article.field;
	if (!r->has_article)
		return json_null();
	return json_pack("{so so so so}", "url",
			 json_text_or_null(f[EXTRACT_PAGE_URL].ptr, f[EXTRACT_PAGE_URL].len),
			 "title", json_text_or_null(f[EXTRACT_TITLE].ptr, f[EXTRACT_TITLE].len),
			 "published",
			 json_text_or_null(f[EXTRACT_PUBLISHED].ptr, f[EXTRACT_PUBLISHED].len),
			 "text", json_text(f[EXTRACT_TEXT].ptr, f[EXTRACT_TEXT].len));
}

static json_t *texts_json(const struct text *texts, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_text(texts[i].ptr, texts[i].len));
	return list;
}

int probe_print_json(FILE *out, const struct probe_report *r)
{
	json_t *items = json_array();
	for (size_t i = 0; i < probe_item_count(r); i++) {
		struct item item = item_at(r, i);
		json_array_append_new(items, item_json(&item));
	}
	json_t *object =
		json_pack("{ss ss so so so so so}", "url", r->url, "format", probe_format_name(r),
			  "items", items, "article", article_json(r), "article_problem",
			  json_text_or_null(r->article_reason, strlen(r->article_reason)), "feeds",
			  texts_json(r->feeds, r->feed_count), "sitemaps",
			  texts_json(r->sitemaps, r->sitemap_count));
	return json_line(out, object);
}

static void print_items(FILE *out, const struct style *s, const struct probe_report *r)
{
	size_t count = probe_item_count(r);
	for (size_t i = 0; i < count && i < SHOWN_ITEMS; i++) {
		struct item item = item_at(r, i);
		const struct text *name = item.title.len ? &item.title : &item.url;
		fprintf(out, "  %s%-25.*s%s ", style_ink(s, INK_DIM), (int)item.published.len,
			item.published.len ? item.published.ptr : "", style_ink(s, INK_PLAIN));
		style_put(out, name->ptr, name->len);
		fputc('\n', out);
	}
	if (count > SHOWN_ITEMS)
		fprintf(out, "  ... and %zu more\n", count - SHOWN_ITEMS);
}

static void print_article(FILE *out, const struct style *s, const struct probe_report *r)
{
	const struct text *title = &r->article.field[EXTRACT_TITLE];
	const struct text *text = &r->article.field[EXTRACT_TEXT];
	const struct text *published = &r->article.field[EXTRACT_PUBLISHED];
	fprintf(out, "\n%s", style_ink(s, INK_BOLD));
	style_put(out, title->ptr, title->len);
	fprintf(out, "%s\n", style_ink(s, INK_PLAIN));
	if (published->len)
		fprintf(out, "  %s%s%s\n", style_ink(s, INK_DIM), published->ptr,
			style_ink(s, INK_PLAIN));
	const char *p = text->ptr, *end = p + text->len;
	for (int i = 0; i < SHOWN_LINES && p < end; i++) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		stop = stop ? stop : end;
		fputs("  ", out);
		style_put_cut(out, p, (size_t)(stop - p), s->width > 4 ? s->width - 4 : 1);
		fputc('\n', out);
		p = stop + 1;
	}
}

static void print_proposals(FILE *out, const char *words, const struct text *urls, size_t count)
{
	if (count)
		fprintf(out, "\n%s:\n", words);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "  %s\n", urls[i].ptr);
}

void probe_print(FILE *out, const struct probe_report *r)
{
	struct style s;
	style_init(&s, out);
	fprintf(out, "%s: %s", r->url, probe_format_name(r));
	if (r->kind != PROBE_PAGE)
		fprintf(out, ", %zu entries", probe_item_count(r));
	if (r->crawl_delay_ms)
		fprintf(out, ", asks for %u s between requests", r->crawl_delay_ms / 1000);
	fputc('\n', out);
	print_items(out, &s, r);
	if (r->has_article)
		print_article(out, &s, r);
	else if (r->article_reason[0])
		fprintf(out, "\n%s cannot be taken in: %s\n",
			r->kind == PROBE_PAGE ? "The page itself" : "The first article",
			r->article_reason);
	print_proposals(out, "The page names these feeds; try one of them", r->feeds,
			r->feed_count);
	print_proposals(out, "The site's robots.txt names these sitemaps", r->sitemaps,
			r->sitemap_count);
}
