/* runtime.h - where the sockets are, and where `netral up` keeps its state. Any thread. */
#ifndef NETRAL_LIBNETRAL_RUNTIME_H
#define NETRAL_LIBNETRAL_RUNTIME_H

#include <stddef.h>

/* Bytes of the path of a unix socket, without its NUL. */
enum { RUNTIME_SOCKET_PATH_MAX = 107, RUNTIME_PATH_SIZE = 4096 };

/* Names of the sockets, as docs/protocol.md lists them. */
#define RUNTIME_SUBMIT         "submit"
#define RUNTIME_CONTROL        "netrald-control"
#define RUNTIME_UPDATES        "updates"
#define RUNTIME_REPLAY         "replay"
#define RUNTIME_RESULTS        "results"
#define RUNTIME_RECORD_CONTROL "record-control"
#define RUNTIME_POLL_CONTROL   "poll-control"
#define RUNTIME_ALERT_CONTROL  "alert-control"

/* The default of `netral up --state-dir`: $XDG_STATE_HOME/netral, else ~/.local/state/netral.
 * 0; NETRAL_ENOTFOUND without a home, NETRAL_ETOOBIG. */
int runtime_state_dir(char *ret, size_t size);

/* The directory of the sockets: `option` unless it is NULL, else $NETRAL_RUNTIME_DIR, else
 * /run/netral when a daemon's socket is in it, else "run" in the default state directory of
 * `netral up`. 0 or NETRAL_ETOOBIG, with a sentence in `error`. */
int runtime_find(const char *option, char *ret, size_t size, char *error, size_t error_size);

/* Is the path of every socket in `dir` short enough for the system? 0, or NETRAL_ETOOBIG with a
 * sentence that says by how much it is not. */
int runtime_check(const char *dir, char *error, size_t error_size);

#endif
