/* One walk for all XML formats: a stack of places (feed_fields.h) tells what an element means, and
 * one element at a time is captured: its text, with the markup in it, until it ends.
 *
 * Markup inside a captured element is kept as markup. In Atom's xhtml it belongs there, in RSS
 * somebody forgot to escape it; what is a plain field loses it again in markup_text(). */
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/feed/feed_fields.h"
#include "lib/feed/feed_internal.h"
#include "lib/web/markup.h"
#include "lib/web/url.h"

#include <string.h>
#include <strings.h>

enum { NUMBER_MAX = 1000000, MINUTES_MAX = 366 * 24 * 60, HREF_ALTERNATE = 2, HREF_OTHER = 1 };

struct walk {
	struct arena *arena;
	struct feed feed;
	struct feed_items items;
	bool in_item;
	struct feed_item item;
	struct text guid; /* that may be a URL */
	int item_ranks[FIELD_COUNT], feed_ranks[FIELD_COUNT];
	uint32_t period_seconds, frequency;
	char root[XML_NAME_MAX + 1];
	bool known_root;

	unsigned depth; /* open elements */
	enum feed_place places[XML_DEPTH_MAX + 1];
	struct text bases[XML_DEPTH_MAX + 1];
	unsigned skipping; /* depth of the element that is passed over, 0 for none */

	enum feed_field captured; /* FIELD_NONE when nothing is */
	unsigned captured_depth;
	int captured_rank;
	bool captured_xhtml; /* its text is not markup */
	bool captured_plain; /* nor is what comes out */
	bool captured_url;   /* a guid that may be a URL */
	struct buf text;
};

static bool is_word(const struct text *t, const char *word)
{
	return t->len == strlen(word) && strncasecmp(t->ptr, word, t->len) == 0;
}

/* --- what an element was, once its text is there --- */

/* Whether a value of this rank is to be kept; remembers the rank. */
static bool outranks(struct walk *w, enum feed_field field, int rank)
{
	int *ranks = w->in_item ? w->item_ranks : w->feed_ranks;
	bool several = field == FIELD_HOUR || field == FIELD_DAY;
	if (ranks[field] >= rank && !several)
		return false;
	ranks[field] = rank;
	return true;
}

static uint32_t number_of(const struct text *t)
{
	uint32_t n = 0;
	size_t i = 0;
	while (i < t->len && strchr(" \t\r\n", t->ptr[i]))
		i++;
	for (; i < t->len && t->ptr[i] >= '0' && t->ptr[i] <= '9'; i++)
		n = n > NUMBER_MAX ? n : n * 10 + (uint32_t)(t->ptr[i] - '0');
	return n;
}

static uint32_t period_of(const struct text *t)
{
	static const struct {
		const char *name;
		uint32_t seconds;
	} periods[] = {{"hourly", 3600},
		       {"daily", 86400},
		       {"weekly", 7 * 86400},
		       {"monthly", 30 * 86400},
		       {"yearly", 365 * 86400}};
	for (size_t i = 0; i < netral_countof(periods); i++) {
		if (is_word(t, periods[i].name))
			return periods[i].seconds;
	}
	return 0;
}

static uint32_t day_of(const struct text *t)
{
	static const char *const days[] = {"sunday",   "monday", "tuesday", "wednesday",
					   "thursday", "friday", "saturday"};
	for (unsigned i = 0; i < netral_countof(days); i++) {
		if (is_word(t, days[i]))
			return 1U << i;
	}
	return 0;
}

static int end_feed_field(struct walk *w, const struct text *t)
{
	struct feed_hints *h = &w->feed.hints;
	uint32_t n = number_of(t);
	if (t->len == 0 || !outranks(w, w->captured, w->captured_rank))
		return NETRAL_OK;
	switch (w->captured) {
	case FIELD_TITLE:
		return markup_text(t->ptr, t->len, ARTICLE_TITLE_MAX, w->arena, &w->feed.title);
	case FIELD_LINK:
		return feed_copy_url(w->arena, &w->bases[w->depth], t->ptr, t->len,
				     &w->feed.site_url);
	case FIELD_LANGUAGE:
		return feed_copy(w->arena, t->ptr, t->len, FEED_LANGUAGE_MAX, &w->feed.language);
	case FIELD_TTL:
		h->ttl_minutes = n < MINUTES_MAX ? n : MINUTES_MAX;
		break;
	case FIELD_PERIOD:
		w->period_seconds = period_of(t);
		break;
	case FIELD_FREQUENCY:
		w->frequency = n;
		break;
	case FIELD_HOUR: /* 24 is midnight in the first version of the specification */
		h->skip_hours |= n <= 24 ? 1U << n % 24 : 0;
		break;
	case FIELD_DAY:
		h->skip_days |= day_of(t);
		break;
	default:
		break;
	}
	return NETRAL_OK;
}

