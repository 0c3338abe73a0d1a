/* cleanup.h - scope-bound ownership: the attribute, and the hand-over that ends it. */
#ifndef NETRAL_LIB_CLEANUP_H
#define NETRAL_LIB_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

#define netral_cleanup(fn) __attribute__((cleanup(fn)))

/* Takes the value out of `ptr` and leaves NULL there, so that the cleanup does nothing. */
#define netral_take(ptr)                                                                           \
	__extension__({                                                                            \
		__typeof__(ptr) *take_p = &(ptr), take_v = *take_p;                                \
		*take_p = NULL;                                                                    \
		take_v;                                                                            \
	})

#define netral_countof(a) (sizeof(a) / sizeof((a)[0]))

/* For netral_cleanup(): frees what a char *, void * or other malloc'd pointer points at. */
static inline void netral_freep(void *pp)
{
	free(*(void **)pp);
}

/* Takes a descriptor out of a variable that closes it at the end of its scope. */
static inline int netral_take_fd(int *fd)
{
	int taken = *fd;
	*fd = -1;
	return taken;
}

/* For netral_cleanup(): closes a descriptor unless it is negative. */
static inline void netral_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#endif
