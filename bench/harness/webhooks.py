"""netral-alert tells what is recorded: signed webhooks to bench_hooks, to one receiver and to many
beside one another, each in its order. Nothing else is recorded meanwhile."""
import json
import os
import subprocess
import time

from . import machine
from .follow import record, start_driver
from .processes import Failed

COUNT = 20_000
RECEIVERS = (1, 8, 64)
SECRET = "whsec_bmV0cmFsLWJlbmNoLXNlY3JldC1vZi0zMi1ieXRlcw=="
LINE_SECONDS, BEGIN_SECONDS = 600, 30


def write_rules(directory, port, receivers):
    secret, rules = (os.path.join(directory, name) for name in ("secret", "alerts.conf"))
    with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write(SECRET)
    names = [f"r{i}" for i in range(receivers)]
    with open(rules, "w", encoding="ascii") as f:
        for i, name in enumerate(names):
            f.write(f'receiver "{name}" {{\n\turl = "http://127.0.0.1:{port}/{i}"\n'
                    f'\tsecret_files = "{secret}"\n}}\n')
        f.write(f'rule "all" {{\n\treceivers = "{", ".join(names)}"\n}}\n')
    return rules


def replay(ours, side):
    """Everything from the first update on; not before netral-alert has heard of netral-record."""
    command = [ours.program("netral"), "alert", "replay", "--from", "1", "--runtime-dir",
               os.path.join(side.directory, "run")]
    deadline = time.monotonic() + BEGIN_SECONDS
    while (done := subprocess.run(command, capture_output=True, check=False)).returncode != 0:
        if time.monotonic() > deadline:
            raise Failed(f"netral-alert does not begin: {done.stderr}")
        time.sleep(0.1)


def measure(ours, receivers):
    """Every receiver is sent all of what is recorded."""
    count = COUNT // receivers
    with ours.fresh_side() as side:
        ours.start_daemon(side, "netral-record", join_days=0)
        hooks = side.start("bench_hooks", [ours.program("bench_hooks"), SECRET, count * receivers])
        rules = write_rules(side.directory, int(hooks.read_line(10)), receivers)
        record(start_driver(ours, side, count, count), count)
        alert = ours.start_daemon(side, "netral-alert", rules_file=rules,
                                  contact="bench@netral.invalid", allow_addresses="127.0.0.0/8")
        machine.wait_until_quiet()
        before = alert.cpu_us(), hooks.cpu_us()
        replay(ours, side)
        result = json.loads(hooks.read_line(LINE_SECONDS))
        result.update(receivers=receivers,
                      cpu_us=(alert.cpu_us() - before[0]) / (count * receivers),
                      hooks_cpu_us=(hooks.cpu_us() - before[1]) / (count * receivers))
        if result["forged"] or result["disordered"]:
            raise Failed(f"webhooks are not what was recorded, in order and signed: {result}")
        return result


def run(ours, repeats):
    return [[measure(ours, receivers) for _ in range(repeats)] for receivers in RECEIVERS]
