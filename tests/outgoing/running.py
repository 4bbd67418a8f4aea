"""Run a snippet in a process that knows nothing of this program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explorer import kinds
from explorer.kinds.spelling import expression
from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.outgoing.program import Network
from explorer.outgoing.snippets import reproduce
from explorer.records import Floats, Query, Step
from explorer.sections.code import files, written
from tests import forked

MLP, SEQUENTIAL = "fashion-mlp", "course-sequential"


# Runs many snippets in one process, since importing torch costs two seconds, each in a namespace of
# its own.
RUNNER = """
import json, sys
told = []
for text in json.load(sys.stdin):
    printed = []
    try:
        say = lambda *values: printed.append(" ".join(map(str, values)))
        exec(text, {"__name__": "__main__", "print": say})
        told.append([None, printed])
    except BaseException as error:
        told.append([f"{type(error).__name__}: {error}", printed])
assert "explorer" not in sys.modules
json.dump(told, sys.stdout)
"""


def run(texts: Sequence[str], folder: Path) -> list[tuple[str | None, list[str]]]:
    """Return the error and the printed lines of each snippet.

    Run in the project's folder, without this program on the path.
    """
    script = folder / "runner.py"
    script.write_text(RUNNER, "utf-8")
    done = forked.run([str(script)], given=json.dumps(texts))
    assert done.returncode == 0, done.stderr[-2000:]
    told: list[tuple[str | None, list[str]]] = json.loads(done.stdout)
    assert len(told) == len(texts)
    return told


def network(model: str, checkpoint: str = "") -> Network:
    return written(scene(model, checkpoint=checkpoint))


def pictures(count: int, seed: int = 5) -> tuple[bytes, ...]:
    """Return images of random bright rectangles."""
    random = np.random.default_rng(seed)
    made = np.zeros((count, 28, 28), dtype=np.uint8)
    for image in made:
        for _ in range(3):
            top, left = random.integers(2, 16, 2)
            image[top : top + 9, left : left + 9] = random.integers(40, 256, (9, 9))[
                : 28 - top, : 28 - left
            ]
    return tuple(image.tobytes() for image in made)


def scene(model: str, **asked: Any) -> Scene:
    return look(Query(model=model, **asked))


def snippet(
    seen: Scene, step: Step, *, unit: int | None = None, values: Floats | None = None, **more: Any
) -> str:
    """Return the snippet of a step of a scene, with its edits; `more` replaces what it is told."""
    query = seen.query
    hand: tuple[str, ...] = ()
    if unit is not None:
        kind = kinds.BY_NAME[step.kind]
        hand = kind.by_hand(seen.subject(step), unit, expression(step.path))
    asked: dict[str, Any] = {"focus": query.focus, "edits": query.edits, "unit": unit}
    asked |= {"by_hand": hand, "checkpoints": files(seen.card)} | more
    shown = seen.values[step.id] if values is None else values
    return reproduce(written(seen), seen.pixels, step, shown, **asked)


def plain_scenes() -> list[Scene]:
    return [
        scene(model, checkpoint=checkpoint, images=pictures(count), focus=count - 1)
        for model in (MLP, SEQUENTIAL)
        for checkpoint in ("", zoo.UNTRAINED)
        for count in (1, 3)
    ]
