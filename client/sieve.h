/* sieve.h - what is asked of events beyond a filter of the store: looked at where they arrive. The
 * main thread. */
#ifndef NETRAL_CLIENT_SIEVE_H
#define NETRAL_CLIENT_SIEVE_H

#include "client/cli.h"
#include "client/period.h"
#include "lib/buf.h"
#include "proto/codec.h"

/* As given. */
struct sieve_options {
	uint64_t min_confidence; /* in percent */
	struct cli_list sources, words;
	const char *recorded_since, *recorded_until;
};

/* The options of a command that sieves, for its table; `type` has a member `sieve`. */
#define SIEVE_OPTIONS(type)                                                                        \
	{"min-confidence",                                                                         \
	 "PERCENT",                                                                                \
	 CLI_NUMBER,                                                                               \
	 offsetof(type, sieve.min_confidence),                                                     \
	 0,                                                                                        \
	 100,                                                                                      \
	 "events of that confidence or more"},                                                     \
		{"source",                                                                         \
		 "SOURCE",                                                                         \
		 CLI_LIST,                                                                         \
		 offsetof(type, sieve.sources),                                                    \
		 0,                                                                                \
		 0,                                                                                \
		 "beginning of the article's source, e.g. submit; may be repeated"},               \
		{"word",                                                                           \
		 "WORD",                                                                           \
		 CLI_LIST,                                                                         \
		 offsetof(type, sieve.words),                                                      \
		 0,                                                                                \
		 0,                                                                                \
		 "in the title or the sentence, in any case; may be repeated"},                    \
		{"recorded-since",                                                                 \
		 "DATE",                                                                           \
		 CLI_TEXT,                                                                         \
		 offsetof(type, sieve.recorded_since),                                             \
		 0,                                                                                \
		 0,                                                                                \
		 "recorded or changed on that day or later (UTC)"},                                \
	{                                                                                          \
		"recorded-until", "DATE", CLI_TEXT, offsetof(type, sieve.recorded_until), 0, 0,    \
			"recorded or changed on that day or earlier (UTC)"                         \
	}

struct sieve {
	const struct sieve_options *options; /* borrowed */
	struct days recorded;
};

/* EX_OK, or EX_USAGE after a message that names the option. */
int sieve_init(struct sieve *s, const struct sieve_options *o);

/* Is all that was asked true of the update? Of several sources or words one is enough. */
bool sieve_passes(const struct sieve *s, const struct update *u);

/* Appends what tells this sieve from any other. 0 or NETRAL_ENOMEM. */
int sieve_describe(const struct sieve *s, struct buf *b);

#endif
