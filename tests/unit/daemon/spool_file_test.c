/* When a file is taken for complete, and how it is read in parts. What becomes of files is tested
 * with the real program, in tests/process. */
#include "daemon/spool_file.h"

#include "tests/unit/daemon/journal_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

static int open_dir(struct fixture *f)
{
	int fd = open(f->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static int write_file(int dir_fd, const char *name, const char *text)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	return fd;
}

static enum spool_open probe(int dir_fd, const char *name, bool closed)
{
	struct spool_file s;
	enum spool_open r = spool_file_open(&s, dir_fd, name, closed);
	spool_file_close(&s);
	return r;
}

static void a_file_is_taken_when_nobody_writes_it(void **state)
{
	struct fixture *f = *state;
	int dir = open_dir(f);
	int fd = write_file(dir, "a.txt", "Isi");
	assert_int_equal(probe(dir, "a.txt", false), SPOOL_OPEN_WRITTEN);
	assert_int_equal(probe(dir, "a.txt", true), SPOOL_OPEN_WRITTEN);
	close(fd);
	assert_int_equal(probe(dir, "a.txt", false), SPOOL_OPEN_TAKE);
	assert_int_equal(probe(dir, "missing.txt", true), SPOOL_OPEN_GONE);
	assert_int_equal(probe(dir, "a.pdf", true), SPOOL_OPEN_NOT_OURS);
	assert_int_equal(mkdirat(dir, "d.txt", 0755), 0);
	assert_int_equal(probe(dir, "d.txt", true), SPOOL_OPEN_NOT_OURS);
	assert_int_equal(symlinkat("a.txt", dir, "l.txt"), 0);
	assert_int_equal(probe(dir, "l.txt", true), SPOOL_OPEN_NOT_OURS);
	close(dir);
}

/* A file of someone else: the kernel does not say whether it is being written. */
static void without_the_kernels_word_age_decides(void **state)
{
	struct fixture *f = *state;
	enum { NOBODY = 65534 };
	if (geteuid() != 0) {
		print_message("skipped: needs to be root to become someone else\n");
		skip();
	}
	int dir = open_dir(f);
	close(write_file(dir, "a.txt", "Isi"));
	assert_int_equal(fchmod(dir, 0755), 0);
	assert_int_equal(seteuid(NOBODY), 0);
	enum spool_open found = probe(dir, "a.txt", false), closed = probe(dir, "a.txt", true);
	assert_int_equal(seteuid(0), 0);
	struct timespec old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	assert_int_equal(utimensat(dir, "a.txt", old, 0), 0);
	assert_int_equal(seteuid(NOBODY), 0);
	enum spool_open found_old = probe(dir, "a.txt", false);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(found, SPOOL_OPEN_YOUNG);
	assert_int_equal(closed, SPOOL_OPEN_TAKE);
	assert_int_equal(found_old, SPOOL_OPEN_TAKE);
	close(dir);
}

static void make_old(int dir_fd, const char *name)
{
	const struct timespec old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	assert_int_equal(utimensat(dir_fd, name, old, 0), 0);
}

static void metadata_are_opened_with_their_page(void **state)
{
	struct fixture *f = *state;
	struct spool_file s;
	int dir = open_dir(f);
	int meta = write_file(dir, "a.html.json", "{}");
	assert_int_equal(probe(dir, "a.html.json", true), SPOOL_OPEN_YOUNG);
	close(write_file(dir, "a.html", "<p>Isi"));
	assert_int_equal(probe(dir, "a.html.json", true), SPOOL_OPEN_GONE);
	assert_int_equal(probe(dir, "a.html", true), SPOOL_OPEN_WRITTEN);
	close(meta);
	assert_int_equal(spool_file_open(&s, dir, "a.html", true), SPOOL_OPEN_TAKE);
	assert_true(s.has_meta);
	assert_true(spool_file_is_same(&s, dir));
	make_old(dir, "a.html.json");
	assert_false(spool_file_is_same(&s, dir));
	spool_file_close(&s);

	assert_int_equal(unlinkat(dir, "a.html", 0), 0);
	assert_int_equal(probe(dir, "a.html.json", false), SPOOL_OPEN_NO_PAGE);
	assert_int_equal(probe(dir, "b.html.json", false), SPOOL_OPEN_GONE);
	/* No page's metadata. */
	close(write_file(dir, "c.txt.json", "{}"));
	assert_int_equal(probe(dir, "c.txt.json", true), SPOOL_OPEN_TAKE);
	close(write_file(dir, "d.html", "<p>Isi"));
	assert_int_equal(symlinkat("c.txt.json", dir, "d.html.json"), 0);
	assert_int_equal(spool_file_open(&s, dir, "d.html", true), SPOOL_OPEN_TAKE);
	assert_false(s.has_meta);
	spool_file_close(&s);
	close(dir);
}

/* The longest name has no room for that of its metadata. */
static void a_page_with_a_long_name_has_no_metadata(void **state)
{
	struct fixture *f = *state;
	struct spool_file s;
	char name[NAME_MAX + 1];
	int dir = open_dir(f);
	memset(name, 'a', sizeof(name));
	strcpy(name + NAME_MAX - 5, ".html");
	close(write_file(dir, name, "<p>Isi"));
	assert_int_equal(spool_file_open(&s, dir, name, true), SPOOL_OPEN_TAKE);
	assert_false(s.has_meta);
	spool_file_close(&s);
	close(dir);
}

static void names_are_shown_in_printable_form(void **state)
{
	struct fixture *f = *state;
	struct spool_file s;
	char longest[256];
	int dir = open_dir(f);
	spool_file_open(&s, dir, "a\nb\xff.txt", true);
	assert_string_equal(s.shown, "spool:a?b?.txt");
	spool_file_close(&s);
	spool_file_open(&s, dir, "kota \xc3\xa9.txt", true);
	assert_string_equal(spool_file_shown(&s), "kota \xc3\xa9.txt");
	spool_file_close(&s);
	for (size_t i = 0; i + 1 < sizeof(longest); i++)
		longest[i] = i % 2 ? '\xa9' : '\xc3';
	longest[254] = '\0';
	spool_file_open(&s, dir, longest, true);
	assert_true(strlen(s.shown) >= 254);
	assert_int_equal(strlen(s.shown) % 2, 0); /* no half character: 6 + pairs */
	spool_file_close(&s);
	close(dir);
}

static enum spool_feed feed(struct spool_file *s, struct intake *i, uint64_t now_ms)
{
	struct arena arena;
	arena_init(&arena, READER_ARENA_MAX);
	enum spool_feed r = spool_file_feed(s, i, &arena, now_ms);
	arena_fini(&arena);
	return r;
}

static void write_lines(int dir_fd, const char *name, unsigned count)
{
	char line[64];
	int fd = write_file(dir_fd, name, "");
	for (unsigned n = 0; n < count; n++) {
		int len = snprintf(line, sizeof(line), "{\"text\":\"Baris %u\"}\n", n);
		assert_int_equal(write(fd, line, (size_t)len), len);
	}
	close(fd);
}

static void lines_are_fed_in_parts(void **state)
{
	struct fixture *f = *state;
	struct intake *i;
	struct spool_file s;
	unsigned turns = 1;
	int dir = open_dir(f);
	write_lines(dir, "a.jsonl", 1000);
	assert_int_equal(intake_new(f->journal, &i), 0);
	assert_int_equal(spool_file_open(&s, dir, "a.jsonl", true), SPOOL_OPEN_TAKE);
	while (feed(&s, i, 1) == SPOOL_FEED_MORE) {
		turns++;
		assert_int_equal(journal_commit(f->journal), 0);
		intake_next_batch(i);
	}
	assert_true(turns > 2);
	assert_int_equal(s.accepted, 1000);
	assert_true(spool_file_is_same(&s, dir));
	write_lines(dir, "a.jsonl", 1001);
	assert_false(spool_file_is_same(&s, dir));
	spool_file_close(&s);
	intake_free(i);
	journal_abort(f->journal);
	close(dir);
}

static void a_line_that_found_no_room_comes_again(void **state)
{
	struct fixture *f = *state;
	struct intake *i;
	struct spool_file s;
	int dir = open_dir(f);
	fixture_close(f);
	f->options.max_bytes = 1 << 20;
	fixture_open(f);
	write_lines(dir, "a.jsonl", 20000);
	assert_int_equal(intake_new(f->journal, &i), 0);
	assert_int_equal(spool_file_open(&s, dir, "a.jsonl", true), SPOOL_OPEN_TAKE);
	uint64_t now_ms = 1000, seq = 0, stops = 0;
	enum spool_feed r;
	while ((r = feed(&s, i, now_ms)) != SPOOL_FEED_END) {
		now_ms += 1000;
		assert_int_equal(journal_commit(f->journal), 0);
		intake_committed(i);
		intake_next_batch(i);
		for (; r == SPOOL_FEED_BUSY && seq < journal_last_seq(f->journal); stops++)
			assert_int_equal(journal_done(f->journal, ++seq), 1);
		assert_int_equal(journal_commit(f->journal), 0);
	}
	assert_true(stops > 0);
	assert_int_equal(s.accepted, 20000);
	assert_int_equal(s.duplicates + s.refused, 0);
	spool_file_close(&s);
	intake_free(i);
	journal_abort(f->journal);
	close(dir);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_taken_when_nobody_writes_it),
		TEST(without_the_kernels_word_age_decides),
		TEST(metadata_are_opened_with_their_page),
		TEST(a_page_with_a_long_name_has_no_metadata),
		TEST(names_are_shown_in_printable_form),
		TEST(lines_are_fed_in_parts),
		TEST(a_line_that_found_no_room_comes_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
