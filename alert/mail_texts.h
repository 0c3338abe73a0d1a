/* mail_texts.h - data/mail_texts.tsv: the words of e-mail, in each language.
 *
 * Every key that netral-alert uses must be there, and no other. Once loaded it does not change. */
#ifndef NETRAL_ALERT_MAIL_TEXTS_H
#define NETRAL_ALERT_MAIL_TEXTS_H

#include "lib/arena.h"

#include <stddef.h>
#include <stdint.h>

enum mail_lang { MAIL_ID, MAIL_EN, MAIL_LANGS };

/* "id" or "en": 0, or NETRAL_EINVALID. */
int mail_lang_parse(const char *name, enum mail_lang *ret_lang);
const char *mail_lang_name(enum mail_lang lang);

struct mail_texts;

/* Reads the table of folder `dir`, or of the folder of the classifier's tables when it is NULL.
 * *ret_texts lives in the arena. 0, NETRAL_ENOMEM, or with a sentence ("file:line: ...") an error
 * of table_open() or table_next(). */
int mail_texts_load(const char *dir, struct arena *arena, const struct mail_texts **ret_texts,
		    char *error, size_t error_size);

/* The text of a key, which is given in two parts: ("status.", "FOUND"). "" where the table has no
 * such key, as for a value of a later version. */
const char *mail_text(const struct mail_texts *t, enum mail_lang lang, const char *prefix,
		      const char *name);

/* The same with the first {n}, or {id}, replaced; in the arena, NULL without memory. */
char *mail_text_number(const struct mail_texts *t, enum mail_lang lang, const char *key,
		       const char *number, struct arena *arena);
char *mail_text_id(const struct mail_texts *t, enum mail_lang lang, const char *key, const char *id,
		   struct arena *arena);

#endif
