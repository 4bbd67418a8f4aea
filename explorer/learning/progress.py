"""What is known of a run: curves of everything that was reported, and weights on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from explorer.learning.curves import Means, Points, Smooth
from explorer.learning.settings import Settings

FEW = 40  # points of a length, twice that before they are thinned out: there are two per layer
LOOKS = 32  # at the test images whose answers are kept, the newest
KEPT = 8  # epochs whose weights are kept, the newest


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Weights after a batch, float32 safetensors; `accuracy` is None where it was not measured."""

    batch: int
    images: int
    epochs: int
    weights: bytes
    accuracy: float | None = None
    complete: bool = False  # whether an epoch has just ended

    @property
    def name(self) -> str:
        """Name of these weights, as ages are called."""
        return f"epoch-{self.epochs:03d}" if self.complete else f"batch-{self.batch:05d}"


@dataclass(slots=True)
class Progress:
    """The reports of one run, taken in one after the other by one thread."""

    settings: Settings
    newest: Snapshot | None = None
    tested: Snapshot | None = None  # the newest whose accuracy was measured
    epochs: tuple[Snapshot, ...] = ()
    count: int = 0  # of the test images that are looked at
    answers: Mapping[int, str] = field(default_factory=dict)  # a digit for each image, by batch
    _data: dict[str, Any] = field(default_factory=dict)
    _loss: Means = field(default_factory=Means)
    _smooth: Smooth = field(default_factory=Smooth)
    _smoothed: Points = field(default_factory=Points)
    _accuracy: Points = field(default_factory=Points)
    _dead: dict[str, Points] = field(default_factory=dict)
    _lengths: dict[str, dict[str, Points]] = field(
        default_factory=lambda: {"gradient": {}, "weights": {}}
    )

    def take(self, report: dict[str, Any], weights: bytes) -> None:
        """Take in a report, whose last loss is that of its batch."""
        batch, losses, measures = report["batch"], report["losses"], report["measures"]
        for number, loss in enumerate(losses, start=batch - len(losses) + 1):
            self._loss.add(loss)
            self._smoothed.add(number, self._smooth.add(loss))
        for each in measures:
            self._accuracy.add(each["batch"], each["accuracy"])
            kept = {**self.answers, each["batch"]: each["answers"]}
            self.answers = dict(list(kept.items())[-LOOKS:])
            for step, share in each["dead"].items():
                self._dead.setdefault(step, Points()).add(each["batch"], share)
        if self.newest is None or batch > self.newest.batch:
            self._measure(batch, report["layers"])
        own = ("batch", "images", "epochs", "total", "count", "every", "tested", "layers")
        self._data.update({name: report[name] for name in own})
        self.count = report["tested"]
        if measures:
            self._data.update(confusion=measures[-1]["confusion"], measured=measures[-1]["batch"])
        exact = measures[-1]["accuracy"] if measures and measures[-1]["batch"] == batch else None
        fields = (batch, report["images"], report["epochs"], weights, exact)
        self.newest = Snapshot(*fields, complete=report["complete"])
        if exact is not None:
            self.tested = self.newest
        if report["complete"]:
            self.epochs = (*self.epochs, self.newest)[-KEPT:]

    def _measure(self, batch: int, layers: list[dict[str, Any]]) -> None:
        """Take in the lengths of gradient and weights of each layer; no gradient is no point."""
        for kind, curves in self._lengths.items():
            for each in layers:
                if each[kind] is not None:
                    curves.setdefault(each["name"], Points(FEW)).add(batch, each[kind])

    def listing(self) -> dict[str, Any]:
        """Return what the page shows, a few KB of JSON-ready data."""
        return {
            "settings": asdict(self.settings),
            **self._data,
            "loss": self._loss.listing(),
            "smoothed": self._smoothed.listing(),
            "accuracy": self._accuracy.listing(),
            "dead": _listed(self._dead),
            "lengths": {kind: _listed(curves) for kind, curves in self._lengths.items()},
        }


def _listed(curves: dict[str, Points]) -> dict[str, list[tuple[int, float]]]:
    return {name: points.listing() for name, points in curves.items()}
