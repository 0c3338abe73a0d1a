/* spool_file.h - one file of the spool: opening it, handing its articles to intake. A page and the
 * metadata beside it (NAME.html.json) are one. */
#ifndef NETRAL_DAEMON_SPOOL_FILE_H
#define NETRAL_DAEMON_SPOOL_FILE_H

#include "daemon/intake.h"
#include "lib/reader/reader.h"

#include <limits.h>
#include <sys/stat.h>

struct spool_file {
	char name[NAME_MAX + 1];
	char meta_name[NAME_MAX + 1];   /* of a page, unless that is too long */
	char shown[ARTICLE_SOURCE_MAX]; /* "spool:" and the name, printable */
	enum reader_format format;
	int fd;
	struct stat st;
	bool has_meta; /* metadata are read with it */
	int meta_fd;
	struct stat meta_st;
	struct reader_lines lines;
	uint64_t accepted, duplicates, refused;
	struct buf reasons; /* why articles were refused, one a line */
};

enum spool_open {
	SPOOL_OPEN_TAKE, /* the file is open */
	SPOOL_OPEN_GONE,
	SPOOL_OPEN_NOT_OURS,  /* no regular file, or no format of ours */
	SPOOL_OPEN_NO_PAGE,   /* metadata whose page is not there */
	SPOOL_OPEN_WRITTEN,   /* someone is writing it */
	SPOOL_OPEN_YOUNG,     /* someone may be writing it */
	SPOOL_OPEN_UNREADABLE /* f->reasons says why */
};

/* `closed`: an event said that its writer closed it. Metadata are opened with their page only: by
 * themselves they are GONE while it is there, and YOUNG when it may be about to come. The file is
 * ended with spool_file_close() in any case. */
enum spool_open spool_file_open(struct spool_file *f, int dir_fd, const char *name, bool closed);
void spool_file_close(struct spool_file *f);
/* Closes what was read and keeps what is known of it. */
void spool_file_end_reading(struct spool_file *f);

enum spool_feed {
	SPOOL_FEED_END,  /* the file has been read: accepted, duplicates, refused, reasons */
	SPOOL_FEED_MORE, /* the batch is full, or enough was read for one turn */
	SPOOL_FEED_BUSY  /* intake is stopped: feed again later */
};
/* Reads on. `arena` is scratch memory. */
enum spool_feed spool_file_feed(struct spool_file *f, struct intake *i, struct arena *arena,
				uint64_t now_ms);

/* What was read of it was not committed: begins again. */
void spool_file_rewind(struct spool_file *f);

/* Name without its directory, for messages: f->shown without "spool:". */
const char *spool_file_shown(const struct spool_file *f);

/* Whether the file, and its metadata, are still those that were read. */
bool spool_file_is_same(const struct spool_file *f, int dir_fd);

#endif
