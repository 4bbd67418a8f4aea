"""The nine test images nearest to a drawing, and those that excite a unit most: plain torch's."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.incoming import datasets
from explorer.incoming.cards import DATASETS
from explorer.network import ages, later, living, zoo
from explorer.sections import crowd, nearest, strongest
from tests.learning.places import made, written
from tests.sections.scenes import HIDDEN, PIXELS, edit, scene

COUNT = 130  # more than one part
IMAGES = made(COUNT, 3)[0]
LABELS = np.random.default_rng(3).permutation(made(COUNT, 3)[1])  # no class follows from a place
PATIENCE = 120


def forget() -> None:
    datasets._test.cache_clear()
    crowd.SPACES.forget()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine with a small test set of clothes, and none of digits."""
    raw = tmp_path / DATASETS[0] / "raw"
    raw.mkdir(parents=True)
    for split in ("t10k", "train"):
        written(raw / f"{split}-images-idx3-ubyte", IMAGES)
        written(raw / f"{split}-labels-idx1-ubyte", LABELS)
    monkeypatch.setenv(datasets.VARIABLE, str(tmp_path))
    forget()
    yield tmp_path
    forget()


def told(section: Any, **more: Any) -> dict[str, Any]:
    """What a section says when all has come."""
    of = scene(**more)
    found, proofs = section.section(of)
    job = crowd.pending(of.query)
    if found["state"] == "waiting":
        assert "nine" not in found
        if job is not None:
            wait([job], PATIENCE)
        found, _ = section.section(of)
    assert proofs == ()
    return dict(found)


def layers(model: str, checkpoint: str = "") -> dict[str, list[nn.Module]]:
    """The modules up to each step, put together by hand."""
    net: Any = zoo.load(model, checkpoint)
    if model == "fashion-cnn":
        named = {f"features.{index}": each for index, each in enumerate(net.features)}
        named |= {"flatten": net.flatten}
        named |= {f"classifier.{index}": each for index, each in enumerate(net.classifier)}
    else:
        named = {"flatten": net.flatten}
        named |= {f"linear_relu_stack.{i}": each for i, each in enumerate(net.linear_relu_stack)}
    named["softmax"] = nn.Softmax(dim=1)
    found: dict[str, list[nn.Module]] = {"input": []}
    for name in named:
        found[name] = [*found[list(found)[-1]], named[name]]
    return found


def outputs(modules: list[nn.Module], images: np.ndarray, model: str) -> torch.Tensor:
    fed = torch.from_numpy(images.astype(np.float32)) / 255
    with torch.no_grad():
        found: torch.Tensor = nn.Sequential(*modules)(
            fed[:, None] if model == "fashion-cnn" else fed
        )
    return found


def drawn(index: int = 0) -> np.ndarray:
    return np.frombuffer(base64.b64decode(PIXELS[index]), np.uint8).reshape(1, 28, 28)


def same(found: list[dict[str, Any]], values: torch.Tensor, images: np.ndarray) -> None:
    """Nine images in the order of plain values, the smallest first, as they are in the set."""
    expected = torch.sort(values, stable=True).values[:9].tolist()
    assert [each["value"] for each in found] == pytest.approx(expected, rel=1e-4, abs=1e-5)
    for each in found:
        assert each["value"] == pytest.approx(float(values[each["index"]]), rel=1e-4, abs=1e-5)
        assert base64.b64decode(each["pixels"]) == images[each["index"]].tobytes()
    assert len({each["index"] for each in found}) == 9


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("model", "step"),
    [
        *[("fashion-mlp", step) for step in ("input", HIDDEN, "linear_relu_stack.4", "softmax")],
        *[("fashion-cnn", step) for step in ("features.1", "features.3", "classifier.0")],
    ],
)
def test_the_nearest_are_those_of_plain_torch(model: str, step: str) -> None:
    found = told(nearest, model=model, step=step, focus=1)
    modules = layers(model)[step]
    crowded, mine = outputs(modules, IMAGES, model), outputs(modules, drawn(1), model)
    apart = torch.cdist(crowded.flatten(1).double(), mine.flatten(1).double())[:, 0]
    same(found["nine"], apart, IMAGES)
    assert (found["count"], found["numbers"]) == (COUNT, mine.numel())
    assert [each["label"] for each in found["nine"]] == [
        int(LABELS[each["index"]]) for each in found["nine"]
    ]


@pytest.mark.usefixtures("here")
def test_those_that_excite_a_unit_are_those_of_plain_torch() -> None:
    values = outputs(layers("fashion-mlp")[HIDDEN], IMAGES, "fashion-mlp")
    unit = int(values.std(0).argmax())
    found = told(strongest, unit=unit)
    assert found["map"] is None
    same([{**each, "value": -each["value"]} for each in found["nine"]], -values[:, unit], IMAGES)
    dead = int((values.max(0).values == 0).nonzero()[0])
    assert told(strongest, unit=dead)["nine"] == [], "none excites a unit that is off for all"
    assert strongest.section(scene())[0] is None, "no unit is pinned"


