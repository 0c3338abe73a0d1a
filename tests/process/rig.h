/* rig.h - real programs in a directory of their own, for process tests.
 *
 * A rig owns a temporary directory (short enough for ipc endpoints) and the programs started in it.
 * Nothing here waits for time: a call waits for the event it names, and fails the running cmocka
 * test, with the programs' messages printed, when the event has not come within RIG_DEADLINE_MS or
 * the program has ended instead. Children die with the test. */
#ifndef NETRAL_TESTS_PROCESS_RIG_H
#define NETRAL_TESTS_PROCESS_RIG_H

#include "tests/folder.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { RIG_DEADLINE_MS = 60000, RIG_PROCESSES_MAX = 128, RIG_PATH_SIZE = 512 };

struct rig_process {
	const char *name; /* of the program, borrowed */
	pid_t pid;        /* 0 once it was waited for */
	int notify_fd;    /* its NOTIFY_SOCKET */
	int log_fd;       /* what it writes to standard error */
	int output_fd;    /* what it writes to standard output */
};

struct rig {
	char dir[FOLDER_SIZE];
	struct rig_process processes[RIG_PROCESSES_MAX];
	size_t process_count;
};

/* Makes the directory. */
void rig_init(struct rig *rig);
/* Kills what still runs and removes the directory. Takes a zeroed rig. */
void rig_fini(struct rig *rig);

/* "<dir>/<name>" or "ipc://<dir>/<name>" in a static ring of 16 strings. */
const char *rig_path(const struct rig *rig, const char *name);
const char *rig_endpoint(const struct rig *rig, const char *name);

/* Starts `program` from the build's bin folder, or by an absolute path. `args` (without argv[0])
 * and `env` ("NAME=value", added to the environment, may be NULL) end with NULL. The process lives
 * in the rig. */
struct rig_process *rig_start(struct rig *rig, const char *program, const char *const *args,
			      const char *const *env);

/* Until the program said READY=1. */
void rig_wait_ready(struct rig_process *p);

/* Until it said so, or has ended instead: then false, and rig_wait_exit() tells how. */
bool rig_wait_ready_or_exit(struct rig_process *p);

/* Until the program says a STATUS= that holds `text`. */
void rig_wait_status(struct rig_process *p, const char *text);

/* Until the program has ended; its exit code, or minus the signal that ended it. */
int rig_wait_exit(struct rig_process *p);

void rig_signal(struct rig_process *p, int signo);
/* kill -9 and wait. */
void rig_kill(struct rig_process *p);
/* SIGTERM, wait, and require exit code 0. */
void rig_stop(struct rig_process *p);

/* Whether standard error holds `text` so far. */
bool rig_log_has(struct rig_process *p, const char *text);
/* All of standard output so far; malloc'd. */
char *rig_output(struct rig_process *p);

/* Files, by name in the rig's directory; folders in the name must be there. */
void rig_write_file(struct rig *rig, const char *name, const void *data, size_t len);
/* malloc'd and NUL-terminated, NULL if there is none. */
char *rig_read_file(struct rig *rig, const char *name);
void rig_make_dir(struct rig *rig, const char *name);
/* A copy of the classifier's tables in folder `name`, made here, for a test that changes them. */
void rig_copy_tables(struct rig *rig, const char *name);
/* Adds a line (with its newline) to a file. */
void rig_append(struct rig *rig, const char *name, const char *line);
/* Puts `to` in the place of the first `from` in a file; fails the test when there is none. */
void rig_edit(struct rig *rig, const char *name, const char *from, const char *to);
/* Until the file is there (inotify, not polling). */
void rig_wait_file(struct rig *rig, const char *name);

/* Prints what the programs wrote, then fails the test. */
void rig_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
