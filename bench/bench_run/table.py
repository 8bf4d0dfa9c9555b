"""The figures as a page: ratios against what PERFORMANCE asks, spread, cost, tail."""

# Workload, connections, the limit it is divided by, and the ratios that gate a release and are aimed at.
GOALS = [
    ("W1 get by id", 16, ("bare HTTPS", 16), 0.30, 0.45),
    ("W1 get by id", 64, ("bare HTTPS", 64), None, None),
    ("W2 filter userName", 16, ("bare HTTPS", 16), 0.25, 0.40),
    ("W2 filter userName", 64, ("bare HTTPS", 64), None, None),
    ("filter emails.value", 16, ("bare HTTPS", 16), None, None),
    ("filter userName sw, 10", 16, ("bare HTTPS 7 kB", 16), None, None),
    ("W3 first page of 100", 16, ("bare HTTPS 70 kB", 16), 0.20, 0.40),
    ("W3 last page of 100", 16, ("bare HTTPS 70 kB", 16), None, None),
    ("My Account, first page", 16, ("W1 get by id", 16), None, None),
    ("W4 create a user", 16, ("bare commits", 8), None, None),
    ("W4 create a user", 64, ("bare commits", 64), 0.20, 0.40),
    ("W5 start a change", 16, ("bare commits", 8), 0.45, 0.70),
    ("W5 start a change", 64, ("bare commits", 64), 0.30, 0.50),
    ("W6 mix", 16, ("bare HTTPS", 16), 0.28, 0.42),
    ("W6 mix", 64, ("bare HTTPS", 64), None, None),
    ("W7 validate a code", 16, ("bare commits", 8), None, None),
    ("W7 validate a code", 64, ("bare commits", 64), 0.30, 0.50),
    ("Bulk of 100, users", 1, ("bare commits", 64), None, None),
    ("Bulk of 100, users", 16, ("bare commits", 64), None, None),
    ("Bulk of 1000, users", 1, ("bare commits", 64), None, None),
    ("user import, users", "cli", ("bare commits", 64), None, None),
]
LIMITS = [
    *((name, 16) for name in ("bare HTTPS", "bare HTTPS 7 kB", "bare HTTPS 70 kB")),
    ("bare HTTPS", 64),
    *(("bare commits", per_commit) for per_commit in (1, 8, 64)),
]
# Users a second by Bulk of 100, at the better number of connections.
IMPORT_MUST, IMPORT_AIM = 5_000, 15_000
# PERFORMANCE §3: above this, something else was running.
BUSY = 1.5


def report(results, binary_bytes, load_before):
    """Everything, as text."""
    parts = [_size(users, figures, facts) for users, (figures, facts) in results.items()]
    if len(results) > 1:
        parts.append(_growth(results))
    parts.append(f"binary: {binary_bytes / 1e6:.1f} MB (must ≤ 25, aim ≤ 15)")
    load = max(figure.load for figures, _ in results.values() for rounds in figures.values() for figure in rounds)
    if load_before > BUSY:
        parts.append(f"Others were busy (load average {load_before:.1f} before the run): trust only CPU per request.")
    parts.append(f"load average: {load_before:.1f} before, at most {load:.1f} during, of which the run itself makes about 3")
    return "\n\n".join(parts)


def _size(users, figures, facts):
    head = f"{'':27}{'conn':>5}{'per s':>9}{'min–max':>17}{'ratio':>7}  {'must  aim':16}"
    lines = [f"== {users} users", f"{head}{'CPU µs':>9}{'p50 ms':>9}{'p99 ms':>9}"]
    for name, connections in LIMITS:
        shown = f"/{connections}" if name == "bare commits" else connections
        lines.append(_line(name, shown, figures[name, connections], "", ""))
    for name, connections, limit, must, aim in [*GOALS, *_groups(figures)]:
        ratio = best(figures[name, connections]).rate / best(figures[limit]).rate
        lines.append(_line(name, connections, figures[name, connections], f"{ratio:.2f}", _verdict(ratio, must, aim)))
    lines += [_first_page(figures), _deep_page(users, figures), _group_growth(figures), _import(figures)]
    lines += [f"{name}: {value:.0f}" for name, value in facts.items()]
    return "\n".join(lines)


