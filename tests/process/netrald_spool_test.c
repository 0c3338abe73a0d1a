/* The spool folder of a real netrald. */
#include "tests/process/daemon_rig.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void write_text(struct daemon_rig *d, const char *name, const char *text)
{
	rig_write_file(&d->rig, name, text, strlen(text));
}

static void assert_contains(struct daemon_rig *d, const char *name, const char *part)
{
	char *text = rig_read_file(&d->rig, name);
	if (!text || !strstr(text, part))
		rig_fail("%s holds \"%s\", not \"%s\"", name, text ? text : "", part);
	free(text);
}

static bool exists(struct daemon_rig *d, const char *name)
{
	return access(rig_path(&d->rig, name), F_OK) == 0;
}

/* Starts netrald and a worker that gets everything; the article whose source is `source`. */
static const struct article *receive_source(struct peer *worker, const char *source)
{
	for (;;) {
		const struct msg_work *work = &peer_receive(worker, MSG_WORK)->work;
		for (size_t i = 0; i < work->item_count; i++) {
			if (strcmp(work->items[i].article.source.ptr, source) == 0)
				return &work->items[i].article;
		}
	}
}

static void every_format_becomes_an_article(void **state)
{
	struct daemon_rig *d = *state;
	struct peer worker;
	daemon_rig_with_spool(d);
	write_text(d, "spool/a.txt", "Judul A\n\nIsi A.\n");
	write_text(d, "spool/d.jsonl",
		   "{\"text\":\"Isi D1\",\"published\":\"2024-08-21\"}\n\n{\"text\":\"Isi D2\"}\n");
	daemon_rig_start(d);
	rig_wait_file(&d->rig, "spool/done/a.txt");
	rig_wait_file(&d->rig, "spool/done/d.jsonl");
	write_text(d, "spool/b.html", "<title>Judul B</title><p>Isi B.");
	write_text(d, "spool/c.json", "{\"title\":\"Judul C\",\"text\":\"Isi C\"}");
	rig_wait_file(&d->rig, "spool/done/b.html");
	rig_wait_file(&d->rig, "spool/done/c.json");
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), 5);
	assert_int_equal(daemon_rig_counter(d, "netral_spool_files_done_total"), 4);
	assert_int_equal(daemon_rig_counter(d, "netral_spool_files_waiting"), 0);

	daemon_rig_worker(d, &worker, "w", 100);
	const struct article *a = receive_source(&worker, "spool:a.txt");
	assert_string_equal(a->title.ptr, "Judul A");
	assert_string_equal(a->text.ptr, "Judul A\n\nIsi A.\n");
	peer_close(&worker);
	rig_kill(d->netrald);
	daemon_rig_start(d);
	daemon_rig_worker(d, &worker, "w", 100);
	a = receive_source(&worker, "spool:b.html");
	assert_string_equal(a->title.ptr, "Judul B");
	assert_string_equal(a->text.ptr, "Isi B.");
	peer_close(&worker);
}

/* Of the second page the event comes after that of its metadata, of the first none comes at all. */
static void metadata_go_with_their_page(void **state)
{
	struct daemon_rig *d = *state;
	struct peer worker;
	daemon_rig_with_spool(d);
	write_text(d, "spool/a.html", "<title>Judul</title><p>Isi A.");
	write_text(d, "spool/a.html.json",
		   "{\"title\":\"Judul A\",\"url\":\"https://a.example/1\",\"source\":\"kurir\"}");
	daemon_rig_start(d);
	rig_wait_file(&d->rig, "spool/done/a.html.json");
	assert_true(exists(d, "spool/done/a.html"));
	write_text(d, "spool/b.htm.json", "{\"published\":\"2024-08-21\",\"charset\":\"koi8-r\"}");
	write_text(d, "b.htm", "<title>\xc1</title><p>Isi B.");
	assert_int_equal(rename(rig_path(&d->rig, "b.htm"), rig_path(&d->rig, "spool/b.htm")), 0);
	rig_wait_file(&d->rig, "spool/done/b.htm.json");
	assert_true(exists(d, "spool/done/b.htm"));
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), 2);
	assert_int_equal(daemon_rig_counter(d, "netral_spool_files_done_total"), 2);
	assert_int_equal(daemon_rig_counter(d, "netral_spool_files_ignored_total"), 0);

	daemon_rig_worker(d, &worker, "w", 100);
	const struct article *a = receive_source(&worker, "kurir");
	assert_string_equal(a->title.ptr, "Judul A");
	assert_string_equal(a->url.ptr, "https://a.example/1");
	peer_close(&worker);
	rig_kill(d->netrald);
	daemon_rig_start(d);
	daemon_rig_worker(d, &worker, "w", 100);
	a = receive_source(&worker, "spool:b.htm");
	assert_string_equal(a->title.ptr, "\xd0\xb0");
	assert_string_equal(a->published.ptr, "2024-08-21");
	peer_close(&worker);
}

