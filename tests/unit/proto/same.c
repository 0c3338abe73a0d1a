#include "samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SAME(field)        assert_int_equal(a->field, b->field)
#define SAME_STRING(field) assert_string_equal(a->field, b->field)
#define SAME_MEMORY(field) assert_memory_equal(&a->field, &b->field, sizeof(a->field))
#define SAME_TEXT(field)   same_text(&a->field, &b->field)

static void same_text(const struct text *a, const struct text *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->ptr, b->ptr, a->len);
	assert_int_equal(b->ptr[b->len], '\0');
}

void assert_same_article(const struct article *a, const struct article *b)
{
	SAME_MEMORY(id);
	SAME_TEXT(url);
	SAME_TEXT(title);
	SAME_TEXT(text);
	SAME_TEXT(published);
	SAME_TEXT(source);
	SAME(accepted_us);
}

static void same_strings(const char *const *a, const char *const *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_string_equal(a[i], b[i]);
}

static void same_event_lists(const struct event *a, const struct event *b)
{
	SAME(subject_count);
	for (size_t i = 0; i < a->subject_count; i++)
		SAME(subjects[i]);
	SAME(conduct_count);
	for (size_t i = 0; i < a->conduct_count; i++)
		SAME(conduct[i]);
	SAME(institution_count);
	same_strings(a->institutions, b->institutions, a->institution_count);
	SAME(person_count);
	for (size_t i = 0; i < a->person_count; i++) {
		SAME_STRING(people[i].name);
		SAME_STRING(people[i].role);
	}
	SAME(sanction_count);
	same_strings(a->sanctions, b->sanctions, a->sanction_count);
	SAME(legal_basis_count);
	same_strings(a->legal_basis, b->legal_basis, a->legal_basis_count);
	SAME(stage_count);
	for (size_t i = 0; i < a->stage_count; i++) {
		SAME(stages[i].status);
		SAME(stages[i].value);
	}
	SAME(note_count);
	for (size_t i = 0; i < a->note_count; i++) {
		SAME_STRING(notes[i].field);
		SAME_STRING(notes[i].value);
		SAME_STRING(notes[i].text);
	}
	SAME(evidence_count);
	for (size_t i = 0; i < a->evidence_count; i++) {
		SAME_STRING(evidence[i].field);
		SAME(evidence[i].start);
		SAME(evidence[i].end);
		SAME_STRING(evidence[i].text);
	}
}

static void same_event(const struct event *a, const struct event *b)
{
	SAME_STRING(id);
	SAME(kind);
	SAME(status);
	SAME_STRING(place.code);
	SAME_STRING(place.name);
	SAME_STRING(place.province);
	SAME_STRING(date.value);
	SAME(date.precision);
	SAME(count.value);
	SAME(count.qualifier);
	SAME_STRING(election);
	SAME(scope);
	SAME_STRING(as_of.value);
	SAME(as_of.precision);
	assert_true(a->confidence >= b->confidence && a->confidence <= b->confidence);
	SAME_MEMORY(sure);
	SAME_STRING(sentence);
	same_event_lists(a, b);
}

void assert_same_update(const struct update *a, const struct update *b)
{
	SAME_MEMORY(epoch);
	SAME(seq);
	SAME(prev_in_topic);
	SAME(change);
	SAME(recorded_us);
	SAME(accepted_us);
	SAME_MEMORY(article.id);
	SAME_TEXT(article.url);
	SAME_TEXT(article.title);
	SAME_TEXT(article.published);
	SAME_TEXT(article.source);
	SAME(cause);
	SAME(correction.at_us);
	SAME(correction.fields);
	SAME_STRING(correction.note);
	SAME(report_count);
	SAME(listed_count);
	for (size_t i = 0; i < a->listed_count; i++) {
		SAME_MEMORY(reports[i].article.id);
		SAME_TEXT(reports[i].article.url);
		SAME_TEXT(reports[i].article.title);
		SAME_TEXT(reports[i].article.published);
		SAME_TEXT(reports[i].article.source);
		SAME(reports[i].status);
	}
	same_event(&a->event, &b->event);
}

static void same_updates(const struct update *a, size_t a_count, const struct update *b,
			 size_t b_count)
{
	assert_int_equal(a_count, b_count);
	for (size_t i = 0; i < a_count; i++)
		assert_same_update(&a[i], &b[i]);
}

