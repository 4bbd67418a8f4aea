"""Numbers as they stand in a written formula, read and reckoned apart from the program."""

from __future__ import annotations


def summed(written: str) -> float:
    """Return what `y = (a + b + 5·0) / 9 = …` comes to, of the numbers that are written out."""
    above, below = written.split(" = ")[1].removeprefix("(").split(") / ")
    total = 0.0
    for term in above.split(" + "):
        count, sign, value = term.rpartition("·")
        total += float(value) * (float(count) if sign else 1.0)
    return total / float(below)
