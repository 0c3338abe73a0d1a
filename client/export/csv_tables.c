/* Two tables, cases and totals, in two dialects. `csv` is for people with a spreadsheet: nothing in
 * it may be taken for a formula, or for a number that it is not (the code 53.10 would become 53.1).
 * `parquet-csv` is for programs that give each column a type: dates, numbers, null, JSON arrays.
 * Names and order of the columns are a promise; docs/exports.md explains each. */
#include "client/export/csv.h"
#include "client/export/csv_lists.h"
#include "client/export/day.h"
#include "client/export/export.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* --- columns of both dialects --- */

static void put_id(struct csv *c, const struct update *u)
{
	csv_word(c, u->event.id);
}

static void put_kind(struct csv *c, const struct update *u)
{
	csv_word(c, event_kind_name((int)u->event.kind));
}

static void put_status(struct csv *c, const struct update *u)
{
	csv_word(c, event_status_name((int)u->event.status));
}

static void put_precision(struct csv *c, const struct update *u)
{
	csv_word(c, event_precision_name((int)u->event.date.precision));
}

static void put_as_of_precision(struct csv *c, const struct update *u)
{
	csv_word(c, event_precision_name((int)u->event.as_of.precision));
}

static void put_place(struct csv *c, const struct update *u)
{
	csv_word(c, u->event.place.name);
}

static void put_province(struct csv *c, const struct update *u)
{
	csv_word(c, u->event.place.province);
}

static void put_count(struct csv *c, const struct update *u)
{
	const struct event_count *count = &u->event.count;
	bool printed = count->qualifier &&
		       !(count->qualifier == EVENT_QUALIFIER_SEVERAL && count->value == 0);
	if (printed)
		csv_number(c, count->value);
	else
		csv_word(c, "");
}

static void put_qualifier(struct csv *c, const struct update *u)
{
	csv_word(c, event_qualifier_name((int)u->event.count.qualifier));
}

static void put_election(struct csv *c, const struct update *u)
{
	csv_word(c, u->event.election);
}

static void put_sentence(struct csv *c, const struct update *u)
{
	csv_word(c, u->event.sentence);
}

static void put_title(struct csv *c, const struct update *u)
{
	csv_text(c, u->article.title.ptr, u->article.title.len);
}

static void put_url(struct csv *c, const struct update *u)
{
	csv_text(c, u->article.url.ptr, u->article.url.len);
}

static void put_source(struct csv *c, const struct update *u)
{
	csv_text(c, u->article.source.ptr, u->article.source.len);
}

static void put_published(struct csv *c, const struct update *u)
{
	csv_text(c, u->article.published.ptr, u->article.published.len);
}

static void put_seq(struct csv *c, const struct update *u)
{
	csv_number(c, u->seq);
}

/* The number at a stage; nothing where the text has none. */
static void put_stage(struct csv *c, const struct event *e, enum event_status status)
{
	for (size_t i = 0; i < e->stage_count; i++) {
		if (e->stages[i].status == status) {
			csv_number(c, e->stages[i].value);
			return;
		}
	}
	csv_word(c, "");
}

#define STAGE(name, status)                                                                        \
	static void put_##name(struct csv *c, const struct update *u)                              \
	{                                                                                          \
		put_stage(c, &u->event, status);                                                   \
	}
STAGE(alleged, EVENT_STATUS_ALLEGED)
STAGE(under_review, EVENT_STATUS_UNDER_REVIEW)
STAGE(found, EVENT_STATUS_FOUND)
STAGE(sanctioned, EVENT_STATUS_SANCTIONED)
STAGE(dismissed, EVENT_STATUS_DISMISSED)
#undef STAGE

static void put_reports(struct csv *c, const struct update *u)
{
	csv_number(c, u->report_count ? u->report_count : 1);
}

/* --- for people --- */

static void put_date(struct csv *c, const struct update *u)
{
	csv_word(c, u->event.date.value);
}

static void put_as_of(struct csv *c, const struct update *u)
{
	csv_word(c, u->event.as_of.value);
}

static void put_code_digits(struct csv *c, const struct update *u)
{
	char digits[EVENT_AREA_CODE_MAX];
	size_t n = 0;
	for (const char *s = u->event.place.code; *s && n + 1 < sizeof(digits); s++) {
		if (*s != '.')
			digits[n++] = *s;
	}
	csv_text(c, digits, n);
}

