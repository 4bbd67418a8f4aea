"""What a module of somebody's own is fed where that is no picture: values as they were given."""

from __future__ import annotations

from explorer.kinds.base import Kind, Subject


class Given(Kind):
    """Example values."""

    name = "given"

    def formula(self, subject: Subject) -> str:
        """Return the shape, which is all that is known."""
        return f"x: {' × '.join(map(str, subject.values.shape))}"

    def code(self, path: str) -> str:
        """Return where the values come from."""
        return "x = example_inputs"
