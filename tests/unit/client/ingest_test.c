/* What ingest-warc keeps and shows: articles under way, the state's file, the bar, the sums. */
#include "capture.h"
#include "client/bar.h"
#include "client/ingest_state.h"
#include "client/pending.h"
#include "client/tally.h"
#include "tests/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

/* --- articles under way --- */

static void the_first_without_an_answer_counts(void **state)
{
	(void)state;
	struct pending p = {0};
	uint64_t numbers[SUBMITTER_MAX];
	assert_null(pending_first(&p));
	for (unsigned i = 0; i < SUBMITTER_MAX; i++)
		numbers[i] = pending_add(&p, (struct warc_place){i / 2, i % 2});
	assert_int_equal(pending_first(&p)->offset, 0);
	/* The answer of the first was lost; any number of later ones come and go. */
	for (unsigned i = 1; i < SUBMITTER_MAX; i++)
		pending_answered(&p, numbers[i]);
	for (unsigned i = 0; i < 2 * SUBMITTER_MAX; i++)
		pending_answered(&p, pending_add(&p, (struct warc_place){1000 + i, 0}));
	assert_int_equal(pending_first(&p)->offset, 0);
	uint64_t last = pending_add(&p, (struct warc_place){0, 1});
	pending_answered(&p, numbers[0]);
	assert_int_equal(pending_first(&p)->within, 1);
	pending_answered(&p, last);
	assert_null(pending_first(&p));
}

/* --- the state's file --- */

struct fixture {
	char dir[FOLDER_SIZE];
	char path[100];
	struct archive_file file;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	*state = f;
	f->file = (struct archive_file){.fd = -1, .name = "a.warc.gz", .mark = "0123abcd"};
	if (!folder_make(f->dir))
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/state", f->dir);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	unlink(f->path);
	rmdir(f->dir);
	free(f);
	return 0;
}

static void a_state_is_what_was_written(void **state)
{
	struct fixture *f = *state;
	struct ingest_state s, again;
	assert_int_equal(ingest_state_init(&s, f->path, &f->file), EX_OK);
	assert_int_equal(ingest_state_load(&s, &f->file), EX_OK);
	assert_int_equal(s.place.offset, 0);
	assert_false(s.finished);
	s.place = (struct warc_place){5000000000, 7};
	s.size = 6000000000;
	s.finished = true;
	assert_int_equal(ingest_state_save(&s, &f->file), 0);
	assert_int_equal(ingest_state_init(&again, f->path, &f->file), EX_OK);
	assert_int_equal(ingest_state_load(&again, &f->file), EX_OK);
	assert_memory_equal(&s, &again, sizeof(s));
}

static void expect_refused(struct fixture *f, const char *content, const char *reason)
{
	struct ingest_state s;
	FILE *out = fopen(f->path, "we");
	assert_non_null(out);
	fputs(content, out);
	fclose(out);
	assert_int_equal(ingest_state_init(&s, f->path, &f->file), EX_OK);
	capture_start_standard();
	int exit_code = ingest_state_load(&s, &f->file);
	char *said = capture_stop_standard();
	assert_int_equal(exit_code, EX_DATAERR);
	assert_non_null(strstr(said, reason));
	free(said);
}

static void a_state_that_is_none_is_refused(void **state)
{
	struct fixture *f = *state;
	static const char *const none[] = {"", "{}", "[1]", "x",
					   "{\"archive\":\"0123abcd\",\"offset\":-1,\"within\":0,"
					   "\"size\":0,\"finished\":false}"};
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		expect_refused(f, none[i], "not a state of ingest-warc");
	expect_refused(
		f, "{\"archive\":\"00\",\"offset\":1,\"within\":0,\"size\":0,\"finished\":false}",
		"another archive");
}

/* --- what is shown --- */

static void expect_bar(const struct bar *b, bool drawn, const char *expected)
{
	char text[BAR_SIZE];
	bar_format(b, drawn, text);
	assert_string_equal(text, expected);
}

static void bars(void **state)
{
	(void)state;
	struct bar b = {.at = 0, .size = 1100000000};
	expect_bar(&b, true, "[..........] 0 bytes of 1.1 GB, 0 records, 0 articles");
	b = (struct bar){.at = 441000000,
			 .size = 1100000000,
			 .records = 12345,
			 .articles = 4321,
			 .ms = 36000};
	expect_bar(&b, true,
		   "[####......] 441 MB of 1.1 GB, 12345 records, 4321 articles, 12.2 MB/s, 0:53 "
		   "left");
	b.begun = 440000000;
	expect_bar(&b, false,
		   "441 MB of 1.1 GB, 12345 records, 4321 articles, 27.8 kB/s, 6:35:24 left");
	b.at = b.size;
	expect_bar(&b, true,
		   "[##########] 1.1 GB of 1.1 GB, 12345 records, 4321 articles, 18.3 MB/s");
	b = (struct bar){.at = 999999, .ms = 2000};
	expect_bar(&b, true, "1.0 MB, 0 records, 0 articles, 500 kB/s");
	/* However large: within its bound. */
	b = (struct bar){UINT64_MAX - 1, UINT64_MAX, UINT64_MAX,
			 UINT64_MAX,     UINT64_MAX, UINT64_MAX};
	char text[BAR_SIZE];
	bar_format(&b, true, text);
	assert_true(strlen(text) < BAR_SIZE);
}

static void sums(void **state)
{
	(void)state;
	struct capture c;
	struct tally t = {.records = 9, .pages = 3, .cut = 1, .articles = 2};
	t.outcomes[SUBMIT_ACCEPTED] = 2;
	t.left_out[LEFT_REDIRECT] = 4;
	t.left_out[LEFT_NO_ARTICLE] = 1;
	t.damages[WARC_BOMB] = 1;
	capture_begin(&c);
	tally_print(c.out, "a.warc", &t, true);
	capture_expect(
		&c, "a.warc: 9 records, 3 pages, 2 articles: 2 accepted, 0 duplicate, 0 refused\n"
		    "  left out: 4 redirects, 1 pages without an article\n"
		    "  cut: 1 pages are not all there\n"
		    "  damage: 1 times a body was cut at the size limit of what is decompressed\n");
	json_t *j = tally_json(&t);
	char *text = json_dumps(j, JSON_COMPACT);
	assert_string_equal(text,
			    "{\"records\":9,\"pages\":3,\"cut\":1,\"articles\":2,\"accepted\":2,"
			    "\"duplicate\":0,\"refused\":0,\"left_out\":{\"redirects\":4,"
			    "\"no_article\":1},\"damage\":{\"bomb\":1}}");
	free(text);
	json_decref(j);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_without_an_answer_counts),
		TEST(a_state_is_what_was_written),
		TEST(a_state_that_is_none_is_refused),
		cmocka_unit_test(bars),
		cmocka_unit_test(sums),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
