"""What goes over the pipe from a worker to its server: a small JSON object and some bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import IO, Any

HEAD = struct.Struct(">II")  # bytes of the JSON, and of what follows it
MOST = 1 << 30


def send(file: IO[bytes], message: dict[str, Any], data: bytes = b"") -> None:
    """Write one frame, at once.

    Raises:
        OSError: when nobody reads any more.
    """
    text = json.dumps(message, separators=(",", ":")).encode()
    file.write(HEAD.pack(len(text), len(data)) + text)
    file.write(data)
    file.flush()


def frames(file: IO[bytes]) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield every whole frame; one that breaks off, as of a process that was killed, is none."""
    while len(head := file.read(HEAD.size)) == HEAD.size:
        sizes = HEAD.unpack(head)
        if max(sizes) > MOST:
            return
        text, data = (file.read(size) for size in sizes)
        if (len(text), len(data)) != sizes:
            return
        yield json.loads(text), data
