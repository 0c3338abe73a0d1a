/* bench_phrase_worker: the product's worker with another function in it.
 *
 * "plain" classifies by phrases (bench/plain.h) and yields one event an article, so that events,
 * indexes and updates are written; "hop" looks at nothing and yields no event, so that only the way
 * through the queue and the store is left. */
#include "bench/places.h"
#include "bench/plain.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/service.h"
#include "lib/statedir.h"
#include "workers/worker/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { CREDIT = 256, RESEND_MS = 5000, DRAIN_MS = 5000 };

struct app {
	struct plain *plain; /* NULL: hop */
	struct loop *loop;
	struct transport *transport;
	struct worker *worker;
};

static int hop(void *user, const struct article *a, struct arena *arena, struct worker_reading *ret)
{
	(void)user;
	(void)a;
	(void)arena;
	*ret = (struct worker_reading){.events = NULL};
	return NETRAL_OK;
}

static int fill_evidence(struct event *e, const struct article *a,
			 const struct plain_result *result, struct arena *arena)
{
	struct event_evidence *evidence = arena_calloc(arena, 1, sizeof(*evidence));
	if (!evidence)
		return NETRAL_ENOMEM;
	evidence->field = "kind";
	evidence->start = result->start;
	evidence->end = result->end;
	evidence->text =
		arena_strndup(arena, a->text.ptr + result->start, result->end - result->start);
	e->evidence = evidence;
	e->evidence_count = 1;
	return evidence->text ? NETRAL_OK : NETRAL_ENOMEM;
}

static int fill_event(struct event *e, const struct article *a, const struct plain_result *result,
		      struct arena *arena)
{
	char id[ARTICLE_ID_HEX + 1];
	article_id_format(&a->id, id);
	const char **category = arena_calloc(arena, 1, sizeof(*category));
	event_init(e);
	e->id = arena_printf(arena, "%s-1", id);
	if (!category || !e->id)
		return NETRAL_ENOMEM;
	*category = result->category;
	e->kind = EVENT_KIND_SESSION;
	e->status = EVENT_STATUS_HELD;
	e->place = bench_place(&a->id);
	e->institutions = category;
	e->institution_count = 1;
	e->confidence = result->score / (PLAIN_SCORE_MAX + 1.0);
	return result->end ? fill_evidence(e, a, result, arena) : NETRAL_OK;
}

static int classify_plainly(void *user, const struct article *a, struct arena *arena,
			    struct worker_reading *ret)
{
	struct app *p = user;
	struct plain_result result;
	struct event *e = arena_calloc(arena, 1, sizeof(*e));
	if (!e)
		return NETRAL_ENOMEM;
	int r = plain_classify(p->plain, a->text.ptr, a->text.len, arena, &result);
	if (r == NETRAL_OK)
		r = fill_event(e, a, &result, arena);
	ret->events = e;
	ret->event_count = 1;
	return r;
}

static int on_signal(void *user, int signo)
{
	struct app *p = user;
	(void)signo;
	worker_stop(p->worker);
	return NETRAL_OK;
}

static int serve(struct app *p, const char *runtime_dir, const char *name)
{
	netral_cleanup(netral_freep) char *work = statedir_endpoint("", runtime_dir, "work");
	netral_cleanup(netral_freep) char *results = statedir_endpoint("", runtime_dir, "results");
	struct worker_options o = {.name = name,
				   .work_endpoint = work,
				   .results_endpoint = results,
				   .credit = CREDIT,
				   .resend_ms = RESEND_MS,
				   .drain_ms = DRAIN_MS,
				   .version = {.revision = 1},
				   .handle = p->plain ? classify_plainly : hop,
				   .user = p};
	int r = work && results ? loop_new(on_signal, p, false, &p->loop) : NETRAL_ENOMEM;
	if (r == NETRAL_OK)
		r = transport_new(&p->transport);
	if (r == NETRAL_OK)
		r = worker_new(&o, p->loop, p->transport, &p->worker);
	if (r == NETRAL_OK) {
		service_ready();
		r = loop_run(p->loop);
	}
	worker_free(p->worker);
	transport_free(p->transport);
	loop_free(p->loop);
	return r;
}

int main(int argc, char **argv)
{
	struct app app = {0};
	char error[PLAIN_ERROR_SIZE];
	bool plain = argc == 5 && strcmp(argv[1], "plain") == 0;
	if (!plain && !(argc == 4 && strcmp(argv[1], "hop") == 0)) {
		fprintf(stderr, "Usage: bench_phrase_worker plain RUNTIME_DIR NAME PHRASES\n"
				"       bench_phrase_worker hop RUNTIME_DIR NAME\n");
		return EX_USAGE;
	}
	log_init("bench_phrase_worker", LOG_LEVEL_WARNING);
	if (plain && plain_new(argv[4], &app.plain, error) < 0) {
		log_error("main: cannot start, error=\"%s\"", error);
		return EX_NOINPUT;
	}
	int r = serve(&app, argv[2], argv[3]);
	if (r < 0)
		log_error("main: stopped, error=\"%s\"", netral_strerror(r));
	plain_free(app.plain);
	return r < 0 ? EX_SOFTWARE : EX_OK;
}
