/* Lists events, or shows those of one article with its text.
 *
 *   cc query.c $(pkg-config --cflags --libs netral) -o query
 *   ./query AREA        81 is a province, 81.71 a regency or city
 *   ./query -i ID */
#include <netral.h>

#include <stdio.h>
#include <string.h>

static void print(const struct netral_update *u)
{
	size_t i;
	printf("%s  %-10s %-12s %-9s %s\n", netral_event_date(u, NULL),
	       netral_kind_name(netral_event_kind(u)), netral_status_name(netral_event_status(u)),
	       netral_event_area_code(u), netral_article_title(u));
	for (i = 0; i < netral_event_list(u, NETRAL_EVIDENCE); i++)
		printf("    %s: %s\n", netral_evidence(u, i, NULL, NULL),
		       netral_event_item(u, NETRAL_EVIDENCE, i));
	for (i = 0; netral_report_count(u) > 1 && i < netral_report_listed(u); i++)
		printf("    reported by %s\n", netral_report_url(u, i));
}

static int list(struct netral_results *results)
{
	const struct netral_update *u;
	int r;
	while ((r = netral_results_next(results, &u)) > 0)
		print(u);
	puts(netral_results_text(results, NULL));
	netral_results_free(results);
	return r;
}

int main(int argc, char **argv)
{
	struct netral_filter filter = {0};
	struct netral_options options = {0};
	struct netral_results *results;
	const char *areas[1];
	int r;
	filter.size = sizeof(filter);
	filter.areas = areas;
	options.size = sizeof(options);
	options.filter = &filter;
	if (argc == 3 && strcmp(argv[1], "-i") == 0) {
		r = netral_show(&options, argv[2], &results);
	} else {
		areas[0] = argc > 1 ? argv[1] : NULL;
		filter.area_count = argc > 1;
		r = netral_query(&options, &results);
	}
	if (r == 0)
		r = list(results);
	if (r < 0)
		fprintf(stderr, "query: %s\n", netral_strerror(r));
	return r < 0;
}
