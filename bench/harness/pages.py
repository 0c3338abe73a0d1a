"""Pages for the extraction bench: those of tests/corpus/pages, blown up to the size that real ones
have, or a folder of real ones in the form of the public benchmark."""
import glob
import gzip
import json
import os
import random
import shutil

PAGE_BYTES = 100_000
# Of what is added: programs and styles; the rest is markup, as on the pages of big outlets.
SCRIPT_SHARE, STYLE_SHARE = 0.3, 0.15
WORDS = ("warga kota pasar jalan sekolah pelabuhan kebun sungai harga cabai nelayan hujan jembatan "
         "kereta panen festival museum perahu gunung desa guru dokter taman stadion beras").split()


def phrase(rng, low, high):
    return " ".join(rng.choices(WORDS, k=rng.randint(low, high))).capitalize()


def script(rng):
    return (f'window.dataLayer.push({{"event":"e{rng.randint(1, 9999)}",'
            f'"id":"{rng.getrandbits(64):x}","f":function(a,b){{if(a<b&&b>{rng.randint(1, 99)})'
            f'{{return "<p>"+a+"<\\/p>"}}}}}});\n')


def style(rng):
    return (f".{rng.choice(WORDS)}-{rng.randint(1, 999)}>a:hover,#x{rng.randint(1, 999)} span"
            f"{{display:flex;margin:{rng.randint(0, 40)}px;color:#{rng.getrandbits(24):06x}}}\n")


def card(rng):
    title, number = phrase(rng, 6, 10), rng.randint(1, 10 ** 7)
    return (f'<div class="card media" id="c{number}"><div class="card__thumb">'
            f'<img class="lazyload" data-src="https://cdn.example/{rng.getrandbits(64):x}/'
            f'240x160/{number}.jpg" '
            f'alt="{phrase(rng, 3, 5)}" width="240" height="160"></div><div class="card__body">'
            f'<span class="card__cat">{rng.choice(WORDS)}</span><h3 class="card__title">'
            f'<a class="card__link" href="/read/{number}" data-index="{rng.randint(0, 40)}">'
            f'{title}</a></h3><span class="card__date">{rng.randint(1, 59)} menit lalu</span>'
            f'</div></div>\n')


def fill(make, rng, size):
    parts, length = [], 0
    while length < size:
        parts.append(make(rng))
        length += len(parts[-1])
    return "".join(parts)


def insert(page, mark, text, at_end):
    at = page.lower().find(mark)
    if at < 0:
        at = len(page) if at_end else 0
    return page[:at] + text.encode("ascii") + page[at:]


def blow_up(page, rng):
    missing = max(0, PAGE_BYTES - len(page))
    head = ("<script>\n" + fill(script, rng, missing * SCRIPT_SHARE) + "</script>\n<style>\n" +
            fill(style, rng, missing * STYLE_SHARE) + "</style>\n")
    cards = fill(card, rng, missing * (1 - SCRIPT_SHARE - STYLE_SHARE))
    body = '<section class="sidebar related"><h2>Berita Terkini</h2>\n' + cards + "</section>\n"
    return insert(insert(page, b"</body>", body, True), b"</head>", head, False)


def make(source, folder):
    """Writes the blown-up pages of `source` to `folder`. Returns the true texts by file name."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    truths = {}
    for path in sorted(glob.glob(os.path.join(source, "*.json"))):
        name = os.path.basename(path)[:-5] + ".html"
        with open(path, encoding="utf-8") as f:
            truths[name] = json.load(f)["text"]
        with open(path[:-5] + ".html", "rb") as f:
            page = blow_up(f.read(), random.Random(name))
        with open(os.path.join(folder, name), "wb") as f:
            f.write(page)
    return truths


def unpack(source, folder):
    """Likewise for html/*.html.gz and ground-truth.json of the article-extraction benchmark."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(os.path.join(source, "ground-truth.json"), encoding="utf-8") as f:
        truths = {f"{key}.html": page["articleBody"] for key, page in json.load(f).items()}
    for name in truths:
        with gzip.open(os.path.join(source, "html", name + ".gz")) as packed, \
                open(os.path.join(folder, name), "wb") as page:
            shutil.copyfileobj(packed, page)
    return truths
