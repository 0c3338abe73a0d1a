"""netral-poll with ten thousand sources: bench_sites is the web, each source a host of its own.
First everything is new; then nothing is, and only feeds are asked."""
import json
import os
import subprocess
import time

from . import machine
from .processes import Failed

ITEMS = 20
FIRST_SECONDS = 3600
STEADY_SECONDS = 60
SAMPLE_SECONDS = 1
INTERVALS = "\tmin_interval = 30s\n\tmax_interval = 60s\n"
MIB = 1024
POLLS, PENDING, ACCEPTED = NAMES = ("netral_poll_polls_total", "netral_poll_items_pending",
                                    "netral_poll_articles_accepted_total")


def write_sources(path, port, count):
    with open(path, "w", encoding="ascii") as f:
        for i in range(count):
            address = f"127.1.{(i + 1) >> 8}.{(i + 1) & 255}"
            f.write(f'source "Kabar {i}" {{\n\tkind = feed\n'
                    f'\turl = "http://{address}:{port}/feed.xml"\n{INTERVALS}}}\n')


def status_of(ours, side):
    """The counters of netral-poll; None when it did not answer in time, on a machine that is
    busy with something else."""
    command = [ours.program("netral"), "status", "--json", "--runtime-dir",
               os.path.join(side.directory, "run")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    for line in done.stdout.splitlines():
        found = json.loads(line)
        if found.get("program") == "netral-poll":
            return found.get("counters")
    raise Failed(f"netral-poll does not tell its status: {done.stderr}")


def peak_mib(pid):
    """The highest resident memory so far."""
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmHWM:")) / MIB


class Watch:
    """Samples netral-poll, and keeps what was highest."""

    def __init__(self, ours, side, process, sources):
        self.ours, self.side, self.process, self.sources = ours, side, process, sources
        self.counters = dict.fromkeys(NAMES, 0)
        self.peak = {"anonymous": 0, "waiting": 0}

    def sample(self):
        self.counters = status_of(self.ours, self.side) or self.counters
        anonymous = self.process.memory_kib()["anonymous"] / MIB
        waiting = self.counters[PENDING]
        self.peak["anonymous"] = max(self.peak["anonymous"], anonymous)
        self.peak["waiting"] = max(self.peak["waiting"], waiting)
        self.peak["resident"] = peak_mib(self.process.pid)
        return self.counters

    def wait(self, is_done, seconds):
        """The seconds that it took."""
        start = time.monotonic()
        while not is_done(self.sample()):
            if time.monotonic() - start > seconds:
                raise Failed(f"netral-poll is not done in {seconds} s: {self.counters}")
            time.sleep(SAMPLE_SECONDS)
        return time.monotonic() - start


def first_round(watch):
    """Every source once, and all its items."""
    polled = []

    def is_done(counters):
        if not polled and counters[POLLS] >= watch.sources:
            polled.append(time.monotonic())
        return counters[ACCEPTED] >= watch.sources * ITEMS

    start, before = time.monotonic(), watch.process.cpu_us()
    seconds = watch.wait(is_done, FIRST_SECONDS)
    cpu = (watch.process.cpu_us() - before) / 1e6
    return {"seconds": seconds, "polled_seconds": polled[0] - start, "cpu": cpu / seconds,
            "articles": watch.counters[ACCEPTED],
            "cpu_us": cpu * 1e6 / (watch.sources * ITEMS)}


def steady(watch):
    before, cpu, start = watch.sample(), watch.process.cpu_us(), time.monotonic()
    time.sleep(STEADY_SECONDS)
    after, seconds = watch.sample(), time.monotonic() - start
    polls = after[POLLS] - before[POLLS]
    busy_us = watch.process.cpu_us() - cpu
    return {"polls_s": polls / seconds, "peak": peak_mib(watch.process.pid), "seconds": seconds, "cpu": busy_us / 1e6 / seconds,
            "cpu_us": busy_us / max(polls, 1), **watch.process.memory_kib()}


def run(ours, count):
    with ours.fresh_side() as side:
        ours.start_daemon(side, "netrald", journal_max_bytes="16G")
        sites = side.start("bench_sites", [ours.program("bench_sites"), ITEMS])
        sources = os.path.join(side.directory, "sources.conf")
        write_sources(sources, int(sites.read_line(10)), count)
        machine.wait_until_quiet()
        process = ours.start_daemon(side, "netral-poll", sources_file=sources,
                                    contact="bench@netral.invalid",
                                    allow_addresses="127.0.0.0/8")
        watch = Watch(ours, side, process, count)
        first = first_round(watch)
        peak = dict(watch.peak)
        machine.wait_until_quiet()
        return {"sources": count, "items": ITEMS, "first": first, "peak": peak,
                "steady": steady(watch), "counters": watch.counters}
