#include "lib/feed/sitemap.h"

#include "lib/error.h"
#include "tests/unit/feed/fixture.h"

#include <stdio.h>
#include <zlib.h>

static const struct text base = {"https://outlet.example/sitemap.xml", 34};
static const struct text none = {"", 0};

static struct sitemap read_map(const char *data, size_t len)
{
	struct sitemap map;
	int r = sitemap_read(data, len, &none, &base, &arena, &map, reason);
	assert_string_equal(reason, "");
	assert_int_equal(r, NETRAL_OK);
	return map;
}

static void map_refused(const char *data, size_t len, int err, const char *sentence)
{
	struct sitemap map;
	assert_int_equal(sitemap_read(data, len, &none, &base, &arena, &map, reason), err);
	assert_string_equal(reason, sentence);
}

/* `data` as one member of a gzip file; the caller frees it. */
static char *pack(const char *data, size_t len, size_t *ret_len)
{
	z_stream z = {0};
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY),
			 Z_OK);
	*ret_len = deflateBound(&z, len);
	char *packed = malloc(*ret_len);
	char *copy = malloc(len);
	memcpy(copy, data, len);
	z.next_in = (Bytef *)copy;
	z.avail_in = (uInt)len;
	z.next_out = (Bytef *)packed;
	z.avail_out = (uInt)*ret_len;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	*ret_len -= z.avail_out;
	deflateEnd(&z);
	free(copy);
	return packed;
}

static const char news[] =
	"<?xml version='1.0' encoding='UTF-8'?>\n"
	"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
	" xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'"
	" xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'>"
	"<url><loc>https://outlet.example/read/1?a=1&amp;b=2</loc>"
	"<lastmod>2024-08-21T14:10:00+07:00</lastmod><changefreq>hourly</changefreq>"
	"<n:news><n:publication><n:name>Outlet &amp; Co</n:name><n:language>id</n:language>"
	"</n:publication><n:publication_date>2024-08-21T14:05:00+07:00</n:publication_date>"
	"<n:title>ASN &amp;quot;netral&amp;quot;</n:title><n:keywords>asn</n:keywords></n:news>"
	"<image:image><image:loc>https://outlet.example/a.jpg</image:loc>"
	"<image:title>Foto</image:title></image:image></url>"
	"<url><loc>\n/read/2\n</loc><lastmod>2024-08-20</lastmod></url>"
	"<url><loc>mailto:x</loc></url><url/></urlset>";

static void a_news_sitemap_is_read(void **state)
{
	(void)state;
	struct sitemap map = read_map(news, sizeof(news) - 1);
	assert_int_equal(map.kind, SITEMAP_URLS);
	assert_int_equal(map.entry_count, 2);
	assert_int_equal(map.left_out, 2);
	assert_text(&map.entries[0].url, "https://outlet.example/read/1?a=1&b=2");
	assert_text(&map.entries[0].changed, "2024-08-21T14:10:00+07:00");
	assert_text(&map.entries[0].news_title, "ASN \"netral\"");
	assert_text(&map.entries[0].news_published, "2024-08-21T14:05:00+07:00");
	assert_text(&map.entries[0].news_name, "Outlet & Co");
	assert_text(&map.entries[0].news_language, "id");
	assert_text(&map.entries[1].url, "https://outlet.example/read/2");
	assert_text(&map.entries[1].changed, "2024-08-20");
	assert_text(&map.entries[1].news_title, "");
}

static void an_index_names_sitemaps(void **state)
{
	(void)state;
	static const char text[] =
		"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
		"<sitemap><loc>https://outlet.example/1.xml.gz</loc>"
		"<lastmod>2024-08-21</lastmod></sitemap></sitemapindex>";
	struct sitemap map = read_map(text, sizeof(text) - 1);
	assert_int_equal(map.kind, SITEMAP_INDEX);
	assert_int_equal(map.entry_count, 1);
	assert_text(&map.entries[0].url, "https://outlet.example/1.xml.gz");
}

static void a_list_of_lines_is_read(void **state)
{
	(void)state;
	static const char text[] = "\xef\xbb\xbfhttps://outlet.example/1\r\n\r\n"
				   "https://outlet.example/2\nftp://x\nhttps://outlet.example/3";
	struct sitemap map = read_map(text, sizeof(text) - 1);
	assert_int_equal(map.kind, SITEMAP_TEXT);
	assert_int_equal(map.entry_count, 3);
	assert_int_equal(map.left_out, 1);
	assert_text(&map.entries[2].url, "https://outlet.example/3");
}

static void gzip_is_seen_by_its_content(void **state)
{
	(void)state;
	size_t len;
	char *packed = pack(news, sizeof(news) - 1, &len);
	struct sitemap map = read_map(packed, len);
	assert_int_equal(map.entry_count, 2);
	assert_false(map.cut);
	map = read_map(packed, len - 20);
	assert_true(map.cut);
	free(packed);
}

static void all_members_of_a_gzip_file_are_read(void **state)
{
	(void)state;
	size_t half = sizeof(news) / 2, first_len, second_len;
	char *first = pack(news, half, &first_len);
	char *second = pack(news + half, sizeof(news) - 1 - half, &second_len);
	char *both = malloc(first_len + second_len);
	memcpy(both, first, first_len);
	memcpy(both + first_len, second, second_len);
	assert_int_equal(read_map(both, first_len + second_len).entry_count, 2);
	free(first);
	free(second);
	free(both);
}

static void a_bomb_is_cut(void **state)
{
	(void)state;
	size_t size = (size_t)200 << 20, len;
	char *zeros = malloc(size);
	memset(zeros, ' ', size);
	memcpy(zeros, "<urlset><url><loc>/1</loc></url>", 32);
	char *packed = pack(zeros, size, &len);
	free(zeros);
	assert_true(len < 1 << 20);
	struct sitemap map = read_map(packed, len);
	assert_true(map.cut);
	assert_int_equal(map.entry_count, 1);
	free(packed);
}

static void entries_are_bounded(void **state)
{
	(void)state;
	size_t count = SITEMAP_ENTRIES_MAX + 5;
	char *text = malloc(count * 32);
	char *p = text;
	for (size_t i = 0; i < count; i++)
		p += sprintf(p, "https://a.example/%zu\n", i);
	struct sitemap map = read_map(text, (size_t)(p - text));
	assert_int_equal(map.entry_count, SITEMAP_ENTRIES_MAX);
	assert_int_equal(map.left_out, 5);
	free(text);
}

static void other_documents_are_refused_by_name(void **state)
{
	(void)state;
	static const char rss[] = "<rss><channel/></rss>";
	map_refused("", 0, NETRAL_EMALFORMED, "sitemap: empty");
	map_refused("x", 1, NETRAL_EMALFORMED, "sitemap: neither XML nor a list of URLs");
	map_refused(rss, sizeof(rss) - 1, NETRAL_EMALFORMED,
		    "sitemap: begins with <rss>, which no sitemap does");
	map_refused("<html>", 6, NETRAL_EMALFORMED, "sitemap: an HTML page, no sitemap");
	map_refused("\x1f\x8b\x08-----------", 14, NETRAL_EMALFORMED,
		    "sitemap: gzip: malformed data");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_news_sitemap_is_read),
		TEST(an_index_names_sitemaps),
		TEST(a_list_of_lines_is_read),
		TEST(gzip_is_seen_by_its_content),
		TEST(all_members_of_a_gzip_file_are_read),
		TEST(a_bomb_is_cut),
		TEST(entries_are_bounded),
		TEST(other_documents_are_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
