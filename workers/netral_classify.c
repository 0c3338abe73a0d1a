/* netral-classify: the classifier library inside a worker. Stateless: any number of them, of any
 * version, may run beside one another and come and go.
 *
 * The tables are loaded once, at the start, and again on SIGHUP: into a classifier of their own,
 * which takes the place of the old one only when it is whole. The loop does it between two Works,
 * so an article is read with one set of tables, and its result carries the hash of that set. */
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/program.h"
#include "lib/service.h"
#include "lib/statedir.h"
#include "workers/classify/areas.h"
#include "workers/classify/classify.h"
#include "workers/classify/data_dir.h"
#include "workers/classify/public_offices.h"
#include "workers/worker/worker.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { STATUS_EVERY_MS = 5000, ERROR_SIZE = 512, HASH_BYTES = 8, HASH_TEXT = 2 * HASH_BYTES + 1 };

struct config {
	char *name;
	char *runtime_dir;
	char *work_endpoint;
	char *results_endpoint;
	char *data_dir;
	uint64_t credit;
	uint64_t resend_ms;
	uint64_t drain_ms;
	char *log_level;
};

#define OPTION(key, type, min, max, def, help)                                                     \
	{                                                                                          \
#key, type, offsetof(struct config, key), min, max, def, help                      \
	}

static const struct config_option options[] = {
	OPTION(name, CONFIG_STRING, 0, 40, "", "name in netral status; empty: classify-<pid>"),
	OPTION(runtime_dir, CONFIG_STRING, 1, 90, "/run/netral", "directory of the local sockets"),
	OPTION(work_endpoint, CONFIG_STRING, 0, 200, "",
	       "netrald's work socket; empty: ipc in runtime_dir"),
	OPTION(results_endpoint, CONFIG_STRING, 0, 200, "",
	       "netral-record's results socket; empty: ipc in runtime_dir"),
	OPTION(data_dir, CONFIG_STRING, 0, 4000, "",
	       "tables of the classifier; empty: those installed with it"),
	OPTION(credit, CONFIG_COUNT, 1, CODEC_CREDIT_MAX, "256", "articles held at a time"),
	OPTION(resend_ms, CONFIG_MSEC, 10, 600000, "2s",
	       "a result without an answer is sent again after this"),
	OPTION(drain_ms, CONFIG_MSEC, 0, 600000, "20s",
	       "on SIGTERM, how long to finish what is held"),
	OPTION(log_level, CONFIG_STRING, 4, 7, "info", "error, warning, info or debug"),
};

/* What is read with. */
struct tables {
	struct classifier *classifier;
	struct classifier_scratch *scratch;
	uint8_t hash[HASH_BYTES];
};

struct app {
	struct config config;
	struct tables tables;
	char data_dir[PATH_MAX];
	uint32_t reloads, reloads_refused; /* since the start */
	char refusal[ERROR_SIZE];          /* why the last reload was refused, or "" */
	struct loop *loop;
	struct transport *transport;
	struct worker *worker;
	struct loop_timer status_timer;
	char name[64];
	char *work_endpoint;
	char *results_endpoint;
};

static struct app app;

/* --- the tables --- */

static void tables_fini(struct tables *t)
{
	classifier_scratch_free(t->scratch);
	classifier_free(t->classifier);
	*t = (struct tables){0};
}

/* 0 with *ret_tables, or an error of classifier_new() with its sentence. */
static int tables_load(const char *data_dir, struct tables *ret_tables, char *error,
		       size_t error_size)
{
	struct tables t = {0};
	int r = classifier_new(data_dir, &t.classifier, error, error_size);
	if (r < 0)
		return r;
	r = classifier_scratch_new(&t.scratch);
	if (r < 0) {
		snprintf(error, error_size, "%s", netral_strerror(r));
		tables_fini(&t);
		return r;
	}
	classifier_data_hash(t.classifier, t.hash);
	*ret_tables = t;
	return NETRAL_OK;
}

