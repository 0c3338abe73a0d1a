/* The words of mails: the table as it is, and tables that are refused. */
#include "alert/mail_texts.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "tests/unit/alert/cleaning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_table(void **state)
{
	netral_cleanup(arena_fini) struct arena arena;
	const struct mail_texts *t;
	char error[200];
	(void)state;
	arena_init(&arena, 1 << 20);
	assert_int_equal(mail_texts_load(TESTS_DATA_DIR, &arena, &t, error, sizeof(error)), 0);
	assert_string_equal(mail_text(t, MAIL_ID, "status.", "ALLEGED"), "diduga");
	assert_string_equal(mail_text(t, MAIL_EN, "status.", "ALLEGED"), "alleged");
	assert_string_equal(mail_text(t, MAIL_EN, "status.", ""), "");
	assert_string_equal(mail_text(t, MAIL_EN, "status.", "NEW_ONE"), "");
	assert_string_equal(mail_text_number(t, MAIL_EN, "reports", "3", &arena), "3 articles");
	assert_non_null(
		strstr(mail_text_id(t, MAIL_ID, "note.was", "diduga", &arena), "Semula: diduga."));
}

/* The table with `from` replaced is refused with a sentence that holds `reason`. */
static void expect_refused(const char *from, const char *to, const char *reason)
{
	netral_cleanup(arena_fini) struct arena arena;
	const struct mail_texts *t = NULL;
	char dir[FOLDER_SIZE], path[FOLDER_SIZE + 32], content[32768], error[300] = "";
	arena_init(&arena, 1 << 20);
	FILE *in = fopen(TESTS_DATA_DIR "/mail_texts.tsv", "r");
	assert_non_null(in);
	size_t len = fread(content, 1, sizeof(content) - 1, in);
	assert_int_equal(fclose(in), 0);
	content[len] = '\0';
	char *at = strstr(content, from);
	assert_non_null(at);
	assert_true(folder_make(dir));
	snprintf(path, sizeof(path), "%s/mail_texts.tsv", dir);
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	fprintf(out, "%.*s%s%s", (int)(at - content), content, to, at + strlen(from));
	assert_int_equal(fclose(out), 0);
	assert_int_equal(mail_texts_load(dir, &arena, &t, error, sizeof(error)), NETRAL_EINVALID);
	folder_remove(dir);
	assert_null(t);
	if (!strstr(error, reason))
		fail_msg("\"%s\" does not hold \"%s\"", error, reason);
}

static void test_bad_tables(void **state)
{
	(void)state;
	expect_refused("status.FOUND\tterbukti\tfound\n", "", "\"status.FOUND\" is missing");
	expect_refused("status.FOUND\t", "status.LOST\t", "there is no key \"status.LOST\"");
	expect_refused("status.FOUND\t", "status.HELD\t", "\"status.HELD\" is there twice");
	expect_refused("\tterbukti\tfound\n", "\t\tfound\n", "has no text in \"id\"");
	expect_refused("\tterbukti\tfound\n", "\tterbukti\t\n", "has no text in \"en\"");
	expect_refused("{n} articles", "articles", "\"reports\" must hold {n}");
	expect_refused("key\tid\ten", "key\tid\tde", "mail_texts.tsv:1");
}

static void test_languages(void **state)
{
	enum mail_lang lang = MAIL_EN;
	(void)state;
	assert_int_equal(mail_lang_parse("id", &lang), 0);
	assert_int_equal(lang, MAIL_ID);
	assert_int_equal(mail_lang_parse("en", &lang), 0);
	assert_int_equal(lang, MAIL_EN);
	assert_int_equal(mail_lang_parse("de", &lang), NETRAL_EINVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_bad_tables),
		cmocka_unit_test(test_languages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
