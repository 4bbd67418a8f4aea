"""Files that somebody asked for, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, data: bytes) -> int:
    """Write a file and return its size in bytes.

    Where that fails nothing is left of it, and what was there before stays.

    Raises:
        OSError: where it cannot be written, as of a full disk.
    """
    path = path.resolve()  # of a link, what it leads to
    # a pipe or a device takes what is written, and so does a file in a folder that takes no other
    if (path.exists() and not path.is_file()) or not os.access(path.parent, os.W_OK):
        return path.write_bytes(data)
    part = path.with_name(f".{os.getpid()}.part")
    try:
        size = part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)  # where it is still there, something went wrong
    return size
