/* A subscriber in a poll() loop of its own, beside standard input: ends with that.
 *
 *   cc poll.c $(pkg-config --cflags --libs netral) -o poll */
#include <netral.h>

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

/* One event a turn, so that no other descriptor waits long: the descriptor stays readable as long
 * as there are more. */
static int on_event(struct netral_subscriber *s)
{
	const struct netral_update *u;
	int event = netral_next(s, &u);
	if (event < 0)
		fprintf(stderr, "poll: %s\n", netral_strerror(event));
	else if (event == NETRAL_UPDATE)
		printf("%llu %s\n", (unsigned long long)netral_update_seq(u), netral_event_id(u));
	else if (event == NETRAL_LIVE)
		puts("live");
	fflush(stdout);
	return event;
}

static int on_input(void)
{
	char line[256];
	return read(STDIN_FILENO, line, sizeof(line)) > 0;
}

int main(void)
{
	struct netral_options options = {0};
	struct netral_subscriber *s;
	int r;
	options.size = sizeof(options);
	options.start = NETRAL_FROM_BEGINNING;
	r = netral_subscribe(&options, &s);
	if (r < 0) {
		fprintf(stderr, "poll: %s\n", netral_strerror(r));
		return 1;
	}
	for (;;) {
		struct pollfd fds[2] = {{0}};
		fds[0].fd = STDIN_FILENO;
		fds[1].fd = netral_fd(s);
		fds[0].events = fds[1].events = POLLIN;
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents && !on_input())
			break;
		if (fds[1].revents && on_event(s) < 0)
			break;
	}
	netral_unsubscribe(s);
	return 0;
}
