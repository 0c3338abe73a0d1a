/* journal_fixture.h - a journal in a directory of its own, and articles by number. */
#ifndef NETRAL_TESTS_UNIT_DAEMON_JOURNAL_FIXTURE_H
#define NETRAL_TESTS_UNIT_DAEMON_JOURNAL_FIXTURE_H

#include "daemon/journal.h"
#include "lib/error.h"
#include "tests/folder.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char dir[FOLDER_SIZE];
	struct journal_options options;
	struct journal *journal;
	char error[256];
	char *text; /* of the articles: text_len bytes, the number in front */
	size_t text_len;
};

static inline int fixture_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void fixture_open(struct fixture *f)
{
	int r = journal_open(&f->options, &f->journal, f->error, sizeof(f->error));
	if (r < 0)
		fail_msg("%s", f->error);
}

static inline void fixture_close(struct fixture *f)
{
	journal_close(f->journal);
	f->journal = NULL;
}

static inline int fixture_set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	assert_true(folder_make(f->dir));
	f->options = (struct journal_options){
		.dir = f->dir, .max_bytes = 64 << 20, .remembered_ids = 1000, .dead_max = 1000};
	f->text_len = 100;
	*state = f;
	fixture_open(f);
	return 0;
}

static inline int fixture_tear_down(void **state)
{
	struct fixture *f = *state;
	journal_close(f->journal);
	nftw(f->dir, fixture_remove, 8, FTW_DEPTH | FTW_PHYS);
	free(f->text);
	free(f);
	return 0;
}

/* Article `n`; its text is valid until the next call. */
static inline struct article fixture_article(struct fixture *f, unsigned n)
{
	char reason[ARTICLE_REASON_SIZE];
	free(f->text);
	f->text = malloc(f->text_len + 1);
	assert_non_null(f->text);
	memset(f->text, 'x', f->text_len);
	f->text[f->text_len] = '\0';
	char number[16];
	int len = snprintf(number, sizeof(number), "%u ", n);
	memcpy(f->text, number, (size_t)len);
	struct article a = {.title = {"Judul", 5}, .text = {f->text, f->text_len}};
	assert_int_equal(article_check(&a, reason), 0);
	return a;
}

static inline int fixture_append(struct fixture *f, unsigned n)
{
	struct article a = fixture_article(f, n);
	return journal_append(f->journal, &a);
}

#endif
