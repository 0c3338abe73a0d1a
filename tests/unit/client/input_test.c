/* Files in, articles out. What is in a file is tests/unit/reader's matter. */
#include "capture.h"
#include "client/input.h"
#include "lib/cleanup.h"
#include "tests/folder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char dir[FOLDER_SIZE];
	char *names[4];
	struct input_options options;
	struct input *input;
	struct arena arena;
	struct input_item item;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	arena_init(&f->arena, READER_ARENA_MAX);
	*state = f;
	return folder_make(f->dir) ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	input_free(f->input);
	arena_fini(&f->arena);
	for (size_t i = 0; i < f->options.file_count; i++) {
		unlink(f->names[i]);
		free(f->names[i]);
	}
	rmdir(f->dir);
	free(f);
	return 0;
}

static void add_file(struct fixture *f, const char *name, const char *content)
{
	char **path = &f->names[f->options.file_count++];
	assert_true(asprintf(path, "%s/%s", f->dir, name) > 0);
	f->options.files = f->names;
	if (!content)
		return;
	FILE *file = fopen(*path, "we");
	assert_non_null(file);
	fputs(content, file);
	fclose(file);
}

static void start(struct fixture *f)
{
	assert_int_equal(input_new(&f->options, &f->input), EX_OK);
}

static struct input_item *next(struct fixture *f)
{
	assert_int_equal(input_next(f->input, &f->arena, &f->item), 1);
	return &f->item;
}

static void expect_end(struct fixture *f)
{
	assert_int_equal(input_next(f->input, &f->arena, &f->item), 0);
	assert_int_equal(input_next(f->input, &f->arena, &f->item), 0);
}

static void test_all_forms(void **state)
{
	struct fixture *f = *state;
	add_file(f, "a.txt", "Judul\n\nIsi berita.\n");
	add_file(f, "b.html", "<html><title>Judul B</title><body><p>Isi B.</p></body></html>");
	add_file(f, "c.json", "{\"id\":\"c\",\"title\":\"Judul C\",\"text\":\"Isi C.\"}");
	add_file(f, "d.jsonl",
		 "{\"id\":1,\"text\":\"Satu.\"}\n\n{\"text\":\"Dua.\",\"published\":\"2024-08-"
		 "21\"}");
	start(f);
	assert_string_equal(next(f)->article.title.ptr, "Judul");
	assert_string_equal(f->item.article.source.ptr, "submit:a.txt");
	assert_string_equal(next(f)->article.title.ptr, "Judul B");
	assert_string_equal(next(f)->id.ptr, "c");
	assert_string_equal(next(f)->id.ptr, "1");
	assert_true(input_has_lines(f->input));
	assert_non_null(strstr(f->item.where, "d.jsonl:1"));
	assert_string_equal(next(f)->article.published.ptr, "2024-08-21");
	assert_non_null(strstr(f->item.where, "d.jsonl:3"));
	assert_string_equal(f->item.article.source.ptr, "submit:d.jsonl:3");
	expect_end(f);
}

/* The metadata of a.html are named too, as by "*"; those of b.html are not. */
static void test_metadata_beside_a_page(void **state)
{
	struct fixture *f = *state;
	add_file(f, "a.html", "<title>Judul A</title><p>Isi A.");
	add_file(f, "a.html.json", "{\"title\":\"Lain\",\"source\":\"kurir\"}");
	add_file(f, "b.html.json", "{\"title\":7}");
	add_file(f, "b.html", "<title>Judul B</title><p>Isi B.");
	start(f);
	assert_string_equal(next(f)->article.title.ptr, "Lain");
	assert_string_equal(f->item.article.source.ptr, "kurir");
	assert_string_equal(f->item.article.text.ptr, "Isi A.");
	assert_int_equal(next(f)->exit_code, EX_DATAERR);
	assert_string_equal(f->item.reason, "metadata: title: not a string");
	assert_non_null(strstr(f->item.where, "b.html"));
	expect_end(f);
}

static void test_metadata_that_are_not_named(void **state)
{
	struct fixture *f = *state;
	add_file(f, "a.html", "<p>Isi A.");
	add_file(f, "a.html.json", "{\"title\":\"Lain\",\"published\":\"2024-08-21\"}");
	f->options.file_count = 1;
	f->options.published = "2024-08-22";
	start(f);
	assert_string_equal(next(f)->article.title.ptr, "Lain");
	assert_string_equal(f->item.article.published.ptr, "2024-08-22");
	expect_end(f);
	f->options.file_count = 2;
}

