/* lmdb_whole.h - is the file of an environment as long as its content needs? One that was cut off,
 * by a full disk or an interrupted copy, would end the process by SIGBUS at the first page that is
 * missing. */
#ifndef NETRAL_LIB_LMDB_LMDB_WHOLE_H
#define NETRAL_LIB_LMDB_LMDB_WHOLE_H

#include <lmdb.h>
#include <stddef.h>

enum { LMDB_WHY_SIZE = 160 };

/* For an environment that was just opened, before there are other threads: SIGBUS is caught
 * meanwhile. 0; MDB_CORRUPTED with a sentence without the path in `why`; another code of LMDB, with
 * its text. After MDB_CORRUPTED nothing but mdb_env_close() may follow. */
int lmdb_check_whole(MDB_env *env, char *why, size_t size);

#endif
