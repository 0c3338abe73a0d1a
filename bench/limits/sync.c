/* bench_sync: how long fdatasync of 4 KB takes, into a file that is there already. */
#include "bench/measure.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { BLOCK_BYTES = 4096, COUNT = 2000 };

static void fail(const char *what)
{
	perror(what);
	exit(EX_IOERR);
}

static void fill(int fd, const char *block)
{
	for (off_t i = 0; i < COUNT; i++) {
		if (pwrite(fd, block, BLOCK_BYTES, i * BLOCK_BYTES) != BLOCK_BYTES)
			fail("write");
	}
	if (fsync(fd))
		fail("fsync");
}

int main(int argc, char **argv)
{
	static char block[BLOCK_BYTES];
	static uint64_t times[COUNT];
	if (argc != 2) {
		fprintf(stderr, "Usage: bench_sync FILE\n");
		return EX_USAGE;
	}
	int fd = open(argv[1], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		fail(argv[1]);
	fill(fd, block);
	memset(block, 'a', sizeof(block));
	for (off_t i = 0; i < COUNT; i++) {
		uint64_t before = measure_now_ns();
		if (pwrite(fd, block, BLOCK_BYTES, i * BLOCK_BYTES) != BLOCK_BYTES || fdatasync(fd))
			fail("fdatasync");
		times[i] = measure_now_ns() - before;
	}
	close(fd);
	struct measure_summary s = measure_summary(times, COUNT);
	printf("{\"limit\":\"fdatasync\",\"p50_us\":%.0f,\"p99_us\":%.0f,\"max_us\":%.0f}\n",
	       s.p50 / 1e3, s.p99 / 1e3, s.max / 1e3);
	return EX_OK;
}
