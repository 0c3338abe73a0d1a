/* Files of sections of several kinds. */
#include "lib/config.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "tests/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct door {
	char *colour;
	uint64_t height;
};

struct guest {
	char *colour;
	int late;
};

static const struct config_option door_options[] = {
	{"colour", CONFIG_STRING, offsetof(struct door, colour), 1, 16, "white", "paint"},
	{"height", CONFIG_COUNT, offsetof(struct door, height), 1, 9, "2", "metres"},
};
static const struct config_option guest_options[] = {
	{"colour", CONFIG_STRING, offsetof(struct guest, colour), 0, 16, "", "coat"},
	{"late", CONFIG_BOOL, offsetof(struct guest, late), 0, 1, "false", "comes late"},
};

static char folder[FOLDER_SIZE], path[FOLDER_SIZE + 16], error[512];
static char seen[1024]; /* what was taken, in its order */

static int take_door(void *user, const char *title, const void *config, char *sentence, size_t size)
{
	const struct door *d = config;
	assert_ptr_equal(user, seen);
	if (strcmp(title, "wall") == 0) {
		snprintf(sentence, size, "height: a wall has none");
		return NETRAL_EINVALID;
	}
	snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "door %s %s %u;", title,
		 d->colour, (unsigned)d->height);
	return NETRAL_OK;
}

static int take_guest(void *user, const char *title, const void *config, char *sentence,
		      size_t size)
{
	const struct guest *g = config;
	(void)sentence;
	(void)size;
	assert_ptr_equal(user, seen);
	snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "guest %s %s %d;", title,
		 g->colour, g->late);
	return NETRAL_OK;
}

static const struct config_sections kinds[] = {
	{"door", door_options, netral_countof(door_options), sizeof(struct door), take_door},
	{"guest", guest_options, netral_countof(guest_options), sizeof(struct guest), take_guest},
};

static int read_text(const char *text)
{
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	seen[0] = error[0] = '\0';
	return config_read_kinds(kinds, netral_countof(kinds), seen, path, error, sizeof(error));
}

/* In the order of the file, each with its own keys and defaults, though names are shared. */
static void test_mixed(void **state)
{
	(void)state;
	assert_int_equal(read_text("guest \"a\" {\nlate = true\n}\n"
				   "door \"a\" {\ncolour = red\nheight = 3\n}\n"
				   "# nothing\n"
				   "guest \"b\" {\ncolour = blue\n}\n"
				   "door \"b\" {\n}\n"),
			 0);
	assert_string_equal(seen, "guest a  1;door a red 3;guest b blue 0;door b white 2;");
	assert_int_equal(read_text(""), 0);
	assert_string_equal(seen, "");
}

/* The file, the line, and what is wrong; what came before was taken. */
static void test_what_is_wrong(void **state)
{
	(void)state;
	const struct {
		const char *text, *sentence;
		int line;
	} cases[] = {
		{"door \"a\" {\n}\nguest \"a\" {\nheight = 2\n}\n", "height", 4},
		{"door \"a\" {\nlate = true\n}\n", "late", 2},
		{"door \"a\" {\n}\n\ndoor \"a\" {\n}\n", "a", 4},
		{"window \"a\" {\n}\n", "window", 1},
		{"door \"a\" {\ncolour = red\n\nheight = 10\n}\n", "height", 4},
		{"guest \"a\" {\nlate = maybe\n}\n", "late", 2},
		{"door \"wall\" {\ncolour = red\nheight = 4\n}\n", "door \"wall\": height", 3},
		{"door \"wall\" {\ncolour = red\n}\n", "door \"wall\": height", 3},
		{"height = 2\n", "height", 1},
		{"door \"a\" {\ncolour = \"red\n}\n", "", 0},
		{"}\n", "", 0},
		{"door \"a\" {\n}\ndoor \"b\" {\nheight = 2\n", "never closed", 3},
		{"door \"a\" {\ncolour = \"}\" # }\n", "never closed", 1},
		{"door \"a\" {\ncolour = '\\'}'", "never closed", 1},
	};
	for (size_t i = 0; i < netral_countof(cases); i++) {
		char where[FOLDER_SIZE + 32];
		if (read_text(cases[i].text) != NETRAL_EINVALID)
			fail_msg("case %zu is taken", i);
		snprintf(where, sizeof(where), "%s:%d:", path, cases[i].line);
		if (!strstr(error, cases[i].line ? where : path) ||
		    !strstr(error, cases[i].sentence))
			fail_msg("case %zu says: %s", i, error);
	}
}

static int take_with_line(void *user, const char *title, const void *config, char *sentence,
			  size_t size)
{
	int *lines = user;
	(void)config;
	(void)sentence;
	(void)size;
	lines[0] = config_key_line("height");
	lines[1] = config_key_line("colour");
	assert_string_equal(title, "a");
	return NETRAL_OK;
}

static void test_line_of_a_key(void **state)
{
	(void)state;
	int lines[2] = {0};
	struct config_sections doors = kinds[0];
	doors.take = take_with_line;
	read_text("\n\ndoor \"a\" {\n\nheight = 2\n}\n");
	assert_int_equal(config_read_sections(&doors, lines, path, error, sizeof(error)), 0);
	assert_int_equal(lines[0], 5);
	assert_int_equal(lines[1], 6);
}

static void test_error_of_a_section_ends_it(void **state)
{
	(void)state;
	assert_int_equal(read_text("guest \"a\" {\n}\ndoor \"wall\" {\n}\nguest \"b\" {\n}\n"),
			 NETRAL_EINVALID);
	assert_string_equal(seen, "guest a  0;");
	/* The next file is read as if nothing had been. */
	assert_int_equal(read_text("door \"b\" {\n}\n"), 0);
	assert_string_equal(seen, "door b white 2;");
}

static void test_without_memory(void **state)
{
	(void)state;
	static const char text[] = "guest \"a\" {\ncolour = red\n}\ndoor \"a\" {\n}\n";
	unsigned n = 0;
	int r;
	do {
		fault_arm("alloc", ++n);
		r = read_text(text);
		assert_true(r == NETRAL_OK || r == NETRAL_ENOMEM);
		assert_true(r == NETRAL_OK || error[0]);
	} while (r < 0 && n < 100);
	fault_arm(NULL, 0);
	assert_int_equal(r, 0);
	assert_true(n > 3);
	assert_string_equal(seen, "guest a red 0;door a white 2;");
}

static int set_up(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "%s/kinds.conf", folder_make(folder) ? folder : "");
	return folder[0] ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_what_is_wrong),
		cmocka_unit_test(test_line_of_a_key),
		cmocka_unit_test(test_error_of_a_section_ends_it),
		cmocka_unit_test(test_without_memory),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
