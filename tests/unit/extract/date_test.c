#include "lib/extract/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *parse(const char *s)
{
	static char text[DATE_FORMAT_SIZE];
	return date_parse(s, strlen(s), text) ? text : "";
}

struct row {
	const char *text, *expected;
};

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(parse(rows[i].text), rows[i].expected) != 0)
			fail_msg("\"%s\" is read as \"%s\", not \"%s\"", rows[i].text,
				 parse(rows[i].text), rows[i].expected);
	}
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void iso_forms(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"2024-08-21", "2024-08-21"},
		{"2024-08-21T14:05:06+07:00", "2024-08-21T14:05:06+07:00"},
		{"2024-08-21T14:05:06+0700", "2024-08-21T14:05:06+07:00"},
		{"2024-08-21T14:05:06.123Z", "2024-08-21T14:05:06Z"},
		{"2024-08-21T14:05-05:00", "2024-08-21T14:05:00-05:00"},
		{"2024-08-21 14:05", "2024-08-21T14:05:00"},
		{"2024-08-21T14:05:0Z", "2024-08-21T14:05:00Z"},
		{"2024-08-21T14:05:06:684Z", "2024-08-21T14:05:06Z"},
		{"2024/08/21 14:05:06", "2024-08-21T14:05:06"},
		{"20240821", "2024-08-21"},
		{" 2024-8-1 ", "2024-08-01"},
	};
	CHECK(rows);
}

static void indonesian_forms(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"Rabu, 21 Agustus 2024 14:05 WIB", "2024-08-21T14:05:00+07:00"},
		{"Rabu, 21 Agu 2024 | 14.05 WITA", "2024-08-21T14:05:00+08:00"},
		{"Rabu (21/8/2024) pukul 14.05 WIT", "2024-08-21T14:05:00+09:00"},
		{"21/08/2024, 14:05 WITA", "2024-08-21T14:05:00+08:00"},
		{"21-08-2024,14:05 WIB", "2024-08-21T14:05:00+07:00"},
		{"Diperbarui 1 Mei 2023, 08:00 WIB", "2023-05-01T08:00:00+07:00"},
		{"14:05 WIB, 21 Desember 2024", "2024-12-21T14:05:00+07:00"},
		{"Jumat, 3 Januari 2025 - 07.30", "2025-01-03T07:30:00"},
		{"Kompas - 21/08/2024, 14:05 WIB", "2024-08-21T14:05:00+07:00"},
		{"senin 5 pebruari", ""},
		{"Jum'at, 29 Nopember 2024 | 14:05 WIB", "2024-11-29T14:05:00+07:00"},
		{"Jumat 28 Pebruari 2025 pukul 9.30 WITA", "2025-02-28T09:30:00+08:00"},
		{"Diterbitkan 21 Agt 2024", "2024-08-21"},
		{"Tayang: Kamis, 3 Okt 2024 21:39 WIT", "2024-10-03T21:39:00+09:00"},
		{"Sabtu (12/10)", ""},
		{"2 jam yang lalu", ""},
		{"Kemarin, 14:05 WIB", ""},
		{"3 Rabiul Akhir 1446 / 6 Oktober 2024", "2024-10-06"},
	};
	CHECK(rows);
}

static void other_forms(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"Wed, 21 Aug 2024 07:05:00 GMT", "2024-08-21T07:05:00Z"},
		{"August 21, 2024 2:05 PM", "2024-08-21T14:05:00"},
		{"Aug. 21st, 2024", "2024-08-21"},
		{"12:30 am on 21 August 2024", "2024-08-21T00:30:00"},
		{"8/21/2024", "2024-08-21"},
		{"21 Sept 2024 14:05 EST", "2024-09-21T14:05:00-05:00"},
		{"29 Peb 2024", "2024-02-29"},
		{"21.08.2024 14:05", "2024-08-21T14:05:00"},
		{"21 August 2024 14:05 GMT+7", "2024-08-21T14:05:00+07:00"},
	};
	CHECK(rows);
}

static void what_is_no_date(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"", ""},
		{"14:05 WIB", ""},
		{"2024-13-01", ""},
		{"32/01/2024", ""},
		{"31/02/2024", ""},
		{"29/02/2023", ""},
		{"2024-02-30", ""},
		{"1945-08-17", ""},
		{"3 hari lalu", ""},
		{"10.000.000", ""},
		{"99999999", ""},
		{"v1.2.3", ""},
		{"Rp 12.500.000", ""},
		{"Mei 2024", ""},
	};
	CHECK(rows);
}

static void a_day_in_an_address(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"https://a.example/read/2024/08/21/140511/judul", "2024-08-21"},
		{"https://a.example/2024-08-21-judul", "2024-08-21"},
		{"https://a.example/nasional/20240821140533-12-99/judul", "2024-08-21"},
		{"https://a.example/berita/2024/judul", ""},
		{"https://a.example/berita/d-7001", ""},
		{"2024/08/21", ""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[DATE_FORMAT_SIZE] = "";
		struct date d;
		if (date_of_url(rows[i].text, strlen(rows[i].text), &d))
			web_date_format(&d, text);
		assert_string_equal(text, rows[i].expected);
	}
}

static void long_text_is_looked_at_in_part(void **state)
{
	(void)state;
	char text[DATE_FORMAT_SIZE];
	static char s[100000];
	memset(s, '1', sizeof(s));
	assert_false(date_parse(s, sizeof(s), text));
	memset(s, ':', sizeof(s));
	assert_false(date_parse(s, sizeof(s), text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iso_forms),
		cmocka_unit_test(indonesian_forms),
		cmocka_unit_test(other_forms),
		cmocka_unit_test(what_is_no_date),
		cmocka_unit_test(a_day_in_an_address),
		cmocka_unit_test(long_text_is_looked_at_in_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
