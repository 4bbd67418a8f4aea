"""Files of weights as somebody brings them, and a shelf that is empty after each test."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import torch
from torch import nn

from explorer.network import nets, zoo

MODEL = "course-sequential"
SAFE = "net.safetensors"


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    yield
    zoo.empty()


def made(seed: int = 5) -> nn.Module:
    """A network that nobody ships, of numbers that float16 does not have."""
    torch.manual_seed(seed)
    return nets.course_sequential()


def pickled(data: object) -> bytes:
    written = io.BytesIO()
    torch.save(data, written)
    return written.getvalue()
