/* A block looks like this; the first column holds the time it was recorded:
 *
 *   14:02:31  VIOLATION FOUND  Kota Ambon, Maluku (81.71)  2024-08-21  1 person
 *             Title of the article
 *             > The sentence that kind and status were read from.
 *             reported by 3 articles, also by kabar.example, warta.example
 *             spool:a.txt  id 5f0c...-1
 */
#include "client/print.h"

#include "lib/cleanup.h"
#include "lib/clock.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

enum { BLOCK_INDENT = 10, FIELD_COLUMN = 16 };

enum style_ink print_status_ink(enum event_status status)
{
	switch (status) {
	case EVENT_STATUS_ALLEGED:
	case EVENT_STATUS_UNDER_REVIEW:
		return INK_YELLOW;
	case EVENT_STATUS_FOUND:
		return INK_RED;
	case EVENT_STATUS_SANCTIONED:
		return INK_MAGENTA;
	case EVENT_STATUS_PLANNED:
		return INK_CYAN;
	case EVENT_STATUS_DISMISSED:
	case EVENT_STATUS_HELD:
	case EVENT_STATUS_MADE:
		return INK_GREEN;
	case EVENT_STATUS_NONE:
		break;
	}
	return INK_PLAIN;
}

/* --- short forms --- */

void print_place(const struct event_place *p, char ret[static PRINT_SHORT_SIZE])
{
	bool deeper = p->province[0] && strcmp(p->province, p->name) != 0;
	if (!p->code[0])
		ret[0] = '\0';
	else
		snprintf(ret, PRINT_SHORT_SIZE, "%.60s%s%.60s (%.8s)", p->name, deeper ? ", " : "",
			 deeper ? p->province : "", p->code);
}

void print_count(const struct event_count *c, char ret[static PRINT_SHORT_SIZE])
{
	const char *prefix = "";
	ret[0] = '\0';
	switch (c->qualifier) {
	case EVENT_QUALIFIER_NONE:
		return;
	case EVENT_QUALIFIER_SEVERAL:
		if (c->value == 0) {
			snprintf(ret, PRINT_SHORT_SIZE, "several");
			return;
		}
		prefix = "several, ";
		break;
	case EVENT_QUALIFIER_ABOUT:
		prefix = "about ";
		break;
	case EVENT_QUALIFIER_AT_LEAST:
		prefix = "at least ";
		break;
	case EVENT_QUALIFIER_EXACT:
		break;
	}
	snprintf(ret, PRINT_SHORT_SIZE, "%s%" PRIu64, prefix, c->value);
}

void print_time(uint64_t real_us, char ret[static PRINT_SHORT_SIZE])
{
	time_t then = (time_t)(real_us / 1000000U);
	time_t now = (time_t)(clock_real_us() / 1000000U);
	struct tm t, today;
	if (!localtime_r(&then, &t) || !localtime_r(&now, &today)) {
		snprintf(ret, PRINT_SHORT_SIZE, "-");
		return;
	}
	bool same_day = t.tm_year == today.tm_year && t.tm_yday == today.tm_yday;
	strftime(ret, PRINT_SHORT_SIZE, same_day ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &t);
}

static const char *people_word(const struct event_count *c)
{
	return c->qualifier == EVENT_QUALIFIER_EXACT && c->value == 1 ? " person" : " people";
}

/* --- blocks --- */

static void put_words(FILE *out, const char *s)
{
	style_put(out, s, strlen(s));
}

static void print_head(FILE *out, const struct style *s, const struct event *e)
{
	fprintf(out, "%s%s%s %s%s%s", style_ink(s, INK_BOLD), event_kind_name((int)e->kind),
		style_ink(s, INK_PLAIN), style_ink(s, print_status_ink(e->status)),
		event_status_name((int)e->status), style_ink(s, INK_PLAIN));
	if (e->scope == EVENT_SCOPE_TOTAL)
		fprintf(out, " %sTOTAL%s", style_ink(s, INK_BLUE), style_ink(s, INK_PLAIN));
}

