#include "client/export/file.h"

#include "client/cli.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* --- what a signal finds --- */

static const int signals[] = {SIGHUP, SIGINT, SIGTERM};
static char unfinished[PATH_MAX]; /* written only while the signals have no handler */

static void remove_unfinished(int signo)
{
	unlink(unfinished);
	raise(signo); /* the handler is gone: the program ends */
}

static void handle_signals(void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler,
				   .sa_flags = (int)SA_RESETHAND | SA_NODEFER};
	for (size_t i = 0; i < netral_countof(signals); i++)
		sigaction(signals[i], &action, NULL);
}

/* --- */

static int fail(const char *path)
{
	int err = errno;
	return cli_fail(program_exit_code(netral_error_from_errno(err)), "%s: %s", path,
			strerror(err));
}

/* A link is followed: the file that it names is replaced, not the link. */
static int find_place(struct export_file *f, const char *path, bool *ret_in_place)
{
	struct stat st;
	*ret_in_place = false;
	int n = snprintf(f->path, sizeof(f->path), "%s", path);
	if (n >= (int)sizeof(f->path)) {
		errno = ENAMETOOLONG;
		return fail(path);
	}
	if (stat(path, &st) < 0)
		return errno == ENOENT ? EX_OK : fail(path);
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return fail(path);
	}
	*ret_in_place = !S_ISREG(st.st_mode);
	if (!*ret_in_place && !realpath(path, f->path))
		return fail(path);
	return EX_OK;
}

static int temporary_name(struct export_file *f)
{
	const char *slash = strrchr(f->path, '/');
	int folder = slash ? (int)(slash - f->path) + 1 : 0;
	int n = snprintf(f->temporary, sizeof(f->temporary), "%.*s.%s.XXXXXX", folder, f->path,
			 f->path + folder);
	if (n < (int)sizeof(f->temporary))
		return EX_OK;
	f->temporary[0] = '\0';
	errno = ENAMETOOLONG;
	return fail(f->path);
}

/* mkostemp() gives it to its owner alone; the file is to have what any new file gets. */
static int open_temporary(struct export_file *f)
{
	mode_t mask = umask(0);
	umask(mask);
	int fd = mkostemp(f->temporary, O_CLOEXEC);
	if (fd < 0) {
		f->temporary[0] = '\0';
		return fail(f->path);
	}
	memcpy(unfinished, f->temporary, sizeof(unfinished));
	handle_signals(remove_unfinished);
	f->out = fchmod(fd, 0666 & ~mask) == 0 ? fdopen(fd, "w") : NULL;
	if (f->out)
		return EX_OK;
	close(fd);
	return fail(f->path);
}

int export_file_open(struct export_file *f, const char *path)
{
	bool in_place;
	*f = (struct export_file){0};
	int exit_code = find_place(f, path, &in_place);
	if (exit_code != EX_OK)
		return exit_code;
	if (in_place) {
		f->out = fopen(path, "we");
		return f->out ? EX_OK : fail(path);
	}
	exit_code = temporary_name(f);
	return exit_code == EX_OK ? open_temporary(f) : exit_code;
}

/* The name in its folder, too. A folder that cannot be synced (some network file systems) is no
 * reason to say that the file is not there. */
static void sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	int len = slash ? (int)(slash - path) + 1 : 0;
	snprintf(folder, sizeof(folder), "%.*s", len, path);
	int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

int export_file_commit(struct export_file *f)
{
	FILE *out = netral_take(f->out);
	bool in_place = !f->temporary[0];
	bool written = fflush(out) == 0 && !ferror(out) && (in_place || fsync(fileno(out)) == 0);
	int err = errno;
	if (fclose(out) != 0 && written) {
		err = errno;
		written = false;
	}
	errno = err;
	if (!written || (!in_place && rename(f->temporary, f->path) < 0)) {
		int exit_code = fail(f->path);
		export_file_abort(f);
		return exit_code;
	}
	if (!in_place) {
		handle_signals(SIG_DFL);
		f->temporary[0] = '\0';
		sync_folder(f->path);
	}
	return EX_OK;
}

void export_file_abort(struct export_file *f)
{
	FILE *out = netral_take(f->out);
	if (out)
		fclose(out);
	if (f->temporary[0]) {
		unlink(f->temporary);
		handle_signals(SIG_DFL);
	}
	f->temporary[0] = '\0';
}
