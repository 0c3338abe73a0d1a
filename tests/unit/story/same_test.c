#include "lib/story/same.h"

#include "lib/cleanup.h"
#include "lib/story/offices.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Keys of people: full names that differ in both words, one with a word of TAKDIR, one word,
 * initials. */
enum {
	TAKDIR = 0x10001,
	TAKDIR_OTHER = 0x10009,
	SARKIM = 0x20002,
	ONE_WORD = 0x30000,
	OF_TAKDIR = 0x10000,
	YPM = 0x5,
	MFD = 0x6,
};

#define REPORT(kind_, scope_, status_, area_)                                                      \
	.kind = EVENT_KIND_##kind_, .scope = EVENT_SCOPE_##scope_,                                 \
	.status = EVENT_STATUS_##status_, .area = area_
#define CASE_TOLD    REPORT(VIOLATION, CASE, ALLEGED, "73.02")
#define SESSION_HELD REPORT(SESSION, CASE, HELD, "73.02")
#define TOTAL_TOLD   REPORT(VIOLATION, TOTAL, SANCTIONED, "73")
#define WHO(...)                                                                                   \
	.person_count = sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t),                      \
	.people = {__VA_ARGS__}
#define EXACTLY(n) .count = (n), .count_qualifier = EVENT_QUALIFIER_EXACT
#define ABOUT(n)   .count = (n), .count_qualifier = EVENT_QUALIFIER_ABOUT
#define DID(name)  .conduct = 1 << EVENT_CONDUCT_##name

struct row {
	const char *what;
	struct story_facts a, b;
	double resemblance;
	enum same_why why;
};

static void expect(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *r = &rows[i];
		enum same_why there = story_same(&r->a, &r->b, r->resemblance);
		enum same_why back = story_same(&r->b, &r->a, r->resemblance);
		if (there != r->why || back != r->why)
			fail_msg("%s: %d and back %d, not %d", r->what, (int)there, (int)back,
				 (int)r->why);
		assert_int_equal(story_agreement(&r->a, &r->b, r->resemblance),
				 story_agreement(&r->b, &r->a, r->resemblance));
	}
}

#define EXPECT(rows) expect(rows, netral_countof(rows))

static void only_what_can_be_compared(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"all the same",
		 {SESSION_HELD, WHO(TAKDIR), .day = 20240917},
		 {SESSION_HELD, WHO(TAKDIR), .day = 20240917},
		 1,
		 SAME_TEXT},
		{"another kind",
		 {SESSION_HELD, WHO(TAKDIR), .day = 20240917},
		 {REPORT(PLEDGE, CASE, HELD, "73.02"), WHO(TAKDIR), .day = 20240917},
		 1,
		 SAME_NOT},
		{"another area",
		 {SESSION_HELD, WHO(TAKDIR), .day = 20240917},
		 {REPORT(SESSION, CASE, HELD, "73.08"), WHO(TAKDIR), .day = 20240917},
		 1,
		 SAME_NOT},
		{"a case and a total",
		 {CASE_TOLD, WHO(TAKDIR)},
		 {TOTAL_TOLD, WHO(TAKDIR)},
		 1,
		 SAME_NOT},
		{"no area, a copy",
		 {REPORT(SESSION, CASE, HELD, "")},
		 {REPORT(SESSION, CASE, HELD, "")},
		 1,
		 SAME_TEXT},
		{"no area, and no copy",
		 {REPORT(SESSION, CASE, HELD, ""), WHO(TAKDIR), .day = 20240917},
		 {REPORT(SESSION, CASE, HELD, ""), WHO(TAKDIR), .day = 20240917},
		 0.2,
		 SAME_NOT},
		{"an area on one side",
		 {REPORT(SESSION, CASE, HELD, "")},
		 {REPORT(SESSION, CASE, HELD, "73.02")},
		 1,
		 SAME_NOT},
	};
	EXPECT(rows);
}

