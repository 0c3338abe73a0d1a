/* child.h - one program that runs below us: started, heard, waited for. One thread.
 *
 * Its standard output and error go through a pipe, line by line; the writing end does not block, so
 * a reader that stands still costs lines, never the program. It dies with us. */
#ifndef NETRAL_CLIENT_CHILD_H
#define NETRAL_CLIENT_CHILD_H

#include "lib/log.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { CHILD_NAME_SIZE = 24, CHILD_LINE_SIZE = 2200, CHILD_ARGS_MAX = 16 };

struct child {
	char name[CHILD_NAME_SIZE]; /* "classify-1" */
	char *argv[CHILD_ARGS_MAX]; /* owned; argv[0] is the program's path; ends with NULL */
	pid_t pid;                  /* 0 when it does not run */
	int log_fd;                 /* reading end, or -1 */
	char line[CHILD_LINE_SIZE]; /* the line that is being read */
	size_t line_len;
};

/* 0 or NETRAL_ENOMEM. Appends a copy of `arg`. */
int child_init(struct child *c, const char *name, const char *program);
int child_add_arg(struct child *c, const char *arg);
void child_fini(struct child *c); /* takes a zeroed child; the process must be gone */

/* 0, or NETRAL_EIO when no process could be made. What goes wrong in exec shows as exit code 127.
 * `notify_name` is the value of NOTIFY_SOCKET. */
int child_start(struct child *c, const char *notify_name);

/* Where a program of ours is: beside this one, else in PATH. 0 or NETRAL_ENOTFOUND. */
int child_find_program(const char *program, char *ret, size_t size);

/* Called for each line; `level` is LOG_LEVEL_ERROR for lines that carry none. */
typedef void child_line_fn(void *user, struct child *c, enum log_level level, const char *text);

/* Reads what waits, at most a few lines' worth; closes log_fd at the end of the pipe. True when
 * more may wait. */
bool child_read(struct child *c, child_line_fn *fn, void *user);

#endif
