#include "lib/config.h"
#include "tests/folder.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

struct sample {
	char *name;
	char *folder;
	uint64_t count;
	uint64_t size_bytes;
	uint64_t wait_ms;
	int flag;
};

#define AT(member) offsetof(struct sample, member)
#define COUNT      netral_countof(options)

static const struct config_option options[] = {
	{"name", CONFIG_STRING, AT(name), 1, 8, "netral", "a name"},
	{"folder", CONFIG_STRING, AT(folder), 0, 0, "", "a folder"},
	{"count", CONFIG_COUNT, AT(count), 1, 100, "7", "a count"},
	{"size", CONFIG_BYTES, AT(size_bytes), 512, 1ULL << 40, "64K", "a size"},
	{"wait", CONFIG_MSEC, AT(wait_ms), 10, 604800000, "30s", "a time"},
	{"flag", CONFIG_BOOL, AT(flag), 0, 0, "false", "yes or no"},
};

static struct sample config;
static char folder[FOLDER_SIZE];
static char path[FOLDER_SIZE + 16];
static char error[300];

static int set_up(void **state)
{
	(void)state;
	strcpy(error, "untouched");
	return config_defaults(options, COUNT, &config);
}

static int tear_down(void **state)
{
	(void)state;
	config_free(options, COUNT, &config);
	return config.name == NULL ? 0 : -1;
}

static void write_file(const char *text, size_t len)
{
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static int read_text(const char *text)
{
	write_file(text, strlen(text));
	return config_read(options, COUNT, &config, path, error, sizeof(error));
}

static int set(const char *assignment)
{
	return config_set(options, COUNT, &config, assignment, error, sizeof(error));
}

/* `sentence` is what must follow "<path>:". */
static void refused(const char *text, const char *sentence)
{
	char expected[400];
	if (read_text(text) != NETRAL_EINVALID)
		fail_msg("taken: %s", text);
	snprintf(expected, sizeof(expected), "%s:%s", path, sentence);
	assert_string_equal(error, expected);
}

static void assert_defaults(void)
{
	assert_string_equal(config.name, "netral");
	assert_string_equal(config.folder, "");
	assert_int_equal(config.count, 7);
	assert_int_equal(config.size_bytes, 65536);
	assert_int_equal(config.wait_ms, 30000);
	assert_int_equal(config.flag, 0);
}

static void defaults_come_from_the_table(void **state)
{
	(void)state;
	assert_defaults();
}

static void a_file_is_read_over_the_defaults(void **state)
{
	(void)state;
	assert_int_equal(read_text("# a comment\n"
				   "name = \"abc\" # another\n"
				   "folder=/var/lib/x\n"
				   "\n"
				   "count = 12\n"
				   "size = \"16M\"\n"
				   "flag = true"),
			 NETRAL_OK);
	assert_string_equal(config.name, "abc");
	assert_string_equal(config.folder, "/var/lib/x");
	assert_int_equal(config.count, 12);
	assert_int_equal(config.size_bytes, 16 << 20);
	assert_int_equal(config.wait_ms, 30000);
	assert_int_equal(config.flag, 1);
}

static void an_empty_file_changes_nothing(void **state)
{
	(void)state;
	assert_int_equal(read_text(""), NETRAL_OK);
	assert_int_equal(read_text("# only a comment"), NETRAL_OK);
	assert_int_equal(read_text("\n\n/* two\nlines */\n"), NETRAL_OK);
	assert_defaults();
}

static void endpoints_need_no_quotes(void **state)
{
	(void)state;
	assert_int_equal(read_text("folder = ipc:///run/x // the rest is a comment\ncount = 3"),
			 NETRAL_OK);
	assert_string_equal(config.folder, "ipc:///run/x");
	assert_int_equal(config.count, 3);
	assert_int_equal(read_text("folder = \"a # b // c /* d\" # e"), NETRAL_OK);
	assert_string_equal(config.folder, "a # b // c /* d");
	assert_int_equal(read_text("folder = 'it\\'s # here'"), NETRAL_OK);
	assert_string_equal(config.folder, "it's # here");
}

static void numbers_have_the_forms_that_help_names(void **state)
{
	(void)state;
	static const struct {
		const char *assignment;
		uint64_t size_bytes, wait_ms;
	} rows[] = {
		{"size=512", 512, 30000},       {"size=1K", 1024, 30000},
		{"size=4G", 4ULL << 30, 30000}, {"size=1T", 1ULL << 40, 30000},
		{"wait=250", 65536, 250},       {"wait=250ms", 65536, 250},
		{"wait=30s", 65536, 30000},     {"wait=5min", 65536, 300000},
		{"wait=2h", 65536, 7200000},    {"wait=7d", 65536, 604800000},
	};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		assert_int_equal(set("size=64K"), NETRAL_OK);
		assert_int_equal(set("wait=30s"), NETRAL_OK);
		assert_int_equal(set(rows[i].assignment), NETRAL_OK);
		assert_int_equal(config.size_bytes, rows[i].size_bytes);
		assert_int_equal(config.wait_ms, rows[i].wait_ms);
	}
}

