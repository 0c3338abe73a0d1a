"""Labelled texts: one JSON object a line, see tests/corpus/README.md."""
import glob
import json
import os

KINDS = ("SESSION", "VIOLATION", "PLEDGE")


def load(paths):
    """Texts of all files, in order; folders stand for their *.jsonl."""
    texts = []
    for path in paths:
        files = sorted(glob.glob(os.path.join(path, "*.jsonl"))) if os.path.isdir(path) else [path]
        for name in files:
            with open(name, encoding="utf-8") as f:
                texts += [json.loads(line) for line in f if line.strip()]
    return texts


def is_test(text):
    """A third is kept aside; the id decides, so that a text never moves when others are added."""
    return text.get("split", "train") == "test"


def article(text):
    """What a classifier may see of a labelled text."""
    return {key: text.get(key, "") for key in ("id", "url", "title", "published", "text")}
