"""What is measured of a drawing, and what is said to be unlike the training data."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.maths import likeness


def test_measures_are_worked_out_by_hand() -> None:
    black, white = np.zeros((28, 28), dtype=np.uint8), np.full((28, 28), 255, dtype=np.uint8)
    half = black.copy()
    half[:, :14] = 255
    found = likeness.measures(np.stack([black, white, half]))
    assert found["ink"].tolist() == [0, 1, 0.5]
    assert found["mean"].tolist() == [0, 1, 0.5]
    assert found["border"].tolist() == pytest.approx([0, 1, 0.5])
    assert found["edges"].tolist() == pytest.approx(
        [0, 0, 1 / 54]
    )  # one step in each row's 27, none down


def test_unlike_names_what_is_out_of_its_range() -> None:
    usual = {"ink": [0.2, 0.9], "mean": [0.1, 0.7], "border": [0, 0.4], "edges": [0.01, 0.3]}
    blank, white = np.zeros((28, 28), dtype=np.uint8), np.full((28, 28), 255, dtype=np.uint8)
    square = np.zeros((28, 28), dtype=np.uint8)
    square[4:24, 4:24] = 200
    assert [name for name, *_ in likeness.unlike(blank, usual)] == ["ink", "mean", "edges"]
    assert [name for name, *_ in likeness.unlike(white, usual)] == [
        "ink",
        "mean",
        "border",
        "edges",
    ]
    assert likeness.unlike(white, usual)[0] == ("ink", 1.0, 0.2, 0.9)
    assert likeness.unlike(square, usual) == ()
