/* netral show: one event, or those of one article, with the sentences they were read from. */
#include "client/commands.h"
#include "client/connection.h"
#include "client/correction_print.h"
#include "client/explain.h"
#include "client/highlight.h"
#include "client/json.h"
#include "client/print.h"
#include "client/tables.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "libnetral/runtime.h"

#include <string.h>
#include <sysexits.h>

#define OTHER_TABLES "other tables than those of today classified this; today's would say:"

enum { PREFIX_MIN = 8, ARENA_BYTES = 64 << 20 };

struct show_options {
	bool json, explain;
	const char *data, *runtime_dir;
};

static const struct cli_option show_table[] = {
	{"explain", NULL, CLI_FLAG, offsetof(struct show_options, explain), 0, 0,
	 "why the article's events are told, and what else might have been one"},
	{"data", "DIR", CLI_TEXT, offsetof(struct show_options, data), 0, 0,
	 "tables for --explain; default: those installed with it"},
	CLI_OPTION_JSON(struct show_options),
	CLI_OPTION_RUNTIME_DIR(struct show_options),
};

static int check_id(const char *text)
{
	size_t len = strspn(text, "0123456789abcdefABCDEF");
	bool fits = len >= PREFIX_MIN && len <= ARTICLE_ID_HEX;
	uint64_t number;
	if (fits && text[len] == '-')
		fits = cli_number(text + len + 1, &number) == NETRAL_OK && number > 0 &&
		       number <= EVENT_NUMBER_MAX;
	else if (fits)
		fits = text[len] == '\0';
	if (!fits)
		return cli_usage("\"%s\" is not the id of an event or an article: %d to %d "
				 "hexadecimal digits, and -NUMBER for one event",
				 text, PREFIX_MIN, ARTICLE_ID_HEX);
	return EX_OK;
}

/* --- printing --- */

static void print_classifier(const struct style *s, const struct classifier_version *v)
{
	char text[80];
	snprintf(text, sizeof(text), "revision %u, data %02x%02x%02x%02x%02x%02x%02x%02x",
		 v->revision, v->data_hash[0], v->data_hash[1], v->data_hash[2], v->data_hash[3],
		 v->data_hash[4], v->data_hash[5], v->data_hash[6], v->data_hash[7]);
	print_field(stdout, s, "classifier", text, strlen(text));
}

static void print_reports(const struct style *s, const struct update *u)
{
	char text[PRINT_SHORT_SIZE];
	const char *cause = print_cause(u->cause);
	print_field(stdout, s, "last change", cause, strlen(cause));
	if (u->report_count < 2)
		return;
	int len = snprintf(text, sizeof(text), "%u articles", u->report_count);
	print_field(stdout, s, "reported by", text, (size_t)len);
	for (size_t i = 0; i < u->listed_count; i++) {
		const struct article_ref *a = &u->reports[i].article;
		const struct text *from = a->url.len ? &a->url : &a->source;
		snprintf(text, sizeof(text), "%s", event_status_name((int)u->reports[i].status));
		fputs("    ", stdout);
		print_field(stdout, s, text, from->ptr, from->len);
		if (a->title.len)
			fputs("    ", stdout);
		print_field(stdout, s, "", a->title.ptr, a->title.len);
	}
}

static void print_removal(const struct style *s, const struct update *u)
{
	const char *why = u->cause ? print_cause(u->cause)
				   : "a later classification no longer finds this event";
	if (u->change == CHANGE_REMOVED)
		print_field(stdout, s, "removed", why, strlen(why));
}

static void print_correction(const struct style *s, const struct correction_mark *m)
{
	char text[128] = "";
	size_t used = 0;
	if (m->at_us == 0)
		return;
	for (int field = 1; field < CORRECTION_FIELD_END; field++) {
		if (m->fields & CORRECTION_BIT(field))
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
						 used ? ", " : "", correction_field_name(field));
	}
	print_field(stdout, s, "said", text, used);
	print_field(stdout, s, "note", m->note, strlen(m->note));
}

static void print_shown(const struct style *s, const struct update *u,
			const struct msg_shown *shown)
{
	const struct article_ref *a = &u->article;
	char time[PRINT_SHORT_SIZE];
	print_fields(stdout, s, &u->event);
	print_removal(s, u);
	print_field(stdout, s, "event", u->event.id, strlen(u->event.id));
	print_field(stdout, s, "article", a->title.ptr, a->title.len);
	print_field(stdout, s, "url", a->url.ptr, a->url.len);
	print_field(stdout, s, "published", a->published.ptr, a->published.len);
	print_field(stdout, s, "source", a->source.ptr, a->source.len);
	print_time(u->recorded_us, time);
	print_field(stdout, s, "recorded", time, strlen(time));
	print_classifier(s, &shown->classifier);
	print_reports(s, u);
	print_correction(s, &u->correction);
	if (u->event.evidence_count) {
		printf("\n%sEvidence%s\n", style_ink(s, INK_BOLD), style_ink(s, INK_PLAIN));
		highlight_print(stdout, s, &u->event, &shown->text);
	}
}

