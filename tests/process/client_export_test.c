/* netral export against a real netral-record; what it writes is read by readers of others. */
#include "tests/process/exported.h"

#include "lib/cleanup.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

/* --- what is recorded --- */

static void record(struct bench *b, struct result *r)
{
	assert_int_equal(bench_record(b, r, 1)->statuses[0].outcome, RECORD_RECORDED);
}

static void set_title(struct result *r, const char *title)
{
	r->title = (struct text){title, strlen(title)};
}

static const char *const institutions[] = {"Bawaslu Kota Ambon", "KASN"};

static struct result a_violation(struct bench *b, unsigned n)
{
	static const struct event_person people[] = {{"Budi Santoso", "Camat Sirimau"},
						     {"Rina Salampessy", "Ketua Bawaslu"}};
	static const enum event_conduct conduct[] = {EVENT_CONDUCT_ENDORSEMENT};
	struct result r = bench_result(b, n, "81.71");
	struct event *e = r.events;
	e->kind = EVENT_KIND_VIOLATION;
	e->status = EVENT_STATUS_ALLEGED;
	e->scope = EVENT_SCOPE_CASE;
	e->place = (struct event_place){"81.71", "Kota Ambon", "Maluku"};
	e->people = people;
	e->person_count = netral_countof(people);
	e->conduct = conduct;
	e->conduct_count = 1;
	e->institutions = institutions;
	e->institution_count = netral_countof(institutions);
	e->sentence = "Camat Budi Santoso diduga berpihak, \"kata\" Rina Salampessy.";
	e->confidence = 0.9;
	set_title(&r, "=Camat Budi; diperiksa");
	r.url = (struct text){"https://berita.example/1?a=b&c=d", 32};
	return r;
}

static struct result a_total(struct bench *b, unsigned n)
{
	static const struct event_stage stages[] = {{EVENT_STATUS_ALLEGED, 490},
						    {EVENT_STATUS_FOUND, 372}};
	struct result r = bench_result(b, n, "ID");
	struct event *e = r.events;
	e->kind = EVENT_KIND_VIOLATION;
	e->status = EVENT_STATUS_FOUND;
	e->scope = EVENT_SCOPE_TOTAL;
	e->place = (struct event_place){"ID", "Nasional", ""};
	e->count = (struct event_count){372, EVENT_QUALIFIER_EXACT};
	e->as_of = (struct event_date){"2020-08", EVENT_PRECISION_MONTH};
	e->stages = stages;
	e->stage_count = netral_countof(stages);
	return r;
}

static struct result a_plan(struct bench *b, unsigned n, const char *date,
			    enum event_precision precision)
{
	struct result r = bench_result(b, n, "81.71");
	r.events->status = EVENT_STATUS_PLANNED;
	r.events->place = (struct event_place){"81.71", "Kota Ambon", "Maluku"};
	r.events->date = (struct event_date){date, precision};
	r.events->sentence = "Sosialisasi netralitas, apel; dan ikrar digelar di lapangan "
			     "Merdeka bersama seluruh perangkat daerah \xE2\x80\x93 pagi.";
	return r;
}

/* Three sessions, a violation, a total. */
static void set_up(struct bench *b)
{
	bench_begin(b, "join_days=0", NULL);
	bench_record_range(b, 0, 3, "53.71");
	struct result violation = a_violation(b, 100), total = a_total(b, 101);
	record(b, &violation);
	record(b, &total);
}

/* --- CSV --- */

