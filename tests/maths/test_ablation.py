# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""What each unit is worth equals the plain loop.

Sets that flip the prediction are verified and irreducible.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from explorer.errors import InvalidQuery
from explorer.maths import ablation
from explorer.maths.ablation import Tail, flip_set, sweep
from explorer.records import Floats


def linear(weights: list[list[float]], bias: list[float]) -> nn.Linear:
    made = nn.Linear(len(weights[0]), len(weights))
    made.weight.data, made.bias.data = (
        torch.tensor(weights),
        torch.tensor(bias, dtype=torch.float32),
    )
    return made


def activations(*values: float) -> Floats:
    return np.array(values, dtype=np.float32)


def loop(tail: Tail, values: Floats) -> Floats:
    rows = []
    for unit in range(values.size):
        without = values.copy()
        without.flat[unit] = 0.0
        with torch.no_grad():
            rows.append(tail(torch.from_numpy(without).unsqueeze(0))[0].numpy())
    return np.stack(rows)


# 3 units → 2 hidden → 2 classes. With all units: hidden (4, 1), logits (4, 2).
TAIL = nn.Sequential(
    linear([[1.0, 1.0, 0.0], [0.0, 1.0, -1.0]], [0.0, 1.0]),
    nn.ReLU(),
    linear([[1.0, 0.0], [0.0, 2.0]], [0.0, 0.0]),
)
UNITS = activations(2, 2, 2)


def test_sweep_worked_out_by_hand() -> None:
    assert sweep(TAIL, UNITS).tolist() == [[2.0, 2.0], [2.0, 0.0], [4.0, 6.0]]
    assert not sweep(TAIL, UNITS).flags.writeable


def test_units_that_are_off_change_nothing() -> None:
    assert sweep(TAIL, activations(0, 2, 0)).tolist() == [[2.0, 6.0], [0.0, 2.0], [2.0, 6.0]]
    assert sweep(TAIL, activations(0, 0, 0)).tolist() == [[0.0, 2.0]] * 3


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 30), st.integers(1, 20), st.booleans())
def test_sweep_equals_the_plain_loop(seed: int, n: int, hidden: int, inplace: bool) -> None:
    torch.manual_seed(seed)
    values = torch.randn(n).relu().numpy()
    tail = nn.Sequential(
        nn.Linear(n, hidden), nn.ReLU(inplace=inplace), nn.Linear(hidden, 4)
    ).requires_grad_(False)
    exact = loop(tail, values)
    assert sweep(tail, values) == pytest.approx(exact, abs=1e-5)  # rank one
    assert sweep(tail.forward, values) == pytest.approx(exact, abs=1e-5)  # one batch
    assert sweep(tail[0], values) == pytest.approx(loop(tail[0], values), abs=1e-5)


def test_a_corrupted_weight_is_seen_by_the_comparison_with_the_loop() -> None:
    before = sweep(TAIL, UNITS)
    wrong = nn.Sequential(linear([[1.0, 1.0, 0.0], [0.0, 1.01, -1.0]], [0.0, 1.0]), *TAIL[1:])
    assert np.abs(before - loop(TAIL, UNITS)).max() < 1e-6
    assert np.abs(before - loop(wrong, UNITS)).max() > 1e-3


def test_sweep_of_an_image_shaped_step_and_of_an_inplace_tail() -> None:
    torch.manual_seed(1)
    values = torch.randn(2, 5, 5).numpy()
    tail = nn.Sequential(
        nn.ReLU(inplace=True), nn.Conv2d(2, 3, 3), nn.Flatten(), nn.Linear(27, 4)
    ).requires_grad_(False)
    kept = values.copy()
    assert sweep(tail, values) == pytest.approx(loop(tail, values), abs=1e-6)
    assert np.array_equal(values, kept)


def test_a_tail_that_writes_to_its_input_is_given_copies() -> None:
    assert sweep(lambda batch: batch.mul_(2), activations(1, 3)).tolist() == [
        [0.0, 6.0],
        [2.0, 0.0],
    ]


def test_a_batch_beyond_memory_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sweep(TAIL, UNITS)
    monkeypatch.setattr(ablation, "LARGEST_BATCH", 3)
    sizes: list[int] = []

    def counted(batch: torch.Tensor) -> torch.Tensor:
        sizes.append(len(batch))
        logits: torch.Tensor = TAIL(batch)
        return logits

    assert np.array_equal(sweep(counted, UNITS), whole)
    assert np.array_equal(sweep(TAIL, UNITS), whole)
    assert sizes == [1, 1, 1, 1]
    sizes.clear()
    fast = nn.Sequential(TAIL[0], Counted(sizes), *TAIL[1:])
    assert np.array_equal(sweep(fast, UNITS), whole)
    assert sizes == [1, 1, 1, 1], "two outputs for each unit: no two units fit into 3 numbers"


class Counted(nn.Module):
    """Hands on what it gets, and writes down how many rows that are."""

    def __init__(self, sizes: list[int]) -> None:
        super().__init__()
        self.sizes = sizes

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        self.sizes.append(len(batch))
        return batch


