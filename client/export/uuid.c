#include "client/export/export.h"
#include "lib/id.h"

void export_uuid(const char *text, size_t len, char ret[static EXPORT_UUID_SIZE])
{
	struct article_id id = article_id_of("", 0, text, len);
	char hex[ARTICLE_ID_HEX + 1];
	id.bytes[6] = (uint8_t)(0x80 | (id.bytes[6] & 0x0F)); /* version 8 */
	id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3F)); /* variant of the RFC */
	article_id_format(&id, hex);
	snprintf(ret, EXPORT_UUID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
		 hex + 16, hex + 20);
}
