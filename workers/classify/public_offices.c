#include "workers/classify/public_offices.h"

#include "lib/cleanup.h"
#include "lib/error.h"

enum { ARENA_MAX = 1 << 20 };

static int take_row(struct public_offices *p, const struct table *t)
{
	enum mask_kind kind = mask_kind_parse(t->field[1]);
	if (kind == MASK_NONE)
		return table_fail(t,
				  "\"%s\" is not acting, speaker, body, village, district, "
				  "regency, province or national",
				  t->field[1]);
	if (p->count == PUBLIC_OFFICES_MAX) {
		table_fail(t, "more than %d offices", PUBLIC_OFFICES_MAX);
		return NETRAL_ETOOBIG;
	}
	const char *form = arena_strdup(&p->arena, t->field[0]);
	if (!form)
		return NETRAL_ENOMEM;
	p->offices[p->count++] = (struct mask_office){form, kind};
	return NETRAL_OK;
}

int public_offices_load(struct table_set *set, struct public_offices *ret)
{
	*ret = (struct public_offices){0};
	arena_init(&ret->arena, ARENA_MAX);
	ret->offices = arena_calloc(&ret->arena, PUBLIC_OFFICES_MAX, sizeof(*ret->offices));
	if (!ret->offices)
		return NETRAL_ENOMEM;
	netral_cleanup(table_close) struct table t = {0};
	int r = table_open(set, "public_offices.tsv", "form\tkind", &t);
	if (r < 0)
		return r;
	while ((r = table_next(&t)) == 1) {
		r = take_row(ret, &t);
		if (r < 0)
			return r;
	}
	return r;
}

void public_offices_fini(struct public_offices *p)
{
	arena_fini(&p->arena);
	*p = (struct public_offices){0};
}