static void test_bad_among_good(void **state)
{
	struct fixture *f = *state;
	add_file(f, "gone.txt", NULL);
	add_file(f, "a.jsonl",
		 "{\"text\":\"Satu.\"}\nnot json\n{\"text\":\"\"}\n{\"text\":\"Dua.\"}\n");
	add_file(f, "empty.txt", "");
	start(f);
	assert_int_equal(next(f)->exit_code, EX_NOINPUT);
	assert_int_equal(next(f)->exit_code, EX_OK);
	assert_int_equal(next(f)->exit_code, EX_DATAERR);
	assert_true(f->item.reason[0]);
	assert_int_equal(next(f)->exit_code, EX_DATAERR);
	assert_string_equal(f->item.reason, "text: missing or empty");
	assert_int_equal(next(f)->exit_code, EX_OK);
	assert_int_equal(next(f)->exit_code, EX_DATAERR);
	expect_end(f);
}

static void test_command_line_wins(void **state)
{
	struct fixture *f = *state;
	add_file(f, "a.txt", "Judul\n\nIsi berita.\n");
	f->options.title = "Lain";
	f->options.url = "https://example.org/";
	f->options.published = "2024-08-21";
	start(f);
	assert_false(input_has_lines(f->input));
	assert_string_equal(next(f)->article.title.ptr, "Lain");
	assert_string_equal(f->item.article.url.ptr, "https://example.org/");
	assert_string_equal(f->item.article.published.ptr, "2024-08-21");
}

static void test_bad_option_is_told_of_each_article(void **state)
{
	struct fixture *f = *state;
	add_file(f, "a.txt", "Judul\n\nIsi berita.\n");
	f->options.published = "kemarin";
	start(f);
	assert_int_equal(next(f)->exit_code, EX_DATAERR);
	assert_non_null(strstr(f->item.reason, "published: \"kemarin\""));
}

static void refuse_as(struct fixture *f, int expected, const char *message)
{
	capture_start_standard();
	int exit_code = input_new(&f->options, &f->input);
	char *output = capture_stop_standard();
	assert_int_equal(exit_code, expected);
	assert_non_null(strstr(output, message));
	free(output);
}

static void refuse(struct fixture *f, const char *message)
{
	refuse_as(f, EX_USAGE, message);
}

static void test_form_must_be_known(void **state)
{
	struct fixture *f = *state;
	refuse(f, "standard input needs --input");
	add_file(f, "a.txt", "x");
	add_file(f, "a.doc", "x");
	refuse(f, "a.doc: what is in it?");
	f->options.format = "word";
	refuse(f, "--input: \"word\" is not text, html, json or jsonl");
	f->options.format = "text";
	start(f);
}

static void test_a_missing_file_is_said_to_be_missing(void **state)
{
	struct fixture *f = *state;
	add_file(f, "a", NULL);
	refuse_as(f, EX_NOINPUT, "/a: No such file");
}

static void test_metadata_alone_are_no_article(void **state)
{
	struct fixture *f = *state;
	add_file(f, "a.html.json", "{\"text\":\"Isi.\"}");
	refuse(f, "a.html.json: metadata of a page");
	f->options.format = "json";
	start(f);
	assert_string_equal(next(f)->article.text.ptr, "Isi.");
}

/* A pipe that somebody writes into line by line. */
static void test_would_wait(void **state)
{
	struct fixture *f = *state;
	int fds[2], fd = -1, saved = dup(STDIN_FILENO);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_true(dup2(fds[0], STDIN_FILENO) >= 0);
	f->options.format = "jsonl";
	start(f);
	const char line[] = "{\"text\":\"Satu.\"}\n";
	assert_int_equal(write(fds[1], line, sizeof(line) - 1), sizeof(line) - 1);
	assert_int_equal(next(f)->exit_code, EX_OK);
	assert_true(input_would_wait(f->input, &fd));
	assert_int_equal(fd, STDIN_FILENO);
	assert_int_equal(write(fds[1], line, sizeof(line) - 1), sizeof(line) - 1);
	assert_false(input_would_wait(f->input, &fd));
	assert_string_equal(next(f)->where, "stdin:2");
	close(fds[1]);
	assert_false(input_would_wait(f->input, &fd));
	expect_end(f);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(fds[0]);
}

static void test_directory(void **state)
{
	struct fixture *f = *state;
	static char tmp[] = P_tmpdir;
	char *names[] = {tmp};
	f->options.files = names;
	f->options.file_count = 1;
	f->options.format = "text";
	start(f);
	assert_int_not_equal(next(f)->exit_code, EX_OK);
	assert_string_equal(f->item.reason, "Is a directory");
	expect_end(f);
	f->options.file_count = 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_forms),
		TEST(test_metadata_beside_a_page),
		TEST(test_metadata_that_are_not_named),
		TEST(test_bad_among_good),
		TEST(test_command_line_wins),
		TEST(test_bad_option_is_told_of_each_article),
		TEST(test_form_must_be_known),
		TEST(test_a_missing_file_is_said_to_be_missing),
		TEST(test_metadata_alone_are_no_article),
		TEST(test_would_wait),
		TEST(test_directory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
