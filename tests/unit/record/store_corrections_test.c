/* What people say of events: it wins over all that is read afterwards. Every change is followed by
 * a check of the whole store. */
#include "story_fixture.h"

#include "workers/record/store_recording.h"

#include <stdio.h>
#include <string.h>

#define RINA  "Rina Salampessy"
#define YOSEF "Yosef Tuhumury"

static const uint64_t said_us = UINT64_C(1767225600000000); /* 2026-01-01 */

static struct story one(unsigned n, enum event_status status)
{
	return (struct story){.n = n, .told = {{.status = status, .person = RINA}}};
}

static struct record_status record(struct fixture *f, unsigned n, enum event_status status)
{
	struct story s = one(n, status);
	return story_record(f, story_result(f, &s, 1));
}

static struct record_status anew(struct fixture *f, const struct story *s, uint8_t was, uint8_t now)
{
	struct record_status status = story_record(f, story_anew(f, s, was, now));
	assert_int_equal(status.outcome, RECORD_RECORDED);
	return status;
}

static const char *event_id(struct fixture *f, unsigned n, unsigned number)
{
	char hex[ARTICLE_ID_HEX + 1];
	article_id_format(&fixture_result(f, n, 1, 1, NULL, 0)->article_id, hex);
	return arena_printf(&f->arena, "%s-%u", hex, number);
}

static void check(struct fixture *f)
{
	fixture_check(f);
	story_check(f);
}

/* --- saying it --- */

static struct store_corrected say(struct fixture *f, const struct msg_correct *m)
{
	struct store_corrected ret;
	assert_int_equal(store_correct(f->store, m, said_us, &ret), 0);
	int committed = store_commit(f->store);
	assert_true(committed >= 0);
	if (ret.refusal.code)
		assert_int_equal(committed, 0);
	check(f);
	return ret;
}

static struct msg_correct about(struct fixture *f, unsigned n, enum correct_verb verb)
{
	return (struct msg_correct){
		.id = event_id(f, n, 1), .verb = verb, .by = "dewi", .note = "hak jawab"};
}

static struct msg_correct dismissed(struct fixture *f, unsigned n)
{
	struct msg_correct m = about(f, n, CORRECT_SET);
	m.set.fields = CORRECTION_BIT(CORRECTION_STATUS);
	m.set.status = EVENT_STATUS_DISMISSED;
	return m;
}

static struct msg_correct moved(struct fixture *f, unsigned n, const char *area)
{
	struct msg_correct m = about(f, n, CORRECT_SET);
	m.set.fields = CORRECTION_BIT(CORRECTION_PLACE);
	m.set.place = (struct event_place){area, "Elsewhere", ""};
	return m;
}

static void dismiss(struct fixture *f, unsigned n)
{
	struct msg_correct m = dismissed(f, n);
	struct store_corrected ret = say(f, &m);
	assert_int_equal(ret.refusal.code, CODE_NONE);
	assert_int_equal(ret.updates, 1);
}

static void retract(struct fixture *f, unsigned n, enum correct_verb verb)
{
	struct msg_correct m = about(f, n, verb);
	struct store_corrected ret = say(f, &m);
	assert_int_equal(ret.refusal.code, CODE_NONE);
	assert_int_equal(ret.updates, 1);
}

static struct update expect(struct fixture *f, enum update_change change, enum update_cause cause,
			    enum event_status status, unsigned reports)
{
	struct update u = story_last(f);
	assert_int_equal(u.change, change);
	assert_int_equal(u.cause, cause);
	assert_int_equal(u.event.status, status);
	assert_int_equal(u.report_count, reports);
	assert_string_equal(u.event.id, event_id(f, 1, 1));
	return u;
}

static void assert_counts(struct fixture *f, uint64_t events, uint64_t reports)
{
	struct store_counts c;
	store_counts(f->store, &c);
	assert_int_equal(c.events, events);
	assert_int_equal(c.reports, reports);
}

/* --- what wins --- */

