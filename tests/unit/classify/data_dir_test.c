#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/error.h"
#include "workers/classify/data_dir.h"

#include <stdlib.h>
#include <string.h>

static void test_environment_wins(void **state)
{
	(void)state;
	char path[64];
	setenv("NETRAL_DATA", "/some/where", 1);
	assert_int_equal(classifier_data_dir(path, sizeof(path)), 0);
	assert_string_equal(path, "/some/where");
	assert_int_equal(classifier_data_dir(path, 5), NETRAL_ETOOBIG);
	unsetenv("NETRAL_DATA");
}

/* Test programs lie in <build>/tests, beside the link <build>/data. */
static void test_beside_the_program(void **state)
{
	(void)state;
	char path[4096];
	setenv("NETRAL_DATA", "", 1);
	assert_int_equal(classifier_data_dir(path, sizeof(path)), 0);
	assert_string_equal(path + strlen(path) - 8, "/../data");
	unsetenv("NETRAL_DATA");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_environment_wins),
		cmocka_unit_test(test_beside_the_program),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
