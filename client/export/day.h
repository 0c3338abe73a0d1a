/* day.h - the days that a date of an event may be. Any thread. */
#ifndef NETRAL_CLIENT_EXPORT_DAY_H
#define NETRAL_CLIENT_EXPORT_DAY_H

#include "lib/event.h"

#include <stdbool.h>

/* "2024-02" is from 2024-02-01 to 2024-02-29. False, with "", when there is no date, or one that
 * the calendar does not have. */
enum { EXPORT_DAY_SIZE = 32 };
bool export_day(const struct event_date *date, bool last, char ret[static EXPORT_DAY_SIZE]);

#endif
