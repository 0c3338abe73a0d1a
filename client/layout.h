/* layout.h - the directories of `netral up` under its state directory. The main thread.
 *
 *   journal/  store/   of netrald and of netral-record, which make them
 *   run/               sockets
 *   log/               what the programs wrote
 *   spool/             drop files here, unless --spool names another */
#ifndef NETRAL_CLIENT_LAYOUT_H
#define NETRAL_CLIENT_LAYOUT_H

#include "libnetral/runtime.h"

struct layout {
	char state[RUNTIME_PATH_SIZE];
	char run[RUNTIME_PATH_SIZE];
	char log[RUNTIME_PATH_SIZE];
	char spool[RUNTIME_PATH_SIZE];
};

/* Makes what is missing and fills in absolute paths. `state_dir` NULL stands for
 * runtime_state_dir(); a `spool_dir` that is named must exist. EX_OK, or an exit code after a
 * message. */
int layout_make(const char *state_dir, const char *spool_dir, struct layout *ret);

/* Makes the directory and the parents it lacks. EX_OK, or an exit code after a message. */
int layout_make_path(const char *path);

#endif
