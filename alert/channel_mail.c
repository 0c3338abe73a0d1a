/* Mail: one SMTP transaction for each message, to all recipients that have no answer yet. A message
 * is taken when each of them was told yes or, for good, no, and one of them yes. Which they are is
 * remembered until the rules are read again or the process ends; then all are asked again, and the
 * Message-ID shows the repeat. */
#include "alert/channel.h"

#include "alert/mail.h"
#include "alert/mime.h"
#include "alert/rules_reader.h"
#include "lib/error.h"
#include "lib/smtp/smtp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

_Static_assert((int)RULE_LIST_MAX <= (int)SMTP_RECIPIENTS_MAX, "a set of recipients");

struct mail_line {
	struct line line;
	struct smtp_session *session;
	uint64_t number;         /* of the message under way, or tried last */
	uint64_t taken, refused; /* recipients of it that were told so */
};

/* --- the section --- */

static int read_addresses(struct rules_reader *r, const struct receiver_section *s,
			  struct mail_account *mail)
{
	if (!mime_address_ok(s->from))
		return rules_say(r, "from: mail needs an address such as alerts@example.org");
	int err = rules_copy(r, s->from, &mail->from);
	if (err == NETRAL_OK)
		err = rules_list(r, "to", s->to, &mail->to);
	if (err == NETRAL_OK && mail->to.count == 0)
		return rules_say(r, "to: mail needs an address that it goes to");
	for (size_t i = 0; err == NETRAL_OK && i < mail->to.count; i++) {
		if (!mime_address_ok(mail->to.items[i]))
			return rules_say(r, "to: \"%.80s\" is no address of ASCII letters",
					 mail->to.items[i]);
	}
	return err;
}

static int read_tls(struct rules_reader *r, const struct receiver_section *s, struct receiver *to)
{
	to->mail.is_plain = strcmp(s->tls, "none") == 0;
	if (!to->mail.is_plain && strcmp(s->tls, "required") != 0)
		return rules_say(r, "tls: not required or none");
	if (to->mail.is_plain && strncasecmp(to->url, "smtps:", 6) == 0)
		return rules_say(r, "tls: none, but the URL says smtps");
	const char *host = strstr(to->url, "://") + 3;
	if (strchr(host, '@'))
		return rules_say(r, "url: a name to log in with is said by user");
	if (strcspn(host, "/:") == 0)
		return rules_say(r, "url: names no server");
	return NETRAL_OK;
}

static int read_language(struct rules_reader *r, const struct receiver_section *s,
			 struct mail_account *mail)
{
	char why[200];
	int err = NETRAL_OK;
	if (mail_lang_parse(s->lang, &mail->lang) < 0)
		return rules_say(r, "lang: not id or en");
	if (!r->rules->mail_texts)
		err = mail_texts_load(NULL, &r->rules->arena, &r->rules->mail_texts, why,
				      sizeof(why));
	mail->texts = r->rules->mail_texts;
	return err == NETRAL_OK || err == NETRAL_ENOMEM ? err : rules_say(r, "kind: mail: %s", why);
}

static int mail_read(struct rules_reader *r, const struct receiver_section *s, struct receiver *to)
{
	static const char *const schemes[] = {"smtps://", "smtp://", NULL};
	int err = rules_url(r, s, schemes, "smtps or smtp", to);
	if (err == NETRAL_OK)
		err = read_tls(r, s, to);
	if (err == NETRAL_OK)
		err = read_addresses(r, s, &to->mail);
	if (err == NETRAL_OK)
		err = rules_copy(r, s->user, &to->user);
	if (err == NETRAL_OK)
		err = rules_password(r, s, to->mail.password);
	return err == NETRAL_OK ? read_language(r, s, &to->mail) : err;
}

static const char *mail_address(const struct receiver *to)
{
	return to->url;
}

/* --- delivery --- */

static uint64_t all_of(const struct receiver *to)
{
	uint64_t all = 0;
	for (size_t i = 0; i < to->mail.to.count; i++)
		all |= (uint64_t)1 << i;
	return all;
}

static void note_refused(struct mail_line *m, uint64_t refused, const char *reason)
{
	const struct receiver *to = m->line.receiver;
	for (size_t i = 0; i < to->mail.to.count; i++) {
		if (!(refused & ~m->refused & (uint64_t)1 << i))
			continue;
		log_warning(
			"mail: a recipient was refused, receiver=\"%s\" address=%s reason=\"%s\"",
			to->name, to->mail.to.items[i], reason);
		m->line.channels->refused_recipients++;
	}
	m->refused |= refused;
}

static void on_sent(void *user, const struct smtp_result *r)
{
	struct mail_line *m = user;
	m->session = NULL;
	m->taken |= r->taken;
	note_refused(m, r->refused, r->reason);
	bool is_settled = (m->taken | m->refused) == all_of(m->line.receiver);
	if (is_settled && m->taken)
		line_end(&m->line, DELIVERY_TAKEN, -1, "");
	else if (is_settled || r->outcome == SMTP_REFUSED)
		line_end(&m->line, DELIVERY_REFUSED, -1, r->reason);
	else if (r->outcome == SMTP_LOCAL)
		line_end(&m->line, DELIVERY_LOCAL, -1, r->reason);
	else if (r->outcome == SMTP_TAKEN)
		line_end(&m->line, DELIVERY_FAILED, -1, "some recipients are to come later");
	else
		line_end(&m->line, DELIVERY_FAILED, -1, r->reason);
}

static int mail_start(struct line *l, const struct outbox_item *item)
{
	struct mail_line *m = (struct mail_line *)l;
	const struct receiver *to = l->receiver;
	if (m->number != item->number)
		m->taken = m->refused = 0;
	m->number = item->number;
	const struct smtp_request request = {
		.url = to->url,
		.is_plain = to->mail.is_plain,
		.user = to->user,
		.password = to->mail.password,
		.from = to->mail.from,
		.to = to->mail.to.items,
		.to_count = to->mail.to.count,
		.wanted = all_of(to) & ~(m->taken | m->refused),
		.mail = item->body.ptr,
		.mail_len = item->body.len,
		.whole_ms = l->channels->config->mail_ms,
		.user_data = m,
	};
	return smtp_send(l->channels->smtp, &request, on_sent, &m->session);
}

static void mail_end(struct line *l)
{
	struct mail_line *m = (struct mail_line *)l;
	if (m->session)
		smtp_cancel(l->channels->smtp, m->session);
	m->session = NULL;
}

const struct channel channel_mail = {
	.kind = "mail",
	.form = 3,
	.read = mail_read,
	.address = mail_address,
	.write = mail_write,
	.line_size = sizeof(struct mail_line),
	.start = mail_start,
	.end = mail_end,
};
