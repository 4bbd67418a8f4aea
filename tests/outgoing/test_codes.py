"""QR codes, read back by another decoder than the encoder's."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp

from explorer.errors import InvalidQuery
from explorer.outgoing import codes

# The most bytes that some versions hold at level L, and one more.
LENGTHS = [1, 17, 18, 230, 231, 700, 1465, 2953]
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/#"


def read(text: str) -> str:
    dark = np.array([[each == "1" for each in row] for row in codes.modules(text)])
    picture = np.where(np.pad(dark, 4), 0, 255).astype(np.uint8).repeat(3, 0).repeat(3, 1)
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1
    content: str = found[0].text
    return content


@pytest.mark.parametrize("length", LENGTHS)
def test_codes_of_every_size_are_read_back(length: int) -> None:
    text = "".join(ALPHABET[(7 * index + index // 5) % len(ALPHABET)] for index in range(length))
    assert read(text) == text


def test_other_scripts_are_read_back() -> None:
    assert read("看见神经网络思考 → 7") == "看见神经网络思考 → 7"


@pytest.mark.parametrize("text", ["", "x" * 2954, "看" * 985])
def test_what_fits_no_code_is_said(text: str) -> None:
    with pytest.raises(InvalidQuery, match="2953"):
        codes.modules(text)
