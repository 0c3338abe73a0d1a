#include "proto/codec.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct rig {
	struct arena samples, arena;
	struct buf out, again;
};

static int set_up(void **state)
{
	static struct rig rig;
	codec_arena_init(&rig.samples);
	codec_arena_init(&rig.arena);
	buf_init(&rig.out, 0);
	buf_init(&rig.again, 0);
	*state = &rig;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;
	arena_fini(&rig->samples);
	arena_fini(&rig->arena);
	buf_fini(&rig->out);
	buf_fini(&rig->again);
	return 0;
}

static void assert_same_bytes(const struct buf *a, const struct buf *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->data, b->data, a->len);
}

static void decodes(struct rig *rig, const struct buf *wire, struct message *ret)
{
	struct codec_fault fault;
	int r = codec_decode(wire->data, wire->len, &rig->arena, ret, &fault);
	if (r < 0)
		print_error("%s\n", fault.reason);
	assert_int_equal(r, NETRAL_OK);
}

static void every_type_survives_the_round_trip(void **state)
{
	struct rig *rig = *state;
	for (int type = MSG_FIRST; type <= MSG_LAST; type++) {
		struct message m, back;
		sample_message((enum msg_type)type, &rig->samples, &m);
		buf_clear(&rig->out);
		buf_clear(&rig->again);
		assert_int_equal(codec_encode(&m, &rig->out), NETRAL_OK);
		/* What was decoded must not lean on the wire bytes. */
		assert_int_equal(buf_append(&rig->again, rig->out.data, rig->out.len), NETRAL_OK);
		decodes(rig, &rig->again, &back);
		memset(rig->again.data, 0xA5, rig->again.len);
		assert_same_message(&m, &back);
		buf_clear(&rig->again);
		assert_int_equal(codec_encode(&back, &rig->again), NETRAL_OK);
		assert_same_bytes(&rig->out, &rig->again);
	}
}

static void empty_lists_and_null_strings_are_encoded_as_absent(void **state)
{
	struct rig *rig = *state;
	const struct message messages[] = {
		{.type = MSG_SUBMIT, .submit = {.request = 1}},
		{.type = MSG_SUBMIT_REPLY, .submit_reply = {.request = 1}},
		{.type = MSG_WORK},
		{.type = MSG_DONE},
		{.type = MSG_RECORD},
		{.type = MSG_REPLAY_PAGE},
		{.type = MSG_QUERY},
		{.type = MSG_QUERY_PAGE},
		{.type = MSG_SHOWN},
		{.type = MSG_STATUS_REPLY},
		{.type = MSG_DEAD_PAGE},
		{.type = MSG_SOURCE_PAGE},
		{.type = MSG_ALERT_LIST},
		{.type = MSG_ALERT_PAGE},
		{.type = MSG_ALERT_ACTION, .alert_action = {.verb = ALERT_TEST, .name = ""}},
		{.type = MSG_ALERT_ACTION_REPLY},
		{.type = MSG_DEAD_ACTION, .dead_action = {.verb = DEAD_RETRY, .all = true}},
	};
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		struct message back;
		buf_clear(&rig->out);
		assert_int_equal(codec_encode(&messages[i], &rig->out), NETRAL_OK);
		decodes(rig, &rig->out, &back);
		assert_int_equal(back.type, messages[i].type);
	}
}

static void texts_are_terminated_at_every_length(void **state)
{
	struct rig *rig = *state;
	char text[70];
	memset(text, 'x', sizeof(text));
	for (size_t len = 0; len < sizeof(text); len++) {
		struct article a = {.text = {text, len}, .title = {text, len}};
		struct message back, m = {.type = MSG_SUBMIT, .submit = {1, &a, 1}};
		buf_clear(&rig->out);
		arena_reset(&rig->arena);
		/* So that a terminator cannot be there by chance. */
		memset(arena_alloc(&rig->arena, 8192), 0xFF, 8192);
		arena_reset(&rig->arena);
		assert_int_equal(codec_encode(&m, &rig->out), NETRAL_OK);
		decodes(rig, &rig->out, &back);
		const struct article *b = &back.submit.articles[0];
		assert_int_equal(b->text.len, len);
		assert_int_equal(strlen(b->text.ptr), len);
		assert_int_equal(strlen(b->title.ptr), len);
		assert_int_equal(strlen(b->url.ptr), 0);
	}
}

