#include "lib/web/xml.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LARGE = 1 << 20 };

/* What the walk saw, as text: <name a=v>...</name>. */
struct seen {
	struct buf text;
	unsigned depth, deepest;
	size_t elements;
};

static const struct text none = {"", 0};

static int on_start(void *user, const struct xml_element *e)
{
	struct seen *s = user;
	struct text a = xml_attribute(e, "", "a");
	s->elements++;
	if (++s->depth > s->deepest)
		s->deepest = s->depth;
	if (s->elements > 1000)
		return NETRAL_OK;
	int r = buf_printf(&s->text, "<%s", e->name);
	if (r == NETRAL_OK && e->space[0])
		r = buf_printf(&s->text, " {%s}", e->space);
	if (r == NETRAL_OK && a.ptr)
		r = buf_printf(&s->text, " a=%.*s", (int)a.len, a.ptr);
	return r == NETRAL_OK ? buf_append_str(&s->text, ">") : r;
}

static int on_end(void *user, const char *name)
{
	struct seen *s = user;
	s->depth--;
	return s->elements > 1000 ? NETRAL_OK : buf_printf(&s->text, "</%s>", name);
}

static int on_text(void *user, const char *s, size_t len)
{
	struct seen *seen = user;
	return seen->text.len > LARGE ? NETRAL_OK : buf_append(&seen->text, s, len);
}

static const struct xml_handler handler = {on_start, on_end, on_text};

static struct xml_damage expect(const char *xml, const char *walk)
{
	struct seen seen = {.depth = 0};
	struct xml_damage damage;
	int r = xml_read(xml, strlen(xml), &none, &handler, &seen, &damage);
	if (r < 0)
		fail_msg("%s: %s", xml, netral_strerror(r));
	assert_int_equal(seen.depth, 0);
	assert_int_equal(buf_append(&seen.text, "", 1), 0);
	assert_string_equal((const char *)seen.text.data, walk);
	buf_fini(&seen.text);
	return damage;
}

static void good_xml_is_walked(void **state)
{
	(void)state;
	struct xml_damage d =
		expect("<?xml version='1.0' encoding='UTF-8'?>\n<!-- x --><r a='1'>"
		       "<b>x &amp; &#233;</b><c/><![CDATA[<p>&amp;]]></r>\n<!-- y -->",
		       "<r a=1><b>x & \xc3\xa9</b><c></c><p>&amp;</r>");
	assert_int_equal(d.repaired + d.mended, 0);
	assert_false(d.cut || d.too_deep || d.too_many);
}

static void namespaces_are_told_by_uri(void **state)
{
	(void)state;
	expect("<x:r xmlns:x='urn:a' xmlns='urn:b'><b/><x:c/></x:r>",
	       "<r {urn:a}><b {urn:b}></b><c {urn:a}></c></r>");
	expect("<r><dc:date>x</dc:date></r>", "<r><date>x</date></r>");
}

/* Each element of a hostile document would be compared with it. */
static void a_long_namespace_is_not_declared(void **state)
{
	(void)state;
	char xml[XML_SPACE_MAX + 100], uri[XML_SPACE_MAX + 2] = "";
	memset(uri, 'u', XML_SPACE_MAX + 1);
	snprintf(xml, sizeof(xml), "<x:r xmlns:x='%s'/>", uri);
	assert_int_equal(expect(xml, "<r></r>").repaired, 1);
	uri[3] = '\0';
	snprintf(xml, sizeof(xml), "<x:r xmlns:x='%s'/>", uri);
	expect(xml, "<r {uuu}></r>");
}

static void what_is_broken_is_mended(void **state)
{
	(void)state;
	static const struct {
		const char *xml, *walk;
	} rows[] = {
		{"  \n<r>x</r>", "<r>x</r>"},
		{"Warning: <b>x</b> on line 3\n<?xml version='1.0'?><r>x</r>", "<r>x</r>"},
		{"Galat <rss:x> <b>y</b> <rss><?xml?>x</rss>", "<rss>x</rss>"},
		{"<r>A & B < C &nbsp;&bukan;</r>", "<r>A & B < C \xc2\xa0&bukan;</r>"},
		{"<r><b>x<c>y</b>z</r>", "<r><b>x<c>y</c></b>z</r>"},
		{"<r>x</b>y</r>", "<r>xy</r>"},
		{"<r>x<br>y</br>z<img a=q></r>", "<r>x<br></br>yz<img a=q></img></r>"},
		{"<r a=1 a='2' b c>x</r>", "<r a=1>x</r>"},
		{"<r a=\"x & <y> &quot;z&quot;\">x</r>", "<r a=x & <y> \"z\">x</r>"},
		{"<r><item>a<item>b</item></r>", "<r><item>a</item><item>b</item></r>"},
		{"<r>]]>x</r>", "<r>]]>x</r>"},
		{"<r><1>x</1><a:b:c>y</a:b:c></r>", "<r><1>x<a:b:c>y</r>"},
		{"<r>x</r><r>y</r>", "<r>x</r>"},
		{"<r\xc3\xa9>x</r\xc3\xa9><s>y</s>", "<s>y</s>"},
	};
	for (size_t i = 0; i < netral_countof(rows); i++)
		expect(rows[i].xml, rows[i].walk);
}