/* "redaksi@outlet.example (Nama)" of RSS 2.0 names somebody in brackets. */
static struct text person_of(const struct text *t)
{
	const char *at = memchr(t->ptr, '@', t->len);
	const char *open = at ? memchr(t->ptr, '(', t->len) : NULL;
	const char *close = open ? memchr(open, ')', (size_t)(t->ptr + t->len - open)) : NULL;
	if (!close || close == open + 1)
		return *t;
	return (struct text){open + 1, (size_t)(close - open - 1)};
}

static int end_name(struct walk *w, const struct text *t)
{
	struct text name = person_of(t), plain;
	int r = markup_text(name.ptr, name.len, FEED_AUTHOR_MAX, w->arena, &plain);
	if (r < 0 || plain.len == 0)
		return r;
	if (outranks(w, FIELD_NAME, w->captured_rank)) {
		w->item.author = plain;
	} else if (w->item_ranks[FIELD_NAME] == w->captured_rank &&
		   w->item.author.len + plain.len + 2 <= FEED_AUTHOR_MAX) {
		char *both = arena_printf(w->arena, "%s, %s", w->item.author.ptr, plain.ptr);
		if (!both)
			return NETRAL_ENOMEM;
		w->item.author = (struct text){both, strlen(both)};
	}
	return NETRAL_OK;
}

static int end_date(struct walk *w, const struct text *t, struct text *ret)
{
	if (t->len == 0 || w->item_ranks[w->captured] >= w->captured_rank)
		return NETRAL_OK;
	int r = feed_copy_date(w->arena, t->ptr, t->len, ret);
	if (r == 1)
		outranks(w, w->captured, w->captured_rank);
	else if (r == 0)
		w->item.date_unreadable = true;
	return r < 0 ? r : NETRAL_OK;
}

static int end_id(struct walk *w, const struct text *t)
{
	int r = feed_copy_whole(w->arena, t->ptr, t->len, FEED_ID_MAX, &w->item.id);
	if (r == NETRAL_OK && w->captured_url && feed_is_url(&w->item.id))
		w->guid = w->item.id;
	return r;
}

static int end_content(struct walk *w, const struct text *t)
{
	w->item.content_is_html = !w->captured_plain;
	return feed_copy_whole(w->arena, t->ptr, t->len, FEED_CONTENT_MAX, &w->item.content);
}

static int end_item_field(struct walk *w, const struct text *t)
{
	struct feed_item *item = &w->item;
	if (w->captured == FIELD_NAME)
		return end_name(w, t);
	if (w->captured == FIELD_PUBLISHED)
		return end_date(w, t, &item->published);
	if (w->captured == FIELD_UPDATED)
		return end_date(w, t, &item->updated);
	if (t->len == 0 || !outranks(w, w->captured, w->captured_rank))
		return NETRAL_OK;
	switch (w->captured) {
	case FIELD_TITLE:
		return markup_text(t->ptr, t->len, ARTICLE_TITLE_MAX, w->arena, &item->title);
	case FIELD_LINK:
		return feed_copy_url(w->arena, &w->bases[w->depth], t->ptr, t->len, &item->url);
	case FIELD_SUMMARY:
		return markup_text(t->ptr, t->len, FEED_SUMMARY_MAX, w->arena, &item->summary);
	case FIELD_ID:
		return end_id(w, t);
	case FIELD_CONTENT:
		return end_content(w, t);
	default:
		return NETRAL_OK;
	}
}

/* Blanks around a captured text say nothing. */
static struct text captured_text(const struct walk *w)
{
	if (w->text.len == 0)
		return (struct text){"", 0};
	const char *s = (const char *)w->text.data, *end = s + w->text.len;
	while (s < end && strchr(" \t\r\n", *s))
		s++;
	while (end > s && strchr(" \t\r\n", end[-1]))
		end--;
	return (struct text){s, (size_t)(end - s)};
}

static int end_capture(struct walk *w)
{
	struct text t = captured_text(w);
	int r = w->in_item ? end_item_field(w, &t) : end_feed_field(w, &t);
	w->captured = FIELD_NONE;
	buf_clear(&w->text);
	return r;
}

/* --- elements --- */

