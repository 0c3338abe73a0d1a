/* postman.h - a mail server of a test, without TLS: it keeps what it took, and answers each step of
 * the dialogue as a test says. Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_POSTMAN_H
#define NETRAL_TESTS_PROCESS_POSTMAN_H

#include <stddef.h>

struct postman;

enum postman_step {
	POSTMAN_GREETING,
	POSTMAN_EHLO,
	POSTMAN_AUTH,
	POSTMAN_MAIL,
	POSTMAN_RCPT,
	POSTMAN_DATA,
	POSTMAN_BODY, /* its end */
	POSTMAN_QUIT,
	POSTMAN_STEPS,
};

enum postman_manner {
	POSTMAN_ANSWER,  /* with the line, or as a server that takes everything */
	POSTMAN_SILENCE, /* until the peer goes */
	POSTMAN_CLOSE,
	POSTMAN_FLOOD, /* lines without end */
};

struct postman *postman_start(void);
void postman_stop(struct postman *p); /* takes NULL */

/* "smtp://127.0.0.1:PORT". */
const char *postman_url(const struct postman *p);

/* From now on. `line`: without its CRLF, NULL for the usual one; a mail whose end is answered with
 * 2xx was taken. */
void postman_put(struct postman *p, enum postman_step step, enum postman_manner manner,
		 const char *line);
/* The answer to RCPT for addresses that begin like this; one such exception at a time. */
void postman_put_recipient(struct postman *p, const char *address, const char *line);
/* Goes in the middle of each mail's text. */
void postman_cut_mails(struct postman *p, int on);

/* Until it took so many mails; until a step was reached so often. */
void postman_await(struct postman *p, unsigned count);
void postman_await_step(struct postman *p, enum postman_step step, unsigned count);

unsigned postman_count(struct postman *p);
/* What it took, as it was sent, without the doubled points. */
const char *postman_mail(struct postman *p, unsigned index);
/* The addresses that it took mail `index` for, with blanks behind each. */
const char *postman_recipients(struct postman *p, unsigned index);

#endif