static void a_correction_is_told(void **state)
{
	struct fixture *f = *state;
	record(f, 1, EVENT_STATUS_ALLEGED);
	dismiss(f, 1);
	struct update u = expect(f, CHANGE_CHANGED, CAUSE_CORRECTED, EVENT_STATUS_DISMISSED, 1);
	assert_int_equal(u.correction.at_us, said_us);
	assert_string_equal(u.correction.note, "hak jawab");
	assert_int_equal(u.correction.fields, CORRECTION_BIT(CORRECTION_STATUS));
	assert_int_equal(u.listed_count, 1); /* what the article told is listed */
	assert_int_equal(u.reports[0].status, EVENT_STATUS_ALLEGED);
	assert_counts(f, 1, 1);
}

static void what_is_said_twice_changes_nothing(void **state)
{
	struct fixture *f = *state;
	record(f, 1, EVENT_STATUS_ALLEGED);
	dismiss(f, 1);
	uint64_t head = store_head(f->store);
	struct msg_correct m = dismissed(f, 1);
	assert_int_equal(say(f, &m).updates, 0);
	assert_int_equal(store_head(f->store), head);
	m.note = "another reason";
	assert_int_equal(say(f, &m).updates, 1);
}

static void a_correction_wins_over_reading_anew(void **state)
{
	struct fixture *f = *state;
	record(f, 1, EVENT_STATUS_ALLEGED);
	dismiss(f, 1);
	struct story s = one(1, EVENT_STATUS_ALLEGED);
	assert_int_equal(anew(f, &s, 1, 2).changed, 0); /* the same */
	s.told[0].election = "Pilkada 2024";            /* of what is shown as it was read */
	assert_int_equal(anew(f, &s, 2, 3).changed, 1);
	struct update u = expect(f, CHANGE_CHANGED, CAUSE_RECLASSIFIED, EVENT_STATUS_DISMISSED, 1);
	assert_string_equal(u.event.election, "Pilkada 2024");
	assert_int_equal(u.correction.at_us, said_us);
	s.told[0].status = EVENT_STATUS_FOUND; /* of what people say otherwise */
	assert_int_equal(anew(f, &s, 3, 4).changed, 1);
	u = expect(f, CHANGE_CHANGED, CAUSE_RECLASSIFIED, EVENT_STATUS_DISMISSED, 1);
	assert_int_equal(u.reports[0].status, EVENT_STATUS_FOUND);
}

static void a_correction_wins_over_a_further_report(void **state)
{
	struct fixture *f = *state;
	record(f, 1, EVENT_STATUS_ALLEGED);
	dismiss(f, 1);
	assert_int_equal(record(f, 2, EVENT_STATUS_SANCTIONED).changed, 1);
	struct update u = expect(f, CHANGE_CHANGED, CAUSE_CONFIRMED, EVENT_STATUS_DISMISSED, 2);
	assert_int_equal(u.reports[1].status, EVENT_STATUS_SANCTIONED);
	struct story none = {.n = 2};
	anew(f, &none, 1, 2);
	expect(f, CHANGE_CHANGED, CAUSE_WITHDRAWN, EVENT_STATUS_DISMISSED, 1);
	assert_counts(f, 1, 1);
	story_reopen(f);
	check(f);
	record(f, 3, EVENT_STATUS_FOUND);
	expect(f, CHANGE_CHANGED, CAUSE_CONFIRMED, EVENT_STATUS_DISMISSED, 2);
}

static void what_is_cleared_is_what_was_read(void **state)
{
	struct fixture *f = *state;
	record(f, 1, EVENT_STATUS_ALLEGED);
	record(f, 2, EVENT_STATUS_FOUND);
	dismiss(f, 2); /* any report's id names the event */
	struct msg_correct m = about(f, 1, CORRECT_SET);
	m.clear = CORRECTION_BIT(CORRECTION_STATUS);
	assert_int_equal(say(f, &m).updates, 1);
	struct update u = expect(f, CHANGE_CHANGED, CAUSE_CORRECTED, EVENT_STATUS_FOUND, 2);
	assert_int_equal(u.correction.fields, 0);
	record(f, 3, EVENT_STATUS_SANCTIONED);
	u = expect(f, CHANGE_CHANGED, CAUSE_STAGE, EVENT_STATUS_SANCTIONED, 3);
	assert_int_equal(u.correction.at_us, said_us);
	assert_int_equal(u.correction.fields, 0);
}

