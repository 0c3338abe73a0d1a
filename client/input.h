/* input.h - articles from files and standard input, one at a time, for submit and classify. With a
 * page, what stands beside it in NAME.html.json is read, whether that file is named too or not.
 * The main thread. */
#ifndef NETRAL_CLIENT_INPUT_H
#define NETRAL_CLIENT_INPUT_H

#include "lib/arena.h"
#include "lib/article.h"
#include "lib/reader/reader.h"

#include <stdbool.h>

struct input_options {
	const char *format; /* text, html, json, jsonl; NULL: by the ending of each name */
	const char *title;  /* NULL, or instead of what the input says; likewise: */
	const char *url;
	const char *published;
	char **files; /* "-" is standard input; none: standard input */
	size_t file_count;
};

/* What was read. `article` has passed article_check() unless exit_code says otherwise; then
 * `reason` is a sentence about it. Everything but `reason` is in the arena. */
struct input_item {
	const char *where; /* "a.txt", "a.jsonl:12" */
	uint64_t number;   /* that its source knows it by, if it needs one */
	struct text id;    /* the "id" of a JSON object, or empty */
	struct article article;
	int exit_code; /* EX_OK; EX_DATAERR, EX_NOINPUT, EX_NOPERM, EX_IOERR */
	char reason[READER_REASON_SIZE];
};

struct input;

/* *o is borrowed until input_free(). EX_OK, or an exit code after a message. */
int input_new(const struct input_options *o, struct input **ret_input);
void input_free(struct input *in); /* takes NULL */
void input_freep(struct input **in);

/* 1 with an item, 0 at the end, NETRAL_ENOMEM. A file that cannot be read is an item with its
 * exit code, and the next call goes on behind it. */
int input_next(struct input *in, struct arena *arena, struct input_item *ret_item);

/* True when input_next() would have to wait for somebody who writes into a pipe; *ret_fd is what to
 * wait for. */
bool input_would_wait(const struct input *in, int *ret_fd);

/* Whether any of the files holds one object a line. */
bool input_has_lines(const struct input *in);

#endif
