"""The chain rule by hand: numbers worked out on paper, finite differences, and what is apart."""

from __future__ import annotations

import math

import numpy as np
import pytest
from torch import nn

from explorer.maths.arithmetic import Doubles
from explorer.maths.slopes import Link, apart, largest, length, links, slopes

TINY = (
    Link("a", np.array([[1.0, -2.0], [3.0, 1.0]]), np.array([0.5, -1.0])),
    Link("b", switches=True),
    Link("c", np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([0.0, 0.0])),
)


def test_a_tiny_network_on_paper() -> None:
    """x = (1, 2): z = (1 − 4 + 0.5, 3 + 2 − 1) = (−2.5, 4), a = (0, 4), logits 0, p = (½, ½)."""
    weight = np.array([[2.0, 1.0], [0.0, -1.0]])
    chain = (*TINY[:2], Link("c", weight, np.array([-4.0, 4.0])))
    found = slopes(chain, np.array([1.0, 2.0]), 0)
    assert found.loss == pytest.approx(math.log(2), abs=1e-15)  # logits (4 − 4, −4 + 4)
    assert found.probabilities.tolist() == [0.5, 0.5]
    # p − onehot = (−½, ½); dL/da = Wᵀ·that = (2·−½, 1·−½ − 1·½) = (−1, −1); the ReLU lets unit 1
    # through alone: dL/dz = (0, −1); dL/dx = −(3, 1).
    assert [each.tolist() for each in found.leaving] == [[0, -1], [-1, -1], [-0.5, 0.5]]
    assert found.entering.tolist() == [-3, -1]
    assert found.parameters["c.weight"].tolist() == [[0, -2], [0, 2]]
    assert found.parameters["c.bias"].tolist() == [-0.5, 0.5]
    assert found.parameters["a.weight"].tolist() == [[0, 0], [-1, -2]]
    assert found.parameters["a.bias"].tolist() == [0, -1]


def test_at_a_kink_nothing_passes() -> None:
    chain = (Link("a", np.eye(2)), Link("b", switches=True), Link("c", np.eye(2)))
    found = slopes(chain, np.array([0.0, 1.0]), 0)
    assert found.entering[0] == 0
    assert found.entering[1] > 0
    assert [each.tolist() for each in found.on] == [[], [False, True], []]
    other = slopes(chain, np.array([0.0, 1.0]), 0, [np.ones(2, bool)] * 3)
    assert other.entering[0] < 0


def network(seed: int) -> tuple[tuple[Link, ...], Doubles]:
    random = np.random.default_rng(seed)
    return (
        Link("a", random.normal(size=(7, 5)), random.normal(size=7)),
        Link("b", switches=True),
        Link("c", random.normal(size=(6, 7))),
        Link("d", switches=True),
        Link("e", random.normal(size=(4, 6)), random.normal(size=4)),
    ), random.normal(size=5)


@pytest.mark.parametrize("seed", range(5))
def test_finite_differences_say_the_same(seed: int) -> None:
    chain, image = network(seed)
    found, step = slopes(chain, image, 2), 1e-6

    def differences(values: Doubles) -> Doubles:
        """Change one number after the other, and see what the loss does."""
        flat, result = values.reshape(-1), np.empty(values.size)
        for place in range(values.size):
            before = flat[place]
            flat[place] = before + step
            above = slopes(chain, image, 2).loss
            flat[place] = before - step
            below = slopes(chain, image, 2).loss
            flat[place] = before
            result[place] = (above - below) / (2 * step)
        return result.reshape(values.shape)

    np.testing.assert_allclose(found.entering, differences(image), atol=1e-7)
    for link in chain:
        for name, each in (("weight", link.weight), ("bias", link.bias)):
            if each is not None:
                expected = differences(each)
                np.testing.assert_allclose(
                    found.parameters[f"{link.name}.{name}"], expected, atol=1e-7
                )


def test_an_answer_that_is_nearly_sure_keeps_its_slope() -> None:
    """1 − p = 10⁻²⁰ is lost where p is rounded to 1 first."""
    chain = (Link("a", np.array([[46.0], [0.0]])),)
    found = slopes(chain, np.array([1.0]), 0)
    assert found.leaving[0][0] == pytest.approx(-math.exp(-46), rel=1e-12)


def test_links_are_the_arrays_of_the_modules() -> None:
    first = nn.Linear(3, 2)
    line = [nn.Flatten(), first, nn.ReLU(), nn.Linear(2, 2, bias=False), nn.Softmax(1)]
    found = links(line, [str(place) for place in range(5)])
    assert [each.name for each in found] == ["0", "1", "2", "3"]
    assert [each.switches for each in found] == [False, False, True, False]
    assert found[1].weight is not None
    assert found[1].weight.dtype == np.float64
    assert (found[1].weight == first.weight.detach().numpy()).all()
    assert found[3].bias is None
    with pytest.raises(ValueError, match="first"):
        links([nn.Softmax(1), nn.ReLU()], ["first", "second"])


def test_apart_is_a_share_of_the_largest_value_of_each_tensor() -> None:
    one = {"a": np.array([2.0, -4.0]), "b": np.array([0.1])}
    assert apart(one, dict(one)) == 0
    assert apart(one, {**one, "a": np.array([2.0, -4.4])}) == pytest.approx(0.1)
    assert apart(one, {**one, "b": np.array([0.2])}) == pytest.approx(1.0)
    assert apart({"a": np.zeros(2)}, {"a": np.array([0.0, 3.0])}) == 3
    for other in ({"a": one["a"]}, {**one, "c": one["b"]}, {**one, "b": None}):
        assert apart(one, other) == math.inf
    assert apart(one, {**one, "b": np.array([0.1, 0.1])}) == math.inf


def test_lengths() -> None:
    assert length([np.array([[3.0, 0.0]]), np.array([4.0], dtype=np.float32)]) == 5
    assert largest(np.array([1.0, -3.0, 2.0])) == 3
    assert largest(np.zeros(0)) == 0
