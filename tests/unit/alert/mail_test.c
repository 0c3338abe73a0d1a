/* Mails, as Python's email package and its HTML parser read them. */
#include "alert/mail.h"

#include "alert/decide.h"
#include "alert/message.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "tests/unit/alert/cleaning.h"

#include <inttypes.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID "0123456789abcdef0123456789abcdef"

struct fixture {
	char dir[FOLDER_SIZE];
	struct arena arena;
	struct receiver to;
	json_t *read; /* the mail that was read last */
};

static int set_up(void **state)
{
	static struct fixture f;
	static const char *addresses[] = {"redaksi@example.id", "pengawas@example.org"};
	char error[256];
	memset(&f, 0, sizeof(f));
	assert_true(folder_make(f.dir));
	arena_init(&f.arena, 1 << 22);
	f.to = (struct receiver){.name = "Meja Redaksi", .key = 7};
	f.to.mail = (struct mail_account){.from = "kabar@netral.example.id", .to = {addresses, 2}};
	assert_int_equal(
		mail_texts_load(TESTS_DATA_DIR, &f.arena, &f.to.mail.texts, error, sizeof(error)),
		0);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	json_decref(f->read);
	arena_fini(&f->arena);
	folder_remove(f->dir);
	return 0;
}

static struct text text(const char *s)
{
	return (struct text){s, strlen(s)};
}

static struct notice violation(uint64_t seq)
{
	static const enum event_conduct conduct[] = {EVENT_CONDUCT_SOCIAL_MEDIA};
	struct notice n = {.update = {.seq = seq, .change = CHANGE_NEW, .recorded_us = seq}};
	struct event *e = &n.update.event;
	event_init(e);
	e->id = ID "-1";
	e->kind = EVENT_KIND_VIOLATION;
	e->status = EVENT_STATUS_ALLEGED;
	e->scope = EVENT_SCOPE_CASE;
	e->place = (struct event_place){"81.71", "Kota Ambon", "Maluku"};
	e->date = (struct event_date){"2024-08-21", EVENT_PRECISION_DAY};
	e->count = (struct event_count){1596, EVENT_QUALIFIER_ABOUT};
	e->conduct = conduct;
	e->conduct_count = 1;
	e->confidence = 0.93;
	e->sentence = "Seorang camat diduga menyukai unggahan calon.";
	n.update.article.title = text("Camat dilaporkan ke Bawaslu");
	n.update.article.url = text("https://www.kabar.example/a?b=1&c=2");
	n.update.article.published = text("2024-08-22T08:00:00+09:00");
	n.update.article.source = text("");
	return n;
}

static struct told as_told(const struct notice *n)
{
	return (struct told){.digest = decide_digest(&n->update),
			     .kind = (uint8_t)n->update.event.kind,
			     .status = (uint8_t)n->update.event.status};
}

/* Writes the mail and reads it again. */
static void mail(struct fixture *f, const struct notice *notices, size_t count, bool marked)
{
	netral_cleanup(buf_fini) struct buf out = {.limit = 0};
	char path[FOLDER_SIZE + 16], command[sizeof(path) + 256];
	json_error_t error;
	assert_int_equal(mail_write(&f->to, notices, count, marked, &out), 0);
	assert_true(out.len <= MAIL_MAX);
	snprintf(path, sizeof(path), "%s/mail", f->dir);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(out.data, 1, out.len, file), out.len);
	assert_int_equal(fclose(file), 0);
	snprintf(command, sizeof(command), "/usr/bin/python3 -B %s/process/mail_reader.py %s",
		 TESTS_SOURCE_DIR, path);
	FILE *in = popen(command, "re");
	assert_non_null(in);
	json_t *list = json_loadf(in, 0, &error);
	assert_int_equal(pclose(in), 0);
	json_decref(f->read);
	f->read = json_incref(json_array_get(list, 0));
	json_decref(list);
	assert_non_null(f->read);
}

static const char *part(const struct fixture *f, const char *name)
{
	const char *s = json_string_value(json_object_get(f->read, name));
	assert_non_null(s);
	return s;
}

static const char *header(const struct fixture *f, const char *name)
{
	const char *s =
		json_string_value(json_object_get(json_object_get(f->read, "headers"), name));
	return s ? s : "";
}

