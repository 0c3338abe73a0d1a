/* mta.h - a real mail server, exim, with TLS: for each connection to a port of the test's one exim
 * runs on it and ends with it. What it took is in files, one each. It needs root, as a mail server
 * does, and works as the user of its package. Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_MTA_H
#define NETRAL_TESTS_PROCESS_MTA_H

#include "tests/process/rig.h"

struct mta;

/* Skips the running test where exim or root is missing. `name`: of the certificate, such as
 * "IP:127.0.0.1". `starts_tls`: by STARTTLS, else TLS comes first. It lets "desk" in with the
 * password "rahasia", and nobody send without; "ditolak@" is refused. */
struct mta *mta_start(struct rig *rig, const char *name, bool starts_tls);
void mta_stop(struct mta *m); /* takes NULL */

/* "smtps://127.0.0.1:PORT" or "smtp://...". */
const char *mta_url(const struct mta *m);
/* A path: the authority that its certificate is from. */
const char *mta_ca_file(const struct mta *m);

/* Nobody answers at its port, or somebody does again. */
void mta_down(struct mta *m);
void mta_up(struct mta *m);

/* Until a connection ended: so many in all. */
void mta_await_connections(struct mta *m, unsigned count);

/* Until it has delivered so many mails; the paths of their files, with blanks between. */
const char *mta_await(struct mta *m, unsigned count);

#endif
