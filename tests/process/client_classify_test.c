/* netral classify: files in, JSON Lines out, no daemon anywhere. */
#include "tests/process/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

#define SESSION_TEXT                                                                               \
	"Pemerintah Kota Ambon menggelar sosialisasi netralitas ASN menjelang Pilkada 2024 di "    \
	"Kota Ambon, Rabu (4/9/2024)."

static void write_text(struct rig *rig, const char *name, const char *text)
{
	rig_write_file(rig, name, text, strlen(text));
}

static void test_lines(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	write_text(&rig, "a.jsonl",
		   "{\"id\":\"satu\",\"text\":\"" SESSION_TEXT "\"}\n"
		   "{\"id\":2,\"text\":\"Resep sambal.\"}\n"
		   "\n"
		   "not json\n"
		   "{\"id\":\"empat\",\"text\":\"\"}\n"
		   "{\"text\":\"" SESSION_TEXT "\"}");
	assert_int_equal(
		CLIENT_RUN(&rig, &p, "classify", "--input", "jsonl", rig_path(&rig, "a.jsonl")),
		EX_DATAERR);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), 5);
	const json_t *first = json_array_get(lines, 0);
	assert_string_equal(client_string(first, "id"), "satu");
	const json_t *event = json_array_get(client_get(first, "events"), 0);
	assert_string_equal(client_string(event, "kind"), "SESSION");
	assert_string_equal(client_string(event, "status"), "HELD");
	assert_string_equal(client_string(event, "place.code"), "81.71");
	assert_string_equal(client_string(event, "date.value"), "2024-09-04");
	assert_string_equal(client_string(json_array_get(lines, 1), "id"), "2");
	assert_int_equal(json_array_size(client_get(json_array_get(lines, 1), "events")), 0);
	assert_true(json_is_null(client_get(json_array_get(lines, 2), "id")));
	assert_true(client_string(json_array_get(lines, 2), "error")[0]);
	assert_true(json_is_null(client_get(json_array_get(lines, 3), "id")));
	/* Without an id, that of the content, which the event's begins with. */
	const json_t *last = json_array_get(lines, 4);
	const char *id = client_string(last, "id");
	assert_int_equal(strlen(id), 32);
	event = json_array_get(client_get(last, "events"), 0);
	assert_int_equal(strncmp(client_string(event, "id"), id, 32), 0);
	json_decref(lines);
	assert_true(rig_log_has(p, "a.jsonl:4: "));
	assert_true(rig_log_has(p, "a.jsonl:5: "));
	rig_fini(&rig);
}

/* The evidence is what stands at its place in the text. */
static void test_evidence(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	write_text(&rig, "a.txt", SESSION_TEXT);
	assert_int_equal(CLIENT_RUN(&rig, &p, "classify", "--json", rig_path(&rig, "a.txt")),
			 EX_OK);
	json_t *lines = client_lines(p);
	const json_t *event = json_array_get(client_get(json_array_get(lines, 0), "events"), 0);
	const json_t *evidence = client_get(event, "evidence");
	assert_true(json_array_size(evidence) > 0);
	for (size_t i = 0; i < json_array_size(evidence); i++) {
		const json_t *e = json_array_get(evidence, i);
		const char *text = client_string(e, "text");
		uint64_t start = client_number(e, "start"), end = client_number(e, "end");
		assert_true(end <= strlen(SESSION_TEXT) && end - start == strlen(text));
		assert_int_equal(strncmp(SESSION_TEXT + start, text, strlen(text)), 0);
	}
	json_decref(lines);
	rig_fini(&rig);
}

static void test_published_resolves_a_weekday(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	write_text(&rig, "a.txt",
		   "Pemerintah Kota Ambon menggelar sosialisasi netralitas ASN menjelang Pilkada "
		   "2024 di Kota Ambon, Rabu.");
	assert_int_equal(CLIENT_RUN(&rig, &p, "classify", "--json", "--published", "2024-09-05",
				    rig_path(&rig, "a.txt")),
			 EX_OK);
	json_t *lines = client_lines(p);
	const json_t *event = json_array_get(client_get(json_array_get(lines, 0), "events"), 0);
	assert_string_equal(client_string(event, "date.value"), "2024-09-04");
	json_decref(lines);
	rig_fini(&rig);
}

static void test_for_people(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	write_text(&rig, "a.txt", "Judul\n\n" SESSION_TEXT);
	write_text(&rig, "b.html", "<p>Resep sambal.</p>");
	assert_int_equal(CLIENT_RUN(&rig, &p, "classify", rig_path(&rig, "a.txt"),
				    rig_path(&rig, "b.html"), rig_path(&rig, "gone.txt")),
			 EX_NOINPUT);
	char *output = rig_output(p);
	assert_non_null(strstr(output, "a.txt\n  Judul\n  SESSION HELD  Kota Ambon, Maluku (81.71)"
				       "  2024-09-04\n"));
	assert_non_null(strstr(output, "b.html\n"));
	assert_non_null(strstr(output, "\n  no events\n"));
	assert_null(strchr(output, '\033'));
	free(output);
	assert_true(rig_log_has(p, "gone.txt: No such file or directory"));
	rig_fini(&rig);
}

static void test_tables(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	write_text(&rig, "a.txt", SESSION_TEXT);
	rig_make_dir(&rig, "data");
	assert_int_equal(CLIENT_RUN(&rig, &p, "classify", "--data", rig_path(&rig, "data"),
				    rig_path(&rig, "a.txt")),
			 EX_NOINPUT);
	assert_true(rig_log_has(p, rig_path(&rig, "data")));
	rig_fini(&rig);
}

static void test_usage(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	assert_int_equal(CLIENT_RUN(&rig, &p, "classify", "--input", "pdf"), EX_USAGE);
	rig_write_file(&rig, "a.doc", "x", 1);
	assert_int_equal(CLIENT_RUN(&rig, &p, "classify", rig_path(&rig, "a.doc")), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&rig, &p, "classify", rig_path(&rig, "b.doc")), EX_NOINPUT);
	assert_int_equal(CLIENT_RUN(&rig, &p, "classify", "--help"), EX_OK);
	assert_int_equal(CLIENT_RUN(&rig, &p, "frobnicate"), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&rig, &p, "--version"), EX_OK);
	assert_int_equal(CLIENT_RUN(&rig, &p, "--help"), EX_OK);
	char *output = rig_output(p);
	static const char *const names[] = {"up",    "submit", "classify", "watch",
					    "query", "show",   "status",   "dead"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char line[40];
		snprintf(line, sizeof(line), "\n  %-10s", names[i]);
		assert_non_null(strstr(output, line));
	}
	free(output);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_evidence),
		cmocka_unit_test(test_published_resolves_a_weekday),
		cmocka_unit_test(test_for_people),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_usage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
