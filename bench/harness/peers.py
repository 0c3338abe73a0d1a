"""The peers: what users would build instead, each with the same classification."""
import os
import shutil
import sqlite3
import subprocess

from . import measure
from .processes import Failed, Side

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PYTHON = "/usr/bin/python3"  # the one that Debian's python3-* packages belong to


class Peers:
    def __init__(self, programs, corpus_dir, work_dir, node_modules, flushes, agreement):
        self.programs, self.corpus_dir, self.work_dir = programs, corpus_dir, work_dir
        self.node_modules, self.flushes, self.agreement = node_modules, flushes, agreement

    def corpus(self):
        return os.path.join(self.corpus_dir, "corpus.jsonl")

    def phrases(self):
        return os.path.join(self.corpus_dir, "phrases.tsv")

    def fresh_side(self, name):
        directory = os.path.join(self.work_dir, name)
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory)
        return Side(directory)

    def start_redis(self, side):
        """Durable before it answers: the append-only file is synced first."""
        path = os.path.join(side.directory, "redis.sock")
        server = side.start("redis", [
            "redis-server", "--port", "0", "--unixsocket", path, "--dir", side.directory,
            "--save", "", "--appendonly", "yes", "--appendfsync", "always",
            "--auto-aof-rewrite-percentage", "0", "--daemonize", "no",
            "--supervised", "systemd"], notify=True)
        return path, server

    def script(self, folder, name):
        return os.path.join(HERE, "peers", folder, name)

    def start_node(self, side, workers, count, rate):
        redis, _ = self.start_redis(side)
        env = {"NODE_PATH": self.node_modules}
        subscriber = side.start("subscriber", ["node", self.script("node", "subscribe.js"),
                                               redis, count], env)
        for i in range(workers):
            side.start(f"worker-{i}", ["node", self.script("node", "worker.js"), redis, f"w{i}",
                                       self.phrases(), f"{side.directory}/results.db"], env)
        submitter = side.start("submitter", ["node", self.script("node", "submit.js"), redis,
                                             self.corpus(), count, rate], env)
        return submitter, subscriber

    def start_python_redis(self, side, workers, count, rate):
        redis, _ = self.start_redis(side)
        subscriber = side.start("subscriber", [
            PYTHON, self.script("python", "redis_subscribe.py"), redis, count])
        for i in range(workers):
            side.start(f"worker-{i}", [PYTHON, self.script("python", "redis_worker.py"), redis,
                                       f"w{i}", self.phrases(), f"{side.directory}/store"])
        submitter = side.start("submitter", [PYTHON, self.script("python", "redis_submit.py"),
                                             redis, self.corpus(), count, rate])
        return submitter, subscriber

    def start_python_zmq(self, side, workers, count, rate):
        directory = side.directory
        side.start("ingest", [PYTHON, self.script("python", "zmq_ingest.py"), directory,
                              f"{directory}/journal"])
        side.start("sink", [PYTHON, self.script("python", "zmq_sink.py"), directory,
                            f"{directory}/store"])
        subscriber = side.start("subscriber", [
            PYTHON, self.script("python", "zmq_subscribe.py"), directory, count])
        for i in range(workers):
            side.start(f"worker-{i}", [PYTHON, self.script("python", "zmq_worker.py"), directory,
                                       self.phrases()])
        submitter = side.start("submitter", [PYTHON, self.script("python", "zmq_submit.py"),
                                             directory, self.corpus(), count, rate])
        return submitter, subscriber

    def run(self, peer, workers, count, rate=0):
        """peer: node, python-redis or python-zmq."""
        start = {"node": self.start_node, "python-redis": self.start_python_redis,
                 "python-zmq": self.start_python_zmq}[peer]
        with self.fresh_side(peer) as side:
            submitter, subscriber = start(side, workers, count, rate)
            result = measure.run(side, submitter, subscriber, self.flushes)
            result["rss_kib"] = sum(m["rss"] for m in side.memory_kib().values())
        rows = sqlite_rows(side.directory) if peer == "node" else lmdb_rows(side.directory)
        result["digest"] = self.agreement.check(peer, count, rows)
        if result["duplicates"]:
            raise Failed(f"{peer} notified {result['duplicates']} times twice")
        return result

    def run_hop(self, consumers, count):
        """Redis Streams alone; the driver is one program that measures itself."""
        with self.fresh_side("redis-hop") as side:
            path, server = self.start_redis(side)
            cpu, flushed = server.cpu_us(), self.flushes.count()
            driver = subprocess.run(
                [os.path.join(self.programs, "bench_redis_hop"), path, self.corpus(), str(count),
                 str(consumers)], stdout=subprocess.PIPE, check=True, timeout=measure.RUN_SECONDS)
            return measure.of_line(driver.stdout, server.cpu_us() - cpu, self.flushes, flushed)


def sqlite_rows(directory):
    database = sqlite3.connect(f"{directory}/results.db")
    try:
        return database.execute("SELECT id, category, score FROM result").fetchall()
    finally:
        database.close()


def lmdb_rows(directory):
    """Through Debian's python3-lmdb, which this interpreter may not have."""
    program = ("import lmdb, sys\n"
               "with lmdb.open(sys.argv[1], readonly=True).begin() as t:\n"
               "    for k, v in t.cursor():\n"
               "        print(int.from_bytes(k, 'big'), v.decode(), sep='\\t')\n")
    printed = subprocess.run([PYTHON, "-c", program, f"{directory}/store"],
                             stdout=subprocess.PIPE, text=True, check=True)
    for line in printed.stdout.splitlines():
        number, category, score = line.split("\t")
        yield int(number), category, int(score)
