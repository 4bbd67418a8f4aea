"""What a module of somebody's own is fed where that is no picture: values as they were given."""

from __future__ import annotations

from explorer.kinds.base import Kind, Subject


class Given(Kind):
    """Example values."""

    name = "given"

    def formula(self, subject: Subject) -> str:
        """Return the name, where it was given by one, and the shape, which is all that is known."""
        return f"{subject.step.path or 'x'}: {' × '.join(map(str, subject.values.shape))}"

    def words(self, subject: Subject) -> dict[str, str]:
        """Return the words of the step, with the line that takes the values from the examples."""
        name, way = subject.step.path.rpartition(".")[2], subject.exchange.constants
        reached = "".join(
            f"[{key}]" if key.isdigit() else f'["{key}"]' for key in way.split(".") if key
        )
        line = f"{name if name.isidentifier() else 'x'} = example_inputs{reached}"
        return super().words(subject) | {"code": line}

    def code(self, path: str) -> str:
        """Return where the values of a single input come from."""
        return "x = example_inputs"