static void test_csv(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	assert_int_equal(EXPORT(&b, "--format", "csv"), EX_OK);
	json_t *rows = exported_read(&b, "csv");
	assert_int_equal(json_array_size(rows), 4);
	assert_string_equal(exported_cell(rows, 0, "kind"), "VIOLATION");
	assert_string_equal(exported_cell(rows, 0, "title"), "'=Camat B.; diperiksa");
	assert_string_equal(exported_cell(rows, 0, "people"),
			    "B. S. (Camat Sirimau); Rina Salampessy (Ketua Bawaslu)");
	assert_string_equal(exported_cell(rows, 0, "sentence"),
			    "Camat B. S. diduga berpihak, \"kata\" Rina Salampessy.");
	assert_string_equal(exported_cell(rows, 0, "institutions"), "Bawaslu Kota Ambon; KASN");
	assert_string_equal(exported_cell(rows, 0, "place_code"), "8171");
	assert_string_equal(exported_cell(rows, 0, "url"), "https://berita.example/1?a=b&c=d");
	assert_string_equal(exported_cell(rows, 3, "title"), "Title 0");
	json_decref(rows);
	bench_end(&b);
}

static void test_csv_of_an_indonesian_spreadsheet(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	assert_int_equal(EXPORT(&b, "--format", "csv", "--semicolon"), EX_OK);
	json_t *rows = exported_read(&b, "semicolon");
	assert_string_equal(exported_cell(rows, 0, "title"), "'=Camat B.; diperiksa");
	json_decref(rows);
	char *text = rig_read_file(&b.rig, "out");
	assert_memory_equal(text,
			    "\xEF\xBB\xBF"
			    "event_id;kind;",
			    17);
	free(text);
	assert_int_equal(EXPORT(&b, "--format", "csv", "--no-bom"), EX_OK);
	text = rig_read_file(&b.rig, "out");
	assert_memory_equal(text, "event_id,kind,", 14);
	free(text);
	bench_end(&b);
}

static void test_parquet_csv(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	assert_int_equal(EXPORT(&b, "--format", "parquet-csv"), EX_OK);
	json_t *rows = exported_read(&b, "parquet-csv");
	assert_int_equal(json_array_size(rows), 4);
	const json_t *row = json_array_get(rows, 0);
	assert_string_equal(client_string(row, "title"), "=Camat B.; diperiksa");
	assert_string_equal(client_string(row, "date_first"), "2024-08-21");
	assert_string_equal(client_string(row, "place_code"), "81.71");
	assert_int_equal(json_array_size(client_get(row, "institutions")), 2);
	assert_true(json_is_null(client_get(row, "count")));
	assert_true(json_is_null(client_get(row, "election")));
	json_decref(rows);
	bench_end(&b);
}

/* Never in one table with cases. */
static void test_totals(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	assert_int_equal(EXPORT(&b, "--format", "csv", "--totals"), EX_OK);
	json_t *rows = exported_read(&b, "csv");
	assert_int_equal(json_array_size(rows), 1);
	assert_string_equal(exported_cell(rows, 0, "as_of"), "2020-08");
	assert_string_equal(exported_cell(rows, 0, "alleged"), "490");
	assert_string_equal(exported_cell(rows, 0, "under_review"), "");
	assert_string_equal(exported_cell(rows, 0, "found"), "372");
	json_decref(rows);
	bench_end(&b);
}

/* --- JSON Lines, pages, limits --- */

static json_t *export_lines(struct bench *b, const char *option, const char *value)
{
	struct rig_process *p;
	assert_int_equal(CLIENT_RUN(&b->rig, &p, "export", "--format", "jsonl", option, value),
			 EX_OK);
	return client_lines(p);
}

static void test_json_lines_are_those_of_query(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *query, *export;
	bench_begin(&b, NULL, NULL);
	bench_record_range(&b, 0, 2100, "81.71");
	assert_int_equal(CLIENT_RUN(&b.rig, &query, "query", "--json"), EX_OK);
	assert_int_equal(CLIENT_RUN(&b.rig, &export, "export", "--format", "jsonl"), EX_OK);
	char *expected = rig_output(query), *got = rig_output(export);
	assert_string_equal(got, expected);
	free(expected);
	free(got);
	json_t *lines = export_lines(&b, "--limit", "1500");
	assert_int_equal(json_array_size(lines), 1500);
	json_decref(lines);
	bench_end(&b);
}

