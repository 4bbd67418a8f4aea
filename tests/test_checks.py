"""The identities that every view carries hold, and fail where something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.records import Floats, Query, Trace
from explorer.viewing import checks, view
from tests.test_values import NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("checkpoint", ["", zoo.UNTRAINED])
def test_all_checks_hold(name: str, checkpoint: str, blank: bytes, sample: bytes) -> None:
    for step in view(Query(model=name, show=())).steps:
        query = Query(
            name, checkpoint, (blank, sample, bytes([255]) * 784), focus=1, step=step.id, show=()
        )
        seen = view(query)
        assert {check.key for check in seen.checks} >= {"forward", "sum"}
        for check in seen.checks:
            assert check.passed, (step.id, check)


def tampered(change: Callable[[Scene], Scene], sample: bytes) -> dict[str, bool]:
    scene = look(Query(images=(bytes(784), sample), focus=1))
    assert all(check.passed for check in checks(scene))
    return {check.key: check.passed for check in checks(change(scene))}


def with_output(trace: Trace, change: Callable[[Floats], None]) -> Trace:
    output = trace.output.copy()
    change(output)
    return replace(trace, output=output, scores=output)


@pytest.mark.parametrize("row", [0, 1])
def test_a_wrong_output_fails_its_check(row: int, sample: bytes) -> None:
    """One unit in the last place of one logit, of the image in focus or of another one."""

    def nudge(output: Floats) -> None:
        output[row, 3] = np.nextafter(output[row, 3], np.float32(np.inf))

    assert not tampered(
        lambda scene: replace(scene, trace=with_output(scene.trace, nudge)), sample
    )["forward"]


def test_an_output_that_is_no_number_fails_its_check(sample: bytes) -> None:
    def spoil(output: Floats) -> None:
        output[1, 0] = np.nan

    assert not tampered(
        lambda scene: replace(scene, trace=with_output(scene.trace, spoil)), sample
    )["forward"]


def test_probabilities_that_do_not_sum_to_1_fail_their_check(sample: bytes) -> None:
    def inflate(scene: Scene) -> Scene:
        more = scene.prediction.probabilities * np.float32(1.001)
        return replace(scene, prediction=replace(scene.prediction, probabilities=more))

    assert tampered(inflate, sample) == {"forward": True, "sum": False}
