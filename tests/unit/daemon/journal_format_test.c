#include "daemon/journal_format.h"

#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct article sample(void)
{
	struct article a = {.url = {"https://a.example/1", 19},
			    .title = {"Judul", 5},
			    .text = {"Isi berita.", 11},
			    .published = {"2024-08-21", 10},
			    .source = {"spool:a.txt", 11},
			    .accepted_us = 1725000000000000};
	a.id = article_id_of("Judul", 5, "Isi berita.", 11);
	return a;
}

static const struct journal_try sample_try = {.seq = 9,
					      .tries = 3,
					      .suspect = true,
					      .not_before_us = 1725000000000001,
					      .reason = "worker fell silent",
					      .reason_len = 18};

static void keys_sort_like_numbers(void **state)
{
	(void)state;
	struct format_key a = format_key(255), b = format_key(256);
	uint64_t seq = 0;
	assert_true(memcmp(a.bytes, b.bytes, sizeof(a.bytes)) < 0);
	assert_int_equal(format_parse_key(b.bytes, sizeof(b.bytes), &seq), 0);
	assert_int_equal(seq, 256);
	assert_int_equal(format_parse_key(b.bytes, 7, &seq), NETRAL_EMALFORMED);
	assert_int_equal(format_parse_key(b.bytes, 0, &seq), NETRAL_EMALFORMED);
}

static void an_article_comes_back(void **state)
{
	(void)state;
	struct buf b = {0};
	struct arena arena;
	struct article a = sample(), back;
	struct article_id id;
	struct bytes stored;
	codec_arena_init(&arena);
	assert_int_equal(format_article(&a, &b), 0);
	assert_int_equal(format_parse_article(b.data, b.len, &id, &stored), 0);
	assert_true(article_id_equal(&id, &a.id));
	assert_int_equal(codec_decode_article(stored.ptr, stored.len, &arena, &back), 0);
	assert_string_equal(back.text.ptr, "Isi berita.");
	assert_int_equal(back.accepted_us, a.accepted_us);
	arena_fini(&arena);
	buf_fini(&b);
}

static void a_try_comes_back(void **state)
{
	(void)state;
	struct buf b = {0};
	struct journal_try back = {.seq = 9};
	assert_int_equal(format_try(&sample_try, &b), 0);
	assert_int_equal(format_parse_try(b.data, b.len, &back), 0);
	assert_int_equal(back.seq, 9);
	assert_int_equal(back.tries, 3);
	assert_true(back.suspect);
	assert_int_equal(back.not_before_us, sample_try.not_before_us);
	assert_int_equal(back.reason_len, 18);
	assert_memory_equal(back.reason, "worker fell silent", 18);
	buf_fini(&b);
}

static void a_long_reason_is_cut_on_a_character(void **state)
{
	(void)state;
	struct buf b = {0};
	struct journal_try t = sample_try, back = {0};
	char reason[CODEC_REASON_MAX + 10];
	memset(reason, 'x', sizeof(reason));
	reason[CODEC_REASON_MAX - 1] = '\xc3';
	reason[CODEC_REASON_MAX] = '\xa9';
	t.reason = reason;
	t.reason_len = sizeof(reason);
	assert_int_equal(format_try(&t, &b), 0);
	assert_int_equal(format_parse_try(b.data, b.len, &back), 0);
	assert_int_equal(back.reason_len, CODEC_REASON_MAX - 1);
	buf_fini(&b);
}

static int make_dead(struct buf *out)
{
	struct buf article = {0};
	struct article a = sample();
	struct journal_dead d = {
		.tries = 5, .died_us = 1725000000000002, .reason = "no", .reason_len = 2};
	assert_int_equal(format_article(&a, &article), 0);
	int r = format_dead(&d, (struct bytes){article.data, article.len}, out);
	buf_fini(&article);
	return r;
}

static void a_dead_article_comes_back(void **state)
{
	(void)state;
	struct buf b = {0};
	struct journal_dead back = {.seq = 4};
	struct bytes whole;
	struct article a = sample();
	assert_int_equal(make_dead(&b), 0);
	assert_int_equal(format_parse_dead(b.data, b.len, &back, &whole), 0);
	assert_int_equal(back.seq, 4);
	assert_int_equal(back.tries, 5);
	assert_int_equal(back.died_us, 1725000000000002);
	assert_memory_equal(back.reason, "no", 2);
	assert_true(article_id_equal(&back.id, &a.id));
	assert_int_equal(whole.len, back.article.len + 1 + ARTICLE_ID_BYTES);
	buf_fini(&b);
}

static void totals_come_back(void **state)
{
	(void)state;
	uint8_t data[FORMAT_TOTALS_BYTES];
	struct format_totals t = {7, 6, 5, 4}, back = {0};
	format_totals(&t, data);
	assert_int_equal(format_parse_totals(data, sizeof(data), &back), 0);
	assert_memory_equal(&back, &t, sizeof(t));
	assert_int_equal(format_parse_totals(data, sizeof(data) - 1, &back), NETRAL_EMALFORMED);
	data[0] = 2;
	assert_int_equal(format_parse_totals(data, sizeof(data), &back), NETRAL_EVERSION);
}

/* Exactly as large as what is read, so that a sanitizer sees a read beyond it. */
static void every_cut_is_malformed(void **state)
{
	(void)state;
	struct buf b = {0};
	assert_int_equal(format_try(&sample_try, &b), 0);
	for (size_t len = 0; len < b.len; len++) {
		struct journal_try t = {0};
		uint8_t *cut = malloc(len ? len : 1);
		assert_non_null(cut);
		memcpy(cut, b.data, len);
		assert_int_equal(format_parse_try(cut, len, &t), NETRAL_EMALFORMED);
		free(cut);
	}
	buf_clear(&b);
	assert_int_equal(make_dead(&b), 0);
	/* version, tries, time, length, "no", version, id: the article itself may have any length
	 */
	for (size_t len = 0; len < 1 + 4 + 8 + 4 + 2 + 1 + ARTICLE_ID_BYTES; len++) {
		struct journal_dead d = {0};
		struct bytes whole;
		uint8_t *cut = malloc(len ? len : 1);
		assert_non_null(cut);
		memcpy(cut, b.data, len);
		assert_int_equal(format_parse_dead(cut, len, &d, &whole), NETRAL_EMALFORMED);
		free(cut);
	}
	buf_fini(&b);
}

static void another_version_is_not_read(void **state)
{
	(void)state;
	struct buf b = {0};
	struct journal_try t = {0};
	struct article_id id;
	struct bytes article;
	assert_int_equal(format_try(&sample_try, &b), 0);
	b.data[0] = FORMAT_VERSION + 1;
	assert_int_equal(format_parse_try(b.data, b.len, &t), NETRAL_EVERSION);
	assert_int_equal(format_parse_article(b.data, b.len, &id, &article), NETRAL_EVERSION);
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_sort_like_numbers),
		cmocka_unit_test(an_article_comes_back),
		cmocka_unit_test(a_try_comes_back),
		cmocka_unit_test(a_long_reason_is_cut_on_a_character),
		cmocka_unit_test(a_dead_article_comes_back),
		cmocka_unit_test(totals_come_back),
		cmocka_unit_test(every_cut_is_malformed),
		cmocka_unit_test(another_version_is_not_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