static void bad_metadata_fail_with_their_page(void **state)
{
	struct daemon_rig *d = *state;
	daemon_rig_with_spool(d);
	write_text(d, "spool/a.html", "<p>Isi.");
	write_text(d, "spool/a.html.json", "{\"title\":7}");
	write_text(d, "spool/b.html", "<p>Isi.");
	write_text(d, "spool/b.html.json", "{\"published\":\"soon\"}");
	write_text(d, "spool/c.html", "<p>Isi.");
	write_text(d, "spool/c.html.json", "");
	daemon_rig_start(d);
	daemon_rig_wait_counter(d, "netral_spool_files_failed_total", 3);
	assert_true(exists(d, "spool/failed/a.html") && exists(d, "spool/failed/a.html.json"));
	assert_contains(d, "spool/failed/a.html.reason", "a.html: metadata: title: not a string");
	assert_true(exists(d, "spool/failed/b.html.json"));
	assert_contains(d, "spool/failed/b.html.reason", "b.html: published: \"soon\"");
	assert_true(exists(d, "spool/failed/c.html.json"));
	assert_contains(d, "spool/failed/c.html.reason", "c.html: metadata: file: empty");
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), 0);
}

static void metadata_without_a_page_wait(void **state)
{
	struct daemon_rig *d = *state;
	const struct timespec old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	daemon_rig_with_spool(d);
	write_text(d, "spool/a.html.json", "{\"title\":\"Judul A\"}");
	assert_int_equal(utimensat(AT_FDCWD, rig_path(&d->rig, "spool/a.html.json"), old, 0), 0);
	daemon_rig_start(d);
	daemon_rig_wait_counter(d, "netral_spool_files_ignored_total", 1);
	assert_true(rig_log_has(d->netrald, "metadata without a page, name=\"a.html.json\""));
	assert_true(exists(d, "spool/a.html.json"));
	write_text(d, "a.html", "<p>Isi.");
	assert_int_equal(rename(rig_path(&d->rig, "a.html"), rig_path(&d->rig, "spool/a.html")), 0);
	rig_wait_file(&d->rig, "spool/done/a.html.json");
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), 1);
}

/* Both keep the number that the page got. */
static void a_taken_name_numbers_both(void **state)
{
	struct daemon_rig *d = *state;
	struct peer worker;
	daemon_rig_with_spool(d);
	rig_make_dir(&d->rig, "spool/done");
	write_text(d, "spool/done/a.html", "dulu");
	write_text(d, "spool/a.html", "<p>Isi.");
	write_text(d, "spool/a.html.json", "{\"source\":\"kurir\"}");
	daemon_rig_start(d);
	daemon_rig_wait_counter(d, "netral_spool_files_done_total", 1);
	daemon_rig_worker(d, &worker, "w", 100);
	assert_string_equal(receive_source(&worker, "kurir")->text.ptr, "Isi.");
	peer_close(&worker);
	assert_contains(d, "spool/done/a.html", "dulu");
	assert_false(exists(d, "spool/done/a.html.json"));
	assert_false(exists(d, "spool/a.html.json"));
}

struct bad_file {
	const char *name;
	const char *data;
	size_t len; /* 0: strlen */
	const char *reason;
};

