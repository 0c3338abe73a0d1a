#include "alert/message.h"

#include "alert/template.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "proto/update_json.h"
#include "proto/update_mask.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SENTENCE_MAX = 900, TITLE_MAX = 300, TEXT_MAX = 1900 };

void message_id(const struct update *u, char ret[static MESSAGE_ID_SIZE])
{
	snprintf(ret, MESSAGE_ID_SIZE, "%.64s_%" PRIu64, u->event.id, u->seq);
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

static json_t *cloud_event(const struct update *u, bool marked)
{
	char id[MESSAGE_ID_SIZE], type[64], source[64], sequence[32];
	message_id(u, id);
	type_name(u, marked, type, sizeof(type));
	source_name(&u->epoch, source, sizeof(source));
	snprintf(sequence, sizeof(sequence), "%020" PRIu64, u->seq);
	return json_pack("{ss ss ss ss so ss ss ss so}", "specversion", "1.0", "id", id, "source",
			 source, "type", type, "time", json_time(u->recorded_us), "subject",
			 u->event.id, "datacontenttype", "application/json", "sequence", sequence,
			 "data", json_update(u));
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

static int write_cloud_event(const struct update *u, bool marked, struct buf *out)
{
	json_t *object = cloud_event(u, marked);
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

/* --- templates --- */

/* At most `max` bytes, of whole characters. */
static char *cut(struct arena *arena, const char *s, size_t len, size_t max)
{
	if (len > max) {
		for (len = max; len > 0 && ((unsigned char)s[len] & 0xC0) == 0x80;)
			len--;
	}
	return arena_strndup(arena, s, len);
}

static const char *change_name(enum update_change change)
{
	return change == CHANGE_NEW ? "new" : change == CHANGE_REMOVED ? "removed" : "changed";
}

static char *count_text(struct arena *arena, const struct event_count *c)
{
	if (!c->qualifier)
		return arena_strdup(arena, "");
	const char *word = event_qualifier_name((int)c->qualifier);
	if (c->qualifier == EVENT_QUALIFIER_EXACT)
		return arena_printf(arena, "%" PRIu64, c->value);
	if (c->value == 0)
		return arena_strdup(arena, word);
	return arena_printf(arena, "%s %" PRIu64, word, c->value);
}

static char *place_text(struct arena *arena, const struct event_place *p)
{
	bool in_province = p->province[0] && strcmp(p->province, p->name) != 0;
	return arena_printf(arena, "%s%s%s", p->name, in_province ? ", " : "",
			    in_province ? p->province : "");
}

/* Two or three lines: what, where, when, how many; the sentence; the article. */
static char *people_text(struct arena *arena, const struct update *u,
			 const struct template_values *v, bool marked)
{
	const char *place = place_text(arena, &u->event.place);
	const char *mark = marked ? "[TEST] " : u->change == CHANGE_REMOVED ? "[REMOVED] " : "";
	if (!place || !v->sentence || !v->title || !v->url)
		return NULL;
	char *text = arena_printf(arena, "%s%s %s%s%s%s%s%s%s\n%s%s%s%s%s", mark, v->kind,
				  v->status, place[0] ? " - " : "", place, v->date[0] ? " - " : "",
				  v->date, v->count[0] ? " - " : "", v->count, v->sentence,
				  v->title[0] ? "\n" : "", v->title, v->url[0] ? "\n" : "", v->url);
	return text ? cut(arena, text, strlen(text), TEXT_MAX) : NULL;
}

static bool fill_values(const struct receiver *receiver, const struct update *u, bool marked,
			struct arena *arena, struct template_values *v)
{
	const struct event *e = &u->event;
	const struct article_ref *a = &u->article;
	char id[MESSAGE_ID_SIZE];
	message_id(u, id);
	*v = (struct template_values){
		.id = arena_strdup(arena, id),
		.kind = event_kind_name((int)e->kind),
		.status = event_status_name((int)e->status),
		.change = change_name(u->change),
		.area = e->place.name,
		.area_code = e->place.code,
		.province = e->place.province,
		.date = e->date.precision ? e->date.value : "",
		.count = count_text(arena, &e->count),
		.sentence = cut(arena, e->sentence, strlen(e->sentence), SENTENCE_MAX),
		.title = cut(arena, a->title.ptr, a->title.len, TITLE_MAX),
		.url = arena_strndup(arena, a->url.ptr, a->url.len),
		.published = arena_strndup(arena, a->published.ptr, a->published.len),
		.confidence = arena_printf(arena, "%.2f", e->confidence),
		.chat = receiver->chat,
	};
	if (!v->id || !v->count || !v->published || !v->confidence)
		return false;
	v->text = people_text(arena, u, v, marked);
	return v->text != NULL;
}

static int write_template(const struct receiver *receiver, const struct update *u, bool marked,
			  struct buf *out)
{
	netral_cleanup(arena_fini) struct arena arena;
	struct template_values v;
	arena_init(&arena, (size_t)4 * MESSAGE_MAX);
	if (!fill_values(receiver, u, marked, &arena, &v))
		return NETRAL_ENOMEM;
	return template_fill(receiver->form, &v, out);
}

int message_write(const struct receiver *receiver, const struct update *u, bool marked,
		  struct buf *out)
{
	return receiver->form[0] ? write_template(receiver, u, marked, out)
				 : write_cloud_event(u, marked, out);
}
