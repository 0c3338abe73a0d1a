#!/usr/bin/env python3
"""Measures everything in one run, the sides in turn, and prints medians [min..max] with ratios.
scripts/bench builds what it needs and calls it; docs/performance.md says what each figure means."""
import argparse
import json
import os
import subprocess
import sys
import time

from harness import extract, follow, limits, long, machine, memory, polling, report, webhooks
from harness.ours import Ours
from harness.peers import Peers
from harness.processes import Failed
from harness.verify import Agreement

LATENCY_RATE = 100
MARKDOWN_START = "<!-- figures: written by bench/run.py --markdown -->"
MARKDOWN_END = "<!-- end of figures -->"
PLAIN_PEERS = ("node", "python-redis", "python-zmq")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="folder of the built programs")
    parser.add_argument("--data", required=True, help="folder for the corpus")
    parser.add_argument("--work", required=True, help="folder for the state of the sides")
    parser.add_argument("--tables", required=True, help="folder of the classifier's tables")
    parser.add_argument("--out", required=True, help="folder for the results")
    parser.add_argument("--node-modules", help="where the peers' packages are; measures peers")
    parser.add_argument("--count", type=int, default=20_000, help="articles in the corpus")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each throughput case")
    parser.add_argument("--latency-repeats", type=int, default=5)
    parser.add_argument("--latency-count", type=int, default=3_000)
    parser.add_argument("--only", nargs="*", default=None,
                        choices=("limits", "reading", "plain", "classify", "hop", "latency",
                                 "memory", "extract", "polling", "follow", "webhooks"))
    parser.add_argument("--sources", type=int, default=10_000, help="that netral-poll has")
    parser.add_argument("--extract-rounds", type=int, default=5)
    parser.add_argument("--real-pages", help="folder of the public article-extraction benchmark, "
                        "for the extraction of real pages")
    parser.add_argument("--long", action="store_true", help="large store and full journal too")
    parser.add_argument("--long-only", action="store_true", help="only these two")
    parser.add_argument("--store-count", type=int, default=2_000_000)
    parser.add_argument("--journal-count", type=int, default=1_000_000)
    parser.add_argument("--markdown", help="put the tables between the marks in this file")
    options = parser.parse_args()
    # The programs get them as they are, and sockets and notifications take no relative paths.
    for name in ("programs", "data", "work", "out", "tables", "node_modules", "real_pages"):
        path = getattr(options, name)
        setattr(options, name, os.path.abspath(path) if path else path)
    return options


def make_corpus(options):
    marker = os.path.join(options.data, "corpus.count")
    wanted = str(options.count)
    if os.path.exists(marker) and open(marker, encoding="ascii").read() == wanted:
        return
    os.makedirs(options.data, exist_ok=True)
    subprocess.run([os.path.join(options.programs, "bench_corpus"), "--out", options.data,
                    "--count", wanted], check=True)
    with open(marker, "w", encoding="ascii") as f:
        f.write(wanted)