static const struct bad_file bad_files[] = {
	{"empty.txt", "", 0, "empty.txt: file: empty"},
	{"blank.txt", " \n\n ", 0, "blank.txt: text: empty"},
	{"binary.txt", "a\n\x00\x01\x02", 5, "binary.txt: line 2: byte 2 of the file is a NUL"},
	{"latin.txt", "a\nb\nc\xe9t\n", 0,
	 "latin.txt: line 3: byte 5 of the file is not valid UTF-8"},
	{"bad.json", "{\"text\":\"a\"", 0, "bad.json: JSON, column 11:"},
	{"list.json", "[1]", 0, "list.json: JSON: not an object"},
	{"nothing.json", "{\"title\":\"a\"}", 0, "nothing.json: text: missing or empty"},
	{"when.json", "{\"text\":\"a b\",\"published\":\"soon\"}", 0,
	 "when.json: published: \"soon\" is not an ISO 8601 date"},
	{"script.html", "<html><script>var a;</script></html>", 0,
	 "script.html: HTML: no text in the page"},
	{"empty.jsonl", "", 0, "empty.jsonl: empty"},
	{"nul.jsonl", "{\"text\":\"a\\u0000b\"}\n", 0, "nul.jsonl, line 1: JSON, column"},
};

static void bad_files_are_moved_aside_with_a_reason(void **state)
{
	struct daemon_rig *d = *state;
	const size_t count = sizeof(bad_files) / sizeof(bad_files[0]);
	char path[RIG_PATH_SIZE];
	daemon_rig_with_spool(d);
	daemon_rig_start(d);
	for (size_t i = 0; i < count; i++) {
		const struct bad_file *b = &bad_files[i];
		snprintf(path, sizeof(path), "spool/%s", b->name);
		rig_write_file(&d->rig, path, b->data, b->len ? b->len : strlen(b->data));
	}
	daemon_rig_wait_counter(d, "netral_spool_files_failed_total", count);
	for (size_t i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "spool/failed/%s", bad_files[i].name);
		assert_true(exists(d, path));
		snprintf(path, sizeof(path), "spool/failed/%s.reason", bad_files[i].name);
		assert_contains(d, path, bad_files[i].reason);
	}
	assert_int_equal(daemon_rig_counter(d, "netral_articles_refused_total"), count);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), 0);
	assert_true(rig_log_has(d->netrald, "spool: file refused"));
	/* And none of it keeps a good one from being taken. */
	write_text(d, "spool/good.txt", "Isi.");
	rig_wait_file(&d->rig, "spool/done/good.txt");
}

static void a_file_of_200_mb_is_refused_unread(void **state)
{
	struct daemon_rig *d = *state;
	daemon_rig_with_spool(d);
	write_text(d, "big.txt", "");
	assert_int_equal(truncate(rig_path(&d->rig, "big.txt"), 200 << 20), 0);
	write_text(d, "big.jsonl", "");
	assert_int_equal(truncate(rig_path(&d->rig, "big.jsonl"), 200 << 20), 0);
	daemon_rig_start(d);
	assert_int_equal(rename(rig_path(&d->rig, "big.txt"), rig_path(&d->rig, "spool/big.txt")),
			 0);
	assert_int_equal(
		rename(rig_path(&d->rig, "big.jsonl"), rig_path(&d->rig, "spool/big.jsonl")), 0);
	daemon_rig_wait_counter(d, "netral_spool_files_failed_total", 2);
	assert_contains(d, "spool/failed/big.txt.reason",
			"big.txt: file: 209715200 bytes exceed the limit of 8388608");
	assert_contains(d, "spool/failed/big.jsonl.reason",
			"big.jsonl, line 1: longer than 8388608 bytes");
}

