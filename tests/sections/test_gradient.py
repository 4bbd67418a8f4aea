"""The gradient desk proves itself, and was seen to fail; it says what it cannot do."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from explorer.errors import InvalidQuery
from explorer.maths import slopes
from explorer.network import widening, zoo
from explorer.sections import gradient
from tests.course import STEPS
from tests.sections.scenes import HIDDEN, edit, failed, pinned

TAUGHT = {"label": 7}
PLAIN = {"forward", "sum"}


def by_torch(label: int) -> tuple[float, dict[str, Any]]:
    """The loss and the gradients of the first sample, as everybody writes them."""
    model = copy.deepcopy(zoo.load("fashion-mlp")).requires_grad_()
    image = torch.from_numpy(pinned("input").trace.images.copy())
    loss = functional.cross_entropy(model(image), torch.tensor([label]))
    loss.backward()
    grads = {name: each.grad for name, each in model.named_parameters()}
    return float(loss.detach()), grads


def test_without_a_class_there_is_no_desk() -> None:
    assert gradient.section(pinned("input")) == (None, ())


@pytest.mark.parametrize("step", STEPS)
def test_every_step_proves_itself(step: str) -> None:
    told, checks = gradient.section(pinned(step, taught=TAUGHT))
    assert told is not None
    assert told["possible"]
    assert told["by_hand"]
    assert failed(checks) == set()
    assert {"loss", "gradient", "gradient32"} <= {check.key for check in checks}
    assert "669,706" in next(check.sentence for check in checks if check.key == "gradient")


def test_the_numbers_are_torchs_own() -> None:
    loss, grads = by_torch(7)
    unit = int(grads["linear_relu_stack.0.bias"].abs().argmax())  # one that is on
    told, _ = gradient.section(pinned("linear_relu_stack.0", unit, taught=TAUGHT))
    assert told is not None
    assert told["loss"] == loss
    for layer in told["layers"]:
        grad = grads[layer["name"]].double()
        assert layer["norm"] == pytest.approx(float(grad.norm()), rel=1e-12)
        assert layer["zeros"] == pytest.approx(float((grad == 0).double().mean()), abs=1e-12)
        assert layer["count"] == grad.numel()
    weight = grads["linear_relu_stack.0.weight"].numpy()
    np.testing.assert_array_equal(told["weight"]["row"], weight[unit])
    np.testing.assert_array_equal(told["bias"], grads["linear_relu_stack.0.bias"].numpy())
    high, wide = told["weight"]["block"]
    assert told["weight"]["whole"][0, 0] == pytest.approx(weight[:high, :wide].mean(), rel=1e-5)
    assert told["names"] == ["dL/dz", "dL/dx"]


@pytest.mark.parametrize("how", [{"steps": 5}, {"steps": 4, "summed": True}])  # 1 − p ≈ 10⁻⁹, 10⁻⁴¹
def test_a_network_that_is_sure_of_the_class_proves_itself_too(how: dict[str, Any]) -> None:
    how = {**how, "rate": 0.047, "optimizer": "momentum", "shown": True}
    for step in ("linear_relu_stack.2", "linear_relu_stack.4"):
        told, checks = gradient.section(pinned(step, taught={**TAUGHT, **how}))
        assert told is not None
        assert told["probability"] > 1 - 1e-8
        assert failed(checks) == set()


def test_at_the_logits_it_begins_with_p_less_onehot() -> None:
    scene = pinned("softmax", taught=TAUGHT)
    told, _ = gradient.section(scene)
    assert told is not None
    expected = scene.prediction.probabilities[0].astype(np.float64) - (np.arange(10) == 7)
    np.testing.assert_allclose(told["delta"], expected, atol=1e-6)
    assert told["leaving"] is None
    assert told["unit"] == 7


def test_a_relu_lets_back_what_is_on() -> None:
    scene = pinned(HIDDEN, taught=TAUGHT)
    told, _ = gradient.section(scene)
    assert told is not None
    on = scene.values[HIDDEN][0] > 0
    assert 0 < on.sum() < on.size
    np.testing.assert_array_equal(told["entering"], told["leaving"] * on)


def test_a_line_says_symbols_and_numbers() -> None:
    told, _ = gradient.section(pinned("linear_relu_stack.4", 7, taught=TAUGHT))
    assert told is not None
    first, second, third, fourth = told["formulas"]
    assert first.startswith("dL/dlogit[7] = p[7] − 1 = ")
    assert second.startswith("dL/dW[7, ")
    assert third.startswith("dL/db[7] = dL/dz[7] = −")
    assert "Σᵢ W[i, " in fourth


MAPS = ("input", "features.0", "features.1", "features.2", "features.3", "features.5")


@pytest.mark.parametrize("step", MAPS)
def test_of_maps_every_slope_has_a_number_and_every_kernel_its_picture(step: str) -> None:
    unit = 130
    of = pinned(step, unit, taught=TAUGHT, model="fashion-cnn")
    told, checks = gradient.section(of)
    assert told is not None
    assert failed(checks) == set()
    model: Any = copy.deepcopy(zoo.load("fashion-cnn")).requires_grad_()
    x = torch.from_numpy(of.trace.images.copy()).requires_grad_()
    kept, y = {"input": x}, x
    for place, layer in enumerate(model.features):
        y = kept[f"features.{place}"] = layer(y)
        y.retain_grad()
    scores = model.classifier(y.flatten(1))
    functional.cross_entropy(scores, torch.tensor([TAUGHT["label"]])).backward()
    slopes: Any = getattr(kept[step], "grad")[0]  # noqa: B009  no None after a backward pass
    (line,) = told["formulas"]
    at = ", ".join(str(int(each)) for each in np.unravel_index(unit, slopes.shape))
    names = {at, str(unit)} if step == "features.1" else {at}
    assert line.partition("[")[2].partition("]")[0] in names
    assert float(line.rpartition("= ")[2].replace("−", "-")) == pytest.approx(
        float(slopes.flatten()[unit]), rel=1e-3, abs=1e-9
    )
    if step not in ("features.0", "features.3"):
        assert told["weight"] is None
        return
    grad = model.get_submodule(step).weight.grad.numpy()
    channel = unit // slopes[0].numel()
    assert told["weight"]["channel"] == channel
    np.testing.assert_allclose(told["weight"]["kernel"], grad[channel], rtol=1e-4, atol=1e-8)
    assert told["weight"]["whole"].shape == (len(grad), grad[0].size)
    assert told["weight"]["limit"] >= np.abs(grad[channel]).max()


def test_a_wrong_gradient_of_autograd_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = widening.gradient

    def wrong(*given: Any) -> Any:
        found = {name: each.copy() for name, each in right(*given).items()}
        found["linear_relu_stack.2.weight"][100, 100] += 1e-6
        return found

    monkeypatch.setattr(widening, "gradient", wrong)
    assert failed(gradient.section(pinned("input", taught=TAUGHT))[1]) == {"gradient"}


def test_a_gradient_that_is_shown_wrong_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from explorer.network.backward import backward

    def wrong(*given: Any, **named: Any) -> Any:
        seen = backward(*given, **named)
        assert seen is not None
        name = "linear_relu_stack.0.bias"
        bias = seen.parameters[name]
        assert bias is not None
        found = bias * np.float32(1.0001)
        return replace(seen, parameters={**seen.parameters, name: found}, loss=seen.loss + 1e-4)

    monkeypatch.setattr(gradient, "backward", wrong)
    assert failed(gradient.section(pinned("input", taught=TAUGHT))[1]) == {"loss", "gradient32"}


def test_a_wrong_chain_rule_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = slopes.slopes

    def wrong(*given: Any) -> slopes.Slopes:
        found = right(*given)
        bias = "linear_relu_stack.4.bias"
        return replace(found, parameters={**found.parameters, bias: found.parameters[bias] * 1.001})

    monkeypatch.setattr(slopes, "slopes", wrong)
    found = failed(gradient.section(pinned("input", taught=TAUGHT))[1])
    assert found == {"gradient", "gradient32"}


FIRST, MIDDLE, LAST = (f"linear_relu_stack.{place}" for place in (0, 2, 4))


def test_a_frozen_layer_has_no_gradient_and_lets_it_through() -> None:
    frozen = {**TAUGHT, "frozen": [MIDDLE]}
    told, checks = gradient.section(pinned(MIDDLE, taught=frozen))
    free, _ = gradient.section(pinned(MIDDLE, taught=TAUGHT))
    assert told is not None
    assert free is not None
    assert told["held"]
    assert told["freezable"] == [FIRST, MIDDLE, LAST]
    assert (told["weight"], told["bias"]) == (None, None)
    norms = {each["name"]: each["norm"] for each in told["layers"]}
    assert [name for name, norm in norms.items() if norm is None] == [
        f"{MIDDLE}.weight",
        f"{MIDDLE}.bias",
    ]
    assert [each["held"] for each in told["layers"]] == [norm is None for norm in norms.values()]
    for each in free["layers"]:
        assert norms[each["name"]] in (None, each["norm"])
    np.testing.assert_array_equal(told["entering"], free["entering"])
    assert [line.split(" = ")[0][:5] for line in told["formulas"]] == ["dL/dx"]
    assert failed(checks) == set()
    assert {"gradient", "gradient32", "slopes"} <= {check.key for check in checks}
    count = 784 * 512 + 512 + 512 * 10 + 10
    assert f"{count:,}" in next(check.sentence for check in checks if check.key == "gradient")


def test_with_everything_frozen_nothing_is_claimed_of_a_gradient() -> None:
    frozen = {**TAUGHT, "frozen": [FIRST, MIDDLE, LAST]}
    told, checks = gradient.section(pinned(FIRST, taught=frozen))
    assert told is not None
    assert not told["learning"]
    assert {each["norm"] for each in told["layers"]} == {None}
    assert {check.key for check in checks} == {"loss", "slopes"}
    assert failed(checks) == set()


def test_a_frozen_layer_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidQuery, match=r"no such layer.*Expected some of: linear_relu_stack.0"):
        gradient.section(pinned(FIRST, taught={**TAUGHT, "frozen": ["flatten"]}))


@pytest.mark.parametrize("step", [HIDDEN, "linear_relu_stack.4"])  # the edited one, and the end
def test_edits_are_left_out_and_said(step: str) -> None:
    edits = [edit("off", list(range(200)))]
    with_edits, checks = gradient.section(pinned(step, taught=TAUGHT, edits=edits))
    without, _ = gradient.section(pinned(step, taught=TAUGHT))
    assert with_edits is not None
    assert without is not None
    assert with_edits["edited"]
    assert not without["edited"]
    assert with_edits["loss"] == without["loss"]
    assert with_edits["formulas"] == without["formulas"]
    assert failed(checks) == set()


def test_a_class_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidQuery, match=r"taught.label is 10. Expected .* from 0 to 9"):
        pinned("input", taught={"label": 10})