class Bench:
    def __init__(self, options):
        self.o = options
        os.makedirs(options.work, exist_ok=True)
        self.flushes = machine.FlushCounter(options.work)
        agreement = Agreement()
        self.ours = Ours(options.programs, options.data, options.work, self.flushes, agreement)
        self.peers = None
        if options.node_modules:
            self.peers = Peers(options.programs, options.data, options.work,
                               options.node_modules, self.flushes, agreement)
        self.results = {}
        self.limits, self.reading = [], []
        self.extra = {}

    def wanted(self, what):
        return not self.o.long_only and (self.o.only is None or what in self.o.only)

    def measure(self, kind, side, workers, function):
        machine.wait_until_quiet()
        result = function()
        self.results.setdefault((kind, side, workers), []).append(result)
        detail = f"{result['p50_ms']:.2f} ms p50, {result['p99_ms']:.2f} ms p99" \
            if kind == "latency" else f"{result['articles_s']:.0f} articles/s"
        print(f"{kind}, {side}, {workers} workers: {detail}, {result['cpu_us']:.1f} us/article",
              file=sys.stderr, flush=True)

    def plain_once(self, workers):
        count = self.o.count
        self.measure("plain", "netral", workers, lambda: self.ours.run("plain", workers, count))
        for peer in PLAIN_PEERS if self.peers else ():
            self.measure("plain", peer, workers, lambda: self.peers.run(peer, workers, count))

    def classify_once(self, workers):
        self.measure("classify", "netral", workers,
                     lambda: self.ours.run("classify", workers, self.o.count))

    def hop_once(self, workers):
        self.measure("hop", "netral", workers,
                     lambda: self.ours.run("hop", workers, self.o.count))
        if self.peers:
            self.measure("hop", "redis-streams", workers,
                         lambda: self.peers.run_hop(workers, self.o.count))

    def latency_once(self):
        count, rate = self.o.latency_count, LATENCY_RATE
        self.measure("latency", "netral", 1, lambda: self.ours.run("plain", 1, count, rate))
        for peer in PLAIN_PEERS if self.peers else ():
            self.measure("latency", peer, 1, lambda: self.peers.run(peer, 1, count, rate))

    def run(self):
        for _ in range(self.o.repeats):
            if self.wanted("limits"):
                machine.wait_until_quiet()
                self.limits.append(limits.run(self.o.programs, self.o.work))
            if self.wanted("reading"):
                machine.wait_until_quiet()
                self.reading.append(limits.reading(self.o.programs, self.o.tables,
                                                   self.ours.corpus(), self.o.count))
            for workers in (1, 2):
                for what, once in (("plain", self.plain_once), ("classify", self.classify_once),
                                   ("hop", self.hop_once)):
                    if self.wanted(what):
                        once(workers)
        for _ in range(self.o.latency_repeats):
            if self.wanted("latency"):
                self.latency_once()
        if self.wanted("extract"):
            self.extra["extract"] = extract.run(self.o.programs, self.o.node_modules, self.o.work,
                                                self.o.extract_rounds, self.o.real_pages)
        if self.wanted("polling"):
            self.extra["polling"] = polling.run(self.ours, self.o.sources)
        if self.wanted("memory"):
            self.extra["memory"] = memory.run(self.ours, self.o.count)
        if self.wanted("follow"):
            machine.wait_until_quiet()
            self.extra["follow"] = follow.run(self.ours, self.o.repeats)
        if self.wanted("webhooks"):
            self.extra["webhooks"] = webhooks.run(self.ours, self.o.repeats)
        if self.o.long or self.o.long_only:
            self.extra["recording"] = long.recording(self.ours, self.o.store_count)
            self.extra["startup"] = long.startup(self.ours, self.o.journal_count, 3)

    def tables(self):
        found = []
        for kind, title in (
                ("plain", "Plain phrases: submit to the last update"),
                ("classify", "netral-classify: submit to the last record"),
                ("hop", "The hop alone: submit to the last acknowledgement")):
            if any(k == kind for k, _, _ in self.results):
                found.append(report.throughput_table(title, self.results, kind))
        if ("latency", "netral", 1) in self.results:
            found.append(report.latency_table(self.results, LATENCY_RATE))
        if self.results:
            found += [report.processes_table(self.results), report.store_table(self.results)]
        for title, result in self.extra.get("extract", {}).items():
            found.append(report.extract_table(title, result))
        makers = {"memory": report.memory_table, "follow": report.follow_table,
                  "recording": report.recording_table,
                  "startup": report.startup_table, "polling": report.polling_table,
                  "webhooks": report.webhooks_table}
        if self.reading:
            found.append(report.reading_table(self.reading))
        found += [makers[name](value) for name, value in self.extra.items() if name in makers]
        if self.limits:
            found.append(report.limits_table(self.limits))
        return found


def head_line(bench):
    m = machine.describe()
    line = (f"{m['cpu']}, {m['cores']} cores, {m['memory_mib'] / 1024:.0f} GiB, "
            f"Linux {m['kernel']} {m['machine']}; {bench.o.count} articles")
    if not bench.flushes.disk:
        line += "; device flushes cannot be read here"
    return line


def write_results(bench, head):
    os.makedirs(bench.o.out, exist_ok=True)
    path = os.path.join(bench.o.out, time.strftime("bench-%Y%m%d-%H%M%S.json"))
    document = {"machine": machine.describe(), "head": head, "limits": bench.limits,
                "reading": bench.reading,
                "runs": [{"kind": k, "side": s, "workers": w, "results": runs}
                         for (k, s, w), runs in bench.results.items()], **bench.extra}
    with open(path, "w", encoding="utf-8") as f:
        json.dump(document, f, indent=1)
    return path


def write_markdown(path, head, tables):
    """Replaces what stands between the two marks."""
    text = open(path, encoding="utf-8").read()
    before, rest = text.split(MARKDOWN_START + "\n")
    after = rest.split(MARKDOWN_END)[1]
    figures = f"{head}\n\n" + "\n".join(t.markdown() for t in tables)
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"{before}{MARKDOWN_START}\n{figures}{MARKDOWN_END}{after}")


def main():
    options = arguments()
    make_corpus(options)
    bench = Bench(options)
    status = 0
    try:
        bench.run()
    except Failed as failure:
        print(f"bench: {failure}", file=sys.stderr)
        status = 1
    head = head_line(bench)
    tables = bench.tables()
    print(head + "\n")
    for table in tables:
        print(table.text())
    print("Details:", os.path.relpath(write_results(bench, head)))
    if options.markdown:
        write_markdown(options.markdown, head, tables)
    return status


if __name__ == "__main__":
    sys.exit(main())
