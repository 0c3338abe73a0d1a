#include "client/sieve.h"

#include "lib/clock.h"
#include "lib/error.h"

#include <string.h>
#include <sysexits.h>

int sieve_init(struct sieve *s, const struct sieve_options *o)
{
	const struct period recorded = {o->recorded_since, o->recorded_until};
	*s = (struct sieve){.options = o};
	return period_resolve_as(&recorded, "recorded-since", "recorded-until", &s->recorded);
}

static bool is_recorded_within(const struct days *days, uint64_t recorded_us)
{
	char day[CLOCK_TEXT_SIZE];
	if (!days->since[0] && !days->until[0])
		return true;
	clock_format(recorded_us, day);
	day[DAY_SIZE - 1] = '\0';
	return period_has(days, day);
}

static bool is_from(const struct cli_list *sources, const struct text *source)
{
	for (size_t i = 0; i < sources->count; i++) {
		if (strncmp(source->ptr, sources->items[i], strlen(sources->items[i])) == 0)
			return true;
	}
	return sources->count == 0;
}

static bool has_word(const struct cli_list *words, const struct update *u)
{
	for (size_t i = 0; i < words->count; i++) {
		if (strcasestr(u->article.title.ptr, words->items[i]) ||
		    strcasestr(u->event.sentence, words->items[i]))
			return true;
	}
	return words->count == 0;
}

bool sieve_passes(const struct sieve *s, const struct update *u)
{
	const struct sieve_options *o = s->options;
	return u->event.confidence >= (double)o->min_confidence / 100 &&
	       is_from(&o->sources, &u->article.source) && has_word(&o->words, u) &&
	       is_recorded_within(&s->recorded, u->recorded_us);
}

int sieve_describe(const struct sieve *s, struct buf *b)
{
	const struct sieve_options *o = s->options;
	int r = NETRAL_OK;
	if (o->min_confidence)
		r = buf_printf(b, " confidence %u", (unsigned)o->min_confidence);
	for (size_t i = 0; i < o->sources.count && r == NETRAL_OK; i++)
		r = buf_printf(b, " source %s", o->sources.items[i]);
	for (size_t i = 0; i < o->words.count && r == NETRAL_OK; i++)
		r = buf_printf(b, " word %s", o->words.items[i]);
	if (r == NETRAL_OK && (s->recorded.since[0] || s->recorded.until[0]))
		r = buf_printf(b, " recorded %s %s", s->recorded.since, s->recorded.until);
	return r;
}
