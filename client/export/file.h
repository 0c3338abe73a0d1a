/* file.h - a file that is there whole or not at all. The main thread, one at a time.
 *
 * It is written beside its place and moved there at the end, so that a reader never sees half of
 * it, and what stood there before stays until then. A signal that ends the program takes the
 * unfinished file away. What is there already and no regular file (a pipe, a device) is written to
 * as it is. */
#ifndef NETRAL_CLIENT_EXPORT_FILE_H
#define NETRAL_CLIENT_EXPORT_FILE_H

#include <limits.h>
#include <stdio.h>

struct export_file {
	FILE *out;
	char path[PATH_MAX];      /* where it goes */
	char temporary[PATH_MAX]; /* "" when it is written in place */
};

/* EX_OK, or an exit code after a message. export_file_abort() ends it also after a failure. */
int export_file_open(struct export_file *f, const char *path);

/* Makes all of it durable and moves it to its place. EX_OK, or an exit code after a message; the
 * file is then gone. */
int export_file_commit(struct export_file *f);

/* Removes what was not committed. Takes a zeroed one, and one that was committed. */
void export_file_abort(struct export_file *f);

#endif
