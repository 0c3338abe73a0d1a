/* States of a child:
 *
 *   IDLE      not started yet, or ended for good
 *   STARTING  runs, has not said READY=1; killed when that takes READY_MS
 *   READY     runs
 *   FALLEN    ended by itself; started again when its back-off is over
 *
 * The back-off doubles with each fall and is forgotten once a child was ready for CALM_MS. A child
 * that exits with a code before it was ever ready will not do better the second time (a bad
 * configuration, a directory that is in use): that fails the whole. One that is killed by a signal
 * before is given a few tries. */
#include "client/supervisor.h"

#include "client/notify.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/statedir.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum {
	BACKOFF_MIN_MS = 200,
	BACKOFF_MAX_MS = 5000,
	CALM_MS = 10000,
	READY_MS = 120000,
	STOP_MS = 10000,
	CRASHES_AT_START_MAX = 5,
	TICK_MS = 100,
	LOG_FILE_MAX_BYTES = 4 << 20,
};

enum state { STATE_IDLE, STATE_STARTING, STATE_READY, STATE_FALLEN };

struct member {
	struct supervisor *supervisor;
	struct child child;
	unsigned rank;
	enum state state;
	struct loop_slot slot;
	int log_file;
	bool ever_ready;
	unsigned crashes;
	uint64_t since_ms; /* of the present state */
	uint64_t backoff_ms;
};

struct supervisor {
	struct supervisor_options options;
	struct member members[SUPERVISOR_CHILDREN_MAX];
	size_t count;
	int notify_fd;
	char notify_name[NOTIFY_NAME_SIZE];
	struct loop_timer timer;
	bool rank_ready[SUPERVISOR_RANKS_MAX];
	bool stopping, killing, failed, stopped;
	unsigned stop_rank;
	uint64_t stop_ms;
	unsigned restarts;
};

static void enter(struct member *m, enum state state)
{
	m->state = state;
	m->since_ms = clock_ms();
}

/* --- what children write --- */

static const char *level_name(enum log_level level)
{
	return level <= LOG_LEVEL_ERROR     ? "error"
	       : level == LOG_LEVEL_WARNING ? "warning"
	       : level < LOG_LEVEL_DEBUG    ? "info"
					    : "debug";
}

static void on_child_line(void *user, struct child *c, enum log_level level, const char *text)
{
	struct member *m = user;
	char time[CLOCK_TEXT_SIZE];
	clock_format(clock_real_us(), time);
	if (m->log_file >= 0)
		dprintf(m->log_file, "%s %s %s\n", time, level_name(level), text);
	m->supervisor->options.on_line(m->supervisor->options.user, c->name, level, text);
}

/* True when more may wait. */
static bool read_log(struct member *m)
{
	bool more = child_read(&m->child, on_child_line, m);
	if (m->child.log_fd < 0)
		loop_replace(m->supervisor->options.loop, m->slot, NULL, -1);
	return more;
}

static int on_log(void *user)
{
	read_log(user);
	return NETRAL_OK;
}

/* --- readiness --- */

static void check_rank(struct supervisor *s, unsigned rank)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->members[i].rank == rank && !s->members[i].ever_ready)
			return;
	}
	if (s->rank_ready[rank] || s->stopping)
		return;
	s->rank_ready[rank] = true;
	s->options.on_ready(s->options.user, rank);
}

static int on_notify(void *user)
{
	struct supervisor *s = user;
	char text[NOTIFY_TEXT_SIZE];
	pid_t pid = 0;
	while (notify_read(s->notify_fd, &pid, text) == 1) {
		for (size_t i = 0; i < s->count; i++) {
			struct member *m = &s->members[i];
			if (m->child.pid != pid || m->state != STATE_STARTING ||
			    !notify_has(text, "READY=1"))
				continue;
			enter(m, STATE_READY);
			m->ever_ready = true;
			check_rank(s, m->rank);
		}
	}
	return NETRAL_OK;
}

/* --- starting and falling --- */

static void fail(struct supervisor *s, int exit_code, const char *sentence)
{
	if (s->failed || s->stopping)
		return;
	s->failed = true;
	s->options.on_failed(s->options.user, exit_code, sentence);
}

static void start(struct member *m)
{
	struct supervisor *s = m->supervisor;
	if (child_start(&m->child, s->notify_name) < 0) {
		fail(s, EX_OSERR, "no process could be started");
		return;
	}
	loop_replace(s->options.loop, m->slot, NULL, m->child.log_fd);
	enter(m, STATE_STARTING);
}

/* Why it ended stands in what it wrote. */
static void describe(const struct member *m, int status, char *ret, size_t size)
{
	if (WIFSIGNALED(status))
		snprintf(ret, size, "%s was killed by signal %d (%s)", m->child.name,
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(ret, size, "%s ended with exit status %d", m->child.name,
			 WEXITSTATUS(status));
}

static void fall(struct member *m, int status)
{
	struct supervisor *s = m->supervisor;
	char sentence[200];
	bool was_calm = m->state == STATE_READY && clock_ms() - m->since_ms >= CALM_MS;
	describe(m, status, sentence, sizeof(sentence));
	m->crashes += !m->ever_ready;
	if (!m->ever_ready && WIFEXITED(status) && WEXITSTATUS(status) != 0)
		fail(s, WEXITSTATUS(status), sentence);
	else if (m->crashes >= CRASHES_AT_START_MAX)
		fail(s, EX_SOFTWARE, sentence);
	if (s->failed || s->stopping) {
		enter(m, STATE_IDLE);
		return;
	}
	m->backoff_ms = was_calm || !m->backoff_ms ? BACKOFF_MIN_MS : m->backoff_ms * 2;
	if (m->backoff_ms > BACKOFF_MAX_MS)
		m->backoff_ms = BACKOFF_MAX_MS;
	enter(m, STATE_FALLEN);
	s->options.on_fallen(s->options.user, sentence);
}

static void stop_further(struct supervisor *s);

void supervisor_reap(struct supervisor *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct member *m = &s->members[i];
		int status;
		if (m->child.pid == 0 || waitpid(m->child.pid, &status, WNOHANG) != m->child.pid)
			continue;
		m->child.pid = 0;
		while (read_log(m)) /* its last words */
			;
		fall(m, status);
	}
	if (s->stopping)
		stop_further(s);
}

