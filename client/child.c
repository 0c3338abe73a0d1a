#include "client/child.h"

#include "lib/error.h"
#include "lib/statedir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define DEFAULT_PATH "/usr/bin:/usr/sbin"

enum { PIPE_BYTES = 256 << 10, EXIT_NO_PROGRAM = 127 };

int child_init(struct child *c, const char *name, const char *program)
{
	*c = (struct child){.log_fd = -1};
	snprintf(c->name, sizeof(c->name), "%s", name);
	return child_add_arg(c, program);
}

int child_add_arg(struct child *c, const char *arg)
{
	size_t n = 0;
	while (c->argv[n])
		n++;
	netral_assert(n + 1 < CHILD_ARGS_MAX);
	c->argv[n] = strdup(arg);
	return c->argv[n] ? NETRAL_OK : NETRAL_ENOMEM;
}

void child_fini(struct child *c)
{
	for (size_t i = 0; i < CHILD_ARGS_MAX; i++)
		free(c->argv[i]);
	if (c->log_fd > 0)
		close(c->log_fd);
	*c = (struct child){.log_fd = -1};
}

/* --- starting --- */

/* Between fork and exec: a process group of its own, so that Ctrl-C reaches only us and we end the
 * programs in order; a fresh signal mask; death with us. */
_Noreturn static void become(struct child *c, const char *notify_name, int log_fd, pid_t parent)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(EXIT_NO_PROGRAM);
	int null_fd = open("/dev/null", O_RDONLY);
	if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 || dup2(log_fd, STDOUT_FILENO) < 0 ||
	    dup2(log_fd, STDERR_FILENO) < 0)
		_exit(EXIT_NO_PROGRAM);
	setenv("NOTIFY_SOCKET", notify_name, 1);
	setenv("JOURNAL_STREAM", "netral-up", 1); /* lines begin with their level */
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	execv(c->argv[0], c->argv);
	dprintf(STDERR_FILENO, "%s: %s\n", c->argv[0], strerror(errno));
	_exit(EXIT_NO_PROGRAM);
}

static int open_log_pipe(int fds[static 2])
{
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return NETRAL_EIO;
	/* Best effort: the default of 64 KiB only loses lines earlier. */
	(void)fcntl(fds[1], F_SETPIPE_SZ, PIPE_BYTES);
	return NETRAL_OK;
}

int child_start(struct child *c, const char *notify_name)
{
	int fds[2];
	if (open_log_pipe(fds) < 0)
		return NETRAL_EIO;
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid == 0)
		become(c, notify_name, fds[1], parent);
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return NETRAL_EIO;
	}
	if (c->log_fd > 0)
		close(c->log_fd);
	c->log_fd = fds[0];
	c->line_len = 0;
	c->pid = pid;
	return NETRAL_OK;
}

static int find_beside(const char *program, char *ret, size_t size)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0)
		return NETRAL_ENOTFOUND;
	self[n] = '\0';
	char *slash = strrchr(self, '/');
	if (!slash)
		return NETRAL_ENOTFOUND;
	*slash = '\0';
	int r = statedir_join(ret, size, self, program);
	return r == NETRAL_OK && access(ret, X_OK) == 0 ? NETRAL_OK : NETRAL_ENOTFOUND;
}

int child_find_program(const char *program, char *ret, size_t size)
{
	if (find_beside(program, ret, size) == NETRAL_OK)
		return NETRAL_OK;
	const char *path = getenv("PATH");
	for (const char *at = path ? path : DEFAULT_PATH; *at;) {
		char dir[PATH_MAX];
		size_t len = strcspn(at, ":");
		if (len < sizeof(dir) && at[0] == '/') {
			snprintf(dir, sizeof(dir), "%.*s", (int)len, at);
			if (statedir_join(ret, size, dir, program) == NETRAL_OK &&
			    access(ret, X_OK) == 0)
				return NETRAL_OK;
		}
		at += len + (at[len] == ':');
	}
	return NETRAL_ENOTFOUND;
}

/* --- lines --- */

/* "<4>text" is what log.h writes for a journal. */
static void pass_line(struct child *c, child_line_fn *fn, void *user)
{
	enum log_level level = LOG_LEVEL_ERROR;
	const char *text = c->line;
	c->line[c->line_len] = '\0';
	if (text[0] == '<' && text[1] >= '0' && text[1] <= '7' && text[2] == '>') {
		level = (enum log_level)(text[1] - '0');
		text += 3;
	}
	if (text[0])
		fn(user, c, level, text);
	c->line_len = 0;
}

bool child_read(struct child *c, child_line_fn *fn, void *user)
{
	char piece[4096];
	if (c->log_fd < 0)
		return false;
	ssize_t n = read(c->log_fd, piece, sizeof(piece));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	for (ssize_t i = 0; i < n; i++) {
		if (piece[i] != '\n')
			c->line[c->line_len++] = piece[i];
		if (piece[i] == '\n' || c->line_len == CHILD_LINE_SIZE - 1)
			pass_line(c, fn, user);
	}
	if (n > 0)
		return true;
	if (c->line_len)
		pass_line(c, fn, user);
	close(c->log_fd);
	c->log_fd = -1;
	return false;
}
