"""What a module of somebody's own is fed where that is no picture: values as they were given."""

from __future__ import annotations

from explorer.kinds.base import Kind, Subject


class Given(Kind):
    """Example values."""

    name = "given"

    def formula(self, subject: Subject) -> str:
        """Return the name, where it was given by one, and the shape, which is all that is known."""
        return f"{subject.step.path or 'x'}: {' × '.join(map(str, subject.values.shape))}"

    def code(self, path: str) -> str:
        """Return where the values come from."""
        if not path:
            return "x = example_inputs"
        keys = path.split(".")
        name = keys[-1] if keys[-1].isidentifier() else "x"
        reached = "".join(f"[{key}]" if key.isdigit() else f'["{key}"]' for key in keys)
        return f"{name} = example_inputs{reached}"
