#include "tests/unit/classify/fixture.h"

#include <string.h>

static const struct gazetteer *gazetteer(void)
{
	return &fixture_read("", "", "x")->c->gazetteer;
}

static void check(const char *code, const char *name, const char *province)
{
	const struct gazetteer *g = gazetteer();
	uint16_t i = gazetteer_find(g, code);
	assert_int_not_equal(i, AREA_NONE);
	assert_string_equal(g->areas[i].name, name);
	assert_string_equal(g->areas[g->areas[i].province].name, province);
}

static void test_areas(void **state)
{
	(void)state;
	check("81.71", "Kota Ambon", "Maluku");
	check("53.01", "Kabupaten Kupang", "Nusa Tenggara Timur");
	check("53.71", "Kota Kupang", "Nusa Tenggara Timur");
	check("96.71", "Kota Sorong", "Papua Barat Daya");
	check("96", "Papua Barat Daya", "Papua Barat Daya");
	check("ID", "Nasional", "Nasional");
	assert_int_equal(gazetteer_find(gazetteer(), "99"), AREA_NONE);
}

static void test_counts(void **state)
{
	(void)state;
	const struct gazetteer *g = gazetteer();
	unsigned levels[4] = {0};
	for (size_t i = 0; i < g->area_count; i++)
		levels[g->areas[i].level]++;
	assert_int_equal(levels[AREA_NATION], 1);
	assert_int_equal(levels[AREA_PROVINCE], 38);
	assert_int_equal(levels[AREA_REGENCY], 416);
	assert_int_equal(levels[AREA_CITY], 98);
}

static void test_districts(void **state)
{
	(void)state;
	const struct gazetteer *g = gazetteer();
	const struct district *first;
	char key[DISTRICT_KEY_MAX];
	assert_int_equal(gazetteer_district_key(key, 0, "Gunung Jati", 11), 10);
	assert_string_equal(key, "gunungjati");
	assert_int_equal(gazetteer_districts(g, key, &first), 1);
	assert_string_equal(g->areas[first->area].code, "32.09");
	assert_int_equal(gazetteer_districts(g, "wonosari", &first), 5);
	assert_int_equal(gazetteer_districts(g, "nirgendwo", &first), 0);
	assert_int_equal(gazetteer_districts(g, "", &first), 0);
}

static void test_long_district_key(void **state)
{
	(void)state;
	char key[DISTRICT_KEY_MAX];
	char name[DISTRICT_KEY_MAX + 1];
	memset(name, 'a', sizeof(name));
	assert_int_equal(gazetteer_district_key(key, 0, name, sizeof(name)), 0);
	assert_int_equal(gazetteer_district_key(key, 0, name, DISTRICT_KEY_MAX - 1),
			 DISTRICT_KEY_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_areas),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_districts),
		cmocka_unit_test(test_long_district_key),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
