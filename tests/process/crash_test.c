/* Every named crash point of every program, hit while articles flow: the program kills itself
 * there, is started again, and in the end the numbers must add up.
 *
 * The oracle: each article that was accepted ends exactly once as RECORDED; the update log holds
 * 1..head without a hole; each two articles that tell of one happening make one NEW and one
 * confirmation of it, whichever comes first; nothing is DEAD, because no article is at fault.
 * Numbers are in the texts, so that a hole has a name. */
#include "lib/clock.h"
#include "tests/process/peer.h"
#include "tests/process/rig.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <zmq.h>

#include <cmocka.h>

#ifdef NETRAL_TEST_HOOKS

enum { ARTICLES = 24, BATCH = 4, ROUNDS = 3, ANSWER_MS = 500, PASS_MS = 20 };

enum role { ROLE_NETRALD, ROLE_RECORD, ROLE_CLASSIFY_1, ROLE_CLASSIFY_2, ROLE_COUNT };

struct pipeline {
	struct rig rig;
	struct transport *transport;
	struct rig_process *process[ROLE_COUNT];
	struct peer submit, netrald, record, replay;
	uint64_t request;
	bool accepted[ARTICLES];
	struct article_id ids[ARTICLES];
	unsigned crashes;
};

struct crash_point {
	enum role role;
	const char *name;
};

static const struct crash_point crash_points[] = {
	{ROLE_NETRALD, "netrald-before-commit"},   {ROLE_NETRALD, "netrald-after-commit"},
	{ROLE_NETRALD, "netrald-after-ack"},       {ROLE_NETRALD, "netrald-after-dispatch"},
	{ROLE_NETRALD, "netrald-before-done"},     {ROLE_RECORD, "record-before-commit"},
	{ROLE_RECORD, "record-after-commit"},      {ROLE_RECORD, "record-after-publish"},
	{ROLE_RECORD, "record-after-ack"},         {ROLE_CLASSIFY_1, "worker-before-handle"},
	{ROLE_CLASSIFY_1, "worker-before-record"}, {ROLE_CLASSIFY_1, "worker-after-record"},
	{ROLE_CLASSIFY_1, "worker-before-done"},   {ROLE_CLASSIFY_1, "worker-after-done"},
};

/* --- programs --- */

static void start(struct pipeline *p, enum role role, const char *crash)
{
	static const char *const programs[] = {"netrald", "netral-record", "netral-classify",
					       "netral-classify"};
	char state[RIG_PATH_SIZE], run[RIG_PATH_SIZE], env[128] = "";
	snprintf(state, sizeof(state), "state_dir=%s", rig_path(&p->rig, "state"));
	snprintf(run, sizeof(run), "runtime_dir=%s", p->rig.dir);
	snprintf(env, sizeof(env), "NETRAL_CRASH=%s", crash ? crash : "none");
	const char *const daemon[] = {"--set", state,
				      "--set", run,
				      "--set", "heartbeat_ms=50ms",
				      "--set", "silence_ms=400ms",
				      "--set", "retry_backoff_ms=10ms",
				      NULL};
	const char *const recorder[] = {"--set", state,           "--set", run,
					"--set", "head_ms=100ms", NULL};
	const char *const worker[] = {"--set",           run, "--set", "credit=4", "--set",
				      "resend_ms=100ms", NULL};
	const char *const *args = role == ROLE_NETRALD  ? daemon
				  : role == ROLE_RECORD ? recorder
							: worker;
	const char *const envs[] = {env, NULL};
	p->process[role] = rig_start(&p->rig, programs[role], args, envs);
	/* With a crash point on the way READY may never come. */
	if (!crash)
		rig_wait_ready(p->process[role]);
}

/* Whether a process has ended; waits for one to end, at most `ms`. One that was not started yet has
 * not ended: poll leaves a negative descriptor out. */
static bool any_ended(const struct pipeline *p, bool ended[static ROLE_COUNT], int ms)
{
	struct pollfd items[ROLE_COUNT];
	for (int role = 0; role < ROLE_COUNT; role++) {
		const struct rig_process *process = p->process[role];
		int fd = process ? (int)syscall(SYS_pidfd_open, process->pid, 0) : -1;
		items[role] = (struct pollfd){.fd = fd, .events = POLLIN};
	}
	int n = poll(items, ROLE_COUNT, ms);
	for (int role = 0; role < ROLE_COUNT; role++) {
		ended[role] = p->process[role] && (items[role].fd < 0 || items[role].revents != 0);
		if (items[role].fd >= 0)
			close(items[role].fd);
	}
	return n > 0;
}

static void start_missing(struct pipeline *p)
{
	for (int role = 0; role < ROLE_COUNT; role++) {
		if (!p->process[role])
			start(p, (enum role)role, NULL);
	}
}