static void test_json_lines_tell_the_scope(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	json_t *lines = export_lines(&b, "--kind", "violation");
	assert_int_equal(json_array_size(lines), 2);
	assert_string_equal(client_string(json_array_get(lines, 0), "event.scope"), "TOTAL");
	assert_string_equal(client_string(json_array_get(lines, 1), "event.scope"), "CASE");
	json_decref(lines);
	lines = export_lines(&b, "--totals", NULL);
	assert_int_equal(json_array_size(lines), 1);
	json_decref(lines);
	bench_end(&b);
}

/* What is left out does not count towards a limit. */
static void test_limit_counts_what_is_written(void **state)
{
	(void)state;
	struct bench b;
	set_up(&b);
	assert_int_equal(EXPORT(&b, "--format", "csv", "--limit", "2"), EX_OK);
	json_t *rows = exported_read(&b, "csv");
	assert_int_equal(json_array_size(rows), 2);
	assert_string_equal(exported_cell(rows, 0, "kind"), "VIOLATION");
	json_decref(rows);
	bench_end(&b);
}

static void test_filters(void **state)
{
	(void)state;
	static const struct {
		const char *option, *value;
		size_t found;
	} cases[] = {{"--area", "53", 3},
		     {"--status", "alleged", 1},
		     {"--since", "2024-08-22", 0},
		     {"--until", "2024", 5},
		     {"--kind", "session", 3},
		     {"--min-confidence", "0", 5},
		     {"--min-confidence", "90", 1},
		     {"--min-confidence", "91", 0},
		     {"--source", "sub", 5},
		     {"--source", "spool:", 0},
		     {"--word", "DIPERIKSA", 1}, /* the title */
		     {"--word", "diduga", 1},    /* the sentence */
		     {"--word", "ikrar", 0},
		     {"--recorded-since", "2024", 5},
		     {"--recorded-since", "9999", 0},
		     {"--recorded-until", "2024", 0},
		     {"--recorded-until", "9999-12-31", 5}};
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	for (size_t i = 0; i < netral_countof(cases); i++) {
		json_t *lines = export_lines(&b, cases[i].option, cases[i].value);
		assert_int_equal(json_array_size(lines), cases[i].found);
		json_decref(lines);
	}
	/* one of several is enough, and all options are to be met */
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "export", "--format", "jsonl", "--word", "ikrar",
				    "--word", "title 1", "--source", "spool:", "--source", "submit",
				    "--kind", "session", "--recorded-since", "2024-08"),
			 EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), 1);
	json_decref(lines);
	bench_end(&b);
}

/* --- names --- */

static void expect_name(struct bench *b, const char *whose, const char *name)
{
	json_t *lines = export_lines(b, "--names", whose);
	const json_t *people = client_get(json_array_get(lines, 1), "event.people");
	assert_string_equal(client_string(json_array_get(people, 0), "name"), name);
	assert_string_equal(client_string(json_array_get(people, 1), "name"), "Rina Salampessy");
	json_decref(lines);
}

static void test_names(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	expect_name(&b, "mask", "B. S.");
	expect_name(&b, "regency", "B. S.");
	expect_name(&b, "district", "Budi Santoso");
	expect_name(&b, "full", "Budi Santoso");
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "export", "--format", "csv", "--names", "some"),
			 EX_USAGE);
	bench_end(&b);
}

