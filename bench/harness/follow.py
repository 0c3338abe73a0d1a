"""libnetral's callers: replay to a new subscriber, many subscribers of which some are stopped, and
the time from recording to a subscriber. netral-record alone, driven as workers would."""
import json
import os
import signal

from .processes import Failed

REPLAY_COUNT = 100_000
FAN_COUNT = 5_000
FAN_PROCESSES, FAN_EACH = 20, 50
RATE, RATE_COUNT = 100, 3_000
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


def latency(ours):
    with ours.fresh_side() as side:
        ours.start_daemon(side, "netral-record")
        driver = start_driver(ours, side, RATE_COUNT, RATE_COUNT, RATE)
        follower = start_follow(ours, side, "latency", "latency", run_dir(side), RATE_COUNT)
        record(driver, RATE_COUNT)
        return json.loads(follower.read_line(LINE_SECONDS))


def fan(ours):
    """One process with its subscribers is stopped for the second third of what is recorded."""
    with ours.fresh_side() as side:
        ours.start_daemon(side, "netral-record")
        fans = [start_follow(ours, side, f"fan-{i}", "fan", run_dir(side), i * FAN_EACH, FAN_EACH)
                for i in range(FAN_PROCESSES)]
        driver = start_driver(ours, side, FAN_COUNT, FAN_COUNT // 3)
        driver.go()
        driver.read_line(LINE_SECONDS)
        os.kill(fans[0].pid, signal.SIGSTOP)
        while json.loads(driver.read_line(LINE_SECONDS))["recorded"] < FAN_COUNT:
            pass
        os.kill(fans[0].pid, signal.SIGCONT)
        for process in fans:
            process.go()
        counted = [json.loads(process.read_line(LINE_SECONDS)) for process in fans]
        total = {key: sum(c[key] for c in counted) for key in counted[0]}
        total["stored"], total["stopped"] = FAN_COUNT, FAN_EACH
        if total["lost"] or total["twice"] or total["alien"]:
            raise Failed(f"subscribers did not get what is theirs: {total}")
        return total


def run(ours, repeats):
    return {"replay": replay(ours, repeats), "fan": fan(ours),
            "latency": [latency(ours) for _ in range(repeats)]}
