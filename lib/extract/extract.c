/* The order: bytes to UTF-8, cleaned, parsed once into a flat tree, cut into blocks; then the
 * fields and the body are read from these. What a data script tells of the body is only taken where
 * the page itself shows less than half of it. */
#include "lib/extract/extract.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/extract/body.h"
#include "lib/extract/entity.h"
#include "lib/extract/fields.h"
#include "lib/extract/page_charset.h"
#include "lib/web/charset.h"

#include <stdio.h>
#include <string.h>

enum {
	UTF8_MAX = 3 * EXTRACT_PAGE_MAX, /* a byte of windows-1252 may become three */
	CLEAN_MAX = 2 * UTF8_MAX,
	BODY_MIN = 250, /* bytes; a page that shows less may have its text in a script */
	STUB_MAX = 120, /* of a site's page: a caption, a notice, no article */
};

/* All that lives while one page is read. */
struct work {
	struct buf utf8;
	struct clean_page clean;
	struct page page;
	struct blocks blocks;
	struct arena json; /* the scripts' values */
	struct json_data linked, state;
	struct buf body;
};

static void work_fini(struct work *w)
{
	buf_fini(&w->utf8);
	buf_fini(&w->clean.html);
	page_fini(&w->page);
	blocks_fini(&w->blocks);
	arena_fini(&w->json);
	buf_fini(&w->body);
}

static int fail(char *reason, int err, const char *what)
{
	snprintf(reason, EXTRACT_REASON_SIZE, "HTML: %s", what);
	return err;
}

/* HTML to blocks. */
static int parse(struct work *w, const struct text *html)
{
	w->clean.html.limit = CLEAN_MAX;
	int r = html_clean(html->ptr, html->len, &w->clean);
	if (r == NETRAL_OK)
		r = page_parse(&w->clean.html, &w->page);
	if (r == NETRAL_OK)
		r = blocks_cut(&w->page, true, &w->blocks);
	return r;
}

/* A body that a script holds as HTML. */
static int fragment_body(const struct text *html, const struct text *title, struct buf *out)
{
	netral_cleanup(work_fini) struct work w = {0};
	int r = parse(&w, html);
	return r < 0 ? r : body_extract(&w.page, &w.blocks, title, out);
}

/* A body that a script holds as text: its lines, without empty ones. */
static int plain_body(const struct text *t, struct arena *arena, struct buf *out)
{
	const char *p = t->ptr, *end = p + t->len;
	int r = NETRAL_OK;
	while (p < end && r == NETRAL_OK) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		struct text line = {p, (size_t)((stop ? stop : end) - p)}, decoded;
		p += line.len + 1;
		if (!entity_decode(arena, &line, line.len, &decoded))
			return NETRAL_ENOMEM;
		if (decoded.len && out->len)
			r = buf_append_str(out, "\n");
		if (decoded.len && r == NETRAL_OK)
			r = buf_append(out, decoded.ptr, decoded.len);
	}
	return r;
}

/* Takes a script's body where the page shows less than half of it. */
static int help_body(struct work *w, const struct text *told, const struct text *title, bool *taken)
{
	netral_cleanup(buf_fini) struct buf body = {.limit = ARTICLE_TEXT_MAX};
	bool html = memmem(told->ptr, told->len, "</", 2) || memmem(told->ptr, told->len, "<br", 3);
	*taken = false;
	if (told->len / 2 < w->body.len)
		return NETRAL_OK;
	int r = html ? fragment_body(told, title, &body) : plain_body(told, &w->json, &body);
	if (r < 0 || body.len / 2 < w->body.len)
		return r;
	buf_fini(&w->body);
	w->body = body;
	body = (struct buf){0};
	*taken = true;
	return NETRAL_OK;
}

/* Names that leave nothing of a page are not believed. */
static int read_shown(struct work *w, const struct text *title)
{
	netral_cleanup(blocks_fini) struct blocks all = {0};
	netral_cleanup(buf_fini) struct buf body = {.limit = ARTICLE_TEXT_MAX};
	int r = body_extract(&w->page, &w->blocks, title, &w->body);
	if (r < 0 || w->body.len >= BODY_MIN)
		return r;
	r = blocks_cut(&w->page, false, &all);
	if (r == NETRAL_OK)
		r = body_extract(&w->page, &all, title, &body);
	if (r == NETRAL_OK && body.len >= BODY_MIN && body.len / 2 > w->body.len) {
		struct buf less = w->body;
		w->body = body;
		body = less;
	}
	return r;
}