static void has(const struct fixture *f, const char *what)
{
	if (!strstr(part(f, "plain"), what) || !strstr(part(f, "html"), what))
		fail_msg("\"%s\" is not in both:\n%s\n%s", what, part(f, "plain"), part(f, "html"));
}

static void has_not(const struct fixture *f, const char *what)
{
	if (strstr(part(f, "plain"), what) || strstr(part(f, "html"), what))
		fail_msg("\"%s\" is in one:\n%s", what, part(f, "plain"));
}

/* In both forms one stands before the other. */
static void has_in_order(const struct fixture *f, const char *first, const char *second)
{
	static const char *const parts[] = {"plain", "html"};
	for (size_t i = 0; i < netral_countof(parts); i++) {
		const char *at = strstr(part(f, parts[i]), first);
		assert_non_null(at);
		if (!strstr(at, second))
			fail_msg("no \"%s\" behind \"%s\":\n%s", second, first, part(f, parts[i]));
	}
}

/* --- one update --- */

static void test_all_that_is_known(void **state)
{
	struct fixture *f = *state;
	struct notice n = violation(5);
	mail(f, &n, 1, false);
	has(f, "Pelanggaran netralitas: diduga");
	has(f, "Kota Ambon, Maluku");
	has(f, "Seorang camat diduga menyukai unggahan calon.");
	has(f, "21 Agustus 2024");
	has(f, "sekitar 1.596");
	has(f, "media sosial");
	has(f, "Camat dilaporkan ke Bawaslu");
	has(f, "kabar.example");
	has(f, "22 Agustus 2024");
	has(f, "93 %");
	has(f, "netral show " ID "-1");
	assert_string_equal(
		header(f, "subject"),
		"[netral] Pelanggaran netralitas: diduga \xE2\x80\x93 Kota Ambon, Maluku");
	assert_string_equal(json_string_value(json_array_get(json_object_get(f->read, "links"), 0)),
			    "https://www.kabar.example/a?b=1&c=2");
}

static void test_english(void **state)
{
	struct fixture *f = *state;
	struct notice n = violation(5);
	f->to.mail.lang = MAIL_EN;
	mail(f, &n, 1, false);
	has(f, "Neutrality violation: alleged");
	has(f, "21 August 2024");
	has(f, "about 1,596");
	assert_string_equal(header(f, "content-language"), "en");
}

static void test_header(void **state)
{
	struct fixture *f = *state;
	struct notice n = violation(5);
	mail(f, &n, 1, false);
	assert_string_equal(header(f, "from"), "netral <kabar@netral.example.id>");
	assert_string_equal(header(f, "to"), "redaksi@example.id, pengawas@example.org");
	assert_string_equal(header(f, "message-id"),
			    "<" ID "-1_5.0000000000000007@netral.example.id>");
	assert_string_equal(header(f, "references"),
			    "<" ID "-1.0000000000000007@netral.example.id>");
	assert_string_equal(header(f, "in-reply-to"), header(f, "references"));
	assert_string_equal(header(f, "auto-submitted"), "auto-generated");
	assert_string_equal(header(f, "list-id"), "<meja-redaksi.netral.netral.example.id>");
	assert_non_null(strstr(header(f, "date"), "+0000"));
}

/* A correction is another message of the same thread, and says what was told before. */
static void test_correction(void **state)
{
	struct fixture *f = *state;
	struct notice n = violation(9);
	n.was = as_told(&n);
	n.update.change = CHANGE_CHANGED;
	n.update.event.status = EVENT_STATUS_DISMISSED;
	mail(f, &n, 1, false);
	has(f, "tidak terbukti");
	has(f, "Semula: diduga.");
	assert_non_null(strstr(header(f, "subject"), "PERUBAHAN: "));
	assert_non_null(strstr(header(f, "message-id"), ID "-1_9."));
	assert_string_equal(header(f, "references"),
			    "<" ID "-1.0000000000000007@netral.example.id>");
}

static void test_other_details(void **state)
{
	struct fixture *f = *state;
	struct notice n = violation(9);
	n.was = as_told(&n);
	n.update.event.count.value = 2000;
	mail(f, &n, 1, false);
	has(f, "Rinciannya berubah");
	has_not(f, "Semula");
}

