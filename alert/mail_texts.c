#include "alert/mail_texts.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/event.h"
#include "workers/classify/data_dir.h"
#include "workers/classify/tables.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char file_name[] = "mail_texts.tsv";

static const char *const keys[] = {
#define X(name, number) "kind." #name, "kinds." #name,
	EVENT_KINDS(X)
#undef X
#define X(name, number) "status." #name,
		EVENT_STATUSES(X)
#undef X
#define X(name, number) "conduct." #name,
			EVENT_CONDUCTS(X)
#undef X
#define X(name, number) "subject." #name,
				EVENT_SUBJECTS(X)
#undef X
					"qualifier.about",
	"qualifier.at least",
	"qualifier.several",
	"month.1",
	"month.2",
	"month.3",
	"month.4",
	"month.5",
	"month.6",
	"month.7",
	"month.8",
	"month.9",
	"month.10",
	"month.11",
	"month.12",
	"label.date",
	"label.as_of",
	"label.count",
	"label.total",
	"label.stages",
	"label.conduct",
	"label.subjects",
	"label.institutions",
	"label.sanctions",
	"label.legal_basis",
	"label.election",
	"label.article",
	"label.outlet",
	"label.reports",
	"label.others",
	"label.confidence",
	"label.verify",
	"place.nation",
	"place.none",
	"reports",
	"total",
	"change.test",
	"change.removed",
	"change.changed",
	"note.test",
	"note.removed",
	"note.was",
	"note.changed",
	"note.totals",
	"digest.subject",
	"digest.corrections",
	"digest.totals",
	"digest.count",
	"digest.changed",
	"digest.more",
	"footer",
};

/* What these say would be lost without the value. */
static const struct {
	const char *key, *placeholder;
} needs[] = {
	{"qualifier.about", "{n}"}, {"qualifier.at least", "{n}"}, {"reports", "{n}"},
	{"note.was", "{id}"},       {"digest.subject", "{n}"},     {"digest.count", "{n}"},
	{"digest.changed", "{n}"},  {"digest.more", "{n}"},
};

struct mail_texts {
	const char *text[netral_countof(keys)][MAIL_LANGS];
};

int mail_lang_parse(const char *name, enum mail_lang *ret_lang)
{
	for (int lang = 0; lang < MAIL_LANGS; lang++) {
		if (strcmp(name, mail_lang_name((enum mail_lang)lang)) == 0) {
			*ret_lang = (enum mail_lang)lang;
			return NETRAL_OK;
		}
	}
	return NETRAL_EINVALID;
}

const char *mail_lang_name(enum mail_lang lang)
{
	return lang == MAIL_EN ? "en" : "id";
}

/* --- reading --- */

static size_t find(const char *prefix, const char *name)
{
	size_t len = strlen(prefix);
	for (size_t i = 0; i < netral_countof(keys); i++) {
		if (strncmp(keys[i], prefix, len) == 0 && strcmp(keys[i] + len, name) == 0)
			return i;
	}
	return netral_countof(keys);
}

static int check_row(const struct table *t, const struct mail_texts *texts, size_t key)
{
	if (key == netral_countof(keys))
		return table_fail(t, "there is no key \"%s\"", t->field[0]);
	if (texts->text[key][0])
		return table_fail(t, "\"%s\" is there twice", t->field[0]);
	for (unsigned lang = 0; lang < MAIL_LANGS; lang++) {
		if (!t->field[1 + lang][0])
			return table_fail(t, "\"%s\" has no text in \"%s\"", t->field[0],
					  mail_lang_name((enum mail_lang)lang));
		for (size_t i = 0; i < netral_countof(needs); i++) {
			if (strcmp(needs[i].key, keys[key]) == 0 &&
			    !strstr(t->field[1 + lang], needs[i].placeholder))
				return table_fail(t, "\"%s\" must hold %s", t->field[0],
						  needs[i].placeholder);
		}
	}
	return NETRAL_OK;
}

static int take_row(const struct table *t, struct arena *arena, struct mail_texts *texts)
{
	size_t key = find("", t->field[0]);
	int r = check_row(t, texts, key);
	for (unsigned lang = 0; lang < MAIL_LANGS && r == NETRAL_OK; lang++) {
		texts->text[key][lang] = arena_strdup(arena, t->field[1 + lang]);
		r = texts->text[key][lang] ? NETRAL_OK : NETRAL_ENOMEM;
	}
	return r;
}

static int check_whole(const struct mail_texts *texts, char *error, size_t size)
{
	for (size_t i = 0; i < netral_countof(keys); i++) {
		if (texts->text[i][0])
			continue;
		snprintf(error, size, "%s: \"%s\" is missing", file_name, keys[i]);
		return NETRAL_EINVALID;
	}
	return NETRAL_OK;
}

static int read_rows(struct table_set *set, struct arena *arena, struct mail_texts *texts)
{
	netral_cleanup(table_close) struct table t = {0};
	int r = table_open(set, file_name, "key\tid\ten", &t);
	if (r < 0)
		return r;
	while ((r = table_next(&t)) == 1) {
		r = take_row(&t, arena, texts);
		if (r < 0)
			return r;
	}
	return r;
}

int mail_texts_load(const char *dir, struct arena *arena, const struct mail_texts **ret_texts,
		    char *error, size_t error_size)
{
	char path[PATH_MAX];
	struct table_set set = {.dir = dir, .error = error, .error_size = error_size};
	struct mail_texts *texts = arena_calloc(arena, 1, sizeof(*texts));
	if (!texts)
		return NETRAL_ENOMEM;
	snprintf(error, error_size, "the folder of the tables: %s",
		 netral_strerror(NETRAL_ETOOBIG));
	int r = dir ? NETRAL_OK : classifier_data_dir(path, sizeof(path));
	if (!dir)
		set.dir = path;
	if (r == NETRAL_OK)
		r = read_rows(&set, arena, texts);
	if (r == NETRAL_OK)
		r = check_whole(texts, error, error_size);
	if (r == NETRAL_OK)
		*ret_texts = texts;
	return r;
}

/* --- texts --- */

const char *mail_text(const struct mail_texts *t, enum mail_lang lang, const char *prefix,
		      const char *name)
{
	size_t key = find(prefix, name);
	return key < netral_countof(keys) ? t->text[key][lang] : "";
}

static char *replace(const char *text, const char *placeholder, const char *value,
		     struct arena *arena)
{
	const char *at = strstr(text, placeholder);
	if (!at)
		return arena_strdup(arena, text);
	return arena_printf(arena, "%.*s%s%s", (int)(at - text), text, value,
			    at + strlen(placeholder));
}

char *mail_text_number(const struct mail_texts *t, enum mail_lang lang, const char *key,
		       const char *number, struct arena *arena)
{
	return replace(mail_text(t, lang, "", key), "{n}", number, arena);
}

char *mail_text_id(const struct mail_texts *t, enum mail_lang lang, const char *key, const char *id,
		   struct arena *arena)
{
	return replace(mail_text(t, lang, "", key), "{id}", id, arena);
}
