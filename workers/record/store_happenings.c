/* Happenings: what becomes of a report that is new, read anew, or gone.
 *
 * A happening with one report has no row of its own: the article's record says all. With the second
 * one it gets a row, and its reports rows too, which they keep from then on.
 *
 * Invariants of a committed store, beside those of store_write.c:
 *  7. A happening with a row has `count` members, each with a report's row that names it, and its
 * face is one of them. Its last update is the only one of it that is not gone.
 *  8. The event of a member is in the update that the record of its article names, or, where that
 * is 0, in its report's row.
 *  9. A happening has at most one member of an article.
 * 10. Of a happening that people corrected, all that was read is kept: 8 holds with the updates
 * from before the correction and with rows, never with one that shows what people said. Its row,
 * and the candidates and rows of reports that are withdrawn, stay, so that whoever tells it again
 * meets the correction; `count` may be 0, and its last update is then a removal. So it is when it
 * is retracted. */
#include "workers/record/store_recording.h"

#include <stdio.h>

/* --- a happening --- */

static int open_singleton(struct store *s, struct happening *h)
{
	struct article_record a;
	int r = store_load_article(s, s->batch, h->id.record, &a);
	const struct event_entry *e = r == NETRAL_OK ? store_find_entry(&a, h->id.number) : NULL;
	if (!e)
		return r < 0 ? r : NETRAL_EMALFORMED;
	h->row = (struct happening_row){.face = h->id, .seq = e->seq, .count = 1};
	return NETRAL_OK;
}

static int open_happening(struct store *s, const struct report_id *id, struct happening *ret)
{
	ret->id = *id;
	int r = store_get_happening(s, s->batch, id, &ret->row);
	ret->stored = r == 1;
	if (r == 0)
		r = open_singleton(s, ret);
	if (r >= 0)
		r = store_load_update(s, ret->row.seq, &s->scratch, &ret->last);
	ret->fix = (struct correction_state){.retracted = false};
	ret->corrected = false;
	if (r == NETRAL_OK && ret->stored)
		r = store_get_correction(s, id, &s->scratch, &ret->fix);
	ret->corrected = r == 1;
	return r < 0 ? r : NETRAL_OK;
}

int store_open_of(struct store *s, const struct report_id *report, struct happening *ret)
{
	struct article_record a;
	struct report_row row;
	struct happening_row h;
	int known = store_get_report(s, s->batch, report, &row);
	const struct report_id id = known == 1 ? row.happening : *report;
	int r = known < 0 ? known : store_get_happening(s, s->batch, &id, &h);
	if (r == 0) {
		r = store_load_article(s, s->batch, id.record, &a);
		if (r == NETRAL_OK && !store_find_entry(&a, id.number))
			return 0;
	}
	if (r >= 0)
		r = open_happening(s, &id, ret);
	return r < 0 ? r : 1;
}

/* Reports of an event that people took back are not counted. */
static void count_reports(struct store *s, const struct happening *h, int64_t more)
{
	if (!h->fix.retracted)
		s->next.reports += (uint64_t)more;
}

/* Gives its only report what the reports of larger ones have. */
int store_first(struct store *s, const struct recording *rec, struct happening *h)
{
	struct article_record a;
	struct candidate_row c = {.sketch = {{0}}};
	const struct event *e = &h->last.event;
	int r = store_load_article(s, s->batch, h->id.record, &a);
	if (r == NETRAL_OK)
		r = store_get_candidate(s, &a, (int)e->kind, e->place.code, &h->id, &c);
	if (r < 0)
		return r;
	const struct report_row row = {.state = REPORT_MEMBER,
				       .happening = h->id,
				       .status = e->status,
				       .sketch = c.sketch};
	h->stored = true;
	r = store_put_report(s, rec, &h->id, &row, NULL);
	return r == NETRAL_OK ? store_put_member(s, &h->id, &h->id, e->status) : r;
}

/* --- a new report --- */

