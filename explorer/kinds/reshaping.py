"""view, reshape and their kin: the same values in another shape."""

from __future__ import annotations

from torch import nn

from explorer import figures
from explorer.kinds.base import Kind, Subject
from explorer.kinds.flatten import Flatten


class Reshaping(Flatten):
    """No number changes and none moves in memory; only the shape is another."""

    name = "reshaping"
    typed = True
    types: tuple[type[nn.Module], ...] = (nn.Unflatten,)
    functions = (
        *("flatten", "ravel", "view", "view_as", "reshape", "reshape_as"),
        *("unflatten", "squeeze", "unsqueeze"),
    )

    def formula(self, subject: Subject) -> str:
        """Return both shapes."""
        before, after = (
            " × ".join(map(str, values.shape)) for values in (subject.entering, subject.values)
        )
        return f"{before} → {after}"

    def figure(self, subject: Subject) -> figures.Figure:
        """Return the values as any others."""
        return Kind.figure(self, subject)
