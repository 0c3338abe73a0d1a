"""One measured run of one side: what it was asked, what it used."""
import json
import os

from . import machine

RUN_SECONDS = 600


def run(side, driver, reporter, flushes):
    """Starts `driver`, waits for the line of JSON that `reporter` prints, and adds processor time
    an article (all processes of the side), device flushes an article, and `noise`, the share of
    the machine that processes of neither side used meanwhile."""
    cpu_before, flushes_before = side.cpu_us(), flushes.count()
    busy_before = machine.busy_ticks()
    driver.go()
    result = json.loads(reporter.read_line(RUN_SECONDS))
    busy_us = (machine.busy_ticks() - busy_before) * machine.TICK_US
    used = {name: us - cpu_before[name] for name, us in side.cpu_us().items()}
    flushed = flushes.count()
    result["cpu_us"] = sum(used.values()) / result["n"]
    result["cpu_us_each"] = {name: round(us / result["n"], 2) for name, us in used.items()}
    result["noise"] = max(0.0, busy_us - sum(used.values())) / (
        result["seconds"] * 1e6 * os.cpu_count())
    result["flushes"] = None if flushed is None else (flushed - flushes_before) / result["n"]
    return result


def of_line(line, server_cpu_us, flushes, flushes_before):
    """The same for a driver that has run: it printed one line with its own cpu_us an article."""
    result = json.loads(line)
    flushed = flushes.count()
    result["cpu_us_each"] = {"driver": result["cpu_us"],
                             "server": round(server_cpu_us / result["n"], 2)}
    result["cpu_us"] = sum(result["cpu_us_each"].values())
    result["flushes"] = None if flushed is None else (flushed - flushes_before) / result["n"]
    return result