/* A replay tells the same again: no correction. */
static void test_told_again(void **state)
{
	struct fixture *f = *state;
	struct notice n = violation(9);
	n.was = as_told(&n);
	mail(f, &n, 1, false);
	has_not(f, "berubah");
	assert_null(strstr(header(f, "subject"), "PERUBAHAN"));
}

static void test_withdrawn(void **state)
{
	struct fixture *f = *state;
	struct notice n = violation(9);
	n.update.change = CHANGE_REMOVED;
	mail(f, &n, 1, false);
	has(f, "Kabar ini ditarik");
	assert_non_null(strstr(header(f, "subject"), "DICABUT: "));
}

static void test_sample(void **state)
{
	struct fixture *f = *state;
	struct notice n = violation(9);
	mail(f, &n, 1, true);
	has(f, "Ini pesan uji");
	has_not(f, "netral show");
	assert_non_null(strstr(header(f, "subject"), "UJI: "));
}

static void test_little_is_known(void **state)
{
	struct fixture *f = *state;
	struct notice n = {.update = {.seq = 1, .change = CHANGE_NEW}};
	event_init(&n.update.event);
	n.update.event.id = "x";
	n.update.article.title = n.update.article.url = n.update.article.published =
		n.update.article.source = text("");
	mail(f, &n, 1, false);
	has(f, "Tempat tidak disebut");
	assert_int_equal(json_array_size(json_object_get(f->read, "links")), 0);
}

static void test_same_id_each_time(void **state)
{
	struct fixture *f = *state;
	struct notice n[] = {violation(1), violation(2)};
	char first[256];
	n[1].update.event.id = ID "-2";
	mail(f, n, 2, false);
	snprintf(first, sizeof(first), "%s", header(f, "message-id"));
	mail(f, n, 2, false);
	assert_string_equal(header(f, "message-id"), first);
	f->to.key = 8;
	mail(f, n, 2, false);
	assert_string_not_equal(header(f, "message-id"), first);
	n[0].update.seq = 3;
	f->to.key = 7;
	mail(f, n, 2, false);
	assert_string_not_equal(header(f, "message-id"), first);
}

/* --- what a page may say --- */

static void expect_harmless(struct fixture *f)
{
	static const char known[] = "a blockquote body br code h1 head hr html meta p small strong "
				    "table td th title tr";
	char tags[256];
	snprintf(tags, sizeof(tags), "%s", part(f, "tags"));
	for (char *rest = NULL, *tag = strtok_r(tags, " ", &rest); tag;
	     tag = strtok_r(NULL, " ", &rest))
		assert_non_null(strstr(known, tag));
	assert_string_equal(part(f, "attributes"), "charset content href lang name scope style");
	assert_string_equal(header(f, "bcc"), "");
	assert_int_equal(json_array_size(json_object_get(f->read, "names")), 13);
	assert_int_equal(json_array_size(json_object_get(f->read, "to")), 2);
}

static void test_hostile_texts(void **state)
{
	static const char *const texts[] = {
		"Judul\r\nBcc: lain@example.org\r\n\r\nTubuh lain",
		"Judul\nBcc: lain@example.org",
		"Judul\rBcc: lain@example.org\r",
		"<script>alert(1)</script><img src=https://x.example/a.png onerror=alert(1)>",
		"\"><a href=\"https://x.example/\" onclick=\"x()\">klik</a>",
		"</td></table></body></html><iframe src=//x.example>",
		"=?utf-8?Q?=0D=0ABcc:_lain@example.org?=",
		"--=_netral_alternative--\r\n\r\n.\r\nMAIL FROM:<x@example.org>\r\n",
		".\n..\n.\r\n",
		"From me\nFrom you",
		"\x01\x02\x1B[31m\x7F \xC2\x85 \xE2\x80\xA8 \xE2\x80\xAE gnp.exe",
		"&lt;b&gt; &#60; &amp;amp;",
		"\xF0\x9F\x97\xB3\xEF\xB8\x8F \xE0\xA4\xA8 \xD7\x90 \xE4\xB8\xAD",
		"         ",
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < netral_countof(texts); i++) {
		struct notice n = violation(5);
		const char *items[] = {texts[i]};
		n.update.event.sentence = n.update.event.election = texts[i];
		n.update.event.place.name = n.update.event.place.province = texts[i];
		n.update.event.institutions = items;
		n.update.event.institution_count = 1;
		n.update.article.title = text(texts[i]);
		n.update.article.published = text(texts[i]);
		mail(f, &n, 1, false);
		expect_harmless(f);
		has_not(f, "\x1B");
		has_not(f, "\xE2\x80\xAE");
	}
}

