/* Reads the file. Rules may name receivers that come later, so names are looked up at the end. */
#include "alert/rules.h"

#include "alert/template.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <xxhash.h>

enum { ARENA_MAX = 16 << 20 };

struct receiver_section {
	char *kind;
	char *url;
	char *url_file;
	char *secret_files;
	char *form;
	char *chat;
	char *command;
	char *quiet;
	uint64_t per_minute;
};

struct rule_section {
	char *kinds;
	char *statuses;
	char *areas;
	char *words;
	uint64_t min_confidence;
	uint64_t min_count;
	char *mute_until;
	char *receivers;
};

#define RECEIVER(key, type, min, max, def, help)                                                   \
	{                                                                                          \
#key, type, offsetof(struct receiver_section, key), min, max, def, help            \
	}
#define RULE(key, type, min, max, def, help)                                                       \
	{                                                                                          \
#key, type, offsetof(struct rule_section, key), min, max, def, help                \
	}

const struct config_option receiver_options[] = {
	RECEIVER(kind, CONFIG_STRING, 1, 16, "webhook", "webhook or program"),
	RECEIVER(url, CONFIG_STRING, 0, 4000, "", "where a webhook goes: http or https"),
	RECEIVER(url_file, CONFIG_STRING, 0, 4000, "",
		 "file that holds the URL instead, when it is a secret; of mode 600"),
	RECEIVER(secret_files, CONFIG_STRING, 0, 8000, "",
		 "files of secrets (whsec_...) that sign a webhook, of mode 600, with commas"),
	RECEIVER(form, CONFIG_STRING, 0, 8000, "",
		 "slack, mattermost, telegram, discord, or a JSON text with {placeholders}; empty: "
		 "a "
		 "CloudEvent"),
	RECEIVER(chat, CONFIG_STRING, 0, 200, "", "what {chat} stands for: the chat of Telegram"),
	RECEIVER(command, CONFIG_STRING, 0, 4000, "",
		 "the program's path and its arguments, with spaces; it reads the message"),
	RECEIVER(quiet, CONFIG_STRING, 0, 16, "",
		 "hours of the local day in which messages are held, such as 22:00-06:00"),
	RECEIVER(per_minute, CONFIG_COUNT, 0, 60000, "0",
		 "messages a minute at most, the others are held; 0: any number"),
};
const size_t receiver_option_count = netral_countof(receiver_options);

const struct config_option rule_options[] = {
	RULE(kinds, CONFIG_STRING, 0, 200, "", "SESSION, VIOLATION, PLEDGE; empty: all"),
	RULE(statuses, CONFIG_STRING, 0, 400, "", "ALLEGED, FOUND and so on; empty: all"),
	RULE(areas, CONFIG_STRING, 0, 4000, "",
	     "codes of areas, each with what lies in it, ID for the nation, none; empty: all"),
	RULE(words, CONFIG_STRING, 0, 4000, "",
	     "one of these is in the sentence or the title; empty: any"),
	RULE(min_confidence, CONFIG_COUNT, 0, 100, "0", "in percent"),
	RULE(min_count, CONFIG_COUNT, 0, UINT32_MAX, "0", "people counted at least"),
	RULE(mute_until, CONFIG_STRING, 0, 32, "",
	     "local day, such as 2026-12-01, before which the rule tells nobody"),
	RULE(receivers, CONFIG_STRING, 0, 8000, "", "names of receivers, with commas"),
};
const size_t rule_option_count = netral_countof(rule_options);

struct reader {
	struct ruleset *rules;
	const char *wanted[RULES_MAX]; /* the receivers that each rule names */
};

/* --- values --- */

static int say(char *error, size_t size, const char *sentence)
{
	snprintf(error, size, "%s", sentence);
	return NETRAL_EINVALID;
}

static int copy(struct reader *r, const char *s, const char **ret)
{
	*ret = arena_strdup(&r->rules->arena, s);
	return *ret ? NETRAL_OK : NETRAL_ENOMEM;
}

