#!/usr/bin/python3
"""Follows the updates of netral-record, written from docs/protocol.md and the .proto files alone.

Prints one JSON line an update: seq, cause, kind, area, epoch. Ends with 0 after --count updates, with 1
when --patience seconds pass without one or when the server refuses. Needs python3-zmq,
python3-protobuf and protoc.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import zmq

FRAME_MAX = 8 << 20
ANSWER_S = 5
WAITING, REPLAYING, LIVE = "waiting for the first Head", "replaying", "live"


def load_messages(proto_dir, out_dir):
    """Compiles the .proto files; returns the module of Envelope."""
    files = sorted(str(f) for f in pathlib.Path(proto_dir, "netral", "v1").glob("*.proto"))
    subprocess.run(["protoc", "-I", proto_dir, "--python_out", out_dir, *files], check=True)
    sys.path.insert(0, out_dir)
    from netral.v1 import envelope_pb2, event_pb2, update_pb2

    return envelope_pb2, event_pb2, update_pb2


class Refused(Exception):
    """The server will not serve us, whatever we do."""


class Follower:
    """The rules of "Following events", without sockets. Delivers through `deliver`."""

    def __init__(self, start, kinds, areas, deliver):
        self.start = start  # 0: from now on
        self.kinds, self.areas = kinds, areas  # numbers; codes as in Filter.areas
        self.deliver = deliver
        self.state = WAITING
        self.epoch = b""
        self.through = 0
        self.seen = {}  # last number delivered in each topic beyond `through`; filtered only
        self.losses = 0

    @property
    def filtered(self):
        return bool(self.kinds or self.areas)

    def prefixes(self, kind_names):
        """Topics to subscribe to; a kind comes before an area, so areas need every kind."""
        if not self.filtered:
            return ["event."]
        kinds = [kind_names[k] for k in self.kinds] or sorted(kind_names.values())
        return [f"event.{k}.{a}".lower() for k in kinds for a in (self.areas or [""])]

    def on_head(self, head, is_ours):
        if self.state == WAITING:
            self.epoch = head.epoch
            self.through = self.start - 1 if self.start else head.seq
            self.state = REPLAYING if self.start else LIVE
        elif self.state == LIVE:
            if head.epoch != self.epoch or head.seq < self.through:
                self.state = REPLAYING  # only the answer tells what it is
            elif head.seq > self.through and not self._nothing_lost(head, is_ours):
                self._lost()
            elif head.seq > self.through:
                self._move_to(head.seq)

    def _nothing_lost(self, head, is_ours):
        if not self.filtered or head.unknown or head.prev > self.through:
            return False
        return all(
            c.seq <= max(self.through, self.seen.get(c.topic, 0))
            for c in head.changed
            if is_ours(c.topic)
        )

    def on_update(self, topic, update):
        if self.state != LIVE:
            return
        if update.epoch != self.epoch:
            self.state = REPLAYING
            return
        last = max(self.through, self.seen.get(topic, 0))
        if update.seq <= last:
            return
        fits = update.prev_in_topic <= last if self.filtered else update.seq == last + 1
        if not fits:
            self._lost()
            return
        if self.filtered:
            self.seen[topic] = update.seq
        else:
            self.through = update.seq
        self.deliver(update)

    def on_page(self, page):
        if self.state != REPLAYING or page.epoch != self.epoch:
            return
        for update in page.updates:
            topic = topic_of(update.event)
            if update.seq > max(self.through, self.seen.get(topic, 0)):
                self.deliver(update)
        self._move_to(max(self.through, page.through))
        self.start = 0
        if page.through == page.head:
            self.state = LIVE

    def on_error(self, error, envelope_pb2):
        codes = (envelope_pb2.CODE_EPOCH, envelope_pb2.CODE_FUTURE)
        if error.code not in codes:
            raise Refused(f"{envelope_pb2.Code.Name(error.code)}: {error.reason}")
        if error.code == envelope_pb2.CODE_FUTURE and self.start:
            raise Refused(f"the store ends at {error.head}")
        self.epoch, self.through, self.seen = error.epoch, 0, {}
        self.state = REPLAYING

    def _move_to(self, seq):
        self.through = seq
        self.seen = {t: s for t, s in self.seen.items() if s > seq}

    def _lost(self):
        self.losses += 1
        self.state = REPLAYING


def topic_of(event):
    kind = {1: "session", 2: "violation", 3: "pledge"}[event.kind]
    return f"event.{kind}.{event.place.code or 'none'}".lower()


class Reader:
    """A Follower on its two sockets."""

    def __init__(self, args, envelope_pb2, event_pb2, update_pb2):
        self.pb = envelope_pb2
        names = {n: event_pb2.Kind.Name(n)[len("KIND_"):] for n in event_pb2.Kind.values() if n}
        self.names = names
        self.causes = {n: name[len("CAUSE_"):].lower() for name, n in update_pb2.Cause.items() if n}
        kinds = [n for n, name in names.items() if name.lower() in args.kind]
        self.count = args.count
        self.printed = 0
        self.printed_at = time.monotonic()
        self.follower = Follower(args.start, kinds, args.area, self.print)
        self.request = 0
        self.asked_at = None  # None: no request is under way
        self.context = zmq.Context()
        self.topics = self.follower.prefixes(names)
        self.sub = self._open(zmq.SUB, args.updates)
        for prefix in self.topics + ["head"]:  # "head" last: see the page
            self.sub.setsockopt(zmq.SUBSCRIBE, prefix.encode())
        self.replay = self._open(zmq.DEALER, args.replay)

    def _open(self, kind, endpoint):
        socket = self.context.socket(kind)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.MAXMSGSIZE, FRAME_MAX)
        socket.setsockopt(zmq.RECONNECT_IVL_MAX, 2000)
        if kind == zmq.DEALER:
            socket.setsockopt(zmq.IMMEDIATE, 1)
        socket.connect(endpoint)
        return socket

    def print(self, update):
        if self.printed == self.count:
            return
        line = {
            "seq": update.seq,
            "cause": self.causes.get(update.cause),  # None: it has none, or a later recorder's
            "kind": self.names[update.event.kind],
            "area": update.event.place.code or "none",
            "epoch": update.epoch.hex(),
        }
        print(json.dumps(line), flush=True)
        self.printed += 1
        self.printed_at = time.monotonic()

    def ask(self):
        """Sends the Replay that is wanted, again when no answer came."""
        now = time.monotonic()
        if self.asked_at is not None and now - self.asked_at < ANSWER_S:
            return
        envelope = self.pb.Envelope(version=1)
        self.request += 1
        wanted = envelope.replay
        wanted.request, wanted.epoch = self.request, self.follower.epoch
        setattr(wanted, "from", self.follower.through + 1)
        wanted.filter.kinds.extend(self.follower.kinds)
        wanted.filter.areas.extend(self.follower.areas)
        try:
            self.replay.send(envelope.SerializeToString(), zmq.NOBLOCK)
            self.asked_at = now
        except zmq.Again:
            pass  # no connection yet

    def read_answer(self):
        envelope = self.pb.Envelope.FromString(self.replay.recv())
        body = getattr(envelope, envelope.WhichOneof("body"))
        if body.request != self.request:
            return  # the answer to a request that was given up
        self.asked_at = None
        if envelope.HasField("replay_page"):
            self.follower.on_page(body)
        elif envelope.HasField("error"):
            self.follower.on_error(body, self.pb)

    def read_live(self):
        topic, frame = self.sub.recv_multipart()
        envelope = self.pb.Envelope.FromString(frame)
        if envelope.HasField("head"):
            self.follower.on_head(
                envelope.head, lambda topic: any(topic.startswith(p) for p in self.topics)
            )
        elif envelope.HasField("update"):
            self.follower.on_update(topic.decode(), envelope.update)

    def run(self, patience_s):
        while self.printed < self.count:
            if time.monotonic() - self.printed_at > patience_s:
                raise Refused(f"no update for {patience_s} s, {self.follower.state}")
            if self.follower.state == REPLAYING:
                self.ask()
                if self.replay.poll(100):
                    self.read_answer()
            elif self.sub.poll(1000):
                self.read_live()

    def close(self):
        self.sub.close()
        self.replay.close()
        self.context.term()


def parse_arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--proto", required=True, help="folder that holds netral/v1/*.proto")
    parser.add_argument("--updates", required=True, help="endpoint of the updates socket")
    parser.add_argument("--replay", required=True, help="endpoint of the replay socket")
    parser.add_argument("--from", dest="start", type=int, default=1, help="first number; 0: now")
    parser.add_argument("--count", type=int, required=True, help="updates to print")
    parser.add_argument("--kind", action="append", default=[], help="session, violation, pledge")
    parser.add_argument("--area", action="append", default=[], help="81, 81.71, ID or none")
    parser.add_argument("--patience", type=float, default=60, help="seconds without an update")
    return parser.parse_args(argv)


def main(argv):
    args = parse_arguments(argv)
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(args, *load_messages(args.proto, folder))
        try:
            reader.run(args.patience)
        except Refused as refused:
            print(f"follow: {refused}", file=sys.stderr)
            return 1
        finally:
            reader.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
