/* netral-alert: tells receivers what netral-record publishes. */
#include "alert/alerter.h"
#include "alert/rules.h"
#include "lib/program.h"

#include <sysexits.h>

enum { MAIL_TEXTS_ARENA_MAX = 1 << 20 };

static int run(const struct alert_config *config)
{
	struct alerter *a = NULL;
	log_init("netral-alert", alert_config_log_level(config));
	int r = alerter_new(config, &a);
	if (r == 0)
		r = alerter_run(a);
	alerter_free(a);
	return r;
}

/* The words of mail also where no receiver needs them yet. */
static int check_mail_texts(char *error, size_t error_size)
{
	struct arena arena;
	const struct mail_texts *texts;
	arena_init(&arena, MAIL_TEXTS_ARENA_MAX);
	int r = mail_texts_load(NULL, &arena, &texts, error, error_size);
	arena_fini(&arena);
	return r;
}

static int check_files(void *config, char *error, size_t error_size)
{
	const struct alert_config *c = config;
	struct ruleset *rules = NULL;
	int r = rules_read(c->rules_file, &rules, error, error_size);
	rules_free(rules);
	return r < 0 ? r : check_mail_texts(error, error_size);
}

int main(int argc, char **argv)
{
	struct alert_config config = {0};
	const struct program program = {.name = "netral-alert",
					.summary = "Sends what netral-record publishes to "
						   "webhooks, servers and programs, by rules.",
					.default_path = "/etc/netral/netral-alert.conf",
					.options = alert_options,
					.option_count = alert_option_count,
					.config = &config,
					.check = alert_config_check,
					.check_files = check_files};
	int exit_code = EX_OK;
	if (program_start(&program, argc, argv, &exit_code) == 0)
		exit_code = program_exit_code(run(&config));
	config_free(alert_options, alert_option_count, &config);
	return exit_code;
}
