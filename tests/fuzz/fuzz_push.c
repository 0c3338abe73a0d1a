/* Any bytes as the head of a request: "Name: value" lines, the first with method and path. */
#include "fuzz.h"

#include "daemon/push_request.h"
#include "lib/error.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 2000, BODY_MAX = 1000 };

/* Up to the next `end`, without it; *at moves behind it. */
static struct text until(const char **at, const char *stop, char end)
{
	const char *from = *at, *found = memchr(from, end, (size_t)(stop - from));
	*at = found ? found + 1 : stop;
	return (struct text){from, (size_t)((found ? found : stop) - from)};
}

static void copy(char *to, struct text word)
{
	size_t len = word.len < LINE_MAX_BYTES ? word.len : LINE_MAX_BYTES;
	memcpy(to, word.ptr, len);
	to[len] = '\0';
}

static void check_reply(const struct push_reply *reply)
{
	netral_assert(reply->code >= 400 && reply->reason[0] != '\0');
	char *json = push_reply_json(reply);
	netral_assert(json && json[0] == '{');
	free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct push_token token = {16, "0123456789abcdef"};
	char method[LINE_MAX_BYTES + 1], path[LINE_MAX_BYTES + 1];
	const char *at = (const char *)data, *stop = at + size;
	struct push_head head = {.method = method, .path = path};
	struct push_type type = {.format = PUSH_HTML};
	struct push_reply reply;
	if (size == 0)
		return 0;
	copy(method, until(&at, stop, ' '));
	copy(path, until(&at, stop, '\n'));
	while (at < stop) {
		struct text line = until(&at, stop, '\n');
		const char *in_line = line.ptr, *end = line.ptr + line.len;
		struct text name = until(&in_line, end, ':');
		push_head_add(&head, name, (struct text){in_line, (size_t)(end - in_line)});
	}
	if (push_head_judge(&head, &token, BODY_MAX, &type, &reply))
		netral_assert(type.format == PUSH_JSON || type.format == PUSH_HTML);
	else
		check_reply(&reply);
	(void)push_head_has_body(&head);
	return 0;
}
