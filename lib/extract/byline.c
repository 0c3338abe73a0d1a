#include "lib/extract/byline.h"

#include "lib/extract/date.h"
#include "lib/extract/words.h"

#include <string.h>
#include <strings.h>

enum { NAME_MAX_LEN = 100, LINE_MAX_LEN = 160 };

static const struct text nothing = {"", 0};

static struct text trim(struct text t)
{
	while (t.len > 0 && strchr(" ,;:/|-(\"*", t.ptr[0]))
		t = (struct text){t.ptr + 1, t.len - 1};
	while (t.len > 0 && strchr(" ,;:/|-)\"*", t.ptr[t.len - 1]))
		t.len--;
	return t;
}

/* The front of `t` up to one of the signs. */
static struct text until(struct text t, const char *set)
{
	size_t n = 0;
	while (n < t.len && !strchr(set, t.ptr[n]))
		n++;
	return (struct text){t.ptr, n};
}

static bool is_name_end(struct text word)
{
	word = trim(word);
	if (word.len == 0)
		return true;
	/* A bullet, a middle dot, a dash of the long kind. */
	if (word.len <= 3 && (unsigned char)word.ptr[0] >= 0x80)
		return true;
	return (word.ptr[0] >= '0' && word.ptr[0] <= '9') || words_after_author(word.ptr, word.len);
}

/* Whole words up to one that is no part of a name: a number, "pada", a dash between blanks. */
static struct text name_words(struct text t)
{
	size_t at = 0;
	while (at < t.len) {
		struct text word = until((struct text){t.ptr + at, t.len - at}, " ");
		const char *slash = memchr(word.ptr, '/', word.len);
		if (at > 0 && is_name_end(word))
			break;
		if (slash)
			return (struct text){t.ptr, (size_t)(slash - t.ptr)};
		at += word.len + 1;
	}
	return (struct text){t.ptr, at < t.len ? at : t.len};
}

struct text byline_name(const struct text *t)
{
	struct text name = trim(*t), rest;
	while (words_byline(&name, &rest))
		name = trim(rest);
	name = trim(until(name, "|\n"));
	if (memmem(name.ptr, name.len, "://", 3) || memchr(name.ptr, '@', name.len))
		return nothing;
	name = trim(name_words(name));
	return name.len > NAME_MAX_LEN ? nothing : name;
}

static bool is_byline(const struct text *whole)
{
	struct text name, trimmed = trim(*whole);
	const struct text *line = &trimmed;
	const char *colon = memchr(line->ptr, ':', line->len);
	if (line->len > NAME_MAX_LEN || !words_byline(line, &name) || name.len < 3)
		return false;
	return (colon && colon < name.ptr) || (name.ptr[0] >= 'A' && name.ptr[0] <= 'Z');
}

/* A date or nothing but digits is no name. */
static bool may_be_name(const struct text *line)
{
	char date[DATE_FORMAT_SIZE];
	struct text name = byline_name(line);
	return name.len >= 3 && strchr("0123456789", name.ptr[0]) == NULL &&
	       !date_parse(name.ptr, name.len, date);
}

struct text byline_find(const struct page *p, const struct blocks *b)
{
	struct text begins = nothing;
	for (uint32_t i = 0; i < b->count; i++) {
		const struct block *block = &b->list[i];
		struct text line = block_text(b, block);
		if (line.len > LINE_MAX_LEN ||
		    page_is_called(p, block->node, WORDS_COMMENT | WORDS_RELATED))
			continue;
		if (page_is_called(p, block->node, WORDS_AUTHOR) && may_be_name(&line))
			return line;
		if (!begins.len && is_byline(&line))
			begins = line;
	}
	return begins;
}
