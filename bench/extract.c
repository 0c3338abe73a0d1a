/* bench_extract: from the bytes of pages to articles, on one core. The pages of a folder are in
 * memory before the clock starts; the first pass, which warms up, writes the texts to a file, so
 * that the runner can tell what the speed is worth. Then each line on standard input is one round.
 */
#include "lib/extract/extract.h"
#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/cleanup.h"
#include "lib/error.h"

#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { ARENA_BYTES = 64 << 20, PATH_SIZE = 4096 };

struct page {
	char *name, *data;
	size_t len;
};

struct pages {
	struct page *list;
	size_t count, bytes;
};

static int is_page(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');
	return end && strcmp(end, ".html") == 0;
}

static int load_page(const char *path, struct page *page)
{
	struct stat st;
	netral_cleanup(netral_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return NETRAL_EIO;
	page->len = (size_t)st.st_size;
	page->data = malloc(page->len + 1);
	if (!page->data)
		return NETRAL_ENOMEM;
	return read(fd, page->data, page->len) == st.st_size ? NETRAL_OK : NETRAL_EIO;
}

static int load(const char *folder, struct pages *pages)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_page, alphasort), r = NETRAL_OK;
	if (count <= 0)
		return NETRAL_EINVALID;
	pages->list = calloc((size_t)count, sizeof(*pages->list));
	for (int i = 0; i < count && pages->list; i++) {
		char path[PATH_SIZE];
		struct page *page = &pages->list[pages->count];
		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		page->name = strdup(entries[i]->d_name);
		if (r == NETRAL_OK)
			r = page->name ? load_page(path, page) : NETRAL_ENOMEM;
		pages->count++;
		pages->bytes += page->len;
		free(entries[i]);
	}
	free(entries);
	return pages->list ? r : NETRAL_ENOMEM;
}

static void pages_free(struct pages *pages)
{
	for (size_t i = 0; i < pages->count; i++) {
		free(pages->list[i].name);
		free(pages->list[i].data);
	}
	free(pages->list);
}

/* Returns how many had a text; with `texts`, puts these in by name. */
static size_t read_all(const struct pages *pages, json_t *texts)
{
	size_t read = 0;
	struct arena arena;
	arena_init(&arena, ARENA_BYTES);
	for (size_t i = 0; i < pages->count; i++) {
		const struct page *page = &pages->list[i];
		struct extracted e;
		char reason[EXTRACT_REASON_SIZE];
		arena_reset(&arena);
		if (extract_page(page->data, page->len, NULL, &arena, &e, reason) < 0)
			continue;
		read++;
		if (texts)
			json_object_set_new(
				texts, page->name,
				json_stringn(e.field[EXTRACT_TEXT].ptr, e.field[EXTRACT_TEXT].len));
	}
	arena_fini(&arena);
	return read;
}

static int write_texts(const struct pages *pages, const char *path)
{
	json_t *texts = json_object();
	read_all(pages, texts);
	int r = json_dump_file(texts, path, 0);
	json_decref(texts);
	return r < 0 ? NETRAL_EIO : NETRAL_OK;
}

static void run(const struct pages *pages, unsigned long repeat)
{
	char line[16];
	puts("READY");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		size_t read = 0;
		for (unsigned long i = 0; i < repeat; i++)
			read += read_all(pages, NULL);
		printf("{\"pages\":%zu,\"bytes\":%zu,\"read\":%zu}\n", pages->count * repeat,
		       pages->bytes * repeat, read);
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "Usage: bench_extract FOLDER TEXTS REPEAT\n");
		return EX_USAGE;
	}
	struct pages pages = {0};
	int r = load(argv[1], &pages);
	if (r == NETRAL_OK)
		r = write_texts(&pages, argv[2]);
	if (r == NETRAL_OK)
		run(&pages, strtoul(argv[3], NULL, 10));
	else
		fprintf(stderr, "bench_extract: %s: %s\n", argv[1], netral_strerror(r));
	pages_free(&pages);
	return r < 0 ? EX_DATAERR : EX_OK;
}
