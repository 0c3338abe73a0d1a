/* The watch is set before the folder is looked through, so every file is seen by one or the other;
 * one that is seen by both is gone at the second time. The queue of names has a bound: what does
 * not fit is found by looking through the folder again.
 *
 * Between the commit and the move a crash leaves the file where it is: it is read again, every
 * article in it is known, and it is moved then. */
#include "daemon/spool.h"

#include "daemon/spool_file.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

enum {
	NAMES_MAX = 4096,
	FILES_A_TURN = 256,
	EVENTS_BYTES = 64 << 10,
	/* Looking again at files that may be being written, and for a folder that is gone. */
	LOOK_AGAIN_MS = 2000,
	JUST_CLOSED_MS = 10,
	BUSY_MS = 100,
	PROBLEM_SIZE = 256,
	MOVED_NAME_SIZE = NAME_MAX + 64, /* with a number in it */
};

static const uint32_t watched =
	IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR | IN_DELETE_SELF | IN_MOVE_SELF;

struct waiting {
	char *name;
	bool closed; /* an event said so */
};

struct finished {
	struct finished *next;
	struct spool_file file;
};

struct spool {
	char *dir;
	struct intake *intake;
	struct loop *loop;
	struct loop_timer timer;
	uint64_t timer_ms; /* when it is due, or 0 */
	int notify_fd;
	int watch;
	int dir_fd, done_fd, failed_fd;
	struct waiting queue[NAMES_MAX]; /* a ring */
	size_t head, count;
	bool look;    /* the folder has to be looked through */
	DIR *listing; /* while that is going on */
	bool young;   /* some files were left for later */
	bool busy;    /* intake did not take an article */
	bool reading;
	struct spool_file current;
	struct finished *finished;
	size_t finished_count;
	struct arena arena;
	struct log_limit limit;
	char problem[PROBLEM_SIZE];
	struct spool_counts counts;
};

/* --- the queue of names --- */

static void enqueue(struct spool *s, const char *name, bool closed)
{
	if (name[0] == '.')
		return;
	char *copy = s->count < NAMES_MAX ? strdup(name) : NULL;
	if (!copy) {
		s->look = true;
		return;
	}
	s->queue[(s->head + s->count++) % NAMES_MAX] = (struct waiting){copy, closed};
}

static bool dequeue(struct spool *s, struct waiting *ret)
{
	if (s->count == 0)
		return false;
	*ret = s->queue[s->head];
	s->head = (s->head + 1) % NAMES_MAX;
	s->count--;
	return true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct waiting *)a)->name, ((const struct waiting *)b)->name);
}

/* --- looking through the folder --- */

static void look_again_in(struct spool *s, uint64_t in_ms)
{
	uint64_t due = loop_now_ms(s->loop) + in_ms;
	if (s->timer_ms && s->timer_ms <= due)
		return;
	s->timer_ms = due;
	loop_timer_set(s->loop, s->timer, in_ms);
}

static void lose_folder(struct spool *s, const char *why)
{
	if (!s->problem[0])
		log_error("spool: the folder cannot be used, path=%s error=\"%s\"", s->dir, why);
	snprintf(s->problem, sizeof(s->problem), "spool: %s cannot be used: %s", s->dir, why);
	look_again_in(s, LOOK_AGAIN_MS);
}

