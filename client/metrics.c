#include "client/metrics.h"

#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/source/schedule.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_MAX = 64 << 20 }; /* names: 20,000 sources and what else there is take 3 MB */

struct program {
	const char *name, *version;
	uint64_t uptime_ms;
	bool answered, running;
};

struct sample {
	const char *name, *program;
	uint64_t value;
};

/* Workers of one name are one. */
struct worker {
	const char *name;
	uint64_t held, credit, done, failed;
};

struct receiver {
	const char *name;
	uint64_t disabled, waiting, bytes, oldest_ms, behind, tries, due_ms;
};

struct source {
	const char *name;
	uint64_t articles, items, given_up, polls, failures, failures_in_row, enabled;
	uint64_t last_article_ms, last_poll_ms, next_poll_ms, patience_ms;
	uint32_t flags;
};

struct metrics {
	struct arena arena;
	struct buf programs, samples, workers, receivers, sources; /* arrays of the structs above */
};

struct metrics *metrics_new(void)
{
	struct metrics *m = calloc(1, sizeof(*m));
	if (m)
		arena_init(&m->arena, ARENA_MAX);
	return m;
}

void metrics_free(struct metrics *m)
{
	if (!m)
		return;
	buf_fini(&m->programs);
	buf_fini(&m->samples);
	buf_fini(&m->workers);
	buf_fini(&m->receivers);
	buf_fini(&m->sources);
	arena_fini(&m->arena);
	free(m);
}

/* --- gathering --- */

/* [a-zA-Z_:][a-zA-Z0-9_:]* */
static bool is_name(const char *s)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:0123456789";
	size_t len = strlen(s);
	return len > 0 && strspn(s, letters) == len && !(s[0] >= '0' && s[0] <= '9');
}

static int add_samples(struct metrics *m, const char *program, const struct msg_status_reply *r)
{
	int err = NETRAL_OK;
	for (size_t i = 0; i < r->counter_count && err == NETRAL_OK; i++) {
		const struct counter *c = &r->counters[i];
		struct sample s = {arena_strdup(&m->arena, c->name), program, c->value};
		if (!s.name)
			return NETRAL_ENOMEM;
		if (is_name(s.name))
			err = buf_append(&m->samples, &s, sizeof(s));
	}
	return err;
}

static int add_workers(struct metrics *m, const struct msg_status_reply *r)
{
	int err = NETRAL_OK;
	for (size_t i = 0; i < r->worker_count && err == NETRAL_OK; i++) {
		const struct worker_status *w = &r->workers[i];
		struct worker copy = {arena_strdup(&m->arena, w->name), w->held, w->credit, w->done,
				      w->failed};
		if (!copy.name)
			return NETRAL_ENOMEM;
		err = buf_append(&m->workers, &copy, sizeof(copy));
	}
	return err;
}

static int add_receivers(struct metrics *m, const struct msg_status_reply *r)
{
	int err = NETRAL_OK;
	for (size_t i = 0; i < r->receiver_count && err == NETRAL_OK; i++) {
		const struct receiver_status *s = &r->receivers[i];
		struct receiver copy = {.name = arena_strdup(&m->arena, s->name),
					.disabled = s->disabled,
					.waiting = s->waiting,
					.bytes = s->bytes,
					.oldest_ms = s->oldest_ms,
					.behind = s->behind,
					.tries = s->tries,
					.due_ms = s->due_ms};
		if (!copy.name)
			return NETRAL_ENOMEM;
		err = buf_append(&m->receivers, &copy, sizeof(copy));
	}
	return err;
}

int metrics_add_status(struct metrics *m, const struct msg_status_reply *r)
{
	struct program p = {arena_strdup(&m->arena, r->program),
			    arena_strdup(&m->arena, r->version), r->uptime_ms, true,
			    strcmp(r->state, "running") == 0};
	if (!p.name || !p.version)
		return NETRAL_ENOMEM;
	int err = buf_append(&m->programs, &p, sizeof(p));
	if (err == NETRAL_OK)
		err = add_samples(m, p.name, r);
	if (err == NETRAL_OK)
		err = add_workers(m, r);
	return err == NETRAL_OK ? add_receivers(m, r) : err;
}

