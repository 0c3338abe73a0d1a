"""Tables of medians with the smallest and largest value beside them."""
import statistics


def spread(values, form):
    """median [min..max]"""
    middle = form.format(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} [{form.format(min(values))}..{form.format(max(values))}]"


def median_of(runs, key):
    values = [r[key] for r in runs if r.get(key) is not None]
    return statistics.median(values) if values else None


def column(runs, key, form):
    values = [r[key] for r in runs if r.get(key) is not None]
    return spread(values, form) if values else "-"


class Table:
    def __init__(self, title, head):
        self.title, self.rows = title, [list(head)]

    def add(self, *cells):
        self.rows.append([str(c) for c in cells])

    def text(self):
        widths = [max(len(row[i]) for row in self.rows) for i in range(len(self.rows[0]))]
        lines = [self.title]
        for row in self.rows:
            lines.append("  " + "  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip())
        return "\n".join(lines) + "\n"

    def markdown(self):
        lines = [f"### {self.title}", "", "| " + " | ".join(self.rows[0]) + " |",
                 "|" + " --- |" * len(self.rows[0])]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows[1:]]
        return "\n".join(lines) + "\n"


def throughput_table(title, results, kind):
    """results: case -> runs; the ratio is of the medians against our side with as many workers."""
    table = Table(title, ["side", "workers", "articles/s", "ours is", "processor us/article",
                          "flushes/article", "others used"])
    for (case_kind, side, workers), runs in results.items():
        if case_kind != kind or not runs:
            continue
        ours = results.get((kind, "netral", workers))
        rate = median_of(runs, "articles_s")
        ratio = "" if side == "netral" or not ours else \
            f"{median_of(ours, 'articles_s') / rate:.2f} times"
        table.add(side, workers, column(runs, "articles_s", "{:.0f}"), ratio,
                  column(runs, "cpu_us", "{:.1f}"), column(runs, "flushes", "{:.4f}"),
                  column(runs, "noise", "{:.0%}"))
    return table


def latency_table(results, rate):
    table = Table(f"Submit to update at {rate} articles/s, one at a time",
                  ["side", "p50 ms", "p99 ms", "max ms", "ours p50 is", "ours p99 is",
                   "processor us/article", "flushes/article", "others used"])
    ours = results.get(("latency", "netral", 1))
    for (kind, side, _), runs in results.items():
        if kind != "latency" or not runs:
            continue
        ratios = ["", ""]
        if side != "netral" and ours:
            ratios = [f"{median_of(ours, k) / median_of(runs, k):.2f} of it"
                      for k in ("p50_ms", "p99_ms")]
        table.add(side, *(column(runs, k, "{:.2f}") for k in ("p50_ms", "p99_ms", "max_ms")),
                  *ratios, column(runs, "cpu_us", "{:.0f}"), column(runs, "flushes", "{:.2f}"),
                  column(runs, "noise", "{:.0%}"))
    return table


def processes_table(results):
    """Where the processor time of a side goes."""
    table = Table("Processor time an article by process, microseconds", ["case", "processes"])
    for (kind, side, workers), runs in results.items():
        if not runs:
            continue
        names = runs[0]["cpu_us_each"]
        each = ", ".join(f"{n} {statistics.median(r['cpu_us_each'][n] for r in runs):.1f}"
                         for n in names)
        table.add(f"{kind}, {side}, {workers}", each)
    return table


def memory_table(memory):
    table = Table("Memory, MiB", ["process", "idle resident", "idle proportional",
                                  "idle anonymous", "load resident", "load proportional",
                                  "load anonymous"])
    kinds = ("rss", "pss", "anonymous")
    for name in memory["idle"]:
        table.add(name, *(f"{memory[when].get(name, {}).get(kind, 0) / 1024:.1f}"
                          for when in ("idle", "load") for kind in kinds))
    table.add("sum", *(f"{sum(m[kind] for m in memory[when].values()) / 1024:.1f}"
                       for when in ("idle", "load") for kind in kinds))
    return table


def polling_table(p):
    first, peak, steady = p["first"], p["peak"], p["steady"]
    table = Table(f"netral-poll: {p['sources']:,} sources, {p['items']} items each, "
                  "pages of 20 KB", ["what", "everything is new", "nothing is new"])
    table.add("polls a second", f"{p['sources'] / first['polled_seconds']:.0f}",
              f"{steady['polls_s']:.0f}")
    table.add("articles a second", f"{first['articles'] / first['seconds']:.0f}", "-")
    table.add("seconds", f"{first['seconds']:.0f}", f"{steady['seconds']:.0f}")
    table.add("processors used", f"{first['cpu']:.2f}", f"{steady['cpu']:.2f}")
    table.add("processor us", f"{first['cpu_us']:.0f} an article",
              f"{steady['cpu_us']:.0f} a poll")
    table.add("resident, highest, MiB", f"{peak['resident']:.0f}", f"{steady['peak']:.0f}")
    table.add("resident, MiB", "-", f"{steady['rss'] / 1024:.0f}")
    table.add("anonymous, MiB", f"{peak['anonymous']:.0f}, highest",
              f"{steady['anonymous'] / 1024:.0f}")
    table.add("items that waited, most", peak["waiting"], "-")
    return table


