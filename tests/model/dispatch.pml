/* The way of an article, as docs/architecture.md tells it, for spin. See docs/model.md.
 *
 * Two articles, two workers, one netrald, one netral-record, one subscriber; each can be killed at
 * any step. `faults` bounds how much goes wrong in one run, whatever it is. Every fault uses up
 * budget and every other step makes progress, so no run goes on for ever: `live` is checked
 * without assuming any fairness, and a protocol that could chase its tail would violate it.
 *
 * Messages that may overtake one another, or of which only the latest counts, are flags and not
 * queues. Variables named ghost_ exist for the properties only: no step looks at them.
 *
 * -DBUGn seeds one bug each; the script beside this file requires that spin finds every one. */

#define NA 2
#define NW 2
#define MAX_TRIES 3
#ifndef FAULTS
#define FAULTS 2
#endif

mtype:nature = { PLAIN, KILLER, UNFIT };               /* what an article does to a worker */
mtype:state = { ABSENT, RECEIVED, PENDING, DONE, DEAD }; /* an article in the journal */
mtype:fate = { F_DONE, F_FAILED };                     /* what a worker says of a lease */

mtype:nature nature[NA];
byte faults = FAULTS;

/* netrald. RECEIVED and the leases are memory; PENDING is on disk. Tries, DONE and DEAD ride on a
 * later commit, so that a crash may find them on disk or not: see lose_marks(). */
mtype:state state[NA] = ABSENT;
byte tries[NA];
byte lease_of[NA]; /* 1 + worker; 0: no one has it */
byte lease_no[NA]; /* of the last hand-out; no run has 15 of one article */
bool session[NW] = true; /* netrald believes that this worker is there */
bool told[NA];           /* the source heard ACCEPTED */

/* Workers. [a * NW + w] is about article a at worker w. */
bool joined[NW] = true; /* the worker believes that it has a session */
byte held[NA * NW];     /* the lease of a result that waits for RECORDED; 0: none */
bool due[NA * NW];      /* that result has to be sent again */

/* netral-record. */
bool asked[NA * NW];    /* result on its way, or in the batch: memory */
bool answered[NA * NW]; /* RECORDED on its way back */
bool stored[NA];        /* disk */
byte log_of[NA + 1];    /* disk: 1 + article, by update number from 1 */
byte head;              /* disk: the last update number */

byte seen; /* the subscriber's last number; it survives the subscriber */

chan work[NW] = [NA] of { byte, byte };                /* to a worker: article, lease */
chan fates[NW] = [NA + 1] of { mtype:fate, byte, byte }; /* back: fate, article, lease */

byte ghost_effects[NA];   /* how often the article's events were written */
byte ghost_got[NA + 1];   /* what the subscriber was told, by number: 1 + article */
byte ghost_failures[NA];  /* hand-outs that did fail, at most MAX_TRIES */

#define AT(a, w) ((a) * NW + (w))
#define busy(w) (!session[w] || !joined[w] || nempty(work[w]) || nempty(fates[w]) || held[AT(0, w)] != 0 || held[AT(1, w)] != 0)
#define holds(w) (lease_of[0] == (w) + 1 || lease_of[1] == (w) + 1)
#define holds_suspect(w) ((lease_of[0] == (w) + 1 && tries[0] > 0) || (lease_of[1] == (w) + 1 && tries[1] > 0))

inline clear(c)
{
	do
	:: nempty(c) -> c?_,_
	:: empty(c) -> break
	od
}

inline clear_fates(c)
{
	do
	:: nempty(c) -> c?_,_,_
	:: empty(c) -> break
	od
}

inline forget(w)
{
	held[AT(0, w)] = 0; held[AT(1, w)] = 0;
	due[AT(0, w)] = false; due[AT(1, w)] = false;
	answered[AT(0, w)] = false; answered[AT(1, w)] = false
}

inline begin_session(w)
{
	forget(w);
	clear(work[w]);
	joined[w] = true;
	session[w] = true
}

/* ---- netrald ---- */

/* A suspect goes out alone, to a worker that holds nothing and gets nothing else meanwhile. */
#ifdef BUG5
#define may_hold(a, w) true
#else
#define may_hold(a, w) (tries[a] > 0 -> !holds(w) : !holds_suspect(w))
#endif
/* Two idle workers are alike: only the first is tried. */
#define can_hand_out(a, w) (state[a] == PENDING && lease_of[a] == 0 && session[w] && may_hold(a, w) \
	&& (w == 0 || busy(0) || busy(1)))

