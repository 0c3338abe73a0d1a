/* libconfuse does the syntax; every option is declared to it as a string, so that ranges, sizes
 * and durations are checked in one place here, from the table, with the line it reports.
 *
 * It is given the file's bytes, not the file: comments are blanked first, because it counts the
 * lines of a comment wrongly, and because its scanner ends the process when reading fails. */
#include "lib/config.h"

#include "lib/cleanup.h"
#include "lib/config_internal.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <confuse.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A longer file than any person writes. */
enum { FILE_BYTES_MAX = 1 << 18 };

struct suffix {
	const char *text;
	uint64_t factor;
};

static const struct suffix byte_suffixes[] = {{"", 1},           {"K", 1ULL << 10},
					      {"M", 1ULL << 20}, {"G", 1ULL << 30},
					      {"T", 1ULL << 40}, {NULL, 0}};
static const struct suffix msec_suffixes[] = {{"", 1},        {"ms", 1},      {"s", 1000},
					      {"min", 60000}, {"h", 3600000}, {"d", 86400000},
					      {NULL, 0}};
static const struct suffix count_suffixes[] = {{"", 1}, {NULL, 0}};

void config_say(char *error, size_t size, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(error, size, format, args);
	va_end(args);
}

static int parse_number(const char *text, const struct suffix *suffixes, uint64_t *ret)
{
	char *end;
	errno = 0;
	if (text[0] < '0' || text[0] > '9')
		return NETRAL_EINVALID;
	uint64_t n = strtoull(text, &end, 10);
	if (errno)
		return NETRAL_EINVALID;
	for (const struct suffix *s = suffixes; s->text; s++) {
		if (strcmp(s->text, end) == 0)
			return __builtin_mul_overflow(n, s->factor, ret) ? NETRAL_EINVALID
									 : NETRAL_OK;
	}
	return NETRAL_EINVALID;
}

static const struct suffix *suffixes_of(enum config_type type)
{
	switch (type) {
	case CONFIG_BYTES:
		return byte_suffixes;
	case CONFIG_MSEC:
		return msec_suffixes;
	default:
		return count_suffixes;
	}
}

static const char *form_of(enum config_type type)
{
	switch (type) {
	case CONFIG_BYTES:
		return "a size such as 512, 64K, 16M or 4G";
	case CONFIG_MSEC:
		return "a time such as 250ms, 30s, 5min, 2h or 7d";
	case CONFIG_BOOL:
		return "true or false";
	default:
		return "a whole number";
	}
}

static int parse_string(const struct config_option *o, const char *text, union config_value *ret,
			char *error, size_t size)
{
	size_t len = strlen(text);
	if (len < o->min || (o->max && len > o->max)) {
		config_say(error, size, "%s: must have %" PRIu64 " to %" PRIu64 " characters",
			   o->name, o->min, o->max);
		return NETRAL_EINVALID;
	}
	ret->string = fault_hit("alloc") ? NULL : strdup(text);
	if (!ret->string)
		config_say(error, size, "%s: out of memory", o->name);
	return ret->string ? NETRAL_OK : NETRAL_ENOMEM;
}

int config_parse_value(const struct config_option *o, const char *text, union config_value *ret,
		       char *error, size_t size)
{
	if (o->type == CONFIG_STRING)
		return parse_string(o, text, ret, error, size);
	if (o->type == CONFIG_BOOL) {
		bool yes = strcmp(text, "true") == 0;
		if (!yes && strcmp(text, "false") != 0) {
			config_say(error, size, "%s: \"%s\" is not %s", o->name, text,
				   form_of(o->type));
			return NETRAL_EINVALID;
		}
		ret->boolean = yes;
		return NETRAL_OK;
	}
	if (parse_number(text, suffixes_of(o->type), &ret->number) < 0) {
		config_say(error, size, "%s: \"%s\" is not %s", o->name, text, form_of(o->type));
		return NETRAL_EINVALID;
	}
	if (ret->number < o->min || ret->number > o->max) {
		config_say(error, size, "%s: %s is out of range, %" PRIu64 " to %" PRIu64 "%s",
			   o->name, text, o->min, o->max,
			   o->type == CONFIG_MSEC    ? " ms"
			   : o->type == CONFIG_BYTES ? " bytes"
						     : "");
		return NETRAL_EINVALID;
	}
	return NETRAL_OK;
}

