/* The loop, with pipes, sockets, timers and signals. Nothing here waits for time to pass except
 * through the loop's own timers, and nothing depends on how long they take. */
#include "lib/loop.h"

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <zmq.h>

#include <cmocka.h>

struct rig {
	struct loop *loop;
	char trace[200]; /* one letter a callback */
	int pipe[2];
	struct loop_slot slot;
	struct loop_timer timer;
	int turns;
	int stop_at_turn;
	int signo;
};

static void trace(struct rig *rig, char letter)
{
	size_t len = strlen(rig->trace);
	assert_true(len + 1 < sizeof(rig->trace));
	rig->trace[len] = letter;
}

static int on_signal(void *user, int signo)
{
	struct rig *rig = user;
	rig->signo = signo;
	loop_stop(rig->loop);
	return NETRAL_OK;
}

static int set_up(void **state)
{
	static struct rig rig;
	memset(&rig, 0, sizeof(rig));
	*state = &rig;
	return pipe(rig.pipe) == 0 && loop_new(on_signal, &rig, true, &rig.loop) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;
	loop_free(rig->loop);
	netral_closep(&rig->pipe[0]);
	netral_closep(&rig->pipe[1]);
	return 0;
}

static int read_byte(void *user)
{
	struct rig *rig = user;
	char byte;
	if (read(rig->pipe[0], &byte, 1) != 1)
		return NETRAL_ECLOSED;
	trace(rig, byte);
	if (byte == 'z')
		loop_stop(rig->loop);
	return NETRAL_OK;
}

static void put(struct rig *rig, const char *bytes)
{
	assert_int_equal(write(rig->pipe[1], bytes, strlen(bytes)), strlen(bytes));
}

static void a_descriptor_is_served_until_the_loop_stops(void **state)
{
	struct rig *rig = *state;
	loop_add(rig->loop, NULL, rig->pipe[0], read_byte, rig);
	put(rig, "abcz");
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_string_equal(rig->trace, "abcz");
	put(rig, "yz"); /* a loop can run again */
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_string_equal(rig->trace, "abczyz");
}

static void an_error_ends_the_loop_with_its_code(void **state)
{
	struct rig *rig = *state;
	loop_add(rig->loop, NULL, rig->pipe[0], read_byte, rig);
	put(rig, "a");
	netral_closep(&rig->pipe[1]);
	rig->pipe[1] = -1;
	assert_int_equal(loop_run(rig->loop), NETRAL_ECLOSED);
	assert_string_equal(rig->trace, "a");
}

/* --- timers --- */

static int timer_a(void *user)
{
	trace(user, 'a');
	return NETRAL_OK;
}

static int timer_fails(void *user)
{
	(void)user;
	return NETRAL_EIO;
}

/* Ends the loop when every other timer of the test has been run. */
static int timer_last(void *user)
{
	struct rig *rig = user;
	if (!strchr(rig->trace, 'a'))
		loop_timer_set(rig->loop, rig->timer, 1);
	else
		loop_stop(rig->loop);
	return NETRAL_OK;
}

static int timer_stop(void *user)
{
	struct rig *rig = user;
	trace(rig, 's');
	loop_stop(rig->loop);
	return NETRAL_OK;
}

static void timers_are_run_when_due_and_once(void **state)
{
	struct rig *rig = *state;
	rig->timer = loop_timer_add(rig->loop, timer_last, rig);
	struct loop_timer a = loop_timer_add(rig->loop, timer_a, rig);
	struct loop_timer off = loop_timer_add(rig->loop, timer_fails, rig);
	uint64_t start_ms = clock_ms();
	loop_timer_set(rig->loop, off, 0);
	loop_timer_set(rig->loop, off, UINT64_MAX);
	loop_timer_set(rig->loop, rig->timer, 0);
	loop_timer_set(rig->loop, a, 100000);
	loop_timer_set(rig->loop, a, 30); /* moved, not doubled */
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_true(clock_ms() - start_ms >= 30);
	assert_string_equal(rig->trace, "a");
}

static int timer_again(void *user)
{
	struct rig *rig = user;
	trace(rig, 't');
	if (strlen(rig->trace) == 5)
		loop_stop(rig->loop);
	loop_timer_set(rig->loop, rig->timer, 1);
	return NETRAL_OK;
}

static void a_timer_may_set_itself_again(void **state)
{
	struct rig *rig = *state;
	rig->timer = loop_timer_add(rig->loop, timer_again, rig);
	loop_timer_set(rig->loop, rig->timer, 0);
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_string_equal(rig->trace, "ttttt");
}

static void a_timers_error_ends_the_loop(void **state)
{
	struct rig *rig = *state;
	loop_timer_set(rig->loop, loop_timer_add(rig->loop, timer_fails, rig), 0);
	assert_int_equal(loop_run(rig->loop), NETRAL_EIO);
}

/* --- turns --- */

