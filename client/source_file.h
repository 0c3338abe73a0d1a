/* source_file.h - one more section in the file of sources. The main thread. */
#ifndef NETRAL_CLIENT_SOURCE_FILE_H
#define NETRAL_CLIENT_SOURCE_FILE_H

#include "lib/source/sources.h"

/* Whether a source of this name or URL stands in the file; either may be NULL. A file that is not
 * there has none. 0; with a sentence NETRAL_EBUSY (it does), or an error of sources_read(). */
int source_file_check(const char *path, const char *name, const char *url, char *error,
		      size_t error_size);

/* Puts the section behind what is in the file, which keeps its comments, mode and owner; without a
 * file, makes one. Another file is written beside it, read back, synced and put in its place, so
 * that whoever reads at any moment finds one or the other whole; two that add at a time follow one
 * another. `statement` must have passed source_check(), and its URL be absolute.
 * 0; or with a sentence NETRAL_EBUSY (name or URL is there), an error of sources_read(),
 * NETRAL_EACCES, NETRAL_ENOTFOUND (no such directory), NETRAL_EIO. */
int source_file_add(const char *path, const struct source_statement *statement, char *error,
		    size_t error_size);

#endif
