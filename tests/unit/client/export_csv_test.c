/* Cells, quotes, formulas; and both tables in both dialects, byte by byte: other programs read
 * them. */
#include "capture.h"
#include "client/export/csv.h"
#include "export_fixture.h"
#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- cells --- */

static void expect_cell(bool guarded, const char *text, size_t len, const char *expected)
{
	struct capture c;
	struct arena arena;
	arena_init(&arena, 1 << 16);
	capture_begin(&c);
	struct csv csv = {.out = c.out, .arena = &arena, .separator = ',', .guarded = guarded};
	csv_text(&csv, text, len);
	assert_false(csv.exhausted);
	capture_expect(&c, expected);
	arena_fini(&arena);
}

static void test_cells(void **state)
{
	(void)state;
	static const struct {
		const char *text, *cell;
	} cases[] = {
		{"", ""},
		{"Kota Ambon", "Kota Ambon"},
		{"a,b", "\"a,b\""},
		{"a;b", "\"a;b\""},
		{"say \"no\"", "\"say \"\"no\"\"\""},
		{"\"", "\"\"\"\""},
		{"two\r\nlines", "two lines"},
		{"  edges \t", "edges"},
		{"bell\a and \x1b[31mred", "bell and [31mred"},
		{"caf\xC3\xA9", "caf\xC3\xA9"},
		{"\xE2\x80\xAE"
		 "gnp.exe",
		 "gnp.exe"},
	};
	for (size_t i = 0; i < netral_countof(cases); i++)
		expect_cell(true, cases[i].text, strlen(cases[i].text), cases[i].cell);
	expect_cell(true, "a\0b", 3, "ab");
	expect_cell(true, "\xFF\xC3", 2, "\xEF\xBF\xBD\xEF\xBF\xBD");
}

