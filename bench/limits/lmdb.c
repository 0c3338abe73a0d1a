/* bench_lmdb: what a synced LMDB commit of 4 KB values costs, by values a commit. */
#include "bench/measure.h"

#include <limits.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { VALUE_BYTES = 4000, COMMITS_MAX = 2000, RECORDS_MAX = 40960 };

struct store {
	MDB_env *env;
	MDB_dbi dbi;
};

static int check(int r, const char *what)
{
	if (r != MDB_SUCCESS) {
		fprintf(stderr, "%s: %s\n", what, mdb_strerror(r));
		exit(EX_IOERR);
	}
	return r;
}

static void store_open(struct store *s, const char *dir)
{
	MDB_txn *txn = NULL;
	check(mdb_env_create(&s->env), "create");
	check(mdb_env_set_mapsize(s->env, (size_t)1 << 30), "map size");
	check(mdb_env_open(s->env, dir, 0, 0600), dir);
	check(mdb_txn_begin(s->env, NULL, 0, &txn), "begin");
	check(mdb_dbi_open(txn, NULL, 0, &s->dbi), "open");
	check(mdb_txn_commit(txn), "commit");
}

static void commit_batch(struct store *s, uint64_t *next, unsigned batch)
{
	static char value[VALUE_BYTES];
	MDB_txn *txn = NULL;
	check(mdb_txn_begin(s->env, NULL, 0, &txn), "begin");
	for (unsigned i = 0; i < batch; i++) {
		uint64_t key = __builtin_bswap64(++*next);
		MDB_val k = {sizeof(key), &key}, v = {sizeof(value), value};
		memcpy(value, &key, sizeof(key));
		check(mdb_put(txn, s->dbi, &k, &v, MDB_APPEND), "put");
	}
	check(mdb_txn_commit(txn), "commit");
}

int main(int argc, char **argv)
{
	if (argc != 3 || atoi(argv[2]) < 1) {
		fprintf(stderr, "Usage: bench_lmdb EMPTY_DIR VALUES_PER_COMMIT\n");
		return EX_USAGE;
	}
	unsigned batch = (unsigned)atoi(argv[2]);
	unsigned commits = RECORDS_MAX / batch < COMMITS_MAX ? RECORDS_MAX / batch : COMMITS_MAX;
	static uint64_t times[COMMITS_MAX];
	struct store store;
	store_open(&store, argv[1]);
	uint64_t next = 0, start = measure_now_ns();
	for (unsigned i = 0; i < commits; i++) {
		uint64_t before = measure_now_ns();
		commit_batch(&store, &next, batch);
		times[i] = measure_now_ns() - before;
	}
	double seconds = (double)(measure_now_ns() - start) / 1e9;
	struct measure_summary s = measure_summary(times, commits);
	printf("{\"limit\":\"lmdb\",\"batch\":%u,\"records_s\":%.0f,\"commit_p50_us\":%.0f,"
	       "\"commit_p99_us\":%.0f,\"cpu_us\":%.2f}\n",
	       batch, (double)next / seconds, s.p50 / 1e3, s.p99 / 1e3,
	       measure_cpu_seconds() * 1e6 / (double)next);
	mdb_env_close(store.env);
	return EX_OK;
}
