/* Subjects, conduct and sanctions of an event to which all sentences of a text belong. */
#include "tests/unit/classify/fixture.h"

#include "workers/classify/fields.h"
#include "workers/classify/headcount.h"

#include <string.h>

static struct event read_event(const char *text, enum event_kind kind, enum event_status status)
{
	const struct doc *d = fixture_read("", "", text);
	struct findings all = {.count = 1};
	struct finding *f = &all.list[0];
	*f = (struct finding){.kind = kind, .status = status, .scope = EVENT_SCOPE_CASE};
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		if (doc_is_body(&d->sentences.list[i]))
			finding_add_sentence(f, i);
	}
	f->anchor = f->sentences[0];
	if (kind != EVENT_KIND_VIOLATION)
		f->has_count = headcount_gathered(d, f, &f->count);
	struct event e;
	event_init(&e);
	struct draft t = {.d = d,
			  .finding = f,
			  .all = &all,
			  .event = &e,
			  .evidence = arena_calloc(d->out, EVENT_EVIDENCE_MAX,
						   sizeof(struct event_evidence))};
	assert_non_null(t.evidence);
	fields_count(&t);
	fields_subjects(&t);
	fields_conduct(&t);
	fields_sanctions(&t);
	assert_false(t.no_memory);
	return e;
}

static void expect_subjects(const char *text, enum event_kind kind, unsigned expected)
{
	struct event e = read_event(text, kind, EVENT_STATUS_FOUND);
	unsigned bits = 0;
	for (size_t i = 0; i < e.subject_count; i++)
		bits |= 1U << e.subjects[i];
	if (bits != expected)
		fail_msg("\"%s\": subjects %x, expected %x", text, bits, expected);
}

static void expect_conduct(const char *text, unsigned expected)
{
	struct event e = read_event(text, EVENT_KIND_VIOLATION, EVENT_STATUS_ALLEGED);
	unsigned bits = 0;
	for (size_t i = 0; i < e.conduct_count; i++)
		bits |= 1U << e.conduct[i];
	if (bits != expected)
		fail_msg("\"%s\": conduct %x, expected %x", text, bits, expected);
}

static void expect_sanction(const char *text, enum event_status status, const char *expected)
{
	struct event e = read_event(text, EVENT_KIND_VIOLATION, status);
	const char *first = e.sanction_count ? e.sanctions[0] : "";
	if (strcmp(first, expected) != 0 || e.sanction_count > 1)
		fail_msg("\"%s\": %zu, first \"%s\"", text, e.sanction_count, first);
}

#define SUBJECT(name) (1U << EVENT_SUBJECT_##name)
#define CONDUCT(name) (1U << EVENT_CONDUCT_##name)

static void test_subjects_of_a_session(void **state)
{
	(void)state;
	expect_subjects("Sosialisasi netralitas itu diikuti 120 ASN dan kepala desa.",
			EVENT_KIND_SESSION, SUBJECT(ASN) | SUBJECT(VILLAGE));
	expect_subjects(
		"Bimtek netralitas bagi perangkat desa dibuka Kepala Dinas Budi. Sebanyak 50 "
		"kepala desa hadir.",
		EVENT_KIND_SESSION, SUBJECT(VILLAGE));
	expect_subjects("Komisi Aparatur Sipil Negara menemui 30 kepala desa dalam sosialisasi.",
			EVENT_KIND_SESSION, SUBJECT(VILLAGE));
}

static void test_subjects_of_a_case(void **state)
{
	(void)state;
	expect_subjects("Seorang kepala desa terbukti melanggar netralitas ASN. Kepala desa itu "
			"mendukung paslon.",
			EVENT_KIND_VIOLATION, SUBJECT(VILLAGE));
	expect_subjects("Dua lurah diperiksa. ASN, TNI dan Polri dilarang berpihak.",
			EVENT_KIND_VIOLATION, SUBJECT(ASN));
}

static void test_conduct(void **state)
{
	(void)state;
	expect_conduct("Seorang camat diduga mengunggah foto paslon.", CONDUCT(SOCIAL_MEDIA));
	expect_conduct("Seorang camat menghadiri acara relawan paslon.",
		       CONDUCT(CAMPAIGN_ATTENDANCE));
	expect_conduct("Seorang camat menghadiri pesta nikah.", 0);
	expect_conduct("Camat itu diperiksa. ASN dilarang mengunggah foto paslon.", 0);
	expect_conduct("Seorang camat mendukung paslon.", CONDUCT(ENDORSEMENT));
	expect_conduct("Seorang camat memakai mobil dinas saat mendukung paslon.",
		       CONDUCT(STATE_RESOURCES) | CONDUCT(ENDORSEMENT));
}

static void test_sanctions(void **state)
{
	(void)state;
	expect_sanction("Camat itu dijatuhi sanksi moral.", EVENT_STATUS_SANCTIONED, "moral");
	expect_sanction("KASN merekomendasikan hukuman disiplin sedang bagi camat itu.",
			EVENT_STATUS_FOUND, "medium discipline");
	expect_sanction("Camat itu diperiksa, ancamannya bisa dicopot.", EVENT_STATUS_UNDER_REVIEW,
			"");
	expect_sanction("Camat itu akan dicopot jika terbukti.", EVENT_STATUS_FOUND, "");
	expect_sanction("Baliho camat itu sudah dicopot.", EVENT_STATUS_FOUND, "");
	expect_sanction("Camat itu dicopot, tetapi tidak terbukti.", EVENT_STATUS_DISMISSED, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subjects_of_a_session),
		cmocka_unit_test(test_subjects_of_a_case),
		cmocka_unit_test(test_conduct),
		cmocka_unit_test(test_sanctions),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