inline hand_out(a, w)
{
	lease_no[a] = lease_no[a] % 15 + 1;
#ifdef BUG4
	state[a] = DONE;
#else
	lease_of[a] = w + 1;
#endif
	work[w]!a,lease_no[a]
}

inline note_failure(a)
{
	if
	:: ghost_failures[a] < MAX_TRIES -> ghost_failures[a]++
	:: else
	fi
}

/* No hand-out follows, but after a crash, which leaves no message of an earlier lease. */
inline end_article(a, how)
{
	state[a] = how;
	lease_no[a] = 0
}

inline fail(a)
{
	lease_of[a] = 0;
	tries[a]++;
	if
#ifdef BUG12
	:: tries[a] >= MAX_TRIES -> tries[a] = 1
#else
	:: tries[a] >= MAX_TRIES -> end_article(a, DEAD)
#endif
	:: else
	fi
}

/* Whatever session the worker had is over: each hand-out that it holds has failed. That a worker may
 * have said Handled, and then none is counted, is left out: here all count. */
inline end_session(w)
{
	session[w] = false;
	if
	:: lease_of[0] == w + 1 -> note_failure(0); fail(0)
	:: else
	fi;
	if
	:: lease_of[1] == w + 1 -> note_failure(1); fail(1)
	:: else
	fi
}

#ifdef BUG10
#define names_lease(a, w, l) (state[a] == PENDING)
#else
#define names_lease(a, w, l) (lease_of[a] == (w) + 1 && lease_no[a] == l)
#endif

inline take_fate(w)
{
	fates[w]?f,a,l;
	if
	:: !names_lease(a, w, l) /* of an ended lease: refused, and counted */
	:: names_lease(a, w, l) && f == F_FAILED -> fail(a)
	:: names_lease(a, w, l) && f == F_DONE -> lease_of[a] = 0; end_article(a, DONE)
	fi;
	a = 0; l = 0; f = F_DONE
}

/* What a crash leaves of the marks: all that was set since some earlier moment is gone. */
inline lose_marks(a)
{
	if
	:: state[a] == RECEIVED -> state[a] = ABSENT
	:: state[a] == DONE || state[a] == DEAD -> state[a] = PENDING
	:: state[a] != RECEIVED
	fi;
	if
	:: tries[a] > 0 && state[a] != DEAD -> tries[a] = 0
	:: tries[a] > 1 && state[a] != DEAD -> tries[a]--
	:: tries[a] < MAX_TRIES || state[a] == DEAD
	fi
}

active proctype netrald()
{
	byte a, l;
	mtype:fate f = F_DONE;
	if
	:: nature[1] = PLAIN
	:: nature[1] = KILLER
	:: nature[1] = UNFIT
	fi;
	nature[0] = PLAIN;
end:	do
	/* A source brings an article, again and again until it hears an answer. */
	:: d_step { state[0] == ABSENT && !told[0] -> state[0] = RECEIVED }
	:: d_step { state[1] == ABSENT && !told[1] && state[0] != ABSENT -> state[1] = RECEIVED }
#ifdef BUG3
	:: d_step { state[0] == RECEIVED && !told[0] -> told[0] = true }
#endif
	/* The commit of a turn; the answers leave after it. */
	:: d_step { state[0] == RECEIVED || state[1] == RECEIVED ->
		if
		:: state[0] == RECEIVED -> state[0] = PENDING; told[0] = true
		:: else
		fi;
		if
		:: state[1] == RECEIVED -> state[1] = PENDING; told[1] = true
		:: else
		fi }

	:: atomic { can_hand_out(0, 0) -> hand_out(0, 0) }
	:: atomic { can_hand_out(0, 1) -> hand_out(0, 1) }
	:: atomic { can_hand_out(1, 0) -> hand_out(1, 0) }
	:: atomic { can_hand_out(1, 1) -> hand_out(1, 1) }

	:: atomic { nempty(fates[0]) -> take_fate(0) }
	:: atomic { nempty(fates[1]) -> take_fate(1) }

	/* Silence misread: the worker is only slow, and will still answer. */
	:: d_step { faults > 0 && session[0] && joined[0] && holds(0) -> faults--; end_session(0) }
	:: d_step { faults > 0 && session[1] && joined[1] && holds(1) -> faults--; end_session(1) }

	/* Killed. Its next messages to the workers make them begin new sessions; what they say of
	 * the old ones is refused. What they had sent to netral-record is still recorded. */
	:: atomic { faults > 0 ->
		faults--;
		lose_marks(0); lose_marks(1);
		lease_of[0] = 0; lease_of[1] = 0;
		lease_no[0] = 0; lease_no[1] = 0;
		begin_session(0); begin_session(1);
		clear_fates(fates[0]); clear_fates(fates[1]) }
	od
}