/* Whole, since the decimal sign depends on where the spreadsheet is opened. */
static void put_percent(struct csv *c, const struct update *u)
{
	csv_number(c, (uint64_t)lround(u->event.confidence * 100));
}

static void put_recorded_utc(struct csv *c, const struct update *u)
{
	char text[CLOCK_TEXT_SIZE];
	clock_format(u->recorded_us, text);
	text[10] = ' ';
	csv_text(c, text, strlen("2024-08-21 02:00:00"));
}

#define LIST(name, call)                                                                           \
	static void put_##name(struct csv *c, const struct update *u)                              \
	{                                                                                          \
		const struct event *e = &u->event;                                                 \
		call;                                                                              \
	}
LIST(subjects, csv_subjects(c, e, false))
LIST(conduct, csv_conduct(c, e, false))
LIST(people, csv_people(c, e, false))
LIST(institutions, csv_strings(c, e->institutions, e->institution_count, false))
LIST(sanctions, csv_strings(c, e->sanctions, e->sanction_count, false))
LIST(legal_basis, csv_strings(c, e->legal_basis, e->legal_basis_count, false))

static void put_report_urls(struct csv *c, const struct update *u)
{
	csv_report_urls(c, u, false);
}

/* --- for programs --- */

LIST(subjects_json, csv_subjects(c, e, true))
LIST(conduct_json, csv_conduct(c, e, true))
LIST(people_json, csv_people(c, e, true))
LIST(institutions_json, csv_strings(c, e->institutions, e->institution_count, true))
LIST(sanctions_json, csv_strings(c, e->sanctions, e->sanction_count, true))
LIST(legal_basis_json, csv_strings(c, e->legal_basis, e->legal_basis_count, true))
#undef LIST

static void put_report_urls_json(struct csv *c, const struct update *u)
{
	csv_report_urls(c, u, true);
}

static void put_day(struct csv *c, const struct event_date *date, bool last)
{
	char text[EXPORT_DAY_SIZE];
	csv_word(c, export_day(date, last, text) ? text : "");
}

static void put_date_first(struct csv *c, const struct update *u)
{
	put_day(c, &u->event.date, false);
}

static void put_date_last(struct csv *c, const struct update *u)
{
	put_day(c, &u->event.date, true);
}

static void put_as_of_first(struct csv *c, const struct update *u)
{
	put_day(c, &u->event.as_of, false);
}

static void put_as_of_last(struct csv *c, const struct update *u)
{
	put_day(c, &u->event.as_of, true);
}

static void put_code(struct csv *c, const struct update *u)
{
	csv_word(c, u->event.place.code);
}

static void put_confidence(struct csv *c, const struct update *u)
{
	char text[32];
	snprintf(text, sizeof(text), "%.3f", u->event.confidence);
	csv_word(c, text);
}

static void put_recorded(struct csv *c, const struct update *u)
{
	char text[CLOCK_TEXT_SIZE];
	clock_format(u->recorded_us, text);
	csv_word(c, text);
}

/* --- tables --- */

struct column {
	const char *name;
	void (*put)(struct csv *c, const struct update *u);
};

#define PROVENANCE                                                                                 \
	{"sentence", put_sentence}, {"title", put_title}, {"url", put_url},                        \
		{"source", put_source},                                                            \
	{                                                                                          \
		"published", put_published                                                         \
	}
#define STAGES                                                                                     \
	{"alleged", put_alleged}, {"under_review", put_under_review}, {"found", put_found},        \
		{"sanctioned", put_sanctioned},                                                    \
	{                                                                                          \
		"dismissed", put_dismissed                                                         \
	}

static const struct column cases[] = {
	{"event_id", put_id},
	{"kind", put_kind},
	{"status", put_status},
	{"date", put_date},
	{"date_precision", put_precision},
	{"place_code", put_code_digits},
	{"place", put_place},
	{"province", put_province},
	{"count", put_count},
	{"count_qualifier", put_qualifier},
	{"subjects", put_subjects},
	{"conduct", put_conduct},
	{"people", put_people},
	{"institutions", put_institutions},
	{"sanctions", put_sanctions},
	{"legal_basis", put_legal_basis},
	{"election", put_election},
	{"confidence_percent", put_percent},
	PROVENANCE,
	{"recorded_utc", put_recorded_utc},
	{"seq", put_seq},
	{"reports", put_reports},
	{"report_urls", put_report_urls},
};

