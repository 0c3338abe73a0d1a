/* One session, in its thread. What libcurl sends and hears is read along (its debug function),
 * since its own result is a single code: which recipient was refused, and whether the server had
 * said yes to the mail before the connection broke, is known from the dialogue only. */
#include "lib/smtp/smtp_internal.h"

#include "lib/error.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CODE_TOO_LARGE = 552, CODE_GO_ON = 354 };

/* --- the socket --- */

static bool is_stopped(struct smtp_session *s)
{
	pthread_mutex_lock(&s->lock);
	bool stopped = s->is_stopped;
	pthread_mutex_unlock(&s->lock);
	return stopped;
}

/* Whatever libcurl waits for, it hears an end of the connection. */
void session_stop(struct smtp_session *s)
{
	pthread_mutex_lock(&s->lock);
	s->is_stopped = true;
	if (s->fd >= 0)
		(void)shutdown(s->fd, SHUT_RDWR);
	pthread_mutex_unlock(&s->lock);
}

static bool is_loopback(const struct sockaddr *address)
{
	static const struct in6_addr loopback6 = IN6ADDR_LOOPBACK_INIT;
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, address, sizeof(in));
		return ntohl(in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	struct sockaddr_in6 in6;
	memcpy(&in6, address, sizeof(in6));
	return memcmp(&in6.sin6_addr, &loopback6, sizeof(loopback6)) == 0;
}

static const char *refusal_of(const struct smtp_session *s, const struct sockaddr *address)
{
	const char *refusal = address_refusal(address, s->smtp->allow, s->smtp->allow_count);
	if (!refusal && s->is_plain && !is_loopback(address))
		return "not this machine, and without TLS";
	return refusal;
}

/* The address is the one that is connected to, whatever a name claimed. */
static curl_socket_t on_open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct smtp_session *s = user;
	const char *refusal = refusal_of(s, &a->addr);
	if (purpose != CURLSOCKTYPE_IPCXN || refusal) {
		address_format(&a->addr, s->refused_address);
		s->refused_as = refusal ? refusal : "unknown purpose";
		return CURL_SOCKET_BAD;
	}
	int fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
	if (fd < 0) {
		s->lacks_socket = true;
		return CURL_SOCKET_BAD;
	}
	pthread_mutex_lock(&s->lock);
	s->fd = fd;
	pthread_mutex_unlock(&s->lock);
	return fd;
}

/* libcurl may have two at once, for two addresses of a name; stopping shuts the later one, and
 * on_progress() ends the rest. */
static int on_close_socket(void *user, curl_socket_t fd)
{
	struct smtp_session *s = user;
	pthread_mutex_lock(&s->lock);
	if (s->fd == fd)
		s->fd = -1;
	pthread_mutex_unlock(&s->lock);
	return close(fd);
}

static int on_progress(void *user, curl_off_t unused1, curl_off_t unused2, curl_off_t unused3,
		       curl_off_t unused4)
{
	(void)unused1, (void)unused2, (void)unused3, (void)unused4;
	return is_stopped(user);
}

/* --- the dialogue --- */

static bool begins(const char *data, size_t len, const char *word)
{
	return len >= strlen(word) && memcmp(data, word, strlen(word)) == 0;
}

/* libcurl waits for the answer to QUIT, for two minutes by default; nobody else does. What was sent
 * goes out all the same. */
static void stop_reading(struct smtp_session *s)
{
	pthread_mutex_lock(&s->lock);
	if (s->fd >= 0)
		(void)shutdown(s->fd, SHUT_RD);
	pthread_mutex_unlock(&s->lock);
}

static void note_command(struct smtp_session *s, const char *data, size_t len)
{
	static const struct {
		const char *word;
		enum smtp_phase phase;
	} commands[] = {
		{"AUTH ", PHASE_AUTH},    {"MAIL FROM:", PHASE_MAIL}, {"RCPT TO:", PHASE_RCPT},
		{"DATA\r\n", PHASE_DATA}, {"QUIT\r\n", PHASE_QUIT},
	};
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (begins(data, len, commands[i].word))
			s->phase = commands[i].phase;
	}
	if (s->phase == PHASE_QUIT)
		stop_reading(s);
}

