/* status_print.h - how a daemon is, for people. The main thread. */
#ifndef NETRAL_CLIENT_STATUS_PRINT_H
#define NETRAL_CLIENT_STATUS_PRINT_H

#include "client/style.h"
#include "proto/codec.h"

/* A line on the process, the counters that people look at, those that tell of trouble, the workers.
 */
void status_print(const struct style *s, const struct msg_status_reply *r);

/* NULL when the reply does not have it. */
const struct counter *status_counter(const struct msg_status_reply *r, const char *name);

#endif
