/* Flags that rise or fall within a while of one another are one alert: when our own link is down,
 * all sources fail together. The program gets one JSON object on its standard input. One runs at a
 * time; what happens meanwhile is gathered for the next. */
#include "poller/flags.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum {
	RUN_MS = 30 * 1000,
	NAMED_MAX = 100, /* sources that an alert names; the others are only counted */
};

struct flags {
	struct context *c;
	uint64_t wait_ms;
	struct loop_timer timer; /* an alert is due, or its program takes too long */
	json_t *changes;         /* that were not told yet, at most NAMED_MAX */
	uint64_t change_count;
	pid_t pid; /* of the program, 0: none runs */
	struct log_limit limit;
};

size_t flags_count(const struct context *c, unsigned flag)
{
	size_t count = 0;
	for (size_t i = 0; i < c->roster.count; i++)
		count += (c->roster.list[i]->flags & flag) != 0;
	return count;
}

/* --- the program --- */

static char *alert_text(struct flags *f)
{
	json_t *all =
		json_pack("{sI sO sI}", "changes_total", (json_int_t)f->change_count, "changes",
			  f->changes, "sources_flagged", (json_int_t)flags_count(f->c, UINT32_MAX));
	char *text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	json_array_clear(f->changes);
	f->change_count = 0;
	return text;
}

/* A file without a name holds it, so that a program that does not read costs nothing. */
static int open_input(const char *text)
{
	netral_cleanup(netral_closep) int fd = memfd_create("alert", MFD_CLOEXEC);
	size_t len = strlen(text);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) < 0)
		return -1;
	return netral_take_fd(&fd);
}

static int spawn(char *program, int input, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	char *const argv[] = {program, NULL};
	sigemptyset(&none);
	int rc = posix_spawn_file_actions_init(&actions);
	if (rc)
		return rc;
	rc = posix_spawnattr_init(&attributes);
	if (!rc) {
		posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
		posix_spawnattr_setsigmask(&attributes, &none);
		posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
		rc = posix_spawn(ret_pid, program, &actions, &attributes, argv, environ);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return rc;
}

static void run(struct flags *f)
{
	struct poller_counters *n = &f->c->counters;
	netral_cleanup(netral_freep) char *text = alert_text(f);
	netral_cleanup(netral_closep) int input = text ? open_input(text) : -1;
	int rc = input < 0 ? ENOMEM : spawn(f->c->config->alert_program, input, &f->pid);
	if (rc) {
		f->pid = 0;
		n->alerts_failed++;
		log_error("flags: cannot run alert_program, error=\"%s\"", strerror(rc));
		return;
	}
	n->alerts++;
	loop_timer_set(f->c->loop, f->timer, RUN_MS);
}

static int on_timer(void *user)
{
	struct flags *f = user;
	if (f->pid) {
		log_error("flags: alert_program takes too long and is ended");
		kill(f->pid, SIGKILL);
	} else if (f->change_count > 0) {
		run(f);
	}
	return NETRAL_OK;
}

void flags_reap(struct flags *f)
{
	int status;
	if (!f->pid || waitpid(f->pid, &status, WNOHANG) != f->pid)
		return;
	f->pid = 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		f->c->counters.alerts_failed++;
		log_error("flags: alert_program failed, %s=%d",
			  WIFEXITED(status) ? "exit" : "signal",
			  WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	}
	loop_timer_set(f->c->loop, f->timer, f->change_count > 0 ? f->wait_ms : UINT64_MAX);
}

/* --- changes --- */

static void add_change(struct flags *f, const struct watch *w, const char *word, bool rises)
{
	if (!f->c->config->alert_program[0])
		return;
	if (f->change_count == 0 && !f->pid)
		loop_timer_set(f->c->loop, f->timer, f->wait_ms);
	f->change_count++;
	if (json_array_size(f->changes) == NAMED_MAX) {
		f->c->counters.alerts_dropped++;
		return;
	}
	json_array_append_new(f->changes,
			      json_pack("{ss ss ss ss sb}", "source", w->source->name.ptr, "kind",
					source_kind_name(w->source->kind), "url",
					w->source->url.ptr, "flag", word, "raised", (int)rises));
}

static void tell(struct flags *f, const struct watch *w, const char *word, bool rises)
{
	add_change(f, w, word, rises);
	if (!log_limit_pass(&f->limit, loop_now_ms(f->c->loop)))
		return;
	if (rises)
		log_warning("flags: a source is %s, source=\"%s\"", word, w->source->name.ptr);
	else
		log_info("flags: a source is no longer %s, source=\"%s\"", word,
			 w->source->name.ptr);
}

void flags_look(struct flags *f, struct watch *w)
{
	unsigned now = w->source->enabled ? schedule_flags(&w->schedule, wall_ms()) : 0;
	unsigned changed = now ^ w->flags;
	w->flags = now;
	for (unsigned i = 0; changed && i < SCHEDULE_FLAG_COUNT; i++) {
		if (changed >> i & 1)
			tell(f, w, schedule_flag_name(i), now >> i & 1);
	}
}

void flags_look_at_all(struct flags *f)
{
	for (size_t i = 0; i < f->c->roster.count; i++)
		flags_look(f, f->c->roster.list[i]);
}

/* --- life --- */

int flags_new(struct context *c, uint64_t wait_ms, struct flags **ret_flags)
{
	struct flags *f = fault_calloc(1, sizeof(*f));
	if (!f)
		return NETRAL_ENOMEM;
	f->c = c;
	f->wait_ms = wait_ms;
	f->changes = json_array();
	if (!f->changes) {
		free(f);
		return NETRAL_ENOMEM;
	}
	f->timer = loop_timer_add(c->loop, on_timer, f);
	*ret_flags = f;
	return NETRAL_OK;
}

void flags_free(struct flags *f)
{
	if (!f)
		return;
	if (f->pid) {
		kill(f->pid, SIGKILL);
		waitpid(f->pid, NULL, 0);
	}
	json_decref(f->changes);
	free(f);
}