/* The policy of the operator, unless the command line says otherwise. */
static void test_names_of_the_configuration(void **state)
{
	(void)state;
	static const struct {
		const char *content, *option;
		int exit_code;
		bool is_shown;
	} cases[] = {{"names = \"full\"\n", NULL, EX_OK, true},
		     {"names = \"full\"\n", "--names=mask", EX_OK, false},
		     {"names = \"regency\"\n", NULL, EX_OK, false},
		     {"names = \"district\"\n", NULL, EX_OK, true},
		     {"names = \"all\"\n", NULL, EX_CONFIG, false},
		     {"names = \"all\"\n", "--names=full", EX_OK, true}};
	struct bench b;
	char config[2 * RIG_PATH_SIZE], runtime[2 * RIG_PATH_SIZE];
	set_up(&b);
	snprintf(config, sizeof(config), "NETRAL_CONFIG=%s", rig_path(&b.rig, "netral.conf"));
	snprintf(runtime, sizeof(runtime), "NETRAL_RUNTIME_DIR=%s", b.rig.dir);
	for (size_t i = 0; i < netral_countof(cases); i++) {
		const char *const env[] = {config, runtime, NULL};
		const char *const args[] = {"export", "--format", "jsonl", cases[i].option, NULL};
		rig_write_file(&b.rig, "netral.conf", cases[i].content, strlen(cases[i].content));
		struct rig_process *p = rig_start(&b.rig, "netral", args, env);
		assert_int_equal(rig_wait_exit(p), cases[i].exit_code);
		char *text = rig_output(p);
		assert_int_equal(strstr(text, "Budi Santoso") != NULL, cases[i].is_shown);
		free(text);
	}
	bench_end(&b);
}

/* Whom the other articles name is not known where one is shown: their titles are left out. */
static void test_names_in_every_report(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	bench_begin(&b, NULL, NULL);
	for (unsigned n = 100; n < 102; n++) {
		struct result r = a_violation(&b, n);
		set_title(&r, n == 100 ? "Camat Budi diperiksa" : "Budi Santoso dilaporkan");
		r.url.ptr = n == 100 ? "https://berita.example/1?a=b&c=d"
				     : "https://kabar.example/12?a=b&c=d";
		record(&b, &r);
	}
	json_t *lines = export_lines(&b, "--kind", "violation");
	assert_int_equal(json_array_size(lines), 1);
	const json_t *reports = client_get(json_array_get(lines, 0), "reports");
	assert_int_equal(json_array_size(reports), 2);
	assert_string_equal(client_string(json_array_get(reports, 0), "title"),
			    "Camat B. diperiksa");
	assert_true(json_is_null(client_get(json_array_get(reports, 1), "title")));
	json_decref(lines);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "export", "--format", "jsonl"), EX_OK);
	char *text = rig_output(p);
	assert_null(strstr(text, "Budi"));
	free(text);
	assert_int_equal(EXPORT(&b, "--format", "csv"), EX_OK);
	json_t *rows = exported_read(&b, "csv");
	assert_string_equal(exported_cell(rows, 0, "reports"), "2");
	assert_string_equal(exported_cell(rows, 0, "report_urls"),
			    "https://berita.example/1?a=b&c=d; https://kabar.example/12?a=b&c=d");
	json_decref(rows);
	bench_end(&b);
}

/* Without the table nothing is written, and the old file stays. */
static void test_names_without_the_table(void **state)
{
	(void)state;
	struct bench b;
	char data[RIG_PATH_SIZE], runtime[RIG_PATH_SIZE];
	set_up(&b);
	rig_make_dir(&b.rig, "empty");
	rig_write_file(&b.rig, "out", "old", 3);
	snprintf(data, sizeof(data), "NETRAL_DATA=%s", rig_path(&b.rig, "empty"));
	snprintf(runtime, sizeof(runtime), "NETRAL_RUNTIME_DIR=%s", b.rig.dir);
	const char *const env[] = {data, runtime, NULL};
	const char *const args[] = {
		"export", "--format", "csv", "--output", rig_path(&b.rig, "out"), NULL};
	struct rig_process *p = rig_start(&b.rig, "netral", args, env);
	assert_int_equal(rig_wait_exit(p), EX_NOINPUT);
	assert_true(rig_log_has(p, "public_offices.tsv"));
	char *text = rig_read_file(&b.rig, "out");
	assert_string_equal(text, "old");
	free(text);
	bench_end(&b);
}

/* --- Atom --- */

static json_t *read_atom(struct bench *b)
{
	assert_int_equal(EXPORT(b, "--format", "atom", "--kind", "violation"), EX_OK);
	return exported_read(b, "atom");
}

