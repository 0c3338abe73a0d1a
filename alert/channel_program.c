/* Programs: one run for each message, which is its standard input. */
#include "alert/channel.h"

#include "alert/rules_reader.h"
#include "alert/runner.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/log.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REAP_MS = 60 * 1000, ERROR_LINE_SIZE = 200 };

struct program_line {
	struct line line;
	pid_t pid;            /* 0: none runs */
	int errors;           /* of it, while it runs */
	uint64_t deadline_ms; /* on the loop's clock */
	int error;            /* it could not be started */
};

/* --- the section --- */

static int program_read(struct rules_reader *r, const struct receiver_section *s,
			struct receiver *to)
{
	struct names_list words;
	int err = rules_split(r, s->command, ' ', &words);
	if (err == NETRAL_EINVALID || words.count > PROGRAM_ARGS_MAX)
		return rules_say(r, "command: too many arguments");
	if (err < 0)
		return err;
	if (words.count == 0 || words.items[0][0] != '/')
		return rules_say(r, "command: a program has a command with its whole path");
	char **argv = arena_calloc(&r->rules->arena, words.count + 1, sizeof(*argv));
	for (size_t i = 0; argv && i < words.count; i++)
		argv[i] = arena_strdup(&r->rules->arena, words.items[i]);
	to->argv = argv;
	return argv ? rules_form(r, s, to) : NETRAL_ENOMEM;
}

static const char *program_address(const struct receiver *to)
{
	return to->argv[0];
}

/* --- delivery --- */

static int program_start(struct line *l, const struct outbox_item *item)
{
	struct program_line *p = (struct program_line *)l;
	p->deadline_ms = loop_now_ms(l->channels->loop) + l->channels->config->request_ms;
	p->error = runner_start(l->receiver->argv, item->body.ptr, item->body.len, &p->pid,
				&p->errors);
	if (p->error < 0)
		loop_again(l->channels->loop); /* program_step() tells */
	return NETRAL_OK;
}

/* One line of what it said, however much that was. */
static void tell_error(const struct program_line *p)
{
	char text[ERROR_LINE_SIZE];
	runner_first_error(p->errors, text, sizeof(text));
	if (text[0])
		log_warning("program: receiver=\"%s\" said=\"%s\"", p->line.receiver->name, text);
}

static void program_ended(struct program_line *p, int status)
{
	char reason[OUTBOX_REASON_MAX];
	p->pid = 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		tell_error(p);
	close(p->errors);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		line_end(&p->line, DELIVERY_TAKEN, -1, "");
		return;
	}
	if (WIFEXITED(status))
		snprintf(reason, sizeof(reason), "the program exited with %d", WEXITSTATUS(status));
	else
		snprintf(reason, sizeof(reason), "the program was ended by signal %d",
			 WTERMSIG(status));
	line_end(&p->line, DELIVERY_FAILED, -1, reason);
}

static void program_reap(struct line *l)
{
	struct program_line *p = (struct program_line *)l;
	int status;
	if (p->pid > 0 && waitpid(p->pid, &status, WNOHANG) == p->pid)
		program_ended(p, status);
}

static uint64_t program_step(struct line *l)
{
	struct program_line *p = (struct program_line *)l;
	uint64_t now_ms = loop_now_ms(l->channels->loop);
	if (p->error < 0) {
		line_end(l, DELIVERY_FAILED, -1, netral_strerror(p->error));
		return REAP_MS;
	}
	if (p->deadline_ms > now_ms)
		return p->deadline_ms - now_ms;
	runner_kill(p->pid); /* program_reap() hears of it */
	return REAP_MS;
}

static void program_end(struct line *l)
{
	struct program_line *p = (struct program_line *)l;
	if (p->pid > 0) {
		runner_kill(p->pid);
		(void)waitpid(p->pid, NULL, 0);
		close(p->errors);
	}
	p->pid = 0;
}

const struct channel channel_program = {
	.kind = "program",
	.read = program_read,
	.address = program_address,
	.write = message_write_events,
	.line_size = sizeof(struct program_line),
	.start = program_start,
	.end = program_end,
	.step = program_step,
	.reap = program_reap,
};
