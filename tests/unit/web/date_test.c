#include "lib/web/date.h"

#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct row {
	const char *printed, *expected;
};

static void expect(const struct row *row)
{
	struct date date;
	char text[DATE_FORMAT_SIZE] = "";
	if (!web_date_read(row->printed, strlen(row->printed), &date))
		fail_msg("not read: %s", row->printed);
	web_date_format(&date, text);
	if (strcmp(text, row->expected) != 0)
		fail_msg("%s is read as %s, not %s", row->printed, text, row->expected);
}

static void dates_are_read_as_printed(void **state)
{
	(void)state;
	static const struct row rows[] = {
		/* RFC 3339 and its neighbours */
		{"2024-08-21T14:05:00+07:00", "2024-08-21T14:05:00+07:00"},
		{"2024-08-21T07:05:00Z", "2024-08-21T07:05:00Z"},
		{"2024-08-21t07:05:00.123456z", "2024-08-21T07:05:00Z"},
		{"2024-08-21T14:05+0700", "2024-08-21T14:05:00+07:00"},
		{"2024-08-21 14:05:00", "2024-08-21T14:05:00"},
		{"2024-08-21 14:05 WITA", "2024-08-21T14:05:00+08:00"},
		{"2024-08-21", "2024-08-21"},
		{"2024-08-21T", "2024-08-21"},
		{"2024-08-21T23:59:60Z", "2024-08-21T23:59:59Z"},
		{"2024-02-29T00:00:00-03:30", "2024-02-29T00:00:00-03:30"},
		/* RFC 822 */
		{"Wed, 21 Aug 2024 14:05:00 +0700", "2024-08-21T14:05:00+07:00"},
		{"Wed, 21 Aug 2024 07:05:00 GMT", "2024-08-21T07:05:00Z"},
		{"21 Aug 24 07:05 UT", "2024-08-21T07:05:00Z"},
		{"21 Aug 98 07:05:00 PDT", "1998-08-21T07:05:00-07:00"},
		{"Wed, 21 Aug 2024 07:05:00 EST", "2024-08-21T07:05:00-05:00"},
		{"Wed,21 Aug 2024 14:05:00+0700", "2024-08-21T14:05:00+07:00"},
		{"  Wed, 21 Aug 2024\n 14:05:00 +0700 (WIB)", "2024-08-21T14:05:00+07:00"},
		{"Wednesday, 21-Aug-24 07:05:00 GMT", "2024-08-21T07:05:00Z"},
		{"Wed Aug 21 07:05:00 2024", "2024-08-21T07:05:00"},
		{"Wed Aug 21 07:05:00 UTC 2024", "2024-08-21T07:05:00Z"},
		{"Aug 21, 2024 2:05 PM", "2024-08-21T14:05:00"},
		{"Aug 21, 2024 12:05 AM", "2024-08-21T00:05:00"},
		/* as Indonesian outlets print them */
		{"Rab, 21 Agu 2024 14:05:00 +0700", "2024-08-21T14:05:00+07:00"},
		{"Rabu, 21 Agustus 2024 14:05:00 +0700", "2024-08-21T14:05:00+07:00"},
		{"21 Agustus 2024 14.05 WIB", "2024-08-21T14:05:00+07:00"},
		{"Rabu, 21 Agustus 2024 | 14:05 WITA", "2024-08-21T14:05:00+08:00"},
		{"Rabu, 21/08/2024 14.05.30 WIT", "2024-08-21T14:05:30+09:00"},
		{"Jumat 17 Mei 2024, pukul 09.00 wib", "2024-05-17T09:00:00+07:00"},
		{"Jum'at, 4 Okt 2024 08:00:00 +0700", "2024-10-04T08:00:00+07:00"},
		{"1 Desember 2024", "2024-12-01"},
		{"Ahad, 03 Nop 2024", "2024-11-03"},
		{"Sen, 5 Pebruari 2024", "2024-02-05"},
		{"21 Ags 2024", "2024-08-21"},
		{"21-08-2024 14:05", "2024-08-21T14:05:00"},
		{"21.08.2024 14:05", "2024-08-21T14:05:00"},
		{"08/21/2024", "2024-08-21"},
		{"2024/08/21 14:05:06", "2024-08-21T14:05:06"},
		{"Selasa, 20 Agustus 2024 - 20:15 GMT+7", "2024-08-20T20:15:00+07:00"},
	};
	for (size_t i = 0; i < netral_countof(rows); i++)
		expect(&rows[i]);
}

