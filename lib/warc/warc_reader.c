/* One record after the other. What is called from outside goes on where bytes were missing the last
 * time: the state, and what is in the stream's window, are all there is to remember. */
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/warc/warc_internal.h"

#include <string.h>

enum { MARK = 5, LINE_ENDS = 2 }; /* "WARC/"; behind a block */

int warc_open(const struct warc_options *o, struct warc_reader **ret_reader)
{
	struct warc_reader *r = fault_calloc(1, sizeof(*r));
	if (!r)
		return NETRAL_ENOMEM;
	r->damage = o->damage;
	r->user = o->user;
	r->passed_over = o->from.within;
	r->resume = o->from;
	buf_init(&r->block, 0);
	buf_init(&r->body, 0);
	int err = stream_init(&r->stream, o->read, o->user, o->from.offset);
	if (err < 0) {
		warc_close(r);
		return err;
	}
	*ret_reader = r;
	return NETRAL_OK;
}

void warc_close(struct warc_reader *r)
{
	if (!r)
		return;
	stream_fini(&r->stream);
	buf_fini(&r->block);
	buf_fini(&r->body);
	free(r);
}

void reader_tell(struct warc_reader *r, enum warc_damage kind, const struct warc_place *place)
{
	r->damages[kind]++;
	if (r->damage)
		r->damage(r->user, kind, place);
}

/* The record is lost; it is told once why. */
static void lose(struct warc_reader *r, enum warc_damage kind, enum warc_state next)
{
	r->lost = true;
	reader_tell(r, kind, &r->place);
	r->state = next;
	r->before = '\n';
}

/* A member that is not whole. */
static bool ended_badly(const struct warc_stream *s)
{
	return s->in_member && (s->member_bad || s->member_cut);
}

/* The piece ends where the record goes on. */
static void lose_rest(struct warc_reader *r)
{
	struct warc_stream *s = &r->stream;
	bool bad = s->in_member && s->member_bad;
	bool all = s->raw_ended && s->raw_at == s->raw_len;
	/* Where the archive itself ends, more of it may come later: `resume` stays. */
	lose(r, bad ? WARC_BAD_MEMBER : WARC_ENDS_EARLY, all ? STATE_END : STATE_START);
	if (!ended_badly(s))
		return;
	stream_leave_damaged(s);
	r->state = STATE_LOST;
}

/* --- between records --- */

/* The first record may stand in the midst of a member. */
static int pass_over(struct warc_reader *r)
{
	while (r->passed_over > 0) {
		int got = stream_begin(&r->stream);
		if (got == 1)
			got = stream_want(&r->stream, 1);
		if (got < 0)
			return got;
		if (got == 0)
			break;
		size_t n = stream_len(&r->stream);
		n = n < r->passed_over ? n : (size_t)r->passed_over;
		stream_take(&r->stream, n);
		r->passed_over -= n;
	}
	r->passed_over = 0;
	return NETRAL_OK;
}

/* 1 when a byte that is no line end stands next; 0 at the end of the piece. */
static int skip_line_ends(struct warc_stream *s)
{
	int got;
	while ((got = stream_want(s, 1)) == 1) {
		uint8_t c = stream_data(s)[0];
		if (c != '\r' && c != '\n')
			break;
		stream_take(s, 1);
	}
	return got;
}

static int at_mark(struct warc_stream *s)
{
	int got = stream_want(s, MARK);
	return got == 1 ? memcmp(stream_data(s), "WARC/", MARK) == 0 : got;
}

static int look_at_piece(struct warc_reader *r)
{
	struct warc_stream *s = &r->stream;
	int got = at_mark(s);
	if (got == 1) {
		r->state = STATE_HEAD;
		r->head_seen = 0;
		r->place = r->resume = stream_place(s);
		return 1;
	}
	if (got == 0)
		got = stream_at_member(s);
	if (got == 0 && stream_len(s) < MARK && ended_badly(s)) {
		r->place = stream_place(s);
		lose_rest(r);
	} else if (got == 0) {
		r->place = stream_place(s);
		lose(r, WARC_GARBAGE, STATE_LOST);
	}
	return got < 0 ? got : 1;
}

/* Comes to a header, or is lost, or at the end. */
static int start(struct warc_reader *r)
{
	struct warc_stream *s = &r->stream;
	int got = pass_over(r);
	if (got == 0)
		got = stream_begin(s);
	if (got == 0) {
		r->resume = stream_place(s);
		r->state = STATE_END;
	}
	if (got <= 0)
		return got;
	got = skip_line_ends(s);
	if (got != 0)
		return got < 0 ? got : look_at_piece(r);
	/* The piece ends between two records; of a member, all the same, its checksum may be wrong
	 * or its end missing. */
	if (ended_badly(s)) {
		r->place = (struct warc_place){s->member_offset, 0};
		lose_rest(r);
	}
	return 1;
}

/* --- a header --- */

