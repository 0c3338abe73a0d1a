/* mail_page.h - what a mail shows in all, in its order, before it becomes text or HTML.
 *
 * A digest has corrections first, then
 * kinds, each by province, then counted totals, apart, with a word against adding them up. What
 * finds no room is counted. Any thread, one arena a thread. */
#ifndef NETRAL_ALERT_MAIL_PAGE_H
#define NETRAL_ALERT_MAIL_PAGE_H

#include "alert/mail_entry.h"

enum { MAIL_SECTIONS_MAX = 5, MAIL_LINES_MAX = 2 };

struct mail_section {
	const char *heading;
	const char *note; /* "" for none */
	size_t first, count;
};

/* What a subject begins with, for those who sort their mail by it. */
#define MAIL_SUBJECT_TAG "[netral] "

struct mail_page {
	enum mail_lang lang;
	const char *subject;               /* with its tag */
	const char *title;                 /* without */
	const char *intro[MAIL_LINES_MAX]; /* of a digest */
	size_t intro_count;
	struct mail_entry *entries;
	size_t entry_count;
	struct mail_section sections[MAIL_SECTIONS_MAX]; /* of a digest; else section_count is 0 */
	size_t section_count;
	const char *more, *more_command; /* "" when all found room */
	const char *footer;
	const struct mail_texts *texts;
};

/* Of count >= 1 notices of different events, showing at most limit >= 1 events. 0 or NETRAL_ENOMEM.
 */
int mail_page_make(const struct mail_texts *texts, enum mail_lang lang,
		   const struct notice *notices, size_t count, size_t limit, bool marked,
		   struct arena *arena, struct mail_page *ret_page);

/* The page as text/plain and as text/html, with LF. Errors are those of buf.h. */
int mail_plain(const struct mail_page *p, struct buf *out);
int mail_html(const struct mail_page *p, struct buf *out);

#endif