static int read_body(struct work *w, struct arena *arena, struct extracted *e)
{
	const struct text *title = &e->field[EXTRACT_TITLE];
	bool taken;
	e->from[EXTRACT_TEXT] = EXTRACT_PAGE;
	int r = read_shown(w, title);
	if (r == NETRAL_OK)
		r = help_body(w, &w->linked.body, title, &taken);
	if (r == NETRAL_OK && taken)
		e->from[EXTRACT_TEXT] = EXTRACT_JSON_LD;
	if (r < 0 || w->body.len >= BODY_MIN)
		return r;
	json_data_state(&w->clean, &w->json, &w->state);
	r = help_body(w, &w->state.body, title, &taken);
	if (r == NETRAL_OK && taken && !fields_fill(&w->state, arena, e))
		r = NETRAL_ENOMEM;
	return r;
}

static int finish(struct work *w, struct arena *arena, struct extracted *e)
{
	char *text = arena_strndup(arena, w->body.len ? (char *)w->body.data : "", w->body.len);
	if (!text)
		return NETRAL_ENOMEM;
	e->field[EXTRACT_TEXT] = (struct text){text, w->body.len};
	e->cut = w->page.cut;
	bool stub = w->body.len < STUB_MAX && page_is_framed(&w->page);
	return w->body.len && !stub ? NETRAL_OK : NETRAL_EINVALID;
}

static int extract(struct work *w, const struct extract_hints *hints, struct arena *arena,
		   struct extracted *e)
{
	const struct text html = {w->utf8.len ? (const char *)w->utf8.data : "", w->utf8.len};
	int r = parse(w, &html);
	if (r < 0)
		return r;
	json_data_linked(&w->clean, &w->json, &w->linked);
	struct sources s = {.page = &w->page,
			    .blocks = &w->blocks,
			    .linked = &w->linked,
			    .url = {"", 0},
			    .arena = arena};
	if (hints->url)
		s.url = (struct text){hints->url, strlen(hints->url)};
	if (!fields_read(&s, e))
		return NETRAL_ENOMEM;
	r = read_body(w, arena, e);
	if (r == NETRAL_OK && !fields_further_pages(&s, e))
		r = NETRAL_ENOMEM;
	return r < 0 ? r : finish(w, arena, e);
}

int extract_page(const char *data, size_t len, const struct extract_hints *hints,
		 struct arena *arena, struct extracted *ret_extracted,
		 char reason[static EXTRACT_REASON_SIZE])
{
	static const struct extract_hints no_hints = {NULL, NULL};
	netral_cleanup(work_fini) struct work w = {.utf8.limit = UTF8_MAX,
						   .body.limit = ARTICLE_TEXT_MAX};
	struct extracted e = {0};
	size_t mended;
	if (len > EXTRACT_PAGE_MAX)
		return fail(reason, NETRAL_ETOOBIG, "the page is larger than 8 MiB");
	arena_init(&w.json, JSON_DATA_ARENA_MAX);
	hints = hints ? hints : &no_hints;
	struct text charset = page_charset(data, len, hints->charset);
	int r = charset_to_utf8(data, len, &charset, &w.utf8, &mended);
	if (r == NETRAL_OK)
		r = extract(&w, hints, arena, &e);
	if (r == NETRAL_EINVALID)
		return fail(reason, r, "no text in the page");
	if (r == NETRAL_ETOOBIG)
		return fail(reason, r, "the text is longer than 1 MiB");
	if (r < 0)
		return fail(reason, r, netral_strerror(r));
	*ret_extracted = e;
	return NETRAL_OK;
}

const char *extract_from_name(enum extract_from from)
{
	static const char *const names[] = {"",     "json-ld", "opengraph", "microdata",
					    "meta", "page",    "url"};
	return names[from];
}
