/* Any bytes as a feed, in a lot of memory and in little, and as a feed of a stated charset. */
#include "fuzz.h"
#include "web_checks.h"

#include "lib/feed/feed.h"

static const struct text base = {"https://outlet.example/rss/", 27};

static void check_item(const struct feed_item *i, struct arena *arena)
{
	check_url(&i->url, arena);
	check_text(&i->id, FEED_ID_MAX);
	check_line(&i->title, ARTICLE_TITLE_MAX);
	check_date(&i->published);
	check_date(&i->updated);
	check_line(&i->author, FEED_AUTHOR_MAX);
	check_line(&i->summary, FEED_SUMMARY_MAX);
	check_text(&i->content, FEED_CONTENT_MAX);
	netral_assert(i->url.len > 0 || i->id.len > 0 || i->title.len > 0);
}

static void read_feed(const char *data, size_t size, const char *charset, size_t memory)
{
	struct arena arena;
	struct feed feed;
	char reason[FEED_REASON_SIZE] = "";
	struct text stated = {charset, strlen(charset)};
	arena_init(&arena, memory);
	int r = feed_read(data, size, &stated, &base, &arena, &feed, reason);
	netral_assert((r == NETRAL_OK) == (reason[0] == '\0'));
	if (r == NETRAL_OK) {
		check_line(&feed.title, ARTICLE_TITLE_MAX);
		check_text(&feed.language, FEED_LANGUAGE_MAX);
		check_url(&feed.site_url, &arena);
		netral_assert(feed.item_count <= FEED_ITEMS_MAX);
		for (size_t i = 0; i < feed.item_count; i++)
			check_item(&feed.items[i], &arena);
	}
	arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_feed((const char *)data, size, "", FEED_ARENA_MAX);
	read_feed((const char *)data, size, "iso-8859-1", FEED_ARENA_MAX);
	read_feed((const char *)data, size, "utf-8", 2 * size);
	return 0;
}
