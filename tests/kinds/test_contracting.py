"""einsum, bilinear layers and their kin: every value is the sum of products that torch makes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.network.zoo import card_of
from explorer.records import Query
from tests.kinds.test_functions import explained
from tests.network.modules import Forward
from tests.network.odd import rand

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

MAPS, ROWS = rand(2, 3, 4, 5), rand(2, 4, 5)
# What is called, what it is given, and the formula.
CALLS: dict[str, tuple[Any, tuple[torch.Tensor, ...], str]] = {
    "einsum": (
        lambda _, x, y: torch.einsum("bchw,bhw->bc", x, y),
        (MAPS, ROWS),
        "y[c] = Σₕ Σ_w x1[c, h, w]·x2[h, w]",
    ),
    "einsum with a weight": (
        lambda s, x: torch.einsum("oi, ...i -> ...o", s.a.weight, x),
        (MAPS,),
        "y[t, j, o] = Σᵢ x1[o, i]·x2[t, j, i]",
    ),
    "einsum of three": (
        lambda s, x, y: torch.einsum("bij,oj,bij->bo", x, s.a.weight, y),
        (ROWS, ROWS + 1),
        "y[o] = Σᵢ Σⱼ x1[i, j]·x2[o, j]·x3[i, j]",
    ),
    "einsum of one": (lambda _, x: torch.einsum("bij->bj", x), (ROWS,), "y[j] = Σᵢ x1[i, j]"),
    "einsum of a diagonal": (
        lambda _, x: torch.einsum("bii->b", x @ x.mT)[:, None] + torch.zeros(2, 3),
        (ROWS,),
        "y = Σᵢ x1[i, i]",
    ),
    "einsum without an arrow": (
        lambda _, x, y: torch.einsum("nij,njk", x, y.mT)[:, None] * 1,
        (ROWS, ROWS + 1),
        "y[i, k] = Σₙ Σⱼ x1[n, i, j]·x2[n, j, k]",
    ),
    "outer": (
        lambda s, x: torch.outer(s.a.bias, x[1, 0, 0]),
        (MAPS,),
        "y[i, j] = x1[i]·x2[j]",
    ),
    "addmm": (
        lambda s, x: torch.addmm(s.a.bias, x[:, 0], s.a.weight.T)[:, None],
        (ROWS,),
        "y[k] = Σⱼ x2[j]·x3[j, k] + x1[k]",
    ),
    "baddbmm": (
        lambda _, x, y: torch.baddbmm(x @ y.mT, x, y.mT),
        (ROWS, ROWS + 1),
        "y[i, k] = Σⱼ x2[i, j]·x3[j, k] + x1[i, k]",
    ),
    "addmm times two numbers": (
        lambda s, x: torch.addmm(s.a.bias, x[:, 0], s.a.weight.T, beta=0.5, alpha=-2)[:, None],
        (ROWS,),
        "y[k] = Σⱼ (−2)·x2[j]·x3[j, k] + 0.5·x1[k]",
    ),
    "addmm of products alone": (
        lambda s, x: s.a.bias.addmm(mat2=s.a.weight.T, mat1=x[:, 0], beta=0)[:, None],
        (ROWS,),
        "y[k] = Σⱼ x3[j]·x2[j, k]",
    ),
    "addmm to one number": (
        lambda s, x: torch.addmm(s.a.bias[0], x[:, 0], s.a.weight.T)[:, None],
        (ROWS,),
        "y[k] = Σⱼ x2[j]·x3[j, k] + x1",
    ),
    "addbmm": (
        lambda s, x: torch.addbmm(s.a.bias[:4], x, x.mT, alpha=3)[None] + 0 * x[..., :4],
        (ROWS,),
        "y[i, k] = Σₙ Σⱼ 3·x2[n, i, j]·x3[n, j, k] + x1[k]",
    ),
    "addmv": (
        lambda s, x: torch.addmv(s.a.bias[:2], x[:, 0], s.a.weight[0], beta=2)[:, None],
        (ROWS,),
        "y = Σⱼ x2[j]·x3[j] + 2·x1",
    ),
    "addr": (
        lambda s, x: torch.addr(s.a.weight, s.a.bias, x[1, 0], alpha=3),
        (ROWS,),
        "y[i, j] = 3·x2[i]·x3[j] + x1[i, j]",
    ),
    "linalg_vecdot": (
        lambda _, x, y: torch.linalg.vecdot(x, y),
        (ROWS, ROWS + 1),
        "y[t] = Σᵢ x1[t, i]·x2[t, i]",
    ),
    "bilinear": (
        lambda s, x, y: F.bilinear(x, y, s.b.weight, s.b.bias),
        (ROWS, ROWS[..., :4] + 1),
        "y[t, o] = Σᵢ Σⱼ x1[t, i]·W[o, i, j]·x2[t, j] + b[o]",
    ),
    "Bilinear": (
        lambda s, x, y: s.b(x, y),
        (ROWS, ROWS[..., :4] + 1),
        "y[t, o] = Σᵢ Σⱼ x1[t, i]·W[o, i, j]·x2[t, j] + b[o]",
    ),
}


def seen(name: str) -> Scene:
    function, inputs, _ = CALLS[name]
    torch.manual_seed(5)
    model = Forward(function, a=nn.Linear(5, 6), b=nn.Bilinear(5, 4, 3)).eval()
    offered = zoo.offer(card_of("mine", examples=inputs), model).name
    scene = look(Query(model=offered, focus=1))
    of = name.split(maxsplit=1)[0]
    (step,) = (each.id for each in scene.steps if each.module == of)
    return look(replace(scene.query, step=step))


@pytest.mark.parametrize("name", CALLS)
def test_every_value_is_the_sum_that_torch_made(name: str) -> None:
    scene = seen(name)
    assert scene.step.kind == "contracting"
    of = scene.subject()
    assert scene.kind.formula(of) == CALLS[name][2]
    size = of.values.size
    for at in {0, size // 3, size - 1}:
        data, checks = explained(look(replace(scene.query, unit=at)))
        assert checks == [("again", True)]
        value = float(of.values.reshape(-1)[at])
        left, *_, right = data["formulas"][-1].split(" = ")
        place = ", ".join(map(str, np.unravel_index(at, of.values.shape)))
        assert left == ("y" if CALLS[name][2].startswith("y =") else f"y[{place}]")
        assert float(right.replace("−", "-")) == pytest.approx(value, rel=1e-4, abs=1e-5)
        assert not scene.kind.explain(of, at, value + 0.01)[1][0].passed
        found = scene.kind.feeding(of, at)
        if found is None:
            # what these sum is both inputs', or one input's
            assert "arrow" in name or name in ("outer", "addbmm")
            continue
        assert found.products is not None
        assert float(found.products.sum()) + found.bias == pytest.approx(value, rel=1e-5, abs=1e-5)
        assert of.sources[found.tensor(0)]


TORCHS: dict[str, Any] = {
    "einsum": lambda x, y: torch.einsum("bchw,bhw->bc", x, y),
    "einsum with a weight": lambda weight, x: torch.einsum("oi,...i->...o", weight, x),
    "bilinear": F.bilinear,
}


def test_the_products_of_one_input_are_its_slopes_times_its_values() -> None:
    for name, call in TORCHS.items():
        scene = seen(name)
        of, at = scene.subject(), scene.after[1].size // 2
        found = scene.kind.feeding(of, at)
        assert found is not None
        assert found.products is not None
        number = found.tensor(0)
        x = [torch.from_numpy(each.copy()) for each in of.exchange.received]
        x[number].requires_grad_()
        answer = call(*x)
        answer[1].reshape(-1)[at].backward()
        expected = (x[number].grad * x[number]).detach()[1].reshape(-1)  # type: ignore[operator]
        products = np.zeros(expected.numel())
        np.add.at(products, found.places, found.products)
        np.testing.assert_allclose(products, expected, rtol=1e-5, atol=1e-6)


def test_the_largest_products_are_written_out_and_the_rest() -> None:
    scene = seen("einsum")
    _, line = explained(look(replace(scene.query, unit=1)))[0]["formulas"][1:]
    terms = line.split(" = ")[1].split(" + ")
    assert len(terms) == 7
    total = 0.0
    for each in terms:
        one, *more = (float(part.strip("()").replace("−", "-")) for part in each.split("·"))
        total += one * (more[0] if more else 1)
    assert total == pytest.approx(float(scene.after[1, 1]), rel=1e-2)


def test_the_layer_is_said_in_words() -> None:
    scene = seen("Bilinear")
    for language, words in (("en", "all pairs"), ("zh", "所有数对")):
        there = look(replace(scene.query, language=language))
        texts = there.kind.words(there.subject())
        assert words in texts["sentence"]
        assert (texts["title"], texts["code"]) == ("nn.Bilinear", "x = model.b(x1, x2)")


def test_of_what_is_written_in_another_way_nothing_is_said() -> None:
    model = Forward(lambda _, x: torch.linalg.vecdot(x, x + 1, dim=1)).eval()
    scene = look(Query(model=zoo.offer(card_of("mine", examples=(ROWS,)), model).name))
    data, checks = explained(look(replace(scene.query, step="..linalg_vecdot", unit=1)))
    assert "formulas" not in data
    assert not checks