static const char *tables_name(const struct tables *t, char name[static HASH_TEXT])
{
	for (size_t i = 0; i < HASH_BYTES; i++)
		snprintf(name + 2 * i, 3, "%02x", t->hash[i]);
	return name;
}

static int find_data_dir(const struct config *c, char path[static PATH_MAX], char *error,
			 size_t error_size)
{
	int r = NETRAL_OK;
	if (c->data_dir[0])
		snprintf(path, PATH_MAX, "%s", c->data_dir);
	else
		r = classifier_data_dir(path, PATH_MAX);
	if (r < 0)
		snprintf(error, error_size, "data_dir: the classifier's tables were not found");
	return r;
}

/* --- before a start --- */

/* Loading the tables is the check: --check-config says what is wrong with them, and a start uses
 * what was loaded. */
static int check(void *config, char *error, size_t error_size)
{
	struct config *c = config;
	enum log_level level;
	if (log_level_parse(c->log_level, &level) < 0) {
		snprintf(error, error_size,
			 "log_level: \"%s\" is not error, warning, info or debug", c->log_level);
		return NETRAL_EINVALID;
	}
	log_init("netral-classify", level);
	int r = find_data_dir(c, app.data_dir, error, error_size);
	return r < 0 ? r : tables_load(app.data_dir, &app.tables, error, error_size);
}

/* The one table that is not the classifier's: its editors look at all of them with one command. */
static int check_offices(const char *path, size_t *ret_count, char *error, size_t error_size)
{
	struct table_set set = {.dir = path, .error = error, .error_size = error_size};
	struct public_offices offices = {0};
	int r = public_offices_load(&set, &offices);
	*ret_count = offices.count;
	public_offices_fini(&offices);
	return r;
}

/* --check-data: the sentence stands alone on its line, as editors take it. */
static int check_data(void *config)
{
	char path[PATH_MAX], name[HASH_TEXT], error[ERROR_SIZE] = "";
	struct tables t = {0};
	size_t offices = 0;
	int r = find_data_dir(config, path, error, sizeof(error));
	if (r == NETRAL_OK)
		r = tables_load(path, &t, error, sizeof(error));
	if (r == NETRAL_OK)
		r = check_offices(path, &offices, error, sizeof(error));
	if (r < 0) {
		fprintf(stderr, "%s\n", error);
		tables_fini(&t);
		return r == NETRAL_EINVALID ? EX_DATAERR : program_exit_code(r);
	}
	struct classifier_counts n = classifier_counts(t.classifier);
	printf("ok: %zu phrases, %zu areas, %zu offices, data %s\n", n.phrases, n.areas, offices,
	       tables_name(&t, name));
	tables_fini(&t);
	return EX_OK;
}

/* --- the worker --- */

static int handle(void *user, const struct article *a, struct arena *arena,
		  struct worker_reading *ret)
{
	const struct tables *t = &((struct app *)user)->tables;
	int r = classify(t->classifier, t->scratch, a, arena, &ret->events, &ret->event_count);
	if (r == NETRAL_OK)
		r = classify_areas(t->classifier, t->scratch, a, ret->events, ret->event_count,
				   arena, &ret->areas, &ret->area_count);
	ret->has_areas = r == NETRAL_OK;
	return r;
}

static void say_status(struct app *p)
{
	struct worker_counts c = worker_counts(p->worker);
	char name[HASH_TEXT];
	service_status("recorded %lu articles, holds %u, failed %lu; tables %s, reloaded %u times, "
		       "refused %u%s%s",
		       (unsigned long)c.recorded, c.held, (unsigned long)c.failed,
		       tables_name(&p->tables, name), p->reloads, p->reloads_refused,
		       p->refusal[0] ? ": " : "", p->refusal);
}

static struct classifier_version version_of(const struct tables *t)
{
	struct classifier_version v = {.revision = CLASSIFIER_REVISION};
	memcpy(v.data_hash, t->hash, sizeof(v.data_hash));
	return v;
}

