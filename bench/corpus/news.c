#include "bench/corpus/news.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <ctype.h>
#include <string.h>

/* What the subject of this project looks like in the press: {P} a person, {T} a town, {B} a body,
 * {N} a number, {D} a date. Own sentences. */
static const char *const neutral_sentences[] = {
	"Pemerintah Kota {T} menggelar sosialisasi netralitas ASN yang diikuti {N} pegawai, {D}.",
	"Bawaslu Kota {T} mengingatkan seluruh ASN agar tidak memihak salah satu pasangan calon.",
	"{B} memeriksa {N} ASN di {T} yang diduga hadir dalam kampanye pasangan calon wali kota.",
	"Para camat dan lurah di {T} mengucapkan ikrar netralitas pada apel pagi, {D}.",
	"Menurut {P}, {N} laporan dugaan pelanggaran netralitas ASN telah diteruskan ke BKN.",
	"Kepala desa yang terbukti melanggar netralitas dijatuhi sanksi teguran tertulis, {D}.",
	"{P} menegaskan ASN dilarang membagikan unggahan bakal calon di media sosial.",
	"Sebanyak {N} pegawai di {T} menandatangani pakta integritas netralitas pada {D}.",
};

static int put(struct buf *out, const char *s)
{
	return buf_append_str(out, s);
}

static int put_date(struct random *r, struct buf *out)
{
	unsigned day = random_between(r, 1, 28), month = random_between(r, 1, 12);
	if (random_below(r, 2) == 0)
		return buf_printf(out, "%s (%u/%u/2024)", word_weekday(r), day, month);
	return buf_printf(out, "%u %s 2024", day, word_month(month));
}

static int put_person(struct random *r, struct buf *out)
{
	const char *first = word_first_name(r), *last = word_last_name(r);
	return buf_printf(out, "%s %s", first, last);
}

static int put_field(char field, struct random *r, struct buf *out)
{
	switch (field) {
	case 'P':
		return put_person(r, out);
	case 'T':
		return put(out, word_town(r));
	case 'B':
		return put(out, word_body(r));
	case 'N':
		return buf_printf(out, "%u", random_between(r, 2, 480));
	default:
		return put_date(r, out);
	}
}

static int put_template(const char *template, struct random *r, struct buf *out)
{
	int err = NETRAL_OK;
	for (const char *p = template; *p && err == NETRAL_OK;) {
		const char *brace = strchr(p, '{');
		size_t plain = brace ? (size_t)(brace - p) : strlen(p);
		err = buf_append(out, p, plain);
		p += plain;
		if (brace && err == NETRAL_OK) {
			err = put_field(brace[1], r, out);
			p += 3;
		}
	}
	return err;
}

static int put_words(const struct vocabulary *v, struct random *r, unsigned count, struct buf *out)
{
	int err = NETRAL_OK;
	for (unsigned i = 0; i < count && err == NETRAL_OK; i++) {
		const char *comma = i > 4 && i + 4 < count && random_below(r, 14) == 0 ? "," : "";
		err = buf_printf(out, "%s%s%s", i ? " " : "", vocabulary_word(v, r), comma);
	}
	return err;
}

int news_clause(const struct vocabulary *v, struct random *r, struct buf *out)
{
	return put_words(v, r, random_between(r, 6, 22), out);
}

static void capitalise(struct buf *out, size_t at)
{
	if (at < out->len)
		out->data[at] = (uint8_t)toupper(out->data[at]);
}

static int put_quote(const struct vocabulary *v, struct random *r, struct buf *out)
{
	int err = put(out, "\u201c");
	size_t start = out->len;
	if (err == NETRAL_OK)
		err = news_clause(v, r, out);
	capitalise(out, start);
	if (err == NETRAL_OK)
		err = put_template(",\u201d kata {P} di {T}, {D}.", r, out);
	return err;
}

static int put_figure(const struct vocabulary *v, struct random *r, struct buf *out)
{
	int err = put_template("{B} menyebut ", r, out);
	if (err == NETRAL_OK)
		err = news_clause(v, r, out);
	unsigned whole = random_between(r, 1, 900), tenth = random_below(r, 10);
	if (err == NETRAL_OK)
		err = buf_printf(out, " sebesar Rp %u,%u miliar atau %u persen.", whole, tenth,
				 random_between(r, 1, 99));
	return err;
}

static int put_sentence(const struct vocabulary *v, struct random *r, bool about, struct buf *out)
{
	uint32_t kind = random_below(r, 100);
	if (about && kind >= 70)
		return put_template(
			neutral_sentences[random_below(r, netral_countof(neutral_sentences))], r,
			out);
	if (kind < 12)
		return put_quote(v, r, out);
	if (kind < 22)
		return put_figure(v, r, out);
	int err = kind < 30 ? put_template("Menurut {P}, ", r, out) : NETRAL_OK;
	size_t start = out->len;
	if (err == NETRAL_OK)
		err = news_clause(v, r, out);
	if (kind >= 30)
		capitalise(out, start);
	return err == NETRAL_OK ? put(out, ".") : err;
}

static int put_title(const struct vocabulary *v, struct random *r, bool about, struct buf *out)
{
	size_t start = out->len;
	int err = put_words(v, r, random_between(r, 6, 11), out);
	if (err == NETRAL_OK && about)
		err = put_template(", Netralitas ASN {T} Disorot", r, out);
	for (size_t i = start; i < out->len; i++) {
		if (i == start || out->data[i - 1] == ' ')
			out->data[i] = (uint8_t)toupper(out->data[i]);
	}
	return err;
}

static int put_lead(struct random *r, struct buf *out)
{
	int err = put(out, "\n\n");
	size_t start = out->len;
	if (err == NETRAL_OK)
		err = put(out, word_town(r));
	for (size_t i = start; i < out->len; i++)
		out->data[i] = (uint8_t)toupper(out->data[i]);
	return err == NETRAL_OK ? put(out, ", WARTA NUSA \u2014 ") : err;
}

static size_t draw_length(struct random *r)
{
	double bytes = random_log_normal(r, 3200, 0.46);
	if (bytes < NEWS_TEXT_MIN)
		return NEWS_TEXT_MIN;
	return bytes > NEWS_TEXT_MAX ? NEWS_TEXT_MAX : (size_t)bytes;
}

int news_article(const struct vocabulary *v, struct random *r, struct buf *out)
{
	size_t start = out->len, target = draw_length(r);
	bool about = random_below(r, 12) == 0;
	int err = put_title(v, r, about, out);
	if (err == NETRAL_OK)
		err = put_lead(r, out);
	const char *gap = "";
	while (err == NETRAL_OK && out->len - start < target) {
		size_t before = out->len;
		err = put(out, gap);
		if (err == NETRAL_OK)
			err = put_sentence(v, r, about, out);
		if (out->len - start > NEWS_TEXT_MAX) {
			out->len = before;
			break;
		}
		gap = random_below(r, 3) == 0 ? "\n\n" : " ";
	}
	return err;
}
