/* period.h - --since and --until as the days of a query. The main thread. */
#ifndef NETRAL_CLIENT_PERIOD_H
#define NETRAL_CLIENT_PERIOD_H

#include "client/cli.h"

struct period {
	const char *since, *until; /* as given, or NULL */
};

/* The options of a command that takes a period; `type` has a member `period`. */
#define PERIOD_OPTIONS(type)                                                                       \
	{"since",                                                                                  \
	 "DATE",                                                                                   \
	 CLI_TEXT,                                                                                 \
	 offsetof(type, period.since),                                                             \
	 0,                                                                                        \
	 0,                                                                                        \
	 "events of that day or later, e.g. 2024-08-21, 2024-08 or 2024"},                         \
	{                                                                                          \
		"until", "DATE", CLI_TEXT, offsetof(type, period.until), 0, 0,                     \
			"events of that day or earlier"                                            \
	}

enum { DAY_SIZE = sizeof("2024-08-21") };
struct days {
	char since[DAY_SIZE], until[DAY_SIZE]; /* "" for no bound */
};

/* Is a day such as "2024-08-21" within them? */
bool period_has(const struct days *days, const char *day);

/* EX_OK, or EX_USAGE after a message that names the option. */
int period_resolve(const struct period *p, struct days *ret);
/* The same, of options with other names. */
int period_resolve_as(const struct period *p, const char *since_option, const char *until_option,
		      struct days *ret);

#endif
