/* One turn: updates come in and become messages in a batch, answers of receivers take messages out
 * of it; at its end the batch is committed (at once when an update is in it, else a little later)
 * and what is committed is sent. A receiver whose share of the outbox is full is left behind, and
 * catches up when there is room; the updates wait with netral-record. */
#include "alert/alerter.h"

#include "alert/catch_up.h"
#include "alert/control_socket.h"
#include "alert/operate.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/mask_setting.h"
#include "lib/service.h"
#include "lib/statedir.h"
#include "workers/classify/data_dir.h"
#include "workers/classify/public_offices.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum {
	COMMIT_MS = 50,
	GATHER_LOOK_MS = 2000,
	STATUS_MS = 5000,
	STRAYS_STEP = 512,
	ERROR_SIZE = 512
};

struct alerter {
	const struct alert_config *config;
	struct loop *loop;
	struct outbox *outbox;
	struct ruleset *rules;
	struct public_offices offices;
	struct mask_policy policy;
	struct decider decider;
	struct behind behind;
	struct sender *sender;
	struct feed *feed;
	struct catch_up *catch_up;
	struct operate operate;
	struct transport *transport;
	struct control_socket *control;
	struct endpoint_counters peers;
	struct loop_timer commit_timer, status_timer, gather_timer;
	bool commit_is_set;
	uint64_t queued; /* of the decider, at the last commit */
	bool has_begun;  /* and it was said */
	uint64_t strays; /* that were given up and not yet spoken of */
	bool has_strays; /* there may be messages for receivers that are not in the file */
	char said[128];
};

/* --- status --- */

static const char *state_of(const struct alerter *a)
{
	if (!feed_has_begun(a->feed))
		return "waits for netral-record";
	return feed_is_silent(a->feed) ? "netral-record is not heard" : "running";
}

static int on_status(void *user)
{
	struct alerter *a = user;
	char text[sizeof(a->said)];
	struct outbox_counts o = outbox_counts(a->outbox);
	struct sender_counts s = sender_counts(a->sender);
	snprintf(text, sizeof(text),
		 "%s: %" PRIu64 " messages waiting, %" PRIu64 " given up, %" PRIu64
		 " receivers in trouble",
		 state_of(a), o.waiting, o.failed, s.trouble);
	if (strcmp(text, a->said) != 0) {
		service_status("%s", text);
		memcpy(a->said, text, sizeof(text));
	}
	loop_timer_set(a->loop, a->status_timer, STATUS_MS);
	return NETRAL_OK;
}

static const char *say_state(void *user)
{
	return state_of(user);
}

static int fill_status(void *user, struct arena *arena, struct msg_status_reply *ret_reply)
{
	struct alerter *a = user;
	return operate_status(&a->operate, arena, ret_reply);
}

static int fill_list(void *user, const struct msg_alert_list *list, struct arena *arena,
		     struct msg_alert_page *ret_page)
{
	struct alerter *a = user;
	return operate_list(&a->operate, list, arena, ret_page);
}

static int act(void *user, const struct msg_alert_action *action, uint32_t *ret_done, char *error,
	       size_t error_size)
{
	struct alerter *a = user;
	return operate_act(&a->operate, action, ret_done, error, error_size);
}

/* --- commits --- */

static void set_commit(struct alerter *a, uint64_t wait_ms)
{
	a->commit_is_set = true;
	loop_timer_set(a->loop, a->commit_timer, wait_ms);
}

static int commit(struct alerter *a)
{
	int r = outbox_commit(a->outbox);
	a->commit_is_set = false;
	a->queued = a->decider.counts.queued;
	if (r == NETRAL_OK) {
		sender_wake(a->sender);
		return r;
	}
	log_error("outbox: a batch could not be committed, error=\"%s\"", netral_strerror(r));
	behind_load(&a->behind, a->outbox, a->rules);
	catch_up_stop(a->catch_up);
	feed_restart(a->feed);
	sender_rewind(a->sender);
	return r == NETRAL_ECLOSED ? r : NETRAL_OK;
}

static int on_commit(void *user)
{
	return commit(user);
}

static void note_disabled(struct alerter *a)
{
	a->decider.disabled = 0;
	for (size_t i = 0; i < a->rules->receiver_count; i++) {
		if (sender_is_disabled(a->sender, i))
			a->decider.disabled |= (uint64_t)1 << i;
	}
}

