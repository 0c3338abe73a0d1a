#include "tests/unit/classify/fixture.h"

#include "workers/classify/count.h"
#include "workers/classify/headcount.h"

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

static void expect_sum(const char *text, uint64_t value)
{
	const struct doc *d = fixture_read("", "", text);
	struct count_mention c;
	if (!count_next_sum(d, fixture_sentence(0), 0, &c) || c.count.value != value)
		fail_msg("\"%s\": not %lu", text, (unsigned long)value);
}

static void expect_staged(const char *text, uint64_t value)
{
	const struct doc *d = fixture_read("", "", text);
	struct count_mention c;
	if (!count_next_staged(d, fixture_sentence(0), 0, &c) || c.count.value != value)
		fail_msg("\"%s\": not %lu", text, (unsigned long)value);
}

/* All sentences are the event's. */
static struct finding whole_text(const struct doc *d, enum event_kind kind)
{
	struct finding f = {.kind = kind};
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		if (doc_is_body(&d->sentences.list[i]))
			finding_add_sentence(&f, i);
	}
	f.anchor = f.sentences[0];
	return f;
}

static void expect_gathered(const char *text, uint64_t value, enum event_qualifier q)
{
	const struct doc *d = fixture_read("", "", text);
	struct finding f = whole_text(d, EVENT_KIND_SESSION);
	struct count_mention c = {.count = {0}};
	bool told = headcount_gathered(d, &f, &c);
	if (told != (q != 0) || c.count.value != value || c.count.qualifier != q)
		fail_msg("\"%s\": %lu %s", text, (unsigned long)c.count.value,
			 event_qualifier_name((int)c.count.qualifier));
}

static void expect_offenders(const char *text, uint64_t value, enum event_qualifier q)
{
	const struct doc *d = fixture_read("", "", text);
	struct finding f = whole_text(d, EVENT_KIND_VIOLATION);
	struct count_mention c = {.count = {0}};
	bool told = headcount_offenders(d, &f, true, &c);
	if (told != (q != 0) || c.count.value != value || c.count.qualifier != q)
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

static void test_told_twice_or_in_parts(void **state)
{
	(void)state;
	expect_count("Sebanyak 75 (tujuh puluh lima) orang lurah.", 75, EVENT_QUALIFIER_EXACT);
	expect_count("Peserta mencapai 600-an orang.", 600, EVENT_QUALIFIER_ABOUT);
	expect_count("Ada 100 lebih ASN.", 100, EVENT_QUALIFIER_AT_LEAST);
	expect_count("Sembilan dari 21 camat.", 9, EVENT_QUALIFIER_EXACT);
	expect_count("Ketiganya diperiksa.", 3, EVENT_QUALIFIER_EXACT);
}

static void test_sums(void **state)
{
	(void)state;
	expect_sum("Dua lurah dan seorang camat diperiksa.", 3);
	expect_sum("Hadir 32 lurah, 248 kepala kampung.", 280);
	expect_sum("Hadir 40 peserta, terdiri atas 18 camat dan 22 lurah.", 40);
}

static void test_stages_without_a_unit(void **state)
{
	(void)state;
	expect_staged("Tujuh dinyatakan terbukti.", 7);
	expect_staged("Yang sudah diregister 130.", 130);
	expect_none("Tujuh di antara pohon dinyatakan indah.");
}

static void test_gathered(void **state)
{
	(void)state;
	expect_gathered("Sosialisasi netralitas itu diikuti 120 ASN dan dua narasumber.", 120,
			EVENT_QUALIFIER_EXACT);
	expect_gathered("Dari 126 ASN yang diundang, hadir 119 orang.", 119, EVENT_QUALIFIER_EXACT);
	expect_gathered("Hadir 165 kepala kampung dan para camat.", 165, EVENT_QUALIFIER_AT_LEAST);
	expect_gathered("Apel diikuti ratusan ASN.", 0, EVENT_QUALIFIER_SEVERAL);
	expect_gathered("Bimtek itu menghadirkan dua pejabat.", 0, 0);
	expect_gathered("Dalam sosialisasi disebut 991 ASN terbukti melanggar.", 0, 0);
}

static void test_offenders(void **state)
{
	(void)state;
	expect_offenders("Seorang lurah diperiksa. Ia diduga mendukung paslon.", 1,
			 EVENT_QUALIFIER_EXACT);
	expect_offenders("Dua ASN diperiksa. Keduanya diduga tidak netral. Seorang ASN berfoto.", 2,
			 EVENT_QUALIFIER_EXACT);
	expect_offenders("Camat diduga mengumpulkan 11 kepala desa. Camat itu diperiksa.", 1,
			 EVENT_QUALIFIER_EXACT);
	expect_offenders("Ditemukan beberapa pelanggaran oleh ASN, diantaranya seorang camat.", 0,
			 EVENT_QUALIFIER_SEVERAL);
	expect_offenders("Dua laporan tentang netralitas diputus tidak terbukti.", 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_qualifiers),
		cmocka_unit_test(test_what_counts_nothing),
		cmocka_unit_test(test_told_twice_or_in_parts),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_stages_without_a_unit),
		cmocka_unit_test(test_gathered),
		cmocka_unit_test(test_offenders),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
