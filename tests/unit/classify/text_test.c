#include "tests/unit/classify/fixture.h"

#include "workers/classify/classify.h"

#include <stdio.h>
#include <string.h>

static void expect_plain(const char *source, const char *plain)
{
	const struct doc *d = fixture_read("", "", source);
	assert_string_equal(d->plain.s, plain);
}

static void test_normalising(void **state)
{
	(void)state;
	expect_plain("\u201cNetral\u201d \u2013  kata\u00a0dia", "\"Netral\" - kata dia");
	expect_plain("a\r\n\r\n\tb  \n c", "a\nb\nc");
	expect_plain("netra\u00adlitas", "netralitas");
	expect_plain("berkali -kali", "berkali-kali ");
	expect_plain("Undang \u2013 undang ASN", "Undang-undang   ASN");
	expect_plain("Ambon - Maluku", "Ambon - Maluku");
}

static void test_offsets_lead_back(void **state)
{
	(void)state;
	static const char text[] = "\u201cASN   harus\u201d \u2013 netral,\u00a0kata dia";
	const struct doc *d = fixture_read("Judul", "", text);
	const char *at = strstr(d->plain.s, "netral");
	assert_non_null(at);
	uint32_t start = 0, end = 0, from = (uint32_t)(at - d->plain.s);
	assert_true(plain_source(&d->plain, d->a, from, from + 6, &start, &end));
	assert_int_equal(end - start, 6);
	assert_memory_equal(text + start, "netral", 6);
	assert_false(plain_source(&d->plain, d->a, 0, 5, &start, &end)); /* the title */
	assert_true(plain_source(&d->plain, d->a, d->plain.body, d->plain.len, &start, &end));
	assert_int_equal(start, 0);
	assert_int_equal(end, strlen(text));
}

static void expect_sentences(const char *text, unsigned count)
{
	const struct doc *d = fixture_read("", "", text);
	if (d->sentences.count != count)
		fail_msg("\"%s\": %u sentences, expected %u", text, d->sentences.count, count);
}

static void test_stops_that_end_nothing(void **state)
{
	(void)state;
	expect_sentences("Sekda A. D. E., Manafe, S.IP., M.Si., Ketua KPU, hadir. Acara usai.", 2);
	expect_sentences("Pj. Wali Kota dan Dr. Ahmad membuka rapat di Jl. Merdeka No. 5.", 1);
	expect_sentences("Ada 1.596 ASN yang melanggar. Data itu resmi.", 2);
	expect_sentences("\"Netral saja.\" Ia lalu pulang.", 2);
	expect_sentences("Selesai. (pkp/ris)", 2);
	expect_sentences("Tahun 2024. Pilkada digelar.", 2);
}

static void test_long_lines_are_cut(void **state)
{
	(void)state;
	char text[5001];
	memset(text, 'a', sizeof(text) - 1);
	text[5000] = '\0';
	const struct doc *d = fixture_read("", "", text);
	assert_true(d->sentences.count >= 3);
	for (uint32_t i = 0; i < d->sentences.count; i++)
		assert_true(d->sentences.list[i].end - d->sentences.list[i].start <=
			    SENTENCE_BYTES_MAX);
}

static bool dropped(const char *word)
{
	const struct doc *d =
		fixture_read("", "",
			     "Rapat dibuka bupati pada pagi hari di pendopo kabupaten setempat.\n"
			     "BACA JUGA: Tautan satu\n"
			     "Baca juga:\n"
			     "Tautan dua tentang hal lain\n"
			     "Rapat dibuka bupati pada pagi hari di pendopo kabupaten setempat.\n"
			     "Hadir para camat.\n"
			     "COPYRIGHT (c) Warta\n");
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *s = &d->sentences.list[i];
		const char *at =
			memmem(d->plain.s + s->start, s->end - s->start, word, strlen(word));
		if (at && !(s->flags & SENTENCE_DROPPED))
			return false;
	}
	return true;
}

static void test_what_is_not_the_article(void **state)
{
	(void)state;
	assert_true(dropped("Tautan satu"));
	assert_true(dropped("Tautan dua"));
	assert_true(dropped("COPYRIGHT"));
	assert_false(dropped("Hadir"));
	assert_false(dropped("Rapat"));
}

static void test_repeated_sentences_count_once(void **state)
{
	(void)state;
	const char *text = "Sebanyak lima puluh pegawai mengikuti kegiatan itu sampai selesai.\n"
			   "Sebanyak lima puluh pegawai mengikuti kegiatan itu sampai selesai.\n";
	const struct doc *d = fixture_read("", "", text);
	assert_int_equal(d->sentences.count, 2);
	assert_false(d->sentences.list[0].flags & SENTENCE_DROPPED);
	assert_true(d->sentences.list[1].flags & SENTENCE_DROPPED);
}

static void test_sentence_at(void **state)
{
	(void)state;
	static const char text[] = "Satu kalimat. Dua oleh Dr. Ali, S.H. Tiga.\nEmpat.";
	const struct text t = {text, strlen(text)};
	uint32_t start = 0, end = 0;
	classify_sentence_at(&t, 16, &start, &end);
	assert_int_equal(start, 14);
	classify_sentence_at(&t, 0, &start, &end);
	assert_int_equal(start, 0);
	assert_int_equal(end, 13);
	classify_sentence_at(&t, (uint32_t)t.len, &start, &end);
	assert_memory_equal(text + start, "Empat.", end - start);
	classify_sentence_at(&t, 100000, &start, &end);
	assert_true(end <= t.len && start <= end);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normalising),
		cmocka_unit_test(test_offsets_lead_back),
		cmocka_unit_test(test_stops_that_end_nothing),
		cmocka_unit_test(test_long_lines_are_cut),
		cmocka_unit_test(test_what_is_not_the_article),
		cmocka_unit_test(test_repeated_sentences_count_once),
		cmocka_unit_test(test_sentence_at),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
