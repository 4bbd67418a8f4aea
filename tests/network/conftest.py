"""After every test of a pass, none of our hooks is left in torch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from torch.nn.modules import module as internals


@pytest.fixture(autouse=True)
def _no_hook_is_left() -> Iterator[None]:
    yield
    assert not internals._global_forward_hooks
    assert not internals._global_forward_pre_hooks