static void same_filter(const struct filter *a, const struct filter *b)
{
	SAME(kind_count);
	for (size_t i = 0; i < a->kind_count; i++)
		SAME(kinds[i]);
	SAME(area_count);
	for (size_t i = 0; i < a->area_count; i++)
		SAME_STRING(areas[i]);
	SAME(status_count);
	for (size_t i = 0; i < a->status_count; i++)
		SAME(statuses[i]);
}

static void same_results(const struct msg_record *a, const struct msg_record *b)
{
	SAME(request);
	SAME(result_count);
	for (size_t i = 0; i < a->result_count; i++) {
		SAME_MEMORY(results[i].article_id);
		SAME_TEXT(results[i].url);
		SAME_TEXT(results[i].title);
		SAME_TEXT(results[i].published);
		SAME_TEXT(results[i].source);
		SAME(results[i].accepted_us);
		SAME(results[i].text_zstd.len);
		if (a->results[i].text_zstd.len)
			assert_memory_equal(a->results[i].text_zstd.ptr,
					    b->results[i].text_zstd.ptr,
					    a->results[i].text_zstd.len);
		SAME(results[i].text_size);
		SAME(results[i].sketch.len);
		if (a->results[i].sketch.len)
			assert_memory_equal(a->results[i].sketch.ptr, b->results[i].sketch.ptr,
					    a->results[i].sketch.len);
		SAME(results[i].classifier.revision);
		SAME_MEMORY(results[i].classifier.data_hash);
		SAME(results[i].has_replaces);
		SAME(results[i].replaces.revision);
		SAME_MEMORY(results[i].replaces.data_hash);
		SAME(results[i].has_areas);
		SAME(results[i].area_count);
		for (size_t k = 0; k < a->results[i].area_count; k++)
			SAME_STRING(results[i].areas[k]);
		SAME(results[i].event_count);
		for (size_t k = 0; k < a->results[i].event_count; k++)
			same_event(&a->results[i].events[k], &b->results[i].events[k]);
	}
}

static void same_intake(const struct message *a, const struct message *b)
{
	switch (a->type) {
	case MSG_ERROR:
		SAME(error.request);
		SAME(error.code);
		SAME_STRING(error.reason);
		SAME(error.has_epoch);
		SAME_MEMORY(error.epoch);
		SAME(error.head);
		break;
	case MSG_ARTICLE:
		assert_same_article(&a->article, &b->article);
		break;
	case MSG_SUBMIT:
		SAME(submit.request);
		SAME(submit.article_count);
		for (size_t i = 0; i < a->submit.article_count; i++)
			assert_same_article(&a->submit.articles[i], &b->submit.articles[i]);
		break;
	case MSG_SUBMIT_REPLY:
		SAME(submit_reply.request);
		SAME(submit_reply.status_count);
		for (size_t i = 0; i < a->submit_reply.status_count; i++) {
			SAME(submit_reply.statuses[i].outcome);
			SAME_MEMORY(submit_reply.statuses[i].id);
			SAME_STRING(submit_reply.statuses[i].reason);
		}
		break;
	default:
		break;
	}
}

static void same_work(const struct message *a, const struct message *b)
{
	switch (a->type) {
	case MSG_HELLO:
		SAME_STRING(hello.name);
		SAME_STRING(hello.version);
		SAME(hello.credit);
		break;
	case MSG_WELCOME:
		SAME(welcome.heartbeat_ms);
		SAME(welcome.silence_ms);
		break;
	case MSG_WORK:
		SAME(work.item_count);
		for (size_t i = 0; i < a->work.item_count; i++) {
			SAME(work.items[i].seq);
			SAME(work.items[i].lease);
			SAME(work.items[i].tries);
			assert_same_article(&a->work.items[i].article, &b->work.items[i].article);
		}
		break;
	case MSG_HANDLED:
		SAME(handled.lease_count);
		for (size_t i = 0; i < a->handled.lease_count; i++) {
			SAME(handled.leases[i].seq);
			SAME(handled.leases[i].lease);
		}
		break;
	case MSG_DONE:
		SAME(done.lease_count);
		for (size_t i = 0; i < a->done.lease_count; i++) {
			SAME(done.leases[i].seq);
			SAME(done.leases[i].lease);
		}
		break;
	case MSG_FAILED:
		SAME(failed.lease.seq);
		SAME(failed.lease.lease);
		SAME(failed.permanent);
		SAME_STRING(failed.reason);
		break;
	case MSG_RECORD:
		same_results(&a->record, &b->record);
		break;
	case MSG_RECORDED:
		SAME(recorded.request);
		SAME(recorded.status_count);
		for (size_t i = 0; i < a->recorded.status_count; i++) {
			SAME(recorded.statuses[i].outcome);
			SAME_STRING(recorded.statuses[i].reason);
			SAME(recorded.statuses[i].added);
			SAME(recorded.statuses[i].changed);
			SAME(recorded.statuses[i].removed);
		}
		break;
	default:
		break;
	}
}

