"""What the file of a chain that ends in shares of its own answers, and that browsers can read any."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

import explorer
from tests import node
from tests.ui.test_home import unpacked
from tests.ui.test_saved import held


def refused(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def test_a_file_with_what_is_no_number_can_be_read_by_a_browser(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 3))
    nn.init.constant_(model.get_parameter("1.weight"), float("nan"))
    explorer.explore(model, serve=False).save(tmp_path / "net.html")
    text = unpacked((tmp_path / "net.html").read_text("utf-8"), "data")
    content = json.loads(text, parse_constant=refused)
    passed = gzip.decompress(base64.b64decode(content["passed"])).decode("utf-8")
    json.loads(passed, parse_constant=refused)


def answered(file: Path, folder: Path, **asked: Any) -> dict[str, Any]:
    """Return what a file's script answers to a query of its own start."""
    content = held(file)
    [(name, files)] = content["weights"].items()
    halves = gzip.decompress(base64.b64decode(files["given"]))
    whole = bytearray(len(halves))
    whole[::2], whole[1::2] = halves[: -(-len(halves) // 2)], halves[-(-len(halves) // 2) :]
    path = folder / "weights"
    path.write_bytes(whole)
    needed = {each: content[each] for each in ("start", "recorded")}
    query = {**content["start"]["query"], "language": "en", **asked}
    places = {name: {"given": str(path)}}
    [told] = node.run("twin/local.js", {**needed, "files": places, "queries": [query]})
    return dict(told)


def test_a_chain_whose_steps_are_numbers_ends_with_its_last_step(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 3), nn.Softmax(dim=1))
    explorer.explore(model, serve=False).save(tmp_path / "net.html")
    pixels = bytes(range(256)) * 3 + bytes(16)
    query = {
        "images": [base64.b64encode(pixels).decode()],
        "step": "2",
        "show": ["softmax"],
        "versus": {"checkpoint": None, "image": None, "edits": []},
    }
    told = answered(tmp_path / "net.html", tmp_path, **query)
    with torch.no_grad():
        drawn = torch.tensor(list(pixels)).float().reshape(1, 28, 28) / 255
        shares = model(drawn)[0].numpy()
        logits = model[:2](drawn)[0].numpy()
    [check] = told["checks"]
    assert check["passed"], check
    assert abs(check["left"] - 1) < 1e-6
    np.testing.assert_allclose(told["sections"]["softmax"]["logits"], logits, atol=1e-5)
    np.testing.assert_allclose(told["sections"]["versus"]["probabilities"], shares, atol=1e-6)
    assert told["sections"]["versus"]["winner"] == int(shares.argmax())
