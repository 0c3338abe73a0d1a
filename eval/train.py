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

PENALTY = 4.0  # of the kinds; the best of 1, 2, 4, 8 by cross-validation
STAGE_PENALTY = 8.0  # of what all stages share, and
STAGE_OWN_PENALTY = 30.0  # of what one has of its own; the best of 1 to 30 and 1 to 100
SPLIT_PENALTY = 1.0
VALUE_PENALTY = 4.0
VALUES = ("status", "place", "date", "count")
FOLDS = 5
STEPS = 25
STAGES = ("ALLEGED", "UNDER_REVIEW", "FOUND", "SANCTIONED", "DISMISSED")
RANKS = {"ALLEGED": 0, "UNDER_REVIEW": 1, "FOUND": 2, "SANCTIONED": 3, "DISMISSED": 2}


class Row:
    """A candidate; its label, or None when there is no such event."""

    def __init__(self, text, event, candidate, label):
        self.text, self.kind, self.event = text, candidate["event"]["kind"], event
        self.features = {s["name"] for s in candidate["signs"]}
        self.stages, self.splits = set(candidate["stages"]), set(candidate["splits"])
        self.values, self.told = candidate["values"], candidate["told"]
        self.label, self.right = label, label is not None


def candidates(program, data, texts):
    """The candidates of all texts, as rows."""
    lines = "".join(json.dumps(corpus.article(t), ensure_ascii=False) + "\n" for t in texts)
    done = subprocess.run([program, "classify", "--explain", "--input", "jsonl", "--data", data],
                          input=lines.encode(), stdout=subprocess.PIPE, check=True)
    for text, line in zip(texts, done.stdout.splitlines()):
        found = json.loads(line)["candidates"]
        for kind in corpus.KINDS:
            mine = [c for c in found if c["event"]["kind"] == kind]
            events = [score.of_event(c["event"]) for c in mine]
            labels = [x for x in text["expect"] if x["kind"] == kind]
            label_of = {id(event): label for label, event in score.pair(labels, events)}
            for c, event in zip(mine, events):
                yield Row(text["id"], event, c, label_of.get(id(event)))


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


def fit(rows, penalty):
    """Weights by name; rows are (features, right)."""
    names = sorted({name for features, _ in rows for name in features})
    index = {name: i for i, name in enumerate(names)}
    sparse = [([index[name] for name in features], right) for features, right in rows]
    w = [0.0] * len(names)
    for _ in range(STEPS):
        gradient = [-penalty * x if name != "BIAS" else 0 for name, x in zip(names, w)]
        hessian = [[0.0] * len(names) for _ in names]
        for i, name in enumerate(names):
            hessian[i][i] = penalty if name != "BIAS" else 1e-6
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


def folds(rows):
    """(training rows, rows held out), five times; all of a text on one side."""
    texts = sorted({row.text for row in rows})
    fold_of = {text: i % FOLDS for i, text in enumerate(texts)}
    for fold in range(FOLDS):
        yield ([r for r in rows if fold_of[r.text] != fold],
               [r for r in rows if fold_of[r.text] == fold])


def fit_kind(rows):
    return fit([(r.features, r.right) for r in rows], PENALTY)


def cross_validate(rows):
    """Precision and recall among candidates, out of sample."""
    both = found = wanted = 0
    for train, held_out in folds(rows):
        weights = fit_kind(train)
        for row in held_out:
            told = probability(weights, row.features) >= 0.5
            both += told and row.right
            found += told
            wanted += row.right
    return both / max(found, 1), both / max(wanted, 1)


def stage_parameters(stage, sign):
    """What a sign such as FOUND_FIRM says for `stage`: as its own, or as a later or earlier one's."""
    if sign == "BIAS":
        return [(stage, "BIAS")]
    of = next(s for s in STAGES if sign.startswith(s + "_"))
    kind = sign[len(of) + 1:]
    if of == stage:
        return [("OWN", kind), (stage, kind)]
    return [("LATER" if RANKS[of] > RANKS[stage] else "EARLIER", kind)]


def stage_vector(stage, signs):
    vector = {}
    for sign in signs:
        for name in stage_parameters(stage, sign):
            vector[name] = vector.get(name, 0) + 1
    return vector


def add_choice(vectors, chosen, w, gradient, hessian):
    """One case's share in the derivatives of the log-likelihood."""
    scores = [sum(w[i] * v for i, v in vector.items()) for vector in vectors]
    exps = [math.exp(x - max(scores)) for x in scores]
    chances = [x / sum(exps) for x in exps]
    mean = {}
    for vector, chance in zip(vectors, chances):
        for i, v in vector.items():
            mean[i] = mean.get(i, 0) + chance * v
            for k, u in vector.items():
                hessian[i][k] += chance * v * u
    for i, v in vectors[chosen].items():
        gradient[i] += v
    for i, v in mean.items():
        gradient[i] -= v
        for k, u in mean.items():
            hessian[i][k] -= v * u


