#include "alert/message.h"

#include "alert/channel.h"
#include "alert/message_values.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "proto/update_json.h"
#include "proto/update_mask.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void message_id(const struct update *u, char ret[static MESSAGE_ID_SIZE])
{
	snprintf(ret, MESSAGE_ID_SIZE, "%.64s_%" PRIu64, u->event.id, u->seq);
}

const char *message_was(const struct notice *n)
{
	bool other = n->was.status != 0 && n->was.status != (uint8_t)n->update.event.status;
	const char *name = other ? event_status_name(n->was.status) : NULL;
	return name ? name : "";
}

/* --- names --- */

int message_mask(const struct mask_policy *policy, const struct update *u, struct arena *arena,
		 struct update *ret_update)
{
	return update_mask(policy, u, arena, ret_update);
}

/* --- CloudEvents 1.0, structured mode --- */

static void type_name(const struct update *u, bool marked, char *ret, size_t size)
{
	const char *kind = marked ? "test" : event_kind_name((int)u->event.kind);
	snprintf(ret, size, "id.netral.%s.v1", kind);
	for (char *c = ret; *c; c++)
		*c = (char)tolower((unsigned char)*c);
}

/* An epoch is 16 random bytes: a store of its own. */
static void source_name(const struct epoch *epoch, char *ret, size_t size)
{
	const uint8_t *b = epoch->bytes;
	snprintf(ret, size,
		 "urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
		 b[13], b[14], b[15]);
}

static json_t *cloud_event(const struct notice *n, bool marked)
{
	const struct update *u = &n->update;
	char id[MESSAGE_ID_SIZE], type[64], source[64], sequence[32];
	message_id(u, id);
	type_name(u, marked, type, sizeof(type));
	source_name(&u->epoch, source, sizeof(source));
	snprintf(sequence, sizeof(sequence), "%020" PRIu64, u->seq);
	const char *was = message_was(n);
	return json_pack("{ss ss ss ss so ss ss ss ss* so}", "specversion", "1.0", "id", id,
			 "source", source, "type", type, "time", json_time(u->recorded_us),
			 "subject", u->event.id, "datacontenttype", "application/json", "sequence",
			 sequence, "previousstatus", was[0] ? was : NULL, "data", json_update(u));
}

static char *dump(const json_t *object)
{
	return object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(3)) : NULL;
}

static void shorten(json_t *object)
{
	json_t *data = json_object_get(object, "data");
	json_object_del(data, "reports");
	json_object_del(json_object_get(data, "event"), "evidence");
}

static int write_cloud_event(const struct notice *n, bool marked, struct buf *out)
{
	json_t *object = cloud_event(n, marked);
	char *text = dump(object);
	if (text && strlen(text) > MESSAGE_USUAL_MAX) {
		free(text);
		shorten(object);
		text = dump(object);
	}
	json_decref(object);
	int r = text ? buf_append_str(out, text) : NETRAL_ENOMEM;
	free(text);
	return r;
}

/* JSON batch mode: an array. */
static int write_batch(const struct notice *notices, size_t count, bool marked, struct buf *out)
{
	int r = buf_append_str(out, "[");
	for (size_t i = 0; i < count && r == NETRAL_OK; i++) {
		if (i > 0)
			r = buf_append_str(out, ",");
		if (r == NETRAL_OK)
			r = write_cloud_event(&notices[i], marked, out);
	}
	return r == NETRAL_OK ? buf_append_str(out, "]") : r;
}

/* --- templates, and all --- */

/* What one receiver is sent has one size, however much there is to tell. */
static int write_template(const struct receiver *receiver, const struct notice *notices,
			  size_t count, bool marked, struct buf *out)
{
	netral_cleanup(arena_fini) struct arena arena;
	struct template_values v;
	arena_init(&arena, (size_t)4 * MESSAGE_MAX);
	int r = message_values(receiver, notices, count, marked, &arena, &v);
	return r == NETRAL_OK ? template_fill(receiver->form, &v, out) : r;
}

int message_write_events(const struct receiver *receiver, const struct notice *notices,
			 size_t count, bool marked, struct buf *out)
{
	if (receiver->form[0])
		return write_template(receiver, notices, count, marked, out);
	return count == 1 ? write_cloud_event(notices, marked, out)
			  : write_batch(notices, count, marked, out);
}

int message_write(const struct receiver *receiver, const struct notice *notices, size_t count,
		  bool marked, struct buf *out)
{
	return receiver->channel->write(receiver, notices, count, marked, out);
}

const char *message_media_type(const struct receiver *receiver, const struct text *body)
{
	if (receiver->form[0])
		return "application/json";
	return body->len > 0 && body->ptr[0] == '['
		       ? "application/cloudevents-batch+json; charset=utf-8"
		       : "application/cloudevents+json; charset=utf-8";
}