def _line(name, connections, rounds, ratio, verdict):
    top, low = best(rounds), min(figure.rate for figure in rounds)
    line = f"{name:27}{connections:>5}{top.rate:>9.0f}{f'{low:.0f}–{top.rate:.0f}':>17}{ratio:>7}  {verdict:16}"
    if top.cpu_us:
        line += f"{top.cpu_us:>9.1f}"
    if top.p50_us:
        line += f"{top.p50_us / 1000:>9.2f}{top.p99_us / 1000:>9.2f}"
    return line.rstrip()


def _verdict(ratio, must, aim):
    if must is None:
        return ""
    word = "below" if ratio < must else "met" if ratio < aim else "aim"
    return f"{must:.2f}  {aim:.2f}  {word}"


def _groups(figures):
    """The rows of the groups there are, smallest first; each request is a commit of its own."""
    names = [name for name, _ in figures if name.startswith("group of ")]
    return [(name, 1, ("bare commits", 1), None, None) for name in sorted(names, key=_members)]


def _members(name):
    return int(name.removeprefix("group of ").split(",")[0])


def _first_page(figures):
    ratio = _costs(figures["My Account, first page", 16], figures["W1 get by id", 16])
    return f"My Account's first page ÷ one profile (W1): {ratio} (aim ≤ 2)"


def _deep_page(users, figures):
    ratio = _costs(figures["W3 last page of 100", 16], figures["W3 first page of 100", 16])
    goal = "must ≤ 3, aim ≤ 1.3" if users >= 1_000_000 else "at a million: must ≤ 3, aim ≤ 1.3"
    return f"last page ÷ first page: {ratio} ({goal})"


def _group_growth(figures):
    rows = [name for name, *_ in _groups(figures)]
    small, large = rows[0], rows[-1]
    ratio = _costs(figures[large, 1], figures[small, 1])
    size = _members(large)
    goal = "must ≤ 2, aim ≤ 1.2" if size >= 100_000 else "no larger one was measured; at 100000: must ≤ 2, aim ≤ 1.2"
    return f"a member of a group of {size} ÷ of {_members(small)}: {ratio} ({goal})"


def _costs(these, those):
    """How much more one request costs than another: of CPU, which drifts least, and of time."""
    cpu, time = cheapest(these) / cheapest(those), best(those).rate / best(these).rate
    return f"CPU {cpu:.2f}, time {time:.2f}"


def _import(figures):
    rate = max(best(figures["Bulk of 100, users", connections]).rate for connections in (1, 16))
    word = "below" if rate < IMPORT_MUST else "met" if rate < IMPORT_AIM else "aim"
    return f"import, users a second by Bulk of 100: {rate:.0f} (must ≥ {IMPORT_MUST}, aim ≥ {IMPORT_AIM}: {word})"


def _growth(results):
    """Server CPU per request, most people ÷ fewest."""
    few, many = min(results), max(results)
    lines = [f"== growth: CPU per request at {many} users ÷ at {few} (W1, W2, W4, W5 at a million: must ≤ 1.5, aim ≤ 1.25)"]
    for name, connections, *_ in GOALS:
        small, large = (cheapest(results[users][0][name, connections]) for users in (few, many))
        lines.append(f"{name:27}{connections:>5}{large / small:>9.2f}")
    return "\n".join(lines)


def best(rounds):
    """The round with the highest rate."""
    return max(rounds, key=lambda figure: figure.rate)


def cheapest(rounds):
    """The least CPU per request of all rounds."""
    return min(figure.cpu_us for figure in rounds)
