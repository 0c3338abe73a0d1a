/* The process around the store. Slots are served in the order in which they are made here, results
 * first: what waits to be recorded goes before what wants to be read. */
#include "workers/record/recorder.h"

#include "lib/error.h"
#include "lib/service.h"
#include "lib/statedir.h"
#include "workers/record/control_socket.h"
#include "workers/record/publish.h"
#include "workers/record/replay_socket.h"
#include "workers/record/results_socket.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>

enum { STATUS_EVERY_MS = 5000 };

static int on_signal(void *user, int signo)
{
	struct recorder *r = user;
	if (signo == SIGHUP) {
		log_info("main: nothing to reload, restart to read the configuration again");
		return NETRAL_OK;
	}
	log_info("main: stopping, signal=%d", signo);
	service_stopping();
	loop_stop(r->loop);
	return NETRAL_OK;
}

static int on_status(void *user)
{
	struct recorder *r = user;
	struct store_counts c;
	store_counts(r->store, &c);
	store_clean_readers(r->store);
	service_status("%s; %lu articles, %lu events, update %lu, %lu of %lu MiB", r->state,
		       (unsigned long)c.articles, (unsigned long)c.events, (unsigned long)c.updates,
		       (unsigned long)(c.bytes >> 20), (unsigned long)(c.bytes_max >> 20));
	loop_timer_set(r->loop, r->status_timer, STATUS_EVERY_MS);
	return NETRAL_OK;
}

static int open_store(struct recorder *r)
{
	char path[PATH_MAX], error[512];
	int err = statedir_join(path, sizeof(path), r->config.state_dir, "store");
	if (err < 0) {
		log_error("main: state_dir is too long");
		return err;
	}
	err = store_open(path, r->config.store_max_bytes, &r->store, error, sizeof(error));
	if (err < 0)
		log_error("main: cannot open the store, %s", error);
	else
		store_join_within(r->store, (uint32_t)r->config.join_days);
	return err;
}

static int open_sockets(struct recorder *r)
{
	int err = transport_new(&r->transport);
	if (err == NETRAL_OK)
		err = results_socket_new(r, &r->results);
	if (err == NETRAL_OK)
		err = publisher_new(r, &r->publisher);
	if (err == NETRAL_OK)
		err = replay_socket_new(r, &r->replay);
	if (err == NETRAL_OK)
		err = control_socket_new(r, &r->control);
	return err;
}

static int set_up(struct recorder *r)
{
	snprintf(r->state, sizeof(r->state), "running");
	int err = open_store(r);
	if (err < 0)
		return err;
	err = loop_new(on_signal, r, false, &r->loop);
	if (err == NETRAL_OK)
		err = open_sockets(r);
	if (err < 0)
		log_error("main: cannot start, error=\"%s\"", netral_strerror(err));
	return err;
}

int recorder_run(struct recorder *r)
{
	int err = set_up(r);
	if (err < 0)
		return err;
	r->status_timer = loop_timer_add(r->loop, on_status, r);
	on_status(r);
	service_watchdog_start(r->loop);
	service_ready();
	log_info("main: ready, store=\"%s/store\" update=%lu", r->config.state_dir,
		 (unsigned long)store_head(r->store));
	err = loop_run(r->loop);
	if (err == NETRAL_OK)
		err = results_socket_drain(r->results);
	if (err < 0)
		log_error("main: stopped, error=\"%s\"", netral_strerror(err));
	return err;
}

void recorder_fini(struct recorder *r)
{
	control_socket_free(r->control);
	replay_socket_free(r->replay);
	publisher_free(r->publisher);
	results_socket_free(r->results);
	transport_free(r->transport);
	loop_free(r->loop);
	store_close(r->store);
}
