/* NATS: a message on a subject. In the outbox the body is a line with the subject, then the
 * CloudEvent. */
#include "alert/channel.h"

#include "alert/message_values.h"
#include "alert/nats_worker.h"
#include "alert/rules_reader.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/secret_file.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_MAX = 1 << 20, CREDENTIALS_MAX = 16 * 1024, STEP_MS = 60 * 1000 };

struct nats_line {
	struct line line;
	struct nats_worker *worker; /* NULL before the first message */
};

/* --- the subject --- */

#define SUBJECT_VALUES(X)                                                                          \
	X(kind)                                                                                    \
	X(status)                                                                                  \
	X(change)                                                                                  \
	X(area_code)

static const char *value_of(const struct template_values *v, const char *name, size_t len)
{
#define X(key)                                                                                     \
	if (strlen(#key) == len && memcmp(#key, name, len) == 0)                                   \
		return v->key;
	SUBJECT_VALUES(X)
#undef X
	return NULL;
}

/* The points of an area's code stay, so that one can subscribe to a province with what lies in it.
 * What a subject gives a meaning is left out. */
static int append_value(struct buf *out, const char *value, size_t count)
{
	int r = NETRAL_OK;
	if (!value[0])
		value = count > 1 ? "several" : "none";
	for (; *value && r == NETRAL_OK; value++) {
		unsigned char c = (unsigned char)*value;
		char plain = isalnum(c) || c == '.' ? (char)tolower(c) : '_';
		r = buf_append(out, &plain, 1);
	}
	return r;
}

/* NETRAL_EINVALID: an unknown placeholder. */
static int fill_subject(const char *subject, const struct template_values *v, size_t count,
			struct buf *out)
{
	int r = NETRAL_OK;
	while (*subject && r == NETRAL_OK) {
		size_t len = strcspn(subject, "{");
		r = buf_append(out, subject, len);
		subject += len;
		if (r < 0 || !*subject)
			break;
		len = strcspn(subject, "}");
		const char *value = subject[len] ? value_of(v, subject + 1, len - 1) : NULL;
		if (!value)
			return NETRAL_EINVALID;
		r = append_value(out, value, count);
		subject += len + 1;
	}
	return r;
}

/* Words of printable characters with points between them, and no wildcard. */
static bool is_subject(const char *s, size_t len)
{
	if (len == 0 || s[0] == '.' || s[len - 1] == '.')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] <= ' ' || s[i] == 0x7F || s[i] == '*' || s[i] == '>' ||
		    (s[i] == '.' && s[i + 1] == '.'))
			return false;
	}
	return true;
}

/* --- the section --- */

static int read_subject(struct rules_reader *r, const struct receiver_section *s,
			struct receiver *to)
{
	netral_cleanup(buf_fini) struct buf out = {.limit = 0};
	const struct template_values v = {
		.kind = "a", .status = "a", .change = "a", .area_code = "a"};
	int err = fill_subject(s->subject, &v, 1, &out);
	if (err == NETRAL_ENOMEM)
		return err;
	if (err < 0)
		return rules_say(r, "subject: only {kind}, {status}, {change} and {area_code}");
	if (buf_append(&out, "", 1) < 0)
		return NETRAL_ENOMEM;
	if (!is_subject((const char *)out.data, out.len - 1))
		return rules_say(r, "subject: \"%.60s\" is none", s->subject);
	return rules_copy(r, s->subject, &to->subject);
}

/* A host and perhaps a port; no user, no path. */
static bool is_server(const char *url)
{
	const char *host = strstr(url, "://") + 3;
	size_t len = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
	const char *port = len <= strlen(host) ? host + len : "";
	if (strpbrk(host, "@/?# ") || len < 1 || len > 250 || (host[0] == '[' && len < 4))
		return false;
	size_t digits = port[0] == ':' ? strspn(port + 1, "0123456789") : 0;
	return port[0] == '\0' || (port[0] == ':' && digits > 0 && digits < 6 && !port[1 + digits]);
}

