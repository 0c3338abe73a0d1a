/* lexicon.h - the word tables: cues, numbers, calendar, agencies, jobs, legal types, polls. */
#ifndef NETRAL_WORKERS_CLASSIFY_LEXICON_H
#define NETRAL_WORKERS_CLASSIFY_LEXICON_H

#include "workers/classify/phrases.h"
#include "workers/classify/tables.h"

/* What a NUMBER phrase is; its phrase's flags. */
enum number_kind { NUMBER_UNIT, NUMBER_TIMES, NUMBER_ONE, NUMBER_SEVERAL, NUMBER_ALL };

/* What a body's name stands for; an AGENCY phrase's value. LOCAL ones are called by their area's
 * official name ("Bawaslu Kota Kupang"), BARE ones without its level ("Polres Dumai"), SMALL ones
 * by the area that is printed behind them. */
enum agency_kind { AGENCY_LOCAL, AGENCY_NATIONAL, AGENCY_BARE, AGENCY_SMALL };

/* What a body may do, its phrase's flags: host or handle anything; handle cases by its office;
 * govern an area; or nothing that would make it an event's. */
enum agency_part { AGENCY_ANY, AGENCY_CASES, AGENCY_GOVERNMENT, AGENCY_NONE };

/* A JOB phrase's value: an office; what may stand before it; a body's office, which needs the body;
 * an office of a village or district, whose name follows; a rank or honorific; what says that the
 * office behind it is not meant; what makes an office one of a party or club. */
enum job_kind {
	JOB_JOB,
	JOB_ACTING,
	JOB_HEAD,
	JOB_SMALL,
	JOB_TITLE,
	JOB_NOT,
	JOB_OUTSIDE,
};

/* A POLL phrase's value: of the nation; of all areas on one day; of one province, of one regency or
 * city, which belongs to its name ("Pilgub Jabar 2018"); outside our subject. */
enum poll_kind { POLL_GENERAL, POLL_LOCAL, POLL_PROVINCE, POLL_AREA, POLL_VILLAGE };

/* Adds the phrases of all word tables of the set. 0 or an error of table_open()/table_next(). */
int lexicon_load(struct table_set *set, struct phrases *phrases);

#endif