static void same_coverage(const struct msg_coverage_page *a, const struct msg_coverage_page *b)
{
	SAME(request);
	SAME(more);
	SAME(articles);
	SAME(uncounted);
	SAME(row_count);
	for (size_t i = 0; i < a->row_count; i++) {
		SAME(rows[i].month);
		SAME_STRING(rows[i].area);
		SAME(rows[i].articles);
	}
}

static void same_archived(const struct msg_archive_page *a, const struct msg_archive_page *b)
{
	SAME(request);
	SAME_MEMORY(epoch);
	SAME(through);
	SAME(head);
	SAME(article_count);
	for (size_t i = 0; i < a->article_count; i++) {
		SAME_MEMORY(articles[i].id);
		SAME_TEXT(articles[i].url);
		SAME_TEXT(articles[i].title);
		SAME_TEXT(articles[i].published);
		SAME(articles[i].text_zstd.len);
		assert_memory_equal(a->articles[i].text_zstd.ptr, b->articles[i].text_zstd.ptr,
				    a->articles[i].text_zstd.len);
		SAME(articles[i].text_size);
		SAME(articles[i].classifier.revision);
		SAME_MEMORY(articles[i].classifier.data_hash);
	}
}

static void same_pages(const struct message *a, const struct message *b)
{
	switch (a->type) {
	case MSG_REPLAY_PAGE:
		SAME(replay_page.request);
		SAME_MEMORY(replay_page.epoch);
		SAME(replay_page.through);
		SAME(replay_page.head);
		same_updates(a->replay_page.updates, a->replay_page.update_count,
			     b->replay_page.updates, b->replay_page.update_count);
		break;
	case MSG_QUERY_PAGE:
		SAME(query_page.request);
		SAME(query_page.next);
		same_updates(a->query_page.updates, a->query_page.update_count,
			     b->query_page.updates, b->query_page.update_count);
		break;
	case MSG_SHOWN:
		SAME(shown.request);
		SAME_TEXT(shown.text);
		SAME(shown.classifier.revision);
		SAME_MEMORY(shown.classifier.data_hash);
		same_updates(a->shown.updates, a->shown.update_count, b->shown.updates,
			     b->shown.update_count);
		break;
	case MSG_ARCHIVE_PAGE:
		same_archived(&a->archive_page, &b->archive_page);
		break;
	case MSG_COVERAGE_PAGE:
		same_coverage(&a->coverage_page, &b->coverage_page);
		break;
	default:
		break;
	}
}

static void same_requests(const struct message *a, const struct message *b)
{
	switch (a->type) {
	case MSG_UPDATE:
		assert_same_update(&a->update, &b->update);
		break;
	case MSG_HEAD:
		SAME_MEMORY(head.epoch);
		SAME(head.seq);
		SAME(head.prev);
		SAME(head.unknown);
		SAME(head.changed_count);
		for (size_t i = 0; i < a->head.changed_count; i++) {
			SAME_STRING(head.changed[i].topic);
			SAME(head.changed[i].seq);
		}
		break;
	case MSG_REPLAY:
		SAME(replay.request);
		SAME(replay.has_epoch);
		SAME_MEMORY(replay.epoch);
		SAME(replay.from);
		SAME(replay.limit);
		same_filter(&a->replay.filter, &b->replay.filter);
		break;
	case MSG_ARCHIVE:
		SAME(archive.request);
		SAME(archive.has_epoch);
		SAME_MEMORY(archive.epoch);
		SAME(archive.from);
		SAME(archive.current.revision);
		SAME_MEMORY(archive.current.data_hash);
		SAME(archive.limit);
		break;
	case MSG_COVERAGE:
		SAME(coverage.request);
		SAME(coverage.since);
		SAME(coverage.until);
		SAME(coverage.after_month);
		SAME_STRING(coverage.after_area);
		break;
	case MSG_QUERY:
		SAME(query.request);
		SAME_STRING(query.since);
		SAME_STRING(query.until);
		SAME(query.limit);
		SAME(query.before);
		same_filter(&a->query.filter, &b->query.filter);
		break;
	case MSG_SHOW:
		SAME(show.request);
		SAME_STRING(show.id);
		break;
	default:
		break;
	}
}

