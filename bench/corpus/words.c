/* The lists were typed for this file. They need not make sense together: what counts for the bench
 * is that lengths, frequencies and the share of affixed forms look like Indonesian news. */
#include "bench/corpus/words.h"

#include "lib/cleanup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most frequent first: the weight of a word falls with its place. */
static const char *const function_words[] = {
	"yang",      "dan",      "di",      "itu",      "dengan",  "untuk",   "ini",    "dari",
	"tidak",     "dalam",    "pada",    "akan",     "ke",      "juga",    "oleh",   "karena",
	"bisa",      "ada",      "sudah",   "mereka",   "tahun",   "telah",   "adalah", "saat",
	"tersebut",  "orang",    "para",    "kata",     "atau",    "sebagai", "kami",   "bahwa",
	"menjadi",   "lebih",    "dapat",   "kita",     "harus",   "masih",   "hari",   "dia",
	"satu",      "belum",    "setelah", "hanya",    "kepada",  "seperti", "namun",  "saya",
	"lalu",      "lain",     "banyak",  "terhadap", "antara",  "hingga",  "ketika", "secara",
	"sejak",     "beberapa", "bagi",    "sangat",   "serta",   "sampai",  "agar",   "jika",
	"selama",    "sebelum",  "dua",     "tiga",     "tanpa",   "bukan",   "pun",    "maka",
	"sementara", "atas",     "baru",    "lagi",     "setiap",  "semua",   "paling", "hampir",
	"sekitar",   "bersama",  "melalui", "tetapi",   "bahkan",  "mulai",   "waktu",  "kini",
	"tentang",   "sedang",   "segera",  "pernah",   "mungkin", "kembali", "tetap",  "supaya",
	"meski",     "apakah",   "empat",   "lima",     "sepuluh", "pertama", "kedua",  "terakhir",
	"kemarin",   "besok",    "sering",  "jarang",   "cukup",   "kurang",  "demi",   "usai",
};

