/* bench_load: submits the corpus, and says how fast it came out at the other end.
 *
 * Says READY when the corpus is in memory and the subscription stands, starts at the first byte on
 * standard input, prints one line of JSON, and stays until standard input ends, so that the runner
 * can read what the processes used. Exit 1 when articles are missing. */
#include "bench/load/load.h"

#include "bench/measure.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/log.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* Nothing came in for so long: what is missing will not come. */
enum { STALL_MS = 30000 };

static const char *const end_names[] = {
	[LOAD_UNTIL_ACCEPTED] = "accepted",
	[LOAD_UNTIL_RECORDED] = "recorded",
	[LOAD_UNTIL_UPDATED] = "updated",
};

struct app {
	struct load load;
	struct loop_timer stall;
	uint64_t progress_seen;
	struct loop_slot stdin_slot;
	bool finished;
};

static struct app app;

void load_finish(struct load *l)
{
	l->end_ns = measure_now_ns();
	app.finished = true;
	loop_stop(l->loop);
}

static int on_stall_check(void *user)
{
	struct app *a = user;
	if (a->load.progress == a->progress_seen) {
		fprintf(stderr, "bench_load: nothing came for %d seconds\n", STALL_MS / 1000);
		a->load.end_ns = measure_now_ns();
		loop_stop(a->load.loop);
		return NETRAL_OK;
	}
	a->progress_seen = a->load.progress;
	loop_timer_set(a->load.loop, a->stall, STALL_MS);
	return NETRAL_OK;
}

static int on_start(void *user)
{
	struct app *a = user;
	char line[16];
	loop_watch(a->load.loop, a->stdin_slot, false);
	if (read(STDIN_FILENO, line, sizeof(line)) <= 0) {
		loop_stop(a->load.loop);
		return NETRAL_OK;
	}
	a->load.start_ns = measure_now_ns();
	loop_timer_set(a->load.loop, a->stall, STALL_MS);
	int r = submitter_start(a->load.submitter);
	if (r == NETRAL_OK && a->load.poller)
		r = poller_start(a->load.poller);
	return r;
}

static int on_signal(void *user, int signo)
{
	struct app *a = user;
	(void)signo;
	loop_stop(a->load.loop);
	return NETRAL_OK;
}

static void say_ready(struct load *l)
{
	(void)l;
	puts("READY");
	fflush(stdout);
	loop_watch(app.load.loop, app.stdin_slot, true);
}

static int set_up(struct app *a)
{
	struct load *l = &a->load;
	int r = articles_load(&l->articles, l->o.corpus, l->o.count);
	if (r < 0)
		return r;
	if (l->o.end != LOAD_UNTIL_ACCEPTED && l->articles.count < l->o.count) {
		fprintf(stderr, "bench_load: the corpus holds %zu articles\n", l->articles.count);
		return NETRAL_EINVALID;
	}
	l->sent_ns = calloc(l->o.count, sizeof(*l->sent_ns));
	r = l->sent_ns ? loop_new(on_signal, a, false, &l->loop) : NETRAL_ENOMEM;
	if (r == NETRAL_OK)
		r = transport_new(&l->transport);
	if (r < 0)
		return r;
	a->stall = loop_timer_add(l->loop, on_stall_check, a);
	a->stdin_slot = loop_add(l->loop, NULL, STDIN_FILENO, on_start, a);
	loop_watch(l->loop, a->stdin_slot, false);
	r = submitter_new(l, &l->submitter);
	if (r == NETRAL_OK && l->o.end == LOAD_UNTIL_UPDATED)
		r = watcher_new(l, say_ready, &l->watcher);
	if (r == NETRAL_OK && l->o.end == LOAD_UNTIL_RECORDED)
		r = poller_new(l, &l->poller);
	if (r == NETRAL_OK && l->o.end != LOAD_UNTIL_UPDATED)
		say_ready(l);
	return r;
}

