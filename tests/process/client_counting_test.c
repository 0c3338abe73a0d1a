/* netral stats against a real netral-record. */
#include "tests/process/client.h"
#include "tests/process/recorder.h"

#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

static void record(struct bench *b, unsigned n, const char *area, enum event_kind kind,
		   enum event_status status)
{
	static const struct event_stage stages[] = {{EVENT_STATUS_FOUND, 372}};
	struct result r = bench_result(b, n, area);
	const char *about[] = {area};
	r.events->kind = kind;
	r.events->status = status;
	r.has_areas = true;
	r.areas = about;
	r.area_count = strcmp(area, "ID") != 0;
	if (strcmp(area, "ID") == 0) {
		r.events->scope = EVENT_SCOPE_TOTAL;
		r.events->stages = stages;
		r.events->stage_count = 1;
		r.events->place.name = "Nasional";
	}
	assert_int_equal(bench_record(b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
}

/* An article without an event. */
static void record_news(struct bench *b, unsigned n, const char *area)
{
	struct result r = bench_result(b, n, "81.71");
	r.event_count = 0;
	r.has_areas = true;
	r.areas = &area;
	r.area_count = 1;
	assert_int_equal(bench_record(b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
}

/* In Ambon three sessions, which a worker recorded that says nothing of areas, a pledge and two
 * violations; in Kupang a violation; a total; and news about Tual and Nusa Tenggara Timur. */
static void set_up(struct bench *b)
{
	bench_begin(b, NULL, NULL);
	bench_record_range(b, 0, 3, "81.71");
	record_news(b, 20, "81.72");
	record_news(b, 21, "53");
	record(b, 10, "81.71", EVENT_KIND_PLEDGE, EVENT_STATUS_MADE);
	record(b, 11, "81.71", EVENT_KIND_VIOLATION, EVENT_STATUS_ALLEGED);
	record(b, 12, "81.71", EVENT_KIND_VIOLATION, EVENT_STATUS_SANCTIONED);
	record(b, 13, "53.71", EVENT_KIND_VIOLATION, EVENT_STATUS_DISMISSED);
	record(b, 14, "ID", EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND);
}

static char *stats(struct bench *b, const char *const *args)
{
	struct rig_process *p;
	assert_int_equal(client_run(&b->rig, &p, args), EX_OK);
	return rig_output(p);
}

#define STATS(b, ...) stats(b, (const char *const[]){"stats", __VA_ARGS__, NULL})

static void expect_part(char *text, const char *part)
{
	if (!strstr(text, part))
		rig_fail("\"%s\" is not in\n%s", part, text);
}

static void test_tables(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	char *text = STATS(&b, "--by", "kind");
	assert_string_equal(text, "EVENTS  KIND\n"
				  "     3  SESSION\n"
				  "     3  VIOLATION\n"
				  "     1  PLEDGE\n"
				  "\n1 counted total is not in these numbers: see --totals\n");
	free(text);
	text = STATS(&b, "--by", "regency", "--area", "81");
	assert_string_equal(
		text,
		"SESSIONS  PLEDGES  VIOLATIONS  OPEN  FOUND  DISMISSED  ARTICLES  REGENCY OR CITY\n"
		"       3        1           2     1      1          0         3  Kota Ambon\n"
		"\n9 of 11 regencies and cities: no article about them was read.\n"
		"1 of 11 regencies and cities: articles were read, with no such event.\n");
	free(text);
	text = STATS(&b, "--by", "province", "--area", "81", "--area", "53", "--area", "11");
	assert_string_equal(
		text,
		"SESSIONS  PLEDGES  VIOLATIONS  OPEN  FOUND  DISMISSED  ARTICLES  PROVINCE\n"
		"       0        0           0     0      0          0         0  Aceh\n"
		"       0        0           1     0      0          1         2  Nusa Tenggara "
		"Timur\n"
		"       3        1           2     1      1          0         4  Maluku\n"
		"\n1 of 3 provinces: no article about them was read.\n");
	free(text);
	text = STATS(&b, "--by", "regency", "--area", "81.72", "--since", "2024-09");
	expect_part(text, "1 of 1 regencies and cities: no article about them was read.\n");
	free(text);
	text = STATS(&b, "--by", "month", "--kind", "violation");
	expect_part(text, "       0        0           3     1      1          1  2024-08\n");
	free(text);
	text = STATS(&b, "--totals");
	expect_part(text,
		    "AS OF  ALLEGED  REVIEW  FOUND  SANCTIONED  DISMISSED  PLACE     TITLE\n");
	expect_part(text, "372  -           -          Nasional  Title 14\n");
	free(text);
	bench_end(&b);
}

static void test_json(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "stats", "--by", "province", "--json"), EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), 39); /* and one of no place */
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		const char *group = client_string(line, "group");
		size_t events = strcmp(group, "81") == 0 ? 6 : strcmp(group, "53") == 0 ? 1 : 0;
		size_t articles = strcmp(group, "81") == 0     ? 4
				  : strcmp(group, "53") == 0   ? 2
				  : strcmp(group, "none") == 0 ? 1
							       : 0;
		assert_int_equal(client_number(line, "events"), events);
		assert_int_equal(client_number(line, "articles"), articles);
		if (events != 6)
			continue;
		assert_string_equal(client_string(line, "name"), "Maluku");
		assert_int_equal(client_number(line, "sessions_held"), 3);
		assert_int_equal(client_number(line, "pledges"), 1);
		assert_int_equal(client_number(line, "violations_sanctioned"), 1);
	}
	json_decref(lines);
	assert_true(rig_log_has(p, "3 of 10 articles were read before areas were counted"));
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "stats", "--by", "kind", "--json"), EX_OK);
	lines = client_lines(p);
	assert_true(json_is_null(json_object_get(json_array_get(lines, 0), "articles")));
	json_decref(lines);
	bench_end(&b);
}

