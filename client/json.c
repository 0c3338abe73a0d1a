#include "client/json.h"

#include "lib/error.h"
#include "lib/source/schedule.h"

#include <stdlib.h>
#include <string.h>

json_t *json_shown(const struct update *u, const struct msg_shown *shown)
{
	const struct classifier_version *v = &shown->classifier;
	json_t *j = json_update(u);
	if (!j)
		return NULL;
	json_t *a = json_object_get(j, "article");
	if (json_object_set_new(a, "text", json_text(shown->text.ptr, shown->text.len)) == 0 &&
	    json_object_set_new(j, "classifier",
				json_pack("{sI so}", "revision", (json_int_t)v->revision,
					  "data_hash",
					  json_hex(v->data_hash, sizeof(v->data_hash)))) == 0)
		return j;
	json_decref(j);
	return NULL;
}

static json_t *counters(const struct msg_status_reply *s)
{
	json_t *j = json_object();
	for (size_t i = 0; j && i < s->counter_count; i++) {
		json_t *value = json_integer((json_int_t)s->counters[i].value);
		if (json_object_set_new(j, s->counters[i].name, value) < 0) {
			json_decref(j);
			j = NULL;
		}
	}
	return j;
}

static json_t *workers(const struct msg_status_reply *s)
{
	json_t *list = json_array();
	for (size_t i = 0; i < s->worker_count; i++) {
		const struct worker_status *w = &s->workers[i];
		list = json_grow(list, json_pack("{so so sI sI sI sI}", "name", json_name(w->name),
						 "version", json_name(w->version), "credit",
						 (json_int_t)w->credit, "held", (json_int_t)w->held,
						 "done", (json_int_t)w->done, "failed",
						 (json_int_t)w->failed));
	}
	return list;
}

static json_t *time_or_null(uint64_t real_ms)
{
	return real_ms ? json_time(real_ms * 1000) : json_null();
}

static json_t *receivers(const struct msg_status_reply *s)
{
	json_t *list = json_array();
	for (size_t i = 0; i < s->receiver_count; i++) {
		const struct receiver_status *r = &s->receivers[i];
		list = json_grow(list,
				 json_pack("{so sb sI sI so sI sI so so}", "name",
					   json_name(r->name), "disabled", r->disabled, "waiting",
					   (json_int_t)r->waiting, "bytes", (json_int_t)r->bytes,
					   "oldest", time_or_null(r->oldest_ms), "behind",
					   (json_int_t)r->behind, "tries", (json_int_t)r->tries,
					   "next_try", time_or_null(r->due_ms), "last_error",
					   json_name_or_null(r->last_error)));
	}
	return list;
}

/* Only netral-alert has receivers. */
json_t *json_status(const struct msg_status_reply *s)
{
	json_t *object = json_pack("{so so so sI sI so so}", "program", json_name(s->program),
				   "state", json_name(s->state), "version", json_name(s->version),
				   "pid", (json_int_t)s->pid, "uptime_ms", (json_int_t)s->uptime_ms,
				   "counters", counters(s), "workers", workers(s));
	if (s->receiver_count > 0 && object)
		json_object_set_new(object, "receivers", receivers(s));
	return object;
}

json_t *json_dead(const struct dead_article *a)
{
	char id[ARTICLE_ID_HEX + 1];
	article_id_format(&a->id, id);
	return json_pack("{ss so so so so sI so}", "id", id, "title",
			 json_text_or_null(a->title.ptr, a->title.len), "url",
			 json_text_or_null(a->url.ptr, a->url.len), "source",
			 json_text_or_null(a->source.ptr, a->source.len), "reason",
			 json_name(a->reason), "tries", (json_int_t)a->tries, "died",
			 json_time(a->died_us));
}

static json_t *flags(uint32_t bits)
{
	json_t *list = json_array();
	for (unsigned n = 0; n < SCHEDULE_FLAG_COUNT; n++) {
		if (bits & 1U << n)
			list = json_grow(list, json_string(schedule_flag_name(n)));
	}
	return list;
}

json_t *json_source(const struct source_status *s)
{
	return json_pack("{so so so sb so sI sI sI sI sI sI so so so sI so}", "name",
			 json_name(s->name), "kind", json_name(s->kind), "url", json_name(s->url),
			 "enabled", s->enabled, "flags", flags(s->flags), "articles",
			 (json_int_t)s->articles, "items", (json_int_t)s->items, "given_up",
			 (json_int_t)s->given_up, "polls", (json_int_t)s->polls, "failures",
			 (json_int_t)s->failures, "failures_in_row", (json_int_t)s->failures_in_row,
			 "last_article", time_or_null(s->last_article_ms), "last_poll",
			 time_or_null(s->last_poll_ms), "next_poll", time_or_null(s->next_poll_ms),
			 "patience_ms", (json_int_t)s->patience_ms, "last_error",
			 json_name_or_null(s->last_error));
}

/* Three decimals tell more about a confidence than anybody knows; the default of 17 prints 0.9 as
 * 0.90000000000000002. */
int json_line(FILE *out, json_t *object)
{
	if (!object)
		return NETRAL_ENOMEM;
	char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(3));
	json_decref(object);
	if (!line)
		return NETRAL_ENOMEM;
	fputs(line, out);
	fputc('\n', out);
	free(line);
	return NETRAL_OK;
}
