/* client.h - netral, the client, in a rig: started, waited for, and its JSON Lines read.
 * Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_CLIENT_H
#define NETRAL_TESTS_PROCESS_CLIENT_H

#include "tests/process/rig.h"

#include <jansson.h>
#include <stdint.h>

/* Starts netral with the arguments up to NULL, and NETRAL_RUNTIME_DIR set to the rig's directory.
 */
struct rig_process *client_start(struct rig *rig, const char *const *args);

/* Starts it and waits for its end; the exit code. *ret_process (may be NULL) is for its output. */
int client_run(struct rig *rig, struct rig_process **ret_process, const char *const *args);

#define CLIENT_START(rig, ...)    client_start(rig, (const char *const[]){__VA_ARGS__, NULL})
#define CLIENT_RUN(rig, ret, ...) client_run(rig, ret, (const char *const[]){__VA_ARGS__, NULL})

/* Until standard output holds `text`. */
void client_wait_output(struct rig *rig, struct rig_process *p, const char *text);
/* Likewise standard error. */
void client_wait_log(struct rig *rig, struct rig_process *p, const char *text);

/* Standard output as an array of objects, one a line; a line that is not JSON fails the test. To be
 * ended with json_decref(). */
json_t *client_lines(struct rig_process *p);

/* "a.b.c" within an object, or of line `n`; fails the test when it is not there. */
const json_t *client_get(const json_t *object, const char *path);
const char *client_string(const json_t *object, const char *path);
uint64_t client_number(const json_t *object, const char *path);

#endif