static const char *const roots[] = {
	/* government and law */
	"perintah",
	"dewan",
	"rapat",
	"sidang",
	"putus",
	"hukum",
	"jaksa",
	"hakim",
	"polisi",
	"tuntut",
	"gugat",
	"periksa",
	"selidik",
	"lapor",
	"adu",
	"bukti",
	"saksi",
	"langgar",
	"sanksi",
	"tegur",
	"camat",
	"lurah",
	"bupati",
	"gubernur",
	"menteri",
	"presiden",
	"wakil",
	"jabat",
	"lantik",
	"pimpin",
	"anggota",
	"partai",
	"pilih",
	"suara",
	"calon",
	"kampanye",
	"awas",
	"netral",
	"deklarasi",
	"ikrar",
	"dukung",
	"tolak",
	"setuju",
	"usul",
	"bahas",
	"atur",
	"undang",
	"pasal",
	"surat",
	"edar",
	"izin",
	"larang",
	"wajib",
	"hak",
	"warga",
	"rakyat",
	"negara",
	"daerah",
	"pusat",
	"provinsi",
	"desa",
	"kota",
	"layan",
	"urus",
	"kelola",
	"anggar",
	"belanja",
	"pajak",
	"hibah",
	"bantu",
	"program",
	"rencana",
	"target",
	"capai",
	/* economy */
	"usaha",
	"dagang",
	"pasar",
	"jual",
	"beli",
	"harga",
	"naik",
	"turun",
	"untung",
	"rugi",
	"modal",
	"pinjam",
	"utang",
	"bank",
	"bunga",
	"saham",
	"dana",
	"kirim",
	"ekspor",
	"impor",
	"produksi",
	"pabrik",
	"buruh",
	"upah",
	"kerja",
	"tani",
	"panen",
	"padi",
	"beras",
	"jagung",
	"kedelai",
	"cabai",
	"bawang",
	"gula",
	"kopi",
	"kelapa",
	"sawit",
	"karet",
	"tebu",
	"sayur",
	"buah",
	"ikan",
	"udang",
	"nelayan",
	"kapal",
	"laut",
	"tambak",
	"ternak",
	"sapi",
	"ayam",
	"telur",
	"pupuk",
	"bibit",
	"lahan",
	"sawah",
	"irigasi",
	"bendung",
	"tambang",
	"nikel",
	"emas",
	"timah",
	"batu",
	"pasir",
	"semen",
	"baja",
	"listrik",
	"minyak",
	"gas",
	"energi",
	"surya",
	"angin",
	"mesin",
	"motor",
	"mobil",
	"truk",
	"kereta",
	"pesawat",
	"terbang",
	"bandara",
	"stasiun",
	"terminal",
	"jalan",
	"jembatan",
	"tol",
	"aspal",
	"macet",
	"parkir",
	"tumpang",
	"angkut",
	"tarif",
	"tiket",
	"hotel",
	"wisata",
	"kunjung",
	"pantai",
	"gunung",
	"danau",
	"taman",
	"museum",
	"candi",
	"budaya",
	"seni",
	"tari",
	"musik",
	"lagu",
	"film",
	"konser",
	"pentas",
	"lukis",
	"ukir",
	"batik",
	"tenun",
	"kuliner",
	"masak",
	"makan",
	"minum",
	/* health and education */
	"sehat",
	"sakit",
	"obat",
	"rawat",
	"dokter",
	"bidan",
	"perawat",
	"vaksin",
	"suntik",
	"demam",
	"wabah",
	"tular",
	"gizi",
	"stunting",
	"hamil",
	"lahir",
	"bayi",
	"anak",
	"ibu",
	"lansia",
	"pasien",
	"klinik",
	"puskesmas",
	"darah",
	"jantung",
	"paru",
	"ginjal",
	"mata",
	"gigi",
	"ajar",
	"guru",
	"murid",
	"siswa",
	"sekolah",
	"kelas",
	"ujian",
	"lulus",
	"daftar",
	"kuliah",
	"dosen",
	"kampus",
	"teliti",
	"ilmu",
	"buku",
	"baca",
	"tulis",
	"hitung",
	"bahasa",
	"beasiswa",
	"kurikulum",
	"latih",
	"didik",
	"asuh",
	"bimbing",
	"uji",
	"nilai",
	"pandai",
	/* weather and disaster */
	"hujan",
	"banjir",
	"longsor",
	"gempa",
	"tsunami",
	"letus",
	"abu",
	"asap",
	"kebakaran",
	"kering",
	"panas",
	"dingin",
	"badai",
	"ombak",
	"petir",
	"cuaca",
	"iklim",
	"suhu",
	"genang",
	"rendam",
	"hanyut",
	"rusak",
	"roboh",
	"runtuh",
	"ungsi",
	"selamat",
	"korban",
	"luka",
	"tewas",
	"hilang",
	"cari",
	"evakuasi",
	"posko",
	"tenda",
	"logistik",
	"salur",
	"tanggap",
	"darurat",
	"siaga",
	"waspada",
	"bencana",
	"hutan",
	"sungai",
	"sampah",
	"limbah",
	"cemar",
	"bersih",
	"tanam",
	"pohon",
	"satwa",
	"burung",
	"gajah",
	"harimau",
	"lindung",
	"lestari",
	/* sport */
	"laga",
	"tanding",
	"menang",
	"kalah",
	"seri",
	"gol",
	"cetak",
	"tendang",
	"bola",
	"klub",
	"pemain",
	"latihan",
	"liga",
	"juara",
	"piala",
	"medali",
	"atlet",
	"renang",
	"lari",
	"sepeda",
	"tinju",
	"silat",
	"panah",
	"bulutangkis",
	"voli",
	"basket",
	"wasit",
	"stadion",
	"tonton",
	"sorak",
	"cedera",
	"transfer",
	"kontrak",
	"musim",
	"babak",
	"final",
	/* technology and media */
	"teknologi",
	"digital",
	"internet",
	"jaringan",
	"aplikasi",
	"data",
	"sandi",
	"retas",
	"gawai",
	"layar",
	"kamera",
	"video",
	"siar",
	"berita",
	"media",
	"unggah",
	"unduh",
	"akun",
	"pesan",
	"komentar",
	"viral",
	"hoaks",
	"klarifikasi",
	"wawancara",
	"foto",
	"rekam",
	/* people and daily life */
	"rumah",
	"keluarga",
	"nikah",
	"pesta",
	"tetangga",
	"kampung",
	"pemuda",
	"tokoh",
	"ulama",
	"pendeta",
	"masjid",
	"gereja",
	"pura",
	"doa",
	"ibadah",
	"puasa",
	"zakat",
	"haji",
	"adat",
	"upacara",
	"bendera",
	"lomba",
	"hadiah",
	"hibur",
	"main",
	"tamu",
	"datang",
	"pergi",
	"pulang",
	"tinggal",
	"pindah",
	"tumbuh",
	"kembang",
	"ubah",
	"tambah",
	"kurangi",
	"besar",
	"kecil",
	"tinggi",
	"rendah",
	"panjang",
	"pendek",
	"cepat",
	"lambat",
	"kuat",
	"lemah",
	"baik",
	"buruk",
	"aman",
	"bahaya",
	"mudah",
	"sulit",
	"murah",
	"mahal",
	"penuh",
	"kosong",
	"buka",
	"tutup",
	"masuk",
	"keluar",
	"terima",
	"beri",
	"ambil",
	"simpan",
	"bawa",
	"antar",
	"tunggu",
	"temu",
	"bicara",
	"jawab",
	"tanya",
	"minta",
	"harap",
	"yakin",
	"duga",
	"kira",
	"pikir",
	"rasa",
	"lihat",
	"dengar",
	"pantau",
	"tinjau",
	"ukur",
	"catat",
	"hasil",
	"sebab",
	"akibat",
	"dampak",
	"masalah",
	"solusi",
	"gagal",
	"sukses",
	"lanjut",
	"henti",
	"tunda",
	"cabut",
	"ganti",
	"pasang",
	"bangun",
	"perbaiki",
	"siap",
	"sedia",
	"guna",
	"manfaat",
};

