/* Every value of an update under its public name, and "" or 0 for what is not there. */
#include "lib/cleanup.h"
#include "libnetral/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(s) ((struct text){s, strlen(s)})

static struct update full(void)
{
	static const enum event_subject subjects[] = {EVENT_SUBJECT_VILLAGE};
	static const enum event_conduct conduct[] = {EVENT_CONDUCT_ENDORSEMENT};
	static const char *const institutions[] = {"Bawaslu Alor", "BKN"};
	static const char *const sanctions[] = {"teguran"}, *const laws[] = {"UU 5/2014"};
	static const struct event_person people[] = {{"Budi", "lurah"}};
	static const struct event_stage stages[] = {{EVENT_STATUS_SANCTIONED, 12}};
	static const struct event_evidence evidence[] = {{"place", 3, 7, "Alor"}};
	static const struct event_note notes[] = {{"legal_basis", "UU 5/2014", "repealed"}};
	struct update u = {.seq = 42,
			   .change = CHANGE_CHANGED,
			   .recorded_us = 5,
			   .accepted_us = 4,
			   .article = {.url = TEXT("https://berita.example/1"),
				       .title = TEXT("Judul"),
				       .published = TEXT("2024-08-22"),
				       .source = TEXT("spool:a.txt")}};
	memset(&u.article.id, 0x1f, sizeof(u.article.id));
	u.event = (struct event){.id = "1f1f-1",
				 .kind = EVENT_KIND_VIOLATION,
				 .status = EVENT_STATUS_FOUND,
				 .place = {"53.05", "Kabupaten Alor", "Nusa Tenggara Timur"},
				 .date = {"2024-08", EVENT_PRECISION_MONTH},
				 .count = {3, EVENT_QUALIFIER_ABOUT},
				 .subjects = subjects,
				 .subject_count = 1,
				 .conduct = conduct,
				 .conduct_count = 1,
				 .institutions = institutions,
				 .institution_count = 2,
				 .people = people,
				 .person_count = 1,
				 .sanctions = sanctions,
				 .sanction_count = 1,
				 .legal_basis = laws,
				 .legal_basis_count = 1,
				 .election = "Pilkada 2024",
				 .scope = EVENT_SCOPE_TOTAL,
				 .as_of = {"2024", EVENT_PRECISION_YEAR},
				 .stages = stages,
				 .stage_count = 1,
				 .confidence = 0.75,
				 .sure = {0.1, 0.2, 0.3, 0.4},
				 .notes = notes,
				 .note_count = 1,
				 .evidence = evidence,
				 .evidence_count = 1,
				 .sentence = "Kalimat."};
	return u;
}

static void test_values(void **state)
{
	(void)state;
	const struct update own = full();
	const struct netral_update *u = public_update(&own);
	int detail;
	assert_int_equal(netral_update_seq(u), 42);
	assert_int_equal(netral_update_change(u), NETRAL_CHANGED);
	assert_int_equal(netral_update_recorded_us(u), 5);
	assert_int_equal(netral_update_accepted_us(u), 4);
	assert_string_equal(netral_event_id(u), "1f1f-1");
	assert_int_equal(netral_event_kind(u), NETRAL_VIOLATION);
	assert_int_equal(netral_event_status(u), NETRAL_FOUND);
	assert_int_equal(netral_event_scope(u), NETRAL_TOTAL);
	assert_true(netral_event_confidence(u) == 0.75);
	assert_string_equal(netral_event_area_code(u), "53.05");
	assert_string_equal(netral_event_area_name(u), "Kabupaten Alor");
	assert_string_equal(netral_event_province(u), "Nusa Tenggara Timur");
	assert_string_equal(netral_event_date(u, &detail), "2024-08");
	assert_int_equal(detail, NETRAL_MONTH);
	assert_string_equal(netral_event_as_of(u, &detail), "2024");
	assert_int_equal(detail, NETRAL_YEAR);
	assert_int_equal(netral_event_count(u, &detail), 3);
	assert_int_equal(detail, NETRAL_ABOUT);
	assert_int_equal(netral_event_count(u, NULL), 3);
	assert_string_equal(netral_event_election(u), "Pilkada 2024");
	assert_string_equal(netral_event_sentence(u), "Kalimat.");
}

