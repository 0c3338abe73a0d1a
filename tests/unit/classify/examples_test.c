/* What a newcomer runs first: each file of examples/ yields the events that
 * tests/corpus/examples.jsonl says. */
#include "tests/unit/classify/expect.h"

#include <dirent.h>
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <string.h>

static const char *const folder = TESTS_SOURCE_DIR "/../examples/";

static char *read_example(const char *name)
{
	char path[512];
	snprintf(path, sizeof(path), "%s%s", folder, name);
	return expect_read_file(path);
}

static bool has_suffix(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);
	return n >= k && strcmp(s + n - k, suffix) == 0;
}

/* The first line is the title, the text follows an empty line. */
static unsigned check_txt(const char *file, const json_t *labels)
{
	char *content = read_example(file);
	char *text = strstr(content, "\n\n");
	assert_non_null(text);
	*text = '\0';
	unsigned wrong = expect_events(file, content, "", text + 2, labels);
	free(content);
	return wrong;
}

static unsigned check_object(const char *file, const json_t *o, const json_t *labels)
{
	return expect_events(file, json_string_value(json_object_get(o, "title")),
			     json_string_value(json_object_get(o, "published")),
			     json_string_value(json_object_get(o, "text")), labels);
}

static unsigned check_json(const char *file, const json_t *labels)
{
	char *content = read_example(file);
	json_t *o = json_loads(content, 0, NULL);
	assert_non_null(o);
	unsigned wrong = check_object(file, o, labels);
	json_decref(o);
	free(content);
	return wrong;
}

static unsigned check_jsonl(const char *file, const char *id, const json_t *labels)
{
	char *content = read_example(file), *rest = content;
	unsigned wrong = 1;
	for (char *line; (line = strsep(&rest, "\n"));) {
		json_t *o = *line ? json_loads(line, 0, NULL) : NULL;
		if (o && strcmp(json_string_value(json_object_get(o, "id")), id) == 0)
			wrong = check_object(id, o, labels);
		json_decref(o);
	}
	free(content);
	return wrong;
}

static void add_paragraphs(xmlNode *node, char *text, size_t size)
{
	for (; node; node = node->next) {
		if (xmlStrcmp(node->name, BAD_CAST "p") == 0) {
			xmlChar *content = xmlNodeGetContent(node);
			size_t len = strlen(text);
			snprintf(text + len, size - len, "%s\n", (const char *)content);
			xmlFree(content);
		} else {
			add_paragraphs(node->children, text, size);
		}
	}
}

static unsigned check_html(const char *file, const json_t *labels)
{
	char *content = read_example(file), text[8192] = "";
	htmlDocPtr doc = htmlReadMemory(content, (int)strlen(content), NULL, "utf-8",
					HTML_PARSE_NOERROR | HTML_PARSE_NONET);
	assert_non_null(doc);
	add_paragraphs(xmlDocGetRootElement(doc), text, sizeof(text));
	xmlFreeDoc(doc);
	free(content);
	return expect_events(file, "", "", text, labels);
}

static unsigned check_line(const json_t *o)
{
	const char *file = json_string_value(json_object_get(o, "file"));
	const json_t *labels = json_object_get(o, "expect");
	if (has_suffix(file, ".txt"))
		return check_txt(file, labels);
	if (has_suffix(file, ".html"))
		return check_html(file, labels);
	if (has_suffix(file, ".json"))
		return check_json(file, labels);
	return check_jsonl(file, json_string_value(json_object_get(o, "id")), labels);
}

static void test_examples(void **state)
{
	(void)state;
	char *content = expect_read_file(TESTS_SOURCE_DIR "/corpus/examples.jsonl");
	unsigned wrong = 0;
	char *rest = content;
	for (char *line; (line = strsep(&rest, "\n"));) {
		json_t *o = *line ? json_loads(line, 0, NULL) : NULL;
		if (o)
			wrong += check_line(o);
		json_decref(o);
	}
	free(content);
	assert_int_equal(wrong, 0);
}

/* No example without a label. */
static void test_all_examples_are_labelled(void **state)
{
	(void)state;
	char *labels = expect_read_file(TESTS_SOURCE_DIR "/corpus/examples.jsonl");
	DIR *dir = opendir(folder);
	assert_non_null(dir);
	unsigned files = 0;
	for (struct dirent *e; (e = readdir(dir));) {
		char quoted[300];
		if (e->d_type == DT_DIR || e->d_name[0] == '.' || has_suffix(e->d_name, ".md"))
			continue; /* programs are in folders */
		snprintf(quoted, sizeof(quoted), "\"%s\"", e->d_name);
		if (!strstr(labels, quoted))
			fail_msg("%s has no label", e->d_name);
		files++;
	}
	closedir(dir);
	free(labels);
	assert_true(files >= 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_all_examples_are_labelled),
	};
	return cmocka_run_group_tests(tests, expect_up, expect_down);
}
