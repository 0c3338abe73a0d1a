/* Sessions and their bounds; what comes of an address before a server says anything. */
#include "lib/smtp/smtp.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { SESSIONS_MAX = 2, LONG_MS = 600000 };

struct fixture {
	struct loop *loop;
	struct smtp *smtp;
	int fd; /* listens, and never takes a connection */
	char url[64];
	unsigned done;
	enum smtp_outcome outcome;
	char reason[SMTP_REASON_SIZE];
};

static int on_signal(void *user, int signo)
{
	(void)user;
	(void)signo;
	return NETRAL_OK;
}

static void open_smtp(struct fixture *f, const char *allow)
{
	struct cidr loopback;
	struct smtp_options o = {.sessions_max = SESSIONS_MAX};
	if (allow) {
		assert_true(cidr_parse(allow, &loopback));
		o.allow = &loopback;
		o.allow_count = 1;
	}
	assert_int_equal(smtp_new(f->loop, &o, &f->smtp), 0);
}

static int set_up(void **state)
{
	static struct fixture f;
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	memset(&f, 0, sizeof(f));
	f.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(f.fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(f.fd, 8), 0);
	assert_int_equal(getsockname(f.fd, (struct sockaddr *)&at, &len), 0);
	snprintf(f.url, sizeof(f.url), "smtp://127.0.0.1:%u", ntohs(at.sin_port));
	assert_int_equal(loop_new(on_signal, &f, false, &f.loop), 0);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	smtp_free(f->smtp);
	loop_free(f->loop);
	close(f->fd);
	return 0;
}

static void on_sent(void *user, const struct smtp_result *result)
{
	struct fixture *f = user;
	f->done++;
	f->outcome = result->outcome;
	snprintf(f->reason, sizeof(f->reason), "%s", result->reason);
	assert_int_equal(result->taken, 0);
	loop_stop(f->loop);
}

static int send_mail(struct fixture *f, uint64_t wanted, size_t count, uint64_t whole_ms,
		     struct smtp_session **ret)
{
	static const char *const to[SMTP_RECIPIENTS_MAX + 1] = {"a@example.org", "b@example.org"};
	static const char mail[] = "Subject: x\r\n\r\nx\r\n";
	const struct smtp_request request = {.url = f->url,
					     .is_plain = true,
					     .user = "",
					     .password = "",
					     .from = "c@example.org",
					     .to = to,
					     .to_count = count,
					     .wanted = wanted,
					     .mail = mail,
					     .mail_len = strlen(mail),
					     .whole_ms = whole_ms,
					     .user_data = f};
	return smtp_send(f->smtp, &request, on_sent, ret);
}

static void test_recipients(void **state)
{
	struct fixture *f = *state;
	struct smtp_session *session;
	open_smtp(f, "127.0.0.0/8");
	assert_int_equal(send_mail(f, 0, 2, LONG_MS, &session), NETRAL_EINVALID);
	assert_int_equal(send_mail(f, 1, SMTP_RECIPIENTS_MAX + 1, LONG_MS, &session),
			 NETRAL_EINVALID);
}

/* Those that were cancelled count until their threads have ended; freeing waits for nobody's time
 * limit. */
static void test_bound_of_sessions(void **state)
{
	struct fixture *f = *state;
	struct smtp_session *session;
	open_smtp(f, "127.0.0.0/8");
	for (int i = 0; i < SESSIONS_MAX; i++)
		assert_int_equal(send_mail(f, 3, 2, LONG_MS, &session), 0);
	assert_int_equal(send_mail(f, 3, 2, LONG_MS, &session), NETRAL_EFULL);
}

static void test_cancelled_is_not_told(void **state)
{
	struct fixture *f = *state;
	struct smtp_session *first, *second;
	open_smtp(f, "127.0.0.0/8");
	assert_int_equal(send_mail(f, 1, 1, LONG_MS, &first), 0);
	assert_int_equal(send_mail(f, 1, 1, 1, &second), 0);
	smtp_cancel(f->smtp, first);
	assert_int_equal(loop_run(f->loop), 0);
	assert_int_equal(f->done, 1);
	assert_int_equal(f->outcome, SMTP_LATER);
}

static void test_refused_address(void **state)
{
	struct fixture *f = *state;
	struct smtp_session *session;
	open_smtp(f, NULL);
	assert_int_equal(send_mail(f, 1, 1, LONG_MS, &session), 0);
	assert_int_equal(loop_run(f->loop), 0);
	assert_int_equal(f->outcome, SMTP_LATER);
	assert_non_null(strstr(f->reason, "loopback"));
}

/* Nobody listens there any more. */
static void test_no_server(void **state)
{
	struct fixture *f = *state;
	struct smtp_session *session;
	open_smtp(f, "127.0.0.0/8");
	assert_int_equal(shutdown(f->fd, SHUT_RDWR), 0);
	assert_int_equal(send_mail(f, 1, 1, LONG_MS, &session), 0);
	assert_int_equal(loop_run(f->loop), 0);
	assert_int_equal(f->outcome, SMTP_LATER);
	assert_true(f->reason[0] != '\0');
}

/* A line end in the name to greet with would begin a command of its own: nothing is sent. */
static void test_line_end_in_the_greeting(void **state)
{
	struct fixture *f = *state;
	struct smtp_session *session;
	open_smtp(f, "127.0.0.0/8");
	strcat(f->url, "/x%0D%0AMAIL");
	assert_int_equal(send_mail(f, 1, 1, LONG_MS, &session), 0);
	assert_int_equal(loop_run(f->loop), 0);
	assert_int_not_equal(f->outcome, SMTP_TAKEN);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_recipients),
		TEST(test_bound_of_sessions),
		TEST(test_cancelled_is_not_told),
		TEST(test_refused_address),
		TEST(test_no_server),
		TEST(test_line_end_in_the_greeting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
