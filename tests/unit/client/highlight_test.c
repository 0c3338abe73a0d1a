#include "capture.h"
#include "client/highlight.h"
#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_plain(void **state)
{
	(void)state;
	struct capture c;
	capture_begin(&c);
	highlight_print(c.out, &capture_plain, &capture_full_update()->event, capture_full_text());
	/* The three values of the first sentence are shown in it at once. */
	capture_expect(
		&c, "  status, place, count\n"
		    "    Bawaslu [memeriksa] [dua] ASN di [Kota Ambon].\n"
		    "  kind\n"
		    "    [Keduanya diduga mengunggah dukun]gan kepada calon wali kota, kata Ketua\n"
		    "    Bawaslu Rina Salampessy.\n");
}

static void test_coloured(void **state)
{
	(void)state;
	struct capture c;
	capture_begin(&c);
	highlight_print(c.out, &capture_coloured, &capture_full_update()->event,
			capture_full_text());
	capture_expect(
		&c,
		"  \033[2mstatus, place, count\033[0m\n"
		"    Bawaslu \033[1;4mmemeriksa\033[0m \033[1;4mdua\033[0m ASN di "
		"\033[1;4mKota Ambon\033[0m.\n"
		"  \033[2mkind\033[0m\n"
		"    \033[1;4mKeduanya diduga mengunggah dukun\033[0mgan kepada calon wali kota, "
		"kata Ketua\n"
		"    Bawaslu Rina Salampessy.\n");
}

static void test_evidence_over_a_line_end(void **state)
{
	(void)state;
	static const char long_text[] =
		"Satu dua tiga empat lima enam tujuh delapan sembilan sepuluh.";
	const struct style narrow = {.width = 40};
	const struct style narrow_coloured = {.colour = true, .width = 40};
	const struct text text = {long_text, sizeof(long_text) - 1};
	const struct event_evidence evidence[] = {{"kind", 20, 43, ""}, {"date", 25, 29, ""}};
	struct capture c;
	struct event e;
	event_init(&e);
	e.evidence = evidence;
	e.evidence_count = netral_countof(evidence);
	capture_begin(&c);
	highlight_print(c.out, &narrow, &e, &text);
	capture_expect(&c, "  kind, date\n"
			   "    Satu dua tiga empat [lima enam tujuh\n"
			   "    delapan] sembilan sepuluh.\n");
	capture_begin(&c);
	highlight_print(c.out, &narrow_coloured, &e, &text);
	capture_expect(&c, "  \033[2mkind, date\033[0m\n"
			   "    Satu dua tiga empat \033[1;4mlima enam tujuh\033[0m\n"
			   "    \033[1;4mdelapan\033[0m sembilan sepuluh.\n");
}

static void test_evidence_outside_the_text(void **state)
{
	(void)state;
	const struct text text = {"Pendek.", 7};
	const struct event_evidence evidence[] = {{"kind", 3, 8, ""},
						  {"date", 5, 5, ""},
						  {"place", 6, 2, ""},
						  {"count", 4000000000, 4000000001, ""}};
	struct capture c;
	struct event e;
	event_init(&e);
	e.evidence = evidence;
	e.evidence_count = netral_countof(evidence);
	capture_begin(&c);
	highlight_print(c.out, &capture_plain, &e, &text);
	capture_expect(&c, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_coloured),
		cmocka_unit_test(test_evidence_over_a_line_end),
		cmocka_unit_test(test_evidence_outside_the_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
