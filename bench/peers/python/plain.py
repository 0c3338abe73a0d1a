"""The plain phrase classification of bench/plain.h, twice: word n-grams (the reference that every
side is checked against, standard library only) and Aho-Corasick (what the peers run)."""
import re

SCORE_MAX = 1023
TITLE_FACTOR = 3
NEGATIONS = {"tidak", "bukan", "tanpa"}
WORD = re.compile("[a-z0-9\u0080-\U0010ffff]+")
TWO_WORDS_BEFORE = 64  # characters looked at for the two words before a hit


class Table:
    def __init__(self, path):
        self.phrases = {}
        self.first_words = {}
        for line in open(path, encoding="utf-8"):
            category, weight, phrase = line.rstrip("\n").split("\t")
            self.phrases[phrase] = (category, int(weight))
            words = WORD.findall(phrase)
            self.first_words[words[0]] = max(self.first_words.get(words[0], 0), len(words))

    def automaton(self):
        import ahocorasick
        built = ahocorasick.Automaton()
        for phrase, (category, weight) in self.phrases.items():
            built.add_word(phrase, (len(phrase), category, weight))
        built.make_automaton()
        return built


def choose(sums):
    best, score = "lain", 0
    for category in sorted(sums):
        if sums[category] > score:
            best, score = category, sums[category]
    return best, min(score, SCORE_MAX)


def classify_ngram(table, text):
    lower = text.lower()
    title_end = lower.find("\n")
    words = list(WORD.finditer(lower))
    sums = {}
    for i, word in enumerate(words):
        longest = table.first_words.get(word.group(), 0)
        for last in words[i:i + longest]:
            phrase = table.phrases.get(lower[word.start():last.end()])
            if not phrase or any(w.group() in NEGATIONS for w in words[max(0, i - 2):i]):
                continue
            factor = TITLE_FACTOR if word.start() < title_end else 1
            sums[phrase[0]] = sums.get(phrase[0], 0) + phrase[1] * factor
    return choose(sums)


def is_word(c):
    return "a" <= c <= "z" or "0" <= c <= "9" or c >= "\u0080"


def is_negated(lower, at):
    before = WORD.findall(lower, max(0, at - TWO_WORDS_BEFORE), at)
    return any(word in NEGATIONS for word in before[-2:])


def classify_automaton(automaton, text):
    lower = text.lower()
    title_end = lower.find("\n")
    sums = {}
    for last, (length, category, weight) in automaton.iter(lower):
        start, end = last - length + 1, last + 1
        if start and is_word(lower[start - 1]) or end < len(lower) and is_word(lower[end]):
            continue
        if is_negated(lower, start):
            continue
        factor = TITLE_FACTOR if start < title_end else 1
        sums[category] = sums.get(category, 0) + weight * factor
    return choose(sums)
