"""mean, max, var, cumsum and their kin: which values one is made of, and what torch makes of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.kinds.base import Subject
from explorer.maths.digits import digits
from explorer.network import zoo
from explorer.network.scene import look
from explorer.records import Query
from explorer.viewing import view
from tests.kinds.test_functions import PICTURES, explained, in_both, seen
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

CALLS: dict[str, Any] = {
    "mean": lambda x: x.mean((2, 3)).exp(),  # behind a last layer of two scores stands a softmax
    "mean of rows": lambda x: torch.mean(x, dim=-1, keepdim=True),
    "mean as numpy has it": lambda x: x.mean(axis=[1, 3], keepdims=True),
    "mean of all": lambda x: x.mean(),
    "mean of the inputs": lambda x: x.mean(0, keepdim=True),
    "sum": lambda x: x.sum(1),
    "sum of few": lambda x: torch.sum(x[..., :7], -1, dtype=torch.float32),
    "prod": lambda x: x.prod(1),
    "max": lambda x: x.max(2)[0],
    "max by name": lambda x: x.max(dim=-1).values,
    "max of all": lambda x: x.max(),
    "amax": lambda x: torch.amax(x, (1, 2), keepdim=True),
    "min": lambda x: x.min(dim=1, keepdim=True)[0],
    "amin": lambda x: x.amin((2, 3)).exp(),
    "argmax": lambda x: x.argmax(-1),
    "argmin": lambda x: x.argmin(2, keepdim=True),
    "argmax of all": lambda x: x.argmax(),
    "var": lambda x: x.var((1, 3)),
    "var of all": lambda x: x.var(False),
    "var without a share": lambda x: x.var(3, unbiased=False),
    "std": lambda x: torch.std(x, dim=(2, 3), correction=0).exp(),
    "std_mean": lambda x: torch.std_mean(x, 1)[0],
    "logsumexp": lambda x: (9 * x).logsumexp(-1),
    "norm": lambda x: x.norm(dim=1),
    "norm of all": torch.norm,
    "norm of distances": lambda x: x.norm(1, (1, 2)),
    "norm of the largest": lambda x: x.norm(float("inf"), -1),
    "norm of another power": lambda x: x.norm(p=3, dim=-1, keepdim=True),
    "norm of what is there": lambda x: x.norm(0, -1),
    "linalg_vector_norm": lambda x: torch.linalg.vector_norm(x, ord=2, dim=(1, 2)),
    "linalg_norm": lambda x: torch.linalg.norm(x, dim=3),
    "linalg_norm of matrices": lambda x: torch.linalg.norm(x, "fro", dim=(1, 3)),
    "linalg_norm of rows": lambda x: torch.linalg.norm(x, 1, dim=(3,)),
    "linalg_matrix_norm": torch.linalg.matrix_norm,
    "linalg_matrix_norm of others": lambda x: torch.linalg.matrix_norm(x, dim=(1, 2), keepdim=True),
    "cumsum": lambda x: x.cumsum(2),
    "cumprod": lambda x: torch.cumprod(x + 1, dim=-1),
    "logcumsumexp": lambda x: x.logcumsumexp(3),
}
LINEAR = ("mean", "sum", "cumsum")
CHOOSING = ("max", "min", "amax", "amin")
SPAN = re.compile(r"(\d+)(?:…(\d+))?")


def op(name: str) -> str:
    return name.split(maxsplit=1)[0]


def subject(name: str) -> tuple[Any, Subject]:
    scene = seen(lambda _, x: CALLS[name](x), "input")
    (step,) = (each.id for each in scene.steps if each.module == op(name))
    scene = look(replace(scene.query, step=step))
    assert scene.step.kind == "reducing"
    return scene, scene.subject()


def again(name: str, of: Subject) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what went into the call, and what torch makes of it, in float64."""
    x = torch.from_numpy(of.exchange.received[0].copy()).double().requires_grad_()
    whole = {
        "mean": lambda x: x.mean((2, 3)),
        "amin": lambda x: x.amin((2, 3)),
        "std": lambda x: torch.std(x, dim=(2, 3), correction=0),
        "sum of few": lambda x: x.sum(-1),
        "logsumexp": lambda x: x.logsumexp(-1),
        "cumprod": lambda x: x.cumprod(-1),
    }
    return x, whole.get(name, CALLS[name])(x)