static void note_recipient(struct smtp_session *s, int code)
{
	if (s->rcpt == s->to_count)
		return;
	uint64_t bit = (uint64_t)1 << s->index[s->rcpt++];
	if (code / 100 == 2)
		s->taken |= bit;
	else if (code / 100 == 5)
		s->refused |= bit;
}

static void note_answer(struct smtp_session *s, int code)
{
	if (s->phase == PHASE_QUIT)
		return;
	if (code / 100 != 2 && code / 100 != 3) {
		s->code = code;
		s->code_phase = s->phase;
	}
	if (s->phase == PHASE_RCPT)
		note_recipient(s, code);
	else if (s->phase == PHASE_DATA && code == CODE_GO_ON)
		s->phase = PHASE_BODY;
	else if (s->phase == PHASE_BODY && code / 100 == 2)
		s->was_taken = true;
}

/* The last line of an answer has no "-" behind its code. */
static void note_line(struct smtp_session *s, const char *data, size_t len)
{
	s->answer_bytes += len;
	if (s->answer_bytes > SMTP_ANSWERS_MAX)
		session_stop(s);
	bool is_code = len >= 4 && strspn(data, "0123456789") == 3;
	if (is_code && data[3] != '-')
		note_answer(s, (data[0] - '0') * 100 + (data[1] - '0') * 10 + data[2] - '0');
}

/* Nothing of it is kept or printed: it holds the password. */
static int on_dialogue(CURL *easy, curl_infotype type, char *data, size_t len, void *user)
{
	(void)easy;
	if (type == CURLINFO_HEADER_OUT)
		note_command(user, data, len);
	else if (type == CURLINFO_HEADER_IN)
		note_line(user, data, len);
	return 0;
}

static size_t on_read(char *to, size_t size, size_t count, void *user)
{
	struct smtp_session *s = user;
	size_t len = size * count, left = s->mail_len - s->sent;
	len = len < left ? len : left;
	memcpy(to, s->mail + s->sent, len);
	s->sent += len;
	return len;
}

/* --- libcurl --- */

/* curl_easy_setopt() fails for want of memory, or for an option that this libcurl lacks. */
#define SET(option, value) failed |= curl_easy_setopt(s->easy, option, value) != CURLE_OK

static bool set_connection(struct smtp_session *s)
{
	bool failed = false;
	SET(CURLOPT_URL, s->url);
	SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(CURLOPT_FORBID_REUSE, 1L);
	SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_USE_SSL, s->is_plain ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	if (s->ca_file)
		SET(CURLOPT_CAINFO, s->ca_file);
	if (s->user[0]) {
		SET(CURLOPT_SASL_IR, 1L);
		SET(CURLOPT_USERNAME, s->user);
		SET(CURLOPT_PASSWORD, s->password);
	}
	return !failed;
}

static bool set_limits(struct smtp_session *s)
{
	bool failed = false;
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)s->whole_ms);
	SET(CURLOPT_TIMEOUT_MS, (long)s->whole_ms);
	SET(CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(s->whole_ms / 1000 + 1));
	SET(CURLOPT_NOSIGNAL, 1L);
	/* Without it, an end while the name is being resolved waits for the resolver. */
	SET(CURLOPT_QUICK_EXIT, 1L);
	return !failed;
}