static void print_particulars(FILE *out, const struct event *e)
{
	char place[PRINT_SHORT_SIZE], count[PRINT_SHORT_SIZE];
	print_place(&e->place, place);
	print_count(&e->count, count);
	fputs("  ", out);
	put_words(out, place[0] ? place : "place unknown");
	if (e->date.precision) {
		fputs("  ", out);
		put_words(out, e->date.value);
	}
	if (count[0])
		fprintf(out, "  %s%s", count, people_word(&e->count));
	fputc('\n', out);
}

static void print_title(FILE *out, const struct style *s, const struct text *title)
{
	if (title->len == 0)
		return;
	fprintf(out, "%*s", BLOCK_INDENT, "");
	style_wrap(out, s, INK_BOLD, BLOCK_INDENT, title->ptr, title->len);
}

/* Behind a mark, not between quotes: many sentences bring quotes of their own. */
static void print_sentence(FILE *out, const struct style *s, const char *sentence)
{
	if (!sentence[0])
		return;
	fprintf(out, "%*s%s>%s ", BLOCK_INDENT, "", style_ink(s, INK_DIM), style_ink(s, INK_PLAIN));
	style_wrap(out, s, INK_PLAIN, BLOCK_INDENT + 2, sentence, strlen(sentence));
}

/* "kompas.example", or where it came in when it has no address. */
static void outlet_of(const struct article_ref *a, struct text *ret)
{
	const char *host = a->url.len ? memmem(a->url.ptr, a->url.len, "://", 3) : NULL;
	*ret = a->url.len ? a->url : a->source;
	if (!host)
		return;
	host += 3;
	size_t left = (size_t)(a->url.ptr + a->url.len - host);
	const char *end = memchr(host, '/', left);
	*ret = (struct text){host, end ? (size_t)(end - host) : left};
}

static bool same_text(const struct text *a, const struct text *b)
{
	return a->len == b->len && memcmp(a->ptr, b->ptr, a->len) == 0;
}

/* Is it the outlet that is shown anyway, or that of one before it? */
static bool is_named(const struct update *u, size_t report, const struct text *outlet)
{
	struct text other;
	outlet_of(&u->article, &other);
	bool named = same_text(&other, outlet);
	for (size_t i = 0; !named && i < report; i++) {
		outlet_of(&u->reports[i].article, &other);
		named = same_text(&other, outlet);
	}
	return named;
}

/* The outlets beside the one that is shown, each once. NULL where there is none, or no memory. */
static char *list_outlets(const struct update *u)
{
	char *text = NULL;
	size_t size = 0, n = 0;
	FILE *list = open_memstream(&text, &size);
	if (!list)
		return NULL;
	for (size_t i = 0; i < u->listed_count; i++) {
		struct text outlet;
		outlet_of(&u->reports[i].article, &outlet);
		if (outlet.len == 0 || is_named(u, i, &outlet))
			continue;
		fputs(n++ ? ", " : "", list);
		fwrite(outlet.ptr, 1, outlet.len, list);
	}
	fclose(list);
	if (n == 0)
		free(netral_take(text));
	return text;
}

static void print_reports(FILE *out, const struct style *s, const struct update *u)
{
	if (u->report_count < 2)
		return;
	netral_cleanup(netral_freep) char *outlets = list_outlets(u);
	netral_cleanup(netral_freep) char *line = NULL;
	int len = asprintf(&line, "reported by %u articles%s%s", u->report_count,
			   outlets ? ", also by " : "", outlets ? outlets : "");
	if (len < 0) {
		line = NULL;
		return;
	}
	fprintf(out, "%*s", BLOCK_INDENT, "");
	style_wrap(out, s, INK_DIM, BLOCK_INDENT, line, (size_t)len);
}

