/* What people say and take down, through the whole pipeline: it holds against all that is read
 * afterwards, and what was taken down is shown nowhere. */
#include "tests/process/client.h"
#include "tests/process/daemon_rig.h"
#include "tests/process/following.h"
#include "tests/process/hook.h"

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

/* One happening in three outlets. What is the first one's alone holds SECRET. */
#define SECRET "zebaoth"
#define REPORTED                                                                                   \
	"{\"title\":\"Lurah di Ambon Dilaporkan, Kata Zebaoth\",\"text\":\"" LURAH                 \
	"dilaporkan Zebaoth ke Bawaslu Kota Ambon karena diduga melanggar netralitas ASN, Senin "  \
	"(2/9/2024). Ia disebut mengunggah dukungan kepada pasangan calon wali kota di media "     \
	"sosial.\",\"url\":\"https://zebaoth.example/1\",\"published\":\"2024-09-02\"}\n"
#define REPORTED_ANEW                                                                              \
	"{\"title\":\"Lurah di Ambon Dilaporkan, Kata Zebaoth\",\"text\":\"Ralat. " LURAH          \
	"dilaporkan Zebaoth ke Bawaslu Kota Ambon karena diduga melanggar netralitas ASN, Senin "  \
	"(2/9/2024).\",\"url\":\"https://zebaoth.example/1\",\"published\":\"2024-09-02\"}\n"
#define CONFIRMED                                                                                  \
	"{\"title\":\"Bawaslu Ambon Kaji Laporan Warga\",\"text\":\"Warga mengadukan dugaan "      \
	"pelanggaran netralitas ASN di Kota Ambon. " LURAH                                         \
	"diduga membagikan unggahan yang mendukung salah satu pasangan calon wali kota.\","        \
	"\"url\":\"https://warta.example/2\",\"published\":\"2024-09-03\"}\n"
#define JUDGED                                                                                     \
	"{\"title\":\"Bawaslu: Lurah Terbukti Langgar Netralitas\",\"text\":\"Bawaslu Kota Ambon " \
	"menyatakan " LURAH "terbukti melanggar netralitas ASN. Putusan dibacakan Kamis "          \
	"(12/9/2024).\",\"url\":\"https://berita.example/3\",\"published\":\"2024-09-12\"}\n"

/* Two that stand alone. */
#define ACCUSED                                                                                    \
	"{\"title\":\"Camat Zebaoth Tuhuteru Dilaporkan\",\"text\":\"Camat Alor Barat Daya, "      \
	"Zebaoth Tuhuteru, dilaporkan ke Bawaslu Kabupaten Alor karena diduga melanggar "          \
	"netralitas ASN, Selasa (3/9/2024).\",\"url\":\"https://kabar.example/zebaoth\","          \
	"\"published\":\"2024-09-03\"}\n"
#define PLANNED                                                                                    \
	"{\"title\":\"Raja Ampat Siapkan Bimtek di Gedung Zebaoth\",\"text\":\"Bawaslu Kabupaten " \
	"Raja Ampat akan menggelar bimbingan teknis netralitas bagi ASN di Gedung Zebaoth, "       \
	"Selasa (15/10/2024).\",\"url\":\"https://zebaoth.example/5\","                            \
	"\"published\":\"2024-10-01\"}\n"
#define ELSEWHERE                                                                                  \
	"{\"title\":\"Apel Netralitas di Parepare\",\"text\":\"Pemerintah Kota Parepare "          \
	"menggelar "                                                                               \
	"sosialisasi netralitas ASN menjelang Pilkada 2024 di Kota Parepare, Rabu (4/9/2024).\","  \
	"\"url\":\"https://kabar.example/4\",\"published\":\"2024-09-04\"}\n"

/* --- the pipeline --- */

static struct rig_process *start(struct daemon_rig *d, const char *program, const char *const *sets)
{
	char run[RIG_PATH_SIZE];
	const char *args[24] = {"--config", "/dev/null", "--set", run};
	size_t n = 4;
	snprintf(run, sizeof(run), "runtime_dir=%s", d->rig.dir);
	for (; *sets; sets++) {
		args[n++] = "--set";
		args[n++] = *sets;
	}
	struct rig_process *p = rig_start(&d->rig, program, args, NULL);
	rig_wait_ready(p);
	return p;
}
#define START(d, program, ...) start(d, program, (const char *const[]){__VA_ARGS__, NULL})

static void start_pipeline(struct daemon_rig *d)
{
	char state[RIG_PATH_SIZE], data[RIG_PATH_SIZE];
	snprintf(state, sizeof(state), "state_dir=%s", rig_path(&d->rig, "state"));
	snprintf(data, sizeof(data), "data_dir=%s", rig_path(&d->rig, "tables"));
	rig_copy_tables(&d->rig, "tables");
	daemon_rig_start(d);
	START(d, "netral-record", state);
	START(d, "netral-classify", "resend_ms=100ms", data);
}

