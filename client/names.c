#include "client/names.h"

#include "lib/error.h"
#include "lib/mask_setting.h"
#include "lib/program.h"
#include "proto/update_mask.h"
#include "workers/classify/data_dir.h"

#include <limits.h>
#include <stdio.h>
#include <sysexits.h>

int names_init(struct names *n, const char *given)
{
	char dir[PATH_MAX];
	char error[512];
	*n = (struct names){0};
	int r = mask_setting(given, &n->policy, error, sizeof(error));
	if (r < 0)
		return given ? cli_usage("--%s", error) : cli_fail(EX_CONFIG, "%s", error);
	if (n->policy.full)
		return EX_OK;
	snprintf(error, sizeof(error), "the tables were not found");
	r = classifier_data_dir(dir, sizeof(dir));
	struct table_set set = {.dir = dir, .error = error, .error_size = sizeof(error)};
	if (r == NETRAL_OK)
		r = public_offices_load(&set, &n->offices);
	if (r < 0)
		return cli_fail(program_exit_code(r), "--names: %s", error);
	n->policy.offices = n->offices.offices;
	n->policy.office_count = n->offices.count;
	return EX_OK;
}

void names_fini(struct names *n)
{
	public_offices_fini(&n->offices);
	*n = (struct names){0};
}

int names_mask(const struct names *n, const struct update *u, struct arena *arena,
	       struct update *ret_update)
{
	return update_mask(&n->policy, u, arena, ret_update);
}
