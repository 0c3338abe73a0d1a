/* gazetteer.h - areas with their Kemendagri codes, and the names they go by. */
#ifndef NETRAL_WORKERS_CLASSIFY_GAZETTEER_H
#define NETRAL_WORKERS_CLASSIFY_GAZETTEER_H

#include "workers/classify/phrases.h"
#include "workers/classify/tables.h"

enum area_level { AREA_NATION, AREA_PROVINCE, AREA_REGENCY, AREA_CITY };
enum area_risk { RISK_LOW, RISK_MEDIUM, RISK_HIGH, RISK_NEVER };

struct area {
	char code[8];      /* "81", "81.71", "ID" */
	const char *name;  /* official style: "Kota Ambon" */
	const char *bare;  /* "Ambon" */
	uint16_t province; /* index of its province, or of itself */
	uint8_t level;
	uint8_t risk; /* of the bare name to be an ordinary word */
};

enum name_kind { NAME_BARE, NAME_SHORT, NAME_NICK, NAME_SEAT, NAME_WORD };
enum { NAME_AREAS_MAX = 3, AREA_NONE = 0xffff };

/* One way to call up to three areas; a PLACE phrase's value is its index. */
struct place_name {
	uint16_t area[NAME_AREAS_MAX]; /* AREA_NONE behind the last */
	uint8_t kind, risk;
};

/* A PLACE_PREFIX phrase's value. */
enum prefix_kind {
	PREFIX_KOTA,
	PREFIX_KABUPATEN,
	PREFIX_PROVINSI,
	PREFIX_KOTA_HEAD,
	PREFIX_KABUPATEN_HEAD,
	PREFIX_PROVINSI_HEAD,
	PREFIX_LOWER,
	PREFIX_OFFICE,
	PREFIX_AT,
	PREFIX_NOT,
};

struct gazetteer {
	struct area *areas;
	size_t area_count, area_cap;
	struct place_name *names;
	size_t name_count, name_cap;
};

/* Reads areas.tsv, place_names.tsv and place_prefixes.tsv and adds their phrases.
 * 0 or an error of table_open()/table_next(). */
int gazetteer_load(struct gazetteer *g, struct table_set *set, struct phrases *phrases);
void gazetteer_fini(struct gazetteer *g); /* takes a zeroed gazetteer */

/* Index of the area with this code, or AREA_NONE. */
uint16_t gazetteer_find(const struct gazetteer *g, const char *code);

#endif