static int on_turn(void *user)
{
	struct rig *rig = user;
	trace(rig, '.');
	if (++rig->turns == rig->stop_at_turn)
		loop_stop(rig->loop);
	else
		loop_again(rig->loop);
	return NETRAL_OK;
}

static void the_turn_hook_comes_last_and_again_does_not_wait(void **state)
{
	struct rig *rig = *state;
	loop_add(rig->loop, NULL, rig->pipe[0], read_byte, rig);
	loop_timer_set(rig->loop, loop_timer_add(rig->loop, timer_a, rig), 0);
	loop_on_turn(rig->loop, on_turn, rig);
	rig->stop_at_turn = 4;
	put(rig, "12");
	/* Nothing else would end the wait of the third and the fourth turn. */
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_string_equal(rig->trace, "1a.2...");
}

static void the_clock_is_read_once_a_turn(void **state)
{
	struct rig *rig = *state;
	uint64_t before_ms = clock_ms();
	loop_on_turn(rig->loop, on_turn, rig);
	rig->stop_at_turn = 1;
	loop_again(rig->loop);
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_true(loop_now_ms(rig->loop) >= before_ms);
	assert_true(loop_now_ms(rig->loop) <= clock_ms());
}

/* --- watching --- */

static int stop_and_watch(void *user)
{
	struct rig *rig = user;
	trace(rig, 'w');
	loop_watch(rig->loop, rig->slot, true);
	return NETRAL_OK;
}

static void an_unwatched_slot_keeps_its_input_waiting(void **state)
{
	struct rig *rig = *state;
	rig->slot = loop_add(rig->loop, NULL, rig->pipe[0], read_byte, rig);
	loop_watch(rig->loop, rig->slot, false);
	loop_timer_set(rig->loop, loop_timer_add(rig->loop, stop_and_watch, rig), 20);
	put(rig, "az");
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_string_equal(rig->trace, "waz");
}

static int count_turn(void *user)
{
	((struct rig *)user)->turns++;
	return NETRAL_OK;
}

/* poll() reports a hang-up even of what it was not asked for. */
static void an_unwatched_slot_that_hung_up_is_left_alone(void **state)
{
	struct rig *rig = *state;
	rig->slot = loop_add(rig->loop, NULL, rig->pipe[0], read_byte, rig);
	loop_watch(rig->loop, rig->slot, false);
	netral_closep(&rig->pipe[1]);
	rig->pipe[1] = -1;
	loop_on_turn(rig->loop, count_turn, rig);
	loop_timer_set(rig->loop, loop_timer_add(rig->loop, timer_stop, rig), 30);
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_string_equal(rig->trace, "s");
	assert_true(rig->turns <= 10); /* it waited, instead of turning without end */
}

static void a_slot_may_change_its_descriptor(void **state)
{
	struct rig *rig = *state;
	int other[2];
	assert_int_equal(pipe(other), 0);
	rig->slot = loop_add(rig->loop, NULL, other[0], read_byte, rig);
	assert_int_equal(write(other[1], "!", 1), 1);
	loop_replace(rig->loop, rig->slot, NULL, rig->pipe[0]);
	put(rig, "z");
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_string_equal(rig->trace, "z");

	loop_watch(rig->loop, rig->slot, false);
	loop_replace(rig->loop, rig->slot, NULL, rig->pipe[0]); /* stays unwatched */
	put(rig, "y");
	loop_timer_set(rig->loop, loop_timer_add(rig->loop, timer_stop, rig), 10);
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_string_equal(rig->trace, "zs");
	close(other[0]);
	close(other[1]);
}

static int recv_socket(void *user)
{
	void **sockets = user;
	char byte = 0;
	assert_int_equal(zmq_recv(sockets[1], &byte, 1, ZMQ_DONTWAIT), 1);
	return byte == 'z' ? NETRAL_ETIMEOUT : NETRAL_OK;
}

/* One message is taken a turn: what remains must be served without a new arrival. */
static void a_socket_with_input_left_is_served_again(void **state)
{
	struct rig *rig = *state;
	void *ctx = zmq_ctx_new();
	void *sockets[2] = {zmq_socket(ctx, ZMQ_PAIR), zmq_socket(ctx, ZMQ_PAIR)};
	assert_int_equal(zmq_bind(sockets[0], "inproc://loop"), 0);
	assert_int_equal(zmq_connect(sockets[1], "inproc://loop"), 0);
	loop_add(rig->loop, sockets[1], -1, recv_socket, sockets);
	for (int i = 0; i < 50; i++)
		assert_int_equal(zmq_send(sockets[0], i < 49 ? "a" : "z", 1, 0), 1);
	assert_int_equal(loop_run(rig->loop), NETRAL_ETIMEOUT);
	zmq_close(sockets[0]);
	zmq_close(sockets[1]);
	zmq_ctx_term(ctx);
}

/* --- removing --- */

