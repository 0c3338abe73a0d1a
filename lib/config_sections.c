/* libconfuse parses section after section; what a key holds is checked when its line is read, and
 * the whole section at its closing brace. */
#include "lib/cleanup.h"
#include "lib/config_internal.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <string.h>

enum { SENTENCE_SIZE = 256 };

/* Sections of one kind, while a file is read. */
struct kind {
	const struct config_sections *sections;
	void *config;                  /* of the section that is being read */
	int lines[CONFIG_OPTIONS_MAX]; /* where its keys were set; 0 where they were not */
	int last_line;                 /* of what is read */
	cfg_opt_t keys[CONFIG_OPTIONS_MAX + 1];
};

/* The callbacks of libconfuse have no user data. */
static __thread struct {
	struct kind *kinds;
	size_t count;
	void *user;
	const struct kind *taken; /* the one whose section is handed to take() */
	int result;               /* of what was refused */
} reading;

static struct kind *kind_of(const char *section)
{
	for (size_t i = 0; i < reading.count; i++) {
		if (strcmp(reading.kinds[i].sections->section, section) == 0)
			return &reading.kinds[i];
	}
	return NULL;
}

static int begin_section(struct kind *k)
{
	memset(k->lines, 0, sizeof(k->lines));
	return config_defaults(k->sections->options, k->sections->count, k->config);
}

static void end_section(struct kind *k)
{
	config_free(k->sections->options, k->sections->count, k->config);
}

static int refuse(cfg_t *cfg, int err, const char *sentence)
{
	reading.result = err;
	cfg_error(cfg, "%s", sentence);
	return -1;
}

static int on_key(cfg_t *cfg, cfg_opt_t *opt)
{
	struct kind *k = kind_of(cfg_name(cfg));
	for (size_t i = 0; k && i < k->sections->count; i++) {
		char sentence[SENTENCE_SIZE];
		union config_value v = {0};
		const char *text = cfg_opt_getnstr(opt, 0);
		const struct config_option *o = &k->sections->options[i];
		if (strcmp(o->name, opt->name) != 0)
			continue;
		int r = config_parse_value(o, text ? text : "", &v, sentence, sizeof(sentence));
		if (r < 0)
			return refuse(cfg, r, sentence);
		config_store_value(o, k->config, &v);
		k->lines[i] = cfg->line;
		return 0;
	}
	return -1;
}

/* The line of the key of `len` bytes; that of the section's end when it was not set. */
static int line_of_key(const struct kind *k, const char *key, size_t len)
{
	const struct config_sections *s = k->sections;
	for (size_t i = 0; i < s->count; i++) {
		if (strlen(s->options[i].name) == len &&
		    strncmp(s->options[i].name, key, len) == 0 && k->lines[i] > 0)
			return k->lines[i];
	}
	return k->last_line;
}

int config_key_line(const char *key)
{
	return line_of_key(reading.taken, key, strlen(key));
}

static int on_section(cfg_t *cfg, cfg_opt_t *opt)
{
	struct kind *k = kind_of(opt->name);
	const struct config_sections *s = k->sections;
	char sentence[SENTENCE_SIZE] = "", whole[2 * SENTENCE_SIZE];
	const cfg_t *section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	const char *title = section->title ? section->title : "";
	k->last_line = cfg->line;
	reading.taken = k;
	int r = s->take(reading.user, title, k->config, sentence, sizeof(sentence));
	end_section(k);
	if (r < 0) {
		cfg->line = line_of_key(k, sentence, strcspn(sentence, ":"));
		snprintf(whole, sizeof(whole), "%s \"%.100s\": %s", s->section, title, sentence);
		return refuse(cfg, r, whole);
	}
	r = begin_section(k);
	return r < 0 ? refuse(cfg, r, "out of memory") : 0;
}

static void declare_keys(struct kind *k)
{
	const struct config_sections *s = k->sections;
	for (size_t i = 0; i < s->count; i++)
		k->keys[i] = (cfg_opt_t)CFG_STR(s->options[i].name, NULL, CFGF_NODEFAULT);
	k->keys[s->count] = (cfg_opt_t)CFG_END();
}

static void set_checks(cfg_t *cfg, const struct config_sections *s)
{
	cfg_set_validate_func(cfg, s->section, on_section);
	for (size_t i = 0; i < s->count; i++) {
		char name[128];
		snprintf(name, sizeof(name), "%s|%s", s->section, s->options[i].name);
		cfg_set_validate_func(cfg, name, on_key);
	}
}

static int parse_text(struct buf *text, const char *path, char *error, size_t error_size)
{
	cfg_opt_t top[CONFIG_KINDS_MAX + 1];
	struct config_file file;
	for (size_t i = 0; i < reading.count; i++) {
		struct kind *k = &reading.kinds[i];
		declare_keys(k);
		top[i] = (cfg_opt_t)CFG_SEC(k->sections->section, k->keys,
					    CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
	}
	top[reading.count] = (cfg_opt_t)CFG_END();
	int r = config_open(top, text, path, error, error_size, &file);
	if (r < 0)
		return r;
	for (size_t i = 0; i < reading.count; i++)
		set_checks(file.cfg, reading.kinds[i].sections);
	if (!config_parse(&file, path))
		return reading.result < 0 ? reading.result : NETRAL_EINVALID;
	int open_line = config_open_brace(text);
	if (open_line == 0)
		return NETRAL_OK;
	/* libconfuse takes the end of a file for that of its last section. */
	config_say(error, error_size, "%s:%d: the section is never closed", path, open_line);
	return NETRAL_EINVALID;
}

static int begin_kinds(const struct config_sections *kinds)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i < reading.count; i++) {
		struct kind *k = &reading.kinds[i];
		netral_assert(kinds[i].count <= CONFIG_OPTIONS_MAX);
		k->sections = &kinds[i];
		k->config = fault_calloc(1, kinds[i].config_size);
		if (r == NETRAL_OK)
			r = k->config ? begin_section(k) : NETRAL_ENOMEM;
	}
	return r;
}

static void end_kinds(void)
{
	for (size_t i = 0; i < reading.count; i++) {
		struct kind *k = &reading.kinds[i];
		if (k->config)
			end_section(k);
		free(k->config);
	}
	free(reading.kinds);
}

int config_read_kinds(const struct config_sections *kinds, size_t count, void *user,
		      const char *path, char *error, size_t error_size)
{
	netral_assert(count <= CONFIG_KINDS_MAX);
	netral_cleanup(buf_fini) struct buf text = {.limit = CONFIG_SECTIONS_BYTES_MAX};
	reading.kinds = fault_calloc(count, sizeof(*reading.kinds));
	reading.count = reading.kinds ? count : 0;
	reading.user = user;
	reading.result = NETRAL_OK;
	int r = reading.kinds ? begin_kinds(kinds) : NETRAL_ENOMEM;
	if (r < 0)
		config_say(error, error_size, "%s: out of memory", path);
	if (r == NETRAL_OK)
		r = config_load(path, &text, error, error_size);
	if (r == NETRAL_OK && text.len > 0)
		r = parse_text(&text, path, error, error_size);
	end_kinds();
	return r;
}

int config_read_sections(const struct config_sections *sections, void *user, const char *path,
			 char *error, size_t error_size)
{
	return config_read_kinds(sections, 1, user, path, error, error_size);
}
