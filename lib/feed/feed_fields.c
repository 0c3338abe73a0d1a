/* A namespace is told by its URI. When a feed uses a prefix that it does not declare, the prefix
 * itself is taken for what everybody uses it for. Names are known in any case: some systems print
 * <pubdate>. */
#include "lib/feed/feed_fields.h"

#include "lib/cleanup.h"

#include <string.h>
#include <strings.h>

enum space {
	SPACE_PLAIN = 1, /* RSS: none, or that of RSS 1.0 and of versions that had one */
	SPACE_ATOM = 2,
	SPACE_DC = 4, /* Dublin Core, elements and terms */
	SPACE_CONTENT = 8,
	SPACE_SYNDICATION = 16,
	SPACE_RDF = 32,
	SPACE_XHTML = 64,
	SPACE_OTHER = 128
};

static const struct {
	const char *uri;    /* without scheme, and without '/' or '#' at the end */
	const char *prefix; /* by habit */
	enum space space;
} spaces[] = {
	{"", "", SPACE_PLAIN},
	{"purl.org/rss/1.0", "rss", SPACE_PLAIN},
	{"my.netscape.com/rdf/simple/0.9", "", SPACE_PLAIN},
	{"backend.userland.com/rss2", "", SPACE_PLAIN},
	{"www.w3.org/2005/Atom", "atom", SPACE_ATOM},
	{"purl.org/atom/ns", "a10", SPACE_ATOM},
	{"purl.org/dc/elements/1.1", "dc", SPACE_DC},
	{"purl.org/dc/terms", "dcterms", SPACE_DC},
	{"purl.org/rss/1.0/modules/content", "content", SPACE_CONTENT},
	{"purl.org/rss/1.0/modules/syndication", "sy", SPACE_SYNDICATION},
	{"www.w3.org/1999/02/22-rdf-syntax-ns", "rdf", SPACE_RDF},
	{"www.w3.org/1999/xhtml", "xhtml", SPACE_XHTML},
};

enum { IN_ANY = PLACE_FEED | PLACE_ITEM, RSS_OR_ATOM = SPACE_PLAIN | SPACE_ATOM };

