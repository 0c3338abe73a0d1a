/* source_add.h - tries a source and puts it into the file of sources. The main thread. */
#ifndef NETRAL_CLIENT_SOURCE_ADD_H
#define NETRAL_CLIENT_SOURCE_ADD_H

#include "client/probe.h"
#include "lib/source/sources.h"

enum { SOURCE_NAME_SIZE = SOURCE_NAME_MAX + 1 };

struct source_add {
	const char *file;
	struct source_statement statement; /* name and kind may be NULL: what is found */
	struct probe_options probe;
	bool no_test;
	bool force;
	bool dry_run;
	bool json;
};

/* Says what it did on standard output. EX_OK, or an exit code after a message. */
int source_add(const struct source_add *a);

/* A name for what was seen at `url`: what it calls itself, else its host. `report` may be NULL. */
void source_name_propose(const struct probe_report *report, const struct text *url,
			 char ret[static SOURCE_NAME_SIZE]);

#endif
