/* netral ingest-warc into a real netrald, whoever dies meanwhile.
 *
 * The oracle: netrald hands out every page of the archive once, exactly as it was made. */
#include "archive.h"
#include "tests/process/client.h"
#include "tests/process/daemon_rig.h"

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

enum { PAGES = 700, NAME_SIZE = 32, TEXT_SIZE = 400 };

/* --- the archive --- */

static void format_name(unsigned i, char name[static NAME_SIZE])
{
	snprintf(name, NAME_SIZE, "berita/%u", i);
}

/* As long as the paragraphs of real pages are: a reader of pages leaves out what is too short. */
static void format_text(unsigned i, char text[static TEXT_SIZE])
{
	snprintf(text, TEXT_SIZE,
		 "Badan Pengawas Pemilu kembali mengingatkan aparatur sipil negara di kecamatan "
		 "nomor %u agar netral selama masa kampanye, baik di kantor maupun di media "
		 "sosial.\n"
		 "Peringatan itu disampaikan ketuanya dalam pertemuan dengan para camat dan lurah "
		 "pada hari ke-%u, setelah beberapa laporan dari warga diterima dan diperiksa.",
		 i, i % 97);
}

static void add_page(struct buf *a, unsigned i)
{
	char name[NAME_SIZE], text[TEXT_SIZE], html[2 * TEXT_SIZE];
	format_name(i, name);
	format_text(i, text);
	char *line = strchr(text, '\n');
	snprintf(html, sizeof(html),
		 "<html><head><title>Judul %u</title></head><body><article><p>%.*s</p><p>%s</p>"
		 "</article>",
		 i, (int)(line - text), text, line + 1);
	archive_page(a, name, html);
}

static void add_page_member(struct buf *a, unsigned i)
{
	struct buf page = {0};
	add_page(&page, i);
	archive_member(a, page.data, page.len);
	buf_fini(&page);
}

/* Of what else is in an archive: as many as there are pages. */
static void add_other(struct buf *a, unsigned i)
{
	struct buf record = {0};
	if (i % 3 == 0)
		archive_response(&record, "x", "HTTP/1.1 302 Found\r\nLocation: y\r\n\r\n");
	else if (i % 3 == 1)
		archive_response(&record, "x",
				 "HTTP/1.1 404 No\r\nContent-Type: text/html\r\n\r\nx");
	else
		archive_record(&record, "WARC/1.0\r\nWARC-Type: request\r\n", "GET", 3);
	archive_member(a, record.data, record.len);
	buf_fini(&record);
}

static void make_archive(struct buf *a, unsigned from, unsigned to)
{
	buf_init(a, 0);
	for (unsigned i = from; i < to; i++) {
		add_page_member(a, i);
		add_other(a, i);
	}
}

static void write_archive(struct daemon_rig *d, const char *name, unsigned pages)
{
	struct buf a;
	make_archive(&a, 0, pages);
	rig_write_file(&d->rig, name, a.data, a.len);
	buf_fini(&a);
}

/* --- running it --- */

static struct rig_process *start(struct daemon_rig *d, const char *crash, const char *archive,
				 const char *option)
{
	char runtime[RIG_PATH_SIZE + 32], state[RIG_PATH_SIZE + 32], hook[64];
	snprintf(runtime, sizeof(runtime), "NETRAL_RUNTIME_DIR=%s", d->rig.dir);
	snprintf(state, sizeof(state), "XDG_STATE_HOME=%s", rig_path(&d->rig, "home"));
	snprintf(hook, sizeof(hook), "NETRAL_CRASH=%s", crash ? crash : "none");
	const char *const env[] = {runtime, state, hook, NULL};
	const char *const args[] = {"ingest-warc", "--json", rig_path(&d->rig, archive), option,
				    NULL};
	return rig_start(&d->rig, "netral", args, env);
}

struct outcome {
	uint64_t records, pages, articles, accepted, duplicate;
	bool finished;
};

static struct outcome summary_of(struct rig_process *p)
{
	json_t *lines = client_lines(p);
	const json_t *last = json_array_get(lines, json_array_size(lines) - 1);
	struct outcome o = {.records = client_number(last, "summary.records"),
			    .pages = client_number(last, "summary.pages"),
			    .articles = client_number(last, "summary.articles"),
			    .accepted = client_number(last, "summary.accepted"),
			    .duplicate = client_number(last, "summary.duplicate"),
			    .finished = json_is_true(client_get(last, "summary.finished"))};
	json_decref(lines);
	return o;
}

static struct outcome ingest(struct daemon_rig *d, const char *archive, const char *option)
{
	struct rig_process *p = start(d, NULL, archive, option);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	return summary_of(p);
}

