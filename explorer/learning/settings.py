"""What can be chosen for a run on the page, each within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast, get_args

from explorer.errors import NotANumber
from explorer.incoming import plain
from explorer.learning.recipes import NETWORKS
from explorer.lessons import Optimizer

RATES = (1e-5, 1.0)
BATCHES = (1, 1024)  # images
EPOCHS = (1, 20)
SHARES = (0.0, 1.0)
SEEDS = (0, 2**31 - 1)
BATCH = 64  # images, where nothing is said


@dataclass(frozen=True, slots=True)
class Settings:
    """How a network learns: `drawn` is the share of drawings among the pictures, 0 to 1."""

    model: str = "fashion-mlp"
    rate: float = 1e-3
    batch: int = BATCH
    optimizer: Optimizer = "adam"
    epochs: int = 3
    drawn: float = 0.5
    seed: int = 1


def read(data: object) -> Settings:
    """Return the settings that `data` (parsed JSON) describes; missing ones have their defaults.

    Raises:
        InvalidQuery: naming the setting, what was received and what was expected.
    """
    usual = asdict(Settings())
    chosen = {**usual, **plain.mapping("settings", data, plain.names(Settings))}
    return Settings(
        model=plain.choice("model", chosen["model"], tuple(sorted(NETWORKS))),
        rate=_within("rate", chosen["rate"], RATES),
        batch=plain.whole("batch", chosen["batch"], *BATCHES),
        optimizer=cast(
            Optimizer, plain.choice("optimizer", chosen["optimizer"], get_args(Optimizer))
        ),
        epochs=plain.whole("epochs", chosen["epochs"], *EPOCHS),
        drawn=_within("drawn", chosen["drawn"], SHARES),
        seed=plain.whole("seed", chosen["seed"], *SEEDS),
    )


def listing() -> Mapping[str, Any]:
    """Return what the page offers: the networks, the bounds, and what is chosen at first."""
    return {
        "models": list(NETWORKS),
        "optimizers": list(get_args(Optimizer)),
        "usual": asdict(Settings()),
        "bounds": {
            "rate": RATES,
            "batch": BATCHES,
            "epochs": EPOCHS,
            "drawn": SHARES,
            "seed": SEEDS,
        },
    }


def beyond(settings: Settings, batch: int) -> NotANumber:
    """Return that a network's loss, answers or weights are no finite numbers by a batch."""
    return NotANumber("train.beyond", batch=batch, rate=settings.rate)


def _within(field: str, value: object, bounds: tuple[float, float]) -> float:
    number = plain.number(field, value)
    if not bounds[0] <= number <= bounds[1]:
        raise plain.wrong(field, value, "option", low=bounds[0], high=bounds[1])
    return number