/* --- the fields --- */

static void every_field_can_be_said(void **state)
{
	struct fixture *f = *state;
	static const enum event_conduct conduct[] = {EVENT_CONDUCT_DECISION};
	struct story s = one(1, EVENT_STATUS_ALLEGED);
	struct result *r = story_result(f, &s, 1);
	const struct event_evidence evidence[] = {
		{"people", 0, 4, RINA}, {"date", 5, 9, "besok"}, {"kind", 0, 4, "lurah " RINA}};
	r->events[0].evidence = evidence;
	r->events[0].evidence_count = 3;
	r->events[0].sentence = "Lurah " RINA " dilaporkan.";
	r->title = (struct text){RINA " dilaporkan", strlen(RINA " dilaporkan")};
	story_record(f, r);
	struct msg_correct m = about(f, 1, CORRECT_SET);
	m.set = (struct override){
		.fields = CORRECTION_BIT(CORRECTION_DATE) | CORRECTION_BIT(CORRECTION_COUNT) |
			  CORRECTION_BIT(CORRECTION_CONDUCT) | CORRECTION_BIT(CORRECTION_PEOPLE),
		.place = {"", "", ""},
		.date = {"2024-08", EVENT_PRECISION_MONTH},
		.count = {3, EVENT_QUALIFIER_ABOUT},
		.conduct = conduct,
		.conduct_count = 1,
		.people = PEOPLE_MASKED};
	assert_int_equal(say(f, &m).updates, 1);
	struct update u = story_last(f);
	assert_string_equal(u.event.date.value, "2024-08");
	assert_int_equal(u.event.count.value, 3);
	assert_int_equal(u.event.conduct[0], EVENT_CONDUCT_DECISION);
	assert_string_equal(u.event.people[0].name, "R. S.");
	assert_null(strstr(u.event.sentence, "Rina"));
	assert_null(memmem(u.article.title.ptr, u.article.title.len, "Rina", 4));
	assert_int_equal(u.event.evidence_count, 1);
	assert_null(strstr(u.event.evidence[0].text, "Rina"));
	m.set.fields = CORRECTION_BIT(CORRECTION_PEOPLE);
	m.set.people = PEOPLE_REMOVED;
	assert_int_equal(say(f, &m).updates, 1);
	assert_int_equal(story_last(f).event.person_count, 0);
	assert_null(strstr(story_last(f).event.sentence, "Rina"));
	assert_string_equal(story_last(f).event.date.value, "2024-08"); /* that stays */
}

static void an_event_moves_from_topic_to_topic(void **state)
{
	struct fixture *f = *state;
	record(f, 1, EVENT_STATUS_ALLEGED);
	struct msg_correct m = moved(f, 1, "81.72");
	assert_int_equal(say(f, &m).updates, 2);
	struct update u = fixture_update(f, 2);
	assert_int_equal(u.change, CHANGE_REMOVED);
	assert_int_equal(u.cause, CAUSE_CORRECTED);
	assert_string_equal(u.event.place.code, "81.71");
	u = expect(f, CHANGE_NEW, CAUSE_CORRECTED, EVENT_STATUS_ALLEGED, 1);
	assert_string_equal(u.event.place.code, "81.72");
	assert_counts(f, 1, 1);
	record(f, 2, EVENT_STATUS_FOUND); /* tells the area that was read */
	u = expect(f, CHANGE_CHANGED, CAUSE_STAGE, EVENT_STATUS_FOUND, 2);
	assert_string_equal(u.event.place.code, "81.72");
	struct story none = {.n = 2};
	anew(f, &none, 1, 2);
	expect(f, CHANGE_CHANGED, CAUSE_WITHDRAWN, EVENT_STATUS_ALLEGED, 1);
	m = about(f, 1, CORRECT_SET);
	m.clear = CORRECTION_BIT(CORRECTION_PLACE);
	assert_int_equal(say(f, &m).updates, 2);
	assert_string_equal(story_last(f).event.place.code, "81.71");
}

