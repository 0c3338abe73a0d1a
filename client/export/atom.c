/* RFC 4287, written with libxml2's writer onto the stream. The feed begins with the first entry,
 * which is the newest, since it is as old as that. */
#include "client/export/export.h"
#include "client/export/plain.h"
#include "client/print.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"

#include <libxml/xmlwriter.h>
#include <string.h>

#define ATOM   "http://www.w3.org/2005/Atom"
#define SCHEME "tag:netral.invalid,2026:"

static int write_out(void *context, const char *buffer, int len)
{
	return (int)fwrite(buffer, 1, (size_t)len, context);
}

static int begin(struct export_sink *s)
{
	xmlOutputBufferPtr out = xmlOutputBufferCreateIO(write_out, NULL, s->out, NULL);
	xmlTextWriterPtr w = out ? xmlNewTextWriter(out) : NULL;
	if (out && !w)
		xmlOutputBufferClose(out);
	s->state = w;
	if (!w)
		return NETRAL_ENOMEM;
	xmlTextWriterSetIndent(w, 1);
	return xmlTextWriterStartDocument(w, NULL, "UTF-8", NULL) < 0 ? NETRAL_ENOMEM : NETRAL_OK;
}

/* --- elements --- */

static int put_element(xmlTextWriterPtr w, const char *name, const char *text)
{
	return xmlTextWriterWriteElement(w, BAD_CAST name, BAD_CAST text);
}

static int put_attribute(xmlTextWriterPtr w, const char *name, const char *text)
{
	return xmlTextWriterWriteAttribute(w, BAD_CAST name, BAD_CAST text);
}

static bool put_time(xmlTextWriterPtr w, uint64_t real_us)
{
	char text[CLOCK_TEXT_SIZE];
	clock_format(real_us, text);
	return put_element(w, "updated", text) >= 0;
}

static bool put_id(xmlTextWriterPtr w, const char *text, size_t len)
{
	char urn[sizeof("urn:uuid:") + EXPORT_UUID_SIZE] = "urn:uuid:";
	export_uuid(text, len, urn + strlen(urn));
	return put_element(w, "id", urn) >= 0;
}

static bool put_category(xmlTextWriterPtr w, const char *scheme, const char *term,
			 const char *label)
{
	if (!term[0])
		return true;
	return xmlTextWriterStartElement(w, BAD_CAST "category") >= 0 &&
	       put_attribute(w, "term", term) >= 0 && put_attribute(w, "scheme", scheme) >= 0 &&
	       (!label || put_attribute(w, "label", label) >= 0) && xmlTextWriterEndElement(w) >= 0;
}

static bool put_link(xmlTextWriterPtr w, const struct text *url)
{
	if (!plain_is_link(url->ptr, url->len))
		return true;
	return xmlTextWriterStartElement(w, BAD_CAST "link") >= 0 &&
	       put_attribute(w, "rel", "alternate") >= 0 &&
	       put_attribute(w, "type", "text/html") >= 0 &&
	       put_attribute(w, "href", url->ptr) >= 0 && xmlTextWriterEndElement(w) >= 0;
}

static bool put_text(xmlTextWriterPtr w, const char *name, const char *text)
{
	return text && xmlTextWriterStartElement(w, BAD_CAST name) >= 0 &&
	       put_attribute(w, "type", "text") >= 0 &&
	       xmlTextWriterWriteString(w, BAD_CAST text) >= 0 && xmlTextWriterEndElement(w) >= 0;
}

/* --- feed and entries --- */

static bool put_feed_head(struct export_sink *s, uint64_t updated_us)
{
	xmlTextWriterPtr w = s->state;
	const char *title = s->settings->totals ? "netral: counted totals" : "netral: events";
	return xmlTextWriterStartElement(w, BAD_CAST "feed") >= 0 &&
	       put_attribute(w, "xmlns", ATOM) >= 0 && put_attribute(w, "xml:lang", "id") >= 0 &&
	       put_id(w, (const char *)s->settings->feed, sizeof(s->settings->feed)) &&
	       put_text(w, "title", title) && put_time(w, updated_us) &&
	       xmlTextWriterStartElement(w, BAD_CAST "author") >= 0 &&
	       put_element(w, "name", "netral") >= 0 && xmlTextWriterEndElement(w) >= 0 &&
	       xmlTextWriterStartElement(w, BAD_CAST "generator") >= 0 &&
	       put_attribute(w, "version", NETRAL_VERSION) >= 0 &&
	       xmlTextWriterWriteString(w, BAD_CAST "netral") >= 0 &&
	       xmlTextWriterEndElement(w) >= 0;
}