static bool set_callbacks(struct smtp_session *s)
{
	bool failed = false;
	SET(CURLOPT_VERBOSE, 1L); /* what on_dialogue() lives on; nothing is printed */
	SET(CURLOPT_DEBUGFUNCTION, on_dialogue);
	SET(CURLOPT_DEBUGDATA, s);
	SET(CURLOPT_NOPROGRESS, 0L);
	SET(CURLOPT_XFERINFOFUNCTION, on_progress);
	SET(CURLOPT_XFERINFODATA, s);
	SET(CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	SET(CURLOPT_OPENSOCKETDATA, s);
	SET(CURLOPT_CLOSESOCKETFUNCTION, on_close_socket);
	SET(CURLOPT_CLOSESOCKETDATA, s);
	SET(CURLOPT_READFUNCTION, on_read);
	SET(CURLOPT_READDATA, s);
	SET(CURLOPT_ERRORBUFFER, s->error);
	return !failed;
}

static struct curl_slist *recipients(const struct smtp_session *s)
{
	struct curl_slist *list = NULL;
	for (size_t i = 0; i < s->to_count; i++) {
		struct curl_slist *longer = curl_slist_append(list, s->to[i]);
		if (!longer) {
			curl_slist_free_all(list);
			return NULL;
		}
		list = longer;
	}
	return list;
}

static bool set_mail(struct smtp_session *s, const struct curl_slist *to)
{
	bool failed = false;
	SET(CURLOPT_MAIL_FROM, s->from);
	SET(CURLOPT_MAIL_RCPT, to);
	SET(CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
	SET(CURLOPT_UPLOAD, 1L);
	SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->mail_len);
	return !failed;
}

/* --- what it means --- */

static const char *phase_name(enum smtp_phase phase)
{
	static const char *const names[] = {
		[PHASE_CONNECT] = "the greeting",
		[PHASE_AUTH] = "AUTH",
		[PHASE_MAIL] = "MAIL",
		[PHASE_RCPT] = "RCPT",
		[PHASE_DATA] = "DATA",
		[PHASE_BODY] = "the mail",
		[PHASE_QUIT] = "QUIT",
	};
	return names[phase];
}

static uint64_t all_of(const struct smtp_session *s)
{
	uint64_t all = 0;
	for (size_t i = 0; i < s->to_count; i++)
		all |= (uint64_t)1 << s->index[i];
	return all;
}

/* A refusal of the mail itself, or of everyone it is for. One of us (the greeting, the login, the
 * sender) is somebody's mistake that can be mended while the mail waits. */
static bool is_final(const struct smtp_session *s)
{
	if (s->code / 100 != 5)
		return false;
	if (s->code_phase == PHASE_MAIL)
		return s->code == CODE_TOO_LARGE;
	if (s->code_phase == PHASE_RCPT)
		return s->refused == all_of(s);
	return s->code_phase == PHASE_DATA || s->code_phase == PHASE_BODY;
}

static void judge_trouble(struct smtp_session *s, CURLcode code)
{
	s->outcome = SMTP_LATER;
	if (code == CURLE_OUT_OF_MEMORY || s->lacks_socket) {
		s->outcome = SMTP_LOCAL;
		snprintf(s->reason, sizeof(s->reason), "out of memory or descriptors");
	} else if (s->refused_as) {
		snprintf(s->reason, sizeof(s->reason), "address %s is refused: %s",
			 s->refused_address, s->refused_as);
	} else {
		const char *words = curl_easy_strerror(code);
		snprintf(s->reason, sizeof(s->reason), "%s, at %s", words, phase_name(s->phase));
	}
}

static void judge(struct smtp_session *s, CURLcode code)
{
	if (s->was_taken) {
		s->outcome = SMTP_TAKEN;
		snprintf(s->reason, sizeof(s->reason), "taken");
		return;
	}
	s->taken = 0;
	/* Some were refused, and then something else went wrong. */
	bool is_beside =
		s->code_phase == PHASE_RCPT && (s->phase == PHASE_DATA || s->phase == PHASE_BODY);
	if (s->code == 0 || is_beside) {
		judge_trouble(s, code);
		return;
	}
	s->outcome = is_final(s) ? SMTP_REFUSED : SMTP_LATER;
	snprintf(s->reason, sizeof(s->reason), "SMTP %d to %s", s->code, phase_name(s->code_phase));
}

void session_run(struct smtp_session *s)
{
	struct curl_slist *to = recipients(s);
	CURLcode code = CURLE_OUT_OF_MEMORY;
	s->easy = curl_easy_init();
	if (s->easy && to && set_connection(s) && set_limits(s) && set_callbacks(s) &&
	    set_mail(s, to))
		code = curl_easy_perform(s->easy);
	judge(s, code);
	curl_easy_cleanup(s->easy);
	curl_slist_free_all(to);
}
