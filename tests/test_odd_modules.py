"""What is not as its type says: no sum that is another's, and edits that do what they say."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.errors import InvalidQuery
from explorer.network import zoo
from explorer.network.scene import look
from explorer.network.zoo import card_of
from explorer.records import Edit, Query, Versus
from explorer.ui import handlers
from explorer.viewing import view
from tests.network.modules import Forward
from tests.network.odd import ALONE, ODD, Written, rand, whole

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")


def offered(build: Any, inputs: Any) -> str:
    torch.manual_seed(5)
    return zoo.offer(card_of("mine", examples=inputs), build().eval()).name


def odd(name: str) -> str:
    return offered(*{**ODD, **ALONE}[name])


def test_a_layer_of_ones_own_class_is_known_only_where_it_does_what_its_base_does() -> None:
    def kinds(name: str) -> list[str]:
        return [step.kind for step in look(Query(model=odd(name))).steps[1:4]]

    assert kinds("linear of its own") == ["other", "relu", "logits"]
    assert kinds("leaking") == ["linear", "other", "logits"]
    assert kinds("standardised")[0] == "other"
    assert kinds("replaced")[0] == "other"
    assert kinds("trains in eval mode")[0] == "other"
    assert kinds("complex layers")[0] == "other"


def test_a_normalised_weight_is_the_one_that_the_layer_computed_with() -> None:
    model = odd("old norms")
    seen = view(Query(model=model, step="2", unit=1, show=("unit",)))
    assert not [each.key for each in seen.checks if not each.passed]
    torch.manual_seed(5)
    twin = ALONE["old norms"][0]().eval()
    with torch.no_grad():
        value = twin(rand(2, 6))[0, 1]
    assert seen.sections["unit"]["total"] == pytest.approx(float(value), rel=1e-5)


def test_one_example_without_a_batch_is_one() -> None:
    seen = view(Query(model=odd("one alone"), step="b", unit=4, show=("unit",)))
    assert seen.tensors["b"].shape == (6,)
    assert seen.sections["unit"]["inputs"] == 6
    picture = view(Query(model=odd("one picture alone"), step="0"))
    assert picture.tensors["input"].shape == (3, 8, 8)


def test_a_network_in_halves_that_ends_in_softmax_proves_its_shares() -> None:
    seen = view(Query(model=odd("halves to shares"), show=("softmax",)))
    assert [each.key for each in seen.checks if not each.passed] == []
    assert seen.sections["softmax"]


def test_whole_numbers_are_edited_as_whole_numbers_or_the_edit_is_refused() -> None:
    build, tokens = ODD["tokens"]
    model = offered(build, tokens)
    torch.manual_seed(5)
    twin, changed = build().eval(), tokens.clone()
    changed[:, 2] = 4
    seen = view(Query(model=model, edits=(Edit("input", (2,), "clamp", 4.0),), step="b"))
    with torch.no_grad():
        np.testing.assert_array_equal(seen.tensors["b"], twin(changed)[0])
    assert float(view(Query(model=odd("by pixels"))).tensors["input"][0]) == whole(2, 6)[0, 0]
    for name, edit in (
        ("tokens", Edit("input", (0,), "clamp", 0.7)),
        ("tokens", Edit("input", (0,), "scale", 0.1)),
        ("by pixels", Edit("input", (0,), "clamp", 256.0)),
        ("by pixels", Edit("input", (0,), "clamp", -1.0)),
    ):
        with pytest.raises(InvalidQuery, match=r"whole numbers \((int64|uint8)\)"):
            view(Query(model=odd(name), edits=(edit,)))


def test_of_a_complex_number_the_part_that_is_shown_is_edited() -> None:
    edited = view(Query(model=odd("complex layers"), edits=(Edit("input", (3,), "clamp", 9.0),)))
    plain = view(Query(model=odd("complex layers")))
    apart = (edited.tensors["input"] != plain.tensors["input"]).reshape(-1)
    assert np.flatnonzero(apart).tolist() == [3]
    assert edited.tensors["input"].reshape(-1)[3] == 9


def test_a_module_that_is_one_layer_can_be_edited() -> None:
    model = offered(nn.Tanh, rand(2, 6))
    edits = (Edit("model..", (1,), "clamp", 0.25),)
    seen = view(Query(model=model, edits=edits, step="model..", unit=1, show=("unit",)))
    assert seen.tensors["model.."][1] == 0.25
    assert seen.sections["unit"]["natural"] == pytest.approx(np.tanh(rand(2, 6)[0, 1].item()))
    with pytest.raises(InvalidQuery, match=r"one of: input, model\.\.\.$"):
        view(Query(model=model, edits=(Edit("other", (), "off"),)))


@pytest.mark.parametrize("step", ["input", "pos"])
def test_two_sides_that_go_different_ways_are_compared_where_both_went(step: str) -> None:
    def chosen() -> nn.Module:
        def way(self: Any, x: torch.Tensor) -> Any:
            return self.pos(x) if x.sum() > 0 else self.neg(x)

        return Forward(way, pos=nn.Linear(6, 3), neg=nn.Linear(6, 3))

    model = offered(chosen, rand(2, 6).abs())
    away = Versus(edits=(Edit("input", (), "scale", -1.0),))
    seen = view(Query(model=model, versus=away, step=step, show=("figure", "versus")))
    assert set(seen.sections["versus"]["apart"]) == {"input", "..sum", "..gt", "softmax"}
    assert seen.figure


def test_a_model_without_layers_is_seen_function_by_function() -> None:
    model = odd("written in functions")
    seen = view(Query(model=model, step="..relu", unit=2, show=("unit",)))
    assert [step.id for step in seen.steps] == [
        *("input", "..matmul", "..add", "..relu", "..matmul#2", "softmax")
    ]
    torch.manual_seed(5)
    twin = Written()
    expected = (rand(2, 6) @ twin.w1 + twin.b1).relu()
    np.testing.assert_array_equal(seen.tensors["..relu"], expected[0].detach())
    assert not [each.key for each in seen.checks if not each.passed]


def test_an_edit_of_a_function_is_refused_as_that_and_not_as_a_step_there_is_none_of() -> None:
    asked = Query(model=odd("tokens"), edits=(Edit("..mean", (0,), "off"),))
    for language, words in (
        ("en", r"\.\.mean is a function"),
        ("zh", r"\.\.mean 是层与层之间的函数"),
    ):
        with pytest.raises(InvalidQuery) as refused:
            view(asked)
        assert re.match(words, refused.value.sentence(language))
    with pytest.raises(InvalidQuery, match=r"no step “\.\.sum” in this network"):
        view(replace(asked, edits=(Edit("..sum", (0,), "off"),)))


def test_a_layer_that_is_copied_on_the_way_is_seen_by_its_functions() -> None:
    seen = view(Query(model=odd("copied"), step="..linear", unit=1, show=("unit",)))
    assert [step.id for step in seen.steps][-3:-1] == ["..linear", "b"]


def test_a_slope_that_forward_takes_of_its_own_layer_does_not_end_the_pass() -> None:
    seen = view(Query(model=odd("derived"), step="b"))
    torch.manual_seed(5)
    twin = ALONE["derived"][0]().eval()
    assert not seen.failure
    np.testing.assert_allclose(seen.tensors["b"], twin(rand(2, 6)).detach(), rtol=1e-5)


def test_a_value_of_another_input_is_said_to_be_one() -> None:
    def picked(self: Any, x: torch.Tensor) -> Any:
        return self.a(x)[1]

    model = offered(lambda: Forward(picked, a=nn.Linear(6, 4)), rand(3, 2, 6))
    seen = view(Query(model=model, step="..getitem", focus=0, unit=6, show=("unit",)))
    value = look(Query(model=model)).values["a"][1, 1, 2]
    assert seen.sections["unit"]["formulas"] == [f"y[1, 2] = x[1, 2] (input 1) = {value:.6g}"]
    assert [(each.key, each.passed) for each in seen.checks if each.key == "taken"] == [
        ("taken", True)
    ]
    own = view(Query(model=model, step="..getitem", focus=1, unit=6, show=("unit",)))
    assert own.sections["unit"]["from"] == 6


@pytest.mark.filterwarnings("ignore:Lazy modules")
def test_a_lazy_layer_is_said_to_have_no_weights_yet_wherever_one_looks() -> None:
    model = offered(lambda: nn.Sequential(nn.Flatten(), nn.LazyLinear(4)), rand(2, 6))
    for language, words in (("en", "LazyLinear at 1 has no weights yet"), ("zh", "LazyLinear")):
        seen = handlers.view({"model": model, "language": language})
        assert words in seen["error"]["message"]
        assert (
            words in handlers.parameters({"model": model, "language": language})["error"]["message"]
        )