static void texts_that_are_near(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"nothing told", {CASE_TOLD}, {CASE_TOLD}, 0.3, SAME_TEXT},
		{"not near enough", {CASE_TOLD}, {CASE_TOLD}, 0.29, SAME_NOT},
		{"a day apart",
		 {SESSION_HELD, .day = 20240930},
		 {SESSION_HELD, .day = 20241001},
		 0.9,
		 SAME_TEXT},
		{"two days apart",
		 {SESSION_HELD, .day = 20240229},
		 {SESSION_HELD, .day = 20240302},
		 0.9,
		 SAME_NOT},
		{"a day and its month",
		 {SESSION_HELD, .day = 20240930},
		 {SESSION_HELD, .day = 20240900},
		 0.9,
		 SAME_TEXT},
		{"another year",
		 {SESSION_HELD, .day = 20240930},
		 {SESSION_HELD, .day = 20230000},
		 0.9,
		 SAME_NOT},
		{"other people", {CASE_TOLD, WHO(TAKDIR)}, {CASE_TOLD, WHO(SARKIM)}, 0.9, SAME_NOT},
		{"a name and none", {CASE_TOLD, WHO(TAKDIR)}, {CASE_TOLD}, 0.9, SAME_TEXT},
		{"a name and initials",
		 {CASE_TOLD, WHO(TAKDIR)},
		 {CASE_TOLD, WHO(YPM)},
		 0.9,
		 SAME_TEXT},
		{"other initials", {CASE_TOLD, WHO(YPM)}, {CASE_TOLD, WHO(MFD)}, 0.9, SAME_NOT},
		{"one word of two differs",
		 {CASE_TOLD, WHO(TAKDIR)},
		 {CASE_TOLD, WHO(TAKDIR_OTHER)},
		 0.9,
		 SAME_TEXT},
		{"exact counts differ",
		 {SESSION_HELD, EXACTLY(120)},
		 {SESSION_HELD, EXACTLY(135)},
		 0.9,
		 SAME_NOT},
		{"about so many",
		 {SESSION_HELD, EXACTLY(120)},
		 {SESSION_HELD, ABOUT(100)},
		 0.9,
		 SAME_TEXT},
		{"about too many",
		 {SESSION_HELD, EXACTLY(120)},
		 {SESSION_HELD, ABOUT(300)},
		 0.9,
		 SAME_NOT},
	};
	EXPECT(rows);
}

static void one_day_and_one_more(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"the day alone",
		 {SESSION_HELD, .day = 20240917},
		 {SESSION_HELD, .day = 20240917},
		 0,
		 SAME_NOT},
		{"the day of publication",
		 {SESSION_HELD, .press_day = 20240917, WHO(TAKDIR)},
		 {SESSION_HELD, .press_day = 20240917, WHO(TAKDIR)},
		 0,
		 SAME_NOT},
		{"the month",
		 {SESSION_HELD, .day = 20240900, WHO(TAKDIR)},
		 {SESSION_HELD, .day = 20240900, WHO(TAKDIR)},
		 0,
		 SAME_NOT},
		{"a speaker",
		 {SESSION_HELD, .day = 20240917, WHO(SARKIM, TAKDIR)},
		 {SESSION_HELD, .day = 20240917, WHO(TAKDIR)},
		 0,
		 SAME_DAY},
		{"a speaker of one word",
		 {SESSION_HELD, .day = 20240917, WHO(ONE_WORD)},
		 {SESSION_HELD, .day = 20240917, WHO(ONE_WORD)},
		 0,
		 SAME_DAY},
		{"a speaker, but the day before",
		 {SESSION_HELD, .day = 20240916, WHO(TAKDIR)},
		 {SESSION_HELD, .day = 20240917, WHO(TAKDIR)},
		 0,
		 SAME_NOT},
		{"a speaker, another hall",
		 {SESSION_HELD, .day = 20240917, WHO(TAKDIR), EXACTLY(75)},
		 {SESSION_HELD, .day = 20240917, WHO(TAKDIR), EXACTLY(40)},
		 0,
		 SAME_NOT},
		{"a count",
		 {SESSION_HELD, .day = 20240917, EXACTLY(75)},
		 {SESSION_HELD, .day = 20240917, EXACTLY(75)},
		 0,
		 SAME_DAY},
		{"a count, other speakers",
		 {SESSION_HELD, .day = 20240917, EXACTLY(75), WHO(TAKDIR)},
		 {SESSION_HELD, .day = 20240917, EXACTLY(75), WHO(SARKIM)},
		 0,
		 SAME_NOT},
		{"a count of one",
		 {CASE_TOLD, .day = 20240917, EXACTLY(1)},
		 {CASE_TOLD, .day = 20240917, EXACTLY(1)},
		 0,
		 SAME_NOT},
		{"a conduct",
		 {CASE_TOLD, .day = 20240917, DID(SOCIAL_MEDIA)},
		 {CASE_TOLD, .day = 20240917, DID(SOCIAL_MEDIA)},
		 0,
		 SAME_NOT},
		{"a conduct and an office",
		 {CASE_TOLD, .day = 20240917, DID(SOCIAL_MEDIA), .offices = OFFICE_LURAH},
		 {CASE_TOLD, .day = 20240917, DID(SOCIAL_MEDIA), .offices = OFFICE_LURAH},
		 0,
		 SAME_DAY},
		{"an office of many",
		 {CASE_TOLD, .day = 20240113, DID(ENDORSEMENT), .offices = OFFICE_VILLAGE_HEAD},
		 {CASE_TOLD, .day = 20240113, DID(ENDORSEMENT), .offices = OFFICE_VILLAGE_HEAD},
		 0,
		 SAME_NOT},
		{"an office, another conduct",
		 {CASE_TOLD, .day = 20240917, DID(SOCIAL_MEDIA), .offices = OFFICE_LURAH},
		 {CASE_TOLD, .day = 20240917, DID(ENDORSEMENT), .offices = OFFICE_LURAH},
		 0,
		 SAME_NOT},
		{"OTHER is no conduct",
		 {CASE_TOLD, .day = 20240917, DID(OTHER), .offices = OFFICE_LURAH},
		 {CASE_TOLD, .day = 20240917, DID(OTHER), .offices = OFFICE_LURAH},
		 0,
		 SAME_NOT},
		{"a count, other offices",
		 {CASE_TOLD, .day = 20240917, EXACTLY(3), .offices = OFFICE_LURAH},
		 {CASE_TOLD, .day = 20240917, EXACTLY(3), .offices = OFFICE_TEACHER},
		 0,
		 SAME_NOT},
		{"a count in a province",
		 {REPORT(SESSION, CASE, HELD, "73"), .day = 20240917, EXACTLY(75)},
		 {REPORT(SESSION, CASE, HELD, "73"), .day = 20240917, EXACTLY(75)},
		 0,
		 SAME_NOT},
		{"a speaker in a province",
		 {REPORT(SESSION, CASE, HELD, "73"), .day = 20240917, WHO(TAKDIR)},
		 {REPORT(SESSION, CASE, HELD, "73"), .day = 20240917, WHO(TAKDIR)},
		 0,
		 SAME_DAY},
	};
	EXPECT(rows);
}