static void start_item(struct walk *w, const struct xml_element *e)
{
	struct text about = xml_attribute(e, "rdf", "about");
	w->item = feed_item_empty();
	w->guid = (struct text){"", 0};
	memset(w->item_ranks, 0, sizeof(w->item_ranks));
	w->in_item = true;
	if (about.ptr &&
	    feed_copy_whole(w->arena, about.ptr, about.len, FEED_ID_MAX, &w->item.id) == NETRAL_OK)
		w->guid = feed_is_url(&w->item.id) ? w->item.id : w->guid;
}

static int end_item(struct walk *w)
{
	struct feed_item *item = &w->item;
	int r = NETRAL_OK;
	if (item->url.len == 0 && w->guid.len > 0)
		r = feed_copy_url(w->arena, &w->bases[w->depth], w->guid.ptr, w->guid.len,
				  &item->url);
	w->in_item = false;
	return r == NETRAL_OK ? feed_items_add(&w->items, item) : r;
}

/* RFC 4287, 4.2.7: without rel it is the page itself. */
static int take_href(struct walk *w, const struct xml_element *e)
{
	struct text href = xml_attribute(e, "", "href"), rel = xml_attribute(e, "", "rel");
	struct text type = xml_attribute(e, "", "type");
	struct text *url = w->in_item ? &w->item.url : &w->feed.site_url;
	if (!href.ptr || (rel.len > 0 && !is_word(&rel, "alternate")))
		return NETRAL_OK;
	bool page = type.len == 0 || is_word(&type, "text/html");
	if (!outranks(w, FIELD_LINK, page ? HREF_ALTERNATE : HREF_OTHER))
		return NETRAL_OK;
	return feed_copy_url(w->arena, &w->bases[w->depth], href.ptr, href.len, url);
}

static void start_capture(struct walk *w, enum feed_field field, int rank,
			  const struct xml_element *e)
{
	struct text type = xml_attribute(e, "", "type");
	struct text link = xml_attribute(e, "", "isPermaLink");
	w->captured = field;
	w->captured_rank = rank;
	w->captured_depth = w->depth;
	w->captured_xhtml = is_word(&type, "xhtml");
	w->captured_plain = is_word(&type, "text") || is_word(&type, "text/plain");
	w->captured_url = strcmp(e->name, "guid") == 0 && !is_word(&link, "false");
}

/* Names come from xml_clean() and hold no markup. */
static int put_tag(struct walk *w, const char *before, const char *name)
{
	int r = buf_append_str(&w->text, before);
	if (r == NETRAL_OK)
		r = buf_append_str(&w->text, name);
	return r == NETRAL_OK ? buf_append_str(&w->text, ">") : r;
}

static int enter_base(struct walk *w, const struct xml_element *e)
{
	struct text base = xml_attribute(e, "xml", "base");
	w->bases[w->depth] = w->bases[w->depth - 1];
	if (!base.ptr)
		return NETRAL_OK;
	return feed_copy_url(w->arena, &w->bases[w->depth - 1], base.ptr, base.len,
			     &w->bases[w->depth]);
}

static void start_root(struct walk *w, const struct xml_element *e)
{
	memcpy(w->root, e->name, strnlen(e->name, XML_NAME_MAX));
	if (strcmp(e->name, "RDF") == 0)
		w->feed.format = FEED_RSS1;
	if (strcmp(e->name, "feed") == 0)
		w->feed.format = FEED_ATOM;
	struct text language = xml_attribute(e, "xml", "lang");
	if (language.ptr)
		feed_copy(w->arena, language.ptr, language.len, FEED_LANGUAGE_MAX,
			  &w->feed.language);
}

static int start_field(struct walk *w, const struct xml_element *e)
{
	int rank = 0;
	enum feed_place place = w->places[w->depth - 1];
	enum feed_field field = feed_field_of(place, e, &rank);
	w->places[w->depth] = place;
	switch (field) {
	case FIELD_NONE:
		w->skipping = w->depth;
		return NETRAL_OK;
	case FIELD_FEED:
		w->known_root = true;
		w->places[w->depth] = PLACE_FEED;
		return NETRAL_OK;
	case FIELD_ITEM:
		w->places[w->depth] = PLACE_ITEM;
		start_item(w, e);
		return NETRAL_OK;
	case FIELD_AUTHOR:
		w->places[w->depth] = PLACE_AUTHOR;
		return NETRAL_OK;
	case FIELD_INSIDE:
		return NETRAL_OK;
	case FIELD_HREF:
		w->skipping = w->depth;
		return take_href(w, e);
	case FIELD_LINK: /* with an href it is Atom's, whatever its namespace says */
		if (xml_attribute(e, "", "href").ptr) {
			w->skipping = w->depth;
			return take_href(w, e);
		}
		break;
	default:
		break;
	}
	start_capture(w, field, rank, e);
	return NETRAL_OK;
}

