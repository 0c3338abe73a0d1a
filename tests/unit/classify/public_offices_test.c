#include "tests/folder.h"
#include "tests/unit/classify/fixture.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "workers/classify/public_offices.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char error[256];

static int load(const char *dir, struct public_offices *ret)
{
	struct table_set set = {.dir = dir, .error = error, .error_size = sizeof(error)};
	error[0] = '\0';
	return public_offices_load(&set, ret);
}

static int load_text(const char *text, struct public_offices *ret)
{
	char dir[FOLDER_SIZE], path[FOLDER_SIZE + 32];
	assert_true(folder_make(dir));
	snprintf(path, sizeof(path), "%s/public_offices.tsv", dir);
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	int r = load(dir, ret);
	unlink(path);
	rmdir(dir);
	return r;
}

/* Roles as the classifier prints them, and the lowest rank from which their names are shown. */
static void test_our_table(void **state)
{
	(void)state;
	static const struct {
		const char *role, *shown, *hidden;
	} cases[] = {
		{"Ketua Bawaslu Kota Gorontalo", "mask", NULL},
		{"Koordinator Divisi Penanganan Pelanggaran Bawaslu Klaten", "mask", NULL},
		{"Wakil Ketua KASN", "mask", NULL},
		{"Kepala BKN Regional VII Palembang", "mask", NULL},
		{"Kepala Sekretariat Bawaslu Bone", NULL, "village"},
		{"Penjabat (Pj) Gubernur Papua", "province", "national"},
		{"Pjs. Bupati Kuantan Singingi", "regency", "province"},
		{"Plt Kepala Dinas Sosial", "regency", "province"},
		{"Sekretaris Camat Sirenja", "district", "regency"},
		{"Lurah Parang", "village", "district"},
		{"guru SMP", NULL, "village"},
	};
	struct public_offices p;
	assert_int_equal(load(TESTS_DATA_DIR, &p), NETRAL_OK);
	struct mask_policy policy = {.offices = p.offices, .office_count = p.count};
	struct event e;
	event_init(&e);
	e.kind = EVENT_KIND_VIOLATION;
	for (size_t i = 0; i < netral_countof(cases); i++) {
		struct event_person who = {"Budi", cases[i].role};
		if (cases[i].shown) {
			assert_int_equal(mask_policy_parse(cases[i].shown, &policy), NETRAL_OK);
			assert_false(mask_hides(&policy, &e, &who));
		}
		if (cases[i].hidden) {
			assert_int_equal(mask_policy_parse(cases[i].hidden, &policy), NETRAL_OK);
			assert_true(mask_hides(&policy, &e, &who));
		}
	}
	public_offices_fini(&p);
}

static void test_bad_tables(void **state)
{
	(void)state;
	struct public_offices p;
	assert_int_equal(load_text("form\tkind\nCamat\tdistrict\nLurah\tlow\n", &p),
			 NETRAL_EINVALID);
	assert_non_null(strstr(error, "public_offices.tsv:3: \"low\" is not"));
	public_offices_fini(&p);
	assert_int_equal(load_text("office\tkind\n", &p), NETRAL_EINVALID);
	public_offices_fini(&p);
	assert_int_equal(load("/nonexistent", &p), NETRAL_ENOTFOUND);
	public_offices_fini(&p);
}

static void test_too_many(void **state)
{
	(void)state;
	struct public_offices p;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	assert_non_null(f);
	fputs("form\tkind\n", f);
	for (int i = 0; i <= PUBLIC_OFFICES_MAX; i++)
		fprintf(f, "Office %d\tvillage\n", i);
	fclose(f);
	assert_int_equal(load_text(text, &p), NETRAL_ETOOBIG);
	public_offices_fini(&p);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_our_table),
		cmocka_unit_test(test_bad_tables),
		cmocka_unit_test(test_too_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
