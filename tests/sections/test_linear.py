"""The linear view proves itself, and was seen to fail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from explorer.sections import linear
from tests.sections.scenes import failed, pinned


def test_the_linear_view_proves_itself_and_fails_when_a_weight_changes() -> None:
    of = pinned("input")
    told, checks = linear.section(of)
    assert told is not None
    assert told["exact"]
    assert failed(checks) == set()
    assert [kink["step"] for kink in told["boundaries"]] == [
        "linear_relu_stack.1",
        "linear_relu_stack.3",
    ]


def test_a_linear_view_that_does_not_fit_its_logits_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from explorer.maths import linearity

    right = linearity.linear_view

    def wrong(*given: Any, **named: Any) -> linearity.LinearView:
        seen = right(*given, **named)
        return replace(seen, bias=seen.bias + np.float32(0.01), remainder=seen.remainder - 0.01)

    monkeypatch.setattr(linearity, "linear_view", wrong)
    assert failed(linear.section(pinned("input"))[1]) == {"linear"}
