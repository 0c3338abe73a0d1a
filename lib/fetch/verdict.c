/* What a hop's end means: an outcome and a sentence. */
#include "lib/fetch/fetch_internal.h"

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/coding/coding.h"
#include "lib/error.h"
#include "lib/web/http_hints.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What libcurl said, or what its code means. */
static const char *words(const struct transfer *t, CURLcode code)
{
	return t->error[0] ? t->error : curl_easy_strerror(code);
}

static const char *field(CURL *easy, const char *name)
{
	struct curl_header *h = NULL;
	return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &h) == CURLHE_OK ? h->value : NULL;
}

static void copy_field(CURL *easy, const char *name, char to[static FETCH_FIELD_MAX + 1])
{
	const char *value = field(easy, name);
	if (field_is_value(value, FETCH_FIELD_MAX))
		snprintf(to, FETCH_FIELD_MAX + 1, "%s", value);
}

static int64_t retry_after(const char *value, const char *date)
{
	int64_t now_s = (int64_t)(clock_real_us() / 1000000);
	int64_t wait_s = http_retry_after_s(value, date, now_s);
	return wait_s < FETCH_RETRY_AFTER_MAX_S ? wait_s : FETCH_RETRY_AFTER_MAX_S;
}

static void read_answer(struct transfer *t)
{
	struct answer *a = &t->answer;
	long status = 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	a->status = (int)status;
	copy_field(t->easy, "ETag", a->etag);
	copy_field(t->easy, "Last-Modified", a->last_modified);
	copy_field(t->easy, "Cache-Control", a->cache_control);
	const char *type = field(t->easy, "Content-Type");
	if (type)
		content_type_read(type, strlen(type), &a->type);
	const char *retry = field(t->easy, "Retry-After");
	if (retry)
		a->retry_after_s = retry_after(retry, field(t->easy, "Date"));
}

static void judge_status(struct fetch *fetch)
{
	const struct answer *a = &fetch->transfer->answer;
	if (a->status >= 200 && a->status < 300) {
		fetch_say(fetch, FETCH_OK, "HTTP %d", a->status);
	} else if (a->status == 304 && fetch->conditional) {
		fetch_say(fetch, FETCH_NOT_MODIFIED, "HTTP 304, not modified");
	} else if (a->status == 304) {
		fetch_say(fetch, FETCH_PROTOCOL, "HTTP 304 to a request without conditions");
	} else if (a->status != 429 && a->status != 503) {
		fetch_say(fetch, FETCH_STATUS, "HTTP %d", a->status);
	} else if (a->retry_after_s < 0) {
		fetch_say(fetch, FETCH_LATER, "HTTP %d, does not say until when", a->status);
	} else {
		fetch_say(fetch, FETCH_LATER, "HTTP %d, to be asked again in %" PRId64 " s",
			  a->status, a->retry_after_s);
	}
}

static uint64_t elapsed_us(CURL *easy, CURLINFO what)
{
	curl_off_t us = 0;
	curl_easy_getinfo(easy, what, &us);
	return us > 0 ? (uint64_t)us : 0;
}

/* One code for four limits: how far the transfer came tells which. */
static void judge_timeout(struct fetch *fetch)
{
	const struct transfer *t = fetch->transfer;
	uint64_t total_ms = elapsed_us(t->easy, CURLINFO_TOTAL_TIME_T) / 1000;
	if (elapsed_us(t->easy, CURLINFO_PRETRANSFER_TIME_T) == 0) {
		bool named = elapsed_us(t->easy, CURLINFO_NAMELOOKUP_TIME_T) > 0;
		fetch_say(fetch, FETCH_TIMEOUT, "%s after %" PRIu64 " ms",
			  named ? "no connection" : "name not resolved", total_ms);
	} else if (total_ms >= t->limit_ms) {
		fetch_say(fetch, FETCH_TIMEOUT, "not complete after %" PRIu64 " ms",
			  fetch->limits.whole_ms);
	} else {
		fetch_say(fetch, FETCH_SLOW, "slower than %u bytes/s for %u s",
			  fetch->limits.slow_bytes, fetch->limits.slow_s);
	}
}

static void judge_stop(struct fetch *fetch)
{
	switch (fetch->transfer->stop) {
	case STOP_BODY:
		fetch_say(fetch, FETCH_TOO_BIG, "body exceeds %zu bytes", fetch->limits.body_max);
		break;
	case STOP_HEADERS:
		fetch_say(fetch, FETCH_TOO_BIG, "header exceeds %d bytes", FETCH_HEADERS_MAX);
		break;
	case STOP_CODING:
		fetch_say(fetch, FETCH_PROTOCOL,
			  "a coding that was not asked for, or more than one");
		break;
	case STOP_BODIES:
		fetch_say(fetch, FETCH_LOCAL, "too much under way at once");
		break;
	default:
		fetch_say(fetch, FETCH_LOCAL, "out of memory");
	}
}

/* Undoes the coding of a body that is whole as far as HTTP can tell. */
static int undo_coding(struct transfer *t, size_t body_max)
{
	const char *value = field(t->easy, "Content-Encoding");
	struct text name = {value, value ? strlen(value) : 0};
	if (t->body.len == 0 || name.len == 0)
		return CODING_DONE;
	netral_cleanup(buf_fini) struct buf plain = {.limit = 0};
	int r = coding_undo(&name, (const char *)t->body.data, t->body.len, body_max, &plain);
	if (r != CODING_DONE)
		return r == NETRAL_ENOTFOUND ? CODING_DONE : r; /* identity */
	buf_fini(&t->body);
	t->body = plain;
	plain = (struct buf){0};
	return r;
}

