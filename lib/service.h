/* service.h - what a service tells its supervisor: ready, status, still alive, stopping.
 * Says nothing when no supervisor listens (NOTIFY_SOCKET unset). The loop thread only. */
#ifndef NETRAL_LIB_SERVICE_H
#define NETRAL_LIB_SERVICE_H

#include "lib/loop.h"

void service_ready(void);
void service_stopping(void);
void service_reloading(void);
void service_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* With WATCHDOG_USEC set, pings from a timer of the loop at half that interval: a loop that no
 * longer turns stops pinging. */
void service_watchdog_start(struct loop *l);

#endif
