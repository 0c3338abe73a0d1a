#include "lib/lmdb/lmdb_error.h"

#include "lib/error.h"

#include <errno.h>
#include <lmdb.h>

int lmdb_error(int rc)
{
	switch (rc) {
	case MDB_SUCCESS:
		return NETRAL_OK;
	case MDB_NOTFOUND:
		return NETRAL_ENOTFOUND;
	case MDB_MAP_FULL:
	case MDB_TXN_FULL:
	case ENOSPC:
	case EDQUOT:
		return NETRAL_EFULL;
	case MDB_PANIC:
		return NETRAL_ECLOSED;
	case MDB_VERSION_MISMATCH:
		return NETRAL_EVERSION;
	case MDB_INVALID:
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INCOMPATIBLE:
	case MDB_KEYEXIST: /* only an append out of order yields it */
		return NETRAL_EMALFORMED;
	default:
		return rc > 0 ? netral_error_from_errno(rc) : NETRAL_EIO;
	}
}