static const struct {
	const char *name;
	unsigned places;
	unsigned spaces;
	enum feed_field field;
	int rank;
} rules[] = {
	{"rss", PLACE_TOP, SPACE_PLAIN, FIELD_FEED, 1},
	{"RDF", PLACE_TOP, SPACE_RDF | SPACE_PLAIN, FIELD_FEED, 1},
	{"feed", PLACE_TOP, RSS_OR_ATOM, FIELD_FEED, 1},
	{"channel", PLACE_FEED | PLACE_TOP, SPACE_PLAIN, FIELD_FEED, 1},
	{"item", PLACE_FEED, SPACE_PLAIN, FIELD_ITEM, 1},
	{"entry", PLACE_FEED, RSS_OR_ATOM, FIELD_ITEM, 1},

	{"title", IN_ANY, RSS_OR_ATOM, FIELD_TITLE, 2},
	{"title", IN_ANY, SPACE_DC, FIELD_TITLE, 1},
	{"link", IN_ANY, SPACE_PLAIN, FIELD_LINK, 3},
	{"link", IN_ANY, SPACE_ATOM, FIELD_HREF, 2},
	{"language", PLACE_FEED, SPACE_PLAIN, FIELD_LANGUAGE, 2},
	{"language", PLACE_FEED, SPACE_DC, FIELD_LANGUAGE, 1},
	{"guid", PLACE_ITEM, SPACE_PLAIN, FIELD_ID, 2},
	{"id", PLACE_ITEM, RSS_OR_ATOM, FIELD_ID, 2},
	{"identifier", PLACE_ITEM, SPACE_DC, FIELD_ID, 1},
	{"description", PLACE_ITEM, SPACE_PLAIN, FIELD_SUMMARY, 3},
	{"summary", PLACE_ITEM, RSS_OR_ATOM, FIELD_SUMMARY, 3},
	{"description", PLACE_ITEM, SPACE_DC, FIELD_SUMMARY, 1},
	{"encoded", PLACE_ITEM, SPACE_CONTENT, FIELD_CONTENT, 3},
	{"content", PLACE_ITEM, SPACE_ATOM, FIELD_CONTENT, 3},
	{"body", PLACE_ITEM, SPACE_XHTML, FIELD_CONTENT, 1},

	{"pubDate", PLACE_ITEM, SPACE_PLAIN, FIELD_PUBLISHED, 3},
	{"published", PLACE_ITEM, RSS_OR_ATOM, FIELD_PUBLISHED, 3},
	{"issued", PLACE_ITEM, SPACE_ATOM | SPACE_DC, FIELD_PUBLISHED, 2},
	{"created", PLACE_ITEM, SPACE_DC, FIELD_PUBLISHED, 1},
	{"date", PLACE_ITEM, SPACE_DC, FIELD_PUBLISHED, 2},
	{"updated", PLACE_ITEM, RSS_OR_ATOM, FIELD_UPDATED, 3},
	{"modified", PLACE_ITEM, SPACE_ATOM | SPACE_DC, FIELD_UPDATED, 2},

	{"author", PLACE_ITEM, SPACE_PLAIN, FIELD_NAME, 1},
	{"creator", PLACE_ITEM, SPACE_DC, FIELD_NAME, 2},
	{"author", PLACE_ITEM, SPACE_ATOM, FIELD_AUTHOR, 1},
	{"name", PLACE_AUTHOR, RSS_OR_ATOM, FIELD_NAME, 3},

	{"ttl", PLACE_FEED, SPACE_PLAIN, FIELD_TTL, 1},
	{"updatePeriod", PLACE_FEED, SPACE_SYNDICATION, FIELD_PERIOD, 1},
	{"updateFrequency", PLACE_FEED, SPACE_SYNDICATION, FIELD_FREQUENCY, 1},
	{"skipHours", PLACE_FEED, SPACE_PLAIN, FIELD_INSIDE, 1},
	{"skipDays", PLACE_FEED, SPACE_PLAIN, FIELD_INSIDE, 1},
	{"items", PLACE_FEED, SPACE_PLAIN, FIELD_INSIDE, 1},
	{"hour", PLACE_FEED, SPACE_PLAIN, FIELD_HOUR, 1},
	{"day", PLACE_FEED, SPACE_PLAIN, FIELD_DAY, 1},
};

static bool same_uri(const char *uri, const char *known)
{
	const char *start = strstr(uri, "://");
	start = start ? start + 3 : uri;
	size_t len = strlen(start);
	while (len > 0 && (start[len - 1] == '/' || start[len - 1] == '#'))
		len--;
	return len == strlen(known) && strncasecmp(start, known, len) == 0;
}

static enum space space_of(const struct xml_element *e)
{
	bool by_prefix = e->space[0] == '\0';
	for (size_t i = 0; i < netral_countof(spaces); i++) {
		if (by_prefix ? strcmp(spaces[i].prefix, e->prefix) == 0
			      : same_uri(e->space, spaces[i].uri))
			return spaces[i].space;
	}
	/* Formats had more namespaces of their own than there were formats. */
	return e->prefix[0] == '\0' ? SPACE_PLAIN : SPACE_OTHER;
}

enum feed_field feed_field_of(enum feed_place place, const struct xml_element *e, int *ret_rank)
{
	enum space space = space_of(e);
	for (size_t i = 0; i < netral_countof(rules); i++) {
		if ((rules[i].places & place) && (rules[i].spaces & space) &&
		    strcasecmp(rules[i].name, e->name) == 0) {
			*ret_rank = rules[i].rank;
			return rules[i].field;
		}
	}
	return FIELD_NONE;
}
