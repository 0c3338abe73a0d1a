/* LMDB writes no page that is free when it commits, so a file may well end before the last page
 * that was ever in use. What is missing does no harm as long as all of it is in the list of free
 * pages; to read that list may itself need a page that is missing. */
#include "lib/lmdb/lmdb_whole.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { FREE_LIST = 0 }; /* LMDB's own database, which readers may open */

/* A page number is a size_t in the file. */
struct missing {
	size_t first, end; /* pages that the file does not hold */
	size_t unused;     /* of them, in the list */
	uint64_t bytes, whole_bytes;
};

static sigjmp_buf without_page;

static void on_missing_page(int signo)
{
	siglongjmp(without_page, signo);
}

static int measure(MDB_env *env, struct missing *ret)
{
	MDB_envinfo info;
	MDB_stat st;
	struct stat file;
	int fd, rc = mdb_env_info(env, &info);
	rc = rc ? rc : mdb_env_stat(env, &st);
	rc = rc ? rc : mdb_env_get_fd(env, &fd);
	if (rc)
		return rc;
	if (fstat(fd, &file) < 0)
		return errno;
	*ret = (struct missing){.first = (size_t)file.st_size / st.ms_psize,
				.end = info.me_last_pgno + 1,
				.bytes = (uint64_t)file.st_size};
	ret->whole_bytes = (uint64_t)ret->end * st.ms_psize;
	return MDB_SUCCESS;
}

/* A list of numbers behind how many they are. */
static void count_unused(struct missing *m, const MDB_val *list)
{
	size_t count = list->mv_size / sizeof(size_t), page;
	for (size_t i = 1; i < count; i++) {
		memcpy(&page, (const char *)list->mv_data + i * sizeof(page), sizeof(page));
		m->unused += page >= m->first && page < m->end;
	}
}

static int read_free_list(MDB_cursor *cursor, struct missing *m)
{
	MDB_val key, list;
	int rc;
	while ((rc = mdb_cursor_get(cursor, &key, &list, MDB_NEXT)) == MDB_SUCCESS)
		count_unused(m, &list);
	return rc == MDB_NOTFOUND ? MDB_SUCCESS : rc;
}

/* MDB_CORRUPTED when a page of the list is missing. */
static int try_free_list(MDB_cursor *cursor, struct missing *m)
{
	struct sigaction before, catching = {.sa_handler = on_missing_page};
	volatile int rc = MDB_CORRUPTED;
	sigemptyset(&catching.sa_mask);
	if (sigaction(SIGBUS, &catching, &before) < 0)
		return errno;
	if (sigsetjmp(without_page, 1) == 0)
		rc = read_free_list(cursor, m);
	sigaction(SIGBUS, &before, NULL);
	return rc;
}

static int find_unused(MDB_env *env, struct missing *m)
{
	MDB_txn *txn;
	MDB_cursor *cursor;
	int rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn);
	if (rc)
		return rc;
	rc = mdb_cursor_open(txn, FREE_LIST, &cursor);
	if (!rc) {
		rc = try_free_list(cursor, m);
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(txn);
	return rc;
}

int lmdb_check_whole(MDB_env *env, char *why, size_t size)
{
	struct missing m = {0};
	int rc = measure(env, &m);
	if (!rc && m.first < m.end)
		rc = find_unused(env, &m);
	if (!rc && m.first < m.end && m.unused < m.end - m.first)
		rc = MDB_CORRUPTED;
	if (rc == MDB_CORRUPTED)
		snprintf(why, size,
			 "data.mdb is cut off, it has %" PRIu64 " of %" PRIu64
			 " bytes; restore a backup",
			 m.bytes, m.whole_bytes);
	else if (rc)
		snprintf(why, size, "%s", mdb_strerror(rc));
	return rc;
}
