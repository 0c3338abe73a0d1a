#include "tests/process/daemon_rig.h"

#include "lib/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ARTICLES_MAX = 256, TITLE_SIZE = 32, TEXT_SIZE = 512 };

int daemon_rig_set_up(void **state)
{
	struct daemon_rig *d = calloc(1, sizeof(*d));
	assert_non_null(d);
	rig_init(&d->rig);
	assert_int_equal(transport_new(&d->transport), 0);
	peer_open(&d->submitter, d->transport, rig_endpoint(&d->rig, "submit"));
	peer_open(&d->control, d->transport, rig_endpoint(&d->rig, "netrald-control"));
	*state = d;
	return 0;
}

int daemon_rig_tear_down(void **state)
{
	struct daemon_rig *d = *state;
	peer_close(&d->submitter);
	peer_close(&d->control);
	transport_free(d->transport);
	rig_fini(&d->rig);
	free(d);
	return 0;
}

void daemon_rig_set(struct daemon_rig *d, const char *assignment)
{
	assert_true(d->set_count < DAEMON_SETS_MAX);
	d->sets[d->set_count++] = assignment;
}

void daemon_rig_with_spool(struct daemon_rig *d)
{
	static char assignment[RIG_PATH_SIZE + 16];
	rig_make_dir(&d->rig, "spool");
	snprintf(assignment, sizeof(assignment), "spool_dir=%s", rig_path(&d->rig, "spool"));
	daemon_rig_set(d, assignment);
}

void daemon_rig_launch(struct daemon_rig *d, const char *const *env)
{
	char state_dir[RIG_PATH_SIZE + 16], runtime_dir[RIG_PATH_SIZE + 16];
	const char *args[2 * DAEMON_SETS_MAX + 16] = {"--config", "/dev/null",
						      "--set",    state_dir,
						      "--set",    runtime_dir,
						      "--set",    "heartbeat_ms=100ms",
						      "--set",    "retry_backoff_ms=10ms"};
	size_t n = 10;
	snprintf(state_dir, sizeof(state_dir), "state_dir=%s", rig_path(&d->rig, "state"));
	snprintf(runtime_dir, sizeof(runtime_dir), "runtime_dir=%s", d->rig.dir);
	for (size_t i = 0; i < d->set_count; i++) {
		args[n++] = "--set";
		args[n++] = d->sets[i];
	}
	args[n] = NULL;
	d->netrald = rig_start(&d->rig, "netrald", args, env);
}

void daemon_rig_start(struct daemon_rig *d)
{
	daemon_rig_launch(d, NULL);
	rig_wait_ready(d->netrald);
}

void daemon_rig_worker(struct daemon_rig *d, struct peer *worker, const char *name, uint32_t credit)
{
	struct message hello = {.type = MSG_HELLO,
				.hello = {.name = name, .version = "test", .credit = credit}};
	peer_open(worker, d->transport, rig_endpoint(&d->rig, "work"));
	peer_send(worker, &hello);
	peer_receive(worker, MSG_WELCOME);
}

const struct msg_submit_reply *daemon_rig_submit(struct daemon_rig *d, unsigned from,
						 unsigned count)
{
	static struct article articles[ARTICLES_MAX];
	static char titles[ARTICLES_MAX][TITLE_SIZE], texts[ARTICLES_MAX][TEXT_SIZE];
	struct message m = {
		.type = MSG_SUBMIT,
		.submit = {.request = ++d->request, .articles = articles, .article_count = count}};
	assert_true(count <= ARTICLES_MAX);
	for (unsigned i = 0; i < count; i++) {
		int title = snprintf(titles[i], TITLE_SIZE, "Berita %u", from + i);
		int text = snprintf(texts[i], TEXT_SIZE, "%u%0*d", from + i, TEXT_SIZE - 20, 0);
		articles[i] = (struct article){.title = {titles[i], (size_t)title},
					       .text = {texts[i], (size_t)text}};
	}
	peer_send(&d->submitter, &m);
	const struct msg_submit_reply *reply =
		&peer_receive(&d->submitter, MSG_SUBMIT_REPLY)->submit_reply;
	assert_int_equal(reply->request, d->request);
	assert_int_equal(reply->status_count, count);
	return reply;
}

void daemon_rig_expect(struct daemon_rig *d, unsigned from, unsigned count,
		       enum submit_outcome outcome)
{
	const struct msg_submit_reply *reply = daemon_rig_submit(d, from, count);
	for (unsigned i = 0; i < count; i++) {
		if (reply->statuses[i].outcome != outcome)
			rig_fail("article %u: outcome %d \"%s\" instead of %d", from + i,
				 reply->statuses[i].outcome, reply->statuses[i].reason, outcome);
	}
}

unsigned daemon_rig_number(const struct article *a)
{
	unsigned n = 0;
	assert_int_equal(sscanf(a->title.ptr, "Berita %u", &n), 1);
	return n;
}

static void send_done(struct peer *worker, struct lease *leases, size_t count)
{
	struct message m = {.type = MSG_DONE, .done = {.leases = leases, .lease_count = count}};
	peer_send(worker, &m);
}

void daemon_rig_done(struct peer *worker, const struct msg_work *work, size_t i)
{
	struct lease lease = {work->items[i].seq, work->items[i].lease};
	send_done(worker, &lease, 1);
}

void daemon_rig_done_all(struct peer *worker, const struct msg_work *work)
{
	struct lease leases[CODEC_WORK_MAX];
	for (size_t i = 0; i < work->item_count; i++)
		leases[i] = (struct lease){work->items[i].seq, work->items[i].lease};
	send_done(worker, leases, work->item_count);
}

const struct msg_status_reply *daemon_rig_status(struct daemon_rig *d)
{
	struct message m = {.type = MSG_STATUS_REQUEST, .status_request = {++d->request}};
	peer_send(&d->control, &m);
	const struct msg_status_reply *reply =
		&peer_receive(&d->control, MSG_STATUS_REPLY)->status_reply;
	assert_int_equal(reply->request, d->request);
	return reply;
}

uint64_t daemon_rig_counter(struct daemon_rig *d, const char *name)
{
	const struct msg_status_reply *reply = daemon_rig_status(d);
	for (size_t i = 0; i < reply->counter_count; i++) {
		if (strcmp(reply->counters[i].name, name) == 0)
			return reply->counters[i].value;
	}
	rig_fail("no counter %s", name);
	return 0;
}

void daemon_rig_wait_counter(struct daemon_rig *d, const char *name, uint64_t value)
{
	uint64_t deadline = clock_ms() + RIG_DEADLINE_MS, is;
	while ((is = daemon_rig_counter(d, name)) != value) {
		if (clock_ms() > deadline)
			rig_fail("%s is %lu instead of %lu", name, (unsigned long)is,
				 (unsigned long)value);
	}
}