static void same_status(const struct msg_status_reply *a, const struct msg_status_reply *b)
{
	SAME(request);
	SAME_STRING(program);
	SAME_STRING(version);
	SAME(pid);
	SAME(uptime_ms);
	SAME_STRING(state);
	SAME(counter_count);
	for (size_t i = 0; i < a->counter_count; i++) {
		SAME_STRING(counters[i].name);
		SAME(counters[i].value);
	}
	SAME(worker_count);
	for (size_t i = 0; i < a->worker_count; i++) {
		SAME_STRING(workers[i].name);
		SAME_STRING(workers[i].version);
		SAME(workers[i].credit);
		SAME(workers[i].held);
		SAME(workers[i].done);
		SAME(workers[i].failed);
	}
}

static void same_dead_page(const struct msg_dead_page *a, const struct msg_dead_page *b)
{
	SAME(request);
	SAME(more);
	SAME(article_count);
	for (size_t i = 0; i < a->article_count; i++) {
		SAME(articles[i].seq);
		SAME_MEMORY(articles[i].id);
		SAME_TEXT(articles[i].title);
		SAME_TEXT(articles[i].url);
		SAME_TEXT(articles[i].source);
		SAME_STRING(articles[i].reason);
		SAME(articles[i].tries);
		SAME(articles[i].died_us);
	}
}

static void same_source_page(const struct msg_source_page *a, const struct msg_source_page *b)
{
	SAME(request);
	SAME(next);
	SAME(total);
	SAME(source_count);
	for (size_t i = 0; i < a->source_count; i++) {
		SAME_STRING(sources[i].name);
		SAME_STRING(sources[i].kind);
		SAME_STRING(sources[i].url);
		SAME(sources[i].enabled);
		SAME(sources[i].flags);
		SAME(sources[i].failures_in_row);
		SAME(sources[i].articles);
		SAME(sources[i].items);
		SAME(sources[i].polls);
		SAME(sources[i].failures);
		SAME(sources[i].given_up);
		SAME(sources[i].last_article_ms);
		SAME(sources[i].last_poll_ms);
		SAME(sources[i].next_poll_ms);
		SAME(sources[i].patience_ms);
		SAME_STRING(sources[i].last_error);
	}
}

static void same_control(const struct message *a, const struct message *b)
{
	switch (a->type) {
	case MSG_STATUS_REQUEST:
		SAME(status_request.request);
		break;
	case MSG_STATUS_REPLY:
		same_status(&a->status_reply, &b->status_reply);
		break;
	case MSG_DEAD_LIST:
		SAME(dead_list.request);
		SAME(dead_list.after_seq);
		SAME(dead_list.limit);
		break;
	case MSG_DEAD_PAGE:
		same_dead_page(&a->dead_page, &b->dead_page);
		break;
	case MSG_DEAD_ACTION:
		SAME(dead_action.request);
		SAME(dead_action.verb);
		SAME(dead_action.all);
		SAME(dead_action.id_count);
		for (size_t i = 0; i < a->dead_action.id_count; i++)
			SAME_MEMORY(dead_action.ids[i]);
		break;
	case MSG_DEAD_ACTION_REPLY:
		SAME(dead_action_reply.request);
		SAME(dead_action_reply.done);
		SAME(dead_action_reply.missing);
		break;
	case MSG_SOURCE_LIST:
		SAME(source_list.request);
		SAME(source_list.after);
		SAME(source_list.limit);
		SAME(source_list.flagged_only);
		break;
	case MSG_SOURCE_PAGE:
		same_source_page(&a->source_page, &b->source_page);
		break;
	default:
		break;
	}
}

