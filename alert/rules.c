/* Reads the file. Rules may name receivers that come later, so names are looked up at the end. */
#include "alert/rules.h"

#include "alert/rules_reader.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <stdio.h>
#include <string.h>

enum { ARENA_MAX = 16 << 20 };

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

#define RULE(key, type, min, max, def, help)                                                       \
	{                                                                                          \
#key, type, offsetof(struct rule_section, key), min, max, def, help                \
	}

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

/* --- rules --- */

/* Receivers that may come later in the file. */
static int want(struct rules_reader *r, const char *receivers)
{
	struct wanted *w = &r->wanted[r->rules->rule_count++];
	w->line = config_key_line("receivers");
	return rules_copy(r, receivers, &w->names);
}

static int take_rule(void *user, const char *name, const void *config, char *error, size_t size)
{
	struct rules_reader *r = user;
	const struct rule_section *s = config;
	r->error = error;
	r->error_size = size;
	if (r->rules->rule_count == RULES_MAX)
		return rules_say(r, "there are too many rules");
	struct rule *to = &r->rules->rules[r->rules->rule_count];
	to->min_confidence = (double)s->min_confidence / 100;
	to->min_count = s->min_count;
	int err = rules_check_name(r, name);
	if (err == NETRAL_OK)
		err = rules_copy(r, name, &to->name);
	if (err == NETRAL_OK)
		err = want(r, s->receivers);
	if (err == NETRAL_OK)
		err = rules_set(r, "kinds", s->kinds, event_kind_parse, &to->kinds);
	if (err == NETRAL_OK)
		err = rules_set(r, "statuses", s->statuses, event_status_parse, &to->statuses);
	if (err == NETRAL_OK)
		err = rules_list(r, "areas", s->areas, &to->areas);
	if (err == NETRAL_OK)
		err = rules_list(r, "words", s->words, &to->words);
	return err == NETRAL_OK ? rules_day(r, s->mute_until, &to->muted_until_us) : err;
}

static uint64_t receiver_bit(const struct ruleset *rules, const char *name)
{
	for (size_t i = 0; i < rules->receiver_count; i++) {
		if (strcmp(rules->receivers[i].name, name) == 0)
			return (uint64_t)1 << i;
	}
	return 0;
}

static int join(struct rules_reader *r, const char *path, struct rule *rule,
		const struct wanted *wanted)
{
	struct names_list names;
	int err = rules_split(r, wanted->names, ',', &names);
	for (size_t i = 0; err == NETRAL_OK && i < names.count; i++) {
		uint64_t bit = receiver_bit(r->rules, names.items[i]);
		rule->receivers |= bit;
		if (bit == 0)
			return rules_say(r, "%s:%d: rule \"%s\": there is no receiver \"%s\"", path,
					 wanted->line, rule->name, names.items[i]);
	}
	if (err == NETRAL_OK && rule->receivers == 0)
		return rules_say(r, "%s:%d: rule \"%s\": it names no receiver", path, wanted->line,
				 rule->name);
	return err;
}

int rules_read(const char *path, struct ruleset **ret_rules, char *error, size_t error_size)
{
	const struct config_sections kinds[] = {
		{"receiver", receiver_options, receiver_option_count,
		 sizeof(struct receiver_section), rules_take_receiver},
		{"rule", rule_options, netral_countof(rule_options), sizeof(struct rule_section),
		 take_rule},
	};
	netral_cleanup(rules_freep) struct ruleset *rules = fault_calloc(1, sizeof(*rules));
	struct rules_reader r = {.rules = rules};
	snprintf(error, error_size, "%s: out of memory", path);
	if (!rules)
		return NETRAL_ENOMEM;
	arena_init(&rules->arena, ARENA_MAX);
	int err = config_read_kinds(kinds, netral_countof(kinds), &r, path, error, error_size);
	r.error = error;
	r.error_size = error_size;
	for (size_t i = 0; err == NETRAL_OK && i < rules->rule_count; i++)
		err = join(&r, path, &rules->rules[i], &r.wanted[i]);
	if (err == NETRAL_OK)
		*ret_rules = netral_take(rules);
	return err;
}

void rules_free(struct ruleset *r)
{
	if (!r)
		return;
	arena_wipe(&r->arena);
	arena_fini(&r->arena);
	explicit_bzero(r, sizeof(*r));
	free(r);
}

void rules_freep(struct ruleset **r)
{
	rules_free(*r);
}