static enum warc_type type_of(const struct text *value)
{
	static const char *const names[] = {
		[WARC_WARCINFO] = "warcinfo",     [WARC_REQUEST] = "request",
		[WARC_RESPONSE] = "response",     [WARC_REVISIT] = "revisit",
		[WARC_METADATA] = "metadata",     [WARC_RESOURCE] = "resource",
		[WARC_CONVERSION] = "conversion", [WARC_CONTINUATION] = "continuation"};
	for (size_t i = WARC_WARCINFO; i <= WARC_CONTINUATION; i++) {
		if (fields_is(value, names[i]))
			return (enum warc_type)i;
	}
	return WARC_OTHER;
}

static bool parse_length(const struct text *value, uint64_t *ret)
{
	uint64_t n = 0;
	for (size_t i = 0; i < value->len; i++) {
		char c = value->ptr[i];
		if (c < '0' || c > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(c - '0'), &n))
			return false;
	}
	*ret = n;
	return value->len > 0;
}

static struct text strip_angles(struct text uri)
{
	if (uri.len >= 2 && uri.ptr[0] == '<' && uri.ptr[uri.len - 1] == '>')
		uri = (struct text){uri.ptr + 1, uri.len - 2};
	return uri;
}

static bool is_http(const struct text *content_type)
{
	struct text rest = *content_type, type = fields_cut(&rest, ';');
	return type.len == 0 || fields_is(&type, "application/http");
}

/* What the standard lets stand once counts the first time. */
struct head {
	struct text version, type, uri, date, truncated, length, content_type, segment;
};

static void take_field(struct head *h, const struct text *name, const struct text *value)
{
	const struct {
		const char *name;
		struct text *to;
	} known[] = {{"WARC-Type", &h->type},
		     {"WARC-Target-URI", &h->uri},
		     {"WARC-Date", &h->date},
		     {"WARC-Truncated", &h->truncated},
		     {"Content-Length", &h->length},
		     {"Content-Type", &h->content_type},
		     {"WARC-Segment-Number", &h->segment}};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!known[i].to->ptr && fields_is(name, known[i].name))
			*known[i].to = *value;
	}
}

static void parse_head(struct warc_reader *r, size_t len, struct head *h)
{
	struct fields f = {r->head, len};
	struct text name, value;
	enum fields_result got;
	*h = (struct head){0};
	fields_line(&f, &h->version);
	while ((got = fields_next(&f, &name, &value)) != FIELDS_END) {
		if (got == FIELDS_BAD)
			reader_tell(r, WARC_BAD_FIELD, &r->place);
		else
			take_field(h, &name, &value);
	}
}

static bool is_known_version(const struct text *line)
{
	return line->len > MARK + 1 && (line->ptr[MARK] == '0' || line->ptr[MARK] == '1') &&
	       line->ptr[MARK + 1] == '.';
}

/* 1 with a record, 0 when it is lost. */
static int take_head(struct warc_reader *r, size_t len, struct warc_record *ret)
{
	struct head h;
	memcpy(r->head, stream_data(&r->stream), len);
	stream_take(&r->stream, len);
	r->lost = false;
	parse_head(r, len, &h);
	uint64_t length;
	if (!is_known_version(&h.version)) {
		lose(r, WARC_BAD_VERSION, STATE_LOST);
		return 0;
	}
	if (!h.length.ptr || !parse_length(&h.length, &length)) {
		lose(r, WARC_NO_LENGTH, STATE_LOST);
		return 0;
	}
	*ret = (struct warc_record){.place = r->place,
				    .type = type_of(&h.type),
				    .uri = strip_angles(h.uri),
				    .date = h.date,
				    .truncated = h.truncated,
				    .length = length,
				    .http = is_http(&h.content_type),
				    .segmented = h.segment.ptr != NULL};
	r->left = length;
	r->line_ends = 0;
	r->state = STATE_BLOCK;
	buf_clear(&r->block);
	r->block_cut = false;
	r->truncated = h.truncated.len > 0;
	return 1;
}

/* 1 with a record; 0 when it is lost. */
static int read_head(struct warc_reader *r, struct warc_record *ret)
{
	struct warc_stream *s = &r->stream;
	for (;;) {
		size_t len = stream_len(s) < WARC_HEAD_MAX ? stream_len(s) : WARC_HEAD_MAX;
		size_t end = fields_end((const char *)stream_data(s), len, &r->head_seen);
		if (end)
			return take_head(r, end, ret);
		if (len == WARC_HEAD_MAX) {
			stream_take(s, MARK);
			lose(r, WARC_LONG_HEAD, STATE_LOST);
			return 0;
		}
		int got = stream_want(s, len + 1);
		if (got < 0)
			return got;
		if (got == 0) {
			stream_take(s, stream_len(s));
			lose_rest(r);
			return 0;
		}
	}
}

/* --- a block --- */

/* 1 when the record has another byte, if need be in the next member: some writers put header, block
 * and blank lines into members of their own. */
