/* What session.c, pledge.c, violation.c and total.c find in short texts, and what of it is told. */
#include "tests/unit/classify/fixture.h"

#include "workers/classify/claim.h"
#include "workers/classify/classify.h"

#include <stdio.h>
#include <string.h>

/* "SESSION HELD; VIOLATION FOUND", in the order of the readers. */
static void expect_findings(const char *text, const char *expected)
{
	const struct doc *d = fixture_read("", "2024-10-09", text);
	struct findings f = {.count = 0};
	char got[512] = "";
	pledge_read(d, &f);
	session_read(d, &f);
	violation_read(d, &f);
	for (uint32_t i = 0; i < f.count; i++) {
		size_t len = strlen(got);
		snprintf(got + len, sizeof(got) - len, "%s%s %s%s", i ? "; " : "",
			 event_kind_name((int)f.list[i].kind),
			 event_status_name((int)f.list[i].status),
			 f.list[i].scope == EVENT_SCOPE_TOTAL ? " TOTAL" : "");
	}
	if (strcmp(got, expected) != 0)
		fail_msg("\"%s\": \"%s\", expected \"%s\"", text, got, expected);
}

/* So many events are told; candidates there may be more. */
static void expect_told(const char *text, size_t expected)
{
	const struct doc *d = fixture_read("", "2024-10-09", text);
	struct classifier_scratch *scratch = NULL;
	struct arena arena;
	struct event *events = NULL;
	size_t count = 0;
	arena_init(&arena, 1 << 20);
	assert_int_equal(classifier_scratch_new(&scratch), 0);
	assert_int_equal(classify(d->c, scratch, d->a, &arena, &events, &count), 0);
	if (count != expected)
		fail_msg("\"%s\": %zu events are told, expected %zu; %s %s", text, count, expected,
			 event_kind_name(count ? (int)events[0].kind : 0),
			 event_status_name(count ? (int)events[0].status : 0));
	classifier_scratch_free(scratch);
	arena_fini(&arena);
}

static void expect_silence(const char *text)
{
	expect_told(text, 0);
}

static void test_session(void **state)
{
	(void)state;
	expect_findings("Bawaslu menggelar sosialisasi netralitas ASN di aula.", "SESSION HELD");
	expect_findings("Bawaslu akan menggelar sosialisasi netralitas ASN di aula.",
			"SESSION PLANNED");
	expect_findings("Camat memimpin apel pegawai. Dalam arahannya ia meminta ASN netral.",
			"SESSION HELD");
}

static void test_no_session(void **state)
{
	(void)state;
	expect_silence("Sosialisasi netralitas ASN sudah berkali-kali dilaksanakan.");
	expect_silence("Bupati wajib menggelar sosialisasi netralitas ASN di aula.");
	expect_silence("ASN memahami netralitas melalui sosialisasi.");
	expect_silence("Ditemui usai apel di kantor bupati, ia berkata ASN harus netral.");
	expect_silence("Bupati berkata kepada pers, ASN harus netral.");
	expect_silence("Dinas menggelar sosialisasi pajak bagi ASN di aula.");
}

static void test_pledge(void **state)
{
	(void)state;
	expect_findings("ASN membacakan ikrar netralitas di aula.", "PLEDGE MADE");
	expect_findings("Pegawai ASN menandatangani pakta integritas agar netral, Senin (7/10).",
			"PLEDGE MADE");
	expect_findings("ASN akan membacakan ikrar netralitas di aula.", "PLEDGE PLANNED");
}

static void test_no_pledge(void **state)
{
	(void)state;
	expect_silence("Partai menggelar deklarasi pemilu damai di aula, ASN diminta netral.");
	expect_silence("Kepala desa hadir saat deklarasi dukungan; ASN harus netral.");
	expect_silence("ASN diminta menandatangani pakta integritas netralitas di aula.");
	expect_silence("Guru menandatangani pakta integritas PPDB di aula.");
	expect_silence("Kapolres berkata Polri berkomitmen netral.");
}

static void test_stages(void **state)
{
	(void)state;
	expect_findings("Seorang ASN diduga melanggar netralitas.", "VIOLATION ALLEGED");
	expect_findings("Seorang ASN diperiksa karena diduga tidak netral.",
			"VIOLATION UNDER_REVIEW");
	expect_findings("Seorang ASN terbukti tidak netral.", "VIOLATION FOUND");
	expect_findings("Seorang ASN dicopot karena diduga tidak netral.", "VIOLATION SANCTIONED");
	expect_findings("Laporan soal seorang ASN yang tidak netral dihentikan.",
			"VIOLATION DISMISSED");
	expect_findings("Bawaslu menemukan dugaan pelanggaran netralitas tiga ASN.",
			"VIOLATION ALLEGED");
	expect_findings("Seorang ASN yang tidak netral direkomendasikan dijatuhi sanksi.",
			"VIOLATION FOUND");
	expect_findings("Seorang ASN diduga tidak netral. Kasus tersebut diteruskan ke KASN.",
			"VIOLATION UNDER_REVIEW");
}