/* --- taking back --- */

static void a_retracted_event_does_not_come_back(void **state)
{
	struct fixture *f = *state;
	record(f, 1, EVENT_STATUS_ALLEGED);
	retract(f, 1, CORRECT_RETRACT);
	expect(f, CHANGE_REMOVED, CAUSE_RETRACTED, EVENT_STATUS_ALLEGED, 1);
	assert_counts(f, 0, 0);
	uint64_t head = store_head(f->store);
	record(f, 2, EVENT_STATUS_FOUND);
	struct story s = one(1, EVENT_STATUS_SANCTIONED), none = {.n = 1};
	anew(f, &s, 1, 2);
	anew(f, &none, 2, 3); /* other tables do not find it */
	anew(f, &s, 3, 4);    /* and others do again */
	none.n = 2;
	anew(f, &none, 1, 2);
	none.n = 1;
	anew(f, &none, 4, 5);
	record(f, 3, EVENT_STATUS_FOUND); /* nobody tells it meanwhile */
	story_reopen(f);
	record(f, 4, EVENT_STATUS_FOUND);
	assert_int_equal(store_head(f->store), head);
	assert_counts(f, 0, 0);
	retract(f, 1, CORRECT_RESTORE);
	struct update u = expect(f, CHANGE_NEW, CAUSE_CORRECTED, EVENT_STATUS_FOUND, 2);
	assert_int_equal(u.correction.fields, 0);
	assert_counts(f, 1, 2);
	record(f, 5, EVENT_STATUS_SANCTIONED);
	expect(f, CHANGE_CHANGED, CAUSE_STAGE, EVENT_STATUS_SANCTIONED, 3);
}

static void a_corrected_event_that_is_told_again_is_corrected(void **state)
{
	struct fixture *f = *state;
	struct story s = one(1, EVENT_STATUS_ALLEGED), none = {.n = 1};
	record(f, 1, EVENT_STATUS_ALLEGED);
	dismiss(f, 1);
	anew(f, &none, 1, 2);
	expect(f, CHANGE_REMOVED, 0, EVENT_STATUS_DISMISSED, 1);
	assert_counts(f, 0, 0);
	assert_int_equal(anew(f, &s, 2, 3).added, 1); /* by the same article */
	expect(f, CHANGE_NEW, 0, EVENT_STATUS_DISMISSED, 1);
	anew(f, &none, 3, 4);
	assert_int_equal(record(f, 2, EVENT_STATUS_FOUND).added, 1); /* by another one */
	expect(f, CHANGE_NEW, 0, EVENT_STATUS_DISMISSED, 1);
	assert_counts(f, 1, 1);
}

static void what_is_said_of_a_retracted_event_waits(void **state)
{
	struct fixture *f = *state;
	record(f, 1, EVENT_STATUS_ALLEGED);
	retract(f, 1, CORRECT_RETRACT);
	struct msg_correct m = dismissed(f, 1);
	assert_int_equal(say(f, &m).updates, 0);
	retract(f, 1, CORRECT_RESTORE);
	expect(f, CHANGE_NEW, CAUSE_CORRECTED, EVENT_STATUS_DISMISSED, 1);
}

/* --- what is refused --- */

static void refused(struct fixture *f, const struct msg_correct *m, enum msg_code code,
		    const char *reason)
{
	uint64_t head = store_head(f->store);
	struct store_corrected ret = say(f, m);
	assert_int_equal(ret.refusal.code, code);
	assert_non_null(strstr(ret.refusal.reason, reason));
	assert_int_equal(store_head(f->store), head);
}

