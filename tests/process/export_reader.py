#!/usr/bin/python3
"""Reads an exported file with a reader that knows nothing of netral, and prints what it found as one
line of JSON. Usage: export_reader.py csv|semicolon|parquet-csv|atom|ics FILE"""

import csv
import datetime
import json
import sys


def rows(path, encoding, delimiter):
    with open(path, encoding=encoding, newline="") as f:
        reader = csv.reader(f, delimiter=delimiter, strict=True)
        head, *rest = list(reader)
    for row in rest:
        assert len(row) == len(head), row
    return [dict(zip(head, row)) for row in rest]


INTEGERS = {"count", "seq", "reports", "alleged", "under_review", "found", "sanctioned", "dismissed"}
DAYS = {"date_first", "date_last", "as_of_first", "as_of_last"}
LISTS = {"subjects", "conduct", "people", "institutions", "sanctions", "legal_basis",
         "report_urls"}


def typed(name, value):
    if value == "":
        return None
    if name in INTEGERS:
        return int(value)
    if name == "confidence":
        return float(value)
    if name in LISTS:
        assert isinstance(json.loads(value), list)
        return json.loads(value)
    if name in DAYS:
        return datetime.date.fromisoformat(value).isoformat()
    if name == "recorded":
        return datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").isoformat()
    return value


# What a spreadsheet runs, or takes for another line or another cell.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def read_for_people(path, delimiter):
    table = rows(path, "utf-8-sig", delimiter)
    for row in table:
        for value in row.values():
            assert not value.lstrip().startswith(FORMULA), value
            assert not any(ord(c) < 32 for c in value), value
    return table


def read_parquet_csv(path):
    return [{k: typed(k, v) for k, v in row.items()} for row in rows(path, "utf-8", ",")]


def read_atom(path):
    import feedparser
    import xml.etree.ElementTree as ElementTree

    ElementTree.parse(path)  # feedparser mends what is not well-formed
    feed = feedparser.parse(path)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "atom10", feed.version
    return {
        "id": feed.feed.id,
        "title": feed.feed.title,
        "author": feed.feed.author,
        "updated": list(feed.feed.updated_parsed),
        "entries": [{
            "id": e.id,
            "title": e.title,
            "updated": list(e.updated_parsed),
            "link": e.get("link"),
            "terms": [t.term for t in e.tags],
            "content": e.content[0].value,
        } for e in feed.entries],
    }


def read_ics(path):
    import icalendar

    with open(path, "rb") as f:
        content = f.read()
    *lines, rest = content.split(b"\r\n")
    assert rest == b"" and all(len(line) <= 75 for line in lines)
    assert not any(c in line for line in lines for c in b"\r\n")
    calendar = icalendar.Calendar.from_ical(content)
    events = calendar.walk("VEVENT")
    for event in events:
        assert not event.errors, event.errors
    return [{
        "uid": str(e["UID"]),
        "start": e.decoded("DTSTART").isoformat(),
        "end": e.decoded("DTEND").isoformat(),
        "summary": str(e["SUMMARY"]),
        "status": str(e["STATUS"]),
        "sequence": int(e["SEQUENCE"]),
        "location": str(e.get("LOCATION", "")),
        "description": str(e.get("DESCRIPTION", "")),
    } for e in events]


READERS = {
    "csv": lambda path: read_for_people(path, ","),
    "semicolon": lambda path: read_for_people(path, ";"),
    "parquet-csv": read_parquet_csv,
    "atom": read_atom,
    "ics": read_ics,
}

if __name__ == "__main__":
    print(json.dumps(READERS[sys.argv[1]](sys.argv[2])))
