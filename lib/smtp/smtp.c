#include "lib/smtp/smtp_internal.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

enum { ARENA_SLACK = 64 * 1024 };

/* --- sessions --- */

static void session_free(struct smtp_session *s)
{
	if (!s)
		return;
	if (s->password)
		explicit_bzero(s->password, strlen(s->password));
	arena_fini(&s->arena);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static void take_recipients(struct smtp_session *s, const struct smtp_request *request)
{
	for (unsigned i = 0; i < request->to_count; i++) {
		if (!(request->wanted & (uint64_t)1 << i))
			continue;
		s->index[s->to_count] = i;
		s->to[s->to_count++] = arena_strdup(&s->arena, request->to[i]);
	}
}

static bool is_whole(const struct smtp_session *s)
{
	for (size_t i = 0; i < s->to_count; i++) {
		if (!s->to[i])
			return false;
	}
	return s->url && s->user && s->password && s->from && s->mail;
}

static struct smtp_session *session_new(struct smtp *smtp, const struct smtp_request *request,
					smtp_done_fn *done)
{
	struct smtp_session *s = fault_calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	arena_init(&s->arena, request->mail_len + ARENA_SLACK);
	pthread_mutex_init(&s->lock, NULL);
	s->smtp = smtp;
	s->ca_file = smtp->ca_file;
	s->url = arena_strdup(&s->arena, request->url);
	s->user = arena_strdup(&s->arena, request->user);
	s->password = arena_strdup(&s->arena, request->password);
	s->from = arena_strdup(&s->arena, request->from);
	s->mail = arena_strndup(&s->arena, request->mail, request->mail_len);
	s->mail_len = request->mail_len;
	s->is_plain = request->is_plain;
	s->whole_ms = request->whole_ms;
	s->fd = -1;
	s->done = done;
	s->user_data = request->user_data;
	take_recipients(s, request);
	if (is_whole(s))
		return s;
	session_free(s);
	return NULL;
}

/* --- threads --- */

static void *thread_main(void *user)
{
	struct smtp_session *s = user;
	struct smtp *smtp = s->smtp;
	const uint64_t one = 1;
	session_run(s);
	pthread_mutex_lock(&smtp->lock);
	STAILQ_INSERT_TAIL(&smtp->ended, s, ended_link);
	pthread_mutex_unlock(&smtp->lock);
	ssize_t written = write(smtp->event_fd, &one, sizeof(one)); /* of few, which always fit */
	(void)written;
	return NULL;
}

/* Signals are for the thread of the loop. */
static int begin(struct smtp_session *s)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int rc = pthread_create(&s->thread, NULL, thread_main, s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc ? NETRAL_ENOMEM : NETRAL_OK;
}

static void leave(struct smtp *smtp, struct smtp_session *s)
{
	(void)pthread_join(s->thread, NULL);
	TAILQ_REMOVE(&smtp->sessions, s, link);
	smtp->session_count--;
}

static struct smtp_session *take_ended(struct smtp *smtp)
{
	pthread_mutex_lock(&smtp->lock);
	struct smtp_session *s = STAILQ_FIRST(&smtp->ended);
	if (s)
		STAILQ_REMOVE_HEAD(&smtp->ended, ended_link);
	pthread_mutex_unlock(&smtp->lock);
	return s;
}

static int on_ended(void *user)
{
	struct smtp *smtp = user;
	struct smtp_session *s;
	uint64_t count;
	ssize_t got = read(smtp->event_fd, &count, sizeof(count));
	(void)got;
	while ((s = take_ended(smtp))) {
		const struct smtp_result result = {s->outcome, s->taken, s->refused, s->reason};
		leave(smtp, s);
		if (s->done)
			s->done(s->user_data, &result);
		session_free(s);
	}
	return NETRAL_OK;
}

/* --- all of them --- */

int smtp_send(struct smtp *smtp, const struct smtp_request *request, smtp_done_fn *done,
	      struct smtp_session **ret_session)
{
	if (request->wanted == 0 || request->to_count > SMTP_RECIPIENTS_MAX)
		return NETRAL_EINVALID;
	if (smtp->session_count >= smtp->sessions_max)
		return NETRAL_EFULL;
	struct smtp_session *s = session_new(smtp, request, done);
	int r = s ? begin(s) : NETRAL_ENOMEM;
	if (r < 0) {
		session_free(s);
		return r;
	}
	TAILQ_INSERT_TAIL(&smtp->sessions, s, link);
	smtp->session_count++;
	*ret_session = s;
	return NETRAL_OK;
}

void smtp_cancel(struct smtp *smtp, struct smtp_session *session)
{
	(void)smtp;
	session->done = NULL;
	session_stop(session);
}

static void smtp_freep(struct smtp **s)
{
	smtp_free(*s);
}

int smtp_new(struct loop *loop, const struct smtp_options *options, struct smtp **ret_smtp)
{
	netral_cleanup(smtp_freep) struct smtp *s = fault_calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	TAILQ_INIT(&s->sessions);
	STAILQ_INIT(&s->ended);
	pthread_mutex_init(&s->lock, NULL);
	s->loop = loop;
	s->sessions_max = options->sessions_max;
	s->allow_count = options->allow_count;
	s->event_fd = -1;
	netral_assert(s->allow_count <= FETCH_ALLOW_MAX);
	for (size_t i = 0; i < s->allow_count; i++)
		s->allow[i] = options->allow[i];
	s->ca_file = options->ca_file ? strdup(options->ca_file) : NULL;
	if (options->ca_file && !s->ca_file)
		return NETRAL_ENOMEM;
	s->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->event_fd < 0)
		return NETRAL_EIO;
	s->slot = loop_add(loop, NULL, s->event_fd, on_ended, s);
	*ret_smtp = netral_take(s);
	return NETRAL_OK;
}

void smtp_free(struct smtp *s)
{
	struct smtp_session *session;
	if (!s)
		return;
	TAILQ_FOREACH(session, &s->sessions, link)
	session_stop(session);
	while ((session = TAILQ_FIRST(&s->sessions))) {
		leave(s, session);
		session_free(session);
	}
	if (s->event_fd >= 0) {
		loop_remove(s->loop, s->slot);
		close(s->event_fd);
	}
	free(s->ca_file);
	pthread_mutex_destroy(&s->lock);
	free(s);
	curl_global_cleanup();
}
