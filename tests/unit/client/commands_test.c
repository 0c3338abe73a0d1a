/* The commands and what is written about them say the same. */
#include "client/commands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *read_page(void)
{
	char *page = calloc(1, 100000);
	FILE *f = fopen(TESTS_SOURCE_DIR "/../docs/man/netral.1", "re");
	assert_non_null(f);
	assert_true(fread(page, 1, 99999, f) > 0);
	fclose(f);
	return page;
}

static void test_every_option_is_in_the_manual(void **state)
{
	(void)state;
	char *page = read_page();
	for (size_t i = 0; i < command_count; i++) {
		char text[100];
		snprintf(text, sizeof(text), "\n.Ss netral %s\n", commands[i]->name);
		if (!strstr(page, text))
			fail_msg("netral.1 has no section on %s", commands[i]->name);
		for (size_t k = 0; k < commands[i]->option_count; k++) {
			snprintf(text, sizeof(text), "Fl -%s", commands[i]->options[k].name);
			if (!strstr(page, text))
				fail_msg("netral.1 does not know --%s",
					 commands[i]->options[k].name);
		}
	}
	free(page);
}

static void test_every_option_in_the_manual_exists(void **state)
{
	(void)state;
	char *page = read_page();
	for (char *at = strstr(page, "Fl -"); at; at = strstr(at + 1, "Fl -")) {
		char name[40];
		snprintf(name, sizeof(name), "%.*s",
			 (int)strspn(at + 4, "abcdefghijklmnopqrstuvwxyz-"), at + 4);
		bool found = strcmp(name, "help") == 0;
		for (size_t i = 0; i < command_count && !found; i++) {
			for (size_t k = 0; k < commands[i]->option_count; k++)
				found = found || strcmp(commands[i]->options[k].name, name) == 0;
		}
		if (!found)
			fail_msg("netral.1 tells of --%s", name);
	}
	free(page);
}

static void test_groups_are_together(void **state)
{
	(void)state;
	for (size_t i = 2; i < command_count; i++) {
		const char *group = commands[i]->group;
		bool same = strcmp(commands[i - 1]->group, group) == 0;
		for (size_t k = 0; k + 1 < i && !same; k++)
			assert_string_not_equal(commands[k]->group, group);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_option_is_in_the_manual),
		cmocka_unit_test(test_every_option_in_the_manual_exists),
		cmocka_unit_test(test_groups_are_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
