#include "client/layout.h"

#include "client/cli.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/program.h"
#include "lib/statedir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

enum { DIR_MODE = 0750 };

static int fail(const char *path)
{
	int err = errno;
	return cli_fail(program_exit_code(netral_error_from_errno(err)), "%s: %s", path,
			strerror(err));
}

int layout_make_path(const char *path)
{
	char copy[RUNTIME_PATH_SIZE];
	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
		return cli_usage("%s: the path is too long", path);
	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, DIR_MODE) < 0 && errno != EEXIST)
			return fail(copy);
		*slash = '/';
	}
	if (mkdir(copy, DIR_MODE) < 0 && errno != EEXIST)
		return fail(copy);
	return EX_OK;
}

static int make_absolute(const char *path, char *ret)
{
	netral_cleanup(netral_freep) char *absolute = realpath(path, NULL);
	if (!absolute)
		return fail(path);
	if (snprintf(ret, RUNTIME_PATH_SIZE, "%s", absolute) >= RUNTIME_PATH_SIZE)
		return cli_usage("%s: the path is too long", path);
	return EX_OK;
}

static int make_state(const char *state_dir, struct layout *ret)
{
	char path[RUNTIME_PATH_SIZE];
	if (!state_dir) {
		if (runtime_state_dir(path, sizeof(path)) < 0)
			return cli_usage("HOME is not set: say where with --state-dir");
		state_dir = path;
	}
	if (!state_dir[0])
		return cli_usage("--state-dir: the path is empty");
	int exit_code = layout_make_path(state_dir);
	return exit_code == EX_OK ? make_absolute(state_dir, ret->state) : exit_code;
}

static int make_below(const struct layout *l, const char *name, char *ret)
{
	if (statedir_join(ret, RUNTIME_PATH_SIZE, l->state, name) < 0)
		return cli_usage("--state-dir: the path is too long");
	if (mkdir(ret, DIR_MODE) < 0 && errno != EEXIST)
		return fail(ret);
	return EX_OK;
}

static int use_spool(const char *spool_dir, struct layout *ret)
{
	struct stat st;
	if (stat(spool_dir, &st) < 0)
		return fail(spool_dir);
	if (!S_ISDIR(st.st_mode))
		return cli_fail(EX_NOINPUT, "%s: not a directory", spool_dir);
	return make_absolute(spool_dir, ret->spool);
}

int layout_make(const char *state_dir, const char *spool_dir, struct layout *ret)
{
	char error[400];
	int exit_code = make_state(state_dir, ret);
	if (exit_code == EX_OK)
		exit_code = make_below(ret, "run", ret->run);
	if (exit_code == EX_OK && runtime_check(ret->run, error, sizeof(error)) < 0)
		exit_code = cli_usage("--state-dir: %s", error);
	if (exit_code == EX_OK)
		exit_code = make_below(ret, "log", ret->log);
	if (exit_code != EX_OK)
		return exit_code;
	return spool_dir ? use_spool(spool_dir, ret) : make_below(ret, "spool", ret->spool);
}
