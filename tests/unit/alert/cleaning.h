/* cleaning.h - removes a folder of a test with all that is in it. */
#ifndef NETRAL_TESTS_ALERT_CLEANING_H
#define NETRAL_TESTS_ALERT_CLEANING_H

#include "tests/folder.h"

#include <ftw.h>

static inline int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void folder_remove(const char *path)
{
	(void)nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
