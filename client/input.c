#include "client/input.h"

#include "client/cli.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/program.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

struct input {
	const struct input_options *options;
	enum reader_format named; /* by --input, or READER_UNKNOWN */
	enum reader_format current;
	size_t next_file;
	struct reader_lines lines;
	bool in_lines;
	int fd; /* of the file that is read line by line */
	const char *name;
	struct buf buf;
};

static char standard_input[] = "-";
static char *const only_standard_input[] = {standard_input};

static enum reader_format parse_format(const char *name)
{
	static const struct {
		const char *name;
		enum reader_format format;
	} formats[] = {{"text", READER_TEXT},
		       {"html", READER_HTML},
		       {"json", READER_JSON},
		       {"jsonl", READER_LINES}};
	for (size_t i = 0; i < netral_countof(formats); i++) {
		if (strcmp(formats[i].name, name) == 0)
			return formats[i].format;
	}
	return READER_UNKNOWN;
}

static char *const *files_of(const struct input_options *o, size_t *ret_count)
{
	*ret_count = o->file_count ? o->file_count : 1;
	return o->file_count ? o->files : only_standard_input;
}

static enum reader_format format_of(const struct input *in, const char *file)
{
	return in->named ? in->named : reader_format_of(file);
}

static bool is_meta_of(const char *meta, const char *page)
{
	size_t len = strlen(page);
	return strncmp(meta, page, len) == 0 && strcmp(meta + len, READER_META_ENDING) == 0;
}

/* Where a shell lists all files of a folder, the page is just before its metadata. */
static bool has_page(const struct input *in, size_t meta)
{
	size_t count;
	char *const *files = files_of(in->options, &count);
	for (size_t i = meta; i-- > 0;) {
		if (is_meta_of(files[meta], files[i]))
			return true;
	}
	for (size_t i = meta + 1; i < count; i++) {
		if (is_meta_of(files[meta], files[i]))
			return true;
	}
	return false;
}

/* Before anything is read, so that a slip in the last name costs nothing. */
static int check_formats(const struct input *in)
{
	size_t count;
	char *const *files = files_of(in->options, &count);
	for (size_t i = 0; i < count; i++) {
		enum reader_format format = format_of(in, files[i]);
		if (format == READER_META && !has_page(in, i))
			return cli_usage("%s: metadata of a page, which is read with it; name the "
					 "page, or say --input",
					 files[i]);
		if (format != READER_UNKNOWN)
			continue;
		if (strcmp(files[i], "-") == 0)
			return cli_usage("standard input needs --input text, html, json or jsonl");
		if (access(files[i], F_OK) < 0)
			return cli_fail(EX_NOINPUT, "%s: %s", files[i], strerror(errno));
		return cli_usage("%s: what is in it? Name it .txt, .html, .json or .jsonl, or say "
				 "--input",
				 files[i]);
	}
	return EX_OK;
}

int input_new(const struct input_options *o, struct input **ret_input)
{
	netral_cleanup(input_freep) struct input *in = calloc(1, sizeof(*in));
	if (!in)
		return cli_fail_code(NETRAL_ENOMEM, "start");
	in->options = o;
	in->fd = -1;
	buf_init(&in->buf, 0);
	if (o->format) {
		in->named = parse_format(o->format);
		if (in->named == READER_UNKNOWN)
			return cli_usage("--input: \"%s\" is not text, html, json or jsonl",
					 o->format);
	}
	int exit_code = check_formats(in);
	if (exit_code == EX_OK)
		*ret_input = netral_take(in);
	return exit_code;
}

static void close_lines(struct input *in)
{
	if (in->in_lines)
		reader_lines_fini(&in->lines);
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
	in->in_lines = false;
}

void input_free(struct input *in)
{
	if (!in)
		return;
	close_lines(in);
	buf_fini(&in->buf);
	free(in);
}

void input_freep(struct input **in)
{
	input_free(*in);
}

/* --- items --- */

static int fail_item(struct input_item *item, int err, const char *reason)
{
	item->exit_code = err == NETRAL_EINVALID ? EX_DATAERR : program_exit_code(err);
	if (reason)
		snprintf(item->reason, sizeof(item->reason), "%s", reason);
	return 1;
}

static void replace(struct text *t, const char *given)
{
	if (given)
		*t = (struct text){given, strlen(given)};
}

/* What the readers made, with what the command line says, in the bounds of an article. */
static int finish_item(struct input *in, struct arena *arena, struct input_item *item, int r)
{
	struct article *a = &item->article;
	char reason[ARTICLE_REASON_SIZE];
	if (r == NETRAL_ENOMEM)
		return r;
	if (r < 0)
		return fail_item(item, r, NULL);
	replace(&a->title, in->options->title);
	replace(&a->url, in->options->url);
	replace(&a->published, in->options->published);
	const char *base = strrchr(item->where, '/');
	if (a->source.len == 0) {
		a->source.ptr = arena_printf(arena, "submit:%.200s", base ? base + 1 : item->where);
		if (!a->source.ptr)
			return NETRAL_ENOMEM;
		a->source.len = strlen(a->source.ptr);
	}
	r = article_check(a, reason);
	return r < 0 ? fail_item(item, r, reason) : 1;
}