static void the_same_accused(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"a stage further",
		 {CASE_TOLD, WHO(TAKDIR), .day = 20240930, .press_day = 20241003},
		 {REPORT(VIOLATION, CASE, FOUND, "73.02"), WHO(TAKDIR), .day = 20241016,
		  .press_day = 20241017},
		 0,
		 SAME_PEOPLE},
		{"other counts",
		 {CASE_TOLD, WHO(TAKDIR), EXACTLY(1)},
		 {CASE_TOLD, WHO(TAKDIR), EXACTLY(2)},
		 0,
		 SAME_PEOPLE},
		{"another affair of his",
		 {REPORT(VIOLATION, CASE, SANCTIONED, "73.02"), WHO(TAKDIR), .day = 20180319,
		  .press_day = 20180320},
		 {CASE_TOLD, WHO(TAKDIR), .day = 20180321, .press_day = 20180322},
		 0,
		 SAME_NOT},
		{"after a dismissal",
		 {REPORT(VIOLATION, CASE, DISMISSED, "73.02"), WHO(TAKDIR), .press_day = 20241020},
		 {CASE_TOLD, WHO(TAKDIR), .day = 20241021, .press_day = 20241022},
		 0,
		 SAME_NOT},
		{"told late",
		 {REPORT(VIOLATION, CASE, SANCTIONED, "73.02"), WHO(TAKDIR), .day = 20180319,
		  .press_day = 20180320},
		 {CASE_TOLD, WHO(TAKDIR), .day = 20180304, .press_day = 20180322},
		 0,
		 SAME_PEOPLE},
		{"one word", {CASE_TOLD, WHO(ONE_WORD)}, {CASE_TOLD, WHO(ONE_WORD)}, 0, SAME_NOT},
		{"one word of the name",
		 {CASE_TOLD, WHO(TAKDIR), .day = 20240930},
		 {CASE_TOLD, WHO(OF_TAKDIR), .day = 20240930},
		 0,
		 SAME_DAY},
		{"initials",
		 {CASE_TOLD, WHO(YPM), DID(ENDORSEMENT)},
		 {CASE_TOLD, WHO(YPM), DID(ENDORSEMENT)},
		 0,
		 SAME_NOT},
		{"initials, conduct and office",
		 {CASE_TOLD, WHO(YPM), DID(ENDORSEMENT), .offices = OFFICE_LURAH},
		 {CASE_TOLD, WHO(YPM), DID(ENDORSEMENT), .offices = OFFICE_LURAH},
		 0,
		 SAME_PEOPLE},
		{"initials and the day",
		 {CASE_TOLD, WHO(YPM), .day = 20241012},
		 {CASE_TOLD, WHO(YPM), .day = 20241012},
		 0,
		 SAME_DAY},
		{"a speaker of another session",
		 {SESSION_HELD, WHO(TAKDIR)},
		 {SESSION_HELD, WHO(TAKDIR)},
		 0,
		 SAME_NOT},
	};
	EXPECT(rows);
}

