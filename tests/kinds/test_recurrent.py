"""What is said of a hidden unit at one time, against torch's own formulas worked out apart."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.network import zoo
from explorer.network.scene import look
from explorer.records import Query, View
from explorer.viewing import view
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

X = torch.randn(2, 5, 4, generator=torch.Generator().manual_seed(3))
STATE = torch.full((1, 2, 3), 0.5)


def offered(build: Any, inputs: Any = X) -> tuple[Any, str]:
    torch.manual_seed(4)
    model = build().eval().requires_grad_(False)
    return model, zoo.offer(zoo.card_of("mine", examples=inputs), model).name


def shown(name: str, unit: int | None, **more: Any) -> View:
    step = next(each.id for each in look(Query(model=name)).steps if each.kind == "recurrent")
    return view(Query(model=name, step=step, unit=unit, show=("figure", "unit"), **more))


def numbers(seen: View) -> dict[str, float]:
    """Return what each line comes to, by what stands before its first equals sign."""
    lines = [each for each in seen.sections["unit"]["formulas"] if " = " in each]
    pairs = [(each.split(" = ")[0], each.split(" = ")[-1]) for each in lines[1:]]
    return {name: float(value.replace("−", "-")) for name, value in pairs}


def adds_up(seen: View) -> None:
    """Every line that has numbers in its middle comes to what it says."""
    known = {"σ": lambda x: 1 / (1 + math.exp(-x)), "tanh": math.tanh, "max": max}
    for line in seen.sections["unit"]["formulas"]:
        _, *middle, said = line.split(" = ")
        if len(middle) == 2 and not re.search("[⁰-⁹⁻]", line):
            text = middle[1].replace("−", "-").replace("·", "*")
            value = float(said.replace("−", "-"))
            assert eval(text, known) == pytest.approx(value, rel=1e-3, abs=2e-4), line  # noqa: S307


def packed(self: Any, x: Any) -> Any:
    rows = nn.utils.rnn.pack_padded_sequence(x, torch.tensor([5, 3]), batch_first=True)
    return nn.utils.rnn.pad_packed_sequence(self.a(rows)[0], batch_first=True)[0]


LAYERS: dict[str, tuple[Any, Any]] = {
    "rnn": (lambda: nn.RNN(4, 3, batch_first=True), X),
    "rnn with relu": (lambda: nn.RNN(4, 3, 2, nonlinearity="relu", batch_first=True), X),
    "lstm": (lambda: nn.LSTM(4, 3, 2, bidirectional=True, batch_first=True), X),
    "gru": (lambda: nn.GRU(4, 3, 2, bidirectional=True, batch_first=True), X),
    "without bias": (lambda: nn.GRU(4, 3, bias=False, batch_first=True), X),
    "time first": (lambda: nn.LSTM(4, 3), X.transpose(0, 1)),
    "one sequence, time first": (lambda: nn.GRU(4, 3), X[:1].transpose(0, 1)),
    "no batch": (lambda: nn.LSTM(4, 3), X[0]),
    "turned inside": (
        lambda: Forward(lambda self, x: self.a(x.transpose(0, 1)), a=nn.GRU(4, 3)),
        X,
    ),
    "from a state": (
        lambda: Forward(
            lambda self, x: self.a(x, (STATE, -STATE)), a=nn.LSTM(4, 3, batch_first=True)
        ),
        X,
    ),
    "rnn cell": (lambda: nn.RNNCell(4, 3), X[0]),
    "lstm cell": (lambda: nn.LSTMCell(4, 3), X[0]),
    "gru cell from a state": (
        lambda: Forward(lambda self, x: self.a(x, STATE[0]), a=nn.GRUCell(4, 3)),
        X[0, :2],
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_every_unit_by_hand_is_what_the_hook_captured(name: str) -> None:
    _, of = offered(*LAYERS[name])
    scene = look(Query(model=of))
    step = next(each for each in scene.steps if each.kind == "recurrent")
    values = scene.values[step.id][0].reshape(-1)
    for unit in range(values.size):
        seen = shown(of, unit)
        (check,) = (each for each in seen.checks if each.key == "recurrent")
        assert check.passed
        assert check.left == pytest.approx(float(values[unit]), abs=1e-6)
        assert check.tolerance < 2e-3
        adds_up(seen)
        said = list(numbers(seen).values())
        assert said[-1] == pytest.approx(float(values[unit]), rel=1e-3, abs=1e-6)


def test_the_gates_of_an_lstm_are_torchs_formula() -> None:
    model, name = offered(lambda: nn.LSTM(4, 3, batch_first=True))
    before, (h, c) = model(X[:, :3])
    assert torch.equal(before[:, -1], h[0])
    pre = X[0, 3] @ model.weight_ih_l0.T + model.bias_ih_l0
    pre = pre + h[0, 0] @ model.weight_hh_l0.T + model.bias_hh_l0
    i, f, g, o = (each[1] for each in pre.split(3))
    expected = {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid()}
    expected["c[3]"] = expected["f"] * c[0, 0, 1] + expected["i"] * expected["g"]
    expected["h[3]"] = expected["o"] * expected["c[3]"].tanh()
    said = numbers(shown(name, 3 * 3 + 1))
    assert list(said) == list(expected)
    for gate, value in expected.items():
        assert said[gate] == pytest.approx(float(value), rel=1e-3), gate


def test_the_gates_of_a_gru_are_torchs_formula_and_backwards_comes_from_behind() -> None:
    model, name = offered(lambda: nn.GRU(4, 3, bidirectional=True, batch_first=True))
    behind = model(X)[0][0, 3, 3:]  # the state of the backward direction one time later
    one = X[0, 2] @ model.weight_ih_l0_reverse.T + model.bias_ih_l0_reverse
    two = behind @ model.weight_hh_l0_reverse.T + model.bias_hh_l0_reverse
    (r, z, n), (rh, zh, nh) = one.split(3), two.split(3)
    reset, update = (r + rh).sigmoid(), (z + zh).sigmoid()
    fresh = (n + reset * nh).tanh()
    expected = {"r": reset, "z": update, "n": fresh, "h[2]": (1 - update) * fresh + update * behind}
    seen = shown(name, 2 * 6 + 3 + 1)
    said = numbers(seen)
    assert list(said) == list(expected)
    for gate, values in expected.items():
        assert said[gate] == pytest.approx(float(values[1]), rel=1e-3), gate
    first, *lines = seen.sections["unit"]["formulas"]
    assert "backward" in first
    assert "h[3]" in lines[0]
    assert "t = 2" in first


def test_the_picture_is_time_by_hidden_units_of_one_sequence() -> None:
    model, name = offered(lambda: nn.LSTM(4, 3), X.transpose(0, 1))
    output = model(X.transpose(0, 1))[0]
    seen: Any = shown(name, 4, focus=1)
    drawn = look(Query(model=name, step=seen.steps[1].id, focus=1))
    figure: Any = drawn.kind.figure(drawn.subject(unit=4))
    np.testing.assert_array_equal(figure.data[0]["z"], output[:, 1].numpy())
    assert figure.data[0]["customdata"].tolist() == np.arange(15).reshape(5, 3).tolist()
    layout = figure.layout
    assert layout["yaxis"]["title"]["text"].startswith("time t")
    assert layout["xaxis"]["title"]["text"] == "hidden unit"
    assert layout["coloraxis"]["cmax"] == -layout["coloraxis"]["cmin"]
    assert layout["coloraxis"]["cmax"] >= np.abs(output[:, 1].numpy()).max()


def test_sizes_states_and_the_line_of_pytorch_are_said() -> None:
    _, name = offered(lambda: nn.LSTM(4, 3, 2, bidirectional=True, batch_first=True))
    seen = shown(name, None)
    facts = {fact.key: fact.value for fact in seen.facts}
    sizes = ("features", "hidden", "layers", "directions")
    assert [facts[key] for key in sizes] == [4, 3, 2, 2]
    assert "(h_n, c_n), 4 × 2 × 3 and 4 × 2 × 3" in seen.texts["sentence"]
    assert seen.texts["code"] == "output, (h_n, c_n) = model(x)"
    assert "h[t] = o·tanh(c[t])" in seen.texts["formula"]


@pytest.mark.filterwarnings("ignore:LSTM with projections")
def test_a_projected_state_is_the_sum_over_what_it_was_made_of() -> None:
    model, name = offered(lambda: nn.LSTM(4, 3, batch_first=True, proj_size=2))
    seen = shown(name, 2 * 2 + 1)
    assert all(check.passed for check in seen.checks)
    value = float(model(X)[0][0, 2, 1])
    assert numbers(seen)["h[2]"] == pytest.approx(value, rel=1e-3)
    assert {fact.key: fact.value for fact in seen.facts}["projected"] == 2


def test_what_is_not_worked_out_is_said() -> None:
    _, name = offered(lambda: Forward(packed, a=nn.GRU(4, 3, batch_first=True)))
    seen = shown(name, 2)
    assert "packed sequence" in seen.sections["unit"]["note"]
    assert seen.figure
    _, name = offered(lambda: nn.RNN(4, 3000, batch_first=True), torch.rand(1, 12, 4))
    note = shown(name, 2).sections["unit"]["note"]
    (count,) = re.findall(r"[\d,]{5,}", note)
    assert int(count.replace(",", "")) == 12 * 3000 * (4 + 3000)
