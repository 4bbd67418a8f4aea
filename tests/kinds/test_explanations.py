"""What kinds say of single units, where the course's own networks do not go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from torch import nn

from explorer import kinds
from explorer.figures import arrays
from explorer.incoming import samples
from explorer.incoming.queries import read
from explorer.kinds.base import Subject
from explorer.kinds.picture import normal, notices
from explorer.kinds.relu import rectified
from explorer.network import steps
from explorer.network.scene import look
from explorer.records import Floats, Input, Scale, Step


def some(*shape: int) -> Floats:
    values: Floats = np.random.default_rng(3).normal(size=shape).astype(np.float32)
    return values


def subject(kind: str, before: Floats, after: Floats, module: nn.Module | None = None) -> Subject:
    step = Step("s", kind, "M", "s", after.shape, named=True)
    labels = tuple("abcdefghij"[: after.shape[-1]])
    return Subject(step, module, before, after, 0, Input(), labels, "en")


@pytest.mark.parametrize(
    ("kind", "formula"),
    [
        ("linear", "z[i] = Σⱼ W[i, j]·x[j] + b[i]"),
        ("logits", "logit[c] = Σⱼ W[c, j]·a[j] + b[c]"),
        ("relu", "a[i] = max(0, z[i])"),
    ],
)
def test_formulas_are_those_of_the_field(kind: str, formula: str) -> None:
    asked = subject(kind, some(1, 4), some(1, 4))
    assert kinds.BY_NAME[kind].formula(asked) == formula


def test_flattening_is_written_with_the_sizes_of_the_rows_behind() -> None:
    flat = kinds.BY_NAME["flatten"]
    for shape, formula in (
        ((28, 28), "x[28·row + column] = X[row, column]"),
        ((3, 5, 7), "x[35·map + 7·row + column] = X[map, row, column]"),
    ):
        values = some(1, *shape)
        assert flat.formula(subject("flatten", values, values.reshape(1, -1))) == formula


def test_a_share_is_its_own_exponential_over_the_sum() -> None:
    logits = some(1, 10)
    powers = np.exp(logits[0].astype(float) - logits.max())
    shares = (powers / powers.sum()).astype(np.float32)[None]
    kind = kinds.BY_NAME["softmax"]
    for unit in range(10):
        data, checks = kind.explain(
            subject("softmax", logits, shares), unit, float(shares[0, unit])
        )
        assert data["exponential"] == pytest.approx(powers[unit])
        assert data["denominator"] == pytest.approx(powers.sum())
        assert data["logit"] == float(logits[0, unit])
        assert all(check.passed for check in checks)


def test_the_largest_share_stands_out() -> None:
    shares = np.array([[0.1, 0.2, 0.6, 0.1]], dtype=np.float32)
    drawn: Any = kinds.BY_NAME["softmax"].figure(subject("softmax", shares, shares))
    assert np.flatnonzero(
        ~np.isnan(np.asarray(drawn.plotly().data[0].x, dtype=float))
    ).tolist() == [2]


def test_a_relus_own_scale_holds_what_goes_in() -> None:
    before = np.array([-9.0, 1.0] * 10, dtype=np.float32)
    drawn: Any = rectified(before, np.maximum(before, np.float32(0)), language="en")
    assert drawn.plotly().layout.coloraxis.cmax == arrays.limit(before) == 10


def test_an_empty_picture_is_said_to_be_empty_and_nothing_else() -> None:
    usual = {"ink": [0.1, 0.9], "mean": [0.1, 0.9]}
    (sentence,) = notices(bytes(784), (28, 28), usual, "en")
    assert "empty" in sentence.lower() or "nothing" in sentence.lower()
    assert len(notices(bytes([255]) * 784, (28, 28), usual, "en")) > 1


def test_a_mean_is_taken_away_and_the_deviation_divides() -> None:
    of = Input(shape=(2, 1, 2), mean=(0.5, 0.25), std=(0.5, 2.0))
    values = np.array([[[0.0, 1.0]], [[0.25, 2.25]]], dtype=np.float32)
    assert normal(values, of).tolist() == [[[-1, 1]], [[0, 1]]]


def test_a_relu_whose_input_no_hook_has_seen_holds_what_goes_in() -> None:
    before = np.array([[-9.0, 1.0]], dtype=np.float32)
    values = {"s": np.maximum(before, np.float32(0))}
    event = steps.Event("s", "relu", "ReLU", values["s"], (before,), (None,))
    ends = steps.coloured((event,), {"s": None}, {"s": before}, values, focus=0, picture=Input())
    assert ends == {"s": ("signed", 10, ("s",))}


def test_residuals_have_no_sign_and_means_have() -> None:
    of = look(read({"images": [samples.listing()[0]["pixels"]], "step": "linear_relu_stack.0"}))
    values = of.values["linear_relu_stack.0"][0]
    facts = {fact.key: fact.value for fact in of.kind.facts(of.subject())}
    assert facts["mean"] == pytest.approx(float(values.mean()), abs=1e-6)
    assert [facts["minimum"], facts["maximum"]] == [float(values.min()), float(values.max())]
    assert of.subject().check("terms", 1.0, 3.0, 0.5).residual == 2.0
    assert not of.subject().check("terms", 1.0, 3.0, 0.5).passed


@pytest.mark.parametrize(
    ("shape", "scale", "laid"),
    [((5, 4), "grey", True), ((5, 4), "signed", False), ((3, 5, 4), "grey", False)],
)
def test_only_a_picture_is_laid_out_above_its_line(
    shape: tuple[int, ...], scale: Scale, *, laid: bool
) -> None:
    before = np.abs(some(1, *shape))
    asked = subject("flatten", before, before.reshape(1, -1))
    asked = replace(asked, step=replace(asked.step, scale=scale))
    figure = kinds.BY_NAME["flatten"].figure(asked)
    assert (figure.layout["meta"].get("link") == "flat") is laid
