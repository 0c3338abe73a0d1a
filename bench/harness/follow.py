"""libnetral's callers: replay to a new subscriber, many subscribers of which some are stopped, and
the time from recording to a subscriber. netral-record alone, driven as workers would."""
import json
import os
import signal
import tempfile
import time

from .processes import Failed

REPLAY_COUNT = 100_000
FAN_COUNT = 20_000
FAN_PROCESSES, FAN_EACH = 20, 50
FAN_STOP_AFTER = FAN_COUNT // 10
HEAD_SECONDS = 2  # a Head comes each second: who lost the last updates has heard of it by then
RATE, RATE_COUNT = 100, 3_000
COMMIT_PAGES, COMMIT_COUNT, PAGE = 8, 1_000, 4_096
LINE_SECONDS = 600


def run_dir(side):
    return os.path.join(side.directory, "run")


def start_driver(ours, side, total, every, rate=0):
    return side.start("bench_record", [ours.program("bench_record"), run_dir(side), ours.corpus(),
                                       total, every, rate])


def record(driver, total):
    driver.go()
    while json.loads(driver.read_line(LINE_SECONDS))["recorded"] < total:
        pass


def start_follow(ours, side, name, *arguments, ready=True):
    return side.start(name, [ours.program("bench_follow"), *arguments], ready=ready)


def replay(ours, repeats):
    with ours.fresh_side() as side:
        ours.start_daemon(side, "netral-record")
        record(start_driver(ours, side, REPLAY_COUNT, REPLAY_COUNT), REPLAY_COUNT)
        return [json.loads(start_follow(ours, side, f"replay-{i}", "replay", run_dir(side),
                                        ready=False).read_line(LINE_SECONDS))
                for i in range(repeats)]


def commit_times(side):
    """What the disk under the store takes of a commit, in the same minute: the system calls of LMDB
    for a small one, at the same rate, and nothing else. Milliseconds, p50 and p99."""
    path = os.path.join(side.directory, "commits")
    pages, meta = bytes(COMMIT_PAGES * PAGE), bytes(120)
    data = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    synced = os.open(path, os.O_RDWR | os.O_DSYNC)
    times = []
    for i in range(COMMIT_COUNT):
        start = time.monotonic()
        os.pwrite(data, pages, (2 + i * COMMIT_PAGES) * PAGE)
        os.fdatasync(data)
        os.pwrite(synced, meta, i % 2 * PAGE)
        times.append((time.monotonic() - start) * 1e3)
        time.sleep(max(0, 1 / RATE - (time.monotonic() - start)))
    os.close(data)
    os.close(synced)
    times.sort()
    return times[COMMIT_COUNT // 2], times[COMMIT_COUNT * 99 // 100]


def latency(ours, work_dir=None):
    with ours.fresh_side(work_dir) as side:
        commit_p50, commit_p99 = commit_times(side)
        ours.start_daemon(side, "netral-record")
        driver = start_driver(ours, side, RATE_COUNT, RATE_COUNT, RATE)
        follower = start_follow(ours, side, "latency", "latency", run_dir(side), RATE_COUNT)
        record(driver, RATE_COUNT)
        found = json.loads(follower.read_line(LINE_SECONDS))
        return {**found, "commit_p50_ms": commit_p50, "commit_p99_ms": commit_p99}


def latency_in_memory(ours):
    """The same with a store that no disk is under: what is left is ours and the scheduler's."""
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="netral-") as directory:
        return latency(ours, directory)


def processor_us(processes):
    return sum(p.cpu_us() for p in processes)


def fan(ours):
    """One process with its subscribers is stopped from the first tenth of what is recorded to its
    end: the last one, whose filters take most areas, so that more is published for them than all
    queues on the way hold."""
    with ours.fresh_side() as side:
        recorder = ours.start_daemon(side, "netral-record")
        fans = [start_follow(ours, side, f"fan-{i}", "fan", run_dir(side), i * FAN_EACH, FAN_EACH)
                for i in range(FAN_PROCESSES)]
        driver = start_driver(ours, side, FAN_COUNT, FAN_STOP_AFTER)
        start, before = time.monotonic(), processor_us([recorder, *fans])
        driver.go()
        driver.read_line(LINE_SECONDS)
        os.kill(fans[-1].pid, signal.SIGSTOP)
        while json.loads(driver.read_line(LINE_SECONDS))["recorded"] < FAN_COUNT:
            pass
        os.kill(fans[-1].pid, signal.SIGCONT)
        time.sleep(HEAD_SECONDS)
        for process in fans:
            process.go()
        counted = [json.loads(process.read_line(LINE_SECONDS)) for process in fans]
        total = {key: sum(c[key] for c in counted) for key in counted[0]}
        seconds = time.monotonic() - start
        total.update(stored=FAN_COUNT, stopped=FAN_EACH, seconds=seconds,
                     deliveries_s=total["returned"] / seconds,
                     cpu_us=(processor_us([recorder, *fans]) - before) / total["returned"])
        if total["lost"] or total["twice"] or total["alien"]:
            raise Failed(f"subscribers did not get what is theirs: {total}")
        return total


def run(ours, repeats):
    return {"replay": replay(ours, repeats), "fan": fan(ours),
            "latency": [latency(ours) for _ in range(repeats)],
            "latency_in_memory": [latency_in_memory(ours) for _ in range(repeats)]}
