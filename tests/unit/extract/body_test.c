#include "lib/extract/extract.h"

#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ONE                                                                                        \
	"Ketua pengawas mengatakan, pertemuan itu digelar karena laporan warga bertambah banyak, " \
	"dan semuanya perlu ditindaklanjuti sebelum masa tenang tiba."
#define TWO                                                                                        \
	"Sekretaris daerah berjanji menjalankan setiap rekomendasi, paling lambat tujuh hari "     \
	"setelah surat diterima, tanpa pengecualian bagi siapa pun."
#define THREE                                                                                      \
	"Acara ditutup dengan pembacaan ikrar, disaksikan camat, lurah, dan para guru dari semua " \
	"kecamatan yang hadir sejak pagi hari."
#define MENU "<ul><li><a href=/1>Beranda</a></li><li><a href=/2>Daerah</a></li></ul>"
#define LD                                                                                         \
	"<script type=\"application/ld+json\">{\"@type\":\"LiveBlogPosting\",\"headline\":"        \
	"\"LIVE: Rekapitulasi\",\"liveBlogUpdate\":[]}</script>"
#define ALL ONE "\n" TWO "\n" THREE

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 16 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static void check(const char *html, const char *expected)
{
	struct extracted e;
	char reason[EXTRACT_REASON_SIZE] = "";
	assert_int_equal(extract_page(html, strlen(html), NULL, &arena, &e, reason), NETRAL_OK);
	assert_string_equal(e.field[EXTRACT_TEXT].ptr, expected);
}

static void paragraphs_among_links(void **state)
{
	(void)state;
	check("<div>" MENU "</div><div class=isi><p>" ONE "</p><p>" TWO "</p><p>" THREE
	      "</p></div><div>" MENU "</div>",
	      ALL);
}

static void text_in_divs_and_between_breaks(void **state)
{
	(void)state;
	check("<div>" MENU "</div><div>" ONE "<br><br>" TWO "<br>\n<br/>" THREE "</div>", ALL);
	check("<div>" MENU "</div><div><div><div>" ONE "</div></div><div>" TWO
	      "</div><section><div>" THREE "</div></section></div>",
	      ALL);
	check("<table><tr><td>" MENU "</td><td>" ONE "<br><br>" TWO "<br><br>" THREE
	      "</td></tr></table>",
	      ALL);
}

static void what_is_named_is_left_out(void **state)
{
	(void)state;
	static const char *const names[] = {"share-bar",    "related-post", "komentar", "iklan",
					    "foto-caption", "tags",         "cookie",   "bacaJuga",
					    "newsletter",   "breadcrumb"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char html[2048];
		snprintf(html, sizeof(html),
			 "<div><p>%s</p><div class='%s'>Bukan bagian dari berita, tetapi panjang, "
			 "dan ada koma.</div><p>%s</p><p>%s</p></div>",
			 ONE, names[i], TWO, THREE);
		check(html, ALL);
	}
}

/* A name that holds all of the text is not believed. */
static void names_that_lie(void **state)
{
	(void)state;
	check("<div class=share-page><p>" ONE "</p><p>" TWO "</p><p>" THREE "</p></div>", ALL);
	check("<form action=x><p>" ONE "</p><p>" TWO "</p><p>" THREE "</p></form>", ALL);
}

static void lines_that_are_not_the_articles(void **state)
{
	(void)state;
	check("<p>" ONE "</p><p><b>Baca juga:</b> <a href=/x>Judul lain</a></p><p>" TWO
	      "</p><p>ADVERTISEMENT</p><p>[Gambas:Video 20detak]</p><p>" THREE
	      "</p><p>Editor: Budi</p><p>(abc/def)</p><h3>Berita Terkait</h3>"
	      "<p>Kabar lain yang panjang, juga dengan koma, dan titik di akhirnya.</p>",
	      ALL);
}

static void teasers_are_left_out(void **state)
{
	(void)state;
	check("<div><p>" ONE "</p><div><h3><a href=/x>Judul berita yang lain sekali</a></h3>"
	      "<p>Ringkasan kabar lain, yang panjang, dan memuat kalimat penuh.</p></div><p>" TWO
	      "</p><p>" THREE "</p></div>",
	      ALL);
}

static void an_office_behind_a_short_article_is_not_it(void **state)
{
	(void)state;
	check("<div><h1>Judul</h1><div><p>" ONE "</p></div><h3>Tentang Kami</h3><div><p>" TWO
	      "</p><p>" THREE "</p><p>" TWO "</p></div></div>",
	      ONE);
}

