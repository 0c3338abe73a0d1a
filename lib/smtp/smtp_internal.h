/* smtp_internal.h - a session, for the files of this folder. */
#ifndef NETRAL_LIB_SMTP_SMTP_INTERNAL_H
#define NETRAL_LIB_SMTP_SMTP_INTERNAL_H

#include "lib/smtp/smtp.h"

#include "lib/arena.h"
#include "lib/fetch/fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <sys/queue.h>

/* Where a session is: what the next answer is to. */
enum smtp_phase {
	PHASE_CONNECT, /* the greeting, EHLO, STARTTLS */
	PHASE_AUTH,
	PHASE_MAIL,
	PHASE_RCPT,
	PHASE_DATA,
	PHASE_BODY, /* its end */
	PHASE_QUIT,
};

struct smtp_session {
	/* Set before the thread begins; the thread reads it. */
	struct arena arena;
	struct smtp *smtp;
	const char *url, *user, *from, *ca_file;
	char *password;
	const char *to[SMTP_RECIPIENTS_MAX]; /* the wanted ones */
	unsigned index[SMTP_RECIPIENTS_MAX]; /* of each in the request */
	size_t to_count;
	bool is_plain;
	const char *mail;
	size_t mail_len;
	uint64_t whole_ms;

	/* Of the thread, until it has ended. */
	CURL *easy;
	size_t sent; /* of the mail */
	enum smtp_phase phase;
	size_t rcpt; /* recipients that were answered for */
	int code;    /* of the last answer that was no success, 0: none */
	enum smtp_phase code_phase;
	bool was_taken; /* the mail */
	size_t answer_bytes;
	char refused_address[ADDRESS_TEXT_SIZE];
	const char *refused_as;
	bool lacks_socket; /* of our own */
	char error[CURL_ERROR_SIZE];
	uint64_t taken, refused; /* recipients */
	enum smtp_outcome outcome;
	char reason[SMTP_REASON_SIZE];

	/* Of both, under the lock. */
	pthread_mutex_t lock;
	int fd; /* -1: none is open */
	bool is_stopped;

	/* Of the loop. */
	pthread_t thread;
	smtp_done_fn *done; /* NULL: cancelled */
	void *user_data;
	TAILQ_ENTRY(smtp_session) link;
	STAILQ_ENTRY(smtp_session) ended_link; /* under the lock of the smtp */
};

TAILQ_HEAD(smtp_session_list, smtp_session);
STAILQ_HEAD(smtp_ended_list, smtp_session);

struct smtp {
	struct loop *loop;
	struct loop_slot slot;
	int event_fd; /* says that a session ended */
	char *ca_file;
	struct cidr allow[FETCH_ALLOW_MAX];
	size_t allow_count;
	uint32_t session_count, sessions_max;
	struct smtp_session_list sessions;
	pthread_mutex_t lock;
	struct smtp_ended_list ended;
};

/* session.c: the whole of it, in its thread. Fills in outcome, reason and the recipients. */
void session_run(struct smtp_session *s);
/* Has it end soon, from any thread. */
void session_stop(struct smtp_session *s);

#endif
