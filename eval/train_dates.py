#!/usr/bin/env python3
"""Fits data/date_weights.tsv on the training split of the labelled corpus.

For each event that the classifier finds, `netral classify --explain` lists the dates it may have,
and "none". A conditional logit (McFadden 1974) makes the labelled one, told perhaps more than once,
the likeliest; L2 penalty, Newton's method. Says first how well five-fold cross-validation does."""
import argparse
import json
import math
import subprocess

import corpus
import score
import train

PENALTY = 8.0
STEPS = 30
OWN_SIGNS = {"ANCHOR", "OWN", "BESIDE"}  # in a sentence of the event, or beside one
CLASSES = ("OCCASION", "PLAN", "CASE", "TOTAL")


class Choice:
    """The dates of one event: their signs, and which are right."""

    def __init__(self, text, options, wanted, told):
        self.text, self.told = text, told
        self.options = [frozenset(o["signs"]) for o in options]
        self.values = [o["value"] for o in options]
        self.right = [value == wanted for value in self.values]


def agreement(label, event, dates):
    """How well a candidate fits a label, its choice of a date aside."""
    points = {"scope": 4, "place": 3, "status": 2, "count": 1}
    near = {o["value"] for o in dates["options"] if OWN_SIGNS & set(o["signs"])}
    return (sum(n * (label.get(name, event[name]) == event[name]) for name, n in points.items())
            + 2 * (label.get("date") in near))


def pairs(labels, events, dates):
    """Each label with the candidate that fits it best, greedily."""
    ranked = sorted(((agreement(x, events[k], dates[k]), -i, -k) for i, x in enumerate(labels)
                     for k in range(len(events))), reverse=True)
    used_labels, used_events = set(), set()
    for _, i, k in ranked:
        if i not in used_labels and k not in used_events:
            used_labels.add(i)
            used_events.add(k)
            yield labels[-i], -k


def choices(program, data, texts):
    """(class, Choice) of each labelled event that is a candidate."""
    lines = "".join(json.dumps(corpus.article(t), ensure_ascii=False) + "\n" for t in texts)
    done = subprocess.run([program, "classify", "--explain", "--input", "jsonl", "--data", data],
                          input=lines.encode(), stdout=subprocess.PIPE, check=True)
    for text, line in zip(texts, done.stdout.splitlines()):
        found = json.loads(line)["candidates"]
        for kind in corpus.KINDS:
            mine = [c for c in found if c["event"]["kind"] == kind]
            events = [score.of_event(c["event"]) for c in mine]
            for label, k in pairs([x for x in text["expect"] if x["kind"] == kind], events,
                                  [c["dates"] for c in mine]):
                if "date" in label:
                    dates = mine[k]["dates"]
                    yield dates["class"], Choice(text["id"], dates["options"], label["date"] or "",
                                                 mine[k]["told"])


def probabilities(scores):
    top = max(scores)
    parts = [math.exp(s - top) for s in scores]
    total = sum(parts)
    return [p / total for p in parts]


def total_score(weights, signs):
    return sum(weights.get(name, 0) for name in signs)


def mean(parts, options):
    """Expected signs under `parts`, as a dict."""
    result = {}
    for p, signs in zip(parts, options):
        for name in signs:
            result[name] = result.get(name, 0) + p
    return result


def fit(rows):
    """Weights by sign."""
    rows = [r for r in rows if any(r.right) and not all(r.right)]
    names = sorted({name for r in rows for signs in r.options for name in signs})
    index = {name: i for i, name in enumerate(names)}
    w = dict.fromkeys(names, 0.0)
    for _ in range(STEPS):
        gradient = [-PENALTY * w[name] for name in names]
        hessian = [[0.0] * len(names) for _ in names]
        for i in range(len(names)):
            hessian[i][i] = PENALTY
        for r in rows:
            all_parts = probabilities([total_score(w, signs) for signs in r.options])
            right = sum(p for p, ok in zip(all_parts, r.right) if ok)
            right_parts = [p / max(right, 1e-12) if ok else 0
                           for p, ok in zip(all_parts, r.right)]
            expected = mean(all_parts, r.options)
            for name, value in mean(right_parts, r.options).items():
                gradient[index[name]] += value
            for name, value in expected.items():
                gradient[index[name]] -= value
            # The concave part of the curvature only: steps stay uphill.
            for p, signs in zip(all_parts, r.options):
                for a in signs:
                    row = hessian[index[a]]
                    for b in signs:
                        row[index[b]] += p
            for a, x in expected.items():
                row = hessian[index[a]]
                for b, y in expected.items():
                    row[index[b]] -= x * y
        step = train.solve(hessian, gradient)
        for name, s in zip(names, step):
            w[name] += max(-1, min(1, s))
        if max(abs(s) for s in step) < 1e-4:
            break
    return w


def is_right(weights, row):
    scores = [total_score(weights, signs) for signs in row.options]
    return row.right[scores.index(max(scores))]


def cross_validate(rows):
    hits = 0
    for fitted, held_out in train.folds(rows):
        weights = fit(fitted)
        hits += sum(is_right(weights, row) for row in held_out)
    return hits / max(len(rows), 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", required=True, help="folder of the tables; the weights go there")
    parser.add_argument("corpus", nargs="+")
    o = parser.parse_args()
    texts = [t for t in corpus.load(o.corpus) if not corpus.is_test(t)]
    rows = {name: [] for name in CLASSES}
    for name, choice in choices(o.program, o.data, texts):
        rows[name].append(choice)
    for name, mine in rows.items():
        possible = sum(any(r.right) for r in mine) / max(len(mine), 1)
        print(f"{name}: {len(mine)} events, {possible:.3f} have their date among the options,"
              f" {cross_validate(mine):.3f} right out of sample")
    train.write(f"{o.data}/date_weights.tsv", "class\tsign\tweight\n",
                {name: fit(mine) for name, mine in rows.items()})


if __name__ == "__main__":
    main()