/* Splits at `separator`, without blanks around the members. */
static int split(struct reader *r, const char *text, char separator, struct names_list *ret)
{
	const char *items[RULE_LIST_MAX];
	size_t count = 0;
	while (*text) {
		text += strspn(text, " ");
		size_t whole = (size_t)(strchrnul(text, separator) - text), len = whole;
		while (len > 0 && text[len - 1] == ' ')
			len--;
		if (len > 0 && count == RULE_LIST_MAX)
			return NETRAL_EINVALID;
		if (len > 0)
			items[count++] = arena_strndup(&r->rules->arena, text, len);
		text += whole + (text[whole] != '\0');
	}
	ret->items = arena_calloc(&r->rules->arena, count + 1, sizeof(*ret->items));
	if (!ret->items)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (!items[i])
			return NETRAL_ENOMEM;
		ret->items[i] = items[i];
	}
	ret->count = count;
	return NETRAL_OK;
}

static int take_list(struct reader *r, const char *key, const char *text, struct names_list *ret,
		     char *error, size_t size)
{
	int err = split(r, text, ',', ret);
	if (err == NETRAL_EINVALID)
		snprintf(error, size, "%s: more than %d members", key, RULE_LIST_MAX);
	return err;
}

static int take_set(struct reader *r, const char *key, const char *text, int (*parse)(const char *),
		    uint64_t *ret, char *error, size_t size)
{
	struct names_list list;
	int err = take_list(r, key, text, &list, error, size);
	for (size_t i = 0; err == NETRAL_OK && i < list.count; i++) {
		int number = parse(list.items[i]);
		*ret |= (uint64_t)1 << number;
		if (number == 0) {
			snprintf(error, size, "%s: \"%.60s\" is none", key, list.items[i]);
			err = NETRAL_EINVALID;
		}
	}
	return err;
}

static int take_minutes(const char *text, unsigned *ret)
{
	unsigned hour, minute;
	int end = 0;
	if (sscanf(text, "%2u:%2u%n", &hour, &minute, &end) != 2 || end != 5 || hour > 23 ||
	    minute > 59)
		return NETRAL_EINVALID;
	*ret = hour * 60 + minute;
	return NETRAL_OK;
}

static int take_quiet(const char *text, struct quiet_hours *ret, char *error, size_t size)
{
	if (!text[0])
		return NETRAL_OK;
	if (strlen(text) == 11 && text[5] == '-' && take_minutes(text, &ret->from) == NETRAL_OK &&
	    take_minutes(text + 6, &ret->until) == NETRAL_OK && ret->from != ret->until)
		return NETRAL_OK;
	snprintf(error, size, "quiet: \"%.20s\" is not like 22:00-06:00", text);
	return NETRAL_EINVALID;
}

static int take_day(const char *text, uint64_t *ret_us, char *error, size_t size)
{
	struct tm day = {.tm_isdst = -1};
	if (!text[0])
		return NETRAL_OK;
	const char *end = strptime(text, "%Y-%m-%d", &day);
	time_t t = end && !*end ? mktime(&day) : -1;
	if (t <= 0) {
		snprintf(error, size, "mute_until: \"%.20s\" is no day such as 2026-12-01", text);
		return NETRAL_EINVALID;
	}
	*ret_us = (uint64_t)t * 1000000;
	return NETRAL_OK;
}

static int check_name(const char *name, char *error, size_t size)
{
	size_t len = strlen(name);
	if (len == 0 || len > RULE_NAME_MAX)
		return say(error, size, "the name must have 1 to 64 bytes");
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)name[i] < ' ' || name[i] == ',' || name[i] == 0x7F)
			return say(error, size, "the name has a comma or a control character");
	}
	return NETRAL_OK;
}

/* --- receivers --- */

