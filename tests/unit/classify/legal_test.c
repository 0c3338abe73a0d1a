#include "tests/unit/classify/draft.h"

static void expect_legal(const char *text, const char *form)
{
	struct event e = draft_event(fixture_read("", "", text), fields_legal);
	const char *got = e.legal_basis_count ? e.legal_basis[0] : "";
	if (e.legal_basis_count > 1 || strcmp(got, form) != 0)
		fail_msg("\"%s\": \"%s\", expected \"%s\"", text, got, form);
}

static void test_laws(void **state)
{
	(void)state;
	expect_legal("Menurut UU Nomor 5 Tahun 2014.", "UU 5/2014");
	expect_legal("Menurut UU No. 5/2014.", "UU 5/2014");
	expect_legal("Menurut UU 5/2014.", "UU 5/2014");
	expect_legal("Menurut Undang \u2013 Undang Nomor 6 Tahun 2014.", "UU 6/2014");
	expect_legal("Menurut PP 42 /2004.", "PP 42/2004");
	expect_legal("Menurut Peraturan Pemerintah (PP) Nomor 94 Tahun 2021.", "PP 94/2021");
	expect_legal("Menurut Peraturan Bawaslu nomor 7 tahun 2022.", "Perbawaslu 7/2022");
	expect_legal("Menurut UU ASN No. 20 thn 2023.", "UU 20/2023");
	expect_legal("Menurut Undang-undang nomor 5Tahun 2014.", "UU 5/2014");
	expect_legal("Menurut Peraturan Pemerintah Republik Indonesia nomor 42 Tahun 2004.",
		     "PP 42/2004");
	expect_legal("Pasal 188 dan Pasal 71 UU RI Nomor 1 Tahun 2015, juga pasal 189 UU 1/2015.",
		     "UU 1/2015");
}

static void test_joint_decrees(void **state)
{
	(void)state;
	expect_legal("Menurut SKB Nomor 2 Tahun 2022.", "SKB 2/2022");
	expect_legal("Menurut SKB lima lembaga tahun 2022.", "SKB 2/2022");
	expect_legal("Menurut SKB Nomor 800-5474 Tahun 2022.", "SKB 2/2022");
	expect_legal("Surat Keputusan Bersama Menpan RB, Mendagri, Kepala BKN, Ketua KASN serta "
		     "Bawaslu, Nomor 2 Tahun 2022.",
		     "SKB 2/2022");
	expect_legal("SKB itu menyebut PP 53/2010.", "PP 53/2010");
	expect_legal("SKB lima lembaga akan terbit.", "");
}

static void test_circulars(void **state)
{
	(void)state;
	expect_legal("Sesuai Surat Edaran No. 01/2023 tentang pembinaan.", "SE 01/2023");
	expect_legal("Sesuai surat edaran Menpan RB nomor B/71/M.Sm.00.00/2017 itu.",
		     "SE Menpan-RB B/71/M.SM.00.00/2017");
	expect_legal("Surat Menpan-RB B/71/M.SM.00.00/2017 tegas.",
		     "SE Menpan-RB B/71/M.SM.00.00/2017");
	expect_legal("Surat Edaran Wali Kota Jambi Nomor 05/12/EDR/IX/HKU/2024 terbit.",
		     "SE Wali Kota Jambi 05/12/EDR/IX/HKU/2024");
}

static void expect_note(const char *published, const char *text, const char *note)
{
	struct event e = draft_event(fixture_read("", published, text), fields_legal);
	const char *got = e.note_count ? e.notes[0].text : "";
	assert_true(e.note_count <= 1);
	assert_string_equal(got, note);
	if (e.note_count)
		assert_string_equal(e.notes[0].value, e.legal_basis[0]);
}

static void test_notes(void **state)
{
	(void)state;
	static const char replaced[] = "replaced by UU 20/2023 since 2023-10-31";
	expect_note("2024-08-22", "Menurut UU Nomor 5 Tahun 2014.", replaced);
	expect_note("2023-10-31", "Menurut UU Nomor 5 Tahun 2014.", replaced);
	expect_note("2023-10-30", "Menurut UU Nomor 5 Tahun 2014.", "");
	expect_note("", "Menurut UU Nomor 5 Tahun 2014.", "");
	expect_note("", "Menjelang Pilkada 2024, menurut UU Nomor 5 Tahun 2014.", replaced);
	expect_note("2024-08-22", "Menurut UU Nomor 20 Tahun 2023.", "");
	expect_note(
		"2023-02-01", "Menurut SE Menpan-RB Nomor 1 Tahun 2023.",
		"written for government staff that are not ASN; often cited as if it bound ASN");
}

static void test_what_is_no_instrument(void **state)
{
	(void)state;
	expect_legal("Menurut UU ASN yang berlaku.", "");
	expect_legal("Budi Santoso, SE., M.Si. hadir.", "");
	expect_legal("Surat edaran itu jelas.", "");
	expect_legal("UU 5 dan seterusnya.", "");
}

static void test_each_once_with_evidence(void **state)
{
	(void)state;
	const struct doc *d =
		fixture_read("", "", "UU 5/2014 dan UU Nomor 5 Tahun 2014 serta PP 42/2004.");
	struct event e = draft_event(d, fields_legal);
	assert_int_equal(e.legal_basis_count, 2);
	assert_string_equal(e.legal_basis[1], "PP 42/2004");
	assert_int_equal(e.evidence_count, 2);
	assert_string_equal(e.evidence[0].text, "UU 5/2014");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_laws),
		cmocka_unit_test(test_joint_decrees),
		cmocka_unit_test(test_circulars),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_what_is_no_instrument),
		cmocka_unit_test(test_each_once_with_evidence),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
