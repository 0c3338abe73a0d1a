/* results_socket.h - the results socket: Record in, one commit a turn, updates out, Recorded back.
 * Loop thread only. */
#ifndef NETRAL_WORKERS_RECORD_RESULTS_SOCKET_H
#define NETRAL_WORKERS_RECORD_RESULTS_SOCKET_H

#include "workers/record/recorder.h"

/* Opens the socket and its slot in the loop. Logs what is wrong. */
int results_socket_new(struct recorder *r, struct results_socket **ret_socket);
void results_socket_free(struct results_socket *s);

/* Records what waits on the socket now, once: before the process ends. */
int results_socket_drain(struct results_socket *s);

#endif
