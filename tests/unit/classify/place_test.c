#include "tests/unit/classify/fixture.h"

static void expect_sentence(const char *text, const char *code)
{
	const struct doc *d = fixture_read("", "", text);
	const char *got = fixture_area(d, place_of_sentence(d, fixture_sentence(0)));
	if (strcmp(got, code) != 0)
		fail_msg("\"%s\": %s, expected %s", text, got, code);
}

static const char *main_area(const struct doc *d)
{
	return d->places.main == AREA_NONE ? "" : d->c->gazetteer.areas[d->places.main].code;
}

static void expect_article(const char *text, const char *code)
{
	const struct doc *d = fixture_read("", "", text);
	const char *got = main_area(d);
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
	expect_sentence("Polres Metro Depok hadir.", "32.76");
	expect_sentence("Bawaslu Kabupaten Serang Banten hadir.", "36.04");
	expect_sentence("Bawaslu 50 Kota hadir.", "13.07");
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
	assert_string_equal(main_area(d), "53.71");
}

static void test_districts(void **state)
{
	(void)state;
	expect_sentence("Panwaslu Kecamatan Adiluwih menggelar rapat.", "18.10");
	expect_sentence("Camat Loa Janan diperiksa.", "64.02");
	expect_sentence("Panwaslu Kota Kupang menggelar rapat.", "53.71");
	expect_article("Rapat digelar di Kecamatan Gunungjati.", "32.09"); /* Gunung Jati */
	expect_article("Camat Bambang Setiawan hadir di Ambon.", "81.71");
}

static void test_districts_of_one_name(void **state)
{
	(void)state;
	expect_sentence("Kecamatan Wonosari menggelar rapat.", "");
	expect_article("Kecamatan Wonosari menggelar rapat. Bupati Klaten hadir.", "33.10");
	expect_article("Kecamatan Wonosari menggelar rapat. Bawaslu DIY hadir.", "34.03");
	expect_article("Kecamatan Galis menggelar rapat di Bangkalan.", "35.26");
}

static void test_regency_or_city_of_one_name(void **state)
{
	(void)state;
	expect_sentence("Seorang kepala desa di Mojokerto dipanggil.", "35.16");
	expect_sentence("Tiga penjabat bupati dilaporkan, satu di Sorong.", "96.01");
	expect_sentence("Rapat digelar di Mojokerto.", "35.76");
	expect_article("Bawaslu Mura rapat. Gubernur Kalteng hadir.", "62.12");
}

static const struct place_mention *first_mention(const char *text)
{
	const struct doc *d = fixture_read("", "", text);
	if (d->places.count == 0)
		fail_msg("no place in \"%s\"", text);
	return &d->places.list[0];
}

static void test_flags(void **state)
{
	(void)state;
	assert_true(first_mention("Rapat digelar di Ambon, Selasa (21/8).")->flags & PLACE_STAMPED);
	assert_false(first_mention("Rapat digelar di Ambon, Selasa.")->flags & PLACE_SAID);
	assert_true(first_mention("\"Netral,\" ujar Budi di Ambon, Selasa.")->flags & PLACE_SAID);
	assert_false(first_mention("Rapat digelar di Ambon pada Selasa.")->flags & PLACE_STAMPED);
	assert_true(first_mention("Rapat di Pontianak, Kalimantan Barat, Kamis.")->flags &
		    PLACE_STAMPED);
	assert_true(first_mention("Camat asal Kabupaten Malang hadir.")->flags & PLACE_IS_FROM);
	assert_true(first_mention("Rapat di Kota Ambon dibuka.")->flags & PLACE_IS_AT);
	assert_true(first_mention("Kota Bima 3 kasus, Dompu 6, Sumbawa 3.")->flags & PLACE_LISTED);
	assert_int_equal(first_mention("KOTA BATU | SUARA - Rapat dibuka.")->role, PLACE_DATELINE);
}

static void test_who_is_elsewhere(void **state)
{
	(void)state;
	expect_article("Kepala Kantor Regional XII BKN Pekanbaru hadir.", "");
	expect_article("Berkas dikirim ke BKN di Jayapura.", "");
	expect_article("Para camat berangkat ke Jakarta.", "");
	expect_article("Rapat dibuka (Foto: Pemkab Kepulauan Yapen).", "");
	expect_article("Camat di Lombok Barat diperiksa.", "52.01");
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
		cmocka_unit_test(test_districts),
		cmocka_unit_test(test_districts_of_one_name),
		cmocka_unit_test(test_regency_or_city_of_one_name),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_who_is_elsewhere),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
