#include "libnetral/runtime.h"

#include "lib/error.h"
#include "lib/statedir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYSTEM_DIR "/run/netral"

/* The longest name of a socket decides. */
static size_t longest_name(void)
{
	return strlen(RUNTIME_CONTROL);
}

int runtime_state_dir(char *ret, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME");
	/* The XDG rules tell us to ignore a relative path. */
	if (state && state[0] == '/')
		return statedir_join(ret, size, state, "netral");
	const char *home = getenv("HOME");
	if (!home || !home[0])
		return NETRAL_ENOTFOUND;
	return statedir_join(ret, size, home, ".local/state/netral");
}

static int copy(char *ret, size_t size, const char *dir)
{
	int n = snprintf(ret, size, "%s", dir);
	return n >= 0 && (size_t)n < size ? NETRAL_OK : NETRAL_ETOOBIG;
}

static int find_default(char *ret, size_t size)
{
	if (access(SYSTEM_DIR "/" RUNTIME_CONTROL, F_OK) == 0 ||
	    access(SYSTEM_DIR "/" RUNTIME_RECORD_CONTROL, F_OK) == 0)
		return copy(ret, size, SYSTEM_DIR);
	char state[RUNTIME_PATH_SIZE];
	char run[RUNTIME_PATH_SIZE];
	if (runtime_state_dir(state, sizeof(state)) == NETRAL_OK &&
	    statedir_join(run, sizeof(run), state, "run") == NETRAL_OK && access(run, F_OK) == 0)
		return copy(ret, size, run);
	return copy(ret, size, SYSTEM_DIR);
}

int runtime_find(const char *option, char *ret, size_t size, char *error, size_t error_size)
{
	const char *named = option ? option : getenv("NETRAL_RUNTIME_DIR");
	int r = named && named[0] ? copy(ret, size, named) : find_default(ret, size);
	if (r < 0) {
		snprintf(error, error_size, "the path of the runtime directory is too long");
		return r;
	}
	return runtime_check(ret, error, error_size);
}

int runtime_check(const char *dir, char *error, size_t error_size)
{
	size_t len = strlen(dir) + 1 + longest_name();
	if (len <= RUNTIME_SOCKET_PATH_MAX)
		return NETRAL_OK;
	snprintf(error, error_size,
		 "%s: the paths of the sockets would have %zu bytes, the system takes %d; choose a "
		 "directory with a shorter path",
		 dir, len, RUNTIME_SOCKET_PATH_MAX);
	return NETRAL_ETOOBIG;
}
