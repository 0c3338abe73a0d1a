#!/usr/bin/env python3
"""Scores the rule of one happening on labelled pairs of articles (tests/corpus/pairs). scripts/eval
builds its program and calls this."""
import argparse
import hashlib
import json
import os
import re
import subprocess
import sys

from score import Rate


def load(folder, split):
    """The pairs of the split, each with its two articles."""
    def rows(name):
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            return [json.loads(line) for line in f]
    articles = {a["id"]: a for a in rows("articles.jsonl") + rows("copies.jsonl")}
    return [dict(p, a=articles[p["a"]], b=articles[p["b"]]) for p in rows("pairs.jsonl")
            if split in ("all", p["split"])]


def decide(program, data, pairs):
    """What the program says of each pair."""
    lines = "".join(json.dumps(p, ensure_ascii=False) + "\n" for p in pairs)
    done = subprocess.run([program, data], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    if [s["id"] for s in said] != [p["id"] for p in pairs]:
        sys.exit("pairs: the program answered for other pairs than it was asked about")
    return said


class Score:
    """Of pairs that are one happening, and of joins that were made."""

    def __init__(self):
        self.precision, self.recall = Rate(), Rate()

    def add(self, same, joined):
        if same:
            self.recall.add(joined)
        if joined:
            self.precision.add(same)

    def line(self):
        return (f"precision {percent(self.precision)} of {self.precision.all:<4}"
                f" recall {percent(self.recall)} of {self.recall.all:<4}")


def percent(rate):
    return "    -" if rate.value() is None else f"{100 * rate.value():5.1f}"


def score(pairs, joined, kinds=("SESSION", "VIOLATION", "PLEDGE"), labels=None):
    """Of all pairs of the kinds; of those that are one, only the given labels."""
    s = Score()
    for p, j in zip(pairs, joined):
        same = p["label"] != "different"
        if p["kind"] in kinds and (not same or not labels or p["label"] in labels):
            s.add(same, j)
    return s


def report(title, pairs, joined):
    print(f"{title}: {score(pairs, joined).line()}")
    for kind in ("SESSION", "VIOLATION", "PLEDGE"):
        print(f"  {kind:<14} {score(pairs, joined, (kind,)).line()}")
    for shape in dict.fromkeys(p["shape"] for p in pairs):
        rate = Rate()
        for p, j in zip(pairs, joined):
            if p["shape"] == shape:
                rate.add(j)
        print(f"  {shape:<18} joined {rate.hits} of {rate.all}")


# Other fingerprints of near duplicates, on the texts alone.

def shingles(text, words=3):
    found = re.findall(r"\w+", text.lower())
    return {" ".join(found[i:i + words]) for i in range(len(found) - words + 1)}


def jaccard(a, b):
    a, b = shingles(a), shingles(b)
    return len(a & b) / len(a | b)


def simhash(text):
    """64 bits over words and pairs of words: M. Charikar, 2002; G. Manku and others, 2007."""
    sums = [0] * 64
    for shingle in shingles(text, 1) | shingles(text, 2):
        h = int.from_bytes(hashlib.blake2b(shingle.encode(), digest_size=8).digest(), "big")
        for bit in range(64):
            sums[bit] += 1 if h >> bit & 1 else -1
    return sum(1 << bit for bit in range(64) if sums[bit] > 0)


def hamming(a, b):
    return bin(simhash(a) ^ simhash(b)).count("1")


def compare_texts(pairs, said, near):
    """Near duplicates by the text alone: what each fingerprint finds, and what it takes for one."""
    texts = [(p["a"]["text"], p["b"]["text"]) for p in pairs]
    rows = [(f"ours, {near} and more", [s["resemblance"] >= near for s in said])]
    distances = [hamming(a, b) for a, b in texts]
    rows += [(f"SimHash, {bits} bits of 64", [d <= bits for d in distances])
             for bits in (3, 10, 16)]
    exact = [jaccard(a, b) for a, b in texts]
    rows += [(f"resemblance, {share} and more", [x >= share for x in exact])
             for share in (0.8, 0.3)]
    for title, joined in rows:
        found, taken = Rate(), Rate()
        for p, j in zip(pairs, joined):
            (found if p["label"] == "same_text" else taken).add(j)
        print(f"  {title:<26} {found.hits} of {found.all} copies,"
              f" {taken.hits} of {taken.all} other pairs")


def worst(pairs, said):
    for p, s in zip(pairs, said):
        same = p["label"] != "different"
        if bool(s["found"]) != same:
            print(f"  {p['id']} is {p['label']}, {p['shape']}: found {s['found'] or '-'},"
                  f" by labels {s['told'] or '-'}, resemblance {s['resemblance']}"
                  f"{'' if s['classified'] else ', not classified in both'}")


def figures(pairs, said):
    found = [bool(s["found"]) for s in said]
    copies = score(pairs, found, labels=("same_text",))
    others = score(pairs, found, labels=("same_happening",))
    told = score(pairs, [bool(s["told"]) for s in said])
    rates = {"precision": score(pairs, found).precision, "recall.copies": copies.recall,
             "recall.others": others.recall, "labels.precision": told.precision,
             "labels.recall": told.recall}
    return {name: 100 * rate.value() for name, rate in rates.items() if rate.value() is not None}


def check_floors(path, found):
    low = 0
    with open(path, encoding="utf-8") as f:
        for line in list(f)[1:]:
            name, floor = line.split()
            if found[name] < float(floor):
                print(f"{name} is {found[name]:.1f}, its floor is {floor}")
                low += 1
    return low


def write_floors(path, found):
    with open(path, "w", encoding="utf-8") as f:
        f.write("figure\tfloor\n")
        f.writelines(f"{name}\t{value - 0.05:.1f}\n" for name, value in found.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="tests/corpus/story_pairs, built")
    parser.add_argument("--data", required=True, help="the classifier's tables")
    parser.add_argument("--split", choices=("train", "test", "all"), default="all")
    parser.add_argument("--near", type=float, default=0.3, help="resemblance of near duplicates")
    parser.add_argument("--worst", action="store_true", help="list the pairs that were decided wrong")
    parser.add_argument("--floors", help="fail when a figure is below its line in this table")
    parser.add_argument("--write-floors", help="write that table from this run")
    parser.add_argument("folder", help="articles.jsonl, copies.jsonl and pairs.jsonl")
    o = parser.parse_args()
    pairs = load(o.folder, o.split)
    said = decide(o.program, o.data, pairs)
    report(f"{o.split}, {len(pairs)} pairs, as classified", pairs, [bool(s["found"]) for s in said])
    both = [s["classified"] for s in said]
    print("of pairs with an event of the kind in both, as classified: "
          + score(*([x for x, b in zip(xs, both) if b]
                    for xs in (pairs, [bool(s["found"]) for s in said]))).line())
    print(f"by the labels' facts: {score(pairs, [bool(s['told']) for s in said]).line()}")
    compare_texts(pairs, said, o.near)
    if o.worst:
        worst(pairs, said)
    if o.write_floors:
        write_floors(o.write_floors, figures(pairs, said))
    return 1 if o.floors and check_floors(o.floors, figures(pairs, said)) else 0


if __name__ == "__main__":
    sys.exit(main())
