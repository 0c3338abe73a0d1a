/* Sections of receivers: the keys that all kinds have. Those of a kind are read by its channel. */
#include "alert/channel.h"
#include "alert/rules_reader.h"
#include "alert/template.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/utf8.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#define RECEIVER(key, type, min, max, def, help)                                                   \
	{                                                                                          \
#key, type, offsetof(struct receiver_section, key), min, max, def, help            \
	}

#define DAY_MS     ((uint64_t)24 * 3600 * 1000)
#define MSEC_MAX   (7 * DAY_MS)
#define ACTIVE_MAX (400 * DAY_MS)

const struct config_option receiver_options[] = {
	RECEIVER(kind, CONFIG_STRING, 1, 16, "webhook",
		 "webhook, mail, program, alertmanager or nats"),
	RECEIVER(url, CONFIG_STRING, 0, 4000, "",
		 "where a webhook goes, the base of an alertmanager (http or https), the server of "
		 "mail (smtps, or smtp with STARTTLS) or of nats (nats or tls)"),
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
	RECEIVER(from, CONFIG_STRING, 0, 254, "", "address that mail is from"),
	RECEIVER(to, CONFIG_STRING, 0, 16000, "", "addresses that mail goes to, with commas"),
	RECEIVER(lang, CONFIG_STRING, 2, 2, "id", "language of mail: id or en"),
	RECEIVER(tls, CONFIG_STRING, 4, 8, "required",
		 "required; none: mail to a server on this machine goes without"),
	RECEIVER(quiet, CONFIG_STRING, 0, 16, "",
		 "hours of the local day in which messages are held, such as 22:00-06:00"),
	RECEIVER(per_minute, CONFIG_COUNT, 0, 60000, "0",
		 "messages a minute at most, the others are held; 0: any number"),
	RECEIVER(user, CONFIG_STRING, 0, 200, "",
		 "name that a mail server, an alertmanager or nats asks for"),
	RECEIVER(password_file, CONFIG_STRING, 0, 4000, "",
		 "file that holds the password to it; of mode 600"),
	RECEIVER(credentials_file, CONFIG_STRING, 0, 4000, "",
		 "credentials (JWT and seed) for nats, of mode 600"),
	RECEIVER(subject, CONFIG_STRING, 1, 200, "netral.{kind}.{area_code}",
		 "where nats publishes; with {kind}, {status}, {change} and {area_code}"),
	RECEIVER(jetstream, CONFIG_BOOL, 0, 1, "false",
		 "true: a stream of nats must store a message before it counts as taken"),
	RECEIVER(severity, CONFIG_STRING, 0, 1000, "VIOLATION=warning, SESSION=info, PLEDGE=info",
		 "labels for an alertmanager by status or kind, such as FOUND=critical; the status "
		 "comes first"),
	RECEIVER(active_for, CONFIG_MSEC, 60000, ACTIVE_MAX, "30d",
		 "time after which an alertmanager forgets an event that did not change"),
	RECEIVER(group_wait, CONFIG_MSEC, 0, MSEC_MAX, "0ms",
		 "updates are gathered for so long, from the first, into one message; 0: each is a "
		 "message"),
	RECEIVER(group_by, CONFIG_STRING, 1, 16, "none",
		 "what updates of one message share: none, event, province or kind"),
	RECEIVER(group_max, CONFIG_COUNT, 1, GATHER_MAX, "100",
		 "updates in a message at most; those gathered go at once when there are so many"),
	RECEIVER(digest_at, CONFIG_STRING, 0, 5, "",
		 "local time of day, such as 07:00, at which all updates since go in one message"),
};
const size_t receiver_option_count = netral_countof(receiver_options);

/* A blank or a control character, which would go on into a request or a greeting. */
static bool has_blank(const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s <= ' ' || *s == 0x7F)
			return true;
	}
	return false;
}

