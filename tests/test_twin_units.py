"""Where a value of a layer of maps comes from: what the page derives against what the kind says."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer import kinds
from explorer.kinds.base import Subject
from explorer.maths.arithmetic import Feeding
from explorer.outgoing import replies
from explorer.records import Input, Step
from tests import node
from tests.test_twin_layers import case, convolution, pooling

Made = tuple[nn.Module, torch.Tensor]
UNITS = 5  # of every layer, drawn at random


def asked(module: nn.Module, image: torch.Tensor, units: list[int]) -> dict[str, Any]:
    found = case(module, image)
    kind = kinds.kind_of(module)
    return {**found, "link": found["chain"][0], "kind": kind, "units": units}


def said(module: nn.Module, image: torch.Tensor, unit: int) -> Mapping[str, Any]:
    """What the kind says of a unit, as a reply writes it; what it says proves the value."""
    before, after = image.numpy(), module(image).detach().numpy()
    kind = kinds.BY_NAME[kinds.kind_of(module)]
    step = Step("s", kind.name, type(module).__name__, "s", after.shape)
    subject = Subject(step, module, before, after, 0, Input(), (), "en", source="before")
    data, checks = kind.explain(subject, unit, float(after.reshape(-1)[unit]))
    assert all(check.passed for check in checks), module
    encoded: Mapping[str, Any] = replies.encoded(data)
    found = kind.feeding(subject, unit)
    assert (found is None) == (not encoded), "whatever is written out has a path"
    return {**encoded, "feeding": found and feeds(found, module, image, unit)}


def feeds(found: Feeding, module: nn.Module, image: torch.Tensor, unit: int) -> Any:
    """What makes a value, as the page tells it; each product is a weight times the value there."""
    given, places = image.double().flatten(), found.places.tolist()
    value = float(module(image).detach().flatten()[unit])
    if found.products is None:
        assert float(given[places[0]]) == value
        return {"copied": places[0]}
    made = [(at, one) for at, one in zip(places, found.products.tolist(), strict=True) if one]
    slopes = torch.autograd.functional.jacobian(
        lambda x: module.double()(x).flatten()[unit], image.double()
    ).flatten()
    module.float()
    for at, one in made:
        assert one == pytest.approx(float(slopes[at] * given[at]), rel=1e-9)
    assert found.total == pytest.approx(value, rel=1e-4, abs=1e-4)
    made.sort(key=lambda each: -abs(each[1]))
    return {"bias": found.bias, "total": found.total, "made": [list(each) for each in made]}


def plain(value: Any) -> Any:
    """Return data with its arrays as shapes and numbers."""
    if isinstance(value, Mapping) and set(value) == {"shape", "data"}:
        numbers = np.frombuffer(base64.b64decode(value["data"]), dtype="<f4")
        return [value["shape"], *numbers.tolist()]
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def close(one: Any, two: Any, where: str) -> None:
    """Sums are float64 added up in another order; all else is the same to the last bit."""
    if isinstance(two, Mapping):
        assert set(one) == set(two), where
        for name, each in two.items():
            close(one[name], each, f"{where}.{name}")
    elif isinstance(two, list):
        assert len(one) == len(two), where
        for place, each in enumerate(two):
            close(one[place], each, f"{where}[{place}]")
    elif isinstance(two, float):
        assert one == pytest.approx(two, rel=1e-12, abs=1e-12), where
    else:
        assert one == two, where


def compared(pairs: list[Made], units: int = UNITS) -> int:
    """Compare some units of every layer; how many are explained."""
    random = np.random.default_rng(4)
    counts = [module(image).numel() for module, image in pairs]
    drawn = [random.choice(count, min(units, count), replace=False).tolist() for count in counts]
    questions = [asked(*pair, chosen) for pair, chosen in zip(pairs, drawn, strict=True)]
    answers = node.run("twin/units.js", questions)
    explained = 0
    for (module, image), chosen, answer in zip(pairs, drawn, answers, strict=True):
        for unit, found in zip(chosen, answer, strict=True):
            expected = plain(said(module, image, unit))
            close(plain(found), expected, f"{module} {unit}")
            explained += expected["feeding"] is not None
    return explained


@pytest.mark.parametrize("build", [convolution, pooling])
def test_a_value_of_maps_is_explained_as_by_its_kind(build: Any) -> None:
    torch.manual_seed(3)
    random = np.random.default_rng(3)
    assert compared([build(random) for _ in range(60)]) > 100


def test_of_many_channels_those_that_add_most_are_listed_and_the_others_are_one_sum() -> None:
    torch.manual_seed(5)
    image = torch.relu(torch.randn(1, 70, 5, 5))
    image[0, 3:5] = 0.0  # sums of 0, which stand in the order of their channels
    wide = nn.Conv2d(70, 2, 3, padding=1)
    grouped = nn.Conv2d(70, 70, 3, groups=70)
    assert compared([(wide, image), (grouped, image)]) == 2 * UNITS
    told = said(wide, image, 7)
    assert (len(told["sums"]), told["rest_count"], len(told["shown"])) == (64, 6, 6)
    assert told["rest"] != 0


def test_of_odd_paddings_a_side_of_one_number_and_windows_in_the_padding() -> None:
    torch.manual_seed(6)
    image = torch.randn(1, 2, 5, 6)
    even = nn.Conv2d(2, 3, (2, 4), padding="same", dilation=(1, 3))
    with pytest.warns(UserWarning, match="even kernel lengths"):
        assert compared([(even, image)], units=60) == 60
    narrow = torch.randn(1, 1, 3, 3)
    apart = nn.MaxPool2d(2, 1, 1, dilation=4)
    large = nn.MaxPool2d((5, 4), 1)  # of whose values not all are written out
    assert compared([(nn.MaxPool2d((2,)), image), (large, image)], units=6) == 12
    assert compared([(apart, narrow)]) == 0


def test_of_equal_values_the_first_has_won_and_numbers_are_written_as_by_python() -> None:
    rows = [
        [0.0, 0.0, 0.15625, 0.15625, -0.0, -1.0],
        [0.0, 0.0, 0.15635, -0.15625, -2e-7, -3e8],
        [1e5, 123456.5, 1e-5, 12345678.0, 0.0001, 0.00001],
        [99995.0, 0.00099995, 2.5, 1e20, -99999.5, 1000000.5],
    ]
    pair = nn.MaxPool2d(2), torch.tensor(rows)[None, None]
    assert compared([pair], units=6) == 6
    assert said(*pair, 1)["formulas"][0] == "y = max(0.1562, 0.1562, 0.1564, -0.1562) = 0.15635"
    assert [said(*pair, unit)["from"] for unit in (0, 2)] == [0, 4]
