/* runner.h - a program that is given one message. Any thread. */
#ifndef NETRAL_ALERT_RUNNER_H
#define NETRAL_ALERT_RUNNER_H

#include <stddef.h>
#include <sys/types.h>

enum { RUNNER_ERRORS_MAX = 4096 }; /* bytes of errors that a program can write; more fail */

/* Starts argv[0] with `body` as its standard input, no output but errors, no other open file, a
 * process group of its own, default signals. 0 with *ret_pid, to be waited for, and *ret_errors, a
 * descriptor that is the caller's; or an error. */
int runner_start(char *const argv[], const void *body, size_t len, pid_t *ret_pid, int *ret_errors);

/* The first line that the program wrote to its standard error, as far as it has room; what is not
 * ASCII becomes "?". */
void runner_first_error(int errors, char *ret, size_t size);

/* Kills the program and what it started in its group. */
void runner_kill(pid_t pid);

#endif