/* "VIOLATION FOUND, Kota Ambon: the article's title" */
static const char *entry_title(struct export_sink *s, const struct update *u)
{
	const struct event *e = &u->event;
	const char *title = plain_line(&s->arena, u->article.title.ptr, u->article.title.len);
	const char *place = plain_line(&s->arena, e->place.name, strlen(e->place.name));
	if (!title || !place)
		return NULL;
	return arena_printf(&s->arena, "%s %s%s%s%s%s%s", event_kind_name((int)e->kind),
			    event_status_name((int)e->status),
			    e->scope == EVENT_SCOPE_TOTAL ? " TOTAL" : "", place[0] ? ", " : "",
			    place, title[0] ? ": " : "", title);
}

/* The sentence, and behind it what the event has of place, day and people. */
static const char *entry_content(struct export_sink *s, const struct event *e)
{
	char place[PRINT_SHORT_SIZE], count[PRINT_SHORT_SIZE];
	print_place(&e->place, place);
	print_count(&e->count, count);
	const char *people = strcmp(count, "1") == 0 ? " person." : " people.";
	const char *facts =
		arena_printf(&s->arena, "%s%s%s%s%s%s", place, place[0] ? ". " : "", e->date.value,
			     e->date.value[0] ? ". " : "", count, count[0] ? people : "");
	const char *sentence = plain_line(&s->arena, e->sentence, strlen(e->sentence));
	facts = facts ? plain_line(&s->arena, facts, strlen(facts)) : NULL;
	if (!facts || !sentence)
		return NULL;
	return arena_printf(&s->arena, "%s%s%s", sentence, sentence[0] && facts[0] ? "\n\n" : "",
			    facts);
}

static bool put_entry(struct export_sink *s, const struct update *u)
{
	xmlTextWriterPtr w = s->state;
	const struct event *e = &u->event;
	const char *title = entry_title(s, u);
	const char *content = entry_content(s, e);
	const char *place = plain_line(&s->arena, e->place.name, strlen(e->place.name));
	return title && content && place && xmlTextWriterStartElement(w, BAD_CAST "entry") >= 0 &&
	       put_id(w, e->id, strlen(e->id)) && put_text(w, "title", title) &&
	       put_time(w, u->recorded_us) && put_link(w, &u->article.url) &&
	       put_category(w, SCHEME "kind", event_kind_name((int)e->kind), NULL) &&
	       put_category(w, SCHEME "status", event_status_name((int)e->status), NULL) &&
	       put_category(w, SCHEME "area", e->place.code, place) &&
	       put_text(w, "content", content) && xmlTextWriterEndElement(w) >= 0 &&
	       xmlTextWriterFlush(w) >= 0;
}

/* A stream that takes nothing more is told by the stream. */
static int result(const struct export_sink *s, bool written)
{
	return written || ferror(s->out) ? NETRAL_OK : NETRAL_ENOMEM;
}

static int put(struct export_sink *s, const struct update *u)
{
	bool first = !s->begun;
	s->begun = true;
	return result(s, (!first || put_feed_head(s, u->recorded_us)) && put_entry(s, u));
}

/* Ending the writer writes out what it holds, so it is done while the stream is open. */
static void fini(struct export_sink *s)
{
	xmlFreeTextWriter(s->state);
	s->state = NULL;
}

static int end(struct export_sink *s)
{
	bool head = s->begun || put_feed_head(s, clock_real_us());
	bool written = head && xmlTextWriterEndDocument(s->state) >= 0;
	fini(s);
	return result(s, written);
}

const struct export_format export_atom = {
	.name = "atom", .begin = begin, .put = put, .end = end, .fini = fini};
