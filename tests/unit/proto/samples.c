#include "samples.h"

#include "lib/cleanup.h"

#include <string.h>

#define TEXT(s)   ((struct text){(s), sizeof(s) - 1})
#define SAMPLE_ID "00112233445566778899aabbccddeeff"

const struct article_id sample_id = {{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99,
				      0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}};
static const struct epoch sample_epoch = {
	{0xe0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};

void sample_article(struct article *a)
{
	*a = (struct article){
		.id = sample_id,
		.url = TEXT("https://contoh.example/berita/1"),
		.title = TEXT("Dua ASN di Kota Contoh diperiksa"),
		.text = TEXT("Bawaslu Kota Contoh memeriksa dua ASN \xe2\x80\x9cnetral"
			     "\xe2\x80\x9d.\n"),
		.published = TEXT("2024-08-21T10:00:00+07:00"),
		.source = TEXT("spool:contoh.txt"),
		.accepted_us = 1724209200000001};
}

void sample_event_full(struct event *e)
{
	static const enum event_subject subjects[] = {EVENT_SUBJECT_ASN,
						      EVENT_SUBJECT_ELECTION_BODY};
	static const enum event_conduct conduct[] = {EVENT_CONDUCT_SOCIAL_MEDIA,
						     EVENT_CONDUCT_OTHER};
	static const char *const institutions[] = {"Bawaslu Kota Contoh", "BKN"};
	static const struct event_person people[] = {{"Siti", "Ketua Bawaslu"}, {"Budi", ""}};
	static const char *const sanctions[] = {"moral"};
	static const char *const basis[] = {"UU 20/2023", "PP 94/2021"};
	static const struct event_stage stages[] = {{EVENT_STATUS_ALLEGED, 490},
						    {EVENT_STATUS_SANCTIONED, 194}};
	static const struct event_note notes[] = {
		{"legal_basis", "UU 5/2014", "replaced by UU 20/2023 since 2023-10-31"}};
	static const struct event_evidence evidence[] = {{"status", 20, 29, "memeriksa"},
							 {"count", 30, 33, "dua"}};
	*e = (struct event){.id = SAMPLE_ID "-1",
			    .kind = EVENT_KIND_VIOLATION,
			    .status = EVENT_STATUS_SANCTIONED,
			    .place = {"81.71", "Kota Contoh", "Maluku"},
			    .date = {"2024-08-21", EVENT_PRECISION_DAY},
			    .count = {194, EVENT_QUALIFIER_AT_LEAST},
			    .subjects = subjects,
			    .subject_count = netral_countof(subjects),
			    .conduct = conduct,
			    .conduct_count = netral_countof(conduct),
			    .institutions = institutions,
			    .institution_count = netral_countof(institutions),
			    .people = people,
			    .person_count = netral_countof(people),
			    .sanctions = sanctions,
			    .sanction_count = netral_countof(sanctions),
			    .legal_basis = basis,
			    .legal_basis_count = netral_countof(basis),
			    .election = "Pilkada 2024",
			    .scope = EVENT_SCOPE_TOTAL,
			    .as_of = {"2024-07", EVENT_PRECISION_MONTH},
			    .stages = stages,
			    .stage_count = netral_countof(stages),
			    .confidence = 0.875,
			    .sure = {0.5, 0.75, 0.25, 1},
			    .notes = notes,
			    .note_count = netral_countof(notes),
			    .evidence = evidence,
			    .evidence_count = netral_countof(evidence),
			    .sentence = "Bawaslu Kota Contoh memeriksa dua ASN."};
}

void sample_event_minimal(struct event *e)
{
	event_init(e);
	e->id = SAMPLE_ID "-2";
	e->kind = EVENT_KIND_SESSION;
	e->status = EVENT_STATUS_HELD;
}

void sample_update(struct update *u, uint64_t seq)
{
	struct article a;
	sample_article(&a);
	*u = (struct update){
		.epoch = sample_epoch,
		.seq = seq,
		.prev_in_topic = seq - 1,
		.change = CHANGE_CHANGED,
		.recorded_us = 1724209200000009,
		.accepted_us = a.accepted_us,
		.article = {a.id, a.url, a.title, a.published, a.source},
	};
	if (seq % 2) {
		static struct update_report reports[2];
		reports[0] = (struct update_report){u->article, EVENT_STATUS_ALLEGED};
		reports[1] = (struct update_report){u->article, EVENT_STATUS_FOUND};
		reports[0].article.id.bytes[0] ^= 1;
		u->reports = reports;
		u->listed_count = netral_countof(reports);
		u->report_count = 9;
		u->cause = CAUSE_STAGE;
		u->correction = (struct correction_mark){1724209200000010, "hak jawab",
							 CORRECTION_BIT(CORRECTION_STATUS) |
								 CORRECTION_BIT(CORRECTION_PEOPLE)};
		sample_event_full(&u->event);
	} else {
		u->report_count = 1;
		u->correction.note = "";
		sample_event_minimal(&u->event);
	}
}

static void *copy(struct arena *arena, const void *from, size_t size)
{
	return memcpy(arena_alloc(arena, size), from, size);
}

#define LIST(arena, Type, ...)                                                                     \
	copy((arena), (const Type[]){__VA_ARGS__}, sizeof((const Type[]){__VA_ARGS__}))

static struct article *sample_articles(struct arena *arena)
{
	struct article *a = arena_calloc(arena, 2, sizeof(*a));
	sample_article(&a[0]);
	a[0].id = (struct article_id){{0}}; /* as in a Submit */
	a[1] = a[0];
	a[1].url = a[1].published = TEXT("");
	return a;
}

static struct work_item *sample_items(struct arena *arena)
{
	struct work_item *items = arena_calloc(arena, 2, sizeof(*items));
	sample_article(&items[0].article);
	items[0].seq = 300;
	items[0].lease = UINT64_MAX;
	items[0].tries = 3;
	items[1] = (struct work_item){.seq = 1, .lease = 128, .article = items[0].article};
	return items;
}

static struct result *sample_results(struct arena *arena)
{
	static const char sketch[CODEC_SKETCH_BYTES + 1] = "as 64 numbers";
	struct article a;
	sample_article(&a);
	struct result *results = arena_calloc(arena, 2, sizeof(*results));
	results[0] = (struct result){.article_id = a.id,
				     .url = a.url,
				     .title = a.title,
				     .published = a.published,
				     .source = a.source,
				     .accepted_us = a.accepted_us,
				     .text_zstd = {(const uint8_t *)"\x28\xb5\x2f\xfd\0\0", 6},
				     .text_size = 200,
				     .classifier = {7, {1, 2, 3, 4, 5, 6, 7, 8}},
				     .event_count = 2,
				     .sketch = {(const uint8_t *)sketch, CODEC_SKETCH_BYTES}};
	results[0].events = arena_calloc(arena, 2, sizeof(struct event));
	sample_event_full(&results[0].events[0]);
	sample_event_minimal(&results[0].events[1]);
	results[1] = results[0];
	results[1].events = NULL;
	results[1].event_count = 0;
	results[1].text_zstd = (struct bytes){NULL, 0};
	results[0].has_areas = true;
	results[0].areas = LIST(arena, char *, "81.71", "53");
	results[0].area_count = 2;
	results[1].has_replaces = true;
	results[1].has_areas = true; /* about none */
	results[1].replaces = (struct classifier_version){6, {8, 7, 6, 5, 4, 3, 2, 1}};
	return results;
}

static struct update *sample_updates(struct arena *arena)
{
	struct update *u = arena_calloc(arena, 2, sizeof(*u));
	sample_update(&u[0], 41);
	sample_update(&u[1], 42);
	return u;
}

static struct archived_article *sample_archived(struct arena *arena)
{
	static const uint8_t zstd[] = {0x28, 0xB5, 0x2F, 0xFD};
	return LIST(arena, struct archived_article,
		    {sample_id,
		     TEXT("https://berita.example/1"),
		     TEXT("Judul"),
		     TEXT("2024-08-21"),
		     {zstd, 4},
		     38,
		     {7, {1, 2, 3, 4, 5, 6, 7, 8}}},
		    {sample_id,
		     TEXT(""),
		     TEXT(""),
		     TEXT(""),
		     {zstd, 3},
		     1,
		     {0, {8, 7, 6, 5, 4, 3, 2, 1}}});
}

static struct filter sample_filter(struct arena *arena)
{
	return (struct filter){
		.kinds = LIST(arena, enum event_kind, EVENT_KIND_SESSION, EVENT_KIND_PLEDGE),
		.kind_count = 2,
		.areas = LIST(arena, char *, "81", "81.71", "ID", "none"),
		.area_count = 4,
		.statuses = LIST(arena, enum event_status, EVENT_STATUS_HELD, EVENT_STATUS_MADE),
		.status_count = 2,
	};
}

static void sample_intake(enum msg_type type, struct arena *arena, struct message *m)
{
	switch (type) {
	case MSG_ERROR:
		m->error =
			(struct msg_error){5, CODE_EPOCH, "another epoch", true, sample_epoch, 99};
		break;
	case MSG_ARTICLE:
		sample_article(&m->article);
		break;
	case MSG_SUBMIT:
		m->submit = (struct msg_submit){6, sample_articles(arena), 2};
		break;
	case MSG_SUBMIT_REPLY:
		m->submit_reply = (struct msg_submit_reply){
			6,
			LIST(arena, struct submit_status, {SUBMIT_ACCEPTED, sample_id, ""},
			     {SUBMIT_DUPLICATE, sample_id, ""},
			     {SUBMIT_REFUSED, {{0}}, "text: empty"},
			     {SUBMIT_BUSY, {{0}}, "the journal is full"}),
			4};
		break;
	default:
		break;
	}
}

static void sample_work(enum msg_type type, struct arena *arena, struct message *m)
{
	switch (type) {
	case MSG_HELLO:
		m->hello = (struct msg_hello){"classify-1@contoh", "0.1.0", 64};
		break;
	case MSG_WELCOME:
		m->welcome = (struct msg_welcome){1000, 5000};
		break;
	case MSG_WORK:
		m->work = (struct msg_work){sample_items(arena), 2};
		break;
	case MSG_HANDLED:
		m->handled = (struct msg_handled){LIST(arena, struct lease, {5, 6}, {7, 8}), 2};
		break;
	case MSG_DONE:
		m->done =
			(struct msg_done){LIST(arena, struct lease, {1, 2}, {300, UINT64_MAX}), 2};
		break;
	case MSG_FAILED:
		m->failed = (struct msg_failed){{3, 4}, true, "the classifier ran out of memory"};
		break;
	case MSG_RECORD:
		m->record = (struct msg_record){7, sample_results(arena), 2};
		break;
	case MSG_RECORDED:
		m->recorded = (struct msg_recorded){
			7,
			LIST(arena, struct record_status, {RECORD_RECORDED, "", 1, 2, 3},
			     {RECORD_BUSY, "the disk is full", 0, 0, 0}),
			2};
		break;
	default:
		break;
	}
}

static void sample_updates_side(enum msg_type type, struct arena *arena, struct message *m)
{
	switch (type) {
	case MSG_UPDATE:
		sample_update(&m->update, 41);
		break;
	case MSG_HEAD:
		m->head = (struct msg_head){sample_epoch,
					    42,
					    39,
					    LIST(arena, struct topic_head,
						 {"event.violation.81.71", 41},
						 {"event.session.none", 42}),
					    2,
					    true};
		break;
	case MSG_REPLAY:
		m->replay =
			(struct msg_replay){8, true, sample_epoch, 17, sample_filter(arena), 500};
		break;
	case MSG_REPLAY_PAGE:
		m->replay_page = (struct msg_replay_page){8, sample_epoch, sample_updates(arena),
							  2, 42,           300};
		break;
	case MSG_QUERY:
		m->query = (struct msg_query){
			9, sample_filter(arena), "2024-01-01", "2024-12-31", 100, 77};
		break;
	case MSG_QUERY_PAGE:
		m->query_page = (struct msg_query_page){9, sample_updates(arena), 2, 76};
		break;
	case MSG_SHOW:
		m->show = (struct msg_show){10, SAMPLE_ID "-1"};
		break;
	case MSG_SHOWN:
		m->shown = (struct msg_shown){10,
					      sample_updates(arena),
					      2,
					      TEXT("Bawaslu Kota Contoh memeriksa dua ASN."),
					      {7, {1, 2, 3, 4, 5, 6, 7, 8}}};
		break;
	case MSG_ARCHIVE:
		m->archive = (struct msg_archive){
			14, true, sample_epoch, 18, {7, {1, 2, 3, 4, 5, 6, 7, 8}}, 100};
		break;
	case MSG_ARCHIVE_PAGE:
		m->archive_page = (struct msg_archive_page){
			14, sample_epoch, sample_archived(arena), 2, 19, 300};
		break;
	case MSG_COVERAGE:
		m->coverage = (struct msg_coverage){15, 202401, 202412, 202408, "81.71"};
		break;
	case MSG_COVERAGE_PAGE:
		m->coverage_page = (struct msg_coverage_page){
			15, LIST(arena, struct coverage_row, {202408, "", 3}, {202408, "81.71", 7}),
			2,  true,
			11, 1};
		break;
	default:
		break;
	}
}

static struct source_status *sample_sources(struct arena *arena)
{
	return LIST(arena, struct source_status,
		    {.name = "Kabar Contoh",
		     .kind = "feed",
		     .url = "https://contoh.example/feed",
		     .enabled = true,
		     .flags = 9,
		     .failures_in_row = 2,
		     .articles = 310,
		     .items = 340,
		     .polls = 900,
		     .failures = 5,
		     .given_up = 30,
		     .last_article_ms = 1724209200001,
		     .last_poll_ms = 1724209200002,
		     .next_poll_ms = 1724209200003,
		     .patience_ms = 86400000,
		     .last_error = "no answer"});
}

static void sample_sources_side(enum msg_type type, struct arena *arena, struct message *m)
{
	if (type == MSG_SOURCE_LIST)
		m->source_list = (struct msg_source_list){15, 256, 100, true};
	if (type == MSG_SOURCE_PAGE)
		m->source_page = (struct msg_source_page){15, sample_sources(arena), 1, 512, 10000};
}

static void sample_alerts_side(enum msg_type type, struct arena *arena, struct message *m)
{
	if (type == MSG_ALERT_LIST)
		m->alert_list = (struct msg_alert_list){16, UINT64_MAX, 7, 100};
	if (type == MSG_ALERT_PAGE)
		m->alert_page = (struct msg_alert_page){
			16,
			LIST(arena, struct alert_failure,
			     {"meja", 8, "0123-1_9", 10, "HTTP 500", 1724209200003}),
			1,
			true,
			UINT64_MAX,
			8};
	if (type == MSG_ALERT_ACTION)
		m->alert_action = (struct msg_alert_action){17, ALERT_REPLAY, "aturan", 12};
	if (type == MSG_ALERT_ACTION_REPLY)
		m->alert_action_reply = (struct msg_alert_action_reply){17, 3};
}

static void sample_corrections_side(enum msg_type type, struct arena *arena, struct message *m)
{
	if (type == MSG_CORRECT)
		m->correct = (struct msg_correct){
			18,
			"00112233445566778899aabbccddeeff-2",
			CORRECT_SET,
			"dewi (netral)",
			"hak jawab",
			{.fields = CORRECTION_BIT(CORRECTION_STATUS) |
				   CORRECTION_BIT(CORRECTION_PLACE) |
				   CORRECTION_BIT(CORRECTION_DATE) |
				   CORRECTION_BIT(CORRECTION_COUNT) |
				   CORRECTION_BIT(CORRECTION_CONDUCT),
			 .status = EVENT_STATUS_DISMISSED,
			 .place = {"81.71", "Kota Ambon", "Maluku"},
			 .date = {"2024-08-21", EVENT_PRECISION_DAY},
			 .count = {3, EVENT_QUALIFIER_AT_LEAST},
			 .conduct = LIST(arena, enum event_conduct, EVENT_CONDUCT_DECISION,
					 EVENT_CONDUCT_OTHER),
			 .conduct_count = 2},
			CORRECTION_BIT(CORRECTION_PEOPLE)};
	if (type == MSG_CORRECTED)
		m->corrected = (struct msg_corrected){18, "00112233445566778899aabbccddeeff-2", 2};
	if (type == MSG_TAKE_DOWN)
		m->take_down = (struct msg_take_down){19, "https://contoh.example/1", "dewi",
						      "putusan pengadilan"};
	if (type == MSG_TAKEN_DOWN)
		m->taken_down = (struct msg_taken_down){19, 2, 3, 4, 500, true};
	if (type == MSG_CORRECTION_LIST)
		m->correction_list = (struct msg_correction_list){20, "00112233", 400, 50};
	if (type == MSG_CORRECTION_PAGE)
		m->correction_page = (struct msg_correction_page){
			20,
			LIST(arena, struct correction_entry,
			     {399, 1724209200000042, CORRECT_SET, "00112233-1", "dewi", "hak jawab",
			      LIST(arena, struct field_change,
				   {CORRECTION_STATUS, "ALLEGED", "DISMISSED"},
				   {CORRECTION_PEOPLE, "1 named", "masked"}),
			      2}),
			1, 399};
}

static void sample_control(enum msg_type type, struct arena *arena, struct message *m)
{
	switch (type) {
	case MSG_STATUS_REQUEST:
		m->status_request = (struct msg_request){11};
		break;
	case MSG_STATUS_REPLY:
		m->status_reply = (struct msg_status_reply){
			11,
			"netrald",
			"0.1.0",
			4242,
			60000,
			"running",
			LIST(arena, struct counter, {"netral_articles_accepted_total", 12}),
			1,
			LIST(arena, struct worker_status, {"classify-1", "0.1.0", 64, 3, 9, 1}),
			1,
			LIST(arena, struct receiver_status,
			     {"desk", true, 5, 6000, 1724209200007, 70, 3, 1724209205007,
			      "HTTP 503"}),
			1};
		break;
	case MSG_DEAD_LIST:
		m->dead_list = (struct msg_dead_list){12, 400, 50};
		break;
	case MSG_DEAD_PAGE:
		m->dead_page = (struct msg_dead_page){
			12,
			LIST(arena, struct dead_article,
			     {401, sample_id, TEXT("Judul"), TEXT("https://contoh.example/2"),
			      TEXT("submit"), "three workers died of it", 3, 1724209200000042}),
			1, true};
		break;
	case MSG_DEAD_ACTION:
		m->dead_action = (struct msg_dead_action){
			13, DEAD_DROP, LIST(arena, struct article_id, sample_id), 1, false};
		break;
	case MSG_DEAD_ACTION_REPLY:
		m->dead_action_reply = (struct msg_dead_action_reply){13, 1, 2};
		break;
	default:
		break;
	}
}

void sample_message(enum msg_type type, struct arena *arena, struct message *ret)
{
	*ret = (struct message){.type = type};
	sample_intake(type, arena, ret);
	sample_work(type, arena, ret);
	sample_updates_side(type, arena, ret);
	sample_control(type, arena, ret);
	sample_sources_side(type, arena, ret);
	sample_alerts_side(type, arena, ret);
	sample_corrections_side(type, arena, ret);
}
