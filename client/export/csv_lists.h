/* csv_lists.h - the lists of an event as one cell: joined by "; " for people, or a JSON array. */
#ifndef NETRAL_CLIENT_EXPORT_CSV_LISTS_H
#define NETRAL_CLIENT_EXPORT_CSV_LISTS_H

#include "client/export/csv.h"
#include "proto/codec.h"

void csv_subjects(struct csv *c, const struct event *e, bool json);
void csv_conduct(struct csv *c, const struct event *e, bool json);
void csv_people(struct csv *c, const struct event *e, bool json);
/* Addresses of the articles that report the event, as far as they are listed. */
void csv_report_urls(struct csv *c, const struct update *u, bool json);
void csv_strings(struct csv *c, const char *const *strings, size_t count, bool json);

#endif
