"""What a step of one's own module says of itself is what it does: constants, weights, options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.kinds import spelling
from explorer.network import zoo
from explorer.network.scene import look
from explorer.network.zoo import card_of
from explorer.records import Language, Query
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

PICTURES = tuple(bytes((place * step) % 256 for place in range(784)) for step in (37, 11))


def said(model: nn.Module, step: str, language: Language = "en") -> dict[str, str]:
    """Return the texts of a step of a module that takes pictures."""
    name = zoo.offer(card_of("Mine"), model.eval()).name
    seen = look(Query(model=name, images=PICTURES, step=step, language=language))
    zoo.withdraw(name)
    return seen.kind.texts(seen.subject())


def behind(function: Callable[..., Any], **weights: torch.Tensor) -> nn.Module:
    """Return a module that calls a function behind a layer, with weights of its own."""
    made = Forward(lambda self, x: function(self, self.a(x)), a=nn.Linear(28, 28))
    for name, value in weights.items():
        made.register_parameter(name, nn.Parameter(value))
    return made


@pytest.mark.parametrize(
    ("function", "name", "formula", "code", "number"),
    [
        (lambda _, x: x * 2, "mul", "y[i] = 2 · x[i]", "y = mul(x1, 2)", "2"),
        (lambda _, x: 0.5 * x, "mul", "y[i] = 0.5 · x[i]", "y = mul(x1, 0.5)", "0.5"),
        (lambda _, x: x + 1, "add", "y[i] = x[i] + 1", "y = add(x1, 1)", "1"),
        (lambda _, x: x - -3, "sub", "y[i] = x[i] − (-3)", "y = sub(x1, -3)", "-3"),
        (lambda _, x: 1 - x, "sub", "y[i] = 1 − x[i]", "y = sub(1, x1)", "1"),
        (
            lambda _, x: torch.rsub(x, 1, alpha=2),
            "rsub",
            "y[i] = 1 − 2 · x[i]",
            "y = rsub(x1, 1, alpha=2)",
            "1",
        ),
        (lambda _, x: x / 2, "div", "y[i] = x[i] / 2", "y = div(x1, 2)", "2"),
        (lambda _, x: 2 / (x + 9), "div", "y[i] = 2 / x[i]", "y = div(2, x1)", "2"),
        (lambda _, x: x**2, "pow", "y[i] = x[i]^2", "y = pow(x1, 2)", "2"),
        (lambda _, x: 2**x, "pow", "y[i] = 2^x[i]", "y = pow(2, x1)", "2"),
        (lambda self, x: x * self.s, "mul", "y[i] = 0.2500 · x[i]", "y = mul(x1, x2)", "0.2500"),
        (lambda self, x: self.s - x, "sub", "y[i] = 0.2500 − x[i]", "y = sub(x1, x2)", "0.2500"),
    ],
)
def test_a_tensor_and_a_number_are_not_two_tensors(
    function: Any, name: str, formula: str, code: str, number: str
) -> None:
    model = behind(function, s=torch.tensor(0.25))
    for language, none in (("en", "Two tensors"), ("zh", "两个张量")):
        texts = said(model, f"..{name}", language)
        assert texts["formula"] == formula
        assert texts["code"] == code
        assert number in texts["sentence"]
        assert none not in texts["sentence"]


@pytest.mark.parametrize(
    ("function", "name", "formula", "around"),
    [
        (lambda _, x: x + x, "add", "y[i] = a[i] + b[i]", True),
        (lambda _, x: torch.add(x, x, alpha=3), "add", "y[i] = a[i] + 3 · b[i]", True),
        (lambda _, x: x * x, "mul", "y[i] = a[i] · b[i]", False),
        (lambda self, x: x + self.w, "add", "y[i] = a[i] + b[i]", False),
    ],
)
def test_two_tensors_are_two_and_a_way_around_joins_where_they_are_added(
    function: Any, name: str, formula: str, around: bool
) -> None:
    texts = said(behind(function, w=torch.rand(28)), f"..{name}")
    assert texts["formula"] == formula
    assert texts["sentence"].startswith("Two tensors become one")
    assert ("residual" in texts["sentence"]) == around


@pytest.mark.parametrize(
    ("constants", "code"),
    [
        ("", "f(x1, x2)"),
        ("(·, 2, -1)", "f(x1, 2, -1)"),
        ("(list[·, ·], dim=1)", "f([x1, x2], dim=1)"),
        ("(, dim=1)", "f(dim=1)"),
        ("(·, tuple[1, 2], dtype=None, _stacklevel=3)", "f(x1, (1, 2))"),
        ("('a, ·[b] -> c', ·, keep=True)", "f('a, ·[b] -> c', x1, keep=True)"),
        ("(·, Thing#7)", "f(x1, …)"),
        ("(·, tuple[784], Size[·], tuple[])", "f(x1, (784,), (x2,), ())"),
        ("(·, tuple[tuple[1, 2]], list[3])", "f(x1, ((1, 2),), [3])"),
        (f"(·, {'1' * 999})", f"f(x1, {'1' * 156}…)"),
    ],
)
def test_a_functions_call_is_written_with_all_that_it_was_given(constants: str, code: str) -> None:
    assert spelling.call("f", constants, 2) == code


def test_an_index_is_written_between_brackets() -> None:
    texts = said(behind(lambda _, x: x[:, 0:2, None]), "..getitem")
    assert texts["code"] == "y = x1[:, 0:2, None]"


def test_a_weight_that_a_function_is_given_first_has_a_size() -> None:
    model = behind(lambda self, x: x @ self.w.view(28, -1), w=torch.rand(7, 4, 4))
    texts = said(model, "..view")
    assert texts["formula"] == "7 × 4 × 4 → 28 × 4"
    assert "same 112 values" in texts["sentence"]
    model = behind(lambda self, x: x + torch.var_mean(self.w, 1)[0], w=torch.rand(28, 9))
    assert "252 values become 28" in said(model, "..var_mean")["sentence"]
    model = behind(lambda self, x: torch.mv(self.w, x[0, 0])[None], w=torch.rand(5, 28))
    texts = said(model, "..mv")
    assert "Each of the 5 values is a sum of 28 products" in texts["sentence"]


@pytest.mark.parametrize(
    ("function", "name", "formula"),
    [
        (lambda self, x: x @ self.w, "matmul", "28 × 28, 28 × 8 → 28 × 8"),
        (
            lambda self, x: F.linear(x, self.w.t(), self.b),
            "linear",
            "z[…, i] = Σⱼ W[i, j]·x[…, j] + b[i]",
        ),
        (
            lambda self, x: F.layer_norm(x, (28,), self.g, self.g),
            "layer_norm",
            "y = (x − μ) / √(σ² + ε) · γ + β",
        ),
        (
            lambda self, x: F.rms_norm(x, (28,), self.g),
            "rms_norm",
            "y = x / √(mean(x²) + ε) · γ",
        ),
        (
            lambda self, x: torch.maximum(x, self.g),
            "maximum",
            "28 × 28, 28 → 28 × 28",
        ),
    ],
)
def test_weights_that_a_function_is_given_are_in_its_formula(
    function: Any, name: str, formula: str
) -> None:
    weights = {"w": torch.rand(28, 8), "b": torch.rand(8), "g": torch.rand(28)}
    assert said(behind(function, **weights), f"..{name}")["formula"] == formula


@pytest.mark.parametrize(
    ("layer", "formula"),
    [
        (nn.Linear(28, 6), "z[…, i] = Σⱼ W[i, j]·x[…, j] + b[i]"),
        (nn.Linear(28, 6, bias=False), "z[…, i] = Σⱼ W[i, j]·x[…, j]"),
        (
            nn.Conv2d(1, 4, 3),
            "y[o, r, c] = Σₖ Σᵢ Σⱼ W[o, k, i, j]·x[k, r + i, c + j] + b[o]",
        ),
        (
            nn.Conv2d(1, 4, 3, stride=2, padding=(1, 0), dilation=(3, 1), bias=False),
            "y[o, r, c] = Σₖ Σᵢ Σⱼ W[o, k, i, j]·x[k, 2·r + 3·i − 1, 2·c + j]",
        ),
        (
            nn.Conv2d(1, 4, 3, padding="same"),
            "y[o, r, c] = Σₖ Σᵢ Σⱼ W[o, k, i, j]·x[k, r + i − 1, c + j − 1] + b[o]",
        ),
    ],
)
def test_a_layer_without_a_bias_adds_none(layer: nn.Module, formula: str) -> None:
    plain = layer.bias is None
    model = nn.Sequential(nn.Unflatten(1, (1, 28)), layer, nn.Flatten(), nn.LazyLinear(3))
    model(torch.zeros(2, 28, 28))  # makes the last layer
    for language, without in (("en", "without a bias"), ("zh", "没有偏置")):
        texts = said(model, "1", language)
        assert texts["formula"] == formula
        assert (without in texts["sentence"]) == plain
    assert ("adds its bias" in said(model, "1")["sentence"]) == (
        not plain and isinstance(layer, nn.Linear)
    )


def test_the_logits_of_a_layer_without_a_bias_have_none() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 3, bias=False))
    assert said(model, "1")["formula"] == "logit[c] = Σⱼ W[c, j]·a[j]"


@pytest.mark.parametrize(
    ("groups", "out", "channel"), [(2, 4, "2·⌊o/2⌋ + k"), (4, 4, "o + k"), (4, 8, "⌊o/2⌋ + k")]
)
def test_a_kernel_counts_the_channels_of_its_group(groups: int, out: int, channel: str) -> None:
    layer = nn.Conv2d(4, out, 3, groups=groups)
    model = nn.Sequential(nn.Unflatten(1, (1, 28)), nn.Conv2d(1, 4, 1), layer)
    assert f"x[{channel}, r + i, c + j]" in said(model, "2")["formula"]


LEARNT, KEPT, BATCH = "scales by γ and shifts by β", "kept from training", "those of the batch"


@pytest.mark.parametrize(
    ("layer", "formula", "told", "untold"),
    [
        (nn.BatchNorm2d(1), " · γ + β", (LEARNT, KEPT), (BATCH,)),
        (
            nn.BatchNorm2d(1, track_running_stats=False),
            " · γ + β",
            (LEARNT, BATCH),
            ("uses the mean",),
        ),
        (nn.BatchNorm2d(1, affine=False), "", ("no γ and no β", KEPT), (LEARNT,)),
        (nn.LayerNorm(28), " · γ + β", (LEARNT, "own values"), ("BatchNorm",)),
        (nn.LayerNorm(28, bias=False), " · γ", ("there is no β",), (LEARNT, "BatchNorm")),
        (nn.LayerNorm(28, elementwise_affine=False), "", ("no γ and no β",), (LEARNT,)),
        (nn.GroupNorm(1, 1, affine=False), "", ("no γ and no β", "own values"), (LEARNT,)),
    ],
)
def test_a_normalization_says_what_it_has_and_whose_mean_it_takes(
    layer: nn.Module, formula: str, told: tuple[str, ...], untold: tuple[str, ...]
) -> None:
    texts = said(nn.Sequential(nn.Unflatten(1, (1, 28)), layer), "1")
    assert texts["formula"] == f"y = (x − μ) / √(σ² + ε){formula}"
    assert all(part in texts["sentence"] for part in told)
    assert not any(part in texts["sentence"] for part in untold)


@pytest.mark.parametrize("affine", [True, False])
def test_a_normalised_value_names_no_weight_that_is_not_there(affine: bool) -> None:
    model = nn.Sequential(nn.Unflatten(1, (1, 28)), nn.GroupNorm(1, 1, affine=affine))
    name = zoo.offer(card_of("Mine"), model.eval()).name
    seen = look(Query(model=name, images=PICTURES, step="1"))
    data, checks = seen.kind.explain(seen.subject(), 5, float(seen.after[0].reshape(-1)[5]))
    assert all(check.passed for check in checks)
    assert any("γ" in line for line in data["formulas"]) == affine


@pytest.mark.parametrize(
    ("function", "name", "told"),
    [
        (lambda _, x: x.chunk(2, -1)[1], "..chunk", "2 tensors (2 × 28 × 14, 2 × 28 × 14)"),
        (lambda _, x: x.topk(3)[0], "..topk", "2 tensors (2 × 28 × 3, 2 × 28 × 3)"),
        (lambda _, x: x.split(4, -1)[0], "..split", "7 tensors (" + "2 × 28 × 4, " * 6 + "…)"),
        (lambda self, x: self.r(x)[0], "r", "3 tensors (2 × 28 × 5, 1 × 2 × 5, 1 × 2 × 5)"),
        (lambda self, x: self.c(x[:, 0])[0], "c", "2 tensors (2 × 5, 2 × 5)"),
    ],
)
def test_of_several_tensors_the_one_that_is_shown_is_named(
    function: Any, name: str, told: str
) -> None:
    model = behind(function)
    model.add_module("r", nn.LSTM(28, 5, batch_first=True))
    model.add_module("c", nn.LSTMCell(28, 5))
    sentence = said(model, name)["sentence"]
    assert f"It answers {told}: the first is the one shown here" in sentence
    assert ("an edit changes" in sentence) == (not name.startswith(".."))
    assert "显示的是第一个" in said(model, name, "zh")["sentence"]


def test_what_answers_one_tensor_or_shows_all_says_nothing_of_a_first() -> None:
    model = behind(lambda self, x: self.m(x, x, x)[0])
    model.add_module("m", nn.MultiheadAttention(28, 2, batch_first=True))
    assert "weights too" in said(model, "m")["sentence"]
    assert all("the first" not in said(model, each)["sentence"] for each in ("a", "m"))
