/* netral - the client: runs the pipeline, feeds it, reads it, operates it. */
#include "client/cli.h"
#include "client/commands.h"

#include <stdio.h>
#include <string.h>

static void print_help(void)
{
	const char *group = "";
	printf("Usage: netral COMMAND [OPTION]...\n"
	       "Watches the press for events about the neutrality of Indonesian civil servants.\n");
	for (size_t i = 0; i < command_count; i++) {
		if (strcmp(commands[i]->group, group) != 0)
			printf("\n%s:\n", commands[i]->group);
		group = commands[i]->group;
		printf("  %-13s%s\n", commands[i]->name, commands[i]->summary);
	}
	printf("\nFirst steps:\n"
	       "  netral up                      run everything here and print events as they "
	       "come\n"
	       "  netral classify FILE           read the events in one article\n"
	       "\n'netral COMMAND --help' tells more; see also netral(1).\n");
}

static int dispatch(int argc, char **argv)
{
	for (size_t i = 0; i < command_count; i++) {
		if (strcmp(commands[i]->name, argv[0]) == 0)
			return cli_finish(commands[i]->run(argc, argv));
	}
	return cli_usage("unknown command \"%s\"", argv[0]);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return cli_usage("a command is needed");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		print_help();
		return cli_finish(0);
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("netral %s\n", NETRAL_VERSION);
		return cli_finish(0);
	}
	return dispatch(argc - 1, argv + 1);
}