/* OWASP's list, what hides behind white space, and the full-width forms. */
static void test_formulas(void **state)
{
	(void)state;
	static const struct {
		const char *text, *cell;
	} cases[] = {
		{"=1+1", "'=1+1"},
		{"+62811", "'+62811"},
		{"-1", "'-1"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'=1"},
		{"\r\n=1", "'=1"},
		{"  =1", "'=1"},
		{"\x01=1", "'=1"},
		{"\xEF\xBB\xBF=1", "'=1"},
		{"\xEF\xBC\x9D"
		 "1",
		 "'\xEF\xBC\x9D"
		 "1"},
		{"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
		{"a=1", "a=1"},
	};
	for (size_t i = 0; i < netral_countof(cases); i++)
		expect_cell(true, cases[i].text, strlen(cases[i].text), cases[i].cell);
	expect_cell(false, "=1+1", 4, "=1+1");
}

static void test_full_arena(void **state)
{
	(void)state;
	struct capture c;
	struct arena arena;
	arena_init(&arena, 4);
	capture_begin(&c);
	struct csv csv = {.out = c.out, .arena = &arena, .separator = ','};
	csv_word(&csv, "a long cell");
	assert_true(csv.exhausted);
	capture_expect(&c, "");
	arena_fini(&arena);
}

/* --- tables --- */

static void expect_table(const struct export_format *f, const struct export_settings *settings,
			 const struct update *u, const char *expected)
{
	char *text = export_to_text(f, settings, &u, 1, NULL);
	assert_string_equal(text, expected);
	free(text);
}

#define CASE_HEAD                                                                                  \
	"event_id,kind,status,date,date_precision,place_code,place,province,count,"                \
	"count_qualifier,subjects,conduct,people,institutions,sanctions,legal_basis,election,"     \
	"confidence_percent,sentence,title,url,source,published,recorded_utc,seq,reports,report_"  \
	"urls\r\n"

static void test_cases(void **state)
{
	(void)state;
	const struct export_settings settings = {.bom = true, .separator = ','};
	expect_table(&export_csv, &settings, capture_full_update(),
		     "\xEF\xBB\xBF" CASE_HEAD
		     "0123456789abcdef0123456789abcdef-2,VIOLATION,UNDER_REVIEW,2024-08-21,day,"
		     "8171,Kota Ambon,Maluku,2,exact,ASN,\"SOCIAL_MEDIA; ENDORSEMENT\","
		     "Rina Salampessy (Ketua Bawaslu),\"Bawaslu Kota Ambon; KASN\",moral,"
		     "\"UU 5/2014; PP 42/2004\",Pilkada 2024,90,"
		     "Bawaslu memeriksa dua ASN di Kota Ambon.,"
		     "Dua ASN di Ambon Diperiksa karena Unggahan,https://example.org/a,"
		     "spool:a.txt,2024-08-22,2024-08-21 02:00:00,7,1,https://example.org/a\r\n");
}

static void test_an_event_that_knows_nothing(void **state)
{
	(void)state;
	const struct export_settings settings = {.separator = ';'};
	struct update u = {.seq = 1};
	event_init(&u.event);
	u.event.id = "x-1";
	u.event.count.qualifier = EVENT_QUALIFIER_SEVERAL;
	const struct update *list = &u;
	char *text = export_to_text(&export_csv, &settings, &list, 1, NULL);
	assert_memory_equal(text, "event_id;kind;status;", 21);
	assert_non_null(strstr(text, "\r\nx-1;;;;;;;;;several;;;;;;;;0;;;;;;"
				     "1970-01-01 00:00:00;1;1;\r\n"));
	free(text);
}

static void test_typed_cases(void **state)
{
	(void)state;
	const struct export_settings settings = {.bom = true, .separator = ';'};
	struct update u = *capture_full_update();
	u.event.date = (struct event_date){"2024-02", EVENT_PRECISION_MONTH};
	u.event.sentence = "=1+1";
	expect_table(
		&export_parquet_csv, &settings, &u,
		"event_id,kind,status,date_first,date_last,date_precision,place_code,place,"
		"province,count,count_qualifier,subjects,conduct,people,institutions,"
		"sanctions,legal_basis,election,confidence,sentence,title,url,source,"
		"published,recorded,seq,reports,report_urls\r\n"
		"0123456789abcdef0123456789abcdef-2,VIOLATION,UNDER_REVIEW,2024-02-01,"
		"2024-02-29,month,81.71,Kota Ambon,Maluku,2,exact,\"[\"\"ASN\"\"]\","
		"\"[\"\"SOCIAL_MEDIA\"\",\"\"ENDORSEMENT\"\"]\","
		"\"[{\"\"name\"\":\"\"Rina Salampessy\"\",\"\"role\"\":\"\"Ketua Bawaslu\"\"}]\","
		"\"[\"\"Bawaslu Kota Ambon\"\",\"\"KASN\"\"]\",\"[\"\"moral\"\"]\","
		"\"[\"\"UU 5/2014\"\",\"\"PP 42/2004\"\"]\",Pilkada 2024,0.900,=1+1,"
		"Dua ASN di Ambon Diperiksa karena Unggahan,https://example.org/a,"
		"spool:a.txt,2024-08-22,2024-08-21T02:00:00.123Z,7,1,"
		"\"[\"\"https://example.org/a\"\"]\"\r\n");
}

/* Several articles: those that are listed, of all. An address may be missing. */
static void test_reports(void **state)
{
	(void)state;
	const struct export_settings settings = {.separator = ','};
	struct update_report reports[] = {{.article.url = {"https://example.org/1", 21}},
					  {.article.url = {"", 0}},
					  {.article.url = {"=https://example.org/2", 22}}};
	struct update u = *capture_full_update();
	u.reports = reports;
	u.listed_count = netral_countof(reports);
	u.report_count = 40;
	const struct update *list = &u;
	char *text = export_to_text(&export_csv, &settings, &list, 1, NULL);
	assert_non_null(
		strstr(text, ",7,40,\"https://example.org/1; =https://example.org/2\"\r\n"));
	free(text);
	text = export_to_text(&export_parquet_csv, &settings, &list, 1, NULL);
	assert_non_null(strstr(text, ",7,40,\"[\"\"https://example.org/1\"\","
				     "\"\"=https://example.org/2\"\"]\"\r\n"));
	free(text);
}

static struct update a_total(void)
{
	static const struct event_stage stages[] = {{EVENT_STATUS_ALLEGED, 490},
						    {EVENT_STATUS_FOUND, 372},
						    {EVENT_STATUS_SANCTIONED, 194}};
	struct update u = {.seq = 3, .recorded_us = 1724205600123456U};
	event_init(&u.event);
	u.event.id = "x-1";
	u.event.kind = EVENT_KIND_VIOLATION;
	u.event.status = EVENT_STATUS_SANCTIONED;
	u.event.scope = EVENT_SCOPE_TOTAL;
	u.event.place = (struct event_place){"ID", "Nasional", ""};
	u.event.count = (struct event_count){194, EVENT_QUALIFIER_EXACT};
	u.event.as_of = (struct event_date){"2020-08", EVENT_PRECISION_MONTH};
	u.event.stages = stages;
	u.event.stage_count = netral_countof(stages);
	u.event.confidence = 0.876;
	return u;
}

static void test_totals(void **state)
{
	(void)state;
	const struct export_settings settings = {.totals = true, .separator = ','};
	const struct update u = a_total();
	expect_table(
		&export_csv, &settings, &u,
		"event_id,as_of,as_of_precision,place_code,place,province,alleged,"
		"under_review,found,sanctioned,dismissed,status,count,count_qualifier,subjects,"
		"institutions,election,confidence_percent,sentence,title,url,source,published,"
		"recorded_utc,seq,reports,report_urls\r\n"
		"x-1,2020-08,month,ID,Nasional,,490,,372,194,,SANCTIONED,194,exact,,,,88,,,,,,"
		"2024-08-21 02:00:00,3,1,\r\n");
	expect_table(&export_parquet_csv, &settings, &u,
		     "event_id,as_of_first,as_of_last,as_of_precision,place_code,place,province,"
		     "alleged,under_review,found,sanctioned,dismissed,status,count,count_qualifier,"
		     "subjects,institutions,election,confidence,sentence,title,url,source,"
		     "published,recorded,seq,reports,report_urls\r\n"
		     "x-1,2020-08-01,2020-08-31,month,ID,Nasional,,490,,372,194,,SANCTIONED,194,"
		     "exact,[],[],,0.876,,,,,,2024-08-21T02:00:00.123Z,3,1,[]\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_formulas),
		cmocka_unit_test(test_full_arena),
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_an_event_that_knows_nothing),
		cmocka_unit_test(test_typed_cases),
		cmocka_unit_test(test_totals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
