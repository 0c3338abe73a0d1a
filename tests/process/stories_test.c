/* One happening in several outlets, through the whole pipeline to a subscriber: one NEW, then what
 * becomes of it, whoever dies meanwhile. */
#include "tests/process/client.h"
#include "tests/process/daemon_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

#define LURAH "Lurah Batu Meja, Rina Salampessy, "

#define REPORTED                                                                                   \
	"{\"title\":\"Lurah di Ambon Dilaporkan ke Bawaslu\",\"text\":\"" LURAH                    \
	"dilaporkan ke Bawaslu Kota Ambon karena diduga melanggar netralitas ASN, Senin "          \
	"(2/9/2024). Ia disebut mengunggah dukungan kepada pasangan calon wali kota di media "     \
	"sosial.\",\"url\":\"https://kabar.example/1\",\"published\":\"2024-09-02\"}\n"
#define CONFIRMED                                                                                  \
	"{\"title\":\"Bawaslu Ambon Kaji Laporan Warga\",\"text\":\"Warga mengadukan dugaan "      \
	"pelanggaran netralitas ASN di Kota Ambon. " LURAH                                         \
	"diduga membagikan unggahan yang mendukung salah satu pasangan calon wali kota.\","        \
	"\"url\":\"https://warta.example/2\",\"published\":\"2024-09-03\"}\n"
#define JUDGED                                                                                     \
	"{\"title\":\"Bawaslu: Lurah Terbukti Langgar Netralitas\",\"text\":\"Bawaslu Kota Ambon " \
	"menyatakan " LURAH "terbukti melanggar netralitas ASN. Putusan dibacakan Kamis "          \
	"(12/9/2024).\",\"url\":\"https://berita.example/3\",\"published\":\"2024-09-12\"}\n"
#define ELSEWHERE                                                                                  \
	"{\"title\":\"Apel Netralitas di Parepare\",\"text\":\"Pemerintah Kota Parepare "          \
	"menggelar "                                                                               \
	"sosialisasi netralitas ASN menjelang Pilkada 2024 di Kota Parepare, Rabu (4/9/2024).\","  \
	"\"url\":\"https://kabar.example/4\",\"published\":\"2024-09-04\"}\n"

static struct rig_process *start(struct daemon_rig *d, const char *program, const char *set,
				 const char *more)
{
	char run[RIG_PATH_SIZE];
	snprintf(run, sizeof(run), "runtime_dir=%s", d->rig.dir);
	const char *const args[] = {"--set", run, "--set", set, more ? "--set" : NULL, more, NULL};
	struct rig_process *p = rig_start(&d->rig, program, args, NULL);
	rig_wait_ready(p);
	return p;
}

static struct rig_process *start_recorder(struct daemon_rig *d, const char *more)
{
	char state[RIG_PATH_SIZE];
	snprintf(state, sizeof(state), "state_dir=%s", rig_path(&d->rig, "state"));
	return start(d, "netral-record", state, more);
}

static struct rig_process *start_pipeline(struct daemon_rig *d, const char *more)
{
	daemon_rig_start(d);
	struct rig_process *record = start_recorder(d, more);
	start(d, "netral-classify", "resend_ms=100ms", NULL);
	return record;
}

/* Submits one article more, the `recorded`-th, and waits for its end. */
static void submit(struct daemon_rig *d, const char *line, uint64_t recorded)
{
	rig_write_file(&d->rig, "article.jsonl", line, strlen(line));
	assert_int_equal(
		CLIENT_RUN(&d->rig, NULL, "submit", "--quiet", rig_path(&d->rig, "article.jsonl")),
		EX_OK);
	daemon_rig_wait_counter(d, "netral_articles_recorded_total", recorded);
}

static json_t *watched(struct rig_process *p, size_t count)
{
	assert_int_equal(rig_wait_exit(p), EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), count);
	return lines;
}

static void expect(const json_t *lines, size_t i, const char *change, const char *cause,
		   const char *url, size_t reports)
{
	const json_t *line = json_array_get(lines, i);
	assert_string_equal(client_string(line, "change"), change);
	if (cause)
		assert_string_equal(client_string(line, "cause"), cause);
	else
		assert_true(json_is_null(client_get(line, "cause")));
	assert_string_equal(client_string(line, "article.url"), url);
	assert_int_equal(client_number(line, "report_count"), reports);
	assert_int_equal(json_array_size(client_get(line, "reports")), reports);
	assert_string_equal(client_string(line, "event.id"),
			    client_string(json_array_get(lines, 0), "event.id"));
}

static void a_story_is_told_once(void **state)
{
	struct daemon_rig *d = *state;
	start_pipeline(d, NULL);
	struct rig_process *watch = CLIENT_START(&d->rig, "watch", "--from", "1", "--kind",
						 "violation", "--count", "3", "--json");
	submit(d, REPORTED, 1);
	submit(d, ELSEWHERE, 2);
	submit(d, CONFIRMED, 3);
	submit(d, JUDGED, 4);
	json_t *lines = watched(watch, 3);
	expect(lines, 0, "new", NULL, "https://kabar.example/1", 1);
	expect(lines, 1, "changed", "confirmed", "https://kabar.example/1", 2);
	expect(lines, 2, "changed", "stage", "https://berita.example/3", 3);
	assert_string_equal(client_string(json_array_get(lines, 2), "event.status"), "FOUND");
	json_decref(lines);

	struct rig_process *p;
	assert_int_equal(CLIENT_RUN(&d->rig, &p, "query", "--status", "alleged"), EX_OK);
	char *output = rig_output(p);
	assert_null(strstr(output, "VIOLATION"));
	free(output);
	assert_int_equal(CLIENT_RUN(&d->rig, &p, "query", "--status", "found"), EX_OK);
	output = rig_output(p);
	assert_non_null(strstr(output, "Kota Ambon  -             3  Bawaslu: Lurah"));
	free(output);
}

