/* selection.h - --kind, --area and --status as a filter. The main thread. */
#ifndef NETRAL_CLIENT_SELECTION_H
#define NETRAL_CLIENT_SELECTION_H

#include "client/cli.h"
#include "proto/codec.h"

struct selection {
	struct cli_list kinds, areas, statuses;
};

/* The options of a command that selects, for its table; `type` is its struct of values and has a
 * member `selection`. */
#define SELECTION_OPTIONS(type)                                                                    \
	{"kind",                                                                                   \
	 "KIND",                                                                                   \
	 CLI_LIST,                                                                                 \
	 offsetof(type, selection.kinds),                                                          \
	 0,                                                                                        \
	 0,                                                                                        \
	 "session, violation or pledge; may be repeated"},                                         \
		{"area",                                                                           \
		 "AREA",                                                                           \
		 CLI_LIST,                                                                         \
		 offsetof(type, selection.areas),                                                  \
		 0,                                                                                \
		 0,                                                                                \
		 "code or name of a province, regency or city; may be repeated"},                  \
	{                                                                                          \
		"status", "STATUS", CLI_LIST, offsetof(type, selection.statuses), 0, 0,            \
			"alleged, found, held, ...; may be repeated"                               \
	}

/* Storage of a filter; the codes of areas live in it. */
struct selected {
	struct filter filter;
	enum event_kind kinds[CODEC_FILTER_MAX];
	enum event_status statuses[CODEC_FILTER_MAX];
	const char *areas[CODEC_FILTER_MAX];
	char codes[CODEC_FILTER_MAX][EVENT_AREA_CODE_MAX];
};

/* EX_OK, or an exit code after a message that names the option. */
int selection_resolve(const struct selection *s, struct selected *ret);

#endif