static int more_of_record(struct warc_stream *s)
{
	int got;
	while ((got = stream_want(s, 1)) == 0 && (got = stream_continue(s)) == 1)
		;
	return got;
}

/* 1 when a line end was taken, 0 when there is none. */
static int take_line_end(struct warc_stream *s)
{
	int got = stream_want(s, 2);
	if (got < 0)
		return got;
	const uint8_t *d = stream_data(s);
	if (got == 1 && d[0] == '\r' && d[1] == '\n') {
		stream_take(s, 2);
		return 1;
	}
	if (stream_len(s) > 0 && d[0] == '\n') {
		stream_take(s, 1);
		return 1;
	}
	return 0;
}

/* 1 when a record may follow here: at its mark, at a member, at the end of the piece. */
static int at_next(struct warc_stream *s)
{
	int got = stream_want(s, 1);
	if (got == 0)
		return 1;
	if (got == 1)
		got = at_mark(s);
	return got == 0 ? stream_at_member(s) : got;
}

/* Whether the record ends where it should: told of now, while it can still be withheld. Of a member
 * with one record this includes its checksum. */
static int finish(struct warc_reader *r)
{
	struct warc_stream *s = &r->stream;
	int got = 1;
	while (r->line_ends < LINE_ENDS && (got = more_of_record(s)) == 1 &&
	       (got = take_line_end(s)) == 1)
		r->line_ends++;
	while (got == 1)
		got = take_line_end(s);
	if (got == 0)
		got = at_next(s);
	if (got < 0)
		return got;
	if (stream_len(s) == 0 && ended_badly(s)) {
		lose_rest(r);
		return NETRAL_OK;
	}
	/* Among plain bytes, what follows blank lines need not be this record's. */
	if (got == 0 && (s->in_member || r->line_ends < LINE_ENDS)) {
		lose(r, WARC_WRONG_LENGTH, STATE_LOST);
		return NETRAL_OK;
	}
	if (r->line_ends < LINE_ENDS)
		reader_tell(r, WARC_NO_BLANK_LINES, &r->place);
	r->state = STATE_START;
	r->resume = stream_place(s);
	return NETRAL_OK;
}

static int keep(struct warc_reader *r, struct buf *to, const uint8_t *data, size_t n)
{
	size_t room = WARC_BLOCK_MAX - to->len;
	if (n > room && !r->block_cut) {
		r->block_cut = true;
		reader_tell(r, WARC_LONG_BLOCK, &r->place);
	}
	return buf_append(to, data, n < room ? n : room);
}

int reader_block(struct warc_reader *r, struct buf *to)
{
	struct warc_stream *s = &r->stream;
	while (r->state == STATE_BLOCK && r->left > 0) {
		int got = more_of_record(s);
		if (got < 0)
			return got;
		if (got == 0) {
			lose_rest(r);
			return NETRAL_OK;
		}
		size_t n = stream_len(s) < r->left ? stream_len(s) : (size_t)r->left;
		got = to ? keep(r, to, stream_data(s), n) : NETRAL_OK;
		if (got < 0)
			return got;
		stream_take(s, n);
		r->left -= n;
	}
	if (r->state == STATE_BLOCK)
		r->state = STATE_FINISH;
	return r->state == STATE_FINISH ? finish(r) : NETRAL_OK;
}

/* --- the whole --- */

int warc_next(struct warc_reader *r, struct warc_record *ret_record)
{
	int got = 1;
	while (got >= 0 && r->state != STATE_END) {
		switch (r->state) {
		case STATE_BLOCK:
		case STATE_FINISH:
			got = reader_block(r, NULL);
			break;
		case STATE_LOST:
			got = reader_resync(r);
			if (got >= 0)
				r->state = got == 1 ? STATE_START : STATE_END;
			break;
		case STATE_HEAD:
			got = read_head(r, ret_record);
			if (got == 1)
				return 1;
			break;
		default:
			got = start(r);
		}
	}
	return got < 0 ? got : 0;
}

struct warc_place warc_place(const struct warc_reader *r)
{
	return r->resume;
}

uint64_t warc_bytes_read(const struct warc_reader *r)
{
	return r->stream.raw_offset + r->stream.raw_at;
}

uint64_t warc_damage_count(const struct warc_reader *r, enum warc_damage kind)
{
	return r->damages[kind];
}

size_t warc_memory(const struct warc_reader *r)
{
	return sizeof(*r) + (size_t)2 * STREAM_WINDOW + r->block.cap + r->body.cap;
}

#define X(id, name, text) name,
const char *warc_damage_name(enum warc_damage kind)
{
	static const char *const names[] = {WARC_DAMAGES(X)};
	return names[kind];
}
#undef X

#define X(id, name, text) text,
const char *warc_damage_text(enum warc_damage kind)
{
	static const char *const texts[] = {WARC_DAMAGES(X)};
	return texts[kind];
}
#undef X