static void stored_articles_and_updates_survive_the_round_trip(void **state)
{
	struct rig *rig = *state;
	struct article a, a_back;
	sample_article(&a);
	assert_int_equal(codec_encode_article(&a, &rig->out), NETRAL_OK);
	assert_int_equal(codec_decode_article(rig->out.data, rig->out.len, &rig->arena, &a_back),
			 NETRAL_OK);
	assert_same_article(&a, &a_back);

	struct update u, u_back;
	sample_update(&u, 41);
	assert_int_equal(codec_encode_update(&u, &rig->again), NETRAL_OK);
	assert_int_equal(codec_decode_update(rig->again.data, rig->again.len, &rig->arena, &u_back),
			 NETRAL_OK);
	assert_same_update(&u, &u_back);
}

static void damaged_stored_forms_are_malformed(void **state)
{
	struct rig *rig = *state;
	struct article a;
	struct update u;
	assert_int_equal(codec_decode_article("\xff\xff\xff", 3, &rig->arena, &a),
			 NETRAL_EMALFORMED);
	assert_int_equal(codec_decode_article("", 0, &rig->arena, &a), NETRAL_EMALFORMED);
	assert_int_equal(codec_decode_update("\xff\xff\xff", 3, &rig->arena, &u),
			 NETRAL_EMALFORMED);
	assert_int_equal(codec_decode_update("", 0, &rig->arena, &u), NETRAL_EMALFORMED);
}

/* --- spliced envelopes are what codec_encode() writes --- */

/* Appends the stored form behind what `store` holds. Its offset is kept in .ptr until all are
 * there, because the buffer moves as it grows. */
static void stored(struct buf *store, const struct update *updates, size_t count,
		   struct bytes *spans)
{
	size_t at[8];
	for (size_t i = 0; i < count; i++) {
		at[i] = store->len;
		assert_int_equal(codec_encode_update(&updates[i], store), NETRAL_OK);
		spans[i].len = store->len - at[i];
	}
	for (size_t i = 0; i < count; i++)
		spans[i].ptr = store->data + at[i];
}

static void spliced_work_is_the_same_bytes(void **state)
{
	struct rig *rig = *state;
	static const uint64_t numbers[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX};
	static char text[40000];
	memset(text, 'a', sizeof(text));
	for (size_t len = 1; len < sizeof(text); len = len * 3 + 1) {
		struct work_item items[8];
		struct work_stored spliced[8];
		struct buf store[8];
		for (size_t i = 0; i < 8; i++) {
			items[i] = (struct work_item){
				numbers[i], numbers[7 - i], (uint32_t)numbers[i], {{{0}}}};
			sample_article(&items[i].article);
			items[i].article.text = (struct text){text, len};
			buf_init(&store[i], 0);
			assert_int_equal(codec_encode_article(&items[i].article, &store[i]),
					 NETRAL_OK);
			spliced[i] = (struct work_stored){items[i].seq,
							  items[i].lease,
							  items[i].tries,
							  {store[i].data, store[i].len}};
		}
		for (size_t count = 0; count <= 8; count++) {
			struct message m = {.type = MSG_WORK, .work = {items, count}};
			buf_clear(&rig->out);
			buf_clear(&rig->again);
			assert_int_equal(codec_encode(&m, &rig->out), NETRAL_OK);
			assert_int_equal(codec_encode_work(spliced, count, &rig->again), NETRAL_OK);
			assert_same_bytes(&rig->out, &rig->again);
		}
		for (size_t i = 0; i < 8; i++)
			buf_fini(&store[i]);
	}
}

static void spliced_pages_are_the_same_bytes(void **state)
{
	struct rig *rig = *state;
	struct update updates[3];
	struct bytes spans[3];
	struct buf store;
	buf_init(&store, 0);
	for (size_t i = 0; i < 3; i++)
		sample_update(&updates[i], 100 + i);
	stored(&store, updates, 3, spans);
	for (size_t count = 0; count <= 3; count++) {
		struct message page = {.type = MSG_REPLAY_PAGE,
				       .replay_page = {count * 1000, updates[0].epoch, updates,
						       count, count * 200, count * 20000}};
		buf_clear(&rig->out);
		buf_clear(&rig->again);
		assert_int_equal(codec_encode(&page, &rig->out), NETRAL_OK);
		assert_int_equal(codec_encode_stored_replay_page(&page.replay_page, spans, count,
								 &rig->again),
				 NETRAL_OK);
		assert_same_bytes(&rig->out, &rig->again);

		struct message query = {.type = MSG_QUERY_PAGE,
					.query_page = {count * 7, updates, count, count}};
		buf_clear(&rig->out);
		buf_clear(&rig->again);
		assert_int_equal(codec_encode(&query, &rig->out), NETRAL_OK);
		assert_int_equal(codec_encode_stored_query_page(&query.query_page, spans, count,
								&rig->again),
				 NETRAL_OK);
		assert_same_bytes(&rig->out, &rig->again);
	}
	buf_fini(&store);
}

