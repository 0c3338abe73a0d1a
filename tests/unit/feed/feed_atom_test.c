#include "tests/unit/feed/fixture.h"

static void a_whole_feed_is_read(void **state)
{
	(void)state;
	struct feed feed = read_feed(
		"<?xml version='1.0' encoding='utf-8'?>"
		"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='id'>"
		"<title type='html'>Bawaslu &amp;amp; Warga</title>"
		"<link rel='self' href='/atom.xml'/><link href='/'/>"
		"<id>tag:outlet.example,2024:feed</id><updated>2024-08-21T14:10:00+07:00</updated>"
		"<author><name>Redaksi</name></author>"
		"<entry><title>Pakta integritas</title>"
		"<link rel='enclosure' href='/a.mp3'/><link rel='alternate' href='/2024/1'/>"
		"<id>tag:outlet.example,2024:1</id>"
		"<published>2024-08-21T14:05:00+07:00</published>"
		"<updated>2024-08-21T15:00:00+07:00</updated>"
		"<author><name>Sri</name><email>sri@outlet.example</email></author>"
		"<author><name>Budi</name></author>"
		"<source><title>Lain</title><id>lain</id></source>"
		"<summary>Ringkas &lt;b&gt;saja&lt;/b&gt;</summary>"
		"<content type='html'>&lt;p&gt;A &amp;amp; B&lt;/p&gt;</content></entry>"
		"</feed>");
	assert_int_equal(feed.format, FEED_ATOM);
	assert_text(&feed.title, "Bawaslu & Warga");
	assert_text(&feed.language, "id");
	assert_text(&feed.site_url, "https://outlet.example/");
	assert_int_equal(feed.item_count, 1);
	const struct feed_item *item = &feed.items[0];
	assert_text(&item->url, "https://outlet.example/2024/1");
	assert_text(&item->id, "tag:outlet.example,2024:1");
	assert_text(&item->title, "Pakta integritas");
	assert_text(&item->published, "2024-08-21T14:05:00+07:00");
	assert_text(&item->updated, "2024-08-21T15:00:00+07:00");
	assert_text(&item->author, "Sri, Budi");
	assert_text(&item->summary, "Ringkas saja");
	assert_text(&item->content, "<p>A &amp; B</p>");
	assert_true(item->content_is_html);
}

static void xhtml_is_kept_as_markup(void **state)
{
	(void)state;
	struct feed feed = read_feed(
		"<a:feed xmlns:a='http://www.w3.org/2005/Atom'"
		" xmlns:x='http://www.w3.org/1999/xhtml'><a:entry><a:id>1</a:id>"
		"<a:title type='xhtml'><x:div>Satu <x:em>dua</x:em> &lt;3</x:div></a:title>"
		"<a:content type='xhtml'><x:div><x:p>A &amp; B &lt; C</x:p><x:br/></x:div>"
		"</a:content></a:entry>"
		"<a:entry><a:id>2</a:id><a:content type='text'>A &lt; B</a:content></a:entry>"
		"</a:feed>");
	assert_text(&feed.items[0].title, "Satu dua <3");
	assert_text(&feed.items[0].content, "<div><p>A &amp; B &lt; C</p><br></br></div>");
	assert_true(feed.items[0].content_is_html);
	assert_text(&feed.items[1].content, "A < B");
	assert_false(feed.items[1].content_is_html);
}

static void bases_are_nested(void **state)
{
	(void)state;
	struct feed feed = read_feed(
		"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://b.example/x/'>"
		"<entry xml:base='y/'><id>1</id><link href='1?a=1&amp;b=2'/></entry>"
		"<entry><id>2</id><link xml:base='/z/' href='2'/></entry>"
		"<entry><id>3</id><link href='3'/></entry></feed>");
	assert_text(&feed.items[0].url, "https://b.example/x/y/1?a=1&b=2");
	assert_text(&feed.items[1].url, "https://b.example/z/2");
	assert_text(&feed.items[2].url, "https://b.example/x/3");
}

static void the_page_is_preferred_to_other_forms(void **state)
{
	(void)state;
	struct feed feed =
		read_feed("<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id>"
			  "<link rel='alternate' type='application/json' href='/1.json'/>"
			  "<link rel='alternate' type='text/html' href='/1'/>"
			  "<link rel='alternate' type='text/html' href='/1/amp'/></entry></feed>");
	assert_text(&feed.items[0].url, "https://outlet.example/1");
}

static void the_older_atom_is_read(void **state)
{
	(void)state;
	struct feed feed = read_feed("<feed version='0.3' xmlns='http://purl.org/atom/ns#'>"
				     "<entry><title>x</title><link rel='alternate' href='/1'/>"
				     "<issued>2024-08-21T14:05:00+07:00</issued>"
				     "<modified>2024-08-22</modified></entry></feed>");
	assert_text(&feed.items[0].published, "2024-08-21T14:05:00+07:00");
	assert_text(&feed.items[0].updated, "2024-08-22");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_whole_feed_is_read),   TEST(xhtml_is_kept_as_markup),
		TEST(bases_are_nested),       TEST(the_page_is_preferred_to_other_forms),
		TEST(the_older_atom_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
