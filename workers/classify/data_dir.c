#include "workers/classify/data_dir.h"

#include "lib/error.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int copy(char *path, size_t size, const char *value)
{
	int n = snprintf(path, size, "%s", value);
	return n < 0 || (size_t)n >= size ? NETRAL_ETOOBIG : NETRAL_OK;
}

/* The folder the running program is in, without its last stroke; "" when it cannot be told. */
static void program_dir(char dir[static PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", dir, PATH_MAX - 1);
	dir[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(dir, '/');
	if (slash)
		*slash = '\0';
}

static int is_dir(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int classifier_data_dir(char *path, size_t size)
{
	static const char *const beside[] = {"../data", "../share/netral"};
	const char *set = getenv("NETRAL_DATA");
	if (set && *set)
		return copy(path, size, set);
	char dir[PATH_MAX], candidate[PATH_MAX + 32];
	program_dir(dir);
	for (size_t i = 0; *dir && i < sizeof(beside) / sizeof(beside[0]); i++) {
		snprintf(candidate, sizeof(candidate), "%s/%s", dir, beside[i]);
		if (is_dir(candidate))
			return copy(path, size, candidate);
	}
	return copy(path, size, NETRAL_DATADIR);
}
