#include "lib/service.h"

#include "lib/error.h"
#include "lib/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>

enum { STATUS_SIZE = 768 };

static struct {
	struct loop *loop;
	struct loop_timer timer;
	uint64_t every_ms;
} watchdog;

void service_ready(void)
{
	sd_notify(0, "READY=1");
}

void service_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

void service_reloading(void)
{
	sd_notify(0, "RELOADING=1");
}

void service_status(const char *format, ...)
{
	char text[STATUS_SIZE];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* systemd drops a status that is not valid UTF-8, such as one cut within a character. */
	size_t good = strlen(text);
	utf8_check(text, good, &good);
	text[good] = '\0';
	sd_notifyf(0, "STATUS=%s", text);
}

static int ping(void *user)
{
	(void)user;
	sd_notify(0, "WATCHDOG=1");
	loop_timer_set(watchdog.loop, watchdog.timer, watchdog.every_ms);
	return NETRAL_OK;
}

void service_watchdog_start(struct loop *l)
{
	uint64_t usec = 0;
	if (sd_watchdog_enabled(0, &usec) <= 0 || usec == 0)
		return;
	watchdog.loop = l;
	watchdog.every_ms = usec / 2000 ? usec / 2000 : 1;
	watchdog.timer = loop_timer_add(l, ping, NULL);
	ping(NULL);
}
