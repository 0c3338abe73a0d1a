/* Each kind of filter, replayed and live, from a number and from a position: a subscriber gets what
 * it wants of a mixture, and its position passes what it does not want. */
#include "lib/cleanup.h"
#include "tests/process/following.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_PART = 60, ALL = 120, CUT = 3 };

/* --- the mixture: what update `n` is, from 1 --- */

static const struct {
	enum event_kind kind;
	enum event_status status;
} natures[] = {{EVENT_KIND_SESSION, EVENT_STATUS_HELD},
	       {EVENT_KIND_VIOLATION, EVENT_STATUS_ALLEGED},
	       {EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND},
	       {EVENT_KIND_PLEDGE, EVENT_STATUS_MADE}};
static const char *const areas[] = {"81.71", "81", "53.71", "ID", ""};
static const double confidences[] = {0.3, 0.6, 0.9};
static const char *const sources[] = {"submit", "spool:a.txt", "feed:kabar"};

#define PICK(list, n) ((list)[(n) % netral_countof(list)])

static void record(struct bench *b, uint64_t first, uint64_t last)
{
	for (uint64_t n = first; n <= last; n++) {
		struct result r = bench_result(b, (unsigned)n, PICK(areas, n));
		const char *source = PICK(sources, n / 2);
		r.events[0].kind = PICK(natures, n).kind;
		r.events[0].status = PICK(natures, n).status;
		r.events[0].confidence = PICK(confidences, n);
		r.source = (struct text){source, strlen(source)};
		assert_int_equal(bench_record(b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
	}
	arena_reset(&b->arena);
}

/* --- filters, and what each wants --- */

static bool is_violation(uint64_t n)
{
	return PICK(natures, n).kind == EVENT_KIND_VIOLATION;
}

static bool is_in_maluku(uint64_t n)
{
	return strncmp(PICK(areas, n), "81", 2) == 0;
}

static bool is_in_ambon(uint64_t n)
{
	return strcmp(PICK(areas, n), "81.71") == 0;
}

static bool is_of_the_nation_or_nowhere(uint64_t n)
{
	return strcmp(PICK(areas, n), "ID") == 0 || PICK(areas, n)[0] == '\0';
}

static bool is_found_or_made(uint64_t n)
{
	return PICK(natures, n).status == EVENT_STATUS_FOUND ||
	       PICK(natures, n).status == EVENT_STATUS_MADE;
}

static bool is_sure(uint64_t n)
{
	return PICK(confidences, n) >= 0.6;
}

static bool is_fetched(uint64_t n)
{
	return strncmp(PICK(sources, n / 2), "feed:", 5) == 0 ||
	       strncmp(PICK(sources, n / 2), "spool:", 6) == 0;
}

static bool is_all_of_it(uint64_t n)
{
	return is_violation(n) && is_in_maluku(n) && is_found_or_made(n) && is_sure(n) &&
	       is_fetched(n);
}

static bool is_nothing(uint64_t n)
{
	(void)n;
	return false;
}

static const int violations[] = {NETRAL_VIOLATION};
static const int found_or_made[] = {NETRAL_FOUND, NETRAL_MADE};
static const char *const maluku[] = {"81"}, *const ambon[] = {"81.71"};
static const char *const nation_or_nowhere[] = {"ID", "none"};
static const char *const fetched[] = {"feed:", "spool:"}, *const unheard[] = {"warc:"};

static const struct wish {
	struct netral_filter filter;
	bool (*wants)(uint64_t n);
} wishes[] = {
	{{.kinds = violations, .kind_count = 1}, is_violation},
	{{.statuses = found_or_made, .status_count = 2}, is_found_or_made},
	{{.areas = maluku, .area_count = 1}, is_in_maluku},
	{{.areas = ambon, .area_count = 1}, is_in_ambon},
	{{.areas = nation_or_nowhere, .area_count = 2}, is_of_the_nation_or_nowhere},
	{{.min_confidence = 0.6}, is_sure},
	{{.sources = fetched, .source_count = 2}, is_fetched},
	{{.kinds = violations,
	  .kind_count = 1,
	  .statuses = found_or_made,
	  .status_count = 2,
	  .areas = maluku,
	  .area_count = 1,
	  .sources = fetched,
	  .source_count = 2,
	  .min_confidence = 0.6},
	 is_all_of_it},
	{{.min_confidence = 1}, is_nothing},
	{{.sources = unheard, .source_count = 1}, is_nothing},
	{{.kinds = violations, .kind_count = 1, .sources = unheard, .source_count = 1}, is_nothing},
};
enum { WISHES = sizeof(wishes) / sizeof(wishes[0]) };

static struct netral_subscriber *follow(struct bench *b, const struct wish *w,
					struct netral_options o)
{
	struct netral_filter f = w->filter; /* the library keeps a copy */
	f.size = sizeof(f);
	o.filter = &f;
	return following(b, o);
}

static void expect_wanted(struct netral_subscriber *s, const struct wish *w, uint64_t first,
			  uint64_t last)
{
	for (uint64_t n = first; n <= last; n++) {
		if (w->wants(n))
			following_expect(s, n);
	}
}

/* The number of the `count`-th that is wanted, or the last of all. */
static uint64_t number_of(const struct wish *w, unsigned count)
{
	uint64_t n = 1;
	for (; n < FIRST_PART; n++) {
		if (w->wants(n) && --count == 0)
			break;
	}
	return n;
}

/* --- replayed --- */

static void test_replayed(void **state)
{
	struct bench *b = *state;
	record(b, 1, FIRST_PART);
	for (size_t i = 0; i < WISHES; i++) {
		struct netral_subscriber *s = follow(
			b, &wishes[i], (struct netral_options){.start = NETRAL_FROM_BEGINNING});
		expect_wanted(s, &wishes[i], 1, FIRST_PART);
		following_wait(s, NETRAL_LIVE);
		assert_int_equal(following_position(s).seq, FIRST_PART);
		netral_unsubscribe(s);
	}
}

static void test_replayed_from_a_number(void **state)
{
	enum { FROM = 31 };
	struct bench *b = *state;
	record(b, 1, FIRST_PART);
	for (size_t i = 0; i < WISHES; i++) {
		struct netral_subscriber *s = follow(
			b, &wishes[i],
			(struct netral_options){.start = NETRAL_FROM_NUMBER, .number = FROM});
		expect_wanted(s, &wishes[i], FROM, FIRST_PART);
		following_wait(s, NETRAL_LIVE);
		netral_unsubscribe(s);
	}
}

/* A caller that ends in the midst of a page, and goes on later: once each. */
static void test_replayed_from_a_position(void **state)
{
	struct bench *b = *state;
	record(b, 1, FIRST_PART);
	for (size_t i = 0; i < WISHES; i++) {
		const struct wish *w = &wishes[i];
		uint64_t cut = number_of(w, CUT);
		struct netral_subscriber *s =
			follow(b, w, (struct netral_options){.start = NETRAL_FROM_BEGINNING});
		expect_wanted(s, w, 1, cut);
		if (w->wants == is_nothing)
			following_wait(s, NETRAL_LIVE);
		struct netral_position p = following_position(s);
		netral_unsubscribe(s);
		assert_true(p.seq >= cut);
		s = follow(b, w,
			   (struct netral_options){.start = NETRAL_FROM_POSITION, .position = p});
		expect_wanted(s, w, cut + 1, FIRST_PART);
		following_wait(s, NETRAL_LIVE);
		netral_unsubscribe(s);
	}
}

/* --- live --- */

/* All at once. The position reaches the end of the store although the last updates are wanted by
 * hardly anyone, and whoever goes on from there misses nothing and hears nothing twice. */
static void test_live(void **state)
{
	struct bench *b = *state;
	struct netral_subscriber *s[WISHES];
	for (size_t i = 0; i < WISHES; i++) {
		s[i] = follow(b, &wishes[i], (struct netral_options){0});
		following_wait(s[i], NETRAL_LIVE);
	}
	record(b, 1, FIRST_PART);
	for (size_t i = 0; i < WISHES; i++) {
		expect_wanted(s[i], &wishes[i], 1, FIRST_PART);
		following_wait_position(s[i], FIRST_PART);
		assert_int_equal(netral_count(s[i], NETRAL_GAPS), 0);
		struct netral_position p = following_position(s[i]);
		netral_unsubscribe(s[i]);
		s[i] = follow(
			b, &wishes[i],
			(struct netral_options){.start = NETRAL_FROM_POSITION, .position = p});
	}
	record(b, FIRST_PART + 1, ALL);
	for (size_t i = 0; i < WISHES; i++) {
		expect_wanted(s[i], &wishes[i], FIRST_PART + 1, ALL);
		following_expect_no_more(s[i]);
		netral_unsubscribe(s[i]);
	}
}

/* With the recorder killed in between: each wants what it missed, and no more. */
static void test_over_a_restart(void **state)
{
	struct bench *b = *state;
	struct netral_subscriber *s[WISHES];
	for (size_t i = 0; i < WISHES; i++)
		s[i] = follow(b, &wishes[i],
			      (struct netral_options){.start = NETRAL_FROM_BEGINNING});
	record(b, 1, FIRST_PART);
	following_restart(b, "join_days=0");
	record(b, FIRST_PART + 1, ALL);
	for (size_t i = 0; i < WISHES; i++) {
		expect_wanted(s[i], &wishes[i], 1, ALL);
		following_wait_position(s[i], ALL);
		netral_unsubscribe(s[i]);
	}
}

static int set_up(void **state)
{
	static struct bench b;
	bench_begin(&b, "join_days=0", NULL);
	*state = &b;
	return 0;
}

static int tear_down(void **state)
{
	bench_end(*state);
	return 0;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_replayed),
		TEST(test_replayed_from_a_number),
		TEST(test_replayed_from_a_position),
		TEST(test_live),
		TEST(test_over_a_restart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