static void test_no_violation(void **state)
{
	(void)state;
	expect_silence("ASN dilarang memihak; yang terbukti tidak netral akan dicopot.");
	expect_silence("Jika ada seorang ASN terbukti tidak netral, ia diproses.");
	expect_silence("Belum ada seorang ASN pun dilaporkan tidak netral.");
	expect_silence("Edaran terbit agar tidak ada ASN dilaporkan melanggar netralitas.");
	expect_silence("Lima daerah rawan ASN dilaporkan tidak netral.");
	expect_silence("Seorang ASN diduga korupsi dan dicopot.");
	expect_silence("ASN yang melanggar netralitas dapat dijatuhi sanksi.");
	expect_silence("Seorang caleg diduga melanggar aturan kampanye.");
}

static void test_conduct_in_an_election(void **state)
{
	(void)state;
	expect_findings("Lurah Sukamaju dilaporkan karena mengajak warga memilih paslon.",
			"VIOLATION ALLEGED");
	expect_findings("Lurah Sukamaju dilaporkan karena mengunggah resep.", "");
}

/* Nothing is said of neutrality, but those who watch elections deal with it. */
static void test_watched(void **state)
{
	(void)state;
	expect_findings(
		"Keuchik Mawardi Halim dilaporkan ke Panwaslih. Spanduk calon bupati ada di "
		"pagar kantornya.",
		"VIOLATION ALLEGED");
	expect_told("Bawaslu Bantul memanggil lima guru PNS, Senin (7/10/2024). Mereka diduga "
		    "mengunggah dukungan di Facebook.",
		    1);
	expect_silence("Polres Bantul memanggil lima guru PNS, Senin (7/10/2024). Mereka diduga "
		       "mengunggah hoaks di Facebook.");
}

/* Whom a body speaks of is no speaker. */
static void test_who_is_spoken_of(void **state)
{
	(void)state;
	expect_findings(
		"Bawaslu menyatakan Camat Natar Budi Halim terbukti mendukung calon bupati.",
		"VIOLATION FOUND");
	expect_findings("Camat Natar Budi Halim menyatakan calon bupati berkampanye.", "");
}

static void test_total(void **state)
{
	(void)state;
	expect_findings("KASN mencatat 403 ASN dilaporkan melanggar netralitas, 183 terbukti.",
			"VIOLATION FOUND TOTAL");
	const struct doc *d = fixture_read("", "",
					   "KASN mencatat 403 ASN dilaporkan melanggar netralitas "
					   "dan 183 ASN terbukti.");
	struct findings f = {.count = 0};
	violation_read(d, &f);
	assert_int_equal(f.count, 1);
	assert_int_equal(f.list[0].count.count.value, 183);
	assert_int_equal(f.list[0].stage_count, 2);
}

static void test_two_cases_in_two_places(void **state)
{
	(void)state;
	expect_findings("Seorang ASN di Kabupaten Gowa diduga tidak netral. Dua kepala desa di "
			"Kabupaten Maros dicopot karena tidak netral.",
			"VIOLATION ALLEGED; VIOLATION SANCTIONED");
}

static void test_rank(void **state)
{
	(void)state;
	assert_true(claim_is_further(EVENT_STATUS_SANCTIONED, EVENT_STATUS_FOUND));
	assert_true(claim_is_further(EVENT_STATUS_DISMISSED, EVENT_STATUS_UNDER_REVIEW));
	assert_false(claim_is_further(EVENT_STATUS_DISMISSED, EVENT_STATUS_FOUND));
	assert_false(claim_is_further(EVENT_STATUS_ALLEGED, EVENT_STATUS_ALLEGED));
}

static void test_finding_sentences(void **state)
{
	(void)state;
	struct finding f = {.count = {0}};
	for (uint32_t i = 0; i < 2 * FINDING_SENTENCES_MAX; i++)
		finding_add_sentence(&f, 100 - i);
	finding_add_sentence(&f, 100);
	assert_int_equal(f.sentence_count, FINDING_SENTENCES_MAX);
	for (uint32_t i = 1; i < f.sentence_count; i++)
		assert_true(f.sentences[i - 1] < f.sentences[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_no_session),
		cmocka_unit_test(test_pledge),
		cmocka_unit_test(test_no_pledge),
		cmocka_unit_test(test_stages),
		cmocka_unit_test(test_no_violation),
		cmocka_unit_test(test_conduct_in_an_election),
		cmocka_unit_test(test_watched),
		cmocka_unit_test(test_who_is_spoken_of),
		cmocka_unit_test(test_total),
		cmocka_unit_test(test_two_cases_in_two_places),
		cmocka_unit_test(test_rank),
		cmocka_unit_test(test_finding_sentences),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
