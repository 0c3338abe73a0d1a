#include "lib/statedir.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

static int fail(int err, const char *path, const char *advice, char *error, size_t size)
{
	snprintf(error, size, "%s: %s; %s", path, strerror(err), advice);
	return netral_error_from_errno(err);
}

static int make_directory(const char *path, char *error, size_t size)
{
	if (mkdir(path, 0750) == 0 || errno == EEXIST)
		return NETRAL_OK;
	return fail(errno, path,
		    errno == ENOENT ? "create its parent directory first"
				    : "check the owner and the mode of its parent directory",
		    error, size);
}

static void write_pid(int fd)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%d\n", (int)getpid());
	/* For people only: the lock is what counts. */
	if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)n, 0) < 0)
		return;
}

static int lock_file(int fd, const char *path, char *error, size_t size)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return NETRAL_OK;
	if (errno != EWOULDBLOCK)
		return fail(errno, path, "the file system must support locks", error, size);
	char pid[24] = "";
	ssize_t n = pread(fd, pid, sizeof(pid) - 1, 0);
	pid[n > 0 ? n : 0] = '\0';
	pid[strcspn(pid, "\n")] = '\0';
	snprintf(error, size, "%s: in use by process %s; stop it, or choose another directory",
		 path, pid[0] ? pid : "unknown");
	return NETRAL_EBUSY;
}

int statedir_lock(const char *path, int *ret_fd, char *error, size_t error_size)
{
	int r = make_directory(path, error, error_size);
	if (r < 0)
		return r;
	char lock_path[PATH_MAX];
	r = statedir_join(lock_path, sizeof(lock_path), path, "lock");
	if (r < 0) {
		snprintf(error, error_size, "%s: path too long", path);
		return r;
	}
	netral_cleanup(netral_closep) int fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0)
		return fail(errno, lock_path, "check the owner and the mode of the directory",
			    error, error_size);
	r = lock_file(fd, path, error, error_size);
	if (r < 0)
		return r;
	write_pid(fd);
	*ret_fd = netral_take_fd(&fd);
	return NETRAL_OK;
}

int statedir_join(char *ret, size_t size, const char *dir, const char *name)
{
	int n = snprintf(ret, size, "%s/%s", dir, name);
	return n >= 0 && (size_t)n < size ? NETRAL_OK : NETRAL_ETOOBIG;
}

char *statedir_endpoint(const char *configured, const char *runtime_dir, const char *name)
{
	char *endpoint = NULL;
	if (configured && configured[0])
		return strdup(configured);
	return asprintf(&endpoint, "ipc://%s/%s", runtime_dir, name) < 0 ? NULL : endpoint;
}