static int print_one(const struct show_options *o, const struct style *s, const struct update *u,
		     const struct msg_shown *shown, bool first)
{
	if (o->json)
		return json_line(stdout, json_shown(u, shown));
	if (!first)
		putchar('\n');
	print_shown(s, u, shown);
	return NETRAL_OK;
}

static int print_all(const struct show_options *o, const char *id, const struct msg_shown *shown)
{
	struct style s;
	style_init(&s, stdout);
	for (size_t i = 0; i < shown->update_count; i++) {
		if (print_one(o, &s, &shown->updates[i], shown, i == 0) < 0)
			return cli_fail_code(NETRAL_ENOMEM, "print");
	}
	if (shown->update_count == 0)
		cli_say("article %s has no events", id);
	return EX_OK;
}

/* --- why --- */

static void print_candidates(const struct show_options *o, const struct candidate *list,
			     size_t count)
{
	struct style s;
	style_init(&s, stdout);
	for (size_t i = 0; i < count; i++) {
		if (o->json)
			json_line(stdout, explain_json(&list[i]));
		else
			explain_print(stdout, &s, &list[i]);
	}
}

static bool same_tables(const struct tables *t, const struct classifier_version *v)
{
	uint8_t hash[8];
	classifier_data_hash(t->classifier, hash);
	return v->revision == CLASSIFIER_REVISION && memcmp(hash, v->data_hash, sizeof(hash)) == 0;
}

/* The stored text, classified again here. */
static int explain(const struct show_options *o, const struct msg_shown *shown)
{
	netral_cleanup(tables_fini) struct tables t = {0};
	netral_cleanup(arena_fini) struct arena arena;
	struct article a = {.text = shown->text};
	struct candidate *list;
	size_t count;
	arena_init(&arena, ARENA_BYTES);
	int exit_code = tables_load(o->data, &t);
	if (exit_code != EX_OK)
		return exit_code;
	if (shown->update_count) {
		a.id = shown->updates[0].article.id;
		a.title = shown->updates[0].article.title;
		a.published = shown->updates[0].article.published;
	}
	int r = classify_explain(t.classifier, t.scratch, &a, &arena, &list, &count);
	if (r < 0)
		return cli_fail_code(r, "explain");
	if (!o->json)
		printf("\n%s\n", same_tables(&t, &shown->classifier) ? "Why" : OTHER_TABLES);
	print_candidates(o, list, count);
	return EX_OK;
}

static int take_entry(void *user, const struct correction_entry *e)
{
	correction_print(user, e, false);
	return EX_OK;
}

/* What people did to these events, as far as whoever asks may know. */
static int show_history(const struct show_options *o, const struct msg_shown *shown)
{
	netral_cleanup(connection_closep) struct connection *c = NULL;
	struct style s;
	int exit_code = EX_OK;
	style_init(&s, stdout);
	for (size_t i = 0; exit_code == EX_OK && i < shown->update_count; i++) {
		const struct update *u = &shown->updates[i];
		if (u->correction.at_us == 0)
			continue;
		if (!c && connection_open(o->runtime_dir, RUNTIME_RECORD_CONTROL, &c) < 0)
			return EX_OK;
		printf("\n%sHistory%s\n", style_ink(&s, INK_BOLD), style_ink(&s, INK_PLAIN));
		exit_code = correction_each(c, u->event.id, 0, take_entry, &s);
	}
	return exit_code;
}

static int show(const struct show_options *o, const char *id)
{
	netral_cleanup(connection_closep) struct connection *c = NULL;
	struct message m = {.type = MSG_SHOW, .show = {.id = id}};
	struct message answer = {.type = MSG_NONE};
	int r = connection_open(o->runtime_dir, RUNTIME_REPLAY, &c);
	if (r == NETRAL_OK)
		r = connection_ask(c, &m, MSG_SHOWN, &answer);
	if (r < 0)
		return cli_fail(connection_exit_code(c), "%s", connection_error(c));
	int exit_code = print_all(o, id, &answer.shown);
	if (exit_code == EX_OK && !o->json)
		exit_code = show_history(o, &answer.shown);
	return exit_code == EX_OK && o->explain ? explain(o, &answer.shown) : exit_code;
}

static int run(int argc, char **argv)
{
	struct show_options o = {0};
	int exit_code;
	int first = cli_parse(&command_show, argc, argv, &o, &exit_code);
	if (first < 0)
		return exit_code;
	if (argc - first != 1)
		return cli_usage("one ID is needed");
	exit_code = check_id(argv[first]);
	return exit_code == EX_OK ? show(&o, argv[first]) : exit_code;
}

const struct command command_show = {
	.name = "show",
	.group = "Reading",
	.summary = "Print one event with the evidence highlighted in its sentences",
	.operands = "ID",
	.details =
		"ID is an event's id, or an article's for all events that it reports; the first 8\n"
		"digits are enough where no other article begins like this: 5f0c3a11, or\n"
		"5f0c3a11-2. An event is shown as the article tells it that went furthest, an\n"
		"article's events as that article tells them.",
	.options = show_table,
	.option_count = netral_countof(show_table),
	.run = run,
};
