#include "tests/unit/classify/fixture.h"

static void expect_date(const char *published, const char *text, const char *value)
{
	const struct doc *d = fixture_read("", published, text);
	const char *got = fixture_date(d, date_of_sentence(d, fixture_sentence(0), false));
	if (strcmp(got, value) != 0)
		fail_msg("\"%s\": %s, expected %s", text, got, value);
}

static void test_numeric(void **state)
{
	(void)state;
	expect_date("", "Rapat, Rabu (21/8/2024).", "2024-08-21");
	expect_date("", "Rapat, Senin (7/10/24).", "2024-10-07");
	expect_date("", "Rapat, Rabu, (14/02/2024).", "2024-02-14");
	expect_date("", "Rapat, Kamis (10-10-2024).", "2024-10-10");
	expect_date("", "Rapat, Kamis (10.10.2024).", "2024-10-10");
	expect_date("", "Rapat, Kamis, 12/9/2024", "2024-09-12");
	expect_date("", "Rapat pada 2024-10-07 pagi.", "2024-10-07");
	expect_date("", "Rapat (20-22/07/2022) itu.", "2022-07-20");
}

static void test_worded(void **state)
{
	(void)state;
	expect_date("", "Rapat, Jumat, 2 Oktober 2020.", "2020-10-02");
	expect_date("", "Rapat, Jumat 24 November 2023.", "2023-11-24");
	expect_date("", "Rapat pada 20-22 Juli 2022.", "2022-07-20");
	expect_date("", "Rapat pada Oktober 2024.", "2024-10");
	expect_date("", "Rapat, Jum'at (1/3/2024).", "2024-03-01");
}

static void test_year_that_is_not_printed(void **state)
{
	(void)state;
	expect_date("2021-01-05", "Rapat, Senin (28/12).", "2020-12-28");
	expect_date("2024-10-09T08:00:00+07:00", "Rapat, Senin (7/10).", "2024-10-07");
	expect_date("", "Rapat jelang Pilkada 2020, Selasa (28/1).", "2020-01-28");
	expect_date("", "Rapat jelang Pilkada 2024, Selasa (19/12).", "2023-12-19");
	expect_date("", "Rapat, Selasa (28/1).", "");
}

static void test_weekday_alone(void **state)
{
	(void)state;
	expect_date("", "Rapat di Ambon, Selasa.", "");
	expect_date("2024-08-21", "Rapat di Ambon, Selasa.", "2024-08-20");
	expect_date("2024-08-20", "Rapat di Ambon, Selasa.", "2024-08-20");
	expect_date("2024-08-20", "Rapat digelar Rabu pekan depan.", "2024-08-28");
	expect_date("2024-08-20", "Rapat digelar Rabu mendatang.", "2024-08-21");
	expect_date("2024-08-20", "Rapat digelar Senin malam pekan lalu.", "2024-08-12");
	expect_date("2024-08-20", "Rapat digelar Selasa lalu.", "2024-08-13");
	expect_date("2024-08-20", "Rapat digelar Minggu lalu.", "2024-08-18");
	expect_date("2024-08-20", "Rapat digelar minggu lalu.", "");
}

/* Value of the only date of the text, which may be one that date_of_sentence() does not give. */
static void expect_only(const char *published, const char *text, const char *value)
{
	const struct doc *d = fixture_read("", published, text);
	if (d->dates.count != 1)
		fail_msg("\"%s\": %u dates", text, d->dates.count);
	const char *got = fixture_date(d, 0);
	if (strcmp(got, value) != 0)
		fail_msg("\"%s\": %s, expected %s", text, got, value);
}

static void test_told_from_today(void **state)
{
	(void)state;
	expect_only("2024-08-20", "Rapat digelar kemarin.", "2024-08-19");
	expect_only("2024-08-20", "Rapat digelar kemarin (19/8).", "2024-08-19");
	expect_only("2024-08-20", "Foto diambil pekan lalu.", "2024-08");
	expect_only("2024-01-03", "Foto diambil bulan lalu.", "2023-12");
	expect_only("2024-08-20", "Foto diambil akhir tahun lalu.", "2023");
	expect_only("2024-08-20", "Foto diambil pertengahan Juli.", "2024-07");
	expect_only("2024-08-20", "Foto diambil pada September silam.", "2023-09");
	expect_only("2024-08-20", "Foto diambil Oktober tahun lalu.", "2023-10");
	expect_only("2024-08-20", "Menurut Mei, foto diambil kemarin.", "2024-08-19");
	expect_only("2024-08-20", "Pada 2019 ia dihukum.", "2019");
	expect_only("", "Foto diambil kemarin.", "");
}

static void test_ranges(void **state)
{
	(void)state;
	expect_date("", "Rapat pada 5 hingga 7 Oktober 2024.", "2024-10-05");
	expect_date("", "Rapat pada 26 September-12 Oktober 2020.", "2020-09-26");
	expect_date("", "Rapat, Senin-Selasa (5-6/8/2024).", "2024-08-05");
}

