/* netral-classify: the classifier library inside a worker. Stateless: any number of them, of any
 * version, may run beside one another and come and go. */
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/program.h"
#include "lib/service.h"
#include "lib/statedir.h"
#include "workers/classify/classify.h"
#include "workers/classify/data_dir.h"
#include "workers/worker/worker.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { STATUS_EVERY_MS = 5000 };

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

struct app {
	struct config config;
	struct classifier *classifier;
	struct classifier_scratch *scratch;
	struct loop *loop;
	struct transport *transport;
	struct worker *worker;
	struct loop_timer status_timer;
	char name[64];
	char *work_endpoint;
	char *results_endpoint;
};

static struct app app;

/* Loading the tables is the check: --check-config says what is wrong with them, and a start uses
 * what was loaded. */
static int check(void *config, char *error, size_t error_size)
{
	struct config *c = config;
	enum log_level level;
	char path[PATH_MAX];
	if (log_level_parse(c->log_level, &level) < 0) {
		snprintf(error, error_size,
			 "log_level: \"%s\" is not error, warning, info or debug", c->log_level);
		return NETRAL_EINVALID;
	}
	log_init("netral-classify", level);
	int r = NETRAL_OK;
	if (c->data_dir[0])
		snprintf(path, sizeof(path), "%s", c->data_dir);
	else
		r = classifier_data_dir(path, sizeof(path));
	if (r < 0) {
		snprintf(error, error_size, "data_dir: the classifier's tables were not found");
		return r;
	}
	return classifier_new(path, &app.classifier, error, error_size);
}

static int handle(void *user, const struct article *a, struct arena *arena,
		  struct event **ret_events, size_t *ret_count)
{
	struct app *p = user;
	return classify(p->classifier, p->scratch, a, arena, ret_events, ret_count);
}

static int on_signal(void *user, int signo)
{
	struct app *p = user;
	if (signo == SIGHUP) {
		log_info("main: nothing to reload, restart the worker to use new tables");
		return NETRAL_OK;
	}
	service_stopping();
	worker_stop(p->worker);
	return NETRAL_OK;
}

static int on_status(void *user)
{
	struct app *p = user;
	struct worker_counts c = worker_counts(p->worker);
	service_status("recorded %lu articles, holds %u, failed %lu", (unsigned long)c.recorded,
		       c.held, (unsigned long)c.failed);
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
				   .version = {.revision = CLASSIFIER_REVISION},
				   .handle = handle,
				   .user = p};
	classifier_data_hash(p->classifier, o.version.data_hash);
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
	int r = classifier_scratch_new(p->classifier, &p->scratch);
	if (r == NETRAL_OK)
		r = loop_new(on_signal, p, false, &p->loop);
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
	classifier_scratch_free(p->scratch);
	classifier_free(p->classifier);
	free(p->work_endpoint);
	free(p->results_endpoint);
	config_free(options, netral_countof(options), &p->config);
}

int main(int argc, char **argv)
{
	const struct program program = {
		.name = "netral-classify",
		.summary = "Reads events about the neutrality of civil servants from articles.",
		.default_path = "/etc/netral/netral-classify.conf",
		.options = options,
		.option_count = netral_countof(options),
		.config = &app.config,
		.check = check};
	int exit_code = EX_OK;
	if (program_start(&program, argc, argv, &exit_code) == 0)
		exit_code = program_exit_code(run(&app));
	tear_down(&app);
	return exit_code;
}
