/* replay_socket.h - the replay socket: Replay, Query, Show and Archive. Loop thread only. */
#ifndef NETRAL_WORKERS_RECORD_REPLAY_SOCKET_H
#define NETRAL_WORKERS_RECORD_REPLAY_SOCKET_H

#include "workers/record/recorder.h"

/* Opens the socket and its slot in the loop. Logs what is wrong. */
int replay_socket_new(struct recorder *r, struct replay_socket **ret_socket);
void replay_socket_free(struct replay_socket *s);

#endif