/* In the subject as in both forms. */
static void test_names_are_masked(void **state)
{
	struct fixture *f = *state;
	const struct mask_policy policy = {.full = false};
	struct event_person people[] = {{"Budi Santoso", ""}};
	struct notice whole = violation(5), masked = {.was = whole.was};
	whole.update.event.people = people;
	whole.update.event.person_count = 1;
	whole.update.event.sentence = "Budi Santoso diduga menyukai unggahan calon.";
	whole.update.article.title = text("Budi Santoso dilaporkan, kata Budi");
	assert_int_equal(message_mask(&policy, &whole.update, &f->arena, &masked.update), 0);
	mail(f, &masked, 1, false);
	has(f, "B.");
	has_not(f, "Budi");
	has_not(f, "Santoso");
	assert_null(strstr(header(f, "subject"), "Budi"));
	assert_null(strstr(header(f, "subject"), "Santoso"));
}

/* A word without an end is broken for transport and comes out whole. */
static void test_long_word(void **state)
{
	struct fixture *f = *state;
	char word[3001], wide[3001];
	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	for (size_t i = 0; i + 1 < sizeof(wide); i += 3)
		memcpy(wide + i, "\xE4\xB8\xAD", 3);
	wide[sizeof(wide) - 1] = '\0';
	struct notice n = violation(5);
	n.update.event.place.name = wide;
	n.update.event.sentence = word;
	mail(f, &n, 1, false);
	assert_non_null(strstr(part(f, "plain"), "wwwwwwwwww"));
	assert_null(strstr(header(f, "subject"), "\xEF\xBF\xBD"));
	has_not(f, "\xEF\xBF\xBD");
}

static void test_escapes_are_shown_as_they_are(void **state)
{
	struct fixture *f = *state;
	struct notice n = violation(5);
	n.update.event.sentence = "a <b> & \"c\" 'd' &lt;e&gt;";
	mail(f, &n, 1, false);
	has(f, n.update.event.sentence);
}

static void test_links_that_are_none(void **state)
{
	static const char *const urls[] = {"javascript:alert(1)",
					   "data:text/html,x",
					   "file:///etc/x",
					   "//x.example/a",
					   "https://bank.example@x.example/",
					   "https://",
					   "mailto:a@example.org",
					   "x"};
	struct fixture *f = *state;
	for (size_t i = 0; i < netral_countof(urls); i++) {
		struct notice n = violation(5);
		n.update.article.url = text(urls[i]);
		mail(f, &n, 1, false);
		assert_int_equal(json_array_size(json_object_get(f->read, "links")), 0);
		has(f, "Camat dilaporkan");
	}
}

/* The worst that fits into an update: a single mail stays within what the outbox takes. */
static void test_long_texts(void **state)
{
	struct fixture *f = *state;
	char longest[4097];
	const char *items[EVENT_LIST_MAX];
	struct update_report reports[8] = {0};
	const char fillers[] = {'"', 'x', '\xC3'};
	for (size_t k = 0; k < sizeof(fillers); k++) {
		memset(longest, fillers[k], sizeof(longest) - 1);
		for (size_t i = 1; fillers[k] == '\xC3' && i < sizeof(longest); i += 2)
			longest[i] = '\xA9';
		longest[sizeof(longest) - 1] = '\0';
		struct notice n = violation(5);
		char url[4097] = "https://x.example/?";
		memset(url + 19, '&', sizeof(url) - 20);
		for (size_t i = 0; i < EVENT_LIST_MAX; i++)
			items[i] = longest;
		n.update.event.sentence = n.update.event.election = longest;
		n.update.event.place.name = n.update.event.place.province = longest;
		n.update.event.institutions = n.update.event.sanctions =
			n.update.event.legal_basis = items;
		n.update.event.institution_count = n.update.event.sanction_count =
			n.update.event.legal_basis_count = EVENT_LIST_MAX;
		n.update.article.title = text(longest);
		n.update.article.url = (struct text){url, 1000};
		for (size_t i = 0; i < netral_countof(reports); i++) {
			reports[i].article = n.update.article;
			reports[i].article.url.len = 500;
			reports[i].article.id.bytes[0] = (uint8_t)(1 + i);
		}
		n.update.reports = reports;
		n.update.listed_count = netral_countof(reports);
		n.update.report_count = UINT32_MAX;
		mail(f, &n, 1, false);
		assert_true(json_integer_value(json_object_get(f->read, "bytes")) < MESSAGE_MAX);
	}
}

