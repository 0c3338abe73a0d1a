#include "lib/fault.h"

#ifdef NETRAL_TEST_HOOKS

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct arming {
	bool read; /* the environment has been looked at */
	char name[64];
	unsigned n;
	unsigned passed;
};

static struct arming crash_arming, fault_arming;

static void arm(struct arming *a, const char *name, size_t len, unsigned n)
{
	*a = (struct arming){.read = true, .n = n};
	snprintf(a->name, sizeof(a->name), "%.*s", (int)len, name);
}

static void read_once(struct arming *a, const char *variable)
{
	if (a->read)
		return;
	a->read = true;
	const char *value = getenv(variable);
	if (!value)
		return;
	const char *colon = strrchr(value, ':');
	size_t len = colon ? (size_t)(colon - value) : strlen(value);
	arm(a, value, len, colon ? (unsigned)strtoul(colon + 1, NULL, 10) : 1);
}

static bool passes(struct arming *a, const char *name)
{
	return a->n > 0 && strcmp(a->name, name) == 0 && ++a->passed == a->n;
}

void crash_point(const char *name)
{
	read_once(&crash_arming, "NETRAL_CRASH");
	if (passes(&crash_arming, name))
		kill(getpid(), SIGKILL);
}

bool fault_hit(const char *kind)
{
	read_once(&fault_arming, "NETRAL_FAULT");
	return passes(&fault_arming, kind);
}

void fault_arm(const char *kind, unsigned n)
{
	arm(&fault_arming, kind ? kind : "", kind ? strlen(kind) : 0, kind ? n : 0);
}

#endif

/* ISO C wants something in every file. */
typedef int fault_translation_unit;
