"""The machine: what it is, how busy it is, how often its disk was told to flush."""
import os
import platform
import time

TICK_US = 1_000_000 / os.sysconf("SC_CLK_TCK")


def describe():
    model = "unknown"
    for line in open("/proc/cpuinfo", encoding="ascii", errors="replace"):
        if line.startswith(("model name", "Model")):
            model = line.split(":", 1)[1].strip()
            break
    memory_mib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return {"cpu": model, "cores": len(os.sched_getaffinity(0)), "memory_mib": memory_mib,
            "kernel": platform.release(), "machine": platform.machine()}


def busy_ticks():
    """Ticks that all processors were busy since boot, time stolen by a hypervisor included."""
    fields = [int(x) for x in open("/proc/stat", encoding="ascii").readline().split()[1:9]]
    return sum(fields) - fields[3] - fields[4]


def wait_until_quiet(seconds=15, busy_share=0.15):
    """Waits, for so long at most, until others use less than this share of the processors."""
    cores, deadline = os.cpu_count(), time.monotonic() + seconds
    while True:
        before, start = busy_ticks(), time.monotonic()
        time.sleep(0.5)
        used_us = (busy_ticks() - before) * TICK_US
        share = used_us / (time.monotonic() - start) / 1e6 / cores
        if share < busy_share or time.monotonic() > deadline:
            return share


def _disk_of(path):
    """The whole disk under `path` as in /proc/diskstats ("vda"), or None."""
    device = os.stat(path).st_dev
    link = f"/sys/dev/block/{os.major(device)}:{os.minor(device)}"
    if not os.path.exists(link):
        return None
    block = os.path.realpath(link)
    if os.path.exists(f"{block}/partition"):
        block = os.path.dirname(block)
    return os.path.basename(block)


class FlushCounter:
    """Flush requests to the disk that holds a directory; `disk` is None when that is not told."""

    def __init__(self, path):
        self.disk = _disk_of(path)
        if self.count() is None:
            self.disk = None

    def count(self):
        if not self.disk:
            return None
        for line in open("/proc/diskstats", encoding="ascii"):
            fields = line.split()
            if fields[2] == self.disk and len(fields) >= 20:
                return int(fields[18])
        return None