static void a_cut_document_gives_what_there_is(void **state)
{
	(void)state;
	static const struct {
		const char *xml, *walk;
	} rows[] = {
		{"<r><b>x", "<r><b>x</b></r>"},
		{"<r><b>x</b><c a='1", "<r><b>x</b><c a=1></c></r>"},
		{"<r>x<![CDATA[y", "<r>xy</r>"},
		{"<r>x<!-- y", "<r>x</r>"},
		{"<r>x</", "<r>x</r>"},
	};
	for (size_t i = 0; i < netral_countof(rows); i++)
		assert_true(expect(rows[i].xml, rows[i].walk).cut);
}

static void a_doctype_declares_nothing(void **state)
{
	(void)state;
	expect("<!DOCTYPE r [<!ENTITY a 'panjang sekali'><!ENTITY b '&a;&a;&a;&a;'>]><r>&b;</r>",
	       "<r>&b;</r>");
	expect("<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r>x</r>", "<r>x</r>");
	expect("<!DOCTYPE r [<!ENTITY a SYSTEM 'http://a.example/'>]><r>&a;</r>", "<r>&a;</r>");
}

static void what_is_no_xml_is_refused(void **state)
{
	(void)state;
	static const char *const rows[] = {"",  "   ",        "hanya teks", "{\"a\": 1}",
					   "<", "<!-- x -->", "<1>"};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		struct seen seen = {.depth = 0};
		struct xml_damage damage;
		assert_int_equal(
			xml_read(rows[i], strlen(rows[i]), &none, &handler, &seen, &damage),
			NETRAL_EMALFORMED);
	}
}

/* Fills `xml` with <r> and copies of `piece`. */
static struct xml_damage read_many(char *xml, const char *piece, struct seen *seen)
{
	struct xml_damage damage;
	size_t n = strlen(piece);
	memcpy(xml, "<r>", 3);
	for (size_t i = 3; i < LARGE; i++)
		xml[i] = piece[(i - 3) % n];
	*seen = (struct seen){.depth = 0};
	int r = xml_read(xml, LARGE, &none, &handler, seen, &damage);
	if (r < 0 && r != NETRAL_ETOOBIG)
		fail_msg("%s: %s", piece, netral_strerror(r));
	assert_true(seen->deepest <= XML_DEPTH_MAX);
	assert_true(seen->elements <= XML_ELEMENTS_MAX);
	buf_fini(&seen->text);
	return damage;
}

static void hostile_documents_take_linear_time(void **state)
{
	(void)state;
	static const char *const pieces[] = {"<a>",
					     "<a a=",
					     "</a>",
					     "<",
					     "&",
					     "&amp;",
					     "<!--",
					     "<![CDATA[",
					     "<!DOCTYPE>",
					     "<!DOCTYPE[",
					     "<?",
					     "<a a='",
					     "<a a1=1 a2=2",
					     "]]>",
					     "<item>",
					     "<a b:c=''/>",
					     "<x xmlns:a1='b'><x xmlns:a2='c'>"};
	char *xml = malloc(LARGE);
	struct seen seen;
	assert_non_null(xml);
	for (size_t i = 0; i < netral_countof(pieces); i++)
		read_many(xml, pieces[i], &seen);
	assert_true(read_many(xml, "<a>", &seen).too_deep);
	assert_int_equal(seen.deepest, XML_DEPTH_MAX);
	assert_true(read_many(xml, "<a/>", &seen).cut);
	free(xml);
}

static void deep_elements_end_where_they_should(void **state)
{
	(void)state;
	struct buf xml = {.limit = LARGE};
	struct seen seen = {.depth = 0};
	struct xml_damage damage;
	assert_int_equal(buf_append_str(&xml, "<r>"), 0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(buf_append_str(&xml, "<a>"), 0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(buf_append_str(&xml, "</a>"), 0);
	assert_int_equal(buf_append_str(&xml, "<b/></r>"), 0);
	assert_int_equal(xml_read((const char *)xml.data, xml.len, &none, &handler, &seen, &damage),
			 0);
	assert_true(damage.too_deep);
	assert_false(damage.cut);
	assert_int_equal(seen.elements, XML_DEPTH_MAX + 1);
	buf_fini(&xml);
	buf_fini(&seen.text);
}

static int refuse(void *user, const struct xml_element *e)
{
	(void)user;
	return strcmp(e->name, "b") == 0 ? NETRAL_EINVALID : NETRAL_OK;
}

static void the_handler_may_end_it(void **state)
{
	(void)state;
	struct seen seen = {.depth = 1};
	struct xml_damage damage;
	struct xml_handler refusing = {refuse, on_end, on_text};
	assert_int_equal(xml_read("<r><b/></r>", 11, &none, &refusing, &seen, &damage),
			 NETRAL_EINVALID);
	buf_fini(&seen.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_xml_is_walked),
		cmocka_unit_test(namespaces_are_told_by_uri),
		cmocka_unit_test(a_long_namespace_is_not_declared),
		cmocka_unit_test(what_is_broken_is_mended),
		cmocka_unit_test(a_cut_document_gives_what_there_is),
		cmocka_unit_test(a_doctype_declares_nothing),
		cmocka_unit_test(what_is_no_xml_is_refused),
		cmocka_unit_test(hostile_documents_take_linear_time),
		cmocka_unit_test(deep_elements_end_where_they_should),
		cmocka_unit_test(the_handler_may_end_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
