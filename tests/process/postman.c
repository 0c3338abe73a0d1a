#include "tests/process/postman.h"

#include "tests/process/rig.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { CONNECTIONS_MAX = 8192, MAILS_MAX = 8192, MAIL_SIZE = 256 * 1024, LINE_SIZE = 2048 };

struct answer {
	enum postman_manner manner;
	char line[256];
};

struct taken {
	char *mail;
	char recipients[1024];
};

struct postman {
	int listener;
	char url[64];
	pthread_t acceptor;
	pthread_mutex_t lock; /* over what follows */
	pthread_cond_t changed;
	bool stops;
	struct answer answers[POSTMAN_STEPS];
	unsigned reached[POSTMAN_STEPS];
	char special[256], special_line[256];
	int cuts;
	struct connection *connections[CONNECTIONS_MAX];
	size_t connection_count;
	struct taken mails[MAILS_MAX];
	unsigned mail_count;
};

struct connection {
	struct postman *p;
	pthread_t thread;
	int fd;
	FILE *in;
	char recipients[1024];
};

static const char *const usual[POSTMAN_STEPS] = {
	"220 postman.example ready",
	"250-postman.example\r\n250-AUTH PLAIN\r\n250 8BITMIME",
	"235 well",
	"250 sender",
	"250 recipient",
	"354 go on",
	"250 taken",
	"221 bye",
};

/* --- the dialogue --- */

static bool say(const struct connection *c, const char *line)
{
	char text[512];
	int len = snprintf(text, sizeof(text), "%s\r\n", line);
	return send(c->fd, text, (size_t)len, MSG_NOSIGNAL) == len;
}

static void listen_until_end(struct connection *c)
{
	char line[LINE_SIZE];
	while (fgets(line, sizeof(line), c->in))
		;
}

static bool answer(struct connection *c, enum postman_step step, const char *line)
{
	struct postman *p = c->p;
	pthread_mutex_lock(&p->lock);
	struct answer a = p->answers[step];
	p->reached[step]++;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
	if (!line)
		line = a.line[0] ? a.line : usual[step];
	switch (a.manner) {
	case POSTMAN_ANSWER:
		return say(c, line);
	case POSTMAN_SILENCE:
		listen_until_end(c);
		return false;
	case POSTMAN_CLOSE:
		return false;
	case POSTMAN_FLOOD:
		while (say(c, "250-and more, and more, and more, and more, and more"))
			;
		return false;
	}
	return false;
}

/* True when the end of the mail was answered with 2xx and the answer left. */
static bool body_is_taken(struct connection *c, char *mail)
{
	struct postman *p = c->p;
	pthread_mutex_lock(&p->lock);
	const struct answer *a = &p->answers[POSTMAN_BODY];
	bool takes = a->manner == POSTMAN_ANSWER && (!a->line[0] || a->line[0] == '2');
	if (takes) {
		if (p->mail_count == MAILS_MAX)
			abort();
		struct taken *t = &p->mails[p->mail_count++];
		t->mail = mail;
		snprintf(t->recipients, sizeof(t->recipients), "%s", c->recipients);
	}
	pthread_mutex_unlock(&p->lock);
	if (!takes)
		free(mail);
	return answer(c, POSTMAN_BODY, NULL);
}

static bool read_mail(struct connection *c)
{
	char line[LINE_SIZE], *mail = calloc(1, MAIL_SIZE);
	size_t len = 0;
	if (!mail)
		abort();
	while (fgets(line, sizeof(line), c->in)) {
		const char *text = line;
		if (strcmp(line, ".\r\n") == 0)
			return body_is_taken(c, mail);
		text += line[0] == '.';
		if (len + strlen(text) + 1 > MAIL_SIZE)
			abort();
		strcpy(mail + len, text);
		len += strlen(text);
		pthread_mutex_lock(&c->p->lock);
		int cuts = c->p->cuts;
		pthread_mutex_unlock(&c->p->lock);
		if (cuts && len > 100)
			break;
	}
	free(mail);
	return false;
}

static bool take_recipient(struct connection *c, const char *line)
{
	struct postman *p = c->p;
	char address[256] = "", special[256] = "";
	(void)sscanf(line, "%*[^<]<%255[^>]", address);
	pthread_mutex_lock(&p->lock);
	if (p->special[0] && strncmp(address, p->special, strlen(p->special)) == 0)
		snprintf(special, sizeof(special), "%s", p->special_line);
	pthread_mutex_unlock(&p->lock);
	if (!special[0]) {
		size_t len = strlen(c->recipients);
		snprintf(c->recipients + len, sizeof(c->recipients) - len, "%s ", address);
	}
	return answer(c, POSTMAN_RCPT, special[0] ? special : NULL);
}

static bool command(struct connection *c, const char *line)
{
	if (strncasecmp(line, "EHLO", 4) == 0)
		return answer(c, POSTMAN_EHLO, NULL);
	if (strncasecmp(line, "AUTH", 4) == 0)
		return answer(c, POSTMAN_AUTH, NULL);
	if (strncasecmp(line, "MAIL", 4) == 0)
		return answer(c, POSTMAN_MAIL, NULL);
	if (strncasecmp(line, "RCPT", 4) == 0)
		return take_recipient(c, line);
	if (strncasecmp(line, "DATA", 4) == 0)
		return answer(c, POSTMAN_DATA, NULL) && read_mail(c);
	if (strncasecmp(line, "QUIT", 4) == 0)
		return answer(c, POSTMAN_QUIT, NULL) && false;
	return say(c, "502 what");
}

