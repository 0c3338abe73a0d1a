#include "alert/secret.h"

#include "lib/error.h"
#include "tests/unit/alert/cleaning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* The bytes 0 to 31, and what Python's hmac module makes of the text below with them. */
#define SECRET    "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define BODY      "{\"kabar\":\"uji\"}"
#define SIGNATURE "v1,WSJB7mPj2ajIs24GE/HxgDSkKEAOxa+Eg+I/UG++EOY="

static void test_signature(void **state)
{
	(void)state;
	struct secret s;
	char signature[SECRET_SIGNATURE_SIZE];
	assert_int_equal(secret_parse(SECRET, &s), 0);
	assert_int_equal(s.len, 32);
	secret_sign(&s, "msg_1", 1700000000, BODY, strlen(BODY), signature);
	assert_string_equal(signature, SIGNATURE);
	secret_sign(&s, "msg_1", 1700000001, BODY, strlen(BODY), signature);
	assert_string_not_equal(signature, SIGNATURE);
}

static void test_what_is_no_secret(void **state)
{
	(void)state;
	const char *const bad[] = {"",
				   "whsec_",
				   "whsec_AAEC",
				   "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
				   "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=x",
				   "whsec_!!ECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="};
	struct secret s;
	char large[256] = "whsec_";
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(secret_parse(bad[i], &s), NETRAL_EINVALID);
	memset(large + 6, 'A', 88); /* 66 bytes */
	assert_int_equal(secret_parse(large, &s), NETRAL_EINVALID);
}

/* Writes the file and reads it as a secret. */
static int read_file(const char *dir, const void *data, size_t len, mode_t mode,
		     char text[static SECRET_FILE_MAX])
{
	char path[FOLDER_SIZE + 16], error[256] = "";
	snprintf(path, sizeof(path), "%s/secret", dir);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
	int r = secret_read(path, text, error, sizeof(error));
	if (r < 0)
		assert_non_null(strstr(error, path));
	return r;
}

static void test_files(void **state)
{
	(void)state;
	char dir[FOLDER_SIZE], text[SECRET_FILE_MAX], large[SECRET_FILE_MAX];
	folder_make(dir);
	memset(large, 'x', sizeof(large));
	assert_int_equal(read_file(dir, "word\r\n", 6, 0600, text), 0);
	assert_string_equal(text, "word");
	assert_int_equal(read_file(dir, "word", 4, 0640, text), NETRAL_EINVALID);
	assert_int_equal(read_file(dir, "word", 4, 0604, text), NETRAL_EINVALID);
	assert_int_equal(read_file(dir, "\n", 1, 0600, text), NETRAL_EINVALID);
	assert_int_equal(read_file(dir, "two\nlines", 9, 0600, text), NETRAL_EINVALID);
	assert_int_equal(read_file(dir, "nul\0byte", 8, 0600, text), NETRAL_EINVALID);
	assert_int_equal(read_file(dir, large, sizeof(large), 0600, text), NETRAL_EINVALID);
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	assert_int_equal(read_file(dir, "word", 4, 0640, text), 0);
	assert_int_equal(read_file(dir, "word", 4, 0644, text), NETRAL_EINVALID);
	unsetenv("CREDENTIALS_DIRECTORY");
	folder_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signature),
		cmocka_unit_test(test_what_is_no_secret),
		cmocka_unit_test(test_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
