/* archive_file.h - a web archive that is read from a file or from standard input. The main thread.
 */
#ifndef NETRAL_CLIENT_ARCHIVE_FILE_H
#define NETRAL_CLIENT_ARCHIVE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ARCHIVE_HEAD_SIZE = 4096, ARCHIVE_MARK_SIZE = 33 };

struct archive_file {
	int fd;
	const char *name; /* as people see it, borrowed */
	bool is_file;     /* it has a size, and can be read again */
	uint64_t size;
	uint8_t head[ARCHIVE_HEAD_SIZE]; /* its first bytes, */
	size_t head_len, head_at;        /* from `head_at` on still to be given out */
	/* A hash of the first bytes, where an archive tells who made it and when: the same archive
	 * elsewhere, or one that has grown, has the same. */
	char mark[ARCHIVE_MARK_SIZE];
};

/* Opens `name`, "-" for standard input, and reads the head. EX_OK, or an exit code after a message.
 * To be ended with archive_file_close(), also then. */
int archive_file_open(struct archive_file *f, const char *name);
void archive_file_close(struct archive_file *f);

/* The next read begins at `offset`, before any other: by seeking, or by passing over what is before
 * it. 0, NETRAL_EIO, or NETRAL_EINVALID when the archive ends before. */
int archive_file_skip(struct archive_file *f, uint64_t offset);

/* For the reader of archives: bytes, 0 at the end, NETRAL_EAGAIN when a pipe has none for now,
 * NETRAL_EIO with errno set. */
int64_t archive_file_read(struct archive_file *f, void *data, size_t size);

#endif
