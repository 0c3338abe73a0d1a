/* A service for the supervisor's test. Arguments: NAME, then what it does:
 *   wait         ready; on SIGTERM says "NAME stops" and exits with 0
 *   stubborn     ready; does not mind SIGTERM
 *   once FILE    ready; the first time (FILE is not there yet) dies of SIGKILL, then as wait
 *   fail         exits with 78 after an error
 *   crash        dies of SIGABRT before it is ready */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

static void wait_for_term(const char *name, int stubborn)
{
	sigset_t set;
	int signo;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fprintf(stderr, "<6>%s waits\n", name);
	sd_notify(0, "STATUS=ready soon\nREADY=1");
	for (;;) {
		sigwait(&set, &signo);
		fprintf(stderr, "<6>%s stops\n", name);
		if (!stubborn)
			return;
	}
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "", *what = argc > 2 ? argv[2] : "";
	if (strcmp(what, "fail") == 0) {
		fprintf(stderr, "%s: the sky is falling\nTry '%s --help'.\n", name, name);
		return EX_CONFIG;
	}
	if (strcmp(what, "crash") == 0)
		abort();
	if (strcmp(what, "once") == 0) {
		int fd = open(argv[3], O_CREAT | O_EXCL | O_WRONLY, 0600);
		if (fd >= 0) {
			sd_notify(0, "READY=1");
			fprintf(stderr, "<4>%s dies\n", name);
			raise(SIGKILL);
		}
	}
	wait_for_term(name, strcmp(what, "stubborn") == 0);
	return EX_OK;
}
