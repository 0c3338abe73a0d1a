/* Titles and sentences come from web pages. Whatever they hold, each format stays one that its
 * readers read, with as many events as there are, and what is dangerous in it is gone. */
#include "tests/process/exported.h"

#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

/* A text, and a piece of it that a reader finds, or NULL. */
static const struct {
	const char *text, *part;
} hostile[] = {
	{"=HYPERLINK(\"http://x\";\"klik\")", "HYPERLINK"},
	{"+62 811 dan -1+1, @SUM(A1)", "62 811"},
	{"  =1+1", "1+1"},
	{"\xEF\xBC\x9D"
	 "1+1",
	 "1+1"}, /* the full-width sign */
	{"Koma, titik koma; \"kutip\" dan 'petik'", "titik koma"},
	{"Baris\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:palsu", "palsu"},
	{"Baris\nBARU,kolom;baru\tdan tab", "kolom"},
	{"]]> </content></entry><entry><id>palsu</id>", "palsu"},
	{"<script>alert(1)</script> &amp; &lt;b&gt; &#0;", "script"},
	{"Garis \\ miring \\n \\, dan \\; habis\\", "miring"},
	{"Kendali \x01\x02\x1B[31m\x7F\xC2\x85 habis", "Kendali"},
	{"Arah \xE2\x80\xAE"
	 "balik\xE2\x80\xAC, baris\xE2\x80\xA8"
	 "lagi",
	 "balik"},
	{"Bukan aksara: \xEF\xBF\xBE \xEF\xBF\xBF", "Bukan aksara"},
	{"\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F"
	 "\x98\x80"
	 "\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F"
	 "\x98\x80"
	 "\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F"
	 "\x98\x80"
	 " lipat",
	 "lipat"}, /* lines are folded within it */
	{"", NULL},
};

enum { COUNT = sizeof(hostile) / sizeof(hostile[0]) };

/* Each as the title, the sentence and a body of a plan of its own. */
static void set_up(struct bench *b)
{
	bench_begin(b, "join_days=0", NULL);
	for (unsigned i = 0; i < COUNT; i++) {
		struct result r = bench_result(b, i, "81.71");
		const char *institutions[] = {hostile[i].text};
		r.title = (struct text){hostile[i].text, strlen(hostile[i].text)};
		r.events->status = EVENT_STATUS_PLANNED;
		r.events->sentence = hostile[i].text;
		r.events->institutions = institutions;
		r.events->institution_count = hostile[i].text[0] != '\0';
		assert_int_equal(bench_record(b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
	}
}

/* The newest comes first. */
static void expect_parts(const json_t *list, const char *field)
{
	assert_int_equal(json_array_size(list), COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		const json_t *value = json_object_get(json_array_get(list, COUNT - 1 - i), field);
		const char *text = json_is_string(value) ? json_string_value(value) : "";
		if (hostile[i].part && !strstr(text, hostile[i].part))
			rig_fail("\"%s\" of %s: \"%s\" is not in \"%s\"", field, hostile[i].text,
				 hostile[i].part, text);
	}
}

static void test_tables(void **state)
{
	(void)state;
	struct bench b;
	static const char *const formats[][2] = {
		{"csv", NULL}, {"csv", "--semicolon"}, {"parquet-csv", NULL}};
	set_up(&b);
	for (size_t i = 0; i < netral_countof(formats); i++) {
		assert_int_equal(EXPORT(&b, "--format", formats[i][0], formats[i][1]), EX_OK);
		json_t *rows = exported_read(&b, formats[i][1] ? "semicolon" : formats[i][0]);
		expect_parts(rows, "title");
		expect_parts(rows, "sentence");
		json_decref(rows);
	}
	bench_end(&b);
}

static void test_feed(void **state)
{
	(void)state;
	struct bench b;
	exported_need("feedparser");
	set_up(&b);
	assert_int_equal(EXPORT(&b, "--format", "atom"), EX_OK);
	json_t *feed = exported_read(&b, "atom");
	expect_parts(client_get(feed, "entries"), "title");
	expect_parts(client_get(feed, "entries"), "content");
	json_decref(feed);
	bench_end(&b);
}

static void test_calendar(void **state)
{
	(void)state;
	struct bench b;
	exported_need("icalendar");
	set_up(&b);
	assert_int_equal(EXPORT(&b, "--format", "ics"), EX_OK);
	json_t *events = exported_read(&b, "ics");
	expect_parts(events, "summary");
	expect_parts(events, "description");
	json_decref(events);
	bench_end(&b);
}

static void test_json_lines(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "export", "--format", "jsonl"), EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), COUNT);
	for (size_t i = 0; i < COUNT; i++) { /* as it was printed */
		const json_t *article = client_get(json_array_get(lines, COUNT - 1 - i), "article");
		const json_t *title = json_object_get(article, "title");
		assert_string_equal(json_is_string(title) ? json_string_value(title) : "",
				    hostile[i].text);
	}
	json_decref(lines);
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_feed),
		cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_json_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
