"""From page to article: ours beside Mozilla Readability, each in a process of its own on the same
core, warmed up, a round of one after a round of the other."""
import json
import os
import sys

from . import machine, pages
from .processes import Side

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "eval"))
from extract import body_score  # noqa: E402

SECONDS = 600
# How many pages each reads in a round at least, so that a round is long enough to be timed.
ROUND_PAGES = {"netral": 1000, "readability-linkedom": 100, "readability-jsdom": 50}


def f1(truths, texts):
    scores = [body_score(true, texts.get(name, "")) for name, true in truths.items()]
    precision = sum(p for p, _ in scores) / len(scores)
    recall = sum(r for _, r in scores) / len(scores)
    return 2 * precision * recall / max(precision + recall, 1e-9)


def arguments_of(side, programs, node_modules, folder, texts, count):
    if side == "netral":
        command = [os.path.join(programs, "bench_extract")]
    else:
        script = os.path.join(HERE, "peers", "node", "readability.js")
        command = ["node", script, side.split("-")[1]]
    environment = {"NODE_PATH": node_modules} if node_modules else None
    passes = -(-ROUND_PAGES[side] // count)
    return [*command, folder, texts, passes], environment


def round_of(process):
    """Pages a second of processor time, all threads of the process counted."""
    before = process.cpu_us()
    process.go()
    done = json.loads(process.read_line(SECONDS))
    seconds = (process.cpu_us() - before) / 1e6
    return {"pages_s": done["pages"] / seconds, "mb_s": done["bytes"] / seconds / 1e6,
            "page_kb": done["bytes"] / done["pages"] / 1000}


def start(side, running, programs, node_modules, folder, count):
    texts = os.path.join(running.directory, f"{side}.json")
    command, environment = arguments_of(side, programs, node_modules, folder, texts, count)
    process = running.start(side, command, environment, ready=False)
    os.sched_setaffinity(process.pid, {max(os.sched_getaffinity(0))})
    process.wait_ready(SECONDS)
    with open(texts, encoding="utf-8") as f:
        return process, json.load(f)


def measure(name, truths, folder, programs, node_modules, work, rounds):
    """One set of pages: for each side its rounds and its F1."""
    directory = os.path.join(work, f"extract-{name}")
    os.makedirs(directory, exist_ok=True)
    sides = list(ROUND_PAGES) if node_modules else ["netral"]
    found = {side: {"rounds": []} for side in sides}
    with Side(directory) as running:
        processes = {}
        for side in sides:
            processes[side], texts = start(side, running, programs, node_modules, folder,
                                           len(truths))
            found[side]["f1"] = f1(truths, texts)
        machine.wait_until_quiet()
        for _ in range(rounds):
            for side in sides:
                found[side]["rounds"].append(round_of(processes[side]))
    return {"pages": len(truths), "sides": found}


def run(programs, node_modules, work, rounds, real):
    """`real`: a folder of the public benchmark, or None."""
    corpus = os.path.join(os.path.dirname(HERE), "tests", "corpus", "pages")
    made = os.path.join(work, "pages-made")
    sets = {"own pages, blown up": ("made", pages.make(corpus, made), made)}
    if real:
        unpacked = os.path.join(work, "pages-real")
        sets["real pages"] = ("real", pages.unpack(real, unpacked), unpacked)
    return {title: measure(name, truths, folder, programs, node_modules, work, rounds)
            for title, (name, truths, folder) in sets.items()}
