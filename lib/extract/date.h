/* date.h - dates in the text and the addresses of pages, beside what web_date_read() takes. Any
 * thread.
 */
#ifndef NETRAL_LIB_EXTRACT_DATE_H
#define NETRAL_LIB_EXTRACT_DATE_H

#include "lib/web/date.h"

enum { DATE_YEAR_MIN = 1990, DATE_YEAR_MAX = 2099 };

/* The first date in `s`, of which at most 1,000 bytes are looked at:
 *   2024-08-21T14:05:00+07:00, 2024-08-21 14:05, 20240821 and the like;
 *   "Rabu, 21 Agustus 2024 14.05 WIB", "21/08/2024, 14:05 WITA" (day first unless that cannot be);
 *   "Wed, 21 Aug 2024 07:05:00 GMT", "August 21, 2024 2:05 PM".
 * *ret_text is "2024-08-21", with "T14:05:00" when a time of day is told next to it, and with
 * "+07:00" when a zone is (WIB, WITA, WIT, GMT, a number; UTC is "Z").
 * False when there is no date, or one outside of the years above. */
bool date_parse(const char *s, size_t len, char ret_text[static DATE_FORMAT_SIZE]);

/* The same, as a struct. */
bool date_find(const char *s, size_t len, struct date *ret_date);

/* Machines tell UTC, the page shows a reader's time. Moves `told` into the zone that `shown` is in,
 * where both are of one moment: which Indonesian day that was is then plain. Where only a day is
 * shown, that is the first of Indonesia's zones in which it fits. Where the page shows the hour
 * that is told as UTC with a zone of its own, that zone is meant. Otherwise `told` stays as it is.
 */
void date_to_shown_zone(struct date *told, const struct date *shown);

/* The day in the path of an address: /2024/08/21/, /2024-08-21-, /20240821. */
bool date_of_url(const char *url, size_t len, struct date *ret_date);

#endif
