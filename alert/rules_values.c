/* Values of keys in the file of rules. */
#include "alert/rules_reader.h"

#include "lib/error.h"
#include "lib/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int rules_say(struct rules_reader *r, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(r->error, r->error_size, format, args);
	va_end(args);
	return NETRAL_EINVALID;
}

int rules_copy(struct rules_reader *r, const char *s, const char **ret)
{
	*ret = arena_strdup(&r->rules->arena, s);
	return *ret ? NETRAL_OK : NETRAL_ENOMEM;
}

int rules_split(struct rules_reader *r, const char *text, char separator, struct names_list *ret)
{
	const char *items[RULE_LIST_MAX];
	size_t count = 0;
	while (*text) {
		text += strspn(text, " ");
		size_t whole = (size_t)(strchrnul(text, separator) - text), len = whole;
		while (len > 0 && text[len - 1] == ' ')
			len--;
		if (len > 0 && count == RULE_LIST_MAX)
			return NETRAL_EINVALID;
		if (len > 0)
			items[count++] = arena_strndup(&r->rules->arena, text, len);
		text += whole + (text[whole] != '\0');
	}
	ret->items = arena_calloc(&r->rules->arena, count + 1, sizeof(*ret->items));
	if (!ret->items)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (!items[i])
			return NETRAL_ENOMEM;
		ret->items[i] = items[i];
	}
	ret->count = count;
	return NETRAL_OK;
}

int rules_list(struct rules_reader *r, const char *key, const char *text, struct names_list *ret)
{
	int err = rules_split(r, text, ',', ret);
	return err == NETRAL_EINVALID ? rules_say(r, "%s: more than %d members", key, RULE_LIST_MAX)
				      : err;
}

int rules_set(struct rules_reader *r, const char *key, const char *text, int (*parse)(const char *),
	      uint64_t *ret)
{
	struct names_list list;
	int err = rules_list(r, key, text, &list);
	for (size_t i = 0; err == NETRAL_OK && i < list.count; i++) {
		int number = parse(list.items[i]);
		*ret |= (uint64_t)1 << number;
		if (number == 0)
			err = rules_say(r, "%s: \"%.60s\" is none", key, list.items[i]);
	}
	return err;
}

static int take_minutes(const char *text, unsigned *ret)
{
	unsigned hour, minute;
	int end = 0;
	if (sscanf(text, "%2u:%2u%n", &hour, &minute, &end) != 2 || end != 5 || hour > 23 ||
	    minute > 59)
		return NETRAL_EINVALID;
	*ret = hour * 60 + minute;
	return NETRAL_OK;
}

int rules_minute(struct rules_reader *r, const char *key, const char *text, unsigned *ret)
{
	return take_minutes(text, ret) == NETRAL_OK && strlen(text) == 5
		       ? NETRAL_OK
		       : rules_say(r, "%s: \"%.20s\" is not like 07:00", key, text);
}

int rules_quiet(struct rules_reader *r, const char *text, struct quiet_hours *ret)
{
	if (!text[0])
		return NETRAL_OK;
	if (strlen(text) == 11 && text[5] == '-' && take_minutes(text, &ret->from) == NETRAL_OK &&
	    take_minutes(text + 6, &ret->until) == NETRAL_OK && ret->from != ret->until)
		return NETRAL_OK;
	return rules_say(r, "quiet: \"%.20s\" is not like 22:00-06:00", text);
}

int rules_day(struct rules_reader *r, const char *text, uint64_t *ret_us)
{
	struct tm day = {.tm_isdst = -1};
	if (!text[0])
		return NETRAL_OK;
	const char *end = strptime(text, "%Y-%m-%d", &day);
	time_t t = end && !*end ? mktime(&day) : -1;
	if (t <= 0)
		return rules_say(r, "mute_until: \"%.20s\" is no day such as 2026-12-01", text);
	*ret_us = (uint64_t)t * 1000000;
	return NETRAL_OK;
}

int rules_check_name(struct rules_reader *r, const char *name)
{
	size_t len = strlen(name);
	if (len == 0 || len > RULE_NAME_MAX)
		return rules_say(r, "the name must have 1 to %d bytes", RULE_NAME_MAX);
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)name[i] < ' ' || name[i] == ',' || name[i] == 0x7F)
			return rules_say(r, "the name has a comma or a control character");
	}
	/* An escape of the file can be any byte. */
	if (utf8_check(name, len, &len) < 0)
		return rules_say(r, "the name is not UTF-8");
	return NETRAL_OK;
}
