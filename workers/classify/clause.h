/* clause.h - which words govern a cue in its sentence. */
#ifndef NETRAL_WORKERS_CLASSIFY_CLAUSE_H
#define NETRAL_WORKERS_CLASSIFY_CLAUSE_H

#include "workers/classify/engine.h"

#define CLAUSE_BIT(value) (1U << CLAUSE_##value)

/* Bits of the CLAUSE values that govern `cue`, a hit within `s`. */
unsigned clause_read(const struct doc *d, const struct sentence *s, const struct hit *cue);

/* The reach of each value is told in clause.c. */
#endif
