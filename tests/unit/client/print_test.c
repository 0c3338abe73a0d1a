/* What people see, line by line, with and without colour. */
#include "capture.h"
#include "client/print.h"
#include "lib/cleanup.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void test_update_plain(void **state)
{
	(void)state;
	struct capture c;
	capture_begin(&c);
	print_update(c.out, &capture_plain, capture_full_update());
	capture_expect(&c,
		       "2024-08-21 02:00:00  VIOLATION UNDER_REVIEW  Kota Ambon, Maluku (81.71)  "
		       "2024-08-21  2 people\n"
		       "          Dua ASN di Ambon Diperiksa karena Unggahan\n"
		       "          > Bawaslu memeriksa dua ASN di Kota Ambon.\n"
		       "          https://example.org/a  id 0123456789abcdef0123456789abcdef-2\n"
		       "\n");
}

static struct article_ref article_at(const char *url, const char *source)
{
	return (struct article_ref){.url = {url, strlen(url)}, .source = {source, strlen(source)}};
}

/* Each other outlet once, by its host or by where it came in. */
static void test_update_of_many(void **state)
{
	(void)state;
	struct capture c;
	struct update u = *capture_full_update();
	struct update_report reports[] = {{u.article, EVENT_STATUS_ALLEGED},
					  {article_at("https://kabar.example/1", ""), 3},
					  {article_at("https://kabar.example/2", ""), 3},
					  {article_at("", "feed:warta"), 3},
					  {article_at("", ""), 3}};
	u.change = CHANGE_CHANGED;
	u.cause = CAUSE_CONFIRMED;
	u.reports = reports;
	u.listed_count = 5;
	u.report_count = 5;
	capture_begin(&c);
	print_update(c.out, &capture_plain, &u);
	capture_expect(&c,
		       "2024-08-21 02:00:00  confirmed: VIOLATION UNDER_REVIEW  "
		       "Kota Ambon, Maluku (81.71)  2024-08-21  2 people\n"
		       "          Dua ASN di Ambon Diperiksa karena Unggahan\n"
		       "          > Bawaslu memeriksa dua ASN di Kota Ambon.\n"
		       "          reported by 5 articles, also by kabar.example, feed:warta\n"
		       "          https://example.org/a  id 0123456789abcdef0123456789abcdef-2\n"
		       "\n");
	u.listed_count = 0; /* and more than are listed */
	u.cause = CAUSE_STAGE;
	capture_begin(&c);
	print_update(c.out, &capture_plain, &u);
	capture_expect(&c, "2024-08-21 02:00:00  now: VIOLATION UNDER_REVIEW  "
			   "Kota Ambon, Maluku (81.71)  2024-08-21  2 people\n"
			   "          Dua ASN di Ambon Diperiksa karena Unggahan\n"
			   "          > Bawaslu memeriksa dua ASN di Kota Ambon.\n"
			   "          reported by 5 articles\n"
			   "          https://example.org/a  id "
			   "0123456789abcdef0123456789abcdef-2\n"
			   "\n");
}

static void test_update_coloured(void **state)
{
	(void)state;
	struct capture c;
	capture_begin(&c);
	print_update(c.out, &capture_coloured, capture_full_update());
	capture_expect(&c, "\033[2m2024-08-21 02:00:00\033[0m  \033[1mVIOLATION\033[0m "
			   "\033[33mUNDER_REVIEW\033[0m  Kota Ambon, Maluku (81.71)  2024-08-21  "
			   "2 people\n"
			   "          \033[1mDua ASN di Ambon Diperiksa karena Unggahan\033[0m\n"
			   "          \033[2m>\033[0m Bawaslu memeriksa dua ASN di Kota Ambon.\n"
			   "          \033[2mhttps://example.org/a  id "
			   "0123456789abcdef0123456789abcdef-2\033[0m\n"
			   "\n");
}

static void test_fields(void **state)
{
	(void)state;
	struct capture c;
	capture_begin(&c);
	print_fields(c.out, &capture_plain, &capture_full_update()->event);
	capture_expect(&c, "VIOLATION UNDER_REVIEW\n"
			   "  place         Kota Ambon, Maluku (81.71)\n"
			   "  date          2024-08-21\n"
			   "  count         2\n"
			   "  subjects      ASN\n"
			   "  conduct       SOCIAL_MEDIA, ENDORSEMENT\n"
			   "  institutions  Bawaslu Kota Ambon; KASN\n"
			   "  people        Rina Salampessy (Ketua Bawaslu)\n"
			   "  sanctions     moral\n"
			   "  legal basis   UU 5/2014; PP 42/2004\n"
			   "  election      Pilkada 2024\n"
			   "  confidence    0.90; status 0.75, place 0.50, date 0.25\n"
			   "  note          UU 5/2014: replaced by UU 20/2023\n");
}

static void test_fields_of_a_total(void **state)
{
	(void)state;
	const struct event_stage stages[] = {{EVENT_STATUS_ALLEGED, 490},
					     {EVENT_STATUS_FOUND, 372}};
	struct capture c;
	struct event e;
	event_init(&e);
	e.kind = EVENT_KIND_VIOLATION;
	e.status = EVENT_STATUS_FOUND;
	e.scope = EVENT_SCOPE_TOTAL;
	e.date = (struct event_date){"2020", EVENT_PRECISION_YEAR};
	e.as_of = (struct event_date){"2020-08-19", EVENT_PRECISION_DAY};
	e.count = (struct event_count){372, EVENT_QUALIFIER_EXACT};
	e.stages = stages;
	e.stage_count = netral_countof(stages);
	capture_begin(&c);
	print_fields(c.out, &capture_plain, &e);
	capture_expect(&c, "VIOLATION FOUND TOTAL\n"
			   "  place         unknown\n"
			   "  date          2020 (year)\n"
			   "  as of         2020-08-19\n"
			   "  count         372\n"
			   "  stages        ALLEGED 490, FOUND 372\n"
			   "  confidence    0.00\n");
}

