/* folder.h - a new folder of a test's own. */
#ifndef NETRAL_TESTS_FOLDER_H
#define NETRAL_TESTS_FOLDER_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Long enough for its path, short enough that sockets fit into it. */
enum { FOLDER_SIZE = 40 };

/* Makes one in `root` and tells its path; the caller removes it. False with errno set. */
static inline bool folder_make_in(const char *root, char path[static FOLDER_SIZE])
{
	int n = snprintf(path, FOLDER_SIZE, "%s/netral-XXXXXX", root);
	return n < FOLDER_SIZE && mkdtemp(path);
}

/* The same where the system keeps temporary files. */
static inline bool folder_make(char path[static FOLDER_SIZE])
{
	return folder_make_in(P_tmpdir, path);
}

#endif