/* Submits one article more, the `recorded`-th, and waits until it is dealt with. */
static void submit(struct daemon_rig *d, const char *line, uint64_t recorded)
{
	rig_write_file(&d->rig, "article.jsonl", line, strlen(line));
	assert_int_equal(
		CLIENT_RUN(&d->rig, NULL, "submit", "--quiet", rig_path(&d->rig, "article.jsonl")),
		EX_OK);
	daemon_rig_wait_counter(d, "netral_articles_recorded_total", recorded);
}

static void run_ok(struct daemon_rig *d, const char *const *args)
{
	struct rig_process *p;
	if (client_run(&d->rig, &p, args) != EX_OK)
		rig_fail("netral %s failed", args[0]);
}
#define RUN(d, ...) run_ok(d, (const char *const[]){__VA_ARGS__, NULL})

/* --- what people say, and what is read --- */

/* The violations that a query yields. */
static json_t *violations(struct daemon_rig *d)
{
	struct rig_process *p;
	assert_int_equal(CLIENT_RUN(&d->rig, &p, "query", "--kind", "violation", "--json"), EX_OK);
	return client_lines(p);
}

static void expect_violation(struct daemon_rig *d, const char *status, size_t reports)
{
	json_t *lines = violations(d);
	assert_int_equal(json_array_size(lines), 1);
	assert_string_equal(client_string(json_array_get(lines, 0), "event.status"), status);
	assert_int_equal(client_number(json_array_get(lines, 0), "report_count"), reports);
	json_decref(lines);
}

static void expect_none(struct daemon_rig *d)
{
	json_t *lines = violations(d);
	assert_int_equal(json_array_size(lines), 0);
	json_decref(lines);
}

static void event_id(struct daemon_rig *d, char id[static 64])
{
	json_t *lines = violations(d);
	assert_int_equal(json_array_size(lines), 1);
	snprintf(id, 64, "%s", client_string(json_array_get(lines, 0), "event.id"));
	json_decref(lines);
}

static void reclassify(struct daemon_rig *d)
{
	RUN(d, "reclassify", "--quiet", "--data", rig_path(&d->rig, "tables"));
}

static void what_people_said_holds(void **state)
{
	struct daemon_rig *d = *state;
	char id[64];
	start_pipeline(d);
	submit(d, REPORTED, 1);
	event_id(d, id);
	RUN(d, "correct", id, "--set", "status=dismissed", "--note", "ralat");
	submit(d, JUDGED, 2);
	expect_violation(d, "DISMISSED", 2);
	rig_edit(&d->rig, "tables/polls.tsv", "\nPilkada\tPilkada\tLOCAL\n",
		 "\nPilkada\tPilkada Uji\tLOCAL\n");
	reclassify(d);
	expect_violation(d, "DISMISSED", 2);
	RUN(d, "retract", id, "--note", "hak jawab");
	expect_none(d);
	submit(d, CONFIRMED, 3);
	reclassify(d);
	expect_none(d);
	RUN(d, "retract", id, "--undo", "--note", "ternyata benar");
	expect_violation(d, "DISMISSED", 3);
	RUN(d, "correct", id, "--clear", "status", "--note", "ternyata benar");
	expect_violation(d, "FOUND", 3);
}

/* --- what was taken down --- */

static void expect_no_secret(char *taken, const char *where)
{
	const char *at = strcasestr(taken, SECRET);
	if (at)
		rig_fail("%s: ...%.80s", where, at > taken + 40 ? at - 40 : taken);
	free(taken);
}

static void expect_clean(struct daemon_rig *d, const char *const *args)
{
	struct rig_process *p;
	client_run(&d->rig, &p, args);
	if (rig_log_has(p, SECRET))
		rig_fail("netral %s: on standard error", args[0]);
	expect_no_secret(rig_output(p), args[1] ? args[1] : args[0]);
}
#define CLEAN(d, ...) expect_clean(d, (const char *const[]){__VA_ARGS__, NULL})

static uint64_t head(struct daemon_rig *d)
{
	struct rig_process *p;
	assert_int_equal(CLIENT_RUN(&d->rig, &p, "status", "--json"), EX_OK);
	json_t *lines = client_lines(p);
	uint64_t n = 0;
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *counters = json_object_get(json_array_get(lines, i), "counters");
		const json_t *value = json_object_get(counters, "netral_updates_total");
		n = value ? (uint64_t)json_integer_value(value) : n;
	}
	json_decref(lines);
	return n;
}