/* --- digests --- */

static void test_digest(void **state)
{
	struct fixture *f = *state;
	struct notice n[6];
	static const char *const ids[] = {ID "-1", ID "-2", ID "-3", ID "-4", ID "-5", ID "-6"};
	for (size_t i = 0; i < 6; i++) {
		n[i] = violation(i + 1);
		n[i].update.event.id = ids[i];
	}
	n[0].update.event.kind = EVENT_KIND_SESSION;
	n[0].update.event.status = EVENT_STATUS_HELD;
	n[1].update.event.place = (struct event_place){"94", "Papua", "Papua"};
	n[2].update.event.scope = n[3].update.event.scope = EVENT_SCOPE_TOTAL;
	n[2].update.event.count = (struct event_count){4100, EVENT_QUALIFIER_EXACT};
	n[3].update.event.count = (struct event_count){23, EVENT_QUALIFIER_EXACT};
	n[4].was = as_told(&n[4]);
	n[4].update.event.status = EVENT_STATUS_DISMISSED;
	mail(f, n, 6, false);
	has(f, "Kabar dalam surat ini: 6");
	has(f, "Di antaranya koreksi atau perubahan: 1");
	has_in_order(f, "Koreksi dan perubahan", "Semula: diduga.");
	has_in_order(f, "Semula: diduga.", "Pelanggaran (2)");
	has_in_order(f, "Pelanggaran (2)", "Kota Ambon, Maluku");
	has_in_order(f, "Pelanggaran (2)", "Papua");
	has_in_order(f, "Papua", "Sosialisasi (1)");
	has_in_order(f, "Sosialisasi (1)", "Rekapitulasi (2)");
	has_in_order(f, "Rekapitulasi (2)", "Jangan dijumlahkan");
	has_in_order(f, "Rekapitulasi (2)", "Jumlah: 4.100");
	has_in_order(f, "Rekapitulasi (2)", "Jumlah: 23");
	has_not(f, "4.123");
	has_not(f, "netral watch");
	has_not(f, "[netral]");
	assert_string_equal(header(f, "references"), "");
	assert_non_null(strstr(header(f, "subject"), "[netral] 6 kabar netralitas, "));
}

/* What is left out is counted, and where it begins is said. */
static void test_long_digest(void **state)
{
	enum { COUNT = 500 };
	static struct notice n[COUNT];
	struct fixture *f = *state;
	char sentence[901];
	unsigned shown = 0, more = 0;
	memset(sentence, 'x', sizeof(sentence) - 1);
	sentence[sizeof(sentence) - 1] = '\0';
	for (unsigned i = 0; i < COUNT; i++) {
		n[i] = violation(i + 1);
		n[i].update.event.id = arena_printf(&f->arena, "%s-%u", ID, i + 1);
		n[i].update.event.sentence = sentence;
	}
	mail(f, n, COUNT, false);
	const char *plain = part(f, "plain");
	for (const char *at = plain; (at = strstr(at, "netral show ")); at++)
		shown++;
	const char *line = strstr(plain, "\nDan ");
	assert_non_null(line);
	assert_int_equal(sscanf(line, "\nDan %u lagi", &more), 1);
	assert_int_equal(shown + more, COUNT);
	assert_true(shown >= 20);
	char command[64];
	snprintf(command, sizeof(command), "netral watch --from %u", shown + 1);
	has(f, command);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_all_that_is_known),
		TEST(test_english),
		TEST(test_header),
		TEST(test_correction),
		TEST(test_other_details),
		TEST(test_told_again),
		TEST(test_withdrawn),
		TEST(test_sample),
		TEST(test_little_is_known),
		TEST(test_same_id_each_time),
		TEST(test_hostile_texts),
		TEST(test_names_are_masked),
		TEST(test_long_word),
		TEST(test_escapes_are_shown_as_they_are),
		TEST(test_links_that_are_none),
		TEST(test_long_texts),
		TEST(test_digest),
		TEST(test_long_digest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