@pytest.mark.usefixtures("here")
def test_of_a_map_it_is_the_largest_value_and_of_the_input_the_pixel() -> None:
    maps = outputs(layers("fashion-cnn")["features.3"], IMAGES, "fashion-cnn")
    found = told(strongest, model="fashion-cnn", step="features.3", unit=5 * 14 * 14 + 30)
    assert found["map"] == 5
    peaks = maps[:, 5].amax((1, 2))
    same([{**each, "value": -each["value"]} for each in found["nine"]], -peaks, IMAGES)
    pixel = told(strongest, model="fashion-cnn", step="input", unit=300)
    assert pixel["map"] is None
    expected = np.sort(IMAGES.reshape(COUNT, -1)[:, 300])[::-1][:9] / 255
    assert [each["value"] for each in pixel["nine"]] == pytest.approx(expected.tolist())


@pytest.mark.usefixtures("here")
def test_edits_are_left_out_and_other_ages_have_their_own() -> None:
    plain = told(nearest)
    edited = told(nearest, edits=[edit("clamp", [1, 2, 3], 9.0)])
    assert edited["edited"]
    assert not plain["edited"]
    assert [each["index"] for each in edited["nine"]] == [each["index"] for each in plain["nine"]]
    values = [[each["value"] for each in one["nine"]] for one in (edited, plain)]
    assert values[0] == pytest.approx(values[1], rel=1e-5)
    young = told(nearest, checkpoint="batch-0001")
    modules = layers("fashion-mlp", "batch-0001")[HIDDEN]
    crowded, mine = (outputs(modules, each, "fashion-mlp") for each in (IMAGES, drawn()))
    same(young["nine"], torch.cdist(crowded.double(), mine.double())[:, 0], IMAGES)
    turned = told(nearest, options={"noise": 0.4})
    assert [each["value"] for each in turned["nine"]] != values[1], "as the network sees it"


@pytest.mark.usefixtures("here")
def test_ages_trained_here_have_their_own_too() -> None:
    weights = living.packed(zoo.load("fashion-mlp", "batch-0002"))
    age = ages.kept(weights, ages.TRAINED, file="", epoch=1, accuracy=0.5, tested=10)
    zoo.keep("fashion-mlp", [age])
    try:
        found = told(nearest, checkpoint=age.checkpoint.name)
    finally:
        zoo.keep("fashion-mlp", [])
    assert found == told(nearest, checkpoint="batch-0002")
    assert found != told(nearest)


def test_why_there_are_none(here: Path) -> None:
    taught = {"label": 1, "steps": 2, "shown": True}
    assert told(nearest, taught=taught) == {"state": "taught"}
    assert told(nearest, model="digits-mlp") == {"state": "absent"}
    (here / DATASETS[0] / "raw" / "t10k-labels-idx1-ubyte").write_bytes(b"no labels")
    failed = told(nearest)
    assert failed["state"] == "failed"
    assert DATASETS[0] in failed["sentence"]
    assert told(nearest, step="flatten", language="zh")["sentence"] != failed["sentence"]


@pytest.mark.usefixtures("here")
def test_a_question_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    class Slow(later.Later[Any]):
        def get(self, key: Any, work: Any) -> Any:
            asked.append((key, work))

    monkeypatch.setattr(crowd, "SPACES", Slow(0))
    assert nearest.section(scene())[0] == {"state": "waiting"}
    assert strongest.section(scene(unit=1))[0] == {"state": "waiting"}
    assert asked[0][0] == asked[1][0], "one space for both"


@pytest.mark.skipif(not datasets.there(DATASETS[0]), reason="the data set is not on this machine")
def test_of_all_test_images_they_are_those_of_plain_torch() -> None:
    forget()
    pictures = datasets.test_set(DATASETS[0])[0].numpy()
    found, strong = told(nearest, focus=2), told(strongest, unit=3)
    modules = layers("fashion-mlp")[HIDDEN]
    crowded, mine = (outputs(modules, each, "fashion-mlp") for each in (pictures, drawn(2)))
    apart = torch.cdist(crowded.double(), mine.double())[:, 0]
    order = torch.topk(apart, 9, largest=False).indices.tolist()
    assert [each["index"] for each in found["nine"]] == order
    same(found["nine"], apart, pictures)
    same([{**each, "value": -each["value"]} for each in strong["nine"]], -crowded[:, 3], pictures)
    forget()
