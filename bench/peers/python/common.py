import itertools
import json
import sys
import time


def now_us():
    """Microseconds of CLOCK_MONOTONIC, the same for all processes."""
    return time.monotonic_ns() // 1000


def wait_for_start():
    """The runner says when."""
    print("READY", flush=True)
    sys.stdin.readline()


def wait_for_end():
    """A process stays until it is ended, so that the runner can read what it used."""
    sys.stdin.read()


def texts(path, count):
    with open(path, "rb") as lines:
        return [json.loads(line)["text"].encode() for line in itertools.islice(lines, count)]


def pace(count, rate):
    """Yields 0, 1, ... on schedule."""
    start = now_us()
    for i in range(count):
        wait = start + i * 1_000_000 / rate - now_us()
        if wait > 0:
            time.sleep(wait / 1e6)
        yield i


class Updates:
    """Counts one notification an article; prints rate and latency as a line of JSON."""

    def __init__(self, count):
        self.count, self.seen = count, bytearray(count)
        self.latencies, self.first, self.duplicates = [], float("inf"), 0

    def add(self, article, at):
        """True when the last one has come."""
        received = now_us()
        if self.seen[article]:
            self.duplicates += 1
            return False
        self.seen[article] = 1
        self.first = min(self.first, at)
        self.latencies.append(received - at)
        if len(self.latencies) < self.count:
            return False
        self.report(received)
        return True

    def percentile_ms(self, p):
        return self.latencies[min(self.count - 1, int(self.count * p))] / 1e3

    def report(self, last):
        self.latencies.sort()
        seconds = (last - self.first) / 1e6
        print(json.dumps({
            "n": self.count, "seconds": seconds, "articles_s": self.count / seconds,
            "p50_ms": self.percentile_ms(.5), "p99_ms": self.percentile_ms(.99),
            "max_ms": self.latencies[-1] / 1e3, "duplicates": self.duplicates}), flush=True)
