#include "client/names.h"

#include "lib/error.h"
#include "lib/program.h"
#include "proto/update_mask.h"
#include "workers/classify/data_dir.h"

#include <limits.h>
#include <sysexits.h>

int names_init(struct names *n, const char *given)
{
	char dir[PATH_MAX];
	char error[512] = "the tables were not found";
	*n = (struct names){0};
	if (mask_policy_parse(given ? given : "mask", &n->policy) < 0)
		return cli_usage("--names: \"%s\" is not mask, full, national, province, regency, "
				 "district or village",
				 given);
	if (n->policy.full)
		return EX_OK;
	int r = classifier_data_dir(dir, sizeof(dir));
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