int metrics_add_down(struct metrics *m, const char *program)
{
	struct program p = {.name = arena_strdup(&m->arena, program)};
	return p.name ? buf_append(&m->programs, &p, sizeof(p)) : NETRAL_ENOMEM;
}

int metrics_add_sources(struct metrics *m, const struct msg_source_page *page)
{
	int err = NETRAL_OK;
	for (size_t i = 0; i < page->source_count && err == NETRAL_OK; i++) {
		const struct source_status *s = &page->sources[i];
		struct source copy = {.name = arena_strdup(&m->arena, s->name),
				      .articles = s->articles,
				      .items = s->items,
				      .given_up = s->given_up,
				      .polls = s->polls,
				      .failures = s->failures,
				      .failures_in_row = s->failures_in_row,
				      .enabled = s->enabled,
				      .last_article_ms = s->last_article_ms,
				      .last_poll_ms = s->last_poll_ms,
				      .next_poll_ms = s->next_poll_ms,
				      .patience_ms = s->patience_ms,
				      .flags = s->flags};
		if (!copy.name)
			return NETRAL_ENOMEM;
		err = buf_append(&m->sources, &copy, sizeof(copy));
	}
	return err;
}

/* --- the format --- */

/* Text that stands as a label's value. */
static void put_value(FILE *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '\n')
			fputs("\\n", out);
		else if (*s == '\\' || *s == '"')
			fprintf(out, "\\%c", *s);
		else
			fputc(*s, out);
	}
}

static bool is_total(const char *name)
{
	size_t len = strlen(name);
	return len > 6 && strcmp(name + len - 6, "_total") == 0;
}

static void put_head(FILE *out, const char *name, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
		is_total(name) ? "counter" : "gauge");
}

static void put_label(FILE *out, const char *name, const char *label, const char *value)
{
	fprintf(out, "%s{%s=\"", name, label);
	put_value(out, value);
	fputc('"', out);
}

static void put_number(FILE *out, uint64_t n)
{
	fprintf(out, "} %" PRIu64 "\n", n);
}

static void put_seconds(FILE *out, uint64_t ms)
{
	fprintf(out, "} %" PRIu64 ".%03u\n", ms / 1000, (unsigned)(ms % 1000));
}

/* --- programs --- */

static void print_programs(const struct metrics *m, FILE *out)
{
	const struct program *p = (const struct program *)(const void *)m->programs.data;
	size_t count = m->programs.len / sizeof(*p);
	put_head(out, "netral_up", "Whether the program answers.");
	for (size_t i = 0; i < count; i++) {
		put_label(out, "netral_up", "program", p[i].name);
		put_number(out, p[i].answered);
	}
	put_head(out, "netral_running", "Whether nothing keeps the program from working.");
	for (size_t i = 0; i < count; i++) {
		put_label(out, "netral_running", "program", p[i].name);
		put_number(out, p[i].running);
	}
	put_head(out, "netral_uptime_seconds", "Time since the program began.");
	for (size_t i = 0; i < count; i++) {
		if (!p[i].answered)
			continue;
		put_label(out, "netral_uptime_seconds", "program", p[i].name);
		put_seconds(out, p[i].uptime_ms);
	}
	put_head(out, "netral_build_info", "The version that runs.");
	for (size_t i = 0; i < count; i++) {
		if (!p[i].answered)
			continue;
		put_label(out, "netral_build_info", "program", p[i].name);
		fputs(",version=\"", out);
		put_value(out, p[i].version);
		fputc('"', out);
		put_number(out, 1);
	}
}

/* --- counters --- */

static int compare_samples(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;
	int by_name = strcmp(x->name, y->name);
	return by_name ? by_name : strcmp(x->program, y->program);
}

/* A counter's name says what it counts: "Of netral: articles accepted, so far." */
static void put_counter_head(FILE *out, const char *name)
{
	static const char prefix[] = "netral_", suffix[] = "_total";
	char help[CODEC_STRING_MAX + 32];
	bool ours = strncmp(name, prefix, strlen(prefix)) == 0;
	int len = (int)strlen(name) - (is_total(name) ? (int)strlen(suffix) : 0);
	int skip = ours && len > (int)strlen(prefix) ? (int)strlen(prefix) : 0;
	snprintf(help, sizeof(help), "Of netral: %.*s%s.", len - skip, name + skip,
		 is_total(name) ? ", so far" : "");
	for (char *at = help; *at; at++)
		*at = *at == '_' ? ' ' : *at;
	put_head(out, name, help);
}

