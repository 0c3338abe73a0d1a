#include "client/archive_file.h"

#include "client/cli.h"
#include "lib/error.h"
#include "lib/id.h"
#include "lib/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static ssize_t read_fd(int fd, void *data, size_t size)
{
	ssize_t n;
	do
		n = read(fd, data, size);
	while (n < 0 && errno == EINTR);
	return n;
}

static int fail(const struct archive_file *f)
{
	int err = errno;
	return cli_fail(program_exit_code(netral_error_from_errno(err)), "%s: %s", f->name,
			strerror(err));
}

static int read_head(struct archive_file *f)
{
	ssize_t n = 1;
	while (n > 0 && f->head_len < sizeof(f->head)) {
		n = read_fd(f->fd, f->head + f->head_len, sizeof(f->head) - f->head_len);
		if (n < 0)
			return fail(f);
		f->head_len += (size_t)n;
	}
	struct article_id mark = article_id_of("", 0, (const char *)f->head, f->head_len);
	article_id_format(&mark, f->mark);
	return EX_OK;
}

int archive_file_open(struct archive_file *f, const char *name)
{
	bool is_input = strcmp(name, "-") == 0;
	struct stat st;
	*f = (struct archive_file){.fd = STDIN_FILENO, .name = is_input ? "stdin" : name};
	if (!is_input)
		f->fd = open(name, O_RDONLY | O_CLOEXEC);
	if (f->fd < 0 || fstat(f->fd, &st) < 0)
		return fail(f);
	f->is_file = S_ISREG(st.st_mode) && !is_input;
	f->size = f->is_file ? (uint64_t)st.st_size : 0;
	return read_head(f);
}

void archive_file_close(struct archive_file *f)
{
	if (f->fd > STDIN_FILENO)
		close(f->fd);
	f->fd = -1;
}

static int pass_over(struct archive_file *f, uint64_t n)
{
	char scratch[16 << 10];
	while (n > 0) {
		ssize_t got = read_fd(f->fd, scratch, n < sizeof(scratch) ? n : sizeof(scratch));
		if (got <= 0)
			return got < 0 ? NETRAL_EIO : NETRAL_EINVALID;
		n -= (uint64_t)got;
	}
	return NETRAL_OK;
}

int archive_file_skip(struct archive_file *f, uint64_t offset)
{
	if (offset <= f->head_len) {
		f->head_at = (size_t)offset;
		return NETRAL_OK;
	}
	f->head_at = f->head_len;
	if (!f->is_file)
		return pass_over(f, offset - f->head_len);
	if (offset > f->size)
		return NETRAL_EINVALID;
	return lseek(f->fd, (off_t)offset, SEEK_SET) < 0 ? NETRAL_EIO : NETRAL_OK;
}

int64_t archive_file_read(struct archive_file *f, void *data, size_t size)
{
	size_t kept = f->head_len - f->head_at;
	if (kept > 0) {
		size = kept < size ? kept : size;
		memcpy(data, f->head + f->head_at, size);
		f->head_at += size;
		return (int64_t)size;
	}
	struct pollfd p = {.fd = f->fd, .events = POLLIN};
	if (!f->is_file && poll(&p, 1, 0) == 0)
		return NETRAL_EAGAIN;
	ssize_t n = read_fd(f->fd, data, size);
	return n < 0 ? NETRAL_EIO : n;
}
