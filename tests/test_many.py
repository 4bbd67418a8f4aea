"""Very many queries: every one is answered, every identity holds, and the memory does not grow.

`LAYER_EXPLORER_QUERIES=100000 LAYER_EXPLORER_VIEWS=10000 pytest -m slow tests/test_many.py` is the long run.
"""

from __future__ import annotations

import gc
import os
import random
import resource
from typing import Any

import orjson
import pytest

from explorer.incoming import samples
from explorer.maths import perturbations
from explorer.network import zoo
from explorer.network.scene import look
from explorer.records import Query
from explorer.sections import SECTIONS
from explorer.ui import handlers

pytestmark = pytest.mark.slow

COUNT = int(os.environ.get("LAYER_EXPLORER_QUERIES", "1000"))
VIEWS = int(os.environ.get("LAYER_EXPLORER_VIEWS", "500"))
GROWTH = 20_000  # KiB that caches and the like may still take (bytes on a Mac)
CHECKPOINTS = ["", "untrained", "epoch-001", "batch-0016"]
MODELS = {name: [each.id for each in look(Query(model=name)).steps] for name in zoo.cards()}
STEPS = MODELS[zoo.COURSE]
PIXELS = [each["pixels"] for each in samples.listing()]


def edit(chance: random.Random, steps: list[str]) -> dict[str, Any]:
    """Return one edit, mostly a legal one."""
    return {
        "step": chance.choice(steps),
        "units": [chance.randrange(12) for _ in range(chance.choice([0, 1, 3]))],
        "action": chance.choice(["off", "clamp", "scale", "patch"]),
        "value": chance.choice([0, 1, -1, 2.5, -40, 1e6, -1e6, chance.gauss(0, 100)]),
        "source": chance.choice(
            [None, {"image": chance.randrange(3), "checkpoint": chance.choice(CHECKPOINTS)}]
        ),
    }


def query(chance: random.Random) -> dict[str, Any]:
    """Return one query of many features at once, mostly a legal one."""
    count = chance.choice([1, 1, 2, 3])
    model = chance.choice([zoo.COURSE, *MODELS])
    steps = MODELS[model]
    found: dict[str, Any] = {
        "model": model,
        "images": [chance.choice(PIXELS) for _ in range(count)],
        "focus": chance.randrange(count),
        "step": chance.choice(steps),
        "checkpoint": chance.choice(CHECKPOINTS),
        "language": chance.choice(["en", "zh", "zh-CN"]),
        "show": chance.sample(["figure", *SECTIONS], chance.choice([0, 1, 1, 2])),
        "edits": [edit(chance, steps) for _ in range(chance.choice([0, 0, 1, 2, 9]))],
    }
    if chance.random() < 0.5:
        found["unit"] = chance.randrange(12)
    if chance.random() < 0.3:
        found["versus"] = {
            "image": chance.choice([None, chance.randrange(count)]),
            "checkpoint": chance.choice([None, *CHECKPOINTS]),
            "edits": chance.choice([None, [edit(chance, steps)]]),
        }
    if chance.random() < 0.1:
        found["taught"] = {
            "label": chance.randrange(10),
            "steps": chance.choice([0, 1, 3]),
            "rate": 10 ** chance.uniform(-6, 1),
            "optimizer": chance.choice(["sgd", "momentum", "adam"]),
        }
    if chance.random() < 0.3:
        name = chance.choice(perturbations.NAMES)
        low, high, *_ = perturbations.RANGES[name]
        found["options"] = {name: chance.uniform(low, high), "class": chance.randrange(10)}
    return found


def test_many_queries_are_answered_and_every_identity_holds() -> None:
    chance = random.Random(0)  # noqa: S311  the same ones each time
    answers = 0
    for _ in range(COUNT):
        asked = query(chance)
        reply = handlers.view(asked)
        assert reply.get("error", {}).get("key") != "error.own", asked
        if "error" in reply:
            continue
        answers += 1
        assert [check for check in reply["checks"] if not check["passed"]] == [], asked
        orjson.dumps(reply, option=orjson.OPT_SERIALIZE_NUMPY)
    assert answers > COUNT / 3, "most of them are legal"


def test_many_views_leave_nothing_behind() -> None:
    chance = random.Random(1)  # noqa: S311  the same ones each time

    def ask(times: int) -> None:
        for _ in range(times):
            pixels = [chance.randrange(256) for _ in range(784)]
            handlers.view({"images": [pixels], "step": chance.choice(STEPS), "show": ["figure"]})

    ask(100)  # what is kept once is kept
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ask(VIEWS)
    gc.collect()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < GROWTH, "the most that this process has ever held"
