#include "lib/id.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_text_and_its_hex_form_are_the_same_id(void **state)
{
	(void)state;
	char hex[ARTICLE_ID_HEX + 1];
	struct article_id id, back;
	for (size_t i = 0; i < ARTICLE_ID_BYTES; i++)
		id.bytes[i] = (uint8_t)(i * 17 + 3);
	article_id_format(&id, hex);
	assert_string_equal(hex, "031425364758697a8b9cadbecfe0f102");
	assert_int_equal(article_id_parse(hex, &back), NETRAL_OK);
	assert_true(article_id_equal(&id, &back));
	assert_int_equal(article_id_parse("031425364758697A8B9CADBECFE0F102", &back), NETRAL_OK);
	assert_true(article_id_equal(&id, &back));
	back.bytes[15] ^= 1;
	assert_false(article_id_equal(&id, &back));
}

static void anything_else_is_no_id(void **state)
{
	(void)state;
	static const char *const bad[] = {"",
					  "0",
					  "031425364758697a8b9cadbecfe0f10",
					  "031425364758697a8b9cadbecfe0f1022",
					  "031425364758697a8b9cadbecfe0f10g",
					  "@31425364758697a8b9cadbecfe0f102",
					  "031425364758697a8b9cadbecfe0f1 2",
					  "0x31425364758697a8b9cadbecfe0f10"};
	struct article_id id;
	for (size_t i = 0; i < netral_countof(bad); i++) {
		memset(&id, 0xEE, sizeof(id));
		assert_int_equal(article_id_parse(bad[i], &id), NETRAL_EINVALID);
		assert_int_equal(id.bytes[0], 0xEE);
	}
}

/* Ids are kept for ever: a library that hashed otherwise would make every article new. */
static void the_hash_is_the_one_that_stores_hold(void **state)
{
	(void)state;
	char hex[ARTICLE_ID_HEX + 1];
	struct article_id id = article_id_of("judul", 5, "isi", 3);
	article_id_format(&id, hex);
	assert_string_equal(hex, "ea4f522d7d63b02c8fc004aa1053cec1");
	id = article_id_of(NULL, 0, NULL, 0);
	article_id_format(&id, hex);
	assert_string_equal(hex, "a6cd5e9392000f6ac44bdff4074eecdb");
}

static void the_border_between_title_and_text_counts(void **state)
{
	(void)state;
	struct article_id a = article_id_of("ab", 2, "c", 1);
	struct article_id b = article_id_of("a", 1, "bc", 2);
	struct article_id c = article_id_of("", 0, "abc", 3);
	assert_false(article_id_equal(&a, &b));
	assert_false(article_id_equal(&b, &c));
	struct article_id again = article_id_of("ab", 2, "c", 1);
	assert_true(article_id_equal(&a, &again));
}

static void another_url_is_another_article(void **state)
{
	(void)state;
	struct article_id none = article_id_of("judul", 5, "isi", 3);
	struct article_id empty = article_id_at("", 0, "judul", 5, "isi", 3);
	struct article_id one = article_id_at("https://a.id/1", 14, "judul", 5, "isi", 3);
	struct article_id two = article_id_at("https://a.id/2", 14, "judul", 5, "isi", 3);
	struct article_id again = article_id_at("https://a.id/1", 14, "judul", 5, "isi", 3);
	assert_true(article_id_equal(&none, &empty));
	assert_false(article_id_equal(&none, &one));
	assert_false(article_id_equal(&one, &two));
	assert_true(article_id_equal(&one, &again));
}

static void long_texts_are_hashed_whole(void **state)
{
	(void)state;
	size_t len = 100000;
	netral_cleanup(netral_freep) char *text = malloc(len);
	assert_non_null(text);
	memset(text, 'x', len);
	struct article_id before = article_id_of("t", 1, text, len);
	for (size_t at = 0; at < len; at += 9999) {
		text[at] = 'y';
		struct article_id after = article_id_of("t", 1, text, len);
		assert_false(article_id_equal(&before, &after));
		text[at] = 'x';
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_and_its_hex_form_are_the_same_id),
		cmocka_unit_test(anything_else_is_no_id),
		cmocka_unit_test(the_hash_is_the_one_that_stores_hold),
		cmocka_unit_test(the_border_between_title_and_text_counts),
		cmocka_unit_test(another_url_is_another_article),
		cmocka_unit_test(long_texts_are_hashed_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
