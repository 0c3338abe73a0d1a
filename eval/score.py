"""Compares events with labels.

Events and labels of one text and one kind are paired so that most fields agree; what stays alone is a
false event or a missed one. Fields are compared within pairs only."""
import itertools

from corpus import KINDS

SURE = ("status", "place", "date", "count")  # values with a confidence of their own
LISTS = ("subjects", "conduct", "legal_basis", "sanctions")
MAX_PERMUTED = 6
BINS = 10


def of_event(event):
    """A classifier's event in the form of a label."""
    place, date, count = event["place"], event["date"], event["count"]
    return {
        "kind": event["kind"], "status": event["status"],
        "place": place["code"] if place else None,
        "date": date["value"] if date else None,
        "count": count["value"] if count and count["qualifier"] != "several" else None,
        "qualifier": count["qualifier"] if count else None,
        "subjects": event["subjects"], "conduct": event["conduct"],
        "legal_basis": event["legal_basis"],
        "sanctions": sorted({s.split()[0] for s in event["sanctions"]}),
        "institutions": event["institutions"],
        "people": event["people"],
        "election": event["election"] or None,
        "scope": event["scope"], "confidence": event["confidence"],
        "sure": event.get("sure", {}),
    }


WEIGHTS = {"scope": 4, "place": 3, "date": 2, "status": 2, "count": 1}


def agreement(label, event):
    return sum(weight for name, weight in WEIGHTS.items()
               if name in label and label[name] == event.get(name))


def pair(labels, events):
    """The pairs with most agreement, as (label, event)."""
    if len(labels) > len(events):
        return [(a, b) for b, a in pair(events, labels)]
    if len(events) > MAX_PERMUTED:
        events = events[:MAX_PERMUTED]
        labels = labels[:MAX_PERMUTED]
    best, best_points = [], -1
    for order in itertools.permutations(events, len(labels)):
        points = sum(agreement(a, b) for a, b in zip(labels, order))
        if points > best_points:
            best, best_points = list(zip(labels, order)), points
    return best


class Rate:
    """So many of so many."""

    def __init__(self):
        self.hits = self.all = 0

    def add(self, hit):
        self.hits += bool(hit)
        self.all += 1

    def value(self):
        return self.hits / self.all if self.all else None

    @staticmethod
    def sum(rates):
        total = Rate()
        for rate in rates:
            total.hits += rate.hits
            total.all += rate.all
        return total


class Overlap:
    """Precision, recall and F1 over sets."""

    def __init__(self):
        self.both = self.found = self.wanted = 0

    def add(self, wanted, found):
        self.both += len(set(wanted) & set(found))
        self.found += len(set(found))
        self.wanted += len(set(wanted))

    def precision(self):
        return self.both / self.found if self.found else 1.0

    def recall(self):
        return self.both / self.wanted if self.wanted else 1.0

    def f1(self):
        total = self.found + self.wanted
        return 2 * self.both / total if total else 1.0


def qualifier(x):
    """The classifier prints "at least", labels may say "at_least"."""
    return x["qualifier"].replace("_", " ") if x["qualifier"] else None


def same_count(label, event):
    return label.get("count") == event["count"] and qualifier(label) == qualifier(event)


def decides(name):
    """The key of a label that says whether a value is told."""
    return "qualifier" if name == "count" else name


def same(name, label, event):
    return same_count(label, event) if name == "count" else label[name] == event[name]


def names(people):
    return {p["name"] for p in people}


def calibration_error(given):
    """Expected calibration error (Naeini et al., AAAI 2015), ten bins of equal width; `given` are
    pairs of a confidence and whether it was right."""
    bins = [[] for _ in range(BINS)]
    for confidence, right in given:
        bins[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    return sum(abs(sum(c for c, _ in b) - sum(r for _, r in b)) for b in bins) / max(len(given), 1)


class Score:
    def __init__(self):
        self.kinds = {kind: Overlap() for kind in KINDS}
        self.silent = Rate()
        self.false_events = 0
        self.texts = 0
        self.told = {name: Rate() for name in ("place", "date", "count", "election")}
        self.untold = {name: Rate() for name in ("place", "date", "count", "election")}
        self.status = {kind: Rate() for kind in KINDS}
        self.scope = Rate()
        self.lists = {name: Overlap() for name in LISTS + ("institutions", "people")}
        self.given = []   # (confidence, right) of each event
        self.sure = {name: [] for name in SURE}  # the same of values
        self.worst = []   # (faults, text id, what is wrong)

    def add(self, text, events):
        labels = text["expect"]
        found = [of_event(e) for e in events]
        faults = []
        self.texts += 1
        if not labels:
            self.silent.add(not found)
            self.false_events += len(found)
        for kind in KINDS:
            self._add_kind(kind, [x for x in labels if x["kind"] == kind],
                           [x for x in found if x["kind"] == kind], faults)
        if faults:
            self.worst.append((sum(weight for weight, _ in faults), text["id"],
                               [what for _, what in faults]))

    def _add_kind(self, kind, labels, events, faults):
        pairs = pair(labels, events)
        self.kinds[kind].both += len(pairs)
        self.kinds[kind].wanted += len(labels)
        self.kinds[kind].found += len(events)
        paired = [id(event) for _, event in pairs]
        for event in events:
            right = id(event) in paired
            self.given.append((event["confidence"], right))
            if not right:
                faults.append((3, f"false {kind} {event['status']} {event['place']}"))
        matched = [id(label) for label, _ in pairs]
        for label in labels:
            if id(label) not in matched:
                faults.append((3, f"missed {kind} {label['status']} {label.get('place')}"))
        for label, event in pairs:
            self._add_fields(kind, label, event, faults)

    def _add_sureness(self, label, event):
        for name in SURE:
            if name in event["sure"] and decides(name) in label:
                self.sure[name].append((event["sure"][name], same(name, label, event)))

    def _add_fields(self, kind, label, event, faults):
        """What a label leaves out is not compared."""
        self._add_sureness(label, event)
        self.status[kind].add(label["status"] == event["status"])
        if label["status"] != event["status"]:
            faults.append((1, f"{kind} status {event['status']}, is {label['status']}"))
        if "scope" in label:
            self.scope.add(label["scope"] == event["scope"])
        for name in ("place", "date", "count", "election"):
            self._add_single(kind, name, label, event, faults)
        for name in LISTS:
            if name not in label:
                continue
            self.lists[name].add(label[name], event[name])
            if set(label[name]) != set(event[name]):
                faults.append((0.2, f"{kind} {name} {sorted(event[name])}, is {sorted(label[name])}"))
        if "institutions" in label:
            self.lists["institutions"].add(label["institutions"], event["institutions"])
        if "people" in label:
            self.lists["people"].add(names(label["people"]), names(event["people"]))

    def _add_single(self, kind, name, label, event, faults):
        key = decides(name)
        if key not in label:
            return
        right = same(name, label, event)
        (self.untold if label[key] is None else self.told)[name].add(right)
        if not right:
            faults.append((0.2 if name == "election" else 1,
                           f"{kind} {name} {event[name]} {event[key]}, "
                           f"is {label.get(name)} {label[key]}"))

    def overall(self):
        total = Overlap()
        for o in self.kinds.values():
            total.both += o.both
            total.found += o.found
            total.wanted += o.wanted
        return total

    def calibration_error(self):
        return calibration_error(self.given)