static void test_sureness(void **state)
{
	(void)state;
	const struct update own = full();
	const struct netral_update *u = public_update(&own);
	assert_true(netral_event_sureness(u, "status") == 0.1);
	assert_true(netral_event_sureness(u, "place") == 0.2);
	assert_true(netral_event_sureness(u, "date") == 0.3);
	assert_true(netral_event_sureness(u, "count") == 0.4);
	assert_true(netral_event_sureness(u, "people") == 0);
}

static void test_lists(void **state)
{
	(void)state;
	static const struct {
		enum netral_list list;
		size_t count;
		const char *last;
	} cases[] = {
		{NETRAL_SUBJECTS, 1, "VILLAGE"},      {NETRAL_CONDUCT, 1, "ENDORSEMENT"},
		{NETRAL_INSTITUTIONS, 2, "BKN"},      {NETRAL_PEOPLE, 1, "Budi"},
		{NETRAL_ROLES, 1, "lurah"},           {NETRAL_SANCTIONS, 1, "teguran"},
		{NETRAL_LEGAL_BASIS, 1, "UU 5/2014"}, {NETRAL_STAGES, 1, "SANCTIONED"},
		{NETRAL_EVIDENCE, 1, "Alor"},         {NETRAL_NOTES, 1, "repealed"},
	};
	const struct update own = full();
	const struct netral_update *u = public_update(&own);
	for (size_t i = 0; i < netral_countof(cases); i++) {
		size_t count = cases[i].count;
		assert_int_equal(netral_event_list(u, cases[i].list), count);
		assert_string_equal(netral_event_item(u, cases[i].list, count - 1), cases[i].last);
		assert_string_equal(netral_event_item(u, cases[i].list, count), "");
	}
	assert_int_equal(netral_event_list(u, 0), 0);
	assert_string_equal(netral_event_item(u, 99, 0), "");
}

static void test_details_of_lists(void **state)
{
	(void)state;
	const struct update own = full();
	const struct netral_update *u = public_update(&own);
	uint32_t start, end;
	const char *value;
	assert_int_equal(netral_event_stage_count(u, 0), 12);
	assert_int_equal(netral_event_stage_count(u, 1), 0);
	assert_string_equal(netral_evidence(u, 0, &start, &end), "place");
	assert_int_equal(start, 3);
	assert_int_equal(end, 7);
	assert_string_equal(netral_evidence(u, 1, &start, NULL), "");
	assert_int_equal(start, 0);
	assert_string_equal(netral_note(u, 0, &value), "legal_basis");
	assert_string_equal(value, "UU 5/2014");
	assert_string_equal(netral_note(u, 1, &value), "");
	assert_string_equal(value, "");
}

static void test_article(void **state)
{
	(void)state;
	const struct update own = full();
	const struct netral_update *u = public_update(&own);
	char id[33];
	netral_article_id(u, id);
	assert_string_equal(id, "1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f");
	assert_string_equal(netral_article_url(u), "https://berita.example/1");
	assert_string_equal(netral_article_title(u), "Judul");
	assert_string_equal(netral_article_published(u), "2024-08-22");
	assert_string_equal(netral_article_source(u), "spool:a.txt");
}

static void test_causes(void **state)
{
	(void)state;
	struct update own = full();
	const struct netral_update *u = public_update(&own);
	assert_int_equal(netral_update_cause(u), NETRAL_NO_CAUSE);
	own.cause = CAUSE_STAGE;
	assert_int_equal(netral_update_cause(u), NETRAL_STAGE);
	assert_string_equal(netral_cause_name(NETRAL_STAGE), "stage");
	own.cause = (enum update_cause)4711; /* of a later recorder */
	assert_int_equal(netral_update_cause(u), 4711);
	assert_string_equal(netral_cause_name(4711), "");
	assert_string_equal(netral_cause_name(NETRAL_NO_CAUSE), "");
}