static void test_with_a_part_of_the_day(void **state)
{
	(void)state;
	expect_date("", "Apel jelang Pemilu 2024, Senin pagi (30/10).", "2023-10-30");
	expect_date("", "Rapat, hari senin, 14 November 2022.", "2022-11-14");
	expect_date("", "Rapat, Rabu (16 /10/ 2024).", "2024-10-16");
	expect_date("", "Rapat, 10 Nopember 2020.", "2020-11-10");
	expect_date("", "Apel netralitas Pilkada 2024, 24 September 2024.", "2024-09-24");
	expect_date("", "Apel pengawas se-Kecamatan Ambon pada 24 September 2024.", "2024-09-24");
	expect_date("", "Badan Pengawas Pemilu menggelar apel 24 September 2024.", "2024-09-24");
}

static void test_published_in_utc(void **state)
{
	(void)state;
	static const char text[] = "Apel itu digelar pagi tadi.";
	expect_date("2024-08-20T22:05:00Z", text, "2024-08-21");
	expect_date("2024-08-20T17:00:00+00:00", text, "2024-08-21");
	expect_date("2024-08-31 18:30:00 +0000", text, "2024-09-01");
	expect_date("2024-08-31T18:30:00+0000", text, "2024-09-01");
	expect_date("2024-08-20T16:59:59Z", text, "2024-08-20");
	expect_date("2024-08-20T22:05:00+07:00", text, "2024-08-20");
	expect_date("2024-08-20T22:05:00", text, "2024-08-20");
	expect_date("2024-08-20T", text, "2024-08-20");
}

static void test_page_line(void **state)
{
	(void)state;
	const struct doc *d = fixture_read(
		"", "", "Diperbarui 21 Juli 2023 02:35 WIB\nRapat digelar di Ambon, Kamis.");
	assert_int_equal(d->dates.published.year, 2023);
	assert_int_equal(date_of_sentence(d, fixture_sentence(0), false), -1);
	assert_string_equal(fixture_date(d, date_of_sentence(d, fixture_sentence(1), false)),
			    "2023-07-20");
}

static void test_what_is_no_date(void **state)
{
	(void)state;
	expect_date("2024-10-01", "SE Nomor 05/12/EDR/IX/HKU/2024 dan UU 5/2014.", "");
	expect_date("2024-10-01", "Skor akhir 3/4 dan 31/2/2024.", "");
	expect_date("2024-10-01", "Jelang Pilkada serentak 27 November 2024.", "");
	expect_date("2024-10-01", "Indeks 11.12 persen.", "");
	expect_date("2024-10-01", "Surat nomor 800/254/BKD tanggal 21 Agustus 2023 itu.", "");
	expect_date("2024-10-01", "Jelang pencoblosan, 27 November 2024, apel digelar.", "");
}

static void test_misprint_is_kept_and_marked(void **state)
{
	(void)state;
	const struct doc *d = fixture_read("", "", "Rapat, Selasa (20/12/2024).");
	int date = date_of_sentence(d, fixture_sentence(0), false);
	assert_string_equal(fixture_date(d, date), "2024-12-20");
	assert_true(d->dates.list[date].flags & DATE_MISMATCH);
}

static void test_up_to(void **state)
{
	(void)state;
	const struct doc *d = fixture_read("", "", "Ada 805 kasus hingga 4 Oktober 2020.");
	assert_int_equal(date_of_sentence(d, fixture_sentence(0), false), -1);
	assert_string_equal(fixture_date(d, date_of_sentence(d, fixture_sentence(0), true)),
			    "2020-10-04");
}

static void test_calendar(void **state)
{
	(void)state;
	assert_int_equal(date_weekday((struct day){2024, 8, 21}), 3);
	assert_int_equal(date_weekday((struct day){2020, 2, 29}), 6);
	struct day d = date_add((struct day){2024, 2, 28}, 2);
	assert_int_equal(d.month, 3);
	assert_int_equal(d.day, 1);
	d = date_add((struct day){2024, 1, 1}, -1);
	assert_int_equal(d.year, 2023);
	assert_int_equal(d.month, 12);
	assert_int_equal(d.day, 31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numeric),
		cmocka_unit_test(test_worded),
		cmocka_unit_test(test_year_that_is_not_printed),
		cmocka_unit_test(test_weekday_alone),
		cmocka_unit_test(test_told_from_today),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_with_a_part_of_the_day),
		cmocka_unit_test(test_published_in_utc),
		cmocka_unit_test(test_page_line),
		cmocka_unit_test(test_what_is_no_date),
		cmocka_unit_test(test_misprint_is_kept_and_marked),
		cmocka_unit_test(test_up_to),
		cmocka_unit_test(test_calendar),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
