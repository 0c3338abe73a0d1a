/* The lines of `netral query --json`; cases and totals, which tell their scope. */
#include "client/export/export.h"
#include "client/json.h"
#include "lib/error.h"

static int begin(struct export_sink *s)
{
	(void)s;
	return NETRAL_OK;
}

static int put(struct export_sink *s, const struct update *u)
{
	return json_line(s->out, json_update(u));
}

const struct export_format export_jsonl = {
	.name = "jsonl", .begin = begin, .put = put, .end = begin};
