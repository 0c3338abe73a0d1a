/* lexicon.h - the word tables: cues, numbers, calendar, agencies, jobs, legal types, polls. */
#ifndef NETRAL_WORKERS_CLASSIFY_LEXICON_H
#define NETRAL_WORKERS_CLASSIFY_LEXICON_H

#include "workers/classify/phrases.h"
#include "workers/classify/tables.h"

/* What a NUMBER phrase is; its phrase's flags. */
enum number_kind { NUMBER_UNIT, NUMBER_TIMES, NUMBER_ONE, NUMBER_SEVERAL, NUMBER_ALL };

/* What a body's name stands for; an AGENCY phrase's value. */
enum agency_kind { AGENCY_LOCAL, AGENCY_NATIONAL };

/* A JOB phrase's value. */
enum job_kind { JOB_JOB, JOB_ACTING };

/* A POLL phrase's value. */
enum poll_kind { POLL_GENERAL, POLL_LOCAL, POLL_VILLAGE };

/* Adds the phrases of all word tables of the set. 0 or an error of table_open()/table_next(). */
int lexicon_load(struct table_set *set, struct phrases *phrases);

#endif
