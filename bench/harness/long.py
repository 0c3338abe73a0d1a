"""The long ones: how fast a large store records, and how soon a full journal is ready."""
import json
import os
import statistics

from .ours import store_bytes

WINDOW = 20_000
LINE_SECONDS = 600
READY_SECONDS = 120


def recording(ours, total):
    """netral-record alone: rate and processor time in windows, the first and the last of them."""
    with ours.fresh_side() as side:
        # Each article has an event in one of six areas: joining would measure its own bound.
        record = ours.start_daemon(side, "netral-record", join_days=0)
        driver = side.start("bench_record", [
            ours.program("bench_record"), os.path.join(side.directory, "run"), ours.corpus(),
            total, WINDOW])
        windows, before = [], record.cpu_us()
        driver.go()
        while not windows or windows[-1]["recorded"] < total:
            window = json.loads(driver.read_line(LINE_SECONDS))
            cpu = record.cpu_us()
            window["cpu_us"] = (cpu - before) / WINDOW
            before = cpu
            windows.append(window)
        return {"total": total, "windows": windows,
                "first": summary(windows[1:6]), "last": summary(windows[-5:]),
                "memory_kib": record.memory_kib(),
                "store_bytes": store_bytes(os.path.join(side.directory, "state"))}


def summary(windows):
    """The very first window is left out: it grows the file from nothing."""
    return {key: statistics.median(w[key] for w in windows) for key in ("articles_s", "cpu_us")}


def startup(ours, count, repeats):
    """netrald with `count` pending articles: from exec to READY=1, files in memory and not."""
    with ours.fresh_side() as side:
        ours.start_daemon(side, "netrald", journal_max_bytes="16G")
        load = ours.start_load(side, count, until="accepted")
        load.go()
        filled = json.loads(load.read_line(3600))
        load.end()
        side.processes.pop()
        warm, cold = [], []
        for times, prepare in ((warm, lambda state: None), (cold, forget)) * repeats:
            side.processes.pop().end()
            prepare(os.path.join(side.directory, "state"))
            netrald = ours.start_daemon(side, "netrald", ready=False, journal_max_bytes="16G")
            times.append(netrald.wait_ready(READY_SECONDS))
        return {"count": count, "fill_articles_s": filled["articles_s"], "warm_s": warm,
                "cold_s": cold, "memory_kib": netrald.memory_kib(),
                "store_bytes": store_bytes(os.path.join(side.directory, "state"))}


def forget(directory):
    """Asks the kernel to drop the files from its cache."""
    for folder, _, files in os.walk(directory):
        for name in files:
            fd = os.open(os.path.join(folder, name), os.O_RDONLY)
            os.fsync(fd)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)
