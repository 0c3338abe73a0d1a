/* probe_print.h - what a source would give, for people and for programs. The main thread. */
#ifndef NETRAL_CLIENT_PROBE_PRINT_H
#define NETRAL_CLIENT_PROBE_PRINT_H

#include "client/probe.h"

#include <stdbool.h>
#include <stdio.h>

/* The source, its first items, the first article, and what a page names to be polled in its place.
 */
void probe_print(FILE *out, const struct probe_report *r);

/* The same as one JSON object in a line. 0 or NETRAL_ENOMEM. */
int probe_print_json(FILE *out, const struct probe_report *r);

/* "RSS", "Atom", "JSON Feed", "sitemap", ... */
const char *probe_format_name(const struct probe_report *r);

/* Items of a feed, entries of a sitemap; 0 for a page. */
size_t probe_item_count(const struct probe_report *r);

#endif
