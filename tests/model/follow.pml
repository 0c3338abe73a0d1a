/* How a subscriber of some topics gets each of their updates exactly once ("Following events" in
 * docs/protocol.md), for spin. See docs/model.md.
 *
 * One netral-record with updates in two topics, ours and another, and one subscriber of ours. Any
 * live message may be lost. The periodic Head is sent whenever there is something to learn from it,
 * and at EXTRA other moments; losses are bounded, so every run ends, or chases its tail, which
 * `live` would show.
 *
 * -DALL: the subscriber follows all topics. -DBUGn seeds one bug each. */

#define N 4 /* updates */
#define PAGE 2 /* numbers that a ReplayPage looks at */
#ifndef LOSSES
#define LOSSES 2
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef EXTRA
#define EXTRA 1
#endif

mtype:message = { UPDATE, HEAD };
mtype:mood = { WAITING, REPLAYING, LIVE };

/* netral-record. The log is on disk; what the next Head will say is memory. */
bool ours[N + 1];    /* the subscriber wants it */
byte prev_in[N + 1]; /* the update before it in its topic */
byte last_in[2];     /* the last update of each topic */
byte head;
byte head_prev;      /* seq of the last Head */
bool unknown = true; /* it is not known what an earlier process sent */
byte changed;        /* last update in our topic since the last Head, 0: none */

byte losses = LOSSES, crashes = CRASHES, extra = EXTRA;

/* kind, seq, prev (in the topic, of the Head), and of a Head: unknown, changed in our topic */
chan feed = [2] of { mtype:message, byte, byte, bool, byte };
/* A page under way: looked at through, head. */
chan page = [1] of { byte, byte };

/* The subscriber. */
mtype:mood mood = WAITING;
byte through;
byte last_seen; /* in our topic, beyond through */
bool asked;

bool ghost_got[N + 1];
byte ghost_last;
bool ghost_lost; /* something was, since the subscriber began */

inline send(kind, seq, prev, flag, change)
{
	if
	:: nfull(feed) -> feed!kind,seq,prev,flag,change
	:: full(feed) -> ghost_lost = true
	:: losses > 0 -> losses--; ghost_lost = true
	fi
}

inline publish()
{
	if
	:: ours[head] -> changed = head; send(UPDATE, head, prev_in[head], false, 0)
	:: else
	fi
}

inline send_head()
{
	send(HEAD, head, head_prev, unknown, changed);
	head_prev = head;
	unknown = false;
	changed = 0
}

active proctype netral_record()
{
	byte topic;
end:	do
	:: atomic { head < N ->
		select(topic : 0 .. 1);
		head++;
#ifdef ALL
		ours[head] = true;
#else
		ours[head] = topic == 0;
#endif
		prev_in[head] = last_in[topic];
		last_in[topic] = head;
		if
		:: publish()
		/* Killed between the commit and the publishing. */
		:: crashes > 0 -> crashes--; ghost_lost = true;
			head_prev = 0; changed = 0;
#ifdef BUG3
			unknown = false
#else
			unknown = true
#endif
		fi;
		topic = 0 }
	/* The periodic Head: of use only to who is behind. */
	:: atomic { empty(feed) && mood != REPLAYING && (mood == WAITING || through != head) -> send_head() }
	:: atomic { extra > 0 -> extra--; send_head() }
	:: atomic { asked && empty(page) ->
		asked = false;
		page!(through + PAGE < head -> through + PAGE : head),head }
	od
}

#define newest (last_seen > through -> last_seen : through)

inline deliver(seq)
{
	assert(!ghost_got[seq]);
	assert(seq > ghost_last);
	ghost_last = seq;
	ghost_got[seq] = true
}

inline ask()
{
	mood = REPLAYING;
	asked = true
}

inline lost()
{
	assert(ghost_lost); /* no replay without a reason */
	ask()
}

inline hear_update(seq, prev)
{
	if
	:: seq <= newest
#ifdef ALL
	:: seq > newest && seq == through + 1 -> deliver(seq); through = seq
	:: seq > newest && seq != through + 1 -> lost()
#else
#ifdef BUG4
	:: seq > newest -> deliver(seq); last_seen = seq
#else
	:: seq > newest && prev <= newest -> deliver(seq); last_seen = seq
	:: seq > newest && prev > newest -> lost()
#endif
#endif
	fi
}

#ifdef BUG1
#define connects(prev) true
#else
#define connects(prev) (prev <= through)
#endif
#ifdef BUG5
#define seen(change) true
#else
#define seen(change) (change <= newest)
#endif

inline hear_head(seq, prev, flag, change)
{
	if
	:: seq <= through /* the same, or an old one from the queue */
	:: seq > through ->
#ifdef ALL
		lost()
#else
		if
		:: !flag && connects(prev) && seen(change) -> through = seq; last_seen = 0
		:: !(!flag && connects(prev) && seen(change)) -> ask()
		fi
#endif
	fi
}

active proctype subscriber()
{
	byte seq, prev, change, n;
	bool flag;
	mtype:message kind = HEAD;
end:	do
	/* The feed waits while pages come, or is read and dropped: it may do either. */
	:: atomic { nempty(feed) && mood != REPLAYING ->
		feed?kind,seq,prev,flag,change;
		if
		:: mood == WAITING && kind == HEAD -> ask() /* from the first update on */
		:: mood == WAITING && kind == UPDATE
		:: mood == LIVE && kind == UPDATE -> hear_update(seq, prev)
		:: mood == LIVE && kind == HEAD -> hear_head(seq, prev, flag, change)
		fi;
		kind = HEAD; seq = 0; prev = 0; flag = false; change = 0 }
	:: atomic { nempty(feed) && mood == REPLAYING ->
		feed?kind,seq,prev,flag,change; ghost_lost = true;
		kind = HEAD; seq = 0; prev = 0; flag = false; change = 0 }
	:: atomic { nempty(page) ->
		page?seq,prev; /* through, head */
		n = through + 1;
		do
		:: n <= seq ->
			if
#ifdef BUG2
			:: ours[n] -> deliver(n)
#else
			:: ours[n] && n > newest -> deliver(n)
#endif
			:: else
			fi;
			n++
		:: n > seq -> break
		od;
		through = seq;
		if
		:: last_seen <= through -> last_seen = 0
		:: last_seen > through
		fi;
		if
		:: seq == prev -> mood = LIVE
		:: seq != prev -> asked = true
		fi;
		n = 0; seq = 0; prev = 0 }
	od
}

#define has(n) (n > head || !ours[n] || ghost_got[n])
ltl live { <> [] (has(1) && has(2) && has(3) && has(4) && through == head) }
