"""What many tests need: one thread for torch, and two pictures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, settings

from explorer.network import recent, zoo
from explorer.records import PIXELS, SIDE

# What takes longest, in the order of the seconds it takes: begun first, nobody waits for it at the end.
LONGEST = (
    *("thousand", "access", "drawing", "fitting", "colours", "flow"),
    *("twin", "train", "tour", "learnt", "folding"),
)

# A busy machine is no fault, so nothing is timed; and what is tried is the same in every run, so
# that a run says something about the change. `--hypothesis-profile=default` tries other examples.
settings.register_profile(
    "run", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("run")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the browser's tests, the longest files first; within a file nothing changes."""
    places = {f"test_{name}.py": place for place, name in enumerate(LONGEST)}

    def place(item: pytest.Item) -> tuple[bool, int]:
        browser = item.path.parent.name == "browser"
        return not browser, places.get(item.path.name, len(places)) if browser else 0

    items.sort(key=place)


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)  # as the program itself does


@pytest.fixture(scope="session")
def blank() -> bytes:
    """An empty pad: 784 black pixels."""
    return bytes(PIXELS)


@pytest.fixture(scope="session")
def sample() -> bytes:
    """A T-shirt of three greys: body, sleeves and a fading hem."""
    picture = np.zeros((SIDE, SIDE), dtype=np.uint8)
    picture[4:25, 8:20] = 200
    picture[4:11, 2:26] = 140
    picture[4:7, 12:16] = 0
    picture[20:25, 8:20] = np.linspace(190, 40, 5, dtype=np.uint8)[:, None]
    return picture.tobytes()


@pytest.fixture
def nothing_stays_offered() -> Iterator[None]:
    """Somebody's own modules are withdrawn after the test, and what was seen of them forgotten."""
    yield
    for name in [name for name in zoo.cards() if zoo.own(name)]:
        zoo.withdraw(name)
    recent.forget()
