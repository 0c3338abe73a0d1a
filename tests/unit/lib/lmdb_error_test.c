/* What the stores make of LMDB's codes: on it stands whether a batch is tried again. */
#include "lib/lmdb/lmdb_error.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <errno.h>
#include <lmdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void every_code_has_its_meaning(void **state)
{
	(void)state;
	static const struct {
		int code, error;
	} rows[] = {
		{MDB_SUCCESS, NETRAL_OK},
		{MDB_NOTFOUND, NETRAL_ENOTFOUND},
		{MDB_MAP_FULL, NETRAL_EFULL},
		{MDB_TXN_FULL, NETRAL_EFULL},
		{ENOSPC, NETRAL_EFULL},
		{EDQUOT, NETRAL_EFULL},
		{MDB_PANIC, NETRAL_ECLOSED},
		{MDB_VERSION_MISMATCH, NETRAL_EVERSION},
		{MDB_INVALID, NETRAL_EMALFORMED},
		{MDB_CORRUPTED, NETRAL_EMALFORMED},
		{MDB_PAGE_NOTFOUND, NETRAL_EMALFORMED},
		{MDB_INCOMPATIBLE, NETRAL_EMALFORMED},
		{MDB_KEYEXIST, NETRAL_EMALFORMED},
		{EACCES, NETRAL_EACCES},
		{ENOMEM, NETRAL_ENOMEM},
		{EIO, NETRAL_EIO},
		{MDB_READERS_FULL, NETRAL_EIO},
	};
	for (size_t i = 0; i < netral_countof(rows); i++)
		assert_int_equal(lmdb_error(rows[i].code), rows[i].error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_its_meaning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
