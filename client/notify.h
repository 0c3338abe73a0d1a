/* notify.h - the socket on which services say READY=1, as systemd's. One thread. */
#ifndef NETRAL_CLIENT_NOTIFY_H
#define NETRAL_CLIENT_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { NOTIFY_NAME_SIZE = 32, NOTIFY_TEXT_SIZE = 1024 };

/* Opens a socket in the abstract namespace: no file to clean up, gone with the process. `name` is
 * the value for NOTIFY_SOCKET. 0 or NETRAL_EIO. */
int notify_open(int *ret_fd, char name[static NOTIFY_NAME_SIZE]);

/* 1 with the next message and the process that sent it (as the kernel says, not the sender), 0 when
 * none waits. */
int notify_read(int fd, pid_t *ret_pid, char text[static NOTIFY_TEXT_SIZE]);

/* Is `assignment` one of the message's lines? */
bool notify_has(const char *text, const char *assignment);

#endif