def follow_table(r):
    table = Table("libnetral: what its callers get", ["what", "figure"])
    replay, fan, latency = r["replay"], r["fan"], r["latency"]
    table.add(f"{replay[0]['count']:,} updates replayed to a new subscriber",
              column(replay, "updates_s", "{:.0f}") + " updates/s")
    table.add(f"a bare ZeroMQ socket, as many messages of {replay[0]['bytes']} bytes",
              column(replay, "bare_s", "{:.0f}") + " messages/s")
    table.add("ratio", f"{median_of(replay, 'updates_s') / median_of(replay, 'bare_s'):.2f}")
    table.add(f"{fan['subscribers']:,} subscribers with different filters, {fan['stopped']} of them "
              f"stopped and resumed, {fan['stored']:,} updates",
              f"{fan['returned']:,} returned, {fan['lost']} lost, {fan['twice']} twice; "
              f"{fan['gaps']:,} gaps closed")
    table.add("the same, all processes", f"{fan['seconds']:.0f} s, {fan['deliveries_s']:.0f} updates/s, "
              f"{fan['cpu_us']:.1f} us of processor time each")
    table.add(f"recorded to returned at 100 events/s, commit included, p50, {latency[0]['count']:,} "
              "events", column(latency, "p50_ms", "{:.2f}") + " ms")
    table.add("the same, p99", column(latency, "p99_ms", "{:.2f}") + " ms")
    for p in ("p50", "p99"):
        table.add(f"the system calls of such a commit alone, {p}",
                  column(latency, f"commit_{p}_ms", "{:.2f}") + " ms")
    for p in ("p50", "p99"):
        table.add(f"recorded to returned with the store in memory, {p}",
                  column(r["latency_in_memory"], f"{p}_ms", "{:.2f}") + " ms")
    return table


def limits_table(runs):
    table = Table("Limits of this machine", ["what", "figure"])
    for batch in (1, 64, 256, 512):
        values = [r[f"lmdb_{batch}"]["records_s"] for r in runs]
        table.add(f"LMDB, 4 KB values, {batch} a synced commit", spread(values, "{:.0f}") +
                  " records/s")
    table.add("ZeroMQ ROUTER/DEALER, 4 KB, ipc, each answered",
              spread([r["zmq"]["messages_s"] for r in runs], "{:.0f}") + " messages/s")
    table.add("the same, one at a time, p50",
              spread([r["zmq_roundtrip"]["p50_us"] for r in runs], "{:.0f}") + " us")
    for p in ("p50", "p99"):
        table.add(f"fdatasync of 4 KB, {p}",
                  spread([r["fdatasync"][f"{p}_us"] for r in runs], "{:.0f}") + " us")
    return table


def reading_table(runs):
    table = Table("The classifier alone, one core, one article in ten on topic", ["what", "figure"])
    table.add("articles/s, the best of five rounds", column(runs, "articles_s", "{:.0f}"))
    table.add("bytes an article", column(runs, "bytes", "{:.0f}"))
    table.add("loading the tables", column(runs, "load_ms", "{:.1f}") + " ms")
    return table


def extract_table(title, result):
    """The ratio is the median of those of each round, whose sides follow one another."""
    ours = result["sides"]["netral"]["rounds"]
    table = Table(f"From page to article: {result['pages']} {title}, "
                  f"{ours[0]['page_kb']:.0f} KB each, one core",
                  ["side", "pages/s", "MB/s", "ours is", "F1"])
    for side, found in result["sides"].items():
        ratios = [a["pages_s"] / b["pages_s"] for a, b in zip(ours, found["rounds"])]
        table.add(side, column(found["rounds"], "pages_s", "{:.1f}"),
                  column(found["rounds"], "mb_s", "{:.1f}"),
                  "" if side == "netral" else spread(ratios, "{:.1f}") + " times",
                  f"{found['f1']:.3f}")
    return table


def store_table(results):
    """Bytes on disk by file after a run, and an article's share."""
    table = Table("Store size after a run", ["case", "file", "MiB", "bytes an article"])
    for (kind, side, workers), runs in results.items():
        if side != "netral" or not runs:
            continue
        for name, size in runs[-1]["store_bytes"].items():
            if size > 1 << 16:
                table.add(f"{kind}, {workers}", name, f"{size / 2**20:.1f}",
                          f"{size / runs[-1]['n']:.0f}")
    return table


def recording_table(r):
    table = Table(f"Recording with {r['total']:,} articles stored", ["when", "articles/s",
                                                                   "processor us/article"])
    table.add("20,000 to 120,000 stored", f"{r['first']['articles_s']:.0f}",
              f"{r['first']['cpu_us']:.1f}")
    table.add("the last 100,000", f"{r['last']['articles_s']:.0f}",
              f"{r['last']['cpu_us']:.1f}")
    table.add("ratio", f"{r['last']['articles_s'] / r['first']['articles_s']:.2f}", "")
    return table


def startup_table(s):
    table = Table(f"Start of netrald with {s['count']:,} pending articles", ["files", "seconds"])
    table.add("in memory", spread(s["warm_s"], "{:.3f}"))
    table.add("dropped from memory", spread(s["cold_s"], "{:.3f}"))
    return table
