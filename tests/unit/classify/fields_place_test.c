/* Where an event is: each case names the event's kind and the sentence that tells it. */
#include "tests/unit/classify/fixture.h"
#include "workers/classify/fields.h"

static const char *place(const struct doc *d, struct finding f)
{
	struct event e;
	event_init(&e);
	finding_add_sentence(&f, f.anchor);
	struct draft t = {.d = d,
			  .finding = &f,
			  .event = &e,
			  .evidence = arena_calloc(d->out, EVENT_EVIDENCE_MAX,
						   sizeof(struct event_evidence))};
	assert_non_null(t.evidence);
	fields_place(&t);
	assert_false(t.no_memory);
	return e.place.code;
}

static void expect(struct finding f, const char *text, const char *code)
{
	const char *got = place(fixture_read("", "", text), f);
	if (strcmp(got, code) != 0)
		fail_msg("\"%s\": \"%s\", expected \"%s\"", text, got, code);
}

static struct finding session(uint32_t anchor)
{
	return (struct finding){.kind = EVENT_KIND_SESSION, .anchor = anchor};
}

static struct finding violation(uint32_t anchor)
{
	return (struct finding){.kind = EVENT_KIND_VIOLATION, .anchor = anchor};
}

static struct finding total(uint32_t anchor)
{
	return (struct finding){
		.kind = EVENT_KIND_VIOLATION, .scope = EVENT_SCOPE_TOTAL, .anchor = anchor};
}

static void test_session(void **state)
{
	(void)state;
	expect(session(0), "Rapat digelar. Bawaslu Kota Kupang hadir.", "53.71");
	expect(session(0), "Pemkab Sampang rapat di Hotel Inna, Surabaya, Kamis.", "35.78");
	expect(session(0), "Pemprov Riau menggelar rapat. Rapat digelar di Pekanbaru, Rabu.",
	       "14.71");
	expect(session(0), "Pemprov Riau menggelar rapat. ASN di Kampar diperiksa Bawaslu.", "14");
	expect(session(0),
	       "Pemkot Sorong rapat. Hadir Sekda Maybrat, Sekda Tambrauw, Sekda Raja Ampat.",
	       "96.71");
	expect(session(0), "Pemkot Jambi rapat. Narasumber dari BKN Regional 7 Palembang.",
	       "15.71");
}

static void test_session_of_the_nation(void **state)
{
	(void)state;
	expect(session(0), "Jakarta - KASN menggelar webinar.", "ID");
	expect(session(0), "KASN menggelar webinar. Sekda Kota Medan bertanya.", "ID");
	expect(session(0), "BKN menggelar rapat di Surabaya, Kamis.", "35.78");
	expect(session(0), "BKN dan Pemkot Ambon menggelar rapat.", "81.71");
}

static void test_violation_is_where_the_person_serves(void **state)
{
	(void)state;
	expect(violation(0), "Camat asal Kabupaten Malang berpose di Kota Batu.", "35.07");
	expect(violation(0), "JAKARTA - Lurah di Kabupaten Konawe dilaporkan.", "74.02");
	expect(violation(0), "Bawaslu NTB menyebut camat di Lombok Barat dilaporkan.", "52.01");
	expect(violation(0), "Kades di Kecamatan Galis hadir di Surabaya. Bawaslu Bangkalan tahu.",
	       "35.26");
	expect(violation(1),
	       "Pemkab Sorong rapat. Kepala Distrik di Provinsi Papua Barat melanggar.", "92");
}

static void test_where_somebody_spoke(void **state)
{
	(void)state;
	expect(violation(0), "Camat Kabupaten Bima dilaporkan, kata Bagja di Mataram, Rabu.",
	       "52.06");
	expect(violation(0), "Seorang camat ikut kampanye di Mataram, Rabu.", "52.71");
}

static void test_second_case(void **state)
{
	(void)state;
	const char *text = "Bawaslu Minahasa memeriksa lurah. Bawaslu Minahasa rapat.\n"
			   "Lain cerita dengan Minahasa Selatan. Di sana dua camat melanggar.";
	expect(violation(0), text, "71.02");
	expect(violation(3), text, "71.05");
}

static void test_total(void **state)
{
	(void)state;
	expect(total(0), "Sebanyak 400 ASN dilaporkan, kata Bagja di Jakarta, Selasa.", "ID");
	expect(total(0), "KASN menyebut 56 ASN Purbalingga, 34 Wakatobi dan 18 Sumbawa.", "ID");
	expect(total(1), "Bawaslu Jawa Tengah membuka data. Kepada BKN dikirim 52 kasus.", "33");
	expect(total(1), "Kepala BKD Jawa Barat hadir. KASN mencatat 143 ASN melanggar.", "ID");
}

static void test_nothing_told(void **state)
{
	(void)state;
	expect(violation(0), "Seorang camat dilaporkan.", "");
	expect(session(0), "Rapat digelar kemarin.", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_session_of_the_nation),
		cmocka_unit_test(test_violation_is_where_the_person_serves),
		cmocka_unit_test(test_where_somebody_spoke),
		cmocka_unit_test(test_second_case),
		cmocka_unit_test(test_total),
		cmocka_unit_test(test_nothing_told),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
