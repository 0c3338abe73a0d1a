/* runner.h - a program that is given one message. Any thread. */
#ifndef NETRAL_ALERT_RUNNER_H
#define NETRAL_ALERT_RUNNER_H

#include <stddef.h>
#include <sys/types.h>

/* Starts argv[0] with `body` as its standard input, no output but errors, no other open file, a
 * process group of its own, default signals. 0 with *ret_pid, to be waited for, or an error. */
int runner_start(char *const argv[], const void *body, size_t len, pid_t *ret_pid);

/* Kills the program and what it started in its group. */
void runner_kill(pid_t pid);

#endif
