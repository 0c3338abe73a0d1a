/* ingest_state.h - how far an archive has been taken in, in a small file, so that a rerun goes on
 * from there. The main thread. */
#ifndef NETRAL_CLIENT_INGEST_STATE_H
#define NETRAL_CLIENT_INGEST_STATE_H

#include "client/archive_file.h"
#include "lib/warc/warc.h"
#include "libnetral/runtime.h"

struct ingest_state {
	char path[RUNTIME_PATH_SIZE];
	struct warc_place place; /* every article before it has its answer */
	bool finished;           /* and there was nothing behind it, */
	uint64_t size;           /* in the archive as it was then, in bytes */
};

/* Names the file: `path`, or where it is by default, for the archive. EX_OK, or an exit code after
 * a message. */
int ingest_state_init(struct ingest_state *s, const char *path, const struct archive_file *f);

/* Reads the file, unless it is not there: then the state is that of the beginning. A file that
 * cannot be understood, or is about another archive, is an error. EX_OK, or an exit code after a
 * message. */
int ingest_state_load(struct ingest_state *s, const struct archive_file *f);

/* Writes it, so that a reader sees the old state or the new one. Nothing is synced: a state that a
 * loss of power takes back costs duplicates, never an article. 0, or NETRAL_EIO with errno set. */
int ingest_state_save(const struct ingest_state *s, const struct archive_file *f);

#endif
