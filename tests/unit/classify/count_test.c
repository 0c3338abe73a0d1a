#include "tests/unit/classify/fixture.h"

#include "workers/classify/count.h"

static void expect_count(const char *text, uint64_t value, enum event_qualifier q)
{
	const struct doc *d = fixture_read("", "", text);
	struct count_mention c;
	if (!count_next(d, fixture_sentence(0), 0, &c))
		fail_msg("\"%s\": no count", text);
	if (c.count.value != value || c.count.qualifier != q)
		fail_msg("\"%s\": %lu %s", text, (unsigned long)c.count.value,
			 event_qualifier_name((int)c.count.qualifier));
}

static void expect_none(const char *text)
{
	const struct doc *d = fixture_read("", "", text);
	struct count_mention c;
	if (count_next(d, fixture_sentence(0), 0, &c))
		fail_msg("\"%s\": %lu", text, (unsigned long)c.count.value);
}

static void test_digits(void **state)
{
	(void)state;
	expect_count("Hadir 120 peserta.", 120, EVENT_QUALIFIER_EXACT);
	expect_count("Ada 1.596 ASN terbukti.", 1596, EVENT_QUALIFIER_EXACT);
	expect_count("Sebanyak 3 orang oknum ASN.", 3, EVENT_QUALIFIER_EXACT);
}

static void test_words(void **state)
{
	(void)state;
	expect_count("Tiga kepala desa.", 3, EVENT_QUALIFIER_EXACT);
	expect_count("Dua puluh tiga ASN.", 23, EVENT_QUALIFIER_EXACT);
	expect_count("Seratus dua puluh pegawai.", 120, EVENT_QUALIFIER_EXACT);
	expect_count("Tiga ribu lima ratus ASN.", 3500, EVENT_QUALIFIER_EXACT);
	expect_count("Seorang lurah.", 1, EVENT_QUALIFIER_EXACT);
	expect_count("Salah satu ASN.", 1, EVENT_QUALIFIER_EXACT);
}

static void test_qualifiers(void **state)
{
	(void)state;
	expect_count("Sekitar 120 ASN.", 120, EVENT_QUALIFIER_ABOUT);
	expect_count("Lebih dari 20 kasus.", 20, EVENT_QUALIFIER_AT_LEAST);
	expect_count("Sedikitnya 200 ASN.", 200, EVENT_QUALIFIER_AT_LEAST);
	expect_count("Beberapa pelanggaran.", 0, EVENT_QUALIFIER_SEVERAL);
	expect_count("Sejumlah ASN.", 0, EVENT_QUALIFIER_SEVERAL);
}

static void test_what_counts_nothing(void **state)
{
	(void)state;
	expect_none("Pasal 71 ASN.");
	expect_none("UU Nomor 5 ASN.");
	expect_none("Sebanyak 45,4 persen.");
	expect_none("Rp 12 juta bagi ASN.");
	expect_none("Tahun 2024 ASN harus netral.");
	expect_none("Pada 21/8/2024 ASN berkumpul.");
	expect_none("Paslon nomor urut 2 dan ASN.");
	expect_none("Ada 5 mobil, lalu ASN datang.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_qualifiers),
		cmocka_unit_test(test_what_counts_nothing),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