/* What fell is started again, without a crash point; anything but the expected SIGKILL fails. */
static void restart_fallen(struct pipeline *p, int wait_ms)
{
	bool ended[ROLE_COUNT];
	if (!any_ended(p, ended, wait_ms))
		return;
	for (int role = 0; role < ROLE_COUNT; role++) {
		if (!ended[role])
			continue;
		int exit_code = rig_wait_exit(p->process[role]);
		if (exit_code != -SIGKILL)
			rig_fail("%s ended with %d", p->process[role]->name, exit_code);
		p->crashes++;
		start(p, (enum role)role, NULL);
	}
	start_missing(p);
}

/* --- requests that may go unanswered, because the other side is dead just now --- */

static bool answered(struct peer *peer, enum msg_type type, uint64_t request)
{
	zmq_pollitem_t item = {.socket = peer->socket, .events = ZMQ_POLLIN};
	while (zmq_poll(&item, 1, ANSWER_MS) > 0) {
		const struct message *m = peer_receive_any(peer);
		/* Answers to requests that were given up may still come. */
		if (m->type == type && m->status_request.request == request)
			return true;
	}
	return false;
}

static bool try_send(struct peer *peer, const struct message *m)
{
	struct buf b;
	buf_init(&b, CODEC_FRAME_MAX);
	assert_int_equal(codec_encode(m, &b), 0);
	bool sent = transport_send(peer->socket, &b) == 0;
	buf_fini(&b);
	return sent;
}

static bool ask(struct pipeline *p, struct peer *peer, struct message *m, uint64_t *request_field,
		enum msg_type answer)
{
	*request_field = ++p->request;
	if (!try_send(peer, m)) {
		/* Not connected yet: give the other side its time through a wait for any message.
		 */
		peer_has_message(peer, 20);
		return false;
	}
	return answered(peer, answer, *request_field);
}

static uint64_t counter(struct pipeline *p, struct peer *peer, const char *name, bool *ret_known)
{
	struct message m = {.type = MSG_STATUS_REQUEST};
	*ret_known = false;
	if (!ask(p, peer, &m, &m.status_request.request, MSG_STATUS_REPLY))
		return 0;
	const struct msg_status_reply *s = &peer->message.status_reply;
	for (size_t i = 0; i < s->counter_count; i++) {
		if (strcmp(s->counters[i].name, name) == 0) {
			*ret_known = true;
			return s->counters[i].value;
		}
	}
	rig_fail("%s does not count %s", s->program, name);
	return 0;
}

/* --- articles --- */

static void submit_batch(struct pipeline *p, int from)
{
	char texts[BATCH][512];
	struct article articles[BATCH];
	memset(articles, 0, sizeof(articles));
	for (int i = 0; i < BATCH; i++) {
		snprintf(texts[i], sizeof(texts[i]),
			 "Pemerintah Kota Ambon menggelar sosialisasi netralitas Aparatur Sipil "
			 "Negara "
			 "(ASN) menjelang Pilkada 2024 di Balai Kota Ambon, Rabu (21/8/2024). "
			 "Kegiatan "
			 "yang diikuti %d ASN itu dibuka penjabat wali kota. Laporan "
			 "wartawan %s.\n",
			 100 + (from + i) / 2, (from + i) % 2 ? "Kabar" : "Warta");
		articles[i].title = (struct text){"Sosialisasi netralitas ASN", 26};
		articles[i].text = (struct text){texts[i], strlen(texts[i])};
		articles[i].url = articles[i].published = articles[i].source = (struct text){"", 0};
	}
	struct message m = {.type = MSG_SUBMIT,
			    .submit = {.articles = articles, .article_count = BATCH}};
	if (!ask(p, &p->submit, &m, &m.submit.request, MSG_SUBMIT_REPLY))
		return; /* not told: it is submitted again */
	const struct msg_submit_reply *r = &p->submit.message.submit_reply;
	assert_int_equal(r->status_count, BATCH);
	for (int i = 0; i < BATCH; i++) {
		if (r->statuses[i].outcome == SUBMIT_BUSY)
			continue;
		assert_in_range(r->statuses[i].outcome, SUBMIT_ACCEPTED, SUBMIT_DUPLICATE);
		p->accepted[from + i] = true;
		p->ids[from + i] = r->statuses[i].id;
	}
}

static bool all_accepted(const struct pipeline *p)
{
	for (int i = 0; i < ARTICLES; i++) {
		if (!p->accepted[i])
			return false;
	}
	return true;
}

static bool all_ended(struct pipeline *p)
{
	static const char *const open[] = {"netral_articles_pending", "netral_articles_in_flight",
					   "netral_articles_waiting_retry"};
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		bool known;
		if (counter(p, &p->netrald, open[i], &known) != 0 || !known)
			return false;
	}
	return true;
}

static void drive(struct pipeline *p)
{
	uint64_t deadline_ms = clock_ms() + RIG_DEADLINE_MS;
	while (clock_ms() < deadline_ms) {
		for (int i = 0; i < ARTICLES; i += BATCH) {
			if (!p->accepted[i] || !p->accepted[i + BATCH - 1])
				submit_batch(p, i);
			restart_fallen(p, 0);
		}
		if (all_accepted(p) && all_ended(p))
			return;
		restart_fallen(p, PASS_MS);
	}
	rig_fail("the articles did not all reach their end");
}

/* --- the oracle --- */

