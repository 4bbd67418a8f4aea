"""Padding and resizing: which value stands where, and of a mean the neighbours, as torch has it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.network.scene import look
from explorer.network.zoo import card_of, offer
from explorer.records import Query
from explorer.words import LANGUAGES
from tests.kinds.test_functions import PICTURES, explained, model

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

PADS: dict[str, Any] = {
    "zeros": lambda x: F.pad(x, (1, 2)),
    "a number": lambda x: F.pad(x, (1, 2, 3, 0), value=0.5),
    "a cut": lambda x: F.pad(x, (-1, 2, 0, -3)),
    "maps": lambda x: F.pad(x, (0, 0, 0, 0, 1, 1), "constant", 2),
    "reflect": lambda x: F.pad(x, (1, 2, 3, 0), mode="reflect"),
    "replicate": lambda x: F.pad(x, (4, 2, 3, 1), mode="replicate"),
    "circular": lambda x: F.pad(x, (4, 2, 3, 1), mode="circular"),
    "nn.ZeroPad2d": nn.ZeroPad2d((1, 2, 3, 4)),
    "nn.ConstantPad2d": nn.ConstantPad2d(3, -1.5),
    "nn.ReflectionPad2d": nn.ReflectionPad2d(2),
    "nn.ReplicationPad2d": nn.ReplicationPad2d(2),
    "nn.CircularPad2d": nn.CircularPad2d((1, 2, 3, 4)),
}
REPEATED: dict[str, Any] = {
    "twice": lambda x: F.interpolate(x, scale_factor=2),
    "to a size": lambda x: F.interpolate(x, (40, 15)),
    "nearest-exact": lambda x: F.interpolate(x, size=[13, 35], mode="nearest-exact"),
    "nn.Upsample": nn.Upsample(scale_factor=3),
    "nn.UpsamplingNearest2d": nn.UpsamplingNearest2d(size=(50, 30)),
}
MIXED: dict[str, Any] = {
    "bilinear": lambda x: F.interpolate(x, size=(40, 15), mode="bilinear"),
    "corners": lambda x: F.interpolate(x, None, 2, "bilinear", True),
    "bicubic": lambda x: F.interpolate(x, scale_factor=1.5, mode="bicubic"),
    "area": lambda x: F.interpolate(x, size=9, mode="area"),
    "antialias": lambda x: F.interpolate(x, size=(9, 9), mode="bilinear", antialias=True),
    "nn.Upsample": nn.Upsample(size=(20, 41), mode="bilinear"),
    "nn.UpsamplingBilinear2d": nn.UpsamplingBilinear2d(scale_factor=2),
}


def at_the_step(call: Any) -> Any:
    """Return the scene at a call of a function or of a layer."""
    layer = isinstance(call, nn.Module)
    made = model((lambda self, x: self.layer(x)) if layer else (lambda _, x: call(x)))
    if layer:
        made.layer = call
    scene = look(Query(model=offer(card_of("Mine"), made).name, images=PICTURES, focus=1))
    return look(replace(scene.query, step=scene.steps[-1].id))


def places(scene: Any) -> list[int]:
    size = scene.values[scene.step.id][0].size
    drawn = np.random.default_rng(3).integers(0, size, 12).tolist()
    return [0, 1, size // 2, size - 1, *drawn]


@pytest.mark.parametrize("name", PADS)
def test_every_value_is_one_that_goes_in_or_the_number_around(name: str) -> None:
    scene = at_the_step(PADS[name])
    assert scene.step.kind == "padding"
    assert scene.step.path == ("layer" if name.startswith("nn.") else "")
    entering, after = scene.subject().entering, scene.subject().values
    # torch's own answer to the numbers of the places
    numbers = torch.arange(float(entering.size), dtype=torch.float64) + 7
    moved = PADS[name](numbers.reshape(1, *entering.shape))[0].numpy()
    around = 0
    for at in places(scene):
        data, checks = explained(look(replace(scene.query, unit=at)))
        assert checks == [("taken", True)]
        left, *right = data["formulas"][0].split(" = ")
        place = np.unravel_index(at, after.shape)
        assert left == f"y[{', '.join(map(str, place))}]"
        assert float(right[-1]) == pytest.approx(float(after[place]), abs=1e-5)
        if moved[place] < 7:
            around += 1
            assert len(right) == 1
            assert "from" not in data
        else:
            stood = tuple(int(each) for each in re.findall(r"\d+", right[0]))
            assert moved[place] == 7 + np.ravel_multi_index(stood, entering.shape)
            assert data["from"] == moved[place] - 7
    assert bool(around) == (name in {*list(PADS)[:4], "nn.ZeroPad2d", "nn.ConstantPad2d"})


@pytest.mark.parametrize("name", REPEATED)
def test_a_repeated_value_is_the_one_that_torch_repeats(name: str) -> None:
    scene = at_the_step(REPEATED[name])
    assert scene.step.kind == "resizing"
    entering = scene.subject().entering
    numbers = torch.arange(float(entering.size), dtype=torch.float64)
    moved = REPEATED[name](numbers.reshape(1, *entering.shape))[0].numpy().reshape(-1)
    for at in places(scene):
        data, checks = explained(look(replace(scene.query, unit=at)))
        assert checks == [("taken", True)]
        assert data["from"] == moved[at]


@pytest.mark.parametrize("name", MIXED)
def test_a_mean_is_its_neighbours_times_their_weights(name: str) -> None:
    scene = at_the_step(MIXED[name])
    assert (scene.step.kind, bool(scene.step.path)) == ("resizing", name.startswith("nn."))
    subject = scene.subject()
    for at in places(scene):
        data, checks = explained(look(replace(scene.query, unit=at)))
        assert checks == [("mixed", True)]
        found = float(data["formulas"][0].rpartition(" = ")[2])
        value = float(subject.values.reshape(-1)[at])
        assert found == pytest.approx(value, rel=1e-5, abs=1e-5)
        feeding = scene.kind.feeding(subject, at)
        alone = np.zeros(subject.entering.shape, dtype=np.float32).reshape(-1)
        alone[feeding.places] = subject.entering.reshape(-1)[feeding.places]
        again = MIXED[name](torch.from_numpy(alone.reshape(1, *subject.entering.shape)))
        assert float(again.reshape(-1)[at]) == pytest.approx(value, rel=1e-5, abs=1e-5)
        assert float(np.sum(feeding.products)) == pytest.approx(value, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize(
    ("call", "formula", "words"),
    [
        (
            nn.ZeroPad2d((1, 2, 3, 4)),
            "y[k, r, c] = x[k, r − 3, c − 1]",
            ("the number 0 ", "补上数 0"),
        ),
        (PADS["a cut"], "y[k, r, c] = x[k, r, c + 1]", ("the number 0 ", "补上数 0")),
        (PADS["a number"], "y[k, r, c] = x[k, r − 3, c − 1]", ("number 0.5 ", "补上数 0.5")),
        (PADS["reflect"], "y[k, r, c] = x[k, r − 3, c − 1]", ("mirror image", "镜像")),
        (PADS["replicate"], "y[k, r, c] = x[k, r − 3, c − 4]", ("Repeats", "向外重复")),
        (PADS["circular"], "y[k, r, c] = x[k, r − 3, c − 4]", ("other side", "对边")),
        (REPEATED["twice"], "2 × 28 × 28 → 2 × 56 × 56", ("repeating", "重复")),
        (MIXED["area"], "2 × 28 × 28 → 2 × 9 × 9", ("weighted mean", "加权平均")),
    ],
)
def test_it_is_said_what_is_put_around_or_mixed(
    call: Any, formula: str, words: tuple[str, str]
) -> None:
    scene = at_the_step(call)
    for language, part in zip(LANGUAGES, words, strict=True):
        there = look(replace(scene.query, language=language))
        texts = there.kind.words(there.subject())
        assert texts["formula"] == formula
        assert part in texts["sentence"]


def test_of_padded_batches_nothing_is_said() -> None:
    scene = at_the_step(lambda x: F.pad(x, (0, 0, 0, 0, 0, 0, 1, 0))[1:])
    step = scene.steps[-2].id
    data, checks = explained(look(replace(scene.query, step=step, unit=3)))
    assert "formulas" not in data
    assert not checks
