#include "tests/unit/feed/fixture.h"

#include "lib/error.h"

static void version_1_1_is_read(void **state)
{
	(void)state;
	struct feed feed = read_feed(
		"\xef\xbb\xbf{\"version\": \"https://jsonfeed.org/version/1.1\","
		"\"title\": \"Kabar &amp; Warga\", \"home_page_url\": \"/\","
		"\"language\": \"id\", \"items\": [{"
		"\"id\": \"https://outlet.example/1#x\", \"url\": \"/1\","
		"\"title\": \"Satu\", \"content_html\": \"<p>Isi</p>\","
		"\"content_text\": \"Isi\", \"summary\": \"Ringkas\","
		"\"date_published\": \"2024-08-21T14:05:00+07:00\","
		"\"date_modified\": \"2024-08-21T15:05:00+07:00\","
		"\"authors\": [{\"name\": \"Sri\"}, {\"url\": \"/x\"}, {\"name\": \"Budi\"}]}]}");
	assert_int_equal(feed.format, FEED_JSON);
	assert_text(&feed.title, "Kabar & Warga");
	assert_text(&feed.language, "id");
	assert_text(&feed.site_url, "https://outlet.example/");
	assert_int_equal(feed.item_count, 1);
	const struct feed_item *item = &feed.items[0];
	assert_text(&item->url, "https://outlet.example/1");
	assert_text(&item->id, "https://outlet.example/1#x");
	assert_text(&item->title, "Satu");
	assert_text(&item->content, "<p>Isi</p>");
	assert_true(item->content_is_html);
	assert_text(&item->summary, "Ringkas");
	assert_text(&item->published, "2024-08-21T14:05:00+07:00");
	assert_text(&item->updated, "2024-08-21T15:05:00+07:00");
	assert_text(&item->author, "Sri, Budi");
}

static void version_1_0_is_read(void **state)
{
	(void)state;
	struct feed feed =
		read_feed("{\"version\": \"https://jsonfeed.org/version/1\", \"items\": ["
			  "{\"id\": 17, \"external_url\": \"https://b.example/\","
			  "\"author\": {\"name\": \"Sri\"}, \"content_text\": \"a < b\","
			  "\"date_published\": \"besok\"},"
			  "{\"id\": \"https://outlet.example/2\", \"title\": 5, \"url\": null},"
			  "{}, 7, null]}");
	assert_int_equal(feed.item_count, 2);
	assert_int_equal(feed.left_out, 3);
	assert_text(&feed.items[0].id, "17");
	assert_text(&feed.items[0].url, "https://b.example/");
	assert_text(&feed.items[0].author, "Sri");
	assert_text(&feed.items[0].content, "a < b");
	assert_false(feed.items[0].content_is_html);
	assert_true(feed.items[0].date_unreadable);
	assert_text(&feed.items[1].url, "https://outlet.example/2");
	assert_text(&feed.items[1].title, "");
}

static void other_json_is_refused(void **state)
{
	(void)state;
	refused("{\"version\": \"1\"}", "feed: JSON without \"items\", no JSON Feed");
	refused("[1, 2]", "feed: JSON without \"items\", no JSON Feed");
	refused("{\"items\": {}}", "feed: JSON without \"items\", no JSON Feed");
	refused("{\"items\": [\"x\n",
		"feed: JSON, line 1, column 13: unexpected newline near '\"x'");
}

static void memory_is_bounded(void **state)
{
	(void)state;
	enum { SIZE = 4 << 20 };
	char *text = malloc(SIZE);
	struct feed feed;
	struct text empty = {"", 0};
	assert_non_null(text);
	memset(text, '[', SIZE);
	memcpy(text, "{\"items\":", 9);
	assert_int_equal(feed_read(text, SIZE, &empty, &empty, &arena, &feed, reason),
			 NETRAL_EMALFORMED);
	for (size_t i = 10; i + 1 < SIZE; i += 2)
		memcpy(text + i, "0,", 2);
	arena_fini(&arena);
	arena_init(&arena, SIZE);
	assert_int_equal(feed_read(text, SIZE, &empty, &empty, &arena, &feed, reason),
			 NETRAL_ETOOBIG);
	assert_string_equal(reason, "feed: JSON takes too much memory");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(version_1_1_is_read),
		TEST(version_1_0_is_read),
		TEST(other_json_is_refused),
		TEST(memory_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