def region(line: str, of: Subject, whole: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the values that a line names, `x[3, 0…27]: n = 28`."""
    spans = [
        slice(int(one), int(last or one) + 1) for one, last in SPAN.findall(line.partition(":")[0])
    ]
    if len(spans) < whole.ndim:  # this input's own
        spans.insert(of.exchange.batches[0] or 0, slice(of.focus, of.focus + 1))
    return whole[tuple(spans)]


@pytest.mark.parametrize("name", CALLS)
def test_every_value_is_worked_out_from_those_that_torch_takes(name: str) -> None:
    scene, of = subject(name)
    x, expected = again(name, of)
    if of.exchange.batch is not None:
        expected = expected.movedim(of.exchange.batch, 0)[of.focus]
    flat = expected.reshape(-1)
    assert len(flat) == of.values.size
    for unit in {0, len(flat) // 3, len(flat) - 1}:
        data, checks = explained(look(replace(scene.query, unit=unit)))
        place, *lines = data["formulas"]
        taken = region(place, of, x.detach().numpy())
        assert f"n = {taken.size}" in place
        grown = torch.from_numpy(taken).reshape(-1)
        one = op(name) in CHOOSING or op(name)[:3] == "arg"
        assert checks == [("taken" if one else "again", True)]
        told = next(each for each in lines if each.startswith("y")).rpartition(" = ")[2]
        value = float(flat[unit].detach())
        assert float(told.replace("−", "-")) == pytest.approx(value, rel=1e-4, abs=1e-5)
        assert not scene.kind.explain(of, unit, value + max(0.01, abs(value) / 99))[1][0].passed
        if op(name) in CHOOSING:
            assert digits(value) in lines[0].partition("(")[2]  # among those written out
            assert ("from" in data) == (of.exchange.batch is not None)
            assert float(grown.max() if "max" in name else grown.min()) == value
        _slopes(scene, of, unit, x, flat[unit])


def _slopes(scene: Any, of: Subject, unit: int, x: torch.Tensor, value: torch.Tensor) -> None:
    """What feeds a value is its slope times each value that goes in; what was chosen is followed."""
    found = scene.kind.feeding(of, unit)
    name = of.step.module
    shared = value.requires_grad and of.exchange.batch is None
    if name not in (*LINEAR, *CHOOSING) or shared or len(x) != len(of.after):
        return
    (slopes,) = torch.autograd.grad(value, x, retain_graph=True)
    mine = slopes[of.focus].reshape(-1).numpy()
    entering = of.received[0][of.focus].reshape(-1)
    assert found is not None
    if name in LINEAR:
        assert found.products is not None
        products = np.zeros(entering.size)
        products[found.places] = found.products
        np.testing.assert_allclose(products, mine * entering, rtol=1e-6)
        assert found.total == pytest.approx(float(value.detach()), rel=1e-5, abs=1e-6)
    else:
        assert entering[found.places[0]] == float(value.detach())


def test_what_all_inputs_make_together_is_no_path_of_one() -> None:
    for name in ("mean of all", "mean of the inputs", "max of all"):
        scene, of = subject(name)
        assert scene.kind.feeding(of, 0) is None


def test_a_path_leads_through_a_mean_and_a_maximum_to_the_pixels() -> None:
    torch.manual_seed(2)
    made = Forward(
        lambda s, x: s.b(torch.cat([(y := s.a(x.unsqueeze(1))).mean((2, 3)), y.amax((2, 3))], 1)),
        a=nn.Conv2d(1, 3, 5),
        b=nn.Linear(6, 4),
    )
    name = zoo.offer(zoo.card_of("Mine"), made.eval()).name
    query = Query(model=name, images=PICTURES, focus=1, step="b", unit=2, show=("paths",))
    found = view(query).sections["paths"]
    assert found is not None
    assert {(each["from"], each["to"]) for each in found["edges"]} == {
        *((name, "..cat") for name in ("..mean", "..amax")),
        *(("a", name) for name in ("..mean", "..amax")),
        *(("..cat", "b"), ("..unsqueeze", "a"), ("input", "..unsqueeze")),
    }


FORMULAS = {
    "mean": "y[i] = Σⱼ Σₖ x[i, j, k] / 784",
    "mean of all": "y = Σₙ Σᵢ Σⱼ Σₖ x[n, i, j, k] / 3136",
    "max": "y[i, k] = max { x[i, j, k] : j }",
    "amax": "y[0, 0, k] = max { x[i, j, k] : i, j }",
    "var": "y[j] = Σᵢ Σₖ (x[i, j, k] − μ)² / (56 − 1)",
    "std": "y[i] = √(Σⱼ Σₖ (x[i, j, k] − μ)² / 784)",
    "logsumexp": "y[i, j] = log Σₖ exp(x[i, j, k])",
    "norm": "y[j, k] = √(Σᵢ x[i, j, k]²)",
    "norm of another power": "y[i, j, 0] = (Σₖ |x[i, j, k]|^3)^(1/3)",
    "cumsum": "y[i, j, k] = Σₜ x[i, t, k], t ≤ j",
    "prod": "y[j, k] = Πᵢ x[i, j, k]",
}


@pytest.mark.parametrize("name", FORMULAS)
def test_the_formula_has_a_letter_for_each_dimension(name: str) -> None:
    scene, _ = subject(name)
    for texts in in_both(scene):
        assert texts["formula"] == FORMULAS[name]
        assert texts["title"] == f"{op(name)}()"


def test_a_mean_is_written_out_by_its_largest_values_and_the_rest() -> None:
    scene, of = subject("mean")
    row = of.entering[1].reshape(-1).astype(np.float64)
    data, _ = explained(look(replace(scene.query, unit=1)))
    place, line = data["formulas"]
    assert place == "x[1, 0…27, 0…27]: n = 784"
    terms = re.findall(r"−?\d[\d.]*", line.partition("(")[2].partition(") / 784")[0])
    numbers = [float(each.replace("−", "-")) for each in terms]
    assert sum(numbers) == pytest.approx(row.sum(), rel=1e-3)
    assert sorted(map(abs, numbers[:-1])) == pytest.approx(sorted(abs(row))[-6:], rel=1e-3)
    assert line.endswith(f" / 784 = {row.mean():.6g}".replace("-", "−"))
    data, _ = explained(look(replace(subject("sum of few")[0].query, unit=0)))
    assert data["formulas"][1].count("+") == 6  # few are there one by one


@pytest.mark.parametrize(
    "function",
    [
        lambda x: torch.max(x, x * 2),  # the larger of two, place by place
        lambda x: torch.linalg.norm(x, ord=2, dim=(2, 3)).exp(),  # a singular value
        lambda x: x.norm("nuc", (2, 3)).exp(),
    ],
)
def test_another_function_of_the_same_name_is_none_of_them(function: Any) -> None:
    scene = seen(lambda _, x: function(x), "input")
    assert "reducing" not in {each.kind for each in scene.steps}
