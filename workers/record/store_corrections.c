/* What people say of events: the state of each event that they ever corrected, and the history.
 *
 * A row in "corrections" stays once it is there, also when everything in it was taken back: the
 * happening goes on to be kept as one that people look after (invariant 10). */
#include "workers/record/store_recording.h"

#include <inttypes.h>
#include <stdio.h>

static const char as_read[] = "as read";

/* --- rows --- */

static int load_state(const MDB_val *v, struct arena *arena, struct correction_state *ret)
{
	int r = codec_decode_correction(v->mv_data, v->mv_size, arena, ret);
	return r == NETRAL_OK ? 1 : r;
}

int store_get_correction(struct store *s, const struct report_id *happening, struct arena *arena,
			 struct correction_state *ret)
{
	uint8_t key[REPORT_ID_BYTES];
	MDB_val v;
	report_id_put(key, happening);
	int r = store_get(s->batch, s->corrections, key, sizeof(key), &v);
	return r < 1 ? r : load_state(&v, arena, ret);
}

static int put_correction(struct store *s, const struct happening *h)
{
	netral_cleanup(buf_fini) struct buf value;
	uint8_t key[REPORT_ID_BYTES];
	buf_init(&value, 0);
	report_id_put(key, &h->id);
	int r = codec_encode_correction(&h->fix, &value);
	if (r < 0)
		return r;
	return store_put(s->batch, s->corrections, key, sizeof(key), value.data, value.len, 0);
}

int store_log_correction(struct store *s, const struct correction_entry *entry)
{
	struct correction_entry e = *entry;
	netral_cleanup(buf_fini) struct buf value;
	uint8_t key[8];
	buf_init(&value, 0);
	e.number = ++s->next.corrections;
	put_be64(key, e.number);
	int r = codec_encode_entry(&e, &value);
	if (r < 0)
		return r;
	return store_put(s->batch, s->correction_log, key, sizeof(key), value.data, value.len,
			 MDB_APPEND);
}

/* --- reports that are told again --- */

static bool is_among(const struct report_id *list, size_t count, const struct report_id *id)
{
	for (size_t i = 0; i < count; i++) {
		if (report_id_equal(&list[i], id))
			return true;
	}
	return false;
}

/* 1 when this row is of a report that is withdrawn and was of this kind and area. */
static int is_told_again(struct store *s, const struct report_row *row, const struct event *e)
{
	struct correction_state fix;
	if (row->state != REPORT_WITHDRAWN)
		return 0;
	int r = store_get_correction(s, &row->happening, &s->scratch, &fix);
	return r < 1 ? r : fix.kind == e->kind && strcmp(fix.area, e->place.code) == 0;
}

/* Looks at the rows of the article's reports: 1 with the first that is told again. */
static int find_withdrawn(struct store *s, MDB_cursor *c, uint64_t record, const struct event *e,
			  const struct report_id *own, size_t own_count,
			  struct report_id *ret_report, struct report_id *ret_happening)
{
	uint8_t from[REPORT_ID_BYTES];
	const struct report_id first = {record, 0};
	report_id_put(from, &first);
	MDB_val k = mdb_bytes(from, sizeof(from)), v;
	int rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	for (; rc == 0 && k.mv_size == REPORT_ID_BYTES; rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) {
		struct report_row row;
		*ret_report = report_id_get(k.mv_data);
		if (ret_report->record != record)
			return 0;
		int r = report_row_decode(v.mv_data, v.mv_size, &row);
		if (r == NETRAL_OK && !is_among(own, own_count, &row.happening))
			r = is_told_again(s, &row, e);
		*ret_happening = row.happening;
		if (r != 0)
			return r;
	}
	return rc == 0 || rc == MDB_NOTFOUND ? 0 : lmdb_error(rc);
}

int store_take_withdrawn(struct store *s, const struct recording *rec, const struct event *e,
			 const struct report_id *own, size_t own_count, struct report_id *ret)
{
	MDB_cursor *c = NULL;
	struct report_id report;
	int rc = mdb_cursor_open(s->batch, s->reports, &c);
	if (rc)
		return lmdb_error(rc);
	int found = find_withdrawn(s, c, rec->record, e, own, own_count, &report, ret);
	mdb_cursor_close(c);
	int r = NETRAL_OK;
	if (found == 1)
		r = store_drop_row(s, s->reports, &report);
	if (found == 1 && r == NETRAL_OK)
		r = store_drop_candidate(s, rec->old, (int)e->kind, e->place.code, &report);
	return r < 0 ? r : found;
}

/* --- a correction --- */

static int refuse(struct store_refusal *refusal, enum msg_code code, const char *reason)
{
	*refusal = (struct store_refusal){code, reason};
	return NETRAL_OK;
}

