/* poller.h - the process: its parts, and what happens in one turn of the loop. The main thread
 * only.
 */
#ifndef NETRAL_POLLER_POLLER_H
#define NETRAL_POLLER_POLLER_H

#include "poller/config.h"

struct poller;

/* Reads the sources, opens the state and the sockets. `config` is borrowed until poller_free(). 0,
 * or an error that has been logged. */
int poller_new(const struct poller_config *config, struct poller **ret_poller);

/* Until SIGTERM or SIGINT (0), or an error that costs the service, which has been logged. */
int poller_run(struct poller *p);

void poller_free(struct poller *p); /* takes NULL */

#endif
