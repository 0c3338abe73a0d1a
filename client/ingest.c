/* A record is in one of two states: it is looked for, or its response is read. Both may have to
 * wait for bytes, so the source is asked again and goes on where it was. */
#include "client/ingest.h"

#include "client/cli.h"
#include "client/ingest_state.h"
#include "client/page.h"
#include "client/pending.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/program.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

enum {
	/* Records passed over until answers are looked at again. */
	RECORDS_A_TURN = 64,
	/* The state is written when so many articles have their answer, or so many bytes went by.
	 */
	SAVE_ARTICLES = 64,
	SAVE_BYTES = 64 << 20,
	SOURCE_SIZE = 240,
};

struct ingest {
	struct ingest_options o;
	struct archive_file *file;
	struct ingest_state state;
	struct warc_reader *reader;
	uint64_t begun;
	struct pending pending;
	struct tally tally;
	/* the record */
	struct warc_record record;
	bool in_response;
	struct arena arena; /* of its article */
	/* the state's file */
	uint64_t unsaved; /* articles with an answer since it was written */
	uint64_t saved;   /* the offset in it */
	bool ended;
	int read_error, read_errno, save_errno;
};

/* --- how far it came --- */

static struct warc_place safe_place(const struct ingest *in)
{
	const struct warc_place *first = pending_first(&in->pending);
	return first ? *first : warc_place(in->reader);
}

static void save(struct ingest *in)
{
	in->state.place = safe_place(in);
	in->unsaved = 0;
	in->saved = in->state.place.offset;
	if (!in->o.keep_state)
		return;
	crash_point("ingest-before-save");
	if (ingest_state_save(&in->state, in->file) < 0)
		in->save_errno = errno;
	crash_point("ingest-after-save");
}

static void save_now_and_then(struct ingest *in)
{
	if (in->unsaved >= SAVE_ARTICLES || safe_place(in).offset - in->saved >= SAVE_BYTES)
		save(in);
}

void ingest_settled(struct ingest *in, uint64_t number)
{
	pending_answered(&in->pending, number);
	in->unsaved++;
	save_now_and_then(in);
}

void ingest_answered(struct ingest *in, uint64_t number, enum submit_outcome outcome)
{
	in->tally.outcomes[outcome]++;
	if (outcome == SUBMIT_BUSY)
		return;
	crash_point("ingest-answered");
	ingest_settled(in, number);
}

/* --- records --- */

static int64_t read_file(void *user, void *data, size_t size)
{
	struct ingest *in = user;
	int64_t n = archive_file_read(in->file, data, size);
	if (n == NETRAL_EIO)
		in->read_errno = errno;
	return n;
}

static void on_damage(void *user, enum warc_damage kind, const struct warc_place *place)
{
	struct ingest *in = user;
	in->tally.damages[kind]++;
	in->o.damage(in->o.user, kind, place);
}

static void leave_out(struct ingest *in, enum tally_reason reason)
{
	in->tally.left_out[reason]++;
}

/* Whether the record's response is to be read. */
static bool wants_record(struct ingest *in)
{
	const struct warc_record *r = &in->record;
	in->tally.records++;
	if (r->segmented)
		leave_out(in, LEFT_SEGMENTED);
	else if (r->type == WARC_REVISIT)
		leave_out(in, LEFT_REVISIT);
	else if (r->type != WARC_RESPONSE)
		leave_out(in, LEFT_OTHER_RECORD);
	else if (!r->http)
		leave_out(in, LEFT_NOT_HTTP);
	else
		return true;
	return false;
}

static bool wants_response(struct ingest *in, const struct warc_response *resp)
{
	if (resp->status >= 300 && resp->status < 400)
		leave_out(in, LEFT_REDIRECT);
	else if (resp->status != 200)
		leave_out(in, LEFT_ERROR);
	else if (strcmp(resp->type.media, "text/html") != 0)
		leave_out(in, LEFT_OTHER_TYPE);
	else
		return true;
	return false;
}

/* --- articles --- */