static const json_t *entry(const json_t *feed, size_t n)
{
	return json_array_get(client_get(feed, "entries"), n);
}

static void test_atom(void **state)
{
	(void)state;
	exported_need("feedparser");
	struct bench b;
	set_up(&b);
	struct result second = a_violation(&b, 102);
	set_title(&second, "Dua <b>&amp; tiga</b>");
	record(&b, &second);
	json_t *feed = read_atom(&b);
	assert_string_equal(client_string(feed, "author"), "netral");
	assert_int_equal(json_array_size(client_get(feed, "entries")), 2);
	const json_t *e = entry(feed, 1);
	assert_string_equal(client_string(e, "title"),
			    "VIOLATION ALLEGED, Kota Ambon: =Camat B.; diperiksa");
	assert_string_equal(client_string(e, "link"), "https://berita.example/1?a=b&c=d");
	assert_string_equal(json_string_value(json_array_get(client_get(e, "terms"), 2)), "81.71");
	assert_non_null(strstr(client_string(e, "content"), "Camat B. S. diduga berpihak"));
	assert_null(strstr(client_string(e, "content"), "Budi"));
	assert_non_null(strstr(client_string(entry(feed, 0), "id"), "urn:uuid:"));
	assert_string_not_equal(client_string(entry(feed, 0), "id"), client_string(e, "id"));
	json_decref(feed);
	bench_end(&b);
}

/* The same event keeps its id when it changes; another selection is another feed. */
static void test_atom_ids(void **state)
{
	(void)state;
	exported_need("feedparser");
	struct bench b;
	set_up(&b);
	json_t *before = read_atom(&b);
	struct result r = a_violation(&b, 100);
	r.classifier.revision = 2;
	r.events->status = EVENT_STATUS_DISMISSED;
	record(&b, &r);
	json_t *after = read_atom(&b);
	assert_int_equal(json_array_size(client_get(after, "entries")), 1);
	assert_string_equal(client_string(entry(after, 0), "id"),
			    client_string(entry(before, 0), "id"));
	assert_string_equal(client_string(after, "id"), client_string(before, "id"));
	assert_non_null(strstr(client_string(entry(after, 0), "title"), "VIOLATION DISMISSED"));
	assert_int_equal(EXPORT(&b, "--format", "atom", "--kind", "session"), EX_OK);
	json_t *other = exported_read(&b, "atom");
	assert_string_not_equal(client_string(other, "id"), client_string(before, "id"));
	assert_int_equal(EXPORT(&b, "--format", "atom", "--kind", "pledge"), EX_OK);
	json_t *empty = exported_read(&b, "atom");
	assert_int_equal(EXPORT(&b, "--format", "atom", "--kind", "violation", "--word", "camat"),
			 EX_OK);
	json_t *sieved = exported_read(&b, "atom");
	assert_string_not_equal(client_string(sieved, "id"), client_string(before, "id"));
	json_decref(sieved);
	assert_int_equal(json_array_size(client_get(empty, "entries")), 0);
	json_decref(empty);
	json_decref(other);
	json_decref(before);
	json_decref(after);
	bench_end(&b);
}

/* --- calendars --- */

