#include "lib/extract/byline.h"
#include "lib/extract/headline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct text t(const char *s)
{
	return (struct text){s, strlen(s)};
}

static void check(const char *title, const char *heading, const char *site, const char *host,
		  const char *expected)
{
	struct text all[] = {t(title), t(heading), t(site), t(host)};
	size_t len = headline_len(&all[0], &all[1], &all[2], &all[3]);
	assert_int_equal(len, strlen(expected));
	assert_memory_equal(title, expected, len);
}

static void the_site_is_cut_off(void **state)
{
	(void)state;
	check("Guru Ucap Ikrar - Kabar Kota", "", "Kabar Kota", "", "Guru Ucap Ikrar");
	check("Guru Ucap Ikrar | KabarKota.com", "", "Kabar Kota", "", "Guru Ucap Ikrar");
	check("Guru Ucap Ikrar – detikNews", "", "", "news.detik.com", "Guru Ucap Ikrar");
	check("Guru Ucap Ikrar - Kabar Kota - Halaman 2", "", "Kabar Kota", "", "Guru Ucap Ikrar");
	check("Guru Ucap Ikrar di Alun-alun - Daerah - Kabar Kota", "Guru Ucap Ikrar di Alun-alun",
	      "Kabar Kota", "", "Guru Ucap Ikrar di Alun-alun");
}

static void a_dash_of_the_headline_stays(void **state)
{
	(void)state;
	check("Ikrar ASN - Awal yang Baik", "", "Kabar Kota", "kabarkota.example",
	      "Ikrar ASN - Awal yang Baik");
	check("Alun-alun Dibuka", "", "Alun", "", "Alun-alun Dibuka");
	check("", "", "Kabar", "", "");
	check(" - ", "", "Kabar", "", " - ");
}

static void names_in_bylines(void **state)
{
	(void)state;
	static const struct {
		const char *line, *name;
	} rows[] = {{"Oleh: Siti Aminah", "Siti Aminah"},
		    {"Penulis: Siti Aminah | Editor: Budi", "Siti Aminah"},
		    {"Siti Aminah - detikNews", "Siti Aminah"},
		    {"Diposting oleh Siti Aminah di 17.31", "Siti Aminah"},
		    {"By Siti Aminah, Kontributor", "Siti Aminah, Kontributor"},
		    {"Rep: Siti Aminah/ Red: Agus", "Siti Aminah"},
		    {"https://www.facebook.com/koran", ""},
		    {"@koran", ""},
		    {"", ""}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text line = t(rows[i].line), name = byline_name(&line);
		assert_int_equal(name.len, strlen(rows[i].name));
		assert_memory_equal(name.ptr, rows[i].name, name.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_site_is_cut_off),
		cmocka_unit_test(a_dash_of_the_headline_stays),
		cmocka_unit_test(names_in_bylines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
