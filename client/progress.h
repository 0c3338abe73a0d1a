/* progress.h - one line on stderr that tells how far long work is, while a person looks on.
 * Nothing is written where stderr is no terminal. The main thread. */
#ifndef NETRAL_CLIENT_PROGRESS_H
#define NETRAL_CLIENT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool on;
	bool shown;       /* the line stands on the terminal now */
	uint64_t next_ms; /* not again before */
	char text[120];
};

void progress_init(struct progress *p, bool wanted);

/* Replaces the line, at most ten times a second. */
void progress_show(struct progress *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Takes the line away, before anything else is written to the terminal. progress_redraw() puts it
 * back. */
void progress_clear(struct progress *p);
void progress_redraw(struct progress *p);

#endif
