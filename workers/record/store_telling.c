/* What a happening shows, and what subscribers hear of it: which of its reports is the face, what
 * people say over it, and the update that tells. */
#include "workers/record/store_recording.h"

/* --- the face --- */

/* Of a finding and its dismissal the one that was printed later counts, whichever came first. */
bool store_takes_over(const struct story_facts *face, const struct story_facts *report)
{
	bool earlier = face->press_day && report->press_day && report->press_day < face->press_day;
	return story_supersedes(face, report) && !(earlier && story_supersedes(report, face));
}

int store_member_facts(struct store *s, const struct report *report, const struct report_id *id,
		       struct story_facts *ret)
{
	netral_cleanup(arena_fini) struct arena arena; /* one event at a time */
	struct update u;
	arena_init(&arena, s->scratch.limit);
	if (report && report_id_equal(&report->id, id)) {
		*ret = report->facts;
		return NETRAL_OK;
	}
	int r = store_load_event(s, id, &arena, &u);
	return r == NETRAL_OK ? store_event_facts(&u, &arena, ret) : r;
}

/* Chooses the face anew among the members that are listed; `report` is the one that is being
 * recorded, or NULL. */
int store_choose_face(struct store *s, const struct happening *h, const struct report *report,
		      struct report_id *ret)
{
	struct members m = {.count = 0};
	struct story_facts face = {0}, facts;
	int r = store_list_members(s, h, &m);
	for (size_t i = 0; r == NETRAL_OK && i < m.count; i++) {
		r = store_member_facts(s, report, &m.ids[i], &facts);
		if (r < 0 || (i > 0 && !store_takes_over(&face, &facts)))
			continue;
		face = facts;
		*ret = m.ids[i];
	}
	return r == NETRAL_OK && m.count == 0 ? NETRAL_EMALFORMED : r;
}

/* What the happening shows with this face. */
static int load_face(struct store *s, const struct recording *rec, const struct happening *h,
		     const struct report *report, const struct report_id *face, struct update *ret)
{
	if (report && report_id_equal(&report->id, face)) {
		ret->event = *report->event;
		ret->article = store_article_ref(&rec->article);
	} else if (!h->corrected && report_id_equal(&h->row.face, face)) {
		ret->event = h->last.event;
		ret->article = h->last.article;
	} else {
		struct update u;
		int r = store_load_event(s, face, &s->scratch, &u);
		if (r < 0)
			return r;
		ret->event = u.event;
		ret->article = u.article;
	}
	ret->event.id = h->last.event.id;
	return NETRAL_OK;
}

/* --- what is told of it --- */

/* What people said last, also when that was to take it back. Not of what was taken down: a note
 * may tell what the article did. */
static struct correction_mark mark_of(const struct recording *rec, const struct happening *h)
{
	bool erased = rec->erased && h->row.count == 0;
	if (!h->corrected || erased)
		return (struct correction_mark){.note = ""};
	return (struct correction_mark){h->fix.at_us, h->fix.note, h->fix.said.fields};
}

/* Says that it ended, in its topic. The notice is gone too: it is not an event's present state. */
static int log_end(struct store *s, const struct recording *rec, struct happening *h,
		   enum update_cause cause)
{
	const struct update u = {.change = CHANGE_REMOVED,
				 .cause = cause,
				 .event = h->last.event,
				 .article = h->last.article,
				 .correction = mark_of(rec, h)};
	int r = store_log(s, rec, &u);
	if (r == NETRAL_OK)
		r = postings_add_gone(&s->postings, h->row.seq);
	if (r == NETRAL_OK)
		r = postings_add_gone(&s->postings, s->next.head);
	h->row.seq = s->next.head;
	return r;
}

/* What an event is called among subscribers includes its area. When people move it, it ends in one
 * topic and begins in another; one that had ended begins again. */
static int log_shown(struct store *s, const struct recording *rec, struct happening *h,
		     struct update *u)
{
	bool was_present = h->last.change != CHANGE_REMOVED;
	bool moved = strcmp(h->last.event.place.code, u->event.place.code) != 0;
	int r = was_present && moved ? log_end(s, rec, h, u->cause) : NETRAL_OK;
	bool begins = !was_present || moved;
	u->change = begins ? CHANGE_NEW : CHANGE_CHANGED;
	if (begins && u->cause != CAUSE_CORRECTED)
		u->cause = 0;
	s->next.events += !was_present;
	if (r == NETRAL_OK)
		r = store_log(s, rec, u);
	if (r == NETRAL_OK && !begins)
		r = postings_add_gone(&s->postings, h->row.seq);
	h->row.seq = s->next.head;
	return r;
}

