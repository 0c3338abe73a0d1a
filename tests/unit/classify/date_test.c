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
	expect_date("2024-08-20", "Rapat digelar Rabu pekan depan.", "2024-08-21");
	expect_date("2024-08-20", "Rapat digelar minggu lalu.", "");
	expect_date("2024-08-20", "Rapat digelar kemarin.", "2024-08-19");
}

static void test_what_is_no_date(void **state)
{
	(void)state;
	expect_date("2024-10-01", "SE Nomor 05/12/EDR/IX/HKU/2024 dan UU 5/2014.", "");
	expect_date("2024-10-01", "Skor akhir 3/4 dan 31/2/2024.", "");
	expect_date("2024-10-01", "Jelang Pilkada serentak 27 November 2024.", "");
	expect_date("2024-10-01", "Indeks 11.12 persen.", "");
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
		cmocka_unit_test(test_what_is_no_date),
		cmocka_unit_test(test_misprint_is_kept_and_marked),
		cmocka_unit_test(test_up_to),
		cmocka_unit_test(test_calendar),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
