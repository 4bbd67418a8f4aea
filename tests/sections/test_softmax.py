"""The fraction adds up, and equals PyTorch's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.errors import InvalidQuery
from explorer.sections import softmax
from tests.sections.scenes import failed, pinned, scene


def test_softmax_parts_sum_to_one_and_equal_torch() -> None:
    told, checks = softmax.section(pinned("softmax"))
    assert told is not None
    assert sum(told["probabilities"]) == pytest.approx(1, abs=1e-12)
    assert {check.key for check in checks} == {"parts", "torch"}
    assert failed(checks) == set()


def test_softmax_that_is_not_the_one_shown_fails_its_check() -> None:
    of = pinned("softmax")
    wrong = replace(of.prediction, probabilities=of.prediction.probabilities[:, ::-1].copy())
    assert failed(softmax.section(replace(of, prediction=wrong))[1]) == {"torch"}


def test_temperature_flattens_and_is_bounded() -> None:
    cold, _ = softmax.section(pinned("softmax", options={"temperature": 0.5}))
    warm, _ = softmax.section(pinned("softmax", options={"temperature": 5}))
    assert cold is not None
    assert warm is not None
    assert max(cold["probabilities"]) > max(warm["probabilities"])
    for wrong in (0, -1, 1000, "hot"):
        with pytest.raises(InvalidQuery):
            softmax.section(pinned("softmax", options={"temperature": wrong}))


def test_every_image_has_its_own_row_at_the_temperature_asked_for() -> None:
    of = scene(step="softmax", focus=2, options={"temperature": 2.5})
    told, _ = softmax.section(of)
    assert told is not None
    logits = of.trace.output.astype(float)
    powers = np.exp(logits / 2.5)
    expected = powers / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(told["rows"], expected, rtol=1e-9)
    np.testing.assert_allclose(told["probabilities"], expected[2], rtol=1e-9)
    assert told["logits"] == of.trace.output[2].tolist()
