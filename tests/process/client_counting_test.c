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
	r.events->kind = kind;
	r.events->status = status;
	if (strcmp(area, "ID") == 0) {
		r.events->scope = EVENT_SCOPE_TOTAL;
		r.events->stages = stages;
		r.events->stage_count = 1;
		r.events->place.name = "Nasional";
	}
	assert_int_equal(bench_record(b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
}

/* In Ambon three sessions, a pledge and two violations; in Kupang a violation; a total. */
static void set_up(struct bench *b)
{
	bench_begin(b, NULL, NULL);
	bench_record_range(b, 0, 3, "81.71");
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
		text, "SESSIONS  PLEDGES  VIOLATIONS  OPEN  FOUND  DISMISSED  REGENCY OR CITY\n"
		      "       3        1           2     1      1          0  Kota Ambon\n"
		      "\n10 of 11 regencies and cities: no such event recorded. Whether "
		      "anything was written about them is not known.\n");
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
	assert_int_equal(json_array_size(lines), 38);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		const char *group = client_string(line, "group");
		size_t events = strcmp(group, "81") == 0 ? 6 : strcmp(group, "53") == 0 ? 1 : 0;
		assert_int_equal(client_number(line, "events"), events);
		if (events != 6)
			continue;
		assert_string_equal(client_string(line, "name"), "Maluku");
		assert_int_equal(client_number(line, "sessions_held"), 3);
		assert_int_equal(client_number(line, "pledges"), 1);
		assert_int_equal(client_number(line, "violations_sanctioned"), 1);
	}
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
			    "violations_dismissed\r\n"
			    "8171,Kota Ambon,6,3,3,0,1,1,0,2,1,0,0,1,0\r\n");
	free(text);
	bench_end(&b);
}

static void test_usage(void **state)
{
	(void)state;
	static const char *const cases[][6] = {
		{"stats", "--by", "day"},
		{"stats", "--csv", "--json"},
		{"stats", "--totals", "--csv"},
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
		cmocka_unit_test(test_usage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
