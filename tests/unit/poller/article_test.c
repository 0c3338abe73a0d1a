/* Pages joined to one article, and texts of feeds. */
#include "poller/article.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define URL "https://www.kabar.example/a"
#define FIRST                                                                                      \
	"<p>Wali kota mengingatkan pegawai agar tidak ikut berkampanye untuk calon mana pun.</p>"
#define SECOND "<p>Ia menambahkan bahwa sanksi tegas menunggu mereka yang melanggar aturan itu.</p>"
#define THIRD  "<p>Pengawas pemilihan membuka pos pengaduan di setiap kantor kecamatan.</p>"

struct fixture {
	struct joined joined;
	struct arena scratch;
	char reason[EXTRACT_REASON_SIZE];
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	joined_init(&f->joined);
	arena_init(&f->scratch, 96 << 20);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	joined_fini(&f->joined);
	arena_fini(&f->scratch);
	free(f);
	return 0;
}

static int read_page(struct fixture *f, const char *url, const char *head, const char *body)
{
	char html[8192];
	int len = snprintf(html, sizeof(html),
			   "<html><head><title>Pesan wali kota</title>%s</head><body><article>"
			   "<h1>Pesan wali kota</h1>%s</article></body></html>",
			   head, body);
	return joined_page(&f->joined, html, (size_t)len, url, "", &f->scratch, f->reason);
}

static void assert_text(const struct fixture *f, const char *text)
{
	assert_int_equal(f->joined.text.len, strlen(text));
	assert_memory_equal(f->joined.text.data, text, strlen(text));
}

static void one_page_with_everything_is_taken_before_the_next(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(read_page(f, URL, "",
				   FIRST SECOND "<div class=paging><span>1</span> "
						"<a href='/a?page=2'>2</a> "
						"<a href='/a?page=all'>Tampilkan Semua</a></div>"),
			 0);
	assert_string_equal(f->joined.next.ptr, URL "?page=all");
	assert_int_equal(
		read_page(f, URL "?page=all", "<link rel=canonical href='/a'>", FIRST SECOND THIRD),
		0);
	assert_int_equal(f->joined.next.len, 0);
	assert_text(f,
		    "Wali kota mengingatkan pegawai agar tidak ikut berkampanye untuk calon mana "
		    "pun.\nIa menambahkan bahwa sanksi tegas menunggu mereka yang melanggar aturan "
		    "itu.\nPengawas pemilihan membuka pos pengaduan di setiap kantor kecamatan.");
}

static void pages_become_one_text_without_what_repeats(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(read_page(f, URL, "<link rel=next href='/a?page=2'>", FIRST SECOND), 0);
	assert_string_equal(f->joined.next.ptr, URL "?page=2");
	assert_int_equal(read_page(f, URL "?page=2", "<link rel=canonical href='/a'>", FIRST THIRD),
			 0);
	assert_int_equal(f->joined.next.len, 0);
	assert_string_equal(f->joined.title.ptr, "Pesan wali kota");
	assert_string_equal(f->joined.url.ptr, URL);
	assert_text(f,
		    "Wali kota mengingatkan pegawai agar tidak ikut berkampanye untuk calon mana "
		    "pun.\nIa menambahkan bahwa sanksi tegas menunggu mereka yang melanggar aturan "
		    "itu.\nPengawas pemilihan membuka pos pengaduan di setiap kantor kecamatan.");
}

static void a_page_without_anything_new_is_told(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(read_page(f, URL, "", FIRST SECOND), 0);
	size_t len = f->joined.text.len;
	assert_int_equal(read_page(f, URL "?page=2", "", FIRST SECOND), NETRAL_EINVALID);
	assert_string_equal(f->reason, "nothing new in it");
	assert_int_equal(f->joined.text.len, len);
}

static void pages_are_bounded(void **state)
{
	struct fixture *f = *state;
	char url[64], head[128], body[256];
	for (int i = 1; i <= JOINED_PAGES_MAX; i++) {
		assert_true(i == 1 || f->joined.next.len > 0);
		snprintf(url, sizeof(url), i == 1 ? URL : URL "?page=%d", i);
		snprintf(head, sizeof(head),
			 "<link rel=canonical href='/a'><link rel=next href='/a?page=%d'>", i + 1);
		snprintf(body, sizeof(body),
			 "<p>Alinea nomor %d dari laporan yang panjang sekali tentang sikap "
			 "pegawai.</p>",
			 i);
		assert_int_equal(read_page(f, url, head, body), 0);
	}
	assert_int_equal(f->joined.next.len, 0);
	assert_int_equal(f->joined.pages, JOINED_PAGES_MAX);
}

/* What another site is said to hold is not believed. */
static void only_the_own_site_is_believed(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(read_page(f, URL,
				   "<link rel=canonical href='https://lain.example/x'>"
				   "<link rel=next href='https://lain.example/a?page=2'>",
				   FIRST SECOND),
			 0);
	assert_string_equal(f->joined.url.ptr, URL);
	assert_int_equal(f->joined.next.len, 0);
}

static void a_canonical_address_of_the_site_counts(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(read_page(f, "https://amp.kabar.example/a",
				   "<link rel=canonical href='https://www.kabar.example/a'>",
				   FIRST SECOND),
			 0);
	assert_string_equal(f->joined.url.ptr, URL);
}

static void a_page_without_text_is_refused(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(
		joined_page(&f->joined, "<html></html>", 13, URL, "", &f->scratch, f->reason),
		NETRAL_EINVALID);
	assert_true(f->reason[0] != '\0');
}

static void texts_of_feeds_are_read(void **state)
{
	struct fixture *f = *state;
	struct text html = {FIRST SECOND, sizeof(FIRST SECOND) - 1}, plain = {"Isi saja.", 9};
	struct text none = {"", 0}, got;
	assert_int_equal(feed_text(&html, true, &f->scratch, &got), NETRAL_OK);
	assert_non_null(strstr(got.ptr, "pun.\nIa menambahkan"));
	assert_int_equal(feed_text(&plain, false, &f->scratch, &got), NETRAL_OK);
	assert_string_equal(got.ptr, "Isi saja.");
	assert_int_equal(feed_text(&none, false, &f->scratch, &got), NETRAL_EINVALID);
}

static void whole_texts_are_told_from_teasers(void **state)
{
	static const char *const ends[] = {"...",
					   "\xE2\x80\xA6",
					   "[...]",
					   "[\xE2\x80\xA6]",
					   "Baca selengkapnya",
					   "Read More \xC2\xBB",
					   "selengkapnya >>"};
	char text[2048];
	struct text t = {text, 1500};
	(void)state;
	memset(text, 'a', sizeof(text));
	assert_true(feed_text_is_full(&t));
	t.len = 1199;
	assert_false(feed_text_is_full(&t));
	for (size_t i = 0; i < netral_countof(ends); i++) {
		memcpy(text + 1500, ends[i], strlen(ends[i]));
		t.len = 1500 + strlen(ends[i]);
		if (feed_text_is_full(&t))
			fail_msg("%s", ends[i]);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(one_page_with_everything_is_taken_before_the_next),
		TEST(pages_become_one_text_without_what_repeats),
		TEST(a_page_without_anything_new_is_told),
		TEST(pages_are_bounded),
		TEST(only_the_own_site_is_believed),
		TEST(a_canonical_address_of_the_site_counts),
		TEST(a_page_without_text_is_refused),
		TEST(texts_of_feeds_are_read),
		TEST(whole_texts_are_told_from_teasers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
