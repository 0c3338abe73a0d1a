#!/usr/bin/env python3
"""Makes of articles.jsonl what other outlets would print of them (copies.jsonl), and lists the pairs
(pairs.jsonl). The same articles yield the same files, always; --check says whether these are they."""
import hashlib
import itertools
import json
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SITES = ("kilasnegeri.example", "wartasemesta.example", "portalrakyat.example", "infopublika.example",
         "mediautama.example", "jejakkabar.example")
SIGNATURES = ("(red)", "(ant/kn)", "Editor: Wahyu", "Pewarta: S. Lestari\nEditor: M. Idris", "(*)", "[jk]")
HEADLINE_ENDS = (", Begini Kronologinya", ": Ini Penjelasannya", ", Simak Faktanya", " - Kabar Daerah")
SYNONYMS = (("mengatakan", "menuturkan"), ("karena", "lantaran"), ("sebuah", "satu"),
            ("Menurut", "Kata"), ("sekitar", "kurang lebih"), ("menyebut", "menyatakan"),
            ("setelah", "usai"), ("ujar", "ucap"), ("hanya", "cuma"), ("tidak", "tak"),
            ("sudah", "telah"), ("akan", "bakal"), ("juga", "pun"), ("tutur", "ujar"),
            ("belum", "masih belum"), ("Sebanyak", "Tercatat"), ("seorang", "salah satu"))
DATELINE = re.compile(r"^[A-Z][A-Z .,]{2,40}(?:EXAMPLE)? [–—-] ")


def headline(rng, title):
    clauses = re.split(r", |: |\? ", title)
    if len(clauses) > 1 and len(clauses[-1].split()) > 3:
        return clauses[-1][0].upper() + clauses[-1][1:]
    return title + rng.choice(HEADLINE_ENDS)


def dateline(text, site):
    found = DATELINE.match(text)
    rest = text[found.end():] if found else text
    city = found.group().split(",")[0].strip(" –—-").title() + " " if found else ""
    return f"{city}({site.split('.')[0].title()}) - {rest}"


def cut(text, share):
    """Editors cut from the bottom, by whole paragraphs."""
    kept, words = [], 0
    for paragraph in text.split("\n\n"):
        if kept and words + len(paragraph.split()) / 2 > share * len(text.split()):
            break
        kept.append(paragraph)
        words += len(paragraph.split())
    return "\n\n".join(kept)


def edit(rng, text):
    for old, new in rng.sample(SYNONYMS, len(SYNONYMS) * 2 // 3):
        text = re.sub(rf"\b{old}\b", new, text)
    return text


def insert(text, lines):
    """Lines of the page, after the first paragraphs."""
    paragraphs = text.split("\n\n")
    for at, line in enumerate(lines):
        paragraphs.insert(min(1 + 2 * at, len(paragraphs)), line)
    return "\n\n".join(paragraphs)


def reprint(rng, text, site):
    return dateline(text, site) + "\n\n" + rng.choice(SIGNATURES)


def shorten(rng, text, site):
    return dateline(cut(text, rng.uniform(0.5, 0.7)), site)


def polish(rng, text, site):
    paragraphs = edit(rng, dateline(text, site)).split("\n\n")
    if len(paragraphs) > 4:
        del paragraphs[rng.randrange(2, len(paragraphs) - 1)]
    return "\n\n".join(paragraphs) + "\n\n" + rng.choice(SIGNATURES)


def clutter(rng, text, site, others):
    links = ["Baca juga: " + rng.choice(others)["title"], "ADVERTISEMENT",
             "SCROLL TO CONTINUE WITH CONTENT"]
    return insert(dateline(cut(text, rng.uniform(0.6, 0.9)), site), rng.sample(links, 2))


def polish_and_shorten(rng, text, site):
    return edit(rng, shorten(rng, text, site))


SHAPES = ("reprint", "shorten", "polish", "clutter", "polish_and_shorten")


def copy_of(article, articles, shape):
    rng = random.Random(hashlib.sha256((article["id"] + shape).encode()).hexdigest())
    site = rng.choice(SITES)
    others = [a for a in articles if a["id"][:3] != article["id"][:3]]
    text = (clutter(rng, article["text"], site, others) if shape == "clutter"
            else globals()[shape](rng, article["text"], site))
    return {"id": f"{article['id']}-{shape}", "of": article["id"], "split": article["split"],
            "title": headline(rng, article["title"]), "published": article["published"],
            "site": site, "text": text, "events": article["events"]}


def make_copies(articles):
    """One of each article, two of the first of each happening; the shapes take turns."""
    copies = []
    for n, article in enumerate(articles):
        for turn in range(2 if article["id"].endswith("1") else 1):
            copies.append(copy_of(article, articles, SHAPES[(n + 2 * turn) % len(SHAPES)]))
    return copies


def label(kind, a, b):
    """None when one of both tells of no event of the kind."""
    told = [{e["happening"] for e in x["events"] if e["kind"] == kind} for x in (a, b)]
    if not all(told):
        return None
    if not told[0] & told[1]:
        return "different"
    return "same_text" if b.get("of", b["id"]) == a.get("of", a["id"]) else "same_happening"


def shape_of(kind, what, a, b):
    if what == "same_text":
        return b["id"].split("-")[1]
    if what == "same_happening":
        status = [next(e["status"] for e in x["events"] if e["kind"] == kind) for x in (a, b)]
        return "follow_up" if status[0] != status[1] else "rewritten"
    return "another"


def make_pairs(articles, copies):
    """Within a group each article with each, each with its copies, and the first copy of the group
    with all it is not a copy of."""
    pairs = []
    for _, group in itertools.groupby(articles, key=lambda a: a["id"][:3]):
        group = list(group)
        of_group = [c for c in copies if c["of"] in {a["id"] for a in group}]
        both = list(itertools.combinations(group, 2))
        both += [(a, c) for a in group for c in of_group if c["of"] == a["id"]]
        both += [(a, of_group[0]) for a in group if a["id"] != of_group[0]["of"]]
        for a, b in both:
            for kind in ("SESSION", "VIOLATION", "PLEDGE"):
                what = label(kind, a, b)
                if what:
                    pairs.append({"id": f"{a['id']} {b['id']} {kind}", "split": a["split"],
                                  "a": a["id"], "b": b["id"], "kind": kind, "label": what,
                                  "shape": shape_of(kind, what, a, b)})
    return pairs


def text_of(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def read(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        return f.read()


def main():
    articles = [json.loads(line) for line in read("articles.jsonl").splitlines()]
    copies = make_copies(articles)
    made = {"copies.jsonl": text_of(copies), "pairs.jsonl": text_of(make_pairs(articles, copies))}
    if sys.argv[1:] == ["--check"]:
        return 0 if all(read(name) == text for name, text in made.items()) else 1
    for name, text in made.items():
        with open(os.path.join(HERE, name), "w", encoding="utf-8") as f:
            f.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