static void print_origin(FILE *out, const struct style *s, const struct update *u)
{
	const struct text *url = &u->article.url;
	const struct text *from = url->len ? url : &u->article.source;
	fprintf(out, "%*s%s", BLOCK_INDENT, "", style_ink(s, INK_DIM));
	style_put(out, from->ptr, from->len);
	fputs(from->len ? "  id " : "id ", out);
	put_words(out, u->event.id);
	fprintf(out, "%s\n\n", style_ink(s, INK_PLAIN));
}

const char *print_cause(enum update_cause cause)
{
	switch (cause) {
	case CAUSE_CONFIRMED:
		return "confirmed by a further article";
	case CAUSE_STAGE:
		return "a further article moved its stage";
	case CAUSE_RECLASSIFIED:
		return "read anew";
	case CAUSE_WITHDRAWN:
		return "no longer reported by one of its articles";
	case CAUSE_REVISED:
		return "an article of it was revised";
	case CAUSE_CORRECTED:
		return "corrected by people";
	case CAUSE_RETRACTED:
		return "retracted by people";
	case CAUSE_TAKEN_DOWN:
		return "an article of it was taken down";
	}
	return "";
}

static const char *change_word(const struct update *u)
{
	switch (u->change) {
	case CHANGE_CHANGED:
		return u->cause == CAUSE_CONFIRMED   ? "confirmed: "
		       : u->cause == CAUSE_CORRECTED ? "corrected: "
		       : u->cause == CAUSE_STAGE     ? "now: "
		       : u->cause == CAUSE_REVISED   ? "revised: "
						     : "changed: ";
	case CHANGE_REMOVED:
		return u->cause == CAUSE_RETRACTED ? "retracted: " : "removed: ";
	case CHANGE_NEW:
		break;
	}
	return "";
}

void print_update(FILE *out, const struct style *s, const struct update *u)
{
	char time[PRINT_SHORT_SIZE];
	print_time(u->recorded_us, time);
	fprintf(out, "%s%s%s  %s", style_ink(s, INK_DIM), time, style_ink(s, INK_PLAIN),
		change_word(u));
	print_head(out, s, &u->event);
	print_particulars(out, &u->event);
	print_title(out, s, &u->article.title);
	print_sentence(out, s, u->event.sentence);
	print_reports(out, s, u);
	print_origin(out, s, u);
}

void print_event(FILE *out, const struct style *s, const struct event *e)
{
	fputs("  ", out);
	print_head(out, s, e);
	print_particulars(out, e);
	print_sentence(out, s, e->sentence);
}

/* --- fields --- */

void print_field(FILE *out, const struct style *s, const char *label, const char *value,
		 size_t value_len)
{
	if (value_len == 0)
		return;
	fprintf(out, "  %s%-*s%s", style_ink(s, INK_DIM), FIELD_COLUMN - 2, label,
		style_ink(s, INK_PLAIN));
	style_wrap(out, s, INK_PLAIN, FIELD_COLUMN, value, value_len);
}

/* A list of words that grows in memory and is printed as one field. */
struct words {
	char *text;
	size_t size;
	FILE *stream;
};

static void words_add(struct words *w, const char *separator, const char *word)
{
	if (!w->stream)
		w->stream = open_memstream(&w->text, &w->size);
	if (!w->stream || !word[0])
		return;
	if (ftell(w->stream) > 0)
		fputs(separator, w->stream);
	fputs(word, w->stream);
}

static void words_print(struct words *w, FILE *out, const struct style *s, const char *label)
{
	if (w->stream) {
		fclose(w->stream);
		print_field(out, s, label, w->text, w->size);
		free(w->text);
	}
	*w = (struct words){0};
}

static void print_word(FILE *out, const struct style *s, const char *label, const char *value)
{
	print_field(out, s, label, value, strlen(value));
}

static void print_strings(FILE *out, const struct style *s, const char *label,
			  const char *const *strings, size_t n)
{
	struct words w = {0};
	for (size_t i = 0; i < n; i++)
		words_add(&w, "; ", strings[i]);
	words_print(&w, out, s, label);
}

