/* Pages made to hurt: each must end soon, with a text or a sentence. */
#include "lib/extract/extract.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "lib/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { SIZE = 1 << 20, SECONDS_MAX = 20 /* under sanitizers, on a loaded machine */ };

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 96 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static int read_bytes(const char *html, size_t len)
{
	struct extracted e;
	char reason[EXTRACT_REASON_SIZE] = "";
	const struct extract_hints hints = {.url = "https://a.example/x"};
	clock_t start = clock();
	int r = extract_page(html, len, &hints, &arena, &e, reason);
	if (r == NETRAL_OK) {
		for (unsigned i = 0; i < EXTRACT_FIELDS; i++) {
			assert_int_equal(strlen(e.field[i].ptr), e.field[i].len);
			assert_int_equal(utf8_check(e.field[i].ptr, e.field[i].len, NULL), 0);
		}
	} else {
		assert_true(reason[0]);
	}
	assert_true((clock() - start) / CLOCKS_PER_SEC < SECONDS_MAX);
	arena_reset(&arena);
	return r;
}

/* `unit` repeated behind `front`, SIZE bytes in all. */
static int read_repeated(const char *front, const char *unit)
{
	size_t front_len = strlen(front), len = strlen(unit);
	char *html = malloc(SIZE);
	assert_non_null(html);
	memcpy(html, front, front_len);
	for (size_t i = front_len; i < SIZE; i++)
		html[i] = unit[(i - front_len) % len];
	int r = read_bytes(html, SIZE);
	free(html);
	return r;
}

static void floods_end_soon(void **state)
{
	(void)state;
	static const char *const units[] = {
		"<div>",
		"<span>",
		"<p>",
		"</p>",
		"<",
		"<!--",
		"<a href=x>",
		"&",
		"&amp;",
		"&#x41;",
		"<table><tr><td>",
		"<ul><li>",
		"<h1>x</p>",
		"<h1>Judul yang panjang</h1>",
		"<article>x</article>",
		"<td>x",
		"x<br>",
		"<script>",
		"<template>",
		"\xff",
		"\xe2\x80",
		"<title>Judul - x | </title>",
		"<meta name=author content=x>",
		"Oleh Oleh ",
		"<div class='author share date'>12 Mei 2024</div>",
		"<ul class=breadcrumb>",
		"<div class=paging><a href=/x/2>2</a></div>",
		"<span itemprop=author>x</span>",
		"<div><h2><a href=x>Judul yang panjang sekali</a></h2></div>",
		"<script type=application/ld+json>{\"@type\":\"Article\"}</script>"};
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		int r = read_repeated("", units[i]);
		assert_true(r == NETRAL_OK || r == NETRAL_EINVALID || r == NETRAL_ETOOBIG);
	}
}

static void long_values_and_scripts_end_soon(void **state)
{
	(void)state;
	read_repeated("<p class=\"", "share ");
	read_repeated("<p ", "a=\"b\" ");
	read_repeated("<a href=\"", "x");
	read_repeated("<meta name=author content=\"", "Oleh ");
	read_repeated("<title>", "a - b | ");
	read_repeated("<script type=application/ld+json>", "[");
	read_repeated("<script type=application/ld+json>[", "{},");
	read_repeated("<script type=application/ld+json>{\"a\":\"", "\\");
	read_repeated("<script type=application/json>", "{\"a\":");
	read_repeated("<meta charset=gb18030>", "\x81\x30");
}

static void deep_nesting_hides_nothing(void **state)
{
	(void)state;
	enum { DEEP = 100000 };
	static const char text[] = "<p>Kalimat di dasar, yang panjang, dan utuh sampai titik.</p>";
	size_t len = 5 * (size_t)DEEP + sizeof(text) - 1;
	char *html = malloc(len);
	assert_non_null(html);
	for (size_t i = 0; i < DEEP; i++)
		memcpy(html + 5 * i, "<div>", 5);
	memcpy(html + 5 * (size_t)DEEP, text, sizeof(text) - 1);
	assert_int_equal(read_bytes(html, len), NETRAL_OK);
	free(html);
}

static void nuls_are_no_end(void **state)
{
	(void)state;
	struct extracted e;
	char reason[EXTRACT_REASON_SIZE];
	static const char html[] = "<p>satu\0dua</p>\0<p>tiga";
	assert_int_equal(extract_page(html, sizeof(html) - 1, NULL, &arena, &e, reason), NETRAL_OK);
	assert_string_equal(e.field[EXTRACT_TEXT].ptr, "satu dua\ntiga");
}

static void every_front_of_a_page_is_read(void **state)
{
	(void)state;
	static const char html[] =
		"<!DOCTYPE html><html lang=id><head><title>Judul &amp; - Situs</title><meta "
		"charset=utf-8><script type=\"application/ld+json\">{\"@type\":\"NewsArticle\","
		"\"author\":{\"name\":\"Siti\"},\"headline\":\"Judul \\u0026 isi\"}</script></head>"
		"<body><nav><a href=/>Depan</a></nav><article><h1>Judul</h1><p class='x y'>Kalimat "
		"\xe2\x80\x9cpertama\xe2\x80\x9d &copy; "
		"&#8217;.<br>Baris<table><tr><td>a<td>b</table>"
		"</article><div class=paging><a href='?page=2'>2</a></div></body></html>";
	for (size_t len = 0; len < sizeof(html); len++)
		read_bytes(html, len);
}

#ifdef NETRAL_TEST_HOOKS
/* One failed allocation costs the page, or a field; never more. */
static void every_failed_allocation_is_survived(void **state)
{
	(void)state;
	enum { ALLOCATIONS = 80 };
	static const char html[] =
		"<html lang=id><link rel=canonical href=/x><script type='application/ld+json'>"
		"{\"@type\":\"NewsArticle\",\"author\":[{\"name\":\"Siti\"}]}</script>"
		"<script type='application/json'>{\"a\":\"b\"}</script><h1>Judul yang panjang</h1>"
		"<p>Oleh: Siti</p><p>Kalimat pertama, yang panjang, sampai ke titik.</p>";
	unsigned whole = 0;
	for (unsigned n = 1; n <= ALLOCATIONS; n++) {
		arena_fini(&arena);
		fault_arm("alloc", n);
		int r = read_bytes(html, sizeof(html) - 1);
		assert_true(r == NETRAL_OK || r == NETRAL_ENOMEM);
		whole += r == NETRAL_OK;
	}
	fault_arm(NULL, 0);
	assert_true(whole > 0 && whole < ALLOCATIONS);
}
#endif

static void empty_and_too_large(void **state)
{
	(void)state;
	struct extracted e;
	char reason[EXTRACT_REASON_SIZE];
	assert_int_equal(extract_page("", 0, NULL, &arena, &e, reason), NETRAL_EINVALID);
	assert_string_equal(reason, "HTML: no text in the page");
	char *html = calloc(1, EXTRACT_PAGE_MAX + 1);
	assert_non_null(html);
	assert_int_equal(extract_page(html, EXTRACT_PAGE_MAX + 1, NULL, &arena, &e, reason),
			 NETRAL_ETOOBIG);
	free(html);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(floods_end_soon),
		TEST(long_values_and_scripts_end_soon),
		TEST(deep_nesting_hides_nothing),
		TEST(nuls_are_no_end),
		TEST(every_front_of_a_page_is_read),
#ifdef NETRAL_TEST_HOOKS
		TEST(every_failed_allocation_is_survived),
#endif
		TEST(empty_and_too_large),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