static void good_lines_among_bad_ones_are_taken(void **state)
{
	struct daemon_rig *d = *state;
	daemon_rig_with_spool(d);
	write_text(d, "spool/mixed.jsonl",
		   "{\"text\":\"Satu\"}\nnot json\n{\"text\":\"Dua\"}\n{\"text\":7}\n"
		   "{\"text\":\"Satu\"}\n");
	daemon_rig_start(d);
	rig_wait_file(&d->rig, "spool/failed/mixed.jsonl");
	daemon_rig_wait_counter(d, "netral_spool_files_failed_total", 1);
	assert_contains(d, "spool/failed/mixed.jsonl.reason",
			"2 refused, 2 taken in, 1 known before");
	assert_contains(d, "spool/failed/mixed.jsonl.reason", "mixed.jsonl, line 2: JSON");
	assert_contains(d, "spool/failed/mixed.jsonl.reason",
			"mixed.jsonl, line 4: text: not a string");
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), 2);
}

/* A file behind it in the queue is the proof that netrald has looked at it. */
static void a_file_that_is_being_written_is_left_alone(void **state)
{
	struct daemon_rig *d = *state;
	daemon_rig_with_spool(d);
	int before = open(rig_path(&d->rig, "spool/a.txt"), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_true(before >= 0);
	assert_int_equal(write(before, "Sete", 4), 4);
	write_text(d, "spool/b.txt", "Sesudah.");
	daemon_rig_start(d);
	rig_wait_file(&d->rig, "spool/done/b.txt");
	int later = open(rig_path(&d->rig, "spool/c.txt"), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_true(later >= 0);
	assert_int_equal(write(later, "Sete", 4), 4);
	write_text(d, "spool/d.txt", "Sesudah juga.");
	rig_wait_file(&d->rig, "spool/done/d.txt");
	assert_true(exists(d, "spool/a.txt"));
	assert_true(exists(d, "spool/c.txt"));
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), 2);
	assert_int_equal(write(before, "ngah.", 5), 5);
	assert_int_equal(write(later, "ngah lagi.", 10), 10);
	close(before);
	close(later);
	rig_wait_file(&d->rig, "spool/done/a.txt");
	rig_wait_file(&d->rig, "spool/done/c.txt");
	assert_contains(d, "spool/done/a.txt", "Setengah.");
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), 4);
}

static void a_taken_name_gets_a_number(void **state)
{
	struct daemon_rig *d = *state;
	daemon_rig_with_spool(d);
	daemon_rig_start(d);
	write_text(d, "spool/a.txt", "Satu.");
	rig_wait_file(&d->rig, "spool/done/a.txt");
	write_text(d, "spool/a.txt", "Dua.");
	daemon_rig_wait_counter(d, "netral_spool_files_done_total", 2);
	assert_contains(d, "spool/done/a.txt", "Satu.");
	assert_false(exists(d, "spool/a.txt"));
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), 2);
}

static void what_is_not_for_us_stays(void **state)
{
	struct daemon_rig *d = *state;
	daemon_rig_with_spool(d);
	write_text(d, "spool/.hidden.txt", "Tersembunyi.");
	write_text(d, "spool/picture.png", "PNG");
	rig_make_dir(&d->rig, "spool/folder.txt");
	assert_int_equal(mkfifo(rig_path(&d->rig, "spool/pipe.txt"), 0644), 0);
	assert_int_equal(symlink("/etc/passwd", rig_path(&d->rig, "spool/link.txt")), 0);
	write_text(d, "spool/z.txt", "Isi.");
	daemon_rig_start(d);
	rig_wait_file(&d->rig, "spool/done/z.txt");
	assert_true(exists(d, "spool/.hidden.txt"));
	assert_true(exists(d, "spool/picture.png"));
	assert_true(exists(d, "spool/pipe.txt"));
	assert_true(exists(d, "spool/link.txt"));
	assert_int_equal(daemon_rig_counter(d, "netral_spool_files_ignored_total"), 3);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), 1);
}

