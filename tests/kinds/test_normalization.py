"""What a normalization says of before, of after, and of the statistics between them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.figures import arrays
from explorer.maths.digits import digits
from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.network.zoo import card_of
from explorer.outgoing import replies
from explorer.records import Language, Query
from explorer.sections import unit
from explorer.viewing import view
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

PICTURES = tuple(bytes((place * step) % 256 for place in range(784)) for step in (37, 11))


def kept(made: Any = None) -> Any:
    """Return a layer, a batch norm without one, that has kept statistics."""
    made = made or nn.BatchNorm2d(6)
    made.running_mean = torch.linspace(-1, 1, 6)
    made.running_var = torch.linspace(0.25, 4, 6)
    return made


def seen(layer: nn.Module, language: Language = "en") -> Scene:
    """Return the scene of a normalization of six maps of the second picture."""
    torch.manual_seed(4)
    model = Forward(
        lambda self, x: self.b(self.a(x[:, None])), a=nn.Conv2d(1, 6, 3), b=layer
    ).eval()
    name = zoo.offer(card_of("Mine"), model).name
    return look(Query(model=name, images=PICTURES, focus=1, step="b", language=language))


def facts(scene: Scene) -> dict[str, Any]:
    return {fact.key: fact.value for fact in scene.kind.facts(scene.subject())}


def spanned(values: torch.Tensor) -> str:
    low, high = digits(float(values.min())), digits(float(values.max()))
    return low if values.numel() == 1 else f"{low} … {high} ({values.numel()})"


LAYERS = {
    "batch": (kept, lambda _: (torch.linspace(-1, 1, 6), torch.linspace(0.25, 4, 6))),
    "group": (
        lambda: nn.GroupNorm(3, 6),
        lambda x: (x.reshape(3, -1).mean(1), x.reshape(3, -1).var(1, unbiased=False)),
    ),
    "layer": (
        lambda: nn.LayerNorm((6, 26, 26)),
        lambda x: (x.mean()[None], x.var(unbiased=False)[None]),
    ),
    "instance": (
        lambda: nn.InstanceNorm2d(6),
        lambda x: (x.mean((1, 2)), x.var((1, 2), unbiased=False)),
    ),
    "instance that kept": (
        lambda: kept(nn.InstanceNorm2d(6, affine=True, track_running_stats=True)),
        lambda _: (torch.linspace(-1, 1, 6), torch.linspace(0.25, 4, 6)),
    ),
    "rows": (
        lambda: nn.LayerNorm(26),
        lambda x: (x.mean(-1).reshape(-1), x.var(-1, unbiased=False).reshape(-1)),
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_before_after_and_what_was_used_are_as_plain_torch_has_them(name: str) -> None:
    made, expected = LAYERS[name]
    scene = seen(made())
    told, before = facts(scene), torch.from_numpy(scene.before[1].copy()).double()
    after = scene.after[1].astype(np.float64)
    assert told["before.mean"] == pytest.approx(float(before.mean()))
    assert told["before.deviation"] == pytest.approx(float(before.std(unbiased=False)))
    assert told["mean"] == pytest.approx(float(after.mean()), abs=1e-6)
    assert told["deviation"] == pytest.approx(float(after.std()))
    mean, variance = expected(before)
    assert told["used.mean"] == spanned(mean.double())
    assert told["used.deviation"] == spanned((variance.double() + 1e-5).sqrt())


def test_what_the_whole_batch_decides_is_not_told_of_one_picture() -> None:
    told = facts(seen(nn.BatchNorm2d(6, track_running_stats=False)))
    assert "before.mean" in told
    assert "used.mean" not in told


def test_the_labels_are_those_of_the_language() -> None:
    scene = seen(nn.GroupNorm(3, 6), "zh")
    labels = {fact.key: fact.label for fact in scene.kind.facts(scene.subject())}
    assert (labels["used.mean"], labels["before.mean"]) == ("所用的 μ", "之前的均值")


def test_before_and_after_are_drawn_beside_each_other_on_a_scale_of_their_own() -> None:
    scene = seen(kept())
    drawn = scene.kind.figure(scene.subject()).plotly()
    one, two = drawn.data
    assert (one.meta["of"], two.meta["of"]) == ("before", "after")
    assert one.coloraxis != two.coloraxis
    ends = [drawn.layout[name].cmax for name in (one.coloraxis, two.coloraxis)]
    assert ends == [arrays.limit(scene.before[1]), scene.step.limit]
    for trace, values in ((one, scene.before[1]), (two, scene.after[1])):
        np.testing.assert_array_equal(trace.z, arrays.cells(values)[0])
    titles = [drawn.layout[name].title.text for name in ("xaxis", "xaxis2")]
    assert titles == ["before", "after"]


def test_what_no_hook_has_seen_going_in_is_not_drawn_beside() -> None:
    scene = seen(kept())
    alone = replace(scene.subject(), source=None)
    assert [trace["meta"]["of"] for trace in scene.kind.figure(alone).data] == ["after"]


def test_its_facts_reach_the_page() -> None:
    query = seen(kept()).query
    told = orjson.loads(orjson.dumps(replies.write(view(query))))
    values = {fact["key"]: fact["value"] for fact in told["facts"]}
    assert values["before.mean"] == pytest.approx(facts(look(query))["before.mean"])


def called(function: Any, step: str) -> Scene:
    """Return the scene of a function of six maps, with weights of its module, at a unit."""
    torch.manual_seed(4)
    made = Forward(lambda self, x: function(self, self.a(x[:, None])), a=nn.Conv2d(1, 6, 3))
    for name, values in (("g", torch.linspace(0.5, 2, 6)), ("b", torch.linspace(-2, 1, 6))):
        made.register_parameter(name, nn.Parameter(values))
    made.register_parameter("row", nn.Parameter(torch.linspace(-1, 2, 26)))
    made.register_buffer("m", torch.linspace(-1, 1, 6))
    made.register_buffer("v", torch.linspace(0.25, 4, 6))
    name = zoo.offer(card_of("Mine"), made.eval()).name
    return look(Query(model=name, images=PICTURES, focus=1, step=f"..{step}", unit=700))


CALLS: dict[str, tuple[Any, str, Any, str, Any]] = {
    "batch": (
        lambda s, x: F.batch_norm(x, s.m, s.v, s.g, s.b, eps=1e-3),
        "batch_norm",
        lambda _: (torch.linspace(-1, 1, 6), torch.linspace(0.25, 4, 6), 1e-3),
        " · γ + β",
        "that it was given",
    ),
    "unscaled": (
        lambda s, x: F.batch_norm(x, s.m, s.v, training=False),
        "batch_norm",
        lambda _: (torch.linspace(-1, 1, 6), torch.linspace(0.25, 4, 6), 1e-5),
        "",
        "no γ and no β",
    ),
    "shifted": (
        lambda s, x: F.batch_norm(x, s.m, s.v, bias=s.b),
        "batch_norm",
        lambda _: (torch.linspace(-1, 1, 6), torch.linspace(0.25, 4, 6), 1e-5),
        " + β",
        "there is no γ",
    ),
    "layer": (
        lambda s, x: F.layer_norm(x, (26,), s.row, eps=1e-4),
        "layer_norm",
        lambda x: (x.mean(-1).reshape(-1), x.var(-1, unbiased=False).reshape(-1), 1e-4),
        " · γ",
        "own values",
    ),
    "whole": (
        lambda _, x: torch.layer_norm(x, x.shape[1:]),
        "layer_norm",
        lambda x: (x.mean()[None], x.var(unbiased=False)[None], 1e-5),
        "",
        "own values",
    ),
    "group": (
        lambda s, x: F.group_norm(x, 3, s.g, s.b),
        "group_norm",
        lambda x: (x.reshape(3, -1).mean(1), x.reshape(3, -1).var(1, unbiased=False), 1e-5),
        " · γ + β",
        "own values",
    ),
    "instance": (
        lambda s, x: F.instance_norm(x, None, None, s.g, s.b, eps=1e-3),
        "instance_norm",
        lambda x: (x.mean((1, 2)), x.var((1, 2), unbiased=False), 1e-3),
        " · γ + β",
        "own values",
    ),
    "instance given": (
        lambda s, x: F.instance_norm(x, s.m, s.v, None, s.b, use_input_stats=False),
        "instance_norm",
        lambda _: (torch.linspace(-1, 1, 6), torch.linspace(0.25, 4, 6), 1e-5),
        " + β",
        "that it was given",
    ),
    "torch's own batch": (
        lambda s, x: torch.batch_norm(x, s.g, s.b, s.m, s.v, False, 0.1, 1e-3, False),
        "batch_norm",
        lambda _: (torch.linspace(-1, 1, 6), torch.linspace(0.25, 4, 6), 1e-3),
        " · γ + β",
        "that it was given",
    ),
    "torch's own instance": (
        lambda s, x: torch.instance_norm(x, s.g, None, None, None, True, 0.1, 1e-3, False),
        "instance_norm",
        lambda x: (x.mean((1, 2)), x.var((1, 2), unbiased=False), 1e-3),
        " · γ",
        "own values",
    ),
    "torch's own": (
        lambda s, x: torch.group_norm(x, 2, s.g, s.b, 1e-3, False),
        "group_norm",
        lambda x: (x.reshape(2, -1).mean(1), x.reshape(2, -1).var(1, unbiased=False), 1e-3),
        " · γ + β",
        "own values",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_function_has_the_view_of_the_layer_that_normalises_as_it_does(name: str) -> None:
    function, step, expected, learnt, words = CALLS[name]
    scene = called(function, step)
    assert scene.step.kind == "normalization"
    told, before = facts(scene), torch.from_numpy(scene.before[1].copy()).double()
    mean, variance, eps = expected(before)
    assert told["used.mean"] == spanned(mean.double())
    assert told["used.deviation"] == spanned((variance.double() + eps).sqrt())
    texts = scene.kind.words(scene.subject())
    assert texts["title"] == f"{step}()"
    assert texts["formula"] == f"y = (x − μ) / √(σ² + ε){learnt}"
    assert words in texts["sentence"]
    assert [trace["meta"]["of"] for trace in scene.kind.figure(scene.subject()).data] == [
        "before",
        "after",
    ]
    for at in (0, 700, 6 * 26 * 26 - 1):
        data, checks = unit.section(look(replace(scene.query, unit=at)))
        assert data is not None
        assert [(check.key, check.passed) for check in checks] == [("norm", True)]
        assert data["formulas"][-1].split(" = ")[1].endswith(learnt)


def test_a_function_that_takes_the_batchs_statistics_says_so() -> None:
    scene = called(lambda _, x: F.batch_norm(x, None, None, training=True), "batch_norm")
    assert scene.step.kind == "normalization"
    assert "used.mean" not in facts(scene)
    for language, words in (("en", "training=True"), ("zh", "training=True")):
        there = look(replace(scene.query, language=language))
        sentence = there.kind.words(there.subject())["sentence"]
        assert words in sentence
        assert "track_running_stats" not in sentence


TURNED = {
    "the batch as channels": (nn.BatchNorm1d(2), lambda x: x.transpose(0, 1)),
    "groups of the batch": (nn.GroupNorm(2, 2), lambda x: x.transpose(0, 1)),
    "a row through the batch": (nn.LayerNorm((2, 28)), lambda x: x.transpose(0, 1)),
}


@pytest.mark.parametrize("name", TURNED)
def test_statistics_over_several_pictures_are_not_worked_out_from_one(name: str) -> None:
    layer, turn = TURNED[name]
    made = Forward(lambda self, x: turn(self.b(turn(self.a(x)))), a=nn.Linear(28, 28), b=layer)
    model = zoo.offer(card_of("Mine"), made.eval()).name
    scene = look(Query(model=model, images=PICTURES, focus=1, step="b", unit=700))
    assert scene.kind.explain(scene.subject(), 700, 0.0) == ({}, ())
    assert "used.mean" not in facts(scene) or name == "the batch as channels"
