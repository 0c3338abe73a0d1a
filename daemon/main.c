/* netrald: takes articles in, keeps them until they are recorded, hands them to workers. */
#include "daemon/netrald.h"
#include "lib/program.h"

#include <sysexits.h>

static int run(const struct netrald_config *config)
{
	struct netrald *n = NULL;
	log_init("netrald", netrald_config_log_level(config));
	int r = netrald_new(config, &n);
	if (r == 0)
		r = netrald_run(n);
	netrald_free(n);
	return r;
}

int main(int argc, char **argv)
{
	struct netrald_config config = {0};
	const struct program program = {
		.name = "netrald",
		.summary = "Takes articles in, journals them, and hands them to workers.",
		.default_path = "/etc/netral/netrald.conf",
		.options = netrald_options,
		.option_count = netrald_option_count,
		.config = &config,
		.check = netrald_config_check};
	int exit_code = EX_OK;
	if (program_start(&program, argc, argv, &exit_code) == 0)
		exit_code = program_exit_code(run(&config));
	config_free(netrald_options, netrald_option_count, &config);
	return exit_code;
}