void config_store_value(const struct config_option *o, void *config, union config_value *v)
{
	char *member = (char *)config + o->offset;
	switch (o->type) {
	case CONFIG_STRING:
		free(*(char **)member);
		*(char **)member = v->string;
		break;
	case CONFIG_BOOL:
		*(int *)member = v->boolean;
		break;
	default:
		*(uint64_t *)member = v->number;
	}
}

int config_defaults(const struct config_option *options, size_t count, void *config)
{
	for (size_t i = 0; i < count; i++) {
		if (options[i].type == CONFIG_STRING)
			*(char **)((char *)config + options[i].offset) = NULL;
	}
	for (size_t i = 0; i < count; i++) {
		union config_value v = {0};
		char error[256];
		int r = config_parse_value(&options[i], options[i].def, &v, error, sizeof(error));
		netral_assert(r != NETRAL_EINVALID); /* the table contradicts itself */
		if (r < 0)
			return r;
		config_store_value(&options[i], config, &v);
	}
	return NETRAL_OK;
}

/* --- what libconfuse makes of it --- */

/* libconfuse hands its messages to a callback without user data. */
static __thread struct {
	char *text;
	size_t size;
	bool said;
} confuse_error;

static void on_confuse_error(cfg_t *cfg, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
static void on_confuse_error(cfg_t *cfg, const char *format, va_list args)
{
	if (confuse_error.said)
		return;
	confuse_error.said = true;
	char sentence[300];
	vsnprintf(sentence, sizeof(sentence), format, args);
	const char *unknown = strstr(sentence, "no such option '");
	if (unknown) {
		const char *name = unknown + strlen("no such option '");
		config_say(confuse_error.text, confuse_error.size, "%s:%d: unknown key \"%.*s\"",
			   cfg->filename, cfg->line, (int)strcspn(name, "'"), name);
		return;
	}
	config_say(confuse_error.text, confuse_error.size, "%s:%d: %s", cfg->filename, cfg->line,
		   sentence);
}

struct pending {
	const struct config_option *option;
	union config_value value;
	bool set;
};

/* While libconfuse parses: the table and the values found so far. */
static __thread struct {
	const struct config_option *options;
	size_t count;
	struct pending *pending;
	int result; /* of the value that was refused */
} parsing;

static int on_confuse_value(cfg_t *cfg, cfg_opt_t *opt)
{
	for (size_t i = 0; i < parsing.count; i++) {
		if (strcmp(parsing.options[i].name, opt->name) != 0)
			continue;
		struct pending *p = &parsing.pending[i];
		char error[256];
		union config_value v = {0};
		const char *text = cfg_opt_getnstr(opt, 0);
		parsing.result = config_parse_value(&parsing.options[i], text ? text : "", &v,
						    error, sizeof(error));
		if (parsing.result < 0) {
			cfg_error(cfg, "%s", error);
			return -1;
		}
		if (p->set && p->option->type == CONFIG_STRING)
			free(p->value.string);
		*p = (struct pending){&parsing.options[i], v, true};
		return 0;
	}
	return -1;
}

static void drop_pending(struct pending *pending, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (pending[i].set && pending[i].option->type == CONFIG_STRING)
			free(pending[i].value.string);
	}
}

int config_open(cfg_opt_t *opts, struct buf *text, const char *path, char *error, size_t error_size,
		struct config_file *ret_file)
{
	cfg_t *cfg = cfg_init(opts, CFGF_NONE);
	FILE *f = cfg ? fmemopen(text->data, text->len, "r") : NULL;
	char *name = f ? strdup(path) : NULL;
	if (!name) {
		if (f)
			fclose(f);
		cfg_free(cfg);
		config_say(error, error_size, "%s: out of memory", path);
		return NETRAL_ENOMEM;
	}
	free(cfg->filename);
	cfg->filename = name;
	cfg_set_error_function(cfg, on_confuse_error);
	confuse_error.text = error;
	confuse_error.size = error_size;
	confuse_error.said = false;
	*ret_file = (struct config_file){cfg, f};
	return NETRAL_OK;
}

