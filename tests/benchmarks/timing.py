"""Medians of repeated calls; absolute times are of this machine, ratios are what counts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    What, the goal in words, what was measured, and whether it is reached.
    """

    what: str
    goal: str
    measured: str
    reached: bool


def once(call: Callable[[], object]) -> float:
    """Return the time of one call in milliseconds."""
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def median(call: Callable[[], object], *, repeats: int = 300, warm: int = 30) -> float:
    """Return the median time of a call in milliseconds."""
    for _ in range(warm):
        call()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| what | goal | measured | |", "|---|---|---|---|"]
    lines += [
        f"| {row.what} | {row.goal} | {row.measured} | {'✓' if row.reached else 'missed'} |"
        for row in rows
    ]
    return "\n".join(lines)
