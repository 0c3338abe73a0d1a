#include "client/ingest_state.h"

#include "client/cli.h"
#include "client/layout.h"
#include "lib/error.h"
#include "lib/program.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* In the default state directory: as many bytes of the archive's name as leave room for the mark.
 */
#define FOLDER "ingest-warc"
enum { NAME_BYTES_MAX = 180 };

static int too_long(void)
{
	return cli_usage("--state: the path is too long");
}

static int default_path(struct ingest_state *s, const struct archive_file *f)
{
	char folder[RUNTIME_PATH_SIZE], state[RUNTIME_PATH_SIZE];
	const char *slash = strrchr(f->name, '/');
	if (runtime_state_dir(state, sizeof(state)) < 0)
		return cli_usage("HOME is not set: say where with --state");
	if (snprintf(folder, sizeof(folder), "%s/" FOLDER, state) >= (int)sizeof(folder))
		return too_long();
	int exit_code = layout_make_path(folder);
	if (exit_code != EX_OK)
		return exit_code;
	int n = snprintf(s->path, sizeof(s->path), "%s/%.*s-%s", folder, NAME_BYTES_MAX,
			 slash ? slash + 1 : f->name, f->mark);
	return n < (int)sizeof(s->path) ? EX_OK : too_long();
}

int ingest_state_init(struct ingest_state *s, const char *path, const struct archive_file *f)
{
	*s = (struct ingest_state){0};
	if (!path)
		return default_path(s, f);
	int n = snprintf(s->path, sizeof(s->path), "%s", path);
	return n < (int)sizeof(s->path) ? EX_OK : too_long();
}

static int parse(struct ingest_state *s, const struct archive_file *f, json_t *j)
{
	json_int_t offset, within, size;
	int finished;
	const char *mark;
	if (json_unpack(j, "{ss sI sI sI sb}", "archive", &mark, "offset", &offset, "within",
			&within, "size", &size, "finished", &finished) < 0 ||
	    offset < 0 || within < 0 || size < 0)
		return cli_fail(EX_DATAERR, "%s: not a state of ingest-warc; --restart begins anew",
				s->path);
	if (strcmp(mark, f->mark) != 0)
		return cli_fail(EX_DATAERR, "%s: is about another archive; --restart begins anew",
				s->path);
	s->place = (struct warc_place){(uint64_t)offset, (uint64_t)within};
	s->size = (uint64_t)size;
	s->finished = finished;
	return EX_OK;
}

int ingest_state_load(struct ingest_state *s, const struct archive_file *f)
{
	FILE *in = fopen(s->path, "re");
	if (!in && errno == ENOENT)
		return EX_OK;
	if (!in)
		return cli_fail(program_exit_code(netral_error_from_errno(errno)), "%s: %s",
				s->path, strerror(errno));
	json_t *j = json_loadf(in, JSON_REJECT_DUPLICATES, NULL);
	fclose(in);
	int exit_code = parse(s, f, j);
	json_decref(j);
	return exit_code;
}

static bool write_to(FILE *out, const struct ingest_state *s, const struct archive_file *f)
{
	json_t *j = json_pack("{ss sI sI sI sb}", "archive", f->mark, "offset",
			      (json_int_t)s->place.offset, "within", (json_int_t)s->place.within,
			      "size", (json_int_t)s->size, "finished", s->finished);
	bool done = json_dumpf(j, out, 0) == 0 && fputc('\n', out) != EOF;
	json_decref(j);
	return done;
}

int ingest_state_save(const struct ingest_state *s, const struct archive_file *f)
{
	char next[RUNTIME_PATH_SIZE + 32];
	/* Of a process's own: two runs on one archive both write what is true. */
	snprintf(next, sizeof(next), "%s.%ld", s->path, (long)getpid());
	FILE *out = fopen(next, "we");
	if (!out)
		return NETRAL_EIO;
	bool written = write_to(out, s, f);
	if (fclose(out) == 0 && written && rename(next, s->path) == 0)
		return NETRAL_OK;
	int err = errno;
	unlink(next);
	errno = err;
	return NETRAL_EIO;
}
