#include "tests/process/rig.h"
#include "tests/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { ARGS_MAX = 64, PATHS = 16 };

static struct rig *current; /* for rig_fail() */

static char *read_fd(int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return NULL;
	char *data = malloc((size_t)st.st_size + 1);
	ssize_t n = data ? pread(fd, data, (size_t)st.st_size, 0) : -1;
	if (n < 0) {
		free(data);
		return NULL;
	}
	data[n] = '\0';
	return data;
}

static void print_logs(void)
{
	for (size_t i = 0; current && i < current->process_count; i++) {
		char *log = read_fd(current->processes[i].log_fd);
		if (log && log[0])
			print_error("--- %s wrote:\n%s", current->processes[i].name, log);
		free(log);
	}
}

void rig_fail(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vprint_error(format, args);
	va_end(args);
	print_error("\n");
	print_logs();
	fail();
}

void rig_init(struct rig *rig)
{
	*rig = (struct rig){0};
	if (!folder_make(rig->dir))
		fail_msg("%s: %s", rig->dir, strerror(errno));
	current = rig;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void rig_fini(struct rig *rig)
{
	for (size_t i = 0; i < rig->process_count; i++) {
		struct rig_process *p = &rig->processes[i];
		if (p->pid > 0) {
			kill(p->pid, SIGKILL);
			waitpid(p->pid, NULL, 0);
		}
		close(p->notify_fd);
		close(p->log_fd);
		close(p->output_fd);
	}
	if (rig->dir[0])
		nftw(rig->dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	*rig = (struct rig){0};
	current = NULL;
}

static const char *ring_string(const char *prefix, const char *dir, const char *name)
{
	static char ring[PATHS][RIG_PATH_SIZE];
	static unsigned next;
	char *s = ring[next++ % PATHS];
	snprintf(s, RIG_PATH_SIZE, "%s%s/%s", prefix, dir, name);
	return s;
}

const char *rig_path(const struct rig *rig, const char *name)
{
	return ring_string("", rig->dir, name);
}

const char *rig_endpoint(const struct rig *rig, const char *name)
{
	return ring_string("ipc://", rig->dir, name);
}

static int open_notify_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		rig_fail("notify socket %s: %s", path, strerror(errno));
	return fd;
}

static int open_capture(const struct rig *rig, const char *kind)
{
	char name[64];
	snprintf(name, sizeof(name), ".%s-%zu", kind, rig->process_count);
	int fd = open(rig_path(rig, name), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		rig_fail("%s: %s", name, strerror(errno));
	return fd;
}

/* What takes a pointer that is not const, and does not write through it. */
static void *unconst(const void *p)
{
	void *same;
	memcpy(&same, &p, sizeof(same));
	return same;
}

/* In the child. */
static void run_program(const struct rig_process *p, const char *program, const char *const *args,
			const char *notify_path, const char *const *env, pid_t parent)
{
	char path[PATH_MAX];
	const char *argv[ARGS_MAX] = {program};
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(126);
	dup2(p->output_fd, STDOUT_FILENO);
	dup2(p->log_fd, STDERR_FILENO);
	setenv("NOTIFY_SOCKET", notify_path, 1);
	for (; env && *env; env++)
		putenv(unconst(*env));
	for (size_t i = 0; args[i] && i + 2 < ARGS_MAX; i++)
		argv[i + 1] = args[i];
	snprintf(path, sizeof(path), "%s%s", program[0] == '/' ? "" : TESTS_BIN_DIR "/", program);
	execv(path, unconst(argv));
	dprintf(STDERR_FILENO, "%s: %s\n", path, strerror(errno));
	_exit(127);
}

struct rig_process *rig_start(struct rig *rig, const char *program, const char *const *args,
			      const char *const *env)
{
	char name[32];
	if (rig->process_count == RIG_PROCESSES_MAX)
		rig_fail("more than %d programs in one rig", RIG_PROCESSES_MAX);
	snprintf(name, sizeof(name), ".notify-%zu", rig->process_count);
	struct rig_process *p = &rig->processes[rig->process_count];
	*p = (struct rig_process){.name = program,
				  .notify_fd = open_notify_socket(rig_path(rig, name)),
				  .log_fd = open_capture(rig, "stderr"),
				  .output_fd = open_capture(rig, "stdout")};
	rig->process_count++;
	pid_t parent = getpid();
	p->pid = fork();
	if (p->pid == 0)
		run_program(p, program, args, rig_path(rig, name), env, parent);
	if (p->pid < 0)
		rig_fail("fork: %s", strerror(errno));
	return p;
}

static int open_pidfd(const struct rig_process *p)
{
	int fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (fd < 0)
		rig_fail("%s: pidfd_open: %s", p->name, strerror(errno));
	return fd;
}

static bool take_notification(const struct rig_process *p, const char *wanted)
{
	char text[1024];
	ssize_t n = recv(p->notify_fd, text, sizeof(text) - 1, MSG_DONTWAIT);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return strstr(text, wanted) != NULL;
}

bool rig_wait_ready_or_exit(struct rig_process *p)
{
	struct pollfd fds[2] = {{p->notify_fd, POLLIN, 0}, {open_pidfd(p), POLLIN, 0}};
	bool ready = false, ended = false;
	while (!ready && !ended) {
		int n = poll(fds, 2, RIG_DEADLINE_MS);
		if (n == 0)
			rig_fail("%s: not ready", p->name);
		ready = (fds[0].revents & POLLIN) && take_notification(p, "READY=1");
		ended = !(fds[0].revents & POLLIN) && (fds[1].revents & POLLIN);
	}
	close(fds[1].fd);
	return ready;
}

void rig_wait_ready(struct rig_process *p)
{
	if (!rig_wait_ready_or_exit(p))
		rig_fail("%s: ended before it was ready", p->name);
}

void rig_wait_status(struct rig_process *p, const char *text)
{
	struct pollfd fd = {p->notify_fd, POLLIN, 0};
	do {
		if (poll(&fd, 1, RIG_DEADLINE_MS) <= 0)
			rig_fail("%s: did not say \"%s\"", p->name, text);
	} while (!take_notification(p, text));
}

int rig_wait_exit(struct rig_process *p)
{
	int status = 0;
	struct pollfd fd = {open_pidfd(p), POLLIN, 0};
	if (poll(&fd, 1, RIG_DEADLINE_MS) <= 0)
		rig_fail("%s: still running", p->name);
	close(fd.fd);
	waitpid(p->pid, &status, 0);
	p->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void rig_signal(struct rig_process *p, int signo)
{
	if (kill(p->pid, signo) < 0)
		rig_fail("%s: kill: %s", p->name, strerror(errno));
}

void rig_kill(struct rig_process *p)
{
	rig_signal(p, SIGKILL);
	rig_wait_exit(p);
}

void rig_stop(struct rig_process *p)
{
	rig_signal(p, SIGTERM);
	int code = rig_wait_exit(p);
	if (code != 0)
		rig_fail("%s: ended with %d after SIGTERM", p->name, code);
}

bool rig_log_has(struct rig_process *p, const char *text)
{
	char *log = read_fd(p->log_fd);
	bool found = log && strstr(log, text);
	free(log);
	return found;
}

char *rig_output(struct rig_process *p)
{
	char *output = read_fd(p->output_fd);
	if (!output)
		rig_fail("%s: no output: %s", p->name, strerror(errno));
	return output;
}

void rig_write_file(struct rig *rig, const char *name, const void *data, size_t len)
{
	int fd = open(rig_path(rig, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, data, len) != (ssize_t)len || close(fd) < 0)
		rig_fail("%s: %s", name, strerror(errno));
}

char *rig_read_file(struct rig *rig, const char *name)
{
	int fd = open(rig_path(rig, name), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	char *data = read_fd(fd);
	close(fd);
	return data;
}

void rig_make_dir(struct rig *rig, const char *name)
{
	if (mkdir(rig_path(rig, name), 0755) < 0)
		rig_fail("%s: %s", name, strerror(errno));
}

static char *read_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *data = fd >= 0 ? read_fd(fd) : NULL;
	if (!data)
		rig_fail("%s: %s", path, strerror(errno));
	close(fd);
	return data;
}

static void copy_table(struct rig *rig, const char *folder, const char *table)
{
	char from[PATH_MAX], to[RIG_PATH_SIZE];
	snprintf(from, sizeof(from), "%s/../data/%s", TESTS_BIN_DIR, table);
	snprintf(to, sizeof(to), "%s/%s", folder, table);
	char *content = read_path(from);
	rig_write_file(rig, to, content, strlen(content));
	free(content);
}

void rig_copy_tables(struct rig *rig, const char *name)
{
	DIR *dir = opendir(TESTS_BIN_DIR "/../data");
	if (!dir)
		rig_fail("no tables beside the programs: %s", strerror(errno));
	rig_make_dir(rig, name);
	for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
		size_t len = strlen(e->d_name);
		if (len > 4 && strcmp(e->d_name + len - 4, ".tsv") == 0)
			copy_table(rig, name, e->d_name);
	}
	closedir(dir);
}

void rig_append(struct rig *rig, const char *name, const char *line)
{
	int fd = open(rig_path(rig, name), O_WRONLY | O_APPEND | O_CLOEXEC);
	ssize_t len = (ssize_t)strlen(line);
	if (fd < 0 || write(fd, line, (size_t)len) != len || close(fd) < 0)
		rig_fail("%s: %s", name, strerror(errno));
}

void rig_edit(struct rig *rig, const char *name, const char *from, const char *to)
{
	char *old = read_path(rig_path(rig, name));
	const char *at = strstr(old, from);
	if (!at) {
		rig_fail("%s does not hold \"%s\"", name, from);
		return;
	}
	size_t size = strlen(old) + strlen(to) + 1;
	char *edited = malloc(size);
	assert_non_null(edited);
	int n = snprintf(edited, size, "%.*s%s%s", (int)(at - old), old, to, at + strlen(from));
	rig_write_file(rig, name, edited, (size_t)n);
	free(edited);
	free(old);
}

void rig_wait_file(struct rig *rig, const char *name)
{
	char folder[RIG_PATH_SIZE], events[4096];
	snprintf(folder, sizeof(folder), "%s", rig_path(rig, name));
	struct pollfd fd = {inotify_init1(IN_CLOEXEC | IN_NONBLOCK), POLLIN, 0};
	if (inotify_add_watch(fd.fd, dirname(folder), IN_CREATE | IN_MOVED_TO) < 0)
		rig_fail("%s: %s", folder, strerror(errno));
	while (access(rig_path(rig, name), F_OK) < 0) {
		if (poll(&fd, 1, RIG_DEADLINE_MS) <= 0)
			rig_fail("%s: did not appear", name);
		if (read(fd.fd, events, sizeof(events)) < 0 && errno != EAGAIN)
			rig_fail("inotify: %s", strerror(errno));
	}
	close(fd.fd);
}
