/* netrald.h - the daemon: its parts, and what happens in one turn of the loop.
 * The main thread only. */
#ifndef NETRAL_DAEMON_NETRALD_H
#define NETRAL_DAEMON_NETRALD_H

#include "daemon/config.h"

struct netrald;

/* Opens the journal, binds the sockets, watches the spool. `config` is borrowed until
 * netrald_free(). 0, or an error that has been logged. */
int netrald_new(const struct netrald_config *config, struct netrald **ret_netrald);

/* Until SIGTERM or SIGINT (0), or an error that costs the service, which has been logged. */
int netrald_run(struct netrald *n);

void netrald_free(struct netrald *n); /* takes NULL */

#endif