static void print_report(struct app *a)
{
	struct load *l = &a->load;
	double seconds = (double)(l->end_ns - l->start_ns) / 1e9;
	struct submit_counts c = submitter_counts(l->submitter);
	printf("{\"n\":%zu,\"seconds\":%.4f,\"articles_s\":%.0f,\"finished\":%s,\"accepted\":%lu,"
	       "\"duplicate\":%lu,\"refused\":%lu,\"busy\":%lu,\"late_max_ms\":%.2f",
	       l->o.count, seconds, (double)l->o.count / seconds, a->finished ? "true" : "false",
	       (unsigned long)c.accepted, (unsigned long)c.duplicate, (unsigned long)c.refused,
	       (unsigned long)c.busy, (double)c.max_late_ns / 1e6);
	if (l->watcher) {
		struct watch_summary s = watcher_summary(l->watcher);
		printf(",\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"missing\":%zu,"
		       "\"duplicates\":%zu",
		       s.p50_ms, s.p99_ms, s.max_ms, s.missing, s.duplicates);
	}
	puts("}");
	fflush(stdout);
}

static void wait_for_end(void)
{
	char ignored[64];
	while (read(STDIN_FILENO, ignored, sizeof(ignored)) > 0)
		;
}

static int run(struct app *a)
{
	int r = set_up(a);
	if (r == NETRAL_OK)
		r = loop_run(a->load.loop);
	if (r < 0) {
		fprintf(stderr, "bench_load: %s\n", netral_strerror(r));
		return r;
	}
	if (a->load.start_ns == 0)
		return NETRAL_ECLOSED;
	print_report(a);
	if (a->load.o.results && a->load.watcher)
		r = watcher_write(a->load.watcher, a->load.o.results);
	wait_for_end();
	return a->finished ? r : NETRAL_ETIMEOUT;
}

static void tear_down(struct app *a)
{
	submitter_free(a->load.submitter);
	watcher_free(a->load.watcher);
	poller_free(a->load.poller);
	transport_free(a->load.transport);
	loop_free(a->load.loop);
	articles_free(&a->load.articles);
	free(a->load.sent_ns);
}

static int parse_end(const char *name, enum load_end *ret_end)
{
	for (size_t i = 0; i < netral_countof(end_names); i++) {
		if (strcmp(end_names[i], name) == 0) {
			*ret_end = (enum load_end)i;
			return NETRAL_OK;
		}
	}
	return NETRAL_EINVALID;
}

static int parse(int argc, char **argv, struct load_options *o)
{
	static const struct option options[] = {{"runtime-dir", required_argument, NULL, 'd'},
						{"corpus", required_argument, NULL, 'c'},
						{"count", required_argument, NULL, 'n'},
						{"rate", required_argument, NULL, 'r'},
						{"until", required_argument, NULL, 'u'},
						{"results", required_argument, NULL, 'o'},
						{NULL, 0, NULL, 0}};
	int opt, r = NETRAL_OK;
	while (r == NETRAL_OK && (opt = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (opt == 'd')
			o->runtime_dir = optarg;
		else if (opt == 'c')
			o->corpus = optarg;
		else if (opt == 'n')
			o->count = strtoul(optarg, NULL, 10);
		else if (opt == 'r')
			o->rate = (unsigned)strtoul(optarg, NULL, 10);
		else if (opt == 'o')
			o->results = optarg;
		else
			r = opt == 'u' ? parse_end(optarg, &o->end) : NETRAL_EINVALID;
	}
	return r == NETRAL_OK && o->runtime_dir && o->corpus && o->count ? r : NETRAL_EINVALID;
}

int main(int argc, char **argv)
{
	if (parse(argc, argv, &app.load.o) < 0) {
		fprintf(stderr,
			"Usage: bench_load --runtime-dir DIR --corpus FILE --count N [--rate R]\n"
			"                  [--until accepted|recorded|updated] [--results FILE]\n");
		return EX_USAGE;
	}
	log_init("bench_load", LOG_LEVEL_WARNING);
	int r = run(&app);
	tear_down(&app);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