static void same_alerts(const struct message *a, const struct message *b)
{
	if (a->type == MSG_ALERT_LIST) {
		SAME(alert_list.request);
		SAME(alert_list.after_receiver);
		SAME(alert_list.after_number);
		SAME(alert_list.limit);
	}
	if (a->type == MSG_ALERT_PAGE) {
		SAME(alert_page.request);
		SAME(alert_page.more);
		SAME(alert_page.next_receiver);
		SAME(alert_page.next_number);
		SAME(alert_page.failure_count);
		SAME_STRING(alert_page.failures[0].receiver);
		SAME(alert_page.failures[0].number);
		SAME_STRING(alert_page.failures[0].id);
		SAME(alert_page.failures[0].tries);
		SAME_STRING(alert_page.failures[0].reason);
		SAME(alert_page.failures[0].created_ms);
	}
	if (a->type == MSG_ALERT_ACTION) {
		SAME(alert_action.request);
		SAME(alert_action.verb);
		SAME_STRING(alert_action.name);
		SAME(alert_action.number);
	}
	if (a->type == MSG_ALERT_ACTION_REPLY) {
		SAME(alert_action_reply.request);
		SAME(alert_action_reply.done);
	}
}

static void same_override(const struct message *a, const struct message *b)
{
	SAME(correct.set.fields);
	SAME(correct.set.status);
	SAME(correct.set.people);
	SAME_STRING(correct.set.place.code);
	SAME_STRING(correct.set.place.name);
	SAME_STRING(correct.set.place.province);
	SAME_STRING(correct.set.date.value);
	SAME(correct.set.date.precision);
	SAME(correct.set.count.value);
	SAME(correct.set.count.qualifier);
	SAME(correct.set.conduct_count);
	for (size_t i = 0; i < a->correct.set.conduct_count; i++)
		SAME(correct.set.conduct[i]);
}

static void same_history(const struct message *a, const struct message *b)
{
	SAME(correction_page.request);
	SAME(correction_page.next);
	SAME(correction_page.entry_count);
	SAME(correction_page.entries[0].number);
	SAME(correction_page.entries[0].at_us);
	SAME(correction_page.entries[0].verb);
	SAME_STRING(correction_page.entries[0].id);
	SAME_STRING(correction_page.entries[0].by);
	SAME_STRING(correction_page.entries[0].note);
	SAME(correction_page.entries[0].change_count);
	for (size_t i = 0; i < a->correction_page.entries[0].change_count; i++) {
		SAME(correction_page.entries[0].changes[i].field);
		SAME_STRING(correction_page.entries[0].changes[i].was);
		SAME_STRING(correction_page.entries[0].changes[i].now);
	}
}

static void same_corrections(const struct message *a, const struct message *b)
{
	if (a->type == MSG_CORRECT) {
		SAME(correct.request);
		SAME_STRING(correct.id);
		SAME(correct.verb);
		SAME_STRING(correct.by);
		SAME_STRING(correct.note);
		SAME(correct.clear);
		same_override(a, b);
	}
	if (a->type == MSG_CORRECTED) {
		SAME(corrected.request);
		SAME_STRING(corrected.id);
		SAME(corrected.updates);
	}
	if (a->type == MSG_TAKE_DOWN) {
		SAME(take_down.request);
		SAME_STRING(take_down.article);
		SAME_STRING(take_down.by);
		SAME_STRING(take_down.note);
	}
	if (a->type == MSG_TAKEN_DOWN)
		SAME_MEMORY(taken_down);
	if (a->type == MSG_CORRECTION_LIST) {
		SAME(correction_list.request);
		SAME_STRING(correction_list.id);
		SAME(correction_list.before);
		SAME(correction_list.limit);
	}
	if (a->type == MSG_CORRECTION_PAGE)
		same_history(a, b);
}

void assert_same_message(const struct message *a, const struct message *b)
{
	SAME(type);
	same_intake(a, b);
	same_work(a, b);
	same_pages(a, b);
	same_requests(a, b);
	same_alerts(a, b);
	same_corrections(a, b);
	same_control(a, b);
}
