/* The message is a file in memory, so that a program that does not read blocks nobody. */
#include "alert/runner.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
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

static int spawn(char *const argv[], int input, pid_t *ret_pid)
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
	/* Libraries keep files open over exec: the state, sockets of others. */
	rc = rc ? rc : posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	rc = rc ? rc : set_attributes(&attr);
	rc = rc ? rc : posix_spawn(ret_pid, argv[0], &actions, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return rc ? netral_error_from_errno(rc) : NETRAL_OK;
}

int runner_start(char *const argv[], const void *body, size_t len, pid_t *ret_pid)
{
	netral_cleanup(netral_closep) int fd = memfd_create("message", MFD_CLOEXEC);
	if (fd < 0 || !write_all(fd, body, len))
		return NETRAL_EIO;
	return spawn(argv, fd, ret_pid);
}

void runner_kill(pid_t pid)
{
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL); /* that may have left its group */
}
