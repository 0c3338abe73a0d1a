/* netral extract: a page in, an article out, no daemon anywhere. */
#include "tests/process/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

#define PAGE                                                                                       \
	"<html lang=id><title>Guru Ucap Ikrar | Koran</title><link rel=canonical href=/judul>"     \
	"<h1>Guru Ucap Ikrar</h1><p class=date>Rabu, 21 Agustus 2024 14:05 WIB</p>"                \
	"<p>Sebanyak dua ratus guru mengucapkan ikrar netral, disaksikan pengawas pemilu.</p>"     \
	"<p>Baca juga: <a href=/x>Kabar lain</a></p>"                                              \
	"<p>Setelah itu naskahnya ditempel di papan pengumuman, supaya dibaca wali murid.</p>"

#define TEXT                                                                                       \
	"Sebanyak dua ratus guru mengucapkan ikrar netral, disaksikan pengawas pemilu.\n"          \
	"Setelah itu naskahnya ditempel di papan pengumuman, supaya dibaca wali murid."

static void write_page(struct rig *rig, const char *name, const char *page)
{
	rig_write_file(rig, name, page, strlen(page));
}

static void test_json(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	write_page(&rig, "a.html", PAGE);
	assert_int_equal(CLIENT_RUN(&rig, &p, "extract", "--json", "--url",
				    "https://koran.example/amp/judul", rig_path(&rig, "a.html")),
			 EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), 1);
	const json_t *o = json_array_get(lines, 0);
	assert_string_equal(client_string(o, "title"), "Guru Ucap Ikrar");
	assert_string_equal(client_string(o, "text"), TEXT);
	assert_string_equal(client_string(o, "published"), "2024-08-21T14:05:00+07:00");
	assert_string_equal(client_string(o, "url"), "https://koran.example/judul");
	assert_string_equal(client_string(o, "site"), "koran.example");
	assert_string_equal(client_string(o, "language"), "id");
	assert_true(json_is_null(client_get(o, "author")));
	assert_true(json_is_null(client_get(o, "section")));
	assert_string_equal(client_string(o, "from.title"), "page");
	assert_string_equal(client_string(o, "from.url"), "meta");
	assert_string_equal(client_string(o, "from.site"), "url");
	assert_null(json_object_get(json_object_get(o, "from"), "author"));
	json_decref(lines);
	rig_fini(&rig);
}

static void test_for_people(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	write_page(&rig, "a.html", PAGE);
	assert_int_equal(CLIENT_RUN(&rig, &p, "extract", rig_path(&rig, "a.html")), EX_OK);
	char *output = rig_output(p);
	assert_string_equal(output, "Guru Ucap Ikrar\n"
				    "published 2024-08-21T14:05:00+07:00  (page)\n"
				    "language  id  (page)\n"
				    "\n" TEXT "\n");
	free(output);
	rig_fini(&rig);
}

/* classify reads the same text. */
static void test_classify_agrees(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	write_page(
		&rig, "a.html",
		"<nav><a href=/>Depan</a></nav><h1>Sosialisasi Netralitas</h1><p>Pemerintah Kota "
		"Ambon menggelar sosialisasi netralitas ASN menjelang Pilkada 2024 di Kota Ambon, "
		"Rabu (4/9/2024).</p>");
	assert_int_equal(CLIENT_RUN(&rig, &p, "classify", "--json", rig_path(&rig, "a.html")),
			 EX_OK);
	json_t *lines = client_lines(p);
	const json_t *event = json_array_get(client_get(json_array_get(lines, 0), "events"), 0);
	assert_string_equal(client_string(event, "kind"), "SESSION");
	json_decref(lines);
	rig_fini(&rig);
}

static void test_errors(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	rig_init(&rig);
	write_page(&rig, "a.html", "<div id=root></div>");
	assert_int_equal(CLIENT_RUN(&rig, &p, "extract", rig_path(&rig, "a.html")), EX_DATAERR);
	assert_true(rig_log_has(p, "no text in the page"));
	assert_int_equal(CLIENT_RUN(&rig, &p, "extract", rig_path(&rig, "gone.html")), EX_NOINPUT);
	assert_true(rig_log_has(p, "gone.html: No such file or directory"));
	assert_int_equal(CLIENT_RUN(&rig, &p, "extract", "--url", "koran.example"), EX_USAGE);
	assert_true(rig_log_has(p, "http://"));
	assert_int_equal(CLIENT_RUN(&rig, &p, "extract", "a", "b"), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&rig, &p, "extract", "--help"), EX_OK);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_for_people),
		cmocka_unit_test(test_classify_agrees),
		cmocka_unit_test(test_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
