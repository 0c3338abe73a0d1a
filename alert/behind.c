#include "alert/behind.h"

#include <string.h>

static void save(struct behind *b, size_t i)
{
	outbox_set_behind(b->outbox, b->rules->receivers[i].key, &b->at[i]);
}

static void end(struct behind *b, size_t i)
{
	outbox_set_behind(b->outbox, b->rules->receivers[i].key, NULL);
	b->set &= ~((uint64_t)1 << i);
}

void behind_load(struct behind *b, struct outbox *outbox, const struct ruleset *rules)
{
	b->outbox = outbox;
	b->rules = rules;
	b->set = 0;
	for (size_t i = 0; i < rules->receiver_count; i++) {
		if (outbox_behind(outbox, rules->receivers[i].key, &b->at[i]) == 1)
			b->set |= (uint64_t)1 << i;
	}
}

uint64_t behind_at(const struct behind *b, uint64_t number)
{
	uint64_t set = 0;
	for (size_t i = 0; i < b->rules->receiver_count; i++) {
		uint64_t bit = (uint64_t)1 << i;
		if ((b->set & bit) && b->at[i].position.seq < number)
			set |= bit;
	}
	return set;
}

/* One that is behind already can find no room earlier, when updates are told again. */
void behind_fall(struct behind *b, uint64_t set, const struct epoch *epoch, uint64_t number,
		 uint64_t again_until)
{
	for (size_t i = 0; i < b->rules->receiver_count; i++) {
		uint64_t bit = (uint64_t)1 << i;
		if (!(set & bit))
			continue;
		b->falls += !(b->set & bit);
		b->set |= bit;
		memcpy(b->at[i].position.epoch, epoch->bytes, sizeof(epoch->bytes));
		b->at[i].position.seq = number - 1;
		b->at[i].again_until = again_until;
		save(b, i);
	}
}

void behind_advance(struct behind *b, uint64_t set, uint64_t number, uint64_t through)
{
	for (size_t i = 0; i < b->rules->receiver_count; i++) {
		if (!(set & b->set & (uint64_t)1 << i))
			continue;
		struct netral_position *at = &b->at[i].position;
		bool moved = at->seq < number;
		at->seq = moved ? number : at->seq;
		if (at->seq >= through)
			end(b, i);
		else if (moved)
			save(b, i);
	}
}

void behind_forget(struct behind *b)
{
	for (size_t i = 0; i < b->rules->receiver_count; i++) {
		if (b->set & (uint64_t)1 << i)
			end(b, i);
	}
}

uint64_t behind_updates(const struct behind *b, size_t index, uint64_t through)
{
	uint64_t at = b->at[index].position.seq;
	bool is = b->set & (uint64_t)1 << index;
	return is && at < through ? through - at : 0;
}