static void queue_what_is_due(struct alerter *a)
{
	uint64_t wait_ms = GATHER_LOOK_MS;
	int r = decide_due(&a->decider, clock_real_us() / 1000, &wait_ms);
	if (r < 0) {
		log_error("gather: updates cannot be sent, error=\"%s\"", netral_strerror(r));
		outbox_spoil(a->outbox, r);
	}
	loop_timer_set(a->loop, a->gather_timer, wait_ms);
}

static int on_gather(void *user)
{
	(void)user; /* the end of the turn queues */
	return NETRAL_OK;
}

/* What waits for receivers that were taken out of the file is given up, some of it in each batch:
 * it would fill the outbox for good. */
static void end_strays(struct alerter *a)
{
	uint64_t receivers[RECEIVERS_MAX];
	for (size_t i = 0; i < a->rules->receiver_count; i++)
		receivers[i] = a->rules->receivers[i].key;
	unsigned count =
		outbox_give_up_others(a->outbox, receivers, a->rules->receiver_count, STRAYS_STEP);
	a->strays += count;
	a->has_strays = count > 0 && outbox_has_batch(a->outbox);
	if (a->has_strays || a->strays == 0)
		return;
	log_warning("main: messages for receivers that are not in the file any more were given up, "
		    "count=%" PRIu64,
		    a->strays);
	a->strays = 0;
}

static int on_turn(void *user)
{
	struct alerter *a = user;
	int r = NETRAL_OK;
	if (a->has_strays && !outbox_has_batch(a->outbox))
		end_strays(a);
	queue_what_is_due(a);
	if (a->decider.counts.queued != a->queued)
		r = commit(a);
	else if (!a->commit_is_set && outbox_has_batch(a->outbox))
		set_commit(a, COMMIT_MS);
	sender_step(a->sender);
	note_disabled(a);
	catch_up_step(a->catch_up);
	if (!a->has_begun && feed_has_begun(a->feed)) {
		a->has_begun = true;
		on_status(a);
	}
	return r;
}

/* --- rules --- */

static int read_rules(struct alerter *a, char error[static ERROR_SIZE])
{
	struct ruleset *rules = NULL;
	int r = rules_read(a->config->rules_file, &rules, error, ERROR_SIZE);
	if (r < 0)
		return r;
	if (a->catch_up)
		catch_up_stop(a->catch_up);
	sender_set_rules(a->sender, rules);
	behind_load(&a->behind, a->outbox, rules);
	rules_free(a->rules);
	a->rules = rules;
	a->decider.rules = rules;
	a->has_strays = true;
	note_disabled(a);
	log_info("main: rules were read, rules=%zu receivers=%zu file=%s", rules->rule_count,
		 rules->receiver_count, a->config->rules_file);
	return NETRAL_OK;
}

static void reload(struct alerter *a)
{
	char error[ERROR_SIZE];
	service_reloading();
	if (read_rules(a, error) < 0)
		log_error("main: the rules stay as they are, error=\"%s\"", error);
	service_ready();
}

/* --- signals --- */

/* What was taken already is not sent again by the new lanes: it is committed before. */
static int on_signal(void *user, int signo)
{
	struct alerter *a = user;
	int r = NETRAL_OK;
	if (signo == SIGHUP) {
		r = commit(a);
		reload(a);
	} else if (signo == SIGCHLD) {
		sender_reap(a->sender);
	} else {
		service_stopping();
		loop_stop(a->loop);
	}
	return r;
}

/* --- life --- */

static int make_directory(const char *key, const char *path)
{
	if (mkdir(path, 0750) == 0 || errno == EEXIST)
		return NETRAL_OK;
	log_error("main: %s: %s: %s", key, path, strerror(errno));
	return netral_error_from_errno(errno);
}

static int open_state(struct alerter *a)
{
	const struct alert_config *config = a->config;
	char dir[PATH_MAX], error[ERROR_SIZE] = "";
	int r = make_directory("state_dir", config->state_dir);
	if (r == NETRAL_OK)
		r = statedir_join(dir, sizeof(dir), config->state_dir, "alert");
	if (r == NETRAL_OK)
		r = outbox_open(dir, config->outbox_max_bytes, &a->outbox, error, sizeof(error));
	if (r < 0)
		log_error("outbox: %s", error);
	return r;
}