static void what_cannot_be_is_refused(void **state)
{
	struct fixture *f = *state;
	record(f, 1, EVENT_STATUS_ALLEGED);
	struct msg_correct m = dismissed(f, 1);
	m.id = "0123456789abcdef-1";
	refused(f, &m, CODE_NOT_FOUND, "no such event");
	m.id = event_id(f, 1, 2);
	refused(f, &m, CODE_NOT_FOUND, "no such event");
	m.id = arena_strndup(&f->arena, event_id(f, 1, 1), ARTICLE_ID_HEX);
	refused(f, &m, CODE_MALFORMED, "an article");
	m = dismissed(f, 1);
	m.set.status = EVENT_STATUS_HELD;
	refused(f, &m, CODE_MALFORMED, "a violation is ALLEGED");
	m = moved(f, 1, "8x");
	refused(f, &m, CODE_MALFORMED, "place");
	m = about(f, 1, CORRECT_RESTORE);
	refused(f, &m, CODE_MALFORMED, "not retracted");
	struct story none = {.n = 1};
	dismiss(f, 1);
	anew(f, &none, 1, 2);
	m = about(f, 1, CORRECT_RETRACT);
	refused(f, &m, CODE_MALFORMED, "no article reports");
}

/* --- the history --- */

static size_t history(struct fixture *f, const char *id, struct correction_entry *ret, size_t max)
{
	static struct store_history page;
	struct msg_correction_list q = {.id = id, .limit = 1};
	size_t n = 0;
	assert_int_equal(store_read_begin(f->store), 0);
	do {
		assert_int_equal(store_history(f->store, &q, &page), 0);
		for (size_t i = 0; i < page.count && n < max; i++)
			assert_int_equal(codec_decode_entry(page.entries[i].ptr,
							    page.entries[i].len, &f->arena,
							    &ret[n++]),
					 0);
		q.before = page.next;
	} while (page.next);
	store_read_end(f->store);
	return n;
}

static void the_history_tells_all(void **state)
{
	struct fixture *f = *state;
	struct correction_entry e[8];
	struct story other = {.n = 9, .told = {{.status = EVENT_STATUS_FOUND, .person = YOSEF}}};
	record(f, 1, EVENT_STATUS_ALLEGED);
	story_record(f, story_result(f, &other, 1));
	dismiss(f, 1);
	retract(f, 9, CORRECT_RETRACT);
	struct msg_correct m = about(f, 1, CORRECT_SET);
	m.clear = CORRECTION_BIT(CORRECTION_STATUS);
	m.set.fields = CORRECTION_BIT(CORRECTION_PEOPLE);
	m.set.people = PEOPLE_REMOVED;
	m.by = "agus";
	say(f, &m);
	story_reopen(f);
	assert_int_equal(history(f, "", e, 8), 3);
	assert_int_equal(e[1].verb, CORRECT_RETRACT);
	assert_int_equal(history(f, event_id(f, 1, 1), e, 8), 2);
	assert_string_equal(e[0].by, "agus");
	assert_int_equal(e[0].change_count, 2);
	assert_string_equal(e[0].changes[0].was, "DISMISSED");
	assert_string_equal(e[0].changes[0].now, "as read");
	assert_string_equal(e[0].changes[1].was, "1 named"); /* and never who */
	assert_string_equal(e[0].changes[1].now, "removed");
	assert_int_equal(e[1].number, 1);
	assert_int_equal(e[1].at_us, said_us);
	assert_string_equal(e[1].by, "dewi");
	assert_string_equal(e[1].note, "hak jawab");
	assert_string_equal(e[1].changes[0].was, "ALLEGED");
	assert_string_equal(e[1].changes[0].now, "DISMISSED");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, story_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_correction_is_told),
		TEST(what_is_said_twice_changes_nothing),
		TEST(a_correction_wins_over_reading_anew),
		TEST(a_correction_wins_over_a_further_report),
		TEST(what_is_cleared_is_what_was_read),
		TEST(every_field_can_be_said),
		TEST(an_event_moves_from_topic_to_topic),
		TEST(a_retracted_event_does_not_come_back),
		TEST(a_corrected_event_that_is_told_again_is_corrected),
		TEST(what_is_said_of_a_retracted_event_waits),
		TEST(what_cannot_be_is_refused),
		TEST(the_history_tells_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
