#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/mask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct mask_office offices[] = {
	{"Pj", MASK_ACTING},
	{"Penjabat", MASK_ACTING},
	{"Ketua", MASK_SPEAKER},
	{"Bawaslu", MASK_BODY},
	{"Gubernur", MASK_PROVINCE},
	{"Bupati", MASK_REGENCY},
	{"Wakil Bupati", MASK_REGENCY},
	{"Camat", MASK_DISTRICT},
	{"Kepala Dinas", MASK_REGENCY},
	{"Kepala Desa", MASK_VILLAGE},
	{"Menteri", MASK_NATIONAL},
};

static struct mask_policy policy(const char *name)
{
	struct mask_policy p = {.offices = offices, .office_count = netral_countof(offices)};
	assert_int_equal(mask_policy_parse(name, &p), NETRAL_OK);
	return p;
}

static bool hides(const char *name, const char *role)
{
	struct mask_policy p = policy(name);
	struct event e;
	event_init(&e);
	e.kind = EVENT_KIND_VIOLATION;
	struct event_person who = {"Budi Santoso", role};
	return mask_hides(&p, &e, &who);
}

static void test_policies(void **state)
{
	(void)state;
	struct mask_policy p = {0};
	static const char *const bad[] = {"", "acting", "body", "Mask", "none", "speaker"};
	for (size_t i = 0; i < netral_countof(bad); i++)
		assert_int_equal(mask_policy_parse(bad[i], &p), NETRAL_EINVALID);
	assert_true(hides("mask", "Camat Buleleng"));
	assert_true(hides("mask", "Menteri"));
	assert_false(hides("full", "staf"));
}

static void test_ranks(void **state)
{
	(void)state;
	assert_true(hides("regency", "Camat Buleleng"));
	assert_false(hides("district", "Camat Buleleng"));
	assert_false(hides("district", "camat"));
	assert_false(hides("regency", "Bupati"));
	assert_true(hides("province", "Wakil Bupati Sigi"));
	assert_false(hides("village", "Kepala Desa (Kades)"));
	assert_true(hides("district", "Kepala Desa (Kades)"));
}

/* The office is what the role begins with, behind words for one who only acts in it. */
static void test_what_an_office_is(void **state)
{
	(void)state;
	assert_false(hides("regency", "Penjabat (Pj) Bupati Mappi"));
	assert_false(hides("regency", "Pj. Bupati"));
	assert_true(hides("village", "staf Bupati"));
	assert_true(hides("village", "mantan Camat"));
	assert_true(hides("village", "Camatan"));
	assert_true(hides("village", "Kepala"));
	assert_true(hides("village", ""));
	assert_true(hides("village", "Pj"));
}

static void test_those_who_handle_the_case(void **state)
{
	(void)state;
	static const enum event_subject subjects[] = {EVENT_SUBJECT_ELECTION_BODY};
	assert_false(hides("mask", "Ketua Bawaslu Jember"));
	assert_false(hides("mask", "ketua divisi hukum bawaslu"));
	assert_true(hides("mask", "Ketua RT"));
	assert_true(hides("mask", "staf Bawaslu"));
	struct mask_policy p = policy("mask");
	struct event e;
	event_init(&e);
	e.kind = EVENT_KIND_VIOLATION;
	e.subjects = subjects;
	e.subject_count = 1;
	struct event_person who = {"Budi", "Ketua Bawaslu"};
	assert_true(mask_hides(&p, &e, &who));
}

static void test_only_violations(void **state)
{
	(void)state;
	struct mask_policy p = policy("mask");
	struct event e;
	event_init(&e);
	e.kind = EVENT_KIND_SESSION;
	struct event_person who = {"Budi", "Camat"};
	assert_false(mask_hides(&p, &e, &who));
}

/* --- texts --- */

static const struct event_person people[] = {{"Budi Santoso", "Camat Sukasari"},
					     {"Siti Ma'rufah", "Ketua Bawaslu"},
					     {"\xC3\x89li La Ode", "guru"}};

static void accuse(struct event *e)
{
	event_init(e);
	e->kind = EVENT_KIND_VIOLATION;
	e->people = people;
	e->person_count = netral_countof(people);
}

static void expect_text(const char *text, const char *expected)
{
	struct mask_policy p = policy("mask");
	struct arena arena;
	struct event e;
	struct text in = {text, strlen(text)}, out;
	arena_init(&arena, 1 << 20);
	accuse(&e);
	assert_int_equal(mask_text(&p, &e, &arena, &in, &out), NETRAL_OK);
	assert_string_equal(out.ptr, expected);
	assert_int_equal(out.len, strlen(expected));
	arena_fini(&arena);
}

static void test_texts(void **state)
{
	(void)state;
	static const struct {
		const char *text, *masked;
	} cases[] = {
		{"Camat Budi Santoso diperiksa.", "Camat B. S. diperiksa."},
		{"Yang diperiksa BUDI SANTOSO.", "Yang diperiksa B. S."},
		{"budi santoso menolak", "B. S. menolak"},
		{"Budi\nSantoso, lalu Budi lagi", "B.\nS., lalu B. lagi"},
		{"Santoso-Budi", "S.-B."},
		{"budi pekerti dan Budiman tetap", "budi pekerti dan Budiman tetap"},
		{"kata Siti Ma'rufah", "kata Siti Ma'rufah"},
		{"guru \xC3\x89li La Ode, di La Paz", "guru \xC3\x89. L. O., di La Paz"},
		{"kata Ode dan Li", "kata O. dan Li"},
		{"(Budi)", "(B.)"},
		{"", ""},
	};
	for (size_t i = 0; i < netral_countof(cases); i++)
		expect_text(cases[i].text, cases[i].masked);
}