static const char *const first_names[] = {
	"Agus",   "Aminah",   "Anton",   "Bagus",  "Benediktus", "Citra",  "Dahlan", "Darmawan",
	"Diah",   "Elisabet", "Fajar",   "Farida", "Gede",       "Gilang", "Hasan",  "Herlina",
	"Ignas",  "Ismail",   "Johanis", "Komang", "Laila",      "Lukman", "Marten", "Mega",
	"Nadia",  "Nengah",   "Oktavia", "Paulus", "Rahmat",     "Ratih",  "Ridwan", "Salma",
	"Samsul", "Siska",    "Tirta",   "Umar",   "Vera",       "Wahyu",  "Yance",  "Zulkifli",
};

static const char *const last_names[] = {
	"Adiputra",  "Amirudin",   "Batubara", "Damanik",    "Ekaputri",  "Firmansyah",
	"Ginting",   "Hartono",    "Irawan",   "Junaedi",    "Kurniawan", "Latuconsina",
	"Manurung",  "Nainggolan", "Oematan",  "Pattiasina", "Purnama",   "Rumbiak",
	"Sembiring", "Sihombing",  "Sudrajat", "Tahir",      "Tambunan",  "Usman",
	"Wenda",     "Widodo",     "Yulianto", "Zebua",
};