static int take_secrets(struct reader *r, const char *files, struct receiver *to, char *error,
			size_t size)
{
	struct names_list list;
	char text[SECRET_FILE_MAX], why[200];
	int err = take_list(r, "secret_files", files, &list, error, size);
	if (err == NETRAL_OK && list.count > SECRETS_MAX)
		return say(error, size, "secret_files: more than 8");
	for (size_t i = 0; err == NETRAL_OK && i < list.count; i++) {
		err = secret_read(list.items[i], text, why, sizeof(why));
		if (err < 0) {
			snprintf(error, size, "secret_files: %s", why);
			return NETRAL_EINVALID;
		}
		err = secret_parse(text, &to->secrets[to->secret_count++]);
		explicit_bzero(text, sizeof(text));
		if (err < 0)
			snprintf(error, size,
				 "secret_files: %.100s: not whsec_ and base64 of 24 to 64 bytes",
				 list.items[i]);
	}
	return err;
}

static int take_url(struct reader *r, const struct receiver_section *s, struct receiver *to,
		    char *error, size_t size)
{
	char text[SECRET_FILE_MAX], why[200];
	if (!s->url[0] == !s->url_file[0])
		return say(error, size, "url: a webhook has either url or url_file");
	if (s->url[0]) {
		snprintf(text, sizeof(text), "%s", s->url);
	} else if (secret_read(s->url_file, text, why, sizeof(why)) < 0) {
		snprintf(error, size, "url_file: %s", why);
		return NETRAL_EINVALID;
	}
	bool is_web = strncasecmp(text, "https://", 8) == 0 || strncasecmp(text, "http://", 7) == 0;
	int err = is_web ? copy(r, text, &to->url) : NETRAL_EINVALID;
	explicit_bzero(text, sizeof(text));
	if (!is_web)
		return say(error, size,
			   s->url[0] ? "url: no http or https URL"
				     : "url_file: holds no http or https URL");
	return err;
}

static int take_command(struct reader *r, const struct receiver_section *s, struct receiver *to,
			char *error, size_t size)
{
	struct names_list words;
	int err = split(r, s->command, ' ', &words);
	if (err == NETRAL_EINVALID || words.count > PROGRAM_ARGS_MAX)
		return say(error, size, "command: too many arguments");
	if (err < 0)
		return err;
	if (words.count == 0 || words.items[0][0] != '/')
		return say(error, size, "command: a program has a command with its whole path");
	char **argv = arena_calloc(&r->rules->arena, words.count + 1, sizeof(*argv));
	for (size_t i = 0; argv && i < words.count; i++)
		argv[i] = arena_strdup(&r->rules->arena, words.items[i]);
	to->argv = argv;
	return argv ? NETRAL_OK : NETRAL_ENOMEM;
}

static int take_form(struct reader *r, const char *form, struct receiver *to, char *error,
		     size_t size)
{
	char why[200];
	if (template_check(form, why, sizeof(why)) < 0) {
		snprintf(error, size, "form: %s", why);
		return NETRAL_EINVALID;
	}
	return copy(r, form, &to->form);
}

static int take_kind(struct reader *r, const struct receiver_section *s, struct receiver *to,
		     char *error, size_t size)
{
	if (strcmp(s->kind, "webhook") == 0) {
		to->kind = RECEIVER_WEBHOOK;
		return take_url(r, s, to, error, size);
	}
	if (strcmp(s->kind, "program") == 0) {
		to->kind = RECEIVER_PROGRAM;
		return take_command(r, s, to, error, size);
	}
	return say(error, size, "kind: not webhook or program");
}

static int take_receiver(void *user, const char *name, const void *config, char *error, size_t size)
{
	struct reader *r = user;
	const struct receiver_section *s = config;
	if (r->rules->receiver_count == RECEIVERS_MAX)
		return say(error, size, "there are too many receivers");
	struct receiver *to = &r->rules->receivers[r->rules->receiver_count++];
	to->per_minute = s->per_minute;
	to->key = XXH3_64bits(name, strlen(name));
	int err = check_name(name, error, size);
	if (err == NETRAL_OK)
		err = copy(r, name, &to->name);
	if (err == NETRAL_OK)
		err = copy(r, s->chat, &to->chat);
	if (err == NETRAL_OK)
		err = take_kind(r, s, to, error, size);
	if (err == NETRAL_OK)
		err = take_secrets(r, s->secret_files, to, error, size);
	if (err == NETRAL_OK)
		err = take_form(r, s->form, to, error, size);
	return err == NETRAL_OK ? take_quiet(s->quiet, &to->quiet, error, size) : err;
}