static void test_calendar(void **state)
{
	(void)state;
	exported_need("icalendar");
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	struct result plan = a_plan(&b, 110, "2024-12-31", EVENT_PRECISION_DAY);
	struct result month = a_plan(&b, 111, "2024-12", EVENT_PRECISION_MONTH);
	set_title(&plan, "Apel, ikrar; dan \\ tanda");
	record(&b, &plan);
	record(&b, &month);
	assert_int_equal(CLIENT_RUN(&b.rig, &p, "export", "--format", "ics", "--output",
				    rig_path(&b.rig, "out")),
			 EX_OK);
	assert_true(rig_log_has(p, "1 event without a day left out"));
	json_t *events = exported_read(&b, "ics");
	assert_int_equal(json_array_size(events), 1);
	assert_string_equal(exported_cell(events, 0, "summary"), "Apel, ikrar; dan \\ tanda");
	assert_string_equal(exported_cell(events, 0, "start"), "2024-12-31");
	assert_string_equal(exported_cell(events, 0, "end"), "2025-01-01");
	assert_string_equal(exported_cell(events, 0, "status"), "TENTATIVE");
	assert_string_equal(exported_cell(events, 0, "location"), "Kota Ambon, Maluku");
	assert_string_equal(exported_cell(events, 0, "description"), plan.events->sentence);
	json_decref(events);
	assert_int_equal(EXPORT(&b, "--format", "ics", "--status", "held"), EX_OK);
	events = exported_read(&b, "ics");
	assert_int_equal(json_array_size(events), 3);
	assert_string_equal(exported_cell(events, 0, "status"), "CONFIRMED");
	json_decref(events);
	bench_end(&b);
}

/* A plan that is moved keeps its UID, and its SEQUENCE grows. */
static void test_calendar_change(void **state)
{
	(void)state;
	exported_need("icalendar");
	struct bench b;
	bench_begin(&b, NULL, NULL);
	struct result plan = a_plan(&b, 1, "2024-09-01", EVENT_PRECISION_DAY);
	record(&b, &plan);
	assert_int_equal(EXPORT(&b, "--format", "ics"), EX_OK);
	json_t *before = exported_read(&b, "ics");
	plan.events->date.value = "2024-09-08";
	plan.classifier.revision = 2;
	record(&b, &plan);
	assert_int_equal(EXPORT(&b, "--format", "ics"), EX_OK);
	json_t *after = exported_read(&b, "ics");
	assert_string_equal(exported_cell(after, 0, "uid"), exported_cell(before, 0, "uid"));
	assert_string_equal(exported_cell(after, 0, "start"), "2024-09-08");
	assert_true(client_number(json_array_get(after, 0), "sequence") >
		    client_number(json_array_get(before, 0), "sequence"));
	json_decref(before);
	json_decref(after);
	bench_end(&b);
}

/* What was withdrawn is told to those who have it, with their UID and a later SEQUENCE. */
static void test_cancelled(void **state)
{
	(void)state;
	exported_need("icalendar");
	struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	struct result plan = a_plan(&b, 1, "2024-09-01", EVENT_PRECISION_DAY);
	struct result stays = a_plan(&b, 2, "2024-09-02", EVENT_PRECISION_DAY);
	struct result month = a_plan(&b, 3, "2024-09", EVENT_PRECISION_MONTH);
	record(&b, &plan);
	record(&b, &stays);
	record(&b, &month);
	assert_int_equal(EXPORT(&b, "--format", "ics", "--cancelled", "--until", "2024-09-01"),
			 EX_OK);
	json_t *before = exported_read(&b, "ics");
	assert_int_equal(json_array_size(before), 1);
	plan.classifier.revision = month.classifier.revision = 2;
	plan.event_count = month.event_count = 0;
	record(&b, &plan);
	record(&b, &month);
	assert_int_equal(EXPORT(&b, "--format", "ics"), EX_OK);
	json_t *without = exported_read(&b, "ics");
	assert_int_equal(json_array_size(without), 1);
	assert_int_equal(EXPORT(&b, "--format", "ics", "--cancelled"), EX_OK);
	json_t *after = exported_read(&b, "ics");
	assert_int_equal(json_array_size(after), 2);
	assert_string_equal(exported_cell(after, 0, "status"), "TENTATIVE");
	assert_string_equal(exported_cell(after, 1, "status"), "CANCELLED");
	assert_string_equal(exported_cell(after, 1, "start"), "2024-09-01");
	assert_string_equal(exported_cell(after, 1, "uid"), exported_cell(before, 0, "uid"));
	assert_true(client_number(json_array_get(after, 1), "sequence") >
		    client_number(json_array_get(before, 0), "sequence"));
	assert_int_equal(EXPORT(&b, "--format", "ics", "--cancelled", "--since", "2024-09-02"),
			 EX_OK);
	json_t *later = exported_read(&b, "ics");
	assert_int_equal(json_array_size(later), 1);
	json_decref(before);
	json_decref(without);
	json_decref(after);
	json_decref(later);
	bench_end(&b);
}

