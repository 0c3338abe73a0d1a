#!/usr/bin/env python3
"""Checks labelled texts: keys, values, area codes, names that stand in the text, ids said once."""
import argparse
import json
import re
import sys

import corpus

STATUSES = {"SESSION": {"HELD", "PLANNED"}, "PLEDGE": {"MADE", "PLANNED"},
            "VIOLATION": {"ALLEGED", "UNDER_REVIEW", "FOUND", "SANCTIONED", "DISMISSED"}}
SUBJECTS = {"ASN", "NON_ASN", "VILLAGE", "TNI", "POLRI", "ELECTION_BODY"}
CONDUCTS = {"SOCIAL_MEDIA", "CAMPAIGN_ATTENDANCE", "ENDORSEMENT", "MOBILISATION",
            "PHOTO_OR_GESTURE", "PARTY_TIES", "CANDIDACY", "STATE_RESOURCES", "DECISION", "OTHER"}
SANCTIONS = {"moral", "light", "medium", "heavy", "transfer", "removal", "dismissal"}
QUALIFIERS = {"exact", "about", "at least", "several", None}
TEXT_KEYS = {"id", "split", "title", "published", "text", "note", "expect"}
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def event_faults(event, text, codes):
    kind = event.get("kind")
    if event.get("status") not in STATUSES.get(kind, ()):
        yield f"{kind} has no status {event.get('status')}"
    if event.get("place") not in codes | {None}:
        yield f"no area has the code {event['place']}"
    if event.get("date") and not DATE.fullmatch(event["date"]):
        yield f"{event['date']} is no date"
    if event.get("qualifier") not in QUALIFIERS:
        yield f"{event['qualifier']} is no qualifier"
    for name, values in (("subjects", SUBJECTS), ("conduct", CONDUCTS), ("sanctions", SANCTIONS)):
        if set(event.get(name, ())) - values:
            yield f"{name} {sorted(set(event[name]) - values)}"
    if event.get("scope", "CASE") not in ("CASE", "TOTAL"):
        yield f"scope {event['scope']}"
    for person in event.get("people", ()):
        if person["name"] not in text["text"]:
            yield f"{person['name']} does not stand in the text"


def text_faults(text, codes):
    if set(text) != TEXT_KEYS:
        yield f"keys {sorted(set(text) ^ TEXT_KEYS)} are missing or too many"
        return
    if text["split"] not in ("train", "test"):
        yield f"split {text['split']}"
    if text["published"] and not re.fullmatch(r"\d{4}-\d\d-\d\d", text["published"]):
        yield f"{text['published']} is no day"
    for event in text["expect"]:
        yield from event_faults(event, text, codes)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", required=True, help="data/areas.tsv")
    parser.add_argument("corpus", nargs="+")
    o = parser.parse_args()
    with open(o.areas, encoding="utf-8") as f:
        codes = {line.split("\t")[0] for line in f}
    texts, wrong, ids = corpus.load(o.corpus), 0, set()
    for text in texts:
        faults = list(text_faults(text, codes))
        if text["id"] in ids:
            faults.append("this id was there before")
        ids.add(text["id"])
        for fault in faults:
            print(f"{text['id']}: {fault}")
        wrong += len(faults)
    print(json.dumps({"texts": len(texts), "wrong": wrong,
                      "silent": sum(not t["expect"] for t in texts),
                      "test": sum(corpus.is_test(t) for t in texts)}))
    return 1 if wrong or not texts else 0


if __name__ == "__main__":
    sys.exit(main())
