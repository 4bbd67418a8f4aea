"""Arithmetic between layers: what one value was made of, with tensors and with numbers."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn

from explorer.network import zoo
from explorer.network.scene import look
from explorer.network.zoo import card_of
from explorer.records import Query
from explorer.sections import unit
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

PICTURES = tuple(bytes((place * step) % 256 for place in range(784)) for step in (37, 11))

CASES: dict[str, tuple[Any, str, Any]] = {
    "less a value": (lambda _, x: 1 - x, "sub", lambda x: f"y[5] = 1 − {x}"),
    "less a multiple": (
        lambda _, x: torch.rsub(x, 1, alpha=2),
        "rsub",
        lambda x: f"y[5] = 1 − 2 · {x}",
    ),
    "half": (lambda _, x: x / 2, "div", lambda x: f"y[5] = {x} / 2"),
    "method": (lambda _, x: x.true_divide(2), "true_divide", lambda x: f"y[5] = {x} / 2"),
    "reciprocal": (lambda _, x: 2 / x, "div", lambda x: f"y[5] = 2 / {x}"),
    "squared": (lambda _, x: x**2, "pow", lambda x: f"y[5] = {x}^2"),
    "power of two": (lambda _, x: 2**x, "pow", lambda x: f"y[5] = 2^{x}"),
    "doubled": (lambda _, x: x * 2, "mul", lambda x: f"y[5] = {x} · 2"),
    "moved": (lambda _, x: x - 0.25, "sub", lambda x: f"y[5] = {x} − 0.25"),
    "scaled": (lambda self, x: x * self.s, "mul", lambda x: f"y[5] = {x} · 0.3"),
    "negative": (lambda _, x: -x, "neg", lambda x: f"y[5] = −x[5] = −({x.strip('()')})"),
    "in place": (lambda _, x: x.div_(4), "div_", lambda x: f"y[5] = {x} / 4"),
}
# where a negative value is in brackets, most because it stands behind the sign
BEHIND = (
    *("less a value", "less a multiple", "reciprocal", "power of two", "negative"),
    "squared",  # as −2² is −4
)


def last(function: Any, step: str) -> Any:
    """Return the scene of a function behind a layer, at its unit 5 for the second picture."""
    torch.manual_seed(2)
    made = Forward(lambda self, x: function(self, self.a(x.flatten(1))), a=nn.Linear(784, 8))
    made.register_parameter("s", nn.Parameter(torch.tensor(0.3)))
    made.register_parameter("w", nn.Parameter(torch.arange(8.0)))
    name = zoo.offer(card_of("Mine"), made.eval()).name
    return look(Query(model=name, images=PICTURES, focus=1, step=f"..{step}", unit=5))


@pytest.mark.parametrize("name", CASES)
def test_a_value_and_a_number_are_written_out_and_checked(name: str) -> None:
    function, step, line = CASES[name]
    scene = last(function, step)
    data, checks = unit.section(scene)
    assert data is not None
    before = float(scene.before[1, 5])
    shown = f"{before:.6g}"
    given = f"({shown})" if name in BEHIND and before < 0 else shown
    # in float64, as the page works it out: the digits of a float32 may end otherwise
    one = torch.tensor(before, dtype=torch.float64)
    made = float(function(copy.deepcopy(scene.model).double(), one).detach())
    assert made == pytest.approx(data["value"], rel=1e-6)
    assert data["formulas"] == [f"{line(given)} = {made:.6g}"]
    assert (data["source"], data["from"]) == ("a", 5)
    assert [(check.key, check.passed) for check in checks] == [("again", True)]
    (wrong,) = scene.kind.explain(scene.subject(), 5, data["value"] + 0.01)[1]
    assert not wrong.passed


@pytest.mark.parametrize(
    ("function", "step", "sign"),
    [
        (lambda self, x: x / (self.w + 1), "div", "/"),
        (lambda self, x: torch.sub(x, self.w, alpha=3), "sub", "− 3 ·"),
        (lambda self, x: torch.subtract(x, self.w), "subtract", "−"),
    ],
)
def test_two_tensors_are_written_out_with_their_factor(function: Any, step: str, sign: str) -> None:
    scene = last(function, step)
    data, checks = unit.section(scene)
    assert data is not None
    assert f" {sign} " in data["formulas"][1]
    assert [check.passed for check in checks] == [True]


def test_a_division_that_is_rounded_is_another_one() -> None:
    scene = last(lambda _, x: torch.div(x, 0.1, rounding_mode="floor"), "div")
    data, checks = unit.section(scene)
    assert data is not None
    assert "formulas" not in data
    assert not checks
    assert scene.kind.formula(scene.subject()) == "y[i] = floor(x[i] / 0.1)"


def test_the_sign_that_is_turned_is_said_in_both_languages() -> None:
    scene = last(lambda _, x: -x, "neg")
    for language, words in (("en", "Turns the sign"), ("zh", "相反数")):
        there = look(replace(scene.query, language=language))
        texts = there.kind.words(there.subject())
        assert texts["formula"] == "y[i] = −x[i]"
        assert words in texts["sentence"]


@pytest.mark.parametrize(
    ("function", "name", "code"),
    [
        (lambda _, x: 1 - x, "sub", "y = sub(1, x1)"),
        (lambda _, x: 2 / x, "div", "y = div(2, x1)"),
        (lambda _, x: 2**x, "pow", "y = pow(2, x1)"),
        (lambda _, x: 7 // x, "floordiv", "y = floordiv(7, x1)"),
        (lambda _, x: 7 % x, "remainder", "y = remainder(7, x1)"),
        (lambda _, x: torch.rsub(x, 1), "rsub", "y = rsub(x1, 1)"),  # as somebody wrote it
    ],
)
def test_what_is_written_the_other_way_round_is_called_by_its_sign(
    function: Any, name: str, code: str
) -> None:
    scene = last(function, name)
    assert scene.step.module == name
    texts = scene.kind.words(scene.subject())
    assert (texts["title"], texts["code"]) == (f"{name}()", code)


def test_a_product_of_matrices_has_its_left_one_first() -> None:
    scene = last(lambda self, x: x[:, None].__rmatmul__(self.w[:3, None]), "matmul")
    assert scene.happened["..matmul"].sources == ("..getitem#2", "..getitem")
    assert scene.kind.words(scene.subject())["formula"].startswith("3 × 1, 1 × 8 → ")