static void expect_count(uint64_t value, enum event_qualifier qualifier, const char *expected)
{
	char text[PRINT_SHORT_SIZE];
	const struct event_count count = {value, qualifier};
	print_count(&count, text);
	assert_string_equal(text, expected);
}

static void test_counts(void **state)
{
	(void)state;
	expect_count(0, EVENT_QUALIFIER_NONE, "");
	expect_count(1, EVENT_QUALIFIER_EXACT, "1");
	expect_count(120, EVENT_QUALIFIER_ABOUT, "about 120");
	expect_count(10, EVENT_QUALIFIER_AT_LEAST, "at least 10");
	expect_count(0, EVENT_QUALIFIER_SEVERAL, "several");
	expect_count(3, EVENT_QUALIFIER_SEVERAL, "several, 3");
}

static void expect_place(const char *code, const char *name, const char *province,
			 const char *expected)
{
	char text[PRINT_SHORT_SIZE];
	const struct event_place place = {code, name, province};
	print_place(&place, text);
	assert_string_equal(text, expected);
}

static void test_places(void **state)
{
	(void)state;
	expect_place("", "", "", "");
	expect_place("ID", "Nasional", "", "Nasional (ID)");
	expect_place("81", "Maluku", "Maluku", "Maluku (81)");
	expect_place("81.71", "Kota Ambon", "Maluku", "Kota Ambon, Maluku (81.71)");
}

/* --- style --- */

static void test_terminal_is_not_steered_from_outside(void **state)
{
	(void)state;
	static const char hostile[] = "a\033[31mb\x07"
				      "c\xc2\x9b"
				      "2Jd\ne\tf\xff\xe2\x80\xae"
				      "g";
	struct capture c;
	capture_begin(&c);
	style_put(c.out, hostile, sizeof(hostile) - 1);
	capture_expect(&c, "a?[31mb?c?2Jd e f??g");
}

static void test_columns(void **state)
{
	(void)state;
	static const char text[] = "caf\xc3\xa9";
	assert_int_equal(style_columns(text, 5), 4);
	assert_int_equal(style_columns("e\xcc\x81", 3), 1);
	assert_int_equal(style_fit(text, 5, 4), 5);
	assert_int_equal(style_fit(text, 5, 3), 3);
}

static void test_wrapping(void **state)
{
	(void)state;
	const struct style narrow = {.width = 30};
	static const char text[] =
		"  satu dua tiga  empat lima enam\ntujuh katayangsangatpanjangsekalitakmuat";
	struct capture c;
	capture_begin(&c);
	style_wrap(c.out, &narrow, INK_PLAIN, 4, text, sizeof(text) - 1);
	capture_expect(&c, "satu dua tiga  empat lima\n"
			   "    enam tujuh\n"
			   "    katayangsangatpanjangsekal\n"
			   "    itakmuat\n");
}

static void test_cutting(void **state)
{
	(void)state;
	struct capture c;
	capture_begin(&c);
	style_put_cut(c.out, "netralitas", 10, 10);
	fputc('|', c.out);
	style_put_cut(c.out, "netralitas", 10, 9);
	capture_expect(&c, "netralitas|netral...");
}

static void test_no_colour_without_a_terminal(void **state)
{
	(void)state;
	struct style s;
	FILE *file = tmpfile();
	assert_non_null(file);
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	style_init(&s, file);
	assert_false(s.colour);
	assert_int_equal(s.width, STYLE_WIDTH_DEFAULT);
	assert_string_equal(style_ink(&s, INK_RED), "");
	fclose(file);
}

static struct style style_of(FILE *terminal)
{
	struct style s;
	style_init(&s, terminal);
	return s;
}

static void test_colour_on_a_terminal(void **state)
{
	(void)state;
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	const struct winsize size = {.ws_row = 50, .ws_col = 132};
	assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	int fd = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	FILE *terminal = fdopen(fd, "w");
	assert_non_null(terminal);
	assert_int_equal(ioctl(fd, TIOCSWINSZ, &size), 0);
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	assert_true(style_of(terminal).colour);
	assert_int_equal(style_of(terminal).width, 132);
	setenv("NO_COLOR", "", 1);
	assert_true(style_of(terminal).colour);
	setenv("NO_COLOR", "1", 1);
	assert_false(style_of(terminal).colour);
	assert_true(style_of(terminal).terminal);
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	assert_false(style_of(terminal).colour);
	fclose(terminal);
	close(master);
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_update_plain),
		cmocka_unit_test(test_update_of_many),
		cmocka_unit_test(test_update_coloured),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_fields_of_a_total),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_terminal_is_not_steered_from_outside),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_wrapping),
		cmocka_unit_test(test_cutting),
		cmocka_unit_test(test_no_colour_without_a_terminal),
		cmocka_unit_test(test_colour_on_a_terminal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
