/* update_json.h - an update as JSON, in the form that docs/events.md and netral(1) describe.
 *
 * Objects are the caller's. NULL only without memory; a function that is given NULL returns it.
 * Keys keep a fixed order. Any thread. */
#ifndef NETRAL_PROTO_UPDATE_JSON_H
#define NETRAL_PROTO_UPDATE_JSON_H

#include "lib/event.h"
#include "proto/codec.h"

#include <jansson.h>

json_t *json_event(const struct event *e);

/* {"seq","epoch","change","recorded","article":{...},"event":{...}}: a line of watch and query. */
json_t *json_update(const struct update *u);

/* A string; bytes that are not valid UTF-8 become U+FFFD. */
json_t *json_text(const char *s, size_t len);
json_t *json_name(const char *s);

/* A string, or null for "". */
json_t *json_text_or_null(const char *s, size_t len);
json_t *json_name_or_null(const char *s);

/* Hexadecimal digits of at most 16 bytes, and a time as clock_format() writes it. */
json_t *json_hex(const uint8_t *bytes, size_t count);
json_t *json_time(uint64_t real_us);

/* Appends `item`, and drops the list when that fails. */
json_t *json_grow(json_t *list, json_t *item);

#endif