/* "warc:NAME:OFFSET", which netrald keeps with the article. What is not ASCII in the name becomes
 * '?': file names hold any bytes. */
static void format_source(const struct ingest *in, char source[static SOURCE_SIZE])
{
	const char *slash = strrchr(in->file->name, '/');
	snprintf(source, SOURCE_SIZE, "warc:%.180s:%" PRIu64, slash ? slash + 1 : in->file->name,
		 in->record.place.offset);
	for (char *c = source; *c; c++) {
		if (*c & 0x80)
			*c = '?';
	}
}

static const char *format_where(const struct ingest *in, struct arena *arena)
{
	const struct warc_place *place = &in->record.place;
	if (place->within == 0)
		return arena_printf(arena, "%s:%" PRIu64, in->file->name, place->offset);
	return arena_printf(arena, "%s:%" PRIu64 "+%" PRIu64, in->file->name, place->offset,
			    place->within);
}

static int copy_text(struct arena *arena, struct text *t)
{
	char *copy = arena_strndup(arena, t->ptr, t->len);
	if (!copy)
		return NETRAL_ENOMEM;
	t->ptr = copy;
	return NETRAL_OK;
}

/* Into the arena of a batch, where pages that are no articles leave nothing. */
static int copy_article(struct arena *arena, struct article *a)
{
	struct text *const texts[] = {&a->url, &a->title, &a->text, &a->published, &a->source};
	int r = NETRAL_OK;
	for (size_t i = 0; i < netral_countof(texts) && r == NETRAL_OK; i++)
		r = copy_text(arena, texts[i]);
	return r;
}

/* 1 with an item, 0 when the page is no article. */
static int take_page(struct ingest *in, const struct warc_response *resp, struct arena *arena,
		     struct input_item *item)
{
	char source[SOURCE_SIZE];
	const struct page page = {.body = resp->body,
				  .charset = {resp->type.charset, strlen(resp->type.charset)},
				  .url = in->record.uri,
				  .source = source};
	format_source(in, source);
	in->tally.pages++;
	in->tally.cut += resp->cut;
	arena_reset(&in->arena);
	*item = (struct input_item){.exit_code = EX_OK};
	int r = page_article(&page, &in->arena, &item->article, item->reason);
	if (r == NETRAL_ENOMEM)
		return r;
	if (r < 0) {
		leave_out(in, LEFT_NO_ARTICLE);
		return 0;
	}
	item->where = format_where(in, arena);
	if (!item->where || copy_article(arena, &item->article) < 0)
		return NETRAL_ENOMEM;
	in->tally.articles++;
	item->number = pending_add(&in->pending, in->record.place);
	return 1;
}

/* 1 with an item, 0 when there is none in this record, or negative. */
static int take_response(struct ingest *in, struct arena *arena, struct input_item *item)
{
	struct warc_response resp;
	int r = warc_response(in->reader, &resp);
	if (r < 0)
		return r;
	in->in_response = false;
	if (r == 1 && !wants_response(in, &resp))
		return 0;
	if (r == 1)
		r = warc_body(in->reader, &resp);
	if (r == 0)
		leave_out(in, LEFT_DAMAGED);
	return r == 1 ? take_page(in, &resp, arena, item) : r;
}

/* --- the source --- */

/* 1 with an item, 0 without one, negative; sets `ended`. */
static int one_record(struct ingest *in, struct arena *arena, struct input_item *item)
{
	if (!in->in_response) {
		int r = warc_next(in->reader, &in->record);
		in->ended = r == 0;
		if (r <= 0)
			return r;
		in->in_response = wants_record(in);
	}
	return in->in_response ? take_response(in, arena, item) : 0;
}

static int next(void *user, struct arena *arena, struct input_item *ret_item, int *ret_fd)
{
	struct ingest *in = user;
	int r = 0;
	in->o.step(in->o.user);
	save_now_and_then(in);
	*ret_fd = -1;
	for (unsigned i = 0; i < RECORDS_A_TURN && r == 0 && !in->ended; i++)
		r = one_record(in, arena, ret_item);
	if (r == 1 || r == NETRAL_ENOMEM || in->ended)
		return r;
	if (r == NETRAL_EAGAIN)
		*ret_fd = in->file->fd;
	if (r == 0 || r == NETRAL_EAGAIN)
		return SUBMITTER_LATER;
	/* What was read before still gets its answers. */
	in->read_error = r;
	return 0;
}