/* Without the table of offices nothing is sent, rather than names that should be hidden. */
static int open_policy(struct alerter *a)
{
	char dir[PATH_MAX], error[ERROR_SIZE];
	int r = mask_setting(a->config->names, &a->policy, error, sizeof(error));
	if (r < 0)
		log_error("main: %s", error);
	if (r < 0 || a->policy.full)
		return r;
	snprintf(error, sizeof(error), "the tables were not found");
	r = classifier_data_dir(dir, sizeof(dir));
	struct table_set set = {.dir = dir, .error = error, .error_size = sizeof(error)};
	if (r == NETRAL_OK)
		r = public_offices_load(&set, &a->offices);
	if (r < 0)
		log_error("main: names: %s", error);
	a->policy.offices = a->offices.offices;
	a->policy.office_count = a->offices.count;
	return r;
}

static int open_rules(struct alerter *a)
{
	char error[ERROR_SIZE];
	int r = read_rules(a, error);
	if (r < 0)
		log_error("main: %s", error);
	return r;
}

static int open_control(struct alerter *a)
{
	const struct alert_config *config = a->config;
	const struct control_answers answers = {fill_status, fill_list, act, a};
	netral_cleanup(netral_freep) char *address =
		statedir_endpoint(config->control_endpoint, config->runtime_dir, "alert-control");
	if (!address)
		return NETRAL_ENOMEM;
	a->operate = (struct operate){.outbox = a->outbox,
				      .decider = &a->decider,
				      .sender = a->sender,
				      .feed = a->feed,
				      .behind = &a->behind,
				      .peers = &a->peers,
				      .started_ms = loop_now_ms(a->loop),
				      .loop = a->loop,
				      .state = say_state,
				      .user = a};
	int r = transport_new(&a->transport);
	return r < 0 ? r
		     : control_socket_new(address, a->transport, a->loop, &a->peers, &answers,
					  &a->control);
}

static int open_all(struct alerter *a)
{
	int r = loop_new(on_signal, a, true, &a->loop);
	if (r == NETRAL_OK)
		r = open_policy(a);
	if (r == NETRAL_OK)
		r = open_state(a);
	if (r < 0)
		return r;
	decider_init(&a->decider, a->outbox, &a->policy);
	r = sender_new(a->loop, a->config, a->outbox, &a->sender);
	if (r == NETRAL_OK)
		r = open_rules(a);
	if (r == NETRAL_OK)
		r = make_directory("runtime_dir", a->config->runtime_dir);
	if (r == NETRAL_OK)
		r = feed_new(a->loop, a->config, a->outbox, &a->decider, &a->behind, &a->feed);
	if (r == NETRAL_OK)
		r = catch_up_new(a->loop, a->config, a->outbox, &a->decider, &a->behind, a->feed,
				 &a->catch_up);
	return r < 0 ? r : open_control(a);
}

static void alerter_freep(struct alerter **a)
{
	alerter_free(*a);
}

int alerter_new(const struct alert_config *config, struct alerter **ret_alerter)
{
	netral_cleanup(alerter_freep) struct alerter *a = fault_calloc(1, sizeof(*a));
	int r = a ? NETRAL_OK : NETRAL_ENOMEM;
	if (a) {
		a->config = config;
		r = open_all(a);
	}
	if (r < 0) {
		log_error("main: cannot start, error=\"%s\"", netral_strerror(r));
		return r;
	}
	a->commit_timer = loop_timer_add(a->loop, on_commit, a);
	a->status_timer = loop_timer_add(a->loop, on_status, a);
	a->gather_timer = loop_timer_add(a->loop, on_gather, a);
	loop_timer_set(a->loop, a->status_timer, 0);
	loop_on_turn(a->loop, on_turn, a);
	*ret_alerter = netral_take(a);
	return NETRAL_OK;
}

int alerter_run(struct alerter *a)
{
	log_info("main: ready, receivers=%zu waiting=%" PRIu64 " state=%s/alert",
		 a->rules->receiver_count, outbox_counts(a->outbox).waiting, a->config->state_dir);
	service_watchdog_start(a->loop);
	service_ready();
	int r = loop_run(a->loop);
	if (r < 0)
		log_error("main: stopped, error=\"%s\"", netral_strerror(r));
	else
		(void)outbox_commit(a->outbox);
	return r;
}

void alerter_free(struct alerter *a)
{
	if (!a)
		return;
	control_socket_free(a->control);
	transport_free(a->transport);
	catch_up_free(a->catch_up);
	feed_free(a->feed);
	sender_free(a->sender);
	rules_free(a->rules);
	decider_fini(&a->decider);
	outbox_close(a->outbox);
	public_offices_fini(&a->offices);
	loop_free(a->loop);
	free(a);
}