def test_flip_set_worked_out_by_hand() -> None:
    # Class 0 leads by 5 + 4 + 3 − 8 = 4: no unit alone loses it by itself except the first.
    tail = linear([[5.0, 4.0, 3.0, 0.0], [0.0, 0.0, 0.0, 8.0]], [0.0, 0.0])
    found = flip_set(tail, activations(1, 1, 1, 1), target=0)
    assert (found.units, found.found, found.verified) == ((0,), True, True)
    assert (found.before.tolist(), found.after.tolist()) == ([12.0, 8.0], [7.0, 8.0])
    won = flip_set(
        tail, activations(1, 1, 0, 2), target=0
    )  # class 0 loses 9 to 16, and wins without unit 3
    assert (won.units, won.after.tolist(), won.verified) == ((3,), [9.0, 0.0], True)


def test_a_unit_that_greed_took_in_vain_is_put_back() -> None:
    # Two layers: unit 0 looks best alone, but 1 and 2 together flip and need no 0.
    def tail(batch: torch.Tensor) -> torch.Tensor:
        lost = (1 - batch) @ torch.tensor([3.0, 2.0, 2.5])
        both = (1 - batch[:, 1]) * (1 - batch[:, 2]) * 6
        return torch.stack([10 - lost - both, torch.zeros(len(batch))], dim=1)

    found = flip_set(tail, activations(1, 1, 1), target=0)
    assert (sorted(found.units), found.verified) == ([1, 2], True)


def test_a_flip_that_a_plain_pass_does_not_confirm_is_not_verified() -> None:
    def tail(
        batch: torch.Tensor,
    ) -> torch.Tensor:  # rows influence each other: only alone does class 0 always win
        return batch if len(batch) > 1 else torch.tensor([[5.0, 1.0]])

    found = flip_set(tail, activations(5, 1), target=0)
    assert (found.units, found.found, found.verified) == ((0,), True, False)


def test_what_cannot_be_flipped_is_said() -> None:
    tail = linear([[1.0, 1.0], [0.0, 0.0]], [5.0, 0.0])
    found = flip_set(tail, activations(1, 1), target=0)
    assert (found.units, found.found, found.verified) == ((0, 1), False, False)
    assert found.after.tolist() == [5.0, 0.0]
    assert flip_set(tail, activations(0, 0), target=0).units == ()
    assert flip_set(tail, activations(1, 1), target=0, limit=1).units == (0,)
    assert flip_set(tail, activations(1, 1), target=1).units == (0, 1)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 3))
def test_a_found_set_flips_and_is_irreducible(seed: int, target: int) -> None:
    torch.manual_seed(seed)
    tail = nn.Sequential(nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 4)).requires_grad_(False)
    values = torch.randn(12).relu().numpy()
    found = flip_set(tail, values, target=target)

    def wins(units: tuple[int, ...]) -> bool:
        without = values.copy()
        without[list(units)] = 0.0
        return int(tail(torch.from_numpy(without).unsqueeze(0)).argmax()) == target

    assert found.found == found.verified
    if found.found:
        assert wins(found.units) != wins(())
        assert all(
            wins(fewer) == wins(())
            for fewer in itertools.combinations(found.units, len(found.units) - 1)
        )
    assert found.units == flip_set(tail.forward, values, target=target).units


def test_a_class_or_limit_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="target is 2"):
        flip_set(TAIL, UNITS, target=2)
    with pytest.raises(InvalidQuery, match="limit is 0"):
        flip_set(TAIL, UNITS, target=0, limit=0)


def test_units_that_move_nothing_are_no_set() -> None:
    tail = linear([[0.0, 0.0], [0.0, 0.0]], [5.0, 0.0])
    found = flip_set(tail, activations(1, 1), target=0)
    assert (found.units, found.found, found.verified) == ((), False, False)


def test_the_least_needed_unit_is_put_back_first() -> None:
    # The margin of class 0 by which of four units are on; greed takes 0, 1, 2, 3 in turn.
    margins: dict[tuple[int, ...], int] = {
        (1, 1, 1, 1): 10, (0, 1, 1, 1): 6, (0, 0, 1, 1): 4, (0, 0, 0, 1): 2, (0, 0, 0, 0): -5,
        (1, 0, 0, 0): -1, (0, 1, 0, 0): -3,
    }  # fmt: skip

    def tail(batch: torch.Tensor) -> torch.Tensor:
        margin = [float(margins.get(tuple(map(int, row)), 8)) for row in batch.tolist()]
        return torch.tensor([[each, 0.0] for each in margin])

    found = flip_set(tail, activations(1, 1, 1, 1), target=0)
    assert (found.units, found.verified) == ((0, 2, 3), True)
    assert found.after.tolist() == [-3.0, 0.0]


# Logits (x + y + z, 0.5): the first class falls when all three units are off. That takes 3 + 2 + 1
# trials.
SUM = linear([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]], [0.0, 0.5])


@pytest.mark.parametrize(
    ("trials", "units", "found"), [(6, 3, True), (5, 2, False), (4, 1, False), (2, 0, False)]
)
def test_a_search_ends_when_its_trials_are_used_up_and_says_so(
    monkeypatch: pytest.MonkeyPatch, trials: int, units: int, found: bool
) -> None:
    monkeypatch.setattr(ablation, "TRIALS", trials)
    flip = flip_set(SUM, activations(1, 2, 3), target=0)
    assert (len(flip.units), flip.found, flip.verified) == (units, found, found)
    assert flip.stopped is not found


def test_what_is_stopped_might_have_gone_on() -> None:
    values = activations(1, 2, 3)
    assert not flip_set(SUM, values, target=0).stopped
    assert flip_set(SUM, values, target=0, limit=2).stopped
    lost = flip_set(SUM, activations(-1, -1, -1), target=0, limit=9)
    assert (lost.found, lost.stopped) == (False, False), "no unit is left"
