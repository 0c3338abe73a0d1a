#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/error.h"
#include "workers/record/schema.h"

#include <stdlib.h>
#include <string.h>

static struct article_record a_record(void)
{
	struct article_record a = {.revision = 7,
				   .hash_count = 2,
				   .accepted_us = 1234567890123,
				   .text_size = 4711,
				   .next_number = 9,
				   .url = {"https://example.org/x", 21},
				   .title = {"", 0},
				   .published = {"2024-08-21", 10},
				   .source = {"spool:a.txt", 11},
				   .event_count = 2};
	memset(a.id.bytes, 0xAB, sizeof(a.id.bytes));
	memset(a.hashes[0], 1, 8);
	memset(a.hashes[1], 2, 8);
	a.events[0] = (struct event_entry){1, 100, EVENT_KIND_SESSION, "81.71"};
	a.events[1] = (struct event_entry){8, UINT64_MAX, EVENT_KIND_PLEDGE, ""};
	return a;
}

static void assert_text_equal(struct text a, struct text b)
{
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.ptr, b.ptr, a.len);
}

static void a_record_comes_back(void **state)
{
	(void)state;
	struct article_record a = a_record(), back;
	struct article_id id;
	uint8_t bytes[ARTICLE_RECORD_MAX + 1];
	size_t len = article_record_encode(&a, bytes);
	memmove(bytes + 1, bytes, len); /* values lie at any address */
	assert_int_equal(article_record_decode(bytes + 1, len, &back), 0);
	assert_int_equal(article_record_id(bytes + 1, len, &id), 0);
	assert_true(article_id_equal(&back.id, &a.id) && article_id_equal(&id, &a.id));
	assert_int_equal(back.revision, a.revision);
	assert_int_equal(back.hash_count, a.hash_count);
	assert_memory_equal(back.hashes, a.hashes, 16);
	assert_int_equal(back.accepted_us, a.accepted_us);
	assert_int_equal(back.text_size, a.text_size);
	assert_int_equal(back.next_number, a.next_number);
	assert_int_equal(back.event_count, a.event_count);
	for (size_t i = 0; i < a.event_count; i++) {
		assert_int_equal(back.events[i].number, a.events[i].number);
		assert_int_equal(back.events[i].seq, a.events[i].seq);
		assert_int_equal(back.events[i].kind, a.events[i].kind);
		assert_string_equal(back.events[i].area, a.events[i].area);
	}
	assert_text_equal(back.url, a.url);
	assert_text_equal(back.title, a.title);
	assert_text_equal(back.published, a.published);
	assert_text_equal(back.source, a.source);
}

static void the_largest_record_fits(void **state)
{
	(void)state;
	static char filling[ARTICLE_URL_MAX];
	struct article_record a = a_record(), back;
	uint8_t bytes[ARTICLE_RECORD_MAX];
	a.url = (struct text){filling, ARTICLE_URL_MAX};
	a.title = (struct text){filling, ARTICLE_TITLE_MAX};
	a.published = (struct text){filling, ARTICLE_PUBLISHED_MAX};
	a.source = (struct text){filling, ARTICLE_SOURCE_MAX};
	a.hash_count = VERSION_HASHES_MAX;
	a.event_count = EVENTS_PER_ARTICLE_MAX;
	size_t len = article_record_encode(&a, bytes);
	assert_true(len <= ARTICLE_RECORD_MAX);
	assert_int_equal(article_record_decode(bytes, len, &back), 0);
}

/* Each length gets memory of exactly that size, so that a sanitizer sees a read beyond it. */
static void a_cut_record_is_damaged(void **state)
{
	(void)state;
	struct article_record a = a_record(), back;
	uint8_t bytes[ARTICLE_RECORD_MAX];
	size_t len = article_record_encode(&a, bytes);
	for (size_t n = 0; n < len; n++) {
		uint8_t *cut = malloc(n ? n : 1);
		assert_non_null(cut);
		memcpy(cut, bytes, n);
		assert_int_equal(article_record_decode(cut, n, &back), NETRAL_EMALFORMED);
		free(cut);
	}
	assert_int_equal(article_record_decode(bytes, len + 1, &back), NETRAL_EMALFORMED);
}

static void another_format_is_not_read(void **state)
{
	(void)state;
	struct article_record a = a_record(), back;
	uint8_t bytes[ARTICLE_RECORD_MAX];
	size_t len = article_record_encode(&a, bytes);
	bytes[0]++;
	assert_int_equal(article_record_decode(bytes, len, &back), NETRAL_EMALFORMED);
}

static void numbers_are_big_endian(void **state)
{
	(void)state;
	uint8_t p[8];
	put_be16(p, 0x0102);
	assert_memory_equal(p, "\1\2", 2);
	assert_int_equal(get_be16(p), 0x0102);
	put_be32(p, 0x01020304);
	assert_memory_equal(p, "\1\2\3\4", 4);
	assert_int_equal(get_be32(p), 0x01020304);
	put_be64(p, 0x0102030405060708);
	assert_memory_equal(p, "\1\2\3\4\5\6\7\10", 8);
	assert_int_equal(get_be64(p), 0x0102030405060708);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_comes_back),
		cmocka_unit_test(the_largest_record_fits),
		cmocka_unit_test(a_cut_record_is_damaged),
		cmocka_unit_test(another_format_is_not_read),
		cmocka_unit_test(numbers_are_big_endian),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