/* The library reads the file itself; here it is looked at whether others can, too. */
static int read_credentials(struct rules_reader *r, const struct receiver_section *s,
			    struct receiver *to)
{
	char text[CREDENTIALS_MAX], why[200];
	size_t len;
	if (s->credentials_file[0]) {
		if (secret_file_read(s->credentials_file, text, sizeof(text), &len, why,
				     sizeof(why)) < 0)
			return rules_say(r, "credentials_file: %s", why);
		sodium_memzero(text, sizeof(text));
	}
	if (s->credentials_file[0] && s->user[0])
		return rules_say(r, "credentials_file: not together with user");
	return rules_copy(r, s->credentials_file, &to->credentials_file);
}

static int read_password(struct rules_reader *r, const struct receiver_section *s,
			 struct receiver *to)
{
	char password[SECRET_FILE_MAX];
	int err = rules_password(r, s, password);
	if (err == NETRAL_OK)
		err = rules_copy(r, s->user, &to->user);
	if (err == NETRAL_OK)
		err = rules_copy(r, password, &to->password);
	sodium_memzero(password, sizeof(password));
	return err;
}

static int nats_read(struct rules_reader *r, const struct receiver_section *s, struct receiver *to)
{
	static const char *const schemes[] = {"nats://", "tls://", NULL};
	to->jetstream = s->jetstream;
	int err = rules_url(r, s, schemes, "nats or tls", to);
	if (err == NETRAL_OK && !is_server(to->url))
		return rules_say(r, "url: not like nats://host:4222");
	if (err == NETRAL_OK)
		err = read_subject(r, s, to);
	if (err == NETRAL_OK)
		err = read_password(r, s, to);
	return err == NETRAL_OK ? read_credentials(r, s, to) : err;
}

static const char *nats_address(const struct receiver *to)
{
	return to->url;
}

/* --- the message --- */

static int nats_write(const struct receiver *to, const struct notice *notices, size_t count,
		      bool marked, struct buf *out)
{
	netral_cleanup(arena_fini) struct arena arena;
	struct template_values v;
	arena_init(&arena, ARENA_MAX);
	int r = message_values(to, notices, count, marked, &arena, &v);
	if (r == NETRAL_OK)
		r = fill_subject(to->subject, &v, count, out);
	if (r == NETRAL_OK)
		r = buf_append_str(out, "\n");
	return r == NETRAL_OK ? message_write_events(to, notices, count, marked, out) : r;
}

/* --- delivery --- */

static int nats_start(struct line *l, const struct outbox_item *item)
{
	struct nats_line *n = (struct nats_line *)l;
	const char *end = memchr(item->body.ptr, '\n', item->body.len);
	size_t len = end ? (size_t)(end - item->body.ptr) : 0;
	const struct text subject = {item->body.ptr, len};
	size_t head = end ? len + 1 : 0; /* without a subject the message is refused */
	const struct text body = {item->body.ptr + head, item->body.len - head};
	int r = NETRAL_OK;
	if (!n->worker)
		r = nats_worker_new(l->receiver, l->channels->config, l->channels->wake_fd,
				    &n->worker);
	return r == NETRAL_OK ? nats_worker_publish(n->worker, item->id, &subject, &body) : r;
}

static uint64_t nats_step(struct line *l)
{
	struct nats_line *n = (struct nats_line *)l;
	struct delivery_outcome outcome;
	if (nats_worker_result(n->worker, &outcome))
		line_end(l, outcome.result, outcome.retry_after_s, outcome.reason);
	return STEP_MS;
}

static void nats_end(struct line *l)
{
	struct nats_line *n = (struct nats_line *)l;
	nats_worker_free(n->worker);
	n->worker = NULL;
}

const struct channel channel_nats = {
	.kind = "nats",
	.form = 2,
	.read = nats_read,
	.address = nats_address,
	.write = nats_write,
	.line_size = sizeof(struct nats_line),
	.start = nats_start,
	.end = nats_end,
	.step = nats_step,
};
