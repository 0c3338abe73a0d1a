/* The message is a file in memory, so that a program that does not read blocks nobody. So are its
 * errors, of a size that cannot grow: nobody has to read them while it writes. */
#include "alert/runner.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);
		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return lseek(fd, 0, SEEK_SET) == 0;
}

static int set_attributes(posix_spawnattr_t *attr)
{
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	int rc = posix_spawnattr_setsigmask(attr, &none);
	rc = rc ? rc : posix_spawnattr_setsigdefault(attr, &all);
	rc = rc ? rc : posix_spawnattr_setpgroup(attr, 0);
	short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
	return rc ? rc : posix_spawnattr_setflags(attr, flags);
}

static int make_errors(void)
{
	int fd = memfd_create("errors", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int seals = F_SEAL_GROW | F_SEAL_SHRINK;
	if (fd >= 0 && (ftruncate(fd, RUNNER_ERRORS_MAX) < 0 || fcntl(fd, F_ADD_SEALS, seals) < 0))
		netral_closep(&fd);
	return fd;
}

static int spawn(char *const argv[], int input, int errors, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	if (posix_spawn_file_actions_init(&actions) != 0)
		return NETRAL_ENOMEM;
	int rc = posix_spawnattr_init(&attr);
	if (rc) {
		posix_spawn_file_actions_destroy(&actions);
		return NETRAL_ENOMEM;
	}
	rc = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	rc = rc ? rc
		: posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY,
						   0);
	rc = rc ? rc : posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
	/* Libraries keep files open over exec: the state, sockets of others. */
	rc = rc ? rc : posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	rc = rc ? rc : set_attributes(&attr);
	rc = rc ? rc : posix_spawn(ret_pid, argv[0], &actions, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return rc ? netral_error_from_errno(rc) : NETRAL_OK;
}

int runner_start(char *const argv[], const void *body, size_t len, pid_t *ret_pid, int *ret_errors)
{
	netral_cleanup(netral_closep) int fd = memfd_create("message", MFD_CLOEXEC);
	netral_cleanup(netral_closep) int errors = make_errors();
	if (fd < 0 || errors < 0 || !write_all(fd, body, len))
		return NETRAL_EIO;
	int r = spawn(argv, fd, errors, ret_pid);
	if (r == NETRAL_OK)
		*ret_errors = netral_take_fd(&errors);
	return r;
}

void runner_first_error(int errors, char *ret, size_t size)
{
	ssize_t n = pread(errors, ret, size - 1, 0);
	ret[n > 0 ? n : 0] = '\0';
	ret[strcspn(ret, "\r\n")] = '\0';
	for (char *c = ret; *c; c++) {
		if (*c < ' ' || *c > '~')
			*c = '?';
	}
}

void runner_kill(pid_t pid)
{
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL); /* that may have left its group */
}
