#include "archive.h"

#include "lib/error.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

/* --- making them --- */

void archive_bytes(struct buf *a, const void *data, size_t len)
{
	assert_int_equal(buf_append(a, data, len), NETRAL_OK);
}

void archive_record(struct buf *a, const char *lines, const char *block, size_t len)
{
	assert_int_equal(buf_printf(a, "%sContent-Length: %zu\r\n\r\n", lines, len), NETRAL_OK);
	archive_bytes(a, block, len);
	archive_bytes(a, "\r\n\r\n", 4);
}

void archive_response(struct buf *a, const char *name, const char *block)
{
	char lines[400];
	snprintf(lines, sizeof(lines),
		 "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/%s\r\n"
		 "WARC-Date: 2024-08-21T03:04:05Z\r\n"
		 "Content-Type: application/http; msgtype=response\r\n",
		 name);
	archive_record(a, lines, block, strlen(block));
}

void archive_page(struct buf *a, const char *name, const char *body)
{
	struct buf http = {0};
	assert_int_equal(buf_printf(&http,
				    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\n"
				    "\r\n%s",
				    body),
			 NETRAL_OK);
	archive_bytes(&http, "", 1);
	archive_response(a, name, (const char *)http.data);
	buf_fini(&http);
}

void archive_member(struct buf *a, const void *data, size_t len)
{
	z_stream z = {0};
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	size_t bound = deflateBound(&z, len);
	assert_int_equal(buf_reserve(a, bound), NETRAL_OK);
	z.next_in = data;
	z.avail_in = (uInt)len;
	z.next_out = a->data + a->len;
	z.avail_out = (uInt)bound;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	a->len += bound - z.avail_out;
	deflateEnd(&z);
}

void archive_page_member(struct buf *a, const char *name, const char *body)
{
	struct buf page = {0};
	archive_page(&page, name, body);
	archive_member(a, page.data, page.len);
	buf_fini(&page);
}

/* --- what a reader says of them --- */

struct run {
	const struct buf *archive;
	size_t at, step;
	bool pausing, paused;
	struct buf log;
};

static int64_t read_some(void *user, void *data, size_t size)
{
	struct run *run = user;
	size_t left = run->archive->len - run->at, n = left < size ? left : size;
	run->paused = !run->paused;
	if (run->pausing && run->paused)
		return NETRAL_EAGAIN;
	n = n < run->step ? n : run->step;
	if (n > 0)
		memcpy(data, run->archive->data + run->at, n);
	run->at += n;
	return (int64_t)n;
}

static void on_damage(void *user, enum warc_damage kind, const struct warc_place *place)
{
	struct run *run = user;
	buf_printf(&run->log, "damage %s @%" PRIu64, warc_damage_name(kind), place->offset);
	if (place->within)
		buf_printf(&run->log, "+%" PRIu64, place->within);
	buf_append_str(&run->log, "\n");
}

static void log_response(struct run *run, struct warc_reader *r, const struct warc_record *record)
{
	struct warc_response resp;
	int got;
	while ((got = warc_response(r, &resp)) == NETRAL_EAGAIN)
		assert_true(run->pausing);
	if (got == 1)
		got = warc_body(r, &resp);
	assert_in_range(got, 0, 1);
	if (got == 0)
		return;
	buf_printf(&run->log, "%u %.*s %s", resp.status, (int)record->uri.len, record->uri.ptr,
		   resp.type.media);
	if (resp.type.charset[0])
		buf_printf(&run->log, ";%s", resp.type.charset);
	buf_append_str(&run->log, " ");
	buf_append(&run->log, resp.body.ptr, resp.body.len);
	buf_append_str(&run->log, resp.cut ? "...\n" : "\n");
}

static void log_record(struct run *run, struct warc_reader *r, const struct warc_record *record)
{
	static const char *const names[] = {"other",    "warcinfo",   "request",
					    "response", "revisit",    "metadata",
					    "resource", "conversion", "continuation"};
	if (record->type == WARC_RESPONSE && record->http && !record->segmented)
		log_response(run, r, record);
	else
		buf_printf(&run->log, "%s %.*s%s\n", names[record->type], (int)record->uri.len,
			   record->uri.ptr, record->segmented ? " segmented" : "");
}

char *archive_transcript(const struct buf *a, struct warc_place from, size_t step, bool pausing)
{
	struct run run = {.archive = a, .at = from.offset, .step = step, .pausing = pausing};
	const struct warc_options o = {
		.read = read_some, .damage = on_damage, .user = &run, .from = from};
	struct warc_reader *r;
	struct warc_record record;
	int got;
	assert_int_equal(warc_open(&o, &r), NETRAL_OK);
	while ((got = warc_next(r, &record)) != 0) {
		assert_true(got == 1 || (got == NETRAL_EAGAIN && pausing));
		if (got == 1)
			log_record(&run, r, &record);
		assert_true(warc_memory(r) <= WARC_MEMORY_MAX);
	}
	assert_int_equal(warc_next(r, &record), 0);
	warc_close(r);
	assert_int_equal(buf_append(&run.log, "", 1), NETRAL_OK);
	return (char *)run.log.data;
}

struct warc_place archive_place_behind(const struct buf *a, struct warc_place from, size_t count)
{
	struct run run = {.archive = a, .at = from.offset, .step = SIZE_MAX};
	const struct warc_options o = {.read = read_some, .user = &run, .from = from};
	struct warc_reader *r;
	struct warc_record record;
	struct warc_response resp;
	assert_int_equal(warc_open(&o, &r), NETRAL_OK);
	for (size_t i = 0; i < count && warc_next(r, &record) == 1; i++)
		warc_response(r, &resp);
	struct warc_place place = warc_place(r);
	warc_close(r);
	return place;
}

void archive_expect(const struct buf *a, const char *expected)
{
	static const size_t steps[] = {1, 7, 4096, 1 << 20};
	for (size_t i = 0; i < 2 * sizeof(steps) / sizeof(steps[0]); i++) {
		char *got = archive_transcript(a, (struct warc_place){0}, steps[i / 2], i % 2);
		assert_string_equal(got, expected);
		free(got);
	}
}