int store_found(struct store *s, struct recording *rec, const struct report *report,
		uint64_t *ret_seq)
{
	const struct update u = {.change = CHANGE_NEW,
				 .event = *report->event,
				 .article = store_article_ref(&rec->article)};
	int r = store_log(s, rec, &u);
	*ret_seq = s->next.head;
	s->next.events++;
	s->next.reports++;
	if (r == NETRAL_OK)
		r = store_put_candidate(s, &rec->article, &report->id, &report->id, &report->facts,
					&rec->sketch);
	return r;
}

/* A member with the address of the article that is being recorded: another version of it. 1 with
 * its id, or 0. */
static int find_version(struct store *s, const struct recording *rec, const struct happening *h,
			struct report_id *ret)
{
	struct members m = {.count = 0};
	struct article_ref ref;
	const struct text *url = &rec->article.url;
	int r = store_list_members(s, h, &m);
	for (size_t i = 0; r == NETRAL_OK && url->len && i < m.count; i++) {
		r = store_find_ref(s, rec, m.ids[i].record, &ref);
		if (r == NETRAL_OK && ref.url.len == url->len &&
		    memcmp(ref.url.ptr, url->ptr, url->len) == 0) {
			*ret = m.ids[i];
			return 1;
		}
	}
	return r;
}

static struct report_row row_of(const struct recording *rec, const struct happening *h,
				const struct report *report, enum report_state state)
{
	return (struct report_row){.state = state,
				   .happening = h->id,
				   .status = report->event->status,
				   .sketch = rec->sketch};
}

/* Takes a former version out of the members; its row stays, so that it is known when it is read
 * anew. */
static int retire(struct store *s, const struct recording *rec, struct happening *h,
		  const struct report_id *version)
{
	const struct report_row row = {.state = REPORT_FORMER, .happening = h->id};
	int r = store_put_report(s, rec, version, &row, NULL);
	if (r == NETRAL_OK)
		r = store_drop_member(s, &h->id, version);
	if (r == NETRAL_OK)
		r = store_drop_member_candidate(s, rec, h, version);
	h->row.count--;
	count_reports(s, h, -1);
	return r;
}

static int put_joined(struct store *s, const struct recording *rec, const struct happening *h,
		      const struct report *report, bool shown)
{
	const struct report_row row = row_of(rec, h, report, REPORT_MEMBER);
	int r = store_put_report(s, rec, &report->id, &row, shown ? NULL : report->event);
	if (r == NETRAL_OK)
		r = store_put_candidate(s, &rec->article, &report->id, &h->id, &report->facts,
					&rec->sketch);
	return r;
}

static int choose_for_new(struct store *s, const struct happening *h, const struct report *report,
			  bool face_retired, struct report_id *ret_face)
{
	struct story_facts facts;
	if (face_retired || h->row.count == 1)
		return store_choose_face(s, h, report, ret_face);
	int r = h->corrected ? store_member_facts(s, NULL, &h->row.face, &facts)
			     : store_event_facts(&h->last, &s->scratch, &facts);
	*ret_face = r == NETRAL_OK && store_takes_over(&facts, &report->facts) ? report->id
									       : h->row.face;
	return r;
}

static int add_report(struct store *s, struct recording *rec, struct happening *h,
		      const struct report *report, const struct report_id *version,
		      uint64_t *ret_seq)
{
	struct report_id face = h->row.face;
	bool face_retired = version && report_id_equal(version, &h->row.face);
	h->row.count++;
	count_reports(s, h, 1);
	s->next.joined++;
	int r = version ? retire(s, rec, h, version) : NETRAL_OK;
	if (r == NETRAL_OK)
		r = store_put_member(s, &h->id, &report->id, report->event->status);
	if (r == NETRAL_OK)
		r = choose_for_new(s, h, report, face_retired, &face);
	bool shown = report_id_equal(&face, &report->id);
	if (r == NETRAL_OK)
		r = put_joined(s, rec, h, report, shown && !h->corrected);
	enum update_cause cause = version ? CAUSE_REVISED : shown ? CAUSE_STAGE : CAUSE_CONFIRMED;
	if (r == NETRAL_OK)
		r = store_tell(s, rec, h, report, &face, cause);
	*ret_seq = shown && !h->corrected ? s->next.head : 0;
	return r;
}

