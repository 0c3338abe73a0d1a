#include "lib/article.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(s) ((struct text){(s), sizeof(s) - 1})

static char reason[ARTICLE_REASON_SIZE];

static struct article good(void)
{
	return (struct article){.url = TEXT("https://contoh.example/1"),
				.title = TEXT("Judul"),
				.text = TEXT("Isi berita."),
				.published = TEXT("2024-08-21"),
				.source = TEXT("submit")};
}

static void a_good_article_gets_its_id(void **state)
{
	(void)state;
	struct article a = good();
	assert_int_equal(article_check(&a, reason), NETRAL_OK);
	struct article_id id = article_id_at(a.url.ptr, a.url.len, "Judul", 5, "Isi berita.", 11);
	assert_true(article_id_equal(&a.id, &id));
}

static void only_the_text_is_needed(void **state)
{
	(void)state;
	struct article a = {.text = TEXT("Isi.")};
	assert_int_equal(article_check(&a, reason), NETRAL_OK);
	assert_string_equal(a.url.ptr, "");
	assert_string_equal(a.title.ptr, "");
	assert_string_equal(a.published.ptr, "");
	assert_string_equal(a.source.ptr, "");
}

static void an_empty_text_is_refused(void **state)
{
	(void)state;
	struct article a = good();
	a.text = TEXT("");
	assert_int_equal(article_check(&a, reason), NETRAL_EINVALID);
	assert_string_equal(reason, "text: empty");
	a.text = TEXT(" \r\n\t\n");
	assert_int_equal(article_check(&a, reason), NETRAL_EINVALID);
	a.text = (struct text){NULL, 0};
	assert_int_equal(article_check(&a, reason), NETRAL_EINVALID);
}

static void bad_bytes_are_told_with_field_and_place(void **state)
{
	(void)state;
	struct article a = good();
	a.text = TEXT("baik \xff buruk");
	assert_int_equal(article_check(&a, reason), NETRAL_EENCODING);
	assert_string_equal(reason, "text: byte 5 is not valid UTF-8");
	a = good();
	a.title = TEXT("ju\0dul");
	assert_int_equal(article_check(&a, reason), NETRAL_EINVALID);
	assert_string_equal(reason, "title: NUL byte at byte 2");
}

static void every_field_has_its_bound(void **state)
{
	(void)state;
	static const struct {
		size_t member, max;
		const char *reason;
	} rows[] = {
		{offsetof(struct article, url), ARTICLE_URL_MAX,
		 "url: 4097 bytes exceed the limit of 4096"},
		{offsetof(struct article, title), ARTICLE_TITLE_MAX,
		 "title: 2049 bytes exceed the limit of 2048"},
		{offsetof(struct article, text), ARTICLE_TEXT_MAX,
		 "text: 1048577 bytes exceed the limit of 1048576"},
		{offsetof(struct article, source), ARTICLE_SOURCE_MAX,
		 "source: 257 bytes exceed the limit of 256"},
		{offsetof(struct article, published), ARTICLE_PUBLISHED_MAX,
		 "published: 65 bytes exceed the limit of 64"},
	};
	netral_cleanup(netral_freep) char *text = malloc(ARTICLE_TEXT_MAX + 2);
	assert_non_null(text);
	memset(text, 'x', ARTICLE_TEXT_MAX + 2);
	for (size_t i = 0; i < strlen("2024-08-21T"); i++)
		text[i] = "2024-08-21T"[i]; /* a date at once, for `published` */
	for (size_t i = 0; i < netral_countof(rows); i++) {
		struct article a = good();
		struct text *t = (struct text *)(void *)((char *)&a + rows[i].member);
		*t = (struct text){text, rows[i].max + 1};
		assert_int_equal(article_check(&a, reason), NETRAL_ETOOBIG);
		assert_string_equal(reason, rows[i].reason);
		t->len = rows[i].max;
		assert_int_equal(article_check(&a, reason), NETRAL_OK);
	}
}

static void published_is_a_date(void **state)
{
	(void)state;
	static const char *const dates[] = {"", "2024-08-21", "2024-08-21T10:00:00+07:00",
					    "2024-12-31 23:59"};
	static const char *const others[] = {
		"2024",       "2024-08", "2024-13-01", "2024-00-01",  "2024-08-32", "2024-08-00",
		"21-08-2024", "Rabu",    "2024/08/21", "2024-08-21x", "2o24-08-21"};
	for (size_t i = 0; i < netral_countof(dates); i++) {
		struct article a = good();
		a.published = (struct text){dates[i], strlen(dates[i])};
		assert_int_equal(article_check(&a, reason), NETRAL_OK);
	}
	for (size_t i = 0; i < netral_countof(others); i++) {
		struct article a = good();
		a.published = (struct text){others[i], strlen(others[i])};
		assert_int_equal(article_check(&a, reason), NETRAL_EINVALID);
		assert_non_null(strstr(reason, others[i]));
		assert_non_null(strstr(reason, "is not an ISO 8601 date"));
	}
}

/* The reason goes back to the submitter as text: it must stay valid when it is shortened. */
static void a_reason_never_ends_inside_a_character(void **state)
{
	(void)state;
	static const char euros[] = "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
				    "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
				    "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac";
	for (size_t shift = 0; shift < 3; shift++) {
		char text[64] = "";
		memset(text, 'a', shift);
		memcpy(text + shift, euros, sizeof(euros));
		struct article a = good();
		a.published = (struct text){text, strlen(text)};
		assert_int_equal(article_check(&a, reason), NETRAL_EINVALID);
		assert_int_equal(utf8_check(reason, strlen(reason), NULL), NETRAL_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_article_gets_its_id),
		cmocka_unit_test(only_the_text_is_needed),
		cmocka_unit_test(an_empty_text_is_refused),
		cmocka_unit_test(bad_bytes_are_told_with_field_and_place),
		cmocka_unit_test(every_field_has_its_bound),
		cmocka_unit_test(published_is_a_date),
		cmocka_unit_test(a_reason_never_ends_inside_a_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
