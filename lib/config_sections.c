/* libconfuse parses section after section; what a key holds is checked when its line is read, and
 * the whole section at its closing brace. */
#include "lib/cleanup.h"
#include "lib/config_internal.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <string.h>

enum { SENTENCE_SIZE = 256 };

/* The callbacks of libconfuse have no user data. */
static __thread struct {
	const struct config_sections *sections;
	void *user;
	void *config;                  /* of the section that is being read */
	int lines[CONFIG_OPTIONS_MAX]; /* where its keys were set; 0 where they were not */
	int result;                    /* of what was refused */
} reading;

static int begin_section(void)
{
	const struct config_sections *s = reading.sections;
	memset(reading.lines, 0, sizeof(reading.lines));
	return config_defaults(s->options, s->count, reading.config);
}

static void end_section(void)
{
	config_free(reading.sections->options, reading.sections->count, reading.config);
}

static int refuse(cfg_t *cfg, int err, const char *sentence)
{
	reading.result = err;
	cfg_error(cfg, "%s", sentence);
	return -1;
}

static int on_key(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct config_sections *s = reading.sections;
	for (size_t i = 0; i < s->count; i++) {
		char sentence[SENTENCE_SIZE];
		union config_value v = {0};
		const char *text = cfg_opt_getnstr(opt, 0);
		if (strcmp(s->options[i].name, opt->name) != 0)
			continue;
		int r = config_parse_value(&s->options[i], text ? text : "", &v, sentence,
					   sizeof(sentence));
		if (r < 0)
			return refuse(cfg, r, sentence);
		config_store_value(&s->options[i], reading.config, &v);
		reading.lines[i] = cfg->line;
		return 0;
	}
	return -1;
}

/* The line of the key that a sentence begins with; `line` when that key was not set. */
static int line_of_key(const char *sentence, int line)
{
	const struct config_sections *s = reading.sections;
	size_t len = strcspn(sentence, ":");
	for (size_t i = 0; i < s->count; i++) {
		if (strlen(s->options[i].name) == len &&
		    strncmp(s->options[i].name, sentence, len) == 0 && reading.lines[i] > 0)
			return reading.lines[i];
	}
	return line;
}

static int on_section(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct config_sections *s = reading.sections;
	char sentence[SENTENCE_SIZE] = "", whole[2 * SENTENCE_SIZE];
	const cfg_t *section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	const char *title = section->title ? section->title : "";
	int r = s->take(reading.user, title, reading.config, sentence, sizeof(sentence));
	end_section();
	if (r < 0) {
		cfg->line = line_of_key(sentence, cfg->line);
		snprintf(whole, sizeof(whole), "%s \"%.100s\": %s", s->section, title, sentence);
		return refuse(cfg, r, whole);
	}
	r = begin_section();
	return r < 0 ? refuse(cfg, r, "out of memory") : 0;
}

static int parse_text(struct buf *text, const char *path, char *error, size_t error_size)
{
	const struct config_sections *s = reading.sections;
	cfg_opt_t keys[CONFIG_OPTIONS_MAX + 1];
	struct config_file file;
	for (size_t i = 0; i < s->count; i++)
		keys[i] = (cfg_opt_t)CFG_STR(s->options[i].name, NULL, CFGF_NODEFAULT);
	keys[s->count] = (cfg_opt_t)CFG_END();
	cfg_opt_t top[] = {CFG_SEC(s->section, keys, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
			   CFG_END()};
	int r = config_open(top, text, path, error, error_size, &file);
	if (r < 0)
		return r;
	cfg_set_validate_func(file.cfg, s->section, on_section);
	for (size_t i = 0; i < s->count; i++) {
		char name[128];
		snprintf(name, sizeof(name), "%s|%s", s->section, s->options[i].name);
		cfg_set_validate_func(file.cfg, name, on_key);
	}
	if (config_parse(&file, path))
		return NETRAL_OK;
	return reading.result < 0 ? reading.result : NETRAL_EINVALID;
}

int config_read_sections(const struct config_sections *sections, void *user, const char *path,
			 char *error, size_t error_size)
{
	netral_assert(sections->count <= CONFIG_OPTIONS_MAX);
	netral_cleanup(buf_fini) struct buf text = {.limit = CONFIG_SECTIONS_BYTES_MAX};
	netral_cleanup(netral_freep) void *config = fault_calloc(1, sections->config_size);
	int r = config ? NETRAL_OK : NETRAL_ENOMEM;
	reading.sections = sections;
	reading.user = user;
	reading.config = config;
	reading.result = NETRAL_OK;
	if (r == NETRAL_OK)
		r = begin_section();
	if (r < 0)
		config_say(error, error_size, "%s: out of memory", path);
	if (r == NETRAL_OK)
		r = config_load(path, &text, error, error_size);
	if (r == NETRAL_OK && text.len > 0)
		r = parse_text(&text, path, error, error_size);
	if (config)
		end_section();
	return r;
}