static const char *const towns[] = {
	"Ambon",      "Kupang",    "Manado",   "Palu",         "Kendari", "Mamuju",    "Sorong",
	"Jayapura",   "Ternate",   "Tual",     "Maumere",      "Ende",    "Bima",      "Mataram",
	"Denpasar",   "Singaraja", "Malang",   "Blitar",       "Tuban",   "Surakarta", "Salatiga",
	"Pekalongan", "Brebes",    "Cirebon",  "Sumedang",     "Ciamis",  "Bogor",     "Serang",
	"Pandeglang", "Metro",     "Bengkulu", "Lubuklinggau", "Jambi",   "Dumai",     "Solok",
	"Sibolga",    "Langsa",    "Sabang",   "Singkawang",   "Sintang", "Tarakan",   "Bontang",
	"Palopo",     "Parepare",  "Baubau",   "Bitung",
};

static const char *const bodies[] = {
	"Badan Pengawas Pemilihan Umum",
	"Komisi Aparatur Sipil Negara",
	"Badan Kepegawaian Negara",
	"Kementerian Dalam Negeri",
	"Dinas Pekerjaan Umum",
	"Dinas Pendidikan dan Kebudayaan",
	"Badan Penanggulangan Bencana Daerah",
	"Kantor Pertanahan",
	"Dewan Perwakilan Rakyat Daerah",
	"Kejaksaan Negeri",
	"Perusahaan Daerah Air Minum",
	"Balai Besar Wilayah Sungai",
	"Rumah Sakit Umum Daerah",
	"Kantor Kesyahbandaran",
	"Dinas Kelautan dan Perikanan",
};

static const char *const months[] = {"Januari",   "Februari", "Maret",    "April",
				     "Mei",       "Juni",     "Juli",     "Agustus",
				     "September", "Oktober",  "November", "Desember"};

static const char *const weekdays[] = {"Senin", "Selasa", "Rabu",  "Kamis",
				       "Jumat", "Sabtu",  "Minggu"};

enum {
	FUNCTION_COUNT = netral_countof(function_words),
	ROOT_COUNT = netral_countof(roots),
	FORMS_PER_ROOT = 10,
	AFFIXED_COUNT = ROOT_COUNT * FORMS_PER_ROOT,
	WORD_COUNT = FUNCTION_COUNT + ROOT_COUNT + AFFIXED_COUNT,
	WORD_SIZE = 48,
};

struct vocabulary {
	char affixed[AFFIXED_COUNT][WORD_SIZE];
	const char *words[WORD_COUNT]; /* function words, roots, affixed forms */
	double cumulated[WORD_COUNT];
};

/* meN-: the prefix that melts into the root's first letter. */
static void nasal(char *out, size_t size, const char *root)
{
	switch (root[0]) {
	case 'p':
		snprintf(out, size, "mem%s", root + 1);
		break;
	case 't':
		snprintf(out, size, "men%s", root + 1);
		break;
	case 's':
		snprintf(out, size, "meny%s", root + 1);
		break;
	case 'k':
		snprintf(out, size, "meng%s", root + 1);
		break;
	case 'b':
	case 'f':
	case 'v':
		snprintf(out, size, "mem%s", root);
		break;
	case 'c':
	case 'd':
	case 'j':
	case 'z':
		snprintf(out, size, "men%s", root);
		break;
	case 'l':
	case 'm':
	case 'n':
	case 'r':
	case 'w':
	case 'y':
		snprintf(out, size, "me%s", root);
		break;
	default:
		snprintf(out, size, "meng%s", root);
	}
}

static void affix(char forms[][WORD_SIZE], const char *root)
{
	char active[WORD_SIZE - 8];
	nasal(active, sizeof(active), root);
	snprintf(forms[0], WORD_SIZE, "%s", active);
	snprintf(forms[1], WORD_SIZE, "%skan", active);
	snprintf(forms[2], WORD_SIZE, "di%s", root);
	snprintf(forms[3], WORD_SIZE, "di%skan", root);
	snprintf(forms[4], WORD_SIZE, "ber%s", root);
	snprintf(forms[5], WORD_SIZE, "ter%s", root);
	snprintf(forms[6], WORD_SIZE, "ke%san", root);
	snprintf(forms[7], WORD_SIZE, "p%san", active + 1);
	snprintf(forms[8], WORD_SIZE, "%snya", root);
	snprintf(forms[9], WORD_SIZE, "%s-%s", root, root);
}

