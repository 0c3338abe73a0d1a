#include "alert/mime.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/utf8.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	LINE_MAX_CHARS = 76,
	WORD_BYTES = 39,   /* of text in an encoded word: 12 + 4 * 39 / 3 + 2 characters are 66, and
			    * the first follows a name */
	BASE64_BYTES = 57, /* of text in a line of 76 */
	NAME_MAX_CHARS = 30,
};

/* --- addresses --- */

static bool is_atext(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/* Atoms with single dots between them. */
static bool is_dot_atom(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool is_dot = s[i] == '.' && i > 0 && i + 1 < len && s[i - 1] != '.';
		if (!is_dot && !is_atext(s[i]))
			return false;
	}
	return len > 0;
}

static bool is_domain(const char *s)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	for (;;) {
		size_t len = strcspn(s, ".");
		if (len == 0 || len > 63 || s[0] == '-' || s[len - 1] == '-')
			return false;
		for (size_t i = 0; i < len; i++) {
			if (s[i] != '-' && !strchr(letters, s[i]))
				return false;
		}
		if (!s[len])
			return true;
		s += len + 1;
	}
}

bool mime_address_ok(const char *address)
{
	const char *at = strrchr(address, '@');
	return at && strlen(address) <= MIME_ADDRESS_MAX && at - address <= 64 &&
	       is_dot_atom(address, (size_t)(at - address)) && is_domain(at + 1);
}

/* --- header fields --- */

static bool is_plain(const char *name, const char *value)
{
	if (strlen(name) + 2 + strlen(value) > LINE_MAX_CHARS || strstr(value, "=?") ||
	    value[0] == ' ')
		return false;
	for (; *value; value++) {
		if (*value < ' ' || *value > '~')
			return false;
	}
	return true;
}

static int append_base64(struct buf *out, const uint8_t *data, size_t len)
{
	char text[sodium_base64_ENCODED_LEN(BASE64_BYTES, sodium_base64_VARIANT_ORIGINAL)];
	sodium_bin2base64(text, sizeof(text), data, len, sodium_base64_VARIANT_ORIGINAL);
	return buf_append_str(out, text);
}

/* A character is never divided between two. */
static int encoded_words(struct buf *out, const char *value)
{
	uint8_t word[WORD_BYTES];
	int r = NETRAL_OK;
	size_t left = strlen(value);
	while (left > 0 && r == NETRAL_OK) {
		size_t len = left > WORD_BYTES ? utf8_cut(value, WORD_BYTES) : left;
		if (len == 0) /* no UTF-8: nothing of it can be shown */
			len = 1;
		for (size_t i = 0; i < len; i++) {
			bool is_control = (unsigned char)value[i] < ' ' || value[i] == 0x7F;
			word[i] = is_control ? ' ' : (uint8_t)value[i];
		}
		r = buf_append_str(out, "=?utf-8?B?");
		r = r ? r : append_base64(out, word, len);
		r = r ? r : buf_append_str(out, left > len ? "?=\r\n " : "?=");
		value += len;
		left -= len;
	}
	return r;
}

int mime_header(struct buf *out, const char *name, const char *value)
{
	netral_assert(strlen(name) <= NAME_MAX_CHARS);
	int r = buf_printf(out, "%s: ", name);
	if (r == NETRAL_OK && strlen(name) > 8 && !is_plain(name, value))
		r = buf_append_str(out, "\r\n ");
	if (r == NETRAL_OK)
		r = is_plain(name, value) ? buf_append_str(out, value) : encoded_words(out, value);
	return r == NETRAL_OK ? buf_append_str(out, "\r\n") : r;
}

int mime_list(struct buf *out, const char *name, const char *const *values, size_t count,
	      const char *separator)
{
	int r = buf_printf(out, "%s: ", name);
	for (size_t i = 0; i < count && r == NETRAL_OK; i++)
		r = buf_printf(out, "%s%s", values[i], i + 1 < count ? separator : "");
	return r == NETRAL_OK ? buf_append_str(out, "\r\n") : r;
}

/* The names are those of the standard, in any locale. */
void mime_date(uint64_t real_us, char ret[static MIME_DATE_SIZE])
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t now = (time_t)(real_us / 1000000);
	struct tm t = {0};
	gmtime_r(&now, &t);
	snprintf(ret, MIME_DATE_SIZE, "%s, %d %s %04d %02d:%02d:%02d +0000", days[t.tm_wday % 7],
		 t.tm_mday, months[t.tm_mon % 12], 1900 + t.tm_year, t.tm_hour, t.tm_min, t.tm_sec);
}

/* --- bodies --- */

/* Whether the byte at `i` must be escaped. A point or "From " at the beginning of a line is what
 * transports change, and blanks at its end are what they drop. */
static bool is_escaped(const char *text, size_t len, size_t i, size_t column)
{
	unsigned char c = (unsigned char)text[i];
	bool ends = i + 1 == len || text[i + 1] == '\n';
	if (c == ' ' || c == '\t')
		return ends;
	if (c < '!' || c > '~' || c == '=')
		return true;
	return column == 0 && (c == '.' || c == 'F');
}

static int quoted_printable(struct buf *out, const char *text, size_t len)
{
	size_t column = 0;
	int r = NETRAL_OK;
	for (size_t i = 0; i < len && r == NETRAL_OK; i++) {
		if (text[i] == '\n') {
			r = buf_append_str(out, "\r\n");
			column = 0;
			continue;
		}
		size_t width = is_escaped(text, len, i, column) ? 3 : 1;
		if (column + width > LINE_MAX_CHARS - 1) {
			r = buf_append_str(out, "=\r\n");
			column = 0;
			width = is_escaped(text, len, i, column) ? 3 : 1;
		}
		if (r == NETRAL_OK)
			r = width == 3 ? buf_printf(out, "=%02X", (unsigned char)text[i])
				       : buf_append(out, text + i, 1);
		column += width;
	}
	return r;
}

/* Of text whose lines end with CRLF, as base64 must carry it. */
static int with_crlf(struct buf *out, const char *text, size_t len)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i < len && r == NETRAL_OK; i++)
		r = text[i] == '\n' ? buf_append_str(out, "\r\n") : buf_append(out, text + i, 1);
	return r;
}

static int base64(struct buf *out, const char *text, size_t len)
{
	netral_cleanup(buf_fini) struct buf lines = {.limit = 0};
	int r = with_crlf(&lines, text, len);
	for (size_t i = 0; i < lines.len && r == NETRAL_OK; i += BASE64_BYTES) {
		size_t left = lines.len - i;
		r = append_base64(out, lines.data + i, left < BASE64_BYTES ? left : BASE64_BYTES);
		r = r ? r : buf_append_str(out, "\r\n");
	}
	return r;
}

int mime_part(struct buf *out, const char *type, const char *text, size_t len)
{
	netral_cleanup(buf_fini) struct buf quoted = {.limit = 0}, packed = {.limit = 0};
	int r = quoted_printable(&quoted, text, len);
	r = r ? r : base64(&packed, text, len);
	if (r < 0)
		return r;
	bool is_quoted = quoted.len <= packed.len;
	const struct buf *body = is_quoted ? &quoted : &packed;
	r = buf_printf(out,
		       "Content-Type: %s; charset=utf-8\r\n"
		       "Content-Transfer-Encoding: %s\r\n\r\n",
		       type, is_quoted ? "quoted-printable" : "base64");
	r = r ? r : buf_append(out, body->data, body->len);
	return r ? r : buf_append_str(out, "\r\n");
}
