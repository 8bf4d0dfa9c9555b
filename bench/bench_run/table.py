"""The figures as a page: ratios against what PERFORMANCE asks, spread, cost, tail."""

# Workload, connections, the limit it is divided by, and the ratios that gate a release and are aimed at.
GOALS = [
    ("W1 get by id", 16, ("bare HTTPS", 16), 0.30, 0.45),
    ("W1 get by id", 64, ("bare HTTPS", 64), None, None),
    ("W2 filter userName", 16, ("bare HTTPS", 16), 0.25, 0.40),
    ("W2 filter userName", 64, ("bare HTTPS", 64), None, None),
    ("W5 start a change", 16, ("bare commits", 8), 0.45, 0.70),
    ("W5 start a change", 64, ("bare commits", 64), 0.30, 0.50),
    ("W7 validate a code", 16, ("bare commits", 8), None, None),
    ("W7 validate a code", 64, ("bare commits", 64), 0.30, 0.50),
]
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
    parts.append(f"load average: {load_before:.1f} before, at most {load:.1f} during, of which the run itself makes about 2")
    return "\n\n".join(parts)


def _size(users, figures, facts):
    head = f"{'':22}{'conn':>5}{'per s':>9}{'min–max':>17}{'ratio':>7}  {'must  aim':16}"
    lines = [f"== {users} users", f"{head}{'CPU µs':>8}{'p50 ms':>8}{'p99 ms':>8}"]
    for name, connections in (("bare HTTPS", 16), ("bare HTTPS", 64)):
        lines.append(_line(name, connections, figures[name, connections], "", ""))
    for per_commit in (1, 8, 64):
        lines.append(_line("bare commits", f"/{per_commit}", figures["bare commits", per_commit], "", ""))
    for name, connections, limit, must, aim in GOALS:
        ratio = best(figures[name, connections]).rate / best(figures[limit]).rate
        lines.append(_line(name, connections, figures[name, connections], f"{ratio:.2f}", _verdict(ratio, must, aim)))
    lines += [f"{name}: {value:.0f}" for name, value in facts.items()]
    return "\n".join(lines)


def _line(name, connections, rounds, ratio, verdict):
    top, low = best(rounds), min(figure.rate for figure in rounds)
    line = f"{name:22}{connections:>5}{top.rate:>9.0f}{f'{low:.0f}–{top.rate:.0f}':>17}{ratio:>7}  {verdict:16}"
    if top.cpu_us:
        line += f"{top.cpu_us:>8.1f}{top.p50_us / 1000:>8.2f}{top.p99_us / 1000:>8.2f}"
    return line.rstrip()


def _verdict(ratio, must, aim):
    if must is None:
        return ""
    word = "below" if ratio < must else "met" if ratio < aim else "aim"
    return f"{must:.2f}  {aim:.2f}  {word}"


def _growth(results):
    """Server CPU per request, most people ÷ fewest."""
    few, many = min(results), max(results)
    lines = [f"== growth: CPU per request at {many} users ÷ at {few} (at a million: must ≤ 1.5, aim ≤ 1.25)"]
    for name, connections, *_ in GOALS:
        small, large = (cheapest(results[users][0][name, connections]) for users in (few, many))
        lines.append(f"{name:22}{connections:>5}{large / small:>9.2f}")
    return "\n".join(lines)


def best(rounds):
    """The round with the highest rate."""
    return max(rounds, key=lambda figure: figure.rate)


def cheapest(rounds):
    """The least CPU per request of all rounds."""
    return min(figure.cpu_us for figure in rounds)
