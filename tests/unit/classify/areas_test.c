/* Which areas an article is about. */
#include "tests/unit/classify/fixture.h"

#include "workers/classify/areas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct classifier *classifier;
static struct classifier_scratch *scratch;
static struct arena arena;

static int up(void **state)
{
	char error[256];
	(void)state;
	arena_init(&arena, 64 << 20);
	assert_int_equal(classifier_scratch_new(&scratch), 0);
	return classifier_new(TESTS_DATA_DIR, &classifier, error, sizeof(error));
}

static int down(void **state)
{
	(void)state;
	arena_fini(&arena);
	classifier_scratch_free(scratch);
	classifier_free(classifier);
	return 0;
}

/* The codes, joined by spaces, beside events in `places` (up to a NULL). */
static char *areas_with(const char *title, const char *text, const char *const *places)
{
	struct article a = {.title = {title, strlen(title)}, .text = {text, strlen(text)}};
	struct event events[4];
	const char **areas;
	size_t events_count = 0, count, used = 0;
	static char list[256];
	for (; places && places[events_count]; events_count++) {
		event_init(&events[events_count]);
		events[events_count].place.code = places[events_count];
	}
	arena_reset(&arena);
	assert_int_equal(classify_areas(classifier, scratch, &a, events, events_count, &arena,
					&areas, &count),
			 0);
	assert_true(count <= ARTICLE_AREAS_MAX);
	list[0] = '\0';
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i ? " " : "",
					 areas[i]);
	return list;
}

static void expect(const char *title, const char *text, const char *codes)
{
	char *got = areas_with(title, text, NULL);
	if (strcmp(got, codes) != 0)
		fail_msg("\"%s\", \"%s\": %s, expected %s", title, text, got, codes);
}

static void test_title_and_lead(void **state)
{
	(void)state;
	expect("Harga cabai di Kota Ambon naik", "Pedagang mengeluh sejak pekan lalu.", "81.71");
	expect("Harga cabai naik", "Pemerintah Kota Ambon menggelar operasi pasar.", "81.71");
	expect("Banjir", "Pemkab Lamongan dan Pemkot Pasuruan mengirim bantuan.", "35.24 35.75");
	expect("Gubernur Maluku meninjau pelabuhan", "Ia datang pagi hari.", "81");
	expect("Timnas menang", "Pertandingan berakhir dua kosong.", "");
}

/* What is named most comes first, the title before all. */
static void test_order(void **state)
{
	(void)state;
	expect("Pasar Kota Kupang terbakar",
	       "Pemkot Ambon membantu. Wali Kota Kupang berterima kasih.", "53.71 81.71");
}

static void test_provinces(void **state)
{
	(void)state;
	expect("Kota Ambon", "Kota Ambon, Maluku, bersiap.", "81.71");
	expect("Pasar", "Provinsi Maluku dan Kota Kupang bekerja sama.", "81 53.71");
	expect("Indonesia", "Pemerintah Republik Indonesia menaikkan gaji.", "");
}

/* A newsroom's city, and where somebody spoke, count where nothing else is named. */
static void test_datelines(void **state)
{
	(void)state;
	expect("Harga cabai naik", "KUPANG - Pedagang mengeluh.", "53.71");
	expect("Harga cabai naik", "KUPANG - Pemerintah Kota Ambon menggelar operasi pasar.",
	       "81.71");
	expect("Harga cabai naik",
	       "Pemkot Kupang menggelar pasar murah, kata dia di Ambon, Selasa (21/8/2024).",
	       "53.71");
}

static void test_events_come_first(void **state)
{
	(void)state;
	static const char *const kupang[] = {"53.71", "ID", "", "81.71"};
	const char *const places[] = {kupang[0], kupang[1], kupang[2], NULL};
	assert_string_equal(areas_with("Judul", "Pemkot Ambon hadir.", places), "53.71 81.71");
	const char *const none[] = {"ID", NULL};
	assert_string_equal(areas_with("Judul", "Rapat.", none), "");
	const char *const unknown[] = {"99.99", NULL}; /* of other tables */
	assert_string_equal(areas_with("Judul", "Rapat.", unknown), "");
}

static void test_bounds(void **state)
{
	(void)state;
	expect("Daftar",
	       "Kota Ambon, Kota Kupang, Kota Jambi, Kota Sorong, Kota Pasuruan, Kota Surabaya, "
	       "Kota "
	       "Medan, Kota Padang, Kota Bandung dan Kota Semarang hadir.",
	       "81.71 53.71 15.71 96.71 35.75 35.78 12.71 13.71");
	static char text[8192];
	/* behind the lead nothing is read, and cutting it in a character is no harm */
	for (size_t at = AREAS_LEAD_BYTES - 4; at < AREAS_LEAD_BYTES + 4; at++) {
		memset(text, 'a', sizeof(text) - 1);
		memcpy(text + at, "\xE2\x80\x94", 3);
		memcpy(text + 4000, " Kota Ambon ", 12);
		expect("Judul", text, "");
	}
	memcpy(text + 100, " Kota Kupang ", 13);
	expect("Judul", text, "53.71");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_title_and_lead),    cmocka_unit_test(test_order),
		cmocka_unit_test(test_provinces),         cmocka_unit_test(test_datelines),
		cmocka_unit_test(test_events_come_first), cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, up, down);
}
