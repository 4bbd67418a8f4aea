"""The file to take home: small, whole, and with the words and numbers of the program's own views."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer import starting, viewing
from explorer.errors import NoStart
from explorer.incoming import samples
from explorer.incoming.queries import read
from explorer.network import zoo
from explorer.outgoing import replies
from explorer.ui import handlers, home
from tests import node

MOST = 5_000_000  # bytes
IMAGES = [each["pixels"] for each in samples.listing()[:3]]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]\d+)?")
STACK = "linear_relu_stack"
MAPS = [f"features.{number}" for number in range(6)]


def unpacked(text: str, name: str) -> str:
    """Return what is packed in an element of a file."""
    found = re.search(rf'id="{name}">(.*?)</script>', text, re.DOTALL)
    assert found
    return gzip.decompress(base64.b64decode(found[1])).decode("utf-8")


def data() -> dict[str, Any]:
    """Return what the file holds as JSON."""
    content: dict[str, Any] = json.loads(unpacked(home.page().decode("utf-8"), "data"))
    return content


def test_the_file_is_small_and_asks_for_nothing() -> None:
    text = home.page().decode("utf-8")
    assert len(text.encode("utf-8")) <= MOST
    outside = re.sub(r'<script type="text/plain".*?</script>', "", text, flags=re.DOTALL)
    outside += unpacked(text, "script") + json.dumps(data()["start"])
    assert set(re.findall(r"https?://[^\s\"'<>)\\]+", outside)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1998/Math/MathML",
    }
    assert not re.search(r"<link|<script[^>]* src=|@import|\bfrom \"", outside)
    assert text.count("</script>") == 4
    assert [each["name"] for each in data()["start"]["models"]] == list(zoo.cards())


def test_the_command_writes_it_or_says_why_not(tmp_path: Path) -> None:
    size = home.write(str(tmp_path / "page.html"), language=None)
    assert (tmp_path / "page.html").read_bytes() == home.page()
    assert size == len(home.page())
    assert f"{size / 1e6:.1f} MB" in starting.exported("page.html", size, "en")
    with pytest.raises(NoStart, match="cannot be written"):
        home.write(str(tmp_path / "no" / "page.html"), language="en")


def asked() -> list[dict[str, Any]]:
    usual = {"focus": 1, "edits": [], "versus": None, "options": {}, "checkpoint": ""}
    base = {"model": "fashion-mlp", "images": IMAGES, "language": "en", **usual}
    off = [{"step": f"{STACK}.1", "units": [3, 7], "action": "off", "value": 0, "source": None}]
    versus = {"checkpoint": None, "image": 2, "edits": None}
    shows: list[dict[str, Any]] = [
        *({"step": step, "unit": unit, "show": ["unit"]} for step, unit in units()),
        *({"step": step, "unit": unit, "show": ["paths"]} for step, unit in units()),
        {"step": "softmax", "unit": None, "show": ["softmax"], "options": {"temperature": 0.5}},
        {"step": f"{STACK}.1", "unit": 7, "show": ["unit"], "edits": off},
        {"step": f"{STACK}.2", "unit": None, "show": ["versus"], "versus": versus, "edits": off},
        {"step": "input", "unit": None, "show": [], "language": "zh"},
    ]
    other = [{"model": "course-sequential", "checkpoint": "untrained", "step": "input"}]
    other += [{"model": "digits-mlp", "step": step} for step in ("input", f"{STACK}.2", "softmax")]
    other += [{"model": "fashion-cnn", "step": step} for step in ("input", *MAPS, "flatten")]
    walks: list[dict[str, Any]] = [
        {"model": "fashion-cnn", "step": f"classifier.{number}", "unit": 7, "show": [name]}
        for number in range(3)
        for name in ("unit", "paths")
    ]
    return [
        {**base, **each}
        for each in (*shows, *({**each, "unit": 5, "show": []} for each in other), *walks)
    ]


def units() -> list[tuple[str, int]]:
    hidden = [(f"{STACK}.{number}", 37 * number) for number in range(4)]
    return [("input", 300), ("flatten", 300), *hidden, (f"{STACK}.4", 9), ("softmax", 2)]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return replied(tmp_path_factory, asked())


def replied(
    tmp_path_factory: pytest.TempPathFactory, queries: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    content = data()
    folder = tmp_path_factory.mktemp("weights")
    files: dict[str, dict[str, str]] = {}
    taken = {each["name"]: each for each in content["start"]["models"]}
    for model, found in content["weights"].items():
        assert set(found) == set(taken[model]["weights"])
        for name, packed in found.items():
            path = folder / f"{model}-{name}"
            halves = gzip.decompress(base64.b64decode(packed))
            whole = bytearray(len(halves))
            whole[::2], whole[1::2] = halves[: -(-len(halves) // 2)], halves[-(-len(halves) // 2) :]
            mark = taken[model]["weights"][name]["sha256"]
            assert hashlib.sha256(whole).hexdigest() == mark, "bit for bit as served"
            path.write_bytes(whole)
            files.setdefault(model, {})[name] = str(path)
    needed = {name: content[name] for name in ("start", "recorded")}
    told: list[dict[str, Any]] = node.run(
        "twin/local.js", {**needed, "files": files, "queries": queries}
    )
    return told


def plain(value: Any) -> Any:
    """Return a tensor as the list of its numbers; all else as it is."""
    if isinstance(value, dict) and set(value) == {"shape", "data"}:
        return np.frombuffer(base64.b64decode(value["data"]), dtype="<f4").tolist()
    return value


def same(one: Any, two: Any, where: str) -> None:
    """Compare two replies, numbers as float32 can; arrays are lists on one side, tensors on the other."""
    one, two = plain(one), plain(two)
    if isinstance(two, dict):
        assert isinstance(one, dict), where
        keys = set(two) - {"digest"}  # a file asks nobody, so that nothing comes twice
        assert set(one) == keys, where
        for key in keys:
            same(one[key], two[key], f"{where}.{key}")
    elif isinstance(two, list) and two and isinstance(two[0], float | int):
        np.testing.assert_allclose(one, two, rtol=2e-4, atol=2e-5, err_msg=where)
    elif isinstance(two, list):
        assert len(one) == len(two), where
        for place, (left, right) in enumerate(zip(one, two, strict=True)):
            same(left, right, f"{where}[{place}]")
    elif isinstance(two, float):
        assert one == pytest.approx(two, rel=2e-4, abs=2e-5), where
    elif isinstance(two, str) and ".formulas[" in where:
        assert NUMBER.sub("#", one) == NUMBER.sub("#", two), where
        found, expected = ([float(each) for each in NUMBER.findall(text)] for text in (one, two))
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=2e-5, err_msg=where)
    else:
        assert one == two, where


@pytest.mark.parametrize("place", range(len(asked())))
def test_every_answer_is_the_programs(answers: list[dict[str, Any]], place: int) -> None:
    query, found = asked()[place], answers[place]
    seen = replies.write(viewing.view(read(query)))
    for name in query["show"]:
        same(found["sections"][name], seen["sections"][name], name)
    same(found["tensors"], seen["tensors"], "tensors")
    same(found["prediction"], seen["prediction"], "prediction")
    same(found["facts"], seen["facts"], "facts")
    for one, two in zip(found["steps"], seen["steps"], strict=True):
        assert one == two
    for name in ("title", "sentence", "formula", "code"):
        assert found["texts"][name] == seen["texts"][name]


def test_what_is_no_number_is_no_answer(tmp_path_factory: pytest.TempPathFactory) -> None:
    scale = {"units": [], "action": "scale", "value": 1e6, "source": None}
    edits = [{**scale, "step": f"{STACK}.0"}] * 2
    fine = {**asked()[0], "show": [], "edits": edits}
    queries = [
        {**fine, "edits": [*edits, {**scale, "step": f"{STACK}.2"}]},
        {**fine, "edits": edits * 4, "language": "zh"},
        {**fine, "edits": [], "versus": {"checkpoint": None, "image": None, "edits": edits * 4}},
    ]
    found = replied(tmp_path_factory, [fine, *queries])
    assert "error" not in found[0]
    for query, reply in zip(queries, found[1:], strict=True):
        expected = handlers.view(query)["error"]
        assert expected["key"] == "values.beyond"
        assert reply == {"error": {"message": expected["message"]}}


def explained() -> list[dict[str, Any]]:
    """Ask for three units of every step of every network in the file."""
    base = {**asked()[0], "show": ["unit", "paths"]}
    found = []
    for model in data()["start"]["models"]:
        sizes = {"input": 784, **{each["id"]: math.prod(each["shape"]) for each in model["chain"]}}
        for step, size in sizes.items():
            about = {**base, "model": model["name"], "checkpoint": "", "step": step}
            units = (0, size // 2, size - 1)
            found += [{**about, "unit": unit, "focus": at} for at, unit in enumerate(units)]
    return found


def test_where_a_value_comes_from_is_said_of_every_step_of_every_network(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    queries = explained()
    assert {each["model"] for each in queries} >= {"fashion-mlp", "fashion-cnn"}
    for query, reply in zip(queries, replied(tmp_path_factory, queries), strict=True):
        seen = viewing.view(read(query)).sections
        where = f"{query['model']} {query['step']} {query['unit']}"
        assert len(reply["sections"]["unit"]) > len(("step", "kind", "unit", "value")), where
        for name in query["show"]:
            same(reply["sections"][name], replies.encoded(seen[name]), f"{where} {name}")
