/* tables.h - the classifier inside the client, for the commands that classify or explain. */
#ifndef NETRAL_CLIENT_TABLES_H
#define NETRAL_CLIENT_TABLES_H

#include "workers/classify/classify.h"

struct tables {
	struct classifier *classifier;
	struct classifier_scratch *scratch;
};

/* Loads from `dir`, or from the folder installed with the program when it is NULL. An exit code of
 * sysexits.h, EX_OK among them; on failure the reason has been printed. */
int tables_load(const char *dir, struct tables *ret_tables);
void tables_fini(struct tables *t); /* takes a zeroed one */

#endif
