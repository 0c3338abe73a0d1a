/* offices.h - what an office tells of who holds it, in a report of a violation.
 * Pure; any thread. */
#ifndef NETRAL_LIB_STORY_OFFICES_H
#define NETRAL_LIB_STORY_OFFICES_H

#include <stdbool.h>
#include <stdint.h>

/* Whether who has this role speaks of cases, and is not taken for who is accused. */
bool office_speaks(const char *role);

/* The numbers are stored, so they are for ever. */
enum office {
	OFFICE_VILLAGE_HEAD = 1 << 0,
	OFFICE_VILLAGE_STAFF = 1 << 1,
	OFFICE_LURAH = 1 << 2,
	OFFICE_CAMAT = 1 << 3,
	OFFICE_SEKCAM = 1 << 4,
	OFFICE_TEACHER = 1 << 5,
	OFFICE_HEADMASTER = 1 << 6,
	OFFICE_AGENCY_HEAD = 1 << 7,
	OFFICE_SECTION_HEAD = 1 << 8,
	OFFICE_HEALTH = 1 << 9,
	OFFICE_POLICE_ARMY = 1 << 10,
	OFFICE_POLLING = 1 << 11,
	OFFICE_LECTURER = 1 << 12,
	OFFICE_SATPOL = 1 << 13,
	OFFICE_EXTENSION = 1 << 14, /* penyuluh */
	/* What hundreds hold in one regency tells two of them apart, but does not make them one. */
	OFFICES_OF_MANY = OFFICE_VILLAGE_HEAD | OFFICE_VILLAGE_STAFF | OFFICE_TEACHER |
			  OFFICE_HEADMASTER | OFFICE_HEALTH | OFFICE_POLICE_ARMY | OFFICE_POLLING,
};

/* The offices that the text names; 0 when it names none, or only "ASN". */
uint16_t offices_in(const char *text);

#endif