static int remove_other(void *user)
{
	struct rig *rig = user;
	trace(rig, 'r');
	loop_remove(rig->loop, rig->slot);
	loop_timer_remove(rig->loop, rig->timer);
	return NETRAL_OK;
}

/* Both were ready and due in the turn that removed them. */
static void what_was_removed_is_not_called_any_more(void **state)
{
	struct rig *rig = *state;
	int other[2];
	assert_int_equal(pipe(other), 0);
	loop_add(rig->loop, NULL, other[0], remove_other, rig);
	rig->slot = loop_add(rig->loop, NULL, rig->pipe[0], read_byte, rig);
	rig->timer = loop_timer_add(rig->loop, timer_fails, rig);
	loop_timer_set(rig->loop, rig->timer, 0);
	loop_on_turn(rig->loop, on_turn, rig);
	rig->stop_at_turn = 1;
	assert_int_equal(write(other[1], "!", 1), 1);
	put(rig, "a");
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_string_equal(rig->trace, "r.");
	close(other[0]);
	close(other[1]);
}

static int leave(void *user)
{
	struct rig *rig = user;
	trace(rig, 'l');
	loop_remove(rig->loop, rig->slot);
	rig->slot = loop_add(rig->loop, NULL, rig->pipe[0], read_byte, rig);
	return NETRAL_OK;
}

static int leave_timer(void *user)
{
	struct rig *rig = user;
	loop_timer_remove(rig->loop, rig->timer);
	rig->timer = loop_timer_add(rig->loop, timer_stop, rig);
	loop_timer_set(rig->loop, rig->timer, 0);
	return NETRAL_OK;
}

static void a_callback_may_put_another_in_its_own_place(void **state)
{
	struct rig *rig = *state;
	rig->slot = loop_add(rig->loop, NULL, rig->pipe[0], leave, rig);
	put(rig, "z");
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_string_equal(rig->trace, "lz");
	rig->timer = loop_timer_add(rig->loop, leave_timer, rig);
	loop_timer_set(rig->loop, rig->timer, 0);
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_string_equal(rig->trace, "lzs");
}

static void a_place_given_back_is_taken_again(void **state)
{
	struct rig *rig = *state;
	struct loop_slot kept = loop_add(rig->loop, NULL, rig->pipe[0], read_byte, rig);
	for (int i = 0; i < 2 * LOOP_SLOTS_MAX; i++) {
		struct loop_slot slot = loop_add(rig->loop, NULL, rig->pipe[0], read_byte, rig);
		assert_int_not_equal(slot.index, kept.index);
		loop_remove(rig->loop, slot);
	}
	for (int i = 0; i < 2 * LOOP_TIMERS_MAX; i++)
		loop_timer_remove(rig->loop, loop_timer_add(rig->loop, timer_fails, rig));
	put(rig, "z");
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_string_equal(rig->trace, "z");
}

/* --- signals --- */

static void signals_come_through_the_loop(void **state)
{
	struct rig *rig = *state;
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
	for (size_t i = 0; i < netral_countof(signals); i++) {
		assert_int_equal(kill(getpid(), signals[i]), 0);
		assert_int_equal(loop_run(rig->loop), NETRAL_OK);
		assert_int_equal(rig->signo, signals[i]);
	}
}

static void children_are_told_of(void **state)
{
	struct rig *rig = *state;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(0);
	assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_int_equal(rig->signo, SIGCHLD);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void a_closed_pipe_kills_nobody(void **state)
{
	struct rig *rig = *state;
	netral_closep(&rig->pipe[0]);
	rig->pipe[0] = -1;
	assert_int_equal(write(rig->pipe[1], "x", 1), -1);
}

static void without_memory_there_is_no_loop(void **state)
{
	(void)state;
	struct loop *l = NULL;
	fault_arm("alloc", 1);
	int r = loop_new(on_signal, NULL, false, &l);
	fault_arm(NULL, 0);
	assert_int_equal(r, NETRAL_ENOMEM);
	assert_null(l);
	loop_free(NULL);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_descriptor_is_served_until_the_loop_stops),
		TEST(an_error_ends_the_loop_with_its_code),
		TEST(timers_are_run_when_due_and_once),
		TEST(a_timer_may_set_itself_again),
		TEST(a_timers_error_ends_the_loop),
		TEST(the_turn_hook_comes_last_and_again_does_not_wait),
		TEST(the_clock_is_read_once_a_turn),
		TEST(an_unwatched_slot_keeps_its_input_waiting),
		TEST(an_unwatched_slot_that_hung_up_is_left_alone),
		TEST(a_slot_may_change_its_descriptor),
		TEST(a_socket_with_input_left_is_served_again),
		TEST(what_was_removed_is_not_called_any_more),
		TEST(a_callback_may_put_another_in_its_own_place),
		TEST(a_place_given_back_is_taken_again),
		TEST(signals_come_through_the_loop),
		TEST(children_are_told_of),
		TEST(a_closed_pipe_kills_nobody),
		TEST(without_memory_there_is_no_loop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
