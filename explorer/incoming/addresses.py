"""What the owner names on this machine: a file, or the address of a module to be shown."""

from __future__ import annotations

from pathlib import Path

from explorer.errors import UnknownModel


def file(text: str) -> Path | None:
    """Return the file that a text names, `~` for the home folder; None where it names none."""
    try:
        path = Path(text).expanduser()
        return path if path.is_file() else None
    except (OSError, RuntimeError, ValueError):  # too long, nobody's home, or a null byte
        return None


def module(text: str) -> tuple[Path | str, str]:
    """Return where a module is, a file or the name of a package, and what it is called there.

    Of `path/to/file.py:Net` or `package.module:factory`.

    Raises:
        UnknownModel: for anything else, and for a file that is not there or not Python.
    """
    source, _, name = text.rpartition(":")
    if not source or not name.isidentifier():
        raise UnknownModel("own.address", received=text)
    path = file(source)
    if path is not None and path.suffix != ".py":
        raise UnknownModel("own.python", received=source)
    if path is None and source.endswith(".py"):
        raise UnknownModel("own.file", received=source)
    if path is None and not all(part.isidentifier() for part in source.split(".")):
        raise UnknownModel("own.address", received=text)
    return path or source, name
