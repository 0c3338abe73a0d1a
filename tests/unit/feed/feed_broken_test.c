/* Each kind of damage that real feeds have. */
#include "tests/unit/feed/fixture.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <stdio.h>

#define RSS(items) "<rss><channel>" items "</channel></rss>"

static struct feed_item first(const char *text)
{
	struct feed feed = read_feed(text);
	assert_true(feed.item_count >= 1);
	return feed.items[0];
}

static void what_stands_before_the_document_is_passed_over(void **state)
{
	(void)state;
	static const char *const before[] = {
		"\n\n  ", "\xef\xbb\xbf\n", "Notice: x in y on line 3\n",
		"<br />\n<b>Warning</b>: x in <b>y</b> on line <b>3</b><br />\n"};
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		char text[300];
		snprintf(text, sizeof(text),
			 "%s<?xml version='1.0'?>" RSS("<item><title>x</title></item>"), before[i]);
		struct feed_item item = first(text);
		assert_text(&item.title, "x");
	}
}

static void other_documents_are_refused_by_name(void **state)
{
	(void)state;
	refused("", "feed: empty");
	refused(" \n\t", "feed: empty");
	refused("<!DOCTYPE html><html><body><p>x</body></html>", "feed: an HTML page, no feed");
	refused("<html><head></head></html>", "feed: an HTML page, no feed");
	refused("<!-- x --><HTML><p>x", "feed: an HTML page, no feed");
	refused("<urlset><url/></urlset>", "feed: a sitemap, no feed");
	refused("<note>x</note>", "feed: begins with <note>, which no feed does");
	refused("Layanan tidak tersedia", "feed: neither XML nor JSON");
	refused("\x1f\x8b\x08\x00", "feed: neither XML nor JSON");
}

static void prefixes_may_be_undeclared_and_names_in_any_case(void **state)
{
	(void)state;
	struct feed_item item = first(RSS(
		"<item><title>x</title><dc:date>2024-08-21</dc:date><dc:creator>Sri</dc:creator>"
		"<content:encoded><![CDATA[<p>Isi</p>]]></content:encoded>"
		"<media:title>y</media:title><Link>/1</Link></item>"));
	assert_text(&item.title, "x");
	assert_text(&item.url, "https://outlet.example/1");
	assert_text(&item.published, "2024-08-21");
	assert_text(&item.author, "Sri");
	assert_text(&item.content, "<p>Isi</p>");
}

static void titles_may_be_escaped_twice(void **state)
{
	(void)state;
	static const char *const titles[] = {
		"<![CDATA[Wali Kota: &quot;Netral&quot; & Jujur]]>",
		"Wali Kota: &amp;quot;Netral&amp;quot; &amp;amp; Jujur",
		"<![CDATA[Wali Kota: &amp;quot;Netral&amp;quot; &amp;amp; Jujur]]>",
		"&lt;b&gt;Wali Kota&lt;/b&gt;: &quot;Netral&quot; & Jujur",
		"<b>Wali</b> Kota: \"Netral\" & Jujur"};
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		char text[300];
		snprintf(text, sizeof(text), RSS("<item><title>%s</title></item>"), titles[i]);
		struct feed_item item = first(text);
		assert_text(&item.title, "Wali Kota: \"Netral\" & Jujur");
	}
}

static void encodings_may_be_stated_wrongly(void **state)
{
	(void)state;
	static const char utf8[] = "<?xml version='1.0' encoding='ISO-8859-1'?>"
				   "<rss><channel><title>caf\xc3\xa9</title></channel></rss>";
	static const char latin[] = "<?xml version='1.0' encoding='ISO-8859-1'?>"
				    "<rss><channel><title>caf\xe9</title></channel></rss>";
	static const char mixed[] =
		"<?xml version='1.0' encoding='UTF-8'?>"
		"<rss><channel><title>caf\xc3\xa9 \x93x\x94\x01</title></channel></rss>";
	struct feed feed = read_bytes(utf8, sizeof(utf8) - 1, "");
	assert_text(&feed.title, "caf\xc3\xa9");
	feed = read_bytes(utf8, sizeof(utf8) - 1, "windows-1252");
	assert_text(&feed.title, "caf\xc3\xa9");
	feed = read_bytes(latin, sizeof(latin) - 1, "");
	assert_text(&feed.title, "caf\xc3\xa9");
	feed = read_bytes(latin, sizeof(latin) - 1, "utf-8");
	assert_text(&feed.title, "caf\xc3\xa9");
	feed = read_bytes(mixed, sizeof(mixed) - 1, "");
	assert_text(&feed.title, "caf\xc3\xa9 \xe2\x80\x9cx\xe2\x80\x9d");
	assert_int_equal(feed.damage.mended, 3);
}

