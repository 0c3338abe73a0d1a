#!/usr/bin/python3
"""examples/python/follow.py against a recorder that loses, repeats and changes what it publishes.

The recorder here is a stub: it says exactly what a test wants, so that each rule of "Following
events" in docs/protocol.md is met at least once. The real one is met in the process tests.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest

import zmq

HERE = pathlib.Path(__file__).resolve().parent
PROTO = str(HERE.parent.parent / "proto")
EXAMPLE = HERE.parent.parent / "examples" / "python" / "follow.py"
sys.path.insert(0, str(EXAMPLE.parent))

import follow  # noqa: E402

PATIENCE_MS = 60000
OLD, NEW = bytes(16), bytes(range(16))
VIOLATION, SESSION = 2, 1


def setUpModule():
    global FOLDER, PB
    FOLDER = tempfile.TemporaryDirectory()
    PB, *_ = follow.load_messages(PROTO, FOLDER.name)


def tearDownModule():
    FOLDER.cleanup()


class Recorder:
    """Sockets of a stub recorder, its log, and a reader that follows it."""

    def __init__(self, test, *options):
        self.test = test
        self.epoch = OLD
        self.log = []  # Update messages, number 1 first
        self.folder = tempfile.TemporaryDirectory()
        self.context = zmq.Context()
        self.pub = self._bind(zmq.XPUB, "updates")
        self.router = self._bind(zmq.ROUTER, "replay")
        self.reader = subprocess.Popen(
            [sys.executable, str(EXAMPLE), "--proto", PROTO,
             "--updates", self._endpoint("updates"), "--replay", self._endpoint("replay"),
             *options],
            stdout=subprocess.PIPE, text=True)

    def _endpoint(self, name):
        return f"ipc://{self.folder.name}/{name}"

    def _bind(self, kind, name):
        socket = self.context.socket(kind)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.RCVTIMEO, PATIENCE_MS)
        socket.bind(self._endpoint(name))
        return socket

    def add(self, kind, area):
        """One more update in the store; not published yet."""
        topic = f"event.{'session' if kind == SESSION else 'violation'}.{area or 'none'}"
        before = [u for t, u in self.log if t == topic]
        update = PB.Envelope().update
        update.epoch, update.seq = self.epoch, len(self.log) + 1
        update.prev_in_topic = before[-1].seq if before else 0
        update.event.kind, update.event.place.code = kind, area
        self.log.append((topic, update))

    def wait_for_subscriptions(self, *prefixes):
        got = [self.pub.recv() for _ in prefixes]
        self.test.assertEqual([b"\1" + p.encode() for p in prefixes], got)

    def publish(self, *numbers):
        for number in numbers:
            topic, update = self.log[number - 1]
            frame = PB.Envelope(version=1, update=update).SerializeToString()
            self.pub.send_multipart([topic.encode(), frame])

    def head(self, prev, changed=(), unknown=False):
        envelope = PB.Envelope(version=1)
        envelope.head.epoch, envelope.head.seq = self.epoch, len(self.log)
        envelope.head.prev, envelope.head.unknown = prev, unknown
        for number in changed:
            entry = envelope.head.changed.add()
            entry.topic, entry.seq = self.log[number - 1][0], number
        self.pub.send_multipart([b"head", envelope.SerializeToString()])

    def next_replay(self):
        peer, frame = self.router.recv_multipart()
        return peer, PB.Envelope.FromString(frame).replay

    def answer(self, expected_from, limit=None, matches=lambda topic: True):
        """Serves the Replay that must come now and must begin with `expected_from`."""
        peer, replay = self.next_replay()
        self.test.assertEqual(getattr(replay, "from"), expected_from)
        self.test.assertEqual(replay.epoch, self.epoch)
        envelope = PB.Envelope(version=1)
        page = envelope.replay_page
        page.request, page.epoch, page.head = replay.request, self.epoch, len(self.log)
        page.through = min(page.head, expected_from - 1 + limit) if limit else page.head
        page.updates.extend(
            u for t, u in self.log[expected_from - 1:page.through] if matches(t))
        self.router.send_multipart([peer, envelope.SerializeToString()])

    def refuse(self, code):
        peer, replay = self.next_replay()
        envelope = PB.Envelope(version=1)
        envelope.error.request, envelope.error.code = replay.request, code
        envelope.error.epoch, envelope.error.head = self.epoch, len(self.log)
        self.router.send_multipart([peer, envelope.SerializeToString()])

    def printed(self):
        """The numbers that the reader printed until it ended; its exit code."""
        guard = threading.Timer(PATIENCE_MS / 1000, self.reader.kill)
        guard.start()
        lines = self.reader.stdout.read().splitlines()
        code = self.reader.wait()
        guard.cancel()
        return [json.loads(line)["seq"] for line in lines], code

    def close(self):
        self.reader.kill()
        self.reader.wait()
        self.reader.stdout.close()
        self.pub.close()
        self.router.close()
        self.context.term()
        self.folder.cleanup()


class Following(unittest.TestCase):
    def start(self, *options):
        recorder = Recorder(self, *options)
        self.addCleanup(recorder.close)
        return recorder

    def test_replay_then_live_without_a_gap_or_a_repetition(self):
        r = self.start("--from", "2", "--count", "6")
        for _ in range(5):
            r.add(VIOLATION, "81.71")
        r.wait_for_subscriptions("event.", "head")
        r.head(prev=5)
        r.answer(2, limit=2)
        r.add(SESSION, "53")
        r.publish(4, 5, 6)  # live, while the replay still goes on
        r.answer(4)
        r.add(SESSION, "53")
        r.publish(7)
        self.assertEqual(r.printed(), ([2, 3, 4, 5, 6, 7], 0))

    def test_updates_before_the_first_head_are_not_trusted(self):
        r = self.start("--from", "1", "--count", "2")
        r.add(VIOLATION, "81")
        r.add(VIOLATION, "81")
        r.wait_for_subscriptions("event.", "head")
        r.publish(2)
        r.head(prev=0)
        r.answer(1)
        self.assertEqual(r.printed(), ([1, 2], 0))

    def test_from_now_on(self):
        r = self.start("--from", "0", "--count", "1")
        r.add(VIOLATION, "81")
        r.wait_for_subscriptions("event.", "head")
        r.head(prev=0)
        r.add(VIOLATION, "81")
        r.publish(2)
        self.assertEqual(r.printed(), ([2], 0))

    def test_a_lost_update_is_replayed(self):
        r = self.start("--from", "0", "--count", "3")
        r.wait_for_subscriptions("event.", "head")
        r.head(prev=0)
        for _ in range(3):
            r.add(VIOLATION, "81")
        r.publish(1, 3)
        r.answer(2)
        self.assertEqual(r.printed(), ([1, 2, 3], 0))

    def test_a_lost_last_update_is_seen_by_the_head(self):
        r = self.start("--from", "0", "--count", "2")
        r.wait_for_subscriptions("event.", "head")
        r.head(prev=0)
        r.add(VIOLATION, "81")
        r.add(VIOLATION, "81")
        r.publish(1)
        r.head(prev=0, changed=[2])
        r.answer(2)
        self.assertEqual(r.printed(), ([1, 2], 0))

    def test_an_unanswered_replay_is_asked_again(self):
        r = self.start("--from", "1", "--count", "1")
        r.add(VIOLATION, "81")
        r.wait_for_subscriptions("event.", "head")
        r.head(prev=0)
        r.next_replay()
        r.answer(1)
        self.assertEqual(r.printed(), ([1], 0))

    def test_another_epoch_begins_again(self):
        r = self.start("--from", "3", "--count", "2")
        for _ in range(3):
            r.add(VIOLATION, "81")
        r.wait_for_subscriptions("event.", "head")
        r.head(prev=0)
        r.answer(3)
        r.epoch, r.log = NEW, []
        r.add(SESSION, "53")
        r.head(prev=0, unknown=True)
        r.refuse(PB.CODE_EPOCH)
        r.answer(1)
        self.assertEqual(r.printed(), ([3, 1], 0))

    def test_a_store_that_went_back_begins_again(self):
        r = self.start("--from", "3", "--count", "3")
        for _ in range(3):
            r.add(VIOLATION, "81")
        r.wait_for_subscriptions("event.", "head")
        r.head(prev=0)
        r.answer(3)
        r.log = r.log[:2]
        r.head(prev=0, unknown=True)
        r.refuse(PB.CODE_FUTURE)
        r.answer(1)
        self.assertEqual(r.printed(), ([3, 1, 2], 0))

    def test_a_number_beyond_the_end_is_an_error(self):
        r = self.start("--from", "9", "--count", "1")
        r.wait_for_subscriptions("event.", "head")
        r.head(prev=0)
        r.refuse(PB.CODE_FUTURE)
        self.assertEqual(r.printed(), ([], 1))


class FollowingSomeTopics(unittest.TestCase):
    """Numbers jump: a jump is not a loss, and a loss is seen all the same."""

    def start(self, count):
        recorder = Recorder(self, "--from", "0", "--count", str(count), "--kind", "violation",
                            "--area", "81")
        self.addCleanup(recorder.close)
        recorder.wait_for_subscriptions("event.violation.81", "head")
        recorder.head(prev=0)
        return recorder

    @staticmethod
    def ours(topic):
        return topic.startswith("event.violation.81")

    def test_a_jump_is_not_a_loss(self):
        r = self.start(3)
        r.add(VIOLATION, "81")
        r.add(SESSION, "81")
        r.add(VIOLATION, "53")
        r.add(VIOLATION, "81.71")
        r.publish(1, 2, 3, 4)
        r.head(prev=0, changed=[1, 2, 3, 4])
        r.add(VIOLATION, "53")
        r.add(VIOLATION, "81")
        r.publish(5, 6)  # had anything been asked, nobody would answer
        self.assertEqual(r.printed(), ([1, 4, 6], 0))

    def test_a_lost_update_is_seen_by_the_next_of_its_topic(self):
        r = self.start(4)
        for area in ("81", "81.71", "81", "81"):
            r.add(VIOLATION, area)
        r.publish(1, 2, 4)
        r.answer(1, matches=self.ours)
        self.assertEqual(r.printed(), ([1, 2, 3, 4], 0))

    def test_a_lost_last_update_is_seen_by_the_head(self):
        r = self.start(2)
        r.add(VIOLATION, "81")
        r.add(VIOLATION, "81.71")
        r.publish(1)
        r.head(prev=0, changed=[1, 2])
        r.answer(1, matches=self.ours)
        self.assertEqual(r.printed(), ([1, 2], 0))

    def test_a_lost_head_is_a_loss(self):
        r = self.start(2)
        r.add(VIOLATION, "81")
        r.publish(1)
        r.add(VIOLATION, "81.71")  # lost, and so is the Head that told of it
        r.add(SESSION, "53")
        r.head(prev=2, changed=[3])
        r.answer(1, matches=self.ours)
        self.assertEqual(r.printed(), ([1, 2], 0))

    def test_a_head_that_does_not_know_is_a_loss(self):
        r = self.start(1)
        r.add(VIOLATION, "81")
        r.head(prev=0, unknown=True)
        r.answer(1, matches=self.ours)
        self.assertEqual(r.printed(), ([1], 0))


if __name__ == "__main__":
    unittest.main()
