/* People and institutions. */
#include "tests/unit/classify/draft.h"

static void expect_person(const char *text, const char *name, const char *role)
{
	struct event e = draft_event(fixture_read("", "", text), fields_people);
	if (e.person_count != 1)
		fail_msg("\"%s\": %zu people", text, e.person_count);
	assert_string_equal(e.people[0].name, name);
	assert_string_equal(e.people[0].role, role);
}

static void test_people(void **state)
{
	(void)state;
	expect_person("Kata Penjabat Wali Kota Ambon, Bodewin Halim, kemarin.", "Bodewin Halim",
		      "Penjabat Wali Kota Ambon");
	expect_person("Ketua Bawaslu Kota Sorong Nirma Tambun hadir.", "Nirma Tambun",
		      "Ketua Bawaslu Kota Sorong");
	expect_person("Bupati Bantul, Drs. H. Abdul Karim Putra, M.Si., hadir.",
		      "Abdul Karim Putra", "Bupati Bantul");
}

static void test_no_person(void **state)
{
	(void)state;
	struct event e =
		draft_event(fixture_read("", "",
					 "Bupati Bantul, Senin, membuka rapat. Sekda Kota Ambon, "
					 "Provinsi Maluku hadir."),
			    fields_people);
	assert_int_equal(e.person_count, 0);
}

static void test_institutions(void **state)
{
	(void)state;
	const struct doc *d =
		fixture_read("", "",
			     "Pemerintah Kota (Pemkot) Ambon, Badan Pengawas Pemilu Kota Kupang, "
			     "Bawaslu Provinsi Maluku dan KASN hadir bersama Pemkot Ambon.");
	struct event e = draft_event(d, fields_institutions);
	assert_int_equal(e.institution_count, 4);
	assert_string_equal(e.institutions[0], "Pemkot Ambon");
	assert_string_equal(e.institutions[1], "Bawaslu Kota Kupang");
	assert_string_equal(e.institutions[2], "Bawaslu Maluku");
	assert_string_equal(e.institutions[3], "KASN");
}

static void test_election(void **state)
{
	(void)state;
	struct event e = draft_event(
		fixture_read("", "",
			     "Jelang Pilkada Serentak Tahun 2024. Pada Pemilu 2019 beda. "
			     "Pilkada aman."),
		fields_election);
	assert_string_equal(e.election, "Pilkada 2024");
	e = draft_event(fixture_read("", "", "Jelang Pilwali Pasuruan 2020."), fields_election);
	assert_string_equal(e.election, "Pilwali Pasuruan 2020");
	e = draft_event(fixture_read("", "", "Jelang Pilkada."), fields_election);
	assert_string_equal(e.election, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_no_person),
		cmocka_unit_test(test_institutions),
		cmocka_unit_test(test_election),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