static void print_samples(struct metrics *m, FILE *out)
{
	struct sample *s = (struct sample *)(void *)m->samples.data;
	size_t count = m->samples.len / sizeof(*s);
	if (count)
		qsort(s, count, sizeof(*s), compare_samples);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || strcmp(s[i - 1].name, s[i].name) != 0)
			put_counter_head(out, s[i].name);
		else if (strcmp(s[i - 1].program, s[i].program) == 0)
			continue;
		put_label(out, s[i].name, "program", s[i].program);
		put_number(out, s[i].value);
	}
}

/* --- workers, receivers and sources: a table of names, and a struct of numbers for each --- */

struct family {
	const char *name, *help;
	size_t offset; /* of a uint64_t */
	enum { AS_NUMBER, AS_SECONDS, AS_TIME } form;
};

static uint64_t number_at(const char *item, size_t offset)
{
	uint64_t n;
	memcpy(&n, item + offset, sizeof(n));
	return n;
}

/* `items` are `count` structs of `size` bytes that begin with a name. A time that has not come is
 * left out. */
static void print_family(FILE *out, const struct family *f, const char *label, const char *items,
			 size_t count, size_t size)
{
	put_head(out, f->name, f->help);
	for (size_t i = 0; i < count; i++) {
		const char *item = items + i * size, *name;
		uint64_t n = number_at(item, f->offset);
		memcpy(&name, item, sizeof(name));
		if (f->form == AS_TIME && n == 0)
			continue;
		put_label(out, f->name, label, name);
		if (f->form == AS_NUMBER)
			put_number(out, n);
		else
			put_seconds(out, n);
	}
}

static const struct family worker_families[] = {
	{"netral_worker_held", "Articles that the worker holds.", offsetof(struct worker, held),
	 AS_NUMBER},
	{"netral_worker_credit", "Articles that the worker takes at a time.",
	 offsetof(struct worker, credit), AS_NUMBER},
	{"netral_worker_done_total", "Articles that the worker has done.",
	 offsetof(struct worker, done), AS_NUMBER},
	{"netral_worker_failed_total", "Articles that the worker could not do.",
	 offsetof(struct worker, failed), AS_NUMBER},
};

static int compare_workers(const void *a, const void *b)
{
	return strcmp(((const struct worker *)a)->name, ((const struct worker *)b)->name);
}

/* Adds up those of one name. How many are left. */
static size_t merge_workers(struct worker *w, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		struct worker *last = kept ? &w[kept - 1] : NULL;
		if (!last || strcmp(last->name, w[i].name) != 0) {
			w[kept++] = w[i];
			continue;
		}
		last->held += w[i].held;
		last->credit += w[i].credit;
		last->done += w[i].done;
		last->failed += w[i].failed;
	}
	return kept;
}

static void print_workers(struct metrics *m, FILE *out)
{
	struct worker *w = (struct worker *)(void *)m->workers.data;
	size_t count = m->workers.len / sizeof(*w);
	if (count == 0)
		return;
	qsort(w, count, sizeof(*w), compare_workers);
	count = merge_workers(w, count);
	m->workers.len = count * sizeof(*w);
	for (size_t i = 0; i < netral_countof(worker_families); i++)
		print_family(out, &worker_families[i], "worker", (const char *)w, count,
			     sizeof(*w));
}

static const struct family receiver_families[] = {
	{"netral_alert_receiver_disabled", "Whether the receiver wants no more messages.",
	 offsetof(struct receiver, disabled), AS_NUMBER},
	{"netral_alert_receiver_waiting", "Messages that wait for the receiver.",
	 offsetof(struct receiver, waiting), AS_NUMBER},
	{"netral_alert_receiver_waiting_bytes", "Bytes that wait for the receiver.",
	 offsetof(struct receiver, bytes), AS_NUMBER},
	{"netral_alert_receiver_behind", "Updates whose messages are still to be made.",
	 offsetof(struct receiver, behind), AS_NUMBER},
	{"netral_alert_receiver_tries", "Tries of the first message that failed.",
	 offsetof(struct receiver, tries), AS_NUMBER},
	{"netral_alert_receiver_oldest_timestamp_seconds",
	 "When the first message that waits was made.", offsetof(struct receiver, oldest_ms),
	 AS_TIME},
	{"netral_alert_receiver_next_try_timestamp_seconds",
	 "When the receiver is tried next, after a failure.", offsetof(struct receiver, due_ms),
	 AS_TIME},
};

