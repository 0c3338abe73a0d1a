/* json.h - what the client prints with --json: one object a line, keys in a fixed order.
 *
 * Objects are the caller's (json_decref(), or json_line(), which takes them). NULL only without
 * memory. The main thread. */
#ifndef NETRAL_CLIENT_JSON_H
#define NETRAL_CLIENT_JSON_H

#include "proto/update_json.h"

#include <jansson.h>
#include <stdio.h>

/* json_update() with "text" in the article, and "classifier". */
json_t *json_shown(const struct update *u, const struct msg_shown *shown);

json_t *json_status(const struct msg_status_reply *s);
json_t *json_dead(const struct dead_article *a);

/* One source of netral-poll; times that have not come are null. */
json_t *json_source(const struct source_status *s);

/* Prints `object` and a line end, and drops the reference. Without memory it prints nothing and
 * returns NETRAL_ENOMEM, also when `object` is NULL. */
int json_line(FILE *out, json_t *object);

#endif
