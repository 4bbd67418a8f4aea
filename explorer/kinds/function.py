"""A function or an operator between modules, of which no more is known than what it did."""

from __future__ import annotations

from explorer.kinds.base import Kind, Subject


class Function(Kind):
    """Any function: its name, what went in, what came out."""

    name = "function"

    def formula(self, subject: Subject) -> str:
        """Return the shapes that go in and the one that comes out."""
        shapes = [*(each.shape[1:] for each in subject.received), subject.values.shape]
        *inputs, made = (" × ".join(map(str, shape)) or "1" for shape in shapes)
        return f"{', '.join(inputs) or '…'} → {made}"

    def code(self, path: str) -> str:
        """Return where the line stands."""
        return "# in forward()"
