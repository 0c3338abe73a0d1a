/* explain.h - why the classifier tells an event, or does not. The main thread. */
#ifndef NETRAL_CLIENT_EXPLAIN_H
#define NETRAL_CLIENT_EXPLAIN_H

#include "client/style.h"
#include "workers/classify/classify.h"

#include <jansson.h>

/* The event, whether it is told, the words of its sentence, and the signs for and against it, the
 * heaviest first. */
void explain_print(FILE *out, const struct style *s, const struct candidate *c);

/* {"event","told","signs":[{"name","weight"}],"stages":[],"splits":[],"words":[{"group","value","text","start","end"}]}
 */
json_t *explain_json(const struct candidate *c);

#endif
