#include "lib/story/sketch.h"

#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS = 240, TEXT_BYTES = 8 * WORDS, HUGE_BYTES = 1 << 20 };

static struct story_sketch sketch_of(const char *text)
{
	struct story_sketch s;
	story_sketch(text, strlen(text), &s);
	return s;
}

static double resemblance(const char *a, const char *b)
{
	struct story_sketch x = sketch_of(a), y = sketch_of(b);
	double r = story_resemblance(&x, &y);
	assert_true(r == story_resemblance(&y, &x));
	return r;
}

/* Words from..to of a text in which no word comes twice. */
static char *numbered(char text[static TEXT_BYTES], const char *prefix, unsigned from, unsigned to)
{
	size_t n = 0;
	text[0] = '\0';
	for (unsigned i = from; i < to; i++)
		n += (size_t)snprintf(text + n, TEXT_BYTES - n, "%s%u ", prefix, i);
	return text;
}

static void the_same_words_have_the_same_sketch(void **state)
{
	(void)state;
	static const char plain[] = "Camat itu dilaporkan karena mengajak warga memilih calon";
	static const char *const others[] = {
		"CAMAT ITU DILAPORKAN KARENA MENGAJAK WARGA MEMILIH CALON",
		"Camat itu, dilaporkan\n\nkarena \"mengajak\" warga memilih calon.",
		"\xEF\xBB\xBF"
		"Camat\xC2\xA0itu dilaporkan \xE2\x80\x94 karena mengajak warga "
		"memilih\tcalon \xE2\x80\x9C",
		"Baca juga: Lurah Berikrar Netral\nCamat itu dilaporkan karena\n"
		"ADVERTISEMENT\nmengajak warga memilih calon",
	};
	for (size_t i = 0; i < netral_countof(others); i++) {
		struct story_sketch a = sketch_of(plain), b = sketch_of(others[i]);
		assert_memory_equal(&a, &b, sizeof(a));
	}
}

static void letters_beyond_ascii_are_letters(void **state)
{
	(void)state;
	assert_true(resemblance("Jos\xC3\x89 dan Ren\xC3\xA9 hadir di sana",
				"Jos\xC3\xA9 dan REN\xC3\x89 hadir di sana") == 1);
	assert_true(resemblance("Jos\xC3\xA9 hadir di", "Jos hadir di") < 1);
}

static void texts_without_a_shingle_resemble_nothing(void **state)
{
	(void)state;
	static const char *const empty[] = {"",     " \n\t",    "...",
					    "satu", "satu dua", "Baca juga: satu dua tiga empat"};
	static const struct story_sketch zeroes;
	for (size_t i = 0; i < netral_countof(empty); i++) {
		struct story_sketch s = sketch_of(empty[i]);
		assert_memory_equal(&s, &zeroes, sizeof(s));
		assert_true(resemblance(empty[i], empty[i]) == 0);
		assert_true(resemblance(empty[i], "satu dua tiga empat") == 0);
	}
}

static void other_texts_do_not_resemble(void **state)
{
	(void)state;
	char a[TEXT_BYTES], b[TEXT_BYTES];
	assert_true(resemblance(numbered(a, "a", 0, WORDS), numbered(b, "b", 0, WORDS)) == 0);
}

/* The estimate is of 32 values: 0.3 is more than three standard deviations. */
static void the_estimate_is_near_the_share(void **state)
{
	(void)state;
	char a[TEXT_BYTES], b[TEXT_BYTES];
	numbered(a, "w", 0, WORDS / 2);
	numbered(b, "w", WORDS / 6, WORDS / 2 + WORDS / 6);
	double r = resemblance(a, b); /* 80 of 160 words in common */
	assert_true(r > 0.5 - 0.3 && r < 0.5 + 0.3);
}

static void a_text_cut_from_the_bottom_keeps_its_head(void **state)
{
	(void)state;
	char whole[TEXT_BYTES], part[TEXT_BYTES];
	numbered(whole, "w", 0, WORDS);
	assert_true(resemblance(whole, numbered(part, "w", 0, WORDS / 2)) == 1);
	assert_true(resemblance(whole, numbered(part, "w", WORDS / 2, WORDS)) > 0.2);
}

static void a_new_head_leaves_the_rest(void **state)
{
	(void)state;
	char a[TEXT_BYTES], head[TEXT_BYTES], b[2 * TEXT_BYTES];
	snprintf(b, sizeof(b), "%s%s", numbered(head, "head", 0, WORDS / 8),
		 numbered(a, "w", 0, WORDS));
	assert_true(resemblance(a, b) > 0.6);
}

static void huge_texts_are_read(void **state)
{
	(void)state;
	netral_cleanup(netral_freep) char *text = malloc(HUGE_BYTES);
	struct story_sketch s;
	assert_non_null(text);
	memset(text, 'a', HUGE_BYTES); /* one word */
	story_sketch(text, HUGE_BYTES, &s);
	assert_true(story_resemblance(&s, &s) == 0);
	for (size_t i = 0; i < HUGE_BYTES; i += 2)
		text[i] = ' '; /* one word, again and again: one shingle fills all values */
	story_sketch(text, HUGE_BYTES, &s);
	for (size_t i = 1; i < SKETCH_VALUES; i++)
		assert_int_equal(s.value[i], s.value[0]);
	memset(text, '\n', HUGE_BYTES);
	story_sketch(text, HUGE_BYTES, &s);
	assert_true(story_resemblance(&s, &s) == 0);
}

/* Articles are checked before; a broken text does no harm all the same. */
static void bytes_that_are_no_utf8_are_survived(void **state)
{
	(void)state;
	static const char *const broken[] = {"\xC3", "a b \xE2\x80", "\x80\x80 \xFF \xC2 a b c",
					     "satu dua tiga \xF0\x9F"};
	for (size_t i = 0; i < netral_countof(broken); i++) {
		size_t len = strlen(broken[i]);
		netral_cleanup(netral_freep) char *exact = malloc(len);
		struct story_sketch s;
		assert_non_null(exact);
		memcpy(exact, broken[i], len); /* no byte behind it */
		story_sketch(exact, len, &s);
	}
}

/* Stores keep them. */
static void a_sketch_is_the_same_for_ever(void **state)
{
	(void)state;
	struct story_sketch s = sketch_of("netral sampai hari pemungutan suara");
	assert_int_equal(s.value[0], 0x55FE27D2);
	assert_int_equal(s.value[SKETCH_VALUES - 1], 0x24CA7AAC);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_words_have_the_same_sketch),
		cmocka_unit_test(letters_beyond_ascii_are_letters),
		cmocka_unit_test(texts_without_a_shingle_resemble_nothing),
		cmocka_unit_test(other_texts_do_not_resemble),
		cmocka_unit_test(the_estimate_is_near_the_share),
		cmocka_unit_test(a_text_cut_from_the_bottom_keeps_its_head),
		cmocka_unit_test(a_new_head_leaves_the_rest),
		cmocka_unit_test(huge_texts_are_read),
		cmocka_unit_test(bytes_that_are_no_utf8_are_survived),
		cmocka_unit_test(a_sketch_is_the_same_for_ever),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
