"""What proven radii are made of, part by part: maps, maxima, sums and lengths."""

from __future__ import annotations

from typing import Any, cast

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from explorer.maths import maps, margins, maxima, standing
from explorer.maths.maxima import Maximum
from tests.maths.test_margins import network, proven, unit_rows


def test_a_convolution_is_the_matrix_that_it_is() -> None:
    torch.manual_seed(2)
    for options in ({}, {"padding": 1}, {"stride": 2}, {"dilation": 2}, {"groups": 2}):
        layer = nn.Conv2d(2, 4, 3, **cast(Any, options))
        image = torch.rand(2, 7, 7)
        each = torch.eye(98).view(98, 2, 7, 7)
        matrix = (layer(each) - layer(torch.zeros(1, 2, 7, 7))).flatten(1).T.detach()
        offset = layer(torch.zeros(1, 2, 7, 7)).flatten().detach()
        written = nn.Linear(98, len(matrix))
        written.weight.data, written.bias.data = matrix, offset
        rest = (nn.ReLU(), nn.Linear(len(matrix), 3))
        model = nn.Sequential(layer, rest[0], nn.Flatten(), rest[1])
        now, found = proven(model, image)
        plain = proven(nn.Sequential(nn.Flatten(), written, *rest), image)
        assert now == plain[0]
        assert found == pytest.approx(plain[1], rel=5e-3)
        known = maps.linear(layer.requires_grad_(False), image[None])
        assert known is not None
        norm = float(torch.linalg.matrix_norm(matrix, 2))
        # the bound is that of all windows, also where they move by more than one
        assert norm <= known.gain <= (2 if "stride" in options else 1.4) * norm
        rows = torch.randn(5, *known.left)
        torch.testing.assert_close(known.back(rows).flatten(1), rows.flatten(1) @ matrix)
        most = torch.linspace(0, 1, 98)
        least = most.flip(0) - 2
        low, high = known.between(torch.stack([least, most]).view(2, 2, 7, 7)).flatten(1)
        up, down = matrix.clamp(min=0), matrix.clamp(max=0)
        torch.testing.assert_close(low, up @ least + down @ most)
        torch.testing.assert_close(high, up @ most + down @ least)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.01, 0.1, 0.5]))
def test_no_maximum_adds_more_than_its_bounds(seed: int, within: float) -> None:
    model, image = network(seed)
    with torch.no_grad():
        line, _ = margins._read(tuple(model), image[None])
        near = standing.near(line, image)
        bounds = margins._added(line, near, standing.places(line, near, image), within)
        change = torch.randn(40, 2, 9, 9)
        change[20:] *= torch.rand(20, 2, 9, 9) > 0.97  # all of it at a few pixels
        change = within * unit_rows(change)
        given_, moved = image[None], image + change
        rest = list(model)
        for link in line:
            count = maxima.together(rest)
            part = nn.Sequential(*rest[: max(count, 1)])
            before, now = part(given_), part(moved)
            if isinstance(link, Maximum):
                more = (now - before - link.view(moved - given_)).flatten(1)
                bound = bounds.pop(0)
                assert (more >= -1e-5).all()
                assert (more <= bound.values * (1 + 1e-4) + 1e-5).all()
                assert (more.norm(dim=1) <= bound.norm * (1 + 1e-4) + 1e-5).all()
            given_, moved, rest = before, now, rest[max(count, 1) :]
    assert not bounds


@pytest.mark.parametrize(
    ("values", "norm", "up", "down"),
    [
        ([0.5, 0.25], 9.0, [0.5, 0.75], [0.5, 0.0]),  # every value at its largest
        ([0.5, 0.25], 0.1, [0.1, 0.3], [0.2, 0.0]),  # all of the norm where it counts most
        ([0.5, 0.0], 0.1, [0.1, 0.0], [0.0, 0.0]),  # what adds nothing takes no part of it
    ],
)
def test_sums_of_what_is_added_worked_out_by_hand(
    values: list[float], norm: float, up: list[float], down: list[float]
) -> None:
    sums = standing.Weighted(torch.tensor([[1.0, -2.0], [0.0, 3.0]]))
    added = standing.Beyond(torch.tensor(values), norm)
    torch.testing.assert_close(sums.both(added), torch.tensor([up, down]))
    torch.testing.assert_close(sums.down(added), torch.tensor(down))


@pytest.mark.parametrize("units", [5, 40])  # in use: fewer than there are rows, and more
def test_lengths_are_those_of_the_slopes_that_are_not_written_out(units: int) -> None:
    torch.manual_seed(4)
    first, image = nn.Linear(16, 60).requires_grad_(False), torch.rand(1, 4, 4)
    first.weight[1] = first.weight[0] + 1e-4 * first.weight[2]
    line = [maps.linear(nn.Flatten(), image), maps.linear(first, image.flatten(1))]
    rows = torch.randn(20, 60)
    rows[:, units:] = 0
    rows[0], rows[0, 0], rows[0, 1] = 0, 1, -1  # what is left is a ten-thousandth of each
    slopes = rows.double() @ first.weight.double()
    found = standing._lengths(cast(Any, line), rows)
    torch.testing.assert_close(found.double(), slopes.norm(dim=1), rtol=1e-5, atol=0)