static void expect_exports_clean(struct daemon_rig *d)
{
	static const char *const formats[] = {"jsonl", "csv", "parquet-csv", "atom", "ics"};
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		CLEAN(d, "export", "--names", "full", "--format", formats[i]);
	CLEAN(d, "export", "--format", "ics", "--cancelled", "--names", "full");
	CLEAN(d, "export", "--format", "jsonl", "--totals", "--names", "full");
	CLEAN(d, "stats", "--json");
	CLEAN(d, "stats", "--by", "regency", "--csv");
	CLEAN(d, "query", "--json");
	CLEAN(d, "corrections", "--json");
}

/* The whole log again, from its beginning and from its middle, without a gap. */
static void expect_log_clean(struct daemon_rig *d, uint64_t last)
{
	char count[32], middle[32];
	snprintf(count, sizeof(count), "%lu", (unsigned long)last);
	snprintf(middle, sizeof(middle), "%lu", (unsigned long)(last / 2 + 1));
	CLEAN(d, "watch", "--json", "--from", "1", "--count", count);
	snprintf(count, sizeof(count), "%lu", (unsigned long)(last - last / 2));
	CLEAN(d, "watch", "--json", "--from", middle, "--count", count);
	for (int i = 0; i < 2; i++) {
		struct netral_subscriber *s = NULL;
		struct netral_options o = {.size = sizeof(o),
					   .runtime_dir = d->rig.dir,
					   .start = NETRAL_FROM_NUMBER,
					   .number = i ? last / 2 + 1 : 1};
		assert_int_equal(netral_subscribe(&o, &s), 0);
		following_expect_all(s, o.number, last);
		following_expect_no_more(s);
		netral_unsubscribe(s);
	}
}

/* A netral-alert that comes now, and is told all of it once more. */
static void expect_alerts_clean(struct daemon_rig *d, struct hook *hook)
{
	char state[RIG_PATH_SIZE], rules[RIG_PATH_SIZE], conf[512];
	snprintf(state, sizeof(state), "state_dir=%s", rig_path(&d->rig, "alert"));
	snprintf(rules, sizeof(rules), "rules_file=%s", rig_path(&d->rig, "alerts.conf"));
	int len = snprintf(conf, sizeof(conf),
			   "receiver \"a\" {\n\turl = \"%s\"\n}\n"
			   "rule \"all\" {\n\treceivers = \"a\"\n}\n",
			   hook_url(hook, "/a"));
	rig_write_file(&d->rig, "alerts.conf", conf, (size_t)len);
	rig_make_dir(&d->rig, "alert");
	struct rig_process *alert =
		START(d, "netral-alert", state, rules, "names=full", "contact=tests@netral.invalid",
		      "allow_addresses=127.0.0.0/8");
	rig_wait_status(alert, "running");
	RUN(d, "alert", "replay", "--from", "1");
	hook_await_text(hook, "/a", "Parepare"); /* the last one */
	for (unsigned i = 0; i < hook_count(hook, "/a"); i++)
		assert_null(strcasestr(hook_message(hook, "/a", i)->body, SECRET));
}

static void take_down(struct daemon_rig *d, const char *article)
{
	RUN(d, "takedown", article, "--note", "putusan pengadilan");
}

static bool is_stored(struct daemon_rig *d)
{
	struct rig_process *p;
	assert_int_equal(CLIENT_RUN(&d->rig, &p, "query", "--json"), EX_OK);
	char *output = rig_output(p);
	bool found = strcasestr(output, SECRET) != NULL;
	free(output);
	return found;
}

static void nothing_of_it_is_shown(void **state)
{
	struct daemon_rig *d = *state;
	char id[64];
	struct hook *hook = hook_start();
	start_pipeline(d);
	submit(d, REPORTED, 1);
	event_id(d, id);
	RUN(d, "correct", id, "--set", "count=1", "--note", "ralat");
	submit(d, CONFIRMED, 2);
	submit(d, JUDGED, 3);
	submit(d, ACCUSED, 4);
	submit(d, PLANNED, 5);
	assert_true(is_stored(d));
	uint64_t before = head(d);
	take_down(d, "https://zebaoth.example/1");
	take_down(d, "https://kabar.example/zebaoth");
	take_down(d, "https://zebaoth.example/5");
	assert_int_equal(head(d), before + 3);
	expect_violation(d, "FOUND", 2); /* what the others report */
	/* It comes again, and is taken without a word: what it is, with other tables, in another
	 * text. */
	submit(d, REPORTED, 5);
	submit(d, REPORTED_ANEW, 6);
	reclassify(d);
	assert_int_equal(head(d), before + 3);
	submit(d, ELSEWHERE, 7);
	expect_exports_clean(d);
	expect_log_clean(d, before + 4);
	CLEAN(d, "show", "--json", id);
	expect_alerts_clean(d, hook);
	hook_stop(hook);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, daemon_rig_set_up, daemon_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_people_said_holds),
		TEST(nothing_of_it_is_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
