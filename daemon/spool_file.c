/* Whether a file is complete. The kernel grants a read lease only on a file that nobody has open
 * for writing: asking for one, and giving it back, is an exact answer without waiting. It needs to
 * own the file or CAP_LEASE, and not every file system can do it. Where it cannot be asked, an
 * event saying that the writer closed the file is believed, and a file that was found by looking is
 * taken once it has not changed for YOUNG_MS. */
#include "daemon/spool_file.h"

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	YOUNG_MS = 2000,
	/* Of one file in one turn, so that submitters are served between; so many at least, so that
	   a flood of submissions does not shut the spool out. */
	LINES_A_TURN = 256,
	LINES_A_TURN_MIN = 16,
	REASONS_MAX_BYTES = 256 << 10,
};

static const char prefix[] = "spool:";

static void add_reason(struct spool_file *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Beyond the bound reasons are counted, not kept. */
static void add_reason(struct spool_file *f, const char *format, ...)
{
	char text[READER_REASON_SIZE + 64];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	f->refused++;
	(void)buf_printf(&f->reasons, "%s%s\n", spool_file_shown(f), text);
}

const char *spool_file_shown(const struct spool_file *f)
{
	return f->shown + sizeof(prefix) - 1;
}

/* Names may be any bytes; messages and sources are printable UTF-8. */
static void set_name(struct spool_file *f, const char *name)
{
	bool is_utf8 = utf8_check(name, strlen(name), NULL) == NETRAL_OK;
	size_t len = strlen(name), room = sizeof(f->shown) - sizeof(prefix);
	if (len > room)
		len = is_utf8 ? utf8_cut(name, room) : room;
	snprintf(f->name, sizeof(f->name), "%s", name);
	snprintf(f->shown, sizeof(f->shown), "%s%.*s", prefix, (int)len, name);
	for (char *c = f->shown; *c; c++) {
		unsigned char u = (unsigned char)*c;
		if (u < ' ' || u == 0x7f || (u > 0x7f && !is_utf8))
			*c = '?';
	}
}

/* 1: nobody writes it, 0: someone does, -1: cannot be told. */
static int is_complete(int fd)
{
	if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
		fcntl(fd, F_SETLEASE, F_UNLCK);
		return 1;
	}
	return errno == EAGAIN ? 0 : -1;
}

static bool is_young(const struct stat *st)
{
	uint64_t changed_us =
		(uint64_t)st->st_mtim.tv_sec * 1000000 + (uint64_t)st->st_mtim.tv_nsec / 1000;
	uint64_t now_us = clock_real_us();
	return now_us >= changed_us && now_us - changed_us < (uint64_t)YOUNG_MS * 1000;
}

static enum spool_open open_failed(struct spool_file *f, int err)
{
	if (err == ENOENT)
		return SPOOL_OPEN_GONE;
	if (err == ELOOP || err == ENXIO)
		return SPOOL_OPEN_NOT_OURS;
	add_reason(f, ": cannot be opened: %s", strerror(err));
	return SPOOL_OPEN_UNREADABLE;
}

static enum spool_open open_complete(struct spool_file *f, int dir_fd, const char *name,
				     bool closed, int *fd, struct stat *st)
{
	*fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (*fd < 0)
		return open_failed(f, errno);
	if (fstat(*fd, st) < 0 || !S_ISREG(st->st_mode))
		return SPOOL_OPEN_NOT_OURS;
	int complete = is_complete(*fd);
	if (complete == 0)
		return SPOOL_OPEN_WRITTEN;
	if (complete < 0 && !closed && is_young(st))
		return SPOOL_OPEN_YOUNG;
	/* Again: it may have been written until a moment ago. */
	fstat(*fd, st);
	return SPOOL_OPEN_TAKE;
}

