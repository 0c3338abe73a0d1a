/* metrics.h - what `netral status` knows, in the text form that Prometheus reads.
 *
 * Text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats): every sample
 * of a name stands in one group behind its HELP and TYPE, so all is gathered before any is printed.
 * Everything is copied. The main thread. */
#ifndef NETRAL_CLIENT_METRICS_H
#define NETRAL_CLIENT_METRICS_H

#include "proto/codec.h"

#include <stdio.h>

struct metrics;

struct metrics *metrics_new(void);    /* NULL without memory */
void metrics_free(struct metrics *m); /* takes NULL */

/* A program that answered, with its counters, workers and receivers; one that did not. Counters
 * whose name is none for Prometheus are left out. 0 or NETRAL_ENOMEM. */
int metrics_add_status(struct metrics *m, const struct msg_status_reply *r);
int metrics_add_down(struct metrics *m, const char *program);

/* A page of sources; one that was there before is left out. Errors as above. */
int metrics_add_sources(struct metrics *m, const struct msg_source_page *page);

/* Prints all of it, in the order of names. */
void metrics_print(struct metrics *m, FILE *out);

#endif
