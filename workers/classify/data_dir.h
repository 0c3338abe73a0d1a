/* data_dir.h - where the tables are. */
#ifndef NETRAL_WORKERS_CLASSIFY_DATA_DIR_H
#define NETRAL_WORKERS_CLASSIFY_DATA_DIR_H

#include <stddef.h>

/* $NETRAL_DATA when set; else <folder of the program>/../data or ../share/netral, the first that
 * exists; else the folder that was configured for installation. 0, or NETRAL_ETOOBIG. */
int classifier_data_dir(char *path, size_t size);

#endif
