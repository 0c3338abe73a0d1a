#include "client/source_file.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODE_NEW = 0644 };

struct addition {
	const char *path; /* of the file itself, behind symbolic links */
	const struct source_statement *statement;
	struct buf text; /* of the whole file */
	size_t count;    /* of sources that were there */
	char next[PATH_MAX];
	char *error;
	size_t error_size;
};

static int fail(const struct addition *a, const char *path, int number)
{
	snprintf(a->error, a->error_size, "%s: %s", path, strerror(number));
	return netral_error_from_errno(number);
}

/* --- what is there --- */

static bool is(const struct text *t, const char *s)
{
	return s && t->len == strlen(s) && memcmp(t->ptr, s, t->len) == 0;
}

static int find_conflict(const struct sources *sources, const char *path, const char *name,
			 const char *url, char *error, size_t error_size)
{
	for (size_t i = 0; i < sources->count; i++) {
		const struct source *s = &sources->list[i];
		if (is(&s->url, url)) {
			snprintf(error, error_size, "%s is in %s already, as \"%s\"", url, path,
				 s->name.ptr);
			return NETRAL_EBUSY;
		}
		if (is(&s->name, name)) {
			snprintf(error, error_size,
				 "\"%s\" is the name of another source in %s; choose one with "
				 "--name",
				 name, path);
			return NETRAL_EBUSY;
		}
	}
	return NETRAL_OK;
}

/* *ret_count: the sources of the file. */
static int check(const char *path, const char *name, const char *url, size_t *ret_count,
		 char *error, size_t error_size)
{
	struct sources sources = {0};
	int r = sources_read(path, &sources, error, error_size);
	*ret_count = 0;
	if (r == NETRAL_ENOTFOUND)
		return NETRAL_OK;
	if (r < 0)
		return r;
	*ret_count = sources.count;
	r = find_conflict(&sources, path, name, url, error, error_size);
	sources_free(&sources);
	return r;
}

int source_file_check(const char *path, const char *name, const char *url, char *error,
		      size_t error_size)
{
	size_t count;
	return check(path, name, url, &count, error, error_size);
}

/* --- what is to be there --- */

static int read_old(struct addition *a, int fd)
{
	enum { STEP = 1 << 16 };
	for (;;) {
		int r = buf_reserve(&a->text, STEP);
		if (r < 0) {
			snprintf(a->error, a->error_size, "%s: %s", a->path, netral_strerror(r));
			return r;
		}
		ssize_t n = read(fd, a->text.data + a->text.len, STEP);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? fail(a, a->path, errno) : NETRAL_OK;
		a->text.len += (size_t)n;
	}
}

/* An empty line between it and what was there. */
static int append_section(struct addition *a)
{
	struct buf *t = &a->text;
	int r = NETRAL_OK;
	if (t->len && t->data[t->len - 1] != '\n')
		r = buf_append(t, "\n", 1);
	if (r == NETRAL_OK && t->len)
		r = buf_append(t, "\n", 1);
	if (r == NETRAL_OK)
		r = source_write(a->statement, t);
	if (r < 0)
		snprintf(a->error, a->error_size, "%s: %s", a->path, netral_strerror(r));
	return r;
}

static int write_all(int fd, const struct buf *b)
{
	for (size_t at = 0; at < b->len;) {
		ssize_t n = write(fd, b->data + at, b->len - at);
		if (n < 0 && errno != EINTR)
			return errno;
		at += n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) == 0 ? 0 : errno;
}

/* Owner and mode of the file that it takes the place of, then what it holds. */
static int fill(struct addition *a, int fd, const struct stat *old)
{
	struct stat now;
	if (fstat(fd, &now) < 0)
		return fail(a, a->next, errno);
	bool same_owner = !old || (old->st_uid == now.st_uid && old->st_gid == now.st_gid);
	if (!same_owner && fchown(fd, old->st_uid, old->st_gid) < 0)
		return fail(a, a->next, errno);
	if (fchmod(fd, old ? old->st_mode & 07777 : MODE_NEW) < 0)
		return fail(a, a->next, errno);
	int number = write_all(fd, &a->text);
	return number ? fail(a, a->next, number) : NETRAL_OK;
}

/* What cannot be read back as it was meant is not put in place. */
static int read_back(struct addition *a)
{
	struct sources sources = {0};
	int r = sources_read(a->next, &sources, a->error, a->error_size);
	if (r < 0)
		return r;
	const struct source *last = sources.count ? &sources.list[sources.count - 1] : NULL;
	if (!last || sources.count != a->count + 1 || !is(&last->name, a->statement->name) ||
	    !is(&last->url, a->statement->url)) {
		snprintf(a->error, a->error_size, "%s: the section does not read as it was meant",
			 a->path);
		r = NETRAL_EINVALID;
	}
	sources_free(&sources);
	return r;
}

static int replace(struct addition *a, const struct stat *old, int folder)
{
	if (snprintf(a->next, sizeof(a->next), "%s.XXXXXX", a->path) >= (int)sizeof(a->next))
		return fail(a, a->path, ENAMETOOLONG);
	netral_cleanup(netral_closep) int fd = mkostemp(a->next, O_CLOEXEC);
	if (fd < 0)
		return fail(a, a->path, errno);
	int r = fill(a, fd, old);
	if (r == NETRAL_OK)
		r = read_back(a);
	if (r == NETRAL_OK && rename(a->next, a->path) < 0)
		r = fail(a, a->path, errno);
	if (r < 0)
		unlink(a->next);
	else if (fsync(folder) < 0)
		r = fail(a, a->path, errno);
	return r;
}

/* --- one after another --- */

/* The folder of the file, locked until it is closed: the file itself is replaced by others. */
static int lock_folder(struct addition *a, int *ret_fd)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(a->path, '/');
	int len = slash ? (int)(slash - a->path) + 1 : 0;
	if (snprintf(folder, sizeof(folder), "%.*s.", len, a->path) >= (int)sizeof(folder))
		return fail(a, a->path, ENAMETOOLONG);
	*ret_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret_fd < 0 || flock(*ret_fd, LOCK_EX) < 0)
		return fail(a, a->path, errno);
	return NETRAL_OK;
}

static int add_locked(struct addition *a, int folder)
{
	const struct source_statement *st = a->statement;
	struct stat old;
	int r = check(a->path, st->name, st->url, &a->count, a->error, a->error_size);
	if (r < 0)
		return r;
	netral_cleanup(netral_closep) int fd = open(a->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno != ENOENT)
		return fail(a, a->path, errno);
	if (fd >= 0 && fstat(fd, &old) < 0)
		return fail(a, a->path, errno);
	if (fd >= 0)
		r = read_old(a, fd);
	if (r == NETRAL_OK)
		r = append_section(a);
	return r == NETRAL_OK ? replace(a, fd >= 0 ? &old : NULL, folder) : r;
}

int source_file_add(const char *path, const struct source_statement *statement, char *error,
		    size_t error_size)
{
	netral_cleanup(netral_freep) char *real = realpath(path, NULL);
	struct addition a = {.path = real ? real : path,
			     .statement = statement,
			     .error = error,
			     .error_size = error_size};
	netral_cleanup(netral_closep) int folder = -1;
	buf_init(&a.text, (size_t)2 * CONFIG_SECTIONS_BYTES_MAX);
	int r = lock_folder(&a, &folder);
	if (r == NETRAL_OK)
		r = add_locked(&a, folder);
	buf_fini(&a.text);
	return r;
}