/* What an id names: 1, or 0 with a refusal. `s->batch` is open. */
static int find_event(struct store *s, const char *id, struct report_id *ret,
		      struct store_refusal *refusal)
{
	int r = store_read_begin(s);
	if (r < 0)
		return r;
	r = store_resolve(s, id, ret);
	store_read_end(s);
	if (r == STORE_MANY)
		refuse(refusal, CODE_AMBIGUOUS,
		       "id: more than one article begins like this, give more digits");
	else if (r == STORE_NONE)
		refuse(refusal, CODE_NOT_FOUND, "id: no such event; 'netral query' lists them");
	else if (r == STORE_ONE && ret->number == 0)
		refuse(refusal, CODE_MALFORMED,
		       "id: an article; the id of an event ends with - and its number");
	return r < 0 ? r : refusal->code == CODE_NONE;
}

static const char *refusal_of(const struct happening *h, const struct msg_correct *m)
{
	int kind = (int)(h->corrected ? h->fix.kind : h->last.event.kind);
	if (m->verb == CORRECT_RESTORE && !h->fix.retracted)
		return h->corrected ? NULL : "id: this event is not retracted";
	if (m->verb != CORRECT_RESTORE && h->row.count == 0)
		return "id: no article reports this event any more, so nothing of it is shown";
	if ((m->set.fields & CORRECTION_BIT(CORRECTION_PLACE)) &&
	    topic_number(kind, m->set.place.code) < 0)
		return "place: not an area code such as 81, 81.71 or ID";
	return correction_refusal(&m->set, (enum event_kind)kind);
}

/* The state as it will be; *ret_changes: it is another one. */
static int make_state(const struct happening *h, const struct msg_correct *m, uint64_t now_us,
		      struct correction_state *ret, bool *ret_changes)
{
	netral_cleanup(buf_fini) struct buf before, after;
	buf_init(&before, 0);
	buf_init(&after, 0);
	*ret = h->fix;
	if (!h->corrected) {
		ret->kind = h->last.event.kind;
		ret->area = h->last.event.place.code;
	}
	correction_merge(&ret->said, &m->set, m->set.fields);
	ret->said.fields &= ~m->clear;
	ret->retracted = m->verb == CORRECT_SET ? h->fix.retracted : m->verb == CORRECT_RETRACT;
	if (m->verb != CORRECT_SET) {
		*ret_changes = ret->retracted != h->fix.retracted;
		ret->note = m->note;
		ret->at_us = now_us;
		return NETRAL_OK;
	}
	ret->note = m->note;
	int r = codec_encode_correction(ret, &after);
	if (r == NETRAL_OK && h->corrected)
		r = codec_encode_correction(&h->fix, &before);
	*ret_changes = before.len != after.len ||
		       (after.len && memcmp(before.data, after.data, after.len) != 0);
	ret->at_us = now_us;
	return r;
}

static int note_change(struct store *s, const struct happening *h, const struct msg_correct *m,
		       int field, struct field_change *ret)
{
	static const char *const treatments[] = {
		[PEOPLE_REMOVED] = "removed", [PEOPLE_MASKED] = "masked"};
	struct update said = h->last;
	struct override only = m->set;
	*ret = (struct field_change){.field = (enum correction_field)field, .now = as_read};
	int r = correction_describe(&h->last.event, ret->field, &s->scratch, &ret->was);
	if (r < 0 || !(m->set.fields & CORRECTION_BIT(field)))
		return r;
	if (field == CORRECTION_PEOPLE) {
		ret->now = treatments[m->set.people];
		return r;
	}
	only.fields = CORRECTION_BIT(field);
	r = correction_lay(&only, &said, &s->scratch);
	return r == NETRAL_OK ? correction_describe(&said.event, ret->field, &s->scratch, &ret->now)
			      : r;
}

static int log_entry(struct store *s, const struct happening *h, const struct msg_correct *m,
		     uint64_t now_us)
{
	struct field_change changes[CORRECTION_FIELD_END];
	struct correction_entry e = {.at_us = now_us,
				     .verb = m->verb,
				     .id = h->last.event.id,
				     .by = m->by,
				     .note = m->note,
				     .changes = changes};
	int r = NETRAL_OK;
	for (int field = 1; r == NETRAL_OK && field < CORRECTION_FIELD_END; field++) {
		if ((m->set.fields | m->clear) & CORRECTION_BIT(field))
			r = note_change(s, h, m, field, &changes[e.change_count++]);
	}
	return r == NETRAL_OK ? store_log_correction(s, &e) : r;
}

