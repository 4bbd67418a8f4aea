"""Numbers of any size as text: gradients are as small as they like."""

from __future__ import annotations

import math

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SMALL, LARGE = -3, 5  # powers of ten between which a number is written without them


def factor(value: float) -> str:
    """Return a number as it stands behind a · or a −: a negative one in brackets."""
    return f"({digits(value)})" if value < 0 else digits(value)


def digits(value: float, count: int = 4) -> str:
    """Return a number with `count` significant digits and a real minus: `−0.0312`, `1.250·10⁻⁷`."""
    if value == 0 or not math.isfinite(value):
        return {0.0: "0", math.inf: "∞", -math.inf: "−∞"}.get(value, "NaN")
    mantissa, _, power = f"{value:.{count - 1}e}".partition("e")
    exponent = int(power)
    if SMALL <= exponent < LARGE:
        text = f"{value:.{max(0, count - 1 - exponent)}f}"
    else:
        text = f"{mantissa}·10{str(exponent).translate(RAISED)}"
    return text.replace("-", "−")


def short(value: float) -> str:
    """Return a number with six significant digits, no zeros behind them and a real minus."""
    return f"{value:.6g}".replace("-", "−")