static void *serve(void *user)
{
	struct connection *c = user;
	char line[LINE_SIZE];
	bool goes_on = answer(c, POSTMAN_GREETING, NULL);
	while (goes_on && fgets(line, sizeof(line), c->in))
		goes_on = command(c, line);
	(void)shutdown(c->fd, SHUT_RDWR);
	return NULL;
}

static void *accept_all(void *user)
{
	struct postman *p = user;
	for (;;) {
		int fd = accept(p->listener, NULL, NULL);
		if (fd < 0)
			return NULL;
		struct connection *c = calloc(1, sizeof(*c));
		if (!c || !(c->in = fdopen(fd, "r")))
			abort();
		c->p = p;
		c->fd = fd;
		pthread_mutex_lock(&p->lock);
		if (p->connection_count == CONNECTIONS_MAX)
			abort();
		if (p->stops)
			(void)shutdown(fd, SHUT_RDWR);
		p->connections[p->connection_count++] = c;
		if (pthread_create(&c->thread, NULL, serve, c) != 0)
			abort();
		pthread_mutex_unlock(&p->lock);
	}
}

/* --- life --- */

struct postman *postman_start(void)
{
	struct postman *p = calloc(1, sizeof(*p));
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(in);
	assert_non_null(p);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(p->listener >= 0);
	assert_int_equal(bind(p->listener, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(listen(p->listener, 64), 0);
	assert_int_equal(getsockname(p->listener, (struct sockaddr *)&in, &len), 0);
	snprintf(p->url, sizeof(p->url), "smtp://127.0.0.1:%d", ntohs(in.sin_port));
	assert_int_equal(pthread_create(&p->acceptor, NULL, accept_all, p), 0);
	return p;
}

void postman_stop(struct postman *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stops = true;
	for (size_t i = 0; i < p->connection_count; i++)
		(void)shutdown(p->connections[i]->fd, SHUT_RDWR);
	pthread_mutex_unlock(&p->lock);
	(void)shutdown(p->listener, SHUT_RDWR);
	(void)pthread_join(p->acceptor, NULL);
	for (size_t i = 0; i < p->connection_count; i++) {
		struct connection *c = p->connections[i];
		(void)pthread_join(c->thread, NULL);
		(void)fclose(c->in);
		free(c);
	}
	for (unsigned i = 0; i < p->mail_count; i++)
		free(p->mails[i].mail);
	close(p->listener);
	free(p);
}

const char *postman_url(const struct postman *p)
{
	return p->url;
}

/* --- what a test says and asks --- */

void postman_put(struct postman *p, enum postman_step step, enum postman_manner manner,
		 const char *line)
{
	pthread_mutex_lock(&p->lock);
	p->answers[step].manner = manner;
	snprintf(p->answers[step].line, sizeof(p->answers[step].line), "%s", line ? line : "");
	pthread_mutex_unlock(&p->lock);
}

void postman_put_recipient(struct postman *p, const char *address, const char *line)
{
	pthread_mutex_lock(&p->lock);
	snprintf(p->special, sizeof(p->special), "%s", address);
	snprintf(p->special_line, sizeof(p->special_line), "%s", line);
	pthread_mutex_unlock(&p->lock);
}

void postman_cut_mails(struct postman *p, int on)
{
	pthread_mutex_lock(&p->lock);
	p->cuts = on;
	pthread_mutex_unlock(&p->lock);
}

void postman_await_step(struct postman *p, enum postman_step step, unsigned count)
{
	struct timespec until;
	int rc = 0;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += RIG_DEADLINE_MS / 1000;
	pthread_mutex_lock(&p->lock);
	while (rc == 0 && p->reached[step] < count)
		rc = pthread_cond_timedwait(&p->changed, &p->lock, &until);
	unsigned reached = p->reached[step];
	pthread_mutex_unlock(&p->lock);
	if (rc != 0)
		rig_fail("step %d was reached %u times instead of %u", (int)step, reached, count);
}

void postman_await(struct postman *p, unsigned count)
{
	struct timespec until;
	int rc = 0;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += RIG_DEADLINE_MS / 1000;
	pthread_mutex_lock(&p->lock);
	while (rc == 0 && p->mail_count < count)
		rc = pthread_cond_timedwait(&p->changed, &p->lock, &until);
	unsigned taken = p->mail_count;
	pthread_mutex_unlock(&p->lock);
	if (rc != 0)
		rig_fail("%u mails were taken instead of %u", taken, count);
}

unsigned postman_count(struct postman *p)
{
	pthread_mutex_lock(&p->lock);
	unsigned count = p->mail_count;
	pthread_mutex_unlock(&p->lock);
	return count;
}

const char *postman_mail(struct postman *p, unsigned index)
{
	pthread_mutex_lock(&p->lock);
	const char *mail = p->mails[index].mail;
	pthread_mutex_unlock(&p->lock);
	return mail;
}

const char *postman_recipients(struct postman *p, unsigned index)
{
	pthread_mutex_lock(&p->lock);
	const char *recipients = p->mails[index].recipients;
	pthread_mutex_unlock(&p->lock);
	return recipients;
}
