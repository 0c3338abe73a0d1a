#!/usr/bin/env python3
"""Scores the classifier on labelled texts. scripts/eval builds it and calls this."""
import argparse
import json
import subprocess
import sys

import corpus
from score import KINDS, Score


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
    for weight, name, faults in sorted(s.worst, key=lambda w: (-w[0], w[1]))[:worst]:
        print(f"  {name} ({weight:.1f}): " + "; ".join(faults))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="the netral program")
    parser.add_argument("--data", help="tables other than the installed ones")
    parser.add_argument("--split", choices=("train", "test", "all"), default="all")
    parser.add_argument("--worst", type=int, default=10, help="how many texts to list")
    parser.add_argument("corpus", nargs="+", help="labelled texts (*.jsonl), or folders of them")
    o = parser.parse_args()
    texts = corpus.load(o.corpus)
    if o.split != "all":
        texts = [t for t in texts if corpus.is_test(t) == (o.split == "test")]
    report("netral", score(texts, classify(o.program, texts, o.data)), o.worst)


if __name__ == "__main__":
    main()