/* Every page of the archive, each once and as it was made; takes them all out of netrald. */
static void expect_each_page_once(struct daemon_rig *d, unsigned pages)
{
	struct peer worker;
	bool seen[PAGES] = {0};
	unsigned count = 0;
	daemon_rig_worker(d, &worker, "w", 256);
	while (count < pages) {
		const struct msg_work *work = &peer_receive(&worker, MSG_WORK)->work;
		for (size_t i = 0; i < work->item_count; i++, count++) {
			const struct article *a = &work->items[i].article;
			char name[NAME_SIZE], text[TEXT_SIZE];
			unsigned n;
			assert_int_equal(sscanf(a->title.ptr, "Judul %u", &n), 1);
			assert_true(n < pages && !seen[n]);
			seen[n] = true;
			format_name(n, name);
			format_text(n, text);
			assert_string_equal(a->text.ptr, text);
			assert_string_equal(a->url.ptr + strlen("http://a.example/"), name);
			assert_memory_equal(a->source.ptr, "warc:a.warc.gz:", 15);
		}
		daemon_rig_done_all(&worker, work);
	}
	peer_close(&worker);
	daemon_rig_wait_counter(d, "netral_articles_pending", 0);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), pages);
}

/* --- whole runs --- */

static void every_page_is_submitted_once(void **state)
{
	struct daemon_rig *d = *state;
	write_archive(d, "a.warc.gz", PAGES);
	daemon_rig_start(d);
	struct outcome o = ingest(d, "a.warc.gz", NULL);
	assert_int_equal(o.records, 2 * PAGES);
	assert_int_equal(o.pages, PAGES);
	assert_int_equal(o.accepted, PAGES);
	assert_int_equal(o.duplicate, 0);
	assert_true(o.finished);
	/* A finished archive is left alone, */
	o = ingest(d, "a.warc.gz", NULL);
	assert_int_equal(o.records, 0);
	assert_true(o.finished);
	/* even without a netrald; unless it is told otherwise. */
	o = ingest(d, "a.warc.gz", "--restart");
	assert_int_equal(o.duplicate, PAGES);
	expect_each_page_once(d, PAGES);
	rig_stop(d->netrald);
	assert_true(ingest(d, "a.warc.gz", NULL).finished);
}

static void what_is_added_to_an_archive_is_taken_too(void **state)
{
	struct daemon_rig *d = *state;
	struct buf a;
	make_archive(&a, 0, PAGES);
	daemon_rig_start(d);
	/* It ends within a record, as while it is being fetched. */
	rig_write_file(&d->rig, "a.warc.gz", a.data, a.len / 2);
	struct rig_process *p = start(d, NULL, "a.warc.gz", NULL);
	assert_int_equal(rig_wait_exit(p), EX_DATAERR);
	struct outcome first = summary_of(p);
	assert_in_range(first.accepted, 1, PAGES - 1);
	rig_write_file(&d->rig, "a.warc.gz", a.data, a.len);
	struct outcome second = ingest(d, "a.warc.gz", NULL);
	assert_int_equal(first.accepted + second.accepted, PAGES);
	assert_int_equal(second.duplicate, 0);
	expect_each_page_once(d, PAGES);
	buf_fini(&a);
}

static void damage_is_told_with_its_place(void **state)
{
	struct daemon_rig *d = *state;
	struct buf a;
	char text[100];
	make_archive(&a, 0, 3);
	size_t at = a.len;
	archive_member(&a, "no record", 9);
	add_page_member(&a, 3);
	rig_write_file(&d->rig, "a.warc.gz", a.data, a.len);
	buf_fini(&a);
	daemon_rig_start(d);
	struct rig_process *p = start(d, NULL, "a.warc.gz", NULL);
	assert_int_equal(rig_wait_exit(p), EX_DATAERR);
	snprintf(text, sizeof(text), "a.warc.gz: byte %zu: bytes that belong to no record", at);
	assert_true(rig_log_has(p, text));
	assert_int_equal(summary_of(p).accepted, 4);
	expect_each_page_once(d, 4);
}

static void a_dry_run_needs_nobody(void **state)
{
	struct daemon_rig *d = *state;
	write_archive(d, "a.warc.gz", 2);
	struct rig_process *p = start(d, NULL, "a.warc.gz", "--dry-run");
	assert_int_equal(rig_wait_exit(p), EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), 3);
	assert_int_equal(summary_of(p).articles, 2);
	assert_int_equal(summary_of(p).accepted, 0);
	for (unsigned i = 0; i < 2; i++) {
		char text[TEXT_SIZE];
		format_text(i, text);
		const json_t *line = json_array_get(lines, i);
		assert_string_equal(client_string(line, "text"), text);
		assert_string_equal(client_string(line, "fetched"), "2024-08-21T03:04:05Z");
	}
	json_decref(lines);
	assert_null(rig_read_file(&d->rig, "home/netral"));
	assert_int_not_equal(access(rig_path(&d->rig, "home"), F_OK), 0);
}