static void the_same_total(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"day and count",
		 {TOTAL_TOLD, .day = 20241007, EXACTLY(96)},
		 {TOTAL_TOLD, .day = 20241007, EXACTLY(96)},
		 0,
		 SAME_TOTAL},
		{"another day",
		 {TOTAL_TOLD, .day = 20241007, EXACTLY(96)},
		 {TOTAL_TOLD, .day = 20241021, EXACTLY(96)},
		 0.9,
		 SAME_NOT},
		{"another count",
		 {TOTAL_TOLD, .day = 20241007, EXACTLY(96)},
		 {TOTAL_TOLD, .day = 20241007, EXACTLY(141)},
		 0.9,
		 SAME_NOT},
		{"no day, a copy",
		 {TOTAL_TOLD, EXACTLY(96)},
		 {TOTAL_TOLD, EXACTLY(96)},
		 0.9,
		 SAME_TEXT},
		{"no day, and no copy",
		 {TOTAL_TOLD, EXACTLY(96)},
		 {TOTAL_TOLD, EXACTLY(96)},
		 0,
		 SAME_NOT},
		{"no count",
		 {TOTAL_TOLD, .day = 20241007},
		 {TOTAL_TOLD, .day = 20241007},
		 0.9,
		 SAME_NOT},
	};
	EXPECT(rows);
}

static void of_several_the_likest_is_meant(void **state)
{
	(void)state;
	static const struct story_facts report = {CASE_TOLD, WHO(TAKDIR), .day = 20240930,
						  DID(ENDORSEMENT)},
					own = {CASE_TOLD, WHO(TAKDIR), .day = 20240930},
					no_name = {CASE_TOLD, .day = 20240930, DID(ENDORSEMENT)},
					other = {CASE_TOLD, WHO(SARKIM), .day = 20240930,
						 DID(ENDORSEMENT)};
	assert_true(story_agreement(&report, &own, 0.9) > story_agreement(&report, &no_name, 0.9));
	assert_true(story_agreement(&report, &no_name, 0) > story_agreement(&report, &other, 0));
	assert_true(story_agreement(&report, &own, 0.9) > story_agreement(&report, &own, 0));
}

static void the_furthest_stage_is_shown(void **state)
{
	(void)state;
	static const struct {
		enum event_status face, later;
		bool supersedes;
	} rows[] = {
		{EVENT_STATUS_PLANNED, EVENT_STATUS_HELD, true},
		{EVENT_STATUS_HELD, EVENT_STATUS_PLANNED, false},
		{EVENT_STATUS_HELD, EVENT_STATUS_HELD, false},
		{EVENT_STATUS_PLANNED, EVENT_STATUS_MADE, true},
		{EVENT_STATUS_ALLEGED, EVENT_STATUS_UNDER_REVIEW, true},
		{EVENT_STATUS_UNDER_REVIEW, EVENT_STATUS_ALLEGED, false},
		{EVENT_STATUS_UNDER_REVIEW, EVENT_STATUS_FOUND, true},
		{EVENT_STATUS_FOUND, EVENT_STATUS_SANCTIONED, true},
		{EVENT_STATUS_SANCTIONED, EVENT_STATUS_FOUND, false},
		{EVENT_STATUS_ALLEGED, EVENT_STATUS_DISMISSED, true},
		{EVENT_STATUS_FOUND, EVENT_STATUS_DISMISSED, true},
		{EVENT_STATUS_SANCTIONED, EVENT_STATUS_DISMISSED, true},
		{EVENT_STATUS_DISMISSED, EVENT_STATUS_DISMISSED, false},
		{EVENT_STATUS_DISMISSED, EVENT_STATUS_ALLEGED, false},
		{EVENT_STATUS_DISMISSED, EVENT_STATUS_UNDER_REVIEW, false},
		{EVENT_STATUS_DISMISSED, EVENT_STATUS_FOUND, true},
		{EVENT_STATUS_DISMISSED, EVENT_STATUS_SANCTIONED, true},
	};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		struct story_facts face = {.status = (uint8_t)rows[i].face},
				   later = {.status = (uint8_t)rows[i].later};
		if (story_supersedes(&face, &later) != rows[i].supersedes)
			fail_msg("%s after %s", event_status_name(rows[i].later),
				 event_status_name(rows[i].face));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_can_be_compared),
		cmocka_unit_test(texts_that_are_near),
		cmocka_unit_test(one_day_and_one_more),
		cmocka_unit_test(the_same_accused),
		cmocka_unit_test(the_same_total),
		cmocka_unit_test(of_several_the_likest_is_meant),
		cmocka_unit_test(the_furthest_stage_is_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
