"""Every side must have found the same: (article, category, score) over the whole corpus."""
import hashlib

from .processes import Failed


def digest(rows):
    """Of (number, category, score), in the order of the numbers."""
    h = hashlib.sha256()
    count = 0
    for number, category, score in sorted(rows):
        h.update(f"{number}\t{category}\t{score}\n".encode())
        count += 1
    return f"{count}:{h.hexdigest()}"


def read_tsv(path):
    for line in open(path, encoding="utf-8"):
        number, category, score = line.rstrip("\n").split("\t")
        yield int(number), category, int(score)


class Agreement:
    """Remembers the first digest for a number of articles, and fails at the first that differs."""

    def __init__(self):
        self.first = {}

    def check(self, side, count, rows):
        found = digest(rows)
        name, expected = self.first.setdefault(count, (side, found))
        if found != expected:
            raise Failed(f"{side} and {name} classified {count} articles differently: "
                         f"{found} and {expected}")
        return found
