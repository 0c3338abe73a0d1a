#!/usr/bin/env python3
"""Scores `netral extract` on pages with the truth beside them (tests/corpus/pages).

The body is counted as the public article-extraction benchmarks do: runs of four words, each page
weighs the same; precision and recall are means over pages, F1 is theirs. A field is right when it is
what the truth says; published when the day is, and its time and zone where the truth has them."""
import argparse
import collections
import glob
import json
import os
import re
import subprocess
import sys

RUN = 4
FIELDS = ("title", "author", "published", "url", "site", "section", "language", "next", "whole")


def shingles(text):
    words = re.findall(r"\w+", text)
    return collections.Counter(tuple(words[i:i + RUN])
                               for i in range(max(1, len(words) - RUN + 1)) if words)


def body_score(true, told):
    """(precision, recall) of one page."""
    a, b = shingles(true), shingles(told)
    hits = sum((a & b).values())
    return hits / max(sum(b.values()), 1), hits / max(sum(a.values()), 1)


def load(folder, split):
    """(name, path of the page, truth), in order."""
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(path, encoding="utf-8") as f:
            truth = json.load(f)
        if split in ("all", truth["split"]):
            yield os.path.basename(path)[:-5], path[:-5] + ".html", truth


def extract(program, page):
    done = subprocess.run([program, "extract", "--json", page], stdout=subprocess.PIPE)
    return json.loads(done.stdout) if done.returncode == 0 else {"text": ""}


def measure(program, pages, worst):
    """Figures by name, and the pages that were read worst."""
    precision, recall, right, asked = [], [], collections.Counter(), collections.Counter()
    faults = []
    for name, page, truth in pages:
        told = extract(program, page)
        p, r = body_score(truth["text"], told["text"])
        precision.append(p)
        recall.append(r)
        wrong = [k for k in FIELDS if truth.get(k) is not None and told.get(k) != truth[k]]
        asked.update(k for k in FIELDS if truth.get(k) is not None)
        right.update(k for k in FIELDS if truth.get(k) is not None and told.get(k) == truth[k])
        faults.append((min(p, r) - len(wrong) / 100, name, p, r,
                       ", ".join(f"{k}: {told.get(k)!r}, not {truth[k]!r}" for k in wrong)))
    p, r = sum(precision) / len(precision), sum(recall) / len(recall)
    figures = {"f1": 2 * p * r / max(p + r, 1e-9), "precision": p, "recall": r}
    figures.update({k: right[k] / asked[k] for k in FIELDS if asked[k]})
    return figures, sorted(faults)[:worst]


def check_floors(figures, path):
    """Names of figures below their floor."""
    with open(path, encoding="utf-8") as f:
        floors = dict(line.split() for line in list(f)[1:] if line.strip())
    return [f"{name} {figures.get(name, 0):.3f} is below {floor}"
            for name, floor in floors.items() if figures.get(name, 0) < float(floor)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--split", default="test", choices=("train", "test", "all"))
    parser.add_argument("--worst", type=int, default=5, help="pages to show")
    parser.add_argument("--floors", help="a table of figures that must not fall")
    parser.add_argument("pages", help="a folder")
    o = parser.parse_args()
    pages = list(load(o.pages, o.split))
    if not pages:
        parser.error(f"{o.pages}: no pages of that split")
    figures, faults = measure(o.program, pages, o.worst)
    print(f"{len(pages)} pages, {o.split}: " +
          ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    for _, name, p, r, wrong in faults:
        print(f"  {name}: precision {p:.3f}, recall {r:.3f}{'; ' + wrong if wrong else ''}")
    low = check_floors(figures, o.floors) if o.floors else []
    for line in low:
        print(line, file=sys.stderr)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
