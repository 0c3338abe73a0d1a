#include "lib/web/http_hints.h"

#include "lib/article.h"
#include "lib/web/date.h"

#include <string.h>
#include <strings.h>

static struct text trim(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t' || *s == '"'))
		s++;
	while (end > s && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '"'))
		end--;
	return (struct text){s, (size_t)(end - s)};
}

static bool begins(const struct text *t, const char *word)
{
	return t->len >= strlen(word) && strncasecmp(t->ptr, word, strlen(word)) == 0;
}

/* Whole seconds, bounded; false when there is something else. */
static bool read_seconds(const struct text *t, int64_t *ret_s)
{
	int64_t seconds = 0;
	for (size_t i = 0; i < t->len; i++) {
		if (t->ptr[i] < '0' || t->ptr[i] > '9')
			return false;
		seconds = seconds * 10 + (t->ptr[i] - '0');
		seconds = seconds < HTTP_HINT_MAX_S ? seconds : HTTP_HINT_MAX_S;
	}
	*ret_s = seconds;
	return t->len > 0;
}

/* RFC 9110, 5.6.7. All its forms are in GMT, also that of asctime(), which does not say so. */
static bool read_date(const char *text, int64_t *ret_s)
{
	struct date date;
	if (!text || !web_date_read(text, strlen(text), &date) || !date.has_time)
		return false;
	if (!date.has_zone) {
		date.has_zone = true;
		date.zone_minutes = 0;
	}
	*ret_s = web_date_seconds(&date);
	return true;
}

int64_t http_retry_after_s(const char *value, const char *date, int64_t now_s)
{
	struct text t = trim(value, value + strlen(value));
	int64_t due_s, sent_s, wait_s;
	if (read_seconds(&t, &wait_s))
		return wait_s;
	if (!read_date(value, &due_s))
		return -1;
	wait_s = due_s - (read_date(date, &sent_s) ? sent_s : now_s);
	if (wait_s < 0)
		return 0;
	return wait_s < HTTP_HINT_MAX_S ? wait_s : HTTP_HINT_MAX_S;
}

uint64_t http_fresh_ms(const char *cache_control, size_t len)
{
	const char *s = cache_control, *end = s + len;
	int64_t fresh_s = 0;
	while (s < end) {
		const char *comma = memchr(s, ',', (size_t)(end - s));
		struct text t = trim(s, comma ? comma : end);
		if (begins(&t, "no-cache") || begins(&t, "no-store"))
			return 0;
		if (begins(&t, "max-age=")) {
			struct text number = trim(t.ptr + 8, t.ptr + t.len);
			if (!read_seconds(&number, &fresh_s))
				return 0;
		}
		s = comma ? comma + 1 : end;
	}
	return (uint64_t)fresh_s * 1000;
}