static void start_listing(struct spool *s)
{
	int fd = openat(s->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	s->listing = fd < 0 ? NULL : fdopendir(fd);
	s->look = s->listing == NULL;
	if (s->listing)
		return;
	lose_folder(s, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* Fills the empty queue; the listing goes on when it is empty again. Sorted, so that files are
 * taken in the order in which people number them. */
static void list_some(struct spool *s)
{
	s->head = 0;
	while (s->count < NAMES_MAX) {
		const struct dirent *entry = readdir(s->listing);
		if (!entry) {
			closedir(s->listing);
			s->listing = NULL;
			break;
		}
		if (entry->d_type != DT_DIR)
			enqueue(s, entry->d_name, false);
	}
	qsort(s->queue, s->count, sizeof(s->queue[0]), by_name);
}

static bool next_name(struct spool *s, struct waiting *ret)
{
	if (s->count == 0 && !s->listing && s->look)
		start_listing(s);
	if (s->count == 0 && s->listing)
		list_some(s);
	return dequeue(s, ret);
}

/* --- events --- */

static void on_event(struct spool *s, const struct inotify_event *e)
{
	if (e->mask & IN_Q_OVERFLOW)
		s->look = true;
	else if (e->wd != s->watch)
		return; /* of a folder that was replaced */
	else if (e->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED))
		lose_folder(s, "it was removed");
	else if (e->len > 0 && !(e->mask & IN_ISDIR))
		enqueue(s, e->name, true);
}

static int on_readable(void *user)
{
	struct spool *s = user;
	_Alignas(struct inotify_event) char events[EVENTS_BYTES];
	ssize_t len = read(s->notify_fd, events, sizeof(events));
	for (ssize_t at = 0; at < len;) {
		struct inotify_event e;
		memcpy(&e, events + at, sizeof(e));
		on_event(s, (const struct inotify_event *)(const void *)(events + at));
		at += (ssize_t)(sizeof(e) + e.len);
	}
	return NETRAL_OK;
}

/* --- taking files in --- */

static void finish_current(struct spool *s)
{
	struct finished *f = fault_malloc(sizeof(*f));
	s->reading = false;
	if (!f) {
		/* Read again later: what it holds is known then. */
		spool_file_close(&s->current);
		s->look = true;
		return;
	}
	f->file = s->current;
	spool_file_end_reading(&f->file); /* the list may be long, and descriptors are few */
	f->next = s->finished;
	s->finished = f;
	s->finished_count++;
}

static void ignore_current(struct spool *s, const char *why)
{
	s->counts.ignored++;
	if (log_limit_pass(&s->limit, loop_now_ms(s->loop)))
		log_warning("spool: ignored, %s, name=\"%s\"", why, spool_file_shown(&s->current));
	spool_file_close(&s->current);
}

/* The folder is looked through again as long as there are such files: the event that a file was
 * closed comes a moment before the kernel counts its writer out, so it may still look written. */
static void leave_for_later(struct spool *s, bool just_closed)
{
	s->young = true;
	look_again_in(s, just_closed ? JUST_CLOSED_MS : LOOK_AGAIN_MS);
}

/* A name may be queued twice: by an event, and by looking through the folder. */
static bool is_finished(const struct spool *s, const char *name)
{
	const struct finished *f = s->finished;
	while (f && strcmp(f->file.name, name) != 0)
		f = f->next;
	return f != NULL;
}

/* Opens the next file that can be taken; false when there is none. */
static bool open_next(struct spool *s)
{
	struct waiting w;
	for (int n = 0; n < FILES_A_TURN && next_name(s, &w); n++) {
		enum spool_open r = SPOOL_OPEN_GONE;
		bool again = is_finished(s, w.name);
		if (!again)
			r = spool_file_open(&s->current, s->dir_fd, w.name, w.closed);
		free(w.name);
		if (again)
			continue;
		if (r == SPOOL_OPEN_TAKE) {
			s->reading = true;
			return true;
		}
		if (r == SPOOL_OPEN_UNREADABLE) {
			intake_count_refused(s->intake);
			finish_current(s);
			continue;
		}
		if (r == SPOOL_OPEN_NOT_OURS || r == SPOOL_OPEN_NO_PAGE) {
			ignore_current(s, r == SPOOL_OPEN_NO_PAGE
						  ? "metadata without a page"
						  : "not a .txt, .html, .json or .jsonl file");
			continue;
		}
		if (r != SPOOL_OPEN_GONE)
			leave_for_later(s, r == SPOOL_OPEN_WRITTEN && w.closed);
		spool_file_close(&s->current);
	}
	return false;
}

static void feed(struct spool *s)
{
	uint64_t now = loop_now_ms(s->loop);
	for (int n = 0; n < FILES_A_TURN && (n == 0 || !intake_is_full(s->intake)); n++) {
		if (!s->reading && !open_next(s))
			return;
		enum spool_feed r = spool_file_feed(&s->current, s->intake, &s->arena, now);
		s->busy = r == SPOOL_FEED_BUSY;
		if (r != SPOOL_FEED_END)
			return;
		finish_current(s);
	}
}

static bool has_work(const struct spool *s)
{
	return s->reading || s->count > 0 || s->listing || s->look;
}

void spool_step(struct spool *s)
{
	if (s->problem[0] || !has_work(s))
		return;
	if (!intake_is_stopped(s->intake, loop_now_ms(s->loop)))
		feed(s);
	if (has_work(s) && s->busy)
		look_again_in(s, BUSY_MS);
	else if (has_work(s))
		loop_again(s->loop);
}

/* --- moving files --- */

bool spool_waits(const struct spool *s)
{
	return s->finished != NULL;
}

static int rename_new(struct spool *s, const char *name, int to_fd, const char *to)
{
	if (renameat2(s->dir_fd, name, to_fd, to, RENAME_NOREPLACE) == 0)
		return NETRAL_OK;
	if (errno != EINVAL)
		return netral_error_from_errno(errno);
	/* A file system that cannot do that in one step. */
	if (faccessat(to_fd, to, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return NETRAL_EBUSY;
	return renameat(s->dir_fd, name, to_fd, to) == 0 ? NETRAL_OK
							 : netral_error_from_errno(errno);
}

/* To `to`, such as "a.txt", or to "a.<microseconds>.txt" when that name is taken. */
static int move_file(struct spool *s, const char *name, int to_fd, const char *to, char *ret_name,
		     size_t size)
{
	const char *dot = strrchr(to, '.');
	int stem = (int)(dot ? dot - to : (ptrdiff_t)strlen(to));
	snprintf(ret_name, size, "%s", to);
	int r = rename_new(s, name, to_fd, ret_name);
	if (r == NETRAL_OK || r == NETRAL_ENOTFOUND ||
	    faccessat(to_fd, ret_name, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return r;
	snprintf(ret_name, size, "%.*s.%lu%s", stem, to, (unsigned long)clock_real_us(),
		 dot ? dot : "");
	return rename_new(s, name, to_fd, ret_name);
}

/* To the page, which is called `page` there. After it: a crash between the two leaves metadata
 * without a page, which are reported, and not a page that would be read without them. */
static void move_meta(struct spool *s, const struct spool_file *f, int to_fd, const char *page)
{
	char to[MOVED_NAME_SIZE + 8], name[MOVED_NAME_SIZE + 40];
	snprintf(to, sizeof(to), "%s" READER_META_ENDING, page);
	int r = move_file(s, f->meta_name, to_fd, to, name, sizeof(name));
	if (r < 0 && r != NETRAL_ENOTFOUND)
		log_error("spool: cannot move the metadata, they stay, name=\"%s\" error=\"%s\"",
			  spool_file_shown(f), netral_strerror(r));
}

static void write_reason(struct spool *s, const struct spool_file *f, const char *name)
{
	char path[NAME_MAX + 64], head[256];
	snprintf(path, sizeof(path), "%.*s.reason", NAME_MAX - 8, name);
	int len = snprintf(head, sizeof(head),
			   "%lu refused, %lu taken in, %lu known before, for these reasons:\n",
			   (unsigned long)f->refused, (unsigned long)f->accepted,
			   (unsigned long)f->duplicates);
	netral_cleanup(netral_closep) int fd = openat(
		s->failed_fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (fd < 0 || write(fd, head, (size_t)len) < 0 ||
	    write(fd, f->reasons.data, f->reasons.len) < 0)
		log_error("spool: cannot write the reason, name=\"%s\" error=\"%s\"", path,
			  strerror(errno));
}

static void report_failed(struct spool *s, const struct spool_file *f)
{
	const char *first = f->reasons.len ? (const char *)f->reasons.data : "";
	const char *end = memchr(first, '\n', f->reasons.len);
	s->counts.failed++;
	if (log_limit_pass(&s->limit, loop_now_ms(s->loop)))
		log_warning("spool: file refused, refused=%lu accepted=%lu reason=\"%.*s\"",
			    (unsigned long)f->refused, (unsigned long)f->accepted,
			    (int)(end ? end - first : 0), first);
}

static void move_finished(struct spool *s, struct spool_file *f)
{
	char name[MOVED_NAME_SIZE];
	bool good = f->refused == 0;
	int to_fd = good ? s->done_fd : s->failed_fd;
	if (f->st.st_ino != 0 && !spool_file_is_same(f, s->dir_fd)) {
		enqueue(s, f->name, true); /* changed after it was read: once more */
		return;
	}
	crash_point("netrald-before-move");
	int r = move_file(s, f->name, to_fd, f->name, name, sizeof(name));
	crash_point("netrald-after-move");
	if (r == NETRAL_OK && f->has_meta)
		move_meta(s, f, to_fd, name);
	if (r < 0 && r != NETRAL_ENOTFOUND) {
		s->counts.stuck++;
		log_error("spool: cannot move the file, it stays, name=\"%s\" error=\"%s\"",
			  spool_file_shown(f), netral_strerror(r));
	} else if (r == NETRAL_OK && !good) {
		write_reason(s, f, name);
		report_failed(s, f);
	} else if (r == NETRAL_OK) {
		s->counts.done++;
	}
}

void spool_end_batch(struct spool *s, bool committed)
{
	while (s->finished) {
		struct finished *f = s->finished;
		s->finished = f->next;
		if (committed)
			move_finished(s, &f->file);
		else
			enqueue(s, f->file.name, true);
		spool_file_close(&f->file);
		free(f);
	}
	s->finished_count = 0;
	if (!committed && s->reading)
		spool_file_rewind(&s->current);
	if (has_work(s) && !s->busy)
		loop_again(s->loop);
}

/* --- life --- */

static void close_folder(struct spool *s)
{
	int *const fds[] = {&s->dir_fd, &s->done_fd, &s->failed_fd};
	if (s->listing)
		closedir(s->listing);
	s->listing = NULL;
	for (size_t i = 0; i < netral_countof(fds); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

static int open_part(struct spool *s, const char *name, int *ret_fd)
{
	if (mkdirat(s->dir_fd, name, 0750) < 0 && errno != EEXIST)
		return -1;
	*ret_fd = openat(s->dir_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return *ret_fd;
}

static int open_folder(struct spool *s, char *error, size_t size)
{
	close_folder(s);
	s->watch = inotify_add_watch(s->notify_fd, s->dir, watched);
	if (s->watch >= 0)
		s->dir_fd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->watch < 0 || s->dir_fd < 0 || open_part(s, "done", &s->done_fd) < 0 ||
	    open_part(s, "failed", &s->failed_fd) < 0 ||
	    faccessat(s->dir_fd, ".", W_OK, AT_EACCESS) < 0) {
		snprintf(error, size,
			 "spool_dir: %s: %s; it must exist, and netrald must be able to write to "
			 "it",
			 s->dir, strerror(errno));
		return netral_error_from_errno(errno);
	}
	s->look = true;
	return NETRAL_OK;
}

static int on_timer(void *user)
{
	struct spool *s = user;
	char error[PROBLEM_SIZE];
	s->busy = false;
	s->timer_ms = 0;
	if (s->young) {
		s->young = false;
		s->look = true;
	}
	if (!s->problem[0])
		return NETRAL_OK;
	if (open_folder(s, error, sizeof(error)) == NETRAL_OK) {
		log_info("spool: the folder is back, path=%s", s->dir);
		s->problem[0] = '\0';
	} else {
		look_again_in(s, LOOK_AGAIN_MS);
	}
	return NETRAL_OK;
}

static void spool_freep(struct spool **s)
{
	spool_free(*s);
}

int spool_new(const char *dir, struct intake *i, struct loop *l, struct spool **ret_spool,
	      char *error, size_t error_size)
{
	netral_cleanup(spool_freep) struct spool *s = fault_calloc(1, sizeof(*s));
	snprintf(error, error_size, "spool_dir: out of memory");
	if (!s)
		return NETRAL_ENOMEM;
	s->intake = i;
	s->loop = l;
	s->dir_fd = s->done_fd = s->failed_fd = s->notify_fd = -1;
	arena_init(&s->arena, READER_ARENA_MAX);
	s->dir = strdup(dir);
	if (!s->dir)
		return NETRAL_ENOMEM;
	/* The kernel sends it when someone wants to write a file whose lease is held for a moment.
	 */
	signal(SIGIO, SIG_IGN);
	s->notify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (s->notify_fd < 0) {
		snprintf(error, error_size, "spool_dir: inotify: %s", strerror(errno));
		return NETRAL_EIO;
	}
	int r = open_folder(s, error, error_size);
	if (r < 0)
		return r;
	loop_add(l, NULL, s->notify_fd, on_readable, s);
	s->timer = loop_timer_add(l, on_timer, s);
	loop_again(l);
	*ret_spool = netral_take(s);
	return NETRAL_OK;
}

void spool_free(struct spool *s)
{
	struct waiting w;
	if (!s)
		return;
	while (dequeue(s, &w))
		free(w.name);
	while (s->finished) {
		struct finished *f = s->finished;
		s->finished = f->next;
		spool_file_close(&f->file);
		free(f);
	}
	if (s->reading)
		spool_file_close(&s->current);
	close_folder(s);
	if (s->notify_fd >= 0)
		close(s->notify_fd);
	arena_fini(&s->arena);
	free(s->dir);
	free(s);
}

const char *spool_problem(const struct spool *s)
{
	return s->problem[0] ? s->problem : NULL;
}

struct spool_counts spool_counts(const struct spool *s)
{
	struct spool_counts c = s->counts;
	c.waiting = s->count + s->finished_count + s->reading + (s->listing || s->look) + s->young;
	return c;
}