static void the_first_of_several_articles_counts(void **state)
{
	(void)state;
	check("<main><article><h1>Judul</h1><p>" ONE "</p><p>" TWO "</p><p>" THREE
	      "</p></article><article><h1>Lain</h1><p>" TWO "</p><p>" TWO "</p><p>" TWO
	      "</p><p>" TWO "</p></article></main>",
	      ALL);
	/* But parts of one article may stand in such elements, too. */
	check("<div><article><p>" ONE "</p></article><article><p>" TWO
	      "</p></article><article><p>" THREE "</p></article></div>",
	      ALL);
}

static void headings_lists_and_tables_stay(void **state)
{
	(void)state;
	check("<h1>Judul</h1><div><p>" ONE "</p><h2>Rincian</h2><ul><li>satu<li>dua</ul><p>" TWO
	      "</p><table><tr><th>Kecamatan<th>Laporan<tr><td>Utara<td>4</table><p>" THREE
	      "</p><h2>Tanpa isi</h2></div>",
	      ONE "\nRincian\nsatu\ndua\n" TWO "\nKecamatan | Laporan\nUtara | 4\n" THREE);
}

static void a_script_helps_out(void **state)
{
	(void)state;
	check("<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"articleBody\":\"" ONE
	      "\\n\\n" TWO "\\n" THREE "\"}</script><div id=root>Memuat</div>",
	      ALL);
	check("<script type='application/json'>{\"post\":{\"html\":\"<p>" ONE "</p><p>" TWO
	      "</p><p>" THREE "</p>\"}}</script><div id=__next></div>",
	      ALL);
	/* But the page comes first. */
	check("<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"articleBody\":\"" ONE
	      " " TWO " " THREE "\"}</script><p>" ONE "</p><p>" TWO "</p><p>" THREE "</p>",
	      ALL);
}

static void a_page_of_little_text_is_read_all_the_same(void **state)
{
	(void)state;
	check("1 < 2 dan <3 </> teks <", "1 < 2 dan <3 </> teks <");
	check("teks <b tanpa=akhir", "teks");
	check("satu</div></p></article>dua", "satu\ndua");
	check("<p>Kota&nbsp;\xe2\x80\x8b <b>A</b>mbon", "Kota Ambon");
}

static void check_no_text(const char *html)
{
	struct extracted e;
	char reason[EXTRACT_REASON_SIZE] = "";
	assert_int_equal(extract_page(html, strlen(html), NULL, &arena, &e, reason),
			 NETRAL_EINVALID);
	assert_string_equal(reason, "HTML: no text in the page");
}

static void pages_to_look_at_have_no_text(void **state)
{
	(void)state;
	check_no_text(MENU
		      "<h1>Foto: Apel Siaga di Lapangan</h1><div>Jumat, 11 Okt 2024 09:30 WIB</div>"
		      "<div><img src=1.jpg><span>1 / 2</span><div class=photo-caption>Peserta apel "
		      "berbaris, Jumat pagi. (Foto: Rudi)</div></div><div>Bagikan:</div>" MENU);
	check_no_text(
		"<title>LIVE: Rekapitulasi</title>" LD MENU "<main><h1>LIVE: Rekapitulasi</h1>"
		"<p class=date>Senin, 2 Desember 2024 09:00 WIB</p><div>Memuat pembaruan...</div>"
		"</main><div>Copyright 2024 Warta Kita. All rights reserved.</div>" MENU);
	check_no_text(
		"<h1>VIDEO Detik-detik Lurah Dilantik</h1><div>12.043 kali ditonton</div>" MENU
		"<div><a href=/v/1>Warga Tanam Bakau di Pesisir Utara Bersama Pelajar</a></div>"
		"<div><a href=/v/2>Festival Layang-layang Kembali Digelar Tahun Ini</a></div>");
	/* Without menus it is a fragment, of which little is enough. */
	check("<p>Tanpa kalimat</p>", "Tanpa kalimat");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(paragraphs_among_links),
		TEST(text_in_divs_and_between_breaks),
		TEST(what_is_named_is_left_out),
		TEST(names_that_lie),
		TEST(lines_that_are_not_the_articles),
		TEST(teasers_are_left_out),
		TEST(an_office_behind_a_short_article_is_not_it),
		TEST(the_first_of_several_articles_counts),
		TEST(headings_lists_and_tables_stay),
		TEST(a_script_helps_out),
		TEST(a_page_of_little_text_is_read_all_the_same),
		TEST(pages_to_look_at_have_no_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