static void take_tables(struct app *p, const struct tables *fresh)
{
	char name[HASH_TEXT];
	struct classifier_version v = version_of(fresh);
	tables_fini(&p->tables);
	p->tables = *fresh;
	p->refusal[0] = '\0';
	p->reloads++;
	worker_set_version(p->worker, &v);
	log_info("main: tables reloaded, data=%s", tables_name(&p->tables, name));
}

static void reload(struct app *p)
{
	struct tables fresh;
	char name[HASH_TEXT];
	service_reloading();
	if (tables_load(p->data_dir, &fresh, p->refusal, sizeof(p->refusal)) == NETRAL_OK) {
		take_tables(p, &fresh);
	} else {
		p->reloads_refused++;
		log_error("main: tables refused, the old ones stay in force, data=%s error=\"%s\"",
			  tables_name(&p->tables, name), p->refusal);
	}
	say_status(p);
	service_ready();
}

static int on_signal(void *user, int signo)
{
	struct app *p = user;
	if (signo == SIGHUP) {
		reload(p);
		return NETRAL_OK;
	}
	service_stopping();
	worker_stop(p->worker);
	return NETRAL_OK;
}

static int on_status(void *user)
{
	struct app *p = user;
	say_status(p);
	loop_timer_set(p->loop, p->status_timer, STATUS_EVERY_MS);
	return NETRAL_OK;
}

static int make_worker(struct app *p)
{
	struct worker_options o = {.name = p->name,
				   .work_endpoint = p->work_endpoint,
				   .results_endpoint = p->results_endpoint,
				   .credit = (uint32_t)p->config.credit,
				   .resend_ms = p->config.resend_ms,
				   .drain_ms = p->config.drain_ms,
				   .version = version_of(&p->tables),
				   .handle = handle,
				   .user = p};
	return worker_new(&o, p->loop, p->transport, &p->worker);
}

static int set_up(struct app *p)
{
	if (p->config.name[0])
		snprintf(p->name, sizeof(p->name), "%s", p->config.name);
	else
		snprintf(p->name, sizeof(p->name), "classify-%d", (int)getpid());
	p->work_endpoint =
		statedir_endpoint(p->config.work_endpoint, p->config.runtime_dir, "work");
	p->results_endpoint =
		statedir_endpoint(p->config.results_endpoint, p->config.runtime_dir, "results");
	if (!p->work_endpoint || !p->results_endpoint)
		return NETRAL_ENOMEM;
	int r = loop_new(on_signal, p, false, &p->loop);
	if (r == NETRAL_OK)
		r = transport_new(&p->transport);
	if (r == NETRAL_OK)
		r = make_worker(p);
	return r;
}

static int run(struct app *p)
{
	int r = set_up(p);
	if (r < 0) {
		log_error("main: cannot start, error=\"%s\"", netral_strerror(r));
		return r;
	}
	p->status_timer = loop_timer_add(p->loop, on_status, p);
	loop_timer_set(p->loop, p->status_timer, STATUS_EVERY_MS);
	service_watchdog_start(p->loop);
	service_ready();
	r = loop_run(p->loop);
	if (r < 0)
		log_error("main: stopped, error=\"%s\"", netral_strerror(r));
	return r;
}

static void tear_down(struct app *p)
{
	worker_free(p->worker);
	transport_free(p->transport);
	loop_free(p->loop);
	tables_fini(&p->tables);
	free(p->work_endpoint);
	free(p->results_endpoint);
	config_free(options, netral_countof(options), &p->config);
}

static const struct program_action check_data_action = {
	.option = "check-data",
	.help = "check the tables alone, say how much they hold, and exit",
	.run = check_data};

int main(int argc, char **argv)
{
	const struct program program = {
		.name = "netral-classify",
		.summary = "Reads events about the neutrality of civil servants from articles.",
		.default_path = "/etc/netral/netral-classify.conf",
		.options = options,
		.option_count = netral_countof(options),
		.config = &app.config,
		.check = check,
		.action = &check_data_action};
	int exit_code = EX_OK;
	if (program_start(&program, argc, argv, &exit_code) == 0)
		exit_code = program_exit_code(run(&app));
	tear_down(&app);
	return exit_code;
}
