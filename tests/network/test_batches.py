"""Where the batch is: every index of every dimension can be looked at, and is torch's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.errors import InvalidQuery
from explorer.incoming.queries import read
from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.network.tracing import trace
from explorer.records import Input, Query
from explorer.viewing import view
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

TIMES, ROWS = 5, 3
X = torch.randn(TIMES, ROWS, 4, generator=torch.Generator().manual_seed(3))
SQUARE = torch.randn(4, 4, 4, generator=torch.Generator().manual_seed(4))


class Classifier(nn.Module):
    """A recurrent classifier whose first dimension is time."""

    def __init__(self) -> None:
        super().__init__()
        self.read = nn.LSTM(4, 6)
        self.every = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states, _ = self.read(x)
        scores: torch.Tensor = torch.relu(self.every(states))
        return scores[-1]


def encoder() -> nn.Module:
    layer = nn.TransformerEncoderLayer(4, 2, 8)
    return nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)


def offered(build: Any, inputs: Any = X) -> tuple[nn.Module, str]:
    torch.manual_seed(4)
    model = build().eval().requires_grad_(False)
    return model, zoo.offer(zoo.card_of("mine", examples=inputs), model).name


def seen(name: str, **more: Any) -> Scene:
    return look(Query(model=name, **more))


@pytest.mark.parametrize("x", [X, SQUARE], ids=["5 times of 3", "4 times of 4"])
@pytest.mark.parametrize("build", [lambda: nn.LSTM(4, 4), lambda: nn.GRU(4, 4), encoder])
def test_all_times_of_every_sequence_are_on_the_page(build: Any, x: torch.Tensor) -> None:
    model, name = offered(build, x)
    answer = model(x)
    output = (answer[0] if isinstance(answer, tuple) else answer).numpy()
    times, rows = x.shape[:2]
    for row in range(rows):
        found = seen(name, focus=row)
        fed, last = found.steps[0], found.steps[-1]
        assert (fed.shape, last.shape) == ((rows, times, 4), (rows, times, 4))
        np.testing.assert_array_equal(found.values["input"][row], x[:, row].numpy())
        np.testing.assert_allclose(found.values[last.id][row], output[:, row], atol=1e-6)
    with pytest.raises(InvalidQuery, match=f"{rows} "):
        seen(name, focus=rows)


def test_every_step_of_an_encoder_stands_by_its_sequences() -> None:
    _, name = offered(encoder, SQUARE)
    found = seen(name, focus=2)
    for step in found.steps[1:]:
        event = found.happened[step.id]
        np.testing.assert_array_equal(found.values[step.id][2], event.output[:, 2])
    _, name = offered(encoder, X)
    assert {step.size for step in seen(name).steps} == {(TIMES, ROWS, 4), (TIMES, ROWS, 8)}


@pytest.mark.parametrize("build", [lambda: nn.LSTM(4, 4), encoder])
def test_every_unit_of_every_sequence_is_explained_and_proved(build: Any) -> None:
    model, name = offered(build, SQUARE)
    answer = model(SQUARE)
    output = answer[0] if isinstance(answer, tuple) else answer
    steps = seen(name).steps
    for step in steps:
        if step.kind not in {"recurrent", "attention", "normalization", "combining"}:
            continue
        for row, unit in ((1, 0), (2, 7), (3, 15)):
            query = read({"model": name, "step": step.id, "focus": row, "unit": unit})
            told = view(Query(model=name, step=step.id, focus=row, unit=unit, show=("unit",)))
            assert query.focus == row
            assert told.checks
            assert all(check.passed for check in told.checks), (step.id, told.checks)
            explained = told.sections["unit"]
            assert explained["value"] == float(told.tensors[step.id].reshape(-1)[unit])
            assert set(explained) & {"formulas", "sum"}, step.id
    last = view(Query(model=name, step=steps[-1].id, focus=3, unit=15, show=("unit",)))
    expected = float(output[3, 3, 3])  # time 3 of sequence 3, and its last value
    assert last.sections["unit"]["value"] == pytest.approx(expected, abs=1e-6)


def test_a_classifier_that_reads_time_first_predicts_for_every_sequence() -> None:
    model, name = offered(Classifier)
    found = seen(name)
    expected = torch.softmax(model(X), 1).numpy()
    np.testing.assert_allclose(found.prediction.probabilities, expected, atol=1e-6)
    shapes = [step.shape for step in found.steps]
    assert shapes[-3:] == [(ROWS, TIMES, 3), (ROWS, 3), (ROWS, 3)]
    assert [event.batch for event in found.happened.values()] == [1, 1, 1, 1, 0, 0]


def test_one_sequence_without_a_batch_is_looked_at_whole() -> None:
    model, name = offered(lambda: nn.LSTM(4, 6), X[:, 0])
    found = seen(name)
    assert [step.shape for step in found.steps] == [(1, TIMES, 4), (1, TIMES, 6)]
    output = found.values[found.steps[1].id][0]
    np.testing.assert_allclose(output, model(X[:, 0])[0].numpy(), atol=1e-6)
    with pytest.raises(InvalidQuery):
        seen(name, focus=1)


def turned(model: Any, x: torch.Tensor) -> Any:
    states, (h, _) = model.read(x.transpose(0, 1))
    back = torch.tanh(states).permute(1, 0, 2)
    return (
        back,
        h[-1],
        torch.stack([h[-1], h[-1]]),
        states[1:],
        x.transpose(1, 2),
        x.permute(1, 2, 0),
    )


def test_a_module_that_turns_the_batch_itself_is_followed() -> None:
    _, name = offered(lambda: Forward(turned, read=nn.LSTM(4, 4)), SQUARE)
    found = seen(name)
    places = [event.batch for event in found.happened.values()]
    assert places == [0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 2]
    states = found.values["read"]
    np.testing.assert_array_equal(states[2], found.happened["read"].output[:, 2])


def test_layers_that_say_nothing_leave_the_first_dimension_as_it_is() -> None:
    model, name = offered(lambda: nn.Sequential(nn.Linear(4, 2)), X)
    assert trace(model, X, batch="found").graph.batch == 0
    for index in range(TIMES):
        values = seen(name, focus=index).values["0"][index]
        np.testing.assert_allclose(values, model(X)[index].numpy(), atol=1e-6)


def test_pictures_are_the_batch_wherever_they_are_taken() -> None:
    torch.manual_seed(4)
    model = Forward(lambda self, x: self.a(x)[0], a=nn.LSTM(28, 3)).eval()
    name = zoo.offer(zoo.card_of("mine", taken=Input((28, 28))), model).name
    found = seen(name, images=(bytes(784), bytes([255]) * 784))
    assert found.trace.graph.batch == 0
    assert found.steps[0].shape == (2, 28, 28)
    assert found.steps[1].shape == (2, 2, 28, 3), "the same for both: the layer mixes them"


def test_an_edit_changes_one_unit_of_each_sequence_and_nothing_else() -> None:
    model, name = offered(Classifier)
    off = {"step": "read", "units": [2 * 6 + 1], "action": "off"}
    edited = look(read({"model": name, "edits": [off]}))
    states = model.get_submodule("read")(X)[0].clone()
    states[2, :, 1] = 0
    expected = torch.relu(model.get_submodule("every")(states))[-1]
    np.testing.assert_allclose(edited.values["read"], states.movedim(1, 0).numpy(), atol=1e-6)
    np.testing.assert_allclose(edited.trace.output, expected.numpy(), atol=1e-6)
    told = view(read({"model": name, "edits": [off], "step": "read", "unit": 13, "show": ["unit"]}))
    natural = float(model.get_submodule("read")(X)[0][2, 0, 1])
    assert told.sections["unit"]["natural"] == pytest.approx(natural, abs=1e-6)


def test_a_patch_takes_the_values_of_another_sequence() -> None:
    model, name = offered(Classifier)
    patch = {"step": "read", "units": [], "action": "patch", "source": {"image": 2}}
    edited = look(read({"model": name, "edits": [patch]}))
    np.testing.assert_allclose(edited.trace.output[0], model(X)[2].numpy(), atol=1e-5)


def test_what_is_one_sequence_can_be_edited() -> None:
    _, name = offered(lambda: Forward(lambda self, x: self.a(x), a=nn.Linear(4, 2)), X[0])
    assert look(read({"model": name})).trace.graph.batch == 0
    model, name = offered(
        lambda: Forward(lambda self, x: self.b(self.a(x)[0]), a=nn.GRU(4, 3), b=nn.Linear(3, 2)),
        X[:, 0],
    )
    clamp = {"step": "b", "units": [3], "action": "clamp", "value": 7}
    found = look(read({"model": name, "edits": [clamp]}))
    expected = model(X[:, 0]).clone()
    expected[1, 1] = 7
    np.testing.assert_allclose(found.values["b"][0], expected.numpy(), atol=1e-6)