/* --- rules --- */

static int take_rule(void *user, const char *name, const void *config, char *error, size_t size)
{
	struct reader *r = user;
	const struct rule_section *s = config;
	if (r->rules->rule_count == RULES_MAX)
		return say(error, size, "there are too many rules");
	struct rule *to = &r->rules->rules[r->rules->rule_count];
	to->min_confidence = (double)s->min_confidence / 100;
	to->min_count = s->min_count;
	int err = check_name(name, error, size);
	if (err == NETRAL_OK)
		err = copy(r, name, &to->name);
	if (err == NETRAL_OK)
		err = copy(r, s->receivers, &r->wanted[r->rules->rule_count++]);
	if (err == NETRAL_OK)
		err = take_set(r, "kinds", s->kinds, event_kind_parse, &to->kinds, error, size);
	if (err == NETRAL_OK)
		err = take_set(r, "statuses", s->statuses, event_status_parse, &to->statuses, error,
			       size);
	if (err == NETRAL_OK)
		err = take_list(r, "areas", s->areas, &to->areas, error, size);
	if (err == NETRAL_OK)
		err = take_list(r, "words", s->words, &to->words, error, size);
	return err == NETRAL_OK ? take_day(s->mute_until, &to->muted_until_us, error, size) : err;
}

static uint64_t receiver_bit(const struct ruleset *rules, const char *name)
{
	for (size_t i = 0; i < rules->receiver_count; i++) {
		if (strcmp(rules->receivers[i].name, name) == 0)
			return (uint64_t)1 << i;
	}
	return 0;
}

static int join(struct reader *r, const char *path, struct rule *rule, const char *wanted,
		char *error, size_t size)
{
	struct names_list names;
	int err = split(r, wanted, ',', &names);
	for (size_t i = 0; err == NETRAL_OK && i < names.count; i++) {
		uint64_t bit = receiver_bit(r->rules, names.items[i]);
		rule->receivers |= bit;
		if (bit == 0) {
			snprintf(error, size, "%s: rule \"%s\": there is no receiver \"%s\"", path,
				 rule->name, names.items[i]);
			return NETRAL_EINVALID;
		}
	}
	if (err == NETRAL_OK && rule->receivers == 0) {
		snprintf(error, size, "%s: rule \"%s\": it names no receiver", path, rule->name);
		return NETRAL_EINVALID;
	}
	return err;
}

int rules_read(const char *path, struct ruleset **ret_rules, char *error, size_t error_size)
{
	const struct config_sections kinds[] = {
		{"receiver", receiver_options, netral_countof(receiver_options),
		 sizeof(struct receiver_section), take_receiver},
		{"rule", rule_options, netral_countof(rule_options), sizeof(struct rule_section),
		 take_rule},
	};
	netral_cleanup(rules_freep) struct ruleset *rules = fault_calloc(1, sizeof(*rules));
	struct reader r = {.rules = rules};
	snprintf(error, error_size, "%s: out of memory", path);
	if (!rules)
		return NETRAL_ENOMEM;
	arena_init(&rules->arena, ARENA_MAX);
	int err = config_read_kinds(kinds, netral_countof(kinds), &r, path, error, error_size);
	for (size_t i = 0; err == NETRAL_OK && i < rules->rule_count; i++)
		err = join(&r, path, &rules->rules[i], r.wanted[i], error, error_size);
	if (err == NETRAL_OK)
		*ret_rules = netral_take(rules);
	return err;
}

void rules_free(struct ruleset *r)
{
	if (!r)
		return;
	arena_fini(&r->arena);
	explicit_bzero(r, sizeof(*r));
	free(r);
}

void rules_freep(struct ruleset **r)
{
	rules_free(*r);
}