static void test_csv(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	char *text = STATS(&b, "--by", "regency", "--csv", "--area", "81.71");
	assert_string_equal(text,
			    "\xEF\xBB\xBF"
			    "regency,name,events,sessions,sessions_held,sessions_planned,pledges,"
			    "pledges_made,pledges_planned,violations,violations_alleged,"
			    "violations_under_review,violations_found,violations_sanctioned,"
			    "violations_dismissed,articles\r\n"
			    "8171,Kota Ambon,6,3,3,0,1,1,0,2,1,0,0,1,0,3\r\n");
	free(text);
	text = STATS(&b, "--by", "month", "--csv", "--area", "53");
	expect_part(text, "violations_dismissed,articles\r\n"
			  "2024-08,,1,0,0,0,0,0,0,1,0,0,0,0,1,\r\n");
	free(text);
	bench_end(&b);
}

/* Nobody may take a total for one case of so many people. */
static void test_query_marks_totals(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "query", "--area", "ID"), EX_OK);
	char *text = rig_output(p);
	expect_part(text, "FOUND TOTAL");
	free(text);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "query", "--area", "81"), EX_OK);
	text = rig_output(p);
	expect_part(text, "SANCTIONED");
	assert_null(strstr(text, "TOTAL"));
	free(text);
	bench_end(&b);
}

/* The tables of an export: one a line, in its columns, cases never among them. */
static void test_totals(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	char *text = STATS(&b, "--totals", "--csv");
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "export", "--format", "csv", "--totals"), EX_OK);
	char *exported = rig_output(p);
	assert_string_equal(text, exported);
	expect_part(text, "Nasional");
	free(exported);
	free(text);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "stats", "--totals", "--json"), EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), 1);
	assert_string_equal(client_string(json_array_get(lines, 0), "event.scope"), "TOTAL");
	json_decref(lines);
	text = STATS(&b, "--totals", "--csv", "--area", "81");
	assert_null(strstr(text, "Nasional"));
	expect_part(text, "event_id,as_of,"); /* a table without rows has its head */
	free(text);
	text = STATS(&b, "--totals", "--area", "81");
	assert_string_equal(text, "no such totals\n");
	free(text);
	bench_end(&b);
}

static void test_usage(void **state)
{
	(void)state;
	static const char *const cases[][6] = {
		{"stats", "--by", "day"},
		{"stats", "--csv", "--json"},
		{"stats", "--totals", "--csv", "--json"},
		{"stats", "--totals", "--by", "kind"},
		{"stats", "extra"},
	};
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	for (size_t i = 0; i < netral_countof(cases); i++)
		assert_int_equal(client_run(&rig, NULL, cases[i]), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&rig, &p, "stats"), EX_UNAVAILABLE);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_totals),
		cmocka_unit_test(test_query_marks_totals),
		cmocka_unit_test(test_usage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
