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

static void test_names(void **state)
{
	(void)state;
	expect_person("Ketua Bawaslu RI Rahmat Bagia mengatakan itu.", "Rahmat Bagia",
		      "Ketua Bawaslu RI");
	expect_person("Kapolres Bantul AKBP Dedy Halim hadir.", "Dedy Halim", "Kapolres Bantul");
	expect_person("Dandim Letkol Inf Robi Tambun hadir.", "Robi Tambun", "Dandim");
	expect_person("Kata Koordinator Divisi Hukum, Penanganan Pelanggaran dan Penyelesaian "
		      "Sengketa Bawaslu Bantul La Ode Januar kemarin.",
		      "La Ode Januar",
		      "Koordinator Divisi Hukum, Penanganan Pelanggaran dan Penyelesaian Sengketa "
		      "Bawaslu Bantul");
	expect_person("Ketua Bawaslu Sragen, Purnomosidi, menjawab. \"Ya,\" kata Purnomosidi.",
		      "Purnomosidi", "Ketua Bawaslu Sragen");
	expect_person("Penjabat (Pj) Bupati Bantul M. Rifqi Nugroho hadir.", "M. Rifqi Nugroho",
		      "Penjabat (Pj) Bupati Bantul");
}

static void test_name_first(void **state)
{
	(void)state;
	expect_person("Teuku Mahyidin, Ketua Panwaslih Aceh Besar, hadir.", "Teuku Mahyidin",
		      "Ketua Panwaslih Aceh Besar");
	expect_person("Hadir Nurul Ilmi, S.H., M.H. selaku Kepala BKPSDM Bantul.", "Nurul Ilmi",
		      "Kepala BKPSDM Bantul");
}

/* Said by someone whom the text gives no office: better than nobody. */
static void test_no_office(void **state)
{
	(void)state;
	expect_person("Sudah kami teruskan, kata Naya kemarin.", "Naya", "");
}

static void test_once(void **state)
{
	(void)state;
	expect_person("Bupati Bantul, Raharto Teno Prastyo, hadir. Kata Bupati Raharto Teno "
		      "Prasetyo, ASN netral. Bupati Bantul Raharto pulang.",
		      "Raharto Teno Prastyo", "Bupati Bantul");
	expect_person("Ketua Bawaslu Bantul Halim Sapta hadir. Ketua Partai Maju, Budi Tambun, "
		      "tidak.",
		      "Halim Sapta", "Ketua Bawaslu Bantul");
}

static void test_no_person(void **state)
{
	(void)state;
	struct event e =
		draft_event(fixture_read("", "",
					 "Bupati Bantul, Senin, membuka rapat. Sekda Kota Ambon, "
					 "Provinsi Maluku hadir. Mantan Bupati Bantul Budi "
					 "Halim dan calon wakil bupati Andi Tambun tidak. Kepala "
					 "Dinas Pekerjaan Umum juga."),
			    fields_people);
	assert_int_equal(e.person_count, 0);
}

static void expect_institution(const char *text, const char *name)
{
	struct event e = draft_event(fixture_read("", "", text), fields_institutions);
	if (e.institution_count != 1 || strcmp(e.institutions[0], name) != 0)
		fail_msg("\"%s\": %zu institutions, \"%s\"", text, e.institution_count,
			 e.institution_count ? e.institutions[0] : "");
}

/* The host, by one name: not those who are guests, and "Bawaslu" alone is the one that is named. */
static void test_institutions(void **state)
{
	(void)state;
	expect_institution("Pemerintah Kota (Pemkot) Ambon membina ASN. Hadir KPU dan Polres.",
			   "Pemkot Ambon");
	expect_institution("Badan Pengawas Pemilu (Bawaslu) Kota Kupang menggelar rapat. Kata "
			   "Ketua Bawaslu, Budi Halim, ASN netral.",
			   "Bawaslu Kota Kupang");
	expect_institution("Bawaslu Provinsi Maluku menggelar rapat.", "Bawaslu Maluku");
	expect_institution("Kodim 0708/Purworejo menggelar apel.", "Kodim 0708/Purworejo");
	expect_institution("Bupati Bantul mengumpulkan camat.", "Pemkab Bantul");
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
	e = draft_event(fixture_read("", "", "Pilkada serentak 27 November 2024. Pilgub Jabar."),
			fields_election);
	assert_string_equal(e.election, "Pilkada 2024");
	e = draft_event(fixture_read("", "", "Pilgub Jabar 2018 aman."), fields_election);
	assert_string_equal(e.election, "Pilgub Jabar 2018");
	e = draft_event(fixture_read("", "2024-09-24", "Waktu Pilkada 2020 lain."),
			fields_election);
	assert_string_equal(e.election, "");
	e = draft_event(fixture_read("", "", "Jelang Pilkada."), fields_election);
	assert_string_equal(e.election, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_people),       cmocka_unit_test(test_names),
		cmocka_unit_test(test_name_first),   cmocka_unit_test(test_no_office),
		cmocka_unit_test(test_once),         cmocka_unit_test(test_no_person),
		cmocka_unit_test(test_institutions), cmocka_unit_test(test_election),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
