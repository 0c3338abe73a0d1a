/* Any bytes as a file of receivers and rules; and what templates in it make of hostile values. */
#include "fuzz.h"

#include "alert/channel.h"
#include "alert/rules.h"
#include "alert/template.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/utf8.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { DAY_MINUTES = 24 * 60 };

static int read_bytes(const void *data, size_t size, struct ruleset **ret, char *error,
		      size_t error_size)
{
	char path[64];
	netral_cleanup(netral_closep) int fd = memfd_create("alerts", MFD_CLOEXEC);
	netral_assert(fd >= 0);
	netral_assert(write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return rules_read(path, ret, error, error_size);
}

/* It was checked when it was read: so it is JSON with any values. */
static void check_form(const struct receiver *to)
{
	struct template_values v;
	json_error_t e;
	netral_cleanup(buf_fini) struct buf out = {.limit = 0};
#define X(key) v.key = "\"\\</script>{text}\n\x01\xE2\x80\xA8 @all <!channel> \xF0\x9F\x97\xB3";
	TEMPLATE_VALUES(X)
#undef X
	v.chat = to->chat;
	netral_assert(template_fill(to->form, &v, &out) == NETRAL_OK);
	json_t *j = json_loadb((const char *)out.data, out.len, 0, &e);
	netral_assert(j);
	json_decref(j);
}

static void check_receiver(const struct receiver *to)
{
	netral_assert(to->channel && to->channel->address(to));
	size_t len = strlen(to->name);
	netral_assert(len > 0 && len <= RULE_NAME_MAX &&
		      utf8_check(to->name, len, &len) == NETRAL_OK);
	netral_assert(to->secret_count <= SECRETS_MAX);
	netral_assert(to->quiet.from < DAY_MINUTES && to->quiet.until < DAY_MINUTES);
	if (to->form[0])
		check_form(to);
}

static void check_rule(const struct ruleset *rules, const struct rule *rule)
{
	netral_assert(rules_find(rules, rule->name));
	netral_assert(rule->receivers > 0);
	netral_assert(rules->receiver_count == RECEIVERS_MAX ||
		      rule->receivers >> rules->receiver_count == 0);
	netral_assert(rule->areas.count <= RULE_LIST_MAX && rule->words.count <= RULE_LIST_MAX);
}

static void check_matching(const struct ruleset *rules)
{
	uint64_t muted = 0;
	struct update u = {.change = CHANGE_NEW};
	event_init(&u.event);
	u.event.kind = EVENT_KIND_VIOLATION;
	u.event.status = EVENT_STATUS_ALLEGED;
	u.event.place.code = "81.71";
	u.event.sentence = "Pegawai ikut kampanye.";
	u.article.title = (struct text){"Netralitas", 10};
	uint64_t chosen = rules_receivers(rules, &u, 1, &muted);
	netral_assert(muted <= rules->rule_count);
	netral_assert(rules->receiver_count == RECEIVERS_MAX ||
		      chosen >> rules->receiver_count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[600] = "";
	netral_cleanup(rules_freep) struct ruleset *rules = NULL;
	int r = read_bytes(data, size, &rules, error, sizeof(error));
	netral_assert((r == NETRAL_OK) == (rules != NULL));
	if (!rules) {
		netral_assert(error[0]);
		return 0;
	}
	for (size_t i = 0; i < rules->receiver_count; i++)
		check_receiver(&rules->receivers[i]);
	for (size_t i = 0; i < rules->rule_count; i++)
		check_rule(rules, &rules->rules[i]);
	check_matching(rules);
	return 0;
}
