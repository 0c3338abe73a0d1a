/* reader.h - files turned into articles: .txt, .html, .json, and .jsonl line by line.
 *
 * Beside a page, in NAME.html.json, may stand what is told of it.
 *
 * For the spool of netrald and for the command line. Everything read is taken for hostile: sizes,
 * depth and memory are bounded, and an error is a sentence that names line or field.
 *
 * The readers fill in url, title, text and published; all of it lives in the arena. They do not
 * run article_check(): the caller sets `source` and calls it, which also sets the id.
 * One thread of a process at a time (the JSON library's allocator is swapped while it reads). */
#ifndef NETRAL_LIB_READER_READER_H
#define NETRAL_LIB_READER_READER_H

#include "lib/arena.h"
#include "lib/article.h"
#include "lib/buf.h"

#include <stdbool.h>

enum {
	READER_REASON_SIZE = 256,
	READER_FILE_MAX = 8 << 20,  /* bytes of a .txt, .html or .json file */
	READER_LINE_MAX = 8 << 20,  /* bytes of one line of a .jsonl file, which has any length */
	READER_ARENA_MAX = 96 << 20 /* bytes that one call may take from the arena */
};

enum reader_format {
	READER_UNKNOWN = 0,
	READER_TEXT,  /* .txt */
	READER_HTML,  /* .html, .htm */
	READER_JSON,  /* .json: one object */
	READER_LINES, /* .jsonl: one object a line */
	READER_META,  /* .html.json, .htm.json: what is told of the page of that name */
};

/* Behind the name of a page, the name of the file that tells of it. */
#define READER_META_ENDING ".json"

/* By the ending of a file name, in any case. */
enum reader_format reader_format_of(const char *file_name);

/* Reads `fd` from where it stands to its end into `out`, which is cleared first. A file that is
 * known to be too big is not read at all.
 * 0, or with a reason NETRAL_ETOOBIG (more than READER_FILE_MAX), NETRAL_EINVALID (empty),
 * NETRAL_EIO, NETRAL_ENOMEM. */
int reader_load(int fd, struct buf *out, char reason[static READER_REASON_SIZE]);

/* Each: 0, or with a reason NETRAL_EENCODING, NETRAL_EMALFORMED, NETRAL_EINVALID, NETRAL_ETOOBIG or
 * NETRAL_ENOMEM. `arena` is not reset here; its limit should be READER_ARENA_MAX.
 *
 * reader_text: text is the content without a byte order mark and with LF for CRLF; title is the
 * first line if it has at most 200 bytes and more text follows. */
int reader_text(const char *data, size_t len, struct arena *arena, struct article *ret_article,
		char reason[static READER_REASON_SIZE]);

/* What is told of a page beside its bytes. Each may be empty, with ptr NULL; NUL-terminated. */
struct reader_meta {
	struct text url;
	struct text title;
	struct text published;
	struct text source;
	struct text charset; /* as a Content-Type states it: bytes that are UTF-8 stay so */
};

/* What lib/extract makes of a page: title, text, published and url, each but the text perhaps
 * empty. What `meta` (may be NULL) tells goes before what the page says. Bytes that are not UTF-8
 * are no error here. */
int reader_html(const char *data, size_t len, const struct reader_meta *meta, struct arena *arena,
		struct article *ret_article, char reason[static READER_REASON_SIZE]);

/* One object {"url","title","published","source","charset"} of strings; other keys are ignored,
 * null counts as absent. */
int reader_meta(const char *data, size_t len, struct arena *arena, struct reader_meta *ret_meta,
		char reason[static READER_REASON_SIZE]);
/* Likewise, of the file `fd` from where it stands; errors of reader_load() too. The reason says
 * that it is about metadata. */
int reader_meta_load(int fd, struct arena *arena, struct reader_meta *ret_meta,
		     char reason[static READER_REASON_SIZE]);

/* One object {"id","url","title","published","text"}; other keys are ignored, null counts as
 * absent. *ret_id (may be NULL) is the "id" as text, a whole number in decimal, or empty. */
int reader_json(const char *data, size_t len, struct arena *arena, struct article *ret_article,
		struct text *ret_id, char reason[static READER_REASON_SIZE]);

/* Lines of a descriptor, read in pieces. Blank lines are passed over and counted. */
struct reader_lines {
	int fd; /* borrowed */
	struct buf buf;
	size_t at;       /* where the next line begins in buf */
	size_t returned; /* where the line returned last begins */
	uint64_t number; /* of the line returned last, from 1 */
	bool ended;
	bool failed;
};
void reader_lines_init(struct reader_lines *r, int fd);
void reader_lines_fini(struct reader_lines *r); /* takes a zeroed object */

/* 1 with *ret_line, without its line end and valid until the next call; 0 at the end; or
 * NETRAL_ETOOBIG (line `number` is longer than READER_LINE_MAX; reading ends there),
 * NETRAL_EIO, NETRAL_ENOMEM. After an error, always NETRAL_ECLOSED. */
int reader_lines_next(struct reader_lines *r, struct text *ret_line);

/* The next call returns the same line again. */
void reader_lines_repeat(struct reader_lines *r);

#endif
