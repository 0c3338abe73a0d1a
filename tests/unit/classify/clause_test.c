#include "tests/unit/classify/fixture.h"

#include "workers/classify/clause.h"

/* What governs the first STATUS cue of the text. */
static unsigned governing(const char *text)
{
	const struct doc *d = fixture_read("", "", text);
	const struct sentence *s = fixture_sentence(0);
	const struct hit *cue = doc_find(d, s, GROUP_STATUS, -1);
	assert_non_null(cue);
	return clause_read(d, s, cue);
}

#define HAS(text, value)   assert_true(governing(text) & CLAUSE_BIT(value))
#define LACKS(text, value) assert_false(governing(text) & CLAUSE_BIT(value))

static void test_prohibition_and_duty(void **state)
{
	(void)state;
	HAS("ASN dilarang ikut kampanye, foto, dan hal lain yang diduga berpihak.", PROHIBITION);
	HAS("Kepala OPD wajib melapor agar yang dicopot tidak bertambah.", DUTY);
	LACKS("ASN harus netral karena seorang camat sudah dicopot.", DUTY);
}

static void test_hypothesis(void **state)
{
	(void)state;
	HAS("Jika terbukti melanggar, ia diproses.", HYPOTHESIS);
	HAS("Ia akan dicopot apabila melanggar.", HYPOTHESIS);
	LACKS("Ia dicopot kemarin; jika ingin banding, ia boleh.", HYPOTHESIS);
	HAS("Sanksi berlaku bagi ASN yang terbukti tidak netral.", HYPOTHESIS);
}

static void test_negation_and_denial(void **state)
{
	(void)state;
	HAS("Lurah itu belum diperiksa.", NEGATION);
	LACKS("Lurah itu tidak hadir, lalu diperiksa.", NEGATION);
	HAS("Belum ada ASN yang dilaporkan.", DENIAL);
	LACKS("Belum ada surat, namun seorang ASN dilaporkan.", DENIAL);
}

static void test_future_and_warning(void **state)
{
	(void)state;
	HAS("Ia akan segera dicopot.", FUTURE);
	LACKS("Ia akan mengikuti upacara lalu pulang setelah dicopot.", FUTURE);
	HAS("Pejabat yang dicopot terancam pidana.", WARNING);
}

static void test_purpose_and_risk(void **state)
{
	(void)state;
	HAS("Edaran terbit supaya tidak ada lagi yang dilaporkan.", PURPOSE);
	HAS("Daerah rawan ASN dilaporkan tidak netral.", RISK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prohibition_and_duty),
		cmocka_unit_test(test_hypothesis),
		cmocka_unit_test(test_negation_and_denial),
		cmocka_unit_test(test_future_and_warning),
		cmocka_unit_test(test_purpose_and_risk),
	};
	return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
