#include "daemon/push_token.h"

#include "lib/error.h"
#include "tests/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define TOKEN "abcdefgh-1234._~+/=="

struct fixture {
	char dir[FOLDER_SIZE];
	char path[FOLDER_SIZE + 16];
	char error[512];
	struct push_token token;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	if (!f || !folder_make(f->dir))
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/token", f->dir);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	unlink(f->path);
	rmdir(f->dir);
	free(f);
	return 0;
}

static int load(struct fixture *f, const void *content, size_t len, mode_t mode)
{
	FILE *file = fopen(f->path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(content, 1, len, file), len);
	fclose(file);
	assert_int_equal(chmod(f->path, mode), 0);
	f->error[0] = '\0';
	return push_token_load(f->path, &f->token, f->error, sizeof(f->error));
}

static int load_text(struct fixture *f, const char *content)
{
	return load(f, content, strlen(content), 0600);
}

static void the_content_without_its_last_line_end_is_the_token(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(load_text(f, TOKEN " \r\n"), 0);
	assert_int_equal(f->token.len, strlen(TOKEN));
	assert_memory_equal(f->token.bytes, TOKEN, strlen(TOKEN));
	assert_int_equal(load(f, TOKEN, strlen(TOKEN), 0400), 0);
	push_token_wipe(&f->token);
	assert_int_equal(f->token.len, 0);
}

static void expect_refusal(struct fixture *f, int r, const char *words)
{
	assert_int_equal(r, NETRAL_EINVALID);
	if (!strstr(f->error, words) || !strstr(f->error, f->path))
		fail_msg("\"%s\" does not say \"%s\"", f->error, words);
	/* Nothing of the token is told. */
	assert_null(strstr(f->error, "abcdefgh"));
}

static void a_bad_token_is_refused(void **state)
{
	struct fixture *f = *state;
	char longest[PUSH_TOKEN_MAX];
	memset(longest, 'a', sizeof(longest));
	expect_refusal(f, load_text(f, ""), "less than 16 bytes");
	expect_refusal(f, load_text(f, "abcdefgh1234567\n"), "less than 16 bytes");
	expect_refusal(f, load_text(f, "abcdefgh 12345678"), "one word");
	expect_refusal(f, load_text(f, "abcdefgh12345678\nmore"), "one word");
	expect_refusal(f, load_text(f, "abcdefgh=12345678"), "one word");
	expect_refusal(f, load_text(f, "================"), "one word");
	expect_refusal(f,
		       load(f,
			    "abcdefgh\0"
			    "12345678",
			    17, 0600),
		       "one word");
	expect_refusal(f, load(f, longest, sizeof(longest), 0600), "512 bytes or more");
	assert_int_equal(load(f, longest, sizeof(longest) - 1, 0600), 0);
}

static void a_file_that_others_may_use_is_refused(void **state)
{
	struct fixture *f = *state;
	static const mode_t modes[] = {0640, 0604, 0620, 0602, 0644, 0666};
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		expect_refusal(f, load(f, TOKEN, strlen(TOKEN), modes[i]), "chmod 600");
}

static void a_credential_may_have_group_bits(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", f->dir, 1), 0);
	assert_int_equal(load(f, TOKEN, strlen(TOKEN), 0440), 0);
	expect_refusal(f, load(f, TOKEN, strlen(TOKEN), 0444), "chmod 600");
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "/nonexistent", 1), 0);
	expect_refusal(f, load(f, TOKEN, strlen(TOKEN), 0440), "chmod 600");
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void what_is_no_plain_file_is_refused(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(push_token_load(f->path, &f->token, f->error, sizeof(f->error)),
			 NETRAL_ENOTFOUND);
	assert_non_null(strstr(f->error, f->path));
	assert_int_equal(push_token_load(f->dir, &f->token, f->error, sizeof(f->error)),
			 NETRAL_EINVALID);
	/* A fifo without a writer must not hold up the start. */
	assert_int_equal(mkfifo(f->path, 0600), 0);
	expect_refusal(f, push_token_load(f->path, &f->token, f->error, sizeof(f->error)),
		       "not a plain file");
}

static bool matches(struct fixture *f, const char *authorization)
{
	return push_token_matches(&f->token, (struct text){authorization, strlen(authorization)});
}

static void only_the_token_matches(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(load_text(f, TOKEN), 0);
	assert_true(matches(f, "Bearer " TOKEN));
	assert_true(matches(f, "bEARER   " TOKEN));
	assert_false(matches(f, ""));
	assert_false(matches(f, "Bearer"));
	assert_false(matches(f, "Bearer "));
	assert_false(matches(f, TOKEN));
	assert_false(matches(f, "Basic " TOKEN));
	assert_false(matches(f, "Bearer " TOKEN "x"));
	assert_false(matches(f, "Bearer abcdefgh-1234._~+/="));
	assert_false(matches(f, "Bearer xbcdefgh-1234._~+/=="));
	assert_false(matches(f, "Bearer " TOKEN " "));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_content_without_its_last_line_end_is_the_token),
		TEST(a_bad_token_is_refused),
		TEST(a_file_that_others_may_use_is_refused),
		TEST(a_credential_may_have_group_bits),
		TEST(what_is_no_plain_file_is_refused),
		TEST(only_the_token_matches),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
