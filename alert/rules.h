/* rules.h - the file of receivers and rules: who is told what.
 *
 *     receiver "desk" {                       rule "ambon" {
 *             kind = webhook                          kinds = "VIOLATION"
 *             url = "https://..."                     areas = "81"
 *             secret_files = "/etc/netral/desk"       receivers = "desk"
 *     }                                       }
 *
 * The main thread. */
#ifndef NETRAL_ALERT_RULES_H
#define NETRAL_ALERT_RULES_H

#include "alert/mail_texts.h"
#include "alert/secret.h"
#include "lib/arena.h"
#include "lib/config.h"
#include "lib/event.h"
#include "proto/codec.h"

#include <stdbool.h>

enum {
	RECEIVERS_MAX = 64, /* a set of receivers is a uint64_t */
	RULES_MAX = 256,
	RULE_LIST_MAX = 64, /* members of a list */
	RULE_NAME_MAX = 64, /* bytes of a name */
	SECRETS_MAX = 8,
	PROGRAM_ARGS_MAX = 32,
	RECEIVER_NUMBERS_MAX = 64, /* numbers of kinds and statuses are below it */
	GATHER_MAX = 500,          /* updates in a message */
};

struct channel;
struct receiver_section;
struct rules_reader;

/* Minutes of the local day, from..until; both 0: none. May pass midnight. */
struct quiet_hours {
	unsigned from, until;
};
bool quiet_now(const struct quiet_hours *q, unsigned minute);

struct names_list {
	const char **items;
	size_t count;
};

/* Of receivers by mail. */
struct mail_account {
	const char *from; /* addresses that were checked */
	struct names_list to;
	enum mail_lang lang;
	const struct mail_texts *texts;
	bool is_plain; /* without TLS, to this machine only */
	char password[SECRET_FILE_MAX];
};

enum group_by { GROUP_BY_NONE, GROUP_BY_EVENT, GROUP_BY_PROVINCE, GROUP_BY_KIND };

struct receiver {
	const char *name;
	uint64_t key;                  /* of its name, in the outbox */
	const struct channel *channel; /* of its kind */
	const char *url;
	struct secret secrets[SECRETS_MAX];
	size_t secret_count;
	const char *form; /* "" for a CloudEvent, or a template: template.h */
	const char *chat; /* {chat} of a template */
	char *const *argv;
	struct mail_account mail;
	struct quiet_hours quiet;
	uint64_t per_minute; /* messages at most; 0: as many as there are */
	/* Of an Alertmanager: labels by number, NULL for none, and how long an alert fires. */
	const char *status_severity[RECEIVER_NUMBERS_MAX];
	const char *kind_severity[RECEIVER_NUMBERS_MAX];
	uint64_t active_ms;
	const char *authorization; /* of HTTP; "": none */
	/* Of NATS; texts never NULL. */
	const char *subject;
	const char *user, *password, *credentials_file;
	bool jetstream;
	/* Several updates in one message: gather.h. */
	enum group_by group_by;
	uint64_t group_wait_ms; /* 0: none are gathered, unless for a digest */
	uint32_t group_max;
	bool has_digest;
	unsigned digest_minute; /* of the local day */
};

struct rule {
	const char *name;
	uint64_t kinds, statuses; /* sets of numbers; 0: any */
	struct names_list areas, words;
	double min_confidence;
	uint64_t min_count;
	uint64_t muted_until_us; /* on the real clock */
	uint64_t receivers;      /* a set of indexes */
};

struct ruleset {
	struct arena arena;
	const struct mail_texts *mail_texts; /* NULL as long as no receiver needs them */
	struct receiver receivers[RECEIVERS_MAX];
	size_t receiver_count;
	struct rule rules[RULES_MAX];
	size_t rule_count;
};

extern const struct config_option receiver_options[];
extern const size_t receiver_option_count;
extern const struct config_option rule_options[];
extern const size_t rule_option_count;

/* *ret_rules is the caller's, to be ended with rules_free(). Errors as config_read(), with a
 * sentence. */
int rules_read(const char *path, struct ruleset **ret_rules, char *error, size_t error_size);
void rules_free(struct ruleset *r); /* takes NULL; wipes the secrets */
void rules_freep(struct ruleset **r);

bool rule_matches(const struct rule *rule, const struct update *u);

/* The receivers of all rules that match and are not muted at `now_us`. *ret_muted counts the
 * others. */
uint64_t rules_receivers(const struct ruleset *r, const struct update *u, uint64_t now_us,
			 uint64_t *ret_muted);

const struct rule *rules_find(const struct ruleset *r, const char *name);

#endif
