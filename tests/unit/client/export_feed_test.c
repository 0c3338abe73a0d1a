/* Atom and calendars, as text; independent readers read them in tests/process. */
#include "capture.h"
#include "client/export/day.h"
#include "client/export/plain.h"
#include "export_fixture.h"
#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct export_settings settings = {.feed = "a selection...."};

static char *write_one(const struct export_format *f, const struct update *u)
{
	return export_to_text(f, &settings, &u, 1, NULL);
}

static void expect_part(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in\n%s", part, text);
}

/* --- Atom --- */

static void test_entry(void **state)
{
	(void)state;
	char *text = write_one(&export_atom, capture_full_update());
	expect_part(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			  "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"id\">\n"
			  " <id>urn:uuid:");
	expect_part(text, " <updated>2024-08-21T02:00:00.123Z</updated>\n <author>\n"
			  "  <name>netral</name>\n </author>\n");
	expect_part(text,
		    "  <title type=\"text\">VIOLATION UNDER_REVIEW, Kota Ambon: "
		    "Dua ASN di Ambon Diperiksa karena Unggahan</title>\n"
		    "  <updated>2024-08-21T02:00:00.123Z</updated>\n"
		    "  <link rel=\"alternate\" type=\"text/html\" "
		    "href=\"https://example.org/a\"/>\n"
		    "  <category term=\"VIOLATION\" scheme=\"tag:netral.invalid,2026:kind\"/>\n"
		    "  <category term=\"UNDER_REVIEW\" "
		    "scheme=\"tag:netral.invalid,2026:status\"/>\n"
		    "  <category term=\"81.71\" scheme=\"tag:netral.invalid,2026:area\" "
		    "label=\"Kota Ambon\"/>\n"
		    "  <content type=\"text\">Bawaslu memeriksa dua ASN di Kota Ambon.\n\n"
		    "Kota Ambon, Maluku (81.71). 2024-08-21. 2 people.</content>\n"
		    " </entry>\n</feed>\n");
	free(text);
}

static void test_hostile_entry(void **state)
{
	(void)state;
	struct update u = *capture_full_update();
	static const char title[] = "]]><script>&amp;\x01\xFF\xEF\xBF\xBE\"";
	static const char url[] = "javascript:alert(1)";
	u.article.title = (struct text){title, sizeof(title) - 1};
	u.article.url = (struct text){url, sizeof(url) - 1};
	char *text = write_one(&export_atom, &u);
	expect_part(text, "Kota Ambon: ]]&gt;&lt;script&gt;&amp;amp;\xEF\xBF\xBD&quot;</title>");
	assert_null(strstr(text, "<link"));
	assert_null(strchr(text, '\x01'));
	free(text);
}

static void test_ids(void **state)
{
	(void)state;
	char a[EXPORT_UUID_SIZE], b[EXPORT_UUID_SIZE];
	export_uuid("x-1", 3, a);
	export_uuid("x-2", 3, b);
	assert_string_not_equal(a, b);
	export_uuid("x-1", 3, b);
	assert_string_equal(a, b);
	assert_int_equal(strlen(a), 36);
	assert_int_equal(a[14], '8');
	assert_non_null(strchr("89ab", a[19]));
}

static void test_empty_feed(void **state)
{
	(void)state;
	char *text = export_to_text(&export_atom, &settings, NULL, 0, NULL);
	expect_part(text, "<updated>20");
	expect_part(text, "</feed>\n");
	assert_null(strstr(text, "<entry>"));
	free(text);
}

/* --- calendars --- */

static struct update planned(const char *date, enum event_precision precision)
{
	struct update u = *capture_full_update();
	u.event.kind = EVENT_KIND_SESSION;
	u.event.status = EVENT_STATUS_PLANNED;
	u.event.date = (struct event_date){date, precision};
	return u;
}

