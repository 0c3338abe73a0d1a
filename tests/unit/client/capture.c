#include "capture.h"

#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

const struct style capture_plain = {.width = 80};
const struct style capture_coloured = {.colour = true, .terminal = true, .width = 80};

void capture_begin(struct capture *c)
{
	c->out = open_memstream(&c->text, &c->size);
	assert_non_null(c->out);
}

char *capture_end(struct capture *c)
{
	fclose(c->out);
	return c->text;
}

void capture_expect(struct capture *c, const char *expected)
{
	char *text = capture_end(c);
	assert_string_equal(text, expected);
	free(text);
}

/* --- standard streams --- */

static FILE *standard;
static int saved_out = -1, saved_err = -1;

void capture_start_standard(void)
{
	fflush(stdout);
	fflush(stderr);
	standard = tmpfile();
	assert_non_null(standard);
	saved_out = dup(STDOUT_FILENO);
	saved_err = dup(STDERR_FILENO);
	assert_true(dup2(fileno(standard), STDOUT_FILENO) >= 0);
	assert_true(dup2(fileno(standard), STDERR_FILENO) >= 0);
}

char *capture_stop_standard(void)
{
	fflush(stdout);
	fflush(stderr);
	dup2(saved_out, STDOUT_FILENO);
	dup2(saved_err, STDERR_FILENO);
	close(saved_out);
	close(saved_err);
	fseek(standard, 0, SEEK_END);
	long size = ftell(standard);
	char *text = calloc(1, (size_t)size + 1);
	assert_non_null(text);
	rewind(standard);
	assert_int_equal(fread(text, 1, (size_t)size, standard), size);
	fclose(standard);
	return text;
}

/* --- an event with everything --- */

#define TEXT                                                                                       \
	"Bawaslu memeriksa dua ASN di Kota Ambon. Keduanya diduga mengunggah dukungan kepada "     \
	"calon wali kota, kata Ketua Bawaslu Rina Salampessy. Sanksi belum dijatuhkan."
#define TITLE "Dua ASN di Ambon Diperiksa karena Unggahan"

static const enum event_subject subjects[] = {EVENT_SUBJECT_ASN};
static const enum event_conduct conduct[] = {EVENT_CONDUCT_SOCIAL_MEDIA, EVENT_CONDUCT_ENDORSEMENT};
static const char *const institutions[] = {"Bawaslu Kota Ambon", "KASN"};
static const struct event_person people[] = {{"Rina Salampessy", "Ketua Bawaslu"}};
static const char *const sanctions[] = {"moral"};
static const char *const legal_basis[] = {"UU 5/2014", "PP 42/2004"};
static const struct event_evidence evidence[] = {
	{"kind", 41, 73, "Keduanya diduga mengunggah dukun"},
	{"status", 8, 17, "memeriksa"},
	{"place", 29, 39, "Kota Ambon"},
	{"count", 18, 21, "dua"},
};

const struct text *capture_full_text(void)
{
	static const struct text text = {TEXT, sizeof(TEXT) - 1};
	return &text;
}

static const struct event_note notes[] = {{"legal_basis", "UU 5/2014", "replaced by UU 20/2023"}};

static void fill_event(struct event *e)
{
	event_init(e);
	e->id = "0123456789abcdef0123456789abcdef-2";
	e->kind = EVENT_KIND_VIOLATION;
	e->status = EVENT_STATUS_UNDER_REVIEW;
	e->place = (struct event_place){"81.71", "Kota Ambon", "Maluku"};
	e->date = (struct event_date){"2024-08-21", EVENT_PRECISION_DAY};
	e->count = (struct event_count){2, EVENT_QUALIFIER_EXACT};
	e->subjects = subjects;
	e->subject_count = netral_countof(subjects);
	e->conduct = conduct;
	e->conduct_count = netral_countof(conduct);
	e->institutions = institutions;
	e->institution_count = netral_countof(institutions);
	e->people = people;
	e->person_count = netral_countof(people);
	e->sanctions = sanctions;
	e->sanction_count = netral_countof(sanctions);
	e->legal_basis = legal_basis;
	e->legal_basis_count = netral_countof(legal_basis);
	e->election = "Pilkada 2024";
	e->scope = EVENT_SCOPE_CASE;
	e->confidence = 0.9;
	e->sure = (struct event_sureness){0.75, 0.5, 0.25, 0};
	e->notes = notes;
	e->note_count = netral_countof(notes);
	e->evidence = evidence;
	e->evidence_count = netral_countof(evidence);
	e->sentence = "Bawaslu memeriksa dua ASN di Kota Ambon.";
}

const struct update *capture_full_update(void)
{
	static struct update u;
	fill_event(&u.event);
	memset(u.epoch.bytes, 0xab, sizeof(u.epoch.bytes));
	u.seq = 7;
	u.change = CHANGE_NEW;
	u.recorded_us = 1724205600123456U;
	memset(u.article.id.bytes, 0x01, sizeof(u.article.id.bytes));
	u.article.title = (struct text){TITLE, sizeof(TITLE) - 1};
	u.article.url = (struct text){"https://example.org/a", 21};
	u.article.published = (struct text){"2024-08-22", 10};
	u.article.source = (struct text){"spool:a.txt", 11};
	return &u;
}
