/* rules_reader.h - shared by what reads the file of rules: rules.c, rules_receiver.c,
 * rules_values.c and the channels, each of which reads the keys of its own kind of receiver. The
 * main thread. */
#ifndef NETRAL_ALERT_RULES_READER_H
#define NETRAL_ALERT_RULES_READER_H

#include "alert/rules.h"

/* A section of a receiver as it is in the file: the keys of all kinds. */
struct receiver_section {
	char *kind;
	char *url;
	char *url_file;
	char *secret_files;
	char *form;
	char *chat;
	char *command;
	char *from;
	char *to;
	char *lang;
	char *tls;
	char *quiet;
	uint64_t per_minute;
	uint64_t group_wait;
	char *group_by;
	uint64_t group_max;
	char *digest_at;
	char *severity;
	uint64_t active_for;
	char *user;
	char *password_file;
	char *credentials_file;
	char *subject;
	int jetstream;
};

/* The receivers that a rule names, and the line of them. */
struct wanted {
	const char *names;
	int line;
};

struct rules_reader {
	struct ruleset *rules;
	struct wanted wanted[RULES_MAX]; /* of each rule */
	char *error;                     /* the sentence of what is wrong */
	size_t error_size;
};

/* Says what is wrong; NETRAL_EINVALID. */
int rules_say(struct rules_reader *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What is returned lives as long as the rules. 0, NETRAL_ENOMEM, or with a sentence
 * NETRAL_EINVALID. */
int rules_copy(struct rules_reader *r, const char *s, const char **ret);
int rules_list(struct rules_reader *r, const char *key, const char *text, struct names_list *ret);
int rules_set(struct rules_reader *r, const char *key, const char *text, int (*parse)(const char *),
	      uint64_t *ret);
int rules_quiet(struct rules_reader *r, const char *text, struct quiet_hours *ret);
int rules_minute(struct rules_reader *r, const char *key, const char *text, unsigned *ret);
int rules_day(struct rules_reader *r, const char *text, uint64_t *ret_us);
int rules_check_name(struct rules_reader *r, const char *name);

/* Splits at `separator`, without blanks around the members; NETRAL_EINVALID, without a sentence,
 * for more than RULE_LIST_MAX. */
int rules_split(struct rules_reader *r, const char *text, char separator, struct names_list *ret);

/* The URL of `url` or `url_file`, which begins with one of the schemes ("https://", ... NULL). */
int rules_url(struct rules_reader *r, const struct receiver_section *s, const char *const schemes[],
	      const char *schemes_text, struct receiver *to);

/* The word of `password_file`, to be wiped; "" without `user`. */
int rules_password(struct rules_reader *r, const struct receiver_section *s,
		   char ret[static SECRET_FILE_MAX]);

/* The template and what it needs. */
int rules_form(struct rules_reader *r, const struct receiver_section *s, struct receiver *to);

/* For struct config_sections. */
int rules_take_receiver(void *user, const char *name, const void *section, char *error,
			size_t size);

#endif