/* ---- netral-classify ---- */

/* The process is gone, and another starts. What it had sent may still arrive. */
inline die(w)
{
	joined[w] = false;
	forget(w);
	clear(work[w])
}

inline send_fate(w, what, a, l)
{
	fates[w]!what,a,l;
	if
	:: true
	:: faults > 0 && nfull(fates[w]) -> faults--; fates[w]!what,a,l /* it arrives twice */
	fi
}

inline classify(w)
{
	work[w]?a,l;
	if
	:: nature[a] == KILLER -> die(w)
	:: nature[a] == UNFIT -> note_failure(a); send_fate(w, F_FAILED, a, l)
	:: nature[a] == PLAIN -> held[AT(a, w)] = l; asked[AT(a, w)] = true;
#ifdef BUG11
		send_fate(w, F_DONE, a, l)
#endif
	fi;
	a = 0; l = 0
}

inline hear_answer(w, a)
{
	answered[AT(a, w)] = false;
	if
	:: held[AT(a, w)] != 0 ->
		l = held[AT(a, w)];
		held[AT(a, w)] = 0; due[AT(a, w)] = false;
		send_fate(w, F_DONE, a, l)
	:: held[AT(a, w)] == 0 /* answered before, or of an earlier session */
	fi;
	l = 0
}

active [NW] proctype worker()
{
	byte a, l;
	byte w = _pid - 1;
end:	do
	/* A new process, or netrald says that it does not know this one. Whatever session netrald
	 * still has on its books is over, and so are the results of that session. */
	:: atomic { !joined[w] || !session[w] ->
#ifndef BUG9
		if
		:: session[w] -> end_session(w)
		:: !session[w]
		fi;
#endif
		begin_session(w) }

	:: atomic { joined[w] && nempty(work[w]) && nfull(fates[w]) -> classify(w) }
	:: atomic { answered[AT(0, w)] && nfull(fates[w]) -> hear_answer(w, 0) }
	:: atomic { answered[AT(1, w)] && nfull(fates[w]) -> hear_answer(w, 1) }

	:: d_step { due[AT(0, w)] -> due[AT(0, w)] = false; asked[AT(0, w)] = true }
	:: d_step { due[AT(1, w)] -> due[AT(1, w)] = false; asked[AT(1, w)] = true }
	/* Too early: the first one is still on its way, or the answer is. */
	:: d_step { faults > 0 && held[AT(0, w)] != 0 && !asked[AT(0, w)] -> faults--; asked[AT(0, w)] = true }
	:: d_step { faults > 0 && held[AT(1, w)] != 0 && !asked[AT(1, w)] -> faults--; asked[AT(1, w)] = true }

	/* Killed. */
	:: atomic { faults > 0 && joined[w] -> faults--; die(w) }
	/* The connection to netrald is cut, and with it what was under way. */
	:: atomic { faults > 0 && joined[w] && (nempty(work[w]) || nempty(fates[w])) ->
		faults--; joined[w] = false; clear(work[w]); clear_fates(fates[w]) }
	/* The connection to netral-record is cut: a result, or the answer to it, is lost. */
	:: d_step { faults > 0 && asked[AT(0, w)] -> faults--; asked[AT(0, w)] = false; due[AT(0, w)] = held[AT(0, w)] != 0 }
	:: d_step { faults > 0 && asked[AT(1, w)] -> faults--; asked[AT(1, w)] = false; due[AT(1, w)] = held[AT(1, w)] != 0 }
	:: d_step { faults > 0 && answered[AT(0, w)] -> faults--; answered[AT(0, w)] = false; due[AT(0, w)] = held[AT(0, w)] != 0 }
	:: d_step { faults > 0 && answered[AT(1, w)] -> faults--; answered[AT(1, w)] = false; due[AT(1, w)] = held[AT(1, w)] != 0 }
	od
}

/* ---- netral-record, and a subscriber ---- */

#define wanted(a) (asked[AT(a, 0)] || asked[AT(a, 1)])
#ifdef BUG1
#define to_write(a) (wanted(a) && head < NA)
#else
#define to_write(a) (wanted(a) && !stored[a])
#endif

#define got(article) ghost_got[seen + 1] = article + 1; seen++

