#include "lib/story/same.h"

#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct story_facts facts_of(const struct event *e, const char *published)
{
	struct story_facts f;
	memset(&f, 0xA5, sizeof(f)); /* all of it is set */
	story_facts(e, published, &f);
	return f;
}

static struct event violation(void)
{
	struct event e;
	event_init(&e);
	e.kind = EVENT_KIND_VIOLATION;
	e.status = EVENT_STATUS_ALLEGED;
	e.scope = EVENT_SCOPE_CASE;
	e.place.code = "73.02";
	return e;
}

/* The key of a person of this name; 0 when none is left. */
static uint32_t key_of(const char *name)
{
	struct event e = violation();
	struct event_person p = {name, ""};
	e.people = &p;
	e.person_count = 1;
	struct story_facts f = facts_of(&e, "");
	return f.person_count ? f.people[0] : 0;
}

static void fields_are_taken_over(void **state)
{
	(void)state;
	struct event e = violation();
	static const enum event_conduct conduct[] = {EVENT_CONDUCT_SOCIAL_MEDIA,
						     EVENT_CONDUCT_OTHER};
	e.date = (struct event_date){"2024-09-30", EVENT_PRECISION_DAY};
	e.as_of = (struct event_date){"2024-10-01", EVENT_PRECISION_DAY};
	e.count = (struct event_count){3, EVENT_QUALIFIER_ABOUT};
	e.conduct = conduct;
	e.conduct_count = 2;
	struct story_facts f = facts_of(&e, "2024-10-03T09:30:00+07:00");
	assert_int_equal(f.kind, EVENT_KIND_VIOLATION);
	assert_int_equal(f.status, EVENT_STATUS_ALLEGED);
	assert_int_equal(f.scope, EVENT_SCOPE_CASE);
	assert_string_equal(f.area, "73.02");
	assert_int_equal(f.day, 20240930);
	assert_int_equal(f.press_day, 20241003);
	assert_int_equal(f.count, 3);
	assert_int_equal(f.count_qualifier, EVENT_QUALIFIER_ABOUT);
	assert_int_equal(f.conduct, 1 << EVENT_CONDUCT_SOCIAL_MEDIA | 1 << EVENT_CONDUCT_OTHER);
	assert_int_equal(f.person_count, 0);
	e.scope = EVENT_SCOPE_TOTAL;
	assert_int_equal(facts_of(&e, "").day, 20241001);
}

static void days_are_as_exact_as_they_are_printed(void **state)
{
	(void)state;
	static const struct {
		const char *value;
		uint32_t day;
	} rows[] = {{"", 0},
		    {"2024", 20240000},
		    {"2024-08", 20240800},
		    {"2024-08-21", 20240821},
		    {"2024-08-21T10:00Z", 20240821},
		    {"202", 0},
		    {"kemarin", 0},
		    {"2024-xx-21", 20240000},
		    {"2024-08-2", 20240800}};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		struct event e = violation();
		e.date.value = rows[i].value;
		assert_int_equal(facts_of(&e, rows[i].value).day, rows[i].day);
		assert_int_equal(facts_of(&e, rows[i].value).press_day, rows[i].day);
	}
}

static void names_are_the_same_however_printed(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
	} rows[] = {
		{"Bakri Sanusi", "BAKRI SANUSI"},
		{"Bakri Sanusi", "H. Bakri Sanusi, S.Sos., M.Si."},
		{"Bakri Sanusi", "Dr. Ir. Bakri A. Sanusi"},
		{"Bakri Sanusi", "Bakri Sanusi S.H."},
		{"Bakri Sanusi", "Bakri Hamzah Sanusi"},
		{"Muhammad Lutfi Anshori", "M. Lutfi Anshori"},
		{"Muhammad Yusuf", "Moh. Yusuf"},
		{"Andi Takdir Mappe", "A. Takdir Mappe"},
		{"Umar Ma'ruf", "Umar Maruf"},
		{"Sarkim", "Hj. Sarkim"},
		{"YPM", "Y.P.M."},
	};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		if (key_of(rows[i].a) != key_of(rows[i].b) || key_of(rows[i].a) == 0)
			fail_msg("%s is not %s", rows[i].a, rows[i].b);
	}
}