static void spliced_single_envelopes_are_the_same_bytes(void **state)
{
	struct rig *rig = *state;
	struct buf store;
	buf_init(&store, 0);
	struct message update = {.type = MSG_UPDATE}, article = {.type = MSG_ARTICLE};
	sample_update(&update.update, 41);
	sample_article(&article.article);

	assert_int_equal(codec_encode_update(&update.update, &store), NETRAL_OK);
	assert_int_equal(codec_encode(&update, &rig->out), NETRAL_OK);
	assert_int_equal(
		codec_encode_stored_update((struct bytes){store.data, store.len}, &rig->again),
		NETRAL_OK);
	assert_same_bytes(&rig->out, &rig->again);

	buf_clear(&store);
	buf_clear(&rig->out);
	buf_clear(&rig->again);
	assert_int_equal(codec_encode_article(&article.article, &store), NETRAL_OK);
	assert_int_equal(codec_encode(&article, &rig->out), NETRAL_OK);
	assert_int_equal(
		codec_encode_stored_article((struct bytes){store.data, store.len}, &rig->again),
		NETRAL_OK);
	assert_same_bytes(&rig->out, &rig->again);
	buf_fini(&store);
}

/* --- limits of what is written --- */

static void an_envelope_beyond_the_frame_limit_is_not_written(void **state)
{
	struct rig *rig = *state;
	static char text[CODEC_FRAME_MAX];
	memset(text, 'a', sizeof(text));
	struct article a = {.text = {text, sizeof(text)}};
	struct message m = {.type = MSG_SUBMIT, .submit = {1, &a, 1}};
	assert_int_equal(codec_encode(&m, &rig->out), NETRAL_ETOOBIG);
	struct work_stored item = {1, 1, 0, {(const uint8_t *)text, sizeof(text)}};
	assert_int_equal(codec_encode_work(&item, 1, &rig->out), NETRAL_ETOOBIG);
	assert_int_equal(rig->out.len, 0);

	a.text.len = sizeof(text) - 100;
	assert_int_equal(codec_encode(&m, &rig->out), NETRAL_OK);
}

static void a_full_buffer_is_left_as_it_was(void **state)
{
	struct rig *rig = *state;
	struct message m;
	rig->out.limit = 64;
	assert_int_equal(buf_append_str(&rig->out, "before"), NETRAL_OK);
	for (int type = MSG_FIRST; type <= MSG_LAST; type++) {
		sample_message((enum msg_type)type, &rig->samples, &m);
		size_t len = rig->out.len;
		int r = codec_encode(&m, &rig->out);
		assert_true(r == NETRAL_OK || r == NETRAL_ETOOBIG);
		assert_memory_equal(rig->out.data, "before", 6);
		if (r < 0)
			assert_int_equal(rig->out.len, len);
		rig->out.len = len;
	}
}

static void reasons_are_cut_to_valid_text(void **state)
{
	struct rig *rig = *state;
	char reason[3000];
	struct message back, m = {.type = MSG_ERROR, .error = {.code = CODE_INTERNAL}};
	m.error.reason = reason;

	snprintf(reason, sizeof(reason), "cut in a character: \xe2\x80");
	assert_int_equal(codec_encode(&m, &rig->out), NETRAL_OK);
	decodes(rig, &rig->out, &back);
	assert_string_equal(back.error.reason, "cut in a character: ");

	/* 1,024 falls into the middle of a three-byte character. */
	for (size_t i = 0; i + 3 < sizeof(reason); i += 3)
		memcpy(reason + i, "\xe2\x82\xac", sizeof("\xe2\x82\xac"));
	buf_clear(&rig->out);
	assert_int_equal(codec_encode(&m, &rig->out), NETRAL_OK);
	decodes(rig, &rig->out, &back);
	assert_int_equal(strlen(back.error.reason), CODEC_REASON_MAX / 3 * 3);
}

static void nothing_but_a_message_is_encoded(void **state)
{
	struct rig *rig = *state;
	struct message m = {.type = MSG_NONE};
	assert_int_equal(codec_encode(&m, &rig->out), NETRAL_EINVALID);
	m.type = (enum msg_type)(MSG_LAST + 1);
	assert_int_equal(codec_encode(&m, &rig->out), NETRAL_EINVALID);
}

