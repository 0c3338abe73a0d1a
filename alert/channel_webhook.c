/* Webhooks: a POST, signed as Standard Webhooks has it. */
#include "alert/http_line.h"
#include "alert/rules_reader.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SIGNATURES_SIZE = SECRETS_MAX * SECRET_SIGNATURE_SIZE };

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
	const struct receiver *to = l->receiver;
	char signatures[SIGNATURES_SIZE], timestamp[24];
	int64_t now_s = (int64_t)(clock_real_us() / 1000000);
	snprintf(timestamp, sizeof(timestamp), "%" PRId64, now_s);
	sign(to, item, now_s, signatures);
	const struct fetch_field fields[] = {
		{"Content-Type", message_media_type(to, &item->body)},
		{"webhook-id", item->id},
		{"webhook-timestamp", timestamp},
		{"webhook-signature", signatures},
	};
	return http_line_post((struct http_line *)l, item, fields,
			      netral_countof(fields) - (to->secret_count == 0));
}

const struct channel channel_webhook = {
	.kind = "webhook",
	.read = webhook_read,
	.address = webhook_address,
	.write = message_write_events,
	.line_size = sizeof(struct http_line),
	.start = webhook_start,
	.end = http_line_end,
};