/* Reading anew what people say otherwise may change nothing that is seen. */
static int is_untold(struct store *s, const struct happening *h, const struct update *u,
		     bool *ret_untold)
{
	bool same = h->corrected && u->cause == CAUSE_RECLASSIFIED &&
		    u->listed_count == h->last.listed_count &&
		    article_id_equal(&u->article.id, &h->last.article.id);
	for (size_t i = 0; same && i < u->listed_count; i++)
		same = u->reports[i].status == h->last.reports[i].status;
	*ret_untold = same;
	return same ? store_same_event(s, &h->last, &u->event, ret_untold) : NETRAL_OK;
}

/* What it shows now: its face, its reports, and over them what people said. */
static int describe(struct store *s, const struct recording *rec, const struct happening *h,
		    const struct report *report, const struct report_id *face,
		    const struct members *m, struct update *u)
{
	int r = load_face(s, rec, h, report, face, u);
	if (r == NETRAL_OK && (h->row.count > 1 || h->corrected)) {
		r = store_describe_members(s, rec, m, u->reports);
		u->listed_count = m->count;
	}
	if (r == NETRAL_OK && h->corrected)
		r = correction_lay(&h->fix.said, u, &s->scratch);
	u->correction = mark_of(rec, h);
	return r;
}

/* A stage that people say otherwise does not move. */
static enum update_cause cause_of(const struct happening *h, enum update_cause cause)
{
	bool fixed = h->fix.said.fields & CORRECTION_BIT(CORRECTION_STATUS);
	return fixed && cause == CAUSE_STAGE ? CAUSE_CONFIRMED : cause;
}

/* Its area may be another one than what people say; candidates are found by what was read. */
static int put_face_candidate(struct store *s, const struct happening *h,
			      const struct report_id *face, const struct update *shown)
{
	struct update read = *shown;
	int r = NETRAL_OK;
	if (h->corrected)
		r = store_load_event(s, face, &s->scratch, &read);
	return r == NETRAL_OK ? store_put_face_candidate(s, h, face, &read) : r;
}

/* Logs what it shows now, with its reports, and puts its row. Of one that people took back nothing
 * is told. */
int store_tell(struct store *s, const struct recording *rec, struct happening *h,
	       const struct report *report, const struct report_id *face, enum update_cause cause)
{
	struct members m = {.count = 0};
	struct update_report reports[CODEC_REPORTS_MAX];
	struct report_id old_face = h->row.face;
	bool untold = h->fix.retracted;
	struct update u = {
		.cause = cause_of(h, cause), .report_count = h->row.count, .reports = reports};
	int r = store_list_members(s, h, &m);
	if (r == NETRAL_OK)
		r = describe(s, rec, h, report, face, &m, &u);
	if (r == NETRAL_OK && !untold)
		r = is_untold(s, h, &u, &untold);
	if (r == NETRAL_OK && !untold)
		r = log_shown(s, rec, h, &u);
	h->row.face = *face;
	if (r == NETRAL_OK)
		r = store_put_happening(s, h);
	if (r == NETRAL_OK && !report_id_equal(face, &old_face) && face->record != rec->record)
		r = put_face_candidate(s, h, face, &u);
	return r == NETRAL_OK ? store_leave_out(s, rec, h, &m, &old_face, report) : r;
}

/* Its last report is gone. */
int store_end_happening(struct store *s, const struct recording *rec, struct happening *h)
{
	int r = NETRAL_OK;
	if (h->last.change != CHANGE_REMOVED) {
		r = log_end(s, rec, h, rec->erased ? CAUSE_TAKEN_DOWN : 0);
		s->next.events--;
	}
	if (r < 0 || !h->stored)
		return r;
	return h->corrected ? store_put_happening(s, h) : store_drop_row(s, s->happenings, &h->id);
}

int store_tell_correction(struct store *s, const struct recording *rec, struct happening *h)
{
	bool present = h->last.change != CHANGE_REMOVED;
	int r = h->stored ? NETRAL_OK : store_first(s, rec, h);
	h->corrected = true;
	if (r < 0 || h->row.count == 0)
		return r;
	if (!h->fix.retracted) {
		s->next.reports += present ? 0 : h->row.count;
		return store_tell(s, rec, h, NULL, &h->row.face, CAUSE_CORRECTED);
	}
	if (present) {
		r = log_end(s, rec, h, CAUSE_RETRACTED);
		s->next.events--;
		s->next.reports -= h->row.count;
	}
	return r == NETRAL_OK ? store_put_happening(s, h) : r;
}
