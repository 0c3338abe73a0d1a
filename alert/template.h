/* template.h - bodies for those who take no CloudEvents: chat services.
 *
 * A template is a JSON text in which {name} stands for a value, escaped as the inside of a JSON
 * string; any other brace is itself. Named templates are "slack", "mattermost", "telegram" and
 * "discord". Pure; any thread. */
#ifndef NETRAL_ALERT_TEMPLATE_H
#define NETRAL_ALERT_TEMPLATE_H

#include "lib/buf.h"

#include <stddef.h>

/* X(placeholder). `text` is a short message for people, made of the others. */
#define TEMPLATE_VALUES(X)                                                                         \
	X(text)                                                                                    \
	X(id)                                                                                      \
	X(kind)                                                                                    \
	X(status)                                                                                  \
	X(change)                                                                                  \
	X(area)                                                                                    \
	X(area_code)                                                                               \
	X(province) X(date) X(count) X(sentence) X(title) X(url) X(published) X(confidence) X(chat)

/* Strings, never NULL. */
struct template_values {
#define X(name) const char *name;
	TEMPLATE_VALUES(X)
#undef X
};

/* Names or texts; "" is in order: it stands for no template. 0, or NETRAL_EINVALID with a
 * sentence: an unknown {name}, or what would be no JSON. */
int template_check(const char *form, char *error, size_t error_size);

/* Appends the body. A named template also keeps what is in the values from being taken for markup
 * or for the name of a group to be called. 0, NETRAL_ENOMEM or NETRAL_ETOOBIG. */
int template_fill(const char *form, const struct template_values *values, struct buf *out);

#endif