static void test_corrections(void **state)
{
	(void)state;
	struct update own = full();
	const struct netral_update *u = public_update(&own);
	assert_int_equal(netral_correction_us(u), 0);
	assert_string_equal(netral_correction_note(u), "");
	assert_int_equal(netral_correction_sets(u, "status"), 0);
	own.correction = (struct correction_mark){.at_us = 7,
						  .note = "ralat",
						  .fields = CORRECTION_BIT(CORRECTION_STATUS) |
							    CORRECTION_BIT(CORRECTION_PEOPLE)};
	assert_int_equal(netral_correction_us(u), 7);
	assert_string_equal(netral_correction_note(u), "ralat");
	assert_int_equal(netral_correction_sets(u, "status"), 1);
	assert_int_equal(netral_correction_sets(u, "people"), 1);
	assert_int_equal(netral_correction_sets(u, "place"), 0);
	assert_int_equal(netral_correction_sets(u, "kind"), 0);
	assert_int_equal(netral_correction_sets(u, ""), 0);
}

/* An update that lists none: the article that is shown is the only one. */
static void test_one_report(void **state)
{
	(void)state;
	struct update own = full();
	const struct netral_update *u = public_update(&own);
	char shown[33], id[33];
	assert_int_equal(netral_report_count(u), 1);
	own.report_count = 1; /* as it is once decoded */
	assert_int_equal(netral_report_count(u), 1);
	assert_int_equal(netral_report_listed(u), 1);
	netral_article_id(u, shown);
	netral_report_id(u, 0, id);
	assert_string_equal(id, shown);
	assert_string_equal(netral_report_url(u, 0), "https://berita.example/1");
	assert_int_equal(netral_report_status(u, 0), NETRAL_FOUND);
	assert_int_equal(netral_report_status(u, 1), 0);
	assert_string_equal(netral_report_url(u, 1), "");
}

static void test_reports(void **state)
{
	(void)state;
	struct update_report list[] = {{.status = EVENT_STATUS_ALLEGED},
				       {.article = {.url = TEXT("https://warta.example/2"),
						    .title = TEXT("Lagi"),
						    .published = TEXT("2024-08-23"),
						    .source = TEXT("submit")},
					.status = EVENT_STATUS_SANCTIONED}};
	struct update own = full();
	const struct netral_update *u = public_update(&own);
	char id[33];
	own.reports = list;
	own.listed_count = netral_countof(list);
	own.report_count = 70;
	list[0].article = own.article;
	memset(&list[1].article.id, 0x2e, sizeof(list[1].article.id));
	assert_int_equal(netral_report_count(u), 70);
	assert_int_equal(netral_report_listed(u), 2);
	assert_int_equal(netral_report_status(u, 0), NETRAL_ALLEGED);
	assert_string_equal(netral_report_title(u, 0), "Judul");
	netral_report_id(u, 1, id);
	assert_string_equal(id, "2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e");
	assert_string_equal(netral_report_url(u, 1), "https://warta.example/2");
	assert_string_equal(netral_report_title(u, 1), "Lagi");
	assert_string_equal(netral_report_published(u, 1), "2024-08-23");
	assert_string_equal(netral_report_source(u, 1), "submit");
	assert_int_equal(netral_report_status(u, 1), NETRAL_SANCTIONED);
	assert_int_equal(netral_report_status(u, 2), 0);
	netral_report_id(u, 2, id);
	assert_string_equal(id, "");
	assert_string_equal(netral_report_title(u, SIZE_MAX), "");
	assert_string_equal(netral_report_published(u, 2), "");
	assert_string_equal(netral_report_source(u, 2), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),      cmocka_unit_test(test_sureness),
		cmocka_unit_test(test_lists),       cmocka_unit_test(test_details_of_lists),
		cmocka_unit_test(test_article),     cmocka_unit_test(test_causes),
		cmocka_unit_test(test_corrections), cmocka_unit_test(test_one_report),
		cmocka_unit_test(test_reports),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
