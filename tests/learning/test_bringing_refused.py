"""Weights that are none, or do not fit: a sentence, and nothing of the file has run."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save

from explorer.errors import ExplorerError, UnknownModel, UnusableWeights
from explorer.learning.bringing import MOST, bring
from explorer.network import ages, nets, stored, zoo
from tests.learning.brought import MODEL, SAFE, alone, made, pickled

__all__ = ["alone"]


class Code:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("ran"),))


def itself() -> dict[str, Any]:
    found: dict[str, Any] = {}
    found["model"] = found
    return found


def changed(**others: Any) -> dict[str, Any]:
    return {**made().state_dict(), **others}


def bomb() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive/data.pkl", pickle.dumps({}))
        file.writestr("archive/data/0", bytes(4 * MOST))
    return written.getvalue()


def headed(entries: object, body: bytes = b"") -> bytes:
    head = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    return struct.pack("<Q", len(head)) + head + body


BAD = {
    "nothing": ("net.pt", b"", "cannot be read"),
    "nothing, safe": (SAFE, b"", "cannot be read"),
    "a picture": ("net.pt", b"\x89PNG\r\n\x1a\n" + bytes(99), "cannot be read"),
    "a pickle as before 2020": ("net.pt", pickle.dumps({"a": 1}), "cannot be read"),
    "code": ("net.pt", pickled(Code()), "could run code"),
    "code in weights": ("net.pt", pickled({"w": Code()}), "could run code"),
    "a module": ("net.pt", pickled(made()), "could run code"),
    "a list": ("net.pt", pickled([torch.zeros(3)]), "hold list"),
    "itself": ("net.pt", pickled(itself()), "hold dict"),
    "numbers for names": ("net.pt", pickled({0: torch.zeros(3)}), "hold dict"),
    "no tensors": ("net.pt", pickled({"a": "b"}), "hold dict"),
    "sparse": ("net.pt", pickled(changed(**{"1.bias": torch.zeros(20).to_sparse()})), ""),
    "a tensor without numbers": (
        "net.pt",
        pickled(changed(**{"1.bias": torch.zeros(20, device="meta")})),
        "hold",
    ),
    "another network": (SAFE, save(nets.ConvNet().state_dict()), "do not fit Sequential"),
    "one name more": (SAFE, save(changed(more=torch.zeros(1))), "more: float32[1] → —"),
    "transposed": (
        SAFE,
        save(changed(**{"3.weight": torch.zeros(20, 10)})),
        "3.weight: float32[20, 10] → float32[10, 20]",
    ),
    "other numbers": (SAFE, save(changed(**{"3.bias": torch.zeros(10).double()})), "float64[10]"),
    "tall": ("net.pt", pickled({"w": torch.zeros(1).expand(1 << 40)}), "Expected at most"),
    "a bomb": ("net.pt", bomb(), "Expected at most 7 MB"),
    "deep": (SAFE, headed(b"[" * 100_000), "cannot be read"),
    "texts for sizes": (SAFE, headed({"w": {"dtype": "F32", "shape": ["a"]}}), "cannot be read"),
    "a list for a head": (SAFE, headed([1]), "cannot be read"),
    "a long head": (SAFE, struct.pack("<Q", 1 << 62) + b"{}", "cannot be read"),
    "no numbers": (SAFE, headed({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}), ""),
    "fractions": (SAFE, headed({"w": {"dtype": "F32", "shape": [1.5]}}), "cannot be read"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_none_is_refused_in_a_sentence(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file, data, words = BAD[what]
    with pytest.raises(ExplorerError) as refused:
        bring(MODEL, data, file)
    sentence = refused.value.sentence("en")
    assert words in sentence
    assert sentence.endswith(".")
    assert not (tmp_path / "ran").exists()
    assert ages.HERE.listing() == []


def test_a_file_cut_short_is_refused() -> None:
    whole = save(made().state_dict())
    for size in (7, 8, 200, len(whole) // 2, len(whole) - 1):
        with pytest.raises(ExplorerError):
            bring(MODEL, whole[:size], SAFE)


def test_models_that_are_not_shipped_are_refused() -> None:
    data = save(made().state_dict())
    with pytest.raises(UnknownModel):
        bring("nothing", data, SAFE)
    mine = zoo.offer(zoo.card_of("mine"), made())
    try:
        with pytest.raises(ExplorerError, match="module of your own"):
            bring(mine.name, data, SAFE)
    finally:
        zoo.withdraw(mine.name)


def test_a_head_beyond_its_limit_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "long.safetensors"
    for size in (stored.HEAD, stored.HEAD + 1):
        file.write_bytes(struct.pack("<Q", size) + b"{}".ljust(size))
        if size == stored.HEAD:
            assert stored.head(file) == {}
            continue
        with pytest.raises(UnusableWeights, match=str(size)):
            stored.head(file)