static void utf16_is_read(void **state)
{
	(void)state;
	static const char text[] = "<rss><channel><title>x</title></channel></rss>";
	char wide[2 * sizeof(text)] = {(char)0xFF, (char)0xFE};
	for (size_t i = 0; i + 1 < sizeof(text); i++)
		wide[2 + 2 * i] = text[i];
	struct feed feed = read_bytes(wide, sizeof(wide), "");
	assert_text(&feed.title, "x");
}

static void a_cut_feed_gives_what_came(void **state)
{
	(void)state;
	static const char text[] = RSS("<item><title>Satu</title><link>/1</link></item>"
				       "<item><title>Dua</title><link>/2</link></item>");
	for (size_t len = strlen("<rss"); len + 1 < sizeof(text); len++) {
		struct feed feed;
		struct text empty = {"", 0};
		char *exact = malloc(len);
		memcpy(exact, text, len);
		int r = feed_read(exact, len, &empty, &empty, &arena, &feed, reason);
		if (len > strlen("<rss>"))
			assert_int_equal(r, NETRAL_OK);
		if (r == NETRAL_OK && len + strlen("</channel></rss>") > sizeof(text))
			assert_int_equal(feed.item_count, 2);
		/* An end tag without its '>' still ends the document. */
		if (r == NETRAL_OK)
			assert_true(feed.damage.cut || len + 2 == sizeof(text));
		free(exact);
	}
}

static void unclosed_items_are_told_apart(void **state)
{
	(void)state;
	struct feed feed = read_feed(RSS("<item><title>Satu<link>/1</link>"
					 "<item><title>Dua</title><link>/2</link></item>"
					 "<item><description><p>Isi<br>x<b>y</description>"
					 "<title>Tiga</title></item>"));
	assert_int_equal(feed.item_count, 3);
	assert_text(&feed.items[1].title, "Dua");
	assert_text(&feed.items[2].title, "Tiga");
	assert_text(&feed.items[2].summary, "Isi xy");
	assert_true(feed.damage.repaired > 0);
}

static void entity_bombs_stay_small(void **state)
{
	(void)state;
	struct feed feed = read_feed("<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'>"
				     "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
				     "<!ENTITY c SYSTEM 'file:///etc/hostname'>]>"
				     "<rss><channel><title>&b;&c;</title></channel></rss>");
	assert_text(&feed.title, "&b;&c;");
}

static void items_are_bounded(void **state)
{
	(void)state;
	static const char item[] = "<item><title>x</title></item>";
	size_t count = FEED_ITEMS_MAX + 7, len = strlen(item);
	char *text = malloc(count * len + 100);
	strcpy(text, "<rss><channel>");
	for (size_t i = 0; i < count; i++)
		memcpy(text + 14 + i * len, item, len + 1);
	struct feed feed = read_feed(text);
	assert_int_equal(feed.item_count, FEED_ITEMS_MAX);
	assert_int_equal(feed.left_out, 7);
	assert_true(feed.damage.cut);
	free(text);
}

