#include "lib/service.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

/* A supervisor: the socket that NOTIFY_SOCKET names, in the abstract namespace. */
static int supervisor(void)
{
	char name[64];
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(name, sizeof(name), "@netral-service-test-%d", (int)getpid());
	memcpy(address.sun_path + 1, name + 1, strlen(name) - 1);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, len), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static void expect(int fd, const char *message)
{
	char text[512];
	ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);
	assert_true(n > 0);
	text[n] = '\0';
	assert_string_equal(text, message);
}

static void a_supervisor_hears_each_state(void **state)
{
	(void)state;
	netral_cleanup(netral_closep) int fd = supervisor();
	service_ready();
	expect(fd, "READY=1");
	service_status("journaled=%d pending=%d", 12, 3);
	expect(fd, "STATUS=journaled=12 pending=3");
	service_reloading();
	char text[512] = "";
	assert_true(recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT) > 0);
	assert_memory_equal(text, "RELOADING=1", strlen("RELOADING=1"));
	service_stopping();
	expect(fd, "STOPPING=1");
	unsetenv("NOTIFY_SOCKET");
}

static void without_a_supervisor_nothing_happens(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	service_ready();
	service_status("x");
	service_stopping();
}

static int ignore_signal(void *user, int signo)
{
	(void)user, (void)signo;
	return NETRAL_OK;
}

struct watched {
	struct loop *loop;
	int fd;
	int pings;
};

/* Counts the pings of the watchdog; three of them end the loop. */
static int count_ping(void *user)
{
	struct watched *w = user;
	expect(w->fd, "WATCHDOG=1");
	if (++w->pings == 3)
		loop_stop(w->loop);
	return NETRAL_OK;
}

static void the_watchdog_is_pinged_by_the_loop(void **state)
{
	(void)state;
	netral_cleanup(netral_closep) int fd = supervisor();
	netral_cleanup(loop_freep) struct loop *l = NULL;
	setenv("WATCHDOG_USEC", "20000", 1);
	unsetenv("WATCHDOG_PID");
	assert_int_equal(loop_new(ignore_signal, NULL, false, &l), NETRAL_OK);
	struct watched w = {l, fd, 0};
	loop_add(l, NULL, fd, count_ping, &w);
	service_watchdog_start(l);
	assert_int_equal(loop_run(l), NETRAL_OK);
	assert_int_equal(w.pings, 3);
	unsetenv("WATCHDOG_USEC");
	unsetenv("NOTIFY_SOCKET");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_supervisor_hears_each_state),
		cmocka_unit_test(without_a_supervisor_nothing_happens),
		cmocka_unit_test(the_watchdog_is_pinged_by_the_loop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