static void print_people(FILE *out, const struct style *s, const struct event *e)
{
	struct words w = {0};
	for (size_t i = 0; i < e->person_count; i++) {
		words_add(&w, "; ", e->people[i].name);
		if (e->people[i].role[0] && w.stream)
			fprintf(w.stream, " (%s)", e->people[i].role);
	}
	words_print(&w, out, s, "people");
}

static void print_stages(FILE *out, const struct style *s, const struct event *e)
{
	struct words w = {0};
	for (size_t i = 0; i < e->stage_count; i++) {
		char stage[PRINT_SHORT_SIZE];
		snprintf(stage, sizeof(stage), "%s %" PRIu64,
			 event_status_name((int)e->stages[i].status), e->stages[i].value);
		words_add(&w, ", ", stage);
	}
	words_print(&w, out, s, "stages");
}

static void print_classes(FILE *out, const struct style *s, const struct event *e)
{
	struct words w = {0};
	for (size_t i = 0; i < e->subject_count; i++)
		words_add(&w, ", ", event_subject_name((int)e->subjects[i]));
	words_print(&w, out, s, "subjects");
	for (size_t i = 0; i < e->conduct_count; i++)
		words_add(&w, ", ", event_conduct_name((int)e->conduct[i]));
	words_print(&w, out, s, "conduct");
}

static void print_dates(FILE *out, const struct style *s, const struct event *e)
{
	char date[PRINT_SHORT_SIZE];
	const char *value = e->date.precision ? e->date.value : "unknown";
	if (e->date.precision && e->date.precision != EVENT_PRECISION_DAY)
		snprintf(date, sizeof(date), "%.20s (%s)", value,
			 event_precision_name((int)e->date.precision));
	else
		snprintf(date, sizeof(date), "%.20s", value);
	print_word(out, s, "date", date);
	if (e->as_of.precision)
		print_word(out, s, "as of", e->as_of.value);
}

/* "0.97; status 0.81, place 0.95": of the event, then of its values. */
static void print_confidence(const struct event *e, char ret[static PRINT_SHORT_SIZE])
{
	const struct {
		const char *field;
		double sure;
	} values[] = {{"status", e->sure.status},
		      {"place", e->sure.place},
		      {"date", e->sure.date},
		      {"count", e->sure.count}};
	const char *join = ";";
	int len = snprintf(ret, PRINT_SHORT_SIZE, "%.2f", e->confidence);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (values[i].sure <= 0 || len >= PRINT_SHORT_SIZE)
			continue;
		len += snprintf(ret + len, (size_t)(PRINT_SHORT_SIZE - len), "%s %s %.2f", join,
				values[i].field, values[i].sure);
		join = ",";
	}
}

static void print_notes(FILE *out, const struct style *s, const struct event *e)
{
	for (size_t i = 0; i < e->note_count; i++) {
		char note[PRINT_SHORT_SIZE];
		snprintf(note, sizeof(note), "%s: %s", e->notes[i].value, e->notes[i].text);
		print_word(out, s, "note", note);
	}
}

void print_fields(FILE *out, const struct style *s, const struct event *e)
{
	char place[PRINT_SHORT_SIZE], count[PRINT_SHORT_SIZE], confidence[PRINT_SHORT_SIZE];
	print_place(&e->place, place);
	print_count(&e->count, count);
	print_confidence(e, confidence);
	print_head(out, s, e);
	fputc('\n', out);
	print_word(out, s, "place", place[0] ? place : "unknown");
	print_dates(out, s, e);
	print_word(out, s, "count", count);
	print_stages(out, s, e);
	print_classes(out, s, e);
	print_strings(out, s, "institutions", e->institutions, e->institution_count);
	print_people(out, s, e);
	print_strings(out, s, "sanctions", e->sanctions, e->sanction_count);
	print_strings(out, s, "legal basis", e->legal_basis, e->legal_basis_count);
	print_word(out, s, "election", e->election);
	print_word(out, s, "confidence", confidence);
	print_notes(out, s, e);
}
