/* Alertmanager, its API v2: an event is an alert.
 *
 * What Alertmanager takes for one alert is what has the same labels. So they hold what seldom
 * changes; the status is an annotation, and in the labels only as a severity. When labels do
 * change, the alert of the old ones, which can be told from what the receiver was told last, is
 * ended beside the new one. An event that is DISMISSED or gone ends its alert.
 *
 * Alertmanager forgets an alert that is not sent again before its end. Events are sent once, so
 * their end is set far ahead: `active_for`. */
#include "alert/http_line.h"
#include "alert/message_values.h"
#include "alert/rules_reader.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "proto/update_json.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 64, SUMMARY_MAX = 300, ARENA_MAX = 256 * 1024, SAMPLE_MS = 5 * 60 * 1000 };

/* --- the section --- */

/* The base, with or without a slash at its end. */
static int add_path(struct rules_reader *r, struct receiver *to)
{
	size_t len = strlen(to->url);
	while (len > 0 && to->url[len - 1] == '/')
		len--;
	to->url = arena_printf(&r->rules->arena, "%.*s/api/v2/alerts", (int)len, to->url);
	return to->url ? NETRAL_OK : NETRAL_ENOMEM;
}

static int read_severity(struct rules_reader *r, const char *item, struct receiver *to)
{
	const char *equals = strchr(item, '=');
	char name[NAME_SIZE];
	snprintf(name, sizeof(name), "%.*s", equals ? (int)(equals - item) : 0, item);
	int status = event_status_parse(name), kind = event_kind_parse(name);
	if (!equals || !equals[1] || (status == 0 && kind == 0))
		return rules_say(r, "severity: \"%.60s\" is not like FOUND=critical", item);
	return rules_copy(r, equals + 1,
			  status ? &to->status_severity[status] : &to->kind_severity[kind]);
}

static int read_severities(struct rules_reader *r, const struct receiver_section *s,
			   struct receiver *to)
{
	struct names_list list;
	int err = rules_list(r, "severity", s->severity, &list);
	for (size_t i = 0; err == NETRAL_OK && i < list.count; i++)
		err = read_severity(r, list.items[i], to);
	return err;
}

static int read_authorization(struct rules_reader *r, const struct receiver_section *s,
			      struct receiver *to)
{
	char password[SECRET_FILE_MAX], both[SECRET_FILE_MAX + 256];
	char base64[sodium_base64_ENCODED_LEN(sizeof(both), sodium_base64_VARIANT_ORIGINAL)];
	int err = rules_password(r, s, password);
	if (err < 0 || !s->user[0])
		return err;
	int len = snprintf(both, sizeof(both), "%s:%s", s->user, password);
	sodium_bin2base64(base64, sizeof(base64), (const uint8_t *)both, (size_t)len,
			  sodium_base64_VARIANT_ORIGINAL);
	to->authorization = arena_printf(&r->rules->arena, "Basic %s", base64);
	sodium_memzero(password, sizeof(password));
	sodium_memzero(both, sizeof(both));
	sodium_memzero(base64, sizeof(base64));
	if (to->authorization && strlen(to->authorization) > FETCH_FIELD_MAX)
		return rules_say(r, "user: it and the password are too long for a header field");
	return to->authorization ? NETRAL_OK : NETRAL_ENOMEM;
}

static int alertmanager_read(struct rules_reader *r, const struct receiver_section *s,
			     struct receiver *to)
{
	static const char *const schemes[] = {"https://", "http://", NULL};
	to->active_ms = s->active_for;
	int err = rules_url(r, s, schemes, "http or https", to);
	if (err == NETRAL_OK)
		err = add_path(r, to);
	if (err == NETRAL_OK)
		err = read_severities(r, s, to);
	return err == NETRAL_OK ? read_authorization(r, s, to) : err;
}

static const char *alertmanager_address(const struct receiver *to)
{
	return to->url;
}

/* --- labels --- */

static const char *severity_of(const struct receiver *to, const struct told *t)
{
	const char *by_status =
		t->status < RECEIVER_NUMBERS_MAX ? to->status_severity[t->status] : NULL;
	const char *by_kind = t->kind < RECEIVER_NUMBERS_MAX ? to->kind_severity[t->kind] : NULL;
	return by_status ? by_status : by_kind;
}

