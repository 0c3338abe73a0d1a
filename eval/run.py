#!/usr/bin/env python3
"""Scores the classifier on labelled texts. scripts/eval builds it and calls this."""
import argparse
import json
import subprocess
import sys

import baselines
import corpus
from score import KINDS, Rate, Score, calibration_error


def classify(program, texts, data):
    """The events of each text, as `netral classify` prints them."""
    lines = "".join(json.dumps(corpus.article(t), ensure_ascii=False) + "\n" for t in texts)
    command = [program, "classify", "--input", "jsonl"] + (["--data", data] if data else [])
    done = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    if [r["id"] for r in results] != [t["id"] for t in texts]:
        sys.exit("eval: the classifier answered for other texts than it was asked about")
    return [r["events"] for r in results]


def score(texts, events):
    s = Score()
    for text, found in zip(texts, events):
        s.add(text, found)
    return s


def percent(value):
    return "    -" if value is None else f"{100 * value:5.1f}"


def report(title, s, worst):
    print(f"{title}: {s.texts} texts, {s.overall().wanted} events")
    print("  kind        precision  recall     F1   status")
    for kind in KINDS:
        o = s.kinds[kind]
        print(f"  {kind:<10}      {percent(o.precision())}   {percent(o.recall())}  {percent(o.f1())}"
              f"    {percent(s.status[kind].value())}")
    o = s.overall()
    print(f"  {'all':<10}      {percent(o.precision())}   {percent(o.recall())}  {percent(o.f1())}")
    print(f"  silent on {s.silent.hits} of {s.silent.all} texts without an event,"
          f" {s.false_events} false events there")
    for name in s.told:
        print(f"  {name:<9} right where told {percent(s.told[name].value())} of {s.told[name].all},"
              f" none where untold {percent(s.untold[name].value())} of {s.untold[name].all}")
    print(f"  scope     right {percent(s.scope.value())}")
    for name, overlap in s.lists.items():
        print(f"  {name:<12} F1 {percent(overlap.f1())}")
    print(f"  calibration error {s.calibration_error():.3f}")
    for name, given in s.sure.items():
        print(f"  {name:<9} calibration error {calibration_error(given):.3f}")
    for weight, name, faults in sorted(s.worst, key=lambda w: (-w[0], w[1]))[:worst]:
        print(f"  {name} ({weight:.1f}): " + "; ".join(faults))


def brief(title, s):
    """One line: F1 of each kind and over all, silence."""
    kinds = "  ".join(f"{kind} {percent(s.kinds[kind].f1())}" for kind in KINDS)
    print(f"{title:<14} F1  {kinds}  all {percent(s.overall().f1())}"
          f"  silent on {s.silent.hits} of {s.silent.all}")


def compare(train, texts, own):
    """The same texts by what a user would have without us."""
    brief("netral", own)
    brief("keywords", score(texts, baselines.keywords(texts)))
    if baselines.have_liblinear():
        brief("bag of words", score(texts, baselines.bag_of_words(train, texts)))
    else:
        print("bag of words   left out: the package liblinear-tools is not installed")


def figures(s):
    """What must not fall unseen, in percent."""
    values = {f"f1.{kind}": s.kinds[kind].f1() for kind in KINDS}
    values["f1.all"] = s.overall().f1()
    values["silence"] = s.silent.value()
    values["status"] = Rate.sum(s.status.values()).value()
    values.update({f"right.{name}": rate.value() for name, rate in s.told.items()})
    values.update({f"f1.{name}": overlap.f1() for name, overlap in s.lists.items()})
    values["calibration"] = 1 - s.calibration_error()
    values.update({f"calibration.{name}": 1 - calibration_error(given)
                   for name, given in s.sure.items()})
    return {name: 100 * value for name, value in values.items() if value is not None}


def check_floors(path, s):
    """Fails when a figure is below its floor."""
    found, low = figures(s), 0
    with open(path, encoding="utf-8") as f:
        for line in list(f)[1:]:
            name, floor = line.split()
            if found[name] < float(floor):
                print(f"{name} is {found[name]:.1f}, its floor is {floor}")
                low += 1
    return low


def write_floors(path, s):
    with open(path, "w", encoding="utf-8") as f:
        f.write("figure\tfloor\n")
        for name, value in figures(s).items():
            f.write(f"{name}\t{value - 0.05:.1f}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="the netral program")
    parser.add_argument("--data", help="tables other than the installed ones")
    parser.add_argument("--split", choices=("train", "test", "all"), default="all")
    parser.add_argument("--worst", type=int, default=10, help="how many texts to list")
    parser.add_argument("--baselines", action="store_true", help="others on the same texts")
    parser.add_argument("--floors", help="fail when a figure is below its line in this table")
    parser.add_argument("--write-floors", help="write that table from this run")
    parser.add_argument("corpus", nargs="+", help="labelled texts (*.jsonl), or folders of them")
    o = parser.parse_args()
    every = corpus.load(o.corpus)
    train = [t for t in every if not corpus.is_test(t)]
    texts = {"train": train, "test": [t for t in every if corpus.is_test(t)], "all": every}[o.split]
    own = score(texts, classify(o.program, texts, o.data))
    report("netral", own, o.worst)
    if o.baselines:
        compare(train, texts, own)
    if o.write_floors:
        write_floors(o.write_floors, own)
    return 1 if o.floors and check_floors(o.floors, own) else 0


if __name__ == "__main__":
    sys.exit(main())
