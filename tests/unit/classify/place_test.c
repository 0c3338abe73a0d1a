#include "tests/unit/classify/fixture.h"

static void expect_sentence(const char *text, const char *code)
{
	const struct doc *d = fixture_read("", "", text);
	const char *got = fixture_area(d, place_of_sentence(d, fixture_sentence(0)));
	if (strcmp(got, code) != 0)
		fail_msg("\"%s\": %s, expected %s", text, got, code);
}

static void expect_article(const char *text, const char *code)
{
	const struct doc *d = fixture_read("", "", text);
	const char *got = fixture_area(d, place_of_article(d));
	if (strcmp(got, code) != 0)
		fail_msg("\"%s\": %s, expected %s", text, got, code);
}

static void test_level_words(void **state)
{
	(void)state;
	expect_sentence("Pemkot Pasuruan menggelar rapat.", "35.75");
	expect_sentence("Pemkab Pasuruan menggelar rapat.", "35.14");
	expect_sentence("Pemerintah Kota (Pemkot) Ambon menggelar rapat.", "81.71");
	expect_sentence("Bawaslu Kabupaten Kupang menggelar rapat.", "53.01");
	expect_sentence("Wali Kota Kupang membuka rapat.", "53.71");
	expect_sentence("Bupati Sorong membuka rapat.", "96.01");
	expect_sentence("Pemerintah Provinsi Jambi menggelar rapat.", "15");
	expect_sentence("Pemerintah Kota Jambi menggelar rapat.", "15.71");
}

static void test_names_and_aliases(void **state)
{
	(void)state;
	expect_sentence("Rapat digelar di Papua Barat Daya.", "96");
	expect_sentence("Bawaslu Prov. PBD hadir.", "96");
	expect_article("Gubernur Jatim hadir.", "35");
	expect_sentence("Gubernur Jatim hadir.", ""); /* he may be anywhere */
	expect_sentence("Rapat digelar di Aceh Barat Daya.", "11.12");
	expect_sentence("Rapat digelar di Kota Palangka Raya.", "62.71");
}

static void test_what_is_no_place(void **state)
{
	(void)state;
	expect_sentence("Narasumber dari BKN Regional 7 Palembang hadir.", "");
	expect_sentence("Dosen Universitas Airlangga Surabaya hadir.", "35.78");
	expect_sentence("Dosen Universitas Jember hadir.", "");
	expect_sentence("Acara digelar di Jalan Medan Merdeka Barat.", "");
	expect_sentence("Puncak acara digelar malam ini.", "");
	expect_sentence("Serangan itu malang dan batu besar.", "");
	expect_sentence("Nasi Padang disajikan.", "");
	expect_sentence("Ia lahir di Kecamatan Rembang.", "");
}

static void test_risky_names_need_a_word_in_front(void **state)
{
	(void)state;
	expect_sentence("Rapat digelar di Kota Batu.", "35.79");
	expect_sentence("Rapat digelar di Serang.", "36.73");
	expect_sentence("Menurut Bima Arya, rapat ditunda.", "");
	expect_sentence("Bawaslu Batang hadir.", "33.25");
}

static void test_level_follows_the_text(void **state)
{
	(void)state;
	expect_sentence("Rapat di Malang itu dibuka Bupati Malang.", "35.07");
	expect_article("Malang - Rapat digelar. Pemkab Malang mengundang camat.", "35.07");
}

static void test_main_area(void **state)
{
	(void)state;
	expect_article("AMBON - Pemkot Ambon rapat. Gubernur Maluku hadir di Ambon.", "81.71");
	expect_article("Gubernur Maluku rapat di Provinsi Maluku.", "81");
	expect_article("Rapat digelar kemarin.", "");
}

static void test_dateline(void **state)
{
	(void)state;
	const struct doc *d = fixture_read("", "", "KUPANG, NTT \u2013 Rapat dibuka.");
	assert_int_equal(d->places.count, 2);
	assert_int_equal(d->places.list[0].role, PLACE_DATELINE);
	assert_int_equal(place_of_sentence(d, fixture_sentence(0)), -1);
	assert_string_equal(fixture_area(d, place_of_article(d)), "53.71");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_level_words),
		cmocka_unit_test(test_names_and_aliases),
		cmocka_unit_test(test_what_is_no_place),
		cmocka_unit_test(test_risky_names_need_a_word_in_front),
		cmocka_unit_test(test_level_follows_the_text),
		cmocka_unit_test(test_main_area),
		cmocka_unit_test(test_dateline),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
