#include "tests/unit/feed/fixture.h"

/* As WordPress makes it, the system of most regional outlets. */
static const char wordpress[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"\n"
	"\txmlns:content=\"http://purl.org/rss/1.0/modules/content/\"\n"
	"\txmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n"
	"\txmlns:atom=\"http://www.w3.org/2005/Atom\"\n"
	"\txmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\"\n"
	"\txmlns:media=\"http://search.yahoo.com/mrss/\">\n"
	"<channel>\n"
	"\t<title>Kabar Lembah</title>\n"
	"\t<atom:link href=\"https://outlet.example/feed/\" rel=\"self\"/>\n"
	"\t<link>https://outlet.example</link>\n"
	"\t<description>Kabar dari lembah</description>\n"
	"\t<lastBuildDate>Wed, 21 Aug 2024 07:10:00 +0000</lastBuildDate>\n"
	"\t<language>id</language>\n"
	"\t<sy:updatePeriod>\n\thourly\t</sy:updatePeriod>\n"
	"\t<sy:updateFrequency>\n\t2\t</sy:updateFrequency>\n"
	"<image><url>https://outlet.example/logo.png</url><title>Logo</title>"
	"<link>https://outlet.example/logo</link></image>\n"
	"\t<item>\n"
	"\t\t<title>ASN Diminta Netral &#8211; Bawaslu &#038; KPU</title>\n"
	"\t\t<link>https://outlet.example/2024/08/asn-netral/</link>\n"
	"\t\t<comments>https://outlet.example/2024/08/asn-netral/#respond</comments>\n"
	"\t\t<dc:creator><![CDATA[Redaksi]]></dc:creator>\n"
	"\t\t<pubDate>Wed, 21 Aug 2024 07:05:00 +0000</pubDate>\n"
	"\t\t<category><![CDATA[Pilkada]]></category>\n"
	"\t\t<guid isPermaLink=\"false\">https://outlet.example/?p=4711</guid>\n"
	"\t\t<description><![CDATA[<p>Kepala dinas mengingatkan&nbsp;pegawai [&#8230;]</p>]]>"
	"</description>\n"
	"\t\t<content:encoded><![CDATA[<p>Kepala dinas mengingatkan pegawai.</p><p>Dua</p>]]>"
	"</content:encoded>\n"
	"\t\t<media:title>Bukan judul</media:title>\n"
	"\t\t<media:description>Bukan ringkasan</media:description>\n"
	"\t</item>\n"
	"</channel></rss>\n";

static void a_whole_feed_is_read(void **state)
{
	(void)state;
	struct feed feed = read_feed(wordpress);
	assert_int_equal(feed.format, FEED_RSS);
	assert_text(&feed.title, "Kabar Lembah");
	assert_text(&feed.language, "id");
	assert_text(&feed.site_url, "https://outlet.example/");
	assert_int_equal(feed.hints.update_seconds, 1800);
	assert_int_equal(feed.item_count, 1);
	assert_int_equal(feed.left_out, 0);
	assert_int_equal(feed.damage.repaired + feed.damage.mended, 0);
	const struct feed_item *item = &feed.items[0];
	assert_text(&item->url, "https://outlet.example/2024/08/asn-netral/");
	assert_text(&item->id, "https://outlet.example/?p=4711");
	assert_text(&item->title, "ASN Diminta Netral \xe2\x80\x93 Bawaslu & KPU");
	assert_text(&item->published, "2024-08-21T07:05:00Z");
	assert_text(&item->updated, "");
	assert_text(&item->author, "Redaksi");
	assert_text(&item->summary, "Kepala dinas mengingatkan pegawai [\xe2\x80\xa6]");
	assert_text(&item->content, "<p>Kepala dinas mengingatkan pegawai.</p><p>Dua</p>");
	assert_true(item->content_is_html);
	assert_false(item->date_unreadable);
}

/* As the systems of larger houses make it: no guid, dates in Indonesian, relative links. */
static void dates_and_links_of_outlets_are_understood(void **state)
{
	(void)state;
	struct feed feed =
		read_feed("<rss version='2.0'><channel><title>Outlet - Nasional</title>"
			  "<link>/nasional</link><ttl> 15 </ttl>"
			  "<skipHours><hour>17</hour><hour>24</hour><hour>x</hour></skipHours>"
			  "<skipDays><day>Sunday</day><day>Sabtu</day></skipDays>"
			  "<item><title>Satu</title><link>/read/1?a=1&amp;b=2</link>"
			  "<pubDate>Rab, 21 Agu 2024 14:05:00 +0700</pubDate></item>"
			  "<item><title>Dua</title><link>\n  berita/2\n</link>"
			  "<pubDate>21 Agustus 2024 14.05 WIB</pubDate></item>"
			  "<item><title>Tiga</title><link></link>"
			  "<guid>https://outlet.example/3</guid><pubDate>tadi pagi</pubDate></item>"
			  "<item><title>Empat</title><guid isPermaLink='true'>4</guid></item>"
			  "</channel></rss>");
	assert_text(&feed.site_url, "https://outlet.example/nasional");
	assert_int_equal(feed.hints.ttl_minutes, 15);
	assert_int_equal(feed.hints.skip_hours, 1 << 17 | 1);
	assert_int_equal(feed.hints.skip_days, 1);
	assert_int_equal(feed.item_count, 4);
	assert_text(&feed.items[0].url, "https://outlet.example/read/1?a=1&b=2");
	assert_text(&feed.items[0].published, "2024-08-21T14:05:00+07:00");
	assert_text(&feed.items[1].url, "https://outlet.example/rss/berita/2");
	assert_text(&feed.items[1].published, "2024-08-21T14:05:00+07:00");
	assert_text(&feed.items[2].url, "https://outlet.example/3");
	assert_text(&feed.items[2].published, "");
	assert_true(feed.items[2].date_unreadable);
	assert_text(&feed.items[3].url, "");
	assert_text(&feed.items[3].id, "4");
	assert_false(feed.items[3].date_unreadable);
}

static void the_native_element_outranks_the_module(void **state)
{
	(void)state;
	struct feed feed = read_feed(
		"<rss xmlns:d='http://purl.org/dc/elements/1.1/'><channel><item>"
		"<d:title>Modul</d:title><title>Judul</title><title>Lain</title>"
		"<d:date>2024-08-20T00:00:00Z</d:date>"
		"<pubDate>Wed, 21 Aug 2024 07:05:00 GMT</pubDate>"
		"<author>redaksi@outlet.example (Sri Wahyuni)</author>"
		"<link>/1</link></item>"
		"<item><d:title>Modul</d:title><d:date>2024-08-20</d:date>"
		"<pubDate>salah</pubDate>"
		"<author>x@outlet.example</author><d:creator>Sri</d:creator><d:creator>Budi"
		"</d:creator></item></channel></rss>");
	assert_text(&feed.items[0].title, "Judul");
	assert_text(&feed.items[0].published, "2024-08-21T07:05:00Z");
	assert_text(&feed.items[0].author, "Sri Wahyuni");
	assert_text(&feed.items[1].title, "Modul");
	assert_text(&feed.items[1].published, "2024-08-20");
	assert_text(&feed.items[1].author, "Sri, Budi");
}

static void rss1_has_its_items_beside_the_channel(void **state)
{
	(void)state;
	struct feed feed = read_feed(
		"<?xml version='1.0'?><rdf:RDF xmlns='http://purl.org/rss/1.0/'"
		" xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
		" xmlns:dc='http://purl.org/dc/elements/1.1/'>"
		"<channel rdf:about='https://outlet.example/'><title>Dinas</title>"
		"<link>https://outlet.example/</link><dc:language>id-ID</dc:language>"
		"<items><rdf:Seq><rdf:li resource='https://outlet.example/1'/></rdf:Seq></items>"
		"</channel>"
		"<item rdf:about='https://outlet.example/1'><title>Satu</title>"
		"<link>https://outlet.example/1?utm=x</link><dc:date>2024-08-21T14:05+07:00"
		"</dc:date><description>Isi</description></item>"
		"<item rdf:about='https://outlet.example/2'><title>Dua</title></item>"
		"</rdf:RDF>");
	assert_int_equal(feed.format, FEED_RSS1);
	assert_text(&feed.title, "Dinas");
	assert_text(&feed.language, "id-ID");
	assert_int_equal(feed.item_count, 2);
	assert_text(&feed.items[0].url, "https://outlet.example/1?utm=x");
	assert_text(&feed.items[0].id, "https://outlet.example/1");
	assert_text(&feed.items[0].published, "2024-08-21T14:05:00+07:00");
	assert_text(&feed.items[1].url, "https://outlet.example/2");
}

/* All under prefixes, and without a declaration of XML. */
static void a_format_may_have_any_namespace(void **state)
{
	(void)state;
	struct feed feed = read_feed(
		"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
		" xmlns:rss='http://purl.org/rss/1.0/'><rss:channel><rss:title>x</rss:title>"
		"</rss:channel><rss:item><rss:title>Satu</rss:title></rss:item></r:RDF>");
	assert_int_equal(feed.format, FEED_RSS1);
	assert_text(&feed.items[0].title, "Satu");
	feed = read_feed("<rss xmlns='http://outlet.example/rss'><channel><item><title>Dua</title>"
			 "<m:title xmlns:m='urn:m'>y</m:title></item></channel></rss>");
	assert_text(&feed.items[0].title, "Dua");
}

static void an_empty_feed_is_a_feed(void **state)
{
	(void)state;
	assert_int_equal(read_feed("<rss><channel><title>x</title></channel></rss>").item_count, 0);
	assert_int_equal(read_feed("<rss/>").item_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_whole_feed_is_read),
		TEST(dates_and_links_of_outlets_are_understood),
		TEST(the_native_element_outranks_the_module),
		TEST(rss1_has_its_items_beside_the_channel),
		TEST(a_format_may_have_any_namespace),
		TEST(an_empty_feed_is_a_feed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
