/* netral-record: the only writer of the result store. */
#include "lib/program.h"
#include "workers/record/recorder.h"

#include <sysexits.h>

static struct recorder recorder;

int main(int argc, char **argv)
{
	const struct program program = {.name = "netral-record",
					.summary = "Keeps what classifiers found, publishes it, "
						   "and answers questions about it.",
					.default_path = "/etc/netral/netral-record.conf",
					.options = record_options,
					.option_count = record_option_count,
					.config = &recorder.config,
					.check = record_config_check};
	int exit_code = EX_OK;
	if (program_start(&program, argc, argv, &exit_code))
		return exit_code;
	log_init("netral-record", recorder.config.level);
	exit_code = program_exit_code(recorder_run(&recorder));
	recorder_fini(&recorder);
	config_free(record_options, record_option_count, &recorder.config);
	return exit_code;
}