static void judge_body(struct fetch *fetch)
{
	switch (undo_coding(fetch->transfer, fetch->limits.body_max)) {
	case CODING_DONE:
		judge_status(fetch);
		break;
	case CODING_FULL:
		fetch->transfer->stop = STOP_BODY;
		judge_stop(fetch);
		break;
	case CODING_CUT:
		fetch_say(fetch, FETCH_TRUNCATED, "compression: the body ends before it does");
		break;
	case CODING_NOT_THERE:
		fetch_say(fetch, FETCH_PROTOCOL, "compression: the body has none");
		break;
	case CODING_SURPLUS:
		fetch_say(fetch, FETCH_PROTOCOL, "compression: data behind its end");
		break;
	case CODING_DAMAGED:
		fetch_say(fetch, FETCH_PROTOCOL, "compression: damaged");
		break;
	default:
		fetch_say(fetch, FETCH_LOCAL, "out of memory");
	}
}

static void judge_connect(struct fetch *fetch, CURLcode code)
{
	const struct transfer *t = fetch->transfer;
	long err = 0;
	curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &err);
	if (err == EMFILE || err == ENFILE || err == ENOBUFS || err == ENOMEM)
		fetch_say(fetch, FETCH_LOCAL, "socket: %s", strerror((int)err));
	else if (err > 0)
		fetch_say(fetch, FETCH_CONNECT, "connect: %s", strerror((int)err));
	else
		fetch_say(fetch, FETCH_CONNECT, "connect: %s", words(t, code));
}

/* The connection broke: before an answer, inside one, or the answer itself is broken. */
static void judge_broken(struct fetch *fetch, CURLcode code)
{
	const struct transfer *t = fetch->transfer;
	long err = 0;
	curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &err);
	if (!t->headed && t->header_bytes == 0)
		fetch_say(fetch, FETCH_CONNECT, "closed without an answer: %s", words(t, code));
	else if (err == ECONNRESET)
		fetch_say(fetch, FETCH_TRUNCATED, "connection reset inside the answer");
	else
		fetch_say(fetch, FETCH_PROTOCOL, "%s", words(t, code));
}

/* libcurl's word for a single line of more than 100 KB as well. */
static void judge_memory(struct fetch *fetch)
{
	const struct transfer *t = fetch->transfer;
	if (!t->headed && elapsed_us(t->easy, CURLINFO_PRETRANSFER_TIME_T) > 0)
		fetch_say(fetch, FETCH_TOO_BIG, "header exceeds what libcurl holds in memory");
	else
		fetch_say(fetch, FETCH_LOCAL, "out of memory");
}

static const struct {
	CURLcode code;
	enum fetch_outcome outcome;
	const char *what;
} plain_codes[] = {
	{CURLE_COULDNT_RESOLVE_HOST, FETCH_DNS, "name"},
	{CURLE_SSL_CONNECT_ERROR, FETCH_TLS, "TLS"},
	{CURLE_PEER_FAILED_VERIFICATION, FETCH_TLS, "TLS"},
	{CURLE_SSL_CIPHER, FETCH_TLS, "TLS"},
	{CURLE_SSL_CACERT_BADFILE, FETCH_LOCAL, "TLS"},
	{CURLE_PARTIAL_FILE, FETCH_TRUNCATED, "body"},
	{CURLE_UNSUPPORTED_PROTOCOL, FETCH_PROTOCOL, "answer"},
	{CURLE_WEIRD_SERVER_REPLY, FETCH_PROTOCOL, "answer"},
	{CURLE_HTTP2, FETCH_PROTOCOL, "HTTP/2"},
	{CURLE_HTTP2_STREAM, FETCH_PROTOCOL, "HTTP/2"},
	{CURLE_URL_MALFORMAT, FETCH_BAD_URL, "URL"},
};

static void judge_code(struct fetch *fetch, CURLcode code)
{
	const struct transfer *t = fetch->transfer;
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		judge_timeout(fetch);
		return;
	case CURLE_OUT_OF_MEMORY:
		judge_memory(fetch);
		return;
	case CURLE_COULDNT_CONNECT:
		judge_connect(fetch, code);
		return;
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
		judge_broken(fetch, code);
		return;
	default:
		break;
	}
	for (size_t i = 0; i < sizeof(plain_codes) / sizeof(plain_codes[0]); i++) {
		if (plain_codes[i].code != code)
			continue;
		fetch_say(fetch, plain_codes[i].outcome, "%s: %s", plain_codes[i].what,
			  words(t, code));
		return;
	}
	fetch_say(fetch, FETCH_LOCAL, "%s", words(t, code));
}

void verdict(struct fetch *fetch, CURLcode code)
{
	struct transfer *t = fetch->transfer;
	fetch->spent_ms += elapsed_us(t->easy, CURLINFO_TOTAL_TIME_T) / 1000;
	read_answer(t);
	bool read = t->answer.status >= 200 && t->answer.status < 300;
	/* What happens to a body that nobody reads changes nothing. */
	if (t->headed && !read)
		judge_status(fetch);
	else if (t->headed && code == CURLE_OK)
		judge_body(fetch);
	else if (code == CURLE_OK) /* libcurl does not mind */
		fetch_say(fetch, FETCH_TRUNCATED, "header: closed before its end");
	else if (t->refused_as && t->sockets == 0)
		fetch_say(fetch, FETCH_REFUSED, "address %s is refused: %s", t->refused,
			  t->refused_as);
	else if (t->stop != STOP_NONE)
		judge_stop(fetch);
	else
		judge_code(fetch, code);
}
