#!/usr/bin/python3
"""netral status --metrics, read by the parser of the Prometheus project.

The daemons here are stubs, made from the .proto files: they say exactly what the test wants.
Usage: metrics_test.py NETRAL
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import zmq
from prometheus_client.parser import text_string_to_metric_families

HERE = pathlib.Path(__file__).resolve().parent
PROTO = str(HERE.parent.parent / "proto")
sys.path.insert(0, str(HERE.parent.parent / "examples" / "python"))

import follow  # noqa: E402

PATIENCE_MS = 60000
PAGE = 256
NASTY = ['quote " here', "back \\ slash", "two\nlines", "\\n", '"} 1\nnetral_up 9', "é – 📰", " "]


def setUpModule():
    global FOLDER, PB, SourceStatus
    FOLDER = tempfile.TemporaryDirectory()
    PB, *_ = follow.load_messages(PROTO, FOLDER.name)
    from netral.v1.control_pb2 import SourceStatus


def tearDownModule():
    FOLDER.cleanup()


class Daemons:
    """Control sockets of the three daemons, and the netral that asks them."""

    def __init__(self, test, netral, names):
        self.folder = tempfile.TemporaryDirectory()
        self.context = zmq.Context()
        self.sockets = {}
        for name in names:
            socket = self.context.socket(zmq.ROUTER)
            socket.setsockopt(zmq.LINGER, 0)
            socket.setsockopt(zmq.RCVTIMEO, PATIENCE_MS)
            socket.bind(f"ipc://{self.folder.name}/{name}")
            self.sockets[name] = socket
        self.netral = subprocess.Popen(
            [netral, "status", "--metrics", "--runtime-dir", self.folder.name],
            stdout=subprocess.PIPE, text=True)
        test.addCleanup(self.close)

    def receive(self, name):
        self.peer, frame = self.sockets[name].recv_multipart()
        return PB.Envelope.FromString(frame)

    def send(self, name, envelope):
        self.sockets[name].send_multipart([self.peer, envelope.SerializeToString()])

    def answer_status(self, name, program, counters, workers=()):
        envelope = PB.Envelope(version=1)
        reply = envelope.status_reply
        reply.request = self.receive(name).status_request.request
        reply.program, reply.version, reply.state = program, "0.1.0", "running"
        reply.uptime_ms = 1500
        for counter, value in counters.items():
            reply.counters.add(name=counter, value=value)
        for worker in workers:
            reply.workers.add(name=worker, done=1)
        self.send(name, envelope)

    def answer_sources(self, sources):
        for start in range(0, max(len(sources), 1), PAGE):
            envelope = PB.Envelope(version=1)
            page = envelope.source_page
            page.request = self.receive("poll-control").source_list.request
            page.sources.extend(sources[start:start + PAGE])
            page.next = start + PAGE if start + PAGE < len(sources) else 0
            page.total = len(sources)
            self.send("poll-control", envelope)

    def samples(self):
        """{(name, sorted labels): value}; a sample that comes twice is an error."""
        text, _ = self.netral.communicate(timeout=PATIENCE_MS / 1000)
        found, families = {}, set()
        for family in text_string_to_metric_families(text):
            assert family.name not in families, f"{family.name} is in two groups"
            assert family.documentation and family.type in ("counter", "gauge"), family
            families.add(family.name)
            for s in family.samples:
                key = s.name, tuple(sorted(s.labels.items()))
                assert key not in found, f"{key} comes twice"
                found[key] = s.value
        return found

    def close(self):
        self.netral.kill()
        self.netral.wait()
        self.netral.stdout.close()
        for socket in self.sockets.values():
            socket.close()
        self.context.term()
        self.folder.cleanup()


class Metrics(unittest.TestCase):
    def sample(self, samples, name, **labels):
        return samples.get((name, tuple(sorted(labels.items()))))

    def test_everything_is_read_back(self):
        d = Daemons(self, NETRAL, ["netrald-control", "record-control", "poll-control"])
        d.answer_status("netrald-control", "netrald",
                        {"netral_protocol_errors_total": 3, "netral_articles_pending": 7},
                        ["satu", *NASTY[:3], "satu"])
        d.answer_status("record-control", "netral-record",
                        {"netral_protocol_errors_total": 4})
        d.answer_status("poll-control", "netral-poll", {"netral_poll_sources": 3})
        d.answer_sources([
            SourceStatus(name="Kabar", kind="feed", articles=12, failures=2, flags=1,
                         enabled=True, last_article_ms=1724209200007),
            SourceStatus(name="Warta", kind="page")])
        s = d.samples()
        self.assertEqual(d.netral.returncode, 0)
        for program, value in (("netrald", 3), ("netral-record", 4)):
            self.assertEqual(
                self.sample(s, "netral_protocol_errors_total", program=program), value)
        self.assertEqual(self.sample(s, "netral_articles_pending", program="netrald"), 7)
        self.assertEqual(self.sample(s, "netral_worker_done_total", worker="satu"), 2)
        self.assertEqual(self.sample(s, "netral_up", program="netral-poll"), 1)
        self.assertEqual(self.sample(s, "netral_uptime_seconds", program="netrald"), 1.5)
        self.assertEqual(self.sample(s, "netral_source_articles_total", source="Kabar"), 12)
        self.assertEqual(self.sample(s, "netral_source_failures_total", source="Kabar"), 2)
        self.assertEqual(
            self.sample(s, "netral_source_flag", source="Kabar", flag="silent"), 1)
        self.assertEqual(
            self.sample(s, "netral_source_flag", source="Warta", flag="silent"), 0)
        last = "netral_source_last_article_timestamp_seconds"
        self.assertAlmostEqual(self.sample(s, last, source="Kabar"), 1724209200.007, 3)
        self.assertIsNone(self.sample(s, last, source="Warta"))

    def test_no_name_of_a_source_breaks_the_format(self):
        names = NASTY + [f"Kabar {i}" for i in range(600)]
        d = Daemons(self, NETRAL, ["netrald-control", "record-control", "poll-control"])
        d.answer_status("netrald-control", "netrald", {})
        d.answer_status("record-control", "netral-record", {})
        d.answer_status("poll-control", "netral-poll", {})
        d.answer_sources([SourceStatus(name=n, articles=i) for i, n in enumerate(names)])
        s = d.samples()
        for i, name in enumerate(names):
            self.assertEqual(
                self.sample(s, "netral_source_articles_total", source=name), i)

    def test_a_daemon_that_is_away(self):
        d = Daemons(self, NETRAL, ["record-control"])
        d.answer_status("record-control", "netral-record", {"netral_events_total": 1})
        s = d.samples()
        self.assertEqual(d.netral.returncode, 0)
        self.assertEqual(self.sample(s, "netral_up", program="netrald"), 0)
        self.assertEqual(self.sample(s, "netral_up", program="netral-record"), 1)
        self.assertIsNone(self.sample(s, "netral_up", program="netral-poll"))


if __name__ == "__main__":
    NETRAL = sys.argv.pop(1)
    unittest.main()