/* Scatters the affixed forms over the tail, so that each root has frequent and rare forms. */
static void shuffle(char list[][WORD_SIZE], uint32_t count)
{
	struct random r = {.state = 7};
	for (uint32_t i = count - 1; i > 0; i--) {
		uint32_t j = random_below(&r, i + 1);
		char kept[WORD_SIZE];
		memcpy(kept, list[i], WORD_SIZE);
		memcpy(list[i], list[j], WORD_SIZE);
		memcpy(list[j], kept, WORD_SIZE);
	}
}

static void weigh(struct vocabulary *v)
{
	double sum = 0;
	size_t n = 0;
	for (size_t i = 0; i < FUNCTION_COUNT; i++)
		v->cumulated[n++] = sum += 5.0 / ((double)i + 5);
	for (size_t i = 0; i < ROOT_COUNT; i++)
		v->cumulated[n++] = sum += 1.3 / ((double)i + 30);
	for (size_t i = 0; i < AFFIXED_COUNT; i++)
		v->cumulated[n++] = sum += 1.2 / ((double)i + 150);
}

struct vocabulary *vocabulary_new(void)
{
	struct vocabulary *v = calloc(1, sizeof(*v));
	if (!v)
		return NULL;
	size_t n = 0;
	for (size_t i = 0; i < FUNCTION_COUNT; i++)
		v->words[n++] = function_words[i];
	/* Coprime steps take every root once, in an order that mixes the subjects. */
	for (size_t i = 0; i < ROOT_COUNT; i++)
		v->words[n++] = roots[i * 211 % ROOT_COUNT];
	for (size_t i = 0; i < ROOT_COUNT; i++)
		affix(v->affixed + i * FORMS_PER_ROOT, roots[i]);
	shuffle(v->affixed, AFFIXED_COUNT);
	for (size_t i = 0; i < AFFIXED_COUNT; i++)
		v->words[n++] = v->affixed[i];
	weigh(v);
	return v;
}

void vocabulary_free(struct vocabulary *v)
{
	free(v);
}

const char *vocabulary_word(const struct vocabulary *v, struct random *r)
{
	double at = random_unit(r) * v->cumulated[WORD_COUNT - 1];
	size_t low = 0, high = WORD_COUNT - 1;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (v->cumulated[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}
	return v->words[low];
}

const char *vocabulary_root(const struct vocabulary *v, struct random *r)
{
	return v->words[FUNCTION_COUNT + random_below(r, ROOT_COUNT)];
}

const char *vocabulary_affixed(const struct vocabulary *v, struct random *r, uint32_t among)
{
	return v->affixed[random_below(r, among < AFFIXED_COUNT ? among : AFFIXED_COUNT)];
}

bool vocabulary_is_function_word(const struct vocabulary *v, const char *word)
{
	for (size_t i = 0; i < FUNCTION_COUNT; i++) {
		if (strcmp(v->words[i], word) == 0)
			return true;
	}
	return false;
}

#define PICK(list, r) (list)[random_below((r), netral_countof(list))]

const char *word_first_name(struct random *r)
{
	return PICK(first_names, r);
}

const char *word_last_name(struct random *r)
{
	return PICK(last_names, r);
}

const char *word_town(struct random *r)
{
	return PICK(towns, r);
}

const char *word_body(struct random *r)
{
	return PICK(bodies, r);
}

const char *word_month(unsigned month)
{
	return months[(month - 1) % netral_countof(months)];
}

const char *word_weekday(struct random *r)
{
	return PICK(weekdays, r);
}
