/* ingest.h - one web archive on its way to netrald: its records become articles, their answers move
 * the place from which a rerun goes on. The main thread. */
#ifndef NETRAL_CLIENT_INGEST_H
#define NETRAL_CLIENT_INGEST_H

#include "client/archive_file.h"
#include "client/submitter.h"
#include "client/tally.h"

struct ingest;

/* Called for what is worth a word as it happens. */
typedef void ingest_damage_fn(void *user, enum warc_damage kind, const struct warc_place *place);
/* Called now and then. */
typedef void ingest_step_fn(void *user);

struct ingest_options {
	bool keep_state;   /* else it begins at the beginning, and nothing is written */
	const char *state; /* the file for it; NULL: the default */
	bool restart;      /* begin at the beginning, whatever the state says */
	ingest_damage_fn *damage;
	ingest_step_fn *step;
	void *user;
};

/* `o` is copied, the file borrowed; nothing of it may have been read. EX_OK, or an exit code after
 * a message. *ret_ingest is NULL then. */
int ingest_open(const struct ingest_options *o, struct archive_file *file,
		struct ingest **ret_ingest);
void ingest_close(struct ingest *in); /* takes NULL */

/* Whether a run before has taken in all there is. */
bool ingest_was_finished(const struct ingest *in);

/* The articles, as submitter_run() wants them. An archive that cannot be read on ends there:
 * ingest_finish() tells. */
struct submitter_source ingest_source(struct ingest *in);

/* An article's answer came. SUBMIT_BUSY is none: it will be submitted by a rerun. */
void ingest_answered(struct ingest *in, uint64_t number, enum submit_outcome outcome);

/* An article waits for no answer (any more). */
void ingest_settled(struct ingest *in, uint64_t number);

/* Notes how far it came. EX_OK, or an exit code after a message: the archive or the state's file
 * could not be read or written. */
int ingest_finish(struct ingest *in);

const struct tally *ingest_tally(const struct ingest *in);

/* WARC-Date of the record that the last article was made of, borrowed until the next. */
struct text ingest_fetched(const struct ingest *in);

/* Byte that this run began at; that it is at; from which a rerun goes on. */
uint64_t ingest_begun(const struct ingest *in);
uint64_t ingest_at(const struct ingest *in);
uint64_t ingest_safe(const struct ingest *in);
/* Whether the end was reached and every article has its answer. */
bool ingest_finished(const struct ingest *in);

#endif