static void others_are_others(void **state)
{
	(void)state;
	static const char *const names[] = {"Bakri Sanusi", "Sanusi Bakri",  "Bakri", "Sanusi",
					    "Bakri Hamzah", "Andi Sanusi",   "BS",    "SB",
					    "Muhammad",     "Muhammad Bakri"};
	for (size_t i = 0; i < netral_countof(names); i++)
		for (size_t j = i + 1; j < netral_countof(names); j++)
			if (key_of(names[i]) == key_of(names[j]))
				fail_msg("%s is %s", names[i], names[j]);
	assert_int_equal(key_of(""), 0);
	assert_int_equal(key_of("Drs."), 0);
	assert_int_equal(key_of(", S.H."), 0);
	assert_int_equal(key_of("A"), 0); /* too many are called so */
	assert_int_equal(key_of("AB") >> 16, 0);
	assert_int_equal(key_of("Sarkim") & 0xFFFF, 0);
}

static uint8_t people_in(const struct event *e)
{
	return facts_of(e, "").person_count;
}

static void of_a_violation_only_the_accused_count(void **state)
{
	(void)state;
	static const char *const speakers[] = {"Ketua Bawaslu Bulukumba",
					       "anggota Panwaslih",
					       "Kordiv Penanganan Pelanggaran",
					       "Kepala BKPSDM Kota Ternate",
					       "Wali Kota Makassar",
					       "Pj. Bupati",
					       "SEKDA",
					       "Sekretaris Daerah (Sekda) Bali",
					       "Wakil Ketua KASN"};
	static const char *const accused[] = {
		"Camat Ujung Loe", "Kepala Desa",         "",
		"guru SD",         "Wali Nagari Kambang", "Kepala Bidang Perdagangan"};
	for (size_t i = 0; i < netral_countof(speakers); i++) {
		struct event e = violation();
		struct event_person p = {"Bakri Sanusi", speakers[i]};
		e.people = &p;
		e.person_count = 1;
		assert_int_equal(people_in(&e), 0);
		e.kind = EVENT_KIND_SESSION;
		assert_int_equal(people_in(&e), 1);
	}
	for (size_t i = 0; i < netral_countof(accused); i++) {
		struct event e = violation();
		struct event_person p = {"Takdir Mappe", accused[i]};
		e.people = &p;
		e.person_count = 1;
		assert_int_equal(people_in(&e), 1);
	}
}

/* "Lima perangkat desa ..., kata Camat Kejajar ...": the camat speaks. */
static void who_holds_another_office_is_not_accused(void **state)
{
	(void)state;
	struct event e = violation();
	struct event_person p = {"Retno Widowati", "Camat Kejajar"};
	struct event_evidence v[] = {{.field = "kind", .text = "lurah"},
				     {.field = "count", .text = "Lima perangkat desa"}};
	e.people = &p;
	e.person_count = 1;
	e.evidence = v;
	e.evidence_count = 2;
	assert_int_equal(people_in(&e), 0);
	v[1].text = "Camat";
	assert_int_equal(people_in(&e), 1);
	v[1].text = "seorang ASN";
	assert_int_equal(people_in(&e), 1);
	assert_int_equal(facts_of(&e, "").offices, 0);
}

static void more_than_fits_is_left_out(void **state)
{
	(void)state;
	struct event e = violation();
	struct event_person people[STORY_PEOPLE_MAX + 4];
	char names[STORY_PEOPLE_MAX + 4][16];
	char role[4096];
	memset(role, 'a', sizeof(role) - 1);
	role[sizeof(role) - 1] = '\0';
	for (unsigned i = 0; i < netral_countof(people); i++) {
		snprintf(names[i], sizeof(names[i]), "Nama %c%u", 'a' + (int)i, i);
		people[i] = (struct event_person){names[i], role};
	}
	e.people = people;
	e.person_count = netral_countof(people);
	e.place.code = "73.02.999.9999";
	struct story_facts f = facts_of(&e, "");
	assert_int_equal(f.person_count, STORY_PEOPLE_MAX);
	assert_int_equal(strlen(f.area), EVENT_AREA_CODE_MAX - 1);
	people[1].name = people[0].name;
	e.person_count = 2;
	assert_int_equal(people_in(&e), 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_taken_over),
		cmocka_unit_test(days_are_as_exact_as_they_are_printed),
		cmocka_unit_test(names_are_the_same_however_printed),
		cmocka_unit_test(others_are_others),
		cmocka_unit_test(of_a_violation_only_the_accused_count),
		cmocka_unit_test(who_holds_another_office_is_not_accused),
		cmocka_unit_test(more_than_fits_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
