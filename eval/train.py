#!/usr/bin/env python3
"""Fits data/weights.tsv on the training split of the labelled corpus.

Logistic regression with an L2 penalty, by Newton's method (Hosmer, Lemeshow: Applied Logistic
Regression, 1.2), for each kind of event over the candidates that `netral classify --explain` lists.
A candidate is right when it pairs with a label of its text. Says first how well five-fold
cross-validation does."""
import argparse
import json
import math
import subprocess

import corpus
import score

PENALTY = 1.0
FOLDS = 5
STEPS = 25
HEAD = "kind\tfeature\tweight\n"


def candidates(program, data, texts):
    """The candidates of each text: (kind, features, right)."""
    lines = "".join(json.dumps(corpus.article(t), ensure_ascii=False) + "\n" for t in texts)
    done = subprocess.run([program, "classify", "--explain", "--input", "jsonl", "--data", data],
                          input=lines.encode(), stdout=subprocess.PIPE, check=True)
    for text, line in zip(texts, done.stdout.splitlines()):
        found = json.loads(line)["candidates"]
        for kind in corpus.KINDS:
            mine = [c for c in found if c["event"]["kind"] == kind]
            events = [score.of_event(c["event"]) for c in mine]
            labels = [x for x in text["expect"] if x["kind"] == kind]
            right = {id(event) for _, event in score.pair(labels, events)}
            for c, event in zip(mine, events):
                yield text["id"], kind, {s["name"] for s in c["signs"]}, id(event) in right


def solve(a, b):
    """Solves a x = b by Gaussian elimination with pivots."""
    n = len(b)
    rows = [list(row) + [value] for row, value in zip(a, b)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(i + 1, n):
            factor = rows[k][i] / rows[i][i]
            if factor:
                rows[k] = [x - factor * y for x, y in zip(rows[k], rows[i])]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (rows[i][n] - sum(rows[i][k] * x[k] for k in range(i + 1, n))) / rows[i][i]
    return x


def probability(weights, features):
    return 1 / (1 + math.exp(-sum(weights.get(name, 0) for name in features)))


def fit(rows):
    """Weights by name; rows are (features, right)."""
    names = sorted({name for features, _ in rows for name in features})
    index = {name: i for i, name in enumerate(names)}
    sparse = [([index[name] for name in features], right) for features, right in rows]
    w = [0.0] * len(names)
    for _ in range(STEPS):
        gradient = [-PENALTY * x if name != "BIAS" else 0 for name, x in zip(names, w)]
        hessian = [[0.0] * len(names) for _ in names]
        for i, name in enumerate(names):
            hessian[i][i] = PENALTY if name != "BIAS" else 1e-6
        for features, right in sparse:
            p = 1 / (1 + math.exp(-max(-30, min(30, sum(w[i] for i in features)))))
            for i in features:
                gradient[i] += right - p
                row = hessian[i]
                for k in features:
                    row[k] += p * (1 - p)
        step = solve(hessian, gradient)
        w = [x + s for x, s in zip(w, step)]
        if max(abs(s) for s in step) < 1e-6:
            break
    return dict(zip(names, w))


def cross_validate(rows):
    """Precision and recall among candidates, out of sample; folds by text."""
    both = found = wanted = 0
    texts = sorted({text for text, _, _ in rows})
    fold_of = {text: i % FOLDS for i, text in enumerate(texts)}
    for fold in range(FOLDS):
        weights = fit([(f, right) for text, f, right in rows if fold_of[text] != fold])
        for text, features, right in rows:
            if fold_of[text] == fold:
                told = probability(weights, features) >= 0.5
                both += told and right
                found += told
                wanted += right
    return both / max(found, 1), both / max(wanted, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", required=True, help="folder of the tables; weights.tsv is written")
    parser.add_argument("corpus", nargs="+")
    o = parser.parse_args()
    texts = [t for t in corpus.load(o.corpus) if not corpus.is_test(t)]
    found = list(candidates(o.program, o.data, texts))
    with open(f"{o.data}/weights.tsv", "w", encoding="utf-8") as f:
        f.write(HEAD)
        for kind in corpus.KINDS:
            rows = [(text, features, right) for text, k, features, right in found if k == kind]
            labels = sum(x["kind"] == kind for t in texts for x in t["expect"])
            precision, recall = cross_validate(rows)
            right = sum(r for _, _, r in rows)
            print(f"{kind}: {labels} labels, {len(rows)} candidates, {right} right; out of sample"
                  f" precision {precision:.3f}, recall {recall:.3f} of the candidates,"
                  f" {recall * right / max(labels, 1):.3f} of the labels")
            weights = fit([(features, right) for _, features, right in rows])
            for name in sorted(weights):
                if abs(weights[name]) >= 0.005:
                    f.write(f"{kind}\t{name}\t{weights[name]:.2f}\n")


if __name__ == "__main__":
    main()