static void what_cannot_be_is_refused(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"",
		" ",
		"kemarin",
		"2024",
		"2024-13-01",
		"2024-02-30",
		"2023-02-29",
		"2024-00-10",
		"2024-8-1",
		"2024-08-211",
		"2024-08-21T25:00:00Z",
		"2024-08-21T14:5:00Z",
		"2024-08-21T14:05:00+99:00",
		"0000-00-00 00:00:00",
		"Thu, 01 Jan 0001 00:00:00 +0000",
		"21 Agustus",
		"Agustus 2024",
		"31 Apr 2024",
		"21 Aug 2024 24:01:00",
		"12345678901234567890",
		"1724223900",
		"21/08",
		"99/99/2024",
	};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		struct date date;
		if (web_date_read(rows[i], strlen(rows[i]), &date))
			fail_msg("taken: %s", rows[i]);
	}
}

/* Nothing behind the bound is looked at, and nothing behind the length. */
static void reading_is_bounded(void **state)
{
	(void)state;
	char text[400];
	struct date date;
	memset(text, ' ', sizeof(text));
	memcpy(text + 200, "2024-08-21", 10);
	assert_false(web_date_read(text, sizeof(text), &date));
	assert_false(web_date_read("2024-08-21", 9, &date));
	memset(text, '1', sizeof(text));
	assert_false(web_date_read(text, sizeof(text), &date));
}

static void seconds_count_from_1970(void **state)
{
	(void)state;
	static const struct {
		const char *printed;
		int64_t seconds;
	} rows[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"1970-01-01T07:00:00", 0}, /* WIB */
		{"2024-08-21T14:05:00+07:00", 1724223900},
		{"2024-02-29T12:00:00Z", 1709208000},
		{"2000-03-01T00:00:00Z", 951868800},
		{"1969-12-31T23:59:59Z", -1},
	};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		struct date date;
		assert_true(web_date_read(rows[i].printed, strlen(rows[i].printed), &date));
		assert_int_equal(web_date_seconds(&date), rows[i].seconds);
	}
}

static void the_parts_are_told_alone(void **state)
{
	(void)state;
	int minutes = -1;
	assert_true(web_date_is_day(2024, 2, 29));
	assert_false(web_date_is_day(2023, 2, 29));
	assert_false(web_date_is_day(2024, 0, 1));
	assert_false(web_date_is_day(1899, 12, 31));
	static const char *const months[12][4] = {
		{"Januari", "January", "jan"},
		{"Februari", "February", "Peb"},
		{"Maret", "March", "mar"},
		{"April", "Apr"},
		{"Mei", "May"},
		{"Juni", "June", "jun"},
		{"Juli", "July", "jul"},
		{"Agustus", "August", "Agt", "Ags"},
		{"September", "Sept", "SEP"},
		{"Oktober", "October", "okt"},
		{"November", "Nopember", "NOP"},
		{"Desember", "December", "des"},
	};
	for (size_t i = 0; i < netral_countof(months); i++) {
		for (size_t j = 0; j < netral_countof(months[i]) && months[i][j]; j++)
			assert_int_equal(web_date_month(months[i][j], strlen(months[i][j])), i + 1);
	}
	assert_int_equal(web_date_month("Agustusan", 9), 0);
	assert_int_equal(web_date_month("ma", 2), 0);
	assert_true(web_date_zone("wita", 4, &minutes));
	assert_int_equal(minutes, 480);
	assert_false(web_date_zone("wi", 2, &minutes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_read_as_printed),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(reading_is_bounded),
		cmocka_unit_test(seconds_count_from_1970),
		cmocka_unit_test(the_parts_are_told_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
