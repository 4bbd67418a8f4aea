"""What is said of attention: weights and values by hand, against torch's own worked out apart."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention

from explorer.kinds.exchange import Exchange
from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.records import Query, View
from explorer.viewing import view
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

X = torch.randn(2, 5, 8, generator=torch.Generator().manual_seed(3))
OTHER = torch.randn(2, 7, 6, generator=torch.Generator().manual_seed(4))
LATER = torch.triu(torch.ones(5, 5, dtype=torch.bool), 1)
PADDING = torch.tensor([[False, False, True, False, True]] * 2)
ADDED = torch.randn(4, 5, 5, generator=torch.Generator().manual_seed(5))


def alone(**options: Any) -> Any:
    """Return how a module that is one attention and its call are built."""
    call = {name: options.pop(name) for name in list(options) if name.startswith(ASKED)}

    def build() -> nn.Module:
        held = nn.MultiheadAttention(8, options.pop("heads", 2), **options)
        return Forward(lambda self, x: self.a(x, x, x, **call), a=held)

    return build


ASKED = ("attn_mask", "key_padding_mask", "need_weights", "average_attn_weights", "is_causal")


class Buffered(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a = nn.MultiheadAttention(8, 2, batch_first=True)
        self.register_buffer("mask", LATER)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.a(x, x, x, attn_mask=self.mask, need_weights=False)[0]
        return found


def parted(x: torch.Tensor) -> torch.Tensor:
    return x.reshape(2, 5, 2, 4).transpose(1, 2)


def functional(**options: Any) -> Any:
    return lambda: Forward(
        lambda self, x: scaled_dot_product_attention(
            parted(self.a(x)), parted(x), parted(x), **options
        ),
        a=nn.Linear(8, 8),
    )


FIRST = {"batch_first": True}
MODULES: dict[str, tuple[Any, Any]] = {
    "weights asked for": (alone(**FIRST), X),
    "weights not asked for": (alone(**FIRST, need_weights=False), X),
    "weights of each head": (alone(heads=4, bias=False, **FIRST, average_attn_weights=False), X),
    "others as keys": (
        lambda: Forward(
            lambda self, x, y: self.a(query=x, value=y.flip(-1), key=y),
            a=nn.MultiheadAttention(8, 2, kdim=6, vdim=6, batch_first=True),
        ),
        (X, OTHER),
    ),
    "causal mask in a buffer": (Buffered, X),
    "causal": (alone(**FIRST, attn_mask=LATER, is_causal=True, need_weights=False), X),
    "padding": (alone(**FIRST, key_padding_mask=PADDING), X),
    "padding by place": (
        lambda: Forward(
            lambda self, x, mask: self.a(x, x, x, mask),
            a=nn.MultiheadAttention(8, 2, batch_first=True),
        ),
        (X, PADDING),
    ),
    "a mask for each head, added": (alone(**FIRST, attn_mask=ADDED), X),
    "keys of its own": (
        alone(**FIRST, add_bias_kv=True, add_zero_attn=True, attn_mask=LATER),
        X,
    ),
    "positions first": (alone(), X),
    "no batch": (alone(), X[0]),
    "encoder layer": (lambda: nn.TransformerEncoderLayer(8, 2, 12, batch_first=True), X),
    "function": (functional(), X),
    "function, causal": (functional(is_causal=True), X),
    "function, masked": (functional(attn_mask=~LATER), X),
    "function, its own scale": (functional(scale=0.3), X),
}


def offered(build: Any, inputs: Any = X) -> tuple[Any, str]:
    torch.manual_seed(4)
    model = build().eval().requires_grad_(False)
    for name, weight in model.named_parameters():
        if "bias" in name:  # which torch begins with 0
            weight.copy_(torch.randn(weight.shape))
    return model, zoo.offer(zoo.card_of("mine", examples=inputs), model).name


def scene(name: str) -> Scene:
    step = next(each.id for each in look(Query(model=name)).steps if each.kind == "attention")
    return look(Query(model=name, step=step))


def shown(name: str, unit: int | None) -> View:
    step = scene(name).query.step
    return view(Query(model=name, step=step, unit=unit, show=("figure", "unit")))


def drawn(name: str) -> np.ndarray[Any, Any]:
    """Return the weights (H, L, S) as the figure has them."""
    of = scene(name)
    figure: Any = of.kind.figure(of.subject())
    ends = figure.layout["coloraxis2"]
    assert ends["cmin"] == 0
    assert ends["cmax"] >= np.nanmax(figure.data[1]["z"])
    grid: np.ndarray[Any, Any] = figure.data[1]["z"]
    return grid


@pytest.mark.parametrize("name", MODULES)
def test_every_value_by_hand_is_what_the_hook_captured(name: str) -> None:
    _, of = offered(*MODULES[name])
    values = scene(of).values[scene(of).query.step][0].reshape(-1)
    for unit in range(0, values.size, 3):
        seen = shown(of, unit)
        own = {check.key: check for check in seen.checks if check.key.startswith("attention")}
        assert own["attention"].right == float(values[unit])
        assert own["attention"].tolerance < 1e-3
        assert all(check.passed for check in own.values())
        adds_up(seen)


def adds_up(seen: View) -> None:
    """Every line whose middle is numbers comes to what it says."""
    for line in seen.sections["unit"]["formulas"]:
        middle, said = ["", *line.split(" = ")][-2:]
        text = str(middle).replace("−", "-").replace("·", "*")
        if re.fullmatch(r"[-+*/().\dexp ]+", text) and "⁻" not in said:
            value = float(said.replace("−", "-"))
            assert eval(text, {"exp": math.exp}) == pytest.approx(value, rel=2e-3, abs=5e-4), line  # noqa: S307


def test_the_weights_drawn_are_those_that_torch_answers() -> None:
    model, name = offered(alone(**FIRST, average_attn_weights=False, attn_mask=LATER))
    expected = model(X)[1][0].numpy()  # (2, 5, 5)
    grid = drawn(name)
    np.testing.assert_allclose(grid[:, :5], expected[0], atol=1e-6)
    np.testing.assert_allclose(grid[:, 6:], expected[1], atol=1e-6)
    np.testing.assert_allclose(np.nansum(grid[:, :5], axis=1), 1, rtol=1e-6)
    assert np.isnan(grid[:, 5]).all()


def test_weights_that_were_not_answered_are_by_hand_and_that_is_said() -> None:
    model, name = offered(alone(**FIRST, need_weights=False, key_padding_mask=PADDING))
    expected = model.a(X, X, X, key_padding_mask=PADDING, average_attn_weights=False)[1][0]
    np.testing.assert_allclose(drawn(name)[:, :5], expected[0], atol=1e-6)
    seen = shown(name, 3)
    assert "need_weights=False" in seen.texts["sentence"]
    assert seen.texts["code"] == "y, weights = model.a(query, key, value, need_weights=False)"
    assert {each.key for each in seen.checks} >= {"attention", "attention.rows"}
    facts = {fact.key: fact.value for fact in seen.facts}
    assert [facts[key] for key in ("heads", "width", "queries", "keys")] == [2, 4, 5, 5]


def test_the_row_of_the_pinned_query_is_framed_in_every_head() -> None:
    _, name = offered(alone(heads=4, **FIRST))
    of = scene(name)
    figure: Any = of.kind.figure(of.subject(unit=3 * 8 + 5))
    boxes = [each for each in figure.layout["shapes"] if each["xref"] == "x2"]
    found = [(each["x0"], each["x1"], each["y0"]) for each in boxes]
    # two by two heads of 5 × 5, one empty cell between them
    assert found == [(-0.5, 4.5, 2.5), (5.5, 10.5, 2.5), (-0.5, 4.5, 8.5), (5.5, 10.5, 8.5)]
    (unit,) = (each for each in figure.layout["shapes"] if each["xref"] == "x")
    assert (unit["x0"], unit["y0"]) == (4.5, 2.5)


def test_scores_and_weights_in_the_lines_are_torchs() -> None:
    model, name = offered(alone(heads=1, **FIRST))
    q, k, _ = (X[0] @ model.a.in_proj_weight.T + model.a.in_proj_bias).chunk(3, dim=1)
    scores = q[2] @ k.T / math.sqrt(8)
    weights = scores.softmax(0)
    lines = shown(name, 2 * 8 + 5).sections["unit"]["formulas"]
    for key in range(5):
        (line,) = (each for each in lines if each.startswith(f"A[2, {key}] = exp("))
        (said,) = re.findall(r"exp\((\S+) ", line)
        score = pytest.approx(float(scores[key]), rel=1e-3, abs=1e-5)
        assert float(said.replace("−", "-")) == score
        assert float(line.split(" = ")[-1]) == pytest.approx(float(weights[key]), rel=1e-3)


def test_positions_before_the_batch_are_all_those_of_one_example() -> None:
    model, name = offered(alone())
    weights = model.get_submodule("a")(X, X, X, average_attn_weights=False)[1]  # (N, H, L, S)
    assert weights.shape == (5, 2, 2, 2)
    of = replace(scene(name).query, focus=3)
    figure: Any = look(of).kind.figure(look(of).subject())
    np.testing.assert_array_equal(figure.data[0]["z"], look(of).trace.calls[0].output[:, 3])
    assert (figure.data[0]["customdata"] == np.arange(16).reshape(2, 8)).all()
    drawn_weights = figure.data[1]["z"]
    found = drawn_weights[~np.isnan(drawn_weights)]
    np.testing.assert_allclose(np.sort(found), np.sort(weights[3].reshape(-1)), atol=1e-6)


def test_a_query_without_any_key_is_said_to_be_no_number() -> None:
    _, name = offered(alone(**FIRST, attn_mask=torch.ones(5, 5, dtype=torch.bool)))
    seen = shown(name, 3)
    assert "hides every key" in seen.sections["unit"]["note"]


def test_of_many_weights_the_mean_over_the_heads_is_drawn_and_said() -> None:
    x = torch.randn(1, 120, 16)
    build = lambda: Forward(  # noqa: E731
        lambda self, x: self.a(x, x, x, average_attn_weights=True),
        a=nn.MultiheadAttention(16, 4, batch_first=True),
    )
    model, name = offered(build, x)
    np.testing.assert_allclose(drawn(name), model(x)[1][0].numpy(), atol=1e-6)
    of = scene(name)
    figure: Any = of.kind.figure(of.subject())
    assert "mean of all 4 heads" in figure.layout["xaxis2"]["title"]["text"]


def test_what_is_too_much_work_is_said() -> None:
    x = torch.zeros(1, 400, 1024)
    _, name = offered(
        lambda: Forward(
            lambda self, x: self.a(x, x, x), a=nn.MultiheadAttention(1024, 2, batch_first=True)
        ),
        x,
    )
    seen = shown(name, 3)
    assert "products" in seen.sections["unit"]["note"]
    assert seen.figure


def test_arguments_are_known_by_place_and_by_name() -> None:
    one, two = np.zeros(1, dtype=np.float32), np.ones(1, dtype=np.float32)
    names = ("query", "key", "value")
    arrays, others = Exchange((one, two), (), "(·, None, value=·, scale=0.5)").arguments(names)
    assert (arrays["query"], arrays["value"]) == (one, two)
    assert others == {"key": "None", "scale": "0.5"}
    arrays, others = Exchange((one, two), (), "(, key=·, query=·)").arguments(names)
    assert (arrays["key"], arrays["query"], others) == (one, two, {})
    arrays, _ = Exchange((one, two)).arguments(names)
    assert [*arrays] == ["query", "key"]
