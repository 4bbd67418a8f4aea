"""Several inputs, nests of outputs, and values that float32 cannot hold."""

from __future__ import annotations

import functools
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.errors import NoStart, UntraceableModel
from explorer.network import zoo
from explorer.network.answering import scored
from explorer.network.scene import look
from explorer.network.tracing import Intervention, trace
from explorer.records import Query
from tests.network.modules import Forward
from tests.network.test_graph import X, linear, wired


@dataclass
class Pair:
    one: torch.Tensor
    two: torch.Tensor


Named = namedtuple("Named", ["hidden", "logits"])


def test_several_inputs_and_a_dict_of_outputs() -> None:
    model = Forward(lambda self, x, *, y: {"sum": self.a(x) + y, "y": [y]}, a=linear())
    traced = trace(model, {"y": 2 * X, "x": X})
    assert set(traced.output) == {"sum", "y"}
    assert np.array_equal(traced.output["y"][0], 2 * X.numpy())
    both = trace(Forward(lambda self, x, y: self.a(x) * y, a=linear()), (X, 3 * X))
    assert [each.tolist() for each in both.inputs] == [X.tolist(), (3 * X).tolist()]
    assert wired(both) == {"a": ["input"], "..mul": ["a", "input:1"]}


def test_a_dataclass_is_edited_and_answered() -> None:
    pair = Forward(lambda _, x: Pair(x, -x))
    model = Forward(lambda self, x: self.pair(x), pair=pair)
    traced = trace(model, X, interventions=[Intervention("pair", values=5.0)])
    assert isinstance(traced.output, Pair)
    assert (traced.output.one == 5).all()
    assert np.array_equal(traced.output.two, -X.numpy())


def test_nothing_to_feed_is_said() -> None:
    with pytest.raises(UntraceableModel) as caught:
        trace(linear(), {"x": 3})
    assert caught.value.key == "trace.inputs"


def test_several_inputs_are_given_as_the_module_takes_them() -> None:
    model = Forward(lambda self, x, y: self.f(x) - y, f=linear())
    expected = trace(model, (X, 2 * X))
    traced = trace(model, X, 2 * X)
    assert np.array_equal(traced.output, expected.output)
    assert [each.tolist() for each in traced.inputs] == [X.tolist(), (2 * X).tolist()]
    assert traced.names == ("", "")


def test_inputs_given_by_name_are_called_by_it_at_their_steps() -> None:
    model = Forward(
        lambda self, ids, rest: self.f(ids) - rest["mask"] - rest["more"][0], f=linear()
    )
    given = {"ids": X, "rest": {"mask": 2 * X, "more": [X]}}
    assert trace(model, given).names == ("ids", "rest.mask", "rest.more.0")
    name = zoo.offer(zoo.card_of("named", examples=given), model).name
    told = []
    for step in ("input", "input..1", "input..2"):
        scene = look(Query(model=name, step=step))
        texts = scene.kind.texts(scene.subject())
        told.append((scene.step.path, texts["code"], texts["formula"].partition(":")[0]))
    zoo.withdraw(name)
    assert told == [
        ("ids", 'ids = example_inputs["ids"]', "ids"),
        ("rest.mask", 'mask = example_inputs["rest"]["mask"]', "rest.mask"),
        ("rest.more.0", 'x = example_inputs["rest"]["more"][0]', "rest.more.0"),
    ]


class Two(nn.Module):
    """Takes a tensor, a pair of tensors, and what may be left out."""

    def __init__(self) -> None:
        super().__init__()
        self.f = linear()

    def forward(
        self,
        ids: torch.Tensor,
        state: tuple[torch.Tensor, torch.Tensor],
        *rest: torch.Tensor,
        scale: torch.Tensor | None = None,
    ) -> torch.Tensor:
        made: torch.Tensor = self.f(ids) - state[0] * state[1]
        for each in rest:
            made = made + each
        return made if scale is None else made * scale


class Rows(nn.Module):
    """Takes all its tensors in one list."""

    def forward(self, rows: list[torch.Tensor]) -> torch.Tensor:
        return rows[0] - rows[1]


POSITIONS: dict[str, tuple[nn.Module, Any, list[tuple[str, str, str]]]] = {
    "several": (
        Two(),
        (X, (2 * X, X), X),
        [
            ("ids", "ids = example_inputs[0]", "ids"),
            ("state.0", "x = example_inputs[1][0]", "state.0"),
            ("state.1", "x = example_inputs[1][1]", "state.1"),
            ("", "x = example_inputs[2]", "x"),
        ],
    ),
    "in one list": (
        Rows(),
        [X, 2 * X],
        [
            ("rows.0", "x = example_inputs[0]", "rows.0"),
            ("rows.1", "x = example_inputs[1]", "rows.1"),
        ],
    ),
    "one alone": (linear(), X, [("", "x = example_inputs", "x")]),
}


@pytest.mark.parametrize("name", POSITIONS)
def test_inputs_given_by_their_places_are_called_as_forward_calls_them(name: str) -> None:
    model, given, expected = POSITIONS[name]
    card = zoo.offer(zoo.card_of("placed", examples=given), model.eval()).name
    told = []
    for place in range(len(expected)):
        scene = look(Query(model=card, step=f"input..{place}" if place else "input"))
        texts = scene.kind.texts(scene.subject())
        told.append((scene.step.path, texts["code"], texts["formula"].partition(":")[0]))
    zoo.withdraw(card)
    assert told == expected