static void test_calendar_event(void **state)
{
	(void)state;
	struct update u = planned("2024-12-31", EVENT_PRECISION_DAY);
	char *text = write_one(&export_ics, &u);
	expect_part(text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//netral//netral ");
	expect_part(text, "\r\nDTSTAMP:20240821T020000Z\r\n");
	expect_part(text, "\r\nSEQUENCE:7\r\n");
	expect_part(text, "\r\nDTSTART;VALUE=DATE:20241231\r\nDTEND;VALUE=DATE:20250101\r\n");
	expect_part(text, "\r\nSTATUS:TENTATIVE\r\n");
	expect_part(text, "\r\nLOCATION:Kota Ambon\\, Maluku\r\n");
	expect_part(text, "\r\nURL:https://example.org/a\r\n");
	expect_part(text, "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
	free(text);
	u.event.status = EVENT_STATUS_HELD;
	u.seq = UINT64_MAX;
	text = write_one(&export_ics, &u);
	expect_part(text, "\r\nSTATUS:CONFIRMED\r\n");
	expect_part(text, "\r\nSEQUENCE:2147483647\r\n");
	free(text);
}

/* Every line has at most 75 octets and ends with CRLF; unfolded, the text is whole again. */
static void test_folding_and_escaping(void **state)
{
	(void)state;
	struct update u = planned("2024-08-21", EVENT_PRECISION_DAY);
	char title[600];
	size_t n = 0;
	while (n < 500) {
		memcpy(title + n, "s\xC3\xA9si;a,b\\n ", 12);
		n += 12;
	}
	u.article.title = (struct text){title, n};
	char *text = write_one(&export_ics, &u);
	char *unfolded = calloc(1, strlen(text) + 1), *to = unfolded;
	for (const char *line = text; *line;) {
		const char *end = strstr(line, "\r\n");
		assert_non_null(end);
		assert_true(end - line <= 75);
		assert_null(memchr(line, '\n', (size_t)(end - line)));
		assert_true(((unsigned char)line[0] & 0xC0) != 0x80);
		if (*line == ' ')
			to--;
		to = mempcpy(to, line + (*line == ' '), (size_t)(end - line) - (*line == ' '));
		*to++ = '\n';
		line = end + 2;
	}
	expect_part(unfolded, "\nSUMMARY:s\xC3\xA9si\\;a\\,b\\\\n s\xC3\xA9si\\;a\\,b\\\\n s");
	free(unfolded);
	free(text);
}

static void test_a_line_cannot_be_added(void **state)
{
	(void)state;
	struct update u = planned("2024-08-21", EVENT_PRECISION_DAY);
	static const char title[] = "a\r\nATTENDEE:mailto:x@example.org\nEND:VCALENDAR";
	static const char url[] = "https://example.org/a\r\nX:y";
	u.article.title = (struct text){title, sizeof(title) - 1};
	u.article.url = (struct text){url, sizeof(url) - 1};
	char *text = write_one(&export_ics, &u);
	assert_null(strstr(text, "\nATTENDEE"));
	assert_null(strstr(text, "\nURL"));
	assert_null(strstr(text, "\nX:y"));
	assert_ptr_equal(strstr(text, "\nEND:VCALENDAR") + strlen("\nEND:VCALENDAR\r\n"),
			 text + strlen(text));
	free(text);
}

static void test_without_a_day(void **state)
{
	(void)state;
	static const struct {
		const char *date;
		enum event_precision precision;
	} cases[] = {{"2024-08", EVENT_PRECISION_MONTH},
		     {"", 0},
		     {"2024-02-30", EVENT_PRECISION_DAY},
		     {"2024-13-01", EVENT_PRECISION_DAY},
		     {"20x4-01-01", EVENT_PRECISION_DAY}};
	for (size_t i = 0; i < netral_countof(cases); i++) {
		struct update u = planned(cases[i].date, cases[i].precision);
		const struct update *list = &u;
		uint64_t left_out;
		char *text = export_to_text(&export_ics, &settings, &list, 1, &left_out);
		assert_int_equal(left_out, 1);
		assert_null(strstr(text, "VEVENT"));
		free(text);
	}
}

/* --- days and links --- */

static void test_days(void **state)
{
	(void)state;
	static const struct {
		const char *date, *first, *last;
	} cases[] = {{"2024-02", "2024-02-01", "2024-02-29"},
		     {"1900-02", "1900-02-01", "1900-02-28"},
		     {"2024", "2024-01-01", "2024-12-31"},
		     {"2024-04-30", "2024-04-30", "2024-04-30"},
		     {"2024-04-31", "", ""},
		     {"2024-00", "", ""},
		     {"24", "", ""},
		     {"", "", ""}};
	char text[EXPORT_DAY_SIZE];
	for (size_t i = 0; i < netral_countof(cases); i++) {
		struct event_date date = {cases[i].date, EVENT_PRECISION_DAY};
		export_day(&date, false, text);
		assert_string_equal(text, cases[i].first);
		export_day(&date, true, text);
		assert_string_equal(text, cases[i].last);
	}
}

static void test_links(void **state)
{
	(void)state;
	static const char *const good[] = {"https://a.example/b?c=d&e#f", "HTTP://a.example/"};
	static const char *const bad[] = {"",
					  "https://",
					  "ftp://a.example/",
					  "data:text/html,x",
					  "https://a b",
					  "https://a/\"x",
					  "https://a/\n",
					  "https://a/\xC3\xA9",
					  " https://a.example/"};
	for (size_t i = 0; i < netral_countof(good); i++)
		assert_true(plain_is_link(good[i], strlen(good[i])));
	for (size_t i = 0; i < netral_countof(bad); i++)
		assert_false(plain_is_link(bad[i], strlen(bad[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry),
		cmocka_unit_test(test_hostile_entry),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_empty_feed),
		cmocka_unit_test(test_calendar_event),
		cmocka_unit_test(test_folding_and_escaping),
		cmocka_unit_test(test_a_line_cannot_be_added),
		cmocka_unit_test(test_without_a_day),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_links),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