/* A version of an article whose later one is a member already changes nothing. */
static int keep_former(struct store *s, const struct recording *rec, const struct happening *h,
		       const struct report *report, uint64_t *ret_seq)
{
	const struct report_row row = row_of(rec, h, report, REPORT_FORMER);
	*ret_seq = 0;
	return store_put_report(s, rec, &report->id, &row, NULL);
}

int store_join(struct store *s, struct recording *rec, const struct report *report,
	       const struct report_id *happening, uint64_t *ret_seq)
{
	struct happening h;
	struct report_id version;
	int r = open_happening(s, happening, &h);
	if (r == NETRAL_OK && !h.stored)
		r = store_first(s, rec, &h);
	int found = r == NETRAL_OK ? find_version(s, rec, &h, &version) : r;
	if (found < 0)
		return found;
	if (found && report_id_compare(&version, &report->id) > 0)
		r = keep_former(s, rec, &h, report, ret_seq);
	else
		r = add_report(s, rec, &h, report, found ? &version : NULL, ret_seq);
	return r == NETRAL_OK ? store_put_happening(s, &h) : r;
}

/* --- a report that is read anew --- */

static int replace_candidate(struct store *s, const struct recording *rec,
			     const struct report *report, const struct report_id *happening)
{
	const char *area = report->event->place.code;
	int kind = (int)report->event->kind;
	int r = store_drop_candidate(s, rec->old, kind, area, &report->id);
	if (r == NETRAL_OK)
		r = store_put_candidate(s, &rec->article, &report->id, happening, &report->facts,
					&rec->sketch);
	return r;
}

static int singleton_anew(struct store *s, struct recording *rec, const struct report *report,
			  const struct event_entry *old, uint64_t *ret_seq)
{
	struct update u;
	bool same = false;
	int r = store_load_update(s, old->seq, &s->scratch, &u);
	if (r == NETRAL_OK)
		r = store_same_event(s, &u, report->event, &same);
	*ret_seq = old->seq;
	if (r == NETRAL_OK && !same) {
		const struct update changed = {.change = CHANGE_CHANGED,
					       .cause = CAUSE_RECLASSIFIED,
					       .event = *report->event,
					       .article = store_article_ref(&rec->article)};
		r = store_log(s, rec, &changed);
		*ret_seq = s->next.head;
		if (r == NETRAL_OK)
			r = postings_add_gone(&s->postings, old->seq);
	}
	return r == NETRAL_OK ? replace_candidate(s, rec, report, &report->id) : r;
}

/* The event of a member as it was before. */
static int load_old(struct store *s, const struct event_entry *old, const struct report_row *row,
		    struct update *ret)
{
	if (old->seq)
		return store_load_update(s, old->seq, &s->scratch, ret);
	return codec_decode_update(row->body.ptr, row->body.len, &s->scratch, ret);
}

static int member_differs(struct store *s, struct recording *rec, struct happening *h,
			  const struct report *report, enum event_status old_status,
			  uint64_t *ret_seq)
{
	struct report_id face = h->row.face;
	const struct report_row row = row_of(rec, h, report, REPORT_MEMBER);
	bool was_face = report_id_equal(&h->row.face, &report->id);
	int r = store_put_member(s, &h->id, &report->id, report->event->status);
	if (r == NETRAL_OK)
		r = store_choose_face(s, h, report, &face);
	if (r < 0)
		return r;
	bool shown = report_id_equal(&face, &report->id);
	bool tells = shown || was_face || report->event->status != old_status;
	bool in_log = shown && !h->corrected;
	r = store_put_report(s, rec, &report->id, &row, in_log ? NULL : report->event);
	if (r == NETRAL_OK && tells)
		r = store_tell(s, rec, h, report, &face, CAUSE_RECLASSIFIED);
	*ret_seq = in_log ? s->next.head : 0;
	return r;
}