def test_a_forward_that_has_no_signature_has_no_names() -> None:
    class Odd(Two):
        forward = functools.partial(torch.sub, alpha=2)

    traced = trace(Odd(), X, 2 * X)
    assert traced.names == ("", "")


def test_a_complex_output_shows_both_parts() -> None:
    model = Forward(lambda self, x: self.f(x).abs(), f=Forward(lambda _, x: torch.fft.fft(x)))
    traced = trace(model, X)
    expected = torch.view_as_real(torch.fft.fft(X)).numpy()
    assert np.array_equal(traced.calls[0].output, expected)
    assert [note.key for note in traced.notes] == ["trace.note.complex"]
    assert traced.graph.nodes[traced.graph.answers[0].call].outputs[0].dtype == "float32"


def test_a_pending_sign_is_a_number_like_any_other() -> None:
    model = Forward(
        lambda self, x: self.f(x) * 1, f=Forward(lambda _, x: torch.fft.fft(x).conj().imag)
    )
    expected = torch.fft.fft(X).conj().imag.resolve_neg().numpy()
    assert np.array_equal(trace(model, X).calls[0].output, expected)


@pytest.mark.parametrize(
    ("values", "key", "count"),
    [
        (torch.tensor([[1e300, 1.0]], dtype=torch.float64), "trace.note.beyond", 1),
        (torch.tensor([[0.1, 1.0]], dtype=torch.float64), "trace.note.rounded", None),
        (torch.tensor([[16777217, 1]]), "trace.note.beyond", 1),
    ],
)
def test_what_float32_cannot_hold_is_said(
    values: torch.Tensor, key: str, count: int | None
) -> None:
    traced = trace(nn.Sequential(nn.Identity()), values)
    assert [(note.key, note.values.get("count")) for note in traced.notes] == [(key, count)]


def test_a_jagged_output_is_named() -> None:
    nested = Forward(lambda _, x: torch.nested.nested_tensor([x[0], x[1, :2]], layout=torch.jagged))
    with pytest.raises(UntraceableModel) as caught:
        trace(nn.Sequential(linear(), nested), X)
    assert (caught.value.key, caught.value.values["step"]) == ("trace.values", "1")


@pytest.mark.parametrize(
    ("nest", "name"),
    [
        (lambda h, z: (z, h), "0"),
        (lambda h, z: (None, 0.5, [z, h]), "2.0"),
        (lambda h, z: {"h": h, "logits": z, "heads": [{"logits": h}]}, "logits"),
        (lambda _, z: {"y": z}, "y"),
        (lambda h, z: {"hidden": h, "logits": z}, "logits"),
        (lambda h, z: {"a": {"logits": z}, "b": h}, "a.logits"),
        (Named, "logits"),
        (lambda h, z: Pair(z, h), "one"),
        (lambda _, z: Pair(z, z[0]), "one"),
    ],
)
def test_scores_are_found_in_whatever_a_module_answers(nest: Callable[..., Any], name: str) -> None:
    a, b = nn.Linear(4, 6), nn.Linear(6, 4)
    model = Forward(lambda self, x: nest(self.a(x), self.b(self.a(x))), a=a, b=b)
    for _ in range(2):  # found, and followed by what is known of it
        traced = trace(model, X)
        assert (traced.graph.answer.went, traced.graph.answer.name) == ("logits", name)
        with torch.no_grad():
            assert np.array_equal(traced.scores, b(a(X)).numpy())
        assert traced.rows
    notes = [note for note in traced.notes if note.key == "trace.note.answer"]
    assert [note.step for note in notes] == (["softmax"] if len(traced.graph.answers) > 1 else [])
    for note in notes:
        assert note.values["name"] == name
        assert f"{name} {tuple(traced.scores.shape)}" in note.values["names"]


def test_the_owner_says_which_of_several_are_the_scores() -> None:
    model = Forward(
        lambda self, x: {"logits": self.a(x), "aux": self.b(x).softmax(1)},
        a=nn.Linear(4, 6),
        b=nn.Linear(4, 4),
    )
    assert trace(model, X).scores.shape[1] == 6
    scored(model, X, "aux")
    traced = trace(model, X)
    assert (traced.graph.answer.went, traced.scores.shape[1]) == ("softmax", 4)
    with pytest.raises(NoStart) as caught:
        scored(model, X, "logit")
    assert caught.value.values["known"] == "logits (2, 6), aux (2, 4)"
    assert trace(model, X).scores.shape[1] == 6, "a wish that is refused leaves the usual"


@pytest.mark.parametrize(
    "answer", [{"y": X.sum(1)}, (X.long(), X), (X[None], X), {"y": X[:, :1]}, [], {"n": 3}]
)
def test_what_is_no_row_of_scores_is_none_in_a_nest_either(answer: Any) -> None:
    traced = trace(Forward(lambda self, x: (self.a(x), answer)[1], a=linear()), X)
    assert not traced.rows
    assert traced.scores.size == 0