static void a_folder_that_goes_away_is_waited_for(void **state)
{
	struct daemon_rig *d = *state;
	daemon_rig_with_spool(d);
	daemon_rig_start(d);
	assert_int_equal(rename(rig_path(&d->rig, "spool"), rig_path(&d->rig, "away")), 0);
	while (!strstr(daemon_rig_status(d)->state, "cannot be used"))
		;
	daemon_rig_expect(d, 1, 1, SUBMIT_ACCEPTED);
	assert_int_equal(rename(rig_path(&d->rig, "away"), rig_path(&d->rig, "spool")), 0);
	write_text(d, "spool/a.txt", "Kembali.");
	rig_wait_file(&d->rig, "spool/done/a.txt");
	assert_string_equal(daemon_rig_status(d)->state, "running");
}

static char *many_lines(unsigned count)
{
	char *lines = malloc((size_t)count * 64);
	size_t len = 0;
	assert_non_null(lines);
	for (unsigned i = 0; i < count; i++)
		len += (size_t)sprintf(lines + len, "{\"text\":\"Baris nomor %u\"}\n", i);
	return lines;
}

/* Both are there when netrald wakes up: the article must be journaled before the end of the file.
 */
static void a_long_file_does_not_keep_submitters_waiting(void **state)
{
	struct daemon_rig *d = *state;
	struct peer worker;
	enum { LINES = 60000 };
	char *lines = many_lines(LINES);
	struct article article = {.text = {"Kiriman.", 8}};
	struct message submit = {.type = MSG_SUBMIT, .submit = {1, &article, 1}};
	daemon_rig_with_spool(d);
	write_text(d, "long.jsonl", lines);
	free(lines);
	daemon_rig_start(d);
	daemon_rig_expect(d, 1, 1, SUBMIT_ACCEPTED); /* connected */
	rig_signal(d->netrald, SIGSTOP);
	peer_send(&d->submitter, &submit);
	assert_int_equal(
		rename(rig_path(&d->rig, "long.jsonl"), rig_path(&d->rig, "spool/long.jsonl")), 0);
	rig_signal(d->netrald, SIGCONT);
	peer_receive(&d->submitter, MSG_SUBMIT_REPLY);
	rig_wait_file(&d->rig, "spool/done/long.jsonl");
	daemon_rig_wait_counter(d, "netral_spool_files_waiting", 0);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), LINES + 2);

	daemon_rig_worker(d, &worker, "w", 256);
	for (uint64_t seq = 0; seq == 0;) {
		const struct msg_work *work = &peer_receive(&worker, MSG_WORK)->work;
		for (size_t i = 0; i < work->item_count; i++) {
			if (strcmp(work->items[i].article.text.ptr, "Kiriman.") == 0)
				seq = work->items[i].seq;
		}
		assert_true(seq <= LINES + 1);
		daemon_rig_done_all(&worker, work);
	}
	peer_close(&worker);
}

static void a_full_journal_keeps_files_in_the_spool(void **state)
{
	struct daemon_rig *d = *state;
	struct peer worker;
	enum { LINES = 20000 };
	char *lines = many_lines(LINES);
	daemon_rig_with_spool(d);
	daemon_rig_set(d, "journal_max_bytes=1M");
	write_text(d, "spool/long.jsonl", lines);
	free(lines);
	daemon_rig_start(d);
	daemon_rig_wait_counter(d, "netral_intake_stopped", 1);
	assert_true(exists(d, "spool/long.jsonl"));
	daemon_rig_worker(d, &worker, "w", 4096);
	for (size_t done = 0; done < LINES;) {
		const struct msg_work *work = &peer_receive(&worker, MSG_WORK)->work;
		done += work->item_count;
		daemon_rig_done_all(&worker, work);
	}
	rig_wait_file(&d->rig, "spool/done/long.jsonl");
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), LINES);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_duplicate_total"), 0);
	peer_close(&worker);
}

