/* mail_entry.h - what a mail shows of one update, in the words of a language, before it becomes
 * text or HTML. Strings are of one line, without control characters, bounded, never NULL. They live
 * in an arena, or as long as the notice and the texts. Any thread, one arena a thread. */
#ifndef NETRAL_ALERT_MAIL_ENTRY_H
#define NETRAL_ALERT_MAIL_ENTRY_H

#include "alert/mail_texts.h"
#include "alert/message.h"

enum { MAIL_FACTS_MAX = 16, MAIL_NOTES_MAX = 4, MAIL_LINKS_MAX = 3 };

struct mail_fact {
	const char *label, *value;
};

struct mail_link {
	const char *title;     /* the URL where there is none; "": there is no article to name */
	const char *url;       /* http or https, or "" */
	const char *outlet;    /* its host, or "" */
	const char *published; /* a day, or "" */
};

struct mail_entry {
	const struct notice *notice;
	const char *heading;  /* kind and status */
	const char *place;    /* with its province */
	const char *province; /* "" for the nation, or none */
	const char *notes[MAIL_NOTES_MAX];
	size_t note_count;
	const char *sentence;
	struct mail_fact facts[MAIL_FACTS_MAX];
	size_t fact_count;
	struct mail_link article;
	struct mail_link others[MAIL_LINKS_MAX];
	size_t other_count;
	const char *command; /* that shows the event */
};

/* `brief`: as one of many. `marked`: a sample. 0 or NETRAL_ENOMEM. */
int mail_entry_make(const struct mail_texts *texts, enum mail_lang lang,
		    const struct notice *notice, bool marked, bool brief, struct arena *arena,
		    struct mail_entry *ret_entry);

/* The receiver was told something else of the event before, or it is gone. */
bool mail_is_correction(const struct notice *n);

/* "22 November 2026" of "2026-11-22", "November 2026" of "2026-11", else as it is; NULL without
 * memory. */
const char *mail_day(const struct mail_texts *texts, enum mail_lang lang, const char *day,
		     struct arena *arena);

/* "1.596", in English "1,596"; NULL without memory. */
const char *mail_number(enum mail_lang lang, uint64_t number, struct arena *arena);

#endif