/* The subscriber asks for everything up to the head. */
inline replay()
{
	do
	:: seen < head -> got(log_of[seen + 1] - 1)
	:: seen >= head -> break
	od
}

/* Update `number` goes out to whoever listens. */
inline publish(number, article)
{
	if
	:: number == seen + 1 -> got(article)
#ifndef BUG8
	:: number > seen + 1 -> replay() /* it sees the gap */
#else
	:: number > seen + 1
#endif
	:: true /* its queue is full, it is away, or the recorder is killed here */
	fi
}

inline answer(a, w)
{
	if
	:: asked[AT(a, w)] -> asked[AT(a, w)] = false; answered[AT(a, w)] = held[AT(a, w)] != 0
	:: !asked[AT(a, w)]
	fi
}

/* One transaction an article: that several share a sync adds no order of its own. After the
 * commit the update and the answers leave; both may be lost. */
inline write(a)
{
	stored[a] = true;
	ghost_effects[a]++;
	head++;
	log_of[head] = a + 1;
#ifndef BUG6
	publish(head, a);
#endif
	answer(a, 0);
	answer(a, 1)
}

active proctype netral_record()
{
end:	do
	:: atomic { to_write(0) -> write(0) }
	:: atomic { to_write(1) -> write(1) }
	:: d_step { wanted(0) && stored[0] -> answer(0, 0); answer(0, 1) }
	:: d_step { wanted(1) && stored[1] -> answer(1, 0); answer(1, 1) }
#ifdef BUG2
	:: d_step { wanted(0) -> answer(0, 0); answer(0, 1) }
#endif
#ifdef BUG6
	:: atomic { to_write(0) && seen == head -> publish(head + 1, 0) }
#endif
#ifndef BUG8
	/* The heartbeat names the last number: the subscriber misses some. */
	:: atomic { seen < head -> replay() }
#endif

	/* Killed: the batch is gone, and perhaps the answers under way. Workers send again what
	 * was not answered. */
	:: atomic { faults > 0 ->
		faults--;
		asked[0] = false; asked[1] = false; asked[2] = false; asked[3] = false;
		if
		:: answered[0] || answered[1] || answered[2] || answered[3] ->
			answered[0] = false; answered[1] = false; answered[2] = false; answered[3] = false
		:: true
		fi;
#ifndef BUG7
		due[0] = held[0] != 0; due[1] = held[1] != 0; due[2] = held[2] != 0; due[3] = held[3] != 0
#endif
		}
	od
}

/* ---- properties ---- */

/* Recorded at most once in effect. */
#define once(a)     (ghost_effects[a] <= 1)
/* DONE stands on a commit of netral-record. */
#define based(a)    (state[a] != DONE || stored[a])
/* What was accepted stays in the journal, until its end and beyond. */
#define kept(a)     (!told[a] || (state[a] != ABSENT && state[a] != RECEIVED))
/* DEAD only after MAX_TRIES hand-outs that did fail, each counted once. */
#define bounded(a)  (tries[a] <= ghost_failures[a] && (state[a] != DEAD || tries[a] == MAX_TRIES))
/* An article that harms no worker dies of nothing but faults, and one of them at most is another
 * article's doing. */
#define spent       (FAULTS - faults)
#define innocent(a) (nature[a] != PLAIN || state[a] != DEAD || spent + (nature[1] == KILLER) >= MAX_TRIES)
/* Update numbers are 1, 2, ... each used for one article. */
#define numbered    (head == stored[0] + stored[1] && (head < 2 || log_of[1] != log_of[2]))
/* What the subscriber was told under a number is what is stored under it. */
#define truthful(n) (seen < n || (n <= head && ghost_got[n] == log_of[n]))

ltl p_once     { [] (once(0) && once(1)) }
ltl p_based    { [] (based(0) && based(1)) }
ltl p_kept     { [] (kept(0) && kept(1)) }
ltl p_bounded  { [] (bounded(0) && bounded(1)) }
ltl p_innocent { [] (innocent(0) && innocent(1)) }
ltl p_numbered { [] numbered }
ltl p_truthful { [] (truthful(1) && truthful(2)) }

/* All of them in one search. */
ltl safe {
	[] (once(0) && once(1) && based(0) && based(1) && kept(0) && kept(1)
	    && bounded(0) && bounded(1) && innocent(0) && innocent(1)
	    && numbered && truthful(1) && truthful(2))
}

/* Every article comes to its end, and the subscriber has every update. */
#define ended(a) (told[a] && (state[a] == DONE || state[a] == DEAD))
ltl live { <> [] (ended(0) && ended(1) && seen == head) }
