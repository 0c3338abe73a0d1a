#include "tests/process/script.h"

#include "tests/process/rig.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct script {
	pid_t pid;
	int input, output; /* ours: what it reads and writes */
	char buffer[65536], line[65536];
	size_t len;
};

/* In the child. */
static void run(const char *interpreter, const char *file, const char *argument, int input,
		int output)
{
	char path[RIG_PATH_SIZE];
	snprintf(path, sizeof(path), "%s/process/%s", TESTS_SOURCE_DIR, file);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
	execlp(interpreter, interpreter, path, argument, (char *)NULL);
	_exit(127);
}

struct script *script_start(const char *interpreter, const char *file, const char *argument)
{
	int in[2], out[2];
	struct script *s = calloc(1, sizeof(*s));
	assert_non_null(s);
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	s->pid = fork();
	if (s->pid == 0)
		run(interpreter, file, argument, in[0], out[1]);
	assert_true(s->pid > 0);
	close(in[0]);
	close(out[1]);
	s->input = in[1];
	s->output = out[0];
	return s;
}

void script_stop(struct script *s)
{
	if (!s)
		return;
	close(s->input);
	close(s->output);
	kill(s->pid, SIGTERM);
	waitpid(s->pid, NULL, 0);
	free(s);
}

/* False at the end. */
static bool read_more(struct script *s)
{
	struct pollfd fd = {s->output, POLLIN, 0};
	if (s->len == sizeof(s->buffer))
		rig_fail("script: a line without end");
	if (poll(&fd, 1, RIG_DEADLINE_MS) <= 0)
		rig_fail("script: no further line");
	ssize_t n = read(s->output, s->buffer + s->len, sizeof(s->buffer) - s->len);
	s->len += n > 0 ? (size_t)n : 0;
	return n > 0;
}

const char *script_line(struct script *s)
{
	char *end;
	while (!(end = memchr(s->buffer, '\n', s->len))) {
		if (!read_more(s))
			return NULL;
	}
	size_t whole = (size_t)(end - s->buffer) + 1;
	memcpy(s->line, s->buffer, whole);
	s->line[whole - 1] = '\0';
	memmove(s->buffer, s->buffer + whole, s->len - whole);
	s->len -= whole;
	return s->line;
}
