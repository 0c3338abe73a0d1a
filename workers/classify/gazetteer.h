/* gazetteer.h - areas with their Kemendagri codes, and the names they go by; districts, each with
 * the regency that it lies in. */
#ifndef NETRAL_WORKERS_CLASSIFY_GAZETTEER_H
#define NETRAL_WORKERS_CLASSIFY_GAZETTEER_H

#include "workers/classify/phrases.h"
#include "workers/classify/tables.h"

enum area_level { AREA_NATION, AREA_PROVINCE, AREA_REGENCY, AREA_CITY, AREA_LEVELS };
enum area_risk { RISK_LOW, RISK_MEDIUM, RISK_HIGH, RISK_NEVER };

struct area {
	char code[8];      /* "81", "81.71", "ID" */
	const char *name;  /* official style: "Kota Ambon" */
	const char *bare;  /* "Ambon" */
	uint16_t province; /* index of its province, or of itself */
	uint8_t level;
	uint8_t risk; /* of the bare name to be an ordinary word */
};

enum name_kind { NAME_BARE, NAME_SHORT, NAME_NICK, NAME_SEAT, NAME_WORD, NAME_DISTRICT };
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
	PREFIX_DISTRICT,
	PREFIX_LOWER,
	PREFIX_OFFICE,
	PREFIX_ELECTION_OFFICE, /* of a regency or of a district */
	PREFIX_AT,
	PREFIX_FROM,
	PREFIX_TO,
	PREFIX_NOT,
	PREFIX_CREDIT,
};

enum { DISTRICT_KEY_MAX = 40 };

/* Names are compared by their key: small letters and figures only, for "Gunung Jati" is also
 * written "Gunungjati". */
struct district {
	const char *key;
	uint16_t area; /* its regency */
};

struct gazetteer {
	struct area *areas;
	size_t area_count, area_cap;
	struct place_name *names;
	size_t name_count, name_cap;
	struct district *districts; /* sorted by key */
	size_t district_count, district_cap;
};

/* Reads areas.tsv, place_names.tsv and place_prefixes.tsv and adds their phrases; reads
 * districts.tsv, whose names are looked up behind a prefix only.
 * 0 or an error of table_open()/table_next(). */
int gazetteer_load(struct gazetteer *g, struct table_set *set, struct phrases *phrases);
void gazetteer_fini(struct gazetteer *g); /* takes a zeroed gazetteer */

/* Index of the area with this code, or AREA_NONE. */
uint16_t gazetteer_find(const struct gazetteer *g, const char *code);

/* Adds the letters and figures of `len` bytes of a name to `key`, which holds `at` of them: the new
 * number, or 0 when the key gets too long. `key` has room for DISTRICT_KEY_MAX. */
size_t gazetteer_district_key(char *key, size_t at, const char *name, size_t len);

/* The districts of that name: how many, and the first of them. */
size_t gazetteer_districts(const struct gazetteer *g, const char *key,
			   const struct district **ret_first);

#endif
