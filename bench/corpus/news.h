/* news.h - one generated article. */
#ifndef NETRAL_BENCH_NEWS_H
#define NETRAL_BENCH_NEWS_H

#include "bench/corpus/words.h"
#include "lib/buf.h"

enum { NEWS_TEXT_MIN = 1024, NEWS_TEXT_MAX = 8192 };

/* Writes a sentence of ordinary words, without its full stop. 0 or NETRAL_ENOMEM. */
int news_clause(const struct vocabulary *v, struct random *r, struct buf *out);

/* Writes a text of NEWS_TEXT_MIN to NEWS_TEXT_MAX bytes; its first line is the title. Lengths are
 * log-normal around 3.2 KB. One in twelve is about the neutrality of civil servants.
 * 0 or NETRAL_ENOMEM. */
int news_article(const struct vocabulary *v, struct random *r, struct buf *out);

#endif