/* --- what can go wrong --- */

static void test_usage(void **state)
{
	(void)state;
	static const char *const cases[][6] = {
		{"export"},
		{"export", "--format", "xml"},
		{"export", "--format", "csv", "extra"},
		{"export", "--format", "jsonl", "--semicolon"},
		{"export", "--format", "parquet-csv", "--no-bom"},
		{"export", "--format", "ics", "--totals"},
		{"export", "--format", "csv", "--cancelled"},
		{"export", "--format", "ics", "--kind", "violation"},
		{"export", "--format", "csv", "--since", "yesterday"},
		{"export", "--format", "csv", "--limit", "0"},
		{"export", "--format", "csv", "--min-confidence", "101"},
		{"export", "--format", "csv", "--recorded-since", "now"},
		{"export", "--format", "csv", "--recorded-until", "2024-13"},
	};
	struct rig rig;
	rig_init(&rig);
	for (size_t i = 0; i < netral_countof(cases); i++)
		assert_int_equal(client_run(&rig, NULL, cases[i]), EX_USAGE);
	rig_fini(&rig);
}

static void test_nobody_there(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	rig_write_file(&rig, "out", "old", 3);
	assert_int_equal(CLIENT_RUN(&rig, &p, "export", "--format", "csv", "--output",
				    rig_path(&rig, "out")),
			 EX_UNAVAILABLE);
	char *text = rig_read_file(&rig, "out");
	assert_string_equal(text, "old");
	free(text);
	rig_fini(&rig);
}

/* The pipe holds the export up after it has asked where the store is. */
static void test_events_that_come_meanwhile(void **state)
{
	(void)state;
	struct bench b;
	char line[4096];
	set_up(&b);
	assert_int_equal(mkfifo(rig_path(&b.rig, "pipe"), 0600), 0);
	struct rig_process *p = CLIENT_START(&b.rig, "export", "--format", "jsonl", "--output",
					     rig_path(&b.rig, "pipe"));
	while (bench_counter(&b, "netral_replay_requests_total") == 0)
		;
	bench_record_range(&b, 10, 11, "81.71");
	FILE *in = fopen(rig_path(&b.rig, "pipe"), "re");
	assert_non_null(in);
	unsigned lines = 0;
	while (fgets(line, sizeof(line), in))
		lines += strchr(line, '\n') != NULL;
	fclose(in);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	assert_true(lines >= 5);
	assert_true(rig_log_has(p, "events came or changed meanwhile"));
	bench_end(&b);
}

static void test_a_full_disk(void **state)
{
	(void)state;
	struct bench b;
	struct rig_process *p;
	set_up(&b);
	assert_int_equal(
		CLIENT_RUN(&b.rig, &p, "export", "--format", "atom", "--output", "/dev/full"),
		EX_IOERR);
	assert_true(rig_log_has(p, "No space left on device"));
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_csv_of_an_indonesian_spreadsheet),
		cmocka_unit_test(test_parquet_csv),
		cmocka_unit_test(test_totals),
		cmocka_unit_test(test_json_lines_are_those_of_query),
		cmocka_unit_test(test_json_lines_tell_the_scope),
		cmocka_unit_test(test_limit_counts_what_is_written),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_names_of_the_configuration),
		cmocka_unit_test(test_names_in_every_report),
		cmocka_unit_test(test_names_without_the_table),
		cmocka_unit_test(test_atom),
		cmocka_unit_test(test_atom_ids),
		cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_calendar_change),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_events_that_come_meanwhile),
		cmocka_unit_test(test_a_full_disk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