bool config_parse(struct config_file *file, const char *path)
{
	bool good = cfg_parse_fp(file->cfg, file->text) == CFG_SUCCESS;
	if (!good && !confuse_error.said)
		config_say(confuse_error.text, confuse_error.size, "%s:%d: cannot be understood",
			   path, file->cfg->line);
	cfg_free(file->cfg);
	fclose(file->text);
	return good;
}

static int parse_text(const struct config_option *options, size_t count, struct buf *text,
		      const char *path, struct pending *pending, char *error, size_t error_size)
{
	cfg_opt_t opts[CONFIG_OPTIONS_MAX + 1];
	struct config_file file;
	for (size_t i = 0; i < count; i++)
		opts[i] = (cfg_opt_t)CFG_STR(options[i].name, NULL, CFGF_NODEFAULT);
	opts[count] = (cfg_opt_t)CFG_END();
	int r = config_open(opts, text, path, error, error_size, &file);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++)
		cfg_set_validate_func(file.cfg, options[i].name, on_confuse_value);
	parsing.options = options;
	parsing.count = count;
	parsing.pending = pending;
	parsing.result = NETRAL_OK;
	bool good = config_parse(&file, path);
	parsing.pending = NULL;
	if (good)
		return NETRAL_OK;
	return parsing.result < 0 ? parsing.result : NETRAL_EINVALID;
}

int config_read(const struct config_option *options, size_t count, void *config, const char *path,
		char *error, size_t error_size)
{
	netral_assert(count <= CONFIG_OPTIONS_MAX);
	netral_cleanup(buf_fini) struct buf text = {.limit = FILE_BYTES_MAX};
	struct pending pending[CONFIG_OPTIONS_MAX] = {0};
	int r = config_load(path, &text, error, error_size);
	if (r < 0 || text.len == 0)
		return r;
	r = parse_text(options, count, &text, path, pending, error, error_size);
	if (r < 0) {
		drop_pending(pending, count);
		return r;
	}
	for (size_t i = 0; i < count; i++) {
		if (pending[i].set)
			config_store_value(pending[i].option, config, &pending[i].value);
	}
	return NETRAL_OK;
}

int config_set(const struct config_option *options, size_t count, void *config,
	       const char *assignment, char *error, size_t error_size)
{
	const char *equals = strchr(assignment, '=');
	size_t len = equals ? (size_t)(equals - assignment) : 0;
	for (size_t i = 0; equals && i < count; i++) {
		if (strlen(options[i].name) != len ||
		    strncmp(options[i].name, assignment, len) != 0)
			continue;
		union config_value v = {0};
		int r = config_parse_value(&options[i], equals + 1, &v, error, error_size);
		if (r == NETRAL_OK)
			config_store_value(&options[i], config, &v);
		return r;
	}
	if (!equals)
		config_say(error, error_size, "\"%s\" is not of the form key=value", assignment);
	else
		config_say(error, error_size, "unknown key \"%.*s\"", (int)len, assignment);
	return NETRAL_EINVALID;
}

void config_free(const struct config_option *options, size_t count, void *config)
{
	for (size_t i = 0; i < count; i++) {
		char **member = (char **)(void *)((char *)config + options[i].offset);
		if (options[i].type != CONFIG_STRING)
			continue;
		free(*member);
		*member = NULL;
	}
}

void config_print_sample(const struct config_option *options, size_t count, FILE *out)
{
	for (size_t i = 0; i < count; i++) {
		const struct config_option *o = &options[i];
		const char *quote = o->type == CONFIG_STRING ? "\"" : "";
		fprintf(out, "%s# %s\n#%s = %s%s%s\n", i ? "\n" : "", o->help, o->name, quote,
			o->def, quote);
	}
}
