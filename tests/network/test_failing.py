"""A pass that fails says where, on what, and which line repairs it; what came before is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.errors import UntraceableModel
from explorer.network import failing
from explorer.network.tracing import trace
from explorer.words import LANGUAGES
from tests.network.modules import Forward


def failure(model: nn.Module, x: Any) -> UntraceableModel:
    with pytest.raises(UntraceableModel) as caught:
        trace(model, x)
    return caught.value


@pytest.mark.parametrize(
    ("layer", "x", "line"),
    [
        (nn.Linear(6, 2), torch.zeros(1, 5), "nn.Linear(in_features=5, …)"),
        (nn.Linear(12, 2), torch.zeros(1, 3, 4), "x = torch.flatten(x, 1)"),
        (nn.Conv2d(3, 2, 1), torch.zeros(1, 1, 4, 4), "nn.Conv2d(in_channels=1, …)"),
        (nn.Conv2d(1, 2, 3), torch.zeros(5, 4, 4), "x = x.unsqueeze(1)"),
        (nn.Conv2d(1, 2, 3), torch.zeros(4, 4), "x = x[None, None, ...]"),
        (nn.Conv2d(3, 2, 1), torch.zeros(1, 4, 4, 3), "x = x.movedim(-1, 1)"),
        (nn.Conv2d(3, 2, 1), torch.zeros(2, 4, 4), "nn.Conv2d(in_channels=2, …)"),
        (nn.BatchNorm2d(3), torch.zeros(2, 3), "x = x[:, :, None, None]"),
        (nn.Linear(6, 2), torch.zeros(1, 6, 4, 4), "x = x.movedim(1, -1)"),
        (
            nn.Linear(6, 2),
            torch.zeros(1, 2, 4, 4),
            "x = torch.flatten(x, 1), nn.Linear(in_features=32, …)",
        ),
        (nn.Embedding(4, 2), torch.full((1, 3), 6), "nn.Embedding(num_embeddings=7, …)"),
        (nn.Linear(4, 2), torch.zeros(1, 4, dtype=torch.complex64), "x = x.abs()"),
        (nn.BatchNorm1d(3), torch.zeros(2, 4), "nn.BatchNorm1d(num_features=4, …)"),
        (nn.BatchNorm2d(3), torch.zeros(3, 4, 4), "x = x.unsqueeze(0)"),
        (nn.GroupNorm(2, 4), torch.zeros(1, 6, 2), "nn.GroupNorm(num_channels=6, …)"),
        (nn.LayerNorm(3), torch.zeros(1, 4), "nn.LayerNorm(normalized_shape=4, …)"),
        (nn.RMSNorm(3), torch.zeros(1, 4), "nn.RMSNorm(normalized_shape=4, …)"),
        (nn.LSTM(3, 2), torch.zeros(1, 1, 4), "nn.LSTM(input_size=4, …)"),
        (
            Forward(lambda self, x: self.a(x, x, x), a=nn.MultiheadAttention(4, 2)),
            torch.zeros(1, 1, 6),
            "nn.MultiheadAttention(embed_dim=6, …)",
        ),
        (nn.Linear(4, 2), torch.zeros(1, 4, dtype=torch.float64), "x = x.to(torch.float32)"),
        (nn.Linear(4, 2), torch.zeros(1, 4, dtype=torch.int64), "x = x.to(torch.float32)"),
        (nn.Embedding(4, 2), torch.zeros(1, 4), "x = x.to(torch.int64)"),
    ],
)
def test_a_known_layer_says_the_line_that_repairs_it(
    layer: nn.Module, x: torch.Tensor, line: str
) -> None:
    error = failure(nn.Sequential(nn.Identity(), layer), x)
    assert str(error.values["step"]).startswith("1")
    for language in LANGUAGES:
        sentence = error.sentence(language)
        assert line in sentence
        shape = str(list(x.shape)) in sentence
        assert shape or "dtype" in line or ".to(" in line or "abs" in line or "num_e" in line
    if error.key == "trace.failed.size":
        assert error.values["size"] == x.shape[int(str(error.values["axis"]))]
        assert error.values["size"] != error.values["expected"]
    assert isinstance(error.__cause__, Exception)


class Fussy(nn.Module):
    """Somebody's own: of what it wants nothing can be known but what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1, dtype=torch.float64))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        raise ValueError(x.shape)


@pytest.mark.parametrize(
    ("layer", "x"),
    [
        (Fussy(), torch.zeros(1, 3, dtype=torch.int64)),
        (nn.Conv2d(3, 2, 7), torch.zeros(3, 5, 5)),
        (nn.Conv2d(3, 2, 3), torch.zeros(8, 8)),
        (nn.Conv2d(4, 4, 3, groups=4), torch.zeros(1, 6, 5, 5)),
        (nn.GroupNorm(4, 4), torch.zeros(1, 6, 5, 5)),
        (nn.BatchNorm2d(3), torch.zeros(5, 4, 4)),
        (nn.Embedding(4, 2), torch.full((1, 3), -1)),
    ],
)
def test_no_line_is_said_that_would_not_repair_it(layer: nn.Module, x: torch.Tensor) -> None:
    sentence = failure(nn.Sequential(nn.Identity(), layer), x).sentence("en")
    assert "Write" not in sentence
    assert type(layer).__name__ in sentence


def test_what_answers_several_tensors_is_said_to_where_one_is_expected() -> None:
    sentence = failure(nn.Sequential(nn.GRU(3, 2), nn.Linear(2, 1)), torch.zeros(4, 1, 3))
    assert "x = x[0]" in sentence.sentence("en")
    assert "[4, 1, 2], [1, 1, 2]" in sentence.sentence("zh")


def test_weights_on_another_device_are_named_with_both_devices() -> None:
    """No pass gets that far on a machine of one device: meta has no values to be traced."""
    layer, x = nn.Linear(4, 2, device="meta"), torch.zeros(1, 4)
    error = failing._places(failing.Scene("a", layer, (x,), "RuntimeError: two devices", None))
    assert error is not None
    assert error.key == "trace.failed.device"
    for language in LANGUAGES:
        sentence = error.sentence(language)
        assert all(
            part in sentence for part in ('x = x.to("meta")', "Linear", "cpu", "two devices")
        )
    assert failing._places(failing.Scene("a", nn.Linear(4, 2), (x,), "", None)) is None


def test_the_line_repairs_it() -> None:
    x = torch.zeros(2, 3, 4)
    error = failure(nn.Linear(12, 2), x)
    assert error.values["line"] == "x = torch.flatten(x, 1)"
    assert trace(nn.Sequential(nn.Flatten(), nn.Linear(12, 2)), x).rows


def test_a_function_between_layers_is_named_with_what_it_got() -> None:
    model = Forward(lambda self, x: self.a(x) + torch.zeros(3, 9), a=nn.Linear(2, 2))
    error = failure(model, torch.zeros(1, 2))
    assert error.key == "trace.failed.function"
    assert error.values["function"] == "add"
    assert "[1, 2], [3, 9]" in error.sentence("en")


def test_everything_before_the_failure_is_in_the_error() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.Linear(4, 2)), nn.ReLU())
    x = torch.rand(2, 2)
    error = failure(model, x)
    assert error.partial is not None
    assert [call.step for call in error.partial.calls] == ["0", "1.0"]
    with torch.no_grad():
        assert np.array_equal(error.partial.calls[0].output, model[0](x).numpy())
    assert error.partial.output is None
    assert not error.partial.rows
