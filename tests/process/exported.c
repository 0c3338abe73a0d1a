#include "tests/process/exported.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

void exported_need(const char *module)
{
	char command[200];
	snprintf(command, sizeof(command), "/usr/bin/python3 -c 'import %s' 2>/dev/null", module);
	if (system(command) == 0)
		return;
	print_message("skipped: needs python3-%s\n", module);
	skip();
}

json_t *exported_read(struct bench *b, const char *format)
{
	char command[3 * RIG_PATH_SIZE];
	json_error_t error;
	snprintf(command, sizeof(command), "/usr/bin/python3 -B %s/process/export_reader.py %s %s",
		 TESTS_SOURCE_DIR, format, rig_path(&b->rig, "out"));
	FILE *in = popen(command, "re");
	assert_non_null(in);
	json_t *found = json_loadf(in, 0, &error);
	int status = pclose(in);
	if (status != 0 || !found)
		rig_fail("export_reader.py %s: status %d", format, status);
	return found;
}

const char *exported_cell(const json_t *rows, size_t row, const char *column)
{
	return client_string(json_array_get(rows, row), column);
}