/* A page without metadata is taken as it is. */
static enum spool_open open_meta(struct spool_file *f, int dir_fd)
{
	int len = snprintf(f->meta_name, sizeof(f->meta_name), "%s" READER_META_ENDING, f->name);
	if (len >= (int)sizeof(f->meta_name))
		return SPOOL_OPEN_TAKE;
	enum spool_open r = open_complete(f, dir_fd, f->meta_name, false, &f->meta_fd, &f->meta_st);
	f->has_meta = r == SPOOL_OPEN_TAKE;
	return r == SPOOL_OPEN_GONE || r == SPOOL_OPEN_NOT_OURS ? SPOOL_OPEN_TAKE : r;
}

static enum spool_open judge_meta_alone(const struct spool_file *f, int dir_fd, bool closed)
{
	char page[NAME_MAX + 1];
	struct stat st;
	size_t len = strlen(f->name) - strlen(READER_META_ENDING);
	snprintf(page, sizeof(page), "%.*s", (int)len, f->name);
	if (fstatat(dir_fd, f->name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    faccessat(dir_fd, page, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return SPOOL_OPEN_GONE;
	return closed || is_young(&st) ? SPOOL_OPEN_YOUNG : SPOOL_OPEN_NO_PAGE;
}

enum spool_open spool_file_open(struct spool_file *f, int dir_fd, const char *name, bool closed)
{
	*f = (struct spool_file){.fd = -1, .meta_fd = -1, .format = reader_format_of(name)};
	buf_init(&f->reasons, REASONS_MAX_BYTES);
	set_name(f, name);
	if (f->format == READER_UNKNOWN)
		return SPOOL_OPEN_NOT_OURS;
	if (f->format == READER_META)
		return judge_meta_alone(f, dir_fd, closed);
	enum spool_open r = open_complete(f, dir_fd, name, closed, &f->fd, &f->st);
	if (r == SPOOL_OPEN_TAKE && f->format == READER_HTML)
		r = open_meta(f, dir_fd);
	if (r == SPOOL_OPEN_TAKE)
		reader_lines_init(&f->lines, f->fd);
	return r;
}

void spool_file_end_reading(struct spool_file *f)
{
	int *const fds[] = {&f->fd, &f->meta_fd};
	for (size_t i = 0; i < netral_countof(fds); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
	reader_lines_fini(&f->lines);
}

void spool_file_close(struct spool_file *f)
{
	spool_file_end_reading(f);
	buf_fini(&f->reasons);
}

void spool_file_rewind(struct spool_file *f)
{
	lseek(f->fd, 0, SEEK_SET);
	reader_lines_fini(&f->lines);
	reader_lines_init(&f->lines, f->fd);
	buf_clear(&f->reasons);
	f->accepted = f->duplicates = f->refused = 0;
}

static bool is_still(int dir_fd, const char *name, const struct stat *was)
{
	struct stat st;
	return fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_ino == was->st_ino &&
	       st.st_dev == was->st_dev && st.st_size == was->st_size &&
	       st.st_mtim.tv_sec == was->st_mtim.tv_sec &&
	       st.st_mtim.tv_nsec == was->st_mtim.tv_nsec;
}

bool spool_file_is_same(const struct spool_file *f, int dir_fd)
{
	return is_still(dir_fd, f->name, &f->st) &&
	       (!f->has_meta || is_still(dir_fd, f->meta_name, &f->meta_st));
}

/* --- articles --- */

/* False when intake is stopped: the article has to come again. */
static bool offer(struct spool_file *f, struct intake *i, struct article *a, const char *where,
		  uint64_t now_ms)
{
	struct submit_status status;
	intake_add(i, a, f->shown, now_ms, &status);
	switch (status.outcome) {
	case SUBMIT_ACCEPTED:
		f->accepted++;
		return true;
	case SUBMIT_DUPLICATE:
		f->duplicates++;
		return true;
	case SUBMIT_REFUSED:
		add_reason(f, "%s: %s", where, status.reason);
		return true;
	case SUBMIT_BUSY:
		break;
	}
	return false;
}

static int read_page(struct spool_file *f, const struct buf *data, struct arena *arena,
		     struct article *ret, char *reason)
{
	struct reader_meta meta = {.source = {"", 0}};
	int r = NETRAL_OK;
	if (f->has_meta) {
		lseek(f->meta_fd, 0, SEEK_SET);
		r = reader_meta_load(f->meta_fd, arena, &meta, reason);
	}
	if (r < 0)
		return r;
	return reader_html((const char *)data->data, data->len, &meta, arena, ret, reason);
}

static int read_article(struct spool_file *f, const struct buf *data, struct arena *arena,
			struct article *ret, char *reason)
{
	const char *text = (const char *)data->data;
	switch (f->format) {
	case READER_TEXT:
		return reader_text(text, data->len, arena, ret, reason);
	case READER_HTML:
		return read_page(f, data, arena, ret, reason);
	default:
		return reader_json(text, data->len, arena, ret, NULL, reason);
	}
}

static enum spool_feed feed_whole(struct spool_file *f, struct intake *i, struct arena *arena,
				  uint64_t now_ms)
{
	char reason[READER_REASON_SIZE];
	struct article a;
	struct buf data;
	buf_init(&data, 0);
	bool taken = true;
	lseek(f->fd, 0, SEEK_SET); /* intake may have been BUSY before */
	int r = reader_load(f->fd, &data, reason);
	if (r == NETRAL_OK)
		r = read_article(f, &data, arena, &a, reason);
	if (r == NETRAL_OK)
		taken = offer(f, i, &a, "", now_ms);
	else
		add_reason(f, ": %s", reason);
	if (r < 0)
		intake_count_refused(i);
	buf_fini(&data);
	return taken ? SPOOL_FEED_END : SPOOL_FEED_BUSY;
}

/* The line, as intake has to see it; a bad one is refused here. False when intake is stopped. */
static bool feed_line(struct spool_file *f, const struct text *line, struct intake *i,
		      struct arena *arena, uint64_t now_ms)
{
	char reason[READER_REASON_SIZE], where[32];
	struct article a;
	snprintf(where, sizeof(where), ", line %lu", (unsigned long)f->lines.number);
	if (reader_json(line->ptr, line->len, arena, &a, NULL, reason) == NETRAL_OK)
		return offer(f, i, &a, where, now_ms);
	add_reason(f, "%s: %s", where, reason);
	intake_count_refused(i);
	return true;
}

static void end_of_lines(struct spool_file *f, struct intake *i, int r)
{
	if (r == NETRAL_ETOOBIG)
		add_reason(f, ", line %lu: longer than %d bytes; the file was not read further",
			   (unsigned long)f->lines.number, READER_LINE_MAX);
	else if (r < 0)
		add_reason(f, ", line %lu: %s; the file was not read further",
			   (unsigned long)f->lines.number, netral_strerror(r));
	else if (f->accepted + f->duplicates + f->refused == 0)
		add_reason(f, ": empty");
	else
		return;
	intake_count_refused(i);
}

static enum spool_feed feed_lines(struct spool_file *f, struct intake *i, struct arena *arena,
				  uint64_t now_ms)
{
	for (int n = 0; n < LINES_A_TURN; n++) {
		if (n >= LINES_A_TURN_MIN && intake_is_full(i))
			break;
		struct text line;
		int r = reader_lines_next(&f->lines, &line);
		if (r <= 0) {
			end_of_lines(f, i, r);
			return SPOOL_FEED_END;
		}
		arena_reset(arena);
		if (!feed_line(f, &line, i, arena, now_ms)) {
			reader_lines_repeat(&f->lines);
			return SPOOL_FEED_BUSY;
		}
	}
	return SPOOL_FEED_MORE;
}

enum spool_feed spool_file_feed(struct spool_file *f, struct intake *i, struct arena *arena,
				uint64_t now_ms)
{
	arena_reset(arena);
	return f->format == READER_LINES ? feed_lines(f, i, arena, now_ms)
					 : feed_whole(f, i, arena, now_ms);
}
