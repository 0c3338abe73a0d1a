/* Feeds every file of the folders given as arguments to a fuzz target: the corpus as a test, on
 * compilers and machines without a fuzzer. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_BYTES_MAX = 1 << 20 };

static int replay_file(const char *path)
{
	static uint8_t whole[FILE_BYTES_MAX];
	FILE *f = fopen(path, "re");
	if (!f) {
		perror(path);
		return -1;
	}
	size_t len = fread(whole, 1, FILE_BYTES_MAX, f);
	fclose(f);
	/* Memory of exactly the file's size, so that a sanitizer sees any byte read beyond it. */
	uint8_t *exact = malloc(len ? len : 1);
	if (!exact)
		return -1;
	for (size_t i = 0; i < len; i++)
		exact[i] = whole[i];
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	return 0;
}

static int replay_folder(const char *folder)
{
	DIR *d = opendir(folder);
	if (!d) {
		perror(folder);
		return -1;
	}
	int count = 0, r = 0;
	const struct dirent *entry;
	while (r == 0 && (entry = readdir(d)) != NULL) {
		char path[4096];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		r = replay_file(path);
		count++;
	}
	closedir(d);
	printf("%s: %d files\n", folder, count);
	return r == 0 && count > 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
	int r = argc > 1 ? 0 : -1;
	for (int i = 1; i < argc && r == 0; i++)
		r = replay_folder(argv[i]);
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
