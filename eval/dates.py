#!/usr/bin/env python3
"""Scores the dates of `netral extract` on real pages: a file of truths, {address: {"file", "date"}}
as htmldate's evaluation has it, and the folders that its pages are in.

Counted are pages whose truth is a day. A page without text is no article and has no date here. The
day is the one told, in the zone that the page tells it in; truths are often taken in UTC."""
import argparse
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys


def is_of_half(file, half):
    """Pages are parted by their names, so that one half can stay unseen."""
    return half is None or int(hashlib.sha1(file.encode()).hexdigest(), 16) % 2 == half


def load(path, folders, half):
    with open(path, encoding="utf-8") as f:
        truths = json.load(f)
    for address, truth in sorted(truths.items()):
        date = str(truth["date"])
        found = [p for p in (os.path.join(d, truth["file"]) for d in folders) if os.path.exists(p)]
        if found and re.fullmatch(r"\d{4}-\d\d-\d\d", date) and is_of_half(truth["file"], half):
            yield address, found[0], date


def utc_day(told):
    if len(told) < 20:
        return None
    time = datetime.datetime.fromisoformat(told.replace("Z", "+00:00"))
    return time.astimezone(datetime.timezone.utc).date().isoformat() if time.tzinfo else None


def extract(program, page):
    done = subprocess.run([program, "extract", "--json", page], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    return json.loads(done.stdout) if done.returncode == 0 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--list", action="store_true", help="print what differs from the truth")
    parser.add_argument("truths")
    parser.add_argument("folders", nargs="+")
    o = parser.parse_args()
    counts = dict.fromkeys(("pages", "articles", "found", "same day", "same day in UTC"), 0)
    for address, page, date in load(o.truths, o.folders, o.half):
        article = extract(o.program, page)
        told = (article or {}).get("published") or ""
        same, same_utc = told[:10] == date, utc_day(told) == date
        for name, holds in zip(counts, (True, article, told, same, same or same_utc)):
            counts[name] += bool(holds)
        if o.list and not same:
            print(f"{date} {told or '-':25} {'' if article else '(no text) '}{page} {address}")
    print(", ".join(f"{name} {n}" for name, n in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
