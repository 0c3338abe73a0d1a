/* Webhooks: a POST, signed as Standard Webhooks has it. */
#include "alert/channel.h"

#include "alert/rules_reader.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fetch/fetch.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum {
	CONNECT_MS = 10 * 1000,
	ANSWER_MAX = 64 * 1024, /* bytes of an answer's body, which nobody reads */
	SIGNATURES_SIZE = SECRETS_MAX * SECRET_SIGNATURE_SIZE,
	GONE = 410,
};

struct webhook_line {
	struct line line;
	struct fetch *fetch;
};

/* --- the section --- */

static int read_secret(struct rules_reader *r, const char *path, struct receiver *to)
{
	char text[SECRET_FILE_MAX], why[200];
	if (secret_read(path, text, why, sizeof(why)) < 0)
		return rules_say(r, "secret_files: %s", why);
	int err = secret_parse(text, &to->secrets[to->secret_count++]);
	explicit_bzero(text, sizeof(text));
	return err == NETRAL_OK
		       ? err
		       : rules_say(r,
				   "secret_files: %.100s: not whsec_ and base64 of 24 to 64 bytes",
				   path);
}

static int read_secrets(struct rules_reader *r, const char *files, struct receiver *to)
{
	struct names_list list;
	int err = rules_list(r, "secret_files", files, &list);
	if (err == NETRAL_OK && list.count > SECRETS_MAX)
		return rules_say(r, "secret_files: more than %d", SECRETS_MAX);
	for (size_t i = 0; err == NETRAL_OK && i < list.count; i++)
		err = read_secret(r, list.items[i], to);
	return err;
}

static int webhook_read(struct rules_reader *r, const struct receiver_section *s,
			struct receiver *to)
{
	static const char *const schemes[] = {"https://", "http://", NULL};
	int err = rules_url(r, s, schemes, "http or https", to);
	if (err == NETRAL_OK)
		err = read_secrets(r, s->secret_files, to);
	return err == NETRAL_OK ? rules_form(r, s, to) : err;
}

static const char *webhook_address(const struct receiver *to)
{
	return to->url;
}

/* --- delivery --- */

/* An answer of 2xx that is too long is an answer; one that was cut off may be another's than the
 * receiver's own. */
static bool was_taken(const struct fetch_result *r)
{
	return r->outcome == FETCH_OK ||
	       (r->outcome == FETCH_TOO_BIG && r->status >= 200 && r->status < 300);
}

/* It says that the message, as it is, will not be taken. What may be the address, the secret or the
 * receiver's day (401, 403, 404 and the like) does not. */
static bool is_unreadable(const struct fetch_result *r)
{
	return r->outcome == FETCH_STATUS &&
	       (r->status == 400 || r->status == 413 || r->status == 415 || r->status == 422);
}

/* What a peer sent, or a URL that may be a secret, is not repeated. */
static const char *reason_of(const struct fetch_result *r, char *text, size_t size)
{
	if (r->outcome == FETCH_REDIRECT)
		snprintf(text, size, "HTTP %d, a redirect", r->status);
	else if (r->outcome == FETCH_BAD_URL)
		snprintf(text, size, "the URL cannot be asked");
	else
		snprintf(text, size, "%.*s", (int)size - 1, r->reason);
	return text;
}

static void on_answer(void *user, const struct fetch_result *r)
{
	struct webhook_line *w = user;
	char reason[OUTBOX_REASON_MAX];
	w->fetch = NULL;
	if (was_taken(r))
		line_end(&w->line, DELIVERY_TAKEN, -1, "");
	else if (r->status == GONE && r->outcome == FETCH_STATUS)
		line_end(&w->line, DELIVERY_GONE, -1, "HTTP 410");
	else if (r->outcome == FETCH_LOCAL)
		line_end(&w->line, DELIVERY_LOCAL, -1, r->reason);
	else
		line_end(&w->line, is_unreadable(r) ? DELIVERY_UNREADABLE : DELIVERY_FAILED,
			 r->retry_after_s, reason_of(r, reason, sizeof(reason)));
}

static void sign(const struct receiver *to, const struct outbox_item *item, int64_t now_s,
		 char signatures[static SIGNATURES_SIZE])
{
	size_t len = 0;
	signatures[0] = '\0';
	for (size_t i = 0; i < to->secret_count; i++) {
		if (i > 0)
			signatures[len++] = ' ';
		secret_sign(&to->secrets[i], item->id, now_s, item->body.ptr, item->body.len,
			    signatures + len);
		len += strlen(signatures + len);
	}
}

static int webhook_start(struct line *l, const struct outbox_item *item)
{
	struct webhook_line *w = (struct webhook_line *)l;
	const struct receiver *to = l->receiver;
	char signatures[SIGNATURES_SIZE], timestamp[24];
	int64_t now_s = (int64_t)(clock_real_us() / 1000000);
	uint64_t whole_ms = l->channels->config->request_ms;
	snprintf(timestamp, sizeof(timestamp), "%" PRId64, now_s);
	sign(to, item, now_s, signatures);
	const struct fetch_field fields[] = {
		{"Content-Type", message_media_type(to, &item->body)},
		{"webhook-id", item->id},
		{"webhook-timestamp", timestamp},
		{"webhook-signature", signatures},
	};
	const struct fetch_request request = {
		.url = to->url,
		.limits = {.connect_ms = whole_ms < CONNECT_MS ? whole_ms : CONNECT_MS,
			   .whole_ms = whole_ms,
			   .slow_bytes = 1,
			   .slow_s = INT_MAX / 1000,
			   .body_max = ANSWER_MAX},
		.lane = to->name,
		.body = item->body.ptr,
		.body_len = item->body.len,
		.fields = fields,
		.field_count = netral_countof(fields) - (to->secret_count == 0),
		.user = w,
	};
	return fetcher_get(l->channels->fetcher, &request, on_answer, &w->fetch);
}

static void webhook_end(struct line *l)
{
	struct webhook_line *w = (struct webhook_line *)l;
	if (w->fetch)
		fetcher_cancel(l->channels->fetcher, w->fetch);
	w->fetch = NULL;
}

const struct channel channel_webhook = {
	.kind = "webhook",
	.read = webhook_read,
	.address = webhook_address,
	.write = message_write_events,
	.line_size = sizeof(struct webhook_line),
	.start = webhook_start,
	.end = webhook_end,
};
