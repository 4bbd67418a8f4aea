"""Scenes that several tests look at."""

from __future__ import annotations

from typing import Any

from explorer.incoming import samples
from explorer.incoming.queries import read
from explorer.network.scene import Scene, look
from explorer.records import Check

PIXELS = [each["pixels"] for each in samples.listing()[:3]]
HIDDEN = "linear_relu_stack.1"


def pinned(step: str, unit: int | None = None, **more: Any) -> Scene:
    return look(
        read({"images": [samples.listing()[0]["pixels"]], "step": step, "unit": unit, **more})
    )


def scene(**more: Any) -> Scene:
    return look(read({"images": PIXELS, "step": HIDDEN, **more}))


def edit(
    action: str, units: list[int], value: float = 0.0, source: Any = None, step: str = HIDDEN
) -> dict[str, Any]:
    return {"step": step, "units": units, "action": action, "value": value, "source": source}


def failed(checks: tuple[Check, ...]) -> set[str]:
    return {check.key for check in checks if not check.passed}