static void every_bound_is_kept(void **state)
{
	(void)state;
	static const struct {
		const char *assignment, *error;
	} rows[] = {
		{"count=0", "count: 0 is out of range, 1 to 100"},
		{"count=101", "count: 101 is out of range, 1 to 100"},
		{"size=511", "size: 511 is out of range, 512 to 1099511627776 bytes"},
		{"size=2T", "size: 2T is out of range, 512 to 1099511627776 bytes"},
		{"wait=9", "wait: 9 is out of range, 10 to 604800000 ms"},
		{"wait=8d", "wait: 8d is out of range, 10 to 604800000 ms"},
		{"name=", "name: must have 1 to 8 characters"},
		{"name=123456789", "name: must have 1 to 8 characters"},
	};
	static const char *const good[] = {"count=1",   "count=100", "size=512",      "size=1T",
					   "wait=10ms", "wait=7d",   "name=12345678", "name=1",
					   "folder=",   "flag=true", "flag=false"};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		assert_int_equal(set(rows[i].assignment), NETRAL_EINVALID);
		assert_string_equal(error, rows[i].error);
	}
	assert_defaults();
	for (size_t i = 0; i < netral_countof(good); i++)
		assert_int_equal(set(good[i]), NETRAL_OK);
}

static void what_is_no_number_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *assignment, *error;
	} rows[] = {
		{"count=", "count: \"\" is not a whole number"},
		{"count=many", "count: \"many\" is not a whole number"},
		{"count=-1", "count: \"-1\" is not a whole number"},
		{"count=+1", "count: \"+1\" is not a whole number"},
		{"count=1.5", "count: \"1.5\" is not a whole number"},
		{"count=1K", "count: \"1K\" is not a whole number"},
		{"count= 5", "count: \" 5\" is not a whole number"},
		{"count=0x10", "count: \"0x10\" is not a whole number"},
		{"count=99999999999999999999",
		 "count: \"99999999999999999999\" is not a whole number"},
		{"size=4k", "size: \"4k\" is not a size such as 512, 64K, 16M or 4G"},
		{"size=99999999999T",
		 "size: \"99999999999T\" is not a size such as 512, 64K, 16M or 4G"},
		{"wait=3m", "wait: \"3m\" is not a time such as 250ms, 30s, 5min, 2h or 7d"},
		{"flag=yes", "flag: \"yes\" is not true or false"},
		{"flag=1", "flag: \"1\" is not true or false"},
	};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		assert_int_equal(set(rows[i].assignment), NETRAL_EINVALID);
		assert_string_equal(error, rows[i].error);
	}
	assert_defaults();
}

static void assignments_have_a_known_key_and_an_equals_sign(void **state)
{
	(void)state;
	assert_int_equal(set("count"), NETRAL_EINVALID);
	assert_string_equal(error, "\"count\" is not of the form key=value");
	assert_int_equal(set("cont=1"), NETRAL_EINVALID);
	assert_string_equal(error, "unknown key \"cont\"");
	assert_int_equal(set("=1"), NETRAL_EINVALID);
	assert_int_equal(set("counter=1"), NETRAL_EINVALID);
	assert_int_equal(set("folder=a=b"), NETRAL_OK);
	assert_string_equal(config.folder, "a=b");
}

static void errors_name_the_file_and_the_line(void **state)
{
	(void)state;
	refused("count = 1\nspol_dir = x\n", "2: unknown key \"spol_dir\"");
	refused("\n\ncount = many\n", "3: count: \"many\" is not a whole number");
	refused("count = 0\n", "1: count: 0 is out of range, 1 to 100");
	refused("name = \"\"\n", "1: name: must have 1 to 8 characters");
	refused("name = \"x\nwait = 1s", "2: premature end of file");
	refused("wait = 1s\nname = a\xff\n", "2: not valid UTF-8");
	refused("wait = 1s\n\n/* never\nclosed", "3: comment is never closed");
	refused("/* never closed", "1: comment is never closed");
	assert_defaults();
}

static void comments_do_not_shift_the_line(void **state)
{
	(void)state;
	refused("# one\n# two\n\n# four\ncount = 0\n", "5: count: 0 is out of range, 1 to 100");
	refused("// one\n/* two\n three */ wait = 1s # three\ncount = 0",
		"4: count: 0 is out of range, 1 to 100");
	refused("#\n##\n#####\nnope = 1", "4: unknown key \"nope\"");
	refused("name = \"a\nb\"\nnope = 1", "3: unknown key \"nope\"");
}

