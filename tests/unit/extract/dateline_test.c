/* Which of a page's dates is that of publication: read through extract_page(), as the headline and
 * the names of elements decide. */
#include "lib/error.h"
#include "lib/extract/extract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "<title>Guru Ucap Ikrar Netral | Koran</title>"
#define H1   "<h1>Guru Ucap Ikrar Netral</h1>"
#define TEXT                                                                                       \
	"<p>Ratusan guru mengucapkan ikrar di halaman kantor bupati, disaksikan pengawas pemilu, " \
	"camat, lurah, dan wali murid dari semua kecamatan yang datang sejak pagi hari.</p>"

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

static void check_at(const char *html, const char *url, const char *expected)
{
	struct extracted e;
	char reason[EXTRACT_REASON_SIZE] = "";
	const struct extract_hints hints = {.url = url};
	assert_int_equal(extract_page(html, strlen(html), &hints, &arena, &e, reason), NETRAL_OK);
	assert_string_equal(e.field[EXTRACT_PUBLISHED].ptr, expected);
}

static void check(const char *html, const char *expected)
{
	check_at(html, NULL, expected);
}

static void the_day_of_the_visit_is_not_taken(void **state)
{
	(void)state;
#define CLOCK "<div class=tanggal>Minggu, 22 November 2026</div>"
	check(HEAD CLOCK H1 "<div>Kamis, 3 Okt 2024</div>" TEXT, "2024-10-03");
	check(HEAD CLOCK H1 TEXT "<p>Diterbitkan 3 Okt 2024</p>", "2024-10-03");
	check_at(HEAD CLOCK H1 TEXT, "https://a.example/2024/10/03/judul", "2024-10-03");
}

static void publication_comes_before_changes(void **state)
{
	(void)state;
	check(HEAD H1 "<div class=date>Diperbarui: 5 Oktober 2024</div>"
		      "<div class=date>3 Oktober 2024</div>" TEXT,
	      "2024-10-03");
	check(HEAD H1
	      "<div>Update: 5 Oktober 2024 10:00 WIB | Tayang: 3 Oktober 2024 09:00 WIB</div>" TEXT,
	      "2024-10-03T09:00:00+07:00");
	check(HEAD H1 "<div>Terbit 3 Oktober 2024, diperbarui 5 Oktober 2024</div>" TEXT,
	      "2024-10-03");
	check(HEAD H1 "<div>Diperbarui: 5 Oktober 2024</div>" TEXT, "2024-10-05");
	check(HEAD H1 "<div class=meta><time class=updated datetime=2024-10-05>5 Oktober 2024"
		      "</time></div><div>3 Oktober 2024</div>" TEXT,
	      "2024-10-03");
	check(HEAD H1 "<time class='published updated' datetime=2024-10-03>kemarin</time>" TEXT,
	      "2024-10-03");
}

static void the_nearest_to_the_headline(void **state)
{
	(void)state;
	/* The headline is the heading that says what the title says. */
	check(HEAD "<h1>Koran</h1><div>1 Januari 2020</div><h2>Guru Ucap Ikrar Netral</h2>"
		   "<div>3/10/2024 14.05</div>" TEXT,
	      "2024-10-03T14:05:00");
	check(HEAD "<div>27/11/2024 08:10 WIB</div><b>Guru Ucap Ikrar Netral</b><br>" TEXT,
	      "2024-11-27T08:10:00+07:00");
	check(HEAD H1 "<a href=/2024/10>[Kamis, 3 Oktober 2024]</a>" TEXT, "2024-10-03");
	check(HEAD H1 "<div class=caption>3 Oktober 2024 | Daerah</div>" TEXT, "2024-10-03");
}

static void other_articles_dates_do_not_count(void **state)
{
	(void)state;
	check(HEAD H1 TEXT "<div class=related><span class=date>1 Januari 2020</span></div>", "");
	check(HEAD H1 TEXT "<div class=komentar><span class=date>1 Januari 2020</span></div>", "");
	check(HEAD H1
	      "<p class=caption>Suasana apel guru di lapangan kota, 1 Januari 2020</p>" TEXT,
	      "");
	/* A name that stands around all of the article says nothing. */
	check(HEAD "<div class=teaser>" H1 "<span class=date>3 Oktober 2024</span>" TEXT "</div>",
	      "2024-10-03");
}

static void elements_of_time(void **state)
{
	(void)state;
	check(HEAD H1 "<time class=date datetime='2024-10-03T14:05:00+08:00'>3 Oktober</time>" TEXT,
	      "2024-10-03T14:05:00+08:00");
	check(HEAD H1 "<div><a href=/a>Siti</a> <time datetime='2024-10-03T14:05:00+08:00'>3 "
		      "Oktober 2024</time></div>" TEXT,
	      "2024-10-03T14:05:00+08:00");
	/* The value knows the time, the text the zone. */
	check(HEAD H1 "<time class=date datetime='2024-10-03'>3 Oktober 2024</time>" TEXT,
	      "2024-10-03");
	check(HEAD H1 "<time class=date datetime='2024-10-02T22:05:30Z'>3 Oktober 2024 05:05 WIB"
		      "</time>" TEXT,
	      "2024-10-03T05:05:30+07:00");
}

static void the_date_before_the_first_sentence(void **state)
{
	(void)state;
#define DATELINE(dash)                                                                             \
	HEAD H1 "<p>Jayapura, 12 Oktober 2024 " dash " Pengawas pemilu menerima laporan tentang "  \
		"lurah yang hadir dalam kampanye, lengkap dengan foto dan nama, kata ketuanya "    \
		"kepada wartawan di kantor distrik.</p>" TEXT
	check(DATELINE("-"), "2024-10-12");
	check(DATELINE("\xe2\x80\x93"), "2024-10-12");
	check(DATELINE("\xe2\x80\x94"), "2024-10-12");
	check(DATELINE("lalu"), "");
	/* What happened on that day. */
	check(HEAD H1
	      "<p>Pada Sabtu (12/10/2024) pengawas pemilu menerima laporan tentang lurah "
	      "yang hadir dalam kampanye, lengkap dengan foto dan nama para saksinya.</p>" TEXT,
	      "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_day_of_the_visit_is_not_taken),
		TEST(publication_comes_before_changes),
		TEST(the_nearest_to_the_headline),
		TEST(other_articles_dates_do_not_count),
		TEST(elements_of_time),
		TEST(the_date_before_the_first_sentence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
