#include "client/areas.h"

#include "client/cli.h"
#include "lib/error.h"
#include "lib/program.h"
#include "workers/classify/data_dir.h"
#include "workers/classify/tables.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

enum { CANDIDATES_MAX = 8 };

/* A full name beats a bare one: "Maluku" is the province, whatever else is called so. */
enum rank { RANK_SHORT, RANK_BARE, RANK_FULL };

struct search {
	const char *option; /* in messages */
	const char *wanted;
	enum rank rank;
	size_t count;
	char codes[CANDIDATES_MAX][EVENT_AREA_CODE_MAX];
	char names[CANDIDATES_MAX][64];
};

static void found(struct search *s, enum rank rank, const char *code, const char *name)
{
	if (s->count && rank < s->rank)
		return;
	if (rank > s->rank)
		s->count = 0;
	s->rank = rank;
	if (s->count == CANDIDATES_MAX)
		return;
	snprintf(s->codes[s->count], sizeof(s->codes[0]), "%s", code);
	snprintf(s->names[s->count], sizeof(s->names[0]), "%s", name);
	s->count++;
}

static int search_areas(struct search *s, struct table_set *set)
{
	struct table t;
	int r = table_open(set, "areas.tsv", "code\tname\tbare\trisk", &t);
	if (r < 0)
		return r;
	while ((r = table_next(&t)) == 1) {
		if (strcasecmp(t.field[1], s->wanted) == 0)
			found(s, RANK_FULL, t.field[0], t.field[1]);
		else if (strcasecmp(t.field[2], s->wanted) == 0)
			found(s, RANK_BARE, t.field[0], t.field[1]);
	}
	table_close(&t);
	return r;
}

/* "Sumut": only names of one area, and no nicknames. */
static int search_short_names(struct search *s, struct table_set *set)
{
	struct table t;
	int r = table_open(set, "place_names.tsv", "form\tcodes\tkind\tsource", &t);
	if (r < 0)
		return r;
	while ((r = table_next(&t)) == 1) {
		bool one =
			strchr(t.field[1], '|') == NULL && strlen(t.field[1]) < EVENT_AREA_CODE_MAX;
		if (one && strcmp(t.field[2], "short") == 0 &&
		    strcasecmp(t.field[0], s->wanted) == 0)
			found(s, RANK_SHORT, t.field[1], t.field[0]);
	}
	table_close(&t);
	return r;
}

static int say_candidates(const struct search *s)
{
	char list[CANDIDATES_MAX * 80] = "";
	size_t used = 0;
	for (size_t i = 0; i < s->count; i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s (%s)",
					 i ? ", " : "", s->names[i], s->codes[i]);
	return cli_usage("%s: \"%s\" may be %s", s->option, s->wanted, list);
}

int areas_find(const char *name, char ret_code[static EVENT_AREA_CODE_MAX])
{
	return areas_find_for("--area", name, ret_code);
}

int areas_find_for(const char *option, const char *name, char ret_code[static EVENT_AREA_CODE_MAX])
{
	char dir[PATH_MAX];
	char error[512] = "the classifier's tables were not found";
	struct search s = {.option = option, .wanted = name};
	int r = classifier_data_dir(dir, sizeof(dir));
	struct table_set set = {.dir = dir, .error = error, .error_size = sizeof(error)};
	if (r == NETRAL_OK)
		r = search_areas(&s, &set);
	if (r == NETRAL_OK && s.count == 0)
		r = search_short_names(&s, &set);
	if (r < 0)
		return cli_fail(program_exit_code(r), "%s: a name needs the tables: %s", option,
				error);
	if (s.count == 0)
		return cli_usage("%s: no province, regency or city is called \"%s\"", option, name);
	if (s.count > 1)
		return say_candidates(&s);
	memcpy(ret_code, s.codes[0], EVENT_AREA_CODE_MAX);
	return EX_OK;
}

int areas_each(int (*take)(void *user, const char *code, const char *name), void *user)
{
	char dir[PATH_MAX];
	char error[512] = "the classifier's tables were not found";
	struct table t;
	int r = classifier_data_dir(dir, sizeof(dir));
	struct table_set set = {.dir = dir, .error = error, .error_size = sizeof(error)};
	if (r == NETRAL_OK)
		r = table_open(&set, "areas.tsv", "code\tname\tbare\trisk", &t);
	if (r < 0)
		return cli_fail(program_exit_code(r), "areas: %s", error);
	while ((r = table_next(&t)) == 1) {
		r = take(user, t.field[0], t.field[1]);
		if (r < 0) {
			snprintf(error, sizeof(error), "%s", netral_strerror(r));
			break;
		}
	}
	table_close(&t);
	return r < 0 ? cli_fail(program_exit_code(r), "areas: %s", error) : EX_OK;
}
