#include "client/progress.h"

#include "lib/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EVERY_MS = 100 };

void progress_init(struct progress *p, bool wanted)
{
	const char *term = getenv("TERM");
	bool able = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
	*p = (struct progress){.on = wanted && able};
}

void progress_show(struct progress *p, const char *format, ...)
{
	uint64_t now = clock_ms();
	if (!p->on || now < p->next_ms)
		return;
	va_list args;
	va_start(args, format);
	vsnprintf(p->text, sizeof(p->text), format, args);
	va_end(args);
	p->next_ms = now + EVERY_MS;
	progress_redraw(p);
}

void progress_clear(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}

void progress_redraw(struct progress *p)
{
	if (!p->on || !p->text[0])
		return;
	fprintf(stderr, "\r\033[K%s", p->text);
	fflush(stderr);
	p->shown = true;
}
