#include "bench/sites/sites.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_ADDRESS = 0x7F010001, PAGE_BYTES = 20000, HEAD_ROOM = 512, PARAGRAPHS = 12 };

static const char etag[] = "\"1\"";

struct writer {
	char *out;
	size_t len, max;
};

static void put(struct writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct writer *w, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(w->out + w->len, w->max - w->len, format, args);
	va_end(args);
	if (n > 0)
		w->len += (size_t)n < w->max - w->len ? (size_t)n : w->max - w->len - 1;
}

int sites_init(struct sites *s, uint32_t items)
{
	*s = (struct sites){.items = items};
	return items > 0 && items <= SITES_ITEMS_MAX ? 0 : -1;
}

uint32_t sites_of_address(uint32_t address)
{
	return address - FIRST_ADDRESS;
}

static void put_origin(struct writer *w, const struct sites *s, uint32_t site)
{
	uint32_t a = FIRST_ADDRESS + site;
	put(w, "http://%u.%u.%u.%u:%d", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255, s->port);
}

static void put_feed(struct writer *w, const struct sites *s, uint32_t site)
{
	put(w,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel>"
	    "<title>Kabar %u</title>",
	    site);
	for (uint32_t i = 0; i < s->items; i++) {
		put(w, "<item><title>Kabar %u nomor %u</title><link>", site, i);
		put_origin(w, s, site);
		put(w,
		    "/berita/%u-%u-pegawai-diingatkan-netral</link><guid>%u-%u</guid>"
		    "<pubDate>Wed, 21 Aug 2024 %02u:05:00 +0700</pubDate><description>Bupati "
		    "mengingatkan para pegawai agar bersikap netral.</description></item>",
		    site, i, site, i, i % 24);
	}
	put(w, "</channel></rss>");
}

static void put_navigation(struct writer *w)
{
	put(w, "<nav><ul>");
	for (int i = 0; i < 30; i++)
		put(w, "<li><a href=\"/rubrik/%d\">Rubrik %d</a></li>", i, i);
	put(w, "</ul></nav>");
}

static void put_related(struct writer *w, uint32_t item)
{
	put(w, "<aside class=\"related\"><h3>Baca juga</h3>");
	for (uint32_t i = 1; i <= 20; i++)
		put(w,
		    "<div class=\"card\"><a href=\"/berita/%u\"><img src=\"/foto/%u.jpg\" "
		    "alt=\"\"><span>Kabar lain nomor %u dari rubrik daerah</span></a></div>",
		    item + i, item + i, item + i);
	put(w, "</aside>");
}

/* Pages are mostly script. */
static void fill_with_script(struct writer *w, size_t until)
{
	put(w, "<script>");
	while (w->len + 64 < until)
		put(w, "window.q=window.q||[];q.push(['view',%zu,{a:1,b:2}]);", w->len);
	put(w, "</script>");
}

static void put_page(struct writer *w, uint32_t site, uint32_t item)
{
	size_t begin = w->len;
	put(w,
	    "<!DOCTYPE html><html lang=\"id\"><head><meta charset=\"utf-8\"><title>Kabar %u nomor "
	    "%u</title><meta property=\"article:published_time\" "
	    "content=\"2024-08-21T%02u:05:00+07:00\"></head><body>",
	    site, item, item % 24);
	put_navigation(w);
	put(w, "<article><h1>Kabar %u nomor %u</h1>", site, item);
	for (uint32_t i = 0; i < PARAGRAPHS; i++)
		put(w,
		    "<p>Dalam keterangan %u yang ke-%u dari kantor %u, kepala badan kepegawaian "
		    "meminta semua pegawai negeri di wilayah itu menjaga sikap netral selama masa "
		    "kampanye, tidak menghadiri kegiatan pasangan calon, dan melaporkan setiap "
		    "ajakan kepada panitia pengawas.</p>",
		    item, i, site);
	put(w, "</article>");
	put_related(w, item);
	fill_with_script(w, begin + PAGE_BYTES - 32);
	put(w, "</body></html>");
}

/* The body is written first, behind the room for its header. */
static size_t finish(struct writer *body, const char *status, const char *type, char *out)
{
	char head[HEAD_ROOM];
	int n = snprintf(head, sizeof(head),
			 "HTTP/1.1 %s\r\nContent-Type: %s\r\nETag: %s\r\nContent-Length: "
			 "%zu\r\n\r\n",
			 status, type, etag, body->len);
	memmove(out + n, body->out, body->len);
	memcpy(out, head, (size_t)n);
	return (size_t)n + body->len;
}

static size_t unchanged(char *out)
{
	return (size_t)sprintf(out, "HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n", etag);
}

size_t sites_answer(struct sites *s, uint32_t site, const char *head, char *out)
{
	struct writer body = {out + HEAD_ROOM, 0, SITES_ANSWER_MAX - HEAD_ROOM};
	uint32_t of_site, item;
	if (strncmp(head, "GET /robots.txt ", 16) == 0) {
		s->counts.robots++;
		put(&body, "User-agent: *\nDisallow: /private/\n");
		return finish(&body, "200 OK", "text/plain", out);
	}
	if (strncmp(head, "GET /feed.xml ", 14) == 0) {
		s->counts.feeds++;
		if (strstr(head, "If-None-Match: \"1\"")) {
			s->counts.unchanged++;
			return unchanged(out);
		}
		put_feed(&body, s, site);
		return finish(&body, "200 OK", "application/rss+xml", out);
	}
	if (sscanf(head, "GET /berita/%u-%u", &of_site, &item) == 2 && of_site == site) {
		s->counts.pages++;
		put_page(&body, site, item);
		return finish(&body, "200 OK", "text/html; charset=utf-8", out);
	}
	s->counts.other++;
	return finish(&body, "404 Not Found", "text/plain", out);
}
