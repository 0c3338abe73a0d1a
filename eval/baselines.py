"""What a user would have without netral: a keyword filter, and a bag of words.

Both tell kinds only, at most one event of each in a text."""
import os
import re
import shutil
import subprocess
import tempfile

from corpus import KINDS

HERE = os.path.dirname(os.path.abspath(__file__))


def event(kind):
    """An event of which nothing but the kind is known."""
    return {"kind": kind, "status": None, "place": None, "date": None, "count": None,
            "subjects": [], "conduct": [], "institutions": [], "people": [], "sanctions": [],
            "legal_basis": [], "election": None, "scope": "CASE", "confidence": 1.0}


def whole(text):
    return f"{text['title']}\n{text['text']}".lower()


def keywords(texts):
    """Words from a table, no context: an afternoon's work."""
    words = {}
    with open(os.path.join(HERE, "keywords.tsv"), encoding="utf-8") as f:
        for line in list(f)[1:]:
            kind, word = line.rstrip("\n").split("\t")
            words.setdefault(kind, []).append(word)
    patterns = {kind: re.compile("|".join(rf"\b{re.escape(w)}" for w in found))
                for kind, found in words.items()}
    results = []
    for text in texts:
        content = whole(text)
        on_topic = patterns["SUBJECT"].search(content) and patterns["TOPIC"].search(content)
        results.append([event(kind) for kind in KINDS
                        if on_topic and patterns[kind].search(content)])
    return results


def have_liblinear():
    return shutil.which("liblinear-train") is not None


class BagOfWords:
    """Which words a text has, and liblinear's logistic regression for each kind."""

    def __init__(self, train, folder):
        self.index = {}
        self.models = {}
        rows = [self._row(text, True) for text in train]
        for kind in KINDS:
            data = os.path.join(folder, f"{kind}.train")
            self.models[kind] = os.path.join(folder, f"{kind}.model")
            with open(data, "w", encoding="ascii") as f:
                for text, row in zip(train, rows):
                    label = any(x["kind"] == kind for x in text["expect"])
                    f.write(f"{'+1' if label else '-1'} {row}\n")
            subprocess.run(["liblinear-train", "-s", "0", "-c", "1", "-q", data,
                            self.models[kind]], check=True)

    def _row(self, text, grow):
        numbers = set()
        for word in re.findall(r"[a-z]+", whole(text)):
            if grow:
                self.index.setdefault(word, len(self.index) + 1)
            if word in self.index:
                numbers.add(self.index[word])
        return " ".join(f"{n}:1" for n in sorted(numbers))

    def classify(self, texts, folder):
        results = [[] for _ in texts]
        data, out = os.path.join(folder, "test"), os.path.join(folder, "out")
        with open(data, "w", encoding="ascii") as f:
            f.writelines(f"+1 {self._row(text, False)}\n" for text in texts)
        for kind in KINDS:
            subprocess.run(["liblinear-predict", "-q", data, self.models[kind], out], check=True)
            with open(out, encoding="ascii") as f:
                for found, line in zip(results, f):
                    if int(line) > 0:
                        found.append(event(kind))
        return results


def bag_of_words(train, texts):
    with tempfile.TemporaryDirectory() as folder:
        return BagOfWords(train, folder).classify(texts, folder)
