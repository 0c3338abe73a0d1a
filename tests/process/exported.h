/* exported.h - netral export in a bench, and its file as readers of others see it. Waits and fails
 * as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_EXPORTED_H
#define NETRAL_TESTS_PROCESS_EXPORTED_H

#include "tests/process/client.h"
#include "tests/process/recorder.h"

/* Exports into the file "out" of the rig; the exit code. */
#define EXPORT(b, ...)                                                                             \
	CLIENT_RUN(&(b)->rig, NULL, "export", "--output", rig_path(&(b)->rig, "out"), __VA_ARGS__)

/* Passes the running test over, with a reason, where a reader is not installed. */
void exported_need(const char *module);

/* What export_reader.py finds in "out"; `format` as there. To be ended with json_decref(). */
json_t *exported_read(struct bench *b, const char *format);

/* Cell of a row of such a table. */
const char *exported_cell(const json_t *rows, size_t row, const char *column);

#endif
