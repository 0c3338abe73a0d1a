/* hook.h - receivers of webhooks, by path: they keep what they took, and answer as a test says.
 * Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_HOOK_H
#define NETRAL_TESTS_PROCESS_HOOK_H

#include <stddef.h>

struct hook;

struct hook_message {
	char id[128];
	char timestamp[32];
	char signature[512];
	char type[64]; /* Content-Type */
	char *body;
};

enum hook_manner {
	HOOK_ANSWER,  /* with the status */
	HOOK_SILENCE, /* no answer, until the peer goes */
	HOOK_CUT,     /* 200, and an end in the middle of the body */
	HOOK_RESET,   /* no answer, and a reset */
	HOOK_TRICKLE, /* 200, and a byte of the body now and then, until the peer goes */
	HOOK_FLOOD,   /* 200, and a body without end, until the peer goes */
};

struct hook *hook_start(void);
void hook_stop(struct hook *h); /* takes NULL */

/* "http://127.0.0.1:PORT/path" in a ring of buffers. */
const char *hook_url(struct hook *h, const char *path);

/* How a path answers from now on; at first 200. `headers`: lines, each with its CRLF, or "". */
void hook_put(struct hook *h, const char *path, enum hook_manner manner, int status,
	      const char *headers);

/* Until a path was asked `count` times in all, or took (with 2xx) so many messages. */
void hook_await_asked(struct hook *h, const char *path, unsigned count);
void hook_await(struct hook *h, const char *path, unsigned count);

/* Until it took a message whose body holds `text`. */
void hook_await_text(struct hook *h, const char *path, const char *text);

/* What it took (its whole answer left), in the order in which it came. `index` < hook_count(). */
unsigned hook_count(struct hook *h, const char *path);
unsigned hook_asked(struct hook *h, const char *path);
const struct hook_message *hook_message(struct hook *h, const char *path, unsigned index);
/* What it was asked with, taken or not. */
const struct hook_message *hook_question(struct hook *h, const char *path, unsigned index);

#endif
