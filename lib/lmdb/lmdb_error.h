/* lmdb_error.h - LMDB's codes as ours, for the files that see LMDB. Any thread. */
#ifndef NETRAL_LIB_LMDB_LMDB_ERROR_H
#define NETRAL_LIB_LMDB_LMDB_ERROR_H

/* 0 for MDB_SUCCESS; NETRAL_ENOTFOUND, NETRAL_EFULL (the map or the disk), NETRAL_ECLOSED (the
 * environment cannot be used any more), NETRAL_EVERSION, NETRAL_EMALFORMED (damaged, or another
 * file); errno values as netral_error_from_errno() has them; NETRAL_EIO for all else. */
int lmdb_error(int rc);

#endif
