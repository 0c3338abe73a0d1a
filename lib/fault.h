/* fault.h - crash points and faults by number, for test builds only.
 *
 * With NETRAL_TEST_HOOKS the environment steers them:
 *   NETRAL_CRASH=name[:n]   the n-th passage (default 1) of crash_point("name") is a SIGKILL of
 *                           the process itself
 *   NETRAL_FAULT=kind:n     the n-th fault_hit("kind") and only that one says "fail"; kinds are
 *                           alloc, commit and send
 * Without NETRAL_TEST_HOOKS all of this is nothing. Not for threads. */
#ifndef NETRAL_LIB_FAULT_H
#define NETRAL_LIB_FAULT_H

#include <stdbool.h>
#include <stdlib.h>

#ifdef NETRAL_TEST_HOOKS
void crash_point(const char *name);
bool fault_hit(const char *kind);
/* For unit tests: arms a fault in this process and starts its count again; NULL disarms. */
void fault_arm(const char *kind, unsigned n);
#else
#define crash_point(name) ((void)0)
#define fault_hit(kind)   false
#endif

static inline void *fault_malloc(size_t size)
{
	return fault_hit("alloc") ? NULL : malloc(size);
}
static inline void *fault_calloc(size_t count, size_t size)
{
	return fault_hit("alloc") ? NULL : calloc(count, size);
}
static inline void *fault_realloc(void *p, size_t size)
{
	return fault_hit("alloc") ? NULL : realloc(p, size);
}

#endif
