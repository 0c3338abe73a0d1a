/* Tables are small (the largest has some 1,000 lines), so a file is read whole, cut in place and
 * freed once its rows have been taken over. All of a folder's tables feed one hash, name and
 * content, so that a result can say which data it came from. */
#include "workers/classify/tables.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

static const double weight_max = 100;

static int fail(const struct table_set *set, int code, const char *name, const char *what)
{
	snprintf(set->error, set->error_size, "%s/%s: %s", set->dir, name, what);
	return code;
}

static int read_all(int fd, char *buffer, size_t size)
{
	size_t done = 0;
	while (done < size) {
		ssize_t n = read(fd, buffer + done, size - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return NETRAL_EIO;
		done += (size_t)n;
	}
	return NETRAL_OK;
}

static int read_file(const struct table_set *set, const char *name, char **ret_content,
		     size_t *ret_size)
{
	char path[PATH_MAX];
	if (snprintf(path, sizeof(path), "%s/%s", set->dir, name) >= (int)sizeof(path))
		return fail(set, NETRAL_EINVALID, name, "path too long");
	netral_cleanup(netral_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(set, netral_error_from_errno(errno), name, strerror(errno));
	struct stat st;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return fail(set, NETRAL_EIO, name, "not a regular file");
	if (st.st_size > TABLE_FILE_MAX)
		return fail(set, NETRAL_ETOOBIG, name, "too big for a table");
	netral_cleanup(netral_freep) char *content = fault_calloc(1, (size_t)st.st_size + 1);
	if (!content)
		return fail(set, NETRAL_ENOMEM, name, "out of memory");
	if (read_all(fd, content, (size_t)st.st_size) < 0)
		return fail(set, NETRAL_EIO, name, "cannot be read");
	content[st.st_size] = '\0';
	*ret_content = netral_take(content);
	*ret_size = (size_t)st.st_size;
	return NETRAL_OK;
}

static unsigned line_of(const char *content, size_t at)
{
	unsigned line = 1;
	for (size_t i = 0; i < at; i++)
		line += content[i] == '\n';
	return line;
}

static int check_encoding(struct table *t, size_t size)
{
	size_t at = 0;
	int r = utf8_check(t->content, size, &at);
	if (r == NETRAL_OK)
		return r;
	t->line = line_of(t->content, at);
	table_fail(t, r == NETRAL_EENCODING ? "not valid UTF-8" : "NUL byte");
	return NETRAL_EENCODING;
}

/* Cuts the next line out of the content; NULL at the end. */
static char *take_line(struct table *t)
{
	if (!t->next || *t->next == '\0')
		return NULL;
	char *line = t->next;
	char *end = strchrnul(line, '\n');
	t->next = *end ? end + 1 : end;
	*end = '\0';
	if (end > line && end[-1] == '\r')
		end[-1] = '\0';
	t->line++;
	return line;
}

static unsigned count_columns(const char *head)
{
	unsigned n = 1;
	for (; *head; head++)
		n += *head == '\t';
	return n;
}

int table_open(struct table_set *set, const char *name, const char *head, struct table *ret_table)
{
	struct table t = {.set = set, .name = name, .columns = count_columns(head)};
	netral_assert(t.columns <= TABLE_COLUMNS_MAX);
	size_t size = 0;
	int r = read_file(set, name, &t.content, &size);
	if (r < 0)
		return r;
	netral_assert(t.content);
	t.next = t.content;
	r = check_encoding(&t, size);
	if (r == NETRAL_OK) {
		set->hash = XXH64(name, strlen(name), set->hash);
		set->hash = XXH64(t.content, size, set->hash);
		const char *line = take_line(&t);
		if (!line || strcmp(line, head) != 0)
			r = table_fail(&t, "the first line must name the columns \"%s\"", head);
	}
	if (r < 0) {
		free(t.content);
		return r;
	}
	*ret_table = t;
	return NETRAL_OK;
}

void table_close(struct table *t)
{
	free(t->content);
	*t = (struct table){0};
}

static unsigned split(struct table *t, char *line)
{
	unsigned n = 0;
	for (char *p = line; p; n++) {
		char *tab = strchr(p, '\t');
		if (tab)
			*tab++ = '\0';
		if (n < t->columns)
			t->field[n] = p;
		p = tab;
	}
	return n;
}

int table_next(struct table *t)
{
	for (char *line; (line = take_line(t));) {
		if (line[0] == '\0' || line[0] == '#')
			continue;
		unsigned n = split(t, line);
		if (n != t->columns)
			return table_fail(t, "%u columns, expected %u", n, t->columns);
		if (t->field[0][0] == '\0')
			return table_fail(t, "the first column is empty");
		return 1;
	}
	return 0;
}

int table_fail(const struct table *t, const char *format, ...)
{
	char what[256];
	va_list args;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(t->set->error, t->set->error_size, "%s/%s:%u: %s", t->set->dir, t->name, t->line,
		 what);
	return NETRAL_EINVALID;
}

int table_number(const struct table *t, unsigned column, int64_t min, int64_t max,
		 int64_t *ret_number)
{
	const char *field = t->field[column];
	char *end;
	errno = 0;
	long long n = strtoll(field, &end, 10);
	if (errno || end == field || *end || n < min || n > max)
		return table_fail(t, "\"%s\" is not a number from %lld to %lld", field,
				  (long long)min, (long long)max);
	*ret_number = n;
	return NETRAL_OK;
}

int table_weight(const struct table *t, unsigned column, float *ret_weight)
{
	const char *text = t->field[column];
	char *end;
	double weight = strtod(text, &end);
	if (*end || end == text || !(fabs(weight) <= weight_max))
		return table_fail(t, "\"%s\" is not a weight from -%g to %g", text, weight_max,
				  weight_max);
	*ret_weight = (float)weight;
	return NETRAL_OK;
}