struct submitter_source ingest_source(struct ingest *in)
{
	return (struct submitter_source){next, in};
}

/* --- begin and end --- */

static int load_state(struct ingest *in)
{
	int exit_code = ingest_state_init(&in->state, in->o.state, in->file);
	if (exit_code != EX_OK || in->o.restart)
		return exit_code;
	exit_code = ingest_state_load(&in->state, in->file);
	/* What is known of it is a duplicate then. */
	if (in->file->is_file && in->state.place.offset > in->file->size) {
		cli_say("%s: is shorter than what was taken in of it; beginning anew",
			in->file->name);
		in->state.place = (struct warc_place){0};
		in->state.finished = false;
	}
	return exit_code;
}

static int save_exit_code(const struct ingest *in)
{
	if (!in->save_errno)
		return EX_OK;
	return cli_fail(program_exit_code(netral_error_from_errno(in->save_errno)), "%s: %s",
			in->state.path, strerror(in->save_errno));
}

static int begin(struct ingest *in)
{
	int exit_code = in->o.keep_state ? load_state(in) : EX_OK;
	if (exit_code != EX_OK || ingest_was_finished(in))
		return exit_code;
	in->state.finished = false;
	in->begun = in->saved = in->state.place.offset;
	if (archive_file_skip(in->file, in->begun) < 0)
		return cli_fail(EX_DATAERR, "%s: ends before byte %" PRIu64 ", where it was left",
				in->file->name, in->begun);
	const struct warc_options o = {
		.read = read_file, .damage = on_damage, .user = in, .from = in->state.place};
	if (warc_open(&o, &in->reader) < 0)
		return cli_fail_code(NETRAL_ENOMEM, "start");
	/* Better now than behind a gigabyte. */
	save(in);
	return save_exit_code(in);
}

int ingest_open(const struct ingest_options *o, struct archive_file *file,
		struct ingest **ret_ingest)
{
	struct ingest *in = calloc(1, sizeof(*in));
	*ret_ingest = NULL;
	if (!in)
		return cli_fail_code(NETRAL_ENOMEM, "start");
	in->o = *o;
	in->file = file;
	arena_init(&in->arena, READER_ARENA_MAX);
	int exit_code = begin(in);
	if (exit_code == EX_OK)
		*ret_ingest = in;
	else
		ingest_close(in);
	return exit_code;
}

void ingest_close(struct ingest *in)
{
	if (!in)
		return;
	warc_close(in->reader);
	arena_fini(&in->arena);
	free(in);
}

int ingest_finish(struct ingest *in)
{
	in->state.finished = ingest_finished(in);
	in->state.size = warc_bytes_read(in->reader);
	save(in);
	if (in->read_error)
		return cli_fail(EX_IOERR, "%s: %s", in->file->name, strerror(in->read_errno));
	return save_exit_code(in);
}

/* --- what is known of it --- */

bool ingest_was_finished(const struct ingest *in)
{
	return !in->reader && in->state.finished &&
	       (!in->file->is_file || in->file->size == in->state.size);
}

bool ingest_finished(const struct ingest *in)
{
	return in->ended && !pending_first(&in->pending);
}

const struct tally *ingest_tally(const struct ingest *in)
{
	return &in->tally;
}

struct text ingest_fetched(const struct ingest *in)
{
	return in->record.date;
}

uint64_t ingest_begun(const struct ingest *in)
{
	return in->begun;
}

uint64_t ingest_at(const struct ingest *in)
{
	return in->reader ? warc_bytes_read(in->reader) : in->state.size;
}

uint64_t ingest_safe(const struct ingest *in)
{
	return in->reader ? safe_place(in).offset : in->state.place.offset;
}
