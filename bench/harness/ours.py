"""Our side: netrald, netral-record, workers, and bench_load as submitter and subscriber."""
import os
import shutil

from . import measure
from .processes import Failed, Side
from .verify import read_tsv


class Ours:
    def __init__(self, programs, corpus_dir, work_dir, flushes, agreement):
        self.programs, self.corpus_dir, self.work_dir = programs, corpus_dir, work_dir
        self.flushes, self.agreement = flushes, agreement

    def program(self, name):
        return os.path.join(self.programs, name)

    def corpus(self):
        return os.path.join(self.corpus_dir, "corpus.jsonl")

    def fresh_side(self, work_dir=None):
        directory = os.path.join(work_dir or self.work_dir, "ours")
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(os.path.join(directory, "state"))
        os.makedirs(os.path.join(directory, "run"))
        return Side(directory)

    def start_daemon(self, side, name, ready=True, **settings):
        arguments = [self.program(name)]
        settings = {"state_dir": os.path.join(side.directory, "state"),
                    "runtime_dir": os.path.join(side.directory, "run"),
                    "log_level": "warning", **settings}
        for key, value in settings.items():
            arguments += ["--set", f"{key}={value}"]
        return side.start(name, arguments, notify=True, ready=ready)

    def start_worker(self, side, kind, number):
        run_dir = os.path.join(side.directory, "run")
        name = f"worker-{number}"
        if kind == "classify":
            arguments = [self.program("netral-classify"), "--set", f"runtime_dir={run_dir}",
                         "--set", "log_level=warning", "--set", f"name={name}"]
        else:
            arguments = [self.program("bench_phrase_worker"), kind, run_dir, name]
            if kind == "plain":
                arguments.append(os.path.join(self.corpus_dir, "phrases.tsv"))
        return side.start(name, arguments, notify=True)

    def start_pipeline(self, side, kind, workers):
        # What is set beside others does what they do: none of them joins reports.
        settings = {} if kind == "classify" else {"join_days": 0}
        self.start_daemon(side, "netral-record", **settings)
        self.start_daemon(side, "netrald")
        for number in range(workers):
            self.start_worker(side, kind, number)

    def start_load(self, side, count, rate=0, until="updated", results=None):
        arguments = [self.program("bench_load"), "--runtime-dir",
                     os.path.join(side.directory, "run"), "--corpus", self.corpus(), "--count",
                     count, "--rate", rate, "--until", until]
        if results:
            arguments += ["--results", results]
        return side.start("bench_load", arguments)

    def run(self, kind, workers, count, rate=0):
        """kind: plain, hop or classify."""
        until = "updated" if kind == "plain" else "recorded"
        with self.fresh_side() as side:
            results = os.path.join(side.directory, "results.tsv") if kind == "plain" else None
            self.start_pipeline(side, kind, workers)
            load = self.start_load(side, count, rate, until, results)
            result = measure.run(side, load, load, self.flushes)
            if not result["finished"]:
                raise Failed(f"our side lost articles: {result}")
            if results:
                load.end()
                result["digest"] = self.agreement.check("ours", count, read_tsv(results))
            result["store_bytes"] = store_bytes(os.path.join(side.directory, "state"))
            return result


def store_bytes(directory):
    """Blocks on disk by file."""
    sizes = {}
    for folder, _, files in os.walk(directory):
        for name in files:
            path = os.path.join(folder, name)
            blocks = os.stat(path).st_blocks
            if blocks:
                sizes[os.path.relpath(path, directory)] = blocks * 512
    return sizes