/* Whether docs/protocol.md shows the bytes of `b`, in hexadecimal, on one line. */
static bool documented(const struct buf *b)
{
	char line[400], hex[400] = "";
	for (size_t i = 0; i < b->len; i++)
		sprintf(hex + 3 * i, "%02x%s", b->data[i], i + 1 < b->len ? " " : "\n");
	FILE *f = fopen(TESTS_SOURCE_DIR "/../docs/protocol.md", "re");
	assert_non_null(f);
	bool found = false;
	while (!found && fgets(line, sizeof(line), f))
		found = strcmp(line, hex) == 0;
	fclose(f);
	return found;
}

static void the_examples_of_the_protocol_page_are_true(void **state)
{
	struct rig *rig = *state;
	struct message m = {.type = MSG_HELLO, .hello = {"w1", "0.1.0", 64}};
	assert_int_equal(codec_encode(&m, &rig->out), NETRAL_OK);
	assert_true(documented(&rig->out));
	m = (struct message){.type = MSG_HEAD};
	for (size_t i = 0; i < CODEC_EPOCH_BYTES; i++)
		m.head.epoch.bytes[i] = (uint8_t)i;
	buf_clear(&rig->out);
	assert_int_equal(codec_encode(&m, &rig->out), NETRAL_OK);
	assert_true(documented(&rig->out));
}

static void types_have_the_names_of_the_proto_files(void **state)
{
	(void)state;
	assert_string_equal(codec_type_name(MSG_SUBMIT_REPLY), "SubmitReply");
	assert_string_equal(codec_type_name(MSG_DEAD_ACTION_REPLY), "DeadActionReply");
	assert_string_equal(codec_type_name(MSG_NONE), "unknown message");
	assert_string_equal(codec_type_name((enum msg_type)(MSG_LAST + 1)), "unknown message");
}

static void topics_are_kind_and_area_in_lower_case(void **state)
{
	(void)state;
	char topic[CODEC_TOPIC_MAX];
	struct event e;
	sample_event_full(&e);
	codec_topic(&e, topic);
	assert_string_equal(topic, "event.violation.81.71");
	e.kind = EVENT_KIND_PLEDGE;
	e.place.code = "ID";
	codec_topic(&e, topic);
	assert_string_equal(topic, "event.pledge.id");
	sample_event_minimal(&e);
	codec_topic(&e, topic);
	assert_string_equal(topic, "event.session.none");
	e.place.code = NULL;
	codec_topic(&e, topic);
	assert_string_equal(topic, "event.session.none");
}

/* A recorder of a later version has more of them: they pass through, without a name. */
static void causes_are_open(void **state)
{
	static const int unknown[] = {0, -1, CAUSE_REVISED + 90, INT32_MAX};
	struct rig *rig = *state;
	struct message m, back;
	assert_string_equal(codec_cause_name(CAUSE_CONFIRMED), "confirmed");
	assert_string_equal(codec_cause_name(CAUSE_REVISED), "revised");
	for (size_t i = 0; i < netral_countof(unknown); i++)
		assert_string_equal(codec_cause_name(unknown[i]), "");
	sample_message(MSG_UPDATE, &rig->samples, &m);
	m.update.cause = (enum update_cause)INT32_MAX;
	buf_clear(&rig->out);
	assert_int_equal(codec_encode(&m, &rig->out), NETRAL_OK);
	decodes(rig, &rig->out, &back);
	assert_int_equal(back.update.cause, INT32_MAX);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_type_survives_the_round_trip),
		TEST(empty_lists_and_null_strings_are_encoded_as_absent),
		TEST(texts_are_terminated_at_every_length),
		TEST(stored_articles_and_updates_survive_the_round_trip),
		TEST(damaged_stored_forms_are_malformed),
		TEST(spliced_work_is_the_same_bytes),
		TEST(spliced_pages_are_the_same_bytes),
		TEST(spliced_single_envelopes_are_the_same_bytes),
		TEST(an_envelope_beyond_the_frame_limit_is_not_written),
		TEST(a_full_buffer_is_left_as_it_was),
		TEST(reasons_are_cut_to_valid_text),
		TEST(nothing_but_a_message_is_encoded),
		TEST(the_examples_of_the_protocol_page_are_true),
		TEST(types_have_the_names_of_the_proto_files),
		TEST(topics_are_kind_and_area_in_lower_case),
		TEST(causes_are_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