def fit_stages(rows):
    """Conditional logit (McFadden 1974) among the stages that a case's text tells: what a firm word
    or the headline says is learned from all stages together, as some have few cases."""
    choices = [(told(r.stages), r) for r in rows]
    choices = [(t, r) for t, r in choices if len(t) > 1 and r.label["status"] in t]
    names = sorted({name for t, r in choices for s in t for name in stage_vector(s, r.stages)})
    index = {name: i for i, name in enumerate(names)}
    penalties = [STAGE_OWN_PENALTY if stage in STAGES and kind != "BIAS" else STAGE_PENALTY
                 for stage, kind in names]
    data = [([{index[n]: v for n, v in stage_vector(s, r.stages).items()} for s in t],
             t.index(r.label["status"])) for t, r in choices]
    w = [0.0] * len(names)
    for _ in range(STEPS):
        gradient = [-p * x for p, x in zip(penalties, w)]
        hessian = [[p if i == k else 0.0 for k in range(len(names))]
                   for i, p in enumerate(penalties)]
        for vectors, chosen in data:
            add_choice(vectors, chosen, w, gradient, hessian)
        step = solve(hessian, gradient)
        w = [x + s for x, s in zip(w, step)]
        if max(abs(s) for s in step) < 1e-6:
            break
    weights = dict(zip(names, w))
    signs = sorted({sign for r in rows for sign in r.stages})
    return {stage: {sign: sum(weights.get(n, 0) for n in stage_parameters(stage, sign))
                    for sign in signs} for stage in STAGES}


def split_rows(rows, texts):
    """(signs, right) of each case that was split off, when everything is split off. In a text with
    one case no split is right; otherwise one is when its case pairs with a label, unless nothing
    before it did."""
    cases = {t["id"]: sum(x["kind"] == "VIOLATION" and x.get("scope", "CASE") == "CASE"
                          for x in t["expect"]) for t in texts}
    seen = set()
    for row in rows:
        if row.kind != "VIOLATION" or not (row.splits or row.stages):
            continue
        if row.splits:
            yield row.splits, row.right and cases[row.text] > 1 and row.text in seen
        if row.right:
            seen.add(row.text)


def told(stages):
    return [s for s in STAGES
            if {f"{s}_FIRM", f"{s}_SOFT", f"{s}_HEADLINE"} & stages] or ["ALLEGED"]


def stage_accuracy(rows):
    """How many statuses are right, out of sample."""
    hits = 0
    for train, held_out in folds(rows):
        weights = fit_stages(train)
        for row in held_out:
            best = max(told(row.stages),
                       key=lambda s: sum(weights[s].get(name, 0) for name in row.stages))
            hits += best == row.label["status"]
    return hits / max(len(rows), 1)


def value_rows(rows, field):
    """(text, signs, right) of the values that are told of events that are."""
    key = score.decides(field)
    for row in rows:
        if row.told and row.right and row.event[key] and key in row.label:
            yield row.text, row.values, score.same(field, row.label, row.event)


def fit_values(rows):
    """How sure each value is; says how well that is calibrated out of sample."""
    weights = {}
    for field in VALUES:
        mine = list(value_rows(rows, field))
        given = []
        texts = sorted({text for text, _, _ in mine})
        fold_of = {text: i % FOLDS for i, text in enumerate(texts)}
        for fold in range(FOLDS):
            fitted = fit([(s, r) for text, s, r in mine if fold_of[text] != fold], VALUE_PENALTY)
            given += [(probability(fitted, s), r) for text, s, r in mine if fold_of[text] == fold]
        print(f"{field}: {len(mine)} values, {sum(r for _, _, r in mine) / len(mine):.3f} right;"
              f" out of sample calibration error {score.calibration_error(given):.3f}")
        weights[field] = fit([(s, r) for _, s, r in mine], VALUE_PENALTY)
    return weights


def write(path, head, weights):
    with open(path, "w", encoding="utf-8") as f:
        f.write(head)
        for group, values in weights.items():
            for name in sorted(values):
                if abs(values[name]) >= 0.005:
                    f.write(f"{group}\t{name}\t{values[name]:.2f}\n")


def report(kind, rows, texts):
    labels = sum(x["kind"] == kind for t in texts for x in t["expect"])
    precision, recall = cross_validate(rows)
    right = sum(r.right for r in rows)
    print(f"{kind}: {labels} labels, {len(rows)} candidates, {right} right; out of sample"
          f" precision {precision:.3f}, recall {recall:.3f} of the candidates,"
          f" {recall * right / max(labels, 1):.3f} of the labels")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", required=True, help="folder of the tables; the weights go there")
    parser.add_argument("corpus", nargs="+")
    o = parser.parse_args()
    texts = [t for t in corpus.load(o.corpus) if not corpus.is_test(t)]
    split_file = f"{o.data}/split_weights.tsv"
    write(split_file, "sign\tweight\n", {})
    splits = list(split_rows(candidates(o.program, o.data, texts), texts))
    with open(split_file, "a", encoding="utf-8") as f:
        f.writelines(f"{name}\t{weight:.2f}\n"
                     for name, weight in sorted(fit(splits, SPLIT_PENALTY).items()))
    print(f"splits: {len(splits)}, {sum(right for _, right in splits)} right")
    rows = list(candidates(o.program, o.data, texts))
    cases = [r for r in rows if r.kind == "VIOLATION" and r.right and r.stages
             and r.label.get("scope", "CASE") == "CASE"]
    print(f"stages: {len(cases)} cases, {stage_accuracy(cases):.3f} right out of sample")
    by_kind = {kind: [r for r in rows if r.kind == kind] for kind in corpus.KINDS}
    for kind, mine in by_kind.items():
        report(kind, mine, texts)
    write(f"{o.data}/weights.tsv", "kind\tfeature\tweight\n",
          {kind: fit_kind(mine) for kind, mine in by_kind.items()})
    write(f"{o.data}/stage_weights.tsv", "status\tsign\tweight\n", fit_stages(cases))
    write(f"{o.data}/certainty_weights.tsv", "field\tsign\tweight\n", fit_values(rows))


if __name__ == "__main__":
    main()
