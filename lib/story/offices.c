#include "lib/story/offices.h"

#include "lib/cleanup.h"
#include "lib/story/words.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

enum { SPREAD_SIZE = 160 };

/* The words of a text in lower case, a blank around each; what does not fit is left out. */
static void spread(const char *text, char ret[static SPREAD_SIZE])
{
	struct word w;
	size_t n = 0;
	ret[n++] = ' ';
	for (const char *at = text, *end = text + strlen(text); word_next(&at, end, &w);) {
		if (n + w.len + 2 > SPREAD_SIZE)
			break;
		for (size_t i = 0; i < w.len; i++)
			ret[n++] = (char)tolower((unsigned char)w.ptr[i]);
		ret[n++] = ' ';
	}
	ret[n] = '\0';
}

/* Those who watch, examine and judge, heads of government and their staff, politicians. */
static const char *const speakers[] = {
	" bawaslu ",
	" panwas",
	" pengawas ",
	" badan pengawas",
	" kasn ",
	" bkn ",
	" bkd",
	" bkpsdm",
	" bkpp",
	" bksdm ",
	" kepegawaian ",
	" inspekt",
	" komisi ",
	" komisioner",
	" ketua ",
	" koord",
	" kord",
	" divisi ",
	" gakkumdu ",
	" kpu ",
	" kip ",
	" dkpp ",
	" kapol",
	" polda ",
	" kasat ",
	" jaksa ",
	" kejaksaan ",
	" kejari ",
	" kejati ",
	" kajari ",
	" hakim ",
	" humas ",
	" penerangan ",
	" menteri ",
	" mendagri ",
	" menpan",
	" menko ",
	" kemendagri ",
	" dirjen ",
	" deputi ",
	" gubernur ",
	" wagub ",
	" bupati ",
	" wabup ",
	" wali kota ",
	" walikota ",
	" sekda",
	" sekretaris daerah ",
	" sekretaris kota ",
	" dpr",
	" pengamat ",
	" pemantau ",
	" pelapor ",
	" kuasa hukum ",
	" kesbangpol ",
	" tim ",
};

/* One of them may be accused all the same; but taken for the accused he would join all cases of his
 * area. */
bool office_speaks(const char *role)
{
	char words[SPREAD_SIZE];
	spread(role, words);
	for (size_t i = 0; i < netral_countof(speakers); i++)
		if (strstr(words, speakers[i]))
			return true;
	return false;
}

static const struct {
	const char *form;
	enum office office;
} titles[] = {
	{" kepala desa ", OFFICE_VILLAGE_HEAD},
	{" kades ", OFFICE_VILLAGE_HEAD},
	{" kepala kampung ", OFFICE_VILLAGE_HEAD},
	{" wali nagari ", OFFICE_VILLAGE_HEAD},
	{" keuchik ", OFFICE_VILLAGE_HEAD},
	{" kuwu ", OFFICE_VILLAGE_HEAD},
	{" perbekel ", OFFICE_VILLAGE_HEAD},
	{" sangadi ", OFFICE_VILLAGE_HEAD},
	{" hukum tua ", OFFICE_VILLAGE_HEAD},
	{" pambakal ", OFFICE_VILLAGE_HEAD},
	{" peratin ", OFFICE_VILLAGE_HEAD},
	{" penghulu ", OFFICE_VILLAGE_HEAD},
	{" perangkat desa ", OFFICE_VILLAGE_STAFF},
	{" aparat desa ", OFFICE_VILLAGE_STAFF},
	{" sekretaris desa ", OFFICE_VILLAGE_STAFF},
	{" sekdes ", OFFICE_VILLAGE_STAFF},
	{" sekretaris nagari ", OFFICE_VILLAGE_STAFF},
	{" kepala dusun ", OFFICE_VILLAGE_STAFF},
	{" kadus ", OFFICE_VILLAGE_STAFF},
	{" dukuh ", OFFICE_VILLAGE_STAFF},
	{" lurah ", OFFICE_LURAH},
	{" camat ", OFFICE_CAMAT},
	{" kepala distrik ", OFFICE_CAMAT},
	{" panewu ", OFFICE_CAMAT},
	{" sekretaris camat ", OFFICE_SEKCAM},
	{" sekcam ", OFFICE_SEKCAM},
	{" guru ", OFFICE_TEACHER},
	{" kepala sekolah ", OFFICE_HEADMASTER},
	{" kepsek ", OFFICE_HEADMASTER},
	{" kepala sd", OFFICE_HEADMASTER},
	{" kepala sm", OFFICE_HEADMASTER},
	{" kepala dinas ", OFFICE_AGENCY_HEAD},
	{" kadis", OFFICE_AGENCY_HEAD},
	{" kepala badan ", OFFICE_AGENCY_HEAD},
	{" kaban ", OFFICE_AGENCY_HEAD},
	{" kepala bidang ", OFFICE_SECTION_HEAD},
	{" kabid ", OFFICE_SECTION_HEAD},
	{" kepala bagian ", OFFICE_SECTION_HEAD},
	{" kabag ", OFFICE_SECTION_HEAD},
	{" kepala seksi ", OFFICE_SECTION_HEAD},
	{" kasi ", OFFICE_SECTION_HEAD},
	{" kasubag ", OFFICE_SECTION_HEAD},
	{" puskesmas ", OFFICE_HEALTH},
	{" bidan ", OFFICE_HEALTH},
	{" perawat ", OFFICE_HEALTH},
	{" dokter ", OFFICE_HEALTH},
	{" polisi ", OFFICE_POLICE_ARMY},
	{" polri ", OFFICE_POLICE_ARMY},
	{" tni ", OFFICE_POLICE_ARMY},
	{" babinsa ", OFFICE_POLICE_ARMY},
	{" kpps ", OFFICE_POLLING},
	{" pps ", OFFICE_POLLING},
	{" ppk ", OFFICE_POLLING},
	{" panwascam ", OFFICE_POLLING},
	{" dosen ", OFFICE_LECTURER},
	{" satpol pp ", OFFICE_SATPOL},
	{" penyuluh ", OFFICE_EXTENSION},
};

uint16_t offices_in(const char *text)
{
	char words[SPREAD_SIZE];
	uint16_t found = 0;
	spread(text, words);
	for (size_t i = 0; i < netral_countof(titles); i++)
		if (strstr(words, titles[i].form))
			found |= (uint16_t)titles[i].office;
	return found;
}