static int compare_receivers(const void *a, const void *b)
{
	return strcmp(((const struct receiver *)a)->name, ((const struct receiver *)b)->name);
}

static void print_receivers(struct metrics *m, FILE *out)
{
	struct receiver *r = (struct receiver *)(void *)m->receivers.data;
	size_t count = m->receivers.len / sizeof(*r);
	if (count == 0)
		return;
	qsort(r, count, sizeof(*r), compare_receivers);
	for (size_t i = 0; i < netral_countof(receiver_families); i++)
		print_family(out, &receiver_families[i], "receiver", (const char *)r, count,
			     sizeof(*r));
}

static const struct family source_families[] = {
	{"netral_source_enabled", "Whether the source is polled.", offsetof(struct source, enabled),
	 AS_NUMBER},
	{"netral_source_articles_total", "Articles of the source that netrald took.",
	 offsetof(struct source, articles), AS_NUMBER},
	{"netral_source_items_total", "New items of the source.", offsetof(struct source, items),
	 AS_NUMBER},
	{"netral_source_given_up_total", "Items of the source that were given up.",
	 offsetof(struct source, given_up), AS_NUMBER},
	{"netral_source_polls_total", "Polls of the source.", offsetof(struct source, polls),
	 AS_NUMBER},
	{"netral_source_failures_total", "Polls of the source that failed.",
	 offsetof(struct source, failures), AS_NUMBER},
	{"netral_source_failures_in_row", "Polls of the source that failed since one did not.",
	 offsetof(struct source, failures_in_row), AS_NUMBER},
	{"netral_source_last_article_timestamp_seconds", "When the source gave an article last.",
	 offsetof(struct source, last_article_ms), AS_TIME},
	{"netral_source_last_poll_timestamp_seconds", "When the source was polled last.",
	 offsetof(struct source, last_poll_ms), AS_TIME},
	{"netral_source_next_poll_timestamp_seconds", "When the source is polled next.",
	 offsetof(struct source, next_poll_ms), AS_TIME},
	{"netral_source_patience_seconds", "The silence beyond which the source is flagged.",
	 offsetof(struct source, patience_ms), AS_SECONDS},
};

static int compare_sources(const void *a, const void *b)
{
	return strcmp(((const struct source *)a)->name, ((const struct source *)b)->name);
}

/* A source comes twice when the file was read again between two pages. */
static size_t drop_repeated(struct source *s, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || strcmp(s[kept - 1].name, s[i].name) != 0)
			s[kept++] = s[i];
	}
	return kept;
}

static void print_flags(FILE *out, const struct source *s, size_t count)
{
	static const char name[] = "netral_source_flag";
	put_head(out, name, "Whether an operator should look at the source, and why.");
	for (size_t i = 0; i < count; i++) {
		for (unsigned n = 0; n < SCHEDULE_FLAG_COUNT; n++) {
			put_label(out, name, "source", s[i].name);
			fprintf(out, ",flag=\"%s\"", schedule_flag_name(n));
			put_number(out, s[i].flags >> n & 1);
		}
	}
}

static void print_sources(struct metrics *m, FILE *out)
{
	struct source *s = (struct source *)(void *)m->sources.data;
	size_t count = m->sources.len / sizeof(*s);
	if (count == 0)
		return;
	qsort(s, count, sizeof(*s), compare_sources);
	count = drop_repeated(s, count);
	m->sources.len = count * sizeof(*s);
	for (size_t i = 0; i < netral_countof(source_families); i++)
		print_family(out, &source_families[i], "source", (const char *)s, count,
			     sizeof(*s));
	print_flags(out, s, count);
}

void metrics_print(struct metrics *m, FILE *out)
{
	print_programs(m, out);
	print_samples(m, out);
	print_workers(m, out);
	print_receivers(m, out);
	print_sources(m, out);
}
