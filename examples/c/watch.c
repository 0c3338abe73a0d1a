/* Prints violations as they are recorded, and goes on where it was when it is started again.
 *
 *   cc watch.c $(pkg-config --cflags --libs netral) -o watch
 *   ./watch POSITION_FILE [COUNT]        ends after COUNT of them */
#include <netral.h>

#include <stdio.h>
#include <stdlib.h>

static int load(const char *path, struct netral_position *position)
{
	FILE *f = fopen(path, "rb");
	int found = f && fread(position, sizeof(*position), 1, f) == 1;
	if (f)
		fclose(f);
	return found;
}

/* A real program would write a new file and rename it. */
static int save(const char *path, const struct netral_subscriber *s)
{
	struct netral_position position;
	FILE *f;
	int failed;
	if (!netral_position(s, &position))
		return 0;
	f = fopen(path, "wb");
	if (!f)
		return -1;
	failed = fwrite(&position, sizeof(position), 1, f) != 1;
	return fclose(f) || failed ? -1 : 0;
}

static void print(const struct netral_update *u)
{
	const char *cause = netral_cause_name(netral_update_cause(u));
	printf("%s %s %s: %s", netral_event_id(u), netral_status_name(netral_event_status(u)),
	       netral_event_area_name(u), netral_article_title(u));
	printf("%s%s%s\n", *cause ? " (" : "", cause, *cause ? ")" : "");
	fflush(stdout);
}

static int follow(struct netral_subscriber *s, const char *path, long count)
{
	const struct netral_update *u;
	while (count != 0) {
		int event = netral_next(s, &u);
		if (event < 0) {
			fprintf(stderr, "watch: %s\n", netral_strerror(event));
			return 1;
		}
		if (event == NETRAL_UPDATE) {
			print(u);
			count--;
		} else if (event == NETRAL_EPOCH) {
			puts("another store; from its beginning:");
		} else if (event == NETRAL_NOTHING) {
			save(path, s); /* all that came is printed */
			netral_wait(s, -1);
		}
	}
	return save(path, s) < 0;
}

int main(int argc, char **argv)
{
	static const int violations[] = {NETRAL_VIOLATION};
	struct netral_filter filter = {0};
	struct netral_options options = {0};
	struct netral_subscriber *s;
	int r;
	if (argc < 2) {
		fprintf(stderr, "Usage: watch POSITION_FILE [COUNT]\n");
		return 64;
	}
	filter.size = sizeof(filter);
	filter.kinds = violations;
	filter.kind_count = 1;
	options.size = sizeof(options);
	options.filter = &filter;
	options.start =
		load(argv[1], &options.position) ? NETRAL_FROM_POSITION : NETRAL_FROM_BEGINNING;
	r = netral_subscribe(&options, &s);
	if (r < 0) {
		fprintf(stderr, "watch: %s\n", netral_strerror(r));
		return 1;
	}
	r = follow(s, argv[1], argc > 2 ? atol(argv[2]) : -1);
	netral_unsubscribe(s);
	return r;
}
