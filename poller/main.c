/* netral-poll: asks the sources what is new, and hands the articles to netrald. */
#include "lib/program.h"
#include "poller/poller.h"

#include <sysexits.h>

static int run(const struct poller_config *config)
{
	struct poller *p = NULL;
	log_init("netral-poll", poller_config_log_level(config));
	int r = poller_new(config, &p);
	if (r == 0)
		r = poller_run(p);
	poller_free(p);
	return r;
}

int main(int argc, char **argv)
{
	struct poller_config config = {0};
	const struct program program = {
		.name = "netral-poll",
		.summary = "Polls feeds, sitemaps and pages, and submits new articles to netrald.",
		.default_path = "/etc/netral/netral-poll.conf",
		.options = poller_options,
		.option_count = poller_option_count,
		.config = &config,
		.check = poller_config_check};
	int exit_code = EX_OK;
	if (program_start(&program, argc, argv, &exit_code) == 0)
		exit_code = program_exit_code(run(&config));
	config_free(poller_options, poller_option_count, &config);
	return exit_code;
}
