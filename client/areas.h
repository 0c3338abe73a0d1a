/* areas.h - the code of an area by its name, from the classifier's tables. The main thread. */
#ifndef NETRAL_CLIENT_AREAS_H
#define NETRAL_CLIENT_AREAS_H

#include "lib/event.h"

/* Finds "Kota Ambon", "ambon", "Maluku", "Sumut" in any case of letters. EX_OK, or an exit code
 * after a message: unknown, or the candidates when several areas have this name. */
int areas_find(const char *name, char ret_code[static EVENT_AREA_CODE_MAX]);
/* The same where the name was not given by --area; `option` begins the messages. */
int areas_find_for(const char *option, const char *name, char ret_code[static EVENT_AREA_CODE_MAX]);

/* Calls `take` with each area of the table: the nation, provinces, regencies and cities. EX_OK, or
 * an exit code after a message: no table, or `take` returned a negative code. */
int areas_each(int (*take)(void *user, const char *code, const char *name), void *user);

#endif
