#include "lib/program.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { OPT_CONFIG = 256, OPT_SET, OPT_CHECK, OPT_PRINT, OPT_HELP, OPT_VERSION, OPT_ACTION };

/* More overrides than anyone types. */
enum { SETS_MAX = 64 };

struct request {
	const char *path;
	const char *sets[SETS_MAX];
	size_t set_count;
	bool check_only;
	bool action;
};

static const char *type_name(enum config_type type)
{
	switch (type) {
	case CONFIG_STRING:
		return "TEXT";
	case CONFIG_COUNT:
		return "NUMBER";
	case CONFIG_BYTES:
		return "SIZE";
	case CONFIG_MSEC:
		return "TIME";
	default:
		return "true|false";
	}
}

static void print_help(const struct program *p)
{
	printf("Usage: %s [--config FILE] [--set KEY=VALUE]...\n%s\n\n"
	       "  --config FILE     read FILE instead of %s\n"
	       "  --set KEY=VALUE   override one key; may be repeated\n"
	       "  --check-config    check the configuration and exit\n"
	       "  --print-config    print a commented sample file and exit\n"
	       "  --help            print this and exit\n"
	       "  --version         print the version and exit\n",
	       p->name, p->summary, p->default_path);
	if (p->action)
		printf("  --%-15s %s\n", p->action->option, p->action->help);
	printf("\nKeys:\n");
	for (size_t i = 0; i < p->option_count; i++) {
		const struct config_option *o = &p->options[i];
		printf("  %s = %s\n      %s (default %s)\n", o->name, type_name(o->type), o->help,
		       o->def[0] ? o->def : "empty");
	}
	printf("\nSee %s(8).\n", p->name);
}

static int usage_error(const struct program *p, int *ret_exit)
{
	fprintf(stderr, "Try '%s --help'.\n", p->name);
	*ret_exit = EX_USAGE;
	return 1;
}

/* Returns 0 to go on, 1 when the program is to exit. */
static int parse_arguments(const struct program *p, int argc, char **argv, struct request *q,
			   int *ret_exit)
{
	const struct option options[] = {
		{"config", required_argument, NULL, OPT_CONFIG},
		{"set", required_argument, NULL, OPT_SET},
		{"check-config", no_argument, NULL, OPT_CHECK},
		{"print-config", no_argument, NULL, OPT_PRINT},
		{"help", no_argument, NULL, OPT_HELP},
		{"version", no_argument, NULL, OPT_VERSION},
		{p->action ? p->action->option : NULL, no_argument, NULL, OPT_ACTION},
		{NULL, 0, NULL, 0}};
	int opt;
	*ret_exit = EX_OK;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		switch (opt) {
		case OPT_CONFIG:
			q->path = optarg;
			break;
		case OPT_SET:
			if (q->set_count == SETS_MAX)
				return usage_error(p, ret_exit);
			q->sets[q->set_count++] = optarg;
			break;
		case OPT_CHECK:
			q->check_only = true;
			break;
		case OPT_ACTION:
			q->action = true;
			break;
		case OPT_PRINT:
			config_print_sample(p->options, p->option_count, stdout);
			return 1;
		case OPT_HELP:
			print_help(p);
			return 1;
		case OPT_VERSION:
			printf("%s %s\n", p->name, NETRAL_VERSION);
			return 1;
		default:
			return usage_error(p, ret_exit);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "%s: unexpected argument \"%s\"\n", p->name, argv[optind]);
		return usage_error(p, ret_exit);
	}
	return 0;
}

/* A missing file is an error only where it was named. */
static int load(const struct program *p, const struct request *q, char *error, size_t size)
{
	int r = config_defaults(p->options, p->option_count, p->config);
	if (r < 0) {
		snprintf(error, size, "%s", netral_strerror(r));
		return r;
	}
	const char *path = q->path ? q->path : p->default_path;
	r = config_read(p->options, p->option_count, p->config, path, error, size);
	if (r == NETRAL_ENOTFOUND && !q->path)
		r = NETRAL_OK;
	for (size_t i = 0; r == NETRAL_OK && i < q->set_count; i++) {
		r = config_set(p->options, p->option_count, p->config, q->sets[i], error, size);
		if (r < 0)
			fprintf(stderr, "%s: --set %s:\n", p->name, q->sets[i]);
	}
	if (r == NETRAL_OK && p->check && !q->action)
		r = p->check(p->config, error, size);
	if (r == NETRAL_OK && p->check_files && q->check_only)
		r = p->check_files(p->config, error, size);
	return r;
}

int program_start(const struct program *p, int argc, char **argv, int *ret_exit)
{
	struct request q = {0};
	if (parse_arguments(p, argc, argv, &q, ret_exit))
		return 1;

	char error[512] = "";
	int r = load(p, &q, error, sizeof(error));
	if (r < 0) {
		fprintf(stderr, "%s: %s\n", p->name, error);
		config_free(p->options, p->option_count, p->config);
		*ret_exit = r == NETRAL_EINVALID ? EX_CONFIG : program_exit_code(r);
		return 1;
	}
	if (q.action) {
		*ret_exit = p->action->run(p->config);
		config_free(p->options, p->option_count, p->config);
		return 1;
	}
	if (q.check_only) {
		config_free(p->options, p->option_count, p->config);
		printf("%s: configuration is valid\n", p->name);
		return 1;
	}
	return 0;
}

int program_exit_code(int err)
{
	switch (err) {
	case NETRAL_OK:
		return EX_OK;
	case NETRAL_ENOTFOUND:
		return EX_NOINPUT;
	case NETRAL_EACCES:
		return EX_NOPERM;
	case NETRAL_EINVALID:
		return EX_CONFIG;
	case NETRAL_EMALFORMED:
	case NETRAL_EENCODING:
	case NETRAL_ETOOBIG:
	case NETRAL_EVERSION:
		return EX_DATAERR;
	case NETRAL_EBUSY:
	case NETRAL_EAGAIN:
	case NETRAL_ETIMEOUT:
		return EX_TEMPFAIL;
	case NETRAL_EFULL:
	case NETRAL_EIO:
		return EX_IOERR;
	case NETRAL_ENOMEM:
		return EX_OSERR;
	default:
		return EX_SOFTWARE;
	}
}