static void a_story_is_told_in_words(void **state)
{
	struct daemon_rig *d = *state;
	struct rig_process *p;
	start_pipeline(d, NULL);
	submit(d, REPORTED, 1);
	submit(d, CONFIRMED, 2);
	submit(d, JUDGED, 3);
	assert_int_equal(CLIENT_RUN(&d->rig, &p, "watch", "--from", "1", "--count", "3"), EX_OK);
	char *output = rig_output(p);
	assert_non_null(strstr(output, "  confirmed: VIOLATION ALLEGED"));
	assert_non_null(strstr(output, "reported by 2 articles, also by warta.example"));
	assert_non_null(strstr(output, "  now: VIOLATION FOUND"));
	assert_non_null(
		strstr(output, "reported by 3 articles, also by kabar.example, warta.example"));
	free(output);
}

static void show(struct daemon_rig *d, const char *id, struct rig_process **ret)
{
	assert_int_equal(CLIENT_RUN(&d->rig, ret, "show", "--json", id), EX_OK);
}

/* The event by its own id, by that of a report, and each article in its own words. */
static void each_id_shows_what_it_names(void **state)
{
	struct daemon_rig *d = *state;
	struct rig_process *p;
	start_pipeline(d, NULL);
	submit(d, REPORTED, 1);
	submit(d, CONFIRMED, 2);
	submit(d, JUDGED, 3);
	assert_int_equal(CLIENT_RUN(&d->rig, &p, "query", "--json"), EX_OK);
	json_t *events = client_lines(p);
	assert_int_equal(json_array_size(events), 1);
	const json_t *event = json_array_get(events, 0);
	for (size_t i = 0; i < 3; i++) {
		const json_t *report = json_array_get(client_get(event, "reports"), i);
		char id[64];
		show(d, client_string(report, "id"), &p);
		json_t *lines = client_lines(p);
		const json_t *own = json_array_get(lines, 0);
		assert_string_equal(client_string(own, "event.id"),
				    client_string(event, "event.id"));
		assert_string_equal(client_string(own, "article.url"),
				    client_string(report, "url"));
		assert_string_equal(client_string(own, "event.status"),
				    client_string(report, "status"));
		const json_t *evidence = json_array_get(client_get(own, "event.evidence"), 0);
		const char *text = client_string(own, "article.text");
		const char *quoted = client_string(evidence, "text");
		assert_memory_equal(text + client_number(evidence, "start"), quoted,
				    strlen(quoted));
		json_decref(lines);
		snprintf(id, sizeof(id), "%s-1", client_string(report, "id"));
		show(d, id, &p);
		lines = client_lines(p);
		assert_string_equal(client_string(json_array_get(lines, 0), "article.url"),
				    "https://berita.example/3");
		json_decref(lines);
	}
	assert_int_equal(CLIENT_RUN(&d->rig, &p, "show", client_string(event, "event.id")), EX_OK);
	char *output = rig_output(p);
	assert_non_null(strstr(output, "reported by   3 articles"));
	assert_non_null(strstr(output, "https://warta.example/2"));
	assert_non_null(strstr(output, "a further article moved its stage"));
	free(output);
	json_decref(events);
}

static void a_recorder_that_dies_goes_on_with_the_story(void **state)
{
	struct daemon_rig *d = *state;
	struct rig_process *record = start_pipeline(d, NULL);
	struct rig_process *watch =
		CLIENT_START(&d->rig, "watch", "--from", "1", "--count", "3", "--json");
	submit(d, REPORTED, 1);
	client_wait_output(&d->rig, watch, "https://kabar.example/1");
	rig_kill(record);
	record = start_recorder(d, NULL);
	submit(d, CONFIRMED, 2);
	rig_kill(record);
	start_recorder(d, NULL);
	submit(d, JUDGED, 3);
	json_t *lines = watched(watch, 3);
	expect(lines, 0, "new", NULL, "https://kabar.example/1", 1);
	expect(lines, 1, "changed", "confirmed", "https://kabar.example/1", 2);
	expect(lines, 2, "changed", "stage", "https://berita.example/3", 3);
	json_decref(lines);
}

static void joining_off_keeps_each_report_an_event(void **state)
{
	struct daemon_rig *d = *state;
	start_pipeline(d, "join_days=0");
	struct rig_process *watch =
		CLIENT_START(&d->rig, "watch", "--from", "1", "--count", "2", "--json");
	submit(d, REPORTED, 1);
	submit(d, CONFIRMED, 2);
	json_t *lines = watched(watch, 2);
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(client_string(json_array_get(lines, i), "change"), "new");
	json_decref(lines);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, daemon_rig_set_up, daemon_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_story_is_told_once),
		TEST(a_story_is_told_in_words),
		TEST(each_id_shows_what_it_names),
		TEST(a_recorder_that_dies_goes_on_with_the_story),
		TEST(joining_off_keeps_each_report_an_event),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
