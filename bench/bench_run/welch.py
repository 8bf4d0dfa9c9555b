"""Welch's t for pairs of samples, after the slowest were cut off together."""

import itertools
import math
import statistics

# |t| from which two means are held to be different (SEC-14).
THRESHOLD = 4.5
# Of both samples together, what is slower than these shares is the machine's doing: a scheduler, a disk, a hash. Where
# most answers wait for a disk now and then, only the fastest half shows what the server itself does.
KEPT = (0.9, 0.5)


def compare(group, samples):
    """Prints a group's table; how many of its pairs differ."""
    print(f"\n{group}")
    for name, times in samples.items():
        cut = sorted(times)[: int(len(times) * KEPT[0])]
        print(f"  {name:<34} median {statistics.median(times) / 1e3:9.1f} µs   trimmed mean {_mean(cut) / 1e3:9.1f} µs")
    differ = 0
    for (one, first), (other, second) in itertools.combinations(samples.items(), 2):
        figures = [welch(*cropped(first, second, share)) for share in KEPT]
        apart = any(abs(figure) >= THRESHOLD for figure in figures)
        differ += apart
        shown = "   ".join(f"{share:.0%} {figure:7.2f}" for share, figure in zip(KEPT, figures))
        verdict = "DIFFERS" if apart else "same"
        print(f"  {one + ' / ' + other:<58} t   {shown}   all {welch(first, second):7.2f}   {verdict}")
    return differ


def cropped(first, second, share):
    """Both without what is slower than that share of both."""
    limit = sorted(first + second)[int(len(first + second) * share) - 1]
    return [value for value in first if value <= limit], [value for value in second if value <= limit]


def welch(first, second):
    """The difference of the means in units of its own uncertainty."""
    uncertainty = statistics.variance(first) / len(first) + statistics.variance(second) / len(second)
    return (_mean(first) - _mean(second)) / math.sqrt(uncertainty)


def _mean(values):
    return sum(values) / len(values)