static void a_nul_byte_is_refused(void **state)
{
	(void)state;
	static const char text[] = "count = 3\nname = a\0b\n";
	char expected[100];
	write_file(text, sizeof(text) - 1);
	assert_int_equal(config_read(options, COUNT, &config, path, error, sizeof(error)),
			 NETRAL_EINVALID);
	snprintf(expected, sizeof(expected), "%s:2: NUL byte", path);
	assert_string_equal(error, expected);
	assert_defaults();
}

static void a_failed_file_changes_nothing(void **state)
{
	(void)state;
	assert_int_equal(read_text("name = new\ncount = 9\nname = newer\nsize = 1\n"),
			 NETRAL_EINVALID);
	assert_defaults();
}

static void files_that_cannot_be_read_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(
		config_read(options, COUNT, &config, "/nonexistent/x", error, sizeof(error)),
		NETRAL_ENOTFOUND);
	assert_string_equal(error, "/nonexistent/x: cannot be read: No such file or directory");
	assert_int_equal(config_read(options, COUNT, &config, folder, error, sizeof(error)),
			 NETRAL_EINVALID);
	assert_non_null(strstr(error, ": cannot be read: Is a directory"));
	assert_int_equal(config_read(options, COUNT, &config, "/dev/zero", error, sizeof(error)),
			 NETRAL_EINVALID);
	assert_non_null(strstr(error, "/dev/zero: "));
	if (geteuid() == 0)
		return; /* root reads everything */
	write_file("", 0);
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(config_read(options, COUNT, &config, path, error, sizeof(error)),
			 NETRAL_EACCES);
	assert_int_equal(chmod(path, 0600), 0);
}

/* Without its comment signs, the sample sets every default. */
static void the_sample_is_a_config_file(void **state)
{
	(void)state;
	char *sample = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&sample, &len);
	assert_non_null(f);
	config_print_sample(options, COUNT, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(read_text(sample), NETRAL_OK);
	assert_defaults();
	assert_int_equal(set("name=other"), NETRAL_OK);
	assert_int_equal(set("count=1"), NETRAL_OK);
	assert_int_equal(set("size=1M"), NETRAL_OK);
	assert_int_equal(set("wait=1s"), NETRAL_OK);
	assert_int_equal(set("flag=true"), NETRAL_OK);
	for (char *line = sample; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (line[0] == '#' && line[1] != ' ')
			line[0] = ' ';
	}
	assert_int_equal(read_text(sample), NETRAL_OK);
	assert_defaults();
	free(sample);
}

/* Only our own allocations can be made to fail; those of libconfuse cannot. */
static void every_failed_allocation_is_told(void **state)
{
	(void)state;
	write_file("name = new\nfolder = x\n", 22);
	int r = NETRAL_ENOMEM;
	unsigned n = 0;
	while (r < 0) {
		fault_arm("alloc", ++n);
		r = config_read(options, COUNT, &config, path, error, sizeof(error));
		fault_arm(NULL, 0);
		if (r < 0) {
			assert_int_equal(r, NETRAL_ENOMEM);
			assert_non_null(strstr(error, "out of memory"));
			assert_string_equal(config.name, "netral");
		}
	}
	assert_int_equal(n, 4);
	assert_string_equal(config.name, "new");
	fault_arm("alloc", 1);
	r = set("name=other");
	fault_arm(NULL, 0);
	assert_int_equal(r, NETRAL_ENOMEM);
	assert_string_equal(config.name, "new");
	struct sample fresh;
	fault_arm("alloc", 2);
	r = config_defaults(options, COUNT, &fresh);
	fault_arm(NULL, 0);
	assert_int_equal(r, NETRAL_ENOMEM);
	config_free(options, COUNT, &fresh);
}

static int make_folder(void **state)
{
	(void)state;
	if (!folder_make(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/sample.conf", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(defaults_come_from_the_table),
		TEST(a_file_is_read_over_the_defaults),
		TEST(an_empty_file_changes_nothing),
		TEST(endpoints_need_no_quotes),
		TEST(numbers_have_the_forms_that_help_names),
		TEST(every_bound_is_kept),
		TEST(what_is_no_number_is_named),
		TEST(assignments_have_a_known_key_and_an_equals_sign),
		TEST(errors_name_the_file_and_the_line),
		TEST(comments_do_not_shift_the_line),
		TEST(a_nul_byte_is_refused),
		TEST(a_failed_file_changes_nothing),
		TEST(files_that_cannot_be_read_are_told_apart),
		TEST(the_sample_is_a_config_file),
		TEST(every_failed_allocation_is_told),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