/* If it is one: its facts, and its article's day, may be others now. */
static int replace_member_candidate(struct store *s, const struct recording *rec,
				    const struct report *report, const struct report_id *happening)
{
	struct candidate_row row;
	int r = store_get_candidate(s, rec->old, (int)report->event->kind,
				    report->event->place.code, &report->id, &row);
	return r == 1 ? replace_candidate(s, rec, report, happening) : r;
}

static int member_anew(struct store *s, struct recording *rec, const struct report *report,
		       const struct event_entry *old, const struct report_row *row,
		       uint64_t *ret_seq)
{
	struct happening h;
	struct update u;
	bool same = false;
	int r = load_old(s, old, row, &u);
	if (r == NETRAL_OK)
		r = store_same_event(s, &u, report->event, &same);
	if (r == NETRAL_OK)
		r = replace_member_candidate(s, rec, report, &row->happening);
	*ret_seq = old->seq;
	if (r < 0 || same)
		return r;
	r = open_happening(s, &row->happening, &h);
	return r == NETRAL_OK ? member_differs(s, rec, &h, report, row->status, ret_seq) : r;
}

int store_read_anew(struct store *s, struct recording *rec, const struct report *report,
		    const struct event_entry *old, uint64_t *ret_seq)
{
	struct report_row row;
	int r = store_get_report(s, s->batch, &report->id, &row);
	if (r < 0)
		return r;
	if (r == 0)
		return singleton_anew(s, rec, report, old, ret_seq);
	*ret_seq = old->seq;
	return row.state == REPORT_MEMBER ? member_anew(s, rec, report, old, &row, ret_seq)
					  : NETRAL_OK;
}

/* --- a report that is gone --- */

static int withdraw_member(struct store *s, const struct recording *rec, struct happening *h,
			   const struct report_id *id)
{
	struct report_id face = h->row.face;
	bool was_face = report_id_equal(&face, id);
	int r = store_drop_member(s, &h->id, id);
	if (r == NETRAL_OK && --h->row.count == 0)
		return store_end_happening(s, rec, h);
	if (r == NETRAL_OK && was_face)
		r = store_choose_face(s, h, NULL, &face);
	enum update_cause cause = rec->erased ? CAUSE_TAKEN_DOWN : CAUSE_WITHDRAWN;
	return r == NETRAL_OK ? store_tell(s, rec, h, NULL, &face, cause) : r;
}

/* What is kept of a report that is gone: of one that people corrected (`keep`), what it takes to
 * know it again. */
static int forget_report(struct store *s, const struct recording *rec,
			 const struct event_entry *old, bool stored, bool keep,
			 const struct happening *h)
{
	const struct report_id id = {rec->record, old->number};
	if (rec->erased)
		return NETRAL_OK; /* whoever erases it does that to all of its rows */
	if (keep) {
		const struct report_row row = {.state = REPORT_WITHDRAWN, .happening = h->id};
		return store_put_report(s, rec, &id, &row, NULL);
	}
	int r = store_drop_candidate(s, rec->old, old->kind, old->area, &id);
	return r == NETRAL_OK && stored ? store_drop_row(s, s->reports, &id) : r;
}

int store_withdraw(struct store *s, struct recording *rec, const struct event_entry *old)
{
	struct happening h;
	struct report_row row;
	const struct report_id id = {rec->record, old->number};
	int stored = store_get_report(s, s->batch, &id, &row);
	if (stored < 0)
		return stored;
	bool former = stored && row.state == REPORT_FORMER;
	const struct report_id happening = stored ? row.happening : id;
	int r = former ? NETRAL_OK : open_happening(s, &happening, &h);
	if (r == NETRAL_OK)
		r = forget_report(s, rec, old, stored, !former && h.corrected, &h);
	if (r < 0 || former)
		return r;
	count_reports(s, &h, -1);
	return stored ? withdraw_member(s, rec, &h, &id) : store_end_happening(s, rec, &h);
}
