/* statedir.h - a directory that one process at a time may own. Any thread. */
#ifndef NETRAL_LIB_STATEDIR_H
#define NETRAL_LIB_STATEDIR_H

#include <stddef.h>

/* Creates `path` (mode 0750, its parent must exist) unless it is there, checks that it can be
 * written, and takes an exclusive lock on the file "lock" in it, which holds our process id.
 * The lock lasts until *ret_fd is closed or the process ends, however it ends.
 * 0; NETRAL_EBUSY (another process holds it), NETRAL_ENOTFOUND, NETRAL_EACCES, NETRAL_EFULL or
 * NETRAL_EIO, each with a sentence in `error` that says what to do. */
int statedir_lock(const char *path, int *ret_fd, char *error, size_t error_size);

/* Joins into `ret`; 0, or NETRAL_ETOOBIG. */
int statedir_join(char *ret, size_t size, const char *dir, const char *name);

/* The ipc endpoint "ipc://<runtime_dir>/<name>", or a copy of `configured` unless that is empty.
 * malloc'd; NULL without memory. */
char *statedir_endpoint(const char *configured, const char *runtime_dir, const char *name);

#endif
