"""A linear layer on a sequence: every unit is the sum of the inputs of its own row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.kinds.base import Slopes, Subject
from explorer.kinds.linear import Linear
from explorer.kinds.logits import Logits
from explorer.records import Floats, Input, Step

SHAPES = [(4,), (5, 4), (2, 5, 4)]  # of one image's inputs


def asked(*shape: int, bias: bool = True) -> tuple[Subject, nn.Linear]:
    torch.manual_seed(3)
    layer = nn.Linear(shape[-1], 3, bias=bias).requires_grad_(requires_grad=False)
    before: Floats = torch.randn(2, *shape).numpy()
    after: Floats = layer(torch.from_numpy(before)).numpy()
    step = Step("s", "linear", "Linear", "s", after.shape)
    return Subject(step, layer, before, after, 1, Input(), (), "en", "below"), layer


def slopes_of(subject: Subject, layer: nn.Linear) -> Slopes:
    """Return the gradients of some loss of the focused image, as autograd has them."""
    copied = nn.Linear(layer.in_features, 3, bias=layer.bias is not None)
    copied.load_state_dict(layer.state_dict())
    entering = torch.from_numpy(subject.entering.copy()).requires_grad_()
    leaving = copied(entering)
    leaving.retain_grad()
    leaving.sin().sum().backward()
    found = {
        name: each.grad.numpy() for name, each in copied.named_parameters() if each.grad is not None
    }
    assert entering.grad is not None
    assert leaving.grad is not None
    return Slopes(0, entering.grad.numpy(), leaving.grad.numpy(), found)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("bias", [True, False])
def test_every_unit_is_the_sum_of_its_row(shape: tuple[int, ...], *, bias: bool) -> None:
    subject, layer = asked(*shape, bias=bias)
    flat = subject.entering.reshape(-1)
    for unit, value in enumerate(subject.values.reshape(-1).tolist()):
        data, checks = Linear().explain(subject, unit, value)
        total = Linear().sum(subject, unit)
        assert total is not None
        assert [check.key for check in checks if not check.passed] == []
        assert data["total"] == pytest.approx(value, abs=1e-6)
        assert subject.values[tuple(data["place"])] == np.float32(value)
        assert data["first"] == total.first
        for term in (*data["positive"], *data["negative"]):
            assert flat[total.first + term["index"]] == np.float32(term["input"])
            assert float(layer.weight[data["place"][-1], term["index"]]) == term["weight"]


@pytest.mark.parametrize("inputs", [784, 5000])
def test_many_terms_beside_a_huge_one_are_the_sum_that_float32_rounds(inputs: int) -> None:
    layer = nn.Linear(inputs, 256).requires_grad_(requires_grad=False)
    layer.weight.uniform_(-1, 1, generator=torch.Generator().manual_seed(4))
    layer.weight[:, 0] = 1
    before: Floats = torch.rand(1, inputs, generator=torch.Generator().manual_seed(5)).numpy()
    before[0, 0] = 1e6
    after: Floats = layer(torch.from_numpy(before)).numpy()
    step = Step("s", "linear", "Linear", "s", after.shape)
    subject = Subject(step, layer, before, after, 0, Input(), (), "en", "below")
    for unit, value in enumerate(after[0].tolist()):
        for wrong in (False, True):
            _, (check,) = Linear().explain(subject, unit, value + 20 * wrong)
            assert check.passed is not wrong, (unit, check.residual, check.tolerance)


def test_a_sum_of_another_row_is_seen() -> None:
    subject, _ = asked(5, 4)
    _, (check,) = Linear().explain(subject, 7, float(subject.values.reshape(-1)[4]))
    assert not check.passed


@pytest.mark.parametrize("kind", [Linear(), Logits()])
def test_a_sequence_is_written_row_by_row(kind: Linear) -> None:
    assert kind.formula(asked(5, 4)[0]) == "z[…, i] = Σⱼ W[i, j]·x[…, j] + b[i]"
    assert kind.formula(asked(4)[0]) == kind.written


@pytest.mark.parametrize("shape", SHAPES)
def test_the_chain_rule_goes_through_every_row(shape: tuple[int, ...]) -> None:
    subject, layer = asked(*shape)
    slopes = slopes_of(subject, layer)
    for unit in range(subject.values.size):
        lines, checks = Linear().backward(subject, slopes, unit)
        assert [check.key for check in checks] == ["slope", "slopes"]
        assert [check.key for check in checks if not check.passed] == []
        weight, bias, entering = lines
        assert ("Σₜ" in weight) == ("Σₜ" in bias) == (len(shape) > 1)
        place = np.unravel_index(unit, subject.values.shape)
        assert slopes.parameters["bias"][place[-1]] == pytest.approx(said(bias), rel=2e-3)
        row = tuple(place[:-1])
        at = int(np.abs(subject.entering[row]).argmax())
        assert slopes.parameters["weight"][place[-1], at] == pytest.approx(said(weight), rel=2e-3)
        assert slopes.entering is not None
        assert slopes.entering[(*row, at)] == pytest.approx(said(entering), rel=2e-3)


def said(line: str) -> float:
    """Return the number that a line ends with."""
    number, _, power = line.rpartition("= ")[2].replace("−", "-").partition("·10")
    raised = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(number) * 10.0 ** int(raised or 0)


@pytest.mark.parametrize("fault", ["weight", "entering"])
def test_a_wrong_gradient_of_a_sequence_is_seen(fault: str) -> None:
    subject, layer = asked(5, 4)
    right = slopes_of(subject, layer)
    wrong: dict[str, Any] = {
        "label": 0,
        "entering": right.entering,
        "leaving": right.leaving,
        "parameters": dict(right.parameters),
    }
    if fault == "weight":
        wrong["parameters"]["weight"] = right.parameters["weight"] * 1.001
    else:
        wrong["entering"] = wrong["entering"] * 1.001
    _, checks = Linear().backward(subject, Slopes(**wrong), 7)
    assert [check.key for check in checks if not check.passed] == [
        "slope" if fault == "weight" else "slopes"
    ]


def test_what_is_no_module_is_no_sum() -> None:
    subject, _ = asked(5, 4)
    function = Subject(subject.step, None, subject.before, subject.after, 0, Input(), (), "en")
    assert Linear().sum(function, 0) is None
    assert Linear().backward(function, Slopes(0, leaving=subject.values), 0) == ((), ())


def test_a_sequence_is_a_matrix_and_a_vector_a_row_of_units() -> None:
    matrix, vector = (Linear().figure(asked(*shape)[0]) for shape in ((5, 4), (4,)))
    assert {trace["type"] for trace in matrix.data} != {trace["type"] for trace in vector.data}


def test_the_sum_of_a_sequence_is_not_written_as_that_of_a_vector() -> None:
    assert Linear().by_hand(asked(5, 4)[0], 1, "layer") == ()
    assert Linear().by_hand(asked(4)[0], 1, "layer")[1] == "by_hand = (W[1] * x[1]).sum() + b[1]"