static int read_line_item(struct input *in, struct arena *arena, struct input_item *item)
{
	struct text line;
	int r = reader_lines_next(&in->lines, &line);
	if (r == 0 || r == NETRAL_ECLOSED)
		return 0;
	item->where = arena_printf(arena, "%s:%" PRIu64, in->name, in->lines.number);
	if (!item->where || r == NETRAL_ENOMEM)
		return NETRAL_ENOMEM;
	if (r == NETRAL_ETOOBIG)
		return fail_item(item, r,
				 "the line is too long; the rest of the file was not read");
	if (r < 0)
		return fail_item(item, r, netral_strerror(r));
	r = reader_json(line.ptr, line.len, arena, &item->article, &item->id, item->reason);
	return finish_item(in, arena, item, r);
}

/* What stands beside the page in NAME.html.json; nothing where there is no such file. */
static int read_meta(const char *page, struct arena *arena, struct reader_meta *ret, char *reason)
{
	const char *name = arena_printf(arena, "%s" READER_META_ENDING, page);
	if (!name)
		return NETRAL_ENOMEM;
	netral_cleanup(netral_closep) int fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return NETRAL_OK;
	if (fd >= 0)
		return reader_meta_load(fd, arena, ret, reason);
	snprintf(reason, READER_REASON_SIZE, "metadata: %s", strerror(errno));
	return netral_error_from_errno(errno);
}

static int read_page(struct input *in, bool has_name, struct arena *arena, struct input_item *item)
{
	struct reader_meta meta = {.source = {"", 0}};
	int r = has_name ? read_meta(in->name, arena, &meta, item->reason) : NETRAL_OK;
	if (r < 0)
		return r;
	return reader_html((const char *)in->buf.data, in->buf.len, &meta, arena, &item->article,
			   item->reason);
}

static int read_whole_item(struct input *in, int fd, struct arena *arena, struct input_item *item)
{
	int r = reader_load(fd, &in->buf, item->reason);
	const char *data = (const char *)in->buf.data;
	size_t len = in->buf.len;
	if (r < 0)
		return finish_item(in, arena, item, r);
	if (in->current == READER_HTML)
		r = read_page(in, fd != STDIN_FILENO, arena, item);
	else if (in->current == READER_JSON)
		r = reader_json(data, len, arena, &item->article, &item->id, item->reason);
	else
		r = reader_text(data, len, arena, &item->article, item->reason);
	return finish_item(in, arena, item, r);
}

static int fail_errno(struct input_item *item, int err)
{
	fail_item(item, netral_error_from_errno(err), strerror(err));
	return 1;
}

static int open_file(const char *name)
{
	if (strcmp(name, "-") == 0)
		return STDIN_FILENO;
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		return -1;
	}
	return fd;
}

/* Opens the next file. 1 with an item; 0 when its lines are to be read; negative. */
static int begin_file(struct input *in, const char *name, struct arena *arena,
		      struct input_item *item)
{
	in->current = format_of(in, name);
	in->name = strcmp(name, "-") == 0 ? "stdin" : name;
	item->where = arena_strdup(arena, in->name);
	if (!item->where)
		return NETRAL_ENOMEM;
	int fd = open_file(name);
	if (fd < 0)
		return fail_errno(item, errno);
	if (in->current == READER_LINES) {
		in->fd = fd;
		in->in_lines = true;
		reader_lines_init(&in->lines, fd);
		return 0;
	}
	int r = read_whole_item(in, fd, arena, item);
	if (fd != STDIN_FILENO)
		close(fd);
	return r;
}

int input_next(struct input *in, struct arena *arena, struct input_item *ret_item)
{
	size_t count;
	char *const *files = files_of(in->options, &count);
	for (;;) {
		*ret_item = (struct input_item){.exit_code = EX_OK};
		if (in->in_lines) {
			int r = read_line_item(in, arena, ret_item);
			if (r != 0)
				return r;
			close_lines(in);
		}
		if (in->next_file == count)
			return 0;
		const char *name = files[in->next_file++];
		if (format_of(in, name) == READER_META)
			continue; /* read with its page */
		int r = begin_file(in, name, arena, ret_item);
		if (r != 0)
			return r;
	}
}

bool input_would_wait(const struct input *in, int *ret_fd)
{
	if (!in->in_lines || in->lines.ended)
		return false;
	const struct buf *b = &in->lines.buf;
	if (b->len > in->lines.at && memchr(b->data + in->lines.at, '\n', b->len - in->lines.at))
		return false;
	struct pollfd p = {.fd = in->fd, .events = POLLIN};
	*ret_fd = in->fd;
	return poll(&p, 1, 0) == 0;
}

bool input_has_lines(const struct input *in)
{
	size_t count;
	char *const *files = files_of(in->options, &count);
	for (size_t i = 0; i < count; i++) {
		if (format_of(in, files[i]) == READER_LINES)
			return true;
	}
	return false;
}
