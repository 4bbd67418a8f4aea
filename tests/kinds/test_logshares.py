"""The logarithm of a softmax, as a layer or a function: of one row of scores, and of many."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.lessons import Taught
from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.network.zoo import card_of
from explorer.records import Query
from explorer.sections import unit
from explorer.viewing import view
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

PICTURES = tuple(bytes((place * step) % 256 for place in range(784)) for step in (37, 11))
LABELS = ("coat", "bag", "shoe", "hat", "sock")


def seen(module: nn.Module, step: str, **asked: Any) -> Scene:
    """Return the scene of the second picture at a step of a module of five classes."""
    name = zoo.offer(card_of("Mine", labels=LABELS), module.eval()).name
    return look(Query(model=name, images=PICTURES, focus=1, step=step, **asked))


def scored() -> nn.Linear:
    torch.manual_seed(3)
    return nn.Linear(784, 5)


def layered(*behind: nn.Module) -> nn.Module:
    return nn.Sequential(nn.Flatten(), scored(), nn.LogSoftmax(dim=1), *behind)


def called() -> nn.Module:
    return Forward(lambda self, x: F.log_softmax(self.a(x.flatten(1)), dim=-1), a=scored())


BOTH = {"a layer": (layered, "2", "1"), "a function": (called, "..log_softmax", "a")}


@pytest.mark.parametrize("name", BOTH)
def test_a_logarithm_of_a_share_is_written_out_and_checked(name: str) -> None:
    build, step, source = BOTH[name]
    scene = seen(build(), step, unit=3)
    assert scene.step.kind == "logsoftmax"
    logits = torch.from_numpy(scene.before[1].copy()).double()
    total, expected = float(logits.logsumexp(0)), logits.log_softmax(0)
    for at in range(5):
        data, checks = unit.section(look(replace(scene.query, unit=at)))
        assert data is not None
        z, value = float(logits[at]), float(expected[at])
        assert data["formulas"][0] == f"log p[{at}] = z[{at}] − log Σₖ exp(z[k])"
        assert data["formulas"][1].endswith(f"= {total:.6g}")
        behind = f"({total:.6g})" if total < 0 else f"{total:.6g}"
        assert data["formulas"][2] == f"log p[{at}] = {z:.6g} − {behind} = {value:.6g}"
        assert data["formulas"][3] == f"p[{at}] = exp({value:.6g}) = {np.exp(value):.6g}"
        assert (data["from"], data["source"]) == (at, source)
        assert [(check.key, check.passed) for check in checks] == [("logshare", True)]
        (wrong,) = scene.kind.explain(scene.subject(), at, value + 1e-4)[1]
        assert not wrong.passed


@pytest.mark.parametrize("name", BOTH)
def test_the_answer_is_predicted_from_its_exponentials(name: str) -> None:
    build, step, _ = BOTH[name]
    scene = seen(build(), step)
    logits = torch.from_numpy(scene.before.copy())
    np.testing.assert_allclose(
        scene.prediction.probabilities, logits.softmax(1), rtol=1e-5, atol=1e-7
    )
    assert scene.steps[-1].id == step
    assert scene.logits is not None
    np.testing.assert_array_equal(scene.logits, logits)  # not what they became


@pytest.mark.parametrize("name", BOTH)
def test_the_classes_are_bars_on_the_side_below_0_and_exp_of_them_sums_to_1(name: str) -> None:
    build, step, _ = BOTH[name]
    scene = seen(build(), step)
    assert scene.step.named
    drawn = scene.kind.figure(scene.subject()).plotly()
    assert drawn.layout.xaxis.title.text == "log p"
    shown = dict(zip(drawn.data[1].y, drawn.data[1].x, strict=True))
    shown |= dict(zip(drawn.data[0].y, drawn.data[0].x, strict=True))
    assert set(shown) == set(LABELS)
    told = {fact.key: fact.value for fact in scene.kind.facts(scene.subject())}
    assert told["exponentials"] == pytest.approx(1, abs=1e-6)
    for language, words in (("en", "logarithm"), ("zh", "对数")):
        there = look(replace(scene.query, language=language))
        texts = there.kind.texts(there.subject())
        assert words in texts["sentence"]
        assert texts["formula"] == "log p[c] = z[c] − log Σₖ exp(z[k])"
        assert texts["printed"] == f"Predicted class: {torch.tensor(scene.after).argmax(1)}"


def test_a_value_in_a_row_is_of_its_own_row() -> None:
    made = Forward(lambda self, x: F.log_softmax(self.a(x), dim=-2), a=nn.Linear(28, 28))
    scene = seen(made, "..log_softmax", unit=60)
    assert scene.step.kind == "logsoftmax"
    data, checks = unit.section(scene)
    assert data is not None
    assert [check.passed for check in checks] == [True]
    assert data["formulas"][0] == "log p[2, 4] = z[2, 4] − log Σₖ exp(z[k, 4])"
    column = torch.from_numpy(scene.before[1][:, 4].copy()).double()
    assert data["formulas"][1].endswith(f"= {float(column.logsumexp(0)):.6g}")
    assert "dim=-2" in scene.kind.words(scene.subject())["sentence"]


def test_a_logarithm_over_the_batch_is_not_worked_out_from_one_picture() -> None:
    made = Forward(lambda self, x: F.log_softmax(self.a(x), dim=0), a=nn.Linear(28, 28))
    scene = seen(made, "..log_softmax", unit=60)
    assert scene.kind.explain(scene.subject(), 60, 0.0) == ({}, ())


@pytest.mark.parametrize("name", BOTH)
def test_the_chain_rule_through_it_is_that_of_autograd(name: str) -> None:
    build, step, _ = BOTH[name]
    query = seen(build(), step, unit=2, taught=Taught(label=3), show=("gradient",)).query
    told = view(query)
    lines = told.sections["gradient"]["formulas"]
    assert lines[0].startswith("dL/dlogit[2] = p[2] − 0 = ")
    assert [check.passed for check in told.checks if check.key == "share"] == [True]


def test_one_that_something_else_is_made_of_has_the_slope_of_all_of_it() -> None:
    def mixed(self: Any, x: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.b(self.c(self.a(x.flatten(1))))
        return made

    torch.manual_seed(3)
    made = Forward(mixed, a=scored(), c=nn.LogSoftmax(1), b=nn.Linear(5, 4))
    query = seen(made, "c", unit=2, taught=Taught(label=3), show=("gradient",)).query
    told = view(query)
    assert (
        "dL/dx[2] = dL/dlog p[2] − p[2]·Σₖ dL/dlog p[k]" in told.sections["gradient"]["formulas"][0]
    )
    assert [check.passed for check in told.checks if check.key == "slope"] == [True]


def test_a_logarithm_over_the_batch_is_none_of_the_classes() -> None:
    made = Forward(lambda self, x: F.log_softmax(self.a(x.flatten(1)), dim=0), a=scored())
    assert seen(made, "..log_softmax").step.kind == "function"
