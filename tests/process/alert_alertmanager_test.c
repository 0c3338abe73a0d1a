/* netral-alert and a real Alertmanager: events are alerts, and end with what they tell. */
#include "tests/process/alert_rig.h"
#include "tests/process/outside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PROGRAM "/usr/bin/prometheus-alertmanager"
#define RULE    "rule \"all\" {\n\treceivers = \"am\"\n}\n"

static unsigned start_alertmanager(struct alert_rig *a, unsigned port)
{
	static const char config[] = "route:\n  receiver: none\nreceivers:\n- name: none\n";
	char file[RIG_PATH_SIZE + 32], storage[RIG_PATH_SIZE + 32], listen[64];
	outside_need(PROGRAM);
	rig_write_file(&a->b.rig, "am.yml", config, strlen(config));
	snprintf(file, sizeof(file), "--config.file=%s", rig_path(&a->b.rig, "am.yml"));
	snprintf(storage, sizeof(storage), "--storage.path=%s", rig_path(&a->b.rig, "am"));
	snprintf(listen, sizeof(listen), "--web.listen-address=127.0.0.1:%u", port);
	const char *args[] = {file, storage, listen, "--cluster.listen-address=", NULL};
	rig_start(&a->b.rig, PROGRAM, args, NULL);
	json_decref(outside_get(port, "/api/v2/status"));
	return port;
}

static void add_receiver(struct alert_rig *a, unsigned port, const char *keys)
{
	char section[1024];
	snprintf(section, sizeof(section),
		 "receiver \"am\" {\n\tkind = alertmanager\n\turl = "
		 "\"http://127.0.0.1:%u/\"\n%s}\n" RULE,
		 port, keys);
	alert_rig_section(a, section);
}

/* One violation, as revision `revision` of the classifier sees it. */
static void record(struct alert_rig *a, uint32_t revision, const char *area,
		   enum event_status status)
{
	struct result r = bench_result(&a->b, 7, "81.71");
	r.events->place.code = area;
	r.events->kind = EVENT_KIND_VIOLATION;
	r.events->status = status;
	r.events->scope = EVENT_SCOPE_CASE;
	r.events->sentence = "Seorang \"pegawai\" dilaporkan.";
	r.classifier.revision = revision;
	if (revision > 1) {
		r.has_replaces = true;
		r.replaces.revision = revision - 1;
		r.text_zstd = (struct bytes){NULL, 0};
	}
	assert_int_equal(bench_record(&a->b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
}

static json_t *alerts(unsigned port)
{
	return outside_get(port, "/api/v2/alerts");
}

static const char *part(const json_t *alert, const char *of, const char *key)
{
	const char *s = json_string_value(json_object_get(json_object_get(alert, of), key));
	return s ? s : "";
}

static void test_event_is_an_alert(void **state)
{
	struct alert_rig *a = *state;
	unsigned port = start_alertmanager(a, outside_port());
	add_receiver(a, port, "\tseverity = \"VIOLATION=warning, FOUND=critical\"\n");
	alert_rig_start(a);
	record(a, 1, "81.71", EVENT_STATUS_ALLEGED);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 1);
	json_t *list = alerts(port), *alert = json_array_get(list, 0);
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(part(alert, "labels", "alertname"), "netral_violation");
	assert_string_equal(part(alert, "labels", "kind"), "violation");
	assert_string_equal(part(alert, "labels", "area_code"), "81.71");
	assert_string_equal(part(alert, "labels", "province_code"), "81");
	assert_string_equal(part(alert, "labels", "severity"), "warning");
	assert_true(strlen(part(alert, "labels", "event")) > 32);
	assert_string_equal(part(alert, "annotations", "status"), "ALLEGED");
	assert_string_equal(part(alert, "annotations", "sentence"),
			    "Seorang \"pegawai\" dilaporkan.");
	assert_string_equal(part(alert, "annotations", "title"), "Title 7");
	assert_string_equal(part(alert, "status", "state"), "active");
	json_decref(list);
}

/* What is dismissed is no alert any more, also when its severity, and so its labels, changed. */
static void test_dismissed_is_over(void **state)
{
	struct alert_rig *a = *state;
	unsigned port = start_alertmanager(a, outside_port());
	add_receiver(a, port, "\tseverity = \"VIOLATION=warning, FOUND=critical\"\n");
	alert_rig_start(a);
	record(a, 1, "81.71", EVENT_STATUS_ALLEGED);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 1);
	record(a, 2, "81.71", EVENT_STATUS_FOUND);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 2);
	json_t *list = alerts(port);
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(part(json_array_get(list, 0), "labels", "severity"), "critical");
	assert_string_equal(part(json_array_get(list, 0), "annotations", "previous_status"),
			    "ALLEGED");
	json_decref(list);
	record(a, 3, "81.71", EVENT_STATUS_DISMISSED);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 3);
	list = alerts(port);
	assert_int_equal(json_array_size(list), 0);
	json_decref(list);
}

/* To netral-record that is another event: the one before is gone. */
static void test_other_area(void **state)
{
	struct alert_rig *a = *state;
	unsigned port = start_alertmanager(a, outside_port());
	add_receiver(a, port, "");
	alert_rig_start(a);
	record(a, 1, "81.71", EVENT_STATUS_ALLEGED);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 1);
	record(a, 2, "82", EVENT_STATUS_ALLEGED);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 3);
	json_t *list = alerts(port);
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(part(json_array_get(list, 0), "labels", "area_code"), "82");
	json_decref(list);
}

static void test_down_and_back_and_many_in_one(void **state)
{
	struct alert_rig *a = *state;
	unsigned port = outside_port();
	add_receiver(a, port, "\tgroup_wait = 1h\n\tgroup_max = 40\n");
	a->retries = "10ms 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s";
	alert_rig_start(a);
	alert_rig_record(a, 0, 40);
	alert_rig_wait_counter(a, "netral_alert_receivers_in_trouble", 1);
	start_alertmanager(a, port);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 1);
	json_t *list = alerts(port);
	assert_int_equal(json_array_size(list), 40);
	json_decref(list);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, alert_rig_set_up, alert_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_event_is_an_alert),
		TEST(test_dismissed_is_over),
		TEST(test_other_area),
		TEST(test_down_and_back_and_many_in_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