static int article_number(struct pipeline *p, const struct article_id *id)
{
	for (int i = 0; i < ARTICLES; i++) {
		if (article_id_equal(&p->ids[i], id))
			return i;
	}
	rig_fail("an event of an article that was never accepted");
	return -1;
}

static void count_update(struct pipeline *p, const struct update *u, unsigned *news,
			 unsigned *confirmed)
{
	int story = article_number(p, &u->article.id) / 2;
	if (u->change == CHANGE_NEW) {
		news[story]++;
		return;
	}
	assert_int_equal(u->change, CHANGE_CHANGED);
	assert_int_equal(u->cause, CAUSE_CONFIRMED);
	assert_int_equal(u->listed_count, 2);
	int first = article_number(p, &u->reports[0].article.id);
	int second = article_number(p, &u->reports[1].article.id);
	assert_int_equal(first / 2, story);
	assert_int_equal(second / 2, story);
	assert_true(first != second);
	confirmed[story]++;
}

static void check_updates(struct pipeline *p)
{
	unsigned news[ARTICLES / 2] = {0}, confirmed[ARTICLES / 2] = {0};
	uint64_t next = 1, head = 0;
	do {
		struct message m = {.type = MSG_REPLAY, .replay = {.from = next}};
		if (!ask(p, &p->replay, &m, &m.replay.request, MSG_REPLAY_PAGE)) {
			restart_fallen(p, PASS_MS);
			continue;
		}
		const struct msg_replay_page *page = &p->replay.message.replay_page;
		for (size_t i = 0; i < page->update_count; i++) {
			assert_int_equal(page->updates[i].seq, next++);
			count_update(p, &page->updates[i], news, confirmed);
		}
		head = page->head;
	} while (next <= head || head == 0);
	assert_int_equal(head, ARTICLES);
	for (int i = 0; i < ARTICLES / 2; i++) {
		assert_int_equal(news[i], 1);
		assert_int_equal(confirmed[i], 1);
	}
}

static void check_counters(struct pipeline *p)
{
	bool known = false;
	uint64_t stored = 0, dead = 0;
	while (!known)
		stored = counter(p, &p->record, "netral_articles_stored", &known);
	assert_int_equal(stored, ARTICLES);
	for (known = false; !known;)
		dead = counter(p, &p->netrald, "netral_articles_dead", &known);
	assert_int_equal(dead, 0);
}

/* --- one run --- */

static void begin(struct pipeline *p, const struct crash_point *point, unsigned n)
{
	char crash[96] = "";
	memset(p, 0, sizeof(*p));
	rig_init(&p->rig);
	rig_make_dir(&p->rig, "state");
	assert_int_equal(transport_new(&p->transport), 0);
	peer_open(&p->submit, p->transport, rig_endpoint(&p->rig, "submit"));
	peer_open(&p->netrald, p->transport, rig_endpoint(&p->rig, "netrald-control"));
	peer_open(&p->record, p->transport, rig_endpoint(&p->rig, "record-control"));
	peer_open(&p->replay, p->transport, rig_endpoint(&p->rig, "replay"));
	if (point)
		snprintf(crash, sizeof(crash), "%s:%u", point->name, n);
	for (int role = 0; role < ROLE_COUNT; role++) {
		/* The other worker comes after the crash: it could do all the work before. */
		if (role == ROLE_CLASSIFY_2 && point && point->role == ROLE_CLASSIFY_1)
			continue;
		start(p, (enum role)role, point && point->role == (enum role)role ? crash : NULL);
	}
}

static void end(struct pipeline *p)
{
	peer_close(&p->submit);
	peer_close(&p->netrald);
	peer_close(&p->record);
	peer_close(&p->replay);
	transport_free(p->transport);
	rig_fini(&p->rig);
}

static void every_crash_point_loses_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(crash_points) / sizeof(crash_points[0]); i++) {
		unsigned hit = 0;
		for (unsigned n = 1; n <= ROUNDS; n++) {
			static struct pipeline p;
			begin(&p, &crash_points[i], n);
			drive(&p);
			check_updates(&p);
			check_counters(&p);
			hit += p.crashes;
			end(&p);
		}
		printf("  %s: hit %u times\n", crash_points[i].name, hit);
		/* A point that no run reaches tests nothing. */
		assert_true(hit > 0);
	}
}

/* Not at a named point but anywhere: each program in turn is killed after each batch. */
static void killing_everyone_in_turn_loses_nothing(void **state)
{
	(void)state;
	static struct pipeline p;
	begin(&p, NULL, 0);
	for (int i = 0; i < ARTICLES; i += BATCH) {
		enum role role = (enum role)(i / BATCH % ROLE_COUNT);
		submit_batch(&p, i);
		rig_kill(p.process[role]);
		start(&p, role, NULL);
	}
	drive(&p);
	check_updates(&p);
	check_counters(&p);
	end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_crash_point_loses_nothing),
		cmocka_unit_test(killing_everyone_in_turn_loses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	printf("skipped: crash points are compiled in with NETRAL_TEST_HOOKS only\n");
	return 0;
}

#endif
