/* sites.h - what the sites of bench_sites answer. Everything follows from the number of the site
 * and of the item, so that nothing is kept. One thread. */
#ifndef NETRAL_BENCH_SITES_SITES_H
#define NETRAL_BENCH_SITES_SITES_H

#include <stddef.h>
#include <stdint.h>

enum { SITES_ANSWER_MAX = 128 << 10, SITES_ITEMS_MAX = 100 };

struct sites_counts {
	unsigned long robots, feeds, unchanged, pages, other;
};

struct sites {
	uint32_t items; /* of a feed */
	int port;
	struct sites_counts counts;
};

/* 0, or -1 for a number of items that does not fit. */
int sites_init(struct sites *s, uint32_t items);

/* The number of the site at an address in host order: 127.1.0.1 is 0. */
uint32_t sites_of_address(uint32_t address);

/* Writes the answer to a request's header, at most SITES_ANSWER_MAX bytes; its length. */
size_t sites_answer(struct sites *s, uint32_t site, const char *head, char *out);

#endif
