/* control_socket.h - the control socket: how the recorder does. Loop thread only. */
#ifndef NETRAL_WORKERS_RECORD_CONTROL_SOCKET_H
#define NETRAL_WORKERS_RECORD_CONTROL_SOCKET_H

#include "workers/record/recorder.h"

/* Opens the socket and its slot in the loop. Logs what is wrong. */
int control_socket_new(struct recorder *r, struct control_socket **ret_socket);
void control_socket_free(struct control_socket *s);

#endif
