/* bar.h - how far an archive has been read, in one line of less than 80 columns. Any thread. */
#ifndef NETRAL_CLIENT_BAR_H
#define NETRAL_CLIENT_BAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bar {
	uint64_t begun; /* byte at which this run began */
	uint64_t at;
	uint64_t size; /* 0 when it is not known */
	uint64_t records, articles;
	uint64_t ms; /* since this run began */
};

enum { BAR_SIZE = 200 }; /* with the largest numbers 170 */

/* "[####......] 441 MB of 1.1 GB, 12345 records, 4321 articles, 12.3 MB/s, 0:42 left"; without
 * `drawn` no bar, and what is not known is left out. */
void bar_format(const struct bar *b, bool drawn, char ret[static BAR_SIZE]);

#endif