static const struct column totals[] = {
	{"event_id", put_id},
	{"as_of", put_as_of},
	{"as_of_precision", put_as_of_precision},
	{"place_code", put_code_digits},
	{"place", put_place},
	{"province", put_province},
	STAGES,
	{"status", put_status},
	{"count", put_count},
	{"count_qualifier", put_qualifier},
	{"subjects", put_subjects},
	{"institutions", put_institutions},
	{"election", put_election},
	{"confidence_percent", put_percent},
	PROVENANCE,
	{"recorded_utc", put_recorded_utc},
	{"seq", put_seq},
	{"reports", put_reports},
	{"report_urls", put_report_urls},
};

static const struct column typed_cases[] = {
	{"event_id", put_id},
	{"kind", put_kind},
	{"status", put_status},
	{"date_first", put_date_first},
	{"date_last", put_date_last},
	{"date_precision", put_precision},
	{"place_code", put_code},
	{"place", put_place},
	{"province", put_province},
	{"count", put_count},
	{"count_qualifier", put_qualifier},
	{"subjects", put_subjects_json},
	{"conduct", put_conduct_json},
	{"people", put_people_json},
	{"institutions", put_institutions_json},
	{"sanctions", put_sanctions_json},
	{"legal_basis", put_legal_basis_json},
	{"election", put_election},
	{"confidence", put_confidence},
	PROVENANCE,
	{"recorded", put_recorded},
	{"seq", put_seq},
	{"reports", put_reports},
	{"report_urls", put_report_urls_json},
};

static const struct column typed_totals[] = {
	{"event_id", put_id},
	{"as_of_first", put_as_of_first},
	{"as_of_last", put_as_of_last},
	{"as_of_precision", put_as_of_precision},
	{"place_code", put_code},
	{"place", put_place},
	{"province", put_province},
	STAGES,
	{"status", put_status},
	{"count", put_count},
	{"count_qualifier", put_qualifier},
	{"subjects", put_subjects_json},
	{"institutions", put_institutions_json},
	{"election", put_election},
	{"confidence", put_confidence},
	PROVENANCE,
	{"recorded", put_recorded},
	{"seq", put_seq},
	{"reports", put_reports},
	{"report_urls", put_report_urls_json},
};

static const struct table {
	const struct column *columns;
	size_t count;
} tables[2][2] = {
	{{cases, netral_countof(cases)}, {totals, netral_countof(totals)}},
	{{typed_cases, netral_countof(typed_cases)}, {typed_totals, netral_countof(typed_totals)}},
};

static int put_head(FILE *out, const struct table *t, char separator)
{
	for (size_t i = 0; i < t->count; i++) {
		if (i)
			fputc(separator, out);
		fputs(t->columns[i].name, out);
	}
	fputs("\r\n", out);
	return NETRAL_OK;
}

static int put_row(const struct table *t, struct csv *c, const struct update *u)
{
	for (size_t i = 0; i < t->count; i++)
		t->columns[i].put(c, u);
	csv_row_end(c);
	return c->exhausted ? NETRAL_ENOMEM : NETRAL_OK;
}

/* --- formats --- */

static int end(struct export_sink *s)
{
	(void)s;
	return NETRAL_OK;
}

static int begin_plain(struct export_sink *s)
{
	if (s->settings->bom)
		fputs("\xEF\xBB\xBF", s->out);
	return put_head(s->out, &tables[0][s->settings->totals], s->settings->separator);
}

static int put_plain(struct export_sink *s, const struct update *u)
{
	struct csv c = {.out = s->out,
			.arena = &s->arena,
			.separator = s->settings->separator,
			.guarded = true};
	return put_row(&tables[0][s->settings->totals], &c, u);
}

static int begin_typed(struct export_sink *s)
{
	return put_head(s->out, &tables[1][s->settings->totals], ',');
}

static int put_typed(struct export_sink *s, const struct update *u)
{
	struct csv c = {.out = s->out, .arena = &s->arena, .separator = ','};
	return put_row(&tables[1][s->settings->totals], &c, u);
}

const struct export_format export_csv = {
	.name = "csv", .begin = begin_plain, .put = put_plain, .end = end};

const struct export_format export_parquet_csv = {
	.name = "parquet-csv", .begin = begin_typed, .put = put_typed, .end = end};
