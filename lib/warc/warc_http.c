/* The HTTP response in a record's block: RFC 9112. */
#include "lib/coding/coding.h"
#include "lib/error.h"
#include "lib/warc/warc_internal.h"

#include <string.h>
#include <strings.h>

enum { STATUS_MIN = 100, STATUS_MAX = 999, CHUNK_DIGITS_MAX = 15 };

/* --- the header --- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "HTTP/1.1 200 OK": version and reason may be anything, or missing. */
static bool parse_status(struct text line, unsigned *ret)
{
	struct text version = fields_cut(&line, ' ');
	line = fields_trim(line);
	if (version.len < 4 || strncasecmp(version.ptr, "HTTP", 4) != 0 || line.len < 3)
		return false;
	const char *s = line.ptr;
	if (!is_digit(s[0]) || !is_digit(s[1]) || !is_digit(s[2]) ||
	    (line.len > 3 && is_digit(s[3])))
		return false;
	*ret = (unsigned)((s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0'));
	return *ret >= STATUS_MIN && *ret <= STATUS_MAX;
}

/* The codings of all lines, in the order in which they were applied. False when there are too many.
 */
static bool take_codings(struct warc_reader *r, struct text value)
{
	while (value.len > 0) {
		struct text name = fields_cut(&value, ',');
		if (name.len == 0 || fields_is(&name, "identity"))
			continue;
		if (r->coding_count == WARC_CODINGS_MAX)
			return false;
		r->codings[r->coding_count++] = name;
	}
	return true;
}

static bool has_chunked(struct text value)
{
	bool chunked = false;
	while (value.len > 0) {
		struct text name = fields_cut(&value, ',');
		chunked = chunked || fields_is(&name, "chunked");
	}
	return chunked;
}

static bool take_field(struct warc_reader *r, const struct text *name, const struct text *value,
		       struct warc_response *ret)
{
	if (fields_is(name, "Content-Type") && !ret->type.media[0])
		content_type_read(value->ptr, value->len, &ret->type);
	else if (fields_is(name, "Transfer-Encoding"))
		r->chunked = r->chunked || has_chunked(*value);
	else if (fields_is(name, "Content-Encoding"))
		return take_codings(r, *value);
	return true;
}

/* Lines without a name are passed over in silence: servers write them, no writer of archives. */
static bool parse_http(struct warc_reader *r, struct warc_response *ret)
{
	const char *data = (const char *)r->block.data;
	size_t seen = 0;
	size_t len = r->block.len < WARC_HEAD_MAX ? r->block.len : WARC_HEAD_MAX;
	size_t end = len > 0 ? fields_end(data, len, &seen) : 0;
	if (len == 0 || (end == 0 && len == WARC_HEAD_MAX))
		return false;
	r->http_head_len = end ? end : len;
	memcpy(r->http_head, data, r->http_head_len);
	struct fields f = {r->http_head, r->http_head_len};
	struct text line, name, value;
	if (!fields_line(&f, &line) || !parse_status(line, &ret->status))
		return false;
	enum fields_result got;
	while (f.left > 0 && (got = fields_next(&f, &name, &value)) != FIELDS_END) {
		if (got == FIELDS_ONE && !take_field(r, &name, &value, ret))
			return false;
	}
	return true;
}

int warc_response(struct warc_reader *r, struct warc_response *ret_response)
{
	int err = reader_block(r, &r->block);
	if (err < 0 || r->lost)
		return err;
	*ret_response = (struct warc_response){.cut = r->block_cut || r->truncated};
	r->chunked = false;
	r->coding_count = 0;
	buf_clear(&r->body);
	if (parse_http(r, ret_response))
		return 1;
	reader_tell(r, WARC_BAD_HTTP, &r->place);
	return 0;
}

/* --- chunks --- */

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool ends_size(char c)
{
	return c == ';' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* "1f0;extension\r\n" at `at`: the bytes of the line, or 0 when it is none. */
static size_t chunk_line(const char *body, size_t len, size_t at, uint64_t *ret_size)
{
	size_t digits = 0;
	*ret_size = 0;
	while (at + digits < len && digits < CHUNK_DIGITS_MAX && hex_digit(body[at + digits]) >= 0)
		*ret_size = *ret_size * 16 + (uint64_t)hex_digit(body[at + digits++]);
	size_t end = at + digits;
	if (digits == 0 || end >= len)
		return 0;
	if (!ends_size(body[end]))
		return 0;
	const char *lf = memchr(body + end, '\n', len - end);
	return lf ? (size_t)(lf - body) + 1 - at : 0;
}

static size_t line_end(const char *body, size_t len, size_t at)
{
	if (at < len && body[at] == '\n')
		return 1;
	return at + 1 < len && body[at] == '\r' && body[at + 1] == '\n' ? 2 : 0;
}

bool warc_dechunk(char *body, size_t *len, bool *ret_whole)
{
	size_t from = 0, to = 0, line;
	uint64_t size;
	*ret_whole = false;
	if (chunk_line(body, *len, 0, &size) == 0)
		return false;
	while ((line = chunk_line(body, *len, from, &size)) > 0) {
		from += line;
		if (size == 0) {
			*ret_whole = true;
			break;
		}
		size_t n = size < *len - from ? (size_t)size : *len - from;
		memmove(body + to, body + from, n);
		to += n;
		from += n;
		line = line_end(body, *len, from);
		if (line == 0)
			break;
		from += line;
	}
	*len = to;
	return true;
}

/* --- the body --- */

static void dechunk(struct warc_reader *r, struct warc_response *resp)
{
	bool whole;
	size_t len = resp->body.len;
	char *body = (char *)r->block.data + r->http_head_len;
	if (!r->chunked || !warc_dechunk(body, &len, &whole))
		return;
	resp->body.len = len;
	if (whole || resp->cut)
		return;
	resp->cut = true;
	reader_tell(r, WARC_BAD_CHUNKS, &r->place);
}

/* Undoes one coding of what is in *from, into the other buffer, which becomes *from. */
static int undo(struct warc_reader *r, const struct text *name, struct buf **from,
		struct warc_response *resp)
{
	struct buf *to = *from == &r->block ? &r->body : &r->block;
	buf_clear(to);
	int got = coding_undo(name, resp->body.ptr, resp->body.len, WARC_BODY_MAX, to);
	if (got < 0)
		return got;
	if (got == CODING_NOT_THERE)
		return 1;
	if (got == CODING_FULL)
		reader_tell(r, WARC_BOMB, &r->place);
	else if ((got == CODING_CUT || got == CODING_DAMAGED) && !resp->cut)
		reader_tell(r, WARC_BAD_CODING, &r->place);
	resp->cut = resp->cut || (got != CODING_DONE && got != CODING_SURPLUS);
	resp->body = (struct text){(const char *)to->data, to->len};
	*from = to;
	return 1;
}

int warc_body(struct warc_reader *r, struct warc_response *response)
{
	struct buf *from = &r->block;
	response->body = (struct text){(const char *)r->block.data + r->http_head_len,
				       r->block.len - r->http_head_len};
	dechunk(r, response);
	/* The one that was applied last is undone first. */
	for (size_t i = r->coding_count; i-- > 0;) {
		int got = undo(r, &r->codings[i], &from, response);
		if (got == NETRAL_ENOTFOUND) {
			reader_tell(r, WARC_OTHER_CODING, &r->place);
			return 0;
		}
		if (got < 0)
			return got;
	}
	return 1;
}
