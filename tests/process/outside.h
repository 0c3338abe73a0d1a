/* outside.h - servers that are not ours, on loopback, for process tests. Waits and fails as rig.h
 * says. */
#ifndef NETRAL_TESTS_PROCESS_OUTSIDE_H
#define NETRAL_TESTS_PROCESS_OUTSIDE_H

#include <jansson.h>

/* Skips the running test unless the program of that path can be run. */
void outside_need(const char *program);

/* A TCP port of loopback that nobody listens on. */
unsigned outside_port(void);

/* A socket that listens on one, and that takes no connection; the caller's to close. */
int outside_listen(unsigned *ret_port);

/* Until somebody listens there. */
void outside_await(unsigned port);

/* GET http://127.0.0.1:<port><path> until the answer is 200 with JSON; the caller's. */
json_t *outside_get(unsigned port, const char *path);

#endif