/* --- ending --- */

static bool rank_runs(const struct supervisor *s, unsigned rank)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->members[i].rank == rank && s->members[i].child.pid)
			return true;
	}
	return false;
}

static void signal_rank(struct supervisor *s, unsigned rank, int signo)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->members[i].rank == rank && s->members[i].child.pid)
			kill(s->members[i].child.pid, signo);
	}
}

/* Goes down the ranks as they empty. */
static void stop_further(struct supervisor *s)
{
	while (!rank_runs(s, s->stop_rank)) {
		if (s->stop_rank == 0) {
			if (!s->stopped)
				s->options.on_stopped(s->options.user);
			s->stopped = true;
			return;
		}
		s->stop_rank--;
		s->stop_ms = clock_ms();
		signal_rank(s, s->stop_rank, s->killing ? SIGKILL : SIGTERM);
	}
}

void supervisor_stop(struct supervisor *s)
{
	s->killing = s->stopping;
	if (!s->stopping) {
		s->stopping = true;
		s->stop_rank = SUPERVISOR_RANKS_MAX - 1;
		s->stop_ms = clock_ms();
	}
	signal_rank(s, s->stop_rank, s->killing ? SIGKILL : SIGTERM);
	stop_further(s);
}

/* --- time --- */

static int on_tick(void *user)
{
	struct supervisor *s = user;
	uint64_t now = clock_ms();
	for (size_t i = 0; i < s->count; i++) {
		struct member *m = &s->members[i];
		uint64_t passed = now - m->since_ms;
		if (m->state == STATE_STARTING && passed >= READY_MS && m->child.pid)
			kill(m->child.pid, SIGKILL);
		if (m->state != STATE_FALLEN || passed < m->backoff_ms || s->stopping || s->failed)
			continue;
		s->restarts++;
		start(m);
	}
	if (s->stopping && !s->stopped && now - s->stop_ms >= STOP_MS)
		signal_rank(s, s->stop_rank, SIGKILL);
	loop_timer_set(s->options.loop, s->timer, TICK_MS);
	return NETRAL_OK;
}

/* --- making --- */

int supervisor_new(const struct supervisor_options *o, struct supervisor **ret_supervisor)
{
	struct supervisor *s = calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	s->options = *o;
	int r = notify_open(&s->notify_fd, s->notify_name);
	if (r < 0) {
		free(s);
		return r;
	}
	loop_add(o->loop, NULL, s->notify_fd, on_notify, s);
	s->timer = loop_timer_add(o->loop, on_tick, s);
	loop_timer_set(o->loop, s->timer, TICK_MS);
	*ret_supervisor = s;
	return NETRAL_OK;
}

/* A log that has grown long is set aside before it is written to again. */
static void set_aside(const char *path)
{
	char old[PATH_MAX];
	struct stat st;
	if (stat(path, &st) == 0 && st.st_size > LOG_FILE_MAX_BYTES &&
	    snprintf(old, sizeof(old), "%s.old", path) < (int)sizeof(old))
		rename(path, old);
}

static int open_log_file(const struct supervisor *s, const char *name)
{
	char path[PATH_MAX], file[CHILD_NAME_SIZE + 8];
	snprintf(file, sizeof(file), "%s.log", name);
	if (statedir_join(path, sizeof(path), s->options.log_dir, file) < 0)
		return -1;
	set_aside(path);
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

int supervisor_add(struct supervisor *s, unsigned rank, const char *name, const char *program,
		   const char *const *args)
{
	netral_assert(s->count < SUPERVISOR_CHILDREN_MAX && rank < SUPERVISOR_RANKS_MAX);
	char path[PATH_MAX];
	if (child_find_program(program, path, sizeof(path)) < 0)
		return NETRAL_ENOTFOUND;
	struct member *m = &s->members[s->count++];
	m->supervisor = s;
	m->rank = rank;
	m->log_file = open_log_file(s, name);
	m->slot = loop_add(s->options.loop, NULL, -1, on_log, m);
	int r = child_init(&m->child, name, path);
	for (size_t i = 0; r == NETRAL_OK && args[i]; i++)
		r = child_add_arg(&m->child, args[i]);
	return r;
}

void supervisor_start(struct supervisor *s, unsigned rank)
{
	for (size_t i = 0; i < s->count && !s->stopping; i++) {
		if (s->members[i].rank == rank && s->members[i].state == STATE_IDLE)
			start(&s->members[i]);
	}
}

void supervisor_free(struct supervisor *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++) {
		struct member *m = &s->members[i];
		if (m->child.pid) {
			kill(m->child.pid, SIGKILL);
			waitpid(m->child.pid, NULL, 0);
		}
		child_fini(&m->child);
		if (m->log_file >= 0)
			close(m->log_file);
	}
	close(s->notify_fd);
	free(s);
}

unsigned supervisor_restarts(const struct supervisor *s)
{
	return s->restarts;
}
