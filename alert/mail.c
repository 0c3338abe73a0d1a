#include "alert/mail.h"

#include "alert/mail_page.h"
#include "alert/mime.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

/* No part of an encoded body can hold "=_". */
#define BOUNDARY "=_netral_alternative"

enum {
	ARENA_MAX = 16 << 20,
	ENTRIES_MAX = 100, /* of a digest */
	LABEL_SIZE = 64,
	ID_SIZE = 128,
};

/* --- ids --- */

/* What an id or a domain may hold, in lower case. */
static void copy_label(const char *from, char *to, size_t size)
{
	size_t n = 0;
	for (; *from && n + 1 < size; from++) {
		bool is_kept = isalnum((unsigned char)*from) || (*from == '_' && n > 0);
		if (is_kept)
			to[n++] = (char)tolower((unsigned char)*from);
		else if (n > 0 && to[n - 1] != '-')
			to[n++] = '-';
	}
	while (n > 0 && to[n - 1] == '-')
		n--;
	to[n] = '\0';
	if (n == 0)
		snprintf(to, size, "netral");
}

static const char *domain_of(const char *address)
{
	return strrchr(address, '@') + 1;
}

static void digest_id(const struct notice *notices, size_t count, char ret[static ID_SIZE])
{
	uint64_t hash = 0;
	for (size_t i = 0; i < count; i++) {
		char id[MESSAGE_ID_SIZE];
		message_id(&notices[i].update, id);
		hash = XXH3_64bits_withSeed(id, strlen(id), hash);
	}
	snprintf(ret, ID_SIZE, "digest.%016" PRIx64, hash);
}

static void single_id(const struct notice *notice, char ret[static ID_SIZE])
{
	char id[MESSAGE_ID_SIZE];
	message_id(&notice->update, id);
	copy_label(id, ret, ID_SIZE);
}

static int write_ids(const struct receiver *to, const struct notice *notices, size_t count,
		     struct buf *out)
{
	char id[ID_SIZE], event[ID_SIZE];
	const char *domain = domain_of(to->mail.from);
	if (count == 1)
		single_id(notices, id);
	else
		digest_id(notices, count, id);
	int r = buf_printf(out, "Message-ID: <%s.%016" PRIx64 "@%s>\r\n", id, to->key, domain);
	if (r < 0 || count > 1)
		return r;
	copy_label(notices->update.event.id, event, sizeof(event));
	return buf_printf(out,
			  "In-Reply-To: <%s.%016" PRIx64 "@%s>\r\n"
			  "References: <%s.%016" PRIx64 "@%s>\r\n",
			  event, to->key, domain, event, to->key, domain);
}

/* --- the message --- */

static int write_header(const struct receiver *to, const struct notice *notices, size_t count,
			const struct mail_page *page, struct buf *out)
{
	const struct mail_account *mail = &to->mail;
	char date[MIME_DATE_SIZE], list[LABEL_SIZE];
	mime_date(clock_real_us(), date);
	copy_label(to->name, list, sizeof(list));
	int r = buf_printf(out, "Date: %s\r\nFrom: netral <%s>\r\n", date, mail->from);
	r = r ? r : mime_list(out, "To", mail->to.items, mail->to.count, ",\r\n ");
	r = r ? r : mime_header(out, "Subject", page->subject);
	r = r ? r : write_ids(to, notices, count, out);
	return r ? r
		 : buf_printf(out,
			      "List-Id: <%s.netral.%s>\r\n"
			      "Auto-Submitted: auto-generated\r\n"
			      "X-Auto-Response-Suppress: All\r\n"
			      "Content-Language: %s\r\n"
			      "MIME-Version: 1.0\r\n"
			      "Content-Type: multipart/alternative; boundary=\"" BOUNDARY "\"\r\n",
			      list, domain_of(mail->from), mail_lang_name(mail->lang));
}

/* The form that a reader should prefer comes last. */
static int write_parts(const struct mail_page *page, struct buf *out)
{
	netral_cleanup(buf_fini) struct buf plain = {.limit = 0}, html = {.limit = 0};
	int r = mail_plain(page, &plain);
	r = r ? r : mail_html(page, &html);
	r = r ? r : buf_append_str(out, "\r\n--" BOUNDARY "\r\n");
	r = r ? r : mime_part(out, "text/plain", (const char *)plain.data, plain.len);
	r = r ? r : buf_append_str(out, "--" BOUNDARY "\r\n");
	r = r ? r : mime_part(out, "text/html", (const char *)html.data, html.len);
	return r ? r : buf_append_str(out, "--" BOUNDARY "--\r\n");
}

static int write_some(const struct receiver *to, const struct notice *notices, size_t count,
		      size_t limit, bool marked, struct buf *out)
{
	netral_cleanup(arena_fini) struct arena arena;
	struct mail_page page;
	arena_init(&arena, ARENA_MAX);
	int r = mail_page_make(to->mail.texts, to->mail.lang, notices, count, limit, marked, &arena,
			       &page);
	r = r ? r : write_header(to, notices, count, &page, out);
	return r ? r : write_parts(&page, out);
}

/* Fewer and fewer, until they find room. */
int mail_write(const struct receiver *receiver, const struct notice *notices, size_t count,
	       bool marked, struct buf *out)
{
	netral_cleanup(buf_fini) struct buf mail = {.limit = MAIL_MAX};
	size_t limit = count < ENTRIES_MAX ? count : ENTRIES_MAX;
	int r = write_some(receiver, notices, count, limit, marked, &mail);
	while (r == NETRAL_ETOOBIG && limit > 1) {
		limit = limit * 3 / 4;
		buf_clear(&mail);
		r = write_some(receiver, notices, count, limit, marked, &mail);
	}
	return r ? r : buf_append(out, mail.data, mail.len);
}
