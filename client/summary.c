#include "client/summary.h"

#include "client/gauge.h"
#include "client/print.h"

#include <inttypes.h>

void summary_take_status(struct summary *s, const struct msg_status_reply *status)
{
	if (s->pid && s->pid != status->pid) {
#define X(member, key, counter, start) s->before.member += s->now.member;
		SUMMARY_FILES(X)
		SUMMARY_ARTICLES(X)
#undef X
	}
	s->pid = status->pid;
#define X(member, key, counter, start)                                                             \
	s->now.member = gauge_value(status, counter) - gauge_value(status, start);
	SUMMARY_FILES(X)
	SUMMARY_ARTICLES(X)
#undef X
}

void summary_take_update(struct summary *s, const struct update *u)
{
	const struct event *e = &u->event;
	if (u->change == CHANGE_REMOVED) {
		s->removed++;
		return;
	}
	if (u->change == CHANGE_CHANGED) { /* one that is counted, or was there before */
		s->confirmed += u->cause == CAUSE_CONFIRMED;
		s->changed += u->cause != CAUSE_CONFIRMED;
		return;
	}
	if ((unsigned)e->kind >= SUMMARY_KINDS || (unsigned)e->status >= SUMMARY_STATUSES)
		return;
	s->events[e->kind][e->status]++;
	s->event_count++;
}

/* --- JSON --- */

static json_t *events_of_kind(const struct summary *s, int kind)
{
	json_t *j = json_object();
	for (int status = 1; j && status < SUMMARY_STATUSES; status++) {
		json_int_t n = (json_int_t)s->events[kind][status];
		if (n && json_object_set_new(j, event_status_name(status), json_integer(n)) < 0) {
			json_decref(j);
			return NULL;
		}
	}
	return j;
}

static json_t *events_json(const struct summary *s)
{
	json_t *j = json_object();
	for (int kind = 1; j && kind < SUMMARY_KINDS; kind++) {
		json_t *statuses = events_of_kind(s, kind);
		if (statuses && json_object_size(statuses) == 0)
			json_decref(statuses);
		else if (json_object_set_new(j, event_kind_name(kind), statuses) < 0) {
			json_decref(j);
			return NULL;
		}
	}
	return j;
}

static json_t *files_json(const struct summary *s)
{
	json_t *j = json_object();
#define X(member, key, counter, start)                                                             \
	json_object_set_new(j, key, json_integer((json_int_t)(s->before.member + s->now.member)));
	SUMMARY_FILES(X)
#undef X
	return j;
}

static json_t *articles_json(const struct summary *s)
{
	json_t *j = json_object();
#define X(member, key, counter, start)                                                             \
	json_object_set_new(j, key, json_integer((json_int_t)(s->before.member + s->now.member)));
	SUMMARY_ARTICLES(X)
#undef X
	return j;
}

json_t *summary_json(const struct summary *s)
{
	return json_pack("{s{so so so}}", "summary", "files", files_json(s), "articles",
			 articles_json(s), "events", events_json(s));
}

/* --- for people --- */

/* "  VIOLATION  1 ALLEGED, 2 FOUND", or nothing. */
static void print_kind(FILE *out, const struct style *style, const struct summary *s, int kind)
{
	bool first = true;
	for (int status = 1; status < SUMMARY_STATUSES; status++) {
		uint64_t n = s->events[kind][status];
		if (n == 0)
			continue;
		if (first)
			fprintf(out, "          %s%-9s%s", style_ink(style, INK_BOLD),
				event_kind_name(kind), style_ink(style, INK_PLAIN));
		fprintf(out, "%s%" PRIu64 " %s%s%s", first ? "  " : ", ", n,
			style_ink(style, print_status_ink((enum event_status)status)),
			event_status_name(status), style_ink(style, INK_PLAIN));
		first = false;
	}
	if (!first)
		fputc('\n', out);
}

static void print_events(FILE *out, const struct style *style, const struct summary *s)
{
	fprintf(out, "events    %" PRIu64 "\n", s->event_count);
	for (int kind = 1; kind < SUMMARY_KINDS; kind++)
		print_kind(out, style, s, kind);
	if (s->confirmed || s->changed || s->removed)
		fprintf(out,
			"          confirmed by further articles %" PRIu64
			" times, changed %" PRIu64 " times, %" PRIu64 " removed\n",
			s->confirmed, s->changed, s->removed);
}

void summary_print(FILE *out, const struct style *style, const struct summary *s)
{
	const struct summary_counts *b = &s->before, *n = &s->now;
	uint64_t failed = b->files_failed + n->files_failed, dead = b->dead + n->dead;
	fprintf(out, "files     %" PRIu64 " done, %s%" PRIu64 " failed%s\n",
		b->files_done + n->files_done, failed ? style_ink(style, INK_RED) : "", failed,
		failed ? style_ink(style, INK_PLAIN) : "");
	fprintf(out,
		"articles  %" PRIu64 " accepted, %" PRIu64 " duplicates, %" PRIu64
		" refused, %" PRIu64 " recorded, %s%" PRIu64 " dead%s\n",
		b->accepted + n->accepted, b->duplicates + n->duplicates, b->refused + n->refused,
		b->recorded + n->recorded, dead ? style_ink(style, INK_RED) : "", dead,
		dead ? style_ink(style, INK_PLAIN) : "");
	print_events(out, style, s);
}
