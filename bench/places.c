#include "bench/places.h"

#include "lib/cleanup.h"

static const struct event_place places[] = {
	{"81.71", "Kota Ambon", "Maluku"},          {"53.71", "Kota Kupang", "Nusa Tenggara Timur"},
	{"32.73", "Kota Bandung", "Jawa Barat"},    {"33.74", "Kota Semarang", "Jawa Tengah"},
	{"71", "Sulawesi Utara", "Sulawesi Utara"}, {"ID", "Nasional", ""},
};

struct event_place bench_place(const struct article_id *id)
{
	return places[id->bytes[ARTICLE_ID_BYTES - 1] % netral_countof(places)];
}