/* As if its face's article were recorded: that is whose time of acceptance the update has. */
static int correct_opened(struct store *s, struct happening *h, const struct msg_correct *m,
			  uint64_t now_us, struct store_corrected *ret)
{
	struct record_status status = {.outcome = RECORD_RECORDED};
	struct recording rec = {
		.now_us = now_us, .record = h->row.face.record, .published = "", .status = &status};
	struct correction_state state;
	bool changes = false;
	int r = make_state(h, m, now_us, &state, &changes);
	if (r < 0 || !changes)
		return r;
	s->changed = true;
	r = store_load_article(s, s->batch, rec.record, &rec.article);
	if (r == NETRAL_OK)
		r = store_keep_strings(s, &rec.article);
	if (r == NETRAL_OK)
		r = log_entry(s, h, m, now_us);
	h->fix = state;
	if (r == NETRAL_OK)
		r = put_correction(s, h);
	if (r == NETRAL_OK)
		r = store_tell_correction(s, &rec, h);
	ret->updates = status.added + status.changed + status.removed;
	return r;
}

static int correct(struct store *s, const struct msg_correct *m, uint64_t now_us,
		   struct store_corrected *ret)
{
	struct happening h;
	struct report_id id;
	int r = find_event(s, m->id, &id, &ret->refusal);
	if (r < 1)
		return r;
	r = store_open_of(s, &id, &h);
	if (r == 0)
		return refuse(&ret->refusal, CODE_NOT_FOUND, "id: no such event");
	if (r < 0)
		return r;
	snprintf(ret->id, sizeof(ret->id), "%s", h.last.event.id);
	const char *reason = refusal_of(&h, m);
	if (reason)
		return refuse(&ret->refusal, CODE_MALFORMED, reason);
	return correct_opened(s, &h, m, now_us, ret);
}

int store_correct(struct store *s, const struct msg_correct *m, uint64_t now_us,
		  struct store_corrected *ret)
{
	*ret = (struct store_corrected){.refusal = {CODE_NONE, ""}};
	int r = store_open_batch(s);
	if (r == NETRAL_OK)
		r = correct(s, m, now_us, ret);
	arena_reset(&s->arena);
	arena_reset(&s->scratch);
	if (r < 0)
		store_abort(s);
	return r;
}

/* --- the history --- */

/* Adds the entry unless it is of another event than `id` ("": of any). */
static int add_entry(const MDB_val *v, const char *id, struct store_history *page)
{
	netral_cleanup(arena_fini) struct arena arena;
	struct correction_entry e;
	arena_init(&arena, 1 << 20);
	int r = codec_decode_entry(v->mv_data, v->mv_size, &arena, &e);
	if (r == NETRAL_OK && (id[0] == '\0' || strcmp(e.id, id) == 0))
		page->entries[page->count++] = (struct bytes){v->mv_data, v->mv_size};
	return r;
}

static int walk_history(struct store *s, const char *id, const struct msg_correction_list *q,
			struct store_history *page)
{
	size_t max =
		q->limit && q->limit < CODEC_CORRECTIONS_MAX ? q->limit : CODEC_CORRECTIONS_MAX;
	uint64_t at = s->settled.corrections + 1;
	if (q->before && q->before < at)
		at = q->before;
	for (int looks = 0; at > 1 && looks < STORE_HISTORY_LOOKS_MAX; looks++) {
		MDB_val v;
		if (page->count == max)
			break;
		int r = store_get_number(s->reader, s->correction_log, --at, &v);
		r = r < 1 ? (r < 0 ? r : NETRAL_EMALFORMED) : add_entry(&v, id, page);
		if (r < 0)
			return r;
	}
	page->next = at > 1 ? at : 0;
	return NETRAL_OK;
}

/* The id of the event that a report belongs to, as the history has it. */
static int name_event(struct store *s, const struct report_id *report, char id[static 64])
{
	struct article_record a;
	struct report_row row;
	char hex[ARTICLE_ID_HEX + 1];
	int r = store_get_report(s, s->reader, report, &row);
	const struct report_id happening = r == 1 ? row.happening : *report;
	if (r >= 0)
		r = store_load_article(s, s->reader, happening.record, &a);
	if (r < 0)
		return r;
	article_id_format(&a.id, hex);
	snprintf(id, 64, "%s-%" PRIu32, hex, happening.number);
	if (happening.number == 0)
		id[ARTICLE_ID_HEX] = '\0';
	return NETRAL_OK;
}

int store_history(struct store *s, const struct msg_correction_list *q, struct store_history *page)
{
	char id[64] = "";
	struct report_id report;
	page->count = 0;
	page->next = 0;
	page->refusal = (struct store_refusal){CODE_NONE, ""};
	if (q->id[0] == '\0')
		return walk_history(s, id, q, page);
	int r = store_resolve(s, q->id, &report);
	if (r == STORE_NONE)
		return refuse(&page->refusal, CODE_NOT_FOUND, "id: no such event or article");
	if (r == STORE_MANY)
		return refuse(&page->refusal, CODE_AMBIGUOUS,
			      "id: more than one article begins like this, give more digits");
	if (r > 0)
		r = name_event(s, &report, id);
	return r < 0 ? r : walk_history(s, id, q, page);
}
