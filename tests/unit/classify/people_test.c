/* People and institutions. */
#include "tests/unit/classify/draft.h"
#include "workers/classify/person.h"

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

/* Who is told by what he does: the accused mostly are. */
static void test_occupations(void **state)
{
	(void)state;
	expect_person("Seorang guru SD di Bantul, Sapta Halim, diperiksa.", "Sapta Halim",
		      "guru SD di Bantul");
	expect_person("Bawaslu memeriksa Sapta Halim, staf kelurahan, kemarin.", "Sapta Halim",
		      "staf kelurahan");
	expect_person("Diputus kontrak guru honorer Sapta Halim kemarin.", "Sapta Halim",
		      "guru honorer");
	expect_person("Seorang perawat bernama Tambun terekam.", "Tambun", "perawat");
	expect_person("Penyuluh pertanian di Bantul, Sapta Halim (45), dipanggil.", "Sapta Halim",
		      "Penyuluh pertanian di Bantul");
	expect_person("Sekretaris desanya, Yusna Tambun, dilaporkan.", "Yusna Tambun",
		      "Sekretaris desanya");
}

/* With initials only: someone accused. */
static void expect_initials(const char *text, const char *initials, const char *role)
{
	struct doc *d = fixture_read("", "", text);
	struct persons found;
	person_read(d, &found);
	if (found.count != 1 || !found.list[0].initials)
		fail_msg("\"%s\": %u people", text, found.count);
	const struct person *p = &found.list[0];
	assert_int_equal(p->end - p->start, strlen(initials));
	assert_memory_equal(d->plain.s + p->start, initials, strlen(initials));
	assert_int_equal(p->role_end - p->role_start, strlen(role));
	assert_memory_equal(d->plain.s + p->role_start, role, strlen(role));
}

static void test_initials(void **state)
{
	(void)state;
	expect_initials("Seorang PPPK guru berinisial NR bergoyang.", "NR", "PPPK guru");
	expect_initials("Penyuluh KB di Bantul, SR (45), diperiksa.", "SR",
			"Penyuluh KB di Bantul");
	expect_initials("Kaus dibagikan YPM, seorang lurah di Bantul.", "YPM", "lurah");
}

/* An area around a small one is no name; nor is a small area that has somebody's sound. */
static void test_small_areas(void **state)
{
	(void)state;
	expect_person("Keuchik Gampong Lam Atok, Kecamatan Kuta Baro, Zulham Tambun, hadir.",
		      "Zulham Tambun", "Keuchik Gampong Lam Atok");
	expect_person("Kepala Seksi Ketenteraman dan Ketertiban Kelurahan Salekao, Irwan Halim, "
		      "dilaporkan.",
		      "Irwan Halim", "Kepala Seksi Ketenteraman dan Ketertiban Kelurahan Salekao");
	expect_person("Camat Natir Dulkahar hadir.", "Dulkahar", "Camat Natir");
	expect_person("Camat Mawardi Halim hadir. Menurut warga, Mawardi pulang.", "Mawardi Halim",
		      "Camat");
}

/* Capitals around a servant that name nobody. */
static void test_nobody_at_work(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"Bawaslu memanggil guru di Praya, Senin, dan camat.",
		"Dua lurah di Kecamatan Sukadana, Batu Karas, Lampung Timur, hadir.",
		"Guru itu diperiksa di KPU (45), perawat juga.",
		"Ketua PPK, guru SD Sumber Agung dan PNS (99) hadir.",
		"Guru, (45) diperiksa. Perawat bernama.",
		"(45) guru, ",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct persons found;
		person_read(fixture_read("", "", texts[i]), &found);
		if (found.count != 0)
			fail_msg("\"%s\": %u people", texts[i], found.count);
	}
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
		cmocka_unit_test(test_occupations),  cmocka_unit_test(test_initials),
		cmocka_unit_test(test_small_areas),  cmocka_unit_test(test_nobody_at_work),
		cmocka_unit_test(test_once),         cmocka_unit_test(test_no_person),
		cmocka_unit_test(test_institutions), cmocka_unit_test(test_election),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
