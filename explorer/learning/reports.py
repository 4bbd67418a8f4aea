"""What a worker reports: everything since the last report, and the newest weights."""

from __future__ import annotations

import math
from typing import Any, BinaryIO

import torch
from safetensors.torch import save
from torch import nn

from explorer.learning.batches import Batch
from explorer.learning.frames import send
from explorer.learning.measures import TEST, measured, norms
from explorer.learning.settings import Settings, beyond


class Reporter:
    """Collects batches and measures; `over` once the last batch was learnt."""

    def __init__(
        self,
        settings: Settings,
        model: nn.Module,
        test: tuple[torch.Tensor, torch.Tensor],
        out: BinaryIO,
        fixed: dict[str, int],
    ) -> None:
        """Look at the network as it begins, and report that; `fixed` stands in every report.

        `test` are pictures (N, …) float32 as the network takes them, and their labels.
        """
        self._settings, self._model, self._out = settings, model, out
        self._test = test[0][:TEST], test[1][:TEST]
        self._fixed = {**fixed, "tested": len(self._test[0])}
        self._newest = Batch(0, 0, 0, 0.0)
        self._losses: list[float] = []
        self._measures: list[dict[str, Any]] = []
        self._tested = -1  # the batch that was measured last
        self.measure()
        self.send(complete=False)

    @property
    def over(self) -> bool:
        """Whether there is nothing left to learn."""
        return self._newest.number == self._fixed["total"]

    def add(self, batch: Batch) -> None:
        """Take in a batch."""
        self._newest = batch
        self._losses.append(batch.loss)

    def measure(self) -> None:
        """Look at the test images, once after each batch.

        Raises:
            NotANumber: where an answer is of no finite numbers, so that it is none.
        """
        if self._tested != self._newest.number:
            self._tested = self._newest.number
            found = measured(self._model, *self._test)
            self._bounded(finite=found.pop("finite"))
            self._measures.append({"batch": self._newest.number, **found})

    def send(self, *, complete: bool) -> None:
        """Report, with the weights as float32 safetensors; `complete` at the end of an epoch.

        Raises:
            NotANumber: where a gradient or a weight is no finite number.
        """
        layers = norms(self._model)
        lengths = [each[kind] for each in layers for kind in ("gradient", "weights")]
        self._bounded(finite=all(math.isfinite(each) for each in lengths if each is not None))
        message = {
            "kind": "report",
            **self._fixed,
            "batch": self._newest.number,
            "images": self._newest.images,
            "epochs": self._newest.epochs,
            "complete": complete,
            "losses": self._losses,
            "measures": self._measures,
            "layers": layers,
        }
        send(self._out, message, save(_contiguous(self._model)))
        self._losses, self._measures = [], []

    def _bounded(self, *, finite: bool) -> None:
        """Refuse to go on, or to report, where numbers are no longer finite."""
        if not finite:
            raise beyond(self._settings, self._newest.number)

    def end(self, how: str) -> None:
        """Report the weights of the end, measured if they are not, and say why it is one."""
        if self._tested != self._newest.number:
            self.measure()
            self.send(complete=False)
        send(self._out, {"kind": "ended", "how": how})


def _contiguous(model: nn.Module) -> dict[str, torch.Tensor]:
    """Return the weights as files hold them, row after row."""
    return {name: values.contiguous() for name, values in model.state_dict().items()}