static void fields_are_bounded(void **state)
{
	(void)state;
	size_t len = FEED_CONTENT_MAX + 1000;
	char *text = malloc(3 * len);
	char *p = text + sprintf(text, "<rss xmlns:c='http://purl.org/rss/1.0/modules/content/'>"
				       "<channel><item><title>");
	memset(p, 'a', 5000);
	p += 5000;
	p += sprintf(p, "</title><guid>");
	memset(p, 'b', 5000);
	p += 5000;
	p += sprintf(p, "</guid><c:encoded>");
	memset(p, 'c', len);
	p += len;
	p += sprintf(p, "</c:encoded></item></channel></rss>");
	struct feed_item item = first(text);
	assert_int_equal(item.title.len, ARTICLE_TITLE_MAX);
	assert_int_equal(item.id.len, 0);
	assert_int_equal(item.content.len, 0);
	free(text);
}

/* 20 MB of ordinary items: read within the time of a test, and to the last. */
static void a_large_feed_is_read(void **state)
{
	(void)state;
	enum { SIZE = 20 << 20, COUNT = 4000 };
	char *text = malloc(SIZE + 4096);
	char *p = text + sprintf(text, "<rss><channel>");
	for (int i = 0; i < COUNT; i++) {
		p += sprintf(p, "<item><link>/%d</link><description><![CDATA[", i);
		for (size_t n = 0; n < SIZE / COUNT / 10 - 10; n++)
			p = stpcpy(p, "<p>Isi</p>");
		p += sprintf(p, "]]></description></item>");
	}
	stpcpy(p, "</channel></rss>");
	struct feed feed = read_feed(text);
	assert_int_equal(feed.item_count, COUNT);
	assert_false(feed.damage.cut);
	assert_text(&feed.items[COUNT - 1].url, "https://outlet.example/3999");
	free(text);
}

static void too_large_a_feed_is_refused(void **state)
{
	(void)state;
	struct feed feed;
	struct text empty = {"", 0};
	char *text = calloc(1, FEED_BYTES_MAX + 1);
	assert_int_equal(feed_read(text, FEED_BYTES_MAX + 1, &empty, &empty, &arena, &feed, reason),
			 NETRAL_ETOOBIG);
	assert_string_equal(reason, "feed: 33554433 bytes exceed the limit of 33554432");
	free(text);
}

#ifdef NETRAL_TEST_HOOKS
static void no_memory_is_an_error_wherever_it_ends(void **state)
{
	(void)state;
	static const char text[] = RSS("<title>x</title><item><title>Satu</title><link>/1</link>"
				       "<pubDate>2024-08-21</pubDate></item>");
	struct text empty = {"", 0};
	int r = NETRAL_ENOMEM;
	for (unsigned n = 1; r != NETRAL_OK; n++) {
		struct feed feed;
		arena_fini(&arena);
		arena_init(&arena, FEED_ARENA_MAX);
		fault_arm("alloc", n);
		r = feed_read(text, sizeof(text) - 1, &empty, &empty, &arena, &feed, reason);
		fault_arm(NULL, 0);
		assert_true(r == NETRAL_OK || r == NETRAL_ENOMEM);
	}
	r = NETRAL_ENOMEM;
	for (size_t limit = 0; r != NETRAL_OK; limit += 16) {
		struct feed feed;
		arena_fini(&arena);
		arena_init(&arena, limit);
		r = feed_read(text, sizeof(text) - 1, &empty, &empty, &arena, &feed, reason);
		assert_true(r == NETRAL_OK || r == NETRAL_ENOMEM);
	}
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_stands_before_the_document_is_passed_over),
		TEST(other_documents_are_refused_by_name),
		TEST(prefixes_may_be_undeclared_and_names_in_any_case),
		TEST(titles_may_be_escaped_twice),
		TEST(encodings_may_be_stated_wrongly),
		TEST(utf16_is_read),
		TEST(a_cut_feed_gives_what_came),
		TEST(unclosed_items_are_told_apart),
		TEST(entity_bombs_stay_small),
		TEST(items_are_bounded),
		TEST(fields_are_bounded),
		TEST(a_large_feed_is_read),
		TEST(too_large_a_feed_is_refused),
#ifdef NETRAL_TEST_HOOKS
		TEST(no_memory_is_an_error_wherever_it_ends),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
