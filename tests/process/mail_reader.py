#!/usr/bin/python3
"""Reads mails with a reader that knows nothing of netral, and prints what it found as one line of JSON:
a list. Usage: mail_reader.py FILE..."""

import email
import email.policy
import html.parser
import json
import sys

VOID = {"br", "hr", "meta"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.links, self.text = [], set(), set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text.append(data)


def read(path):
    with open(path, "rb") as f:
        raw = f.read()
    assert raw.isascii()
    assert max(len(line) for line in raw.splitlines()) <= 998
    mail = email.message_from_bytes(raw, policy=email.policy.default + email.policy.strict)
    assert mail.get_content_type() == "multipart/alternative", mail.get_content_type()
    plain, rich = mail.get_payload()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    for part in (plain, rich):
        assert part.get_content_charset() == "utf-8"
        assert max(len(line) for line in part.get_payload(decode=False).splitlines()) <= 76
    page = Page()
    page.feed(rich.get_content())
    page.close()
    assert page.open == [], page.open
    return {
        "headers": {name.lower(): str(value) for name, value in mail.items()},
        "names": [name.lower() for name in mail.keys()],
        "to": [a.addr_spec for a in mail["To"].addresses],
        "plain": plain.get_content(),
        "html": "".join(page.text),
        "tags": " ".join(sorted(page.tags)),
        "attributes": " ".join(sorted(page.attributes)),
        "links": page.links,
        "bytes": len(raw),
    }


print(json.dumps([read(path) for path in sys.argv[1:]]))