static const char *masked_name(struct arena *arena, const char *name, const char *text)
{
	struct mask_policy p = policy("mask");
	struct event_person who = {name, "guru"};
	struct event e;
	struct text in = {text, strlen(text)}, out;
	event_init(&e);
	e.kind = EVENT_KIND_VIOLATION;
	e.people = &who;
	e.person_count = 1;
	assert_int_equal(mask_text(&p, &e, arena, &in, &out), NETRAL_OK);
	return out.ptr;
}

/* Two letters that are a word, and one name that is one. */
static void test_short_names(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 1 << 20);
	assert_string_equal(masked_name(&arena, "DI", "Di kelas, DI mengajar di SD"),
			    "Di kelas, DI mengajar di SD");
	assert_string_equal(masked_name(&arena, "A. S.", "guru A.S. dan a s"), "guru A.S. dan a s");
	assert_string_equal(masked_name(&arena, "EKO", "EKO atau Eko, bukan eko"),
			    "E. atau E., bukan eko");
	assert_string_equal(masked_name(&arena, "Untung", "untung bagi Untung"), "untung bagi U.");
	assert_string_equal(masked_name(&arena, "-", "a - b"), "a - b");
	assert_string_equal(masked_name(&arena, "", "a b"), "a b");
	arena_fini(&arena);
}

static void test_bytes_that_are_no_text(void **state)
{
	(void)state;
	expect_text("\xFF"
		    "Budi \xC3",
		    "\xFF"
		    "Budi \xC3");
	expect_text("''' Budi'", "''' B.'");
}

static void test_event(void **state)
{
	(void)state;
	static const struct event_evidence evidence[] = {{"people", 5, 17, "Budi Santoso"}};
	struct mask_policy p = policy("mask");
	struct arena arena;
	struct event e, masked;
	arena_init(&arena, 1 << 20);
	accuse(&e);
	e.sentence = "Budi Santoso diperiksa Siti Ma'rufah.";
	e.evidence = evidence;
	e.evidence_count = 1;
	assert_int_equal(mask_event(&p, &e, &arena, &masked), NETRAL_OK);
	assert_string_equal(masked.people[0].name, "B. S.");
	assert_string_equal(masked.people[0].role, "Camat Sukasari");
	assert_string_equal(masked.people[1].name, "Siti Ma'rufah");
	assert_string_equal(masked.sentence, "B. S. diperiksa Siti Ma'rufah.");
	assert_string_equal(masked.evidence[0].text, "B. S.");
	assert_int_equal(masked.evidence[0].end, 17);
	assert_string_equal(e.people[0].name, "Budi Santoso");
	p = policy("full");
	assert_int_equal(mask_event(&p, &e, &arena, &masked), NETRAL_OK);
	assert_ptr_equal(masked.people, e.people);
	arena_fini(&arena);
}

static void expect_name(const char *name, const char *expected)
{
	struct mask_policy p = policy("mask");
	struct arena arena;
	struct event_person who[] = {{name, "guru"}, {"Siti", "guru"}};
	struct event e, masked;
	arena_init(&arena, 1 << 20);
	event_init(&e);
	e.kind = EVENT_KIND_VIOLATION;
	e.people = who;
	e.person_count = 2;
	assert_int_equal(mask_event(&p, &e, &arena, &masked), NETRAL_OK);
	assert_string_equal(masked.people[0].name, expected);
	assert_string_equal(masked.people[1].name, "S.");
	arena_fini(&arena);
}

/* A name in the list is masked whatever it looks like. */
static void test_names_in_the_list(void **state)
{
	(void)state;
	expect_name("budi", "B.");
	expect_name("Al", "A.");
	expect_name("la ode, S.Pd.", "L. O., S.P.");
	expect_name("AS", "AS");
	expect_name("---", "---");
	expect_name("", "");
}

static void test_without_memory(void **state)
{
	(void)state;
	struct mask_policy p = policy("mask");
	struct arena arena;
	struct event e, masked;
	struct text in = {"Budi", 4}, out;
	arena_init(&arena, 8);
	accuse(&e);
	assert_int_equal(mask_event(&p, &e, &arena, &masked), NETRAL_ENOMEM);
	arena_fini(&arena);
	arena_init(&arena, 1);
	assert_int_equal(mask_text(&p, &e, &arena, &in, &out), NETRAL_ENOMEM);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_policies),
		cmocka_unit_test(test_ranks),
		cmocka_unit_test(test_what_an_office_is),
		cmocka_unit_test(test_those_who_handle_the_case),
		cmocka_unit_test(test_only_violations),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_short_names),
		cmocka_unit_test(test_bytes_that_are_no_text),
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_names_in_the_list),
		cmocka_unit_test(test_without_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
