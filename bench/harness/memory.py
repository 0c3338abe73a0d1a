"""Memory of the processes that run all day: netrald, netral-record and two netral-classify."""
import threading

IDLE_SECONDS = 2
SAMPLE_SECONDS = 0.05


class Peak:
    """The sample with the highest sum of resident memory, taken while others work."""

    def __init__(self, side):
        self.side, self.peak, self.done = side, {}, threading.Event()
        self.thread = threading.Thread(target=self._sample)

    def _sample(self):
        while not self.done.wait(SAMPLE_SECONDS):
            now = daemons(self.side)
            if total(now, "rss") > total(self.peak, "rss"):
                self.peak = now

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


def daemons(side):
    return {name: kib for name, kib in side.memory_kib().items() if name != "bench_load"}


def total(by_process, kind):
    return sum(kib[kind] for kib in by_process.values())


def run(ours, count):
    """Idle, and the peak while the corpus goes through."""
    with ours.fresh_side() as side:
        ours.start_pipeline(side, "classify", 2)
        threading.Event().wait(IDLE_SECONDS)
        idle = daemons(side)
        load = ours.start_load(side, count, until="recorded")
        with Peak(side) as peak:
            load.go()
            load.read_line(600)
        return {"idle": idle, "load": peak.peak}