static void what_is_no_archive_is_refused(void **state)
{
	struct daemon_rig *d = *state;
	daemon_rig_start(d);
	rig_write_file(&d->rig, "a.warc", "<html>", 6);
	assert_int_equal(rig_wait_exit(start(d, NULL, "a.warc", NULL)), EX_DATAERR);
	assert_int_equal(rig_wait_exit(start(d, NULL, "b.warc", NULL)), EX_NOINPUT);
	rig_make_dir(&d->rig, "c");
	assert_int_equal(rig_wait_exit(start(d, NULL, "c", NULL)), EX_IOERR);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), 0);
}

/* Half an archive in a pipe: what is there is submitted while the rest is waited for. */
static void a_slow_pipe_keeps_nothing_back(void **state)
{
	struct daemon_rig *d = *state;
	struct buf a;
	enum { FEW = 20 };
	make_archive(&a, 0, FEW);
	daemon_rig_start(d);
	assert_int_equal(mkfifo(rig_path(&d->rig, "a.warc.gz"), 0600), 0);
	struct rig_process *p = start(d, NULL, "a.warc.gz", NULL);
	int fd = open(rig_path(&d->rig, "a.warc.gz"), O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	/* The last member in two halves; the head of the archive is read before anything else. */
	assert_true(a.len > 4096);
	assert_int_equal(write(fd, a.data, a.len - 50), (ssize_t)a.len - 50);
	daemon_rig_wait_counter(d, "netral_articles_accepted_total", FEW);
	assert_int_equal(write(fd, a.data + a.len - 50, 50), 50);
	close(fd);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	assert_true(summary_of(p).finished);
	expect_each_page_once(d, FEW);
	buf_fini(&a);
}

#ifdef NETRAL_TEST_HOOKS
/* --- crashes --- */

static void die_and_go_on(struct daemon_rig *d)
{
	/* Each run gets further than the one before, and none to the end. */
	static const char *const points[] = {"ingest-answered:1", "ingest-after-save:2",
					     "ingest-before-save:3", "ingest-answered:150",
					     "ingest-after-save:3"};
	uint64_t accepted = 0;
	daemon_rig_start(d);
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		assert_int_equal(rig_wait_exit(start(d, points[i], "a.warc.gz", NULL)), -SIGKILL);
		uint64_t now = daemon_rig_counter(d, "netral_articles_accepted_total");
		assert_true(now >= accepted);
		accepted = now;
	}
	struct outcome o = ingest(d, "a.warc.gz", NULL);
	assert_true(o.finished);
	/* It went on from where it was, not from the beginning. */
	assert_true(o.records < 2 * PAGES);
	assert_int_equal(o.accepted + o.duplicate, o.pages);
	expect_each_page_once(d, PAGES);
}

static void the_client_may_die_at_any_moment(void **state)
{
	write_archive(*state, "a.warc.gz", PAGES);
	die_and_go_on(*state);
}

/* All records in one member: the place to go on at is within it. */
static void also_in_an_archive_of_one_member(void **state)
{
	struct daemon_rig *d = *state;
	struct buf plain, a = {0};
	buf_init(&plain, 0);
	for (unsigned i = 0; i < PAGES; i++) {
		add_page(&plain, i);
		archive_record(&plain, "WARC/1.0\r\nWARC-Type: request\r\n", "GET", 3);
	}
	archive_member(&a, plain.data, plain.len);
	rig_write_file(&d->rig, "a.warc.gz", a.data, a.len);
	buf_fini(&plain);
	buf_fini(&a);
	die_and_go_on(d);
}

/* It dies with articles journaled that nobody was told of. */
static void netrald_may_die_at_any_moment(void **state)
{
	static const char *const env[] = {"NETRAL_CRASH=netrald-after-commit:2", NULL};
	struct daemon_rig *d = *state;
	write_archive(d, "a.warc.gz", PAGES);
	daemon_rig_launch(d, env);
	rig_wait_ready(d->netrald);
	struct rig_process *p = start(d, NULL, "a.warc.gz", NULL);
	assert_int_equal(rig_wait_exit(d->netrald), -SIGKILL);
	daemon_rig_start(d);
	assert_int_equal(rig_wait_exit(p), EX_OK);
	struct outcome o = summary_of(p);
	assert_true(o.finished);
	assert_int_equal(o.accepted + o.duplicate, PAGES);
	expect_each_page_once(d, PAGES);
}
#endif

#define TEST(f) cmocka_unit_test_setup_teardown(f, daemon_rig_set_up, daemon_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_page_is_submitted_once),
		TEST(what_is_added_to_an_archive_is_taken_too),
		TEST(damage_is_told_with_its_place),
		TEST(a_dry_run_needs_nobody),
		TEST(what_is_no_archive_is_refused),
		TEST(a_slow_pipe_keeps_nothing_back),
#ifdef NETRAL_TEST_HOOKS
		TEST(the_client_may_die_at_any_moment),
		TEST(also_in_an_archive_of_one_member),
		TEST(netrald_may_die_at_any_moment),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
