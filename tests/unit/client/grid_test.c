#include "capture.h"
#include "client/grid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const heads[] = {"NAME", "N", "TITLE"};

static struct grid *sample(void)
{
	struct grid *g = grid_new(heads, 3);
	assert_non_null(g);
	grid_word(g, INK_BOLD, "caf\xc3\xa9");
	grid_number(g, 7);
	grid_text(g, "pendek", 6);
	grid_word(g, INK_PLAIN, "x");
	grid_number(g, 1234);
	grid_text(g, "judul yang panjang sekali sehingga tidak muat di layar yang sempit", 66);
	return g;
}

static void test_alignment_and_cut(void **state)
{
	(void)state;
	const struct style narrow = {.terminal = true, .width = 40};
	struct capture c;
	struct grid *g = sample();
	capture_begin(&c);
	grid_print(g, c.out, &narrow, 2, true);
	capture_expect(&c, "  NAME     N  TITLE\n"
			   "  caf\xc3\xa9     7  pendek\n"
			   "  x     1234  judul yang panjang seka...\n");
	grid_free(g);
}

static void test_nothing_is_cut_without_a_terminal(void **state)
{
	(void)state;
	const struct style narrow = {.width = 20};
	struct capture c;
	struct grid *g = sample();
	capture_begin(&c);
	grid_print(g, c.out, &narrow, 0, false);
	capture_expect(
		&c,
		"caf\xc3\xa9     7  pendek\n"
		"x     1234  judul yang panjang sekali sehingga tidak muat di layar yang sempit\n");
	grid_free(g);
}

static void test_without_heads(void **state)
{
	(void)state;
	struct capture c;
	struct grid *g = grid_new(heads, 3);
	grid_word(g, INK_RED, "a");
	grid_number(g, 1);
	grid_word(g, INK_PLAIN, "b");
	grid_word(g, INK_PLAIN, "a row that is not full is not printed");
	capture_begin(&c);
	grid_print(g, c.out, &capture_coloured, 0, false);
	capture_expect(&c, "\033[31ma\033[0m     1  b\n");
	grid_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alignment_and_cut),
		cmocka_unit_test(test_nothing_is_cut_without_a_terminal),
		cmocka_unit_test(test_without_heads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