#ifdef NETRAL_TEST_HOOKS
static void a_crash_around_the_move_loses_and_doubles_nothing(void **state)
{
	static const char *const points[] = {"netrald-before-commit", "netrald-after-commit",
					     "netrald-before-move", "netrald-after-move"};
	struct daemon_rig *d = *state;
	daemon_rig_with_spool(d);
	for (unsigned i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		char crash[64], text[32], name[32], done[64];
		const char *env[] = {crash, NULL};
		snprintf(crash, sizeof(crash), "NETRAL_CRASH=%s", points[i]);
		snprintf(text, sizeof(text), "Artikel %u.", i);
		snprintf(name, sizeof(name), "spool/%u.txt", i);
		snprintf(done, sizeof(done), "spool/done/%u.txt", i);
		write_text(d, name, text);
		daemon_rig_launch(d, env);
		assert_int_equal(rig_wait_exit(d->netrald), -SIGKILL);
		daemon_rig_start(d);
		rig_wait_file(&d->rig, done);
		daemon_rig_wait_counter(d, "netral_spool_files_waiting", 0);
		assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), i + 1);
		rig_stop(d->netrald);
	}
}

/* The page goes first: it is never read without its metadata. */
static void a_crash_around_the_move_of_a_pair_doubles_nothing(void **state)
{
	static const char *const points[] = {"netrald-before-commit", "netrald-after-commit",
					     "netrald-before-move", "netrald-after-move"};
	struct daemon_rig *d = *state;
	daemon_rig_with_spool(d);
	for (unsigned i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		char crash[64], text[32], name[32], meta[40], done[64];
		const char *env[] = {crash, NULL};
		snprintf(crash, sizeof(crash), "NETRAL_CRASH=%s", points[i]);
		snprintf(text, sizeof(text), "<p>Artikel %u.", i);
		snprintf(name, sizeof(name), "spool/%u.html", i);
		snprintf(meta, sizeof(meta), "spool/%u.html.json", i);
		snprintf(done, sizeof(done), "spool/done/%u.html", i);
		write_text(d, meta, "{\"title\":\"Judul\"}");
		write_text(d, name, text);
		daemon_rig_launch(d, env);
		assert_int_equal(rig_wait_exit(d->netrald), -SIGKILL);
		daemon_rig_start(d);
		rig_wait_file(&d->rig, done);
		daemon_rig_wait_counter(d, "netral_spool_files_waiting", 0);
		assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), i + 1);
		assert_int_equal(exists(d, meta), strcmp(points[i], "netrald-after-move") == 0);
		rig_stop(d->netrald);
	}
}

static void a_failed_commit_is_tried_again(void **state)
{
	struct daemon_rig *d = *state;
	static const char *const env[] = {"NETRAL_FAULT=commit:1", NULL};
	daemon_rig_with_spool(d);
	write_text(d, "spool/a.jsonl", "{\"text\":\"Satu\"}\n{\"text\":\"Dua\"}\n");
	write_text(d, "spool/b.txt", "Tiga.");
	daemon_rig_launch(d, env);
	rig_wait_ready(d->netrald);
	rig_wait_file(&d->rig, "spool/done/a.jsonl");
	rig_wait_file(&d->rig, "spool/done/b.txt");
	assert_true(rig_log_has(d->netrald, "could not be committed"));
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), 3);
	assert_int_equal(daemon_rig_counter(d, "netral_intake_stopped"), 0);
}
#endif

#define TEST(f) cmocka_unit_test_setup_teardown(f, daemon_rig_set_up, daemon_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_format_becomes_an_article),
		TEST(metadata_go_with_their_page),
		TEST(bad_metadata_fail_with_their_page),
		TEST(metadata_without_a_page_wait),
		TEST(a_taken_name_numbers_both),
		TEST(bad_files_are_moved_aside_with_a_reason),
		TEST(a_file_of_200_mb_is_refused_unread),
		TEST(good_lines_among_bad_ones_are_taken),
		TEST(a_file_that_is_being_written_is_left_alone),
		TEST(a_taken_name_gets_a_number),
		TEST(what_is_not_for_us_stays),
		TEST(a_folder_that_goes_away_is_waited_for),
		TEST(a_long_file_does_not_keep_submitters_waiting),
		TEST(a_full_journal_keeps_files_in_the_spool),
#ifdef NETRAL_TEST_HOOKS
		TEST(a_crash_around_the_move_loses_and_doubles_nothing),
		TEST(a_crash_around_the_move_of_a_pair_doubles_nothing),
		TEST(a_failed_commit_is_tried_again),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
