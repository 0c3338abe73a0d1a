/* Memory does not grow with the archive: one that is made while it is read comes through a pipe.
 * With an argument it has so many MiB, and what was measured is printed. */
#include "archive.h"
#include "lib/clock.h"
#include "lib/error.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	MIB = 1 << 20,
	DEFAULT_MIB = 16,
	/* What the process may grow by: the reader, zlib's windows, and what malloc keeps. */
	GROWTH_MAX = WARC_MEMORY_MAX + MIB,
	KINDS = 40,
	WORDS = 5000,
	BIG = 20 * MIB,
};

static uint64_t archive_mib = DEFAULT_MIB;

/* --- the archive --- */

static void add_words(struct buf *b, unsigned seed)
{
	static const char *const words[] = {"Bawaslu ", "netralitas ", "ASN ",    "kampanye ",
					    "pilkada ", "sanksi ",     "daerah ", "menurut "};
	for (unsigned i = 0; i < WORDS; i++) {
		seed = seed * 1103515245 + 12345;
		buf_append_str(b, words[seed >> 29]);
		buf_printf(b, "%x ", seed >> 16);
	}
}

/* Records that nobody asked for: a big one, a bomb, a damaged one. */
static void add_odd(struct buf *a)
{
	struct buf big = {0}, record = {0}, bomb = {0};
	assert_int_equal(buf_reserve(&big, BIG), NETRAL_OK);
	memset(big.data, 'x', big.len = BIG);
	archive_record(&record, "WARC/1.0\r\nWARC-Type: resource\r\n", (const char *)big.data, BIG);
	archive_member(a, record.data, record.len);
	buf_append_str(&bomb, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
	archive_member(&bomb, big.data, big.len);
	buf_clear(&record);
	archive_record(&record, "WARC/1.0\r\nWARC-Type: response\r\n", (const char *)bomb.data,
		       bomb.len);
	archive_member(a, record.data, record.len);
	archive_member(a, record.data, record.len);
	a->len -= 9;
	buf_fini(&big);
	buf_fini(&bomb);
	buf_fini(&record);
}

static void make_archive(struct buf *a)
{
	for (unsigned i = 0; i < KINDS; i++) {
		struct buf page = {0};
		add_words(&page, i);
		buf_append(&page, "", 1);
		archive_page_member(a, "page", (const char *)page.data);
		buf_fini(&page);
	}
	add_odd(a);
}

/* The same again and again, until it is long enough. */
static void write_archive(int fd)
{
	struct buf a = {0};
	make_archive(&a);
	for (uint64_t written = 0; written < archive_mib * MIB;) {
		size_t at = 0;
		while (at < a.len) {
			ssize_t n = write(fd, a.data + at, a.len - at);
			if (n <= 0)
				_exit(1);
			at += (size_t)n;
		}
		written += a.len;
	}
	_exit(0);
}

/* --- reading it --- */

static int64_t read_pipe(void *user, void *data, size_t size)
{
	ssize_t n = read(*(int *)user, data, size);
	return n < 0 ? NETRAL_EIO : n;
}

/* KiB of the process's memory in a line of /proc/self/status. */
static long status_kib(const char *name)
{
	char line[200];
	long kib = -1;
	FILE *f = fopen("/proc/self/status", "re");
	while (f && kib < 0 && fgets(line, sizeof(line), f)) {
		if (strncmp(line, name, strlen(name)) == 0)
			kib = strtol(line + strlen(name), NULL, 10);
	}
	if (f)
		fclose(f);
	return kib;
}

struct measured {
	uint64_t records, bytes, body_bytes;
	size_t memory;
};

static void read_archive(int fd, struct measured *m)
{
	const struct warc_options o = {.read = read_pipe, .user = &fd};
	struct warc_reader *r;
	struct warc_record record;
	struct warc_response resp;
	assert_int_equal(warc_open(&o, &r), NETRAL_OK);
	while (warc_next(r, &record) == 1) {
		m->records++;
		if (record.type == WARC_RESPONSE && warc_response(r, &resp) == 1 &&
		    warc_body(r, &resp) == 1)
			m->body_bytes += resp.body.len;
		m->memory = warc_memory(r) > m->memory ? warc_memory(r) : m->memory;
	}
	m->bytes = warc_bytes_read(r);
	assert_true(warc_damage_count(r, WARC_BOMB) > 0);
	assert_true(warc_damage_count(r, WARC_ENDS_EARLY) + warc_damage_count(r, WARC_BAD_MEMBER) >
		    0);
	warc_close(r);
}

/* A sanitizer keeps what was freed. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool memory_tells = false;
#else
static const bool memory_tells = true;
#endif

static void an_archive_of_any_length_takes_the_same_memory(void **state)
{
	(void)state;
	struct measured m = {0};
	int fds[2], status;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	pid_t maker = fork();
	assert_true(maker >= 0);
	if (maker == 0) {
		close(fds[0]);
		write_archive(fds[1]);
	}
	close(fds[1]);
	long before = status_kib("VmHWM:");
	uint64_t started = clock_ms();
	read_archive(fds[0], &m);
	uint64_t ms = clock_ms() - started + 1;
	long growth = status_kib("VmHWM:") - before;
	close(fds[0]);
	assert_int_equal(waitpid(maker, &status, 0), maker);
	assert_int_equal(status, 0);
	assert_true(m.bytes >= archive_mib * MIB);
	assert_in_range(m.memory, 1, WARC_MEMORY_MAX);
	if (archive_mib != DEFAULT_MIB)
		printf("%lu MiB, %lu records, %lu MiB of bodies in %lu ms (%.0f MiB/s); reader %zu "
		       "KiB, "
		       "process grew by %ld KiB\n",
		       (unsigned long)(m.bytes / MIB), (unsigned long)m.records,
		       (unsigned long)(m.body_bytes / MIB), (unsigned long)ms,
		       (double)m.bytes / MIB * 1000 / (double)ms, m.memory / 1024, growth);
	if (memory_tells)
		assert_in_range(growth, 0, GROWTH_MAX / 1024);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		archive_mib = strtoul(argv[1], NULL, 10);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_archive_of_any_length_takes_the_same_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
