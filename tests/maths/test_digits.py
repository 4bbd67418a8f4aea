"""Numbers of any size as text."""

from __future__ import annotations

import math

import pytest

from explorer.maths.digits import digits, factor

WRITTEN = [
    (0.0, "0"),
    (-0.03124, "−0.03124"),
    (1.0, "1.000"),
    (12345.6, "12346"),
    (123456.0, "1.235·10⁵"),
    (-0.00095, "−9.500·10⁻⁴"),
    (0.001, "0.001000"),
    (1.25e-12, "1.250·10⁻¹²"),
    (9.9999e-4, "0.001000"),
    (math.inf, "∞"),
    (-math.inf, "−∞"),
]


@pytest.mark.parametrize(("value", "text"), WRITTEN)
def test_four_digits_count(value: float, text: str) -> None:
    assert digits(value) == text
    assert factor(value) == (f"({text})" if value < 0 else text)


def test_fewer_digits_and_no_number() -> None:
    assert digits(0.01, 2) == "0.010"
    assert digits(math.nan) == "NaN"