int rules_url(struct rules_reader *r, const struct receiver_section *s, const char *const schemes[],
	      const char *schemes_text, struct receiver *to)
{
	char text[SECRET_FILE_MAX], why[200];
	bool known = false;
	if (!s->url[0] == !s->url_file[0])
		return rules_say(r, "url: %s has either url or url_file", s->kind);
	if (s->url[0])
		snprintf(text, sizeof(text), "%s", s->url);
	else if (secret_read(s->url_file, text, why, sizeof(why)) < 0)
		return rules_say(r, "url_file: %s", why);
	for (; *schemes && !known; schemes++)
		known = strncasecmp(text, *schemes, strlen(*schemes)) == 0;
	known = known && !has_blank(text);
	int err = known ? rules_copy(r, text, &to->url) : NETRAL_EINVALID;
	explicit_bzero(text, sizeof(text));
	return known ? err
		     : rules_say(r, s->url[0] ? "url: no %s URL" : "url_file: holds no %s URL",
				 schemes_text);
}

int rules_password(struct rules_reader *r, const struct receiver_section *s,
		   char ret[static SECRET_FILE_MAX])
{
	char why[200];
	ret[0] = '\0';
	if (!s->user[0] != !s->password_file[0])
		return rules_say(r, "user: goes together with password_file");
	if (s->user[0] && secret_read(s->password_file, ret, why, sizeof(why)) < 0)
		return rules_say(r, "password_file: %s", why);
	return NETRAL_OK;
}

int rules_form(struct rules_reader *r, const struct receiver_section *s, struct receiver *to)
{
	char why[200];
	if (template_check(s->form, why, sizeof(why)) < 0)
		return rules_say(r, "form: %s", why);
	if (utf8_check(s->chat, strlen(s->chat), NULL) < 0)
		return rules_say(r, "chat: not UTF-8");
	int err = rules_copy(r, s->chat, &to->chat);
	return err == NETRAL_OK ? rules_copy(r, s->form, &to->form) : err;
}

static int take_gathering(struct rules_reader *r, const struct receiver_section *s,
			  struct receiver *to)
{
	static const char *const keys[] = {"none", "event", "province", "kind"};
	size_t i = 0;
	while (i < netral_countof(keys) && strcmp(keys[i], s->group_by) != 0)
		i++;
	if (i == netral_countof(keys))
		return rules_say(r, "group_by: \"%.16s\" is not none, event, province or kind",
				 s->group_by);
	if (s->digest_at[0] && s->group_wait > 0)
		return rules_say(r, "digest_at: not together with group_wait");
	to->group_by = (enum group_by)i;
	to->group_wait_ms = s->group_wait;
	to->group_max = (uint32_t)s->group_max;
	to->has_digest = s->digest_at[0] != '\0';
	return to->has_digest ? rules_minute(r, "digest_at", s->digest_at, &to->digest_minute)
			      : NETRAL_OK;
}

int rules_take_receiver(void *user, const char *name, const void *section, char *error, size_t size)
{
	struct rules_reader *r = user;
	const struct receiver_section *s = section;
	r->error = error;
	r->error_size = size;
	if (r->rules->receiver_count == RECEIVERS_MAX)
		return rules_say(r, "there are too many receivers");
	struct receiver *to = &r->rules->receivers[r->rules->receiver_count++];
	*to = (struct receiver){.channel = channel_find(s->kind),
				.form = "",
				.chat = "",
				.authorization = "",
				.per_minute = s->per_minute};
	if (!to->channel)
		return rules_say(r, "kind: not webhook, mail, program, alertmanager or nats");
	to->key = XXH3_64bits_withSeed(name, strlen(name), to->channel->form);
	int err = rules_check_name(r, name);
	if (err == NETRAL_OK)
		err = rules_copy(r, name, &to->name);
	if (err == NETRAL_OK)
		err = to->channel->read(r, s, to);
	if (err == NETRAL_OK)
		err = take_gathering(r, s, to);
	return err == NETRAL_OK ? rules_quiet(r, s->quiet, &to->quiet) : err;
}