/* Alertmanager takes an empty label for none. */
static json_t *labels_of(const struct receiver *to, const struct told *t, const char *event_id,
			 bool marked)
{
	char name[NAME_SIZE], kind[NAME_SIZE / 2];
	const char *severity = severity_of(to, t);
	snprintf(kind, sizeof(kind), "%s", event_kind_name(t->kind));
	for (char *c = kind; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	snprintf(name, sizeof(name), "netral_%s", marked ? "test" : kind);
	return json_pack("{ss ss ss ss% so so*}", "alertname", name, "kind", kind, "area_code",
			 t->area, "province_code", t->area, strcspn(t->area, "."), "event",
			 json_name(event_id), "severity", severity ? json_name(severity) : NULL);
}

static struct told told_now(const struct update *u)
{
	const struct event *e = &u->event;
	struct told t = {.kind = (uint8_t)e->kind, .status = (uint8_t)e->status};
	snprintf(t.area, sizeof(t.area), "%s", e->place.code);
	return t;
}

static bool same_labels(const struct receiver *to, const struct told *a, const struct told *b)
{
	const char *of_a = severity_of(to, a), *of_b = severity_of(to, b);
	return a->kind == b->kind && strcmp(a->area, b->area) == 0 &&
	       strcmp(of_a ? of_a : "", of_b ? of_b : "") == 0;
}

/* --- alerts --- */

static json_t *annotations_of(const struct notice *n, const struct template_values *v)
{
	size_t first = strcspn(v->text, "\n");
	json_t *all = json_pack("{so so so so so so so}", "summary",
				json_text(v->text, first < SUMMARY_MAX ? first : SUMMARY_MAX),
				"sentence", json_name(v->sentence), "status", json_name(v->status),
				"title", json_name(v->title), "url", json_name(v->url), "date",
				json_name(v->date), "count", json_name(v->count));
	if (all && json_object_set_new(all, "area", json_name(v->area)) == 0 &&
	    json_object_set_new(all, "province", json_name(v->province)) == 0 &&
	    json_object_set_new(all, "previous_status", json_name(message_was(n))) == 0)
		return all;
	json_decref(all);
	return NULL;
}

static bool is_over(const struct update *u)
{
	return u->change == CHANGE_REMOVED || u->event.status == EVENT_STATUS_DISMISSED;
}

static json_t *alert_of(const struct receiver *to, const struct notice *n, bool marked)
{
	netral_cleanup(arena_fini) struct arena arena;
	const struct update *u = &n->update;
	struct template_values v;
	struct told now = told_now(u);
	uint64_t active_ms = is_over(u) ? 0 : marked ? SAMPLE_MS : to->active_ms;
	uint64_t end_us = u->recorded_us + active_ms * 1000;
	arena_init(&arena, ARENA_MAX);
	if (message_values(to, n, 1, marked, &arena, &v) < 0)
		return NULL;
	bool has_url = strncmp(v.url, "https://", 8) == 0 || strncmp(v.url, "http://", 7) == 0;
	return json_pack("{so so so so so*}", "labels", labels_of(to, &now, u->event.id, marked),
			 "annotations", annotations_of(n, &v), "startsAt",
			 json_time(u->recorded_us), "endsAt", json_time(end_us), "generatorURL",
			 has_url ? json_name(v.url) : NULL);
}

/* The alert that the event had under other labels, ended; an empty object for none. */
static json_t *former_of(const struct receiver *to, const struct notice *n)
{
	const struct update *u = &n->update;
	struct told now = told_now(u);
	if (n->was.kind == 0 || same_labels(to, &n->was, &now))
		return json_object();
	return json_pack("{so so so}", "labels", labels_of(to, &n->was, u->event.id, false),
			 "startsAt", json_time(u->recorded_us), "endsAt",
			 json_time(u->recorded_us));
}

static int append(struct buf *out, const json_t *alert)
{
	if (json_object_size(alert) == 0)
		return alert ? NETRAL_OK : NETRAL_ENOMEM;
	char *text = json_dumps(alert, JSON_COMPACT);
	int r = text ? NETRAL_OK : NETRAL_ENOMEM;
	if (r == NETRAL_OK && out->data[out->len - 1] != '[')
		r = buf_append_str(out, ",");
	if (r == NETRAL_OK)
		r = buf_append_str(out, text);
	free(text);
	return r;
}

static int alertmanager_write(const struct receiver *to, const struct notice *notices, size_t count,
			      bool marked, struct buf *out)
{
	int r = buf_append_str(out, "[");
	for (size_t i = 0; i < count && r == NETRAL_OK; i++) {
		json_t *former = former_of(to, &notices[i]);
		json_t *alert = alert_of(to, &notices[i], marked);
		r = append(out, former);
		if (r == NETRAL_OK)
			r = append(out, alert);
		json_decref(former);
		json_decref(alert);
	}
	return r == NETRAL_OK ? buf_append_str(out, "]") : r;
}

/* --- delivery --- */

static int alertmanager_start(struct line *l, const struct outbox_item *item)
{
	struct http_line *h = (struct http_line *)l;
	const char *authorization = l->receiver->authorization;
	const struct fetch_field fields[] = {
		{"Content-Type", "application/json"},
		{"Authorization", authorization},
	};
	h->bad_is_final = true;
	return http_line_post(h, item, fields, netral_countof(fields) - (authorization[0] == '\0'));
}

const struct channel channel_alertmanager = {
	.kind = "alertmanager",
	.form = 1,
	.read = alertmanager_read,
	.address = alertmanager_address,
	.write = alertmanager_write,
	.line_size = sizeof(struct http_line),
	.start = alertmanager_start,
	.end = http_line_end,
};
