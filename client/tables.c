#include "client/tables.h"

#include "client/cli.h"
#include "lib/error.h"
#include "lib/program.h"
#include "workers/classify/data_dir.h"

#include <stdio.h>
#include <sysexits.h>

enum { PATH_SIZE = 4096 };

int tables_load(const char *dir, struct tables *ret_tables)
{
	char path[PATH_SIZE];
	char error[512] = "the classifier's tables were not found; say where with --data";
	int err = NETRAL_OK;
	*ret_tables = (struct tables){0};
	if (dir)
		snprintf(path, sizeof(path), "%s", dir);
	else
		err = classifier_data_dir(path, sizeof(path));
	if (err == NETRAL_OK)
		err = classifier_new(path, &ret_tables->classifier, error, sizeof(error));
	if (err < 0)
		return cli_fail(err == NETRAL_EINVALID ? EX_DATAERR : program_exit_code(err), "%s",
				error);
	err = classifier_scratch_new(&ret_tables->scratch);
	return err < 0 ? cli_fail_code(err, "start") : EX_OK;
}

void tables_fini(struct tables *t)
{
	classifier_scratch_free(t->scratch);
	classifier_free(t->classifier);
	*t = (struct tables){0};
}
