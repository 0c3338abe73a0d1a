/* mask_setting.h - the operator's name policy: `names` in netral.conf, for every program that
 * passes events on. Any thread. */
#ifndef NETRAL_LIB_MASK_SETTING_H
#define NETRAL_LIB_MASK_SETTING_H

#include "lib/mask.h"

/* Sets what mask_policy_parse() sets. `given` is what the command line or the program's own file
 * says; NULL or "" leaves it to the file that the environment variable NETRAL_CONFIG names, or else
 * to /etc/netral/netral.conf. Where that is missing or says nothing, names are masked.
 *
 * 0; NETRAL_EINVALID (`given`, or a line of the file), NETRAL_EACCES, NETRAL_ENOMEM, or
 * NETRAL_ENOTFOUND (NETRAL_CONFIG names a file that is not there), with a sentence in `error`: a
 * policy that cannot be read is not guessed. */
int mask_setting(const char *given, struct mask_policy *policy, char *error, size_t error_size);

#endif