static int on_start(void *user, const struct xml_element *e)
{
	struct walk *w = user;
	w->depth++;
	if (w->depth == 1)
		start_root(w, e);
	int r = enter_base(w, e);
	if (r < 0 || w->skipping > 0)
		return r;
	if (w->captured == FIELD_NONE)
		return start_field(w, e);
	return put_tag(w, "<", e->name);
}

static int on_end(void *user, const char *name)
{
	struct walk *w = user;
	int r = NETRAL_OK;
	if (w->skipping == w->depth)
		w->skipping = 0;
	else if (w->skipping > 0)
		r = NETRAL_OK;
	else if (w->captured != FIELD_NONE && w->captured_depth == w->depth)
		r = end_capture(w);
	else if (w->captured != FIELD_NONE)
		r = put_tag(w, "</", name);
	else if (w->places[w->depth] == PLACE_ITEM && w->places[w->depth - 1] == PLACE_FEED)
		r = end_item(w);
	w->depth--;
	return r;
}

/* Text of xhtml becomes text of HTML. */
static int put_escaped(struct buf *out, const char *s, size_t len)
{
	int r = NETRAL_OK;
	size_t start = 0;
	for (size_t i = 0; i < len && r == NETRAL_OK; i++) {
		if (s[i] != '&' && s[i] != '<')
			continue;
		r = buf_append(out, s + start, i - start);
		if (r == NETRAL_OK)
			r = buf_append_str(out, s[i] == '&' ? "&amp;" : "&lt;");
		start = i + 1;
	}
	return r == NETRAL_OK ? buf_append(out, s + start, len - start) : r;
}

static int on_text(void *user, const char *s, size_t len)
{
	struct walk *w = user;
	if (w->skipping > 0 || w->captured == FIELD_NONE)
		return NETRAL_OK;
	return w->captured_xhtml ? put_escaped(&w->text, s, len) : buf_append(&w->text, s, len);
}

/* --- the whole --- */

static int explain(const struct walk *w, int err, char *reason)
{
	static const char *const sitemaps[] = {"urlset", "sitemapindex"};
	if (err == NETRAL_EMALFORMED)
		return feed_fail(reason, err, "feed: neither XML nor JSON");
	if (err < 0)
		return feed_fail(reason, err, "feed: %s", netral_strerror(err));
	if (strcasecmp(w->root, "html") == 0)
		return feed_fail(reason, NETRAL_EMALFORMED, "feed: an HTML page, no feed");
	for (size_t i = 0; i < netral_countof(sitemaps); i++) {
		if (strcmp(w->root, sitemaps[i]) == 0)
			return feed_fail(reason, NETRAL_EMALFORMED, "feed: a sitemap, no feed");
	}
	return feed_fail(reason, NETRAL_EMALFORMED, "feed: begins with <%s>, which no feed does",
			 w->root);
}

static void end_hints(struct walk *w)
{
	uint32_t frequency = w->frequency > 0 ? w->frequency : 1;
	w->feed.hints.update_seconds = w->period_seconds / frequency;
}

int feed_read_xml(const char *data, size_t len, const struct text *charset, const struct text *base,
		  struct arena *arena, struct feed *ret_feed, char *reason)
{
	static const struct xml_handler handler = {on_start, on_end, on_text};
	struct walk *w = arena_calloc(arena, 1, sizeof(*w));
	if (!w)
		return feed_fail(reason, NETRAL_ENOMEM, "feed: out of memory");
	w->arena = arena;
	w->feed = feed_empty(FEED_RSS);
	w->places[0] = PLACE_TOP;
	w->bases[0] = *base;
	buf_init(&w->text, (size_t)2 * FEED_BYTES_MAX);
	feed_items_init(&w->items);

	int r = xml_read(data, len, charset, &handler, w, &w->feed.damage);
	if (r == NETRAL_OK && w->known_root)
		r = feed_items_end(&w->items, arena, &w->feed);
	end_hints(w);
	if (r == NETRAL_OK && w->known_root)
		*ret_feed = w->feed;
	else
		r = explain(w, r, reason);
	feed_items_fini(&w->items);
	buf_fini(&w->text);
	return r;
}
