/* script.h - a program in another language that a test talks to by lines: it ends when its standard
 * input does. Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_SCRIPT_H
#define NETRAL_TESTS_PROCESS_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

struct script;

/* Starts `interpreter`, searched in $PATH, with a file of tests/process and one argument. */
struct script *script_start(const char *interpreter, const char *file, const char *argument);
void script_stop(struct script *s); /* takes NULL */

/* The next line that it prints, without its end; valid until the next call. NULL: it has ended. */
const char *script_line(struct script *s);

#endif
